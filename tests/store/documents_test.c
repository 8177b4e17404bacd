/* Lists of item rows as bytes. */
#include "testing.h"

#include "store/private.h"

#define BYTES_MAX 100000

static void
round_trip(row_list *rows)
{
	struct strbuf bytes = STRBUF_INIT(BYTES_MAX);
	row_list back = {0};

	rows_sort(rows);
	rows_format(rows, &bytes);
	assert_int_equal(rows_parse(strbuf_as_span(&bytes), &back, NULL), 0);
	assert_int_equal(back.n, rows->n);
	if (rows->n > 0)
		assert_memory_equal(
			back.p, rows->p, rows->n * sizeof(rows->p[0]));
	vec_fini(&back);
	strbuf_fini(&bytes);
}

static void
any_list_comes_back_sorted_and_without_doubles(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 500; i++) {
		row_list rows = {0};
		unsigned bits = 1 + rng_below(&r, 62);

		for (uint32_t n = rng_below(&r, 40); n > 0; n--)
			vec_push(&rows,
				(int64_t)(rng_next(&r) >> (64 - bits)) + 1);
		round_trip(&rows);
		for (size_t k = 1; k < rows.n; k++)
			assert_true(rows.p[k - 1] < rows.p[k]);
		vec_fini(&rows);
	}
}

static void
neighbours_take_a_byte_each(void **state)
{
	struct strbuf bytes = STRBUF_INIT(BYTES_MAX);
	row_list rows = {0};

	(void)state;
	for (int64_t i = 1; i <= 100; i++)
		vec_push(&rows, i);
	rows_format(&rows, &bytes);
	assert_int_equal(bytes.n, 100);
	vec_fini(&rows);
	strbuf_fini(&bytes);
}

static void
damaged_bytes_are_refused(void **state)
{
	const struct span damaged[] = {
		SPAN_LIT("\x80"),
		SPAN_LIT("\x01\xff"),
		SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(damaged); i++) {
		row_list rows = {0};

		assert_int_equal(rows_parse(damaged[i], &rows, &err), -1);
		assert_int_equal(err.kind, ERR_PERM);
		vec_fini(&rows);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			any_list_comes_back_sorted_and_without_doubles),
		cmocka_unit_test(neighbours_take_a_byte_each),
		cmocka_unit_test(damaged_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
