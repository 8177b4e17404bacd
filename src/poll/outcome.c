/*
 * What an answer changes, and what the owner's word on a document changes.
 * Validators advance in poller_commit() only.
 */
#include "poll/poller_private.h"

#include <assert.h>
#include <inttypes.h>

#include "base/log.h"
#include "model/item.h"
#include "poll/policy.h"
#include "text/url.h"
#include "text/utf8.h"

/* Failures so long before nobody answered belong to the same outage. */
#define FORGIVE_MS 60000

/* -- the end of a poll ------------------------------------------------------
 */

/* The poll is over: its result counts, and is remembered. */
static void
count(struct feed *f, enum feed_result result)
{
	struct poller *p = f->p;

	p->stats.polls++;
	p->stats.by_result[result]++;
	f->active->entry.result = result;
	f->active->entry.next_due = f->active->state.s.next_due;
	history_add(f);
}

/* Feeds that failed before it was clear that nobody answers are not to blame.
 */
static void
forgive(struct poller *p, struct wall since)
{
	for (uint32_t i = 0; i < p->id_end; i++) {
		struct feed *f = feed_at(p, i);

		if (f == NULL || f->place != FEED_SLEEPS || f->active == NULL ||
			f->active->state.s.result != FEED_NETWORK ||
			f->active->state.s.failures != 1 ||
			f->active->state.s.last_poll.ms < since.ms)
			continue;
		f->active->state.s.failures = 0;
		f->active->state.s.errors--;
		f->active->state.s.next_due =
			plan_retry(f, &f->active->state.s, &f->why);
		feed_sleep(f);
	}
}

/* Tell when the network goes and comes, once each. */
static void
watch_network(struct poller *p, struct wall now)
{
	bool down = hosts_all_down(p->hosts);

	if (down == p->network_down)
		return;
	p->network_down = down;
	if (down) {
		log_warn("network_down",
			"reason=\"no host answers, so the fault is here\" "
			"hint=\"feeds are tried again every minute or so\"");
		forgive(p, (struct wall){now.ms - FORGIVE_MS});
	} else {
		log_info("network_up", "reason=\"a host answers again\"");
	}
}

static bool
is_failure(enum policy_action action)
{
	return action != POLICY_DOCUMENT && action != POLICY_UNCHANGED;
}

/* What every answer changes. */
static void
note_poll(struct poller *p, struct feed *f, const struct fetch_answer *a,
	struct record *to)
{
	struct wall now = clock_wall();

	p->n_unseen -= !f->is_seen;
	f->is_seen = true;
	to->s.polls++;
	to->s.last_poll = now;
	to->s.http_status = a->http_status;
	to->s.bytes += (uint64_t)a->bytes_in;
	to->s.retry_after.ms = FEED_NEVER;
	if (is_failure(a->action) && a->retry_after_ms > 0)
		to->s.retry_after.ms = now.ms + a->retry_after_ms;
	else if (f->active->put_off_ms > 0)
		to->s.retry_after.ms = now.ms + f->active->put_off_ms;
	p->stats.bytes += (uint64_t)a->bytes_in;
	f->active->entry = (struct poll_entry){
		.at = now,
		.took_ms = (uint32_t)(clock_mono().ms - f->active->began.ms),
		.bytes = (uint32_t)a->bytes_in,
		.http_status = (uint16_t)a->http_status,
		.redirects = (uint16_t)a->redirects,
	};
	if (a->http_status == 429)
		host_refused(feed_asked(f));
	schedule_price_spend(&p->price, now);
	/* A host that was not asked could not answer. */
	if (a->action != POLICY_ERROR || a->result != FEED_OURS)
		host_report(p->hosts, feed_asked(f), a->http_status != 0,
			clock_mono(), (uint32_t)rng_next(&p->rng));
	/* It redirected us, so it is there. */
	if (f->active->hop != NULL)
		host_report(p->hosts, f->host, true, clock_mono(), 0);
	watch_network(p, now);
	if (a->action != POLICY_GONE)
		to->s.gone = 0;
}

static void
note_failure(struct poller *p, struct record *to, enum feed_result result,
	struct span message)
{
	struct strbuf text = STRBUF_INIT(ERR_MSG_MAX);

