/* Thresholds, relevance and the entities of a result. See result.h. */
#include "match/result.h"

#include <stdlib.h>

#include "model/limits.h"

#define DEFAULT_MIN_CONFIDENCE 0.5

double
result_min_confidence(const struct block_entity *e)
{
	return e->min_confidence < 0 ? DEFAULT_MIN_CONFIDENCE
				     : (double)e->min_confidence;
}

bool
result_is_alert(const struct lexicon *lex, const struct entity_state *e)
{
	const struct block_entity *b = &lex->entities[e->entity];

	return e->is_named && e->confidence >= result_min_confidence(b) &&
		e->relevance >= b->min_relevance;
}

void
result_measure(const struct lexicon *lex, const struct item *item,
	struct candidates *cs, const struct match_explain *explain)
{
	struct relevance_input in = {.item = item};
	double terms[TERM_N];

	vec_each (struct entity_state *, e, &cs->e) {
		in.all_mentions += e->n_mentions;
		in.companies += e->is_named &&
			lex->entities[e->entity].kind == ENTITY_COMPANY;
	}
	if (cs->item.tickers > in.companies)
		in.companies = cs->item.tickers;
	vec_each (struct entity_state *, e, &cs->e) {
		memset(terms, 0, sizeof(terms));
		in.mentions = &cs->c.p[e->first];
		in.n = e->n;
		in.n_mentions = e->n_mentions;
		if (e->is_named)
			e->relevance = relevance_of(&in, terms);
		if (explain)
			explain_entity(lex, item, cs, e, terms, explain);
	}
}

/* -- the result ------------------------------------------------------------ */

static struct item_spans
tickers_of(const struct lexicon *lex, uint32_t list, struct arena *arena)
{
	uint32_t n = lex->lists[list], i;
	struct span *p;

	if (list == 0)
		return (struct item_spans){NULL, 0};
	p = arena_array(arena, n, sizeof(*p));
	for (i = 0; i < n; i++)
		p[i] = block_text(lex, lex->lists[list + 1 + i]);
	return (struct item_spans){p, n};
}

static void
put_mentions(const struct candidates *cs, const struct item *item,
	const struct entity_state *e, struct arena *arena,
	struct hit_entity *out)
{
	size_t max =
		e->n_mentions < LIMIT_MENTIONS ? e->n_mentions : LIMIT_MENTIONS;
	struct mention *p = arena_array(arena, max, sizeof(*p));
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < e->n && n < max; i++) {
		const struct candidate *c = &cs->c.p[e->first + i];
		struct span text =
			candidates_field(item, (enum hit_field)c->field);

		if (!relevance_is_mention(c))
			continue;
		if (n && p[n - 1].field == (enum hit_field)c->field &&
			p[n - 1].start == c->start)
			continue; /* two forms of one mention */
		p[n++] = (struct mention){(enum hit_field)c->field, c->start,
			c->end,
			span_make(text.p + c->start, c->end - c->start)};
	}
	out->mentions = p;
	out->n_mentions = n;
}

static int
compare_states(const void *a, const void *b)
{
	const struct entity_state *x = a, *y = b;

	if (x->relevance != y->relevance)
		return x->relevance > y->relevance ? -1 : 1;
	if (x->confidence < y->confidence || x->confidence > y->confidence)
		return x->confidence > y->confidence ? -1 : 1;
	return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static void
put_entity(const struct lexicon *lex, const struct candidates *cs,
	const struct item *item, const struct entity_state *e,
	struct arena *arena, struct hit_entity *out)
{
	const struct block_entity *b = &lex->entities[e->entity];

	*out = (struct hit_entity){
		.id = block_text(lex, b->id),
		.name = block_text(lex, b->name),
		.kind = (enum entity_kind)b->kind,
		.tickers = tickers_of(lex, b->tickers, arena),
		.watchlist = block_text(lex, b->watchlist),
		.relevance = e->relevance,
		.confidence = e->confidence,
	};
	put_mentions(cs, item, e, arena, out);
}

void
result_make(const struct lexicon *lex, const struct item *item,
	struct candidates *cs, bool all, struct arena *arena,
	struct match_result *out)
{
	size_t max =
		cs->e.n < LIMIT_HIT_ENTITIES ? cs->e.n : LIMIT_HIT_ENTITIES;

	*out = (struct match_result){0};
	if (max == 0)
		return;
	qsort(cs->e.p, cs->e.n, sizeof(*cs->e.p), compare_states);
	out->entities = arena_array(arena, max, sizeof(*out->entities));
	out->alert = arena_array(arena, max, sizeof(*out->alert));
	vec_each (struct entity_state *, e, &cs->e) {
		bool alert = result_is_alert(lex, e);

		if (!e->is_named || !(alert || all) || out->n == max)
			continue;
		put_entity(lex, cs, item, e, arena, &out->entities[out->n]);
		out->alert[out->n++] = alert;
		out->n_alert += alert;
	}
}
