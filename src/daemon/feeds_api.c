/*
 * Feeds in the API: their list, one of them with its history, an order to poll
 * it now, and their metrics.
 */
#include "daemon/daemon.h"

#include "model/json.h"
#include "model/limits.h"
#include "text/url.h"
#include "text/utf8.h"

/* A page of the list ends after so many feeds, or so much of the loop's time.
 */
#define FEEDS_PER_PAGE 1000
#define PAGE_US 10000
#define HISTORY_SHOWN 50

static const char no_such_feed[] =
	"no such feed; `newswatch feeds --match TEXT` finds its URL";

/* -- one feed ---------------------------------------------------------------
 */

static void
put_state(struct json_w *w, const struct feed_state *s, const char *why)
{
	char *shown = pipeline_shown(s->url);

	json_w_kv_str(w, "url", shown);
	mem_free(&shown);
	json_w_kv_text(w, "title", s->title);
	json_w_kv_str(w, "result", feed_result_name(s->result));
	json_w_kv_int(w, "http_status", s->http_status);
	json_w_kv_known(w, "error", s->error);
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
}

void
feeds_put(struct json_w *w, const struct feed_state *s, const char *why)
{
	json_w_object(w);
	put_state(w, s, why);
	json_w_object_end(w);
}

/* What it learned, in brief: a line of the list. */
static void
put_pace(struct json_w *w, const struct poll_insight *in)
{
	json_w_key(w, "rate_per_day");
	json_w_number(w, in->rate_per_day);
	json_w_key(w, "interest");
	json_w_number(w, in->interest);
	json_w_kv_int(w, "delay_s", in->delay_ms / 1000);
	json_w_key(w, "clock");
	if (in->clock.period_ms == 0) {
		json_w_null(w);
		return;
	}
	json_w_object(w);
	json_w_kv_int(w, "period_s", in->clock.period_ms / 1000);
	json_w_key(w, "phases_s");
	json_w_array(w);
	for (size_t i = 0; i < in->clock.n; i++)
		json_w_int(w, in->clock.phase_ms[i] / 1000);
	json_w_array_end(w);
	json_w_kv_int(w, "late_s", (int64_t)(in->clock.late_ms / 1000));
	json_w_object_end(w);
}

static void
put_url(struct json_w *w, const char *key, struct span url)
{
	char *shown = url.n > 0 ? pipeline_shown(url) : NULL;

	json_w_kv_str(w, key, shown);
	mem_free(&shown);
}

