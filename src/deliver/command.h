/*
 * Programs that channels run: the message on standard input, an outcome by the
 * exit code, a limit of time, no shell.
 */
#ifndef NW_DELIVER_COMMAND_H
#define NW_DELIVER_COMMAND_H

#include "deliver/channel.h"
#include "deliver/secrets.h"

#define COMMAND_GRACE_MS 2000 /* between TERM and KILL at the time limit */

struct commands; /* of one channel */

/* env is borrowed until commands_free. */
struct commands *commands_new(
	const struct channel_env *env, int64_t timeout_ms);
/* Programs under way are killed, without a callback. */
void commands_free(struct commands **c);

/* Everything is borrowed: input until the callback, the rest for the call. */
struct command {
	const char *const *argv; /* ends with NULL */
	struct span input;
	enum outcome (*outcome)(int exit_code);
	const struct secrets *secrets; /* masked in what is told; NULL: none */
};

/* The message's names go into the environment: NEWSWATCH_CHANNEL, _ROUTE, _ID,
 * _ATTEMPT. done comes once, maybe from inside. A program that cannot be run
 * is "later": it may be installed yet. */
void commands_run(struct commands *c, const struct command *command,
	const struct message *m, send_cb done, void *arg);

#endif
