/* Which route takes a hit, in which group, and what is a mistake. */
#include "route/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/limits.h"

#define LEN(a) (sizeof(a) / sizeof(*(a)))
#define S(s) \
	{ \
		"" s "", sizeof(s) - 1 \
	}
#define TEXT(s) ((struct entity_text){S(s), {"r.yaml", 3, 5}})
#define ALL ((struct route_when){.entities = {NULL, 0}})
#define TEXTS(...) \
	((struct entity_texts){(const struct entity_text[]){__VA_ARGS__}, \
		LEN(((const struct entity_text[]){__VA_ARGS__}))})
#define GE(v) ((struct route_number){CMP_GE, (v), {"r.yaml", 4, 9}})
#define CMP(c, v) ((struct route_number){(c), (v), {"r.yaml", 4, 9}})

/* -- a hit: Meta 98 and Apple 30, by Example News, in British English -------
 */
static const struct item the_item = {
	.title = S("Meta buys Acme"), .language = S("en-GB")};

static const struct hit_entity the_entities[] = {
	{.id = S("apple"),
		.name = S("Apple"),
		.kind = ENTITY_COMPANY,
		.watchlist = S("big"),
		.relevance = 30,
		.confidence = 0.99},
	{.id = S("meta"),
		.name = S("Meta"),
		.kind = ENTITY_COMPANY,
		.watchlist = S("ai"),
		.relevance = 98,
		.confidence = 0.7},
	{.id = S("wang"),
		.name = S("Alexandr Wang"),
		.kind = ENTITY_PERSON,
		.watchlist = S("ai"),
		.relevance = 50,
		.confidence = 0.9},
};

static const struct hit_event the_events[] = {
	{.type = S("mna"), .entity = S("Meta"), .stage = S("planned")},
	{.type = S("executive"),
		.entity = S("Alexandr Wang"),
		.stage = S("completed")},
	{.type = S("market_move"), .stage = S("announced")},
};

static const struct hit_story the_story = {
	.id = "5707500000000000000000000000000a",
	.novelty = 80,
	.independent = 2,
	.status = S("confirmed"),
};

static struct hit
a_hit(void)
{
	return (struct hit){
		.id = "0123456789abcdef0123456789abcdef",
		.item_id = "fedcba9876543210fedcba9876543210",
		.item = &the_item,
		.feed = {.url = S("https://example.com/feed.xml"),
			.publisher = S("Example News"),
			.domain = S("example.com")},
		.entities = the_entities,
		.n_entities = LEN(the_entities),
		.events = the_events,
		.n_events = LEN(the_events),
		.story = &the_story,
	};
}

/* -- routes ---------------------------------------------------------------- */
static const struct channel_conf the_channels[] = {
	{.name = S("desk"), .type = S("webhook")},
	{.name = S("audit"), .type = S("file")},
};
static const struct channel_list channels = {the_channels, LEN(the_channels)};

static struct route_conf
a_route(const char *name, struct route_when when)
{
	static const struct entity_text desk = {S("desk"), {"r.yaml", 9, 7}};

	return (struct route_conf){.name = span_of(name),
		.when = when,
		.to = {&desk, 1},
		.place = {"r.yaml", 2, 3}};
}

static struct routes *
compile(const struct route_conf *p, size_t n)
{
	struct report report = {0};
	struct routes *r = NULL;
	struct err err;

	assert_int_equal(route_compile(&(struct route_list){p, n}, &channels,
				 &report, &r, &err),
		0);
	assert_int_equal(report.errors, 0);
	return r;
}

static bool
takes(struct route_when when, const struct hit *h)
{
	struct route_conf conf = a_route("one", when);
	struct routes *r = compile(&conf, 1);
	struct route_pick pick;
	size_t n = route_decide(r, h, &pick);

	route_free(&r);
	return n == 1 && !pick.follows;
}

