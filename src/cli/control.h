/*
 * Asking a running daemon over its control socket ($state_dir/control.sock).
 * Waits for the answer.
 */
#ifndef NW_CLI_CONTROL_H
#define NW_CLI_CONTROL_H

#include "base/err.h"
#include "base/opts.h"
#include "base/strbuf.h"

struct json;

/* The options of a verb that say which daemon. */
#define CONTROL_OPTS(config_file, state_dir) \
	{'c', "config", OPT_TEXT, "FILE", "the daemon's configuration", \
		(config_file)}, \
	{ \
		0, "state-dir", OPT_TEXT, "DIR", "its state directory", \
			(state_dir) \
	}

/* Which daemon: by its configuration or its state directory. */
struct control {
	char *state_dir;
};

/* state_dir wins over the configuration's; both may be NULL. ERR_CONF, with
 * the report printed, if the configuration cannot be read. */
NW_MUST_CHECK int control_init(struct control *c, const char *config_file,
	const char *state_dir, struct err *err);
void control_fini(struct control *c);

/*
 * One request; the JSON of its answer in *out (json_free). ERR_TEMP if no
 * daemon answers (the message says what to do), ERR_PERM for an error status,
 * with the daemon's message.
 */
NW_MUST_CHECK int control_ask(const struct control *c, const char *method,
	const char *path, struct json **out, struct err *err);
/* Append a text as it stands in a query of a path. */
void control_put_escaped(struct strbuf *b, const char *s);
/* Exit code for a failure of the above. */
int control_exit_code(const struct err *err);

#endif
