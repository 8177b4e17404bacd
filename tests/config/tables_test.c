/* Event types and publishers of users' own files, over those built in. */
#include "fixture.h"

#include "config/config.h"
#include "model/limits.h"

static const struct publisher *
find_publisher(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->publishers.n; i++)
		if (span_eq_str(c->publishers.p[i].name, name))
			return &c->publishers.p[i];
	return NULL;
}

static struct fixture
load_good(const char *text)
{
	struct fixture f;

	fixture_write("n.yaml", text);
	f = fixture_load("n.yaml", CONFIG_ALL);
	if (f.rc != 0)
		fail_msg("%s", strbuf_cstr(&f.report));
	return f;
}

static void
hundreds_of_publishers_are_built_in(void **state)
{
	struct fixture f = load_good("feeds: []\n");
	const struct publisher *p = find_publisher(f.config, "Barron's");

	(void)state;
	assert_true(f.config->publishers.n >= 300);
	assert_non_null(p);
	assert_true(p->built_in);
	assert_span_equal(p->family, "News Corp");
	assert_int_equal(p->kind, PUBLISHER_MAGAZINE);
	fixture_free(&f);
}

static void
a_publisher_of_the_same_name_replaces_one_built_in(void **state)
{
	struct fixture built_in = load_good("feeds: []\n");
	struct fixture f = load_good(
		"publishers:\n"
		"  - {name: reuters, domains: [Example.ORG], class: trade}\n"
		"  - {name: Example Post}\n");
	const struct publisher *p = find_publisher(f.config, "reuters");

	(void)state;
	assert_null(find_publisher(f.config, "Reuters"));
	assert_int_equal(
		f.config->publishers.n, built_in.config->publishers.n + 1);
	assert_non_null(p);
	assert_int_equal(p->domains.n, 1);
	assert_span_equal(p->domains.p[0].text, "example.org");
	assert_int_equal(p->kind, PUBLISHER_TRADE);
	assert_false(p->built_in);
	p = find_publisher(f.config, "Example Post");
	assert_span_equal(p->family, "Example Post");
	assert_int_equal(p->kind, PUBLISHER_ONLINE);
	fixture_free(&f);
	fixture_free(&built_in);
}

static void
a_domain_may_be_taken_from_one_built_in(void **state)
{
	struct fixture f =
		load_good("publishers:\n"
			  "  - {name: Own, domains: [reuters.com]}\n");

	(void)state;
	assert_string_equal(strbuf_cstr(&f.report), "");
	fixture_free(&f);
}

static void
a_part_that_is_not_asked_for_is_not_read(void **state)
{
	struct fixture f;

	(void)state;
	fixture_write("n.yaml", "publishers: 3\nevent_types: 4\n");
	f = fixture_load("n.yaml", CONFIG_FEEDS | CONFIG_ROUTES);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.config->publishers.n, 0);
	assert_null(f.config->events);
	fixture_free(&f);
}

static const struct event_type *
find_type(const struct config *c, const char *id)
{
	return event_type_get(c->events, span_of(id));
}

static void
a_type_is_added_replaced_or_extended(void **state)
{
	struct fixture plain = load_good("feeds: []\n");
	const struct event_type *layoffs = find_type(plain.config, "layoffs");
	struct fixture f;

	(void)state;
	assert_non_null(layoffs);
	fixture_write("more.yaml",
		"event_words: {SPILL: [spill, leak]}\n"
		"event_types:\n"
		"  - {id: oil_spill, polarity: -1, patterns: [oil SPILL]}\n"
		"  - {id: layoffs, extend: true, patterns: [sent home]}\n"
		"  - {id: split, patterns: [divided by two]}\n"
		"event_cues: {hedged: [word is]}\n");
	f = load_good("include: more.yaml\n");
	assert_int_equal(
		f.config->events->n_types, plain.config->events->n_types + 1);
	assert_int_equal(find_type(f.config, "oil_spill")->n_patterns, 1);
	assert_int_equal(
		find_type(f.config, "oil_spill")->patterns[0].polarity, -1);
	assert_string_equal(
		find_type(f.config, "oil_spill")->place.file, "more.yaml");
	assert_int_equal(find_type(f.config, "layoffs")->n_patterns,
		layoffs->n_patterns + 1);
	assert_int_equal(find_type(f.config, "split")->n_patterns, 1);
	fixture_free(&f);
	fixture_free(&plain);
}

struct mistake {
	const char *text, *report;
};

