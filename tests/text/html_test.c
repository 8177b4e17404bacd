/* HTML to text, links, pictures, marks; pages and the feeds they offer. */
#include "text/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "text/html_scan.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
#define BASE "https://e.com/news/"

struct row {
	const char *html, *text;
};

static const struct html_options options = {.base_url = {BASE, 19}};

static void
check(const struct row *rows, size_t n, const struct html_options *opt)
{
	struct html_result res = {0};

	for (size_t i = 0; i < n; i++) {
		html_to_text(span_of(rows[i].html), opt, &res);
		if (strcmp(strbuf_cstr(&res.text), rows[i].text) != 0)
			fail_msg("'%s': '%s', not '%s'", rows[i].html,
				strbuf_cstr(&res.text), rows[i].text);
	}
	html_result_fini(&res);
}

static void
block_tags_part_lines_and_inline_tags_part_nothing(void **state)
{
	static const struct row rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"<p>one</p><p>two</p>", "one\ntwo"},
		{"one<p>two", "one\ntwo"},
		{"<div>a<div>b</div>c</div>", "a\nb\nc"},
		{"<h1>Title</h1>text", "Title\ntext"},
		{"<blockquote>said</blockquote>he", "said\nhe"},
		{"a<b>b</b>c", "abc"},
		{"un<em>believ</em>able", "unbelievable"},
		{"a <b>b</b> c", "a b c"},
		{"<span>a</span><span>b</span>", "ab"},
		{"a<a href=x>b</a>c", "abc"},
		{"a<br>b", "a\nb"},
		{"a<br/>b<br />c<BR>d", "a\nb\nc\nd"},
		{"a<br><br><br>b", "a\nb"},
		{"a<hr>b", "a\nb"},
		{"a</br>b", "a\nb"},
		{"a<wbr>b", "ab"},
		{"a<img src=x>b", "a b"},
		{"a<unknown>b</unknown>c", "abc"},
		{"a<o:p></o:p>b", "ab"},
		{"<p></p><p> </p><p>x</p><p></p>", "x"},
		{"<section><article>a</article></section>b", "a\nb"},
		{"<P>A</P><DIV>B</DIV>", "A\nB"},
		{"H<sub>2</sub>O", "H2O"},
		{"<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "漢字"},
	};

	(void)state;
	check(rows, ROWS(rows), &options);
}

static void
lists_and_tables_keep_their_items_apart(void **state)
{
	static const struct row rows[] = {
		{"<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"},
		{"<ol><li>a<li>b</ol>", "a\nb"},
		{"<ul><li>a<ul><li>b</ul><li>c</ul>", "a\nb\nc"},
		{"<dl><dt>t<dd>d<dt>u</dl>", "t\nd\nu"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>"
		 "</table>d",
			"a b\nc\nd"},
		{"<table><tr><th>a<td>b<tr><td>c</table>", "a b\nc"},
		{"<table><thead><tr><td>a<tbody><tr><td>b</table>", "a\nb"},
		{"<table><caption>cap</caption><tr><td>x</table>", "cap\nx"},
		{"<select><option>a<option>b</select>c", "c"},
	};

	(void)state;
	check(rows, ROWS(rows), &options);
}

static void
white_space_collapses(void **state)
{
	static const struct row rows[] = {
		{"  a   b\t\n c  ", "a b c"},
		{"a <b> b </b> c", "a b c"},
		{"<p> a </p> <p> b </p>", "a\nb"},
		{"a&nbsp;&nbsp;b", "a b"},
		{"a\xc2\xa0"
		 "b",
			"a b"},
		{"a&#32;&#9;&#10;b", "a b"},
		{"a &nbsp; <br> &nbsp; b", "a\nb"},
		{"15&thinsp;000", "15 000"},
		{"a&emsp;b\xe3\x80\x80"
		 "c",
			"a b c"},
		{"a\xe2\x80\xa8"
		 "b\xe2\x80\xa9"
		 "c",
			"a\nb\nc"},
		{"co&shy;operate ze\xe2\x80\x8b"
		 "ro \xef\xbb\xbf"
		 "bom",
			"cooperate zero bom"},
		{"a\xe2\x80\x8e b\xe2\x80\xaa c", "a b c"},
		{"\xe2\x80\x8c\xe2\x80\x8d", "\xe2\x80\x8c\xe2\x80\x8d"},
		{"<pre>one\ntwo\n\nthree</pre>", "one two\nthree"},
		{"<p>one\n\ntwo", "one two"},
		{"a\r\n\r\nb", "a b"},
		{"“a” — b…", "“a” — b…"},
		{"日本語。テスト", "日本語。テスト"},
	};

	(void)state;
	check(rows, ROWS(rows), &options);
}

