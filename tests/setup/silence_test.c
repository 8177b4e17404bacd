/* What a silence holds for, how it is kept, and what is none. */
#include "testing.h"

#include "base/arena.h"
#include "setup/silence.h"

#define S(s) SPAN_INIT(s)
#define NOW ((int64_t)1000000)

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct hit_entity meta = {.id = S("meta"),
	.name = S("Meta"),
	.kind = ENTITY_COMPANY,
	.relevance = 90,
	.confidence = 1};
static const struct hit_event deal = {.type = S("mna"), .entity = S("Meta")};

static struct hit
a_hit(void)
{
	return (struct hit){.entities = &meta,
		.n_entities = 1,
		.events = &deal,
		.n_events = 1};
}

static struct silence
silence(const char *text)
{
	struct span words[8], rest = span_of(text), word;
	struct silence s = {.id = S("0badcafe"), .until_ms = NOW + 1};
	struct err err;
	size_t n = 0;

	while (span_next(&rest, ' ', &word))
		if (word.n > 0)
			words[n++] = word;
	if (silence_match_words(&s, words, n, arena, &err) == -1)
		fail_msg("%s: %s", text, err.msg);
	return s;
}

static void
all_keys_must_hold_and_values_of_one_are_alternatives(void **state)
{
	static const struct {
		const char *text;
		bool holds;
	} rows[] = {
		{"", true},
		{"entities=Meta", true},
		{"entities=meta", true},
		{"entities=Apple", false},
		{"entities=Apple entities=Meta", true},
		{"entities=Meta events=mna", true},
		{"entities=Meta events=split", false},
		{"kinds=company relevance>=90", true},
		{"relevance>90", false},
		{"relevance=90", true},
		{"confidence<0.5", false},
		{"novelty<50", false}, /* it has no story */
		{"routes=desk", true},
		{"routes=night", false},
		{"channels=pager channels=slack", true},
		{"channels=pager", false},
		{"entities=Meta channels=pager", false},
	};
	struct hit h = a_hit();

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct silence s = silence(rows[i].text);

		if (silence_holds(&s, &h, SPAN_LIT("desk"), SPAN_LIT("slack"),
			    NOW) != rows[i].holds)
			fail_msg("'%s'", rows[i].text);
	}
}

static void
it_holds_up_to_its_end(void **state)
{
	struct silence s = silence("");
	struct hit h = a_hit();

	(void)state;
	assert_true(silence_holds(&s, &h, SPAN_NULL, SPAN_NULL, NOW));
	assert_false(silence_holds(&s, &h, SPAN_NULL, SPAN_NULL, NOW + 1));
}

static void
it_reads_back_as_it_was_written(void **state)
{
	struct silence s = silence("entities=Meta relevance<60 routes=desk");
	struct silence back;
	struct strbuf json = STRBUF_INIT(4096), again = STRBUF_INIT(4096);
	struct err err;

	(void)state;
	s.author = SPAN_LIT("Ana \"A.\" Ruiz");
	s.comment = SPAN_LIT("why = <because>");
	s.created = SPAN_LIT("2026-03-01T12:00:00Z");
	silence_format(&s, &json);
	assert_int_equal(
		silence_parse(strbuf_as_span(&json), NOW, arena, &back, &err),
		0);
	silence_format(&back, &again);
	assert_string_equal(strbuf_cstr(&json), strbuf_cstr(&again));
	assert_int_equal(back.until_ms, NOW);
	assert_int_equal(back.routes.n, 1);
	strbuf_fini(&json);
	strbuf_fini(&again);
}

static void
words_that_are_no_matchers_are_told(void **state)
{
	static const struct {
		const char *word, *message;
	} rows[] = {
		{"Meta",
			"'Meta' is no matcher: write KEY=VALUE, such as "
			"entities=Meta"},
		{"=Meta",
			"'=Meta' is no matcher: write KEY=VALUE, such as "
			"entities=Meta"},
		{"entities=",
			"'entities=' is no matcher: write KEY=VALUE, "
			"such as entities=Meta"},
		{"entity=Meta",
			"unknown key 'entity'; did you mean 'entities'?"},
		{"colour=red",
			"unknown key 'colour': routes, channels and the "
			"keys of `when` can be asked for"},
		{"relevance=high",
			"relevance: 'high' is no comparison with a number from "
			"0 to 100; write \"relevance>=60\" in quotes"},
		{"novelty>101",
			"novelty: '>101' is no comparison with a number from 0 "
			"to 100; write \"novelty>=60\" in quotes"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct span word = span_of(rows[i].word);
		struct silence s = {.until_ms = 1};
		struct err err;

		assert_int_equal(
			silence_match_words(&s, &word, 1, arena, &err), -1);
		assert_string_equal(err.msg, rows[i].message);
	}
}

static void
more_words_than_the_limit_are_refused(void **state)
{
	struct span words[SILENCE_MATCHERS + 1];
	struct silence s = {.until_ms = 1};
	struct err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(words); i++)
		words[i] = SPAN_LIT("entities=Meta");
	assert_int_equal(
		silence_match_words(&s, words, SILENCE_MATCHERS, arena, &err),
		0);
	assert_int_equal(s.conf.when.entities.n, SILENCE_MATCHERS);
	assert_int_equal(silence_match_words(
				 &s, words, SILENCE_MATCHERS + 1, arena, &err),
		-1);
}

static void
what_cannot_be_read_is_left_out_of_the_list(void **state)
{
	const struct span all[] = {
		SPAN_LIT("2000000 {\"id\":\"1\",\"matchers\":[]}"),
		SPAN_LIT("no number {}"),
		SPAN_LIT("2000000 {\"id\":\"2\"}"),
		SPAN_LIT("2000000 {"),
		SPAN_LIT("2000000 {\"id\":\"3\",\"matchers\":[\"new=1\"]}"),
		SPAN_LIT("500 {\"id\":\"4\",\"matchers\":[]}"),
	};
	struct silences *list = silences_new(all, N_ROWS(all));
	struct hit h = a_hit();
	const struct silence *found =
		silences_find(list, &h, SPAN_NULL, SPAN_NULL, NOW);

	(void)state;
	assert_non_null(found);
	assert_true(span_eq_str(found->id, "1"));
	assert_true(silences_any(list, NOW));
	assert_false(silences_any(list, 2000000));
	assert_null(silences_find(list, &h, SPAN_NULL, SPAN_NULL, 2000000));
	silences_free(&list);
	assert_null(list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			all_keys_must_hold_and_values_of_one_are_alternatives),
		cmocka_unit_test(it_holds_up_to_its_end),
		cmocka_unit_test(it_reads_back_as_it_was_written),
		cmocka_unit_test(words_that_are_no_matchers_are_told),
		cmocka_unit_test(more_words_than_the_limit_are_refused),
		cmocka_unit_test(what_cannot_be_read_is_left_out_of_the_list),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