	to->s.result = result;
	/* It may quote the server. */
	utf8_repair(message, true, &text);
	record_set(&to->s.error, strbuf_as_span(&text));
	strbuf_fini(&text);
	/* When nobody answers it is us: no feed is to blame. */
	if (result == FEED_OURS ||
		(result == FEED_NETWORK && hosts_all_down(p->hosts)))
		return;
	to->s.failures++;
	to->s.errors++;
}

static void
note_seen(struct record *to, enum feed_result result, struct wall now)
{
	to->s.result = result;
	record_set(&to->s.error, SPAN_NULL);
	to->s.failures = 0;
	to->s.last_ok = now;
}

/* A permanent redirect is believed after several polls that ended in a feed. */
static void
note_moved(struct record *to, struct span moved_to)
{
	if (moved_to.n == 0) {
		record_set(&to->s.redirect_url, SPAN_NULL);
		to->s.redirect_count = 0;
		return;
	}
	if (!span_eq(moved_to, to->s.redirect_url)) {
		record_set(&to->s.redirect_url, moved_to);
		to->s.redirect_count = 0;
	}
	if (++to->s.redirect_count < POLICY_REDIRECT_POLLS)
		return;
	record_set(&to->s.fetch_url, moved_to);
	record_set(&to->s.redirect_url, SPAN_NULL);
	to->s.redirect_count = 0;
	/* It is the address that is asked first from now on. */
	if (span_eq(to->s.validator_url, moved_to))
		record_set(&to->s.validator_url, SPAN_NULL);
}

/* The configured address is asked first again; what we know is not of it. */
static void
forget_moved(struct record *to)
{
	if (to->s.fetch_url.n > 0 && to->s.validator_url.n == 0)
		record_set(&to->s.validator_url, to->s.fetch_url);
	record_set(&to->s.fetch_url, SPAN_NULL);
}

static bool
is_same(struct span new, struct span old)
{
	return new.n == 0 || span_eq(new, old);
}

/*
 * Does the answer leave everything but times and counts as it is stored, and
 * would what is stored make us ask no sooner? After a crash what seems overdue
 * waits for the feed's minimum, so a server's floor must not be above that. Of
 * many feeds none waits in memory to be stored.
 */
static bool
is_quiet(const struct feed *f, const struct fetch_answer *a)
{
	const struct feed_state *s = &f->active->state.s;
	int64_t floor_ms = s->ttl_ms > s->floor_ms ? s->ttl_ms : s->floor_ms;

	return f->p->n_feeds <= POLLER_ACTIVE && s->failures == 0 &&
		(s->result == FEED_OK || s->result == FEED_UNCHANGED) &&
		is_same(a->etag, s->etag) &&
		is_same(a->last_modified, s->last_modified) &&
		a->fresh_ms == s->floor_ms && floor_ms <= plan_min_ms(f) &&
		s->skip_hours == 0 && s->skip_days == 0 && a->moved_to.n == 0 &&
		s->redirect_count == 0;
}

/* A 304, or the same file: all is as before, and that is knowledge, too. */
static void
end_unchanged(struct feed *f, const struct fetch_answer *a)
{
	struct poller *p = f->p;
	struct schedule_poll poll = {
		.at = f->active->state.s.last_poll, .oldest = {INT64_MIN}};

	note_seen(&f->active->state, FEED_UNCHANGED,
		f->active->state.s.last_poll);
	f->active->state.s.unchanged++;
	p->stats.not_modified++;
	p->stats.saved_unchanged += f->document_bytes;
	/* RFC 9110 15.4.5: a 304 may carry newer validators. */
	if (!is_same(a->etag, f->active->state.s.etag))
		record_set(&f->active->state.s.etag, a->etag);
	if (!is_same(a->last_modified, f->active->state.s.last_modified))
		record_set(&f->active->state.s.last_modified, a->last_modified);
	f->active->state.s.floor_ms = a->fresh_ms;
	note_moved(&f->active->state, a->moved_to);
	schedule_observe(&f->active->learned, &poll);
	feed_reprice(f);
	feed_find_host(f);
	f->active->state.s.next_due =
		plan_next(f, &f->active->learned, &f->active->state.s, &f->why);
}

