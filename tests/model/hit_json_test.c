#include "testing.h"

#include "base/file.h"
#include "model/hit.h"
#include "model/json.h"
#include "model/limits.h"

#define GOLDEN NW_SRCDIR "/tests/data/hit-v1.json"
#define DOCUMENT NW_SRCDIR "/doc/HIT.md"

/* -- a hit with every field set: what the golden file holds -----------------
 */

#define TITLE "Meta to spend $15 billion on “superintelligence”"
#define SENTENCE "Meta plans a model, Axios reported."
#define TEXT SENTENCE "\nAlexandr Wang leads it."

static const struct span authors[] = {
	SPAN_INIT("Ana \"A.\" Ruiz"), SPAN_INIT("Bo Li")};

static const struct item item = {
	.url = SPAN_INIT("https://example.com/a?b=1&c=2"),
	.title = SPAN_INIT(TITLE),
	.text = SPAN_INIT(TEXT),
	.authors = {authors, N_ROWS(authors)},
	.language = SPAN_INIT("en"),
	.published = {INT64_C(1772366400000)},
	.updated = {ITEM_UNDATED},
};

static const struct span tickers[] = {SPAN_INIT("NASDAQ:META")};

static const struct mention meta_mentions[] = {
	{FIELD_TITLE, 0, 4, SPAN_INIT("Meta")},
	{FIELD_TEXT, 0, 4, SPAN_INIT("Meta")},
};

static const struct mention wang_mentions[] = {
	{FIELD_TEXT, 36, 49, SPAN_INIT("Alexandr Wang")},
};

static const struct hit_entity entities[] = {
	{.id = SPAN_INIT("meta"),
		.name = SPAN_INIT("Meta"),
		.kind = ENTITY_COMPANY,
		.tickers = {tickers, N_ROWS(tickers)},
		.watchlist = SPAN_INIT("ai"),
		.role = SPAN_INIT("actor"),
		.relevance = 100,
		.confidence = 0.98,
		.mentions = meta_mentions,
		.n_mentions = N_ROWS(meta_mentions)},
	{.id = SPAN_INIT("alexandr-wang"),
		.name = SPAN_INIT("Alexandr Wang"),
		.kind = ENTITY_PERSON,
		.watchlist = SPAN_INIT("ai"),
		.relevance = 40,
		.confidence = 1,
		.mentions = wang_mentions,
		.n_mentions = N_ROWS(wang_mentions)},
};

static const struct hit_fact facts[] = {
	{SPAN_INIT("money"), 15e9, SPAN_INIT("USD"), SPAN_INIT("$15 billion"),
		14, 25},
	{SPAN_INIT("percent"), 12.5, SPAN_INIT(""), SPAN_INIT("12.5%"), 0, 0},
};

static const struct hit_event events[] = {
	{.type = SPAN_INIT("product_launch"),
		.entity = SPAN_INIT("Meta"),
		.role = SPAN_INIT("actor"),
		.stage = SPAN_INIT("planned"),
		.modality = SPAN_INIT("reported"),
		.polarity = -1,
		.confidence = 0.9,
		.field = FIELD_TEXT,
		.start = 0,
		.end = 35,
		.sentence = SPAN_INIT(SENTENCE)},
	{.type = SPAN_INIT("capital"),
		.confidence = 0.1,
		.field = FIELD_TITLE,
		.start = 0,
		.end = sizeof(TITLE) - 1,
		.sentence = SPAN_INIT(TITLE),
		.facts = facts,
		.n_facts = N_ROWS(facts)},
};

static const struct hit_company companies[] = {
	{SPAN_INIT("Meta"), SPAN_INIT("actor"), 100},
	{SPAN_INIT("Scale AI"), SPAN_INIT(""), 30},
};

static const struct span conflicts[] = {SPAN_INIT("a denial by Meta")};
static const struct span related[] = {
	SPAN_INIT("00000000000000000000000000000003")};

