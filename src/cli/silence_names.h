/* Entities that a silence names and nobody watches: most likely a slip. */
#ifndef NW_CLI_SILENCE_NAMES_H
#define NW_CLI_SILENCE_NAMES_H

#include "model/entity.h"

/*
 * Warns on standard error of each that no watchlist of the configuration has,
 * by name or id. Says nothing where the configuration cannot be read or watches
 * nothing: a silence may be made from another machine. config_file: NULL for
 * the installed one.
 */
void silence_names_check(
	const struct entity_texts *names, const char *config_file);

#endif
