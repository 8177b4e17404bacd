/*
 * /api/item: what is known of one item, its hits and its history. Asked by its
 * id, the id of one of its hits, or its URL as a reader has it.
 */
#include "daemon/daemon.h"

#include "model/json.h"
#include "model/limits.h"
#include "text/url.h"

#define ITEM_ANSWER_BYTES MIB(4)

struct item_answer {
	struct daemon *d;
	struct json_w w;
	struct err err;
	int rc;
	bool found;
};

/* An array of the lines of a text; null if there is none. */
static void
put_lines(struct json_w *w, const char *key, struct span lines)
{
	struct span line;

	json_w_key(w, key);
	if (lines.p == NULL) {
		json_w_null(w);
		return;
	}
	json_w_array(w);
	while (span_next(&lines, '\n', &line))
		json_w_text(w, line);
	json_w_array_end(w);
}

static void
put_kept(struct json_w *w, const char *key, struct span s)
{
	json_w_key(w, key);
	if (s.p == NULL)
		json_w_null(w);
	else
		json_w_text(w, s);
}

static void
put_time(struct json_w *w, const char *key, struct wall t)
{
	json_w_key(w, key);
	json_w_time(w, t);
}

static bool
on_version(const struct store_version *v, void *arg)
{
	struct json_w *w = arg;

	json_w_object(w);
	json_w_kv_int(w, "version", v->n);
	put_time(w, "seen", v->seen);
	json_w_key(w, "changed");
	json_w_array(w);
	for (unsigned f = 0; f < ITEM_FIELDS; f++)
		if (v->changed & 1u << f)
			json_w_str(w, item_field_name((enum item_field)f));
	json_w_array_end(w);
	json_w_kv_int(w, "times", v->times);
	put_kept(w, "title", v->title);
	put_kept(w, "url", v->url);
	put_kept(w, "guid", v->guid);
	put_lines(w, "authors", v->authors);
	put_time(w, "published", v->published);
	put_kept(w, "text", v->text);
	json_w_object_end(w);
	return true;
}

static bool
on_hit(const struct store_item_hit *h, void *arg)
{
	struct json_w *w = arg;

	json_w_object(w);
	json_w_kv_str(w, "id", h->id);
	json_w_kv_str(w, "kind", hit_kind_name(h->kind));
	json_w_kv_int(w, "revision", h->revision);
	put_time(w, "stored", h->stored);
	put_lines(w, "entities", h->entities);
	put_time(w, "confirmed", h->confirmed);
	put_kept(w, "outcome", h->outcome);
	json_w_object_end(w);
	return true;
}

static void
on_item(const struct store_item_info *i, void *arg)
{
	struct item_answer *a = arg;
	struct store *s = a->d->store;
	struct json_w *w = &a->w;
	char *feed = pipeline_shown(i->feed_url);

	a->found = true;
	json_w_object(w);
	json_w_kv_str(w, "id", i->id);
	put_kept(w, "title", i->title);
	put_kept(w, "url", i->url);
	json_w_kv_str(w, "feed", i->feed_url.p == NULL ? NULL : feed);
	mem_free(&feed);
	put_time(w, "first_seen", i->first_seen);
	put_time(w, "published", i->published);
	put_time(w, "updated", i->updated);
	put_time(w, "gone", i->gone);
	put_lines(w, "told", i->told);
	json_w_key(w, "hits");
	json_w_array(w);
	a->rc = store_item_hits(s, i->row, on_hit, w, &a->err);
	json_w_array_end(w);
	json_w_key(w, "story");
	if (a->rc == 0)
		a->rc = story_of_item_format(a->d, i->row, i->id, w, &a->err);
	else
		json_w_null(w);
	json_w_key(w, "versions");
	json_w_array(w);
	if (a->rc == 0)
		a->rc = store_versions(s, i->row, on_version, w, &a->err);
	json_w_array_end(w);
	json_w_object_end(w);
}

/* The strongest name of an article, which all feeds share. */
static int
find_by_url(struct item_answer *a, struct span url)
{
	struct strbuf canonical = STRBUF_INIT(LIMIT_URL_BYTES);
	struct item it = {.published = {ITEM_UNDATED}};
	struct item_keys keys;
	int rc;

	if (!url_canonical(url, &canonical)) {
		strbuf_fini(&canonical);
		return err_set(&a->err, ERR_INPUT,
			"'%.*s' is neither an id (32 hex digits) nor an "
			"absolute URL",
			SPAN_ARG(url));
	}
	item_keys(&it, SPAN_LIT(""), strbuf_as_span(&canonical), &keys);
	rc = store_item_by_key(a->d->store, &keys.k[0], on_item, a, &a->err);
	strbuf_fini(&canonical);
	return rc;
}

void
item_on_request(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct item_answer a = {.d = arg};
	struct strbuf b = STRBUF_INIT(ITEM_ANSWER_BYTES);
	const char *id = http_request_query(x, "id");
	const char *url = http_request_query(x, "url");
	int rc;

	(void)q;
	json_w_init(&a.w, &b);
	if (id != NULL)
		rc = store_item_by_id(
			a.d->store, span_of(id), on_item, &a, &a.err);
	else if (url != NULL)
		rc = find_by_url(&a, span_of(url));
	else
		rc = err_set(&a.err, ERR_INPUT, "say which: ?id= or ?url=");
	if (rc == 0)
		rc = a.rc;
	if (rc != 0)
		http_reply_error(
			x, a.err.kind == ERR_INPUT ? 400 : 500, a.err.msg);
	else if (!a.found)
		http_reply_error(x, 404,
			"no such item: it was never seen, or is older than "
			"store.keep");
	else
		http_reply(x, 200, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}
