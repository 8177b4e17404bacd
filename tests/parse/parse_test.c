/* What parse_document() gives beyond the line that `newswatch parse` prints:
 * see corpus_test.c for that. */
#include "testing.h"

#include "base/strbuf.h"
#include "model/limits.h"
#include "parse/identity.h"
#include "parse/parse.h"

static struct document *
parse_at(const char *text, const char *base_url)
{
	struct parse_input in = {
		.bytes = span_of(text),
		.base_url = span_of(base_url),
	};
	struct document *doc = NULL;
	struct err err = {0};

	if (parse_document(&in, &doc, &err) != 0)
		fail_msg("%s", err.msg);
	return doc;
}

/* The first item of an RSS document with this inside. */
static struct document *
parse_item(const char *inner)
{
	char *text = mem_printf(
		"<rss version='2.0' "
		"xmlns:media='http://search.yahoo.com/mrss/'>"
		"<channel><link>https://h.example/</link><item>%s</item>"
		"</channel></rss>",
		inner);
	struct document *doc = parse_at(text, NULL);

	mem_free(&text);
	assert_int_equal(doc->n_items, 1);
	return doc;
}

static void
check_pace(const char *head, int64_t ttl_s, uint32_t hours, unsigned days)
{
	char *text = mem_printf(
		"<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/"
		"syndication/'><channel>%s</channel></rss>",
		head);
	struct document *doc = parse_at(text, NULL);

	assert_int_equal(doc->ttl_s, ttl_s);
	assert_int_equal(doc->skip_hours, hours);
	assert_int_equal(doc->skip_days, days);
	document_free(&doc);
	mem_free(&text);
}

