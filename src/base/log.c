/*
 * One write(2) per line, so that lines of several processes on one standard
 * error do not mix. Works before log_init with program "newswatch", level info.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/log_limit.h"
#include "base/span.h"
#include "base/strbuf.h"

#define LINE_MAX_BYTES 4096 /* a longer line is cut and marked */
#define CUT_MARK "..."

static struct {
	bool ready;
	bool to_journal;
	const char *program;
	enum log_level least;
	struct log_limit limit;
} logger = {.program = "newswatch", .least = LOG_INFO_};

static const struct {
	const char *name;
	int priority; /* syslog(3) */
} levels[] = {
	[LOG_DEBUG_] = {"debug", 7},
	[LOG_INFO_] = {"info", 6},
	[LOG_WARN_] = {"warn", 4},
	[LOG_ERROR_] = {"error", 3},
};

/*
 * systemd.exec(5): JOURNAL_STREAM is "device:inode" of the stream that was
 * given us; another standard error is not the journal, whatever we inherited.
 */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char mine[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	snprintf(mine, sizeof(mine), "%ju:%ju", (uintmax_t)st.st_dev,
		(uintmax_t)st.st_ino);
	return strcmp(stream, mine) == 0;
}

void
log_init(const char *program, enum log_level least)
{
	logger.program = program;
	logger.least = least;
	logger.to_journal = stderr_is_journal();
	logger.ready = true;
}

void
log_set_level(enum log_level least)
{
	logger.least = least;
}

bool
log_level_parse(const char *name, enum log_level *out)
{
	for (unsigned i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		if (strcmp(levels[i].name, name) != 0)
			continue;
		*out = (enum log_level)i;
		return true;
	}
	return false;
}

static void
put_head(struct strbuf *b, enum log_level level, const char *event)
{
	char now[DATE_TEXT_SIZE];

	if (logger.to_journal) {
		strbuf_printf(b, "<%d>%s", levels[level].priority, event);
		return;
	}
	date_format_ms(clock_wall(), now);
	strbuf_printf(b, "%s %s %s %s", now, logger.program, levels[level].name,
		event);
}

/* One line stays one line, and a terminal is not ours to steer. */
static void
put_escaped(struct strbuf *b, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\n')
			strbuf_str(b, "\\n");
		else if (c == '\t')
			strbuf_str(b, "\\t");
		else if (c < 0x20 || c == 0x7f)
			strbuf_printf(b, "\\x%02x", c);
		else
			strbuf_char(b, *s);
	}
}

/* Logging has nobody to report its own failure to. */
static void
write_line(struct strbuf *b)
{
	if (b->full) {
		size_t keep = b->max - sizeof(CUT_MARK);

		keep = span_utf8_head(strbuf_as_span(b), keep).n;
		strbuf_cut(b, keep);
		strbuf_str(b, CUT_MARK);
	}
	strbuf_char(b, '\n');
	(void)!write(STDERR_FILENO, b->p, b->n);
	strbuf_fini(b);
}

static void
report_suppressed(struct mono now)
{
	char event[LOG_LIMIT_NAME];
	unsigned n;

	while (log_limit_expired(&logger.limit, now, event, &n)) {
		struct strbuf b = STRBUF_INIT(LINE_MAX_BYTES);

		put_head(&b, LOG_WARN_, event);
		strbuf_printf(&b, " suppressed=%u", n);
		write_line(&b);
	}
}

void
log_line(enum log_level level, const char *event, const char *fmt, ...)
{
	struct strbuf b = STRBUF_INIT(LINE_MAX_BYTES);
	char rest[LINE_MAX_BYTES];
	struct mono now = clock_mono();
	va_list ap;

	if (level < logger.least)
		return;
	if (!logger.ready)
		log_init(logger.program, logger.least);
	report_suppressed(now);
	if (!log_limit_pass(&logger.limit, event, now))
		return;
	va_start(ap, fmt);
	vsnprintf(rest, sizeof(rest), fmt, ap);
	va_end(ap);
	put_head(&b, level, event);
	if (rest[0] != '\0')
		strbuf_char(&b, ' ');
	put_escaped(&b, rest);
	write_line(&b);
}