struct row {
	const char *what;
	struct route_when when;
	bool takes;
};

static void
check_rows(const struct row *rows, size_t n, const struct hit *h)
{
	for (size_t i = 0; i < n; i++)
		if (takes(rows[i].when, h) != rows[i].takes)
			fail_msg("%s: %s", rows[i].what,
				rows[i].takes ? "passed by" : "taken");
}

/* -- conditions ------------------------------------------------------------ */
static void
every_key_takes_and_passes_by(void **state)
{
	const struct row rows[] = {
		{"nothing asked", {.entities = {NULL, 0}}, true},
		{"entity by name", {.entities = TEXTS(TEXT("Meta"))}, true},
		{"entity by id", {.entities = TEXTS(TEXT("wang"))}, true},
		{"entity in other case", {.entities = TEXTS(TEXT("META"))},
			true},
		{"one of several entities",
			{.entities = TEXTS(TEXT("Intel"), TEXT("Meta"))}, true},
		{"another entity", {.entities = TEXTS(TEXT("Intel"))}, false},
		{"part of a name", {.entities = TEXTS(TEXT("Met"))}, false},
		{"kind", {.kinds = TEXTS(TEXT("person"))}, true},
		{"another kind", {.kinds = TEXTS(TEXT("topic"))}, false},
		{"watchlist", {.watchlists = TEXTS(TEXT("ai"))}, true},
		{"another watchlist", {.watchlists = TEXTS(TEXT("oil"))},
			false},
		{"event", {.events = TEXTS(TEXT("mna"))}, true},
		{"another event", {.events = TEXTS(TEXT("split"))}, false},
		{"stage", {.stages = TEXTS(TEXT("completed"))}, true},
		{"another stage", {.stages = TEXTS(TEXT("rumour"))}, false},
		{"status", {.statuses = TEXTS(TEXT("confirmed"))}, true},
		{"another status", {.statuses = TEXTS(TEXT("denied"))}, false},
		{"publisher", {.publishers = TEXTS(TEXT("Example News"))},
			true},
		{"publisher's domain",
			{.publishers = TEXTS(TEXT("example.com"))}, true},
		{"another publisher", {.publishers = TEXTS(TEXT("Reuters"))},
			false},
		{"feed", {.feeds = TEXTS(TEXT("https://example.com/feed.xml"))},
			true},
		{"another feed",
			{.feeds = TEXTS(TEXT("https://example.com/other"))},
			false},
		{"language of a region", {.languages = TEXTS(TEXT("en"))},
			true},
		{"language exactly", {.languages = TEXTS(TEXT("en-gb"))}, true},
		{"another region", {.languages = TEXTS(TEXT("en-US"))}, false},
		{"half a language", {.languages = TEXTS(TEXT("e"))}, false},
		{"relevance", {.relevance = GE(98)}, true},
		{"more relevance", {.relevance = CMP(CMP_GT, 98)}, false},
		{"less relevance", {.relevance = CMP(CMP_LT, 31)}, true},
		{"at most", {.relevance = CMP(CMP_LE, 29)}, false},
		{"exactly", {.relevance = CMP(CMP_EQ, 50)}, true},
		{"confidence", {.confidence = GE(0.99)}, true},
		{"more confidence", {.confidence = CMP(CMP_GT, 0.99)}, false},
		{"novelty", {.novelty = GE(80)}, true},
		{"more novelty", {.novelty = GE(81)}, false},
		{"independent", {.independent = GE(2)}, true},
		{"more independent", {.independent = GE(3)}, false},
	};
	struct hit h = a_hit();

	(void)state;
	check_rows(rows, LEN(rows), &h);
}

static void
an_update_is_news_however_old_its_words(void **state)
{
	struct hit_story old = the_story;
	const struct row rows[] = {
		{"novelty", {.novelty = GE(100)}, true},
		{"relevance", {.relevance = GE(99)}, false},
	};
	struct hit h = a_hit();

	(void)state;
	old.novelty = 3;
	h.story = &old;
	h.kind = HIT_UPDATE;
	check_rows(rows, LEN(rows), &h);
}

