/*
 * Hits become candidates, candidates are grouped by entity, and the rules that
 * need nothing but the item's own text are applied.
 */
#include "match/candidates.h"

#include <assert.h>
#include <stdlib.h>

#include "match/cues.h"
#include "match/match.h"

const char *const drop_names[DROP_N] = {
	[DROP_NOT] = "",
	[DROP_GAP] = "joined-otherwise",
	[DROP_CASE] = "other-case",
	[DROP_DRESS] = "no-ticker",
	[DROP_EXCLUDED] = "excluded",
	[DROP_NOT_LIKE] = "namesake",
	[DROP_INSIDE_LONGER] = "inside-longer-name",
	[DROP_SHORT] = "short-form-without-name",
	[DROP_OTHER_BEARER] = "another-bearer",
	[DROP_QUERY] = "query-does-not-hold",
};

struct span
candidates_field(const struct item *item, enum hit_field field)
{
	return field == FIELD_TITLE ? item->title : item->text;
}

bool
candidate_is_naming(const struct candidate *c)
{
	return c->name->role <= ROLE_TICKER || c->name->role == ROLE_SHORT;
}

/* -- are the words joined as in the name? ---------------------------------- */

#define G(gap) (1U << (gap))

/* By the gap in the watchlist: gaps in a text that mean the same. */
static const uint16_t gaps_alike[] = {
	[GAP_NONE] = G(GAP_NONE) | G(GAP_SPACE),
	[GAP_HYPHEN] = G(GAP_HYPHEN) | G(GAP_SPACE) | G(GAP_NONE),
	[GAP_APOS] = G(GAP_APOS) | G(GAP_NONE),
	[GAP_DOT] = G(GAP_DOT) | G(GAP_DOT_SPACE) | G(GAP_SPACE) | G(GAP_NONE),
	[GAP_JOIN] = G(GAP_JOIN) | G(GAP_SPACE) | G(GAP_HYPHEN) | G(GAP_NONE),
	[GAP_SPACE] = G(GAP_SPACE) | G(GAP_HYPHEN) | G(GAP_NONE),
	[GAP_DOT_SPACE] = G(GAP_DOT_SPACE) | G(GAP_SPACE) | G(GAP_DOT),
	[GAP_PUNCT] = G(GAP_PUNCT) | G(GAP_SPACE) | G(GAP_DOT_SPACE),
	[GAP_SENTENCE] = G(GAP_SENTENCE) | G(GAP_SPACE) | G(GAP_JOIN),
	[GAP_BREAK] = G(GAP_SPACE) | G(GAP_BREAK),
};

/* "St. Jude", "Dr. Reddy": a dot that belongs to a short word. */
#define ABBREVIATION_MAX 4

static bool
gaps_ok(const struct lexicon *lex, const struct block_name *n, struct span text,
	uint32_t start)
{
	struct span detail = block_text(lex, n->detail);
	struct token t, left = {0};
	size_t at = start, i;

	for (i = 0; i < detail.n && token_next(text, at, &t); i++) {
		unsigned want = (unsigned char)detail.p[i] >> 4;
		bool short_left = left.end - left.start <= ABBREVIATION_MAX;

		if (i && !(gaps_alike[want] & G(t.gap)) &&
			!(want == GAP_SPACE && t.gap == GAP_DOT_SPACE &&
				short_left))
			return false;
		left = t;
		at = t.end;
	}
	return true;
}

static bool
same_bytes(
	const struct lexicon *lex, const struct candidate *c, struct span text)
{
	struct span got = span_sub(text, c->start, c->end - c->start);

	return span_eq(got, block_text(lex, c->name->text));
}

static bool
exact_case(
	const struct lexicon *lex, const struct candidate *c, struct span text)
{
	struct span detail = block_text(lex, c->name->detail);
	struct token t;
	size_t at = c->start, i;

	for (i = 0; i < detail.n && token_next(text, at, &t); i++) {
		if (((unsigned char)detail.p[i] & 15) != t.shape)
			return false;
		at = t.end;
	}
	return true;
}

/* -- one candidate --------------------------------------------------------- */

static bool
is_upper_text(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return false;
	return true;
}

/* NET, ALL, CEO: capitals do not make a ticker of it. */
static bool
is_known_word(const struct block_name *n, struct span symbol)
{
	char folded[8];
	size_t i;

	if (n->grade > 0 || n->n_tokens > 1 || symbol.n >= sizeof(folded))
		return true;
	for (i = 0; i < symbol.n; i++)
		folded[i] = (char)(symbol.p[i] | 0x20);
	return cues_get(span_make(folded, symbol.n)) != 0;
}

#define BARE_TICKER_MIN 3 /* letters of a symbol that may stand bare */

static void
judge_ticker(struct candidate *c, struct span text)
{
	struct span got = span_sub(text, c->start, c->end - c->start);

	if (!is_upper_text(got)) {
		c->drop = DROP_CASE;
		return;
	}
	c->dress = (uint8_t)ticker_dress(text, c->start, c->end);
	if (c->dress != DRESS_NONE) {
		c->decided = true;
		c->p = c->dress == DRESS_SURE ? 0.98 : 0.9;
	} else if (got.n < BARE_TICKER_MIN || is_known_word(c->name, got)) {
		c->drop = DROP_DRESS;
	}
}

