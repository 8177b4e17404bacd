/* The index against a plain list of pairs. */
#include "testing.h"

#include "base/vec.h"
#include "story/postings.h"

#define TERMS 40
#define STORIES 300

struct pair {
	uint32_t term, story;
};

typedef VEC(struct pair) pairs;

static size_t
find(const pairs *list, uint32_t term, uint32_t story)
{
	size_t i = 0;

	while (i < list->n &&
		(list->p[i].term != term || list->p[i].story != story))
		i++;
	return i;
}

static void
assert_as_list(const struct postings *p, const pairs *list, uint32_t term)
{
	struct postings_list found;
	size_t n = 0;

	postings_get(p, term, &found);
	vec_each (const struct pair *, it, list) {
		if (it->term != term)
			continue;
		assert_true(n < found.n);
		assert_int_equal(found.p[n++], it->story);
	}
	assert_int_equal(n, found.n);
}

/* Few stories a term, then many, then few again. */
static void
the_stories_of_a_term_are_those_of_a_list(void **state)
{
	struct rng r = test_rng();
	struct postings *p = postings_new();
	pairs list = {0};

	(void)state;
	for (unsigned round = 0; round < 30000; round++) {
		/* Some share a bucket: their lowest bits are the same. */
		uint32_t term = rng_below(&r, TERMS) << (20 * (round & 1));
		uint32_t story = rng_below(&r, STORIES);
		size_t at = find(&list, term, story);
		bool fill = round / 5000 % 2 == 0;

		if (at == list.n && (fill || rng_below(&r, 4) == 0)) {
			postings_put(p, term, story);
			vec_push(&list, (struct pair){term, story});
		} else if (at < list.n && (!fill || rng_below(&r, 4) == 0)) {
			postings_del(p, term, story);
			vec_remove(&list, at);
		} else if (at == list.n) {
			postings_del(p, term, story);
		}
		assert_int_equal(postings_count(p), list.n);
		assert_as_list(p, &list, term);
	}
	while (list.n > 0) {
		struct pair last = *vec_last(&list);

		postings_del(p, last.term, last.story);
		list.n--;
	}
	for (uint32_t term = 0; term < TERMS; term++)
		assert_as_list(p, &list, term);
	assert_int_equal(postings_count(p), 0);
	vec_fini(&list);
	postings_free(&p);
}

static void
many_terms_are_all_found(void **state)
{
	struct postings *p = postings_new();

	(void)state;
	for (uint32_t i = 0; i < 20000; i++)
		postings_put(p, i * 2654435761U, i);
	for (uint32_t i = 0; i < 20000; i++) {
		struct postings_list l;

		postings_get(p, i * 2654435761U, &l);
		assert_int_equal(l.n, 1);
		assert_int_equal(l.p[0], i);
	}
	postings_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stories_of_a_term_are_those_of_a_list),
		cmocka_unit_test(many_terms_are_all_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
