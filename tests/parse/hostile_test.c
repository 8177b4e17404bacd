/* Documents made to hurt, too large to lie in the tree. Each one ends soon,
 * in bounded memory, with what was read or a refusal. */
#include "testing.h"

#include <time.h>

#include "model/limits.h"
#include "parse/parse.h"

#define LONGEST_S 5 /* of processor time, under sanitizers: plainly 0.5 */

struct attack {
	struct strbuf doc;
	struct document *out;
	struct err err;
	int rc;
};

static int
setup(void **state)
{
	struct attack *a = mem_new(a);

	strbuf_init(&a->doc, LIMIT_DOCUMENT_BYTES);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	struct attack *a = *state;

	strbuf_fini(&a->doc);
	document_free(&a->out);
	mem_free(&a);
	return 0;
}

static void
run(struct attack *a)
{
	struct parse_input in = {.bytes = strbuf_as_span(&a->doc)};
	clock_t start = clock();

	a->rc = parse_document(&in, &a->out, &a->err);
	assert_true(clock() - start < LONGEST_S * CLOCKS_PER_SEC);
}

static void
refuses(struct attack *a, const char *message)
{
	run(a);
	assert_int_equal(a->rc, -1);
	assert_int_equal(a->err.kind, ERR_INPUT);
	if (span_find_str(span_of(a->err.msg), message) == SIZE_MAX)
		fail_msg("\"%s\" does not say \"%s\"", a->err.msg, message);
}

/* Reads n_items, and says that it recovered. */
static void
recovers(struct attack *a, size_t n_items)
{
	run(a);
	if (a->rc != 0)
		fail_msg("%s", a->err.msg);
	assert_true(a->out->recovered);
	assert_non_null(a->out->recovered_why);
	assert_int_equal(a->out->n_items, n_items);
}

static void
repeat(struct strbuf *out, const char *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_str(out, what);
}

static void
quadratic_blow_up_is_refused(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc, "<!DOCTYPE rss [<!ENTITY a \"");
	repeat(&a->doc, "xxxxxxxxxx", 5000);
	strbuf_str(&a->doc, "\">]><rss version='2.0'><channel><title>");
	repeat(&a->doc, "&a;", 10000);
	strbuf_str(&a->doc, "</title></channel></rss>");
	refuses(a, "attack");
}

static void
deep_nesting_ends_the_reading(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc,
		"<rss version='2.0'><channel><item><title>One"
		"</title></item><item><description>");
	repeat(&a->doc, "<div>", 500000);
	recovers(a, 2);
}

static void
deep_nesting_of_unknown_elements_ends_the_reading(void **state)
{
	struct attack *a = *state;

	repeat(&a->doc, "<a>", 1000000);
	refuses(a, "root element is <a>");
}

static void
a_giant_start_tag_ends_the_reading(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc,
		"<rss version='2.0'><channel><item><title>One"
		"</title></item><item ");
	for (int i = 0; i < 300000; i++)
		strbuf_printf(&a->doc, "a%d='>' ", i);
	strbuf_str(&a->doc, "/><item/></channel></rss>");
	recovers(a, 1);
}

/* libxml2 compares every attribute of a tag with every other one. */
static void
many_tags_of_many_attributes_end_in_time(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc,
		"<rss version='2.0'><channel><item><title>One"
		"</title></item>");
	while (a->doc.n < LIMIT_DOCUMENT_BYTES / 4) {
		strbuf_str(&a->doc, "<x ");
		for (int i = 0; i < 6000; i++)
			strbuf_printf(&a->doc, "a%d='' ", i);
		strbuf_str(&a->doc, "/>");
	}
	strbuf_str(&a->doc, "</channel></rss>");
	run(a);
	assert_int_equal(a->rc, 0);
	assert_int_equal(a->out->n_items, 1);
	assert_false(a->out->recovered);
}

/* Each prefix is looked up among all that are declared around it. */
static void
many_namespaces_end_in_time(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc,
		"<rss xmlns:z='z'><channel><item><title>One"
		"</title></item>");
	for (int i = 0; i < 100; i++) {
		strbuf_str(&a->doc, "<x");
		for (int j = 0; j < 200; j++)
			strbuf_printf(&a->doc, " xmlns:a%d='u'", j);
		strbuf_str(&a->doc, ">");
	}
	repeat(&a->doc, "<z:x/>", LIMIT_DOCUMENT_BYTES / 8 / 6);
	recovers(a, 1);
}

static void
later_items_than_the_limit_are_dropped(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc, "<rss version='2.0'><channel>");
	repeat(&a->doc, "<item><title>x</title></item>", LIMIT_ITEMS + 5);
	strbuf_str(&a->doc, "</channel></rss>");
	recovers(a, LIMIT_ITEMS);
}

