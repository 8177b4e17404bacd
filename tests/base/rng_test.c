#include "testing.h"

/* splitmix64 with seed 0 gives e220a8397b1dcdaf, ... (its author's C code). */
static void
seeding_is_splitmix64(void **state)
{
	struct rng r;

	(void)state;
	rng_init(&r, 0);
	assert_true(r.s[0] == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(r.s[1] == UINT64_C(0x6e789e6aa1b965f4));
	assert_true(r.s[2] == UINT64_C(0x06c45d188009454f));
	assert_true(r.s[3] == UINT64_C(0xf88bb8a8724c81ec));
}

/* The known first outputs of xoshiro256** from state {1, 2, 3, 4}. */
static void
numbers_are_those_of_xoshiro256(void **state)
{
	static const uint64_t expected[] = {UINT64_C(11520), 0,
		UINT64_C(1509978240), UINT64_C(1215971899390074240)};
	struct rng r = {{1, 2, 3, 4}};

	(void)state;
	for (size_t i = 0; i < N_ROWS(expected); i++)
		assert_true(rng_next(&r) == expected[i]);
}

static void
the_same_seed_gives_the_same_numbers(void **state)
{
	struct rng a, b;

	(void)state;
	rng_init(&a, 42);
	rng_init(&b, 42);
	for (int i = 0; i < 100; i++)
		assert_true(rng_next(&a) == rng_next(&b));
}

static void
system_seeds_differ(void **state)
{
	struct rng a, b;

	(void)state;
	rng_init_system(&a);
	rng_init_system(&b);
	assert_memory_not_equal(&a, &b, sizeof(a));
}

static void
below_is_uniform(void **state)
{
	struct rng r = test_rng();
	unsigned counts[7] = {0};

	(void)state;
	for (int i = 0; i < 70000; i++) {
		uint32_t v = rng_below(&r, 7);

		assert_true(v < 7);
		counts[v]++;
	}
	/* Five standard deviations of about 93. */
	for (size_t i = 0; i < N_ROWS(counts); i++)
		assert_in_range(counts[i], 10000 - 465, 10000 + 465);
	assert_int_equal(rng_below(&r, 1), 0);
}

static void
unit_is_in_zero_to_one(void **state)
{
	struct rng r = test_rng();
	double sum = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		double v = rng_unit(&r);

		assert_true(v >= 0 && v < 1);
		sum += v;
	}
	assert_true(sum > 4800 && sum < 5200);
}

static void
secrets_differ_and_fill_all_bytes(void **state)
{
	unsigned char a[600] = {0}, b[600] = {0};
	bool tail = false;

	(void)state;
	rng_secret(a, sizeof(a));
	rng_secret(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	for (size_t i = sizeof(a) - 16; i < sizeof(a); i++)
		tail = tail || a[i] != 0;
	assert_true(tail);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeding_is_splitmix64),
		cmocka_unit_test(numbers_are_those_of_xoshiro256),
		cmocka_unit_test(the_same_seed_gives_the_same_numbers),
		cmocka_unit_test(system_seeds_differ),
		cmocka_unit_test(below_is_uniform),
		cmocka_unit_test(unit_is_in_zero_to_one),
		cmocka_unit_test(secrets_differ_and_fill_all_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
