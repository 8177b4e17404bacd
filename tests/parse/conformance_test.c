/*
 * What the readers that people use agree on, one behaviour a row: an item (or
 * the inside of a feed) and what one of its fields is then. The behaviours are
 * those that the test suites of other readers look at; the documents are our
 * own. tests/data/feeds has whole documents.
 */
#include "testing.h"

#include "base/date.h"
#include "base/strbuf.h"
#include "parse/parse.h"

#define NAMESPACES \
	" xmlns:atom='http://www.w3.org/2005/Atom'" \
	" xmlns:dc='http://purl.org/dc/elements/1.1/'" \
	" xmlns:dcterms='http://purl.org/dc/terms/'" \
	" xmlns:content='http://purl.org/rss/1.0/modules/content/'" \
	" xmlns:media='http://search.yahoo.com/mrss/'" \
	" xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'" \
	" xmlns:slash='http://purl.org/rss/1.0/modules/slash/'" \
	" xmlns:thr='http://purl.org/syndication/thread/1.0'" \
	" xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0'" \
	" xmlns:xh='http://www.w3.org/1999/xhtml'" \
	" xmlns:odd='urn:odd'"

/* Around the inside of a row: RSS item, RSS channel, Atom entry, Atom feed. */
static const struct {
	const char *head, *tail;
} frames[] = {
	['i'] = {"<rss version='2.0'" NAMESPACES "><channel><link>"
		 "https://h.example/</link><item>",
		"</item></channel></rss>"},
	['c'] = {"<rss version='2.0'" NAMESPACES "><channel>",
		"<item><title>x</title></item></channel></rss>"},
	['e'] = {"<feed xmlns='http://www.w3.org/2005/Atom'" NAMESPACES
		 "><entry>",
		"</entry></feed>"},
	['f'] = {"<feed xmlns='http://www.w3.org/2005/Atom'" NAMESPACES ">",
		"<entry><title>x</title></entry></feed>"},
	['3'] = {"<feed version='0.3' xmlns='http://purl.org/atom/ns#'>"
		 "<entry>",
		"</entry></feed>"},
	['r'] = {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-"
		 "ns#' xmlns='http://purl.org/rss/1.0/'" NAMESPACES
		 "><channel><title>c</title></channel><item rdf:about='urn:1'>",
		"</item></rdf:RDF>"},
	['j'] = {"{\"version\":\"https://jsonfeed.org/version/1.1\","
		 "\"items\":[{",
		"}]}"},
};

struct row {
	char frame;
	const char *inside;
	const char *field, *value;
};