static void
references_are_decoded_once(void **state)
{
	static const struct row rows[] = {
		{"AT&amp;T", "AT&T"},
		{"AT&T", "AT&T"},
		{"&lt;b&gt;", "<b>"},
		{"&amp;lt;", "&lt;"},
		{"caf&eacute; &euro;5 &hellip;", "café €5 …"},
		{"it&#8217;s &#x2014; &#146;", "it’s — ’"},
		{"&unknown; &", "&unknown; &"},
		{"&lt;script&gt;x&lt;/script&gt;", "<script>x</script>"},
		{"R&D a&b;", "R&D a&b;"},
		{"&ampamp;", "&amp;"},
		{"&#1;x", "x"},
	};

	(void)state;
	check(rows, ROWS(rows), &options);
}

static void
what_a_browser_does_not_show_is_dropped(void **state)
{
	static const struct row rows[] = {
		{"a<script>if (a<b) { x(\"</p>\") }</script>b", "ab"},
		{"a<script src=x></script>b", "ab"},
		{"a<script src=x />b", "ab"},
		{"a<style>p { x: y > z }</style>b", "ab"},
		{"a<noscript><p>no</p></noscript>b", "ab"},
		{"a<template><p>no</template>b", "ab"},
		{"<html><head><title>T</title><meta x></head><body>b", "b"},
		{"<head><title>T</title><p>b", "b"},
		{"<head><title>T</title><body>b", "b"},
		{"a<iframe src=x>no</iframe>b", "ab"},
		{"a<iframe src=x/>b", "ab"},
		{"a<iframe src=x>b", "ab"},
		{"a<textarea>no <b></textarea>b", "ab"},
		{"a<video src=x><p>Your browser</p></video>b", "ab"},
		{"a<svg><title>t</title><text>x</text></svg>b", "ab"},
		{"a<object><p>x</p></object>b", "ab"},
		{"a<button>Click</button>b", "ab"},
		{"a<div hidden>no</div>b", "a\nb"},
		{"a<div hidden>no<div>no</div>no</div>b", "a\nb"},
		{"a<p style=\"display:none\">no</p>b", "a\nb"},
		{"a<p style=\"color:red; Display : None !important\">no</p>b",
			"a\nb"},
		{"a<p style=\"visibility:hidden\">no</p>b", "a\nb"},
		{"a<p style=\"display:block\">yes</p>b", "a\nyes\nb"},
		{"a<span class=\"x screen-reader-text\">no</span>b", "ab"},
		{"a<li hidden>no<li>yes", "a\nyes"},
		{"<p hidden>no<p>yes", "yes"},
		{"a<!-- no -->b", "ab"},
		{"a<!--no-->b<!---->c<!-->d<!--->e", "abcde"},
		{"a<!-- no > no --!>b", "ab"},
		{"a<!--[if mso]><p>no</p><![endif]-->b", "ab"},
		{"a<![if !IE]>b<![endif]>c", "abc"},
		{"<!DOCTYPE html><p>a", "a"},
		{"<?xml version='1.0'?>a", "a"},
		{"a<?php echo 1 ?>b", "ab"},
		{"a<script>x</SCRIPT >b", "ab"},
		{"a<script>x</scripty></script>b", "ab"},
		{"<xmp><b>bold</b> &amp;</xmp>", "<b>bold</b> &amp;"},
	};

	(void)state;
	check(rows, ROWS(rows), &options);
}

