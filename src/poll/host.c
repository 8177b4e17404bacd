/*
 * See host.h. Hosts that may start something are in a heap by the time at
 * which they may; a host at its limit of connections is not in it, and comes
 * back when one ends.
 */
#include "poll/host.h"

#include <assert.h>

#include "base/backoff.h"
#include "base/heap.h"
#include "base/id_index.h"
#include "base/vec.h"
#include "model/limits.h"
#include "poll/command.h"
#include "poll/local.h"
#include "text/domain.h"
#include "text/punycode.h"
#include "text/url.h"

#define QUEUE_SLACK 64
/* Idle hosts are looked through at most so often. */
#define SWEEP_MS 1000

/* Feeds that wait, first come first: those from head on. */
struct queue {
	uint32_t head, n, cap;
	uint32_t feeds[];
};

/* Most feeds have a host of their own, or share it with few: so it is small. */
struct host {
	int64_t next_ms; /* mono: earliest next start */
	uint64_t failed_in; /* generation of its last network failure */
	struct queue *queue; /* NULL: nobody waits */
	uint32_t id; /* in hosts.all and the heap */
	uint32_t refs;
	unsigned active;
	unsigned failures; /* without an answer, in a row */
	unsigned refusals; /* 429s */
	uint16_t name_n;
	bool is_local; /* files: no gap, no limit */
	bool is_idle; /* in hosts.idle */
	char name[]; /* not terminated */
};
static_assert(LIMIT_URL_BYTES <= UINT16_MAX, "a name is part of a URL");

struct hosts {
	struct hosts_limits limits;
	VEC(struct host *) all; /* by id; NULL: unused */
	struct id_index *by_name;
	VEC(uint32_t) spare;
	struct heap *ready;
	size_t waiting;
	uint64_t generation; /* since the last answer of anybody */
	unsigned failed; /* hosts that failed in this generation */
	VEC(uint32_t) idle; /* without a reference, but not to be asked yet */
	int64_t now_ms, swept_ms; /* mono: the last time told, and swept at */
};

static struct span
name_of(const struct host *h)
{
	return span_make(h->name, h->name_n);
}

static struct span
name_at(uint32_t id, const void *arg)
{
	const struct hosts *hs = arg;

	return name_of(hs->all.p[id]);
}

struct hosts *
hosts_new(const struct hosts_limits *l)
{
	struct hosts *hs = mem_new(hs);

	hs->limits = *l;
	hs->by_name = id_index_new(name_at, hs);
	hs->ready = heap_new();
	hs->generation = 1;
	return hs;
}

static void
host_free(struct hosts *hs, struct host *h)
{
	heap_del(hs->ready, h->id);
	id_index_del(hs->by_name, name_of(h));
	hs->all.p[h->id] = NULL;
	vec_push(&hs->spare, h->id);
	mem_free(&h->queue);
	mem_free(&h);
}

void
hosts_free(struct hosts **out)
{
	struct hosts *hs = *out;

	if (hs == NULL)
		return;
	for (size_t i = 0; i < hs->all.n; i++)
		if (hs->all.p[i] != NULL)
			host_free(hs, hs->all.p[i]);
	vec_fini(&hs->all);
	vec_fini(&hs->spare);
	vec_fini(&hs->idle);
	id_index_free(&hs->by_name);
	heap_free(&hs->ready);
	mem_free(out);
}

void
hosts_configure(struct hosts *hs, const struct hosts_limits *l)
{
	hs->limits = *l;
}

void
hosts_trim(struct hosts *hs)
{
	vec_trim(&hs->all);
	vec_trim(&hs->spare);
	heap_trim(hs->ready);
}

/* Files and commands: nobody else is bothered. */
static bool
is_here(struct span url)
{
	return local_is(url) || command_is(url);
}

static struct host *
host_new(struct hosts *hs, struct span name)
{
	struct host *h = mem_calloc(1, sizeof(*h) + name.n);

	memcpy(h->name, name.p, name.n);
	h->name_n = (uint16_t)name.n;
	if (hs->spare.n > 0) {
		h->id = hs->spare.p[--hs->spare.n];
	} else {
		h->id = (uint32_t)hs->all.n;
		vec_push(&hs->all, NULL);
	}
	hs->all.p[h->id] = h;
	id_index_put(hs->by_name, h->id);
	return h;
}

