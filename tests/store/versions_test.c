/* History: an edit is a new version of an item, kept with what changed. */
#include "fixture.h"

#include "store/schema.h"

/* One item, found by its first key, as a feed shows it. */
struct shown {
	const char *url, *title, *guid, *author, *text;
	int64_t published;
};

static const struct shown article = {
	"https://e.com/1", "A title", "tag:1", "Jo", "A text.", 1000};

static void
show(struct fixture *f, const char *feed, const struct shown *s, bool keep)
{
	struct store_unit *u = begin(f);
	struct feed_state state = feed_of(feed);
	struct store_document d = {
		.whole = true, .now = {f->now_ms}, .items = f->items};
	struct span author = span_of(s->author);
	struct item it = {
		.url = span_of(s->url),
		.title = span_of(s->title),
		.guid = span_of(s->guid),
		.text = span_of(s->text),
		.authors = {&author, 1},
		.published = {s->published},
	};
	struct store_item *si = &f->items[0];

	f->keys[0] = (struct item_keys){.k = {key_of(SPAN_LIT("u"))}, .n = 1};
	*si = (struct store_item){
		.keys = &f->keys[0],
		.url = it.url,
		.title = it.title,
		.guid = it.guid,
		.text = it.text,
		.authors = it.authors,
		.published = it.published,
		.updated = {ITEM_UNDATED},
		.keep_text = keep,
	};
	item_version(&it, &si->version);
	item_print(&it, SPAN_NULL, &si->print);
	d.n_items = 1;
	OK(store_unit_feed(u, &state, &d.feed, &f->err));
	OK(store_unit_items(u, &d, &f->err));
	end(f, u);
	commit(f);
	f->now_ms += 1000;
}

static bool
on_version(const struct store_version *v, void *arg)
{
	struct strbuf *b = arg;
	const char *comma = "";

	strbuf_printf(b, "%s%u:", b->n > 0 ? " " : "", v->n);
	for (unsigned i = 0; i < ITEM_FIELDS; i++)
		if (v->changed & 1u << i) {
			strbuf_printf(b, "%s%s", comma,
				item_field_name((enum item_field)i));
			comma = ",";
		}
	if (v->times > 1)
		strbuf_printf(b, "*%u", v->times);
	if (v->text.p != NULL)
		strbuf_printf(b, "=%.*s",
			(int)(v->text.n < 20 ? v->text.n : 20), v->text.p);
	return true;
}

static const char *
history(struct fixture *f)
{
	struct strbuf b = STRBUF_INIT(sizeof(f->text) - 1);

	OK(store_versions(f->s, f->items[0].row, on_version, &b, &f->err));
	snprintf(f->text, sizeof(f->text), "%s", strbuf_cstr(&b));
	strbuf_fini(&b);
	return f->text;
}

static void
an_item_that_stays_as_it_is_has_no_history(void **state)
{
	struct fixture *f = *state;

	show(f, "f", &article, false);
	show(f, "f", &article, false);
	assert_string_equal(history(f), "");
}

static void
what_may_be_told_of_keeps_its_first_text(void **state)
{
	struct fixture *f = *state;

	show(f, "f", &article, true);
	show(f, "f", &article, true);
	assert_string_equal(history(f), "0:=A text.");
}

struct edit {
	const char *name;
	struct shown to;
	const char *expected;
};

static const struct edit edits[] = {
	{"url", {"https://e.com/2", "A title", "tag:1", "Jo", "A text.", 1000},
		"0:=A text. 1:url"},
	{"title", {"https://e.com/1", "New", "tag:1", "Jo", "A text.", 1000},
		"0:=A text. 1:title"},
	{"guid", {"https://e.com/1", "A title", "tag:2", "Jo", "A text.", 1000},
		"0:=A text. 1:guid"},
	{"author",
		{"https://e.com/1", "A title", "tag:1", "Al", "A text.", 1000},
		"0:=A text. 1:authors"},
	{"text", {"https://e.com/1", "A title", "tag:1", "Jo", "Other.", 1000},
		"0:=A text. 1:text=Other."},
	{"date", {"https://e.com/1", "A title", "tag:1", "Jo", "A text.", 2000},
		"0:=A text. 1:published"},
	{"all", {"https://e.com/3", "New", "tag:3", "Al", "Other.", 3000},
		"0:=A text. 1:url,title,text,authors,guid,published=Other."},
};

