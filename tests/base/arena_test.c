#include "testing.h"

#include <stdalign.h>

#include "base/arena.h"

static void
allocations_are_zeroed_aligned_and_apart(void **state)
{
	struct rng r = test_rng();
	struct arena *a = arena_new();
	struct {
		unsigned char *p;
		size_t n;
	} given[500];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < N_ROWS(given); i++) {
			size_t n = rng_below(&r, i % 50 == 0 ? 300000 : 400);

			given[i].p = arena_alloc(a, n);
			given[i].n = n;
			assert_int_equal(
				(uintptr_t)given[i].p % alignof(max_align_t),
				0);
			for (size_t j = 0; j < n; j++)
				assert_int_equal(given[i].p[j], 0);
			if (n > 0)
				memset(given[i].p, (int)(i % 255) + 1, n);
		}
		for (size_t i = 0; i < N_ROWS(given); i++)
			for (size_t j = 0; j < given[i].n; j++)
				assert_int_equal(given[i].p[j], i % 255 + 1);
		arena_reset(a);
	}
	arena_free(&a);
	assert_null(a);
}

/* Whatever stands between them. */
static void
texts_take_no_more_than_their_bytes(void **state)
{
	struct arena *a = arena_new();
	const char *x = arena_strdup(a, "abc"), *y = arena_strdup(a, "de");
	struct span z = arena_span(a, SPAN_LIT(""));
	uint64_t *n = arena_new_obj(a, uint64_t);
	const char *p = arena_printf(a, "%d", 12);

	(void)state;
	assert_ptr_equal(y, x + 4);
	assert_ptr_equal(z.p, y + 3);
	assert_int_equal((uintptr_t)n % alignof(max_align_t), 0);
	assert_ptr_equal(p, n + 1);
	*n = UINT64_MAX;
	assert_string_equal(x, "abc");
	assert_string_equal(y, "de");
	assert_string_equal(p, "12");
	assert_int_equal(z.p[0], 0);
	arena_free(&a);
}

static void
bytes_counts_what_was_handed_out_since_reset(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_int_equal(arena_bytes(a), 0);
	arena_alloc(a, 100);
	arena_alloc(a, 100000);
	assert_int_equal(arena_bytes(a), 100100);
	arena_reset(a);
	assert_int_equal(arena_bytes(a), 0);
	arena_free(&a);
}

static void
reset_uses_the_first_block_again(void **state)
{
	struct arena *a = arena_new();
	char *first = arena_alloc(a, 10);

	(void)state;
	arena_alloc(a, 1000000);
	for (int i = 0; i < 1000; i++)
		arena_alloc(a, 1000);
	arena_reset(a);
	assert_ptr_equal(arena_alloc(a, 10), first);
	arena_free(&a);
}

static void
copies_are_terminated(void **state)
{
	struct arena *a = arena_new();
	struct span s = arena_span(a, span_make("abcdef", 3));

	(void)state;
	assert_span_equal(s, "abc");
	assert_int_equal(s.p[3], '\0');
	assert_string_equal(arena_strdup(a, "xyz"), "xyz");
	assert_string_equal(arena_span(a, SPAN_NULL).p, "");
	assert_string_equal(arena_printf(a, "%d-%s", 7, "é"), "7-é");
	arena_free(&a);
}

static void
arrays_and_objects_are_zeroed(void **state)
{
	struct arena *a = arena_new();
	struct pair {
		int a, b;
	} *p = arena_new_obj(a, struct pair);
	uint64_t *many = arena_array(a, 100, sizeof(*many));

	(void)state;
	assert_int_equal(p->a + p->b, 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(many[i], 0);
	assert_non_null(arena_array(a, 0, sizeof(*many)));
	arena_free(&a);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
		cmocka_unit_test(texts_take_no_more_than_their_bytes),
		cmocka_unit_test(bytes_counts_what_was_handed_out_since_reset),
		cmocka_unit_test(reset_uses_the_first_block_again),
		cmocka_unit_test(copies_are_terminated),
		cmocka_unit_test(arrays_and_objects_are_zeroed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
