/* Stories: written with their items or not at all, found again, merged,
 * closed, pruned. */
#include "fixture.h"

#include "store/stories.h"

static struct item_key
id_of(const char *name)
{
	return key_of(span_of(name));
}

static struct store_story
story_of(const char *name, int64_t last_ms)
{
	return (struct store_story){
		.id = id_of(name),
		.first_seen = {1000},
		.last = {last_ms},
		.articles = 1,
		.title = SPAN_LIT("Meta will"),
		.url = SPAN_LIT("https://example.com/a"),
		.json = SPAN_LIT("{}"),
		.told = SPAN_LIT("reported 0 0"),
		.state = SPAN_LIT("state"),
	};
}

static int64_t
put(struct fixture *f, struct store_unit *u, const char *name, int64_t last_ms)
{
	struct store_story s = story_of(name, last_ms);
	int64_t row;

	OK(store_unit_story(u, &s, &row, &f->err));
	return row;
}

static void
member(struct fixture *f, struct store_unit *u, int64_t story, int64_t item,
	const char *bytes)
{
	OK(store_unit_story_member(u, story, item, span_of(bytes), &f->err));
}

/* The members' bytes in order, as text, and the last one's item. */
static void
assert_members(struct fixture *f, int64_t story, size_t first, size_t latest,
	const char *expected, int64_t last)
{
	struct arena *a = arena_new();
	struct strbuf text = STRBUF_INIT(1000);
	struct store_members all;

	OK(store_story_members(f->s, story, first, latest, a, &all, &f->err));
	for (size_t i = 0; i < all.bytes.n; i++)
		strbuf_span(&text, all.bytes.p[i]);
	assert_string_equal(strbuf_cstr(&text), expected);
	assert_int_equal(all.last, last);
	strbuf_fini(&text);
	arena_free(&a);
}

static bool
get(struct fixture *f, const char *name, struct arena *a,
	struct store_story *out)
{
	struct item_key id = id_of(name);
	bool found;

	OK(store_story_get(f->s, &id, a, out, &found, &f->err));
	return found;
}

static void
a_story_is_replaced_and_found_by_id_and_item(void **state)
{
	struct fixture *f = *state;
	struct arena *a = arena_new();
	struct store_unit *u = begin(f);
	int64_t row = put(f, u, "s", 5000);
	struct store_story s;
	bool found;

	member(f, u, row, 7, "m");
	assert_int_equal(put(f, u, "s", 6000), row);
	end(f, u);
	commit(f);
	reopen(f);
	assert_true(get(f, "s", a, &s));
	assert_int_equal(s.last.ms, 6000);
	assert_span_equal(s.told, "reported 0 0");
	assert_span_equal(s.state, "state");
	assert_false(s.merged);
	assert_false(get(f, "t", a, &s));
	OK(store_story_of_item(f->s, 7, a, &s, &found, &f->err));
	assert_true(found);
	assert_int_equal(s.row, row);
	OK(store_story_of_item(f->s, 8, a, &s, &found, &f->err));
	assert_false(found);
	arena_free(&a);
}

static void
of_many_members_the_first_and_the_latest_are_read(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u = begin(f);
	int64_t row = put(f, u, "s", 5000);

	for (int64_t i = 0; i < 9; i++) {
		char digit[] = {(char)('1' + i), '\0'};

		member(f, u, row, 10 + i, digit);
	}
	end(f, u);
	assert_members(f, row, 9, 5, "123456789", 18);
	assert_members(f, row, 20, 5, "123456789", 18);
	assert_members(f, row, 3, 2, "12389", 18);
	assert_members(f, row, 7, 5, "123456789", 18);
}

static void
an_item_is_in_one_story_only(void **state)
{
	struct fixture *f = *state;
	struct store_unit *u = begin(f);
	int64_t s = put(f, u, "s", 5000), t = put(f, u, "t", 5000);

	member(f, u, s, 1, "a");
	member(f, u, t, 1, "b");
	end(f, u);
	assert_members(f, s, 9, 9, "", 0);
	assert_members(f, t, 9, 9, "b", 1);
}

