/*
 * Messages are built in a buffer of their own first, so that arguments may
 * point into the old message.
 */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/span.h"

/* Drop what vsnprintf cut in the middle of a character. */
static void
trim_tail(char *msg, size_t size)
{
	size_t n = strnlen(msg, size - 1);

	if (n == size - 1)
		n = span_utf8_head(span_make(msg, n), n).n;
	msg[n] = '\0';
}

int
err_vset(struct err *err, enum err_kind kind, const char *fmt, va_list ap)
{
	char buf[ERR_MSG_MAX];

	if (!err)
		return -1;
	vsnprintf(buf, sizeof(buf), fmt, ap);
	trim_tail(buf, sizeof(buf));
	err->kind = kind;
	memcpy(err->msg, buf, strlen(buf) + 1);
	return -1;
}

int
err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(err, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_errno(struct err *err, enum err_kind kind, int errnum, const char *fmt, ...)
{
	char buf[ERR_MSG_MAX];
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return err_set(err, kind, "%s: %s", buf, strerror(errnum));
}

int
err_wrap(struct err *err, const char *fmt, ...)
{
	char buf[ERR_MSG_MAX];
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return err_set(err, err->kind, "%s: %s", buf, err->msg);
}

void
err_clear(struct err *err)
{
	if (!err)
		return;
	err->kind = ERR_NONE;
	err->msg[0] = '\0';
}

const char *
err_kind_name(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return "none";
	case ERR_INPUT:
		return "input";
	case ERR_TEMP:
		return "temporary";
	case ERR_PERM:
		return "permanent";
	case ERR_CONF:
		return "configuration";
	}
	return "unknown";
}

bool
err_is_shortage(int errnum)
{
	return errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM ||
		errnum == ENOBUFS;
}
