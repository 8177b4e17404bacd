/* See codec.h. Pure. Every put has its get in the same order below it. */
#include "analyse/codec.h"

#include "base/wire.h"

#define SPAN_MIN_BYTES 4

static void
put_spans(struct strbuf *b, struct item_spans s)
{
	wire_put_u32(b, (uint32_t)s.n);
	for (size_t i = 0; i < s.n; i++)
		wire_put_span(b, s.p[i]);
}

static struct item_spans
get_spans(struct wire *w, struct arena *a)
{
	size_t n = wire_count(w, SPAN_MIN_BYTES);
	struct span *p = arena_array(a, n, sizeof(*p));

	for (size_t i = 0; i < n; i++)
		p[i] = wire_span(w);
	return (struct item_spans){p, n};
}

/* -- job --------------------------------------------------------------------
 */

void
analyse_job_format(const struct analyse_job *j, struct strbuf *out)
{
	wire_put_span(out, j->feed_url);
	wire_put_span(out, j->url);
	wire_put_span(out, j->content_type);
	wire_put_span(out, j->content_encoding);
	wire_put_span(out, j->content_location);
	wire_put_u32(out, (uint32_t)j->n_known);
	for (size_t i = 0; i < j->n_known; i++) {
		wire_put_bytes(out, j->known[i].key.b, ITEM_KEY_BYTES);
		wire_put_bytes(out, j->known[i].version.b, ITEM_KEY_BYTES);
	}
	wire_put_span(out, j->body);
}

int
analyse_job_parse(struct span bytes, struct arena *a, struct analyse_job *out,
	struct err *err)
{
	struct wire w = {.rest = bytes};
	struct analyse_known *known;

	*out = (struct analyse_job){0};
	out->feed_url = wire_span(&w);
	out->url = wire_span(&w);
	out->content_type = wire_span(&w);
	out->content_encoding = wire_span(&w);
	out->content_location = wire_span(&w);
	out->n_known = wire_count(&w, sizeof(*known));
	known = arena_array(a, out->n_known, sizeof(*known));
	for (size_t i = 0; i < out->n_known; i++) {
		wire_bytes(&w, known[i].key.b, ITEM_KEY_BYTES);
		wire_bytes(&w, known[i].version.b, ITEM_KEY_BYTES);
	}
	out->known = known;
	out->body = wire_span(&w);
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT, "malformed analyser job");
	return 0;
}

/* -- item -------------------------------------------------------------------
 */

static void
put_item(struct strbuf *b, const struct item *it)
{
	wire_put_span(b, it->guid);
	wire_put_span(b, it->url);
	wire_put_span(b, it->title);
	wire_put_span(b, it->summary);
	wire_put_span(b, it->content);
	put_spans(b, it->authors);
	put_spans(b, it->categories);
	put_spans(b, it->enclosures);
	wire_put_u32(b, (uint32_t)it->n_links);
	for (size_t i = 0; i < it->n_links; i++) {
		wire_put_span(b, it->links[i].url);
		wire_put_span(b, it->links[i].text);
	}
	wire_put_span(b, it->source_title);
	wire_put_span(b, it->source_url);
	wire_put_span(b, it->language);
}

static void
get_item(struct wire *w, struct arena *a, struct item *it)
{
	struct item_link *links;

	it->guid = wire_span(w);
	it->url = wire_span(w);
	it->title = wire_span(w);
	it->summary = wire_span(w);
	it->content = wire_span(w);
	it->text = it->content.n > 0 ? it->content : it->summary;
	it->authors = get_spans(w, a);
	it->categories = get_spans(w, a);
	it->enclosures = get_spans(w, a);
	it->n_links = wire_count(w, 2 * SPAN_MIN_BYTES);
	links = arena_array(a, it->n_links, sizeof(*links));
	for (size_t i = 0; i < it->n_links; i++) {
		links[i].url = wire_span(w);
		links[i].text = wire_span(w);
	}
	it->links = links;
	it->source_title = wire_span(w);
	it->source_url = wire_span(w);
	it->language = wire_span(w);
}

/* -- entities ---------------------------------------------------------------
 */

static void
put_mention(struct strbuf *b, const struct mention *m)
{
	wire_put_u8(b, (uint8_t)m->field);
	wire_put_u32(b, m->start);
	wire_put_u32(b, m->end);
}