static void
an_edit_is_a_version_that_says_what_changed(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < N_ROWS(edits); i++) {
		const char *got;

		if (i > 0) {
			teardown(state);
			setup(state);
			f = *state;
		}
		show(f, "f", &article, true);
		show(f, "f", &edits[i].to, true);
		got = history(f);
		if (strcmp(got, edits[i].expected) != 0)
			fail_msg("%s: %s", edits[i].name, got);
		check_invariants(f);
	}
}

static void
the_version_before_the_first_edit_has_what_was_known(void **state)
{
	struct fixture *f = *state;

	show(f, "f", &article, false);
	show(f, "f", &edits[1].to, false);
	assert_string_equal(history(f), "0: 1:title");
	assert_int_equal(number(f,
				 "SELECT title = 'A title' FROM item_version"
				 " WHERE n = 0"),
		1);
}

static void
another_feeds_copy_is_no_edit(void **state)
{
	struct fixture *f = *state;

	show(f, "f", &article, true);
	show(f, "g", &edits[6].to, true);
	show(f, "f", &article, true);
	assert_string_equal(history(f), "0:=A text.");
}

static void
a_feed_that_dates_everything_anew_makes_one_version(void **state)
{
	struct fixture *f = *state;
	struct shown s = article;

	for (int i = 0; i < 5; i++) {
		s.published += 1000;
		show(f, "f", &s, true);
	}
	assert_string_equal(history(f), "0:=A text. 1:published*4");
	assert_int_equal(
		number(f, "SELECT published FROM item_version WHERE n = 1"),
		s.published);
	s.title = "New";
	show(f, "f", &s, true);
	assert_string_equal(history(f), "0:=A text. 1:published*4 2:title");
}

static void
so_many_versions_are_kept_the_first_and_the_newest(void **state)
{
	struct fixture *f = *state;
	struct shown s = article;
	char title[32];

	for (int i = 0; i < LIMIT_ITEM_VERSIONS; i++) {
		snprintf(title, sizeof(title), "Title %d", i);
		s.title = title;
		show(f, "f", &s, true);
	}
	assert_int_equal(number(f, "SELECT count(*) FROM item_version"),
		LIMIT_ITEM_VERSIONS);
	s.title = "One more";
	show(f, "f", &s, true);
	assert_int_equal(number(f, "SELECT count(*) FROM item_version"),
		LIMIT_ITEM_VERSIONS);
	assert_int_equal(
		number(f, "SELECT count(*) FROM item_version WHERE n = 0"), 1);
	assert_int_equal(
		number(f, "SELECT count(*) FROM item_version WHERE n = 1"), 0);
	assert_int_equal(number(f, "SELECT max(n) FROM item_version"),
		LIMIT_ITEM_VERSIONS);
}

static void
the_oldest_text_goes_when_there_is_too_much(void **state)
{
	struct fixture *f = *state;
	struct shown s = article;
	static char text[LIMIT_VERSIONS_TEXT_BYTES / 4 + 1];

	memset(text, 'x', sizeof(text) - 1);
	s.text = text;
	for (int i = 0; i < 4; i++) {
		text[0] = (char)('a' + i);
		show(f, "f", &s, true);
	}
	assert_int_equal(number(f, "SELECT count(text) FROM item_version"), 4);
	assert_int_equal(
		number(f, "SELECT sum(length(text)) FROM item_version"),
		LIMIT_VERSIONS_TEXT_BYTES);
	text[0] = 'e';
	show(f, "f", &s, true);
	assert_int_equal(number(f, "SELECT count(*) FROM item_version"), 5);
	assert_int_equal(number(f, "SELECT count(text) FROM item_version"), 4);
	assert_int_equal(number(f,
				 "SELECT text IS NULL FROM item_version"
				 " WHERE n = 0"),
		1);
	check_invariants(f);
}

