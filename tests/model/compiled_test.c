/* Two blocks in one: both come back, damage does not. */
#include "testing.h"

#include "model/compiled.h"

static void
both_parts_come_back_aligned(void **state)
{
	struct strbuf b = STRBUF_INIT(4096);
	struct compiled c;

	(void)state;
	strbuf_str(&b, "the lexicon");
	compiled_join(&b, SPAN_LIT("the events"));
	assert_true(compiled_split(strbuf_as_span(&b), &c));
	assert_span_equal(c.lexicon, "the lexicon");
	assert_span_equal(c.events, "the events");
	assert_int_equal((size_t)(c.events.p - b.p) % COMPILED_ALIGN, 0);
	strbuf_fini(&b);
}

static void
what_is_cut_or_too_long_is_refused(void **state)
{
	struct strbuf b = STRBUF_INIT(4096);
	struct compiled c;
	struct rng r = test_rng();

	(void)state;
	strbuf_str(&b, "the lexicon");
	compiled_join(&b, SPAN_LIT("the events"));
	for (size_t n = 0; n < b.n; n++)
		assert_false(compiled_split(span_make(b.p, n), &c));
	for (int i = 0; i < 10000; i++) {
		size_t at = b.n - 1 - rng_below(&r, 32);
		char old = b.p[at];

		b.p[at] = (char)rng_next(&r);
		if (compiled_split(strbuf_as_span(&b), &c)) {
			assert_true(c.lexicon.n <= b.n);
			assert_true(c.events.p + c.events.n <= b.p + b.n);
		}
		b.p[at] = old;
	}
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_parts_come_back_aligned),
		cmocka_unit_test(what_is_cut_or_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
