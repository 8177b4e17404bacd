/*
 * Standard output: `stdout` prints hits as JSON Lines, `terminal` as readable
 * lines. Both freeze JSON; what a terminal can show (colours) is seen when it
 * is shown.
 */
#include "base/mem.h"
#include "deliver/format.h"
#include "deliver/types.h"
#include "deliver/writer.h"
#include "model/limits.h"

struct output {
	struct writer *writer;
	struct format_style style;
	send_cb done; /* of the send under way */
	void *arg;
};

static int
output_open(const struct channel_conf *conf, const struct channel_env *env,
	void **state, struct err *err)
{
	struct output *o = mem_new(o);

	(void)conf;
	(void)err;
	o->writer =
		writer_new(env->loop, env->out_fd, env->on_closed, env->arg);
	o->style = format_style_of(env->out_fd);
	*state = o;
	return 0;
}

static void
output_close(void *state)
{
	struct output *o = state;

	writer_free(&o->writer);
	mem_free(&o);
}

static void
on_written(int error, void *arg)
{
	struct output *o = arg;
	struct send_result r = {.outcome = OUTCOME_SENT, .retry_after_ms = -1};

	if (error != 0) {
		r.outcome = OUTCOME_LATER;
		r.text = span_of(strerror(error));
	}
	o->done(&r, o->arg);
}

static void
put(struct output *o, struct span text, send_cb done, void *arg)
{
	o->done = done;
	o->arg = arg;
	writer_put(o->writer, text, on_written, o);
}

static void
stdout_send(void *state, const struct message *m, send_cb done, void *arg)
{
	put(state, m->body, done, arg);
}

/* -- terminal -------------------------------------------------------------- */
static void
terminal_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct output *o = state;
	struct strbuf text = STRBUF_INIT(m->body.n * 4 + KIB(1));
	struct span rest = m->body, line;
	struct err err = {.kind = ERR_NONE};
	bool ok = true;

	while (ok && span_next(&rest, '\n', &line))
		ok = format_readable(line, o->style, &text, &err) == 0;
	if (ok)
		put(o, strbuf_as_span(&text), done, arg);
	else
		done(&(struct send_result){.outcome = OUTCOME_NEVER,
			     .retry_after_ms = -1,
			     .text = span_of(err.msg)},
			arg);
	strbuf_fini(&text);
}

static const struct setting_rule no_rules[] = {{.name = NULL}};

static void
output_format(
	const void *state, const struct message_hits *hits, struct strbuf *body)
{
	(void)state;
	format_json_lines(hits, body);
}

const struct channel_type channel_type_stdout = {
	.name = "stdout",
	.doc = "Hits as JSON Lines on the worker's standard output.",
	.rules = no_rules,
	.parallel = 1,
	.format = output_format,
	.open = output_open,
	.send = stdout_send,
	.close = output_close,
};

const struct channel_type channel_type_terminal = {
	.name = "terminal",
	.doc = "Readable lines on the worker's standard output, in colour on "
	       "a terminal unless NO_COLOR is set.",
	.rules = no_rules,
	.parallel = 1,
	.format = output_format,
	.open = output_open,
	.send = terminal_send,
	.close = output_close,
};