static void
broken_markup_loses_no_text(void **state)
{
	static const struct row rows[] = {
		{"a < b", "a < b"},
		{"a <b", "a"},
		{"a<3", "a<3"},
		{"p<0.05 and q>1", "p<0.05 and q>1"},
		{"x <y and z", "x <y and z"},
		{"x <y and <b>z</b>", "x <y and z"},
		{"Profit <a year ago", "Profit <a year ago"},
		{"mail <joe@e.com> now", "mail <joe@e.com> now"},
		{"see <https://e.com/> now", "see <https://e.com/> now"},
		{"a<", "a<"},
		{"a</", "a</"},
		{"a<!", "a"},
		{"a</>b", "ab"},
		{"a</ b>c", "ac"},
		{"a<p", "a"},
		{"a<a href=\"http://e.com/", "a"},
		{"a<p>b<a href", "a\nb<a href"},
		{"a<!-- never closed", "a"},
		{"a<!-- never closed <b>b</b>", "ab"},
		{"<b>a<i>b</b>c</i>d", "abcd"},
		{"<p>a</div>b</p>c", "a\nb\nc"},
		{"<p title=\"a > b\">x", "x"},
		{"<p title='a > b'>x", "x"},
		{"<p title=a\"b>x", "x"},
		{"<p title=\"a>x</p>y", "x\ny"},
		{"<p \"quoted\">x", "x"},
		{"<p x = \"y>z\" w>x", "x"},
		{"<![CDATA[a<p>b]]>c", "a\nbc"},
		{"<![CDATA[a", "a"},
		{"a ]]> b", "a ]]> b"},
		{"<<b>a</b>>", "<a>"},
		{"<div<p>a</div>b", "a\nb"},
		{"</p>a", "a"},
		{"a<script>never closed <p>b", "a"},
		{"a<title>never closed <p>b", "anever closed\nb"},
		{"<b><div>a</b>b</div>c", "ab\nc"},
		{"<td>a</div>b", "a\nb"},
		{"<p hidden><td>a<div>b",
			"b"}, /* <td> is none, <div> ends <p> */
		{"<p hidden>a<dl><dd>b", "b"},
		{"<tr><td>a</td><td>b</td></tr><tr><td>c", "a b\nc"},
	};

	(void)state;
	check(rows, ROWS(rows), &options);
}

static void
titles_are_one_line_and_texts_are_cut_at_their_maximum(void **state)
{
	static const struct row one_line[] = {
		{"<p>one</p><p>two</p>", "one two"},
		{"a<br>b", "a b"},
		{" a <b>b</b> ", "a b"},
	};
	static const struct row cut[] = {
		{"12345", "12345"},
		{"123456", "12345"},
		{"1234é", "1234"},
		{"<p>1</p><p>2</p><p>34</p>", "1\n2\n3"},
		{"12&amp;45678", "12&45"},
		{"123 &eacute;", "123 "},
	};
	struct html_options opt = {.one_line = true};
	struct html_result res = {0};

	(void)state;
	check(one_line, ROWS(one_line), &opt);
	opt = (struct html_options){.max_text_bytes = 5};
	check(cut, ROWS(cut), &opt);
	html_to_text(SPAN_LIT("12345"), &opt, &res);
	assert_false(res.cut);
	html_to_text(SPAN_LIT("123456"), &opt, &res);
	assert_true(res.cut);
	html_result_fini(&res);
}

/* "url[text] url[text]" of a list. */
static const char *
show(const struct html_links *list, const struct html_result *res)
{
	static char buf[2048];
	size_t n = 0;

	buf[0] = '\0';
	vec_each (const struct html_link *, l, list)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%.*s[%.*s]",
			n ? " " : "", SPAN_ARG(l->url),
			(int)(l->end - l->start),
			res->text.p ? res->text.p + l->start : "");
	return buf;
}

static void
links_are_absolute_and_know_their_text(void **state)
{
	static const struct row rows[] = {
		{"see <a href=\"http://x.org/a\">this  one</a>.",
			"http://x.org/a[this one]"},
		{"<a href=b.html>b</a>", BASE "b.html[b]"},
		{"<a href='/c?x=1&amp;y=2'>c</a>",
			"https://e.com/c?x=1&y=2[c]"},
		{"<a href=\"/c?a=1&copy=2\">c</a>",
			"https://e.com/c?a=1&copy=2[c]"},
		{"<a href=\" /s p \">s</a>", "https://e.com/s%20p[s]"},
		{"<A HREF=//cdn.org/x>x</A>", "https://cdn.org/x[x]"},
		{"<a href=#top>top</a>", ""},
		{"<a name=x>x</a>", ""},
		{"<a href=mailto:a@b>m</a><a href=javascript:x>j</a>", ""},
		{"<a href>x</a><a href=''>y</a>", ""},
		{"<a href=1>a<a href=2>b</a>", BASE "1[a] " BASE "2[b]"},
		{"<a href=1>a", BASE "1[a]"},
		{"x <a href=1> a </a> y", BASE "1[a]"},
		{"<p><a href=1>a</p><p>b", BASE "1[a]"},
		{"<a href=1><img src=i></a>", BASE "1[]"},
		{"<a href=1></a>", BASE "1[]"},
		{"<a href=http://x.org/>slash</a>", "http://x.org/[slash]"},
		{"<base href=http://b.org/d/><a href=1>a</a>",
			"http://b.org/d/1[a]"},
		{"<div hidden><a href=1>a</a></div>", ""},
		{"<a href=1 href=2>a</a>", BASE "1[a]"},
		{"<a data-x='<p>' href=1>a</a>", BASE "1[a]"},
	};
	struct html_result res = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		html_to_text(span_of(rows[i].html), &options, &res);
		if (strcmp(show(&res.links, &res), rows[i].text) != 0)
			fail_msg("'%s': %s", rows[i].html,
				show(&res.links, &res));
	}
	html_to_text(SPAN_LIT("<a href=b>b</a> <a href=http://x.org>x</a>"),
		&(struct html_options){0}, &res);
	assert_string_equal(show(&res.links, &res), "http://x.org[x]");
	html_result_fini(&res);
}

