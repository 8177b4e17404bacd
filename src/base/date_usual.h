/* The two shapes that nearly all dates of feeds have, read without tokens.
 * Private to the room; date_parse() tries it first. */
#ifndef NW_BASE_DATE_USUAL_H
#define NW_BASE_DATE_USUAL_H

#include "base/span.h"

/*
 * "Sun, 01 Mar 2026 12:00:00 GMT" (or UTC, +0100) and "2026-03-01T12:00:00Z"
 * (or .123, +01:00). False for every other shape and for values out of range:
 * what those mean, the long way decides.
 */
bool date_usual(struct span s, int64_t *ms);

#endif
