/*
 * Event types, patterns and cues compiled into one block of bytes.
 *
 * A pattern is a row of elements; all must follow one another in a sentence:
 *
 *	word        any form of it: `acquire` is acquires, acquired, acquiring
 *	=word       this form only
 *	(a|b c|D)   one of these
 *	WORDS       a list of that name (event_words)
 *	x?          x may be missing
 *	~ or ~5     before an element: up to 3 or 5 words in between
 *	<money> <percent> <number> <date> <ticker> <name>
 *	<actor>     a name, which gets this role; any other word in <>
 *	^           first: at the start of a sentence only
 *
 * a, an, the, its, their, 's and the like are read over where a pattern does
 * not ask for them; a comma, colon or bracket ends a phrase unless a gap is
 * there. Every pattern needs a word that must occur.
 *
 * The block has offsets and no pointers and fits the machine and build that
 * made it, as match/lexicon.h. Pure but for memory.
 */
#ifndef NW_EVENT_COMPILE_H
#define NW_EVENT_COMPILE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/event_type.h"
#include "model/report.h"

#define EVENTS_BYTES_MAX ((size_t)64 << 20)

struct events_counts {
	size_t types, patterns, cues, words;
};

/*
 * Compile. Every mistake goes to report with its file, line and column (of the
 * place in the pattern); a pattern with one is left out and the rest still
 * compiles, so that the caller decides (report->errors). block: replaced; its
 * max bounds it. counts may be NULL. -1, ERR_CONF, only if no block was made.
 */
NW_MUST_CHECK int events_compile(const struct event_types *types,
	struct report *report, struct strbuf *block,
	struct events_counts *counts, struct err *err);

#endif