static void
conditions_on_an_entity_hold_for_one_and_the_same(void **state)
{
	const struct row rows[] = {
		{"Meta is relevant",
			{.entities = TEXTS(TEXT("Meta")), .relevance = GE(60)},
			true},
		{"Apple is not, though Meta is",
			{.entities = TEXTS(TEXT("Apple")), .relevance = GE(60)},
			false},
		{"the person is not on the other list",
			{.kinds = TEXTS(TEXT("person")),
				.watchlists = TEXTS(TEXT("big"))},
			false},
		{"sure and relevant are two entities",
			{.relevance = GE(90), .confidence = GE(0.9)}, false},
		{"fairly sure and fairly relevant is Wang",
			{.relevance = GE(50), .confidence = GE(0.9)}, true},
	};
	struct hit h = a_hit();

	(void)state;
	check_rows(rows, LEN(rows), &h);
}

static void
an_event_goes_with_its_stage_and_its_entity(void **state)
{
	const struct row rows[] = {
		{"Meta's merger",
			{.entities = TEXTS(TEXT("Meta")),
				.events = TEXTS(TEXT("mna"))},
			true},
		{"not Apple's merger",
			{.entities = TEXTS(TEXT("Apple")),
				.events = TEXTS(TEXT("mna"))},
			false},
		{"an event of nobody goes with everybody",
			{.entities = TEXTS(TEXT("Apple")),
				.events = TEXTS(TEXT("market_move"))},
			true},
		{"the merger is not completed",
			{.events = TEXTS(TEXT("mna")),
				.stages = TEXTS(TEXT("completed"))},
			false},
		{"an executive's move of a person",
			{.kinds = TEXTS(TEXT("person")),
				.events = TEXTS(TEXT("mna"), TEXT("executive")),
				.stages = TEXTS(TEXT("completed"))},
			true},
	};
	struct hit h = a_hit();

	(void)state;
	check_rows(rows, LEN(rows), &h);
}

static void
what_a_hit_does_not_carry_does_not_hold(void **state)
{
	const struct item bare = {.title = S("t")};
	const struct row rows[] = {
		{"novelty without story", {.novelty = GE(0)}, false},
		{"independent without story", {.independent = GE(0)}, false},
		{"status without story", {.statuses = TEXTS(TEXT("confirmed"))},
			false},
		{"events without events", {.events = TEXTS(TEXT("mna"))},
			false},
		{"language without language", {.languages = TEXTS(TEXT("en"))},
			false},
		{"stages without events", {.stages = TEXTS(TEXT("planned"))},
			false},
		{"entities without entities", {.entities = TEXTS(TEXT("Meta"))},
			false},
		{"kinds without entities", {.kinds = TEXTS(TEXT("company"))},
			false},
		{"watchlists without entities",
			{.watchlists = TEXTS(TEXT("ai"))}, false},
		{"relevance without entities", {.relevance = GE(0)}, false},
		{"confidence without entities", {.confidence = GE(0)}, false},
		{"publishers without publisher",
			{.publishers = TEXTS(TEXT("Example News"))}, false},
		{"feeds without feed",
			{.feeds = TEXTS(TEXT("https://example.com/feed.xml"))},
			false},
		{"nothing asked", {.entities = {NULL, 0}}, true},
	};
	struct hit h = a_hit();

	(void)state;
	h.story = NULL;
	h.n_events = 0;
	h.n_entities = 0;
	h.item = &bare;
	h.feed = (struct hit_feed){.url = S("")};
	check_rows(rows, LEN(rows), &h);
}