struct found {
	char text[200];
};

static bool
on_found(const struct store_story *s, void *arg)
{
	struct found *out = arg;
	size_t n = strlen(out->text);

	snprintf(out->text + n, sizeof(out->text) - n, "%lld ",
		(long long)s->row);
	return true;
}

static const char *
find(struct fixture *f, struct found *out, const char *entity, int64_t before,
	int64_t since_ms)
{
	struct store_story_query q = {span_of(entity), before, {since_ms}, 10};

	out->text[0] = '\0';
	OK(store_stories_find(f->s, &q, on_found, out, &f->err));
	return out->text;
}

static void
stories_are_found_by_whom_they_are_about(void **state)
{
	static const struct span both[] = {
		SPAN_INIT("meta"), SPAN_INIT("wang")};
	struct fixture *f = *state;
	struct store_unit *u = begin(f);
	struct found out;
	unsigned common;
	int64_t row[3];

	for (int i = 0; i < 3; i++) {
		char name[] = {(char)('a' + i), '\0'};

		row[i] = put(f, u, name, 5000 + i);
		OK(store_unit_story_entities(
			u, row[i], both, i == 1 ? 1 : 2, &f->err));
	}
	end(f, u);
	assert_string_equal(find(f, &out, "meta", INT64_MAX, 0), "3 2 1 ");
	assert_string_equal(find(f, &out, "wang", INT64_MAX, 0), "3 1 ");
	assert_string_equal(find(f, &out, "wang", 3, 0), "1 ");
	assert_string_equal(find(f, &out, "meta", INT64_MAX, 5001), "3 2 ");
	assert_string_equal(find(f, &out, "", INT64_MAX, 5001), "3 2 ");
	assert_string_equal(find(f, &out, "other", INT64_MAX, 0), "");
	OK(store_story_common(f->s, row[1], both, 2, &common, &f->err));
	assert_int_equal(common, 1);
}

static void
a_merged_story_gives_its_items_away_and_leads_to_the_other(void **state)
{
	static const struct span ids[] = {SPAN_INIT("meta"), SPAN_INIT("wang")};
	struct fixture *f = *state;
	struct arena *a = arena_new();
	struct store_unit *u = begin(f);
	int64_t s = put(f, u, "s", 5000), t = put(f, u, "t", 5000);
	struct item_key from = id_of("t"), into = id_of("s");
	struct item_key unknown = id_of("u");
	struct store_story gone;
	struct found out;

	member(f, u, s, 1, "a");
	member(f, u, t, 2, "b");
	OK(store_unit_story_entities(u, s, ids, 1, &f->err));
	OK(store_unit_story_entities(u, t, ids, 2, &f->err));
	OK(store_unit_story_merge(u, &from, &into, &f->err));
	OK(store_unit_story_merge(u, &unknown, &into, &f->err));
	end(f, u);
	assert_members(f, s, 9, 9, "ab", 2);
	assert_true(get(f, "t", a, &gone));
	assert_true(gone.merged);
	assert_memory_equal(&gone.into, &into, sizeof(into));
	assert_null(gone.state.p);
	assert_string_equal(find(f, &out, "wang", INT64_MAX, 0), "1 ");
	assert_string_equal(find(f, &out, "", INT64_MAX, 0), "1 ");
	arena_free(&a);
}

static void
a_unit_that_fails_leaves_no_story(void **state)
{
	struct fixture *f = *state;
	struct arena *a = arena_new();
	struct store_unit *u = begin(f);
	struct store_story s;

	put(f, u, "s", 5000);
	store_unit_cancel(&u);
	assert_false(get(f, "s", a, &s));
	arena_free(&a);
}

struct loaded {
	unsigned stories, merged, pairs;
	char terms[16];
	uint32_t reports;
};

static void
on_terms(struct span bytes, void *arg)
{
	struct loaded *l = arg;

	snprintf(l->terms, sizeof(l->terms), "%.*s", SPAN_ARG(bytes));
}

