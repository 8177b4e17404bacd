/* What a candidate and a verdict are, for people who ask why. */
#include "match/features.h"
#include "match/result.h"
#include "match/weights.h"

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
	case ROLE_TERM:
		return "query";
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

static struct match_source
source_of(const struct lexicon *lex, const struct block_name *n)
{
	if (!n)
		return (struct match_source){0};
	return (struct match_source){
		.text = block_text(lex, n->text),
		.file = block_text(lex, lex->entities[n->entity].file),
		.line = n->line,
		/* of a term it is its number */
		.column = n->role == ROLE_TERM ? 1 : n->column,
	};
}

static void
tell_candidate(const struct lexicon *lex, const struct item *item,
	const struct candidate *c, const struct match_explain *explain)
{
	const struct block_entity *b = &lex->entities[c->name->entity];
	struct match_reason reasons[FEATURE_N];
	size_t i, n = 0;

	for (i = 0; c->f && i < FEATURE_N; i++) {
		double w = (double)weights_table[i][c->class];

		if (c->f[i] > 0)
			reasons[n++] = (struct match_reason){
				feature_names[i], c->f[i], w};
	}
	explain->candidate(
		&(struct match_candidate){
			.entity_id = block_text(lex, b->id),
			.entity_name = block_text(lex, b->name),
			.name = source_of(lex, c->name),
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
			.is_evidence = c->name->role > ROLE_CODE,
			.dropped = c->drop ? drop_names[c->drop] : NULL,
			.by = source_of(lex, c->by),
		},
		explain->arg);
}

/* A query on its way to who asks why. */
struct query_tale {
	const struct lexicon *lex;
	struct topics *topics;
	const struct match_explain *explain;
	uint32_t entity;
};

/* A node, then those below it; at most QUERY_DEPTH_MAX brackets deep. */
static void
tell_query(const struct query_tale *q, uint32_t node, unsigned depth)
{
	static const char *const ops[] = {"", "AND", "OR", "NOT", "NEAR"};
	const struct query_node *n = &q->lex->nodes[node];
	bool is_term = n->op == QUERY_TERM;

	vec_clear(&q->topics->stack);
	q->explain->query(
		&(struct match_query_part){
			.entity_id = block_text(
				q->lex, q->lex->entities[q->entity].id),
			.depth = depth,
			.op = ops[n->op],
			.distance = n->op == QUERY_NEAR ? n->distance : -1,
			.field = is_term
				? query_field_name((enum query_field)n->field)
				: NULL,
			.term = is_term ? block_text(q->lex, n->right)
					: SPAN_NULL,
			.is_prefix = is_term && n->distance > 0,
			.holds = topics_hold(q->topics, q->lex, node),
		},
		q->explain->arg);
	if (is_term)
		return;
	tell_query(q, n->left, depth + 1);
	if (n->op != QUERY_NOT)
		tell_query(q, n->right, depth + 1);
}

static void
tell_verdict(const struct lexicon *lex, const struct entity_state *e,
	const double terms[TERM_N], const struct match_explain *explain)
{
	const struct block_entity *b = &lex->entities[e->entity];
	struct match_reason reasons[TERM_N];
	size_t i, n = 0;

	for (i = 0; i < TERM_N; i++)
		if (terms[i] < 0 || terms[i] > 0)
			reasons[n++] = (struct match_reason){
				relevance_terms[i], 1, terms[i]};
	explain->verdict(
		&(struct match_verdict){
			.entity_id = block_text(lex, b->id),
			.entity_name = block_text(lex, b->name),
			.confidence = e->confidence,
			.min_confidence = result_min_confidence(b),
			.relevance = e->relevance,
			.min_relevance = b->min_relevance,
			.is_named = e->is_named,
			.alert = result_is_alert(lex, e),
			.reasons = reasons,
			.n_reasons = n,
		},
		explain->arg);
}

void
explain_entity(const struct lexicon *lex, const struct item *item,
	struct candidates *cs, const struct entity_state *e,
	const double terms[TERM_N], const struct match_explain *explain)
{
	const struct block_topic *topic = topics_of(lex, e->entity);
	uint32_t i;

	for (i = 0; explain->candidate && i < e->n; i++)
		tell_candidate(lex, item, &cs->c.p[e->first + i], explain);
	if (topic && explain->query) {
		candidates_gather_terms(cs, e);
		tell_query(&(struct query_tale){.lex = lex,
				   .topics = &cs->topics,
				   .explain = explain,
				   .entity = e->entity},
			topic->root, 0);
	}
	if (explain->verdict)
		tell_verdict(lex, e, terms, explain);
}
