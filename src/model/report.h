/*
 * Where mistakes in a configuration are told, by whoever finds them (config,
 * route, deliver, ...): all of them at once, each with its place. What a line
 * looks like is the business of whoever made the report.
 */
#ifndef NW_MODEL_REPORT_H
#define NW_MODEL_REPORT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/entity.h"

enum report_level { REPORT_ERROR, REPORT_WARNING };

/* place and message are borrowed for the call. */
typedef void (*report_cb)(const struct place *place, enum report_level level,
	const char *message, void *arg);

struct report {
	report_cb put; /* NULL: lines are only counted */
	void *arg;
	unsigned errors, warnings;
};

void report_error(struct report *r, const struct place *place, const char *fmt,
	...) NW_PRINTF(3, 4);
void report_warning(struct report *r, const struct place *place,
	const char *fmt, ...) NW_PRINTF(3, 4);

/* A put for a strbuf (arg): "file:line:col: error: message" and a newline. */
void report_to_strbuf(const struct place *place, enum report_level level,
	const char *message, void *strbuf);

#endif