static const struct hit_story story = {
	.id = "00000000000000000000000000000002",
	.first_seen = {INT64_C(1772366401500)},
	.novelty = 100,
	.articles = 3,
	.publishers = 2,
	.independent = 1,
	.status = SPAN_INIT("reported"),
	.key_company = SPAN_INIT("Meta"),
	.companies = companies,
	.n_companies = N_ROWS(companies),
	.primary_name = SPAN_INIT("Axios"),
	.primary_class = SPAN_INIT("anonymous"),
	.primary_url = SPAN_INIT("https://axios.com/x"),
	.primary_quote = SPAN_INIT("Meta plans a model, Axios reported."),
	.status_quote = SPAN_INIT("Meta plans a model, Axios reported."),
	.conflicts = {conflicts, N_ROWS(conflicts)},
	.related = {related, N_ROWS(related)},
};

static const struct span changed[] = {
	SPAN_INIT("status"), SPAN_INIT("primary")};

static const struct hit full_hit = {
	.id = "5b0ffe4bb5a1de37ee8bc1b4dd1ae1b5",
	.kind = HIT_UPDATE,
	.revision = 2,
	.detected = {INT64_C(1772366403120)},
	.item_id = "00000000000000000000000000000001",
	.item = &item,
	.feed = {SPAN_INIT("https://example.com/feed.xml"),
		SPAN_INIT("Example: all news"), SPAN_INIT("Example News"),
		SPAN_INIT("example.com")},
	.entities = entities,
	.n_entities = N_ROWS(entities),
	.events = events,
	.n_events = N_ROWS(events),
	.story = &story,
	.changed = {changed, N_ROWS(changed)},
	.published_to_seen_ms = 3000,
	.seen_to_stored_ms = 7,
};

/* -- helpers ------------------------------------------------------------- */

static char *
format(const struct hit *h)
{
	struct strbuf b = STRBUF_INIT(LIMIT_HIT_BYTES);

	hit_format(h, &b);
	assert_false(b.full);
	assert_true(span_is_utf8(strbuf_as_span(&b)));
	return strbuf_take(&b);
}

static struct hit_view *
parse(const char *json)
{
	struct hit_view *v;
	struct err err = {0};

	if (hit_view_parse(span_of(json), &v, &err) != 0)
		fail_msg("%s", err.msg);
	return v;
}

static char *
read_file(const char *path)
{
	struct strbuf b = STRBUF_INIT(MIB(1));
	struct err err = {0};

	if (file_read(path, &b, &err) != 0)
		fail_msg("%s", err.msg);
	return strbuf_take(&b);
}

/* -- tests ----------------------------------------------------------------- */

static void
a_hit_is_written_as_in_the_golden_file(void **state)
{
	char *json = format(&full_hit);
	char *golden = read_file(GOLDEN);

	(void)state;
	assert_span_equal(span_trim(span_of(golden)), json);
	mem_free(&golden);
	mem_free(&json);
}

static void
reading_and_writing_again_gives_the_same_bytes(void **state)
{
	char *golden = read_file(GOLDEN);
	struct hit_view *v = parse(golden);
	char *json = format(hit_view_get(v));

	(void)state;
	assert_span_equal(span_trim(span_of(golden)), json);
	mem_free(&golden);
	mem_free(&json);
	hit_view_free(&v);
	assert_null(v);
}