static const struct row rows[] = {
	/* titles: one text, eight ways to write it */
	{'e', "<title type='html'><![CDATA[&lt;title>]]></title>", "title",
		"<title>"},
	{'e', "<title type='html'>&amp;lt;title></title>", "title", "<title>"},
	{'e', "<title type='html'>&#38;lt;title></title>", "title", "<title>"},
	{'e', "<title type='text'><![CDATA[<title>]]></title>", "title",
		"<title>"},
	{'e', "<title type='text'>&lt;title></title>", "title", "<title>"},
	{'e', "<title type='text'>&#60;title></title>", "title", "<title>"},
	{'e', "<title type='xhtml'><xh:div>&lt;title></xh:div></title>",
		"title", "<title>"},
	{'e',
		"<title type='xhtml'><xh:div>a<xh:br/>b <xh:b>c</xh:b>d"
		"</xh:div></title>",
		"title", "a b cd"},
	{'i', "<title>Bread &amp;amp; butter</title>", "title",
		"Bread & butter"},
	{'i', "<title>Bread &amp; butter</title>", "title", "Bread & butter"},
	{'i', "<title>AT&amp;#38;T</title>", "title", "AT&T"},
	{'i', "<title>1 &lt; 2 and 3 &gt; 2</title>", "title",
		"1 < 2 and 3 > 2"},
	{'i', "<title>a &lt;b&gt;bold&lt;/b&gt; move</title>", "title",
		"a bold move"},
	{'i', "<title><![CDATA[a <b>bold</b> move]]></title>", "title",
		"a bold move"},
	{'i', "<title>a <b>bold</b> move</title>", "title", "a bold move"},
	{'i', "<title>\n  two\n  lines\t</title>", "title", "two lines"},
	{'i', "<title/><description>d</description>", "title", ""},
	{'i', "<title>t</title><media:title>m</media:title>", "title", "t"},
	{'i', "<media:title>m</media:title><title>t</title>", "title", "t"},
	{'i', "<dc:title>d</dc:title>", "title", "d"},
	{'i', "<media:group><media:title>m</media:title></media:group>",
		"title", "m"},
	{'i', "<title>t</title><image><title>i</title></image>", "title", "t"},
	{'i', "<title>t</title><odd:title>o</odd:title>", "title", "t"},
	{'i',
		"<title>t</title><textInput><name>q</name><title>x</title>"
		"</textInput>",
		"title", "t"},
	{'i', "<title>a &#1114112; b &#x110000; c &#55296; d</title>", "title",
		"a \ufffd b \ufffd c \ufffd d"},
	{'i', "<title>It&#x2019;s 5 o&#8217;clock</title>", "title",
		"It\u2019s 5 o\u2019clock"},
	{'i', "<title>&#150; dash &#8211; dash</title>", "title",
		"\u2013 dash \u2013 dash"},
	{'i', "<title>&nbsp;&eacute;t&eacute;&hellip;</title>", "title",
		"\u00e9t\u00e9\u2026"},
	/* links */
	{'i', "<guid>https://h.example/a</guid>", "url", "https://h.example/a"},
	{'i', "<guid isPermaLink='true'>https://h.example/a</guid>", "url",
		"https://h.example/a"},
	{'i', "<guid isPermaLink='false'>https://h.example/a</guid>", "url",
		""},
	{'i', "<guid>urn:uuid:1</guid>", "url", ""},
	{'i',
		"<link>https://h.example/l</link>"
		"<guid>https://h.example/g</guid>",
		"url", "https://h.example/l"},
	{'i', "<atom:link href='https://h.example/a'/>", "url",
		"https://h.example/a"},
	{'i',
		"<atom:link rel='self' href='https://h.example/s'/>"
		"<link>https://h.example/l</link>",
		"url", "https://h.example/l"},
	{'i',
		"<link>https://h.example/l</link>"
		"<atom:link rel='replies' href='https://h.example/r'/>",
		"url", "https://h.example/l"},
	{'i',
		"<link>https://f.example/~r/1</link>"
		"<fb:origLink>https://h.example/o</fb:origLink>",
		"url", "https://h.example/o"},
	{'i', "<link>\n   https://h.example/l\n </link>", "url",
		"https://h.example/l"},
	{'i', "<link>/relative</link>", "url", "https://h.example/relative"},
	{'i', "<link>https://h.example/?a=1&b=2</link>", "url",
		"https://h.example/?a=1&b=2"},
	{'i', "<link>https://h.example/?a=1&amp;amp;b=2</link>", "url",
		"https://h.example/?a=1&b=2"},
	{'i', "<link><![CDATA[https://h.example/?a=1&b=2]]></link>", "url",
		"https://h.example/?a=1&b=2"},
	{'i', "<link>//cdn.example/x</link>", "url", "https://cdn.example/x"},
	{'i', "<link>https://h.example/\u00e9t\u00e9</link>", "url",
		"https://h.example/%C3%A9t%C3%A9"},
	{'e', "<link href='https://h.example/a'/>", "url",
		"https://h.example/a"},
	{'e',
		"<link rel='enclosure' href='https://h.example/e'/>"
		"<link rel='alternate' href='https://h.example/a'/>",
		"url", "https://h.example/a"},
	{'e',
		"<link rel='alternate' type='application/json' "
		"href='https://h.example/j'/>"
		"<link rel='alternate' type='text/html' "
		"href='https://h.example/a'/>",
		"url", "https://h.example/a"},
	{'e',
		"<link href='https://h.example/1'/>"
		"<link href='https://h.example/2'/>",
		"url", "https://h.example/1"},
	{'e',
		"<link rel='http://www.iana.org/assignments/relation/"
		"alternate' href='https://h.example/a'/>",
		"url", "https://h.example/a"},
	{'e', "<link xml:base='https://b.example/x/' href='y'/>", "url",
		"https://b.example/x/y"},
	{'e', "<link rel='self' href='https://h.example/s'/>", "url", ""},
	{'e', "<link rel='alternate'/><title>t</title>", "url", ""},
	{'3',
		"<link rel='alternate' type='text/html' "
		"href='https://h.example/3'/>",
		"url", "https://h.example/3"},
	{'r', "<link>https://h.example/r</link>", "url", "https://h.example/r"},
	{'r', "<title>t</title>", "id", "urn:1"},
	{'e', "<id> tag:h.example,2026:1 </id>", "id", "tag:h.example,2026:1"},
	{'i', "<guid isPermaLink='false'>\n 77 \n</guid>", "id", "77"},
	{'i', "<dc:identifier>doi:10/1</dc:identifier>", "id", "doi:10/1"},
	/* bodies */
	{'i', "<description>short</description>", "summary", "short"},
	{'i',
		"<description>short</description>"
		"<content:encoded><![CDATA[<p>long</p>]]></content:encoded>",
		"content", "long"},
	{'i',
		"<content:encoded>long</content:encoded>"
		"<description>short</description>",
		"text", "long"},
	{'i', "<itunes:summary>s</itunes:summary>", "summary", "s"},
	{'i', "<media:description>m</media:description>", "summary", "m"},
	{'i',
		"<description>d</description>"
		"<media:description>m</media:description>",
		"summary", "d"},
	{'i',
		"<media:group><media:description>m</media:description>"
		"</media:group>",
		"summary", "m"},
	{'i', "<description>a&lt;br/&gt;b&lt;p&gt;c</description>", "summary",
		"a\nb\nc"},
	{'i',
		"<description>&lt;script&gt;x()&lt;/script&gt;a"
		"&lt;style&gt;b{}&lt;/style&gt;</description>",
		"summary", "a"},
	{'i', "<xh:body><xh:p>in <xh:i>XHTML</xh:i></xh:p></xh:body>",
		"content", "in XHTML"},
	{'e', "<summary>s</summary><content>c</content>", "text", "c"},
	{'e', "<content type='html'>&lt;p>a&lt;/p>&lt;p>b&lt;/p></content>",
		"content", "a\nb"},
	{'e',
		"<content type='xhtml'><xh:div><xh:p>a &amp; b</xh:p>"
		"</xh:div></content>",
		"content", "a & b"},
	{'e', "<content type='xhtml'><div><p>no namespace</p></div></content>",
		"content", "no namespace"},
	{'e', "<content src='https://h.example/x'/><summary>s</summary>",
		"text", "s"},
	{'e', "<content type='text/plain'>a\nb</content>", "content", "a b"},
	{'3', "<content mode='escaped'>&lt;b>x&lt;/b></content>", "content",
		"x"},
	{'3', "<content mode='base64'>PGI+eDwvYj4=</content>", "content", "x"},
	{'3', "<content type='application/xhtml+xml'><b>x</b> y</content>",
		"content", "x y"},
	/* authors */
	{'i', "<author>ada@h.example (Ada Byron)</author>", "authors",
		"Ada Byron"},
	{'i', "<author>Ada Byron &lt;ada@h.example&gt;</author>", "authors",
		"Ada Byron"},
	{'i', "<author>ada@h.example</author>", "authors", "ada@h.example"},
	{'i', "<author>by <a href='/ada'>Ada Byron</a></author>", "authors",
		"by Ada Byron"},
	{'i', "<author>\n by <![CDATA[Ada]]>\n</author>", "authors", "by Ada"},
	{'i',
		"<author><name>Ada</name><title>Countess</title>"
		"<department/></author>",
		"authors", "Ada"},
	{'i', "<atom:author><atom:email>a@h.example</atom:email></atom:author>",
		"authors", "a@h.example"},
	{'i', "<dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator>",
		"authors", "Ada|Bob"},
	{'i', "<itunes:author>Ada</itunes:author>", "authors", "Ada"},
	{'i',
		"<itunes:author>Show</itunes:author>"
		"<dc:creator>Ada</dc:creator>",
		"authors", "Ada"},
	{'c', "<managingEditor>e@h.example</managingEditor>", "authors",
		"e@h.example"},
	{'c', "<webMaster>w@h.example</webMaster>", "authors", "w@h.example"},
	{'c',
		"<webMaster>w@h.example</webMaster>"
		"<managingEditor>e@h.example</managingEditor>",
		"authors", "e@h.example"},
	{'e',
		"<author><name>Ada</name></author>"
		"<author><name>Bob</name></author>",
		"authors", "Ada|Bob"},
	{'e', "<source><author><name>Src</name></author></source>", "authors",
		"Src"},
	{'f', "<author><name>Feed</name></author>", "authors", "Feed"},
	{'3', "<author><name>Ada</name></author>", "authors", "Ada"},
	{'j', "\"id\":1,\"author\":{\"name\":\"Ada\"}", "authors", "Ada"},
	{'j', "\"id\":1,\"authors\":[{\"name\":\"Ada\"},{\"name\":\"Bob\"}]",
		"authors", "Ada|Bob"},
	/* categories */
	{'i', "<category>a</category><category>b</category>", "categories",
		"a|b"},
	{'i', "<category>a</category><category>a</category>", "categories",
		"a"},
	{'i', "<category><![CDATA[R&D]]></category>", "categories", "R&D"},
	{'i', "<dc:subject>s</dc:subject>", "categories", "s"},
	{'i', "<media:keywords>a, b</media:keywords>", "categories", "a|b"},
	{'e', "<category term='t' label='L'/>", "categories", "L|t"},
	{'e', "<category term='t'/>", "categories", "t"},
	{'j', "\"id\":\"1\",\"tags\":[\"a\",\"b\"]", "categories", "a|b"},
	/* dates */
	{'i', "<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>", "published",
		"2026-03-01T12:00:00Z"},
	{'i', "<dc:date>2026-03-01T12:00:00Z</dc:date>", "published",
		"2026-03-01T12:00:00Z"},
	{'i',
		"<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>"
		"<dc:date>2020-01-01</dc:date>",
		"published", "2026-03-01T12:00:00Z"},
	{'i', "<pubDate>soon</pubDate>", "published", "-"},
	{'i', "<pubDate/>", "published", "-"},
	{'i', "<atom:updated>2026-03-01T12:00:00Z</atom:updated>", "updated",
		"2026-03-01T12:00:00Z"},
	{'i', "<dcterms:modified>2026-03-01</dcterms:modified>", "updated",
		"2026-03-01T00:00:00Z"},
	{'e', "<published>2026-03-01T12:00:00+02:00</published>", "published",
		"2026-03-01T10:00:00Z"},
	{'e', "<updated>2026-03-01T12:00:00Z</updated>", "updated",
		"2026-03-01T12:00:00Z"},
	{'3', "<issued>2026-03-01T12:00:00Z</issued>", "published",
		"2026-03-01T12:00:00Z"},
	{'3', "<modified>2026-03-01T12:00:00Z</modified>", "updated",
		"2026-03-01T12:00:00Z"},
	{'j', "\"id\":1,\"date_published\":\"2026-03-01T12:00:00Z\"",
		"published", "2026-03-01T12:00:00Z"},
	/* the feed */
	{'c', "<title>c</title><image><title>i</title></image>", "feed.title",
		"c"},
	{'c', "<image><title>i</title></image><title>c</title>", "feed.title",
		"c"},
	{'c', "<title>c</title><textInput><title>t</title></textInput>",
		"feed.title", "c"},
	{'c',
		"<link>https://h.example/</link>"
		"<image><link>https://i.example/</link></image>",
		"feed.url", "https://h.example/"},
	{'c',
		"<atom:link rel='self' href='https://h.example/feed'/>"
		"<link>https://h.example/</link>",
		"feed.url", "https://h.example/"},
	{'c',
		"<link>https://h.example/</link>"
		"<atom:link rel='hub' href='https://hub.example/'/>",
		"feed.url", "https://h.example/"},
	{'c', "<language>en-us</language>", "feed.language", "en-us"},
	{'c', "<dc:language>de</dc:language>", "feed.language", "de"},
	{'f', "<title type='html'>a &lt;i>b&lt;/i></title>", "feed.title",
		"a b"},
	{'f', "<link href='https://h.example/'/>", "feed.url",
		"https://h.example/"},
	{'j', "\"id\":1,\"title\":\"a < b\"", "title", "a < b"},
	{'j', "\"id\":1,\"content_html\":\"<p>a</p>\"", "content", "a"},
	{'j', "\"id\":1,\"content_text\":\"a <b>\"", "content", "a <b>"},
	{'j', "\"id\":1.5", "id", "1.5"},
	{'j', "\"id\":1,\"url\":\"https://h.example/1\"", "url",
		"https://h.example/1"},
	{'j', "\"id\":1,\"external_url\":\"https://o.example/1\"", "url",
		"https://o.example/1"},
};

