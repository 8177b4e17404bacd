#include "testing.h"

#include "base/map.h"
#include "base/vec.h"

/* Values are numbers in memory of their own; live ones are counted. */
static int live;

static int *
value_new(int v)
{
	int *p = mem_new(p);

	*p = v;
	live++;
	return p;
}

static void
value_free(void *p)
{
	mem_free(&p);
	live--;
}

/* The naive model: pairs in the order of insertion, searched linearly. */
struct pair {
	int key, value;
};

struct shadow {
	VEC(struct pair) pairs;
};

static size_t
shadow_find(const struct shadow *s, int key)
{
	for (size_t i = 0; i < s->pairs.n; i++)
		if (s->pairs.p[i].key == key)
			return i;
	return SIZE_MAX;
}

static struct span
key_text(int key, char buf[64])
{
	/* With bytes of zero and of various lengths. */
	int n = snprintf(buf, 64, "k%*d", key % 40 + 1, key);

	if (key % 3 == 0)
		buf[0] = '\0';
	return span_make(buf, (size_t)n);
}

static void
check_all(const struct map *m, const struct shadow *s, bool same_order)
{
	struct map_iter it = {0};
	char buf[64];
	size_t n = 0;

	assert_int_equal(map_count(m), s->pairs.n);
	for (size_t i = 0; i < s->pairs.n; i++) {
		int *v = map_get(m, key_text(s->pairs.p[i].key, buf));

		assert_non_null(v);
		assert_int_equal(*v, s->pairs.p[i].value);
	}
	while (map_next(m, &it)) {
		if (same_order)
			assert_int_equal(*(int *)it.value, s->pairs.p[n].value);
		n++;
	}
	assert_int_equal(n, s->pairs.n);
}

static void
random_step(struct rng *r, struct map *m, struct shadow *s, bool *deleted)
{
	int key = (int)rng_below(r, 300), value = (int)rng_below(r, 1000000);
	size_t at = shadow_find(s, key);
	char buf[64];
	struct span k = key_text(key, buf);
	int *taken;

	switch (rng_below(r, 6)) {
	case 0:
		assert_int_equal(map_del(m, k), at != SIZE_MAX);
		if (at != SIZE_MAX)
			vec_remove(&s->pairs, at);
		*deleted = true;
		break;
	case 1:
		taken = map_take(m, k);
		assert_int_equal(taken != NULL, at != SIZE_MAX);
		if (taken) {
			assert_int_equal(*taken, s->pairs.p[at].value);
			value_free(taken);
			vec_remove(&s->pairs, at);
		}
		*deleted = true;
		break;
	case 2:
		assert_int_equal(map_has(m, k), at != SIZE_MAX);
		break;
	default:
		assert_int_equal(
			map_put(m, k, value_new(value)), at == SIZE_MAX);
		if (at == SIZE_MAX)
			vec_push(&s->pairs, (struct pair){key, value});
		else
			s->pairs.p[at].value = value;
		break;
	}
}

static void
behaves_like_a_list_of_pairs_under_random_operations(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct map *m = map_new(value_free);
		struct shadow s = {0};
		bool deleted = false;

		for (int step = 0; step < 2000; step++) {
			random_step(&r, m, &s, &deleted);
			if (step % 97 == 0)
				check_all(m, &s, !deleted);
		}
		check_all(m, &s, !deleted);
		map_free(&m);
		assert_null(m);
		assert_int_equal(live, 0);
		vec_fini(&s.pairs);
	}
}

static void
iterates_in_the_order_of_insertion(void **state)
{
	struct map *m = map_new(value_free);
	struct map_iter it = {0};
	int expected = 0;
	char buf[64];

	(void)state;
	for (int i = 0; i < 5000; i++)
		map_put(m, key_text(i, buf), value_new(i));
	/* Replacing does not move. */
	map_put(m, key_text(17, buf), value_new(17));
	while (map_next(m, &it))
		assert_int_equal(*(int *)it.value, expected++);
	assert_int_equal(expected, 5000);
	map_free(&m);
	assert_int_equal(live, 0);
}

static void
the_current_key_may_be_deleted_while_iterating(void **state)
{
	struct map *m = map_new(value_free);
	struct map_iter it = {0};
	char buf[64];
	int seen = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		map_put(m, key_text(i, buf), value_new(i));
	while (map_next(m, &it)) {
		if (*(int *)it.value % 2 == 0)
			assert_true(map_del(m, it.key));
		seen++;
	}
	assert_int_equal(seen, 1000);
	assert_int_equal(map_count(m), 500);
	map_free(&m);
	assert_int_equal(live, 0);
}

static void
does_not_grow_under_puts_and_deletes_of_few_keys(void **state)
{
	struct map *m = map_new(value_free);
	char buf[64];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		map_put(m, key_text(i, buf), value_new(i));
		if (i >= 10)
			assert_true(map_del(m, key_text(i - 10, buf)));
	}
	assert_int_equal(map_count(m), 10);
	assert_int_equal(live, 10);
	map_free(&m);
}

static void
keys_are_bytes_and_are_copied(void **state)
{
	struct map *m = map_new(NULL);
	char key[] = "abc";
	int one = 1, two = 2;

	(void)state;
	map_put(m, span_make(key, 3), &one);
	key[0] = 'x';
	assert_ptr_equal(map_get(m, SPAN_LIT("abc")), &one);
	map_put(m, SPAN_LIT(""), &two);
	assert_ptr_equal(map_get(m, SPAN_NULL), &two);
	assert_null(map_get(m, SPAN_LIT("ab")));
	assert_null(map_take(m, SPAN_LIT("abcd")));
	map_free(&m);
}

static void
null_is_a_value_too(void **state)
{
	struct map *m = map_new(value_free);

	(void)state;
	assert_true(map_put(m, SPAN_LIT("k"), NULL));
	assert_true(map_has(m, SPAN_LIT("k")));
	assert_null(map_get(m, SPAN_LIT("k")));
	assert_false(map_put(m, SPAN_LIT("k"), NULL));
	map_free(&m);
	map_free(&m);
	assert_int_equal(live, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			behaves_like_a_list_of_pairs_under_random_operations),
		cmocka_unit_test(iterates_in_the_order_of_insertion),
		cmocka_unit_test(
			the_current_key_may_be_deleted_while_iterating),
		cmocka_unit_test(
			does_not_grow_under_puts_and_deletes_of_few_keys),
		cmocka_unit_test(keys_are_bytes_and_are_copied),
		cmocka_unit_test(null_is_a_value_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
