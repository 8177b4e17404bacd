#include "testing.h"

#include "base/vec.h"
#include "story/cluster.h"

#define HOUR_MS ((int64_t)3600 * 1000)
#define DAY_MS (24 * HOUR_MS)

static const char ferry[] =
	"A passenger ferry carrying 212 people sank in rough seas off the "
	"coast of Sulawesi on Monday night, and 43 of them were still missing "
	"a day later, the search agency Basarnas said. The Cahaya Timur left "
	"the port of Baubau in the afternoon and sent a distress call four "
	"hours later, when water came into the engine room.";

static struct item_key
key_of(uint32_t n)
{
	struct item_key id = {{0}};

	memcpy(id.b, &n, sizeof(n));
	return id;
}

static struct cluster_place
put(struct cluster *c, uint32_t n, int64_t when_ms, const char *title,
	const char *text)
{
	struct item item = {.title = span_of(title), .text = span_of(text)};
	struct item_key id = key_of(n);
	struct cluster_place place;
	struct features f;

	features_make(&item, &f);
	cluster_put(c, &id, when_ms, &f, &place);
	return place;
}

static bool
is_key(const struct item_key *a, uint32_t n)
{
	struct item_key b = key_of(n);

	return memcmp(a, &b, sizeof(b)) == 0;
}

static void
the_first_item_gives_a_story_its_id(void **state)
{
	struct cluster *c = cluster_new(NULL);
	struct cluster_place a = put(c, 7, 0, "Ferry sinks", ferry);
	struct cluster_place b = put(c, 8, HOUR_MS, "Ferry sinks", ferry);

	(void)state;
	assert_true(a.begins);
	assert_true(is_key(&a.story, 7));
	assert_false(b.begins);
	assert_true(is_key(&b.story, 7));
	assert_int_equal(b.articles, 2);
	assert_int_equal(b.first_ms, 0);
	cluster_free(&c);
}

static void
a_copy_is_old_text_and_a_report_with_news_is_not(void **state)
{
	struct cluster *c = cluster_new(NULL);
	struct cluster_place first = put(c, 1, 0, "Ferry sinks", ferry);
	struct cluster_place copy = put(c, 2, 1, "Ferry sinks", ferry);
	struct cluster_place more = put(c, 3, 2,
		"Ferry sinks off Sulawesi: captain arrested",
		"The captain of the passenger ferry Cahaya Timur, which sank "
		"off the coast of Sulawesi with 212 people, was arrested. "
		"Basarnas ended its search; prosecutors in Makassar accuse "
		"Hendra Wijaya of sailing with forged papers.");

	(void)state;
	assert_true(first.fresh >= 1);
	assert_true(copy.fresh < 0.01F);
	assert_true(is_key(&more.story, 1));
	assert_true(more.fresh > 0.2F);
	cluster_free(&c);
}

struct veto_row {
	const char *a_title, *a_text, *b_title, *b_text;
};

static void
look_alikes_of_other_names_are_held_apart(void **state)
{
	static const struct veto_row rows[] = {
		{"Alder Energy declares dividend",
			"The board of directors of Alder Energy declared a "
			"quarterly cash dividend of $0.31 per share, payable "
			"on June 12 to shareholders of record, said "
			"chairwoman Anna Keller in Denver.",
			"Corvid Foods declares dividend",
			"The board of directors of Corvid Foods declared a "
			"quarterly cash dividend of $0.74 per share, payable "
			"on June 19 to shareholders of record, said "
			"chairman Tom Walsh in Leeds."},
		{"Quake hits northern Chile",
			"An earthquake of magnitude 6.8 struck near "
			"Antofagasta in Chile early on Monday, the agency "
			"Onemi said. There were no reports of damage.",
			"Quake hits northern Japan",
			"An earthquake of magnitude 6.1 struck near Hakodate "
			"in Japan early on Monday, the broadcaster Enhakei "
			"said. There were no reports of damage."},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct cluster *c = cluster_new(NULL);

		put(c, 1, 0, rows[i].a_title, rows[i].a_text);
		assert_true(
			put(c, 2, 1, rows[i].b_title, rows[i].b_text).begins);
		/* and a copy of each goes to its own */
		assert_false(
			put(c, 3, 2, rows[i].a_title, rows[i].a_text).begins);
		struct cluster_place b =
			put(c, 4, 3, rows[i].b_title, rows[i].b_text);

		assert_true(is_key(&b.story, 2));
		cluster_free(&c);
	}
}

