/*
 * One item: find candidates, weigh them twice (the second time knowing what
 * the first found elsewhere in the item), settle overlaps, name the entities.
 */
#include "match/match.h"

#include <stdlib.h>

#include "base/mem.h"
#include "match/candidates.h"
#include "match/relevance.h"
#include "match/weights.h"
#include "model/limits.h"

#define DEFAULT_MIN_CONFIDENCE 0.5
#define STRONG_MIN 0.8 /* what counts as a sure form of an entity */
#define TICKER_NEAR 28 /* bytes between a name and the ticker beside it */

struct matcher {
	const struct lexicon *lex;
	struct scanner *scanner;
	struct scan_hits hits;
	struct candidates cs;
	struct arena *arena; /* features of one item */
};

struct matcher *
matcher_new(const struct lexicon *lex)
{
	struct matcher *m = mem_new(m);

	m->lex = lex;
	m->scanner = scanner_new();
	m->arena = arena_new();
	return m;
}

void
matcher_free(struct matcher **m)
{
	if (!*m)
		return;
	scanner_free(&(*m)->scanner);
	scan_hits_fini(&(*m)->hits);
	candidates_fini(&(*m)->cs);
	arena_free(&(*m)->arena);

	mem_free(m);
}

/* -- weighing -------------------------------------------------------------- */

static bool
in_mark(const struct item *item, const struct candidate *c)
{
	size_t i;

	if (c->field != FIELD_TEXT)
		return false;
	for (i = 0; i < item->n_marks; i++)
		if (c->start >= item->marks[i].start &&
			c->end <= item->marks[i].end)
			return true;
	return false;
}

/* Is this dressed symbol one of the entity's candidates? */
static bool
is_own(const struct matcher *m, const struct entity_state *e,
	enum hit_field field, size_t start)
{
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		const struct candidate *c = &m->cs.c.p[e->first + i];

		if (c->field == field && c->start == start &&
			c->dress != DRESS_NONE)
			return true;
	}
	return false;
}

static bool
has_own_before(const struct matcher *m, const struct entity_state *e,
	const struct candidate *c)
{
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		const struct candidate *t = &m->cs.c.p[e->first + i];

		if (t->dress != DRESS_NONE && t->field == c->field &&
			t->end <= c->start && c->start - t->end < TICKER_NEAR)
			return true;
	}
	return false;
}

/* A ticker stands beside the name: whose is it? */
static void
look_for_ticker(const struct matcher *m, const struct entity_state *e,
	const struct candidate *c, struct feature_input *in)
{
	size_t at = c->end, upto = c->end + TICKER_NEAR, start, end;
	enum ticker_dress dress;

	if (has_own_before(m, e, c)) {
		in->ticker_beside = true;
		return;
	}
	if (!ticker_next(in->text, at, upto, &start, &end, &dress))
		return;
	if (is_own(m, e, (enum hit_field)c->field, start))
		in->ticker_beside = true;
	else
		in->other_ticker_beside = true;
}

static void
weigh(struct matcher *m, const struct item *item, struct entity_state *e,
	struct candidate *c)
{
	struct feature_input in = {
		.lex = m->lex,
		.name = c->name,
		.text = candidates_field(item, (enum hit_field)c->field),
		.start = c->start,
		.end = c->end,
		.is_title = c->field == FIELD_TITLE,
		.in_boilerplate = in_mark(item, c),
		.has_tickers = m->lex->entities[e->entity].tickers != 0,
		.entity = &e->evidence,
		.item = &m->cs.item,
		.around = &c->around,
	};
	double *f = arena_array(m->arena, FEATURE_N, sizeof(*f));

	look_for_ticker(m, e, c, &in);
	features_of(&in, f);
	c->f = f;
	c->class = features_class(c->name);
	c->p = weights_apply(f, c->class);
}

static bool
is_weighed(const struct candidate *c)
{
	return c->drop == DROP_NOT && !c->decided && candidate_is_naming(c);
}

/* What the first weighing found that helps the other forms of the entity. */
static void
gather_evidence(const struct matcher *m, struct entity_state *e)
{
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		const struct candidate *c = &m->cs.c.p[e->first + i];

		if (c->drop != DROP_NOT || !candidate_is_naming(c) || !c->f)
			continue;
		if (c->p >= STRONG_MIN && c->name->n_tokens > 1 &&
			c->name->role <= ROLE_ALIAS)
			e->evidence.strong_form = true;
		if (c->f[F_CASE_PROSE] > 0 && c->p >= MATCH_MENTION_MIN)
			e->evidence.capital = true;
	}
}

static void
weigh_all(struct matcher *m, const struct item *item)
{
	struct candidate *c = m->cs.c.p;
	uint32_t i;

	vec_each (struct entity_state *, e, &m->cs.e) {
		for (i = e->first; i < e->first + e->n; i++)
			if (is_weighed(&c[i])) {
				around_look(candidates_field(item,
						    (enum hit_field)c[i].field),
					c[i].start, c[i].end, &c[i].around);
				weigh(m, item, e, &c[i]);
			}
		gather_evidence(m, e);
		for (i = e->first; i < e->first + e->n; i++)
			if (is_weighed(&c[i]))
				weigh(m, item, e, &c[i]);
	}
}

