/*
 * The first, fast step of a scan for words: runs of ASCII letters, digits,
 * `&`, `+` and bytes above 0x7f. A run of letters and digits only is exactly
 * one token of text/tokens.h; any other is marked and split by token_next.
 * Vector instructions where the machine has them; the portable path agrees
 * with them byte for byte (tests/text/runs_test.c). Pure; any thread.
 */
#ifndef NW_TEXT_RUNS_H
#define NW_TEXT_RUNS_H

#include "base/span.h"

struct run {
	uint32_t start, end; /* bytes; end without RUN_MIXED */
};

/* In `end` of a run that is no plain word. */
#define RUN_MIXED 0x80000000U
#define RUN_END(r) ((r).end & ~RUN_MIXED)

/* Runs of one window of text, and a few that are written and not counted. */
#define RUNS_WINDOW 4096
#define RUNS_MAX (RUNS_WINDOW / 2 + 8)

/*
 * Runs that begin in [*at, *at + RUNS_WINDOW), in order; the last may end
 * beyond. *at is moved to where the next call goes on, s.n at the end. *at
 * must not lie inside a run. s: at most 2^31 - 1 bytes. Returns how many.
 */
size_t runs_find(struct span s, size_t *at, struct run out[RUNS_MAX]);
size_t runs_find_portable(struct span s, size_t *at, struct run out[RUNS_MAX]);

#endif
