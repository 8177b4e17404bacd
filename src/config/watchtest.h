/*
 * Tests of watchlists: sentences in which an entity must be found, and
 * sentences in which it must not.
 *
 *	# what ai.yaml is to find
 *	[Meta]
 *	+ Meta will build a data center in Louisiana.
 *	- A meta-analysis of forty trials found no effect.
 *	+ title: META SAYS AD SALES ROSE
 *	  text: The owner of Instagram raised its outlook.
 *
 * [NAME or id] begins an entity's sentences; `+` before one that must hit, `-`
 * before one that must not. A sentence is an article's text; title: and text:
 * say which field. Indented lines go on with the sentence; each text: among
 * them begins a paragraph. A line that starts with # is a comment. Pure.
 */
#ifndef NW_CONFIG_WATCHTEST_H
#define NW_CONFIG_WATCHTEST_H

#include "base/arena.h"
#include "base/vec.h"
#include "config/diag.h"

struct watchtest {
	struct entity_text entity; /* name or id, as written */
	bool must; /* hit; else must not */
	struct span title, text;
	struct place place; /* of the + or - */
};

struct watchtests {
	VEC(struct watchtest) v;
};

/* Appends the sentences of a file's text; texts are in the arena, mistakes go
 * to d. file must outlive both. */
void watchtests_parse(struct span text, const char *file, struct arena *arena,
	struct diag *d, struct watchtests *out);
void watchtests_fini(struct watchtests *t);

#endif