/* Any bytes may be one. */
static void
put_validator(struct json_w *w, const char *key, struct span s)
{
	struct strbuf b = STRBUF_INIT(LIMIT_NAME_BYTES);

	utf8_repair(s, true, &b);
	json_w_kv_text(w, key, strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
put_detail(struct json_w *w, const struct feed_state *s,
	const struct config_feed *conf)
{
	json_w_kv_int(w, "interval_s", conf->set->interval_ms / 1000);
	put_url(w, "adopted_url", s->fetch_url);
	put_url(w, "redirect_url", s->redirect_url);
	json_w_kv_int(w, "redirect_count", s->redirect_count);
	put_validator(w, "etag", s->etag);
	put_validator(w, "last_modified", s->last_modified);
	json_w_kv_int(w, "max_age_s", s->floor_ms / 1000);
	json_w_kv_int(w, "ttl_s", s->ttl_ms / 1000);
	json_w_key(w, "skip_hours");
	json_w_array(w);
	for (unsigned h = 0; h < 24; h++)
		if ((s->skip_hours >> h & 1) != 0)
			json_w_int(w, h);
	json_w_array_end(w);
	json_w_key(w, "skip_days");
	json_w_array(w);
	for (unsigned day = 0; day < 7; day++)
		if ((s->skip_days >> day & 1) != 0)
			json_w_int(w, day);
	json_w_array_end(w);
	json_w_key(w, "retry_after");
	json_w_time(w, s->retry_after);
	json_w_key(w, "first_ok");
	json_w_time(w, s->first_ok);
	json_w_kv_int(w, "bytes", (int64_t)s->bytes);
	json_w_kv_text(w, "publisher_domain", s->publisher_domain);
}

static void
put_profile(struct json_w *w, const struct poll_insight *in)
{
	json_w_key(w, "profile");
	json_w_array(w);
	for (unsigned h = 0; h < 24; h++)
		json_w_number(w, in->profile[h]);
	json_w_array_end(w);
	/* From Monday, as people count; the schedule's first is Thursday. */
	json_w_key(w, "days");
	json_w_array(w);
	for (unsigned day = 0; day < 7; day++)
		json_w_number(w, in->days[(day + 4) % 7]);
	json_w_array_end(w);
}

static void
put_history(struct json_w *w, const struct poller *p, uint32_t id)
{
	struct poll_entry list[HISTORY_SHOWN];
	size_t n = poller_history(p, id, list, HISTORY_SHOWN);

	json_w_key(w, "history");
	json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct poll_entry *e = &list[i];

		json_w_object(w);
		json_w_key(w, "at");
		json_w_time_ms(w, e->at);
		json_w_kv_str(w, "result", feed_result_name(e->result));
		json_w_kv_int(w, "http_status", e->http_status);
		json_w_kv_int(w, "redirects", e->redirects);
		json_w_kv_int(w, "took_ms", e->took_ms);
		json_w_kv_int(w, "bytes", e->bytes);
		json_w_kv_int(w, "items", e->n_items);
		json_w_kv_int(w, "new", e->n_new);
		json_w_key(w, "next_due");
		json_w_time(w, e->next_due);
		json_w_kv_str(w, "why", e->why);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

/* A URL as it is configured, or as it is shown, with what is secret masked. */
static bool
find_shown(struct daemon *d, const char *url, uint32_t *id)
{
	if (url == NULL)
		return false;
	if (feeds_find(d, span_of(url), id))
		return true;
	for (*id = 0; *id < d->feeds.n; (*id)++) {
		const struct config_feed *conf = d->feeds.p[*id].conf;
		char *shown;
		bool same;

		if (conf == NULL || span_find(conf->url, '@') == SIZE_MAX)
			continue;
		shown = pipeline_shown(conf->url);
		same = span_eq_str(span_of(url), shown);
		mem_free(&shown);
		if (same)
			return true;
	}
	return false;
}

/* The state for people: no poll comes while its host is left alone. */
static bool
get_state(struct daemon *d, uint32_t id, struct feed_state *s, const char **why)
{
	struct wall until;
	const char *alone;

	if (!poller_get(d->poller, id, s, why))
		return false;
	if (poller_left_alone(d->poller, id, &until, &alone) &&
		until.ms > s->next_due.ms) {
		s->next_due = until;
		*why = alone;
	}
	return true;
}

/* GET /api/feed?url=URL */
void
feeds_on_show(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	struct strbuf b = STRBUF_INIT(MIB(1));
	struct poll_insight in;
	struct feed_state s;
	struct json_w w;
	const char *why;
	uint32_t id;

	(void)q;
	if (!find_shown(d, http_request_query(x, "url"), &id) ||
		!get_state(d, id, &s, &why)) {
		http_reply_error(x, 404, no_such_feed);
		return;
	}
	poller_insight(d->poller, &s, &in);
	json_w_init(&w, &b);
	json_w_object(&w);
	put_state(&w, &s, why);
	put_pace(&w, &in);
	put_detail(&w, &s, d->feeds.p[id].conf);
	put_profile(&w, &in);
	put_history(&w, d->poller, id);
	json_w_object_end(&w);
	http_reply(x, 200, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- all of them ------------------------------------------------------------
 */

/* Which feeds are asked for: `failing`, `result`, `match`; `from`, `most`. */
struct wanted {
	int64_t from, most;
	bool failing;
	enum feed_result result; /* FEED_RESULTS: any */
	struct span match; /* within its URL, title or publisher; empty: any */
};

static bool
read_result(const char *name, enum feed_result *out)
{
	*out = FEED_RESULTS;
	if (name == NULL)
		return true;
	for (*out = 0; *out < FEED_RESULTS; (*out)++)
		if (strcmp(name, feed_result_name(*out)) == 0)
			return true;
	return false;
}

static bool
read_wanted(struct http_exchange *x, struct wanted *w)
{
	const char *failing = http_request_query(x, "failing");

	*w = (struct wanted){
		.most = FEEDS_PER_PAGE,
		.failing = failing != NULL && strcmp(failing, "1") == 0,
		.match = span_of(http_request_query(x, "match")),
	};
	if (!span_i64(span_of(http_request_query(x, "from")), 0, UINT32_MAX,
		    &w->from))
		w->from = 0;
	if (!span_i64(span_of(http_request_query(x, "most")), 1, FEEDS_PER_PAGE,
		    &w->most))
		w->most = FEEDS_PER_PAGE;
	return read_result(http_request_query(x, "result"), &w->result);
}

/* What is secret in a URL is not found by guessing at it. */
static bool
url_matches(struct span url, struct span match)
{
	char *shown;
	bool yes;

	if (span_casefind(url, match) == SIZE_MAX)
		return false;
	shown = pipeline_shown(url);
	yes = span_casefind(span_of(shown), match) != SIZE_MAX;
	mem_free(&shown);
	return yes;
}

static bool
is_wanted(const struct daemon *d, uint32_t id, const struct wanted *w)
{
	const struct config_feed *conf = d->feeds.p[id].conf;
	enum feed_result result;

	if (conf == NULL || !poller_result(d->poller, id, &result))
		return false;
	if (w->failing && (result == FEED_NONE || feed_result_saw(result)))
		return false;
	if (w->result != FEED_RESULTS && w->result != result)
		return false;
	return w->match.n == 0 || url_matches(conf->url, w->match) ||
		span_casefind(conf->title, w->match) != SIZE_MAX ||
		span_casefind(conf->set->publisher, w->match) != SIZE_MAX;
}

static bool
put_listed(struct json_w *w, struct daemon *d, uint32_t id)
{
	struct poll_insight in;
	struct feed_state s;
	const char *why;

	if (!get_state(d, id, &s, &why))
		return false;
	poller_insight(d->poller, &s, &in);
	json_w_object(w);
	put_state(w, &s, why);
	put_pace(w, &in);
	json_w_object_end(w);
	return true;
}

/* The page that begins at wanted->from; where the next one does. */
static uint32_t
put_page(struct json_w *w, struct daemon *d, const struct wanted *wanted)
{
	int64_t end_us = clock_mono_us() + PAGE_US, n = 0;
	uint32_t i = (uint32_t)wanted->from;

	while (i < d->feeds.n && n < wanted->most) {
		n += is_wanted(d, i, wanted) && put_listed(w, d, i);
		if (++i % 16 == 0 && clock_mono_us() > end_us)
			break;
	}
	return i;
}

/* {"feeds":[...],"next":N}: ask again with ?from=N until next is null; a page
 * may be empty before. */
void
feeds_on_list(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	struct strbuf b = STRBUF_INIT(MIB(64));
	struct wanted wanted;
	struct json_w w;
	uint32_t next;

	(void)q;
	if (!read_wanted(x, &wanted)) {
		http_reply_error(x, 400,
			"no such result; /api/status counts feeds by theirs");
		return;
	}
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_key(&w, "feeds");
	json_w_array(&w);
	next = put_page(&w, d, &wanted);
	json_w_array_end(&w);
	json_w_key(&w, "next");
	if (next < d->feeds.n)
		json_w_int(&w, next);
	else
		json_w_null(&w);
	json_w_object_end(&w);
	http_reply(x, 200, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* POST /api/poll?url=URL */
void
feeds_on_poll(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	const char *url = http_request_query(x, "url");
	uint32_t id;

	(void)q;
	if (!find_shown(d, url, &id)) {
		http_reply_error(x, 404, no_such_feed);
		return;
	}
	poller_poll_now(d->poller, id);
	http_reply(x, 202, "application/json", SPAN_LIT("{}"));
}

/* -- metrics ----------------------------------------------------------------
 */

/* The worst only: a label for every host would be too many. */
static void
metrics_hosts(struct daemon *d, struct strbuf *out)
{
	struct poll_host worst[POLLER_WORST_HOSTS];
	size_t n = poller_worst_hosts(d->poller, worst);

	strbuf_str(out,
		"# HELP newswatch_host_refusals_total Answers 429, of the "
		"hosts "
		"with most of them.\n"
		"# TYPE newswatch_host_refusals_total counter\n");
	for (size_t i = 0; i < n; i++)
		strbuf_printf(out,
			"newswatch_host_refusals_total{host=\"%.*s\"} "
			"%llu\n",
			SPAN_ARG(worst[i].name),
			(unsigned long long)worst[i].refusals);
}

void
feeds_metrics(struct daemon *d, struct strbuf *out)
{
	struct poller_stats p;

	poller_get_stats(d->poller, &p);
	metrics_put(
		out, "feeds", "gauge", "Configured feeds", (int64_t)p.feeds);
	metrics_put(out, "feeds_overdue", "gauge",
		"Feeds due but not yet asked", (int64_t)p.overdue);
	metrics_put(out, "polls_in_flight", "gauge", "Requests under way",
		(int64_t)p.in_flight);
	metrics_put(out, "received_bytes_total", "counter",
		"Bytes received from feeds", (int64_t)p.bytes);
	metrics_put(out, "network_down", "gauge",
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
	metrics_put(out, "polls_with_news_total", "counter",
		"Polls that brought new items", (int64_t)p.with_news);
	metrics_put(out, "polls_with_hits_total", "counter",
		"Polls that brought new items about what is watched",
		(int64_t)p.with_hits);
	metrics_put(out, "saved_unchanged_bytes_total", "counter",
		"Bytes not sent to us, because a 304 was enough",
		(int64_t)p.saved_unchanged);
	metrics_put(out, "saved_compressed_bytes_total", "counter",
		"Bytes not sent to us, because documents were compressed",
		(int64_t)p.saved_packed);
	metrics_histogram(out, "poll_lateness_seconds",
		"By how much polls began later than they were due", p.lateness,
		POLLER_LATENESS_BUCKETS, poller_lateness_bound_ms,
		(double)p.lateness_ms_sum);
	metrics_hosts(d, out);
}
