/*
 * One item: find candidates, weigh them twice (the second time knowing what
 * the first found elsewhere in the item), settle overlaps, name the entities.
 */
#include "match/match.h"

#include <stdlib.h>

#include "base/mem.h"
#include "match/candidates.h"
#include "match/evidence.h"
#include "match/result.h"
#include "match/sense.h"
#include "match/weights.h"

#define TICKER_NEAR 28 /* bytes between a name and the ticker beside it */

struct matcher {
	const struct lexicon *lex;
	struct scanner *scanner;
	struct candidates cs;
	struct arena *arena; /* features of one item */
	struct places by_place;
	struct known_words *known;
};

struct matcher *
matcher_new(const struct lexicon *lex)
{
	struct matcher *m = mem_new(m);

	m->lex = lex;
	m->scanner = scanner_new();
	m->arena = arena_new();
	m->known = known_words_new();
	return m;
}

void
matcher_free(struct matcher **m)
{
	if (!*m)
		return;
	scanner_free(&(*m)->scanner);
	candidates_fini(&(*m)->cs);
	arena_free(&(*m)->arena);
	vec_fini(&(*m)->by_place);
	known_words_free(&(*m)->known);

	mem_free(m);
}

/* -- weighing -------------------------------------------------------------- */

static bool
in_mark(const struct item *item, const struct candidate *c)
{
	size_t i;

	if (c->field != FIELD_TEXT)
		return false;
	if (evidence_in_prompt(item, c))
		return true;
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
		.after_bearer = e->evidence.bearer &&
			m->lex->entities[e->entity].kind != ENTITY_PERSON &&
			evidence_at(c) > e->evidence.bearer_at,
		.watched_beside = evidence_is_beside(&m->by_place, c,
			candidates_field(item, (enum hit_field)c->field)),
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

static void
look_around(struct matcher *m, const struct item *item, struct candidate *c)
{
	struct span text = candidates_field(item, (enum hit_field)c->field);

	around_look(m->known, text, c->start, c->end, &c->around);
	if (c->name->flags & NAME_ONE_WORD)
		c->around.fields =
			sense_fields(m->known, text, c->start, c->end);
}

/* Twice: the second time knowing what the first found elsewhere. */
static void
weigh_all(struct matcher *m, const struct item *item)
{
	vec_each (struct candidate *, c, &m->cs.c)
		if (is_weighed(c))
			look_around(m, item, c);
	for (int pass = 0; pass < 2; pass++) {
		vec_each (struct entity_state *, e, &m->cs.e) {
			struct candidate *c = &m->cs.c.p[e->first];
			uint32_t i;

			for (i = 0; i < e->n; i++)
				if (is_weighed(&c[i]))
					weigh(m, item, e, &c[i]);
			if (pass == 0)
				evidence_gather(&m->cs, item, e);
		}
		if (pass == 0)
			evidence_place(&m->cs, &m->by_place);
	}
}

/* -- overlaps and short forms ---------------------------------------------- */

/* Within an entity a mention inside another is the same mention; between
 * entities the longer name wins. */
static void
drop_inside(struct matcher *m)
{
	const struct candidate *longest = NULL; /* reaches farthest so far */

	evidence_place(&m->cs, &m->by_place);
	vec_each (struct candidate **, p, &m->by_place) {
		struct candidate *c = *p;

		if (longest && longest->field != c->field)
			longest = NULL;
		if (longest && longest->end >= c->end &&
			longest->end - longest->start > c->end - c->start) {
			c->drop = DROP_INSIDE_LONGER;
			c->by = longest->name;
		} else if (relevance_is_sure(c) &&
			(!longest || c->end > longest->end))
			longest = c;
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

		if (!is_short && relevance_is_sure(&c[i]))
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

void
match_item(struct matcher *m, const struct item *item,
	const struct match_options *options, struct arena *arena,
	struct match_result *out)
{
	struct about about = {item, options->feed};

	arena_reset(m->arena);
	vec_clear(&m->by_place);
	candidates_find(
		m->scanner, m->lex, &about, options->explain != NULL, &m->cs);
	weigh_all(m, item);
	drop_inside(m);
	vec_each (struct entity_state *, e, &m->cs.e) {
		judge_shorts(m, e);
		settle(m, e);
	}
	result_measure(m->lex, item, &m->cs, options->explain);
	result_make(m->lex, item, &m->cs, options->all, arena, out);
}
