/*
 * A symbol counts as a ticker by its dress: $META, NASDAQ:META, (META),
 * <META.O>, [META]. Pure.
 */
#ifndef NW_MATCH_TICKER_H
#define NW_MATCH_TICKER_H

#include "base/span.h"

enum ticker_dress {
	DRESS_NONE,
	DRESS_PAREN, /* (META), [META]: also other abbreviations stand so */
	DRESS_SURE /* a dollar, an exchange or a RIC's brackets */
};

/* How is the symbol at [start, end) dressed? */
enum ticker_dress ticker_dress(struct span text, size_t start, size_t end);

/*
 * The first dressed symbol at or after `at`, of 1 to 6 capitals and perhaps a
 * class (BRK.A). False if there is none before `upto`.
 */
bool ticker_next(struct span text, size_t at, size_t upto, size_t *start,
	size_t *end, enum ticker_dress *dress);

#endif
