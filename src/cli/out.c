#include "cli/out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/strbuf.h"

static int failed; /* errno of the first failure; 0: none */

static bool
check(bool ok)
{
	if (!ok && failed == 0)
		failed = errno ? errno : EIO;
	return failed == 0;
}

bool
out_text(struct span s)
{
	if (failed != 0)
		return false;
	return check(s.n == 0 || fwrite(s.p, 1, s.n, stdout) == s.n);
}

bool
out_line(struct span s)
{
	return out_text(s) && out_text(SPAN_LIT("\n"));
}

bool
out_flush(void)
{
	return failed == 0 && check(fflush(stdout) == 0);
}

size_t
out_width(void)
{
	struct winsize size;
	int64_t columns;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (span_i64(span_of(getenv("COLUMNS")), 1, UINT16_MAX, &columns))
		return (size_t)columns;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool
out_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span value = span_of(getenv(names[i]));

		if (value.n > 0)
			return span_casefind(value, SPAN_LIT("utf-8")) !=
				SIZE_MAX ||
				span_casefind(value, SPAN_LIT("utf8")) !=
				SIZE_MAX;
	}
	return false;
}

void
out_put_cut(struct strbuf *b, struct span s, size_t columns)
{
	bool utf8 = out_is_utf8();
	size_t dots = utf8 ? 1 : 3, head;
	struct span tail;

	if (columns == 0 || s.n <= columns || columns <= dots) {
		strbuf_span(b, s);
		return;
	}
	head = (columns - dots) * 6 / 10;
	strbuf_span(b, span_utf8_head(s, head));
	strbuf_str(b, utf8 ? "\u2026" : "...");
	tail = span_sub(s, s.n - (columns - dots - head), s.n);
	while (tail.n > 0 && ((uint8_t)tail.p[0] & 0xc0) == 0x80)
		tail = span_sub(tail, 1, tail.n);
	strbuf_span(b, tail);
}

int
out_end(int code)
{
	out_flush();
	if (failed == 0)
		return code;
	if (failed == EPIPE)
		return EX_OK;
	fprintf(stderr, "newswatch: standard output: %s\n", strerror(failed));
	return EX_IOERR;
}