static void
join(struct item_spans list, struct strbuf *out)
{
	for (size_t i = 0; i < list.n; i++)
		strbuf_printf(
			out, "%s%.*s", i > 0 ? "|" : "", SPAN_ARG(list.p[i]));
}

static void
put_date(struct wall t, struct strbuf *out)
{
	char text[DATE_TEXT_SIZE] = "-";

	if (t.ms != ITEM_UNDATED)
		date_format(t, text);
	strbuf_str(out, text);
}

static void
put_field(const struct document *d, const char *field, struct strbuf *out)
{
	const struct item *it = &d->items[0];
	const struct {
		const char *name;
		struct span value;
	} texts[] = {
		{"feed.title", d->title},
		{"feed.url", d->url},
		{"feed.language", d->language},
		{"title", it->title},
		{"url", it->url},
		{"id", it->guid},
		{"summary", it->summary},
		{"content", it->content},
		{"text", it->text},
	};

	for (size_t i = 0; i < N_ROWS(texts); i++)
		if (strcmp(field, texts[i].name) == 0)
			strbuf_span(out, texts[i].value);
	if (strcmp(field, "authors") == 0)
		join(it->authors, out);
	if (strcmp(field, "categories") == 0)
		join(it->categories, out);
	if (strcmp(field, "published") == 0)
		put_date(it->published, out);
	if (strcmp(field, "updated") == 0)
		put_date(it->updated, out);
}

static void
a_field_is_what_readers_agree_on(void **state)
{
	const struct row *row = *state;
	unsigned frame = (unsigned char)row->frame;
	char *text = mem_printf(
		"%s%s%s", frames[frame].head, row->inside, frames[frame].tail);
	struct parse_input in = {.bytes = span_of(text)};
	struct strbuf is = STRBUF_INIT(4096);
	struct document *doc;
	struct err err;

	if (parse_document(&in, &doc, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(doc->n_items, 1);
	put_field(doc, row->field, &is);
	if (strcmp(strbuf_cstr(&is), row->value) != 0)
		fail_msg("%s is \"%s\", not \"%s\"", row->field,
			strbuf_cstr(&is), row->value);
	document_free(&doc);
	strbuf_fini(&is);
	mem_free(&text);
}

int
main(void)
{
	struct CMUnitTest tests[N_ROWS(rows)];

	for (size_t i = 0; i < N_ROWS(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].inside,
			.test_func = a_field_is_what_readers_agree_on,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
