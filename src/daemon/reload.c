/*
 * The configuration at start, and again on SIGHUP: the loader child reads and
 * checks everything and compiles the watchlist, while the loop goes on; only
 * then is the snapshot swapped. On any mistake the old one keeps running and
 * every error is logged with file, line and column.
 */
#include "daemon/daemon.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/plural.h"
#include "base/strbuf.h"
#include "io/notify_systemd.h"
#include "model/json.h"

/* The daemon itself needs no watchlists: they are in the lexicon. */
#define DAEMON_PARTS (CONFIG_FEEDS | CONFIG_ROUTES | CONFIG_PUBLISHERS)

static struct config_options
options(const struct daemon *d, unsigned parts)
{
	return (struct config_options){
		.file = d->options.config_file,
		.state_dir = d->options.state_dir,
		.redis_url = d->options.redis_url,
		.parts = parts,
	};
}

#define REPORT_LINES 60 /* that go to the log: the loop waits for it */

/* A report has several lines per problem: the message, the source line, a
 * caret. They go to the log as they are, up to REPORT_LINES. */
static void
log_report(enum log_level level, struct span report)
{
	struct span line;
	size_t n = 0;

	while (span_next(&report, '\n', &line))
		if (line.n > 0 && n++ < REPORT_LINES)
			log_line(level, "config", "%.*s", SPAN_ARG(line));
	if (n > REPORT_LINES)
		log_line(level, "config",
			"and %zu more %s; `newswatch check` shows all",
			n - REPORT_LINES,
			PLURAL(n - REPORT_LINES, "line", "lines"));
}

static void
take_lexicon(struct daemon *d, const struct loader_result *r)
{
	if (d->lexicon_fd >= 0)
		close(d->lexicon_fd);
	d->lexicon_fd = r->lexicon_fd;
	d->watch = r->counts;
}

/* -- the first load ---------------------------------------------------------
 */

struct first {
	struct daemon *d;
	struct err *err;
	int rc;
};

static void
on_first(const struct loader_result *r, void *arg)
{
	struct first *f = arg;

	log_report(r->err.kind == ERR_NONE ? LOG_WARN_ : LOG_ERROR_, r->report);
	if (r->err.kind == ERR_NONE) {
		take_lexicon(f->d, r);
		f->rc = 0;
	} else {
		*f->err = r->err;
	}
	loop_stop(f->d->loop);
}

int
reload_first(struct daemon *d, struct err *err)
{
	struct config_options all = options(d, CONFIG_ALL);
	struct config_options own = options(d, DAEMON_PARTS);
	struct first f = {.d = d, .err = err, .rc = -1};
	struct strbuf report = STRBUF_INIT(SETUP_REPORT_BYTES);

	if (loader_start(d->loop, &all, SETUP_LOADER_LIMIT_MS, on_first, &f,
		    &d->loader, err) != 0)
		return -1;
	loop_run(d->loop);
	loader_free(&d->loader);
	/* The loader told every mistake; this is the same text again. */
	if (f.rc == 0)
		f.rc = config_load(&own, &d->config, &report, err);
	d->config_loaded = clock_wall();
	strbuf_fini(&report);
	return f.rc;
}

/* -- reload -----------------------------------------------------------------
 */

/* Tell whoever asked over the control socket. */
static void
answer(struct daemon *d, const struct err *err, struct span report)
{
	struct strbuf b = STRBUF_INIT(2 * SETUP_REPORT_BYTES);
	struct json_w w;

	if (d->reload_asked == NULL)
		return;
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_kv_bool(&w, "ok", err == NULL);
	json_w_kv_str(&w, "error", err != NULL ? err->msg : NULL);
	json_w_kv_text(&w, "report", report);
	json_w_kv_int(&w, "feeds", (int64_t)d->config->feeds.n);
	json_w_kv_int(&w, "entities", (int64_t)d->watch.entities);
	json_w_object_end(&w);
	http_reply(
		d->reload_asked, 200, "application/json", strbuf_as_span(&b));
	d->reload_asked = NULL;
	strbuf_fini(&b);
}

static void
keep_old(struct daemon *d, const struct err *err, struct span report)
{
	d->counts.reload_failures++;
	snprintf(d->reload_message, sizeof(d->reload_message), "%s", err->msg);
	log_error("reload_refused",
		"error=\"%s\" hint=\"the old configuration keeps running\"",
		err->msg);
	answer(d, err, report);
}

static void
warn_fixed(const struct config *old, const struct config *new)
{
	struct strbuf keys = STRBUF_INIT(1024);

	config_diff_fixed(old, new, &keys);
	if (keys.n > 0)
		log_warn("restart_needed",
			"keys=\"%s\" hint=\"these changes wait for a restart\"",
			strbuf_cstr(&keys));
	strbuf_fini(&keys);
}

static int
swap(struct daemon *d, const struct loader_result *r, struct err *err)
{
	struct config_options own = options(d, DAEMON_PARTS);
	struct strbuf report = STRBUF_INIT(SETUP_REPORT_BYTES);
	struct config *old = d->config, *new = NULL;
	int rc = config_load(&own, &new, &report, err);

	strbuf_fini(&report);
	if (rc != 0)
		return -1;
	take_lexicon(d, r);
	warn_fixed(old, new);
	d->config = new;
	stories_set_publishers(d->stories, &new->publishers);
	feeds_reload(d, old);
	config_unref(&old);
	feeds_trim(d);
	return analysers_replace(d, err);
}

static void
on_loaded(const struct loader_result *r, void *arg)
{
	struct daemon *d = arg;
	struct err err = r->err;
	bool ok = err.kind == ERR_NONE;

	log_report(ok ? LOG_WARN_ : LOG_ERROR_, r->report);
	if (ok && swap(d, r, &err) == 0) {
		d->counts.reloads++;
		d->reload_message[0] = '\0';
		d->config_loaded = clock_wall();
		log_info("reloaded", "feeds=%zu entities=%zu",
			d->config->feeds.n, d->watch.entities);
		answer(d, NULL, r->report);
	} else {
		if (ok && r->lexicon_fd != d->lexicon_fd)
			close(r->lexicon_fd);
		keep_old(d, &err, r->report);
	}
	notify_systemd_ready();
	loader_free(&d->loader);
	if (d->reload_again) {
		d->reload_again = false;
		reload_start(d, NULL);
	}
}

void
reload_start(struct daemon *d, struct http_exchange *asked)
{
	struct config_options all = options(d, CONFIG_ALL);
	struct err err;

	if (d->loader != NULL) {
		/* One after the other; the last word counts. */
		d->reload_again = true;
		if (asked != NULL)
			http_reply_error(asked, 409,
				"a reload is under way; it is done again "
				"after it");
		return;
	}
	d->reload_asked = asked;
	notify_systemd_reloading();
	if (loader_start(d->loop, &all, SETUP_LOADER_LIMIT_MS, on_loaded, d,
		    &d->loader, &err) != 0) {
		keep_old(d, &err, SPAN_NULL);
		notify_systemd_ready();
	}
}

void
reload_stop(struct daemon *d)
{
	loader_free(&d->loader);
	d->reload_asked = NULL;
}
