/*
 * How fast the text room is: HTML to text, charsets, URLs, on articles made
 * here (seeded, the same every time). CPU time of the best of some runs, so
 * that other work on the machine disturbs little. libxml2's HTML SAX reader
 * without any work in its callbacks stands beside html_to_text().
 */
#include <iconv.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "text/charset.h"
#include "text/html.h"
#include "text/url.h"

#define RUNS 9
#define ARTICLE_BYTES ((size_t)4 << 20)
#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

struct language {
	const char *name;
	const char *words[24];
	size_t n;
};

static const struct language languages[] = {
	{"english",
		{"the", "company", "said", "on", "Tuesday", "that", "its",
			"quarterly", "revenue", "rose", "as", "demand", "for",
			"cloud", "services", "grew", "faster", "than",
			"analysts", "had", "expected", "AT&amp;T", "Meta",
			"merger"},
		24},
	{"german",
		{"der", "Münchner", "Konzern", "übernimmt", "für", "zwei",
			"Milliarden", "Euro", "die", "Mehrheit", "an", "dem",
			"Düsseldorfer", "Unternehmen", "größere", "Einwände"},
		16},
	{"russian",
		{"компания", "объявила", "во", "вторник", "о", "покупке",
			"своего", "конкурента", "за", "два", "миллиарда",
			"долларов", "сделка", "должна", "быть", "закрыта"},
		16},
	{"japanese",
		{"同社は", "火曜日、", "最大の", "競合企業を", "二十億ドルで",
			"買収すると", "発表しました。"},
		7},
};

/* Many articles in one buffer. */
struct articles {
	struct strbuf bytes;
	VEC(size_t) ends;
	VEC(char *) urls;
};

static void
put_words(struct articles *a, const struct language *l, struct rng *r)
{
	for (uint32_t n = 6 + rng_below(r, 18); n > 0; n--) {
		const char *word = l->words[rng_below(r, (uint32_t)l->n)];

		if (rng_below(r, 40) == 0)
			strbuf_printf(&a->bytes,
				"<a "
				"href=\"https://www.example.com/news/2026/03/"
				"story-%u.html?utm_source=rss&amp;id=%u\" "
				"target=\"_blank\" rel=\"noopener\">%s</a> ",
				rng_below(r, 9999), rng_below(r, 99), word);
		else if (rng_below(r, 60) == 0)
			strbuf_printf(&a->bytes, "<strong>%s</strong> ", word);
		else
			strbuf_printf(&a->bytes, "%s ", word);
	}
	strbuf_str(&a->bytes, rng_below(r, 4) ? ". " : "&#8217;s. ");
}

static void
put_article(struct articles *a, const struct language *l, struct rng *r)
{
	strbuf_printf(&a->bytes,
		"<figure class=\"wp-block-image size-large\"><img "
		"loading=\"lazy\" width=\"1024\" height=\"683\" src=\""
		"https://cdn.example.com/uploads/2026/03/img-%u.jpg\" alt=\"\" "
		"srcset=\"https://cdn.example.com/a-300.jpg 300w\" />"
		"<figcaption>Photo: Jane Doe</figcaption></figure>\n",
		rng_below(r, 999));
	for (uint32_t n = 4 + rng_below(r, 9); n > 0; n--) {
		strbuf_str(&a->bytes, "<p class=\"wp-block-paragraph\">");
		for (uint32_t k = 2 + rng_below(r, 4); k > 0; k--)
			put_words(a, l, r);
		strbuf_str(&a->bytes, "</p>\n");
		if (rng_below(r, 7) == 0) {
			strbuf_str(&a->bytes, "<h2>");
			put_words(a, l, r);
			strbuf_str(&a->bytes, "</h2>\n");
		}
	}
	strbuf_str(&a->bytes,
		"<div class=\"sharedaddy\"><h3>Share this:</h3><ul><li><a "
		"href=\"https://x.example/share?u=1\">Tweet</a></li></ul></div>"
		"<p>The post <a href=\"https://example.com/p\">T</a> appeared "
		"first on <a href=\"https://example.com\">E</a>.</p>");
	vec_push(&a->ends, a->bytes.n);
}

static void
make(struct articles *a, const struct language *l)
{
	struct rng r;

	rng_init(&r, 1);
	strbuf_init(&a->bytes, 2 * ARTICLE_BYTES);
	while (a->bytes.n < ARTICLE_BYTES)
		put_article(a, l, &r);
	for (int i = 0; i < 10000; i++)
		vec_push(&a->urls,
			mem_printf("https://www.example.com/news/%u/"
				   "Some-Story.html?utm_source=rss&id=%u#x",
				rng_below(&r, 9999), rng_below(&r, 99)));
}

static void
unmake(struct articles *a)
{
	strbuf_fini(&a->bytes);
	vec_fini(&a->ends);
	vec_each (char **, url, &a->urls)
		mem_free(url);
	vec_fini(&a->urls);
}