/* The text is not sent twice: it is cut out of the item again. */
static struct mention
get_mention(struct wire *w, const struct item *it)
{
	struct mention m = {0};
	struct span field;

	m.field = (enum hit_field)wire_below(w, FIELD_TEXT + 1);
	m.start = wire_u32(w);
	m.end = wire_u32(w);
	field = m.field == FIELD_TITLE ? it->title : it->text;
	if (m.start > m.end || m.end > field.n)
		w->bad = true;
	else
		m.text = span_sub(field, m.start, m.end - m.start);
	return m;
}

static void
put_entity(struct strbuf *b, const struct hit_entity *e)
{
	wire_put_span(b, e->id);
	wire_put_span(b, e->name);
	wire_put_u8(b, (uint8_t)e->kind);
	put_spans(b, e->tickers);
	wire_put_span(b, e->watchlist);
	wire_put_span(b, e->role);
	wire_put_u8(b, (uint8_t)e->relevance);
	wire_put_double(b, e->confidence);
	wire_put_u32(b, (uint32_t)e->n_mentions);
	for (size_t i = 0; i < e->n_mentions; i++)
		put_mention(b, &e->mentions[i]);
}

static void
get_entity(struct wire *w, struct arena *a, const struct item *it,
	struct hit_entity *e)
{
	struct mention *m;

	e->id = wire_span(w);
	e->name = wire_span(w);
	e->kind = (enum entity_kind)wire_below(w, ENTITY_TOPIC + 1);
	e->tickers = get_spans(w, a);
	e->watchlist = wire_span(w);
	e->role = wire_span(w);
	e->relevance = wire_below(w, 101);
	e->confidence = wire_double(w);
	e->n_mentions = wire_count(w, 9);
	m = arena_array(a, e->n_mentions, sizeof(*m));
	for (size_t i = 0; i < e->n_mentions; i++)
		m[i] = get_mention(w, it);
	e->mentions = m;
}

static void
put_entities(struct strbuf *b, const struct analyse_item *it)
{
	wire_put_u32(b, (uint32_t)it->n_entities);
	for (size_t i = 0; i < it->n_entities; i++)
		put_entity(b, &it->entities[i]);
}

static void
get_entities(struct wire *w, struct arena *a, struct analyse_item *it)
{
	struct hit_entity *e;

	it->n_entities = wire_count(w, 6 * SPAN_MIN_BYTES);
	e = arena_array(a, it->n_entities, sizeof(*e));
	for (size_t i = 0; i < it->n_entities; i++)
		get_entity(w, a, &it->item, &e[i]);
	it->entities = e;
}

/* -- events -----------------------------------------------------------------
 */

static void
put_fact(struct strbuf *b, const struct hit_fact *f)
{
	wire_put_span(b, f->kind);
	wire_put_double(b, f->value);
	wire_put_span(b, f->currency);
	wire_put_span(b, f->text);
	wire_put_u32(b, f->start);
	wire_put_u32(b, f->end);
}

static void
get_fact(struct wire *w, struct hit_fact *f)
{
	f->kind = wire_span(w);
	f->value = wire_double(w);
	f->currency = wire_span(w);
	f->text = wire_span(w);
	f->start = wire_u32(w);
	f->end = wire_u32(w);
}

static void
put_event(struct strbuf *b, const struct hit_event *e)
{
	wire_put_span(b, e->type);
	wire_put_span(b, e->entity);
	wire_put_span(b, e->role);
	wire_put_span(b, e->stage);
	wire_put_span(b, e->modality);
	wire_put_u8(b, (uint8_t)(e->polarity + 1));
	wire_put_double(b, e->confidence);
	wire_put_u8(b, (uint8_t)e->field);
	wire_put_u32(b, e->start);
	wire_put_u32(b, e->end);
	wire_put_span(b, e->sentence);
	wire_put_u32(b, (uint32_t)e->n_facts);
	for (size_t i = 0; i < e->n_facts; i++)
		put_fact(b, &e->facts[i]);
}

