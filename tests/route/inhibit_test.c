/* Which marks a hit leaves, and which stand for it. */
#include "testing.h"

#include "base/map.h"
#include "route/inhibit.h"

#define S(s) SPAN_INIT(s)

static const struct hit_entity meta = {
	.id = S("meta"), .name = S("Meta"), .relevance = 90};
static const struct hit_entity both[] = {
	{.id = S("meta"), .name = S("Meta"), .relevance = 90},
	{.id = S("apple"), .name = S("Apple"), .relevance = 80},
};
static const struct hit_event deal = {.type = S("mna"), .entity = S("Meta")};
static const struct hit_event falls[] = {
	{.type = S("market_move"), .entity = S("Meta")},
	{.type = S("market_move"), .entity = S("Apple")},
};
static const struct hit_story story_a = {.id = "a"}, story_b = {.id = "b"};

static struct hit
a_hit(const struct hit_entity *e, size_t n, const struct hit_event *v,
	size_t n_events)
{
	return (struct hit){
		.feed = {.url = S("https://example.com/feed"),
			.publisher = S("Example")},
		.entities = e,
		.n_entities = n,
		.events = v,
		.n_events = n_events,
	};
}

static const struct entity_text mna[] = {{.text = S("mna")}};
static const struct entity_text moves[] = {{.text = S("market_move")}};

static struct inhibit_conf
a_rule(unsigned equal)
{
	return (struct inhibit_conf){.name = S("moves"),
		.source.events = {mna, 1},
		.target.events = {moves, 1},
		.equal = equal,
		.window_ms = 1000};
}

static void
put(const struct inhibit_mark *m, void *arg)
{
	struct map **marks = arg;

	map_put(*marks, span_of(m->id), *marks);
}

/* The marks that the source leaves, and of the target's those among them. */
struct counts {
	size_t left, standing, met;
};

static struct counts
count(const struct inhibit_conf *rule, const struct hit *source,
	const struct hit *target)
{
	const struct inhibit_list list = {rule, 1};
	struct map *left = map_new(NULL), *standing = map_new(NULL);
	struct map_iter it = {0};
	struct counts n = {0};

	inhibit_sources(&list, source, put, &left);
	inhibit_targets(&list, target, put, &standing);
	n.left = map_count(left);
	n.standing = map_count(standing);
	while (map_next(standing, &it))
		n.met += map_has(left, it.key);
	map_free(&left);
	map_free(&standing);
	return n;
}

static void
entities_are_compared_one_by_one(void **state)
{
	struct inhibit_conf rule = a_rule(EQUAL_ENTITY);
	struct hit source = a_hit(both, 2, &deal, 1);
	struct hit one = a_hit(&meta, 1, falls, 1);
	struct hit two = a_hit(both, 2, falls, 2);
	struct counts n;

	(void)state;
	/* The deal is Meta's; Apple is only mentioned. */
	n = count(&rule, &source, &one);
	assert_int_equal(n.left, 1);
	assert_int_equal(n.standing, 1);
	assert_int_equal(n.met, 1);
	/* A fall of both is explained for one. */
	n = count(&rule, &source, &two);
	assert_int_equal(n.standing, 2);
	assert_int_equal(n.met, 1);
}

static void
what_is_equal_is_what_the_rule_says(void **state)
{
	static const struct {
		unsigned equal;
		bool same_story, same_feed, same_publisher;
		size_t met;
	} rows[] = {
		{EQUAL_STORY, true, false, false, 1},
		{EQUAL_STORY, false, true, true, 0},
		{EQUAL_FEED, false, true, false, 1},
		{EQUAL_FEED, true, false, true, 0},
		{EQUAL_PUBLISHER, false, false, true, 1},
		{EQUAL_PUBLISHER, true, true, false, 0},
		{EQUAL_ENTITY | EQUAL_FEED, false, true, false, 1},
		{EQUAL_ENTITY | EQUAL_FEED, false, false, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct inhibit_conf rule = a_rule(rows[i].equal);
		struct hit source = a_hit(&meta, 1, &deal, 1);
		struct hit target = a_hit(&meta, 1, falls, 1);

		source.story = &story_a;
		target.story = rows[i].same_story ? &story_a : &story_b;
		if (!rows[i].same_feed)
			target.feed.url = SPAN_LIT("https://example.org/");
		if (!rows[i].same_publisher)
			target.feed.publisher = SPAN_LIT("Other");
		assert_int_equal(
			count(&rule, &source, &target).met, rows[i].met);
	}
}

static void
what_a_hit_does_not_carry_is_equal_to_nothing(void **state)
{
	struct inhibit_conf rule = a_rule(EQUAL_STORY);
	struct hit source = a_hit(&meta, 1, &deal, 1);
	struct hit target = a_hit(&meta, 1, falls, 1);
	struct counts n = count(&rule, &source, &target);

	(void)state;
	assert_int_equal(n.left, 0);
	assert_int_equal(n.standing, 0);
	rule.equal = EQUAL_PUBLISHER;
	source.feed.publisher = target.feed.publisher = SPAN_NULL;
	n = count(&rule, &source, &target);
	assert_int_equal(n.left + n.standing, 0);
	rule.equal = EQUAL_ENTITY;
	target.n_entities = 0;
	assert_int_equal(count(&rule, &source, &target).standing, 0);
}

static void
a_hit_that_meets_both_sides_is_only_a_source(void **state)
{
	struct inhibit_conf rule = a_rule(EQUAL_ENTITY);
	const struct hit_event events[] = {deal, falls[0]};
	struct hit h = a_hit(&meta, 1, events, 2);
	struct counts n = count(&rule, &h, &h);

	(void)state;
	assert_int_equal(n.left, 1);
	assert_int_equal(n.standing, 0);
}

static void
rules_of_other_names_have_other_marks(void **state)
{
	struct inhibit_conf rules[] = {
		a_rule(EQUAL_ENTITY), a_rule(EQUAL_ENTITY)};
	const struct inhibit_list list = {rules, 2};
	struct hit source = a_hit(&meta, 1, &deal, 1);
	struct map *left = map_new(NULL);

	(void)state;
	rules[1].name = SPAN_LIT("others");
	inhibit_sources(&list, &source, put, &left);
	assert_int_equal(map_count(left), 2);
	map_free(&left);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entities_are_compared_one_by_one),
		cmocka_unit_test(what_is_equal_is_what_the_rule_says),
		cmocka_unit_test(what_a_hit_does_not_carry_is_equal_to_nothing),
		cmocka_unit_test(a_hit_that_meets_both_sides_is_only_a_source),
		cmocka_unit_test(rules_of_other_names_have_other_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
