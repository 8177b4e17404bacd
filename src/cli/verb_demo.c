/*
 * newswatch demo: the main job on a small world of its own, without a network.
 * Feeds are written into a temporary directory and grow while the real programs
 * watch them: eight outlets have one story, which the company then confirms;
 * names that only look like the watched ones are beside it. It is dated from
 * its own start and ends by itself.
 */
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/demo_world.h"
#include "cli/verbs.h"
#include "embed/supervise.h"
#include "model/json.h"

#define SCENE_MS 2000 /* between two scenes */
#define LOOK_MS 100 /* is all told? */
#define END_LIMIT_MS 15000 /* after the last scene it ends in any case */

struct demo {
	struct demo_world *world;
	struct loop *loop;
	struct supervisor *supervisor;
	struct loop_timer *scene_timer, *end_timer;
	struct mono last_scene;
	struct wall last_scene_at;
	bool stay;
	int code;
	struct supervise_conf conf;
	char *config_file;
};

/* -- the end ----------------------------------------------------------------
 */

static const char *
dir_of(const struct demo *d)
{
	return demo_world_dir(d->world);
}

static bool
is_read(const struct demo *d, const struct json *feed)
{
	struct wall last_ok = {0};

	return date_parse(json_get_text(feed, "last_ok"), &last_ok) &&
		last_ok.ms > d->last_scene_at.ms;
}

/* Every feed was read after the last scene, and every hit has its outcome. */
static bool
is_all_told(const struct demo *d)
{
	struct control c = {.state_dir = mem_strdup(dir_of(d))};
	struct json *status = NULL, *answer = NULL;
	const struct json *feeds, *queue;
	bool told = false;

	if (control_ask(&c, "GET", "/api/feeds", &answer, NULL) == 0 &&
		control_ask(&c, "GET", "/api/status", &status, NULL) == 0) {
		feeds = json_get(answer, "feeds");
		queue = json_get(status, "queue");
		told = json_size(feeds) > 0 &&
			json_get_int(queue, "unpublished", 1) == 0 &&
			json_get_int(queue, "unconfirmed", 1) == 0;
		for (size_t i = 0; i < json_size(feeds); i++)
			told = told && is_read(d, json_at(feeds, i));
	}
	json_free(&status);
	json_free(&answer);
	control_fini(&c);
	return told;
}

static void
on_look(void *arg)
{
	struct demo *d = arg;

	if (is_all_told(d) || clock_mono().ms - d->last_scene.ms > END_LIMIT_MS)
		supervise_stop(d->supervisor, EX_OK);
	else
		loop_timer_set(d->end_timer, LOOK_MS);
}

static void
on_scene(void *arg)
{
	struct demo *d = arg;
	struct err err;

	d->last_scene = clock_mono();
	d->last_scene_at = clock_wall();
	if (demo_world_play(d->world, &err) != 0) {
		fprintf(stderr, "newswatch demo: %s\n", err.msg);
		supervise_stop(d->supervisor, EX_IOERR);
	} else if (demo_world_left(d->world) > 0) {
		loop_timer_set(d->scene_timer, SCENE_MS);
	} else if (!d->stay) {
		loop_timer_set(d->end_timer, LOOK_MS);
	}
}

static void
on_ready(void *arg)
{
	struct demo *d = arg;

	if (d->stay)
		fprintf(stderr,
			"It stays until Ctrl-C. Look around:\n"
			"  redis-cli -s %s/redis.sock XRANGE newswatch:hits - "
			"+\n"
			"  newswatch status --state-dir %s\n\n",
			dir_of(d), dir_of(d));
	loop_timer_set(d->scene_timer, SCENE_MS);
}

static void
on_end(int code, void *arg)
{
	struct demo *d = arg;

	d->code = code;
	loop_stop(d->loop);
}

static void
on_stop(void *arg)
{
	struct demo *d = arg;

	supervise_stop(d->supervisor, EX_OK);
}

/* -- running ----------------------------------------------------------------
 */

static int
run(struct demo *d, struct err *err)
{
	struct loop_signal *on[2];
	int rc;

	if (loop_new(&d->loop, err) != 0)
		return -1;
	d->config_file = mem_printf("%s/newswatch.yaml", dir_of(d));
	d->conf.loop = d->loop;
	d->conf.config_file = d->config_file;
	d->conf.state_dir = dir_of(d);
	d->conf.log_level = "error";
	d->conf.on_ready = on_ready;
	d->conf.on_end = on_end;
	d->conf.arg = d;
	on[0] = loop_signal_new(d->loop, SIGINT, on_stop, d);
	on[1] = loop_signal_new(d->loop, SIGTERM, on_stop, d);
	d->scene_timer = loop_timer_new(d->loop, on_scene, d);
	d->end_timer = loop_timer_new(d->loop, on_look, d);
	rc = supervise_start(&d->conf, &d->supervisor, err);
	if (rc == 0)
		loop_run(d->loop);
	supervise_free(&d->supervisor);
	loop_timer_free(&d->scene_timer);
	loop_timer_free(&d->end_timer);
	loop_signal_free(&on[0]);
	loop_signal_free(&on[1]);
	loop_free(&d->loop);
	mem_free(&d->config_file);
	return rc;
}

/* For a person who watches; a pipe gets alerts only. */
static void
tell(const char *text)
{
	if (isatty(STDERR_FILENO))
		fputs(text, stderr);
}

int
verb_demo(int argc, char **argv)
{
	struct demo d = {.code = EX_SOFTWARE};
	bool json = false, help = false;
	const struct opt table[] = {
		{0, "stay", OPT_FLAG, NULL,
			"go on until Ctrl-C: look around with redis-cli",
			&d.stay},
		{0, "json", OPT_FLAG, NULL,
			"alerts as JSON Lines (so too if not on a terminal)",
			&json},
		VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch demo [--stay] [--json]",
		.about = "Shows the main job on a small world of its own: no "
			 "network, nothing to set up, ends by itself.",
	};
	struct verb_args args;
	struct err err = {0};

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	log_init("newswatch", LOG_ERROR_);
	d.conf.output =
		json || !isatty(STDOUT_FILENO) ? "--json-alerts" : "--terminal";
	tell("Nine small feeds grow while newswatch watches them for Meta and "
	     "Alexandr Wang.\nEight outlets have the same story; seven of "
	     "them only repeat the first, one with\na figure of its own. "
	     "Then the company confirms. What only looks like the names\n"
	     "(metadata, a meta-analysis, Alexander Wang the designer) is in "
	     "there, too.\n\n");
	if (demo_world_new(clock_wall(), &d.world, &err) != 0 ||
		run(&d, &err) != 0) {
		fprintf(stderr, "newswatch demo: %s\n", err.msg);
		d.code = EX_UNAVAILABLE;
	}
	if (d.code == EX_OK)
		tell("\nThat was all. `newswatch run` does the same with real "
		     "feeds.\n");
	demo_world_free(&d.world);
	verb_args_fini(&args);
	return d.code;
}
