/* Retention: what may go and what must stay. */
#include "fixture.h"

static size_t
prune(struct fixture *f, int64_t before_ms, size_t limit)
{
	struct store_unit *u = begin(f);
	size_t n;

	OK(store_unit_prune(u, (struct wall){before_ms}, limit, &n, &f->err));
	end(f, u);
	commit(f);
	check_invariants(f);
	return n;
}

static void
confirm_all(struct fixture *f)
{
	for (int64_t seq = 1; seq <= store_last_seq(f->s); seq++) {
		struct store_outcome o = {seq, SPAN_LIT("delivered")};
		struct store_unit *u = begin(f);

		OK(store_unit_confirm(
			u, &o, 1, (struct wall){f->now_ms}, &f->err));
		end(f, u);
	}
	commit(f);
}

/* n items with a hit each at f->now_ms, then gone from the feed. */
static void
items_with_hits(struct fixture *f, int n)
{
	char entry[32];

	for (int i = 0; i < n; i++) {
		struct store_unit *u = begin(f);

		snprintf(entry, sizeof(entry), "u%zu,g%zu=a", f->seen.n,
			f->seen.n);
		put_document(f, u, "f", true, entry);
		put_hit(f, u, 0, "meta");
		end(f, u);
	}
	document(f, "f", "");
}

static void
what_is_still_in_a_feed_stays_however_old(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1=a u2=a");
	document(f, "g", "u2=a");
	f->now_ms += 1000;
	document(f, "f", "u1=a");
	assert_int_equal(prune(f, INT64_MAX, 100), 0);
	assert_string_equal(document(f, "f", "u1=a"), "S1");
}

static void
items_go_after_they_left_every_feed_and_their_time_passed(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,g1=a u2,g2=a");
	f->now_ms = 5000;
	document(f, "f", "u2,g2=a");
	assert_int_equal(prune(f, 5000, 100), 0);
	assert_int_equal(prune(f, 5001, 100), 1);
	assert_int_equal(number(f, "SELECT count(*) FROM item"), 1);
	assert_int_equal(number(f, "SELECT count(*) FROM item_key"), 2);
	assert_string_equal(document(f, "f", "u1,g1=a u2,g2=a"), "N3 S2");
}

static void
a_hit_that_nobody_was_told_of_expires_and_then_goes(void **state)
{
	struct fixture *f = *state;
	struct store_stats stats;
	struct store_unit *u;
	size_t n;

	f->now_ms = 1000;
	items_with_hits(f, 3);
	f->now_ms = 2000;
	items_with_hits(f, 1);
	OK(store_stats(f->s, &stats, &f->err));
	assert_int_equal(stats.unconfirmed, 4);
	assert_int_equal(stats.oldest_unconfirmed.ms, 1000);
	u = begin(f);
	OK(store_unit_expire(
		u, (struct wall){1001}, (struct wall){9000}, 2, &n, &f->err));
	assert_int_equal(n, 2);
	OK(store_unit_expire(
		u, (struct wall){1001}, (struct wall){9000}, 2, &n, &f->err));
	assert_int_equal(n, 1);
	end(f, u);
	commit(f);
	OK(store_stats(f->s, &stats, &f->err));
	assert_int_equal(stats.unconfirmed, 1);
	assert_int_equal(stats.oldest_unconfirmed.ms, 2000);
	assert_int_equal(number(f,
				 "SELECT count(*) FROM hit"
				 " WHERE outcome = 'expired'"),
		3);
	prune(f, 1001, 100);
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 1);
}

static void
a_hit_stays_until_it_is_confirmed(void **state)
{
	struct fixture *f = *state;

	items_with_hits(f, 2);
	assert_int_equal(prune(f, INT64_MAX, 100), 0);
	confirm_all(f);
	assert_int_equal(prune(f, f->now_ms, 100), 0);
	assert_int_equal(prune(f, f->now_ms + 1, 100), 4); /* and the items */
	assert_int_equal(number(f, "SELECT count(*) FROM item_key"), 0);
}

static void
no_more_than_the_limit_goes_at_once(void **state)
{
	struct fixture *f = *state;
	size_t n;

	items_with_hits(f, 10);
	confirm_all(f);
	for (size_t left = 20; left > 0; left -= n) {
		n = prune(f, INT64_MAX, 3);
		assert_int_equal(n, left < 3 ? left : 3);
	}
	assert_int_equal(prune(f, INT64_MAX, 3), 0);
}

static void
an_ambiguous_key_is_forgotten_in_time(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1,g=a u2,g=b");
	assert_int_equal(prune(f, f->now_ms, 100), 0);
	assert_int_equal(prune(f, f->now_ms + 1, 100), 1);
	assert_int_equal(number(f, "SELECT count(*) FROM item_key"), 2);
}

static void
the_file_shrinks_when_much_is_free(void **state)
{
	struct fixture *f = *state;
	struct store_stats before, after;
	struct store_unit *u;
	char *json = mem_alloc(KIB(100) + 1);
	char id[HEX128_SIZE];
	struct store_hit h = {.id = id, .json = {json, KIB(100)}};

	memset(json, ' ', KIB(100));
	json[0] = '{';
	json[KIB(100)] = '\0';
	for (unsigned i = 0; i < 100; i++) {
		hit_id("x", HIT_NEW, i, id);
		u = begin(f);
		OK(store_unit_hit(u, &h, &f->err));
		end(f, u);
	}
	commit(f);
	confirm_all(f);
	OK(store_stats(f->s, &before, &f->err));
	while (prune(f, INT64_MAX, 10) > 0)
		continue;
	for (int i = 0; i < 20; i++)
		prune(f, INT64_MAX, 10);
	OK(store_stats(f->s, &after, &f->err));
	assert_true(before.file_bytes > (int64_t)MIB(9));
	assert_true(after.file_bytes < before.file_bytes / 2);
	mem_free(&json);
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(what_is_still_in_a_feed_stays_however_old),
		ROW(items_go_after_they_left_every_feed_and_their_time_passed),
		ROW(a_hit_stays_until_it_is_confirmed),
		ROW(a_hit_that_nobody_was_told_of_expires_and_then_goes),
		ROW(no_more_than_the_limit_goes_at_once),
		ROW(an_ambiguous_key_is_forgotten_in_time),
		ROW(the_file_shrinks_when_much_is_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
