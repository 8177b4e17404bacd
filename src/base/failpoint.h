/*
 * Named places to die or fail at, for tests. Armed by the environment variable
 * NW_FAILPOINT="site:n:kill" (the n-th pass kills the process with SIGKILL) or
 * "site:n:fail" (failpoint() returns true once). Compiles to nothing unless
 * configured with --enable-failpoints.
 */
#ifndef NW_BASE_FAILPOINT_H
#define NW_BASE_FAILPOINT_H

#include <stdbool.h>

#ifdef NW_FAILPOINTS
bool failpoint(const char *site);
#else
static inline bool
failpoint(const char *site)
{
	(void)site;
	return false;
}
#endif

#endif
