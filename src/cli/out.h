/*
 * Standard output of a verb: lines, buffered. A reader that closes the pipe
 * ends the verb quietly (SIGPIPE is ignored in main); a full disk does not.
 *
 *	if (!out_line(line))
 *		return out_end(EX_OK);
 */
#ifndef NW_CLI_OUT_H
#define NW_CLI_OUT_H

#include "base/span.h"

/* Writes s and a newline. False if nobody reads any more, or on an error:
 * stop, and return out_end(). */
bool out_line(struct span s);
/* Writes s as it is. */
bool out_text(struct span s);
/* Shows what was written so far: for verbs that wait between lines. */
bool out_flush(void);
/* Flushes. The verb's exit code: `code`, EX_OK if the reader went away, or
 * EX_IOERR, with a message, if standard output could not be written. */
int out_end(int code);

#endif
