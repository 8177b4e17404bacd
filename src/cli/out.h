/*
 * Standard output of a verb: lines, buffered. A reader that closes the pipe
 * ends the verb quietly (SIGPIPE is ignored in main); a full disk does not.
 *
 *	if (!out_line(line))
 *		return out_end(EX_OK);
 */
#ifndef NW_CLI_OUT_H
#define NW_CLI_OUT_H

#include <stddef.h>

#include "base/span.h"

struct strbuf;

/* Writes s and a newline. False if nobody reads any more, or on an error:
 * stop, and return out_end(). */
bool out_line(struct span s);
/* Writes s as it is. */
bool out_text(struct span s);
/* Shows what was written so far: for verbs that wait between lines. */
bool out_flush(void);
/* Columns of the terminal that standard output is; COLUMNS wins; 0: it is none,
 * and lines may be of any length. */
size_t out_width(void);
/* Is what people read UTF-8, by LC_ALL, LC_CTYPE or LANG? Else signs beyond
 * ASCII that are our own have a plain form. */
bool out_is_utf8(void);
/* Append s, its middle left out if it has more than so many columns (of bytes,
 * for what is ASCII); 0: all of it. */
void out_put_cut(struct strbuf *b, struct span s, size_t columns);
/* Flushes. The verb's exit code: `code`, EX_OK if the reader went away, or
 * EX_IOERR, with a message, if standard output could not be written. */
int out_end(int code);

#endif