static void
on_story(const struct item_key *id, struct span bytes, void *arg)
{
	struct loaded *l = arg;
	struct item_key open = id_of("open");

	assert_memory_equal(id, &open, sizeof(open));
	assert_span_equal(bytes, "state");
	l->stories++;
}

static void
on_merged(const struct item_key *from, const struct item_key *into, void *arg)
{
	struct loaded *l = arg;
	struct item_key was = id_of("was"), open = id_of("open");

	assert_memory_equal(from, &was, sizeof(was));
	assert_memory_equal(into, &open, sizeof(open));
	l->merged++;
}

static void
on_pair(const struct store_pair *p, void *arg)
{
	struct loaded *l = arg;

	l->pairs++;
	l->reports = p->reports;
}

static void
what_is_open_is_given_back_at_start(void **state)
{
	struct fixture *f = *state;
	struct loaded l = {0};
	struct store_stories_load to = {
		on_terms, on_story, on_merged, on_pair, &l};
	struct item_key was = id_of("was"), open = id_of("open");
	struct store_pair p = {id_of("p"), 7000, 3}, old = {id_of("q"), 10, 1};
	struct store_pair gone = {id_of("r"), 7000, 1};
	struct store_unit *u = begin(f);

	put(f, u, "closed", 100);
	put(f, u, "was", 5000);
	put(f, u, "open", 5000);
	OK(store_unit_story_merge(u, &was, &open, &f->err));
	OK(store_unit_story_pair(u, &p, &f->err));
	OK(store_unit_story_pair(u, &old, &f->err));
	OK(store_unit_story_pair(u, &gone, &f->err));
	gone.reports = 0;
	OK(store_unit_story_pair(u, &gone, &f->err));
	OK(store_unit_story_terms(u, SPAN_LIT("old"), &f->err));
	OK(store_unit_story_terms(u, SPAN_LIT("terms"), &f->err));
	OK(store_unit_stories_close(
		u, (struct wall){101}, (struct wall){11}, &f->err));
	end(f, u);
	commit(f);
	reopen(f);
	OK(store_stories_load(f->s, &to, &f->err));
	assert_int_equal(l.stories, 1);
	assert_int_equal(l.merged, 1);
	assert_int_equal(l.pairs, 1);
	assert_int_equal(l.reports, 3);
	assert_string_equal(l.terms, "terms");
	OK(store_story_pair(f->s, &p, &f->err));
	assert_int_equal(p.last_ms, 7000);
	OK(store_story_pair(f->s, &gone, &f->err));
	assert_int_equal(gone.reports, 0);
}

static void
stories_go_when_nothing_was_added_for_so_long(void **state)
{
	static const struct span meta = SPAN_INIT("meta");
	struct fixture *f = *state;
	struct store_unit *u = begin(f);
	int64_t row = put(f, u, "old", 5000);
	size_t n;

	member(f, u, row, 1, "a");
	OK(store_unit_story_entities(u, row, &meta, 1, &f->err));
	put(f, u, "new", 5001);
	OK(store_unit_prune(u, (struct wall){5001}, 100, &n, &f->err));
	assert_int_equal(n, 1);
	end(f, u);
	commit(f);
	assert_int_equal(number(f, "SELECT count(*) FROM story"), 1);
	assert_int_equal(number(f, "SELECT count(*) FROM member"), 0);
	assert_int_equal(number(f, "SELECT count(*) FROM story_entity"), 0);
}

/* A database of the version before, as it was released. */
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(a_story_is_replaced_and_found_by_id_and_item),
		ROW(of_many_members_the_first_and_the_latest_are_read),
		ROW(an_item_is_in_one_story_only),
		ROW(stories_are_found_by_whom_they_are_about),
		ROW(a_merged_story_gives_its_items_away_and_leads_to_the_other),
		ROW(a_unit_that_fails_leaves_no_story),
		ROW(what_is_open_is_given_back_at_start),
		ROW(stories_go_when_nothing_was_added_for_so_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
