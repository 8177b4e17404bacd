/*
 * Stories of the running daemon, over a real store: what is said with the
 * members that are kept in memory is what a plain reading of the store says,
 * whatever happened before: items, edits, stories that become one, units that
 * fail, reloads, retention.
 */
#include "testing.h"

#include "base/arena.h"
#include "base/strbuf.h"
#include "daemon/stories_private.h"
#include "model/hit.h"
#include "model/json.h"
#include "model/limits.h"

#define TOPICS 4
#define TOPIC_WORDS 30
#define UNIT_ITEMS 3
#define START_MS INT64_C(1767225600000)

struct world {
	struct rng r;
	char *dir;
	struct store *store;
	struct stories *stories;
	int64_t now_ms;
	unsigned n_items; /* made so far; edits are of one of them */
	struct strbuf wire; /* a text that others copy */
	unsigned puts, edits, undone, large, copies;
};

/* -- items ------------------------------------------------------------------
 */

static const struct span wire_domain[] = {SPAN_INIT("wire.example")};
static const struct entity_text wire_domains[] = {
	{.text = SPAN_INIT("wire.example")}};
static const struct publisher publishers[] = {
	{.name = SPAN_INIT("Harbour Wire"),
		.domains = {wire_domains, N_ROWS(wire_domains)},
		.family = SPAN_INIT("Harbour Group"),
		.kind = PUBLISHER_WIRE},
};
static const struct publisher_list publisher_lists[] = {
	{publishers, N_ROWS(publishers)}, {NULL, 0}};

static const struct hit_entity entities[] = {
	{.id = SPAN_INIT("acme"),
		.name = SPAN_INIT("Acme"),
		.kind = ENTITY_COMPANY,
		.relevance = 90,
		.confidence = .9},
	{.id = SPAN_INIT("umbra"),
		.name = SPAN_INIT("Umbra"),
		.kind = ENTITY_COMPANY,
		.relevance = 60,
		.confidence = .7},
};

/* A word that only this topic has. */
static void
put_word(struct strbuf *b, unsigned topic, unsigned word)
{
	static const char *const sounds[] = {"ba", "ke", "di", "mo", "fu", "ra",
		"zi", "to", "ne", "gu", "la", "pi", "so", "ve"};

	strbuf_printf(b, "%s%s%s ", sounds[topic % N_ROWS(sounds)],
		sounds[word % N_ROWS(sounds)],
		sounds[(topic + 3 * word) % N_ROWS(sounds)]);
}

static void
put_words(struct world *w, struct strbuf *b, unsigned topic, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		put_word(b, topic, rng_below(&w->r, TOPIC_WORDS));
}

/* A text of a topic, most often of the first; some are of two, so that stories
 * become one. */
static void
write_item(struct world *w, struct arena *a, struct item *out)
{
	struct strbuf b = STRBUF_INIT(4096);
	unsigned topic = rng_below(&w->r, 2) ? 0 : rng_below(&w->r, TOPICS);
	static const char *const cues[] = {"Harbour Wire reported. ",
		"People familiar with the matter told Harbour Wire. ",
		"Acme said in a statement. ", "Feed 7 first reported it. ", ""};

	*out = (struct item){.published = {w->now_ms}, .updated = {w->now_ms}};
	put_words(w, &b, topic, 6);
	out->title = arena_span(a, strbuf_as_span(&b));
	strbuf_clear(&b);
	put_words(w, &b, topic, 6 + rng_below(&w->r, 60));
	if (rng_below(&w->r, 40) == 0)
		put_words(w, &b, (topic + 1) % TOPICS, 60);
	if (rng_below(&w->r, 4) == 0) {
		strbuf_clear(&w->wire);
		strbuf_span(&w->wire, strbuf_as_span(&b));
	} else if (rng_below(&w->r, 3) == 0) {
		strbuf_clear(&b);
		strbuf_span(&b, strbuf_as_span(&w->wire));
	}
	strbuf_str(&b, ". ");
	strbuf_str(&b, cues[rng_below(&w->r, N_ROWS(cues))]);
	out->summary = out->text = arena_span(a, strbuf_as_span(&b));
	strbuf_clear(&b);
	strbuf_printf(&b, "https://%s/%u",
		rng_below(&w->r, 4) ? "feeds.example" : "wire.example",
		rng_below(&w->r, 1000000));
	out->url = arena_span(a, strbuf_as_span(&b));
	strbuf_fini(&b);
}

