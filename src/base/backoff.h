/*
 * How long to wait before try number n. Pure.
 * Source: "Exponential Backoff And Jitter" (AWS, 2015), equal jitter: half of
 * the delay is kept, half is random, so that it never comes near zero.
 */
#ifndef NW_BASE_BACKOFF_H
#define NW_BASE_BACKOFF_H

#include <stdint.h>

/*
 * attempt: failed tries so far, 1 or more. random: any 32 random bits.
 * Returns ms in [d/2, d] where d = min(max_ms, base_ms * 2^(attempt - 1)).
 */
int64_t backoff_ms(
	unsigned attempt, int64_t base_ms, int64_t max_ms, uint32_t random);

#endif
