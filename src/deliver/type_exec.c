/*
 * A command of the operator's. It gets the message as JSON on its standard
 * input and says by its exit code how it went: 0 it is sent, 65 (EX_DATAERR) it
 * never will be, anything else (75, EX_TEMPFAIL, says so) to be tried again. No
 * shell is involved: `command` is the program and its arguments.
 */
#include <sysexits.h>

#include "base/mem.h"
#include "base/vec.h"
#include "deliver/format.h"
#include "deliver/settings.h"
#include "deliver/types.h"
#include "io/proc.h"
#include "model/limits.h"

#define GRACE_MS 2000 /* between TERM and KILL at the time limit */

extern char **environ;

struct exec;

struct run {
	struct exec *exec;
	struct proc *proc;
	send_cb done;
	void *arg;
};

struct exec {
	struct loop *loop;
	VEC(char *) argv; /* ends with NULL */
	int64_t timeout_ms;
	VEC(struct run *) runs;
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
	e->loop = env->loop;
	for (size_t i = 0; i < s->n_list; i++)
		vec_push(&e->argv, span_dup(s->list[i].text));
	vec_push(&e->argv, NULL);
	e->timeout_ms =
		setting_duration_ms(conf, channel_common_rules(), "timeout");
	*state = e;
	return 0;
}

static void
run_free(struct run *r)
{
	proc_free(&r->proc);
	mem_free(&r);
}

static void
exec_close(void *state)
{
	struct exec *e = state;

	vec_each (struct run **, r, &e->runs)
		run_free(*r);
	vec_fini(&e->runs);
	vec_each (char **, a, &e->argv)
		mem_free(a);
	vec_fini(&e->argv);
	mem_free(&e);
}

/* -- how it ended ---------------------------------------------------------- */
static void
put_why(const struct proc_result *p, struct strbuf *why)
{
	char name[64];

	switch (p->outcome) {
	case PROC_EXITED:
		strbuf_printf(why, "exit %d", p->code);
		break;
	case PROC_SIGNALED:
		proc_signal_name(p->signo, name, sizeof(name));
		strbuf_printf(why, "killed by %s", name);
		break;
	case PROC_TIMEOUT:
		strbuf_str(why, "took too long and was killed");
		break;
	}
	if (span_trim(p->errors).n > 0)
		strbuf_printf(why, ": %.*s", SPAN_ARG(span_trim(p->errors)));
}

static enum outcome
outcome_of(const struct proc_result *p)
{
	if (p->outcome != PROC_EXITED)
		return OUTCOME_LATER;
	return p->code == EX_OK         ? OUTCOME_SENT
		: p->code == EX_DATAERR ? OUTCOME_NEVER
					: OUTCOME_LATER;
}

static void
on_end(const struct proc_result *p, void *arg)
{
	struct run *r = arg;
	struct exec *e = r->exec;
	struct strbuf why = STRBUF_INIT(KIB(4));

	put_why(p, &why);
	for (size_t i = 0; i < e->runs.n; i++) {
		if (e->runs.p[i] != r)
			continue;
		vec_remove(&e->runs, i);
		break;
	}
	r->done(&(struct send_result){.outcome = outcome_of(p),
			.retry_after_ms = -1,
			.text = strbuf_as_span(&why)},
		r->arg);
	strbuf_fini(&why);
	run_free(r);
}

/* -- starting -------------------------------------------------------------- */
/* Our environment and what the command may want to know of the delivery. */
static char **
environment(const struct message *m, size_t *n_own)
{
	VEC(char *) v = {0};

	vec_push(
		&v, mem_printf("NEWSWATCH_CHANNEL=%.*s", SPAN_ARG(m->channel)));
	vec_push(&v, mem_printf("NEWSWATCH_ROUTE=%.*s", SPAN_ARG(m->route)));
	vec_push(&v, mem_printf("NEWSWATCH_ID=%.*s", SPAN_ARG(m->id)));
	vec_push(&v, mem_printf("NEWSWATCH_ATTEMPT=%u", m->attempt));
	*n_own = v.n;
	for (char **e = environ; e && *e; e++)
		vec_push(&v, *e);
	vec_push(&v, NULL);
	return v.p;
}

static void
exec_send(void *state, const struct message *m, send_cb done, void *arg)
{
	struct exec *e = state;
	struct run *r = mem_new(r);
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err;
	size_t n_own;
	char **envp = environment(m, &n_own);

	*r = (struct run){.exec = e, .done = done, .arg = arg};
	spec.path = e->argv.p[0];
	spec.argv = (const char *const *)e->argv.p;
	spec.envp = (const char *const *)envp;
	spec.input = m->body;
	spec.max_errors = KIB(4);
	spec.timeout_ms = e->timeout_ms;
	spec.grace_ms = GRACE_MS;
	spec.own_group = true;
	spec.cb = on_end;
	spec.arg = r;
	if (proc_start(e->loop, &spec, &r->proc, &err) == 0) {
		vec_push(&e->runs, r);
	} else {
		done(&(struct send_result){.outcome = OUTCOME_LATER,
			     .retry_after_ms = -1,
			     .text = span_of(err.msg)},
			arg);
		run_free(r);
	}
	for (size_t i = 0; i < n_own; i++)
		mem_free(&envp[i]);
	mem_free(&envp);
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