/* The first items that a daemon sees: every word is as rare as the others. */
static void
what_is_watched_makes_no_two_happenings_one(void **state)
{
	static const char *const texts[][2] = {
		{"Meta plans to open-source its next AI models, sources say",
			"Meta plans to open-source its next family of AI "
			"models, two people familiar with the plan said. They "
			"asked not to be named because the plan is private."},
		{"Meta opens a canteen in Lisbon",
			"The canteen has room for forty people, Meta said, and "
			"a garden."},
		{"Meta to cut 600 jobs in its AI unit",
			"Meta said so on Monday in a statement."},
	};
	struct cluster *c = cluster_new(NULL);

	(void)state;
	for (uint32_t i = 0; i < N_ROWS(texts); i++) {
		struct item item = {.title = span_of(texts[i][0]),
			.text = span_of(texts[i][1])};
		struct item_key id = key_of(i + 1);
		struct cluster_place place;
		struct features f;

		features_make(&item, &f);
		features_watch(&f, SPAN_LIT("Meta"));
		cluster_put(c, &id, i, &f, &place);
		if (!place.begins)
			fail_msg("%s", texts[i][0]);
	}
	cluster_free(&c);
}

static void
a_template_with_other_figures_is_no_copy(void **state)
{
	struct cluster *c = cluster_new(NULL);

	(void)state;
	put(c, 1, 0, "Distribution",
		"the trust declares a distribution of 31.25 cents on 1,840 "
		"units for holders of record, with tax at 12.5 percent, and "
		"thanks its holders for their patience in a hard season");
	assert_true(put(c, 2, 1, "Distribution",
		"the trust declares a distribution of 74.5 cents on 9,110 "
		"units for holders of record, with tax at 20.75 percent, and "
		"thanks its holders for their patience in a hard season")
			    .begins);
	cluster_free(&c);
}

static void
silence_for_the_window_closes_a_story(void **state)
{
	struct cluster *c = cluster_new(NULL);

	(void)state;
	put(c, 1, 0, "Ferry sinks", ferry);
	assert_false(
		put(c, 2, CLUSTER_WINDOW_MS - 1, "Ferry sinks", ferry).begins);
	cluster_expire(c, 2 * CLUSTER_WINDOW_MS - 1);
	assert_int_equal(cluster_count(c), 1);
	cluster_expire(c, 2 * CLUSTER_WINDOW_MS);
	assert_int_equal(cluster_count(c), 0);
	assert_true(
		put(c, 3, 2 * CLUSTER_WINDOW_MS, "Ferry sinks", ferry).begins);
	cluster_free(&c);
}

static void
an_item_that_is_put_again_joins_the_story_it_began(void **state)
{
	struct cluster *c = cluster_new(NULL);
	struct cluster_place p;

	(void)state;
	put(c, 1, 0, "Ferry sinks", ferry);
	p = put(c, 1, 1, "Cocoa at record", "Beans are dear in London.");
	assert_true(is_key(&p.story, 1));
	assert_int_equal(cluster_count(c), 1);
	cluster_free(&c);
}

static void
an_item_between_two_stories_makes_them_one(void **state)
{
	struct cluster *c = cluster_new(NULL);
	struct cluster_place p;
	struct item_key two = key_of(2), resolved;

	(void)state;
	put(c, 1, 0, "Voss resigns", "");
	put(c, 2, 1, "Larkin Motors chief quits", "");
	assert_int_equal(cluster_count(c), 2);
	p = put(c, 3, 2, "Larkin Motors chief Voss resigns, quits", "");
	assert_true(p.merged);
	assert_true(is_key(&p.story, 1));
	assert_true(is_key(&p.merged_from, 2));
	assert_int_equal(p.articles, 3);
	assert_int_equal(cluster_count(c), 1);
	resolved = cluster_resolve(c, &two);
	assert_true(is_key(&resolved, 1));
	cluster_free(&c);
}

/* Texts over an invented world: a few happenings, told in many ways. */
struct world {
	struct rng r;
	struct strbuf title, text;
};

static void
world_word(struct strbuf *b, uint32_t n, bool name)
{
	char word[8];

	for (size_t i = 0; i < 6; i++, n /= 20)
		word[i] = "bcdfghklmnprstvzaeio"[n % 20];
	if (name)
		word[0] = (char)(word[0] - 32);
	strbuf_put(b, word, 6);
	strbuf_char(b, ' ');
}

