/*
 * The way of a document: to an analyser, back as items, into one unit of the
 * store, and after the commit to the relay. Every failure costs this document
 * only: it is logged once, counted, and told to the poller, which keeps the
 * old validators so that nothing is skipped.
 */
#include "daemon/daemon.h"

#include "analyse/codec.h"
#include "base/arena.h"
#include "base/log.h"
#include "daemon/hits.h"
#include "model/limits.h"
#include "text/domain.h"
#include "text/url.h"

/* A document from poller_callbacks.document to poller_commit or _abort. */
struct document_job {
	struct daemon *d;
	uint32_t feed;
	struct wall received;
	struct strbuf payload; /* of a job that waits for the queue */
	char *url; /* as configured */
	size_t n_hits; /* of the unit that waits for its commit */
	struct stories_touched touched; /* by that unit */
};

char *
pipeline_shown(struct span url)
{
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);

	url_mask(url, &b);
	return strbuf_take(&b);
}

static void
job_free(struct document_job *j)
{
	j->d->in_work--;
	stories_touched_fini(&j->touched);
	strbuf_fini(&j->payload);
	mem_free(&j->url);
	mem_free(&j);
}

static const struct config_feed *
job_conf(const struct document_job *j)
{
	const struct config_feed *conf;

	if (j->feed >= j->d->feeds.n)
		return NULL;
	conf = j->d->feeds.p[j->feed].conf;
	/* The id may belong to another feed by now. */
	return conf != NULL && span_eq_str(conf->url, j->url) ? conf : NULL;
}

static void
job_give_up(struct document_job *j, const char *why)
{
	if (job_conf(j) != NULL)
		poller_abort(j->d->poller, j->feed, why);
	job_free(j);
}

/* -- committing -------------------------------------------------------------
 */

static void
on_committed(void *arg, const struct err *err)
{
	struct document_job *j = arg;
	struct daemon *d = j->d;

	if (err != NULL) {
		char *shown = pipeline_shown(span_of(j->url));

		d->counts.store_failures++;
		log_error(
			"not_stored", "feed=%s error=\"%s\"", shown, err->msg);
		mem_free(&shown);
		stories_undo(d->stories, &j->touched);
		job_give_up(j, err->msg);
		return;
	}
	d->counts.hits += j->n_hits;
	if (j->n_hits > 0 && d->publisher != NULL)
		publisher_wake(d->publisher);
	if (job_conf(j) != NULL)
		poller_commit(d->poller, j->feed);
	job_free(j);
}

static int64_t
between(int64_t ms, int64_t least, int64_t most)
{
	if (ms < least)
		return least;
	return ms > most ? most : ms;
}

static void
commit_in(struct daemon *d, int64_t ms)
{
	d->commit_at_ms = clock_mono().ms + ms;
	loop_timer_set(d->commit_timer, ms);
}

void
pipeline_commit_soon(struct daemon *d)
{
	if (!loop_timer_is_set(d->commit_timer))
		commit_in(d,
			between(d->commit_us * DAEMON_COMMIT_FACTOR / 1000,
				DAEMON_COMMIT_MS, DAEMON_COMMIT_MAX_MS));
}

void
pipeline_commit_hits(struct daemon *d)
{
	int64_t ms = between(d->commit_us * DAEMON_COMMIT_HIT_FACTOR / 1000,
		DAEMON_COMMIT_HIT_MS, DAEMON_COMMIT_HIT_MAX_MS);

	if (!loop_timer_is_set(d->commit_timer) ||
		clock_mono().ms + ms < d->commit_at_ms)
		commit_in(d, ms);
}

/* -- the unit of work --------------------------------------------------------
 */

struct unit {
	struct document_job *job;
	const struct config_feed *conf;
	const struct analyse_result *res;
	struct arena *arena;
	struct store_unit *u;
	struct feed_state state;
	struct poll_outcome outcome;
	int64_t row;
	struct store_document doc;
	size_t n_hits, n_new, n_changed;
};

static void
settle(struct unit *w, enum feed_result result, const char *message)
{
	w->outcome.result = result;
	w->outcome.message = message;
	poller_settle(w->job->d->poller, w->job->feed, &w->outcome, &w->state);
}

/* Hosts of the document's own link say better than the feed's URL who it is:
 * many feeds are served by somebody else. */
static struct span
publisher_domain(const struct unit *w)
{
	struct span host = url_host(w->res->url);

	if (host.n == 0)
		host = url_host(w->conf->url);
	return domain_registrable(host);
}

static void
source_fill(const struct unit *w, struct hit_source *src)
{
	const struct analyse_result *r = w->res;
	struct span domain = publisher_domain(w);

	*src = (struct hit_source){
		.received = w->job->received,
		.now = clock_wall(),
		.backfill_ms = w->conf->set->backfill_ms,
		.feed_row = w->row,
	};
	src->feed.url = w->conf->url;
	src->feed.title = r->title;
	src->feed.domain = domain;
	src->feed.publisher = w->conf->set->publisher;
	if (src->feed.publisher.n == 0)
		src->feed.publisher = r->title.n > 0 ? r->title : domain;
}