static void
an_update_follows_where_stories_are_told_though_it_is_not_taken(void **state)
{
	struct hit h = a_hit();
	struct route_pick picks[4];
	struct route_conf conf[] = {
		a_route("rumours",
			(struct route_when){.statuses = TEXTS(TEXT("rumour"))}),
		a_route("every hit",
			(struct route_when){.statuses = TEXTS(TEXT("rumour"))}),
		a_route("takes", ALL),
		a_route("after", ALL),
	};
	struct routes *r;

	(void)state;
	conf[0].name = SPAN_LIT("rumours");
	conf[1].name = SPAN_LIT("items");
	conf[1].alert = ALERT_ITEM;
	r = compile(conf, LEN(conf));
	assert_int_equal(route_decide(r, &h, picks), 1);
	h.kind = HIT_UPDATE;
	assert_int_equal(route_decide(r, &h, picks), 3);
	assert_int_equal(picks[0].route, 2);
	assert_false(picks[0].follows);
	assert_int_equal(picks[1].route, 0);
	assert_true(picks[1].follows);
	assert_string_equal(picks[1].story, h.story->id);
	assert_int_equal(picks[2].route, 3);
	h.story = NULL;
	assert_int_equal(route_decide(r, &h, picks), 1);
	route_free(&r);
}

/* -- order, groups, stories ------------------------------------------------ */
static void
the_first_route_takes_it_unless_it_says_continue(void **state)
{
	struct hit h = a_hit();
	struct route_pick picks[4];
	struct route_conf conf[4] = {
		a_route("no", (struct route_when){.relevance = GE(99)}),
		a_route("first", ALL),
		a_route("second", ALL),
		a_route("third", ALL),
	};
	struct routes *r;

	(void)state;
	conf[1].next = true;
	r = compile(conf, LEN(conf));
	assert_int_equal(route_count(r), 4);
	assert_int_equal(route_decide(r, &h, picks), 2);
	assert_int_equal(picks[0].route, 1);
	assert_int_equal(picks[1].route, 2);
	route_free(&r);
	assert_null(r);
}

static struct route_pick
pick_of(struct route_conf conf, const struct hit *h)
{
	struct routes *r = compile(&conf, 1);
	struct route_pick pick;

	assert_int_equal(route_decide(r, h, &pick), 1);
	route_free(&r);
	return pick;
}

static void
the_most_relevant_of_those_that_meet_it_is_named(void **state)
{
	struct hit h = a_hit();
	struct route_pick any, list, event;

	(void)state;
	any = pick_of(a_route("any", ALL), &h);
	list = pick_of(
		a_route("sure", (struct route_when){.confidence = GE(0.9)}),
		&h);
	event = pick_of(a_route("event",
				(struct route_when){
					.events = TEXTS(TEXT("executive"))}),
		&h);
	assert_true(span_eq_str(any.entity->name, "Meta"));
	assert_null(any.event);
	assert_true(span_eq_str(list.entity->name, "Alexandr Wang"));
	assert_true(span_eq_str(event.entity->name, "Alexandr Wang"));
	assert_true(span_eq_str(event.event->type, "executive"));
}

static void
groups_have_the_key_of_what_they_go_by(void **state)
{
	static const struct {
		enum route_group_by by;
		bool story;
		const char *key;
	} rows[] = {
		{GROUP_NONE, true, "0123456789abcdef0123456789abcdef"},
		{GROUP_STORY, true, "5707500000000000000000000000000a"},
		{GROUP_STORY, false, "fedcba9876543210fedcba9876543210"},
		{GROUP_ENTITY, true, "meta"},
	};
	struct hit h = a_hit();
	struct route_conf conf = a_route("g", ALL);

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		conf.group_by = rows[i].by;
		h.story = rows[i].story ? &the_story : NULL;
		assert_string_equal(pick_of(conf, &h).key, rows[i].key);
	}
}

