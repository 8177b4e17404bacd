/*
 * One line per log call on standard error:
 * `<RFC 3339 time> <program> <level> <event> key=value ...`.
 *
 *	log_warn("fetch_failed", "feed=%s error=\"%s\"", url, err.msg);
 *
 * If standard error is the journal (JOURNAL_STREAM names it) a syslog priority
 * "<4>" replaces time, program and level. Values with white space are the
 *caller's to quote; control bytes in the line are escaped here. Repeats of one
 *event are rate limited (more than LOG_BURST in LOG_WINDOW_MS are counted, and
 *reported as `suppressed=N` by the first log call after the window). Works
 *before log_init too. Never log secrets or bodies. Pure rooms do not log.
 */
#ifndef NW_BASE_LOG_H
#define NW_BASE_LOG_H

#include <stdbool.h>

#define LOG_BURST 20
#define LOG_WINDOW_MS 10000

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

/* program is borrowed for good. */
void log_init(const char *program, enum log_level least);
void log_set_level(enum log_level least);
bool log_level_parse(const char *name, enum log_level *out);
void log_line(enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define log_debug(event, ...) log_line(LOG_DEBUG_, event, __VA_ARGS__)
#define log_info(event, ...) log_line(LOG_INFO_, event, __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_WARN_, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_ERROR_, event, __VA_ARGS__)

#endif