static void
judge_rules(const struct lexicon *lex, struct candidate *c, struct span text)
{
	if (!gaps_ok(lex, c->name, text, c->start))
		c->drop = DROP_GAP;
	else if (c->name->role == ROLE_TICKER)
		judge_ticker(c, text);
	else if (c->name->role == ROLE_CODE && !same_bytes(lex, c, text))
		c->drop = DROP_CASE;
	else if (candidate_is_naming(c) &&
		lex->entities[c->name->entity].letter_case == CASE_EXACT &&
		!exact_case(lex, c, text))
		c->drop = DROP_CASE;
	if (c->name->role == ROLE_CODE && c->drop == DROP_NOT) {
		c->decided = true;
		c->p = 0.98;
	}
}

#define CANDIDATES_MAX 20000 /* per item; what follows is not looked at */

/* Terms of queries wait until their entity has an anchor. */
enum taking { TAKE_FIRST, TAKE_TERMS };

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool
is_anchored(const struct candidates *cs, uint32_t entity)
{
	return cs->anchored.n &&
		bsearch(&entity, cs->anchored.p, cs->anchored.n, sizeof(entity),
			compare_numbers);
}

static bool
is_wanted(const struct candidates *cs, const struct block_name *n,
	enum taking what)
{
	bool waits = n->role == ROLE_TERM && !(n->flags & NAME_ANCHOR);

	if (what == TAKE_FIRST)
		return !waits || cs->all_terms;
	return waits && !cs->all_terms && is_anchored(cs, n->entity);
}

/* Below this a candidate is no mention: a low min_confidence lowers it. */
static float
least_of(const struct block_entity *e)
{
	bool low = e->min_confidence >= 0 &&
		e->min_confidence < (float)MATCH_MENTION_MIN;

	return low ? e->min_confidence : (float)MATCH_MENTION_MIN;
}

static void
take_name(const struct lexicon *lex, const struct block_name *name,
	const struct scan_hit *h, const struct item *item, enum hit_field field,
	struct candidates *out)
{
	struct candidate c = {.name = name,
		.start = h->start,
		.end = h->end,
		.field = (uint8_t)field,
		.least = least_of(&lex->entities[name->entity])};

	judge_rules(lex, &c, candidates_field(item, field));
	vec_push(&out->c, c);
	if (name->role == ROLE_TERM && name->flags & NAME_ANCHOR)
		vec_push(&out->anchored, name->entity);
}

static void
take_hits(const struct lexicon *lex, const struct item *item,
	enum hit_field field, enum taking what, struct candidates *out)
{
	uint32_t i, end;

	vec_each (struct scan_hit *, h, &out->hits[field]) {
		end = lex->firsts[h->terminal + 1];
		for (i = lex->firsts[h->terminal];
			i < end && out->c.n < CANDIDATES_MAX; i++)
			if (is_wanted(out, &lex->names[i], what))
				take_name(lex, &lex->names[i], h, item, field,
					out);
	}
}

static void
sort_anchored(struct candidates *cs)
{
	size_t n = 0;

	if (cs->anchored.n == 0)
		return;
	qsort(cs->anchored.p, cs->anchored.n, sizeof(*cs->anchored.p),
		compare_numbers);
	for (size_t i = 0; i < cs->anchored.n; i++)
		if (i == 0 || cs->anchored.p[i] != cs->anchored.p[n - 1])
			cs->anchored.p[n++] = cs->anchored.p[i];
	cs->anchored.n = n;
}

/* -- by entity ------------------------------------------------------------- */

static int
compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->name->entity != y->name->entity)
		return x->name->entity < y->name->entity ? -1 : 1;
	if (x->field != y->field)
		return x->field - y->field;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return x->name->role - y->name->role;
}

static void
group(struct candidates *cs)
{
	uint32_t i, k;

	vec_clear(&cs->e);
	if (cs->c.n)
		qsort(cs->c.p, cs->c.n, sizeof(*cs->c.p), compare_candidates);
	for (i = 0; i < cs->c.n; i = k) {
		uint32_t entity = cs->c.p[i].name->entity;

		for (k = i + 1;
			k < cs->c.n && cs->c.p[k].name->entity == entity;)
			k++;
		vec_push(&cs->e,
			(struct entity_state){
				.entity = entity, .first = i, .n = k - i});
	}
}

static bool
overlap(const struct candidate *a, const struct candidate *b)
{
	return a->field == b->field && a->start < b->end && b->start < a->end;
}

/* An exclude or not_like takes what it overlaps. */
static void
apply_taboo(struct candidate *c, uint32_t n, const struct candidate *taboo)
{
	enum drop drop = taboo->name->role == ROLE_EXCLUDE ? DROP_EXCLUDED
							   : DROP_NOT_LIKE;
	uint32_t i;

	for (i = 0; i < n; i++)
		if (candidate_is_naming(&c[i]) && c[i].drop == DROP_NOT &&
			overlap(&c[i], taboo)) {
			c[i].drop = (uint8_t)drop;
			c[i].by = taboo->name;
		}
}

