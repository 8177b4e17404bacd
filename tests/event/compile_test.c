/* Patterns: what they match, and what is told of those that are wrong. */
#include "event_fixture.h"
#include "testing.h"

#include "config/events.h"
#include "event/compile.h"

/* -- mistakes -------------------------------------------------------------- */

struct mistake_row {
	const char *pattern;
	const char *message; /* from "line:column" on */
};

static const struct mistake_row mistakes[] = {
	{"buy (a|b", "5:13: error: '(' without its ')'"},
	{"buy <name", "5:13: error: '<' without its '>'"},
	{"buy <>", "5:13: error: between < and > stands a class"},
	{"buy ) it", "5:13: error: a word is expected here"},
	{"buy (|b)", "5:14: error: an alternative is empty"},
	{"buy NOTHING here", "5:13: error: no list is called 'NOTHING'"},
	{"buy ~0 it", "5:14: error: a gap is ~ or ~1 to ~20"},
	{"buy ~21 it", "5:14: error: a gap is ~ or ~1 to ~20"},
	{"buy ~", "5:14: error: a pattern ends with a word, not with a gap"},
	{"buy it?", "5:9: error: a pattern neither begins nor ends"},
	{"buy ... it", "5:13: error: '...' has neither letter nor digit"},
	{"<name> <money>", "5:9: error: a pattern needs a word that must"},
	{"LOOP", "2:10: error: lists within lists go too deep at 'LOOP'"},
};

static void
a_wrong_pattern_is_told_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(mistakes); i++) {
		struct strbuf report = STRBUF_INIT(1 << 16);
		char *text =
			mem_printf("event_words:\n  LOOP: [LOOP]\n"
				   "event_types:\n  - {id: t, patterns: [\n"
				   "       \"%s\"]}\n",
				mistakes[i].pattern);

		assert_int_equal(event_world_mistakes(text, &report), 1);
		if (strstr(strbuf_cstr(&report), mistakes[i].message) == NULL)
			fail_msg("'%s' gives %s", mistakes[i].pattern,
				strbuf_cstr(&report));
		mem_free(&text);
		strbuf_fini(&report);
	}
}

static const struct mistake_row type_mistakes[] = {
	{"{id: Big Type, patterns: [a b]}", "small letters, digits and _"},
	{"{id: t, patterns: []}", "'t' has no patterns"},
	{"{id: t, patterns: [buy], yields: [u]}", "'u' is no other event type"},
	{"{id: t, patterns: [buy], yields: [t]}", "'t' is no other event type"},
	{"{id: t, patterns: [buy], language: xx}",
		"no stemmer for the language 'xx'"},
};

static void
a_wrong_type_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(type_mistakes); i++) {
		struct strbuf report = STRBUF_INIT(1 << 16);
		char *text = mem_printf(
			"event_types:\n  - %s\n", type_mistakes[i].pattern);

		assert_int_equal(event_world_mistakes(text, &report), 1);
		if (!strstr(strbuf_cstr(&report), type_mistakes[i].message))
			fail_msg("%s", strbuf_cstr(&report));
		mem_free(&text);
		strbuf_fini(&report);
	}
}

static void
a_wrong_key_of_a_file_is_told_with_a_suggestion(void **state)
{
	struct strbuf report = STRBUF_INIT(1 << 16);
	struct event_catalog *catalog = NULL;

	(void)state;
	assert_int_equal(
		config_parse_events(
			SPAN_LIT("event_types:\n  - id: t\n    patern: [x]\n"),
			"t.yaml", &catalog, &report, NULL),
		-1);
	assert_null(catalog);
	assert_non_null(strstr(strbuf_cstr(&report),
		"t.yaml:3:5: error: unknown key 'patern'"));
	strbuf_fini(&report);
}

/* -- matching -------------------------------------------------------------- */

struct match_row {
	const char *pattern, *text;
	bool expected;
};

static const struct match_row matches[] = {
	{"acquire", "it acquired them", true},
	{"=acquire", "it acquired them", false},
	{"=acquired", "it acquired them", true},
	{"take stake", "it took the stake", true},
	{"take stake", "it took a big stake", false},
	{"take ~1 stake", "it took a big stake", true},
	{"take ~1 stake", "it took a very big stake", false},
	{"take ~ stake", "it took a very, very big stake", true},
	{"cut jobs", "it cut, jobs stay", false},
	{"cut ~2 jobs", "cut. Jobs grow", false},
	{"snap up rival", "snaps up rivals", true},
	{"(snap up|buy) rival", "it buys its rival", true},
	{"buy big? rival", "it buys rivals", true},
	{"buy big? rival", "it buys big rivals", true},
	{"buy big? rival", "it buys small rivals", false},
	{"SHOP opens", "the corner shop opens", true},
	{"new SHOP opens", "the new store opens", true},
	{"pay <money>", "it pays $3 billion", true},
	{"pay <money> now", "it pays $3 billion now", true},
	{"pay <money>", "it pays bills", false},
	{"up <percent>", "shares up 12%", true},
	{"cut <number> job", "it cut 8,000 jobs", true},
	{"hire <name>", "they hire Ann", true},
	{"hire <name>", "they hire cooks", false},
	{"^ buy it", "Buy it now", true},
	{"^ buy it", "They buy it", false},
	{"buy (in|for) <money>", "they buy for 3 million euros", true},
	{"<ticker> gain", "$ABC gains", true},
	{"<ticker> gain", "ABC gains", false},
};