/* -- overlaps and short forms ---------------------------------------------- */

static bool
covers(const struct candidate *a, const struct candidate *b)
{
	return a->field == b->field && a->start <= b->start &&
		a->end >= b->end && a->end - a->start > b->end - b->start;
}

/* Within an entity: a mention inside another is the same mention. Between
 * entities: the longer name wins. */
static void
drop_inside(struct matcher *m)
{
	struct candidate *c = m->cs.c.p;
	size_t i, k;

	for (i = 0; i < m->cs.c.n; i++) {
		if (!relevance_is_mention(&c[i]))
			continue;
		for (k = 0; k < m->cs.c.n; k++)
			if (k != i && candidate_is_naming(&c[k]) &&
				c[k].drop == DROP_NOT && covers(&c[i], &c[k]))
				c[k].drop = DROP_INSIDE_LONGER;
	}
}

/* A surname after another given name is somebody else's. */
static bool
has_other_given(const struct candidate *c)
{
	return c->f && (c->f[F_BEFORE_GIVEN] > 0 || c->f[F_BEFORE_CAPITAL] > 0);
}

static void
judge_shorts(struct matcher *m, struct entity_state *e)
{
	struct candidate *c = &m->cs.c.p[e->first];
	bool full = false, other = e->has_not_like;
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		bool is_short = c[i].name->role == ROLE_SHORT;

		if (!is_short && relevance_is_mention(&c[i]))
			full = true;
		if (!is_short || c[i].drop != DROP_NOT)
			continue;
		other |= has_other_given(&c[i]);
		if (!full || other)
			c[i].drop = other ? DROP_OTHER_BEARER : DROP_SHORT;
		else if (c[i].f && c[i].f[F_LOWER] > 0)
			c[i].drop = DROP_CASE;
		else
			c[i].p = c[i].p > 0.9 ? c[i].p : 0.9;
	}
}

/* -- naming ---------------------------------------------------------------- */

static void
settle(const struct matcher *m, struct entity_state *e)
{
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		const struct candidate *c = &m->cs.c.p[e->first + i];

		if (!relevance_is_mention(c))
			continue;
		e->is_named = true;
		e->n_mentions++;
		if (c->p > e->confidence)
			e->confidence = c->p;
	}
}

static double
min_confidence(const struct block_entity *e)
{
	return e->min_confidence < 0 ? DEFAULT_MIN_CONFIDENCE
				     : (double)e->min_confidence;
}

static bool
is_alert(const struct matcher *m, const struct entity_state *e)
{
	const struct block_entity *b = &m->lex->entities[e->entity];

	return e->is_named && e->confidence >= min_confidence(b) &&
		e->relevance >= b->min_relevance;
}

static void
tell_verdict(const struct matcher *m, const struct entity_state *e,
	const double *terms, const struct match_explain *explain)
{
	const struct block_entity *b = &m->lex->entities[e->entity];
	struct match_reason reasons[TERM_N];
	size_t i, n = 0;

	for (i = 0; i < TERM_N; i++)
		if (terms[i] < 0 || terms[i] > 0)
			reasons[n++] = (struct match_reason){
				relevance_terms[i], 1, terms[i]};
	explain->verdict(
		&(struct match_verdict){
			.entity_id = block_text(m->lex, b->id),
			.entity_name = block_text(m->lex, b->name),
			.confidence = e->confidence,
			.min_confidence = min_confidence(b),
			.relevance = e->relevance,
			.min_relevance = b->min_relevance,
			.is_named = e->is_named,
			.alert = is_alert(m, e),
			.reasons = reasons,
			.n_reasons = n,
		},
		explain->arg);
}

static void
measure(struct matcher *m, const struct item *item,
	const struct match_explain *explain)
{
	struct relevance_input in = {.item = item};
	double terms[TERM_N];

	vec_each (struct entity_state *, e, &m->cs.e) {
		in.all_mentions += e->n_mentions;
		in.companies += e->is_named &&
			m->lex->entities[e->entity].kind == ENTITY_COMPANY;
	}
	if (m->cs.item.tickers > in.companies)
		in.companies = m->cs.item.tickers;
	vec_each (struct entity_state *, e, &m->cs.e) {
		memset(terms, 0, sizeof(terms));
		in.mentions = &m->cs.c.p[e->first];
		in.n = e->n;
		in.n_mentions = e->n_mentions;
		if (e->is_named)
			e->relevance = relevance_of(&in, terms);
		if (explain && explain->verdict)
			tell_verdict(m, e, terms, explain);
	}
}

/* -- explaining ------------------------------------------------------------ */

