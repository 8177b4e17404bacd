/*
 * A command of the operator's. It gets the message as JSON on its standard
 * input and says by its exit code how it went: 0 it is sent, 65 (EX_DATAERR) it
 * never will be, anything else (75, EX_TEMPFAIL, says so) to be tried again. No
 * shell is involved: `command` is the program and its arguments.
 */
#include <sysexits.h>

#include "base/mem.h"
#include "deliver/command.h"
#include "deliver/format.h"
#include "deliver/settings.h"
#include "deliver/types.h"

struct exec {
	VEC(char *) argv; /* ends with NULL */
	struct commands *commands;
};

static const struct setting_rule exec_rules[] = {
	{"command", SETTING_LIST, true, NULL,
		"The program and its arguments, as a list."},
	{.name = NULL},
};

static void
exec_check(const struct channel_conf *conf, struct report *report)
{
	const struct setting *s = channel_setting(conf, "command");

	if (s->n_list == 0 || s->list[0].text.n == 0)
		report_error(
			report, &s->value_place, "'command' names no program");
}

static int
exec_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	const struct setting *s = channel_setting(conf, "command");
	struct exec *e = mem_new(e);

	(void)err;
	for (size_t i = 0; i < s->n_list; i++)
		vec_push(&e->argv, span_dup(s->list[i].text));
	vec_push(&e->argv, NULL);
	e->commands = commands_new(env,
		setting_duration_ms(conf, channel_common_rules(), "timeout"));
	*state = e;
	return 0;
}

static void
exec_close(void *state)
{
	struct exec *e = state;

	commands_free(&e->commands);
	vec_each (char **, a, &e->argv)
		mem_free(a);
	vec_fini(&e->argv);
	mem_free(&e);
}

static enum outcome
outcome_of(int code)
{
	return code == EX_OK         ? OUTCOME_SENT
		: code == EX_DATAERR ? OUTCOME_NEVER
				     : OUTCOME_LATER;
}

static void
exec_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct exec *e = state;
	const struct command command = {
		.argv = (const char *const *)e->argv.p,
		.input = m->body,
		.outcome = outcome_of,
	};

	commands_run(e->commands, &command, m, done, arg);
}

static void
exec_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	(void)state;
	format_envelope(hits, body);
}

const struct channel_type channel_type_exec = {
	.name = "exec",
	.doc = "A command that gets the message as JSON on standard input.",
	.rules = exec_rules,
	.parallel = 2,
	.check = exec_check,
	.format = exec_format,
	.open = exec_open,
	.send = exec_send,
	.close = exec_close,
};