static void
pictures_and_media_are_found_where_pages_hide_them(void **state)
{
	static const struct row rows[] = {
		{"a <img src=i.jpg> b", BASE "i.jpg[]"},
		{"<img src=data:x data-src=i.jpg>", BASE "i.jpg[]"},
		{"<img data-lazy-src='i.jpg' src=p.gif>", BASE "i.jpg[]"},
		{"<img srcset=\"i-1.jpg 1x, i-2.jpg 2x\">", BASE "i-1.jpg[]"},
		{"<img src=i.gif width=1 height=1>", ""},
		{"<img src=i.gif height=\"0\">", ""},
		{"<img>", ""},
		{"<noscript><img src=i.jpg></noscript>", BASE "i.jpg[]"},
		{"<video src=v.mp4 poster=p.jpg></video>",
			BASE "v.mp4[] " BASE "p.jpg[]"},
		{"<audio><source src=a.mp3></audio>", BASE "a.mp3[]"},
		{"<embed src=e.swf>", BASE "e.swf[]"},
		{"<iframe src=x></iframe><script src=y></script>", ""},
	};
	struct html_result res = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		html_to_text(span_of(rows[i].html), &options, &res);
		if (strcmp(show(&res.images, &res), rows[i].text) != 0)
			fail_msg("'%s': %s", rows[i].html,
				show(&res.images, &res));
	}
	html_result_fini(&res);
}

static void
lists_of_links_are_bounded(void **state)
{
	struct html_options opt = {
		.max_links = 3, .base_url = options.base_url};
	struct html_result res = {0};
	struct strbuf html = STRBUF_INIT(100000);

	(void)state;
	for (int i = 0; i < 1000; i++)
		strbuf_printf(&html, "<a href=%d>a</a><img src=%d>", i, i);
	html_to_text(strbuf_as_span(&html), &opt, &res);
	assert_int_equal(res.links.n, 3);
	assert_int_equal(res.images.n, 3);
	opt.max_links = 0;
	html_to_text(strbuf_as_span(&html), &opt, &res);
	assert_int_equal(res.links.n, HTML_LINKS);
	opt.text_only = true;
	html_to_text(strbuf_as_span(&html), &opt, &res);
	assert_int_equal(res.links.n + res.images.n + res.marks.n, 0);
	assert_int_equal(res.text.n, 1999);
	html_result_fini(&res);
	strbuf_fini(&html);
}

/* "kind[text] ..." of the marks. */
static const char *
show_marks(const struct html_result *res)
{
	static const char *const names[] = {
		"share", "related", "author", "about", "credit"};
	static char buf[2048];
	size_t n = 0;

	buf[0] = '\0';
	vec_each (const struct text_mark *, m, &res->marks)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s[%.*s]",
			n ? " " : "", names[m->kind], (int)(m->end - m->start),
			res->text.p + m->start);
	return buf;
}