/* Is this context word new, and not within a name of the entity itself? */
static bool
counts_as_context(const struct candidate *c, uint32_t n, uint32_t at)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (c[i].name->role == ROLE_CONTEXT && i < at &&
			c[i].name->text == c[at].name->text)
			return false;
		if (candidate_is_naming(&c[i]) && overlap(&c[i], &c[at]))
			return false;
	}
	return true;
}

static void
look_at_entity(struct candidates *cs, struct entity_state *e)
{
	struct candidate *c = &cs->c.p[e->first];
	uint32_t i;

	for (i = 0; i < e->n; i++) {
		if (c[i].drop != DROP_NOT)
			continue;
		if (c[i].name->role >= ROLE_EXCLUDE)
			apply_taboo(c, e->n, &c[i]);
		if (c[i].name->role == ROLE_NOT_LIKE)
			e->has_not_like = true;
		if (c[i].name->role == ROLE_CONTEXT &&
			counts_as_context(c, e->n, i))
			e->evidence.context++;
		if (c[i].dress == DRESS_SURE || c[i].name->role == ROLE_CODE)
			e->evidence.ticker = true;
	}
}

static unsigned
count_tickers(struct span text)
{
	size_t at = 0, start, end;
	enum ticker_dress dress;
	unsigned n = 0;

	while (ticker_next(text, at, text.n, &start, &end, &dress)) {
		n += dress == DRESS_SURE;
		at = end;
	}
	return n;
}

void
candidates_gather_terms(struct candidates *cs, const struct entity_state *e)
{
	uint32_t i;

	topics_start(&cs->topics);
	for (i = 0; i < e->n; i++) {
		const struct candidate *c = &cs->c.p[e->first + i];

		if (c->name->role == ROLE_TERM &&
			(c->drop == DROP_NOT || c->drop == DROP_QUERY))
			topics_add(&cs->topics, c->name->column,
				(enum hit_field)c->field, c->start, c->end, i);
	}
}

/* Terms become mentions where their query holds. */
static void
judge_topic(const struct lexicon *lex, struct candidates *cs,
	const struct entity_state *e, const struct block_topic *topic)
{
	struct candidate *c = &cs->c.p[e->first];
	uint32_t i;
	bool holds;

	candidates_gather_terms(cs, e);
	holds = topics_hold(&cs->topics, lex, topic->root);
	for (i = 0; i < e->n; i++)
		if (c[i].name->role == ROLE_TERM && c[i].drop == DROP_NOT)
			c[i].drop = DROP_QUERY;
	if (!holds)
		return;
	vec_each (struct topic_place *, p, &cs->topics.stack) {
		uint32_t which[2] = {p->from, p->to};

		for (i = 0; i < 2; i++) {
			c[which[i]].drop = DROP_NOT;
			c[which[i]].decided = true;
			c[which[i]].p = TOPIC_CONFIDENCE;
		}
	}
}

static void
judge_topics(const struct lexicon *lex, const struct about *about,
	struct candidates *cs)
{
	const struct block_topic *topic;

	topics_read(&cs->topics, about);
	vec_each (struct entity_state *, e, &cs->e) {
		topic = topics_of(lex, e->entity);
		if (topic)
			judge_topic(lex, cs, e, topic);
	}
}

static void
scan_fields(struct scanner *sc, const struct lexicon *lex,
	const struct item *item, struct candidates *cs)
{
	for (size_t i = 0; i < 2; i++) {
		struct span text = candidates_field(item, (enum hit_field)i);

		vec_clear(&cs->hits[i]);
		scan_text(sc, lex, text, &cs->hits[i]);
		if (lex->header->n_prefixes)
			topics_find_prefixes(lex, text, &cs->hits[i]);
	}
}

void
candidates_find(struct scanner *sc, const struct lexicon *lex,
	const struct about *about, bool all_terms, struct candidates *out)
{
	const struct item *item = about->item;
	size_t i;

	vec_clear(&out->c);
	vec_clear(&out->anchored);
	out->item = (struct item_evidence){0};
	out->all_terms = all_terms;
	scan_fields(sc, lex, item, out);
	for (i = 0; i < 2; i++)
		take_hits(lex, item, (enum hit_field)i, TAKE_FIRST, out);
	sort_anchored(out);
	for (i = 0; out->anchored.n && i < 2; i++)
		take_hits(lex, item, (enum hit_field)i, TAKE_TERMS, out);
	group(out);
	if (out->c.n == 0)
		return;
	if (lex->n_topics)
		judge_topics(lex, about, out);
	for (i = 0; i < 2; i++)
		out->item.tickers += count_tickers(
			candidates_field(item, (enum hit_field)i));
	vec_each (struct entity_state *, e, &out->e)
		look_at_entity(out, e);
}

void
candidates_fini(struct candidates *c)
{
	vec_fini(&c->c);
	vec_fini(&c->e);
	vec_fini(&c->anchored);
	scan_hits_fini(&c->hits[0]);
	scan_hits_fini(&c->hits[1]);
	topics_fini(&c->topics);
}