static void
a_feed_groups_by_a_hash_that_differs_between_feeds(void **state)
{
	struct hit h = a_hit();
	struct route_conf conf = a_route("g", ALL);
	struct route_pick one, two;

	(void)state;
	conf.group_by = GROUP_FEED;
	one = pick_of(conf, &h);
	h.feed.url = SPAN_LIT("https://example.com/b.xml");
	two = pick_of(conf, &h);
	assert_int_equal(strlen(one.key), 32);
	assert_string_not_equal(one.key, two.key);
}

static void
a_story_alert_names_the_story_if_there_is_one(void **state)
{
	struct hit h = a_hit();
	struct route_conf conf = a_route("s", ALL);

	(void)state;
	conf.alert = ALERT_STORY;
	assert_string_equal(pick_of(conf, &h).story, the_story.id);
	conf.alert = ALERT_ITEM;
	assert_null(pick_of(conf, &h).story);
	conf.alert = ALERT_STORY;
	h.story = NULL;
	assert_null(pick_of(conf, &h).story);
}

/* -- words ----------------------------------------------------------------- */
static void
put_line(const struct when_line *line, void *arg)
{
	strbuf_printf(arg, " %s%s%.*s%s: %.*s, asked for %.*s;",
		line->holds ? "+" : "-", line->key, SPAN_ARG(line->of),
		line->of.n > 0 ? "'s" : "", SPAN_ARG(line->have),
		SPAN_ARG(line->want));
}

static void
explain(const struct routes *r, const struct hit *h, struct strbuf *out)
{
	static const char *const names[] = {"takes", "passes", "not asked"};
	struct route_case c;

	for (size_t i = 0; i < route_count(r); i++) {
		route_case_of(r, h, i, &c);
		strbuf_printf(out, "%.*s %s:", SPAN_ARG(c.conf->name),
			names[c.verdict]);
		if (c.taker)
			strbuf_printf(out, " %.*s", SPAN_ARG(c.taker->name));
		else
			when_explain(
				&c.conf->when, h, &c.answer, put_line, out);
		strbuf_char(out, '\n');
	}
}

static void
each_route_explains_itself(void **state)
{
	struct hit h = a_hit();
	struct route_conf conf[] = {
		a_route("quiet",
			(struct route_when){.entities = TEXTS(TEXT("Apple")),
				.relevance = GE(60)}),
		a_route("none",
			(struct route_when){.publishers = TEXTS(TEXT("Reuters"),
						    TEXT("AP"))}),
		a_route("desk",
			(struct route_when){.entities = TEXTS(TEXT("Meta")),
				.novelty = GE(40)}),
		a_route("late", ALL),
	};
	struct strbuf out = STRBUF_INIT(KIB(4));
	struct routes *r;

	(void)state;
	conf[2].group_by = GROUP_STORY;
	conf[2].group_wait_ms = 30000;
	conf[2].group_interval_ms = 900000;
	r = compile(conf, LEN(conf));
	explain(r, &h, &out);
	assert_string_equal(strbuf_cstr(&out),
		"quiet passes: +entity: Apple, asked for Apple; "
		"-relevanceApple's: 30, asked for >= 60;\n"
		"none passes: -publisher: Example News (example.com), asked "
		"for Reuters or AP;\n"
		"desk takes: +novelty: 80, asked for >= 40; +entity: Meta, "
		"asked for Meta;\n"
		"late not asked: desk\n");
	strbuf_fini(&out);
	route_free(&r);
}

