#include "parse/document_json.h"

#include "model/json.h"

static void
put_texts(struct json_w *w, const char *key, struct item_spans texts)
{
	json_w_key(w, key);
	json_w_array(w);
	for (size_t i = 0; i < texts.n; i++)
		json_w_text(w, texts.p[i]);
	json_w_array_end(w);
}

static void
put_time(struct json_w *w, const char *key, struct wall t)
{
	json_w_key(w, key);
	json_w_time(w, t);
}

static void
put_item(struct json_w *w, const struct item *it)
{
	json_w_object(w);
	json_w_key(w, "id");
	if (it->guid.p)
		json_w_text(w, it->guid);
	else
		json_w_null(w);
	json_w_kv_text(w, "url", it->url);
	json_w_kv_text(w, "title", it->title);
	json_w_kv_text(w, "summary", it->summary);
	json_w_kv_text(w, "content", it->content);
	put_texts(w, "authors", it->authors);
	put_texts(w, "categories", it->categories);
	put_time(w, "published", it->published);
	put_time(w, "updated", it->updated);
	json_w_object_end(w);
}

void
document_format(const struct document *d, struct span file, struct strbuf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_text(&w, "file", file);
	json_w_kv_str(&w, "format", d->format);
	json_w_kv_text(&w, "title", d->title);
	json_w_kv_text(&w, "url", d->url);
	json_w_kv_text(&w, "language", d->language);
	json_w_kv_bool(&w, "recovered", d->recovered);
	if (d->recovered)
		json_w_kv_str(&w, "recovered_why", d->recovered_why);
	json_w_key(&w, "items");
	json_w_array(&w);
	for (size_t i = 0; i < d->n_items; i++)
		put_item(&w, &d->items[i]);
	json_w_array_end(&w);
	json_w_object_end(&w);
}

void
document_format_error(struct span file, struct span error, struct strbuf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_text(&w, "file", file);
	json_w_kv_text(&w, "error", error);
	json_w_object_end(&w);
}
