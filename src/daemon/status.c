/*
 * The API: what the CLI asks on the control socket, what a monitor asks over
 * TCP. Reads the state of the other parts and changes nothing, but for reload
 * and stop, which only the control socket takes.
 */
#include "daemon/daemon.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "model/json.h"
#include "model/limits.h"

#define FAILING_SHOWN 20
#define FEEDS_PER_PAGE 1000
#define STATUS_BYTES MIB(4)

/* -- /api/status ------------------------------------------------------------
 */

static void
put_config(const struct daemon *d, struct json_w *w)
{
	json_w_key(w, "config");
	json_w_object(w);
	json_w_kv_text(w, "file", d->config->file);
	json_w_key(w, "loaded");
	json_w_time(w, d->config_loaded);
	json_w_kv_int(w, "reloads", (int64_t)d->counts.reloads);
	json_w_kv_str(w, "error",
		d->reload_message[0] != '\0' ? d->reload_message : NULL);
	json_w_object_end(w);
	json_w_key(w, "watch");
	json_w_object(w);
	json_w_kv_int(w, "entities", (int64_t)d->watch.entities);
	json_w_kv_int(w, "names", (int64_t)d->watch.names);
	json_w_object_end(w);
}

static void
put_feed(struct json_w *w, const struct feed_state *s, const char *why)
{
	char *shown = pipeline_shown(s->url);

	json_w_object(w);
	json_w_kv_str(w, "url", shown);
	mem_free(&shown);
	json_w_kv_text(w, "title", s->title);
	json_w_kv_str(w, "result", feed_result_name(s->result));
	json_w_kv_int(w, "http_status", s->http_status);
	json_w_key(w, "error");
	if (s->error.n > 0)
		json_w_text(w, s->error);
	else
		json_w_null(w);
	json_w_kv_int(w, "failures", s->failures);
	json_w_key(w, "last_poll");
	json_w_time(w, s->last_poll);
	json_w_key(w, "last_ok");
	json_w_time(w, s->last_ok);
	json_w_key(w, "last_new");
	json_w_time(w, s->last_new);
	json_w_key(w, "next_due");
	json_w_time(w, s->next_due);
	json_w_kv_str(w, "why", why);
	json_w_kv_int(w, "polls", (int64_t)s->polls);
	json_w_kv_int(w, "unchanged", (int64_t)s->unchanged);
	json_w_kv_int(w, "errors", (int64_t)s->errors);
	json_w_kv_int(w, "items", (int64_t)s->items);
	json_w_kv_int(w, "hits", (int64_t)s->hits);
	json_w_object_end(w);
}

/* Feeds by their last result; the first failing ones by name. */
static void
put_feeds(struct daemon *d, struct json_w *w)
{
	uint64_t by[FEED_RESULTS] = {0};
	struct poller_stats p;
	enum feed_result result;
	struct feed_state s;
	const char *why;
	unsigned shown = 0;

	poller_get_stats(d->poller, &p);
	json_w_key(w, "feeds");
	json_w_object(w);
	json_w_key(w, "failing");
	json_w_array(w);
	for (uint32_t i = 0; i < poller_id_end(d->poller); i++) {
		if (!poller_result(d->poller, i, &result))
			continue;
		by[result]++;
		if (result != FEED_NONE && !feed_result_saw(result) &&
			shown < FAILING_SHOWN &&
			poller_get(d->poller, i, &s, &why)) {
			put_feed(w, &s, why);
			shown++;
		}
	}
	json_w_array_end(w);
	json_w_key(w, "by_result");
	json_w_object(w);
	for (unsigned i = 0; i < FEED_RESULTS; i++)
		json_w_kv_int(w, feed_result_name((enum feed_result)i),
			(int64_t)by[i]);
	json_w_object_end(w);
	json_w_kv_int(w, "total", (int64_t)p.feeds);
	json_w_kv_int(w, "in_flight", (int64_t)p.in_flight);
	json_w_kv_int(w, "analysing", (int64_t)p.waiting);
	json_w_kv_int(w, "overdue", (int64_t)p.overdue);
	json_w_kv_int(w, "polls", (int64_t)p.polls);
	json_w_kv_int(w, "not_modified", (int64_t)p.not_modified);
	json_w_kv_int(w, "bytes", (int64_t)p.bytes);
	json_w_kv_bool(w, "network_down", p.network_down);
	json_w_object_end(w);
}