static void
markup_that_is_boilerplate_is_marked_not_dropped(void **state)
{
	static const struct row rows[] = {
		{"<p>News.</p><div class=\"x sharedaddy\"><ul><li>Tw<li>Fb</ul>"
		 "</div><p>It ends.</p>",
			"share[Tw\nFb]"},
		{"<p>N</p><div id=jp-relatedposts>R</div>", "related[R]"},
		{"<p>N</p><div class=author-box>A</div>", "author[A]"},
		{"<p>N</p><a rel=author href=x>Jane</a>", "author[Jane]"},
		{"<p>N</p><span itemprop=author>Jane</span>", "author[Jane]"},
		{"<p>N</p><nav>Home</nav>", "related[Home]"},
		{"<p>N</p><div class=Photo-Credit>P</div>", "credit[P]"},
		{"<p>N</p><div class=share-price>N</div>", ""},
		{"<p>N</p><div class=relatedness>N</div>", ""},
		{"<p>N</p><div class=share></div>", ""},
		{"<p>N</p><div class=share>a<p class=author>b</div>c",
			"share[a\nb]"},
		{"<p>N</p><div class=share>a", "share[a]"},
		{"<div class=share hidden>a</div>b", ""},
		/* and what words tell */
		{"<p>N</p><p>Read more: X</p>", "related[Read more: X]"},
		{"<p>The post <a href=x>T</a> appeared first on <a href=y>E"
		 "</a>.</p>",
			"related[The post T appeared first on E.]"},
	};
	struct html_result res = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		html_to_text(span_of(rows[i].html), &options, &res);
		if (strcmp(show_marks(&res), rows[i].text) != 0)
			fail_msg("'%s': %s", rows[i].html, show_marks(&res));
	}
	html_result_fini(&res);
}

static void
a_mark_around_the_whole_article_is_no_mark(void **state)
{
	struct strbuf html = STRBUF_INIT(100000);
	struct html_result res = {0};

	(void)state;
	strbuf_str(&html, "<div class=\"post author\">");
	for (int i = 0; i < 100; i++)
		strbuf_str(&html, "<p>A sentence of the article.</p>");
	html_to_text(strbuf_as_span(&html), &options, &res);
	assert_int_equal(res.marks.n, 0);
	html_result_fini(&res);
	strbuf_fini(&html);
}

static void
markup_is_told_from_plain_text(void **state)
{
	static const struct {
		const char *s;
		bool is, has_tags;
	} rows[] = {
		{"", false, false},
		{"plain text", false, false},
		{"a < b", false, false},
		{"a <c> b", false, true},
		{"joe <joe@e.com>", false, false},
		{"AT&T", false, false},
		{"AT&amp;T", true, false},
		{"a & b; c", false, false},
		{"it&#8217;s", true, false},
		{"a <b>b</b>", true, true},
		{"a<br>", true, true},
		{"</p>", true, true},
		{"<!-- x -->", true, true},
		{"x <p", true, true},
		{"1 <2> 3", false, false},
	};
	struct html_result res = {0};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span s = span_of(rows[i].s);

		if (html_looks_like_markup(s) != rows[i].is)
			fail_msg("'%s'", rows[i].s);
		html_to_text(s, &options, &res);
		if (res.markup != rows[i].has_tags)
			fail_msg("'%s': markup %d", rows[i].s, res.markup);
	}
	html_result_fini(&res);
}

