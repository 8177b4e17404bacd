/* See hit_wire.h. Every put has its get in the same order below it. */
#include "model/hit_wire.h"

#define SPAN_MIN_BYTES 4

void
hit_wire_put_spans(struct strbuf *b, struct item_spans s)
{
	wire_put_u32(b, (uint32_t)s.n);
	for (size_t i = 0; i < s.n; i++)
		wire_put_span(b, s.p[i]);
}

struct item_spans
hit_wire_spans(struct wire *w, struct arena *a)
{
	size_t n = wire_count(w, SPAN_MIN_BYTES);
	struct span *p = arena_array(a, n, sizeof(*p));

	for (size_t i = 0; i < n; i++)
		p[i] = wire_span(w);
	return (struct item_spans){p, n};
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
	hit_wire_put_spans(b, e->tickers);
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
	e->tickers = hit_wire_spans(w, a);
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

void
hit_wire_put_entities(struct strbuf *b, const struct hit_entity *p, size_t n)
{
	wire_put_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_entity(b, &p[i]);
}

const struct hit_entity *
hit_wire_entities(
	struct wire *w, struct arena *a, const struct item *it, size_t *n)
{
	struct hit_entity *e;

	*n = wire_count(w, 6 * SPAN_MIN_BYTES);
	e = arena_array(a, *n, sizeof(*e));
	for (size_t i = 0; i < *n; i++)
		get_entity(w, a, it, &e[i]);
	return e;
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

void
hit_wire_put_events(struct strbuf *b, const struct hit_event *p, size_t n)
{
	wire_put_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_event(b, &p[i]);
}

const struct hit_event *
hit_wire_events(struct wire *w, struct arena *a, size_t *n)
{
	struct hit_event *e;

	*n = wire_count(w, 6 * SPAN_MIN_BYTES);
	e = arena_array(a, *n, sizeof(*e));
	for (size_t i = 0; i < *n; i++)
		get_event(w, a, &e[i]);
	return e;
}