static void
get_event(struct wire *w, struct arena *a, struct hit_event *e)
{
	struct hit_fact *f;

	e->type = wire_span(w);
	e->entity = wire_span(w);
	e->role = wire_span(w);
	e->stage = wire_span(w);
	e->modality = wire_span(w);
	e->polarity = (int)wire_below(w, 3) - 1;
	e->confidence = wire_double(w);
	e->field = (enum hit_field)wire_below(w, FIELD_TEXT + 1);
	e->start = wire_u32(w);
	e->end = wire_u32(w);
	e->sentence = wire_span(w);
	e->n_facts = wire_count(w, 3 * SPAN_MIN_BYTES);
	f = arena_array(a, e->n_facts, sizeof(*f));
	for (size_t i = 0; i < e->n_facts; i++)
		get_fact(w, &f[i]);
	e->facts = f;
}

static void
put_events(struct strbuf *b, const struct analyse_item *it)
{
	wire_put_u32(b, (uint32_t)it->n_events);
	for (size_t i = 0; i < it->n_events; i++)
		put_event(b, &it->events[i]);
}

static void
get_events(struct wire *w, struct arena *a, struct analyse_item *it)
{
	struct hit_event *e;

	it->n_events = wire_count(w, 6 * SPAN_MIN_BYTES);
	e = arena_array(a, it->n_events, sizeof(*e));
	for (size_t i = 0; i < it->n_events; i++)
		get_event(w, a, &e[i]);
	it->events = e;
}

/* -- result -----------------------------------------------------------------
 */

static void
put_analysed(struct strbuf *b, const struct analyse_item *it)
{
	wire_put_u8(b, (uint8_t)it->keys.n);
	for (unsigned i = 0; i < it->keys.n; i++)
		wire_put_bytes(b, it->keys.k[i].b, ITEM_KEY_BYTES);
	wire_put_bytes(b, it->version.b, ITEM_KEY_BYTES);
	wire_put_i64(b, it->item.published.ms);
	wire_put_i64(b, it->item.updated.ms);
	wire_put_u8(b, it->known);
	if (it->known)
		return;
	put_item(b, &it->item);
	put_entities(b, it);
	put_events(b, it);
}

static void
get_analysed(struct wire *w, struct arena *a, struct analyse_item *it)
{
	it->keys.n = wire_below(w, ITEM_KEYS_MAX + 1);
	if (it->keys.n == 0)
		w->bad = true;
	for (unsigned i = 0; i < it->keys.n; i++)
		wire_bytes(w, it->keys.k[i].b, ITEM_KEY_BYTES);
	wire_bytes(w, it->version.b, ITEM_KEY_BYTES);
	it->item.published.ms = wire_i64(w);
	it->item.updated.ms = wire_i64(w);
	it->known = wire_below(w, 2) != 0;
	if (it->known)
		return;
	get_item(w, a, &it->item);
	get_entities(w, a, it);
	get_events(w, a, it);
}

void
analyse_result_format(const struct analyse_result *r, struct strbuf *out)
{
	wire_put_u8(out, r->refused);
	wire_put_u8(out, r->whole);
	wire_put_u8(out, r->recovered);
	wire_put_span(out, r->message);
	wire_put_span(out, r->format);
	wire_put_span(out, r->title);
	wire_put_span(out, r->url);
	wire_put_span(out, r->language);
	wire_put_i64(out, r->ttl_s);
	wire_put_u32(out, r->skip_hours);
	wire_put_u8(out, r->skip_days);
	wire_put_u32(out, (uint32_t)r->n_items);
	for (size_t i = 0; i < r->n_items; i++)
		put_analysed(out, &r->items[i]);
}

int
analyse_result_parse(struct span bytes, struct arena *a,
	struct analyse_result *out, struct err *err)
{
	struct wire w = {.rest = bytes};
	struct analyse_item *items;

	*out = (struct analyse_result){0};
	out->refused = wire_below(&w, 2) != 0;
	out->whole = wire_below(&w, 2) != 0;
	out->recovered = wire_below(&w, 2) != 0;
	out->message = wire_span(&w);
	out->format = wire_span(&w);
	out->title = wire_span(&w);
	out->url = wire_span(&w);
	out->language = wire_span(&w);
	out->ttl_s = wire_i64(&w);
	out->skip_hours = wire_u32(&w);
	out->skip_days = wire_u8(&w);
	out->n_items = wire_count(&w, 2 * ITEM_KEY_BYTES);
	items = arena_array(a, out->n_items, sizeof(*items));
	for (size_t i = 0; i < out->n_items && !w.bad; i++)
		get_analysed(&w, a, &items[i]);
	out->items = items;
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT, "malformed analyser result");
	return 0;
}