/* -- what is measured ------------------------------------------------------ */

static struct html_result html;
static struct span encoded; /* the articles in another charset */
static volatile size_t sink;

static void
each_article(const struct articles *a, const struct html_options *opt)
{
	size_t start = 0;

	vec_each (const size_t *, end, &a->ends) {
		html_to_text(span_sub(strbuf_as_span(&a->bytes), start,
				     *end - start),
			opt, &html);
		sink += html.text.n + html.links.n;
		start = *end;
	}
}

static size_t
run_html(const struct articles *a)
{
	each_article(a,
		&(struct html_options){
			.base_url = SPAN_LIT("https://example.com/")});
	return a->bytes.n;
}

static size_t
run_text_only(const struct articles *a)
{
	each_article(a, &(struct html_options){.text_only = true});
	return a->bytes.n;
}

static void
on_characters(void *arg, const xmlChar *s, int n)
{
	(void)arg;
	(void)s;
	sink += (size_t)n;
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar **attributes)
{
	(void)arg;
	(void)name;
	(void)attributes;
	sink++;
}

static size_t
run_libxml2(const struct articles *a)
{
	htmlSAXHandler sax = {.startElement = on_start,
		.characters = on_characters,
		.initialized = 1};
	size_t start = 0;

	vec_each (const size_t *, end, &a->ends) {
		htmlParserCtxtPtr c = htmlCreatePushParserCtxt(
			&sax, NULL, "", 0, NULL, XML_CHAR_ENCODING_UTF8);

		htmlCtxtUseOptions(
			c, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
		htmlParseChunk(c, a->bytes.p + start, (int)(*end - start), 1);
		htmlFreeParserCtxt(c);
		start = *end;
	}
	return a->bytes.n;
}

static size_t
run_charset(struct span bytes, const char *label)
{
	struct strbuf out = STRBUF_INIT(4 * bytes.n);
	struct charset_labels labels = {.http = span_of(label)};
	struct charset_result res;

	charset_decode(bytes, &labels, CHARSET_XML_CHARS, &out, &res);
	sink += res.text.n;
	strbuf_fini(&out);
	return bytes.n;
}

static size_t
run_utf8(const struct articles *a)
{
	return run_charset(strbuf_as_span(&a->bytes), "utf-8");
}

static size_t
run_utf16(const struct articles *a)
{
	(void)a;
	return run_charset(encoded, "utf-16");
}

static size_t
run_canonical(const struct articles *a)
{
	struct strbuf out = STRBUF_INIT(URL_BYTES_MAX);
	size_t n = 0;

	vec_each (char *const *, url, &a->urls) {
		strbuf_clear(&out);
		url_canonical(span_of(*url), &out);
		n += strlen(*url);
		sink += out.n;
	}
	strbuf_fini(&out);
	return n;
}

static const struct {
	const char *name;
	size_t (*run)(const struct articles *a); /* returns bytes read */
} benches[] = {
	{"html_to_text", run_html},
	{"html_to_text, text only", run_text_only},
	{"libxml2 HTML SAX, no work", run_libxml2},
	{"charset_decode, UTF-8", run_utf8},
	{"charset_decode, UTF-16", run_utf16},
	{"url_canonical", run_canonical},
};

static void
bench(const struct articles *a, size_t i)
{
	double best = 1e9;
	size_t n = 0;

	for (int k = 0; k < RUNS; k++) {
		clock_t start = clock();
		double s;

		n = benches[i].run(a);
		s = (double)(clock() - start) / CLOCKS_PER_SEC;
		best = s < best ? s : best;
	}
	printf("  %-28s %8.0f MB/s\n", benches[i].name, (double)n / best / 1e6);
}

static void
to_utf16(const struct articles *a, struct strbuf *out)
{
	iconv_t cd = iconv_open("UTF-16LE", "UTF-8");
	char *from = a->bytes.p, *to;
	size_t n = a->bytes.n, left;

	strbuf_init(out, 2 * n);
	left = strbuf_room(out, 2 * n);
	to = out->p;
	iconv(cd, &from, &n, &to, &left);
	iconv_close(cd);
	encoded = span_make(out->p, (size_t)(to - out->p));
}

int
main(void)
{
	for (size_t l = 0; l < ROWS(languages); l++) {
		struct articles a = {0};
		struct strbuf utf16;

		make(&a, &languages[l]);
		to_utf16(&a, &utf16);
		printf("%s: %zu articles, %zu bytes\n", languages[l].name,
			a.ends.n, a.bytes.n);
		for (size_t i = 0; i < ROWS(benches); i++)
			bench(&a, i);
		unmake(&a);
		strbuf_fini(&utf16);
	}
	html_result_fini(&html);
	xmlCleanupParser();
	return EXIT_SUCCESS;
}
