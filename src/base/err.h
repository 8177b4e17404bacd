/*
 * One error convention for the whole program.
 *
 * A fallible function returns 0 or -1 and takes `struct err *err` last. On -1
 * the err says what the caller should do (kind) and what a person should read
 * (msg). Each layer adds its context once with err_wrap(). NULL is allowed
 * wherever the reason does not matter.
 */
#ifndef NW_BASE_ERR_H
#define NW_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

#define NW_MUST_CHECK __attribute__((warn_unused_result))
#define NW_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum err_kind {
	ERR_NONE = 0,
	ERR_INPUT, /* what came from outside is bad: drop it */
	ERR_TEMP, /* it may work later: retry */
	ERR_PERM, /* it will not work: give up */
	ERR_CONF /* the operator must act; msg starts with file:line:col */
};

#define ERR_MSG_MAX 1024

struct err {
	enum err_kind kind;
	char msg[ERR_MSG_MAX]; /* always terminated, truncated at a character */
};

/* Set kind and message. Always returns -1, so `return err_set(...)` reads well.
 */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
	NW_PRINTF(3, 4);
int err_vset(struct err *err, enum err_kind kind, const char *fmt, va_list ap)
	NW_PRINTF(3, 0);

/* As err_set, with ": " and strerror(errnum) at the end. */
int err_errno(struct err *err, enum err_kind kind, int errnum, const char *fmt,
	...) NW_PRINTF(4, 5);

/* Put context in front: "<context>: <old message>". Keeps the kind; returns -1.
 */
int err_wrap(struct err *err, const char *fmt, ...) NW_PRINTF(2, 3);

void err_clear(struct err *err);

/* Does an errno say that memory or descriptors ran out here? */
bool err_is_shortage(int errnum);

/* "input", "temporary", "permanent", "configuration"; for logs. */
const char *err_kind_name(enum err_kind kind);

#endif
