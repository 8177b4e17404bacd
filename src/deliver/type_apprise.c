/*
 * A hundred other places, through the `apprise` command (Debian's package). The
 * places stand in a file of its own form, since a URL on the command line could
 * be read by everybody on the machine.
 * Source: https://github.com/caronc/apprise/wiki/CLI_Usage
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "deliver/command.h"
#include "deliver/look.h"
#include "deliver/settings.h"
#include "deliver/target.h"
#include "deliver/types.h"

#define EXIT_USAGE 2 /* of apprise: it does not know an option */
#define EXIT_NOBODY 3 /* of apprise: no place has these tags */

static const struct template_part parts[] = {
	{"title", MARKUP_TEXT, UNIT_CHARACTERS, 250, true},
	{"body", MARKUP_TEXT, UNIT_CHARACTERS, 8000, false},
	{.name = NULL},
};
enum { TITLE, BODY };
static const struct target_look look = {"apprise", parts};

static const struct setting_rule rules[] = {
	{"config", SETTING_PATH, true, NULL,
		"apprise's own file with the places to tell."},
	{"tags", SETTING_LIST, false, NULL,
		"Tell places with one of these tags only."},
	{"command", SETTING_TEXT, false, "apprise", "The program."},
	{"template", SETTING_PATH, false, NULL,
		"A template of yours, in place of the shipped one."},
	{.name = NULL},
};

struct apprise {
	const struct channel_conf *conf;
	struct commands *commands;
	struct template *template;
	char *template_text;
	char *config, *command;
	VEC(struct apprise_job *) jobs;
};

struct apprise_job {
	struct apprise *apprise;
	struct content content; /* the command reads from it */
	send_cb done;
	void *arg;
};

static void
apprise_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "config");
	char *path = setting_path(conf, "config");
	struct template *t;
	struct stat st;
	char *text;

	if (stat(path, &st) == -1)
		report_error(report, &s->value_place, "%s: %s", path,
			strerror(errno));
	else if (st.st_mode & (S_IROTH | S_IWOTH))
		report_error(report, &s->value_place,
			"%s: others can read it, and it has secrets: chmod o= "
			"%s",
			path, path);
	mem_free(&path);
	t = look_template(&look, conf, &text, report);
	template_free(&t);
	mem_free(&text);
}

static void
apprise_close(void *state)
{
	struct apprise *a = state;

	commands_free(&a->commands);
	vec_each (struct apprise_job **, job, &a->jobs) {
		content_fini(&(*job)->content);
		mem_free(job);
	}
	vec_fini(&a->jobs);
	template_free(&a->template);
	mem_free(&a->template_text);
	mem_free(&a->config);
	mem_free(&a->command);
	mem_free(&a);
}

static int
apprise_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct apprise *a = mem_new(a);
	struct report report = {0};

	a->conf = conf;
	a->config = setting_path(conf, "config");
	a->command = span_dup(setting_text(conf, rules, "command"));
	a->commands = commands_new(env,
		setting_duration_ms(conf, channel_common_rules(), "timeout"));
	a->template = look_template(&look, conf, &a->template_text, &report);
	if (!a->template) {
		apprise_close(a);
		return err_set(err, ERR_CONF, "the template cannot be used");
	}
	*state = a;
	return 0;
}

static void
apprise_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	const struct apprise *a = state;

	content_format(a->template, parts, hits, body);
}

static enum outcome
outcome_of(int code)
{
	return code == 0                                    ? OUTCOME_SENT
		: code == EXIT_USAGE || code == EXIT_NOBODY ? OUTCOME_NEVER
							    : OUTCOME_LATER;
}

static void
on_end(const struct send_result *r, void *arg)
{
	struct apprise_job *job = arg;
	struct apprise *a = job->apprise;

	for (size_t i = 0; i < a->jobs.n; i++) {
		if (a->jobs.p[i] != job)
			continue;
		vec_remove(&a->jobs, i);
		break;
	}
	job->done(r, job->arg);
	content_fini(&job->content);
	mem_free(&job);
}

/* As --option=value: a title that starts with a dash is no option. */
static void
run(struct apprise *a, struct apprise_job *job, const struct message *m)
{
	const struct setting *tags = channel_setting(a->conf, "tags");
	VEC(char *) argv = {0};
	struct command command = {
		.input = job->content.parts[BODY],
		.outcome = outcome_of,
	};

	vec_push(&argv, mem_strdup(a->command));
	vec_push(&argv, mem_printf("--config=%s", a->config));
	vec_push(&argv, mem_strdup("--input-format=text"));
	vec_push(&argv,
		mem_printf(
			"--title=%.*s", SPAN_ARG(job->content.parts[TITLE])));
	for (size_t i = 0; tags && i < tags->n_list; i++)
		vec_push(&argv,
			mem_printf("--tag=%.*s", SPAN_ARG(tags->list[i].text)));
	vec_push(&argv, NULL);
	command.argv = (const char *const *)argv.p;
	commands_run(a->commands, &command, m, on_end, job);
	vec_each (char **, one, &argv)
		mem_free(one);
	vec_fini(&argv);
}

static void
apprise_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct apprise *a = state;
	struct apprise_job *job = mem_new(job);
	struct err err;

	*job = (struct apprise_job){.apprise = a, .done = done, .arg = arg};
	vec_push(&a->jobs, job);
	if (content_parse(m->body, parts, &job->content, &err) == -1)
		on_end(&(struct send_result){.outcome = OUTCOME_NEVER,
			       .retry_after_ms = -1,
			       .text = span_of(err.msg)},
			job);
	else
		run(a, job, m);
}

const struct channel_type channel_type_apprise = {
	.name = "apprise",
	.doc = "A hundred other places, through the apprise command.",
	.rules = rules,
	.parallel = 2,
	.check = apprise_check,
	.format = apprise_format,
	.open = apprise_open,
	.send = apprise_send,
	.close = apprise_close,
};
