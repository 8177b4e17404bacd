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
			feeds_put(w, &s, why);
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
	int64_t ms;

	if (s->oldest_unconfirmed.ms == FEED_NEVER)
		return 0;
	ms = clock_wall().ms - s->oldest_unconfirmed.ms;
	return ms < 0 ? 0 : ms / 1000;
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
	json_w_kv_int(w, "batches", (int64_t)p.batches);
	json_w_kv_int(w, "transactions", (int64_t)p.multis);
	json_w_kv_int(w, "transactions_aborted", (int64_t)p.aborted);
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

/* Not more than this for 99 of 100 timers. */
static int64_t
lag_p99(const struct loop_lag *lag)
{
	uint64_t n = 0;

	for (size_t i = 0; i < LOOP_LAG_BUCKETS; i++) {
		n += lag->buckets[i];
		if (n * 100 >= lag->n * 99)
			return loop_lag_bound_ms(i) < lag->max_ms
				? loop_lag_bound_ms(i)
				: lag->max_ms;
	}
	return lag->max_ms;
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
	json_w_kv_int(w, "lag_p99_ms", lag_p99(&lag));
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
void
metrics_put(struct strbuf *out, const char *name, const char *type,
	const char *help, int64_t value)
{
	strbuf_printf(out,
		"# HELP newswatch_%s %s.\n# TYPE newswatch_%s %s\n"
		"newswatch_%s %lld\n",
		name, help, name, type, name, (long long)value);
}

/* A histogram of times in ms, told in seconds as is the custom. The last bound
 * is INT64_MAX. */
void
metrics_histogram(struct strbuf *out, const char *name, const char *help,
	const uint64_t *buckets, size_t n, int64_t (*bound_ms)(size_t),
	double sum_ms)
{
	uint64_t count = 0;

	strbuf_printf(out,
		"# HELP newswatch_%s %s.\n# TYPE newswatch_%s histogram\n",
		name, help, name);
	for (size_t i = 0; i < n; i++) {
		count += buckets[i];
		if (bound_ms(i) == INT64_MAX)
			strbuf_printf(out,
				"newswatch_%s_bucket{le=\"+Inf\"} %llu\n", name,
				(unsigned long long)count);
		else
			strbuf_printf(out,
				"newswatch_%s_bucket{le=\"%g\"} %llu\n", name,
				(double)bound_ms(i) / 1000,
				(unsigned long long)count);
	}
	strbuf_printf(out, "newswatch_%s_sum %.3f\nnewswatch_%s_count %llu\n",
		name, sum_ms / 1000, name, (unsigned long long)count);
}

static void
metrics_lag(const struct loop_lag *lag, struct strbuf *out)
{
	metrics_histogram(out, "loop_lag_seconds",
		"By how much timers fired late", lag->buckets, LOOP_LAG_BUCKETS,
		loop_lag_bound_ms, (double)lag->sum_ms);
}

static void
metrics_stories(struct daemon *d, struct strbuf *out)
{
	struct stories_stats s;

	stories_get_stats(d->stories, &s);
	metrics_put(out, "stories_open", "gauge", "Stories that items can join",
		(int64_t)s.open);
	metrics_put(out, "stories_bytes", "gauge", "Memory of the open stories",
		(int64_t)s.bytes);
	metrics_put(out, "stories_begun_total", "counter", "Stories begun",
		(int64_t)s.begun);
	metrics_put(out, "stories_items_total", "counter",
		"Items put into stories", (int64_t)s.put);
	metrics_put(out, "stories_merged_total", "counter",
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
	metrics_put(out, "relay_ready", "gauge", "1 if hits can reach Redis",
		p.state == PUBLISHER_READY);
	metrics_put(out, "published_total", "counter",
		"Hits added to the stream", (int64_t)p.published);
	metrics_put(out, "rewinds_total", "counter",
		"Times that Redis had lost hits, which were published again",
		(int64_t)p.rewinds);
	metrics_put(out, "batches_total", "counter",
		"Batches of hits added to the stream", (int64_t)p.batches);
	metrics_put(out, "transactions_total", "counter",
		"Batches of these that were a transaction, not a script",
		(int64_t)p.multis);
	metrics_put(out, "transactions_aborted_total", "counter",
		"Transactions that Redis refused: the batch went by script",
		(int64_t)p.aborted);
	if (store_stats(d->store, &s, &err) == 0) {
		metrics_put(out, "hits_unpublished", "gauge",
			"Stored hits not yet in Redis", s.unpublished);
		metrics_put(out, "hits_unconfirmed", "gauge",
			"Stored hits without an outcome", s.unconfirmed);
		metrics_put(out, "oldest_unconfirmed_seconds", "gauge",
			"How long the oldest of them has waited",
			oldest_wait_s(&s));
		metrics_put(out, "store_bytes", "gauge", "Size of the database",
			s.file_bytes);
	}
	pool_stats_read(d->pool, &a);
	metrics_put(
		out, "analysers", "gauge", "Analyser processes", a.children);
	metrics_put(
		out, "analysers_busy", "gauge", "Analysers at work", a.busy);
	loop_lag_read(d->loop, &lag, false);
	metrics_put(out, "loop_lag_max_ms", "gauge",
		"Longest delay of the event loop since the start", lag.max_ms);
	metrics_lag(&lag, out);
}

void
metrics_format(struct daemon *d, struct strbuf *out)
{
	char name[64];

	feeds_metrics(d, out);
	for (size_t i = 0; i < N_COUNTERS; i++) {
		snprintf(name, sizeof(name), "%s_total", counters[i].name);
		metrics_put(out, name, "counter", counters[i].help,
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

static const struct http_route api[] = {
	{"GET", "/api/status", on_status, false},
	{"GET", "/api/feeds", feeds_on_list, false},
	{"GET", "/api/feed", feeds_on_show, false},
	{"GET", "/api/item", item_on_request, false},
	{"GET", "/api/stories", stories_on_request, false},
	{"GET", "/api/story", story_on_request, false},
	{"POST", "/api/reload", on_reload, true},
	{"POST", "/api/poll", feeds_on_poll, true},
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
