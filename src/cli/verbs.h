/*
 * The verbs of `newswatch`, one file each. argv[0] is the verb's own name; the
 * result is an exit code of sysexits.h. Messages for a person go to standard
 * error, results to standard output (cli/out.h).
 */
#ifndef NW_CLI_VERBS_H
#define NW_CLI_VERBS_H

int verb_ack(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_dead(int argc, char **argv);
int verb_demo(int argc, char **argv);
int verb_events(int argc, char **argv);
int verb_extract(int argc, char **argv);
int verb_feeds(int argc, char **argv);
int verb_fetch(int argc, char **argv);
int verb_match(int argc, char **argv);
int verb_parse(int argc, char **argv);
int verb_reload(int argc, char **argv);
int verb_route(int argc, char **argv);
int verb_run(int argc, char **argv);
int verb_schedule(int argc, char **argv);
int verb_send(int argc, char **argv);
int verb_stories(int argc, char **argv);
int verb_story(int argc, char **argv);
int verb_silence(int argc, char **argv);
int verb_status(int argc, char **argv);
int verb_tail(int argc, char **argv);
int verb_watch(int argc, char **argv);
int verb_why(int argc, char **argv);

#endif
