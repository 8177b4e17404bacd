/*
 * What a receiver's HTTP answer means for a delivery. Pure.
 * Source: RFC 9110 15, 10.2.3; RFC 6585 4; Standard Webhooks.
 */
#ifndef NW_DELIVER_ANSWER_H
#define NW_DELIVER_ANSWER_H

#include "base/clock.h"
#include "base/span.h"
#include "model/outcome.h"

#define ANSWER_RETRY_AFTER_MAX_MS ((int64_t)24 * 3600 * 1000)

/* 2xx sent; 408, 425, 429, 5xx and temporary redirects later; else never. */
enum outcome answer_outcome(unsigned status);
/*
 * Retry-After as ms from now, in [0, ANSWER_RETRY_AFTER_MAX_MS]: a number of
 * seconds, or a date, which is held against the answer's own Date (empty:
 * against now). -1 if it is neither.
 */
int64_t answer_retry_after_ms(
	struct span retry_after, struct span date, struct wall now);

#endif
