#include "deliver/command.h"

#include "base/mem.h"
#include "deliver/trace.h"
#include "io/proc.h"
#include "model/limits.h"

extern char **environ;

struct run {
	struct commands *all;
	struct proc *proc;
	enum outcome (*outcome)(int exit_code);
	const struct secrets *secrets;
	send_cb done;
	void *arg;
};

struct commands {
	const struct channel_env *env;
	int64_t timeout_ms;
	VEC(struct run *) runs;
};

struct commands *
commands_new(const struct channel_env *env, int64_t timeout_ms)
{
	struct commands *c = mem_new(c);

	c->env = env;
	c->timeout_ms = timeout_ms;
	return c;
}

static void
run_free(struct run *r)
{
	proc_free(&r->proc);
	mem_free(&r);
}

void
commands_free(struct commands **cp)
{
	struct commands *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	vec_each (struct run **, r, &c->runs)
		run_free(*r);
	vec_fini(&c->runs);
	mem_free(&c);
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

static void
on_end(const struct proc_result *p, void *arg)
{
	struct run *r = arg;
	struct commands *c = r->all;
	struct strbuf why = STRBUF_INIT(KIB(4));
	struct strbuf masked = STRBUF_INIT(KIB(4));
	struct send_result result = {
		.outcome = OUTCOME_LATER, .retry_after_ms = -1};

	put_why(p, &why);
	secrets_mask(r->secrets, strbuf_as_span(&why), &masked);
	channel_trace(c->env, "<", NULL, strbuf_as_span(&masked));
	if (p->outcome == PROC_EXITED)
		result.outcome = r->outcome(p->code);
	result.text = strbuf_as_span(&masked);
	for (size_t i = 0; i < c->runs.n; i++) {
		if (c->runs.p[i] != r)
			continue;
		vec_remove(&c->runs, i);
		break;
	}
	r->done(&result, r->arg);
	strbuf_fini(&why);
	strbuf_fini(&masked);
	run_free(r);
}

/* -- starting -------------------------------------------------------------- */
#define N_OWN 4

/* What the program may want to know of the delivery, and our environment. */
static char **
environment(const struct message *m)
{
	VEC(char *) v = {0};

	vec_push(
		&v, mem_printf("NEWSWATCH_CHANNEL=%.*s", SPAN_ARG(m->channel)));
	vec_push(&v, mem_printf("NEWSWATCH_ROUTE=%.*s", SPAN_ARG(m->route)));
	vec_push(&v, mem_printf("NEWSWATCH_ID=%.*s", SPAN_ARG(m->id)));
	vec_push(&v, mem_printf("NEWSWATCH_ATTEMPT=%u", m->attempt));
	for (char **e = environ; e && *e; e++)
		vec_push(&v, *e);
	vec_push(&v, NULL);
	return v.p;
}

static void
trace_run(const struct commands *c, const struct command *command, char **envp)
{
	struct strbuf text = STRBUF_INIT(command->input.n + KIB(64));

	if (!c->env->trace)
		return;
	for (const char *const *a = command->argv; *a; a++)
		strbuf_printf(&text, "%s%s", a == command->argv ? "" : " ", *a);
	strbuf_char(&text, '\n');
	for (size_t i = 0; i < N_OWN; i++)
		strbuf_printf(&text, "%s\n", envp[i]);
	strbuf_printf(&text, "\n%.*s\n", SPAN_ARG(command->input));
	channel_trace(c->env, ">", command->secrets, strbuf_as_span(&text));
	strbuf_fini(&text);
}

static int
start(struct commands *c, const struct command *command, char **envp,
	struct run *r, struct err *err)
{
	struct proc_spec spec = PROC_SPEC_INIT;

	spec.path = command->argv[0];
	spec.argv = command->argv;
	spec.envp = (const char *const *)envp;
	spec.input = command->input;
	spec.max_errors = KIB(4);
	spec.timeout_ms = c->timeout_ms;
	spec.grace_ms = COMMAND_GRACE_MS;
	spec.own_group = true;
	spec.cb = on_end;
	spec.arg = r;
	if (proc_start(c->env->loop, &spec, &r->proc, err) == -1)
		return -1;
	vec_push(&c->runs, r);
	return 0;
}

void
commands_run(struct commands *c, const struct command *command,
	const struct message *m, send_cb done, void *arg)
{
	char **envp = environment(m);
	struct send_result result = {
		.outcome = OUTCOME_SENT, .retry_after_ms = -1};
	struct run *r = mem_new(r);
	struct err err;
	bool started = false;

	*r = (struct run){
		.all = c,
		.outcome = command->outcome,
		.secrets = command->secrets,
		.done = done,
		.arg = arg,
	};
	trace_run(c, command, envp);
	if (!c->env->dry) {
		started = start(c, command, envp, r, &err) == 0;
		result.outcome = OUTCOME_LATER;
		result.text = started ? SPAN_NULL : span_of(err.msg);
	}
	if (!started) {
		done(&result, arg);
		run_free(r);
	}
	for (size_t i = 0; i < N_OWN; i++)
		mem_free(&envp[i]);
	mem_free(&envp);
}
