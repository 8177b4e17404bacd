/* What goes to an analyser and back arrives as it was; damage is noticed. */
#include "testing.h"

#include "analyse/codec.h"
#include "base/arena.h"

static const struct span texts[] = {
	SPAN_INIT(""),
	SPAN_INIT("Meta"),
	SPAN_INIT("Meta\xe2\x80\x99s new model"),
	SPAN_INIT("a\0b"),
};

static struct span
any_text(struct rng *r)
{
	return texts[rng_below(r, N_ROWS(texts))];
}

static void
fill_item(struct rng *r, struct analyse_item *it, struct arena *a)
{
	struct hit_entity *e = arena_array(a, 2, sizeof(*e));
	struct mention *m = arena_array(a, 1, sizeof(*m));
	struct hit_event *v = arena_array(a, 1, sizeof(*v));
	struct hit_fact *f = arena_array(a, 1, sizeof(*f));
	struct span *names = arena_array(a, 2, sizeof(*names));
	struct item_source *s = arena_array(a, 1, sizeof(*s));

	it->keys.n = 1 + rng_below(r, ITEM_KEYS_MAX);
	for (unsigned i = 0; i < it->keys.n; i++)
		it->keys.k[i].b[0] = (uint8_t)rng_next(r);
	it->version.b[15] = 7;
	it->item.published.ms = (int64_t)rng_next(r);
	it->item.updated.ms = ITEM_UNDATED;
	it->print.b[ITEM_PRINT_BYTES - 1] = 9;
	names[0] = any_text(r);
	names[1] = any_text(r);
	it->item.guid = rng_below(r, 2) ? any_text(r) : SPAN_NULL;
	it->item.url = any_text(r);
	it->item.authors = (struct item_spans){names, 2};
	it->known = rng_below(r, 4) == 0;
	if (it->known)
		return;
	it->item.title = SPAN_LIT("Meta speaks");
	it->item.summary = any_text(r);
	it->item.content = any_text(r);
	it->item.text =
		it->item.content.n > 0 ? it->item.content : it->item.summary;
	it->item.language = any_text(r);
	m[0] = (struct mention){FIELD_TITLE, 0, 4, SPAN_LIT("Meta")};
	e[0] = (struct hit_entity){.id = SPAN_LIT("meta"),
		.name = SPAN_LIT("Meta"),
		.kind = ENTITY_COMPANY,
		.tickers = {names, 1},
		.relevance = rng_below(r, 101),
		.confidence = rng_unit(r),
		.mentions = m,
		.n_mentions = 1};
	e[1] = (struct hit_entity){.id = any_text(r), .kind = ENTITY_TOPIC};
	it->entities = e;
	it->n_entities = 2;
	f[0] = (struct hit_fact){.kind = SPAN_LIT("money"),
		.value = 1.5e10,
		.currency = SPAN_LIT("USD"),
		.text = SPAN_LIT("$15 billion"),
		.start = 3,
		.end = 14};
	v[0] = (struct hit_event){.type = SPAN_LIT("mna"),
		.entity = SPAN_LIT("Meta"),
		.polarity = (int)rng_below(r, 3) - 1,
		.confidence = .5,
		.field = FIELD_TEXT,
		.sentence = any_text(r),
		.facts = f,
		.n_facts = 1};
	it->events = v;
	it->n_events = 1;
	it->features = any_text(r);
	s[0] = (struct item_source){
		.cue = BY_TOLD, .name = any_text(r), .quote = any_text(r)};
	it->sources = (struct item_sources){s, 1, {names, 2}};
}

static void
a_result_arrives_as_it_was(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct arena *a = arena_new();
		struct strbuf one = STRBUF_INIT(1 << 20),
			      two = STRBUF_INIT(1 << 20);
		struct analyse_item items[5] = {0};
		struct analyse_result in = {
			.whole = true,
			.message = any_text(&r),
			.format = SPAN_LIT("rss-2.0"),
			.ttl_s = -1,
			.skip_hours = 0xffffff,
			.items = items,
			.n_items = rng_below(&r, 6),
		};
		struct analyse_result out;
		struct err err;

		for (size_t i = 0; i < in.n_items; i++)
			fill_item(&r, &items[i], a);
		analyse_result_format(&in, &one);
		assert_int_equal(analyse_result_parse(
					 strbuf_as_span(&one), a, &out, &err),
			0);
		analyse_result_format(&out, &two);
		assert_int_equal(one.n, two.n);
		assert_memory_equal(one.p, two.p, one.n);
		for (size_t i = 0; i < out.n_items; i++)
			if (out.items[i].n_entities > 0)
				assert_span_equal(out.items[i]
							  .entities[0]
							  .mentions[0]
							  .text,
					"Meta");
		strbuf_fini(&one);
		strbuf_fini(&two);
		arena_free(&a);
	}
}

static void
a_job_arrives_as_it_was(void **state)
{
	const uint64_t known[2] = {1, UINT64_C(0xfedcba9876543210)};
	struct analyse_job in = {
		.feed_url = SPAN_LIT("https://example.com/feed"),
		.url = SPAN_LIT("https://cdn.example.com/feed"),
		.content_encoding = SPAN_LIT("gzip"),
		.body = SPAN_LIT("\x1f\x8b\0\1\2"),
		.known = known,
		.n_known = 2,
	};
	struct analyse_job out;
	struct arena *a = arena_new();
	struct strbuf b = STRBUF_INIT(4096);
	struct err err;

	(void)state;
	analyse_job_format(&in, &b);
	assert_int_equal(
		analyse_job_parse(strbuf_as_span(&b), a, &out, &err), 0);
	assert_span_equal(out.feed_url, "https://example.com/feed");
	assert_null(out.content_type.p);
	assert_int_equal(out.body.n, in.body.n);
	assert_memory_equal(out.body.p, in.body.p, in.body.n);
	assert_int_equal(out.n_known, 2);
	assert_memory_equal(out.known, known, sizeof(known));
	strbuf_fini(&b);
	arena_free(&a);
}

/* Each cut is refused; each flipped byte is refused or read, never worse. */
static void
damage_never_reaches_the_daemon(void **state)
{
	struct rng r = test_rng();
	struct arena *a = arena_new();
	struct strbuf b = STRBUF_INIT(1 << 20);
	struct analyse_item items[3] = {0};
	struct analyse_result in = {
		.format = SPAN_LIT("atom-1.0"), .items = items, .n_items = 3};
	struct analyse_result out;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		fill_item(&r, &items[i], a);
	analyse_result_format(&in, &b);
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(
			analyse_result_parse(span_make(b.p, n), a, &out, &err),
			-1);
	for (int i = 0; i < 20000; i++) {
		size_t at = rng_below(&r, (uint32_t)b.n);
		char old = b.p[at];
		struct strbuf again = STRBUF_INIT(1 << 22);

		b.p[at] = (char)rng_next(&r);
		if (analyse_result_parse(strbuf_as_span(&b), a, &out, &err) ==
			0)
			analyse_result_format(&out, &again);
		b.p[at] = old;
		strbuf_fini(&again);
		if (i % 100 == 0)
			arena_reset(a);
		if (i % 100 == 0) {
			/* The items lived in it, too. */
			strbuf_clear(&b);
			memset(items, 0, sizeof(items));
			for (size_t k = 0; k < 3; k++)
				fill_item(&r, &items[k], a);
			analyse_result_format(&in, &b);
		}
	}
	strbuf_fini(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_arrives_as_it_was),
		cmocka_unit_test(a_job_arrives_as_it_was),
		cmocka_unit_test(damage_never_reaches_the_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