static void
end_failed(struct feed *f, const struct fetch_answer *a)
{
	struct poller *p = f->p;
	char *shown;
	struct strbuf b = STRBUF_INIT(4096);

	if (a->action == POLICY_GONE)
		f->active->state.s.gone++;
	note_failure(p, &f->active->state, a->result, a->message);
	if (f->active->state.s.failures >= POLICY_REDIRECT_FORGET)
		forget_moved(&f->active->state);
	feed_find_host(f);
	if (a->action == POLICY_SLOWER && a->retry_after_ms > 0)
		host_block(p->hosts, feed_asked(f),
			(struct mono){clock_mono().ms + a->retry_after_ms});
	f->active->state.s.next_due =
		plan_retry(f, &f->active->state.s, &f->why);
	/* It is planned now; what is kept holds for the feed's whole host. */
	if (a->action != POLICY_SLOWER || f->active->hop != NULL ||
		f->active->put_off_ms > 0)
		f->active->state.s.retry_after.ms = FEED_NEVER;
	f->active->put_off_ms = 0;
	url_mask(f->conf->url, &b);
	shown = strbuf_take(&b);
	log_line(p->network_down ? LOG_DEBUG_ : LOG_WARN_, "poll_failed",
		"feed=%s result=%s failures=%u retry_in_s=%" PRId64
		" error=\"%.*s\"",
		shown, feed_result_name(a->result), f->active->state.s.failures,
		(f->active->state.s.next_due.ms - clock_wall().ms) / 1000,
		SPAN_ARG(f->active->state.s.error));
	mem_free(&shown);
}

/* The owner is told once until it has stored the state, and once more if that
 * becomes urgent. */
static void
sleep_unstored(struct feed *f, bool soon)
{
	struct active *a = f->active;
	bool tell = a->is_stored || (soon && !a->is_soon);

	a->is_soon = soon || (!a->is_stored && a->is_soon);
	a->is_stored = false;
	feed_sleep(f);
	if (tell)
		f->p->cb.state(f->id, soon, f->p->cb.arg);
}

static void
end_without_document(struct feed *f, const struct fetch_answer *a)
{
	bool soon = true;

	if (a->action == POLICY_UNCHANGED) {
		soon = !is_quiet(f, a);
		end_unchanged(f, a);
	} else {
		end_failed(f, a);
	}
	count(f, f->active->state.s.result);
	sleep_unstored(f, soon);
}

/* -- documents --------------------------------------------------------------
 */

void
owned_free(struct owned **out)
{
	struct owned *o = *out;

	if (o == NULL)
		return;
	strbuf_fini(&o->body);
	record_fini(&o->answer);
	record_fini(&o->settled);
	mem_free(&o->url);
	mem_free(&o->content_type);
	mem_free(&o->content_encoding);
	mem_free(&o->content_location);
	mem_free(out);
}

void
owned_rebind(struct owned *o, struct span url)
{
	o->answer.s.url = url;
	o->settled.s.url = url;
}

/* The state if the document turns out well and whole. */
static void
note_document(struct owned *o, const struct fetch_answer *a)
{
	record_set(&o->answer.s.etag, a->etag);
	record_set(&o->answer.s.last_modified, a->last_modified);
	record_set(&o->answer.s.validator_url, a->validator_url);
	o->answer.s.floor_ms = a->fresh_ms;
	o->answer.s.validated = o->received;
	note_moved(&o->answer, a->moved_to);
}

static void
hand_over(struct feed *f, struct fetch_answer *a)
{
	struct poller *p = f->p;
	struct owned *o = mem_new(o);
	struct poll_document doc;

	f->active->owned = o;
	o->received = f->active->state.s.last_poll;
	o->fresh_ms = a->fresh_ms;
	o->body = *a->body;
	*a->body = (struct strbuf){0};
	feed_hold(f, o->body.n);
	o->url = span_dup(a->url);
	o->content_type = span_dup(a->content_type);
	o->content_encoding = span_dup(a->content_encoding);
	o->content_location = span_dup(a->content_location);
	record_copy(&o->answer, &f->active->state);
	note_document(o, a);
	feed_move(f, FEED_OWNED);
	p->owned++;
	doc = (struct poll_document){
		.feed = f->id,
		.url = span_of(o->url),
		.content_type = span_of(o->content_type),
		.content_encoding = span_of(o->content_encoding),
		.content_location = span_of(o->content_location),
		.body = strbuf_as_span(&o->body),
		.received = o->received,
	};
	p->cb.document(&doc, p->cb.arg);
}

