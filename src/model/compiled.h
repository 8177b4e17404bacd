/*
 * What the loader compiles and every analyser maps: the lexicon of names and
 * the event patterns, behind one another in one run of bytes. Made and read by
 * the same binary, so the numbers are native.
 */
#ifndef NW_MODEL_COMPILED_H
#define NW_MODEL_COMPILED_H

#include "base/span.h"
#include "base/strbuf.h"

/* Each part begins at a multiple of it. */
#define COMPILED_ALIGN 64

struct compiled {
	struct span lexicon; /* match/lexicon.h */
	struct span events; /* event/compile.h */
};

/* Puts c->events behind the lexicon, which is what block holds already, and
 * marks where both are. */
void compiled_join(struct strbuf *block, struct span events);
/* Where the parts are; false if bytes are no such block. */
bool compiled_split(struct span bytes, struct compiled *out);

#endif
