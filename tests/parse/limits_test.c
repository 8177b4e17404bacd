/* The limits of a document, each at its edge: as much as allowed is read whole,
 * and one more is cut, left out or refused, as doc/LIMITS.md says. */
#include "testing.h"

#include <zlib.h>

#include "model/limits.h"
#include "parse/inflate.h"
#include "parse/json_mend.h"
#include "parse/parse.h"

static void
repeat(struct strbuf *out, const char *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_str(out, what);
}

static int
parse(struct strbuf *text, struct document **out, struct err *err)
{
	struct parse_input in = {.bytes = strbuf_as_span(text)};
	int rc = parse_document(&in, out, err);

	strbuf_fini(text);
	return rc;
}

/* Reads text, which ends here. says: why it counts as recovered; NULL: not. */
static void
reads(struct strbuf *text, const char *says)
{
	struct document *doc = NULL;
	struct err err = {0};

	if (parse(text, &doc, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(doc->n_items, 1);
	assert_int_equal(doc->recovered, says != NULL);
	if (says && !strstr(doc->recovered_why, says))
		fail_msg("%s", doc->recovered_why);
	document_free(&doc);
}

static void
a_document_has_so_many_items_and_no_more(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf text = STRBUF_INIT(MIB(1));
		struct document *doc = NULL;
		struct err err;

		strbuf_str(&text, "<rss version='2.0'><channel>");
		repeat(&text, "<item><title>x</title></item>",
			LIMIT_ITEMS + more);
		strbuf_str(&text, "</channel></rss>");
		assert_int_equal(parse(&text, &doc, &err), 0);
		assert_int_equal(doc->n_items, LIMIT_ITEMS);
		assert_int_equal(doc->recovered, more);
		if (more)
			assert_non_null(strstr(doc->recovered_why,
				"more items than are read"));
		document_free(&doc);
	}
}

static void
an_item_has_so_many_values_and_no_more(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf text = STRBUF_INIT(KIB(64));
		struct document *doc = NULL;
		const struct item *it;
		struct err err;

		strbuf_str(&text, "<rss version='2.0'><channel><item>");
		for (unsigned i = 0; i < LIMIT_AUTHORS + more; i++)
			strbuf_printf(&text, "<author>a%u</author>", i);
		for (unsigned i = 0; i < LIMIT_CATEGORIES + more; i++)
			strbuf_printf(&text, "<category>c%u</category>", i);
		for (unsigned i = 0; i < LIMIT_LINKS + more; i++)
			strbuf_printf(&text,
				"<enclosure url='https://x.example/%u'/>", i);
		strbuf_str(&text, "</item></channel></rss>");
		assert_int_equal(parse(&text, &doc, &err), 0);
		it = &doc->items[0];
		assert_int_equal(it->authors.n, LIMIT_AUTHORS);
		assert_int_equal(it->categories.n, LIMIT_CATEGORIES);
		assert_int_equal(it->enclosures.n, LIMIT_LINKS);
		assert_true(
			span_eq_str(it->authors.p[LIMIT_AUTHORS - 1], "a31"));
		assert_true(span_eq_str(
			it->categories.p[LIMIT_CATEGORIES - 1], "c63"));
		assert_true(span_eq_str(it->enclosures.p[LIMIT_LINKS - 1],
			"https://x.example/255"));
		document_free(&doc);
	}
}

static void
elements_are_nested_so_deep_and_no_deeper(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf text = STRBUF_INIT(KIB(64));
		size_t inner = LIMIT_XML_DEPTH - 3 + more;

		strbuf_str(&text, "<rss version='2.0'><channel><item>");
		repeat(&text, "<x>", inner);
		repeat(&text, "</x>", inner);
		strbuf_str(&text, "</item></channel></rss>");
		reads(&text, more ? "elements are nested too deep" : NULL);
	}
}

static void
a_start_tag_is_so_long_and_no_longer(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf text = STRBUF_INIT(KIB(256));
		size_t start;

		strbuf_str(&text, "<rss version='2.0'><channel><item>");
		start = text.n;
		strbuf_str(&text, "<x a='");
		while (text.n - start < LIMIT_XML_START_TAG_BYTES + more - 2)
			strbuf_char(&text, 'a');
		strbuf_str(&text, "'></x></item></channel></rss>");
		reads(&text, more ? "start tag" : NULL);
	}
}

/*
 * A document delivers what each reference names, and is charged for looking it
 * up as well; what it may deliver grows by eight for each byte of its own.
 */
static void
entities_expand_so_far_and_no_further(void **state)
{
	enum { ENTITY = 1024, REFERENCES = 1100, NAMES = 20 };
	static const char head[] = "--><rss version='2.0'><channel><title>yy";
	static const char foot[] = "</title></channel></rss>";
	const size_t delivered = REFERENCES * (2 * (size_t)ENTITY + 1) + NAMES;
	const size_t length =
		(delivered - LIMIT_XML_EXPANSION_SLACK) / LIMIT_XML_EXPANSION;

	(void)state;
	assert_int_equal(delivered % LIMIT_XML_EXPANSION, 0);
	for (unsigned less = 0; less < 2; less++) {
		struct strbuf text = STRBUF_INIT(MIB(1));
		size_t rest = sizeof(head) + sizeof(foot) - 2 + 3 * REFERENCES;
		struct document *doc = NULL;
		struct err err = {0};

		strbuf_str(&text, "<!DOCTYPE rss [<!ENTITY a \"");
		repeat(&text, "x", ENTITY);
		strbuf_str(&text, "\">]><!--");
		while (text.n + rest < length - less)
			strbuf_char(&text, ' ');
		strbuf_str(&text, head);
		repeat(&text, "&a;", REFERENCES);
		strbuf_str(&text, foot);
		assert_int_equal(parse(&text, &doc, &err), less ? -1 : 0);
		if (less)
			assert_string_equal(err.msg,
				"its entities expand to more than 2253912 "
				"bytes: refused as an attack");
		document_free(&doc);
	}
}

