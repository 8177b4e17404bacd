/* Members that are kept at hand are those that a plain list has, within the
 * limit. */
#include "testing.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "model/limits.h"
#include "story/shelf.h"

static struct item_key
key_of(unsigned number)
{
	struct item_key k = {{0}};

	memcpy(k.b, &number, sizeof(number));
	return k;
}

/* As the store has it; a longer title, and so more bytes, with a higher
 * version. In the arena. */
static struct span
bytes_of(struct arena *a, unsigned number, unsigned version)
{
	struct strbuf b = STRBUF_INIT(MEMBER_BYTES_MAX);
	struct story_member m = {
		.item = key_of(number),
		.when = {number},
		.title = span_of(arena_printf(a, "%u in version %*u", number,
			(int)version + 1, version)),
		.publisher = SPAN_LIT("Example News"),
	};
	struct span out;

	story_member_format(&m, &b);
	out = arena_span(a, strbuf_as_span(&b));
	strbuf_fini(&b);
	return out;
}

/* -- against a list ---------------------------------------------------------
 */

#define STORIES 3
#define ITEMS_MAX 4000

/* What a story's members would be, read again. */
struct shadow {
	VEC(unsigned) items;
};

struct play {
	struct rng r;
	struct arena *a;
	struct shelf *shelf;
	struct shadow stories[STORIES];
	unsigned version[ITEMS_MAX];
	unsigned n; /* items */
	unsigned full, kept;
};

static size_t
n_read(const struct shadow *s)
{
	return s->items.n < STORY_MEMBERS_MAX ? s->items.n : STORY_MEMBERS_MAX;
}

/* Of those that are read, number i. */
static unsigned
item_at(const struct shadow *s, size_t i)
{
	return i < STORY_MEMBERS_FIRST ? s->items.p[i]
				       : s->items.p[s->items.n - n_read(s) + i];
}

static void
assert_as_shadow(struct play *p, unsigned story)
{
	const struct shadow *s = &p->stories[story];
	struct shelf_members m;

	if (!shelf_get(p->shelf, story, &m))
		return;
	p->kept++;
	p->full += m.n == STORY_MEMBERS_MAX;
	assert_int_equal(m.n, n_read(s));
	for (size_t i = 0; i < m.n; i++) {
		unsigned number = item_at(s, i);
		struct item_key k = key_of(number);
		struct story_member plain;

		assert_memory_equal(m.p[i].item.b, k.b, sizeof(k.b));
		assert_int_equal(story_member_parse(bytes_of(p->a, number,
							    p->version[number]),
					 p->a, &plain, NULL),
			0);
		assert_true(span_eq(m.p[i].title, plain.title));
		assert_non_null(m.p[i].notes);
	}
}

static void
put_story(struct play *p, unsigned story)
{
	const struct shadow *s = &p->stories[story];
	struct shelf_members m;
	struct item_spans all = {0};
	struct span *bytes = arena_array(p->a, n_read(s), sizeof(*bytes));

	if (shelf_get(p->shelf, story, &m) || s->items.n == 0)
		return;
	for (; all.n < n_read(s); all.n++) {
		unsigned number = item_at(s, all.n);

		bytes[all.n] = bytes_of(p->a, number, p->version[number]);
	}
	all.p = bytes;
	assert_true(
		shelf_put(p->shelf, story, all, *vec_last(&s->items), NULL));
}

static void
turn(struct play *p)
{
	unsigned story = rng_below(&p->r, STORIES), number;
	struct shadow *s = &p->stories[story];

	switch (rng_below(&p->r, 200)) {
	case 0:
		shelf_clear(p->shelf);
		break;
	case 1:
		shelf_trim(p->shelf);
		break;
	default:
		if (s->items.n > 0 && rng_below(&p->r, 4) == 0) {
			struct item_key k;

			number = s->items.p[rng_below(
				&p->r, (uint32_t)s->items.n)];
			k = key_of(number);
			shelf_edit(p->shelf, story, &k,
				bytes_of(p->a, number, ++p->version[number]),
				NULL);
		} else {
			number = p->n++;
			vec_push(&s->items, number);
			shelf_join(p->shelf, story, number,
				bytes_of(p->a, number, 0), NULL);
		}
	}
	assert_as_shadow(p, story);
	if (rng_below(&p->r, 10) == 0)
		put_story(p, story);
}