static const struct hit_event *
make_event(struct world *w, struct arena *a)
{
	struct hit_event *e = arena_new_obj(a, struct hit_event);
	struct hit_fact *f = arena_new_obj(a, struct hit_fact);
	unsigned millions = 10 + rng_below(&w->r, 5);

	*f = (struct hit_fact){
		.kind = SPAN_LIT("money"),
		.value = millions * 1e6,
		.currency = SPAN_LIT("USD"),
		.text = span_of(arena_printf(a, "$%u million", millions)),
	};
	*e = (struct hit_event){
		.type = rng_below(&w->r, 3) ? SPAN_LIT("acquisition")
					    : SPAN_LIT("funding"),
		.entity = SPAN_LIT("Acme"),
		.modality = rng_below(&w->r, 5) ? SPAN_LIT("asserted")
						: SPAN_LIT("hedged"),
		.confidence = .8,
		.facts = f,
		.n_facts = 1,
	};
	return e;
}

/* As an analyser would send it. */
static void
make_item(struct world *w, struct arena *a, unsigned number,
	struct analyse_item *out)
{
	struct strbuf b = STRBUF_INIT(FEATURES_BYTES_MAX);
	struct features f;

	*out = (struct analyse_item){
		.entities = entities,
		.n_entities = 1 + rng_below(&w->r, 2),
		.events = make_event(w, a),
		.n_events = rng_below(&w->r, 2),
	};
	write_item(w, a, &out->item);
	out->item.guid = span_of(arena_printf(a, "guid %u", number));
	item_keys(&out->item, SPAN_LIT("https://feeds.example/f"), SPAN_NULL,
		&out->keys);
	item_version(&out->item, &out->version);
	features_make(&out->item, &f);
	features_format(&f, &b);
	out->features = arena_span(a, strbuf_as_span(&b));
	item_sources_find(
		&out->item, out->entities, out->n_entities, a, &out->sources);
	strbuf_fini(&b);
}

/* -- a plain reading --------------------------------------------------------
 */

static void
format(const struct hit_story *story, struct strbuf *out)
{
	struct json_w j;

	json_w_init(&j, out);
	hit_story_format(story, &j);
}

/* What the store alone says of the story, in the words of the place. */
static void
assert_as_plain(struct world *w, const struct stories_place *place,
	const struct item_key *item)
{
	struct arena *a = arena_new();
	struct strbuf said = STRBUF_INIT(1 << 20), plain = STRBUF_INIT(1 << 20);
	struct span changed[STORY_CHANGES_MAX];
	struct member_verdict *verdicts;
	struct stories_members all;
	struct story_case c = {.publishers = w->stories->publishers,
		.articles = place->row.articles};
	struct hit_story story = {0};
	size_t n_changed = 0;
	struct err err;

	assert_int_equal(
		stories_members(w->store, place->row.row, item, a, &all, &err),
		0);
	assert_true(all.n > 0);
	verdicts = arena_array(a, all.n, sizeof(*verdicts));
	c.members = all.p;
	c.n_members = all.n;
	story_report(&c, a, &story, verdicts);
	memcpy(story.id, place->story.id, sizeof(story.id));
	story.first_seen = place->row.first_seen;
	story.novelty = place->story.novelty;
	story.related = place->story.related;
	format(&place->story, &said);
	format(&story, &plain);
	assert_string_equal(strbuf_cstr(&said), strbuf_cstr(&plain));
	if (place->told && all.at < all.n) {
		struct story_change change = {
			.told = place->row.told,
			.now = &story,
			.members = all.p,
			.verdicts = verdicts,
			.n_members = all.n,
			.at = all.at,
		};

		n_changed = story_changes(&change, changed);
	}
	assert_int_equal(place->n_changed, n_changed);
	for (size_t i = 0; i < n_changed; i++)
		assert_true(span_eq(changed[i], place->changed[i]));
	for (size_t i = 0; i < all.n; i++)
		w->copies += verdicts[i].part == PART_COPY;
	w->large += all.n == STORY_MEMBERS_MAX;
	strbuf_fini(&plain);
	strbuf_fini(&said);
	arena_free(&a);
}

/* -- units ------------------------------------------------------------------
 */

static void
put_item(struct world *w, struct store_unit *u, struct arena *a,
	const struct analyse_item *item, const struct store_item *stored,
	struct stories_touched *touched)
{
	struct hit_feed feed = {
		.publisher = span_of(
			arena_printf(a, "Feed %u", rng_below(&w->r, 40))),
		.domain = rng_below(&w->r, 9) ? SPAN_LIT("feeds.example")
					      : wire_domain[0],
	};
	struct stories_item in = {
		.item = item,
		.stored = stored,
		.feed = &feed,
		.received = {w->now_ms},
		.says_new = stored->what == STORE_ITEM_NEW,
	};
	struct stories_place place;
	struct item_key key;
	struct err err;