static void
an_early_hit_has_nulls_and_empty_lists(void **state)
{
	static const struct item bare = {.published = {ITEM_UNDATED}};
	struct hit h = {
		.id = "00000000000000000000000000000009",
		.detected = {INT64_C(1772366403120)},
		.item_name = SPAN_LIT("my-id"),
		.item = &bare,
		.published_to_seen_ms = -1,
	};
	char *json = format(&h);

	(void)state;
	assert_string_equal(json,
		"{\"v\":1,\"id\":\"00000000000000000000000000000009\","
		"\"kind\":\"hit\",\"revision\":0,"
		"\"detected\":\"2026-03-01T12:00:03.120Z\","
		"\"item\":{\"id\":\"my-id\",\"url\":\"\",\"title\":\"\","
		"\"text\":\"\",\"authors\":[],\"published\":null,"
		"\"language\":\"\"},"
		"\"feed\":{\"url\":\"\",\"title\":\"\",\"publisher\":\"\","
		"\"domain\":\"\"},\"entities\":[],\"events\":[],\"story\":null,"
		"\"timing\":{\"published_to_seen_ms\":null,"
		"\"seen_to_stored_ms\":0}}");
	mem_free(&json);
}

static void
the_view_has_every_field(void **state)
{
	char *golden = read_file(GOLDEN);
	struct hit_view *v = parse(golden);
	const struct hit *h = hit_view_get(v);

	(void)state;
	mem_free(&golden); /* the view borrows nothing */
	assert_string_equal(h->id, full_hit.id);
	assert_int_equal(h->kind, HIT_UPDATE);
	assert_int_equal(h->revision, 2);
	assert_int_equal(h->detected.ms, full_hit.detected.ms);
	assert_string_equal(h->item_id, full_hit.item_id);
	assert_int_equal(h->item_name.n, 0);
	assert_span_equal(h->item->authors.p[0], "Ana \"A.\" Ruiz");
	assert_int_equal(h->item->published.ms, item.published.ms);
	assert_span_equal(h->feed.publisher, "Example News");
	assert_int_equal(h->n_entities, 2);
	assert_int_equal(h->entities[1].kind, ENTITY_PERSON);
	assert_span_equal(h->entities[1].mentions[0].text, "Alexandr Wang");
	assert_int_equal(h->entities[1].role.n, 0);
	assert_int_equal(h->n_events, 2);
	assert_int_equal(h->events[0].polarity, -1);
	assert_span_equal(h->events[1].facts[0].currency, "USD");
	assert_int_equal(h->story->publishers, 2);
	assert_span_equal(h->story->primary_class, "anonymous");
	assert_span_equal(
		h->story->primary_quote, "Meta plans a model, Axios reported.");
	assert_span_equal(
		h->story->status_quote, "Meta plans a model, Axios reported.");
	assert_int_equal(h->changed.n, 2);
	assert_int_equal(h->published_to_seen_ms, 3000);
	hit_view_free(&v);
}

/* A text of n bytes of "é" after one "x": odd offsets are within one. */
static struct item
long_item(char *memory, size_t n)
{
	memory[0] = 'x';
	for (size_t i = 1; i + 1 < n; i += 2)
		memcpy(memory + i, "é", 2);
	return (struct item){
		.text = span_make(memory, n),
		.published = {ITEM_UNDATED},
	};
}

static void
text_is_cut_at_a_character_and_what_lies_beyond_is_left_out(void **state)
{
	size_t cut = LIMIT_TEXT_BYTES - 1; /* 1 + 2k bytes fit */
	char *memory = mem_calloc(LIMIT_TEXT_BYTES + 101, 1);
	struct item it = long_item(memory, LIMIT_TEXT_BYTES + 101);
	struct mention mentions[] = {
		{FIELD_TEXT, (uint32_t)cut - 2, (uint32_t)cut, SPAN_LIT("é")},
		{FIELD_TEXT, (uint32_t)cut, (uint32_t)cut + 2, SPAN_LIT("é")},
		{FIELD_TEXT, (uint32_t)cut - 2, (uint32_t)cut + 2,
			SPAN_LIT("éé")},
	};
	struct hit_event event = {.field = FIELD_TEXT,
		.start = (uint32_t)cut + 2,
		.end = (uint32_t)cut + 4,
		.sentence = SPAN_LIT("é")};
	struct hit_entity entity = {.mentions = mentions, .n_mentions = 3};
	struct hit h = full_hit;
	struct hit_view *v;
	char *json;

	(void)state;
	h.item = &it;
	h.entities = &entity;
	h.events = &event;
	h.n_entities = h.n_events = 1;
	json = format(&h);
	v = parse(json);
	assert_int_equal(hit_view_get(v)->item->text.n, cut);
	assert_int_equal(hit_view_get(v)->entities[0].n_mentions, 1);
	assert_int_equal(hit_view_get(v)->entities[0].mentions[0].end, cut);
	assert_int_equal(hit_view_get(v)->events[0].start, 0);
	assert_int_equal(hit_view_get(v)->events[0].end, 0);
	assert_span_equal(hit_view_get(v)->events[0].sentence, "é");
	hit_view_free(&v);
	mem_free(&json);
	mem_free(&memory);
}

