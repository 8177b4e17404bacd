/* What a silence names and the configuration does not have: most likely a
 * slip. */
#ifndef NW_CLI_SILENCE_NAMES_H
#define NW_CLI_SILENCE_NAMES_H

#include "cli/queue_link.h"
#include "setup/silence.h"

/*
 * Prints every unknown name on standard error with the nearest known one; false
 * if there was one. The configuration is the one that conf names, or that is
 * installed; a private Redis that is named by its directory alone may belong to
 * any, so that only the words of lists that are ours are looked at. So too,
 * with a warning, where the configuration cannot be read: to silence something
 * is possible all the same.
 */
bool silence_names_check(
	const struct silence *s, const struct queue_link_conf *conf);

#endif