/* One row per counter: status and metrics print the same ones. */
static const struct {
	const char *name, *help;
	size_t offset;
} counters[] = {
#define COUNTER(field, help) \
	{ \
#field, help, offsetof(struct daemon_counts, field) \
	}
	COUNTER(documents, "Documents read"),
	COUNTER(items_new, "Items seen for the first time"),
	COUNTER(items_changed, "Items seen in a new version"),
	COUNTER(hits, "Hits stored"),
	COUNTER(refused, "Documents refused: not a feed, or an attack"),
	COUNTER(recovered, "Broken documents read as far as possible"),
	COUNTER(truncated, "Documents that broke off"),
	COUNTER(crashed, "Documents that crashed an analyser"),
	COUNTER(timed_out, "Documents that took an analyser too long"),
	COUNTER(store_failures, "Units of work that could not be stored"),
	COUNTER(expired, "Hits that nobody was told of within store.keep"),
	COUNTER(reloads, "Configurations loaded by a reload"),
	COUNTER(reload_failures, "Reloads refused for a mistake"),
#undef COUNTER
};
#define N_COUNTERS (sizeof(counters) / sizeof(counters[0]))

static uint64_t
counter_value(const struct daemon *d, size_t i)
{
	uint64_t v;

	memcpy(&v, (const char *)&d->counts + counters[i].offset, sizeof(v));
	return v;
}

/* For how long the oldest hit without an outcome has waited; 0: none does. */
static int64_t
oldest_wait_s(const struct store_stats *s)
{
	int64_t ms = clock_wall().ms - s->oldest_unconfirmed.ms;

	if (s->oldest_unconfirmed.ms == FEED_NEVER || ms < 0)
		return 0;
	return ms / 1000;
}

static void
put_queue(struct daemon *d, struct json_w *w)
{
	struct publisher_stats p;
	struct store_stats s;
	struct err err;

	publisher_get_stats(d->publisher, &p);
	json_w_key(w, "queue");
	json_w_object(w);
	json_w_kv_str(w, "state", publisher_state_name(p.state));
	json_w_kv_str(w, "message", p.message[0] != '\0' ? p.message : NULL);
	json_w_kv_int(w, "mark", p.mark);
	json_w_kv_int(w, "published", (int64_t)p.published);
	json_w_kv_int(w, "doubles", (int64_t)p.doubles);
	json_w_kv_int(w, "rewinds", (int64_t)p.rewinds);
	json_w_kv_int(w, "outcomes", (int64_t)p.outcomes);
	if (store_stats(d->store, &s, &err) == 0) {
		json_w_kv_int(w, "unpublished", s.unpublished);
		json_w_kv_int(w, "unconfirmed", s.unconfirmed);
		json_w_kv_int(w, "oldest_unconfirmed_s", oldest_wait_s(&s));
		json_w_object_end(w);
		json_w_key(w, "store");
		json_w_object(w);
		json_w_kv_int(w, "feeds", s.feeds);
		json_w_kv_int(w, "items", s.items);
		json_w_kv_int(w, "hits", s.hits);
		json_w_kv_int(w, "file_bytes", s.file_bytes);
		json_w_kv_int(w, "commits", (int64_t)s.commits);
		json_w_kv_int(w, "units", (int64_t)s.units);
		json_w_kv_int(w, "failed_units", (int64_t)s.failed_units);
	}
	json_w_object_end(w);
}

static void
put_stories(struct daemon *d, struct json_w *w)
{
	struct stories_stats s;

	stories_get_stats(d->stories, &s);
	json_w_key(w, "stories");
	json_w_object(w);
	json_w_kv_int(w, "open", (int64_t)s.open);
	json_w_kv_int(w, "bytes", (int64_t)s.bytes);
	json_w_kv_int(w, "pairs", (int64_t)s.pairs);
	json_w_kv_int(w, "items", (int64_t)s.put);
	json_w_kv_int(w, "begun", (int64_t)s.begun);
	json_w_kv_int(w, "merged", (int64_t)s.merged);
	json_w_object_end(w);
}

static void
put_processes(struct daemon *d, struct json_w *w)
{
	struct pool_stats p;
	struct loop_lag lag;

	pool_stats_read(d->pool, &p);
	json_w_key(w, "analysers");
	json_w_object(w);
	json_w_kv_int(w, "children", p.children);
	json_w_kv_int(w, "busy", p.busy);
	json_w_kv_int(w, "queued", (int64_t)p.queued);
	json_w_kv_int(w, "done", (int64_t)p.done);
	json_w_kv_int(w, "crashed", (int64_t)p.crashed);
	json_w_kv_int(w, "timed_out", (int64_t)p.timed_out);
	json_w_object_end(w);
	loop_lag_read(d->loop, &lag, false);
	json_w_key(w, "loop");
	json_w_object(w);
	json_w_kv_int(w, "lag_max_ms", lag.max_ms);
	json_w_object_end(w);
}

