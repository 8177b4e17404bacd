/* Hits and the outbox: order, marks, confirmation, what a refill reads. */
#include "fixture.h"

/* What the outbox reads, as "1 2c 3" (c: confirmed). */
struct reading {
	char text[256];
	size_t n, most;
	char last_json[256], last_entities[64], last_id[HEX128_SIZE];
};

static bool
on_row(const struct store_outbox_row *r, void *arg)
{
	struct reading *got = arg;
	size_t at = strlen(got->text);

	snprintf(got->text + at, sizeof(got->text) - at, "%s%lld%s",
		at ? " " : "", (long long)r->seq, r->confirmed ? "c" : "");
	snprintf(got->last_json, sizeof(got->last_json), "%.*s",
		SPAN_ARG(r->json));
	snprintf(got->last_entities, sizeof(got->last_entities), "%.*s",
		SPAN_ARG(r->entities));
	memcpy(got->last_id, r->id, sizeof(got->last_id));
	return ++got->n < got->most;
}

static struct reading
read_since(struct fixture *f, int64_t after, size_t limit, int64_t since_ms)
{
	struct reading got = {.most = SIZE_MAX};

	OK(store_outbox_read(f->s, after, limit, (struct wall){since_ms},
		on_row, &got, &f->err));
	return got;
}

static void
store_hits(struct fixture *f, int n)
{
	char entry[32];

	for (int i = 0; i < n; i++) {
		struct store_unit *u = begin(f);

		snprintf(entry, sizeof(entry), "u%zu=a", f->seen.n);
		put_document(f, u, "f", true, entry);
		put_hit(f, u, 0, "meta");
		end(f, u);
	}
	commit(f);
}

static void
confirm(struct fixture *f, int64_t seq)
{
	struct store_outcome o = {seq, SPAN_LIT("delivered")};
	struct store_unit *u = begin(f);

	OK(store_unit_confirm(u, &o, 1, (struct wall){f->now_ms}, &f->err));
	end(f, u);
	commit(f);
}

static void
published(struct fixture *f, int64_t seq)
{
	struct store_unit *u = begin(f);

	OK(store_unit_published(u, seq, &f->err));
	end(f, u);
	commit(f);
}

static void
hits_come_out_in_the_order_of_their_commit(void **state)
{
	struct fixture *f = *state;
	struct reading got;

	store_hits(f, 5);
	assert_string_equal(read_since(f, 0, 10, 0).text, "1 2 3 4 5");
	assert_string_equal(read_since(f, 3, 10, 0).text, "4 5");
	assert_string_equal(read_since(f, 1, 2, 0).text, "2 3");
	assert_string_equal(read_since(f, 5, 10, 0).text, "");
	got = (struct reading){.most = 2};
	OK(store_outbox_read(
		f->s, 0, 10, (struct wall){0}, on_row, &got, &f->err));
	assert_string_equal(got.text, "1 2");
}

static void
a_hit_comes_out_as_it_was_put(void **state)
{
	struct fixture *f = *state;
	struct reading got;
	char expected[256], id[HEX128_SIZE];

	document(f, "f", "u1=a");
	store_hits(f, 1);
	snprintf(expected, sizeof(expected),
		"{\"v\":1,\"item\":\"%s\",\"revision\":0}", f->items[0].id);
	hit_id(f->items[0].id, HIT_NEW, 0, id);
	got = read_since(f, 0, 10, 0);
	assert_string_equal(got.last_json, expected);
	assert_string_equal(got.last_entities, "meta\n");
	assert_string_equal(got.last_id, id);
	OK(store_outbox_id(f->s, 1, expected, &f->err));
	assert_string_equal(expected, id);
	OK(store_outbox_id(f->s, 2, expected, &f->err));
	assert_string_equal(expected, "");
}

static void
what_is_not_committed_is_not_read(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u;

	store_hits(f, 1);
	u = begin(f);
	put_document(f, u, "f", true, "u1=b");
	put_hit(f, u, 0, "meta");
	assert_string_equal(read_since(f, 0, 10, 0).text, "1");
	end(f, u);
	assert_string_equal(read_since(f, 0, 10, 0).text, "1");
	assert_int_equal(store_last_seq(f->s), 1);
	commit(f);
	assert_string_equal(read_since(f, 0, 10, 0).text, "1 2");
	assert_int_equal(store_last_seq(f->s), 2);
}

static void
a_hit_that_is_there_is_not_stored_twice(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u = begin(f);
	struct store_hit h = {
		.id = "000102030405060708090a0b0c0d0e0f",
		.stored = {1},
		.json = SPAN_LIT("{\"v\":1}"),
	};

	OK(store_unit_hit(u, &h, &f->err));
	assert_true(h.fresh);
	assert_int_equal(h.seq, 1);
	h.json = SPAN_LIT("{\"v\":2}");
	OK(store_unit_hit(u, &h, &f->err));
	assert_false(h.fresh);
	assert_int_equal(h.seq, 1);
	end(f, u);
	commit(f);
	assert_string_equal(read_since(f, 0, 10, 0).last_json, "{\"v\":1}");
	check_invariants(f);
}