	if (stored->what == STORE_ITEM_SAME)
		return;
	assert_true(hash_from_hex(span_of(stored->id), key.b, sizeof(key.b)));
	if (stories_put(w->stories, u, &in, a, touched, &place, &err) != 0)
		fail_msg("%s", err.msg);
	w->puts++;
	w->edits += stored->what == STORE_ITEM_CHANGED;
	assert_as_plain(w, &place, &key);
	assert_int_equal(stories_keep(u, &place, rng_below(&w->r, 2), &err), 0);
}

/* Three items, some of them new versions of older ones. One unit of ten
 * fails. */
static void
run_unit(struct world *w)
{
	struct arena *a = arena_new();
	struct analyse_item items[UNIT_ITEMS];
	struct store_item stored[UNIT_ITEMS] = {0};
	struct feed_state state = {.url = SPAN_LIT("https://feeds.example/f")};
	struct store_document d = {
		.now = {w->now_ms}, .items = stored, .n_items = UNIT_ITEMS};
	unsigned n_before = w->n_items;
	struct stories_touched touched = {0};
	struct store_unit *u;
	struct err err;

	assert_int_equal(store_unit_begin(w->store, &u, &err), 0);
	assert_int_equal(store_unit_feed(u, &state, &d.feed, &err), 0);
	for (unsigned i = 0; i < UNIT_ITEMS; i++) {
		bool edits = n_before > 0 && rng_below(&w->r, 5) == 0;

		make_item(w, a,
			edits ? rng_below(&w->r, n_before) : w->n_items++,
			&items[i]);
		stored[i] = (struct store_item){
			.keys = &items[i].keys,
			.version = items[i].version,
			.url = items[i].item.url,
			.title = items[i].item.title,
			.guid = items[i].item.guid,
			.text = items[i].item.text,
			.published = items[i].item.published,
			.updated = items[i].item.updated,
		};
	}
	assert_int_equal(store_unit_items(u, &d, &err), 0);
	for (unsigned i = 0; i < UNIT_ITEMS; i++)
		put_item(w, u, a, &items[i], &stored[i], &touched);
	if (rng_below(&w->r, 10) == 0) {
		store_unit_cancel(&u);
		stories_undo(w->stories, &touched);
		w->undone++;
	} else {
		assert_int_equal(store_unit_end(&u, NULL, NULL, &err), 0);
	}
	stories_touched_fini(&touched);
	arena_free(&a);
}

/* What else happens to a daemon. */
static void
run_other(struct world *w)
{
	struct err err;
	size_t n;

	switch (rng_below(&w->r, 40)) {
	case 0:
		stories_set_publishers(
			w->stories, &publisher_lists[rng_below(&w->r, 2)]);
		break;
	case 1: {
		struct wall before = {w->now_ms - 60000};
		struct store_unit *u;

		assert_int_equal(store_unit_begin(w->store, &u, &err), 0);
		assert_int_equal(
			store_unit_prune(u, before, 1000, &n, &err), 0);
		assert_int_equal(stories_tick(w->stories, u,
					 (struct wall){w->now_ms}, &err),
			0);
		assert_int_equal(store_unit_end(&u, NULL, NULL, &err), 0);
		break;
	}
	case 2:
		assert_int_equal(store_commit(w->store, &err), 0);
		break;
	default:
		break;
	}
}

static void
open_stories(struct world *w)
{
	struct err err;

	assert_int_equal(
		stories_open(w->store, &publisher_lists[0], &w->stories, &err),
		0);
}

static int
setup(void **state)
{
	struct world *w = mem_new(w);
	struct err err;
	char *path;

	w->r = test_rng();
	strbuf_init(&w->wire, 4096);
	w->now_ms = START_MS;
	w->dir = test_dir();
	path = mem_printf("%s/newswatch.db", w->dir);
	assert_int_equal(store_open(path, &w->store, &err), 0);
	mem_free(&path);
	open_stories(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	strbuf_fini(&w->wire);
	stories_close(&w->stories);
	store_close(&w->store);
	test_dir_free(&w->dir);
	mem_free(&w);
	return 0;
}

static void
what_is_kept_in_memory_says_what_the_store_says(void **state)
{
	struct world *w = *state;
	struct stories_stats s;

	for (unsigned i = 0; i < 450; i++) {
		w->now_ms += 20000;
		run_unit(w);
		run_other(w);
	}
	stories_get_stats(w->stories, &s);
	print_message(
		"# %u puts, %u of them edits, %u units undone, %u "
		"reports of a full story, %u copies, %llu stories merged\n",
		w->puts, w->edits, w->undone, w->large, w->copies,
		(unsigned long long)s.merged);
	/* It was no test if none of these happened. */
	assert_true(
		w->edits > 0 && w->undone > 0 && w->large > 0 && w->copies > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_kept_in_memory_says_what_the_store_says, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