struct host *
host_get(struct hosts *hs, struct span url)
{
	/* Files share one name. */
	struct strbuf ascii = STRBUF_INIT(LIMIT_URL_BYTES);
	struct span host = punycode_host(url_host(url), &ascii)
		? strbuf_as_span(&ascii)
		: url_host(url);
	struct span domain =
		is_here(url) ? SPAN_LIT("file:") : domain_registrable(host);
	char *name = span_dup(domain);
	struct span key = span_make(name, domain.n);
	struct host *h;
	uint32_t id;

	for (size_t i = 0; i < domain.n; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] + ('a' - 'A'));
	h = id_index_get(hs->by_name, key, &id) ? hs->all.p[id]
						: host_new(hs, key);
	h->is_local = is_here(url);
	h->refs++;
	mem_free(&name);
	strbuf_fini(&ascii);
	return h;
}

/* What a host asked for outlives the last feed that was led there. */
static void
sweep(struct hosts *hs)
{
	size_t kept = 0;

	if (hs->now_ms < hs->swept_ms + SWEEP_MS)
		return;
	hs->swept_ms = hs->now_ms;
	for (size_t i = 0; i < hs->idle.n; i++) {
		struct host *h = hs->all.p[hs->idle.p[i]];

		h->is_idle = h->refs == 0 && h->next_ms > hs->now_ms;
		if (h->is_idle)
			hs->idle.p[kept++] = h->id;
		else if (h->refs == 0)
			host_free(hs, h);
	}
	hs->idle.n = kept;
}

static void
told(struct hosts *hs, struct mono now)
{
	if (hs->now_ms < now.ms)
		hs->now_ms = now.ms;
}

void
host_put(struct hosts *hs, struct host **out)
{
	struct host *h = *out;

	*out = NULL;
	if (h == NULL)
		return;
	assert(h->refs > 0);
	if (--h->refs > 0)
		return;
	if (!h->is_idle && h->next_ms <= hs->now_ms) {
		host_free(hs, h);
	} else if (!h->is_idle) {
		h->is_idle = true;
		vec_push(&hs->idle, h->id);
	}
	sweep(hs);
}

/* -- the queue --------------------------------------------------------------
 */

/* In 40 bytes, of which malloc makes 48. */
#define QUEUE_FIRST 7

static size_t
n_waiting(const struct host *h)
{
	return h->queue != NULL ? h->queue->n - h->queue->head : 0;
}

static void
queue_push(struct host *h, uint32_t feed)
{
	struct queue *q = h->queue;

	if (q == NULL || q->n == q->cap) {
		uint32_t cap = q == NULL ? QUEUE_FIRST : 2 * q->cap;
		size_t size = sizeof(*q) + cap * sizeof(*q->feeds);

		h->queue = mem_realloc(q, 1, size);
		if (q == NULL)
			*h->queue = (struct queue){0};
		h->queue->cap = cap;
		q = h->queue;
	}
	q->feeds[q->n++] = feed;
}

/* What was taken is cut off now and then, not each time. */
static void
queue_tidy(struct host *h)
{
	struct queue *q = h->queue;

	if (q == NULL)
		return;
	if (q->head == q->n) {
		mem_free(&h->queue);
	} else if (q->head > QUEUE_SLACK + q->n / 2) {
		q->n -= q->head;
		memmove(q->feeds, q->feeds + q->head, q->n * sizeof(*q->feeds));
		q->head = 0;
	}
}

static bool
is_full(const struct hosts *hs, const struct host *h)
{
	unsigned most =
		h->failures >= HOSTS_BREAKER ? 1 : hs->limits.connections;

	return !h->is_local && h->active >= most;
}

/* Put the host where it belongs: ready at its time, or out. */
static void
place(struct hosts *hs, struct host *h)
{
	queue_tidy(h);
	if (h->queue == NULL || is_full(hs, h))
		heap_del(hs->ready, h->id);
	else
		heap_put(hs->ready, h->id, h->next_ms);
}

void
host_enqueue(struct hosts *hs, struct host *h, uint32_t feed, struct mono now)
{
	told(hs, now);
	if (h->next_ms < now.ms)
		h->next_ms = now.ms;
	queue_push(h, feed);
	hs->waiting++;
	place(hs, h);
}

