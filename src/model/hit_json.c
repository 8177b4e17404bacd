/*
 * Version 1 of the hit as JSON: doc/HIT.md describes every field. The order of
 * the fields here is the order in the document.
 */
#include "model/hit.h"

#include <stdio.h>

#include "model/json.h"
#include "model/limits.h"

/* How much of a hit is written; each step makes it smaller. */
struct measure {
	size_t mentions; /* per entity */
	size_t text_bytes;
};

static const struct measure measures[] = {
	{LIMIT_MENTIONS, LIMIT_TEXT_BYTES},
	{LIMIT_MENTIONS / 10, LIMIT_TEXT_BYTES},
	{3, LIMIT_TEXT_BYTES},
	{1, LIMIT_TEXT_BYTES / 8},
};

struct writer {
	struct json_w w;
	const struct hit *h;
	struct measure measure;
	size_t field_bytes[2]; /* by enum hit_field: bytes written of it */
};

const char *
hit_kind_name(enum hit_kind kind)
{
	return kind == HIT_UPDATE ? "update" : "hit";
}

const char *
hit_field_name(enum hit_field field)
{
	return field == FIELD_TITLE ? "title" : "text";
}

void
hit_id(const char *item_id, enum hit_kind kind, unsigned revision,
	char out[HEX128_SIZE])
{
	char number[16];

	snprintf(number, sizeof(number), "%u", revision);
	hash_id((struct span[]){span_of(item_id), span_of(hit_kind_name(kind)),
			span_of(number)},
		3, out);
}

static void
put_spans(struct json_w *w, const char *key, struct item_spans spans)
{
	json_w_key(w, key);
	json_w_array(w);
	for (size_t i = 0; i < spans.n; i++)
		json_w_text(w, spans.p[i]);
	json_w_array_end(w);
}

static void
put_item(struct writer *wr)
{
	struct json_w *w = &wr->w;
	const struct hit *h = wr->h;
	const struct item *it = h->item;
	struct span text = span_utf8_head(it->text, wr->measure.text_bytes);

	wr->field_bytes[FIELD_TITLE] = it->title.n;
	wr->field_bytes[FIELD_TEXT] = text.n;
	json_w_key(w, "item");
	json_w_object(w);
	json_w_kv_text(w, "id",
		h->item_name.n > 0 ? h->item_name : span_of(h->item_id));
	json_w_kv_text(w, "url", it->url);
	json_w_kv_text(w, "title", it->title);
	json_w_kv_text(w, "text", text);
	put_spans(w, "authors", it->authors);
	json_w_key(w, "published");
	json_w_time(w, it->published);
	json_w_kv_text(w, "language", it->language);
	json_w_object_end(w);
}

static void
put_feed(struct json_w *w, const struct hit_feed *f)
{
	json_w_key(w, "feed");
	json_w_object(w);
	json_w_kv_text(w, "url", f->url);
	json_w_kv_text(w, "title", f->title);
	json_w_kv_text(w, "publisher", f->publisher);
	json_w_kv_text(w, "domain", f->domain);
	json_w_object_end(w);
}

static bool
is_written(const struct writer *wr, enum hit_field field, uint32_t end)
{
	return end <= wr->field_bytes[field];
}

static void
put_range(struct writer *wr, enum hit_field field, uint32_t start, uint32_t end)
{
	bool there = is_written(wr, field, end);

	json_w_kv_int(&wr->w, "start", there ? start : 0);
	json_w_kv_int(&wr->w, "end", there ? end : 0);
}