static void
the_last_item_of_the_limit_is_kept_without_a_word(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc, "<rss version='2.0'><channel>");
	repeat(&a->doc, "<item><title>x</title></item>", LIMIT_ITEMS);
	strbuf_str(&a->doc, "</channel></rss>");
	run(a);
	assert_int_equal(a->rc, 0);
	assert_false(a->out->recovered);
	assert_int_equal(a->out->n_items, LIMIT_ITEMS);
}

static void
endless_values_are_cut(void **state)
{
	struct attack *a = *state;
	const struct item *it;

	strbuf_str(&a->doc, "<rss version='2.0'><channel><item><title>");
	repeat(&a->doc, "word ", 100000);
	strbuf_str(&a->doc, "</title><link>https://x.example/");
	repeat(&a->doc, "y", LIMIT_URL_BYTES);
	strbuf_str(&a->doc, "</link><guid>");
	repeat(&a->doc, "g", LIMIT_GUID_BYTES + 1);
	strbuf_str(&a->doc, "</guid><description>");
	repeat(&a->doc, "long \xe2\x82\xac ", 200000);
	strbuf_str(&a->doc, "</description>");
	repeat(&a->doc, "<author>one</author><category>c</category>", 3);
	for (int i = 0; i < 1000; i++)
		strbuf_printf(&a->doc,
			"<category>c%d</category><author>a%d</author>"
			"<enclosure url='https://x.example/%d'/>",
			i, i, i);
	strbuf_str(&a->doc, "</item></channel></rss>");
	run(a);
	assert_int_equal(a->rc, 0);
	it = &a->out->items[0];
	assert_in_range(it->title.n, LIMIT_TITLE_BYTES - 8, LIMIT_TITLE_BYTES);
	assert_int_equal(it->url.n, 0);
	assert_int_equal(it->guid.n, LIMIT_GUID_BYTES);
	assert_in_range(
		it->text.n, LIMIT_CONTENT_BYTES - 8, LIMIT_CONTENT_BYTES);
	assert_true(span_is_utf8(it->text));
	assert_int_equal(it->authors.n, LIMIT_AUTHORS);
	assert_int_equal(it->categories.n, LIMIT_CATEGORIES);
	assert_int_equal(it->enclosures.n, LIMIT_LINKS);
}

/* Each of these made some reader look at its rest again and again. */
static void
nothing_takes_quadratic_time(void **state)
{
	static const char *const pieces[] = {"<![CDATA[", "<!--", "<?", "&",
		"<a b=\"", "<a b='", "<!DOCTYPE a [", "&#", "<", "</a", "]]",
		"<a b='\">", "<p>", "<x:y>", "<!ENTITY "};
	struct attack *a = *state;

	for (size_t i = 0; i < N_ROWS(pieces); i++) {
		strbuf_clear(&a->doc);
		strbuf_str(&a->doc, "<rss><channel><item><description>");
		repeat(&a->doc, pieces[i],
			(LIMIT_DOCUMENT_BYTES / 8) / strlen(pieces[i]));
		run(a);
		document_free(&a->out);
	}
}

static void
deep_json_is_refused(void **state)
{
	struct attack *a = *state;

	strbuf_str(&a->doc,
		"{\"version\":\"https://jsonfeed.org/version/1\","
		"\"items\":");
	repeat(&a->doc, "[", 1000000);
	refuses(a, "JSON");
}

static void
a_document_beyond_the_limit_is_refused(void **state)
{
	struct attack *a = *state;

	a->doc.max = LIMIT_DOCUMENT_BYTES + 1;
	strbuf_str(&a->doc, "<rss>");
	strbuf_room(&a->doc, LIMIT_DOCUMENT_BYTES + 1 - a->doc.n);
	memset(a->doc.p + a->doc.n, ' ', LIMIT_DOCUMENT_BYTES + 1 - a->doc.n);
	a->doc.n = LIMIT_DOCUMENT_BYTES + 1;
	refuses(a, "16 MiB");
}

static void
a_large_document_of_tiny_elements_ends_in_time(void **state)
{
	struct attack *a = *state;

	strbuf_str(
		&a->doc, "<feed xmlns='http://www.w3.org/2005/Atom'><entry>");
	repeat(&a->doc, "<id/>", LIMIT_DOCUMENT_BYTES / 4 / 5);
	strbuf_str(&a->doc, "</entry></feed>");
	run(a);
	assert_int_equal(a->rc, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(quadratic_blow_up_is_refused),
		TEST(deep_nesting_ends_the_reading),
		TEST(deep_nesting_of_unknown_elements_ends_the_reading),
		TEST(a_giant_start_tag_ends_the_reading),
		TEST(many_tags_of_many_attributes_end_in_time),
		TEST(many_namespaces_end_in_time),
		TEST(later_items_than_the_limit_are_dropped),
		TEST(the_last_item_of_the_limit_is_kept_without_a_word),
		TEST(endless_values_are_cut),
		TEST(nothing_takes_quadratic_time),
		TEST(deep_json_is_refused),
		TEST(a_document_beyond_the_limit_is_refused),
		TEST(a_large_document_of_tiny_elements_ends_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