/* -- mistakes -------------------------------------------------------------- */
static void
mistakes_of(const struct route_conf *p, size_t n, struct strbuf *out)
{
	struct report report = {.put = report_to_strbuf, .arg = out};
	struct routes *r = NULL;
	struct err err;

	assert_int_equal(route_compile(&(struct route_list){p, n}, &channels,
				 &report, &r, &err),
		-1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_null(r);
}

static void
every_mistake_is_told_with_its_place(void **state)
{
	struct route_conf conf[] = {
		a_route("a", (struct route_when){.kinds = TEXTS(TEXT("firm"))}),
		a_route("a", (struct route_when){.relevance = GE(101)}),
		a_route("b:c", (struct route_when){.confidence = GE(60)}),
		a_route("d", ALL),
		a_route("e", ALL),
	};
	struct strbuf out = STRBUF_INIT(KIB(4));

	(void)state;
	conf[0].to = TEXTS(TEXT("desc"));
	conf[1].to = TEXTS(TEXT("nowhere"));
	conf[3].to = (struct entity_texts){NULL, 0};
	conf[4].to = TEXTS(TEXT("desk"), TEXT("desk"));
	mistakes_of(conf, LEN(conf), &out);
	assert_string_equal(strbuf_cstr(&out),
		"r.yaml:3:5: error: there is no channel 'desc'; did you mean "
		"'desk'?\n"
		"r.yaml:3:5: error: there is no kind 'firm': company, person, "
		"product and topic are the kinds\n"
		"r.yaml:3:5: error: there is no channel 'nowhere': define it "
		"under `channels:`\n"
		"r.yaml:4:9: error: relevance is a number from 0 to 100, not "
		"101\n"
		"r.yaml:2:3: error: there are two routes 'a'\n"
		"r.yaml:2:3: error: 'b:c' cannot be the name of a route: 1 to "
		"64 letters a-z, digits, '-', '_' and '.' can\n"
		"r.yaml:4:9: error: confidence is a number from 0 to 1, not "
		"60\n"
		"r.yaml:2:3: error: route 'd' tells nobody: give it `to: "
		"[CHANNEL]`\n"
		"r.yaml:3:5: error: channel 'desk' is named twice\n");
	strbuf_fini(&out);
}

static void
names_stand_in_redis_keys(void **state)
{
	char longest[ROUTE_NAME_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	assert_true(route_name_ok(span_make(longest, ROUTE_NAME_MAX)));
	assert_false(route_name_ok(span_make(longest, ROUTE_NAME_MAX + 1)));
	assert_false(route_name_ok(SPAN_LIT("")));
	assert_false(route_name_ok(SPAN_LIT("a b")));
	assert_false(route_name_ok(SPAN_LIT("a\nb")));
	assert_true(route_name_ok(SPAN_LIT("route-1.A_b")));
}

static void
no_routes_are_fine(void **state)
{
	struct hit h = a_hit();
	struct strbuf out = STRBUF_INIT(KIB(1));
	struct routes *r = compile(NULL, 0);
	struct route_pick pick;

	(void)state;
	assert_int_equal(route_decide(r, &h, &pick), 0);
	explain(r, &h, &out);
	assert_int_equal(out.n, 0);
	strbuf_fini(&out);
	route_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_takes_and_passes_by),
		cmocka_unit_test(
			conditions_on_an_entity_hold_for_one_and_the_same),
		cmocka_unit_test(an_update_is_news_however_old_its_words),
		cmocka_unit_test(an_event_goes_with_its_stage_and_its_entity),
		cmocka_unit_test(what_a_hit_does_not_carry_does_not_hold),
		cmocka_unit_test(
			an_update_follows_where_stories_are_told_though_it_is_not_taken),
		cmocka_unit_test(
			the_first_route_takes_it_unless_it_says_continue),
		cmocka_unit_test(
			the_most_relevant_of_those_that_meet_it_is_named),
		cmocka_unit_test(groups_have_the_key_of_what_they_go_by),
		cmocka_unit_test(
			a_feed_groups_by_a_hash_that_differs_between_feeds),
		cmocka_unit_test(a_story_alert_names_the_story_if_there_is_one),
		cmocka_unit_test(each_route_explains_itself),
		cmocka_unit_test(every_mistake_is_told_with_its_place),
		cmocka_unit_test(names_stand_in_redis_keys),
		cmocka_unit_test(no_routes_are_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