static void
text_of_exactly_the_limit_is_whole(void **state)
{
	char *memory = mem_calloc(LIMIT_TEXT_BYTES + 1, 1);
	struct item it = long_item(memory, LIMIT_TEXT_BYTES - 1);
	struct hit h = full_hit;
	struct hit_view *v;
	char *json;

	(void)state;
	memory[LIMIT_TEXT_BYTES - 1] = 'y';
	it.text.n = LIMIT_TEXT_BYTES;
	h.item = &it;
	h.n_entities = h.n_events = 0;
	json = format(&h);
	v = parse(json);
	assert_int_equal(hit_view_get(v)->item->text.n, LIMIT_TEXT_BYTES);
	hit_view_free(&v);
	mem_free(&json);
	mem_free(&memory);
}

static void
a_hit_that_is_too_large_loses_mentions_not_its_end(void **state)
{
	struct mention *mentions =
		mem_calloc(LIMIT_MENTIONS, sizeof(*mentions));
	struct hit_entity *many = mem_calloc(LIMIT_HIT_ENTITIES, sizeof(*many));
	struct hit h = full_hit;
	struct hit_view *v;
	char *json;

	(void)state;
	for (size_t i = 0; i < LIMIT_MENTIONS; i++)
		mentions[i] = wang_mentions[0];
	for (size_t i = 0; i < LIMIT_HIT_ENTITIES; i++) {
		many[i] = entities[0];
		many[i].mentions = mentions;
		many[i].n_mentions = LIMIT_MENTIONS;
	}
	h.entities = many;
	h.n_entities = LIMIT_HIT_ENTITIES;
	json = format(&h);
	v = parse(json);
	assert_int_equal(hit_view_get(v)->n_entities, LIMIT_HIT_ENTITIES);
	assert_in_range(hit_view_get(v)->entities[99].n_mentions, 1,
		LIMIT_MENTIONS - 1);
	assert_int_equal(hit_view_get(v)->seen_to_stored_ms, 7);
	hit_view_free(&v);
	mem_free(&json);
	mem_free(&many);
	mem_free(&mentions);
}

/* The URL fills it up; the mentions would be the first to go. */
static void
a_hit_of_the_largest_size_keeps_all_and_one_byte_more_does_not(void **state)
{
	struct mention mentions[LIMIT_MENTIONS];
	struct hit_entity one = entities[0];
	struct item filled = item;
	struct hit h = full_hit;
	size_t size;
	char *json;

	(void)state;
	for (size_t i = 0; i < LIMIT_MENTIONS; i++)
		mentions[i] = wang_mentions[0];
	one.mentions = mentions;
	one.n_mentions = LIMIT_MENTIONS;
	h.entities = &one;
	h.n_entities = 1;
	filled.url = SPAN_NULL;
	h.item = &filled;
	json = format(&h);
	size = strlen(json);
	mem_free(&json);
	for (size_t more = 0; more < 2; more++) {
		size_t n = LIMIT_HIT_BYTES - size + more;
		char *url = mem_alloc(n);
		struct hit_view *v;

		memset(url, 'u', n);
		filled.url = span_make(url, n);
		json = format(&h);
		v = parse(json);
		assert_int_equal(hit_view_get(v)->entities[0].n_mentions,
			more == 0 ? LIMIT_MENTIONS : LIMIT_MENTIONS / 10);
		if (more == 0)
			assert_int_equal(strlen(json), LIMIT_HIT_BYTES);
		hit_view_free(&v);
		mem_free(&json);
		mem_free(&url);
	}
}