static const struct mistake mistakes[] = {
	{"publishers:\n  - {domains: [x.example]}\n",
		"n.yaml:2:5: error: 'name' is missing\n"
		"    2 |   - {domains: [x.example]}\n"
		"      |     ^\n"},
	{"publishers:\n  - {name: A, class: paper}\n",
		"n.yaml:2:22: error: publishers[].class: 'paper' is not one "
		"of: online, wire, newspaper, magazine, trade, broadcaster, "
		"aggregator, release, filing, social\n"
		"    2 |   - {name: A, class: paper}\n"
		"      |                      ^\n"},
	{"publishers:\n  - {name: A, domains: [x.example]}\n"
	 "  - {name: B, domains: [X.example]}\n",
		"n.yaml:3:25: error: a second publisher has the domain "
		"'x.example'; the first is at n.yaml:2:5\n"
		"    3 |   - {name: B, domains: [X.example]}\n"
		"      |                         ^\n"},
	{"publishers:\n  - {name: A}\n  - {name: a}\n",
		"n.yaml:3:5: error: a second publisher called 'a'; the first "
		"is at n.yaml:2:5\n"
		"    3 |   - {name: a}\n"
		"      |     ^\n"},
	{"publishers:\n  - {name: A, domains: ['http://x.example/']}\n",
		"n.yaml:2:25: error: publishers[].domains: "
		"'http://x.example/' is no domain, such as example.com\n"
		"    2 |   - {name: A, domains: ['http://x.example/']}\n"
		"      |                         ^\n"},
	{"publishers: {name: A}\n",
		"n.yaml:1:13: error: publishers: must be a list, not a map\n"
		"    1 | publishers: {name: A}\n"
		"      |             ^\n"},
	{"event_types:\n  - {id: x, pattern: [a]}\n",
		"n.yaml:2:13: error: unknown key 'pattern'; did you mean "
		"'patterns'?\n"
		"    2 |   - {id: x, pattern: [a]}\n"
		"      |             ^\n"},
	{"event_types:\n  - {patterns: [a]}\n",
		"n.yaml:2:5: error: an event type needs an id: `id: "
		"product_launch`\n"
		"    2 |   - {patterns: [a]}\n"
		"      |     ^\n"},
	{"event_types:\n  - {id: a}\n  - {id: a}\n",
		"n.yaml:3:10: error: the event type 'a' stands twice in this "
		"file\n"
		"    3 |   - {id: a}\n"
		"      |          ^\n"},
	{"event_words: {spill: [a]}\n",
		"n.yaml:1:15: error: a list of words has a name of capital "
		"letters, such as OFFICER\n"
		"    1 | event_words: {spill: [a]}\n"
		"      |               ^\n"},
	{"event_cues: {hedge: [may]}\n",
		"n.yaml:1:14: error: unknown key 'hedge'; did you mean "
		"'hedged'?\n"
		"    1 | event_cues: {hedge: [may]}\n"
		"      |              ^\n"},
	{"event_types: x\n",
		"n.yaml:1:14: error: event_types is a list, not a text\n"
		"    1 | event_types: x\n"
		"      |              ^\n"},
};

static void
each_mistake_is_told_where_it_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(mistakes); i++) {
		struct fixture f;

		fixture_write("n.yaml", mistakes[i].text);
		f = fixture_load("n.yaml", CONFIG_ALL);
		assert_int_equal(f.rc, -1);
		assert_string_equal(strbuf_cstr(&f.report), mistakes[i].report);
		fixture_free(&f);
	}
}

static int
load_many(size_t n)
{
	struct strbuf text = STRBUF_INIT((size_t)4 << 20);
	struct fixture f;

	strbuf_str(&text, "publishers:\n");
	for (size_t i = 0; i < n; i++)
		strbuf_printf(&text, "  - {name: P%zu}\n", i);
	fixture_write_span("n.yaml", strbuf_as_span(&text));
	f = fixture_load("n.yaml", CONFIG_PUBLISHERS);
	if (f.rc != 0)
		assert_non_null(strstr(
			strbuf_cstr(&f.report), "more than 20000 publishers"));
	strbuf_fini(&text);
	fixture_free(&f);
	return f.rc;
}

static void
publishers_are_bounded(void **state)
{
	struct fixture f = load_good("feeds: []\n");
	size_t room = LIMIT_PUBLISHERS - f.config->publishers.n;

	(void)state;
	fixture_free(&f);
	assert_int_equal(load_many(room), 0);
	assert_int_equal(load_many(room + 1), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hundreds_of_publishers_are_built_in),
		cmocka_unit_test(
			a_publisher_of_the_same_name_replaces_one_built_in),
		cmocka_unit_test(a_domain_may_be_taken_from_one_built_in),
		cmocka_unit_test(a_part_that_is_not_asked_for_is_not_read),
		cmocka_unit_test(publishers_are_bounded),
		cmocka_unit_test(a_type_is_added_replaced_or_extended),
		cmocka_unit_test(each_mistake_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
