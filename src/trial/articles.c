/* Articles out of files. See articles.h. */
#include "trial/articles.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/file.h"
#include "base/map.h"
#include "model/json.h"
#include "model/limits.h"
#include "parse/inflate.h"
#include "parse/parse.h"
#include "text/boilerplate.h"
#include "text/domain.h"
#include "text/url.h"

struct reading {
	const char *path;
	article_cb cb;
	void *arg;
	struct arena *arena;
	bool stop;
};

/* -- JSON Lines ------------------------------------------------------------ */

/* An id may be a number or a text; a missing one is the line's number. */
static struct span
id_of(struct reading *r, const struct json *o, size_t line)
{
	const struct json *id = json_get(o, "id");

	if (json_type(id) == JSON_NUMBER_)
		return span_of(arena_printf(
			r->arena, "%lld", (long long)json_int(id, 0)));
	if (json_text(id).n)
		return json_text(id);
	return span_of(arena_printf(r->arena, "%zu", line));
}

void
articles_mark(struct arena *arena, struct item *it)
{
	struct text_marks found = {0};
	struct item_mark *marks;
	size_t i;

	text_marks_find(it->text, &found);
	marks = arena_array(arena, found.n, sizeof(*marks));
	for (i = 0; i < found.n; i++)
		marks[i] =
			(struct item_mark){(enum item_mark_kind)found.p[i].kind,
				found.p[i].start, found.p[i].end};
	it->marks = marks;
	it->n_marks = found.n;
	text_marks_fini(&found);
}

static void
hand_over_object(struct reading *r, const struct json *o, size_t line)
{
	struct item it = {
		.url = json_get_text(o, "url"),
		.title = json_get_text(o, "title"),
		.content = json_get_text(o, "text"),
		.text = json_get_text(o, "text"),
		.language = json_get_text(o, "language"),
		.published = {ITEM_UNDATED},
		.updated = {ITEM_UNDATED},
	};
	struct article a = {.item = &it, .name = id_of(r, o, line)};

	if (!date_parse(json_get_text(o, "published"), &it.published))
		it.published.ms = ITEM_UNDATED;
	articles_mark(r->arena, &it);
	hash_id(&a.name, 1, a.id);
	a.feed.publisher = json_get_text(o, "source");
	a.feed.domain = domain_registrable(url_host(it.url));
	r->stop = !r->cb(&a, r->arg);
}

static int
read_line(struct reading *r, struct span line, size_t number, struct err *err)
{
	struct json *o = NULL;
	int rc = -1;

	if (json_parse(line, r->path, &o, err) != 0)
		return err_set(err, ERR_INPUT,
			"%s:%zu: this line is no JSON; every line of JSON "
			"Lines is one object",
			r->path, number);
	if (json_type(o) == JSON_OBJECT_) {
		hand_over_object(r, o, number);
		rc = 0;
	} else {
		err_set(err, ERR_INPUT, "%s:%zu: this line is no JSON object",
			r->path, number);
	}
	json_free(&o);
	return rc;
}

static int
read_lines(struct reading *r, struct span rest, struct err *err)
{
	struct span line;
	size_t number = 0;

	while (!r->stop && span_next(&rest, '\n', &line)) {
		number++;
		line = span_trim(line);
		if (line.n && read_line(r, line, number, err) != 0)
			return -1;
		arena_reset(r->arena);
	}
	return 0;
}

/* Is the first line a whole object, and no JSON Feed? */
static bool
is_json_lines(struct span bytes)
{
	struct span rest = span_trim(bytes), line;
	struct json *o = NULL;
	bool yes = false;

	if (rest.n == 0 || rest.p[0] != '{' || !span_next(&rest, '\n', &line))
		return false;
	if (json_parse(span_trim(line), "", &o, NULL) == 0)
		yes = json_type(o) == JSON_OBJECT_ &&
			(json_get(o, "title") || json_get(o, "text")) &&
			json_type(json_get(o, "items")) != JSON_ARRAY_;
	json_free(&o);
	return yes;
}

/* -- feed documents -------------------------------------------------------- */

/* Canonical URLs that only one item has; see analyse. */
static struct map *
count_urls(struct reading *r, const struct document *doc)
{
	struct map *seen = map_new(NULL);
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);
	size_t i, *count;

	for (i = 0; i < doc->n_items; i++) {
		strbuf_clear(&b);
		if (!url_canonical(doc->items[i].url, &b) || b.full)
			continue;
		count = map_get(seen, strbuf_as_span(&b));
		if (!count) {
			count = arena_alloc(r->arena, sizeof(*count));
			map_put(seen, strbuf_as_span(&b), count);
		}
		++*count;
	}
	strbuf_fini(&b);
	return seen;
}

static void
hand_over_item(struct reading *r, const struct document *doc,
	const struct item *it, const struct map *urls)
{
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);
	struct article a = {.item = it};
	struct item_keys keys;
	size_t *count = NULL;

	if (url_canonical(it->url, &b) && !b.full)
		count = map_get(urls, strbuf_as_span(&b));
	item_keys(it, span_of(r->path),
		count && *count == 1 ? strbuf_as_span(&b) : SPAN_NULL, &keys);
	item_id(&keys.k[0], a.id);
	a.feed = (struct hit_feed){
		.url = doc->url,
		.title = doc->title,
		.publisher = doc->title,
		.domain = domain_registrable(url_host(doc->url)),
	};
	r->stop = !r->cb(&a, r->arg);
	strbuf_fini(&b);
}

static int
read_feed(struct reading *r, struct span bytes, struct err *err)
{
	struct strbuf inflated = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
	struct document *doc = NULL;
	struct inflate_result body;
	struct parse_input in = {0};
	struct map *urls;
	size_t i;
	int rc = -1;

	if (inflate_body(bytes, SPAN_NULL, &inflated, &body, err) != 0)
		goto out;
	in.bytes = body.bytes;
	in.truncated = !body.whole;
	if (parse_document(&in, &doc, err) != 0)
		goto out;
	urls = count_urls(r, doc);
	for (i = 0; i < doc->n_items && !r->stop; i++)
		hand_over_item(r, doc, &doc->items[i], urls);
	map_free(&urls);
	rc = 0;
out:
	if (rc != 0)
		err_wrap(err, "%s", r->path);
	document_free(&doc);
	strbuf_fini(&inflated);
	return rc;
}

int
articles_read(const char *path, article_cb cb, void *arg, struct err *err)
{
	struct reading r = {.path = path, .cb = cb, .arg = arg};
	struct strbuf bytes = STRBUF_INIT(ARTICLES_BYTES_MAX);
	int rc;

	if (file_read(path, &bytes, err) != 0)
		return -1;
	r.arena = arena_new();
	if (is_json_lines(strbuf_as_span(&bytes)))
		rc = read_lines(&r, strbuf_as_span(&bytes), err);
	else
		rc = read_feed(&r, strbuf_as_span(&bytes), err);
	arena_free(&r.arena);
	strbuf_fini(&bytes);
	return rc;
}