static void
what_cannot_fit_at_all_leaves_the_buffer_full(void **state)
{
	struct strbuf b = STRBUF_INIT(100);

	(void)state;
	hit_format(&full_hit, &b);
	assert_true(b.full);
	strbuf_fini(&b);
}

static void
what_was_in_the_buffer_stays(void **state)
{
	struct strbuf b = STRBUF_INIT(MIB(1));
	char *json = format(&full_hit);

	(void)state;
	strbuf_str(&b, "head ");
	hit_format(&full_hit, &b);
	assert_true(span_starts(strbuf_as_span(&b), "head {\"v\":1,"));
	assert_int_equal(b.n, strlen(json) + 5);
	mem_free(&json);
	strbuf_fini(&b);
}

#define ID "\"id\":\"0123456789abcdef0123456789abcdef\""
#define HEAD "{\"v\":1," ID ",\"kind\":\"hit\","

static const struct {
	const char *json, *message;
} bad_hits[] = {
	{"", "hit:1:1: error: no valid JSON"},
	{"{\"v\":1,", "hit:1:7: error: no valid JSON"},
	{"[]", "hit: document: no object"},
	{"{\"v\":2," ID ",\"kind\":\"hit\",\"item\":{}}", "hit: v: not 1"},
	{"{" ID ",\"kind\":\"hit\",\"item\":{}}", "hit: v: not 1"},
	{"{\"v\":1,\"id\":\"x\",\"kind\":\"hit\",\"item\":{}}",
		"hit: id: not 32 hex digits"},
	{"{\"v\":1," ID ",\"kind\":\"miss\",\"item\":{}}", "hit: kind:"},
	{HEAD "\"item\":7}", "hit: item: missing"},
	{HEAD "\"item\":{\"published\":\"soon\"}}", "hit: published: no date"},
	{HEAD "\"item\":{},\"detected\":\"x\"}", "hit: detected: no date"},
	{HEAD "\"item\":{},\"entities\":[{\"kind\":\"planet\"}]}",
		"hit: entities.kind: unknown"},
	{HEAD "\"item\":{},\"entities\":[7]}", "hit: entities.kind: unknown"},
	{HEAD "\"item\":{\"title\":\"abc\"},\"entities\":[{\"kind\":\"topic\","
	      "\"mentions\":[{\"field\":\"title\",\"start\":0,\"end\":4}]}]}",
		"hit: start and end: outside of their field"},
	{HEAD "\"item\":{\"title\":\"abc\"},\"entities\":[{\"kind\":\"topic\","
	      "\"mentions\":[{\"field\":\"title\",\"start\":3,\"end\":1}]}]}",
		"hit: start and end: outside of their field"},
	{HEAD "\"item\":{},\"events\":[{\"field\":\"body\"}]}",
		"hit: field: neither title nor text"},
	{HEAD "\"item\":{},\"story\":{\"id\":\"7\"}}",
		"hit: story.id: not 32 hex digits"},
};

static void
a_hit_that_is_none_is_refused_with_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(bad_hits); i++) {
		struct err err = {0};
		struct hit_view *v;
		struct span json = span_of(bad_hits[i].json);

		if (hit_view_parse(json, &v, &err) == 0)
			fail_msg("accepted: %s", bad_hits[i].json);
		assert_null(v);
		assert_int_equal(err.kind, ERR_INPUT);
		if (!strstr(err.msg, bad_hits[i].message))
			fail_msg("%s\n# says: %s", bad_hits[i].json, err.msg);
	}
}

