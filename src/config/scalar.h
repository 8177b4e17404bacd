/*
 * Where in a file does a part of a text stand? A text of the configuration may
 * be folded over lines, in quotes with escapes, a block, or a field of CSV; a
 * mistake inside it, such as one in a topic's query, belongs to the line and
 * column that a person sees.
 */
#ifndef NW_CONFIG_SCALAR_H
#define NW_CONFIG_SCALAR_H

#include "config/source.h"

/*
 * The place of byte `at` of text, which was read from the place `start` on.
 * Reads the file again; start itself if the file cannot be read or does not
 * hold that text any more. s: see source.h.
 */
struct place scalar_place(
	struct source *s, struct place start, struct span text, size_t at);

#endif
