#include "base/failpoint.h"

#ifdef NW_FAILPOINTS

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

struct armed {
	bool read; /* the environment has been looked at */
	struct span site; /* empty: none; borrowed from the environment */
	int64_t pass; /* fires at this pass, counted down */
	bool kills;
};

static struct armed armed;

/* A wrong value would silently test nothing, so it ends the program. */
static void
read_environment(void)
{
	struct span rest = span_of(getenv("NW_FAILPOINT"));
	struct span site, pass, action;

	armed.read = true;
	if (rest.n == 0)
		return;
	if (!span_next(&rest, ':', &site) || !span_next(&rest, ':', &pass) ||
		!span_next(&rest, ':', &action) || site.n == 0 ||
		!span_i64(pass, 1, INT32_MAX, &armed.pass) ||
		(!span_eq_str(action, "kill") &&
			!span_eq_str(action, "fail"))) {
		fprintf(stderr,
			"NW_FAILPOINT is not site:n:kill or "
			"site:n:fail\n");
		abort();
	}
	armed.kills = span_eq_str(action, "kill");
	armed.site = site;
}

bool
failpoint(const char *site)
{
	if (!armed.read)
		read_environment();
	if (armed.pass == 0 || !span_eq_str(armed.site, site))
		return false;
	if (--armed.pass > 0)
		return false;
	if (armed.kills)
		raise(SIGKILL);
	return true;
}

#else
typedef int failpoint_is_off; /* ISO C wants a declaration in every file */
#endif