static int
put_items(struct unit *w, struct err *err)
{
	const struct analyse_result *r = w->res;

	w->doc.feed = w->row;
	w->doc.whole = r->whole && !r->partial;
	w->doc.now = w->job->received;
	w->doc.n_items = r->n_items;
	w->doc.items = arena_array(w->arena, r->n_items, sizeof(*w->doc.items));
	for (size_t i = 0; i < r->n_items; i++) {
		const struct analyse_item *from = &r->items[i];
		struct store_item *to = &w->doc.items[i];

		to->keys = &from->keys;
		to->version = from->version;
		to->print = from->print;
		to->url = from->item.url;
		to->title = from->item.title;
		to->guid = from->item.guid;
		to->authors = from->item.authors;
		to->text = from->item.text;
		to->keep_text = from->n_entities > 0;
		to->published = from->item.published;
		to->updated = from->item.updated;
	}
	return store_unit_items(w->u, &w->doc, err);
}

/* What the schedule learns from: when the new items were published. */
static void
note_times(struct unit *w)
{
	struct wall *times =
		arena_array(w->arena, w->doc.n_items, sizeof(*times));
	int64_t oldest = INT64_MAX;

	for (size_t i = 0; i < w->doc.n_items; i++) {
		const struct store_item *it = &w->doc.items[i];

		if (it->published.ms != ITEM_UNDATED &&
			it->published.ms < oldest)
			oldest = it->published.ms;
		w->n_changed += it->what == STORE_ITEM_CHANGED;
		if (it->what != STORE_ITEM_NEW)
			continue;
		w->outcome.n_matched += w->res->items[i].n_entities > 0;
		times[w->n_new++] = it->published.ms == ITEM_UNDATED
			? w->job->received
			: it->published;
	}
	w->outcome.new_items = times;
	w->outcome.n_new = w->n_new;
	w->outcome.oldest.ms = oldest == INT64_MAX ? ITEM_UNDATED : oldest;
}

static int
put_hits(struct unit *w, bool first_sight, struct err *err)
{
	struct hit_source src;

	source_fill(w, &src);
	src.first_sight = first_sight;
	for (size_t i = 0; i < w->res->n_items; i++) {
		bool made;

		if (hits_put(w->job->d->stories, w->u, &src, &w->res->items[i],
			    &w->doc.items[i], &w->job->touched, &made,
			    err) != 0)
			return -1;
		w->n_hits += made;
	}
	return 0;
}

static int
write_document(struct unit *w, struct err *err)
{
	const struct analyse_result *r = w->res;
	bool first_sight;

	w->outcome.whole = r->whole;
	w->outcome.bytes = r->bytes;
	w->outcome.ttl_s = r->ttl_s;
	w->outcome.skip_hours = r->skip_hours;
	w->outcome.skip_days = r->skip_days;
	w->outcome.title = r->title;
	w->outcome.domain = publisher_domain(w);
	w->outcome.n_items = r->n_items;
	/* The row must be there for the items; what these teach the schedule
	 * comes with the second, final write. */
	settle(w, FEED_OK, NULL);
	first_sight = w->state.first_ok.ms == w->job->received.ms;
	if (store_unit_feed(w->u, &w->state, &w->row, err) != 0 ||
		put_items(w, err) != 0)
		return -1;
	note_times(w);
	if (put_hits(w, first_sight, err) != 0)
		return -1;
	w->outcome.n_hits = w->n_hits;
	settle(w, FEED_OK, NULL);
	return store_unit_feed(w->u, &w->state, &w->row, err);
}

static void
count_document(struct daemon *d, const struct unit *w, const char *shown)
{
	const struct analyse_result *r = w->res;

	d->counts.documents++;
	d->counts.items_new += w->n_new;
	d->counts.items_changed += w->n_changed;
	d->counts.recovered += r->recovered;
	d->counts.truncated += !r->whole;
	if (!r->whole)
		log_warn("feed_truncated",
			"feed=%s items=%zu kept=yes "
			"hint=\"it is asked again without validators\"",
			shown, r->n_items);
	else if (r->recovered)
		log_info("feed_broken", "feed=%s items=%zu reason=\"%.*s\"",
			shown, r->n_items, SPAN_ARG(r->message));
	log_debug("feed_read", "feed=%s items=%zu new=%zu hits=%zu", shown,
		r->n_items, w->n_new, w->n_hits);
}

/* Write everything that the document changes as one unit. */
static void
store_document(struct document_job *j, const struct analyse_result *res,
	enum feed_result result, const char *message)
{
	struct unit w = {.job = j, .res = res, .conf = job_conf(j)};
	struct err err;
	char *shown;
	int rc;