static void
plain_strings_are_unescaped(void **state)
{
	static const struct row rows[] = {
		{"AT&amp;T &lt;x&gt;", "AT&T <x>"},
		{"no reference & none", "no reference & none"},
		{"  &eacute;\n", "  é\n"},
		{"&", "&"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(100);
		bool changed = html_unescape(span_of(rows[i].html), &out);

		assert_string_equal(strbuf_cstr(&out), rows[i].text);
		assert_int_equal(
			changed, strcmp(rows[i].html, rows[i].text) != 0);
		strbuf_fini(&out);
	}
}

static void
pages_are_told_from_feeds(void **state)
{
	static const struct {
		const char *doc;
		bool is;
	} rows[] = {
		{"<!DOCTYPE html><html>", true},
		{" \n<!-- x --><!doctype HTML PUBLIC \"-//W3C\">", true},
		{"<html lang=en>", true},
		{"<?xml version='1.0'?><html xmlns='x'>", true},
		{"<HEAD>", true},
		{"<body>", true},
		{"<script>x</script>", true},
		{"<?xml version='1.0'?><rss><channel><title>T</title>", false},
		{"<feed xmlns='x'>", false},
		{"<rdf:RDF>", false},
		{"<urlset>", false},
		{"{\"version\":\"x\"}", false},
		{"plain", false},
		{"", false},
		{"<!DOCTYPE rss><rss>", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (html_is_page(span_of(rows[i].doc)) != rows[i].is)
			fail_msg("'%s'", rows[i].doc);
}

static void
feeds_of_a_page_are_listed(void **state)
{
	static const struct row rows[] = {
		{"<link rel=alternate type=application/rss+xml href=/f "
		 "title=\"A &amp; B\">",
			"rss https://e.com/f A & B"},
		{"<LINK REL='Alternate' TYPE='application/atom+xml' HREF='a'>",
			"atom https://e.com/news/a "},
		{"<link rel=\"alternate home\" type=\"application/feed+json\" "
		 "href=\"https://x.org/j\">",
			"json https://x.org/j "},
		{"<link rel=alternate type=application/json href=/wp-json/1>",
			""},
		{"<link rel=alternate type=application/json href=/feed.json>",
			"json https://e.com/feed.json "},
		{"<link rel=stylesheet type=text/css href=x>", ""},
		{"<link rel=alternate hreflang=de href=/de/>", ""},
		{"<link rel=alternate type=application/rss+xml>", ""},
		{"<base href=//b.org/><link rel=alternate "
		 "type=application/rss+xml href=f>",
			"rss https://b.org/f "},
		{"<link rel=alternate type=application/rss+xml href=f>"
		 "<link rel=alternate type=application/rss+xml href=f>"
		 "<a href=/other.rss>",
			"rss https://e.com/news/f "},
		/* no <link>: what links say */
		{"<a href=/feed/>RSS</a><a href=/about>About</a>",
			"rss https://e.com/feed/ "},
		{"<a href=x.atom?y=1>", "atom https://e.com/news/x.atom?y=1 "},
		{"<!-- <link rel=alternate type=application/rss+xml href=f> "
		 "-->",
			""},
		{"<script>'<link rel=alternate type=application/rss+xml "
		 "href=f>'</script>",
			""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct html_feeds f = {0};
		char got[512] = "";
		size_t n = 0;

		html_feed_links(span_of(rows[i].html), options.base_url, &f);
		vec_each (const struct html_feed *, it, &f)
			n += (size_t)snprintf(got + n, sizeof(got) - n,
				"%s %.*s %.*s", it->type, SPAN_ARG(it->url),
				SPAN_ARG(it->title));
		if (strcmp(got, rows[i].text) != 0)
			fail_msg("'%s': '%s'", rows[i].html, got);
		html_feeds_fini(&f);
	}
}

static void
the_title_of_a_page_is_told(void **state)
{
	struct html_feeds f = {0};

	(void)state;
	html_feed_links(SPAN_LIT("<title>\n A &amp;\n <b> </title><title>no"),
		SPAN_NULL, &f);
	assert_true(span_eq_str(f.page_title, "A & <b>"));
	assert_int_equal(f.n, 0);
	html_feeds_fini(&f);
}

static void
feeds_of_a_page_are_bounded(void **state)
{
	struct strbuf page = STRBUF_INIT(1 << 20);
	struct html_feeds f = {0};

	(void)state;
	for (int i = 0; i < 5000; i++)
		strbuf_printf(&page,
			"<link rel=alternate type=application/rss+xml href=%d>",
			i);
	html_feed_links(strbuf_as_span(&page), options.base_url, &f);
	assert_int_equal(f.n, HTML_FEEDS_MAX);
	html_feeds_fini(&f);
	strbuf_fini(&page);
}

static void
attributes_are_cut_as_html_has_it(void **state)
{
	static const struct row rows[] = {
		{" a=1 b = '2' c=\"3 4\" d e=5/", "a=1;b=2;c=3 4;d;e=5/;"},
		{"/", ""},
		{" / a / b", "a;b;"},
		{"a==b", "a==b;"},
		{"=a", "=a;"},
		{"a='", "a=';"},
		{"a=\"b\"c=d", "a=b;c=d;"},
		{"a=b\"c", "a=b\"c;"},
		{"a=", "a=;"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span rest = span_of(rows[i].html), name, value;
		char got[100] = "";
		size_t n = 0;

		while (html_attribute_next(&rest, &name, &value))
			n += (size_t)snprintf(got + n, sizeof(got) - n,
				"%.*s%s%.*s;", SPAN_ARG(name),
				value.p ? "=" : "", SPAN_ARG(value));
		assert_string_equal(got, rows[i].text);
	}
}

static double
cpu_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* Each of these, repeated, has made some HTML reader quadratic. */
static void
hostile_markup_costs_linear_time(void **state)
{
	static const char *const attacks[] = {"<div>", "<b>", "<p>", "<a><b>",
		"<", "</", "<!", "<!--", "<!-->", "<a", "<a ", "<a =", "<a \"",
		"<a=\"", "<a b='", "<y", "<y ", "<y \"", "<y z=\"", "<y@",
		"<b x", "<b x=", "&", "&#", "&a", "&amp", "&#x", "<![CDATA[",
		"]]>", "<script>", "<iframe>", "<title>", "<textarea", "<xmp>",
		"</i>", "<table>", "<table><tr><td>", "<li>", "<ul><li>",
		"<p hidden>", "<div class=share>", "<a href=x>", "<img src=x>",
		"<p style='", "<?", "<?x", "( ", "(reporting by ", "\n", " ",
		"<br>", "<pre>\n\n", "x", "the post ", "\xc2\xa0", "=\">\"",
		"<svg>", "<base href=//b/>", "<i></b>", "<select><p>"};
	const size_t n = (size_t)1 << 20;
	struct html_result res = {0};
	char *s = mem_alloc(n);

	(void)state;
	for (size_t i = 0; i < ROWS(attacks); i++) {
		size_t len = strlen(attacks[i]);
		double start = cpu_seconds();

		for (size_t at = 0; at < n; at++)
			s[at] = attacks[i][at % len];
		html_to_text(span_make(s, n), &options, &res);
		assert_true(res.text.n <= HTML_TEXT_BYTES);
		assert_true(res.links.n <= HTML_LINKS);
		assert_true(res.marks.n <= TEXT_MARKS_MAX);
		/* 1 MiB takes about 10 ms; under a sanitizer and load, 20 times
		 * that. Quadratic time would be minutes. */
		if (cpu_seconds() - start > 5)
			fail_msg("'%s' takes %.1f s", attacks[i],
				cpu_seconds() - start);
	}
	mem_free(&s);
	html_result_fini(&res);
}

/* What holds for the text of anything. */
static void
check_invariants(const struct html_result *res, struct span html)
{
	struct span text = strbuf_as_span(&res->text);
	uint32_t last = 0;

	assert_true(span_is_utf8(text));
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i], next = i + 1 < text.n ? text.p[i + 1] : ' ';

		if ((c == ' ' || c == '\n') &&
			(i == 0 || next == ' ' || next == '\n'))
			fail_msg("white space at %zu of '%.*s' from '%.*s'", i,
				SPAN_ARG(text), SPAN_ARG(html));
		assert_true((unsigned char)c >= ' ' || c == '\n');
	}
	vec_each (const struct html_link *, l, &res->links)
		assert_true(l->start <= l->end && l->end <= text.n &&
			span_starts(l->url, "http"));
	vec_each (const struct text_mark *, m, &res->marks) {
		assert_true(m->start < m->end && m->end <= text.n &&
			m->start >= last);
		last = m->end;
	}
}

static void
whatever_comes_the_text_is_tidy(void **state)
{
	static const char *const bits[] = {"<p>", "</p>", "<b>", "</b>", "<a h",
		"ref=/x>", "</a>", "<div class=share>", "</div>", "<table>",
		"<td>", "</table>", "<li>", "<br>", "<script>", "</script>",
		"<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&nbsp;", "&", "<",
		">", "\"", "'", "=", " ", "\n", "text", "é", "\xc2\xa0",
		"\xe2\x80\x8b", "<iframe>", "<pre>", "<hr/>", "</", "<x",
		"hidden", "<title>", "</title>", "(reporting by x)",
		"Read more:", "<img src=y>", "<noscript>", "</noscript>"};
	uint64_t seed = 7;
	struct html_result res = {0};
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 30000; i++) {
		struct strbuf html = STRBUF_INIT(1000);

		for (uint32_t n = rng_below(&r, 24); n > 0; n--)
			strbuf_str(&html, bits[rng_below(&r, ROWS(bits))]);
		html_to_text(strbuf_as_span(&html), &options, &res);
		check_invariants(&res, strbuf_as_span(&html));
		strbuf_fini(&html);
	}
	html_result_fini(&res);
}

/* The plain way: one space for every run of white space, none at the ends. */
static void
collapse(struct span s, struct strbuf *out)
{
	static const char *const spaces[] = {
		" ", "\n", "\t", "\xc2\xa0", "\xe2\x80\x83", "\xe3\x80\x80"};
	bool gap = false;

	for (size_t i = 0; i < s.n;) {
		size_t n = 0;

		for (size_t k = 0; n == 0 && k < ROWS(spaces); k++)
			if (span_starts(span_sub(s, i, s.n), spaces[k]))
				n = strlen(spaces[k]);
		gap |= n > 0;
		if (n == 0) {
			if (gap && out->n > 0)
				strbuf_char(out, ' ');
			gap = false;
			strbuf_char(out, s.p[i]);
			n = 1;
		}
		i += n;
	}
}

static void
long_texts_collapse_as_short_ones_do(void **state)
{
	static const char *const bits[] = {"a", "word", "two words", " ", "  ",
		"\n", "é", "漢字", "“q”", "\xc2\xa0", "\xe2\x80\x83",
		"\xe3\x80\x80", "a line of text that fills a block", ". "};
	uint64_t seed = 13;
	struct html_result res = {0};
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 10000; i++) {
		struct strbuf plain = STRBUF_INIT(4000);
		struct strbuf want = STRBUF_INIT(4000);

		for (uint32_t n = rng_below(&r, 30); n > 0; n--)
			strbuf_str(&plain, bits[rng_below(&r, ROWS(bits))]);
		collapse(strbuf_as_span(&plain), &want);
		html_to_text(strbuf_as_span(&plain), &options, &res);
		assert_string_equal(strbuf_cstr(&res.text), strbuf_cstr(&want));
		strbuf_fini(&plain);
		strbuf_fini(&want);
	}
	html_result_fini(&res);
}

/* Plain text that is escaped comes out as it was. */
static void
escaped_text_survives(void **state)
{
	static const char *const words[] = {"Meta", "<b>", "AT&T", "\"q\"", "é",
		"&amp;", "x<y", "漢字", "&#39;", "-->", "]]>", "it’s"};
	uint64_t seed = 11;
	struct html_result res = {0};
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 3000; i++) {
		struct strbuf plain = STRBUF_INIT(1000);
		struct strbuf html = STRBUF_INIT(2000);

		for (uint32_t n = 1 + rng_below(&r, 10); n > 0; n--)
			strbuf_printf(&plain, "%s%s", plain.n ? " " : "",
				words[rng_below(&r, ROWS(words))]);
		for (size_t k = 0; k < plain.n; k++)
			if (plain.p[k] == '<')
				strbuf_str(&html, "&lt;");
			else if (plain.p[k] == '&')
				strbuf_str(&html, "&amp;");
			else
				strbuf_char(&html, plain.p[k]);
		html_to_text(strbuf_as_span(&html), &options, &res);
		assert_string_equal(strbuf_cstr(&res.text), plain.p);
		strbuf_fini(&plain);
		strbuf_fini(&html);
	}
	html_result_fini(&res);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			block_tags_part_lines_and_inline_tags_part_nothing),
		cmocka_unit_test(lists_and_tables_keep_their_items_apart),
		cmocka_unit_test(white_space_collapses),
		cmocka_unit_test(references_are_decoded_once),
		cmocka_unit_test(what_a_browser_does_not_show_is_dropped),
		cmocka_unit_test(broken_markup_loses_no_text),
		cmocka_unit_test(
			titles_are_one_line_and_texts_are_cut_at_their_maximum),
		cmocka_unit_test(links_are_absolute_and_know_their_text),
		cmocka_unit_test(
			pictures_and_media_are_found_where_pages_hide_them),
		cmocka_unit_test(lists_of_links_are_bounded),
		cmocka_unit_test(
			markup_that_is_boilerplate_is_marked_not_dropped),
		cmocka_unit_test(a_mark_around_the_whole_article_is_no_mark),
		cmocka_unit_test(markup_is_told_from_plain_text),
		cmocka_unit_test(plain_strings_are_unescaped),
		cmocka_unit_test(pages_are_told_from_feeds),
		cmocka_unit_test(feeds_of_a_page_are_listed),
		cmocka_unit_test(the_title_of_a_page_is_told),
		cmocka_unit_test(feeds_of_a_page_are_bounded),
		cmocka_unit_test(attributes_are_cut_as_html_has_it),
		cmocka_unit_test(hostile_markup_costs_linear_time),
		cmocka_unit_test(whatever_comes_the_text_is_tidy),
		cmocka_unit_test(long_texts_collapse_as_short_ones_do),
		cmocka_unit_test(escaped_text_survives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
