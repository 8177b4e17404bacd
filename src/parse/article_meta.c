/* See article_meta.h. Sources: schema.org NewsArticle, ogp.me, Dublin Core. */
#include "parse/article_meta.h"

#include "base/date.h"
#include "model/json.h"
#include "parse/person.h"
#include "parse/plain.h"
#include "text/html.h"
#include "text/url.h"

#define JSON_LD_DEPTH 4 /* lists and @graph within each other */

static const struct {
	const char *name; /* lower case */
	enum article_field field;
	unsigned rank;
} rows[] = {
	{"og:title", ARTICLE_TITLE, 1},
	{"twitter:title", ARTICLE_TITLE, 2},
	{"dc.title", ARTICLE_TITLE, 3},
	{"og:description", ARTICLE_DESCRIPTION, 1},
	{"description", ARTICLE_DESCRIPTION, 2},
	{"twitter:description", ARTICLE_DESCRIPTION, 3},
	{"og:site_name", ARTICLE_SITE, 1},
	{"application-name", ARTICLE_SITE, 3},
	{"og:locale", ARTICLE_LANGUAGE, 4},
	{"content-language", ARTICLE_LANGUAGE, 3},
	{"author", ARTICLE_AUTHOR, 1},
	{"article:author", ARTICLE_AUTHOR, 2},
	{"parsely-author", ARTICLE_AUTHOR, 2},
	{"sailthru.author", ARTICLE_AUTHOR, 2},
	{"citation_author", ARTICLE_AUTHOR, 2},
	{"dc.creator", ARTICLE_AUTHOR, 3},
	{"byl", ARTICLE_AUTHOR, 3},
	{"article:published_time", ARTICLE_PUBLISHED, 1},
	{"og:published_time", ARTICLE_PUBLISHED, 2},
	{"datepublished", ARTICLE_PUBLISHED, 2},
	{"parsely-pub-date", ARTICLE_PUBLISHED, 3},
	{"sailthru.date", ARTICLE_PUBLISHED, 3},
	{"citation_publication_date", ARTICLE_PUBLISHED, 3},
	{"dc.date.issued", ARTICLE_PUBLISHED, 3},
	{"dc.date", ARTICLE_PUBLISHED, 4},
	{"pubdate", ARTICLE_PUBLISHED, 4},
	{"publish-date", ARTICLE_PUBLISHED, 4},
	{"date", ARTICLE_PUBLISHED, 4},
	{"article:modified_time", ARTICLE_UPDATED, 1},
	{"og:updated_time", ARTICLE_UPDATED, 2},
	{"datemodified", ARTICLE_UPDATED, 2},
	{"last-modified", ARTICLE_UPDATED, 4},
	{"og:url", ARTICLE_URL, 2},
};

void
article_meta_init(struct article_meta *m, struct arena *arena,
	struct span page_url, struct article *out)
{
	*out = (struct article){
		.url = page_url,
		.published = {ITEM_UNDATED},
		.updated = {ITEM_UNDATED},
	};
	*m = (struct article_meta){
		.arena = arena, .page_url = page_url, .out = out};
	for (unsigned i = 0; i < ARTICLE_FIELDS; i++)
		m->rank[i] = ARTICLE_RANK_NONE;
}

/* -- values --------------------------------------------------------------- */

/* One line of plain text in the arena, cut at max bytes. */
static struct span
line_of(struct article_meta *m, struct span value, size_t max)
{
	const struct html_options opt = {
		.max_text_bytes = max, .one_line = true, .text_only = true};
	struct html_result res = {0};
	struct span line;

	html_to_text(value, &opt, &res);
	line = arena_span(
		m->arena, span_utf8_head(strbuf_as_span(&res.text), max));
	html_result_fini(&res);
	return line;
}

static bool
wins(struct article_meta *m, enum article_field field, unsigned rank)
{
	if (rank >= m->rank[field])
		return false;
	m->rank[field] = rank;
	return true;
}