static void
numbers_are_not_used_again(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u;
	size_t n;

	store_hits(f, 3);
	for (int64_t seq = 1; seq <= 3; seq++)
		confirm(f, seq);
	u = begin(f);
	OK(store_unit_prune(u, (struct wall){f->now_ms + 1}, 100, &n, &f->err));
	end(f, u);
	commit(f);
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 0);
	reopen(f);
	assert_int_equal(store_last_seq(f->s), 3);
	store_hits(f, 1);
	assert_int_equal(store_last_seq(f->s), 4);
}

static void
an_item_remembers_what_its_hits_said(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u;

	u = begin(f);
	put_document(f, u, "f", true, "u1=a");
	assert_int_equal(f->items[0].revision, 0);
	assert_false(store_told_has(f->items[0].told, SPAN_LIT("entity:meta")));
	put_hit(f, u, 0, "meta");
	end(f, u);
	u = begin(f);
	put_document(f, u, "f", true, "u1=b");
	assert_int_equal(f->items[0].revision, 1);
	assert_true(store_told_has(f->items[0].told, SPAN_LIT("entity:meta")));
	assert_false(store_told_has(f->items[0].told, SPAN_LIT("entity:met")));
	assert_false(store_told_has(f->items[0].told, SPAN_LIT("entity:aws")));
	put_hit(f, u, 0, "aws");
	end(f, u);
	commit(f);
	document(f, "f", "u1=c");
	assert_int_equal(f->items[0].revision, 2);
	assert_true(store_told_has(f->items[0].told, SPAN_LIT("entity:aws")));
	assert_true(store_told_has(f->items[0].told, SPAN_LIT("entity:meta")));
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 2);
}

static void
an_outcome_is_kept_once(void **state)
{
	struct fixture *f = *state;
	struct store_outcome o[] = {
		{2, SPAN_LIT("delivered")},
		{2, SPAN_LIT("dead")},
		{99, SPAN_LIT("delivered")},
	};
	struct store_unit *u;

	store_hits(f, 3);
	u = begin(f);
	OK(store_unit_confirm(u, o, 3, (struct wall){5}, &f->err));
	end(f, u);
	commit(f);
	assert_int_equal(
		number(f,
			"SELECT outcome = 'delivered' FROM hit WHERE seq = 2"),
		1);
	assert_int_equal(number(f, "SELECT unconfirmed FROM store"), 2);
	check_invariants(f);
}

static void
a_refill_reads_what_is_open_or_young(void **state)
{
	struct fixture *f = *state;

	f->now_ms = 1000;
	store_hits(f, 3); /* old */
	confirm(f, 1);
	confirm(f, 3);
	f->now_ms = 2000;
	store_hits(f, 3); /* young */
	confirm(f, 4);
	published(f, 6);
	assert_string_equal(read_since(f, 0, 10, 2000).text, "2 4c 5 6");
	assert_string_equal(read_since(f, 2, 10, 2000).text, "4c 5 6");
	assert_string_equal(read_since(f, 0, 10, 0).text, "1c 2 3c 4c 5 6");
	confirm(f, 2);
	confirm(f, 5);
	confirm(f, 6);
	assert_string_equal(read_since(f, 0, 10, 2000).text, "4c 5c 6c");
	assert_string_equal(read_since(f, 0, 10, 3000).text, "");
}

static void
the_published_mark_never_goes_down(void **state)
{
	struct fixture *f = *state;

	store_hits(f, 3);
	assert_int_equal(store_published(f->s), 0);
	published(f, 2);
	published(f, 1);
	assert_int_equal(store_published(f->s), 2);
	reopen(f);
	assert_int_equal(store_published(f->s), 2);
}

static void
a_hit_that_is_too_long_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u = begin(f);
	char *json = mem_alloc(LIMIT_HIT_BYTES + 1);
	struct store_hit h = {
		.id = "000102030405060708090a0b0c0d0e0f",
		.json = {json, LIMIT_HIT_BYTES},
	};

	memset(json, 'x', LIMIT_HIT_BYTES + 1);
	json[0] = '{';
	OK(store_unit_hit(u, &h, &f->err));
	h.id = "100102030405060708090a0b0c0d0e0f";
	h.json.n++;
	assert_int_equal(store_unit_hit(u, &h, &f->err), -1);
	assert_int_equal(f->err.kind, ERR_INPUT);
	store_unit_cancel(&u);
	mem_free(&json);
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(hits_come_out_in_the_order_of_their_commit),
		ROW(a_hit_comes_out_as_it_was_put),
		ROW(what_is_not_committed_is_not_read),
		ROW(a_hit_that_is_there_is_not_stored_twice),
		ROW(numbers_are_not_used_again),
		ROW(an_item_remembers_what_its_hits_said),
		ROW(an_outcome_is_kept_once),
		ROW(a_refill_reads_what_is_open_or_young),
		ROW(the_published_mark_never_goes_down),
		ROW(a_hit_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
