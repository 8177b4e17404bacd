/* The gate per host, under a clock of the test's own. */
#include "testing.h"

#include "poll/host.h"

#include "base/rng.h"
#include "base/vec.h"
#include "model/limits.h"

#define GAP 1000

static const struct hosts_limits limits = {.gap_ms = GAP, .connections = 2};

static struct mono
ms(int64_t t)
{
	return (struct mono){t};
}

static void
hosts_are_registrable_domains(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *a, *b, *c;

	(void)state;
	a = host_get(hs, span_of("https://feeds.example.co.uk/a"));
	b = host_get(hs, span_of("http://www.EXAMPLE.co.uk:8080/b"));
	c = host_get(hs, span_of("https://other.co.uk/"));
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	host_put(hs, &a);
	host_put(hs, &b);
	host_put(hs, &c);
	/* In a script of its own, and as a redirect spells it. */
	a = host_get(hs, span_of("https://m\xc3\xbcnchen.de/"));
	b = host_get(hs, span_of("https://www.xn--mnchen-3ya.de/"));
	assert_ptr_equal(a, b);
	host_put(hs, &a);
	host_put(hs, &b);
	hosts_free(&hs);
}

static void
a_gap_lies_between_two_starts_of_a_host(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("https://example.com/"));
	struct mono next;
	uint32_t feed;

	(void)state;
	host_enqueue(hs, h, 1, ms(5000));
	host_enqueue(hs, h, 2, ms(5000));
	assert_true(hosts_take(hs, ms(5000), &feed));
	assert_int_equal(feed, 1);
	assert_false(hosts_take(hs, ms(5000 + GAP - 1), &feed));
	assert_true(hosts_next(hs, &next));
	assert_int_equal(next.ms, 5000 + GAP);
	assert_true(hosts_take(hs, ms(5000 + GAP), &feed));
	assert_int_equal(feed, 2);
	assert_int_equal(hosts_waiting(hs), 0);
	host_done(hs, h, ms(7000));
	host_done(hs, h, ms(7000));
	host_put(hs, &h);
	hosts_free(&hs);
}

/* A redirect leads to it now and then; no feed is its own. */
static void
a_host_that_nobody_holds_is_left_alone_as_long_as_it_asked(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *other = host_get(hs, span_of("https://other.example/")),
		    *h;
	uint32_t feed;

	(void)state;
	for (int64_t t = 1000; t < 200000; t += 7000) {
		h = host_get(hs, span_of("https://example.com/"));
		assert_int_equal(host_wait_ms(hs, h, ms(t)),
			t < 61000 && t > 1000 ? 61000 - t : 0);
		if (t == 1000) {
			host_enqueue(hs, h, 1, ms(t));
			assert_true(hosts_take(hs, ms(t), &feed));
			host_block(hs, h, ms(61000));
			host_done(hs, h, ms(t));
		}
		host_put(hs, &h);
		assert_null(h);
		/* Time passes, also for the idle ones. */
		host_enqueue(hs, other, 2, ms(t + 5000));
		assert_true(hosts_take(hs, ms(t + 5000), &feed));
		host_done(hs, other, ms(t + 5000));
	}
	host_put(hs, &other);
	hosts_free(&hs);
}

static void
no_more_connections_than_allowed(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("https://example.com/"));
	struct mono next;
	uint32_t feed;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		host_enqueue(hs, h, i, ms(0));
	assert_true(hosts_take(hs, ms(0), &feed));
	assert_true(hosts_take(hs, ms(10 * GAP), &feed));
	assert_false(hosts_take(hs, ms(99 * GAP), &feed));
	assert_false(hosts_next(hs, &next));
	host_done(hs, h, ms(100 * GAP));
	assert_true(hosts_take(hs, ms(100 * GAP), &feed));
	assert_int_equal(feed, 2);
	host_done(hs, h, ms(100 * GAP));
	host_done(hs, h, ms(100 * GAP));
	host_put(hs, &h);
	hosts_free(&hs);
}

static void
retry_after_holds_for_the_whole_host(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("https://a.example.com/"));
	struct host *other = host_get(hs, span_of("https://example.org/"));
	uint32_t feed;

	(void)state;
	host_enqueue(hs, h, 1, ms(0));
	host_block(hs, h, ms(60000));
	host_enqueue(hs, other, 2, ms(0));
	assert_true(hosts_take(hs, ms(0), &feed));
	assert_int_equal(feed, 2);
	assert_int_equal(host_left_alone_ms(hs, h, ms(10)), 59990);
	assert_int_equal(host_left_alone_ms(hs, other, ms(0)), 0);
	assert_false(host_is_silent(h));
	assert_false(hosts_take(hs, ms(59999), &feed));
	assert_true(hosts_take(hs, ms(60000), &feed));
	assert_int_equal(feed, 1);
	host_done(hs, h, ms(60000));
	host_done(hs, other, ms(60000));
	host_put(hs, &h);
	host_put(hs, &other);
	hosts_free(&hs);
}