static void
a_pattern_matches_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(matches); i++) {
		char *yaml = mem_printf(
			"event_words:\n  SHOP: [corner shop, store]\n"
			"event_types:\n  - {id: t, patterns: [\"%s\"]}\n",
			matches[i].pattern);
		struct event_world *w = event_world_new(yaml);
		struct events_result found;
		struct item item = {.title = span_of(matches[i].text),
			.published = {ITEM_UNDATED}};

		event_world_run(w, &item, NULL, 0, false, &found);
		if ((found.n == 1) != matches[i].expected)
			fail_msg("'%s' in '%s': %zu", matches[i].pattern,
				matches[i].text, found.n);
		event_world_free(&w);
		mem_free(&yaml);
	}
}

struct context_row {
	const char *keys, *text;
	bool expected;
};

static const struct context_row contexts[] = {
	{"not: [buy time]", "they buy time", false},
	{"not: [buy time]", "they buy it, in time", true},
	{"forbid: [house]", "they buy near the house", false},
	{"forbid: [house]", "they buy near the mill", true},
	{"require: [(firm|mill)]", "they buy near the mill", true},
	{"require: [(firm|mill)]", "they buy near the house", false},
	{"yields: [u]", "they buy and rent", false},
	{"yields: [u]", "they buy and sell", true},
};

static bool
has_type(const struct events_result *found, const char *type)
{
	for (size_t i = 0; i < found->n; i++)
		if (span_eq_str(found->events[i].type, type))
			return true;
	return false;
}

static void
context_and_other_types_decide_what_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(contexts); i++) {
		char *yaml = mem_printf("event_types:\n"
					"  - {id: t, patterns: [buy], %s}\n"
					"  - {id: u, patterns: [rent]}\n",
			contexts[i].keys);
		struct event_world *w = event_world_new(yaml);
		struct events_result found;
		struct item item = {.title = span_of(contexts[i].text),
			.published = {ITEM_UNDATED}};

		event_world_run(w, &item, NULL, 0, false, &found);
		if (has_type(&found, "t") != contexts[i].expected)
			fail_msg("'%s' with '%s'", contexts[i].text,
				contexts[i].keys);
		event_world_free(&w);
		mem_free(&yaml);
	}
}

/* -- files over the built-in types ----------------------------------------- */

static void
load_over(const char *first, const char *second, struct event_types *out,
	struct event_catalog **catalog)
{
	char *dir = test_dir();
	char *paths[2];
	struct strbuf report = STRBUF_INIT(1 << 16);
	const char *texts[2] = {first, second};

	for (size_t i = 0; i < 2; i++) {
		FILE *f;

		paths[i] = mem_printf("%s/%zu.yaml", dir, i);
		f = fopen(paths[i], "w");
		assert_non_null(f);
		fputs(texts[i], f);
		fclose(f);
	}
	assert_int_equal(config_load_events((const char *const *)paths, 2,
				 catalog, &report, NULL),
		0);
	*out = *event_catalog_types(*catalog);
	strbuf_fini(&report);
	mem_free(&paths[0]);
	mem_free(&paths[1]);
	test_dir_free(&dir);
}

static void
a_later_file_replaces_or_extends_a_type(void **state)
{
	struct event_catalog *catalog = NULL;
	struct event_types types;
	const struct event_type *layoffs, *own;

	(void)state;
	load_over("event_types:\n  - {id: layoffs, patterns: [sent home]}\n"
		  "  - {id: own, polarity: 1, patterns: [a x]}\n",
		"event_types:\n  - {id: own, extend: true, bad: [b y]}\n",
		&types, &catalog);
	layoffs = event_type_get(&types, SPAN_LIT("layoffs"));
	own = event_type_get(&types, SPAN_LIT("own"));
	assert_int_equal(layoffs->n_patterns, 1);
	assert_int_equal(own->n_patterns, 2);
	assert_int_equal(own->patterns[0].polarity, 1);
	assert_int_equal(own->patterns[1].polarity, -1);
	event_catalog_free(&catalog);
}

/* -- the block ------------------------------------------------------------- */

static void
a_damaged_block_is_refused(void **state)
{
	struct event_world *w = event_world_new(NULL);
	struct rng rng = test_rng();
	struct events *e = NULL;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		size_t at = rng_below(&rng, (uint32_t)w->block.n);
		char old = w->block.p[at];

		w->block.p[at] = (char)(old ^ (1 << rng_below(&rng, 8)));
		assert_int_equal(events_open(w->block.p, w->block.n,
					 EVENTS_CACHED, &e, NULL),
			-1);
		w->block.p[at] = old;
	}
	assert_int_equal(
		events_open(w->block.p, w->block.n - 1, EVENTS_OWN, &e, NULL),
		-1);
	event_world_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_pattern_is_told_with_its_place),
		cmocka_unit_test(a_wrong_type_is_told),
		cmocka_unit_test(
			a_wrong_key_of_a_file_is_told_with_a_suggestion),
		cmocka_unit_test(a_pattern_matches_what_it_says),
		cmocka_unit_test(context_and_other_types_decide_what_stands),
		cmocka_unit_test(a_later_file_replaces_or_extends_a_type),
		cmocka_unit_test(a_damaged_block_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
