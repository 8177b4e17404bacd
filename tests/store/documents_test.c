/* What a document holds, as bytes. */
#include "testing.h"

#include "store/private.h"

#define BYTES_MAX 100000

static void
assert_round_trip(const held_list *l)
{
	struct strbuf rows = STRBUF_INIT(BYTES_MAX);
	struct strbuf digests = STRBUF_INIT(BYTES_MAX);
	held_list back = {0};

	held_format(l, &rows, &digests);
	assert_int_equal(held_parse(strbuf_as_span(&rows),
				 strbuf_as_span(&digests), &back, NULL),
		0);
	assert_int_equal(back.n, l->n);
	for (size_t i = 0; i < l->n; i++) {
		assert_int_equal(back.p[i].row, l->p[i].row);
		assert_int_equal(back.p[i].digest.known, l->p[i].digest.known);
		assert_int_equal(back.p[i].digest.whole, l->p[i].digest.whole);
	}
	vec_fini(&back);
	strbuf_fini(&digests);
	strbuf_fini(&rows);
}

static void
any_list_comes_back_sorted(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 500; i++) {
		held_list l = {0};
		unsigned bits = 8 + rng_below(&r, 55);

		for (uint32_t n = rng_below(&r, 40); n > 0; n--)
			vec_push(&l,
				((struct held){.row = (int64_t)(rng_next(&r) >>
							      (64 - bits)) +
						1,
					.digest = {
						rng_next(&r), rng_next(&r)}}));
		held_sort(&l);
		for (size_t k = 1; k < l.n; k++)
			assert_true(l.p[k - 1].row <= l.p[k].row);
		assert_round_trip(&l);
		vec_fini(&l);
	}
}

static void
rows_that_are_neighbours_take_a_byte_each(void **state)
{
	struct strbuf rows = STRBUF_INIT(BYTES_MAX);
	struct strbuf digests = STRBUF_INIT(BYTES_MAX);
	held_list l = {0};

	(void)state;
	for (int64_t i = 1; i <= 100; i++)
		vec_push(&l, ((struct held){.row = i}));
	held_format(&l, &rows, &digests);
	assert_int_equal(rows.n, 100);
	assert_int_equal(digests.n, 100 * ITEM_DIGEST_BYTES);
	vec_fini(&l);
	strbuf_fini(&digests);
	strbuf_fini(&rows);
}

static void
rows_of_a_database_without_digests_have_none(void **state)
{
	held_list l = {0};

	(void)state;
	assert_int_equal(
		held_parse(SPAN_LIT("\x01\x02"), SPAN_NULL, &l, NULL), 0);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.p[1].row, 3);
	assert_int_equal(l.p[1].digest.known, 0);
	assert_int_equal(l.p[1].digest.whole, 0);
	vec_fini(&l);
}

static void
damaged_bytes_are_refused(void **state)
{
	const struct {
		struct span rows, digests;
	} damaged[] = {
		{SPAN_LIT("\x80"), SPAN_NULL},
		{SPAN_LIT("\x01\xff"), SPAN_NULL},
		{SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
			SPAN_NULL},
		{SPAN_LIT("\x01"), SPAN_LIT("")},
		{SPAN_LIT("\x01"), SPAN_LIT("fifteen bytes..")},
		{SPAN_LIT("\x01"), SPAN_LIT("seventeen bytes..")},
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(damaged); i++) {
		held_list l = {0};

		assert_int_equal(held_parse(damaged[i].rows, damaged[i].digests,
					 &l, &err),
			-1);
		assert_int_equal(err.kind, ERR_PERM);
		vec_fini(&l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_list_comes_back_sorted),
		cmocka_unit_test(rows_that_are_neighbours_take_a_byte_each),
		cmocka_unit_test(rows_of_a_database_without_digests_have_none),
		cmocka_unit_test(damaged_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
