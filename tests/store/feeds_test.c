/* Feed state: every field comes back as it was put. */
#include "fixture.h"

struct found {
	struct feed_state *expected;
	int n;
};

static void
assert_same_span(struct span a, struct span b)
{
	assert_int_equal(a.n, b.n);
	assert_int_equal(a.p == NULL, b.p == NULL);
	if (a.n > 0)
		assert_memory_equal(a.p, b.p, a.n);
}

static void
assert_same_feed(const struct feed_state *a, const struct feed_state *b)
{
	assert_same_span(a->url, b->url);
	assert_same_span(a->etag, b->etag);
	assert_same_span(a->last_modified, b->last_modified);
	assert_same_span(a->fetch_url, b->fetch_url);
	assert_same_span(a->redirect_url, b->redirect_url);
	assert_int_equal(a->redirect_count, b->redirect_count);
	assert_same_span(a->title, b->title);
	assert_same_span(a->publisher_domain, b->publisher_domain);
	assert_int_equal(a->first_ok.ms, b->first_ok.ms);
	assert_int_equal(a->last_poll.ms, b->last_poll.ms);
	assert_int_equal(a->last_ok.ms, b->last_ok.ms);
	assert_int_equal(a->last_new.ms, b->last_new.ms);
	assert_int_equal(a->next_due.ms, b->next_due.ms);
	assert_int_equal(a->retry_after.ms, b->retry_after.ms);
	assert_int_equal(a->validated.ms, b->validated.ms);
	assert_int_equal(a->floor_ms, b->floor_ms);
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->gone, b->gone);
	assert_int_equal(a->result, b->result);
	assert_int_equal(a->http_status, b->http_status);
	assert_same_span(a->error, b->error);
	assert_same_span(a->learned, b->learned);
	assert_int_equal(a->polls, b->polls);
	assert_int_equal(a->unchanged, b->unchanged);
	assert_int_equal(a->errors, b->errors);
	assert_int_equal(a->items, b->items);
	assert_int_equal(a->hits, b->hits);
	assert_int_equal(a->bytes, b->bytes);
}

static bool
on_found(const struct feed_state *f, void *arg)
{
	struct found *found = arg;

	assert_same_feed(f, found->expected);
	found->n++;
	return true;
}

static void
put(struct fixture *f, const struct feed_state *state)
{
	struct store_unit *u = begin(f);

	OK(store_unit_feed(u, state, NULL, &f->err));
	end(f, u);
	commit(f);
}

static int
get(struct fixture *f, struct feed_state *expected)
{
	struct found found = {expected, 0};

	OK(store_feed_get(f->s, expected->url, on_found, &found, &f->err));
	return found.n;
}

static struct feed_state
full_state(void)
{
	return (struct feed_state){
		.url = SPAN_LIT("https://example.com/a?b=\xc3\xa9"),
		.etag = SPAN_LIT("W/\"a\0b\xff\""),
		.last_modified = SPAN_LIT("yesterday, \x80"),
		.fetch_url = SPAN_LIT("https://example.org/"),
		.redirect_url = SPAN_LIT("https://example.net/"),
		.redirect_count = 2,
		.title = SPAN_LIT("A title"),
		.publisher_domain = SPAN_LIT("example.com"),
		.first_ok = {1},
		.last_poll = {2},
		.last_ok = {3},
		.last_new = {4},
		.next_due = {5},
		.retry_after = {6},
		.validated = {7},
		.floor_ms = 8,
		.failures = 9,
		.gone = 10,
		.result = FEED_TOO_BIG,
		.http_status = 429,
		.error = SPAN_LIT("HTTP 429"),
		.learned = SPAN_LIT("\0\1\2"),
		.polls = 1ull << 40,
		.unchanged = 11,
		.errors = 12,
		.items = 13,
		.hits = 14,
		.bytes = 1ull << 50,
	};
}

static void
every_field_comes_back_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	struct feed_state full = full_state();
	struct feed_state bare = feed_of("file:bare");

	put(f, &full);
	put(f, &bare);
	assert_int_equal(get(f, &full), 1);
	assert_int_equal(get(f, &bare), 1);
	reopen(f);
	assert_int_equal(get(f, &full), 1);
	assert_int_equal(get(f, &bare), 1);
}

static void
an_update_replaces_every_field(void **state)
{
	struct fixture *f = *state;
	struct feed_state full = full_state();
	struct feed_state bare = feed_of("https://example.com/a?b=\xc3\xa9");

	put(f, &bare);
	put(f, &full);
	assert_int_equal(get(f, &full), 1);
	put(f, &bare);
	assert_int_equal(get(f, &bare), 1);
	assert_int_equal(number(f, "SELECT count(*) FROM feed"), 1);
	check_invariants(f);
}

static void
every_result_has_its_word(void **state)
{
	struct fixture *f = *state;
	struct feed_state feed = feed_of("f");

	for (int r = 0; r < FEED_RESULTS; r++) {
		feed.result = (enum feed_result)r;
		put(f, &feed);
		assert_int_equal(get(f, &feed), 1);
	}
}

static bool
stop_at_third(const struct feed_state *f, void *arg)
{
	int *n = arg;

	(void)f;
	return ++*n < 3;
}

static void
reading_all_can_be_stopped(void **state)
{
	struct fixture *f = *state;
	char url[16];
	int n = 0;

	for (int i = 0; i < 5; i++) {
		struct feed_state feed;

		snprintf(url, sizeof(url), "f%d", i);
		feed = feed_of(url);
		put(f, &feed);
	}
	OK(store_feeds_each(f->s, stop_at_third, &n, &f->err));
	assert_int_equal(n, 3);
	OK(store_feeds_each(f->s, stop_at_third, &n, &f->err));
	assert_int_equal(n, 4);
}

static void
a_feed_without_state_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct feed_state feed = feed_of("nobody");

	assert_int_equal(get(f, &feed), 0);
}

static void
a_dropped_feed_lets_its_items_go(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u;

	document(f, "f", "u1=a u2=a");
	document(f, "g", "u2=a");
	f->now_ms = 77;
	u = begin(f);
	OK(store_unit_feed_drop(u, SPAN_LIT("f"), (struct wall){77}, &f->err));
	OK(store_unit_feed_drop(
		u, SPAN_LIT("unknown"), (struct wall){77}, &f->err));
	end(f, u);
	commit(f);
	check_invariants(f);
	assert_int_equal(number(f, "SELECT count(*) FROM feed"), 1);
	assert_int_equal(number(f, "SELECT gone FROM item WHERE row = 1"), 77);
	assert_int_equal(
		number(f, "SELECT gone IS NULL FROM item WHERE row = 2"), 1);
	/* It may come back; nothing of it is new then. */
	assert_string_equal(document(f, "f", "u1=a u2=a"), "S1 S2");
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(every_field_comes_back_as_it_was_put),
		ROW(an_update_replaces_every_field),
		ROW(every_result_has_its_word),
		ROW(reading_all_can_be_stopped),
		ROW(a_feed_without_state_is_not_found),
		ROW(a_dropped_feed_lets_its_items_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