static void
local_files_know_neither_gap_nor_limit(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("file:///srv/feed.xml"));
	uint32_t feed;

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		host_enqueue(hs, h, i, ms(0));
	for (uint32_t i = 0; i < 5; i++)
		assert_true(hosts_take(hs, ms(0), &feed));
	for (uint32_t i = 0; i < 5; i++)
		host_done(hs, h, ms(0));
	host_put(hs, &h);
	hosts_free(&hs);
}

static void
a_removed_feed_waits_no_more(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("https://example.com/"));
	uint32_t feed;

	(void)state;
	host_enqueue(hs, h, 1, ms(0));
	host_enqueue(hs, h, 2, ms(0));
	host_dequeue(hs, h, 1);
	host_dequeue(hs, h, 77);
	assert_int_equal(hosts_waiting(hs), 1);
	assert_true(hosts_take(hs, ms(0), &feed));
	assert_int_equal(feed, 2);
	host_done(hs, h, ms(0));
	host_put(hs, &h);
	hosts_free(&hs);
}

/* With what is taken and what is removed in any order, against a plain list. */
static void
many_feeds_of_a_host_wait_first_come_first(void **state)
{
	static const struct hosts_limits no_gap = {.connections = UINT32_MAX};
	struct hosts *hs = hosts_new(&no_gap);
	struct host *h = host_get(hs, span_of("https://example.com/"));
	VEC(uint32_t) list = {0};
	struct rng r = test_rng();
	uint32_t feed, next = 0;
	int64_t now = 1;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		bool grows = step / 2000 % 2 == 0;
		uint32_t what = rng_below(&r, 10);

		if (what < (grows ? 6u : 3u)) {
			host_enqueue(hs, h, next, ms(now));
			vec_push(&list, next++);
		} else if (what < 9) {
			assert_int_equal(
				hosts_take(hs, ms(now), &feed), list.n > 0);
			if (list.n == 0)
				continue;
			assert_int_equal(feed, list.p[0]);
			vec_remove(&list, 0);
			host_done(hs, h, ms(now));
		} else if (list.n > 0) {
			size_t at = rng_below(&r, (uint32_t)list.n);

			host_dequeue(hs, h, list.p[at]);
			vec_remove(&list, at);
		}
		assert_int_equal(hosts_waiting(hs), list.n);
	}
	vec_fini(&list);
	host_put(hs, &h);
	hosts_free(&hs);
}

/* As long as a URL may be: beyond it, names would be cut. */
static void
hosts_with_the_longest_names_are_told_apart(void **state)
{
	char url[LIMIT_URL_BYTES];
	struct hosts *hs = hosts_new(&limits);
	struct host_refusals out[2];
	struct host *a, *b;

	(void)state;
	memset(url, 'x', sizeof(url));
	memcpy(url, "http://", 7);
	a = host_get(hs, span_make(url, sizeof(url)));
	url[sizeof(url) - 1] = 'y';
	b = host_get(hs, span_make(url, sizeof(url)));
	assert_ptr_not_equal(a, b);
	host_refused(b);
	assert_int_equal(hosts_refusals(hs, out, 2), 1);
	assert_int_equal(out[0].name.n, sizeof(url) - 7);
	assert_true(span_ends(out[0].name, "xy"));
	host_put(hs, &a);
	host_put(hs, &b);
	hosts_free(&hs);
}

static void
the_network_is_down_when_three_hosts_fail_and_none_answers(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h[3] = {
		host_get(hs, span_of("https://a.example/")),
		host_get(hs, span_of("https://b.example/")),
		host_get(hs, span_of("https://c.example/")),
	};

	(void)state;
	for (int i = 0; i < 10; i++)
		host_report(hs, h[0], false, ms(0), 0);
	assert_false(hosts_all_down(hs));
	host_report(hs, h[1], false, ms(0), 0);
	assert_false(hosts_all_down(hs));
	host_report(hs, h[2], false, ms(0), 0);
	assert_true(hosts_all_down(hs));
	host_report(hs, h[1], true, ms(0), 0);
	assert_false(hosts_all_down(hs));
	for (int i = 0; i < 3; i++)
		host_put(hs, &h[i]);
	hosts_free(&hs);
}