void
status_format(struct daemon *d, struct strbuf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_str(&w, "version", PACKAGE_VERSION);
	json_w_kv_int(&w, "pid", getpid());
	json_w_key(&w, "started");
	json_w_time(&w, d->started_at);
	json_w_kv_int(&w, "uptime_s", (clock_mono().ms - d->started.ms) / 1000);
	json_w_kv_bool(&w, "ready", d->ready);
	put_config(d, &w);
	put_feeds(d, &w);
	json_w_key(&w, "counts");
	json_w_object(&w);
	for (size_t i = 0; i < N_COUNTERS; i++)
		json_w_kv_int(
			&w, counters[i].name, (int64_t)counter_value(d, i));
	json_w_object_end(&w);
	put_queue(d, &w);
	json_w_key(&w, "redis");
	if (d->queue_status.n > 0 && !d->queue_status.full)
		json_w_raw(&w, strbuf_as_span(&d->queue_status));
	else
		json_w_null(&w);
	put_stories(d, &w);
	put_processes(d, &w);
	json_w_object_end(&w);
}

static void
on_status(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct strbuf b = STRBUF_INIT(STATUS_BYTES);

	(void)q;
	status_format(arg, &b);
	http_reply(x, 200, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- /api/feeds -------------------------------------------------------------
 */

/* {"feeds":[...],"next":N}: ask again with ?from=N until next is null. */
static void
on_feeds(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	struct strbuf b = STRBUF_INIT(MIB(64));
	struct feed_state s;
	struct json_w w;
	const char *why;
	int64_t from = 0;
	uint32_t i, n = 0;

	(void)q;
	if (!span_i64(span_of(http_request_query(x, "from")), 0, UINT32_MAX,
		    &from))
		from = 0;
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "feeds");
	json_w_array(&w);
	for (i = (uint32_t)from;
		i < poller_id_end(d->poller) && n < FEEDS_PER_PAGE; i++) {
		if (!poller_get(d->poller, i, &s, &why))
			continue;
		put_feed(&w, &s, why);
		n++;
	}
	json_w_array_end(&w);
	json_w_key(&w, "next");
	if (i < poller_id_end(d->poller))
		json_w_int(&w, i);
	else
		json_w_null(&w);
	json_w_object_end(&w);
	http_reply(x, 200, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- health -----------------------------------------------------------------
 */

static void
on_healthz(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	(void)q;
	(void)arg;
	http_reply(x, 200, "text/plain", SPAN_LIT("ok\n"));
}

static void
on_readyz(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	struct publisher_stats p;

	(void)q;
	publisher_get_stats(d->publisher, &p);
	if (p.state == PUBLISHER_READY)
		http_reply(x, 200, "text/plain", SPAN_LIT("ready\n"));
	else
		http_reply_error(x, 503,
			p.message[0] != '\0' ? p.message
					     : publisher_state_name(p.state));
}

static void
on_metrics(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct strbuf b = STRBUF_INIT(STATUS_BYTES);

	(void)q;
	metrics_format(arg, &b);
	http_reply(x, 200, "text/plain; version=0.0.4; charset=utf-8",
		strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* One line per metric: name, type, help, value. */
static void
metric(struct strbuf *out, const char *name, const char *type, const char *help,
	int64_t value)
{
	strbuf_printf(out,
		"# HELP newswatch_%s %s.\n# TYPE newswatch_%s %s\n"
		"newswatch_%s %lld\n",
		name, help, name, type, name, (long long)value);
}

static void
metrics_feeds(struct daemon *d, struct strbuf *out)
{
	struct poller_stats p;

	poller_get_stats(d->poller, &p);
	metric(out, "feeds", "gauge", "Configured feeds", (int64_t)p.feeds);
	metric(out, "feeds_overdue", "gauge", "Feeds due but not yet asked",
		(int64_t)p.overdue);
	metric(out, "polls_in_flight", "gauge", "Requests under way",
		(int64_t)p.in_flight);
	metric(out, "received_bytes_total", "counter",
		"Bytes received from feeds", (int64_t)p.bytes);
	metric(out, "network_down", "gauge",
		"1 while every host fails, which is our own fault",
		p.network_down);
	strbuf_str(out,
		"# HELP newswatch_polls_total Polls by result.\n"
		"# TYPE newswatch_polls_total counter\n");
	for (unsigned i = 1; i < FEED_RESULTS; i++)
		strbuf_printf(out,
			"newswatch_polls_total{result=\"%s\"} %llu\n",
			feed_result_name((enum feed_result)i),
			(unsigned long long)p.by_result[i]);
}

static void
metrics_stories(struct daemon *d, struct strbuf *out)
{
	struct stories_stats s;

	stories_get_stats(d->stories, &s);
	metric(out, "stories_open", "gauge", "Stories that items can join",
		(int64_t)s.open);
	metric(out, "stories_bytes", "gauge", "Memory of the open stories",
		(int64_t)s.bytes);
	metric(out, "stories_begun_total", "counter", "Stories begun",
		(int64_t)s.begun);
	metric(out, "stories_items_total", "counter", "Items put into stories",
		(int64_t)s.put);
	metric(out, "stories_merged_total", "counter",
		"Stories that became part of another", (int64_t)s.merged);
}

static void
metrics_queue(struct daemon *d, struct strbuf *out)
{
	struct publisher_stats p;
	struct store_stats s;
	struct pool_stats a;
	struct loop_lag lag;
	struct err err;

	publisher_get_stats(d->publisher, &p);
	metric(out, "relay_ready", "gauge", "1 if hits can reach Redis",
		p.state == PUBLISHER_READY);
	metric(out, "published_total", "counter", "Hits added to the stream",
		(int64_t)p.published);
	metric(out, "rewinds_total", "counter",
		"Times that Redis had lost hits, which were published again",
		(int64_t)p.rewinds);
	if (store_stats(d->store, &s, &err) == 0) {
		metric(out, "hits_unpublished", "gauge",
			"Stored hits not yet in Redis", s.unpublished);
		metric(out, "hits_unconfirmed", "gauge",
			"Stored hits without an outcome", s.unconfirmed);
		metric(out, "oldest_unconfirmed_seconds", "gauge",
			"How long the oldest of them has waited",
			oldest_wait_s(&s));
		metric(out, "store_bytes", "gauge", "Size of the database",
			s.file_bytes);
	}
	pool_stats_read(d->pool, &a);
	metric(out, "analysers", "gauge", "Analyser processes", a.children);
	metric(out, "analysers_busy", "gauge", "Analysers at work", a.busy);
	loop_lag_read(d->loop, &lag, false);
	metric(out, "loop_lag_max_ms", "gauge",
		"Longest delay of the event loop since the start", lag.max_ms);
}

void
metrics_format(struct daemon *d, struct strbuf *out)
{
	char name[64];

	metrics_feeds(d, out);
	for (size_t i = 0; i < N_COUNTERS; i++) {
		snprintf(name, sizeof(name), "%s_total", counters[i].name);
		metric(out, name, "counter", counters[i].help,
			(int64_t)counter_value(d, i));
	}
	metrics_stories(d, out);
	metrics_queue(d, out);
}

/* -- orders -----------------------------------------------------------------
 */

static void
on_reload(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	(void)q;
	reload_start(arg, x);
}

static void
on_poll(struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	const char *url = http_request_query(x, "url");
	uint32_t id;

	(void)q;
	if (url == NULL || !feeds_find(d, span_of(url), &id)) {
		http_reply_error(
			x, 404, "no such feed; `newswatch feeds` lists them");
		return;
	}
	poller_poll_now(d->poller, id);
	http_reply(x, 202, "application/json", SPAN_LIT("{}"));
}

static const struct http_route api[] = {
	{"GET", "/api/status", on_status, false},
	{"GET", "/api/feeds", on_feeds, false},
	{"GET", "/api/item", item_on_request, false},
	{"GET", "/api/stories", stories_on_request, false},
	{"GET", "/api/story", story_on_request, false},
	{"POST", "/api/reload", on_reload, true},
	{"POST", "/api/poll", on_poll, true},
	{"GET", "/metrics", on_metrics, false},
	{"GET", "/healthz", on_healthz, false},
	{"GET", "/readyz", on_readyz, false},
	{NULL, NULL, NULL, false},
};

int
status_start(struct daemon *d, struct err *err)
{
	struct http_server_options o = {.routes = api, .arg = d};
	char *path =
		mem_printf("%.*s/control.sock", SPAN_ARG(d->config->state_dir));
	char *where = NULL;
	int rc = http_server_new(d->loop, &o, &d->server, err);

	if (rc == 0)
		rc = http_server_listen_unix(
			d->server, path, DAEMON_CONTROL_MODE, err);
	if (rc == 0 && d->config->http_listen.n > 0) {
		where = span_dup(d->config->http_listen);
		rc = http_server_listen(d->server, where, err);
		if (rc != 0)
			err_wrap(err, "http.listen");
	}
	mem_free(&where);
	mem_free(&path);
	return rc;
}

void
status_stop(struct daemon *d)
{
	http_server_free(&d->server);
}
