/*
 * What the matcher says of an item, for a person: each candidate with what
 * counted for and against it, the rule or the threshold that decided, and the
 * line of the watchlist that it comes from.
 */
#ifndef NW_TRIAL_EXPLAIN_H
#define NW_TRIAL_EXPLAIN_H

#include "base/strbuf.h"
#include "match/match.h"

#define EXPLAIN_BYTES ((size_t)4 << 20) /* of one article; beyond: cut */

struct explainer {
	struct strbuf out; /* with a maximum; appended to */
	const struct item *item; /* the one being matched */
	struct span only; /* id of an entity; empty: all */
	/* what the entity's candidates came to, for its verdict */
	struct strbuf decided;
	double best;
};

void explainer_init(struct explainer *x);
void explainer_fini(struct explainer *x);
/* For match_options.explain, as long as x lives. */
struct match_explain explainer_callbacks(struct explainer *x);

#endif