static void
world_item(struct world *w, unsigned n_happenings)
{
	uint32_t what = rng_below(&w->r, n_happenings) * 7919U;

	strbuf_clear(&w->title);
	strbuf_clear(&w->text);
	for (unsigned i = 0; i < 5; i++)
		world_word(&w->title, (what + rng_below(&w->r, 8)) * 2654435U,
			false);
	for (unsigned i = 0; i < 40; i++) {
		bool own = rng_below(&w->r, 2) == 0;
		uint32_t word = own ? what + rng_below(&w->r, 16)
				    : 90000000U + rng_below(&w->r, 3000);

		world_word(&w->text, word * 2654435U, own && i % 3 == 0);
	}
}

static struct cluster_place
put_world(struct cluster *c, struct world *w, uint32_t n)
{
	return put(c, n, n * HOUR_MS / 60, strbuf_cstr(&w->title),
		strbuf_cstr(&w->text));
}

static struct world
world_new(void)
{
	return (struct world){
		.r = test_rng(),
		.title = STRBUF_INIT(4096),
		.text = STRBUF_INIT(65536),
	};
}

static void
world_fini(struct world *w)
{
	strbuf_fini(&w->title);
	strbuf_fini(&w->text);
}

static void
the_same_calls_give_the_same_stories(void **state)
{
	struct world w = world_new();
	struct cluster *a = cluster_new(NULL), *b = cluster_new(NULL);

	(void)state;
	for (uint32_t n = 1; n < 1000; n++) {
		world_item(&w, 60);
		struct cluster_place pa = put_world(a, &w, n);
		struct cluster_place pb = put_world(b, &w, n);

		assert_memory_equal(&pa.story, &pb.story, sizeof(pa.story));
		assert_int_equal(pa.merged, pb.merged);
	}
	cluster_free(&a);
	cluster_free(&b);
	world_fini(&w);
}

static void
no_more_stories_are_held_than_allowed(void **state)
{
	const struct cluster_limits limits = {
		.window_ms = 1000 * DAY_MS, .stories = 50, .merged = 4};
	struct cluster *c = cluster_new(&limits);
	struct world w = world_new();
	size_t bytes = 0;

	(void)state;
	for (uint32_t n = 1; n < 3000; n++) {
		world_item(&w, 100000);
		put_world(c, &w, n);
		assert_true(cluster_count(c) <= 50);
		if (n == 1000)
			bytes = cluster_bytes(c);
	}
	assert_true(cluster_bytes(c) < bytes + bytes / 10);
	cluster_free(&c);
	world_fini(&w);
}

/* Records as a store keeps them: a story's is replaced by each item. */
struct kept {
	enum cluster_record_kind kind;
	struct item_key key;
	char *bytes;
	size_t n;
};

struct store {
	VEC(struct kept) all;
};

static void
drop(struct store *s, const struct item_key *key)
{
	for (size_t i = 0; i < s->all.n; i++) {
		if (memcmp(&s->all.p[i].key, key, sizeof(*key)) != 0)
			continue;
		mem_free(&s->all.p[i].bytes);
		vec_remove(&s->all, i);
		return;
	}
}

static void
keep(struct store *s, enum cluster_record_kind kind, const struct item_key *key,
	struct span bytes)
{
	drop(s, key);
	vec_push(&s->all, (struct kept){kind, *key, span_dup(bytes), bytes.n});
}

static void
keep_place(struct store *s, struct cluster *c, const struct cluster_place *p)
{
	struct strbuf b = STRBUF_INIT(STORY_BYTES_MAX);

	assert_true(cluster_export_story(c, &p->story, &b));
	keep(s, CLUSTER_RECORD_STORY, &p->story, strbuf_as_span(&b));
	if (p->merged)
		keep(s, CLUSTER_RECORD_MERGED, &p->merged_from,
			span_make(
				(const char *)p->story.b, sizeof(p->story.b)));
	strbuf_fini(&b);
}

