/* The poller with an owner that stores states in memory, on local files. */
#include "testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"
#include "io/http_client.h"
#include "io/loop.h"
#include "model/limits.h"
#include "poll/poller.h"
#include "poll/schedule.h"

/* In place of base/clock.c: a machine that may sleep. */
static int64_t slept_ms;

static int64_t
clock_us(clockid_t id)
{
	struct timespec t;

	assert_int_equal(clock_gettime(id, &t), 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct wall
clock_wall(void)
{
	return (struct wall){clock_us(CLOCK_REALTIME) / 1000 + slept_ms};
}

int64_t
clock_mono_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

struct mono
clock_mono(void)
{
	return (struct mono){clock_mono_us() / 1000};
}

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS ((int64_t)24 * 3600 * 1000)

static const struct config_feed_set plain = {.weight = 1};
static const struct config_feed_set slow = {
	.weight = 1, .min_interval_ms = 60000};

struct kept {
	bool is_there;
	struct feed_state s; /* owns etag and learned; the rest is plain */
};

struct world {
	struct loop *loop;
	struct http_client *http;
	struct config_fetch fetch;
	struct poller *poller;
	struct config_feed *confs;
	size_t n;
	struct kept *store;
	VEC(uint32_t) unstored;
	size_t documents, unchanged, loads;
	size_t soon; /* states that do not wait */
	bool is_broken; /* the store cannot be read */
	bool is_slow; /* documents are kept until finish() */
	VEC(uint32_t) waiting;
	size_t wanted; /* ends the loop: documents and unchanged */
};

static struct span
copy(struct span s)
{
	return s.n > 0 ? span_make(span_dup(s), s.n) : SPAN_NULL;
}

static void
keep(struct world *w, uint32_t id, const struct feed_state *s)
{
	struct kept *k = &w->store[id];

	mem_free_((void *)(uintptr_t)k->s.etag.p);
	mem_free_((void *)(uintptr_t)k->s.learned.p);
	k->s = *s;
	k->s.etag = copy(s->etag);
	k->s.learned = copy(s->learned);
	k->s.title = k->s.error = k->s.publisher_domain = SPAN_NULL;
	k->s.last_modified = k->s.validator_url = SPAN_NULL;
	k->s.fetch_url = k->s.redirect_url = SPAN_NULL;
	k->is_there = true;
}

static void
count(struct world *w, size_t *what)
{
	(*what)++;
	if (w->documents + w->unchanged >= w->wanted)
		loop_stop(w->loop);
}

static void
finish(struct world *w, uint32_t id)
{
	struct poll_outcome o = {.result = FEED_OK, .whole = true};
	struct feed_state s;

	o.ttl_s = -1;
	o.oldest.ms = SCHEDULE_NEVER;
	poller_settle(w->poller, id, &o, &s);
	keep(w, id, &s);
	poller_commit(w->poller, id);
	count(w, &w->documents);
}

static void
on_document(const struct poll_document *d, void *arg)
{
	struct world *w = arg;

	if (w->is_slow)
		vec_push(&w->waiting, d->feed);
	else
		finish(w, d->feed);
}

static void
on_state(uint32_t id, bool soon, void *arg)
{
	struct world *w = arg;

	w->soon += soon;
	vec_push(&w->unstored, id);
	count(w, &w->unchanged);
}

static bool
on_load(uint32_t id, void (*take)(const struct feed_state *s, void *take_arg),
	void *take_arg, void *arg)
{
	struct world *w = arg;

	w->loads++;
	if (w->is_broken)
		return false;
	if (w->store[id].is_there)
		take(&w->store[id].s, take_arg);
	return true;
}

static void
flush(struct world *w)
{
	for (size_t i = 0; i < w->unstored.n; i++) {
		struct feed_state s;
		const char *why;

		assert_true(poller_get(w->poller, w->unstored.p[i], &s, &why));
		keep(w, w->unstored.p[i], &s);
		poller_stored(w->poller, w->unstored.p[i]);
	}
	vec_clear(&w->unstored);
}

static void
open_world(struct world *w, size_t n, const char *url)
{
	const struct http_client_options o = {0};
	struct poller_callbacks cb = {on_document, on_state, on_load, w};
	struct err err;

	*w = (struct world){.n = n};
	w->fetch = (struct config_fetch){.budget = 24,
		.min_interval_ms = 1000,
		.max_interval_ms = DAY_MS,
		.timeout_ms = 1000,
		.host_connections = 2,
		.max_body_bytes = 65536};
	assert_int_equal(loop_new(&w->loop, &err), 0);
	assert_int_equal(http_client_new(w->loop, &o, &w->http, &err), 0);
	w->poller = poller_new(w->loop, w->http, &w->fetch, &cb);
	w->confs = mem_calloc(n, sizeof(*w->confs));
	w->store = mem_calloc(n, sizeof(*w->store));
	for (size_t i = 0; i < n; i++) {
		w->confs[i].url = span_of(url);
		w->confs[i].set = &plain;
	}
}

static void
close_world(struct world *w)
{
	poller_free(&w->poller);
	http_client_free(&w->http);
	for (size_t i = 0; i < w->n; i++) {
		mem_free_((void *)(uintptr_t)w->store[i].s.etag.p);
		mem_free_((void *)(uintptr_t)w->store[i].s.learned.p);
	}
	mem_free(&w->store);
	mem_free(&w->confs);
	vec_fini(&w->unstored);
	vec_fini(&w->waiting);
	loop_free(&w->loop);
}

static void
poll_all(struct world *w)
{
	w->documents = w->unchanged = w->loads = 0;
	w->wanted = w->n;
	for (uint32_t i = 0; i < w->n; i++)
		poller_poll_now(w->poller, i);
	assert_true(loop_run_for(w->loop, 60000));
}

static char *
make_file(char path[64])
{
	int fd;

	snprintf(path, 64, "/tmp/newswatch-poller.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "<rss/>", 6), 6);
	close(fd);
	return mem_printf("file:%s", path);
}

/* -- the tests ------------------------------------------------------------ */

/* Of more polls than the ring holds, the last ones: those of no more feeds, of
 * each the last one or none. */
static void
assert_last_polls_are_remembered(struct world *w)
{
	struct poll_entry e[4];
	size_t feeds = 0;

	assert_true(w->n > POLLER_HISTORY);
	for (uint32_t id = 0; id < w->n; id += 97) {
		size_t n = poller_history(w->poller, id, e, 4);

		assert_true(n <= 1);
		if (n == 1)
			assert_int_equal(e[0].result, FEED_UNCHANGED);
		feeds += n;
	}
	assert_in_range(feeds, POLLER_HISTORY / 97 * 9 / 10,
		POLLER_HISTORY / 97 * 11 / 10);
}

static void
of_many_feeds_the_idle_ones_are_in_the_store_only(void **state)
{
	char path[64], *url = make_file(path);
	struct world w;

	(void)state;
	open_world(&w, POLLER_ACTIVE + 500, url);
	for (size_t i = 0; i < w.n; i++)
		poller_add(w.poller, &w.confs[i], NULL);
	poller_trim(w.poller);
	poll_all(&w);
	assert_int_equal(w.documents, w.n);
	/* The file is as it was, and every feed knows: those that stayed in
	 * memory, and those that come from the store. */
	poll_all(&w);
	assert_int_equal(w.unchanged, w.n);
	assert_true(w.loads >= 500);
	flush(&w);
	poll_all(&w);
	assert_int_equal(w.unchanged, w.n);
	assert_last_polls_are_remembered(&w);
	close_world(&w);
	unlink(path);
	mem_free(&url);
}

static void
a_feed_s_history_is_its_own_newest_first(void **state)
{
	char path[64], *url = make_file(path);
	struct poll_entry e[4];
	struct feed_state s;
	const char *why;
	struct world w;

	(void)state;
	open_world(&w, 3, url);
	for (size_t i = 0; i < w.n; i++)
		poller_add(w.poller, &w.confs[i], NULL);
	assert_int_equal(poller_history(w.poller, 1, e, 4), 0);
	poll_all(&w);
	poll_all(&w);
	assert_int_equal(poller_history(w.poller, 1, e, 4), 2);
	assert_true(poller_get(w.poller, 1, &s, &why));
	assert_int_equal(e[0].feed, 1);
	assert_int_equal(e[0].result, FEED_UNCHANGED);
	assert_int_equal(e[0].next_due.ms, s.next_due.ms);
	assert_int_equal(e[0].at.ms, s.last_poll.ms);
	assert_string_equal(e[0].why, why);
	assert_int_equal(e[1].result, FEED_OK);
	assert_int_equal(e[1].bytes, 6);
	assert_true(e[1].at.ms <= e[0].at.ms);
	assert_int_equal(poller_history(w.poller, 1, e, 1), 1);
	assert_int_equal(e[0].result, FEED_UNCHANGED);
	/* Its id goes to another feed, which was never asked. */
	poller_remove(w.poller, 1);
	assert_int_equal(poller_history(w.poller, 1, e, 4), 0);
	assert_int_equal(poller_add(w.poller, &w.confs[1], NULL), 1);
	assert_int_equal(poller_history(w.poller, 1, e, 4), 0);
	assert_int_equal(poller_history(w.poller, 2, e, 4), 2);
	close_world(&w);
	unlink(path);
	mem_free(&url);
}

/* Asks feed 0 once more, whoever is told of it. */
static void
poll_once(struct world *w)
{
	struct poller_stats stats;
	uint64_t before;

	poller_get_stats(w->poller, &stats);
	before = stats.polls;
	w->wanted = SIZE_MAX;
	poller_poll_now(w->poller, 0);
	for (int turns = 0; stats.polls == before && turns < 1000; turns++) {
		loop_run_for(w->loop, 5);
		poller_get_stats(w->poller, &stats);
	}
	assert_true(stats.polls > before);
}

static void
what_is_unchanged_waits_to_be_stored_until_there_is_more_to_tell(void **state)
{
	char path[64], *url = make_file(path);
	struct world w;

	(void)state;
	open_world(&w, 1, url);
	poller_add(w.poller, &w.confs[0], NULL);
	poll_once(&w);
	assert_int_equal(w.documents, 1);
	/* Told once, and that it may wait. */
	poll_once(&w);
	poll_once(&w);
	assert_int_equal(w.unstored.n, 1);
	assert_int_equal(w.soon, 0);
	assert_true(poller_is_unstored(w.poller, 0));
	/* A failure does not wait. */
	unlink(path);
	poll_once(&w);
	assert_int_equal(w.soon, 1);
	flush(&w);
	assert_false(poller_is_unstored(w.poller, 0));
	close_world(&w);
	mem_free(&url);
}

static void
a_store_that_cannot_be_read_puts_a_poll_off(void **state)
{
	char path[64], *url = make_file(path);
	struct poller_stats stats;
	struct world w;

	(void)state;
	open_world(&w, POLLER_ACTIVE + 1, url);
	for (size_t i = 0; i < w.n; i++)
		poller_add(w.poller, &w.confs[i], NULL);
	poll_all(&w);
	poll_all(&w);
	flush(&w);
	w.is_broken = true;
	w.wanted = SIZE_MAX;
	w.unchanged = w.documents = 0;
	for (uint32_t i = 0; i < w.n; i++)
		poller_poll_now(w.poller, i);
	loop_run_for(w.loop, 200);
	poller_get_stats(w.poller, &stats);
	assert_int_equal(w.documents, 0);
	/* What is back in memory was asked, the rest waits; nothing is lost. */
	w.is_broken = false;
	flush(&w);
	poll_all(&w);
	assert_int_equal(w.documents, 0);
	close_world(&w);
	unlink(path);
	mem_free(&url);
}

/* -- documents that nobody took yet ---------------------------------------- */
static void
write_bytes(const char *path, size_t n)
{
	FILE *file = fopen(path, "w");
	char *bytes = mem_calloc(n, 1);

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
	mem_free(&bytes);
}

static void
poll_slowly(struct world *w)
{
	w->is_slow = true;
	w->wanted = SIZE_MAX;
	w->documents = 0;
	for (uint32_t i = 0; i < w->n; i++)
		poller_poll_now(w->poller, i);
	loop_run_for(w->loop, 100);
}

/* Nothing is lost: as documents are taken, other polls begin. */
static void
take_all(struct world *w)
{
	while (w->documents < w->n) {
		assert_true(w->waiting.n > 0);
		while (w->waiting.n > 0)
			finish(w, w->waiting.p[--w->waiting.n]);
		loop_run_for(w->loop, 50);
	}
}

/* That they are as large as last time is known. */
static void
no_poll_begins_with_sixteen_of_the_largest_documents_at_hand(void **state)
{
	static const struct {
		size_t short_of_max, held;
	} rows[] = {
		{0, LIMIT_DOCUMENTS_BEGIN},
		{1, LIMIT_DOCUMENTS_BEGIN + 1},
	};
	static const struct timespec past[2] = {{1, 0}, {1, 0}};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		char path[64], *url = make_file(path);
		struct world w;

		open_world(&w, 40, url);
		write_bytes(
			path, w.fetch.max_body_bytes - rows[i].short_of_max);
		for (size_t k = 0; k < w.n; k++)
			poller_add(w.poller, &w.confs[k], NULL);
		poll_all(&w);
		/* Of another time: all have news again. */
		assert_int_equal(utimensat(AT_FDCWD, path, past, 0), 0);
		poll_slowly(&w);
		assert_int_equal(w.waiting.n, rows[i].held);
		/* One goes, one comes. */
		finish(&w, w.waiting.p[--w.waiting.n]);
		loop_run_for(w.loop, 50);
		assert_int_equal(w.waiting.n, rows[i].held);
		take_all(&w);
		close_world(&w);
		unlink(path);
		mem_free(&url);
	}
}

/* A quarter of the most is expected of each, and more comes. */
static void
what_is_expected_of_feeds_never_read_holds_polls_back(void **state)
{
	char path[64], *url = make_file(path);
	struct world w;

	(void)state;
	open_world(&w, 100, url);
	write_bytes(path, w.fetch.max_body_bytes);
	for (size_t i = 0; i < w.n; i++)
		poller_add(w.poller, &w.confs[i], NULL);
	poll_slowly(&w);
	assert_in_range(
		w.waiting.n, LIMIT_DOCUMENTS_BEGIN, 4 * LIMIT_DOCUMENTS_BEGIN);
	while (w.waiting.n > LIMIT_DOCUMENTS_BEGIN)
		finish(&w, w.waiting.p[--w.waiting.n]);
	loop_run_for(w.loop, 50);
	assert_int_equal(w.waiting.n, LIMIT_DOCUMENTS_BEGIN);
	finish(&w, w.waiting.p[--w.waiting.n]);
	loop_run_for(w.loop, 50);
	assert_in_range(
		w.waiting.n, LIMIT_DOCUMENTS_BEGIN, LIMIT_DOCUMENTS_BEGIN + 3);
	take_all(&w);
	close_world(&w);
	unlink(path);
	mem_free(&url);
}

/* -- what is our fault ----------------------------------------------------- */
static void
without_descriptors_no_feed_is_to_blame(void **state)
{
	struct entity_text loopback = {.text = SPAN_INIT("127.0.0.0/8")};
	const char *why;
	struct feed_state s;
	struct poller_stats stats;
	struct rlimit was, none;
	struct world w;

	(void)state;
	/* Nobody listens at port 1; so far we do not come. */
	open_world(&w, 1, "http://127.0.0.1:1/feed");
	w.fetch.allow_private = (struct entity_texts){&loopback, 1};
	poller_configure(w.poller, &w.fetch);
	poller_add(w.poller, &w.confs[0], NULL);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = (rlim_t)dup(0); /* the next one */
	close((int)none.rlim_cur);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (unsigned i = 1; i <= 4; i++) {
		poll_all(&w);
		assert_true(poller_get(w.poller, 0, &s, &why));
		assert_int_equal(s.result, FEED_OURS);
		assert_non_null(memmem(s.error.p, s.error.n, "open files", 10));
		assert_int_equal(s.polls, i);
		assert_int_equal(s.errors, 0);
		assert_int_equal(s.failures, 0);
		assert_string_equal(
			why, "could not be asked: our fault, no backoff");
		assert_in_range(s.next_due.ms - s.last_poll.ms, 1, 300000);
		flush(&w);
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	poller_get_stats(w.poller, &stats);
	assert_int_equal(stats.by_result[FEED_OURS], 4);
	assert_false(stats.network_down);
	/* Nor does the host count as one that does not answer. */
	poll_all(&w);
	assert_true(poller_get(w.poller, 0, &s, &why));
	assert_int_equal(s.result, FEED_NETWORK);
	assert_int_equal(s.failures, 1);
	close_world(&w);
}

/* Known feeds, all overdue: how long, and how many items a day. */
static void
add_known(struct world *w, size_t i, int64_t late_ms, double items_a_day,
	struct strbuf *bytes)
{
	struct schedule s;
	struct wall now = clock_wall();
	struct feed_state known = {.url = w->confs[i].url, .result = FEED_OK};

	schedule_init(&s);
	s.exposure_s = 10 * 86400;
	s.items = (float)(10 * items_a_day);
	strbuf_clear(bytes);
	schedule_pack(&s, bytes);
	known.learned = strbuf_as_span(bytes);
	known.last_poll.ms = now.ms - late_ms - 3600 * 1000;
	known.next_due.ms = now.ms - late_ms;
	known.first_ok = known.last_ok = known.last_poll;
	known.last_new.ms = known.retry_after.ms = known.validated.ms =
		FEED_NEVER;
	keep(w, (uint32_t)i, &known);
	poller_add(w->poller, &w->confs[i], &known);
}

static int64_t
due_in_ms(struct world *w, uint32_t id)
{
	struct feed_state s;
	const char *why;

	assert_true(poller_get(w->poller, id, &s, &why));
	return s.next_due.ms - clock_wall().ms;
}

static void
what_is_overdue_drains_by_lateness_and_rate(void **state)
{
	struct strbuf bytes = STRBUF_INIT(4096);
	struct world w;
	const int64_t hour = 3600 * 1000;

	(void)state;
	open_world(&w, 4, "http://feeds.invalid/");
	poller_pause(w.poller);
	add_known(&w, 0, hour, 1, &bytes);
	add_known(&w, 1, hour, 100, &bytes); /* livelier */
	add_known(&w, 2, 48 * hour, 1, &bytes); /* longer overdue */
	add_known(&w, 3, hour / 60, 1, &bytes);
	loop_run_for(w.loop, 20);
	assert_true(due_in_ms(&w, 2) < due_in_ms(&w, 1));
	assert_true(due_in_ms(&w, 1) < due_in_ms(&w, 0));
	assert_true(due_in_ms(&w, 0) < due_in_ms(&w, 3));
	/* few feeds: two a second */
	assert_in_range(
		due_in_ms(&w, 3) + 1000, 1000 + 1500 - 500, 1000 + 1500);
	close_world(&w);
	strbuf_fini(&bytes);
}

static void
a_restart_asks_at_three_times_the_budget(void **state)
{
	enum { N = 21600 }; /* at 24 a day: 6 polls/s, so 18/s drain it */
	struct strbuf bytes = STRBUF_INIT(4096);
	struct world w;
	int64_t last = 0, in_ms;

	(void)state;
	open_world(&w, N, "http://feeds.invalid/");
	poller_pause(w.poller);
	for (size_t i = 0; i < N; i++)
		add_known(&w, i, 3600 * 1000, 1, &bytes);
	loop_run_for(w.loop, 50);
	for (uint32_t i = 0; i < N; i++) {
		in_ms = due_in_ms(&w, i);
		last = in_ms > last ? in_ms : last;
	}
	assert_in_range(last, 1000 * N / 18 - 2000, 1000 * N / 18);
	close_world(&w);
	strbuf_fini(&bytes);
}

static void
after_a_crash_what_is_overdue_waits_for_its_minimum(void **state)
{
	struct strbuf bytes = STRBUF_INIT(4096);
	struct world w;

	(void)state;
	open_world(&w, 2, "http://feeds.invalid/");
	poller_pause(w.poller);
	w.confs[1].set = &slow;
	poller_after_crash(w.poller);
	add_known(&w, 0, 3600 * 1000, 1, &bytes);
	add_known(&w, 1, 3600 * 1000, 1, &bytes);
	loop_run_for(w.loop, 20);
	assert_in_range(due_in_ms(&w, 0), 500, 1000);
	assert_in_range(due_in_ms(&w, 1), 59500, 60000);
	close_world(&w);
	strbuf_fini(&bytes);
}

/* Its last three polls failed, the last one `ago_ms` ago. */
static struct feed_state
failing_since(const struct world *w, size_t i, int64_t ago_ms)
{
	int64_t last = clock_wall().ms - ago_ms;

	return (struct feed_state){.url = w->confs[i].url,
		.result = FEED_HTTP_ERROR,
		.http_status = 503,
		.failures = 3,
		.first_ok = {last - DAY_MS},
		.last_ok = {last - DAY_MS},
		.last_new = {FEED_NEVER},
		.last_poll = {last},
		.next_due = {last + 8 * HOUR_MS},
		.retry_after = {FEED_NEVER},
		.validated = {FEED_NEVER}};
}

static void
another_interval_ends_no_backoff(void **state)
{
	static const struct config_feed_set hourly = {
		.weight = 1, .interval_ms = HOUR_MS};
	static const struct config_feed_set faster = {
		.weight = 1, .interval_ms = HOUR_MS / 2};
	struct config_feed changed;
	struct feed_state known;
	struct world w;
	uint32_t id;

	(void)state;
	open_world(&w, 1, "http://feeds.invalid/");
	poller_pause(w.poller);
	w.confs[0].set = &hourly;
	known = failing_since(&w, 0, 60000);
	keep(&w, 0, &known);
	id = poller_add(w.poller, &w.confs[0], &known);
	changed = w.confs[0];
	changed.set = &faster;
	poller_change(w.poller, id, &changed);
	assert_in_range(due_in_ms(&w, id), HOUR_MS, 8 * HOUR_MS);
	close_world(&w);
}

/* Until when is its host left alone, if it asked for an hour then? */
static int64_t
left_alone_ms(int64_t ago_ms)
{
	struct feed_state known;
	struct wall until = {0};
	const char *why;
	struct world w;
	uint32_t id;

	open_world(&w, 1, "http://feeds.invalid/");
	poller_pause(w.poller);
	known = failing_since(&w, 0, ago_ms);
	known.retry_after.ms = known.last_poll.ms + HOUR_MS;
	keep(&w, 0, &known);
	id = poller_add(w.poller, &w.confs[0], &known);
	if (poller_left_alone(w.poller, id, &until, &why))
		until.ms -= clock_wall().ms;
	close_world(&w);
	return until.ms;
}

static void
a_clock_set_back_over_a_restart_makes_no_host_wait_longer(void **state)
{
	(void)state;
	assert_in_range(
		left_alone_ms(HOUR_MS / 2), HOUR_MS / 2 - 10000, HOUR_MS / 2);
	assert_int_equal(left_alone_ms(2 * HOUR_MS), 0);
	/* The poll is in the future now. */
	assert_in_range(left_alone_ms(-10 * HOUR_MS), HOUR_MS - 10000, HOUR_MS);
}

/* After a sleep of an hour: one was due half an hour ago, one is in an hour. */
static void
what_came_due_while_the_machine_slept_is_asked_when_it_wakes(void **state)
{
	struct strbuf bytes = STRBUF_INIT(4096);
	struct world w;

	(void)state;
	open_world(&w, 2, "http://feeds.invalid/");
	poller_pause(w.poller);
	add_known(&w, 0, -1800 * 1000, 1, &bytes);
	add_known(&w, 1, -7200 * 1000, 1, &bytes);
	slept_ms = 59 * 1000;
	poller_check_clock(w.poller);
	assert_in_range(due_in_ms(&w, 0), 1740000, 1741000);
	slept_ms += 3600 * 1000;
	poller_check_clock(w.poller);
	assert_in_range(due_in_ms(&w, 0) + 1000, 0, 1000);
	assert_in_range(due_in_ms(&w, 1), 3540000, 3541000);
	close_world(&w);
	slept_ms = 0;
	strbuf_fini(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_s_history_is_its_own_newest_first),
		cmocka_unit_test(
			of_many_feeds_the_idle_ones_are_in_the_store_only),
		cmocka_unit_test(a_store_that_cannot_be_read_puts_a_poll_off),
		cmocka_unit_test(
			what_is_unchanged_waits_to_be_stored_until_there_is_more_to_tell),
		cmocka_unit_test(
			no_poll_begins_with_sixteen_of_the_largest_documents_at_hand),
		cmocka_unit_test(
			what_is_expected_of_feeds_never_read_holds_polls_back),
		cmocka_unit_test(without_descriptors_no_feed_is_to_blame),
		cmocka_unit_test(what_is_overdue_drains_by_lateness_and_rate),
		cmocka_unit_test(a_restart_asks_at_three_times_the_budget),
		cmocka_unit_test(
			after_a_crash_what_is_overdue_waits_for_its_minimum),
		cmocka_unit_test(another_interval_ends_no_backoff),
		cmocka_unit_test(
			a_clock_set_back_over_a_restart_makes_no_host_wait_longer),
		cmocka_unit_test(
			what_came_due_while_the_machine_slept_is_asked_when_it_wakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
