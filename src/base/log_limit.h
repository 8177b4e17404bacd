/*
 * How often one event may be logged. Pure: time comes in as an argument.
 * A fixed table: with more than LOG_LIMIT_EVENTS events at a time the one whose
 * window began first is forgotten.
 */
#ifndef NW_BASE_LOG_LIMIT_H
#define NW_BASE_LOG_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define LOG_LIMIT_EVENTS 64
#define LOG_LIMIT_NAME 48

struct log_limit_row {
	char event[LOG_LIMIT_NAME]; /* cut to fit; "" is a free row */
	int64_t began_ms;
	unsigned passed, suppressed;
};

struct log_limit {
	struct log_limit_row rows[LOG_LIMIT_EVENTS];
};

/* True if a line about this event may be written now; else it is counted. */
bool log_limit_pass(struct log_limit *l, const char *event, struct mono now);
/*
 * Takes one event whose window is over and that had lines suppressed, and how
 * many; false if there is none. Call before log_limit_pass, until false.
 */
bool log_limit_expired(struct log_limit *l, struct mono now,
	char event[LOG_LIMIT_NAME], unsigned *suppressed);

#endif
