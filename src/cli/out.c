#include "cli/out.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

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
