#include "testing.h"

#include "base/wire.h"

static void
what_is_put_is_got_in_the_same_order(void **state)
{
	struct strbuf b = STRBUF_INIT(256);
	struct wire w;

	(void)state;
	wire_put_u8(&b, 200);
	wire_put_u32(&b, UINT32_MAX);
	wire_put_i64(&b, INT64_MIN);
	wire_put_double(&b, 0.1);
	wire_put_span(&b, SPAN_LIT("text"));
	wire_put_span(&b, SPAN_NULL);
	w = (struct wire){.rest = strbuf_as_span(&b)};
	assert_int_equal(wire_u8(&w), 200);
	assert_int_equal(wire_u32(&w), UINT32_MAX);
	assert_true(wire_i64(&w) == INT64_MIN);
	assert_true(wire_double(&w) == 0.1);
	assert_span_equal(wire_span(&w), "text");
	assert_null(wire_span(&w).p);
	assert_false(w.bad);
	assert_int_equal(w.rest.n, 0);
	strbuf_fini(&b);
}

static void
a_reader_that_runs_out_is_bad_and_gives_zeros(void **state)
{
	struct wire w = {.rest = SPAN_LIT("\x05\x00\x00\x00ab")};

	(void)state;
	assert_null(wire_span(&w).p);
	assert_true(w.bad);
	assert_int_equal(wire_u32(&w), 0);
}

static void
a_lying_count_is_bad(void **state)
{
	struct wire w = {.rest = SPAN_LIT("\xff\xff\xff\x7f"
					  "abcd")};

	(void)state;
	assert_int_equal(wire_count(&w, 4), 0);
	assert_true(w.bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_got_in_the_same_order),
		cmocka_unit_test(a_reader_that_runs_out_is_bad_and_gives_zeros),
		cmocka_unit_test(a_lying_count_is_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
