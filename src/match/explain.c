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

void
explain_candidate(const struct lexicon *lex, const struct item *item,
	const struct candidate *c, const struct match_explain *explain)
{
	const struct block_entity *b = &lex->entities[c->name->entity];
	struct match_reason reasons[FEATURE_N];
	struct span file = block_text(lex, b->file);
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
			.name = block_text(lex, c->name->text),
			.file = file,
			.line = c->name->line,
			.column = c->name->role == ROLE_TERM ? 0
							     : c->name->column,
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
		},
		explain->arg);
}

void
explain_verdict(const struct lexicon *lex, const struct entity_state *e,
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
