/*
 * The mistakes of one run over a configuration, gathered and then printed
 * together, sorted by file (in the order in which files were read), line and
 * column:
 *
 *	news.yaml:12:3: error: unknown key 'intervall'; did you mean 'interval'?
 *	   12 |   intervall: 5m
 *	      |   ^
 *
 * Source lines are read from the files again when they are printed; secrets in
 * URLs are shown as '*'. More than LIMIT_DIAGNOSTICS are only counted.
 */
#ifndef NW_CONFIG_DIAG_H
#define NW_CONFIG_DIAG_H

#include <stdarg.h>

#include "base/strbuf.h"
#include "model/entity.h"
#include "model/report.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag;

struct diag *diag_new(void);
void diag_free(struct diag **d);

/* A place in file; line 0: the file as a whole. file must outlive d. */
struct place diag_place(const char *file, unsigned line, unsigned column);

/* Tell d that file is read now: its place in the order. file must outlive d. */
void diag_file(struct diag *d, const char *file);

/* at is copied; its file must outlive d. A NULL file: about no file. */
void diag_error(struct diag *d, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void diag_warning(struct diag *d, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void diag_vadd(struct diag *d, enum diag_level level, struct place at,
	const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));

/* A sink for struct report (model/report.h); arg is the struct diag. */
void diag_put(const struct place *place, enum report_level level,
	const char *message, void *arg);

size_t diag_errors(const struct diag *d);
size_t diag_warnings(const struct diag *d);

/*
 * While on, errors count as tolerated: they are printed as errors, with `why`
 * behind them, but diag_errors does not count them.
 */
void diag_tolerate(struct diag *d, const char *why); /* NULL: off */
size_t diag_tolerated(const struct diag *d);

/* Appends all of them, sorted; a full out is cut, which is no error. */
void diag_format(struct diag *d, struct strbuf *out);
/* The first one in that order on one line, without its source. */
void diag_format_first(struct diag *d, struct strbuf *out);

/*
 * "; did you mean 'NAME'?" for the candidate nearest to word, or nothing.
 * Start with {.word = word}, offer every candidate, then append to out.
 */
struct diag_nearest {
	struct span word;
	struct span best;
	unsigned distance; /* of best */
};
void diag_offer(struct diag_nearest *n, struct span candidate);
/* Text for a message; out is cleared first, and is "" without a near one. */
const char *diag_suggest(const struct diag_nearest *n, struct strbuf *out);

#endif
