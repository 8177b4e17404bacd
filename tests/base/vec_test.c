#include "testing.h"

#include "base/vec.h"

static void
pushed_elements_stay_in_order(void **state)
{
	VEC(int) v = {0};
	int sum = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		vec_push(&v, i);
	assert_int_equal(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v.p[i], i);
	vec_each (int *, it, &v)
		sum += *it;
	assert_int_equal(sum, 499500);
	assert_int_equal(*vec_last(&v), 999);
	vec_fini(&v);
	assert_null(v.p);
	assert_int_equal(v.n + v.cap, 0);
}

static void
remove_keeps_the_order_of_the_rest(void **state)
{
	VEC(char) v = {0};

	(void)state;
	for (char c = 'a'; c <= 'e'; c++)
		vec_push(&v, c);
	vec_remove(&v, 0);
	vec_remove(&v, 1);
	vec_remove(&v, 2);
	assert_memory_equal(v.p, "bd", 2);
	assert_int_equal(v.n, 2);
	vec_fini(&v);
}

static void
add_gives_a_zeroed_element_in_used_memory(void **state)
{
	struct pair {
		int a, b;
	};
	VEC(struct pair) v = {0};

	(void)state;
	vec_push(&v, (struct pair){1, 2});
	vec_clear(&v);
	vec_add(&v)->a = 7;
	assert_int_equal(v.p[0].a, 7);
	assert_int_equal(v.p[0].b, 0);
	vec_fini(&v);
}

static void
an_empty_one_iterates_over_nothing(void **state)
{
	VEC(int) v = {0};

	(void)state;
	vec_each (int *, it, &v)
		fail_msg("an element: %d", *it);
	vec_fini(&v);
}

static void
reserve_makes_room_without_adding(void **state)
{
	VEC(int) v = {0};
	int *before;

	(void)state;
	vec_reserve(&v, 100);
	assert_int_equal(v.n, 0);
	before = v.p;
	for (int i = 0; i < 100; i++)
		vec_push(&v, i);
	assert_ptr_equal(v.p, before);
	vec_fini(&v);
}

static void
trim_leaves_no_room_and_all_elements(void **state)
{
	VEC(int) v = {0};

	(void)state;
	vec_trim(&v);
	assert_null(v.p);
	for (int i = 0; i < 9; i++)
		vec_push(&v, i);
	assert_int_equal(v.cap, 16);
	vec_trim(&v);
	assert_int_equal(v.cap, 9);
	vec_trim(&v);
	vec_push(&v, 9);
	assert_int_equal(v.n, 10);
	for (int i = 0; i < 10; i++)
		assert_int_equal(v.p[i], i);
	vec_clear(&v);
	vec_trim(&v);
	assert_null(v.p);
	assert_int_equal(v.cap, 0);
	vec_push(&v, 3);
	assert_int_equal(v.p[0], 3);
	vec_fini(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pushed_elements_stay_in_order),
		cmocka_unit_test(remove_keeps_the_order_of_the_rest),
		cmocka_unit_test(add_gives_a_zeroed_element_in_used_memory),
		cmocka_unit_test(an_empty_one_iterates_over_nothing),
		cmocka_unit_test(reserve_makes_room_without_adding),
		cmocka_unit_test(trim_leaves_no_room_and_all_elements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
