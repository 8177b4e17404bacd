/*
 * The query of a topic to patterns: its terms are looked for as names are, each
 * by its number, and its operators become nodes of the block.
 */
#include "match/build.h"
#include "match/query.h"
#include "model/limits.h"

/* A term's number stands where other patterns have their column. */
static void
number_term(struct build *b, size_t from, size_t term)
{
	for (; from < b->names.n; from++)
		b->names.p[from].column = (uint16_t)term;
}

static void
add_prefix(struct build *b)
{
	struct name_form f = {.n = 1, .variant = VARIANT_EXACT};

	f.token[0] = b->maker.given.token[0];
	f.token[0].gap = GAP_NONE;
	f.token[0].hash ^= BLOCK_PREFIX;
	f.token[0].folded = SPAN_LIT(""); /* no word has it */
	b->n_prefixes++;
	patterns_add(b, &f);
}

/* Tokens of a term; a mistake is told where it stands in the query. */
static bool
read_term(struct build *b, const struct query_term *t)
{
	const struct entity_text *q = &b->entity->query;
	uint32_t entity = (uint32_t)(b->entity - b->list->p);
	size_t at = (size_t)(t->text.p - q->text.p);

	b->source = q->place;
	b->role = ROLE_TERM;
	if (t->text.n > LIMIT_NAME_BYTES)
		problems_tell_in(&b->problems, entity, q, at,
			"this term is longer than %d bytes; shorten it",
			LIMIT_NAME_BYTES);
	else if (!name_read(&b->maker, t->text) && b->maker.given.n == 0)
		problems_tell_in(&b->problems, entity, q, at,
			"the term '%.*s' has neither letter nor digit, so it "
			"cannot be found in a text",
			SPAN_ARG(t->text));
	else if (b->maker.given.n > NAME_TOKENS_MAX)
		problems_tell_in(&b->problems, entity, q, at,
			"this term has %u words, at most %d are allowed",
			b->maker.given.n, NAME_TOKENS_MAX);
	else if (t->is_prefix && b->maker.given.n > 1)
		problems_tell_in(&b->problems, entity, q, at,
			"'%.*s*' is more than one word; a * goes with one word "
			"alone",
			SPAN_ARG(t->text));
	else
		return true;
	return false;
}

/* ref: of its text, for who asks why. */
static bool
add_term(struct build *b, size_t number, uint32_t *ref)
{
	const struct query_term *t = &b->query.terms.p[number];
	size_t from = b->names.n;

	if (!read_term(b, t))
		return false;
	*ref = b->source_ref = patterns_put_text(b, t->text);
	if (query_is_about(t->field))
		return true; /* it is not looked for in title and text */
	if (t->is_prefix)
		add_prefix(b);
	else
		patterns_add_given(b);
	number_term(b, from, number);
	return true;
}

#define RARITY_PREFIX 3 /* many words begin with it */

/* How seldom will a term be in an article? From 1. */
static unsigned
rarity_of(struct build *b, const struct query_term *t)
{
	unsigned best = 1, one;

	name_read(&b->maker, t->text);
	for (unsigned i = 0; i < b->maker.given.n; i++) {
		one = patterns_rarity(b, &b->maker.given.token[i]);
		best = one > best ? one : best;
	}
	if (t->is_prefix)
		return best < RARITY_PREFIX ? best : RARITY_PREFIX;
	return best + b->maker.given.n - 1;
}

/* Marks the terms without one of which the query cannot hold. names: its first
 * pattern, one a term of title or text. */
static void
mark_anchors(struct build *b, size_t names)
{
	unsigned rarity[QUERY_TERMS_MAX];
	bool anchor[QUERY_TERMS_MAX];

	for (size_t i = 0; i < b->query.terms.n; i++)
		rarity[i] = rarity_of(b, &b->query.terms.p[i]);
	query_anchors(&b->query, rarity, anchor);
	for (size_t i = 0; i < b->query.terms.n; i++) {
		if (query_is_about(b->query.terms.p[i].field))
			continue;
		if (anchor[i])
			b->names.p[names].flags |= NAME_ANCHOR;
		names++;
	}
}

void
patterns_add_query(struct build *b, uint32_t entity)
{
	const struct entity_text *q = &b->entity->query;
	uint32_t base = (uint32_t)b->nodes.n;
	struct err err = {0};
	size_t at, i, names = b->names.n;

	if (query_parse(q->text, &b->query, &at, &err) != 0) {
		problems_tell_in(&b->problems, entity, q, at,
			"in the query: %s", err.msg);
		return;
	}
	vec_reserve(&b->term_refs, b->query.terms.n);
	for (i = 0; i < b->query.terms.n; i++)
		if (!add_term(b, i, &b->term_refs.p[i]))
			return;
	mark_anchors(b, names);
	vec_each (struct query_node *, n, &b->query.nodes) {
		struct query_node copy = *n;

		if (n->op == QUERY_TERM) {
			copy.distance = b->query.terms.p[n->left].is_prefix;
			copy.right = b->term_refs.p[n->left];
		} else {
			copy.left += base;
			copy.right += base;
		}
		vec_push(&b->nodes, copy);
	}
	vec_push(&b->topics,
		(struct block_topic){entity, (uint32_t)b->nodes.n - 1});
}