static const char *const variant_names[VARIANT_N] = {
	[VARIANT_EXACT] = "as listed",
	[VARIANT_STRIPPED] = "without legal form",
	[VARIANT_AND] = "& for and",
	[VARIANT_JOINED] = "written together",
	[VARIANT_SPLIT] = "written apart",
	[VARIANT_INITIALS] = "initials",
	[VARIANT_PLAIN] = "without accents",
	[VARIANT_ABBREVIATED] = "abbreviated",
	[VARIANT_GENITIVE] = "with an s",
};

static const char *
variant_name(const struct block_name *n)
{
	switch ((enum block_role)n->role) {
	case ROLE_TICKER:
		return "ticker";
	case ROLE_CODE:
		return "code";
	case ROLE_SHORT:
		return "short form";
	case ROLE_CONTEXT:
		return "context";
	case ROLE_EXCLUDE:
		return "exclude";
	case ROLE_NOT_LIKE:
		return "not_like";
	case ROLE_NAME:
	case ROLE_ALIAS:
		break;
	}
	return variant_names[n->variant];
}

static void
tell_candidate(const struct matcher *m, const struct item *item,
	const struct candidate *c, const struct match_explain *explain)
{
	const struct block_entity *b = &m->lex->entities[c->name->entity];
	struct match_reason reasons[FEATURE_N];
	struct span file = block_text(m->lex, b->file);
	size_t i, n = 0;

	for (i = 0; c->f && i < FEATURE_N; i++) {
		double w = (double)weights_table[i][c->class];

		if (c->f[i] > 0)
			reasons[n++] = (struct match_reason){
				feature_names[i], c->f[i], w};
	}
	explain->candidate(
		&(struct match_candidate){
			.entity_id = block_text(m->lex, b->id),
			.entity_name = block_text(m->lex, b->name),
			.name = block_text(m->lex, c->name->text),
			.file = file,
			.line = c->name->line,
			.column = c->name->column,
			.variant = variant_name(c->name),
			.field = (enum hit_field)c->field,
			.start = c->start,
			.end = c->end,
			.text = span_sub(candidates_field(item,
						 (enum hit_field)c->field),
				c->start, c->end - c->start),
			.confidence = c->p,
			.reasons = reasons,
			.n_reasons = n,
			.name_class = (unsigned)c->class,
			.weighed = c->f != NULL,
			.dropped = c->drop ? drop_names[c->drop] : NULL,
		},
		explain->arg);
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
put_mentions(const struct matcher *m, const struct item *item,
	const struct entity_state *e, struct arena *arena,
	struct hit_entity *out)
{
	size_t max =
		e->n_mentions < LIMIT_MENTIONS ? e->n_mentions : LIMIT_MENTIONS;
	struct mention *p = arena_array(arena, max, sizeof(*p));
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < e->n && n < max; i++) {
		const struct candidate *c = &m->cs.c.p[e->first + i];
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
put_entity(const struct matcher *m, const struct item *item,
	const struct entity_state *e, struct arena *arena,
	struct hit_entity *out)
{
	const struct block_entity *b = &m->lex->entities[e->entity];

	*out = (struct hit_entity){
		.id = block_text(m->lex, b->id),
		.name = block_text(m->lex, b->name),
		.kind = (enum entity_kind)b->kind,
		.tickers = tickers_of(m->lex, b->tickers, arena),
		.watchlist = block_text(m->lex, b->watchlist),
		.relevance = e->relevance,
		.confidence = e->confidence,
	};
	put_mentions(m, item, e, arena, out);
}

static void
put_result(struct matcher *m, const struct item *item, bool all,
	struct arena *arena, struct match_result *out)
{
	size_t max =
		m->cs.e.n < LIMIT_HIT_ENTITIES ? m->cs.e.n : LIMIT_HIT_ENTITIES;

	*out = (struct match_result){0};
	if (max == 0)
		return;
	qsort(m->cs.e.p, m->cs.e.n, sizeof(*m->cs.e.p), compare_states);
	out->entities = arena_array(arena, max, sizeof(*out->entities));
	out->alert = arena_array(arena, max, sizeof(*out->alert));
	vec_each (struct entity_state *, e, &m->cs.e) {
		bool alert = is_alert(m, e);

		if (!e->is_named || !(alert || all) || out->n == max)
			continue;
		put_entity(m, item, e, arena, &out->entities[out->n]);
		out->alert[out->n++] = alert;
		out->n_alert += alert;
	}
}

void
match_item(struct matcher *m, const struct item *item,
	const struct match_options *options, struct arena *arena,
	struct match_result *out)
{
	const struct match_explain *explain = options->explain;

	arena_reset(m->arena);
	candidates_find(m->scanner, &m->hits, m->lex, item, &m->cs);
	weigh_all(m, item);
	drop_inside(m);
	vec_each (struct entity_state *, e, &m->cs.e) {
		judge_shorts(m, e);
		settle(m, e);
	}
	if (explain && explain->candidate)
		vec_each (struct candidate *, c, &m->cs.c)
			tell_candidate(m, item, c, explain);
	measure(m, item, explain);
	put_result(m, item, options->all, arena, out);
}