static void
kept_members_are_those_of_a_plain_list(void **state)
{
	struct play *p = mem_new(p);

	(void)state;
	p->r = test_rng();
	p->shelf = shelf_new(MIB(2));
	for (unsigned i = 0; i < 2500; i++) {
		p->a = arena_new();
		turn(p);
		arena_free(&p->a);
	}
	assert_true(p->kept > 100 && p->full > 0);
	for (unsigned i = 0; i < STORIES; i++)
		vec_fini(&p->stories[i].items);
	shelf_free(&p->shelf);
	mem_free(&p);
}

/* -- one thing each ---------------------------------------------------------
 */

static void
put_one(struct shelf *s, int64_t story, unsigned item)
{
	struct arena *a = arena_new();
	struct span bytes = bytes_of(a, item, 0);

	assert_true(shelf_put(
		s, story, (struct item_spans){&bytes, 1}, item, NULL));
	arena_free(&a);
}

static bool
is_there(struct shelf *s, int64_t story)
{
	struct shelf_members m;

	return shelf_get(s, story, &m);
}

static void
the_story_used_longest_ago_goes_first(void **state)
{
	struct shelf *s = shelf_new(0), *bounded;
	size_t each;

	(void)state;
	put_one(s, 1, 1);
	each = shelf_bytes(s);
	shelf_free(&s);
	bounded = shelf_new(2 * each);
	for (unsigned i = 1; i <= 3; i++) {
		put_one(bounded, i, i);
		assert_true(is_there(bounded, i));
	}
	assert_true(is_there(bounded, 1));
	shelf_trim(bounded);
	assert_int_equal(shelf_bytes(bounded), 2 * each);
	assert_true(is_there(bounded, 1));
	assert_false(is_there(bounded, 2));
	assert_true(is_there(bounded, 3));
	shelf_free(&bounded);
}

static void
the_shelf_holds_so_many_bytes_beside_the_story_at_hand(void **state)
{
	struct shelf *s = shelf_new(LIMIT_SHELF_BYTES);
	int64_t n = 0;

	(void)state;
	while (shelf_bytes(s) <= LIMIT_SHELF_BYTES) {
		n++;
		put_one(s, n, (unsigned)n);
		assert_true(is_there(s, n));
	}
	shelf_trim(s);
	assert_true(shelf_bytes(s) <= LIMIT_SHELF_BYTES);
	assert_false(is_there(s, 1));
	for (int64_t i = 2; i <= n; i++)
		assert_true(is_there(s, i));
	shelf_free(&s);
}

static void
a_member_of_another_format_keeps_its_story_away(void **state)
{
	struct arena *a = arena_new();
	struct span bytes[] = {bytes_of(a, 1, 0), SPAN_LIT("\2other")};
	struct shelf *s = shelf_new(MIB(1));

	(void)state;
	assert_false(shelf_put(
		s, 7, (struct item_spans){bytes, N_ROWS(bytes)}, 2, NULL));
	assert_false(is_there(s, 7));
	put_one(s, 7, 1);
	shelf_join(s, 7, 2, bytes[1], NULL);
	assert_false(is_there(s, 7));
	assert_int_equal(shelf_bytes(s), 0);
	shelf_free(&s);
	arena_free(&a);
}

static void
an_item_that_is_older_than_others_clears_the_shelf(void **state)
{
	struct arena *a = arena_new();
	struct shelf *s = shelf_new(MIB(1));

	(void)state;
	put_one(s, 1, 10);
	put_one(s, 2, 5);
	shelf_join(s, 3, 11, bytes_of(a, 11, 0), NULL);
	assert_true(is_there(s, 1) && is_there(s, 2));
	/* It may have been in either of them. */
	shelf_join(s, 2, 7, bytes_of(a, 7, 0), NULL);
	assert_false(is_there(s, 1) || is_there(s, 2));
	shelf_free(&s);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_members_are_those_of_a_plain_list),
		cmocka_unit_test(the_story_used_longest_ago_goes_first),
		cmocka_unit_test(
			the_shelf_holds_so_many_bytes_beside_the_story_at_hand),
		cmocka_unit_test(
			a_member_of_another_format_keeps_its_story_away),
		cmocka_unit_test(
			an_item_that_is_older_than_others_clears_the_shelf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