static void
put_text(struct article_meta *m, enum article_field field, unsigned rank,
	struct span value, struct span *to)
{
	struct span line = line_of(m, value, LIMIT_TITLE_BYTES);

	if (line.n > 0 && wins(m, field, rank))
		*to = line;
}

static void
put_date(struct article_meta *m, enum article_field field, unsigned rank,
	struct span value, struct wall *to)
{
	struct wall t;

	if (date_parse(value, &t) && wins(m, field, rank))
		*to = t;
}

/* og:locale is en_US. */
static void
put_language(struct article_meta *m, unsigned rank, struct span value)
{
	char tag[16];

	value = span_trim(value);
	if (value.n < 2 || value.n >= sizeof(tag) ||
		!wins(m, ARTICLE_LANGUAGE, rank))
		return;
	for (size_t i = 0; i < value.n; i++)
		tag[i] = value.p[i] == '_' ? '-' : value.p[i];
	m->out->language = arena_span(m->arena, span_make(tag, value.n));
}

/* "By Jo Miller"; profiles of networks are no names. */
static void
put_author(struct article_meta *m, unsigned rank, struct span value)
{
	struct span line = line_of(m, value, LIMIT_NAME_BYTES), name;
	struct item_spans *list = &m->out->authors;
	struct person p;

	if (span_caseeq_str(span_sub(line, 0, 3), "by "))
		line = span_trim(span_sub(line, 3, line.n));
	if (line.n == 0 || url_is_http(line) || rank > m->rank[ARTICLE_AUTHOR])
		return;
	person_parse(line, &p);
	name = person_label(&p);
	if (rank < m->rank[ARTICLE_AUTHOR])
		list->n = 0;
	m->rank[ARTICLE_AUTHOR] = rank;
	for (size_t i = 0; i < list->n; i++)
		if (span_caseeq(m->authors[i], name))
			return;
	if (name.n > 0 && list->n < LIMIT_AUTHORS)
		m->authors[list->n++] = name;
}

static void
put_url(struct article_meta *m, unsigned rank, struct span value)
{
	struct strbuf url = STRBUF_INIT(LIMIT_URL_BYTES);

	if (url_resolve(m->page_url, span_trim(value), &url) &&
		url_is_http(strbuf_as_span(&url)) && wins(m, ARTICLE_URL, rank))
		m->out->url = arena_span(m->arena, strbuf_as_span(&url));
	strbuf_fini(&url);
}

void
article_meta_put(struct article_meta *m, enum article_field field,
	unsigned rank, struct span value)
{
	struct article *a = m->out;

	switch (field) {
	case ARTICLE_TITLE:
		put_text(m, field, rank, value, &a->title);
		break;
	case ARTICLE_DESCRIPTION:
		put_text(m, field, rank, value, &a->description);
		break;
	case ARTICLE_SITE:
		put_text(m, field, rank, value, &a->site);
		break;
	case ARTICLE_LANGUAGE:
		put_language(m, rank, value);
		break;
	case ARTICLE_AUTHOR:
		put_author(m, rank, value);
		break;
	case ARTICLE_PUBLISHED:
		put_date(m, field, rank, value, &a->published);
		break;
	case ARTICLE_UPDATED:
		put_date(m, field, rank, value, &a->updated);
		break;
	case ARTICLE_URL:
		put_url(m, rank, value);
		break;
	case ARTICLE_FIELDS:
		break;
	}
}

void
article_meta_element(
	struct article_meta *m, struct span name, struct span content)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_caseeq_str(name, rows[i].name))
			article_meta_put(
				m, rows[i].field, rows[i].rank, content);
}

/* -- JSON-LD -------------------------------------------------------------- */