static void
put_mentions(struct writer *wr, const struct hit_entity *e)
{
	struct json_w *w = &wr->w;
	size_t n = 0;

	json_w_key(w, "mentions");
	json_w_array(w);
	for (size_t i = 0; i < e->n_mentions; i++) {
		const struct mention *m = &e->mentions[i];

		if (!is_written(wr, m->field, m->end))
			continue;
		if (++n > wr->measure.mentions)
			break;
		json_w_object(w);
		json_w_kv_str(w, "field", hit_field_name(m->field));
		put_range(wr, m->field, m->start, m->end);
		json_w_kv_text(w, "text", m->text);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
put_entity(struct writer *wr, const struct hit_entity *e)
{
	struct json_w *w = &wr->w;

	json_w_object(w);
	json_w_kv_text(w, "id", e->id);
	json_w_kv_text(w, "name", e->name);
	json_w_kv_str(w, "kind", entity_kind_name(e->kind));
	put_spans(w, "tickers", e->tickers);
	json_w_kv_text(w, "watchlist", e->watchlist);
	json_w_kv_known(w, "role", e->role);
	json_w_kv_int(w, "relevance", e->relevance);
	json_w_key(w, "confidence");
	json_w_number(w, e->confidence);
	put_mentions(wr, e);
	json_w_object_end(w);
}

static void
put_fact(struct writer *wr, enum hit_field field, const struct hit_fact *f)
{
	struct json_w *w = &wr->w;

	json_w_object(w);
	json_w_kv_text(w, "kind", f->kind);
	json_w_key(w, "value");
	json_w_number(w, f->value);
	json_w_kv_known(w, "currency", f->currency);
	json_w_kv_text(w, "text", f->text);
	put_range(wr, field, f->start, f->end);
	json_w_object_end(w);
}

static void
put_event(struct writer *wr, const struct hit_event *e)
{
	struct json_w *w = &wr->w;

	json_w_object(w);
	json_w_kv_text(w, "type", e->type);
	json_w_kv_known(w, "entity", e->entity);
	json_w_kv_known(w, "role", e->role);
	json_w_kv_known(w, "stage", e->stage);
	json_w_kv_known(w, "modality", e->modality);
	json_w_kv_int(w, "polarity", e->polarity);
	json_w_key(w, "confidence");
	json_w_number(w, e->confidence);
	json_w_kv_str(w, "field", hit_field_name(e->field));
	put_range(wr, e->field, e->start, e->end);
	json_w_kv_text(w, "sentence", e->sentence);
	json_w_key(w, "facts");
	json_w_array(w);
	for (size_t i = 0; i < e->n_facts; i++)
		put_fact(wr, e->field, &e->facts[i]);
	json_w_array_end(w);
	json_w_object_end(w);
}

void
hit_events_format(const struct hit_event *events, size_t n, struct json_w *w)
{
	struct writer wr = {.w = *w, .field_bytes = {SIZE_MAX, SIZE_MAX}};

	json_w_array(&wr.w);
	for (size_t i = 0; i < n; i++)
		put_event(&wr, &events[i]);
	json_w_array_end(&wr.w);
	*w = wr.w;
}

static void
put_primary(struct json_w *w, const struct hit_story *s)
{
	json_w_key(w, "primary");
	if (s->primary_name.n == 0) {
		json_w_null(w);
		return;
	}
	json_w_object(w);
	json_w_kv_text(w, "name", s->primary_name);
	json_w_kv_known(w, "class", s->primary_class);
	json_w_kv_text(w, "url", s->primary_url);
	json_w_kv_text(w, "quote", s->primary_quote);
	json_w_object_end(w);
}

void
hit_story_format(const struct hit_story *s, struct json_w *w)
{
	json_w_object(w);
	json_w_kv_str(w, "id", s->id);
	json_w_key(w, "first_seen");
	json_w_time_ms(w, s->first_seen);
	json_w_kv_int(w, "novelty", s->novelty);
	json_w_kv_int(w, "articles", s->articles);
	json_w_kv_int(w, "publishers", s->publishers);
	json_w_kv_int(w, "independent", s->independent);
	json_w_kv_known(w, "status", s->status);
	json_w_kv_text(w, "status_quote", s->status_quote);
	json_w_kv_known(w, "key_company", s->key_company);
	json_w_key(w, "companies");
	json_w_array(w);
	for (size_t i = 0; i < s->n_companies; i++) {
		const struct hit_company *c = &s->companies[i];

		json_w_object(w);
		json_w_kv_text(w, "name", c->name);
		json_w_kv_known(w, "role", c->role);
		json_w_kv_int(w, "relevance", c->relevance);
		json_w_object_end(w);
	}
	json_w_array_end(w);
	put_primary(w, s);
	put_spans(w, "conflicts", s->conflicts);
	put_spans(w, "related", s->related);
	json_w_object_end(w);
}

static void
put_duration(struct json_w *w, const char *key, int64_t ms)
{
	json_w_key(w, key);
	if (ms >= 0)
		json_w_int(w, ms);
	else
		json_w_null(w);
}

static void
put_hit(struct writer *wr)
{
	struct json_w *w = &wr->w;
	const struct hit *h = wr->h;

	json_w_object(w);
	json_w_kv_int(w, "v", 1);
	json_w_kv_str(w, "id", h->id);
	json_w_kv_str(w, "kind", hit_kind_name(h->kind));
	if (h->kind == HIT_UPDATE)
		put_spans(w, "changed", h->changed);
	json_w_kv_int(w, "revision", h->revision);
	json_w_key(w, "detected");
	json_w_time_ms(w, h->detected);
	put_item(wr);
	put_feed(w, &h->feed);
	json_w_key(w, "entities");
	json_w_array(w);
	for (size_t i = 0; i < h->n_entities; i++)
		put_entity(wr, &h->entities[i]);
	json_w_array_end(w);
	json_w_key(w, "events");
	json_w_array(w);
	for (size_t i = 0; i < h->n_events; i++)
		put_event(wr, &h->events[i]);
	json_w_array_end(w);
	json_w_key(w, "story");
	if (h->story)
		hit_story_format(h->story, w);
	else
		json_w_null(w);
	json_w_key(w, "timing");
	json_w_object(w);
	put_duration(w, "published_to_seen_ms", h->published_to_seen_ms);
	put_duration(w, "seen_to_stored_ms", h->seen_to_stored_ms);
	json_w_object_end(w);
	json_w_object_end(w);
}

void
hit_format(const struct hit *h, struct strbuf *out)
{
	size_t start = out->n;

	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		struct writer wr = {.h = h, .measure = measures[i]};

		strbuf_cut(out, start);
		json_w_init(&wr.w, out);
		put_hit(&wr);
		if (!out->full)
			return;
	}
}
