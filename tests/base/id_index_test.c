#include "testing.h"

#include "base/id_index.h"
#include "base/vec.h"

#define KEYS 400u

/* The table: id i has the text of number keys[i]. */
struct table {
	uint32_t keys[KEYS];
	char text[KEYS][16];
	bool is_in[KEYS];
	size_t n;
};

static struct span
key_of(uint32_t id, const void *arg)
{
	const struct table *t = arg;

	return span_of(t->text[id]);
}

static void
name(struct table *t, uint32_t id, uint32_t number)
{
	t->keys[id] = number;
	snprintf(t->text[id], sizeof(t->text[id]), "key %u", number);
}

/* The naive model. */
static uint32_t
find(const struct table *t, uint32_t number)
{
	for (uint32_t i = 0; i < KEYS; i++)
		if (t->is_in[i] && t->keys[i] == number)
			return i;
	return UINT32_MAX;
}

static void
check_all(const struct id_index *x, const struct table *t)
{
	char text[16];

	assert_int_equal(id_index_count(x), t->n);
	for (uint32_t number = 0; number < KEYS; number++) {
		uint32_t id = UINT32_MAX, there = find(t, number);

		snprintf(text, sizeof(text), "key %u", number);
		assert_int_equal(id_index_get(x, span_of(text), &id),
			there != UINT32_MAX);
		assert_int_equal(id, there);
	}
}

static void
random_step(struct rng *r, struct id_index *x, struct table *t)
{
	uint32_t id = rng_below(r, KEYS), number = rng_below(r, KEYS);
	bool was_there;

	if (t->is_in[id]) {
		assert_true(id_index_del(x, key_of(id, t)));
		assert_false(id_index_del(x, key_of(id, t)));
		t->is_in[id] = false;
		t->n--;
		return;
	}
	was_there = find(t, number) != UINT32_MAX;
	name(t, id, number);
	assert_int_equal(id_index_put(x, id), !was_there);
	if (was_there)
		return;
	t->is_in[id] = true;
	t->n++;
}

static void
it_does_what_a_search_of_the_table_does(void **state)
{
	struct table *t = mem_new(t);
	struct id_index *x = id_index_new(key_of, t);
	struct rng r = test_rng();

	(void)state;
	for (unsigned step = 0; step < 20000; step++) {
		random_step(&r, x, t);
		if (step % 500 == 0)
			check_all(x, t);
	}
	check_all(x, t);
	id_index_free(&x);
	mem_free(&t);
}

static void
an_empty_one_finds_and_deletes_nothing(void **state)
{
	struct id_index *x = id_index_new(key_of, NULL);
	uint32_t id = 7;

	(void)state;
	assert_false(id_index_get(x, SPAN_LIT("a"), &id));
	assert_false(id_index_get(x, SPAN_NULL, &id));
	assert_int_equal(id, 7);
	assert_false(id_index_del(x, SPAN_LIT("a")));
	assert_int_equal(id_index_count(x), 0);
	id_index_free(&x);
	assert_null(x);
	id_index_free(&x);
}

static struct span
itself(uint32_t id, const void *arg)
{
	const uint32_t *numbers = arg;

	return span_make((const char *)&numbers[id], sizeof(*numbers));
}

/* 8 bytes a slot, at least three eighths of them in use once it has grown. */
static void
an_entry_takes_twenty_two_bytes_at_most(void **state)
{
	enum { N = 20000 };
	uint32_t *numbers = mem_alloc(N * sizeof(*numbers));
	struct id_index *x = id_index_new(itself, numbers);
	size_t empty = id_index_bytes(x), slots;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		numbers[i] = i;
		assert_true(id_index_put(x, i));
		slots = (id_index_bytes(x) - empty) / 8;
		assert_true((i + 1) * 4 <= slots * 3);
		if (i >= 12)
			assert_true((id_index_bytes(x) - empty) * 3 <=
				(size_t)(i + 1) * 64);
	}
	id_index_free(&x);
	mem_free(&numbers);
}

static struct span
empty_key(uint32_t id, const void *arg)
{
	(void)id;
	(void)arg;
	return SPAN_NULL;
}

static void
the_largest_id_and_the_empty_key_are_found(void **state)
{
	struct id_index *x = id_index_new(empty_key, NULL);
	uint32_t id = 1;

	(void)state;
	assert_true(id_index_put(x, UINT32_MAX - 1));
	assert_false(id_index_put(x, 0));
	assert_true(id_index_get(x, SPAN_LIT(""), &id));
	assert_int_equal(id, UINT32_MAX - 1);
	assert_false(id_index_get(x, SPAN_LIT("a"), &id));
	id_index_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_does_what_a_search_of_the_table_does),
		cmocka_unit_test(an_empty_one_finds_and_deletes_nothing),
		cmocka_unit_test(an_entry_takes_twenty_two_bytes_at_most),
		cmocka_unit_test(the_largest_id_and_the_empty_key_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