/* Is one of its types that of an article? "NewsArticle", "BlogPosting". */
static bool
is_article(const struct json *j)
{
	const struct json *type = json_get(j, "@type");
	size_t n = json_type(type) == JSON_ARRAY_ ? json_size(type) : 1;

	for (size_t i = 0; i < n; i++) {
		struct span t = json_text(json_type(type) == JSON_ARRAY_
				? json_at(type, i)
				: type);

		if (span_ends(t, "Article") || span_ends(t, "Posting") ||
			span_eq_str(t, "Report") || span_eq_str(t, "Review"))
			return true;
	}
	return false;
}

/* A text, or an object with a name; a list of them for authors. */
static void
put_named(
	struct article_meta *m, enum article_field field, const struct json *j)
{
	if (json_type(j) == JSON_ARRAY_) {
		for (size_t i = 0; i < json_size(j); i++)
			if (json_type(json_at(j, i)) != JSON_ARRAY_)
				put_named(m, field, json_at(j, i));
		return;
	}
	article_meta_put(m, field, ARTICLE_RANK_JSON_LD,
		json_type(j) == JSON_OBJECT_ ? json_get_text(j, "name")
					     : json_text(j));
}

/* The longest; some write markup into it. */
static void
put_body(struct article_meta *m, struct span body)
{
	struct plain_scratch scratch = {0};
	struct plain plain;

	plain_body(&scratch, m->arena, PLAIN_GUESS, body, SPAN_NULL, &plain);
	if (plain.text.n > m->out->text.n)
		m->out->text = plain.text;
	plain_scratch_fini(&scratch);
}

static void
put_article(struct article_meta *m, const struct json *j)
{
	static const struct {
		const char *name;
		enum article_field field;
	} members[] = {
		{"headline", ARTICLE_TITLE},
		{"name", ARTICLE_TITLE},
		{"description", ARTICLE_DESCRIPTION},
		{"inLanguage", ARTICLE_LANGUAGE},
		{"author", ARTICLE_AUTHOR},
		{"datePublished", ARTICLE_PUBLISHED},
		{"dateModified", ARTICLE_UPDATED},
		{"publisher", ARTICLE_SITE},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		put_named(m, members[i].field, json_get(j, members[i].name));
	put_body(m, json_get_text(j, "articleBody"));
}

static void
look_for_article(struct article_meta *m, const struct json *j, unsigned depth)
{
	if (depth == 0)
		return;
	if (json_type(j) == JSON_ARRAY_) {
		for (size_t i = 0; i < json_size(j); i++)
			look_for_article(m, json_at(j, i), depth - 1);
	} else if (is_article(j)) {
		put_article(m, j);
	} else {
		look_for_article(m, json_get(j, "@graph"), depth - 1);
		look_for_article(m, json_get(j, "mainEntity"), depth - 1);
	}
}

void
article_meta_json_ld(struct article_meta *m, struct span text)
{
	struct json *j = NULL;
	struct err err;

	if (json_parse(text, "JSON-LD", &j, &err) != 0)
		return;
	look_for_article(m, j, JSON_LD_DEPTH);
	json_free(&j);
}

/* -- the end -------------------------------------------------------------- */

/* "Title | Example News": the site's name says nothing about the article. */
static void
cut_site(struct article *a)
{
	static const char *const separators[] = {
		" | ", " - ", " \u2013 ", " \u2014 ", " :: ", " \u00b7 "};
	struct span t = a->title;

	if (a->site.n == 0 || t.n <= a->site.n ||
		!span_caseeq(span_sub(t, t.n - a->site.n, a->site.n), a->site))
		return;
	t = span_sub(t, 0, t.n - a->site.n);
	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
		if (span_ends(t, separators[i]) && t.n > strlen(separators[i]))
			a->title = span_sub(t, 0, t.n - strlen(separators[i]));
}

void
article_meta_finish(struct article_meta *m)
{
	struct item_spans *list = &m->out->authors;
	struct span *p = arena_array(m->arena, list->n, sizeof(*p));

	for (size_t i = 0; i < list->n; i++)
		p[i] = m->authors[i];
	list->p = p;
	cut_site(m->out);
}