void
host_dequeue(struct hosts *hs, struct host *h, uint32_t feed)
{
	struct queue *q = h->queue;

	for (uint32_t i = q != NULL ? q->head : 0; q != NULL && i < q->n; i++) {
		if (q->feeds[i] != feed)
			continue;
		q->n--;
		memmove(q->feeds + i, q->feeds + i + 1,
			(q->n - i) * sizeof(*q->feeds));
		hs->waiting--;
		break;
	}
	place(hs, h);
}

bool
hosts_take(struct hosts *hs, struct mono now, uint32_t *feed)
{
	struct host *h;
	uint32_t id;
	int64_t at;

	if (!heap_top(hs->ready, &id, &at) || at > now.ms)
		return false;
	h = hs->all.p[id];
	*feed = h->queue->feeds[h->queue->head++];
	hs->waiting--;
	h->active++;
	h->next_ms = h->is_local ? now.ms : now.ms + hs->limits.gap_ms;
	place(hs, h);
	return true;
}

bool
hosts_next(const struct hosts *hs, struct mono *at)
{
	uint32_t id;

	return heap_top(hs->ready, &id, &at->ms);
}

int64_t
host_wait_ms(const struct hosts *hs, const struct host *h, struct mono now)
{
	int64_t blocked = h->next_ms > now.ms ? h->next_ms - now.ms : 0;

	if (h->is_local)
		return 0;
	return blocked + (int64_t)n_waiting(h) * hs->limits.gap_ms;
}

int64_t
host_left_alone_ms(
	const struct hosts *hs, const struct host *h, struct mono now)
{
	int64_t ms = h->next_ms - now.ms;

	return h->is_local || ms <= hs->limits.gap_ms ? 0 : ms;
}

bool
host_is_silent(const struct host *h)
{
	return h->failures >= HOSTS_BREAKER;
}

void
host_done(struct hosts *hs, struct host *h, struct mono now)
{
	assert(h->active > 0);
	told(hs, now);
	h->active--;
	if (h->next_ms < now.ms)
		h->next_ms = now.ms;
	place(hs, h);
}

void
host_block(struct hosts *hs, struct host *h, struct mono until)
{
	if (h->next_ms < until.ms)
		h->next_ms = until.ms;
	place(hs, h);
}

size_t
hosts_waiting(const struct hosts *hs)
{
	return hs->waiting;
}

void
host_refused(struct host *h)
{
	h->refusals++;
}

size_t
hosts_refusals(const struct hosts *hs, struct host_refusals *out, size_t most)
{
	size_t n = 0, at;

	for (size_t i = 0; i < hs->all.n; i++) {
		const struct host *h = hs->all.p[i];

		if (h == NULL || h->refusals == 0)
			continue;
		for (at = n; at > 0 && out[at - 1].n < h->refusals; at--)
			if (at < most)
				out[at] = out[at - 1];
		if (at < most)
			out[at] =
				(struct host_refusals){name_of(h), h->refusals};
		n += n < most;
	}
	return n;
}

/* -- them or us -------------------------------------------------------------
 */

/* What kept every host from answering was ours, so their breakers close. */
static void
close_breakers(struct hosts *hs)
{
	for (size_t i = 0; i < hs->all.n; i++) {
		struct host *h = hs->all.p[i];

		if (h == NULL || h->failures == 0)
			continue;
		if (h->failures >= HOSTS_BREAKER)
			h->next_ms = 0;
		h->failures = 0;
		place(hs, h);
	}
}

static void
note_silence(struct hosts *hs, struct host *h, struct mono now, uint32_t random)
{
	if (h->failed_in != hs->generation) {
		h->failed_in = hs->generation;
		hs->failed++;
	}
	if (hosts_all_down(hs) || ++h->failures < HOSTS_BREAKER)
		return;
	host_block(hs, h,
		(struct mono){now.ms +
			backoff_ms(h->failures - HOSTS_BREAKER + 1,
				HOSTS_BREAKER_MS, HOSTS_BREAKER_MAX_MS,
				random)});
}

void
host_report(struct hosts *hs, struct host *h, bool answered, struct mono now,
	uint32_t random)
{
	if (h->is_local)
		return;
	if (!answered) {
		note_silence(hs, h, now, random);
		return;
	}
	if (hosts_all_down(hs))
		close_breakers(hs);
	hs->generation++;
	hs->failed = 0;
	h->failures = 0;
	place(hs, h);
}

bool
hosts_all_down(const struct hosts *hs)
{
	return hs->failed >= HOSTS_DOWN_MIN;
}
