/* An item's part in its story comes back from its bytes as it was. */
#include "testing.h"

#include "base/arena.h"
#include "base/rng.h"
#include "model/limits.h"
#include "story/member.h"

static const struct item_source cues[] = {
	{.cue = BY_TOLD,
		.what = SOURCE_OUTLET,
		.act = ACT_SAYS,
		.name = SPAN_INIT("Harbour Wire"),
		.field = FIELD_TEXT,
		.start = 40,
		.end = 52,
		.quote = SPAN_INIT("Two people told Harbour Wire.")},
	{.cue = BY_SAID,
		.what = SOURCE_PERSON,
		.act = ACT_DENIES,
		.name = SPAN_INIT("Ana Ruiz"),
		.of = SPAN_INIT("Meta"),
		.entity = SPAN_INIT("meta")},
};

static const struct span domains[] = {SPAN_INIT("example.com")};

static const struct hit_entity entities[] = {
	{.id = SPAN_INIT("meta"),
		.name = SPAN_INIT("Meta"),
		.kind = ENTITY_COMPANY,
		.role = SPAN_INIT("actor"),
		.relevance = 90,
		.confidence = .75},
};

static const struct hit_fact facts[] = {
	{.kind = SPAN_INIT("money"),
		.value = 12e6,
		.currency = SPAN_INIT("USD"),
		.text = SPAN_INIT("$12 million"),
		.start = 3,
		.end = 14},
};

static const struct hit_event events[] = {
	{.type = SPAN_INIT("open_source"),
		.entity = SPAN_INIT("Meta"),
		.modality = SPAN_INIT("reported"),
		.polarity = -1,
		.confidence = .5,
		.sentence = SPAN_INIT("Meta will."),
		.facts = facts,
		.n_facts = 1},
};

static struct story_member
full_member(void)
{
	struct story_member m = {
		.when = {1000},
		.seen = {2000},
		.title = SPAN_LIT("Meta will"),
		.url = SPAN_LIT("https://example.com/a"),
		.language = SPAN_LIT("en"),
		.publisher = SPAN_LIT("Example News"),
		.domain = SPAN_LIT("example.com"),
		.sources = {cues, N_ROWS(cues), {domains, 1}},
		.entities = entities,
		.n_entities = 1,
		.events = events,
		.n_events = 1,
		.decision = SPAN_LIT("likeness 0.5"),
		.words = 250,
	};

	m.item.b[3] = 9;
	for (size_t i = 0; i < FEATURES_BINS; i++)
		m.sketch[i] = (uint16_t)(i * 1021);
	m.sketch[7] = FEATURES_BIN_EMPTY;
	return m;
}

static void
a_member_comes_back_as_it_was(void **state)
{
	struct strbuf first = STRBUF_INIT(MEMBER_BYTES_MAX);
	struct strbuf second = STRBUF_INIT(MEMBER_BYTES_MAX);
	struct story_member m = full_member(), back;
	struct arena *a = arena_new();

	(void)state;
	story_member_format(&m, &first);
	assert_int_equal(
		story_member_parse(strbuf_as_span(&first), a, &back, NULL), 0);
	assert_int_equal(back.when.ms, 1000);
	assert_span_equal(back.publisher, "Example News");
	assert_int_equal(back.sources.n, 2);
	assert_int_equal(back.sources.p[0].cue, BY_TOLD);
	assert_span_equal(back.sources.p[0].name, "Harbour Wire");
	assert_int_equal(back.sources.p[1].act, ACT_DENIES);
	assert_span_equal(back.sources.p[1].of, "Meta");
	assert_span_equal(back.sources.domains.p[0], "example.com");
	assert_span_equal(back.entities[0].id, "meta");
	assert_span_equal(back.decision, "likeness 0.5");
	assert_span_equal(back.events[0].facts[0].text, "$12 million");
	assert_memory_equal(back.sketch, m.sketch, sizeof(m.sketch));
	story_member_format(&back, &second);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.p, second.p, first.n);
	strbuf_fini(&first);
	strbuf_fini(&second);
	arena_free(&a);
}

static void
damaged_members_are_refused(void **state)
{
	struct strbuf bytes = STRBUF_INIT(MEMBER_BYTES_MAX);
	struct story_member m = full_member(), back;
	struct arena *a = arena_new();
	struct rng r = test_rng();
	struct err err;

	(void)state;
	story_member_format(&m, &bytes);
	for (size_t n = 0; n < bytes.n; n++)
		assert_int_equal(story_member_parse(
					 span_make(bytes.p, n), a, &back, &err),
			-1);
	for (int i = 0; i < 2000; i++) {
		size_t at = rng_below(&r, (uint32_t)bytes.n);
		char was = bytes.p[at];

		bytes.p[at] = (char)rng_next(&r);
		/* Whatever it is taken for: nothing beyond it is read. */
		if (story_member_parse(
			    strbuf_as_span(&bytes), a, &back, &err) != 0)
			assert_int_equal(err.kind, ERR_INPUT);
		bytes.p[at] = was;
	}
	strbuf_fini(&bytes);
	arena_free(&a);
}

static void
what_is_too_long_is_cut(void **state)
{
	struct strbuf bytes = STRBUF_INIT(MEMBER_BYTES_MAX);
	struct story_member m = full_member(), back;
	struct hit_entity many[MEMBER_ENTITIES_MAX + 1] = {0};
	struct arena *a = arena_new();
	char *title = arena_alloc(a, LIMIT_TITLE_BYTES + 1);

	(void)state;
	memset(title, 'x', LIMIT_TITLE_BYTES + 1);
	m.title = span_make(title, LIMIT_TITLE_BYTES + 1);
	m.entities = many;
	m.n_entities = N_ROWS(many);
	story_member_format(&m, &bytes);
	assert_int_equal(
		story_member_parse(strbuf_as_span(&bytes), a, &back, NULL), 0);
	assert_int_equal(back.title.n, LIMIT_TITLE_BYTES);
	assert_int_equal(back.n_entities, MEMBER_ENTITIES_MAX);
	strbuf_fini(&bytes);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_comes_back_as_it_was),
		cmocka_unit_test(damaged_members_are_refused),
		cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