/* Against the rules themselves: gap, limit and order hold for any sequence. */
static void
random_traffic_never_breaks_a_rule(void **state)
{
	enum { HOSTS = 5, FEEDS = 200, STEPS = 20000 };
	struct hosts *hs = hosts_new(&limits);
	struct host *h[HOSTS];
	unsigned active[HOSTS] = {0};
	int64_t last[HOSTS], now = 0;
	size_t queued = 0;
	struct rng rng = test_rng();
	char url[64];

	(void)state;
	for (int i = 0; i < HOSTS; i++) {
		snprintf(url, sizeof(url), "https://h%d.example/", i);
		h[i] = host_get(hs, span_of(url));
		last[i] = -GAP;
	}
	for (int step = 0; step < STEPS; step++) {
		uint32_t feed = rng_below(&rng, FEEDS), i = feed % HOSTS;

		now += rng_below(&rng, 300);
		if (rng_below(&rng, 3) == 0) {
			host_enqueue(hs, h[i], feed, ms(now));
			queued++;
		}
		while (hosts_take(hs, ms(now), &feed)) {
			i = feed % HOSTS;
			queued--;
			assert_true(++active[i] <= limits.connections);
			assert_true(now - last[i] >= GAP);
			last[i] = now;
		}
		i = rng_below(&rng, HOSTS);
		if (active[i] > 0 && rng_below(&rng, 2) == 0) {
			active[i]--;
			host_done(hs, h[i], ms(now));
		}
		assert_int_equal(hosts_waiting(hs), queued);
	}
	for (int i = 0; i < HOSTS; i++)
		host_put(hs, &h[i]);
	hosts_free(&hs);
}

static void
a_host_that_never_answers_is_left_alone(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("https://example.com/"));
	struct mono next;
	uint32_t feed;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		host_enqueue(hs, h, i, ms(0));
	for (unsigned i = 1; i < HOSTS_BREAKER; i++)
		host_report(hs, h, false, ms(0), 0);
	assert_true(hosts_next(hs, &next));
	assert_int_equal(next.ms, 0);
	host_report(hs, h, false, ms(0), UINT32_MAX);
	assert_true(hosts_next(hs, &next));
	assert_in_range(next.ms, HOSTS_BREAKER_MS / 2, HOSTS_BREAKER_MS);
	/* then one at a time, until it answers */
	assert_true(hosts_take(hs, ms(60000), &feed));
	assert_false(hosts_take(hs, ms(70000), &feed));
	host_report(hs, h, true, ms(70000), 0);
	host_done(hs, h, ms(70000));
	assert_true(hosts_take(hs, ms(70000), &feed));
	assert_true(hosts_take(hs, ms(70000 + GAP), &feed));
	host_done(hs, h, ms(80000));
	host_done(hs, h, ms(80000));
	host_put(hs, &h);
	hosts_free(&hs);
}

static void
a_breaker_opens_for_no_longer_than_its_longest(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h = host_get(hs, span_of("https://example.com/"));
	struct mono next;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		host_report(hs, h, false, ms(0), UINT32_MAX);
	host_enqueue(hs, h, 1, ms(0));
	assert_true(hosts_next(hs, &next));
	assert_in_range(
		next.ms, HOSTS_BREAKER_MAX_MS / 2, HOSTS_BREAKER_MAX_MS);
	host_put(hs, &h);
	hosts_free(&hs);
}

static void
the_first_answer_after_an_outage_closes_all_breakers(void **state)
{
	struct hosts *hs = hosts_new(&limits);
	struct host *h[3];
	struct mono next;

	(void)state;
	h[0] = host_get(hs, span_of("https://a.com/"));
	h[1] = host_get(hs, span_of("https://b.com/"));
	h[2] = host_get(hs, span_of("https://c.com/"));
	for (unsigned i = 0; i < HOSTS_BREAKER; i++)
		host_report(hs, h[0], false, ms(0), 0);
	host_report(hs, h[1], false, ms(0), 0);
	host_report(hs, h[2], false, ms(0), 0);
	assert_true(hosts_all_down(hs));
	host_enqueue(hs, h[0], 1, ms(10));
	assert_true(hosts_next(hs, &next));
	assert_true(next.ms > 10);
	host_report(hs, h[1], true, ms(10), 0);
	assert_true(hosts_next(hs, &next));
	assert_true(next.ms <= 10);
	for (unsigned i = 0; i < 3; i++)
		host_put(hs, &h[i]);
	hosts_free(&hs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_that_never_answers_is_left_alone),
		cmocka_unit_test(
			a_breaker_opens_for_no_longer_than_its_longest),
		cmocka_unit_test(
			the_first_answer_after_an_outage_closes_all_breakers),
		cmocka_unit_test(hosts_are_registrable_domains),
		cmocka_unit_test(a_gap_lies_between_two_starts_of_a_host),
		cmocka_unit_test(
			a_host_that_nobody_holds_is_left_alone_as_long_as_it_asked),
		cmocka_unit_test(no_more_connections_than_allowed),
		cmocka_unit_test(retry_after_holds_for_the_whole_host),
		cmocka_unit_test(local_files_know_neither_gap_nor_limit),
		cmocka_unit_test(a_removed_feed_waits_no_more),
		cmocka_unit_test(many_feeds_of_a_host_wait_first_come_first),
		cmocka_unit_test(hosts_with_the_longest_names_are_told_apart),
		cmocka_unit_test(
			the_network_is_down_when_three_hosts_fail_and_none_answers),
		cmocka_unit_test(random_traffic_never_breaks_a_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
