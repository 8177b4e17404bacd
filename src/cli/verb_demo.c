/*
 * newswatch demo: the main job on a small world of its own, without a network.
 * A feed is written into a temporary directory and grows while the real
 * programs watch it; companies and people appear in it beside traps. It is
 * dated from its own start and ends by itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/log.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/demo_files.h"
#include "cli/remove.h"
#include "cli/supervise.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"

#define SCENE_MS 2000 /* between two scenes */
#define LOOK_MS 100 /* is all told? */
#define END_LIMIT_MS 15000 /* after the last scene it ends in any case */

struct demo {
	char dir[256];
	struct loop *loop;
	struct supervisor *supervisor;
	struct loop_timer *scene_timer, *end_timer;
	struct wall start;
	unsigned scene; /* next */
	struct mono last_scene;
	struct wall last_scene_at;
	bool stay;
	int code;
	struct supervise_conf conf;
	char *config_file;
};

/* "@-90m@" in a scene is a time relative to the start: s, m, h or d. */
static bool
put_time(struct demo *d, struct span mark, struct strbuf *out)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {
		{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
	char text[DATE_TEXT_SIZE];
	int64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (mark.n < 2 || mark.p[mark.n - 1] != units[i].unit ||
			!span_i64(span_sub(mark, 0, mark.n - 1), -10000, 10000,
				&n))
			continue;
		date_format((struct wall){d->start.ms + n * units[i].ms}, text);
		strbuf_str(out, text);
		return true;
	}
	return false;
}

static void
put_scene(struct demo *d, struct span text, struct strbuf *out)
{
	while (text.n > 0) {
		size_t at = span_find(text, '@'), end;
		struct span mark;

		if (at == SIZE_MAX) {
			strbuf_span(out, text);
			return;
		}
		strbuf_span(out, span_sub(text, 0, at));
		text = span_sub(text, at + 1, text.n);
		end = span_find(text, '@');
		mark = span_sub(text, 0, end == SIZE_MAX ? 0 : end);
		if (put_time(d, mark, out))
			text = span_sub(text, end + 1, text.n);
		else
			strbuf_char(out, '@');
	}
}

static int
write_file(struct demo *d, const char *name, struct span text, struct err *err)
{
	char *path = mem_printf("%s/%s", d->dir, name);
	struct strbuf b = STRBUF_INIT(MIB(1));
	int rc;

	put_scene(d, text, &b);
	rc = file_replace(path, strbuf_as_span(&b), 0600, err);
	strbuf_fini(&b);
	mem_free(&path);
	return rc;
}

static int
write_scene(struct demo *d, struct err *err)
{
	d->last_scene = clock_mono();
	d->last_scene_at = clock_wall();
	return write_file(d, "feed.xml", demo_scenes[d->scene++].text, err);
}

static int
write_world(struct demo *d, struct err *err)
{
	const char *tmp = getenv("TMPDIR");

	/* A directory too long for us is passed over. */
	if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > 200)
		tmp = "/tmp";
	snprintf(d->dir, sizeof(d->dir), "%s/newswatch-demo-XXXXXX", tmp);
	if (mkdtemp(d->dir) == NULL)
		return err_errno(err, ERR_TEMP, errno, "%s", d->dir);
	if (write_file(d, "newswatch.yaml", demo_config.text, err) != 0 ||
		write_file(d, "watchlist.yaml", demo_watchlist.text, err) != 0)
		return -1;
	return write_scene(d, err);
}

/* -- the end ----------------------------------------------------------------
 */

/* The feed was read after the last scene, and every hit has its outcome. */
static bool
is_all_told(const struct demo *d)
{
	struct control c = {.state_dir = mem_strdup(d->dir)};
	struct json *status = NULL, *feeds = NULL;
	const struct json *feed, *queue;
	struct wall last_ok = {0};
	bool told = false;

	if (control_ask(&c, "GET", "/api/feeds", &feeds, NULL) == 0 &&
		control_ask(&c, "GET", "/api/status", &status, NULL) == 0) {
		feed = json_at(json_get(feeds, "feeds"), 0);
		queue = json_get(status, "queue");
		told = date_parse(json_get_text(feed, "last_ok"), &last_ok) &&
			last_ok.ms > d->last_scene_at.ms &&
			json_get_int(queue, "unpublished", 1) == 0 &&
			json_get_int(queue, "unconfirmed", 1) == 0;
	}
	json_free(&status);
	json_free(&feeds);
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

	if (write_scene(d, &err) != 0) {
		fprintf(stderr, "newswatch demo: %s\n", err.msg);
		supervise_stop(d->supervisor, EX_IOERR);
	} else if (d->scene < demo_n_scenes) {
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
			d->dir, d->dir);
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
	d->config_file = mem_printf("%s/newswatch.yaml", d->dir);
	d->conf.loop = d->loop;
	d->conf.config_file = d->config_file;
	d->conf.state_dir = d->dir;
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
		{'h', "help", OPT_FLAG, NULL, "this text", &help}, {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.synopsis = "newswatch demo [--stay] [--json]",
		.about = "Shows the main job on a small feed of its own: no "
			 "network, nothing to set up, ends by itself.",
	};
	struct verb_args args;
	struct err err = {0};

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	log_init("newswatch", LOG_ERROR_);
	d.start = clock_wall();
	d.conf.output =
		json || !isatty(STDOUT_FILENO) ? "--json-alerts" : "--terminal";
	tell("A small feed grows while newswatch watches it for Meta and "
	     "Alexandr Wang.\nWhat only looks like them (metadata, a "
	     "meta-analysis, Alexander Wang the\ndesigner) is in it, too, and "
	     "stays quiet.\n\n");
	if (write_world(&d, &err) != 0 || run(&d, &err) != 0) {
		fprintf(stderr, "newswatch demo: %s\n", err.msg);
		d.code = EX_UNAVAILABLE;
	}
	if (d.code == EX_OK)
		tell("\nThat was all. `newswatch run` does the same with real "
		     "feeds.\n");
	remove_tree(d.dir);
	verb_args_fini(&args);
	return d.code;
}
