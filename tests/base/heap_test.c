#include "testing.h"

#include "base/heap.h"

#define N_IDS 200

/* The naive model: due by id, absent ids marked. */
struct shadow {
	bool there[N_IDS];
	int64_t due_ms[N_IDS];
};

static bool
shadow_top(const struct shadow *s, uint32_t *id)
{
	bool any = false;

	for (uint32_t i = 0; i < N_IDS; i++) {
		if (!s->there[i])
			continue;
		if (!any || s->due_ms[i] < s->due_ms[*id])
			*id = i;
		any = true;
	}
	return any;
}

static void
check(const struct heap *h, const struct shadow *s)
{
	uint32_t expected = 0, id = 0;
	int64_t due_ms = 0;
	bool any = shadow_top(s, &expected);
	size_t n = 0;

	assert_int_equal(heap_top(h, &id, &due_ms), any);
	if (any) {
		assert_int_equal(id, expected);
		assert_int_equal(due_ms, s->due_ms[expected]);
	}
	for (uint32_t i = 0; i < N_IDS; i++) {
		assert_int_equal(heap_has(h, i), s->there[i]);
		if (s->there[i])
			assert_int_equal(heap_due_ms(h, i), s->due_ms[i]);
		n += s->there[i];
	}
	assert_int_equal(heap_count(h), n);
}

static void
behaves_like_a_table_under_random_operations(void **state)
{
	struct rng r = test_rng();
	struct heap *h = heap_new();
	struct shadow s = {0};

	(void)state;
	for (int step = 0; step < 20000; step++) {
		uint32_t id = rng_below(&r, N_IDS);
		/* Few values, so that ties are common. */
		int64_t due_ms = (int64_t)rng_below(&r, 50) - 25;

		if (rng_below(&r, 3) > 0) {
			heap_put(h, id, due_ms);
			s.there[id] = true;
			s.due_ms[id] = due_ms;
		} else {
			assert_int_equal(heap_del(h, id), s.there[id]);
			s.there[id] = false;
		}
		check(h, &s);
	}
	heap_free(&h);
	assert_null(h);
}

static void
gives_everything_in_order_ties_by_id(void **state)
{
	struct rng r = test_rng();
	struct heap *h = heap_new();
	int64_t last_ms = INT64_MIN, due_ms;
	uint32_t last_id = 0, id;
	size_t n = 0;

	(void)state;
	for (uint32_t i = 0; i < 20000; i++)
		heap_put(h, i, (int64_t)rng_below(&r, 5000));
	while (heap_top(h, &id, &due_ms)) {
		assert_true(due_ms > last_ms ||
			(due_ms == last_ms && id > last_id));
		last_ms = due_ms;
		last_id = id;
		assert_true(heap_del(h, id));
		n++;
	}
	assert_int_equal(n, 20000);
	heap_free(&h);
}

static void
an_empty_heap_has_no_top(void **state)
{
	struct heap *h = heap_new();
	uint32_t id;
	int64_t due_ms;

	(void)state;
	assert_false(heap_top(h, &id, &due_ms));
	assert_false(heap_del(h, 7));
	assert_false(heap_has(h, UINT32_MAX));
	heap_put(h, 7, 1);
	assert_true(heap_del(h, 7));
	assert_false(heap_del(h, 7));
	assert_false(heap_top(h, &id, &due_ms));
	heap_free(&h);
	heap_free(&h);
}

static void
an_entry_costs_at_most_forty_bytes(void **state)
{
	struct heap *h = heap_new();

	(void)state;
	/* 16 for the entry and 4 for its place, twice for growth. */
	for (uint32_t i = 0; i < 100000; i++)
		heap_put(h, i, 0);
	assert_true(heap_bytes(h) <= 40 * 100000);
	heap_free(&h);
}

static void
trimmed_it_costs_twenty_bytes_an_entry_and_goes_on(void **state)
{
	struct heap *h = heap_new();
	size_t empty = heap_bytes(h);
	uint32_t id;
	int64_t due;

	(void)state;
	heap_trim(h);
	assert_int_equal(heap_bytes(h), empty);
	for (uint32_t i = 0; i < 1001; i++)
		heap_put(h, i, 1001 - i);
	heap_trim(h);
	assert_int_equal(heap_bytes(h) - empty, 20 * 1001);
	heap_put(h, 1001, 0);
	for (uint32_t i = 0; i < 1002; i++) {
		assert_true(heap_top(h, &id, &due));
		assert_int_equal(id, 1001 - i);
		assert_true(heap_del(h, id));
	}
	/* Places are by id: they stay. */
	heap_trim(h);
	assert_int_equal(heap_bytes(h) - empty, 4 * 1002);
	heap_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behaves_like_a_table_under_random_operations),
		cmocka_unit_test(gives_everything_in_order_ties_by_id),
		cmocka_unit_test(an_empty_heap_has_no_top),
		cmocka_unit_test(an_entry_costs_at_most_forty_bytes),
		cmocka_unit_test(
			trimmed_it_costs_twenty_bytes_an_entry_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