static void
a_feed_may_say_how_often_it_changes(void **state)
{
	(void)state;
	check_pace("", -1, 0, 0);
	check_pace("<ttl>60</ttl>", 3600, 0, 0);
	check_pace("<ttl> 15 </ttl>", 900, 0, 0);
	check_pace("<ttl>-1</ttl>", -1, 0, 0);
	check_pace("<ttl>soon</ttl>", -1, 0, 0);
	check_pace("<ttl>99999999999</ttl>", -1, 0, 0);
	check_pace("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600, 0, 0);
	check_pace("<sy:updatePeriod>daily</sy:updatePeriod>"
		   "<sy:updateFrequency>4</sy:updateFrequency>",
		21600, 0, 0);
	check_pace("<sy:updateFrequency>2</sy:updateFrequency>", 43200, 0, 0);
	check_pace("<sy:updatePeriod>never</sy:updatePeriod>", -1, 0, 0);
	check_pace("<ttl>5</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 300,
		0, 0);
	check_pace("<skipHours><hour>0</hour><hour>5</hour><hour>24</hour>"
		   "<hour>25</hour></skipHours>",
		-1, 1U << 0 | 1U << 5, 0);
	check_pace("<skipDays><day>Sunday</day><day>saturday</day>"
		   "<day>Someday</day></skipDays>",
		-1, 0, 1U << 0 | 1U << 6);
}

static void
an_item_tells_its_media(void **state)
{
	struct document *doc = parse_item(
		"<enclosure url='https://h.example/a.mp3' type='audio/mpeg'/>"
		"<enclosure url='https://h.example/a.mp3'/>"
		"<enclosure url='/b.jpg' type='image/jpeg'/>"
		"<media:content url='https://h.example/c.png' medium='image'/>"
		"<media:thumbnail url='https://h.example/t.jpg'/>"
		"<image><url>https://h.example/i.gif</url></image>"
		"<description>&lt;img src='https://h.example/in.png'&gt;x"
		"</description>");
	const struct item *it = &doc->items[0];

	(void)state;
	assert_int_equal(it->enclosures.n, 2);
	assert_span_equal(it->enclosures.p[0], "https://h.example/a.mp3");
	assert_span_equal(it->enclosures.p[1], "https://h.example/c.png");
	assert_int_equal(it->images.n, 4);
	assert_span_equal(it->images.p[0], "https://h.example/c.png");
	assert_span_equal(it->images.p[1], "https://h.example/t.jpg");
	assert_span_equal(it->images.p[2], "https://h.example/i.gif");
	assert_span_equal(it->images.p[3], "https://h.example/in.png");
	document_free(&doc);
}

static void
the_source_is_kept_for_attribution(void **state)
{
	struct document *doc =
		parse_item("<source url='https://o.example/rss'> Other &amp; "
			   "Wire</source>");

	(void)state;
	assert_span_equal(doc->items[0].source_title, "Other & Wire");
	assert_span_equal(doc->items[0].source_url, "https://o.example/rss");
	document_free(&doc);
	doc = parse_at(
		"<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
		"<source><title type='html'>Other &lt;b&gt;Wire&lt;/b&gt;"
		"</title><link rel='self' href='https://o.example/f'/>"
		"<link href='https://o.example/'/></source></entry>"
		"<entry><link rel='via' href='https://v.example/1'/>"
		"</entry></feed>",
		NULL);
	assert_span_equal(doc->items[0].source_title, "Other Wire");
	assert_span_equal(doc->items[0].source_url, "https://o.example/");
	assert_span_equal(doc->items[1].source_url, "https://v.example/1");
	document_free(&doc);
}

static void
outbound_links_of_the_content_are_kept(void **state)
{
	struct document *doc = parse_item(
		"<link>https://h.example/a/1</link><description>no "
		"&lt;a href='https://no.example/'&gt;x&lt;/a&gt;</description>"
		"<content:encoded>as &lt;a href='https://o.example/r'&gt;Other "
		"&lt;b&gt;Wire&lt;/b&gt;&lt;/a&gt; and &lt;a href='../b'&gt;we"
		"&lt;/a&gt; said</content:encoded>");
	const struct item *it = &doc->items[0];

	(void)state;
	assert_span_equal(it->text, "as Other Wire and we said");
	assert_ptr_equal(it->text.p, it->content.p);
	assert_int_equal(it->n_links, 2);
	assert_span_equal(it->links[0].url, "https://o.example/r");
	assert_span_equal(it->links[0].text, "Other Wire");
	assert_span_equal(it->links[1].url, "https://h.example/b");
	assert_span_equal(it->links[1].text, "we");
	document_free(&doc);
}

static void
without_content_the_summary_is_the_text(void **state)
{
	struct document *doc =
		parse_item("<description>Short</description>"
			   "<content:encoded>  </content:encoded>");

	(void)state;
	assert_span_equal(doc->items[0].text, "Short");
	assert_span_equal(doc->items[0].content, "");
	document_free(&doc);
}

static void
boilerplate_is_marked_in_the_text(void **state)
{
	struct document *doc = parse_item(
		"<description>&lt;p&gt;Northwind buys Contoso.&lt;/p&gt;"
		"&lt;div class='sharedaddy'&gt;Share this&lt;/div&gt;"
		"</description>");
	const struct item *it = &doc->items[0];

	(void)state;
	assert_int_equal(it->n_marks, 1);
	assert_int_equal(it->marks[0].kind, MARK_SHARE);
	assert_span_equal(span_sub(it->text, it->marks[0].start,
				  it->marks[0].end - it->marks[0].start),
		"Share this");
	document_free(&doc);
}

static void
the_language_is_the_nearest_one_said(void **state)
{
	struct document *doc = parse_at(
		"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de'>"
		"<entry><id>1</id></entry><entry xml:lang='fr'><id>2</id>"
		"</entry></feed>",
		NULL);

	(void)state;
	assert_span_equal(doc->language, "de");
	assert_span_equal(doc->items[0].language, "de");
	assert_span_equal(doc->items[1].language, "fr");
	document_free(&doc);
	doc = parse_at("<rss xml:lang='de'><channel><language>en-us</language>"
		       "<item><title>x</title></item></channel></rss>",
		NULL);
	assert_span_equal(doc->language, "en-us");
	document_free(&doc);
}

static void
the_base_of_links_is_the_nearest_one_said(void **state)
{
	static const char atom[] =
		"<feed xmlns='http://www.w3.org/2005/Atom'%s><entry%s>"
		"<link href='x'/></entry></feed>";
	static const struct {
		const char *feed_base, *entry_base, *base_url, *url;
	} rows[] = {
		{"", "", NULL, "x"},
		{"", "", "https://b.example/f/feed", "https://b.example/f/x"},
		{" xml:base='https://f.example/a/'", "", "https://b.example/",
			"https://f.example/a/x"},
		{" xml:base='/a/'", "", "https://b.example/f",
			"https://b.example/a/x"},
		{" xml:base='/a/'", " xml:base='c/'", "https://b.example/f",
			"https://b.example/a/c/x"},
		{" xml:base='not a base'", "", NULL, "x"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct strbuf text = STRBUF_INIT(4096);
		struct document *doc;

		strbuf_printf(
			&text, atom, rows[i].feed_base, rows[i].entry_base);
		doc = parse_at(strbuf_cstr(&text), rows[i].base_url);
		assert_span_equal(doc->items[0].url, rows[i].url);
		document_free(&doc);
		strbuf_fini(&text);
	}
}

static void
what_was_broken_is_told_with_its_line(void **state)
{
	struct document *doc = parse_at(
		"<rss version='2.0'>\n<channel>\n<item>\n<title>a & b", NULL);

	(void)state;
	assert_true(doc->recovered);
	assert_string_equal(
		doc->recovered_why, "line 4: a '&' that is no reference");
	document_free(&doc);
	doc = parse_at("<rss version='2.0'><channel/></rss>", NULL);
	assert_false(doc->recovered);
	assert_null(doc->recovered_why);
	document_free(&doc);
}

static void
a_body_that_broke_off_is_recovered_even_if_it_looks_whole(void **state)
{
	struct parse_input in = {
		.bytes = SPAN_LIT("<rss version='2.0'><channel/></rss>"),
		.truncated = true,
	};
	struct document *doc = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(parse_document(&in, &doc, &err), 0);
	assert_true(doc->recovered);
	assert_string_equal(doc->recovered_why, "the body broke off");
	document_free(&doc);
}

/* Every host format, its root's start tag in two halves. */
static const struct host {
	const char *open, *head, *tail, *format;
} hosts[] = {
	{"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	 "xmlns='http://my.netscape.com/rdf/simple/0.9/'",
		"><item>", "</item></rdf:RDF>", "rss-0.90"},
	{"<rss version='0.91'", "><channel><item>", "</item></channel></rss>",
		"rss-0.91"},
	{"<rss version='0.92'", "><channel><item>", "</item></channel></rss>",
		"rss-0.92"},
	{"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
	 "xmlns='http://purl.org/rss/1.0/'",
		"><item>", "</item></rdf:RDF>", "rss-1.0"},
	{"<rss version='2.0'", "><channel><item>", "</item></channel></rss>",
		"rss-2.0"},
	{"<feed version='0.3' xmlns='http://purl.org/atom/ns#'", "><entry>",
		"</entry></feed>", "atom-0.3"},
	{"<feed xmlns='http://www.w3.org/2005/Atom'", "><entry>",
		"</entry></feed>", "atom-1.0"},
};

/* What modules say inside an item, and the field that it is. */
static const struct {
	const char *inner;
	size_t field; /* offset in struct item */
} modules[] = {
	{"<title>value</title>", offsetof(struct item, title)},
	{"<a3:title>value</a3:title>", offsetof(struct item, title)},
	{"<a1:title>value</a1:title>", offsetof(struct item, title)},
	{"<d0:title>value</d0:title>", offsetof(struct item, title)},
	{"<d1:title>value</d1:title>", offsetof(struct item, title)},
	{"<description>value</description>", offsetof(struct item, text)},
	{"<a3:summary>value</a3:summary>", offsetof(struct item, text)},
	{"<a1:summary>value</a1:summary>", offsetof(struct item, text)},
	{"<a3:content>value</a3:content>", offsetof(struct item, text)},
	{"<a1:content>value</a1:content>", offsetof(struct item, text)},
	{"<d0:description>value</d0:description>", offsetof(struct item, text)},
	{"<d1:description>value</d1:description>", offsetof(struct item, text)},
	{"<link>value</link>", offsetof(struct item, url)},
	{"<a3:link href='value'/>", offsetof(struct item, url)},
	{"<a1:link href='value'/>", offsetof(struct item, url)},
	{"<guid>value</guid>", offsetof(struct item, guid)},
	{"<a3:id>value</a3:id>", offsetof(struct item, guid)},
	{"<a1:id>value</a1:id>", offsetof(struct item, guid)},
	{"<d1:identifier>value</d1:identifier>", offsetof(struct item, guid)},
	{"<d1:language>value</d1:language>", offsetof(struct item, language)},
};

static const char *const module_dates[] = {
	"<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>",
	"<a3:issued>2026-03-01T12:00:00Z</a3:issued>",
	"<a1:published>2026-03-01T12:00:00Z</a1:published>",
	"<d0:date>2026-03-01T12:00:00Z</d0:date>",
	"<d1:date>2026-03-01T12:00:00Z</d1:date>",
	"<dt:issued>2026-03-01T12:00:00Z</dt:issued>",
};

static const char *const module_people[] = {
	"<author>Jane Roe</author>",
	"<author><name>Jane Roe</name></author>",
	"<a3:author><a3:name>Jane Roe</a3:name></a3:author>",
	"<a1:author><a1:name>Jane Roe</a1:name></a1:author>",
	"<d0:creator>Jane Roe</d0:creator>",
	"<d1:creator>Jane Roe</d1:creator>",
};

static const char *const module_categories[] = {
	"<category>Trade</category>",
	"<category term='Trade'/>",
	"<a1:category term='Trade'/>",
	"<d1:subject>Trade</d1:subject>",
};

static struct document *
parse_hosted(const struct host *h, const char *inner)
{
	char *text = mem_printf("%s xmlns:a3='http://purl.org/atom/ns#'"
				" xmlns:a1='http://www.w3.org/2005/Atom'"
				" xmlns:d0='http://purl.org/dc/elements/1.0/'"
				" xmlns:d1='http://purl.org/dc/elements/1.1/'"
				" xmlns:dt='http://purl.org/dc/terms/'%s%s%s",
		h->open, h->head, inner, h->tail);
	struct document *doc = parse_at(text, NULL);

	mem_free(&text);
	assert_string_equal(doc->format, h->format);
	assert_int_equal(doc->n_items, 1);
	return doc;
}

static void
modules_mean_the_same_in_every_host(void **state)
{
	(void)state;
	for (size_t h = 0; h < N_ROWS(hosts); h++)
		for (size_t i = 0; i < N_ROWS(modules); i++) {
			struct document *doc =
				parse_hosted(&hosts[h], modules[i].inner);
			const char *item = (const char *)doc->items;
			struct span value;

			memcpy(&value, item + modules[i].field, sizeof(value));
			assert_span_equal(value, "value");
			document_free(&doc);
		}
}

static void
dates_people_and_categories_are_read_in_every_host(void **state)
{
	struct document *doc;

	(void)state;
	for (size_t h = 0; h < N_ROWS(hosts); h++) {
		for (size_t i = 0; i < N_ROWS(module_dates); i++) {
			doc = parse_hosted(&hosts[h], module_dates[i]);
			assert_int_equal(doc->items[0].published.ms,
				INT64_C(1772366400000));
			document_free(&doc);
		}
		for (size_t i = 0; i < N_ROWS(module_people); i++) {
			doc = parse_hosted(&hosts[h], module_people[i]);
			assert_int_equal(doc->items[0].authors.n, 1);
			assert_span_equal(
				doc->items[0].authors.p[0], "Jane Roe");
			document_free(&doc);
		}
		for (size_t i = 0; i < N_ROWS(module_categories); i++) {
			doc = parse_hosted(&hosts[h], module_categories[i]);
			assert_int_equal(doc->items[0].categories.n, 1);
			assert_span_equal(
				doc->items[0].categories.p[0], "Trade");
			document_free(&doc);
		}
	}
}

static void
a_canonical_url_counts_if_no_other_item_has_it(void **state)
{
	struct document *doc = parse_at(
		"<rss version='2.0'><channel>"
		"<item><link>https://h.example/1?utm_source=rss</link></item>"
		"<item><link>https://h.example/live#1</link></item>"
		"<item><link>http://h.example/live#2</link></item>"
		"<item><link>https://h.example/live</link></item>"
		"<item><title>none</title></item>"
		"<item><guid>tag:x,2026:1</guid></item>"
		"</channel></rss>",
		NULL);
	const struct span *urls = document_canonical_urls(doc);

	(void)state;
	assert_span_equal(urls[0], "//h.example/1");
	for (size_t i = 1; i < doc->n_items; i++)
		assert_span_equal(urls[i], "");
	document_free(&doc);
}

/* Which labels, what bytes, and what is said of it. */
static const struct {
	const char *name, *content_type, *text;
	bool truncated, recovered, partial;
} repairs[] = {
	{"a right label", "text/xml; charset=utf-8",
		"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>"
		"\xc3\xa9</title></channel></rss>",
		false, false, false},
	{"a wrong label", NULL,
		"<?xml version='1.0' encoding='iso-8859-1'?><rss><channel>"
		"<title>Z\xc3\xbcrich \xe2\x80\x93 K\xc3\xa4se</title>"
		"</channel></rss>",
		false, true, false},
	{"the server's label is wrong, the document's right",
		"text/xml; charset=iso-8859-1",
		"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>"
		"Z\xc3\xbcrich \xe2\x80\x93 K\xc3\xa4se</title></channel>"
		"</rss>",
		false, false, false},
	{"a byte that is no text", NULL,
		"<rss><channel><title>Z\xfcrich \xe2\x80\x93 K\xc3\xa4se"
		"</title></channel></rss>",
		false, true, false},
	{"tags that do not match", NULL,
		"<rss><channel><title>T</b></title></channel></rss>", false,
		true, true},
	{"a body that broke off", NULL,
		"<rss><channel><title>T</title></channel></rss>", true, true,
		true},
};

static void
what_was_mended_is_told_from_what_may_be_missing(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(repairs); i++) {
		struct parse_input in = {
			.bytes = span_of(repairs[i].text),
			.content_type = span_of(repairs[i].content_type),
			.truncated = repairs[i].truncated,
		};
		struct document *doc;
		struct err err;

		assert_int_equal(parse_document(&in, &doc, &err), 0);
		if (doc->recovered != repairs[i].recovered ||
			doc->partial != repairs[i].partial ||
			(doc->recovered_why != NULL) != doc->recovered)
			fail_msg("%s: recovered %d, partial %d (%s)",
				repairs[i].name, doc->recovered, doc->partial,
				doc->recovered ? doc->recovered_why : "");
		document_free(&doc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_may_say_how_often_it_changes),
		cmocka_unit_test(an_item_tells_its_media),
		cmocka_unit_test(the_source_is_kept_for_attribution),
		cmocka_unit_test(outbound_links_of_the_content_are_kept),
		cmocka_unit_test(without_content_the_summary_is_the_text),
		cmocka_unit_test(boilerplate_is_marked_in_the_text),
		cmocka_unit_test(the_language_is_the_nearest_one_said),
		cmocka_unit_test(the_base_of_links_is_the_nearest_one_said),
		cmocka_unit_test(what_was_broken_is_told_with_its_line),
		cmocka_unit_test(
			a_body_that_broke_off_is_recovered_even_if_it_looks_whole),
		cmocka_unit_test(modules_mean_the_same_in_every_host),
		cmocka_unit_test(
			dates_people_and_categories_are_read_in_every_host),
		cmocka_unit_test(
			what_was_mended_is_told_from_what_may_be_missing),
		cmocka_unit_test(
			a_canonical_url_counts_if_no_other_item_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
