/*
 * Construction, signals, the watchdog and the end. The order of construction
 * is that of dependence; destruction is the reverse.
 */
#include "daemon/daemon.h"

#include <malloc.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/plural.h"
#include "io/notify_systemd.h"

#define STATUS_PERIOD_MS 10000

/* -- housekeeping -----------------------------------------------------------
 */

static void
on_commit(void *arg)
{
	struct daemon *d = arg;
	int64_t begin_us = clock_mono_us();
	struct err err;

	/* Each unit was told, and each failure logged with its feed. */
	if (store_commit(d->store, &err) != 0)
		log_error("commit_failed", "error=\"%s\"", err.msg);
	d->commit_us = clock_mono_us() - begin_us;
}

/* Hits that no worker took, or Redis, for as long as they are kept at all. */
static void
note_expired(struct daemon *d, size_t n)
{
	if (n == 0)
		return;
	d->counts.expired += n;
	log_warn("hits_expired",
		"hits=%zu why=\"nobody was told of them within store.keep: "
		"is newswatch-notify running, and Redis?\"",
		n);
}

static void
on_prune(void *arg)
{
	struct daemon *d = arg;
	struct wall now = clock_wall();
	struct wall before = {now.ms - d->config->store_keep_ms};
	struct store_unit *u;
	struct err err;
	size_t n = 0, expired = 0;

	if (store_unit_begin(d->store, &u, &err) == 0 &&
		store_unit_expire(u, before, now, DAEMON_PRUNE_ROWS, &expired,
			&err) == 0 &&
		store_unit_prune(u, before, DAEMON_PRUNE_ROWS, &n, &err) == 0 &&
		stories_tick(d->stories, u, now, &err) == 0 &&
		store_unit_end(&u, NULL, NULL, &err) == 0) {
		note_expired(d, expired);
		pipeline_commit_soon(d);
	} else {
		log_warn("prune_failed", "error=\"%s\"", err.msg);
	}
	/* What a burst of documents left behind, too. */
	malloc_trim(0);
	loop_timer_set(d->prune_timer,
		n >= DAEMON_PRUNE_ROWS || expired >= DAEMON_PRUNE_ROWS
			? 1000
			: DAEMON_PRUNE_MS);
}

static void
on_watchdog(void *arg)
{
	struct daemon *d = arg;
	struct poller_stats p;
	struct publisher_stats q;

	notify_systemd_watchdog();
	poller_get_stats(d->poller, &p);
	publisher_get_stats(d->publisher, &q);
	notify_systemd_status("%zu %s, %llu %s, %llu %s; relay %s", p.feeds,
		PLURAL(p.feeds, "feed", "feeds"), (unsigned long long)p.polls,
		PLURAL(p.polls, "poll", "polls"),
		(unsigned long long)d->counts.hits,
		PLURAL(d->counts.hits, "hit", "hits"),
		publisher_state_name(q.state));
}

static void
watchdog_start(struct daemon *d)
{
	int64_t period = notify_systemd_watchdog_ms();

	if (period <= 0 || period > STATUS_PERIOD_MS)
		period = STATUS_PERIOD_MS;
	d->watchdog = loop_timer_new(d->loop, on_watchdog, d);
	loop_timer_every(d->watchdog, period);
}

/* -- stopping ---------------------------------------------------------------
 */

static bool
is_drained(const struct daemon *d)
{
	return d->in_work == 0 && store_waiting(d->store) == 0 &&
		(!redis_is_up(d->redis) || publisher_is_idle(d->publisher));
}

/* Work under way ends by itself; what is not in Redis yet is in the store. */
static void
on_drain(void *arg)
{
	struct daemon *d = arg;

	if (is_drained(d) ||
		clock_mono().ms - d->stop_asked.ms >= DAEMON_DRAIN_MS)
		loop_stop(d->loop);
	else
		loop_timer_set(d->drain, 20);
}

void
daemon_stop(struct daemon *d)
{
	if (d->stopping) {
		loop_stop(d->loop);
		return;
	}
	d->stopping = true;
	d->stop_asked = clock_mono();
	notify_systemd_stopping();
	log_info("stopping", "in_work=%zu", d->in_work);
	poller_pause(d->poller);
	d->drain = loop_timer_new(d->loop, on_drain, d);
	loop_timer_set(d->drain, 0);
}

static void
on_stop_signal(void *arg)
{
	daemon_stop(arg);
}

static void
on_hup(void *arg)
{
	reload_start(arg, NULL);
}

/* -- construction -----------------------------------------------------------
 */

static int
http_start(struct daemon *d, struct err *err)
{
	struct http_client_options o = {0};
	const struct config_fetch *f = &d->config->fetch;
	char *agent = span_dup(f->user_agent);
	char *ca = f->ca_file.n > 0 ? span_dup(f->ca_file) : NULL;
	int rc;

	o.user_agent = agent;
	o.ca_file = ca;
	rc = http_client_new(d->loop, &o, &d->http, err);
	mem_free(&ca);
	mem_free(&agent);
	return rc;
}