	if (w.conf == NULL) {
		job_free(j);
		return;
	}
	w.outcome.ttl_s = -1;
	w.outcome.oldest.ms = ITEM_UNDATED;
	shown = pipeline_shown(w.conf->url);
	w.arena = arena_new();
	rc = store_unit_begin(j->d->store, &w.u, &err);
	if (rc == 0 && res != NULL) {
		rc = write_document(&w, &err);
		if (rc == 0)
			count_document(j->d, &w, shown);
	} else if (rc == 0) {
		settle(&w, result, message);
		rc = store_unit_feed(w.u, &w.state, NULL, &err);
	}
	j->n_hits = w.n_hits;
	if (rc == 0)
		rc = store_unit_end(&w.u, on_committed, j, &err);
	if (rc == 0 && w.n_hits > 0) {
		pipeline_commit_hits(j->d);
	} else if (rc == 0) {
		pipeline_commit_soon(j->d);
	} else {
		j->d->counts.store_failures++;
		log_error("not_stored", "feed=%s error=\"%s\"", shown, err.msg);
		store_unit_cancel(&w.u);
		stories_undo(j->d->stories, &j->touched);
		job_give_up(j, err.msg);
	}
	mem_free(&shown);
	arena_free(&w.arena);
}

/* -- analysing --------------------------------------------------------------
 */

static void
refuse(struct document_job *j, enum feed_result result, struct span why)
{
	char *shown = pipeline_shown(span_of(j->url));
	char *message = span_dup(why);

	if (result == FEED_REFUSED)
		j->d->counts.refused++;
	log_warn("feed_refused", "feed=%s result=%s reason=\"%s\"", shown,
		feed_result_name(result), message);
	store_document(j, NULL, result, message);
	mem_free(&message);
	mem_free(&shown);
}

static void
take_result(struct document_job *j, struct span reply)
{
	struct arena *a = arena_new();
	struct analyse_result res;
	struct err err;

	if (analyse_result_parse(reply, a, &res, &err) != 0)
		refuse(j, FEED_CRASHED, span_of(err.msg));
	else if (res.refused)
		refuse(j, FEED_REFUSED, res.message);
	else
		store_document(j, &res, FEED_OK, NULL);
	arena_free(&a);
}

static void
on_analysed(enum pool_outcome outcome, struct span reply, const char *message,
	void *arg)
{
	struct document_job *j = arg;
	struct daemon *d = j->d;
	char *why = NULL;

	switch (outcome) {
	case POOL_DONE:
		take_result(j, reply);
		break;
	case POOL_CRASHED:
		d->counts.crashed++;
		why = mem_printf("reading this document crashed its analyser "
				 "(%s); please report the feed",
			message);
		refuse(j, FEED_CRASHED, span_of(why));
		break;
	case POOL_TIMEOUT:
		d->counts.timed_out++;
		why = mem_printf("reading this document took longer than "
				 "%lld ms; raise analyse.timeout if the "
				 "feed is honest",
			(long long)d->config->analyse_timeout_ms);
		refuse(j, FEED_CRASHED, span_of(why));
		break;
	case POOL_CLOSED:
		job_free(j);
		return;
	}
	mem_free(&why);
	while (d->waiting.n > 0 && !pool_is_full(d->pool)) {
		struct document_job *next = d->waiting.p[0];
		struct pool_job job = {.payload = next->payload,
			.limit_ms = d->config->analyse_timeout_ms,
			.cb = on_analysed,
			.arg = next};

		if (pool_submit(d->pool, &job) == 0)
			break;
		next->payload = (struct strbuf){0};
		vec_remove(&d->waiting, 0);
	}
	if (d->waiting.n == 0 && !pool_is_full(d->pool) && !d->stopping)
		poller_resume(d->poller);
}

static void
submit(struct document_job *j)
{
	struct daemon *d = j->d;
	struct pool_job job = {.payload = j->payload,
		.limit_ms = d->config->analyse_timeout_ms,
		.cb = on_analysed,
		.arg = j};

	if (pool_submit(d->pool, &job) != 0) {
		j->payload = (struct strbuf){0};
	} else {
		vec_push(&d->waiting, j);
		poller_pause(d->poller);
	}
}

void
pipeline_document(const struct poll_document *doc, void *arg)
{
	struct daemon *d = arg;
	const struct config_feed *conf = d->feeds.p[doc->feed].conf;
	struct document_job *j = mem_new(j);
	struct store_known_list known = {0};
	struct analyse_job job = {0};
	struct err err;

	j->d = d;
	j->feed = doc->feed;
	j->received = doc->received;
	j->url = span_dup(conf->url);
	d->in_work++;
	/* Without the list the document is read in full: slower, not wrong. */
	if (store_known(d->store, conf->url, &known, &err) != 0)
		log_warn("known_items", "error=\"%s\"", err.msg);
	job.feed_url = conf->url;
	job.url = doc->url;
	job.content_type = doc->content_type;
	job.content_encoding = doc->content_encoding;
	job.content_location = doc->content_location;
	job.body = doc->body;
	job.n_known = known.n;
	job.known = known.p;
	strbuf_init(&j->payload, ANALYSE_FRAME_BYTES);
	analyse_job_format(&job, &j->payload);
	vec_fini(&known);
	submit(j);
}

void
pipeline_stop(struct daemon *d)
{
	vec_each (struct document_job **, j, &d->waiting)
		job_free(*j);
	vec_fini(&d->waiting);
}