/* What the document says of its own pace, for all polls until the next one. */
static void
note_pace(struct record *to, const struct poll_outcome *out)
{
	to->s.ttl_ms = 0;
	if (out->ttl_s > 0)
		to->s.ttl_ms = out->ttl_s < POLICY_MAX_MS / 1000
			? out->ttl_s * 1000
			: POLICY_MAX_MS;
	to->s.skip_hours = out->skip_hours;
	to->s.skip_days = out->skip_days;
}

static void
settle_ok(struct feed *f, const struct poll_outcome *out)
{
	struct owned *o = f->active->owned;
	struct record *to = &o->settled;
	struct schedule_poll poll = {
		.at = o->received,
		.new_items = out->new_items,
		.n_new = out->n_new,
		.n_items = out->n_items,
		.n_hits = out->n_matched,
		.oldest = out->oldest,
	};

	/* Validators of a part would hide the rest. */
	record_copy(to, out->whole ? &o->answer : &f->active->state);
	note_seen(to, FEED_OK, o->received);
	to->s.floor_ms = o->fresh_ms;
	note_pace(to, out);
	if (to->s.first_ok.ms == FEED_NEVER)
		to->s.first_ok = o->received;
	if (out->n_new > 0)
		to->s.last_new = o->received;
	to->s.items += out->n_new;
	to->s.hits += out->n_hits;
	record_set(&to->s.title, out->title);
	record_set(&to->s.publisher_domain, out->domain);
	schedule_observe(&o->learned, &poll);
	to->s.next_due = plan_next(f, &o->learned, &to->s, &f->why);
}

void
poller_settle(struct poller *p, uint32_t id, const struct poll_outcome *out,
	struct feed_state *state)
{
	struct feed *f = feed_known(p, id);
	struct owned *o = f->active->owned;

	assert(f->place == FEED_OWNED);
	record_fini(&o->settled);
	o->learned = f->active->learned;
	o->n_new = out->n_new;
	o->n_items = out->n_items;
	o->bytes = out->bytes;
	o->n_matched = out->n_matched;
	if (out->result == FEED_OK) {
		settle_ok(f, out);
	} else {
		record_copy(&o->settled, &f->active->state);
		note_failure(
			p, &o->settled, out->result, span_of(out->message));
		o->settled.s.next_due = plan_retry(f, &o->settled.s, &f->why);
	}
	record_learned(&o->settled, &o->learned);
	*state = o->settled.s;
}

static void
note_news(struct feed *f, const struct owned *o)
{
	struct poller *p = f->p;

	schedule_price_judge(&p->price, o->n_new, o->n_matched);
	p->stats.with_news += o->n_new > 0;
	p->stats.with_hits += o->n_matched > 0;
	if (o->bytes > o->body.n)
		p->stats.saved_packed += o->bytes - o->body.n;
	f->document_bytes = (uint32_t)o->body.n;
	f->active->entry.n_new = (uint32_t)o->n_new;
	f->active->entry.n_items = (uint32_t)o->n_items;
}

void
poller_commit(struct poller *p, uint32_t id)
{
	struct feed *f = feed_known(p, id);

	assert(f->place == FEED_OWNED);
	record_fini(&f->active->state);
	f->active->state = f->active->owned->settled;
	f->active->owned->settled = (struct record){0};
	f->active->learned = f->active->owned->learned;
	note_news(f, f->active->owned);
	record_set(&f->active->state.s.learned, SPAN_NULL);
	feed_reprice(f);
	owned_free(&f->active->owned);
	feed_hold(f, 0);
	p->owned--;
	feed_find_host(f);
	count(f, f->active->state.s.result);
	f->active->is_stored = true;
	feed_sleep(f);
}

void
poller_abort(struct poller *p, uint32_t id, const char *why)
{
	struct feed *f = feed_known(p, id);

	assert(f->place == FEED_OWNED);
	owned_free(&f->active->owned);
	feed_hold(f, 0);
	p->owned--;
	note_failure(p, &f->active->state, FEED_STORE, span_of(why));
	f->active->state.s.next_due =
		plan_retry(f, &f->active->state.s, &f->why);
	count(f, FEED_STORE);
	sleep_unstored(f, true);
}

/* -- every answer -----------------------------------------------------------
 */

void
outcome_answer(struct feed *f, struct fetch_answer *a)
{
	note_poll(f->p, f, a, &f->active->state);
	if (a->action == POLICY_DOCUMENT)
		hand_over(f, a);
	else
		end_without_document(f, a);
}