static int
store_start(struct daemon *d, struct err *err)
{
	char *dir = span_dup(d->config->state_dir);
	char *path = mem_printf("%s/newswatch.db", dir);
	int rc = file_mkdirs(dir, 0750, err);

	if (rc == 0)
		rc = store_open(path, &d->store, err);
	d->commit_timer = loop_timer_new(d->loop, on_commit, d);
	d->prune_timer = loop_timer_new(d->loop, on_prune, d);
	loop_timer_set(d->prune_timer, DAEMON_PRUNE_MS);
	mem_free(&path);
	mem_free(&dir);
	return rc;
}

static int
stories_start(struct daemon *d, struct err *err)
{
	return stories_open(d->store, &d->config->publishers, &d->stories, err);
}

/* What was learned since it was kept last; a crash loses as much. */
static void
stories_stop(struct daemon *d)
{
	struct store_unit *u;
	struct err err;

	if (d->stories != NULL &&
		(store_unit_begin(d->store, &u, &err) != 0 ||
			stories_keep_terms(d->stories, u, &err) != 0 ||
			store_unit_end(&u, NULL, NULL, &err) != 0))
		log_warn("terms_not_kept", "error=\"%s\"", err.msg);
	/* What waits is committed while the poller can still be told. */
	store_close(&d->store);
	stories_close(&d->stories);
}

static int
poller_start(struct daemon *d, struct err *err)
{
	struct poller_callbacks cb = {
		.document = pipeline_document,
		.state = feeds_unstored,
		.load = feeds_load,
		.arg = d,
	};

	d->poller = poller_new(d->loop, d->http, &d->config->fetch, &cb);
	return feeds_start(d, err);
}

static void
signals_start(struct daemon *d)
{
	d->on_hup = loop_signal_new(d->loop, SIGHUP, on_hup, d);
	d->on_term = loop_signal_new(d->loop, SIGTERM, on_stop_signal, d);
	d->on_int = loop_signal_new(d->loop, SIGINT, on_stop_signal, d);
}

/* Steps of the construction, in order. */
static int (*const steps[])(struct daemon *d, struct err *err) = {
	store_start,
	stories_start,
	relay_start,
	http_start,
	analysers_start,
	poller_start,
	status_start,
};

static int
construct(struct daemon *d, struct err *err)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i](d, err) != 0)
			return -1;
	signals_start(d);
	watchdog_start(d);
	loop_lag_watch(d->loop, 100);
	return 0;
}

static void
destroy(struct daemon *d)
{
	if (d->loop == NULL)
		return;
	status_stop(d);
	reload_stop(d);
	pool_free(&d->pool);
	pipeline_stop(d);
	feeds_interrupt(d);
	feeds_flush(d);
	stories_stop(d);
	feeds_stop(d);
	http_client_free(&d->http);
	relay_stop(d);
	loop_timer_free(&d->commit_timer);
	loop_timer_free(&d->prune_timer);
	loop_timer_free(&d->watchdog);
	loop_timer_free(&d->drain);
	loop_signal_free(&d->on_hup);
	loop_signal_free(&d->on_term);
	loop_signal_free(&d->on_int);
	if (d->lexicon_fd >= 0)
		close(d->lexicon_fd);
	loop_free(&d->loop);
}

/* Exit codes by what the operator should do: fix the file, or try again. */
static int
exit_code(const struct err *err)
{
	switch (err->kind) {
	case ERR_CONF:
		return EX_CONFIG;
	case ERR_TEMP:
		return EX_TEMPFAIL;
	case ERR_NONE:
	case ERR_INPUT:
	case ERR_PERM:
		break;
	}
	return EX_SOFTWARE;
}

int
daemon_run(const struct daemon_options *o)
{
	struct daemon d = {.options = *o, .lexicon_fd = -1};
	struct err err = {0};
	int code = EX_OK;

	notify_systemd_init();
	d.started = clock_mono();
	d.started_at = clock_wall();
	if (loop_new(&d.loop, &err) == 0 && reload_first(&d, &err) == 0 &&
		construct(&d, &err) == 0) {
		d.ready = true;
		notify_systemd_ready();
		log_info("started",
			"version=%s feeds=%zu entities=%zu state_dir=%.*s",
			PACKAGE_VERSION, d.config->feeds.n, d.watch.entities,
			SPAN_ARG(d.config->state_dir));
		loop_run(d.loop);
		log_info("stopped", "hits=%llu",
			(unsigned long long)d.counts.hits);
	} else {
		log_error("not_started", "error=\"%s\"", err.msg);
		code = exit_code(&err);
	}
	destroy(&d);
	config_unref(&d.config);
	return code;
}