static void
keep_terms(struct store *s, struct cluster *c)
{
	struct strbuf b = STRBUF_INIT(CLUSTER_TERMS_BYTES_MAX);
	struct item_key none = {{0}};

	cluster_export_terms(c, &b);
	keep(s, CLUSTER_RECORD_TERMS, &none, strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
give_back(struct store *s, struct cluster *c)
{
	struct err err = {0};

	for (size_t i = s->all.n; i-- > 0;) {
		struct kept *k = &s->all.p[i];
		struct cluster_record r = {
			k->kind, k->key, span_make(k->bytes, k->n)};

		if (cluster_import(c, &r, &err) < 0)
			fail_msg("%s", err.msg);
	}
}

static void
store_fini(struct store *s)
{
	vec_each (struct kept *, k, &s->all)
		mem_free(&k->bytes);
	vec_fini(&s->all);
}

static void
a_restart_changes_no_decision(void **state)
{
	struct world w = world_new();
	struct cluster *a = cluster_new(NULL), *b = cluster_new(NULL);
	struct store s = {0};
	uint32_t n;

	(void)state;
	for (n = 1; n < 600; n++) {
		struct cluster_place p;

		world_item(&w, 60);
		p = put_world(a, &w, n);
		keep_place(&s, a, &p);
	}
	keep_terms(&s, a);
	give_back(&s, b);
	assert_int_equal(cluster_count(a), cluster_count(b));
	for (; n < 1200; n++) {
		world_item(&w, 60);
		struct cluster_place pa = put_world(a, &w, n);
		struct cluster_place pb = put_world(b, &w, n);

		assert_memory_equal(&pa.story, &pb.story, sizeof(pa.story));
		assert_int_equal(pa.articles, pb.articles);
	}
	store_fini(&s);
	cluster_free(&a);
	cluster_free(&b);
	world_fini(&w);
}

static void
give_back_one(struct store *s, struct cluster *c, const struct item_key *key)
{
	cluster_forget(c, key);
	vec_each (struct kept *, k, &s->all) {
		struct cluster_record r = {
			k->kind, k->key, span_make(k->bytes, k->n)};

		if (memcmp(&k->key, key, sizeof(*key)) == 0)
			assert_int_equal(cluster_import(c, &r, NULL), 0);
	}
}

static void
assert_as_kept(struct store *s, struct cluster *c)
{
	struct strbuf b = STRBUF_INIT(STORY_BYTES_MAX);
	size_t open = 0;

	vec_each (struct kept *, k, &s->all) {
		struct item_key now = cluster_resolve(c, &k->key);
		bool merged = memcmp(&now, &k->key, sizeof(now)) != 0;

		assert_int_equal(merged, k->kind == CLUSTER_RECORD_MERGED);
		if (merged)
			continue;
		strbuf_clear(&b);
		assert_true(cluster_export_story(c, &k->key, &b));
		assert_int_equal(b.n, k->n);
		assert_memory_equal(b.p, k->bytes, b.n);
		open++;
	}
	assert_int_equal(cluster_count(c), open);
	strbuf_fini(&b);
}

static void
a_merge_can_be_undone(void **state)
{
	struct cluster *c = cluster_new(NULL);
	struct store s = {0};
	struct cluster_place p;

	(void)state;
	p = put(c, 1, 0, "Voss resigns", "");
	keep_place(&s, c, &p);
	p = put(c, 2, 1, "Larkin Motors chief quits", "");
	keep_place(&s, c, &p);
	p = put(c, 3, 2, "Larkin Motors chief Voss resigns, quits", "");
	assert_true(p.merged);
	give_back_one(&s, c, &p.story);
	give_back_one(&s, c, &p.merged_from);
	assert_as_kept(&s, c);
	p = put(c, 3, 2, "Larkin Motors chief Voss resigns, quits", "");
	assert_true(p.merged);
	store_fini(&s);
	cluster_free(&c);
}

/* What a failed unit of work did is undone by forgetting the stories that it
 * touched and giving them back as they are kept. */
static void
a_put_can_be_undone(void **state)
{
	struct world w = world_new();
	struct cluster *c = cluster_new(NULL);
	struct store s = {0};

	(void)state;
	for (uint32_t n = 1; n < 1000; n++) {
		struct cluster_place p;

		world_item(&w, 60);
		p = put_world(c, &w, n);
		if (rng_below(&w.r, 2) == 0) {
			keep_place(&s, c, &p);
			continue;
		}
		give_back_one(&s, c, &p.story);
		if (p.merged)
			give_back_one(&s, c, &p.merged_from);
		assert_as_kept(&s, c);
	}
	store_fini(&s);
	cluster_free(&c);
	world_fini(&w);
}

static void
a_broken_record_is_refused_and_changes_nothing(void **state)
{
	struct cluster *a = cluster_new(NULL), *b = cluster_new(NULL);
	struct strbuf bytes = STRBUF_INIT(1 << 20);
	struct item_key one = key_of(1);
	struct err err = {0};

	(void)state;
	put(a, 1, 0, "Ferry sinks", ferry);
	assert_true(cluster_export_story(a, &one, &bytes));
	for (size_t n = 0; n < bytes.n; n++) {
		struct cluster_record r = {
			CLUSTER_RECORD_STORY, one, span_make(bytes.p, n)};

		assert_int_equal(cluster_import(b, &r, &err), -1);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	assert_int_equal(cluster_count(b), 0);
	strbuf_fini(&bytes);
	cluster_free(&a);
	cluster_free(&b);
}

static void
empty_items_are_stories_of_their_own(void **state)
{
	struct cluster *c = cluster_new(NULL);

	(void)state;
	assert_true(put(c, 1, 0, "", "").begins);
	assert_true(put(c, 2, 0, "", "").begins);
	assert_true(put(c, 3, 0, "The news today", "").begins);
	cluster_free(&c);
}

static const struct {
	const char *first, *second;
	int hours;
	bool same;
} headline_pairs[] = {
	/* one template, other names or figures */
	{"Acmera Q2 results: net profit up 12%",
		"Birchen Q2 results: net profit up 14%", 1, false},
	{"Norland Fund files 13F: 1,234 shares of Oaken Ltd",
		"Norland Fund files 13F: 9,876 shares of Elmer Ltd", 1, false},
	{"Harbor Lane Has $1.23 Million Stake in Zenit Corp. (NYSE:ZNT)",
		"Harbor Lane Has $4.56 Million Stake in Birchen Corp. "
		"(NYSE:BRC)",
		1, false},
	{"Zenit Corp (ZNT) Q2 2026 Earnings Call Transcript",
		"Birchen Corp (BRC) Q2 2026 Earnings Call Transcript", 1,
		false},
	{"Nvidar results today", "Teslor results today", 1, false},
	/* a series, by its figure and by its date */
	{"Weekly jobless claims fall to 212,000",
		"Weekly jobless claims fall to 219,000", 7 * 24, false},
	{"Euro lottery results: winning numbers for Tuesday 6 January",
		"Euro lottery results: winning numbers for Friday 9 January",
		3 * 24, false},
	/* one word in common */
	{"Storm hits Florida coast", "Storm warning for Scotland", 1, false},
	{"Apple unveils new phone", "Apple harvest fails", 1, false},
	/* the same in other words, or further on */
	{"Zenit to buy Birchen for $2 billion",
		"Zenit buys rival Birchen in $2 billion deal", 1, true},
	{"Tanker explosion in Oslo harbour kills 12",
		"Tanker explosion in Oslo harbour kills 15", 3, true},
	{"Zenit unveils folding phone in Berlin",
		"Zenit launches folding phone in Berlin", 1, true},
};

static void
headlines_of_one_template_are_stories_of_their_own(void **state)
{
	size_t n = sizeof(headline_pairs) / sizeof(*headline_pairs);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct cluster *c = cluster_new(NULL);
		struct cluster_place place;

		put(c, 1, 0, headline_pairs[i].first, "");
		place = put(c, 2, headline_pairs[i].hours * HOUR_MS,
			headline_pairs[i].second, "");
		if (place.begins == headline_pairs[i].same)
			fail_msg("%s | %s: %s", headline_pairs[i].first,
				headline_pairs[i].second,
				place.begins ? "apart" : "together");
		cluster_free(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_item_gives_a_story_its_id),
		cmocka_unit_test(
			a_copy_is_old_text_and_a_report_with_news_is_not),
		cmocka_unit_test(look_alikes_of_other_names_are_held_apart),
		cmocka_unit_test(what_is_watched_makes_no_two_happenings_one),
		cmocka_unit_test(a_template_with_other_figures_is_no_copy),
		cmocka_unit_test(silence_for_the_window_closes_a_story),
		cmocka_unit_test(
			an_item_that_is_put_again_joins_the_story_it_began),
		cmocka_unit_test(an_item_between_two_stories_makes_them_one),
		cmocka_unit_test(the_same_calls_give_the_same_stories),
		cmocka_unit_test(no_more_stories_are_held_than_allowed),
		cmocka_unit_test(a_restart_changes_no_decision),
		cmocka_unit_test(a_merge_can_be_undone),
		cmocka_unit_test(a_put_can_be_undone),
		cmocka_unit_test(
			a_broken_record_is_refused_and_changes_nothing),
		cmocka_unit_test(empty_items_are_stories_of_their_own),
		cmocka_unit_test(
			headlines_of_one_template_are_stories_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