static void
a_long_text_is_cut_at_a_character(void **state)
{
	struct fixture *f = *state;
	struct shown s = article;
	static char text[LIMIT_TEXT_BYTES + 16];

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text + LIMIT_TEXT_BYTES - 1, "\xc3\xa9", 2);
	s.text = text;
	show(f, "f", &s, true);
	assert_int_equal(number(f, "SELECT length(text) FROM item_version"),
		LIMIT_TEXT_BYTES - 1);
}

static void
on_info(const struct store_item_info *i, void *arg)
{
	memcpy(arg, i->id, sizeof(i->id));
	assert_span_equal(i->title, "A title");
	assert_span_equal(i->feed_url, "f");
	assert_int_equal(i->hits, 1);
}

static void
an_item_is_found_by_its_id_its_hits_and_its_names(void **state)
{
	struct fixture *f = *state;
	struct item_key key = key_of(SPAN_LIT("u"));
	char found[HEX128_SIZE], hit[HEX128_SIZE];
	struct store_unit *u;

	show(f, "f", &article, true);
	u = begin(f);
	put_hit(f, u, 0, "meta");
	end(f, u);
	commit(f);
	hit_id(f->items[0].id, HIT_NEW, 0, hit);
	for (int i = 0; i < 3; i++) {
		const char *id = i == 0 ? f->items[0].id : hit;

		found[0] = '\0';
		OK(i == 2 ? store_item_by_key(
				    f->s, &key, on_info, found, &f->err)
			  : store_item_by_id(f->s, span_of(id), on_info, found,
				    &f->err));
		assert_string_equal(found, f->items[0].id);
	}
	/* Its name is ambiguous now: its first hit leads to it. */
	OK(db_exec(f->s->db, "UPDATE item_key SET item = NULL, ambiguous = 1",
		&f->err));
	found[0] = '\0';
	OK(store_item_by_id(
		f->s, span_of(f->items[0].id), on_info, found, &f->err));
	assert_string_equal(found, f->items[0].id);
	assert_int_equal(
		store_item_by_id(f->s, SPAN_LIT("x"), on_info, found, &f->err),
		-1);
	assert_int_equal(f->err.kind, ERR_INPUT);
}

static void
the_history_goes_with_its_item(void **state)
{
	struct fixture *f = *state;
	struct feed_state feed = feed_of("f");
	struct store_unit *u;
	size_t n;

	show(f, "f", &article, true);
	show(f, "f", &edits[1].to, true);
	u = begin(f);
	OK(store_unit_feed_drop(u, feed.url, (struct wall){1}, &f->err));
	OK(store_unit_prune(u, (struct wall){INT64_MAX}, 100, &n, &f->err));
	end(f, u);
	commit(f);
	assert_int_equal(number(f, "SELECT count(*) FROM item_version"), 0);
}

/* A file as the first version of the schema left it. */
int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(an_item_that_stays_as_it_is_has_no_history),
		ROW(what_may_be_told_of_keeps_its_first_text),
		ROW(an_edit_is_a_version_that_says_what_changed),
		ROW(the_version_before_the_first_edit_has_what_was_known),
		ROW(another_feeds_copy_is_no_edit),
		ROW(a_feed_that_dates_everything_anew_makes_one_version),
		ROW(so_many_versions_are_kept_the_first_and_the_newest),
		ROW(the_oldest_text_goes_when_there_is_too_much),
		ROW(a_long_text_is_cut_at_a_character),
		ROW(an_item_is_found_by_its_id_its_hits_and_its_names),
		ROW(the_history_goes_with_its_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
