/*
 * Feeds that a program prints: `exec:` URLs, whose command stands in the
 * configuration and nowhere else. No shell, an environment of our own, bounded
 * in time and output. Loop thread.
 */
#ifndef NW_POLL_COMMAND_H
#define NW_POLL_COMMAND_H

#include "base/err.h"
#include "base/strbuf.h"
#include "config/config.h"
#include "io/loop.h"

struct command;

bool command_is(struct span url);

/* err is NULL if the program ended well; else why not, with the first line that
 * it wrote to standard error. ERR_INPUT: it printed too much. out lives until
 * the callback returns. */
typedef void (*command_done_cb)(
	struct span out, const struct err *err, void *arg);

/* done is called exactly once, from the loop. -1: it cannot be started. */
NW_MUST_CHECK int command_start(struct loop *loop,
	const struct config_feed *feed, const struct config_fetch *limits,
	command_done_cb done, void *arg, struct command **out, struct err *err);
/* Kills it; done will not come. NULL is fine. */
void command_cancel(struct command **c);

#endif
