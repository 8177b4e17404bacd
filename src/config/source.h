/*
 * The line of a file that a message is about, with a caret under the column.
 * Reads the file again, so that nothing is kept of files without mistakes.
 */
#ifndef NW_CONFIG_SOURCE_H
#define NW_CONFIG_SOURCE_H

#include "base/strbuf.h"
#include "model/entity.h"

/* Start with {0}: keeps one file and where its last line was. */
struct source {
	const char *file;
	struct strbuf text;
	size_t at; /* offset of line */
	unsigned line; /* 0: nothing read */
};

/* Appends two lines, or nothing if the file has no such line (any more). */
void source_show(struct source *s, const struct place *at, struct strbuf *out);
/* The file's text from a place on, until the next call; false if there is no
 * such place (any more). */
bool source_from(struct source *s, const struct place *at, struct span *rest);
void source_fini(struct source *s);

/*
 * Append text fit for a terminal: control characters and broken bytes shown as
 * '?', and user information, tokens and keys of URLs as '*', byte for byte, so
 * that columns stay what they were.
 */
void source_clean(struct span text, struct strbuf *out);

#endif
