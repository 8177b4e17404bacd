/* The limits of the event language and of what is found, each at its edge. */
#include "event_fixture.h"
#include "testing.h"

#include "config/events.h"
#include "event/compile.h"
#include "model/limits.h"

struct mistakes {
	unsigned n;
	struct strbuf report;
};

/* What is wrong with types. Ended by mistakes_fini. */
static struct mistakes
mistakes_of(struct strbuf *types)
{
	struct mistakes m = {.report = STRBUF_INIT(1 << 16)};

	m.n = event_world_mistakes(strbuf_cstr(types), &m.report);
	strbuf_fini(types);
	return m;
}

static void
mistakes_fini(struct mistakes *m, unsigned n, const char *says)
{
	if (m->n != n || !strstr(strbuf_cstr(&m->report), says))
		fail_msg("%u: %.300s", m->n, strbuf_cstr(&m->report));
	strbuf_fini(&m->report);
}

/* A pattern of n words, each with its own number. */
static void
put_pattern(struct strbuf *out, size_t n)
{
	strbuf_str(out, "\"");
	for (size_t i = 0; i < n; i++)
		strbuf_printf(out, " w%zu", i);
	strbuf_str(out, "\"");
}

static void
a_pattern_has_sixteen_elements_and_no_more(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf types = STRBUF_INIT(KIB(4));
		struct mistakes m;

		strbuf_str(&types, "event_types:\n  - {id: t, patterns: [");
		put_pattern(&types, LIMIT_EVENT_ELEMENTS + more);
		strbuf_str(&types, "]}\n");
		m = mistakes_of(&types);
		mistakes_fini(&m, more,
			more ? "a pattern has at most 16 elements" : "");
	}
}

/* Types of one word each. */
static void
put_types(struct strbuf *out, size_t n, size_t patterns)
{
	strbuf_str(out, "event_types:\n");
	for (size_t i = 0; i < n; i++) {
		strbuf_printf(out, "  - {id: t%zu, patterns: [", i);
		for (size_t k = 0; k < patterns; k++)
			strbuf_printf(out, "w%zux%zu,", i, k);
		strbuf_str(out, "]}\n");
	}
}

static void
a_hundred_thousand_patterns_are_taken_and_no_more(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf types = STRBUF_INIT(LIMIT_CONFIG_BYTES);
		struct mistakes m;

		put_types(&types, 100, LIMIT_EVENT_PATTERNS / 100);
		if (more)
			strbuf_str(&types, "  - {id: more, patterns: [w]}\n");
		m = mistakes_of(&types);
		mistakes_fini(&m, more,
			more ? "too many patterns: at most 100000, with "
			       "200000 words in all"
			     : "");
	}
}

/* One type of two patterns; the second has n alternatives. */
static void
put_words(struct strbuf *out, size_t n)
{
	strbuf_str(
		out, "event_types:\n  - id: t\n    patterns:\n      - a b\n");
	strbuf_str(out, "      - (x");
	for (size_t i = 1; i < n; i++)
		strbuf_printf(out, "|x%zu", i);
	strbuf_str(out, ")\n");
}

static void
patterns_have_two_hundred_thousand_words_in_all_and_no_more(void **state)
{
	static const struct {
		size_t n;
		const char *says;
	} rows[] = {
		{LIMIT_EVENT_ATOMS - 2, NULL},
		{LIMIT_EVENT_ATOMS - 1, "there are too many patterns"},
		{LIMIT_EVENT_ATOMS, "there are too many patterns"},
		{LIMIT_EVENT_ATOMS + 1, "lists hold too many words"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct strbuf types = STRBUF_INIT(LIMIT_CONFIG_BYTES);
		struct mistakes m;

		put_words(&types, rows[i].n);
		m = mistakes_of(&types);
		mistakes_fini(&m, rows[i].says ? 1 : 0,
			rows[i].says ? rows[i].says : "");
	}
}

static int
compile_types(size_t n, struct err *err)
{
	struct strbuf types = STRBUF_INIT(KIB(64)), out = STRBUF_INIT(MIB(1));
	struct report report = {.put = report_to_strbuf, .arg = &out};
	struct strbuf block = STRBUF_INIT(EVENTS_BYTES_MAX);
	struct event_catalog *catalog = NULL;
	int rc;

	put_types(&types, n, 1);
	assert_int_equal(config_parse_events(strbuf_as_span(&types), "t.yaml",
				 &catalog, &out, err),
		0);
	rc = events_compile(
		event_catalog_types(catalog), &report, &block, NULL, err);
	assert_int_equal(report.errors, 0);
	event_catalog_free(&catalog);
	strbuf_fini(&types);
	strbuf_fini(&block);
	strbuf_fini(&out);
	return rc;
}

static void
there_are_a_thousand_types_and_no_more(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(compile_types(LIMIT_EVENT_TYPES, &err), 0);
	assert_int_equal(compile_types(LIMIT_EVENT_TYPES + 1, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_string_equal(
		err.msg, "there are 1001 event types: at most 1000");
}

/* What types find in a title. The world lives on: the result is in it. */
static struct event_world *
find(struct strbuf *types, struct strbuf *title, struct events_result *out)
{
	struct event_world *w = event_world_new(strbuf_cstr(types));
	struct item item = {.title = strbuf_as_span(title)};

	event_world_run(w, &item, NULL, 0, true, out);
	strbuf_fini(types);
	return w;
}

static void
an_event_keeps_sixteen_facts(void **state)
{
	(void)state;
	for (size_t n = LIMIT_FACTS - 1; n <= LIMIT_FACTS + 1; n++) {
		struct strbuf types = STRBUF_INIT(KIB(1));
		struct strbuf title = STRBUF_INIT(KIB(4));
		struct events_result found;
		struct event_world *w;

		strbuf_str(&types,
			"event_types:\n"
			"  - {id: t, patterns: [pays]}\n");
		strbuf_str(&title, "Halden pays");
		for (size_t i = 0; i < n; i++)
			strbuf_printf(&title, " $%zu million and", i + 1);
		strbuf_str(&title, " more");
		w = find(&types, &title, &found);
		assert_int_equal(found.n, 1);
		assert_int_equal(found.events[0].n_facts,
			n < LIMIT_FACTS ? n : LIMIT_FACTS);
		strbuf_fini(&title);
		event_world_free(&w);
	}
}

static void
an_item_keeps_thirty_two_events(void **state)
{
	(void)state;
	for (size_t n = LIMIT_EVENTS - 1; n <= LIMIT_EVENTS + 1; n++) {
		struct strbuf types = STRBUF_INIT(KIB(16));
		struct strbuf title = STRBUF_INIT(KIB(4));
		struct events_result found;
		struct event_world *w;

		put_types(&types, n, 1);
		for (size_t i = 0; i < n; i++)
			strbuf_printf(&title, "w%zux0 ", i);
		w = find(&types, &title, &found);
		assert_int_equal(found.n, n < LIMIT_EVENTS ? n : LIMIT_EVENTS);
		strbuf_fini(&title);
		event_world_free(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_has_sixteen_elements_and_no_more),
		cmocka_unit_test(
			a_hundred_thousand_patterns_are_taken_and_no_more),
		cmocka_unit_test(
			patterns_have_two_hundred_thousand_words_in_all_and_no_more),
		cmocka_unit_test(there_are_a_thousand_types_and_no_more),
		cmocka_unit_test(an_event_keeps_sixteen_facts),
		cmocka_unit_test(an_item_keeps_thirty_two_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