/* -- what is cut or absent ------------------------------------------------- */

struct field {
	const char *before, *after;
	size_t most;
	size_t beyond; /* its length if it is one byte longer */
	struct span (*of)(const struct item *it);
};

static struct span
title_of(const struct item *it)
{
	return it->title;
}

static struct span
url_of(const struct item *it)
{
	return it->url;
}

static struct span
guid_of(const struct item *it)
{
	return it->guid;
}

static struct span
text_of(const struct item *it)
{
	return it->text;
}

static struct span
author_of(const struct item *it)
{
	return it->authors.n ? it->authors.p[0] : SPAN_NULL;
}

static const struct field fields[] = {
	{"<title>", "</title>", LIMIT_TITLE_BYTES, LIMIT_TITLE_BYTES, title_of},
	{"<link>https://a.example/", "</link>", LIMIT_URL_BYTES, 0, url_of},
	{"<guid>", "</guid>", LIMIT_GUID_BYTES, LIMIT_GUID_BYTES, guid_of},
	{"<description>", "</description>", LIMIT_CONTENT_BYTES,
		LIMIT_CONTENT_BYTES, text_of},
	{"<author>", "</author>", LIMIT_NAME_BYTES, LIMIT_NAME_BYTES,
		author_of},
};

static void
texts_of_an_item_are_kept_whole_up_to_their_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(fields); i++)
		for (unsigned more = 0; more < 2; more++) {
			const struct field *f = &fields[i];
			const char *tag = strchr(f->before, '>') + 1;
			size_t n = f->most - strlen(tag) + more;
			struct strbuf text = STRBUF_INIT(MIB(1));
			struct document *doc = NULL;
			struct err err = {0};

			strbuf_str(&text, "<rss version='2.0'><channel><item>");
			strbuf_str(&text, f->before);
			repeat(&text, "y", n);
			strbuf_str(&text, f->after);
			strbuf_str(&text, "</item></channel></rss>");
			if (parse(&text, &doc, &err) != 0)
				fail_msg("%s", err.msg);
			if (f->of(&doc->items[0]).n !=
				(more ? f->beyond : f->most))
				fail_msg("%s %zu: %zu bytes", f->before,
					n + strlen(tag),
					f->of(&doc->items[0]).n);
			document_free(&doc);
		}
}

/* -- bombs ----------------------------------------------------------------- */

/* gzip of n zero bytes, filled up to exactly n_body bytes. */
static void
pack(struct strbuf *out, size_t n, size_t n_body)
{
	char *zeros = mem_calloc(n, 1);
	z_stream z = {.next_in = (Bytef *)zeros, .avail_in = (uInt)n};

	assert_int_equal(
		deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY),
		Z_OK);
	z.avail_out = (uInt)strbuf_room(out, n_body);
	z.next_out = (Bytef *)out->p;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n = z.total_out;
	deflateEnd(&z);
	mem_free(&zeros);
	assert_true(out->n < n_body);
	while (out->n < n_body)
		strbuf_char(out, '\0');
}

static void
a_body_inflates_so_far_and_no_further(void **state)
{
	enum { BODY = 20000 };

	(void)state;
	for (unsigned less = 0; less < 2; less++) {
		struct strbuf body = STRBUF_INIT(MIB(1)), out = STRBUF_INIT(0);
		struct inflate_result res;
		struct err err = {0};
		int rc;

		pack(&body,
			(size_t)BODY * LIMIT_INFLATE_RATIO +
				LIMIT_INFLATE_SLACK,
			BODY - less);
		rc = inflate_body(strbuf_as_span(&body), SPAN_LIT("gzip"), &out,
			&res, &err);
		if (less) {
			assert_int_equal(rc, -1);
			assert_string_equal(err.msg,
				"19999 bytes inflate to more than 5048376: "
				"refused as a bomb");
		} else {
			assert_int_equal(rc, 0);
			assert_true(res.whole);
			assert_int_equal(res.bytes.n, 5048576);
		}
		strbuf_fini(&body);
		strbuf_fini(&out);
	}
}

static void
broken_json_is_mended_so_deep_and_no_deeper(void **state)
{
	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		struct strbuf text = STRBUF_INIT(KIB(1));
		struct strbuf out = STRBUF_INIT(KIB(4));

		repeat(&text, "[", LIMIT_XML_DEPTH + more);
		assert_int_equal(
			json_mend(strbuf_as_span(&text), &out), more == 0);
		strbuf_fini(&text);
		strbuf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_has_so_many_items_and_no_more),
		cmocka_unit_test(an_item_has_so_many_values_and_no_more),
		cmocka_unit_test(elements_are_nested_so_deep_and_no_deeper),
		cmocka_unit_test(a_start_tag_is_so_long_and_no_longer),
		cmocka_unit_test(entities_expand_so_far_and_no_further),
		cmocka_unit_test(
			texts_of_an_item_are_kept_whole_up_to_their_limit),
		cmocka_unit_test(a_body_inflates_so_far_and_no_further),
		cmocka_unit_test(broken_json_is_mended_so_deep_and_no_deeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
