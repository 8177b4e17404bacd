#include "parse/json_feed.h"

#include "model/json.h"
#include "model/limits.h"
#include "parse/json_mend.h"

#define RANK_SECOND 2 /* the weaker of two members for one field */

struct reader {
	struct builder *b;
	struct span base;
};

/* A member as text; numbers as they are written. */
static struct span
scalar(struct reader *r, const struct json *j)
{
	struct strbuf text = STRBUF_INIT(LIMIT_GUID_BYTES);
	struct span s;

	if (json_type(j) == JSON_TEXT_)
		return json_text(j);
	if (json_type(j) != JSON_NUMBER_)
		return SPAN_NULL;
	json_dump(j, &text);
	s = arena_span(r->b->arena, strbuf_as_span(&text));
	strbuf_fini(&text);
	return s;
}

static struct span
member(struct reader *r, const struct json *object, const char *key)
{
	return scalar(r, json_get(object, key));
}

/* 1.0 has "author", 1.1 "authors"; either may be a name instead of an object,
 * or a list where one was meant. */
static void
put_person(struct reader *r, struct draft *d, const struct json *j)
{
	struct span name = json_type(j) == JSON_OBJECT_
		? json_get_text(j, "name")
		: json_text(j);

	put_author(r->b, d, 0,
		span_trim(name).n > 0 ? name : json_get_text(j, "url"));
}

static void
put_people(struct reader *r, struct draft *d, const struct json *j)
{
	size_t n = json_type(j) == JSON_ARRAY_ ? json_size(j) : 0;

	if (n == 0)
		put_person(r, d, j);
	for (size_t i = 0; i < n && i < LIMIT_AUTHORS; i++)
		put_person(r, d, json_at(j, i));
}

static void
put_authors(struct reader *r, struct draft *d, const struct json *object)
{
	put_people(r, d, json_get(object, "authors"));
	put_people(r, d, json_get(object, "author"));
}

static void
put_tags(struct reader *r, struct draft *d, const struct json *tags)
{
	if (json_type(tags) == JSON_TEXT_)
		put_keywords(r->b, d, json_text(tags));
	for (size_t i = 0; i < json_size(tags) && i < LIMIT_CATEGORIES; i++)
		put_category(r->b, d, scalar(r, json_at(tags, i)));
}

static void
put_attachments(struct reader *r, struct draft *d, const struct json *list)
{
	for (size_t i = 0; i < json_size(list) && i < LIMIT_LINKS; i++)
		put_enclosure(r->b, d, json_get_text(json_at(list, i), "url"),
			r->base);
}

static void
put_texts(struct reader *r, struct draft *d, const struct json *j)
{
	struct builder *b = r->b;

	put_title(b, d, 0, PLAIN_GUESS, json_get_text(j, "title"));
	put_body(b, d, F_SUMMARY, 0, PLAIN_GUESS, json_get_text(j, "summary"),
		r->base);
	put_body(b, d, F_CONTENT, RANK_SECOND, PLAIN_TEXT,
		json_get_text(j, "content_text"), r->base);
	put_body(b, d, F_CONTENT, 0, PLAIN_HTML,
		json_get_text(j, "content_html"), r->base);
}

/* False beyond LIMIT_ITEMS. */
static bool
read_item(struct reader *r, const struct json *j)
{
	struct builder *b = r->b;
	struct draft *d;

	if (json_type(j) != JSON_OBJECT_)
		return true;
	d = builder_item(b);
	if (!d)
		return false;
	put_link(b, d, 0, json_get_text(j, "url"), r->base, true);
	put_link(b, d, RANK_SECOND, json_get_text(j, "external_url"), r->base,
		true);
	put_guid(b, d, 0, member(r, j, "id"), true);
	put_texts(r, d, j);
	put_date(d, F_PUBLISHED, 0, member(r, j, "date_published"));
	put_date(d, F_UPDATED, 0, member(r, j, "date_modified"));
	put_authors(r, d, j);
	put_tags(r, d, json_get(j, "tags"));
	put_language(b, d, 0, json_get_text(j, "language"));
	put_image(b, d, json_get_text(j, "image"), r->base);
	put_image(b, d, json_get_text(j, "banner_image"), r->base);
	put_attachments(r, d, json_get(j, "attachments"));
	return true;
}

/* The versions are URLs; "1.1", "version/2" and none at all were seen too. */
static const char *
format_of(const struct json *root)
{
	struct span version = span_trim(json_get_text(root, "version"));

	if (span_find_str(version, "1.1") != SIZE_MAX ||
		span_ends(version, "/2"))
		return "json-feed-1.1";
	return "json-feed-1.0";
}

static bool
is_feed(const struct json *root)
{
	struct span version = json_get_text(root, "version");

	if (json_type(root) != JSON_OBJECT_)
		return false;
	if (span_find_str(version, "jsonfeed") != SIZE_MAX)
		return true;
	return json_type(json_get(root, "items")) == JSON_ARRAY_ &&
		(version.n > 0 || json_get(root, "title") ||
			json_get(root, "home_page_url") ||
			json_get(root, "feed_url"));
}

static int
read_root(struct reader *r, const struct json *root, const char **why,
	struct err *err)
{
	struct draft *feed = &r->b->feed;
	const struct json *items = json_get(root, "items");

	if (!is_feed(root))
		return err_set(err, ERR_INPUT,
			"this is JSON, but not a JSON Feed: it has no "
			"\"version\" of jsonfeed.org and no \"items\"");
	r->b->doc->format = format_of(root);
	put_title(r->b, feed, 0, PLAIN_GUESS, json_get_text(root, "title"));
	put_link(r->b, feed, 0, json_get_text(root, "home_page_url"), r->base,
		true);
	put_language(r->b, feed, 0, json_get_text(root, "language"));
	put_authors(r, feed, root);
	if (r->base.n == 0)
		r->base = feed->item.url;
	for (size_t i = 0; i < json_size(items); i++)
		if (!read_item(r, json_at(items, i))) {
			*why = "more items than are read";
			break;
		}
	return 0;
}

static int
parse_mended(struct span text, struct json **root, struct err *err)
{
	struct strbuf whole = STRBUF_INIT(text.n * 2 + LIMIT_XML_DEPTH);
	struct err again = {0};
	int rc = -1;

	if (json_mend(text, &whole) && !whole.full)
		rc = json_parse(strbuf_as_span(&whole), "JSON", root, &again);
	strbuf_fini(&whole);
	return rc == 0 ? 0 : err_wrap(err, "this looks like JSON, but is not");
}

int
json_feed_read(struct span text, struct span base_url, struct builder *b,
	const char **why, struct err *err)
{
	struct reader r = {b, base_url};
	struct json *root = NULL;
	int rc;

	*why = NULL;
	if (json_parse(text, "JSON", &root, err) != 0) {
		*why = arena_strdup(b->arena, err->msg);
		if (parse_mended(text, &root, err) != 0)
			return -1;
		err_clear(err);
	}
	rc = read_root(&r, root, why, err);
	json_free(&root);
	return rc;
}
