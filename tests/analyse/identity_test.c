/*
 * From a document's bytes to the items of the store: an article stays the same
 * item, and its alert is not repeated, whatever its publisher changes.
 */
#include "../store/fixture.h"

#include "parse/identity.h"
#include "parse/parse.h"

/* An article as a feed may show it. */
struct face {
	const char *scheme, *host, *path, *query, *guid, *title, *date, *text;
};

static const struct face plain = {"https", "example.com", "/2026/story", "",
	"tag:1", "A title", "2026-03-01T12:00:00Z", "The text."};

static char *
face_document(const struct face *a)
{
	return mem_printf("<feed xmlns='http://www.w3.org/2005/Atom'>"
			  "<title>t</title><entry><title>%s</title><id>%s</id>"
			  "<link href='%s://%s%s%s'/><published>%s</published>"
			  "<content>%s</content></entry><entry><title>Other"
			  "</title><id>other</id><link href='http://other/'/>"
			  "</entry></feed>",
		a->title, a->guid, a->scheme, a->host, a->path, a->query,
		a->date, a->text);
}

/* What the store says of the first entry: 'N', 'C' or 'S', and which item. */
static char
show(struct fixture *f, const struct face *a, unsigned *which)
{
	char *bytes = face_document(a);
	struct parse_input in = {.bytes = span_of(bytes)};
	struct document *doc;
	const struct span *urls;
	struct feed_state feed = feed_of("f");
	struct store_document d = {
		.whole = true, .now = {f->now_ms}, .items = f->items};
	struct store_unit *u = begin(f);

	OK(parse_document(&in, &doc, &f->err));
	urls = document_canonical_urls(doc);
	for (size_t i = 0; i < doc->n_items; i++) {
		item_keys(&doc->items[i], feed.url, urls[i], &f->keys[i]);
		f->items[i] = (struct store_item){
			.keys = &f->keys[i],
			.title = doc->items[i].title,
			.published = doc->items[i].published,
			.updated = {ITEM_UNDATED},
		};
		item_version(&doc->items[i], &f->items[i].version);
	}
	d.n_items = doc->n_items;
	OK(store_unit_feed(u, &feed, &d.feed, &f->err));
	OK(store_unit_items(u, &d, &f->err));
	end(f, u);
	commit(f);
	document_free(&doc);
	mem_free(&bytes);
	*which = item_number(f, f->items[0].row);
	return "NCS"[f->items[0].what];
}

struct change {
	const char *name;
	struct face to;
	char expected;
};

#define FACE(...) \
	{ \
		"https", "example.com", __VA_ARGS__ \
	}
static const struct change changes[] = {
	{"guid",
		FACE("/2026/story", "", "tag:2", "A title",
			"2026-03-01T12:00:00Z", "The text."),
		'S'},
	{"date",
		FACE("/2026/story", "", "tag:1", "A title",
			"2026-04-02T12:00:00Z", "The text."),
		'S'},
	{"title",
		FACE("/2026/story", "", "tag:1", "Quite another",
			"2026-03-01T12:00:00Z", "The text."),
		'C'},
	{"text",
		FACE("/2026/story", "", "tag:1", "A title",
			"2026-03-01T12:00:00Z", "The text, corrected."),
		'C'},
	{"tracking parameters",
		FACE("/2026/story", "?utm_source=rss&amp;fbclid=1", "tag:1",
			"A title", "2026-03-01T12:00:00Z", "The text."),
		'S'},
	{"tracking parameters and guid",
		FACE("/2026/story", "?utm_source=rss", "tag:7", "A title",
			"2026-05-01T12:00:00Z", "The text."),
		'S'},
	{"fragment",
		FACE("/2026/story", "#top", "tag:3", "A title",
			"2026-05-01T12:00:00Z", "The text."),
		'S'},
	{"path",
		FACE("/2026/03/moved", "", "tag:1", "A title",
			"2026-03-01T12:00:00Z", "The text."),
		'S'},
	{"http to https",
		{"http", "example.com", "/2026/story", "", "tag:4", "A title",
			"2026-06-01T12:00:00Z", "The text."},
		'S'},
	{"upper case, port and dots in the URL",
		{"HTTPS", "Example.COM:443", "/a/../2026/story", "", "tag:5",
			"A title", "2026-06-01T12:00:00Z", "The text."},
		'S'},
	{"guid, title and date",
		FACE("/2026/story", "", "tag:9", "Another",
			"2026-07-01T12:00:00Z", "The text."),
		'C'},
	{"URL, title and date",
		FACE("/moved", "", "tag:1", "Another", "2026-07-01T12:00:00Z",
			"The text."),
		'C'},
	{"URL and guid",
		FACE("/moved", "", "tag:8", "A title", "2026-03-01T23:00:00Z",
			"The text."),
		'S'},
	{"all of them",
		FACE("/x", "", "tag:8", "B", "2026-07-01T12:00:00Z",
			"The text."),
		'N'},
};

static void
an_article_stays_the_same_item_when_its_publisher_changes(void **state)
{
	for (size_t i = 0; i < N_ROWS(changes); i++) {
		const struct change *c = &changes[i];
		struct fixture *f = *state;
		unsigned first, then;
		char what;

		assert_int_equal(show(f, &plain, &first), 'N');
		what = show(f, &c->to, &then);
		if (what != c->expected || (first == then) != (what != 'N'))
			fail_msg("%s: %c, item %u then %u", c->name, what,
				first, then);
		teardown(state);
		setup(state);
	}
}

/* One thing after another is changed, sometimes two; one name always stays. */
static void
after_any_number_of_changes_it_is_still_the_same(void **state)
{
	struct fixture *f = *state;
	struct rng r = test_rng();
	struct face a = plain;
	char text[6][64] = {"/2026/story", "", "tag:1", "A title",
		"2026-03-01T12:00:00Z", "https"};
	unsigned first, now;

	a.path = text[0], a.query = text[1], a.guid = text[2];
	a.title = text[3], a.date = text[4], a.scheme = text[5];
	assert_int_equal(show(f, &a, &first), 'N');
	for (int i = 0; i < 300; i++) {
		unsigned n = rng_below(&r, 10000);
		char what;

		/* Of URL, guid, and title with date, one or two change. */
		unsigned kept = rng_below(&r, 3), other = rng_below(&r, 3);

		if (kept != 0 && other == 0)
			snprintf(text[0], sizeof(text[0]), "/p/%u", n);
		if (kept != 1)
			snprintf(text[2], sizeof(text[2]), "tag:%u", n);
		if (kept != 2 && other != 0) {
			snprintf(text[3], sizeof(text[3]), "Title %u", n);
			snprintf(text[4], sizeof(text[4]),
				"2026-%02u-01T00:00:00Z", 1 + n % 12);
		}
		snprintf(text[1], sizeof(text[1]), "?utm_campaign=%u", n);
		snprintf(text[5], sizeof(text[5]), n % 2 ? "http" : "https");
		what = show(f, &a, &now);
		if (what == 'N' || now != first)
			fail_msg("step %d: %c, item %u", i, what, now);
	}
	check_invariants(f);
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(an_article_stays_the_same_item_when_its_publisher_changes),
		ROW(after_any_number_of_changes_it_is_still_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