static void
unknown_fields_and_absent_ones_are_fine(void **state)
{
	struct hit_view *v =
		parse(HEAD "\"item\":{\"colour\":7},\"new\":{\"a\":[1]},"
			   "\"entities\":\"none\",\"revision\":-3}");

	(void)state;
	assert_int_equal(hit_view_get(v)->n_entities, 0);
	assert_int_equal(hit_view_get(v)->revision, 0);
	assert_int_equal(hit_view_get(v)->detected.ms, ITEM_UNDATED);
	assert_int_equal(hit_view_get(v)->published_to_seen_ms, -1);
	assert_null(hit_view_get(v)->story);
	hit_view_free(&v);
}

static void
the_id_depends_on_item_kind_and_revision(void **state)
{
	char a[HEX128_SIZE], b[HEX128_SIZE];

	(void)state;
	hit_id("x", HIT_NEW, 0, a);
	/* printf '\0\0\0\0\0\0\0\1x\0\0\0\0\0\0\0\3hit\0\0\0\0\0\0\0\0010' |
	 * sha256sum */
	assert_string_equal(a, "445a67c0cc33c40669290c37ae1a432e");
	hit_id("x", HIT_UPDATE, 0, b);
	assert_string_not_equal(a, b);
	hit_id("x", HIT_NEW, 1, b);
	assert_string_not_equal(a, b);
	hit_id("y", HIT_NEW, 0, b);
	assert_string_not_equal(a, b);
}

/* Every member of the golden hit has its line in the document. */
static void
check_documented(const struct json *j, const char *path, const char *document)
{
	struct json_iter it = {0};

	if (json_type(j) == JSON_ARRAY_)
		for (size_t i = 0; i < json_size(j); i++)
			check_documented(json_at(j, i), path, document);
	while (json_next(j, &it)) {
		char *name = mem_printf(
			"%s%s%.*s", path, *path ? "." : "", SPAN_ARG(it.key));
		char *row = mem_printf("| `%s` |", name);

		if (!strstr(document, row))
			fail_msg("doc/HIT.md has no row %s", row);
		check_documented(it.value, name, document);
		mem_free(&row);
		mem_free(&name);
	}
}

static void
every_field_is_documented(void **state)
{
	char *golden = read_file(GOLDEN);
	char *document = read_file(DOCUMENT);
	struct err err = {0};
	struct json *root;

	(void)state;
	assert_int_equal(json_parse(span_of(golden), GOLDEN, &root, &err), 0);
	check_documented(root, "", document);
	json_free(&root);
	mem_free(&golden);
	mem_free(&document);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hit_is_written_as_in_the_golden_file),
		cmocka_unit_test(
			reading_and_writing_again_gives_the_same_bytes),
		cmocka_unit_test(an_early_hit_has_nulls_and_empty_lists),
		cmocka_unit_test(the_view_has_every_field),
		cmocka_unit_test(
			text_is_cut_at_a_character_and_what_lies_beyond_is_left_out),
		cmocka_unit_test(text_of_exactly_the_limit_is_whole),
		cmocka_unit_test(
			a_hit_that_is_too_large_loses_mentions_not_its_end),
		cmocka_unit_test(
			a_hit_of_the_largest_size_keeps_all_and_one_byte_more_does_not),
		cmocka_unit_test(what_cannot_fit_at_all_leaves_the_buffer_full),
		cmocka_unit_test(what_was_in_the_buffer_stays),
		cmocka_unit_test(a_hit_that_is_none_is_refused_with_the_reason),
		cmocka_unit_test(unknown_fields_and_absent_ones_are_fine),
		cmocka_unit_test(the_id_depends_on_item_kind_and_revision),
		cmocka_unit_test(every_field_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
