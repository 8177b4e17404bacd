/* See command.h. */
#include "poll/command.h"

#include <stdio.h>

#include "base/mem.h"
#include "io/proc.h"
#include "model/limits.h"

#define MAX_ERRORS 4096
#define GRACE_MS 1000

struct command {
	struct loop *loop;
	struct proc *proc;
	size_t most;
	command_done_cb done;
	void *arg;
};

bool
command_is(struct span url)
{
	return span_starts(url, "exec:");
}

static void
set_failure(const struct proc_result *r, const char *how, struct err *err)
{
	struct span errors = r->errors, first = SPAN_NULL;

	while (span_trim(first).n == 0 && span_next(&errors, '\n', &first))
		;
	first = span_utf8_head(span_trim(first), 200);
	err_set(err, ERR_TEMP, "the command %s%s%.*s", how,
		first.n > 0 ? ": " : "", SPAN_ARG(first));
}

/* False: it failed. */
static bool
judge(const struct command *c, const struct proc_result *r, struct err *err)
{
	char how[128], name[64];

	/* It was killed for it, which is no news. */
	if (r->out_cut) {
		err_set(err, ERR_INPUT,
			"the command printed more than the %zu bytes of "
			"fetch.max_body",
			c->most);
		return false;
	}

	switch (r->outcome) {
	case PROC_TIMEOUT:
		set_failure(r, "did not end within fetch.timeout", err);
		return false;
	case PROC_SIGNALED:
		proc_signal_name(r->signo, name, sizeof(name));
		snprintf(how, sizeof(how), "was killed by %s", name);
		set_failure(r, how, err);
		return false;
	case PROC_EXITED:
		break;
	}
	if (r->code != 0) {
		snprintf(how, sizeof(how), "ended with code %d", r->code);
		set_failure(r, how, err);
		return false;
	}
	return true;
}

static void
on_end(const struct proc_result *r, void *arg)
{
	struct command *c = arg;
	struct err err;
	bool good = judge(c, r, &err);

	c->done(r->out, good ? NULL : &err, c->arg);
}

int
command_start(struct loop *loop, const struct config_feed *feed,
	const struct config_fetch *limits, command_done_cb done, void *arg,
	struct command **out, struct err *err)
{
	static const char *const environment[] = {
		"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", NULL};
	struct command *c = mem_new(c);
	size_t n = feed->set->command.n;
	char **argv = mem_calloc(n + 1, sizeof(*argv));
	struct proc_spec spec = PROC_SPEC_INIT;
	int rc;

	for (size_t i = 0; i < n; i++)
		argv[i] = span_dup(feed->set->command.p[i].text);
	*c = (struct command){.loop = loop,
		.most = limits->max_body_bytes,
		.done = done,
		.arg = arg};
	spec.path = argv[0];
	spec.argv = (const char *const *)argv;
	spec.envp = environment;
	spec.dir = "/";
	spec.max_out = limits->max_body_bytes;
	spec.out_is_bound = true;
	spec.max_errors = MAX_ERRORS;
	spec.timeout_ms = limits->timeout_ms;
	spec.grace_ms = GRACE_MS;
	spec.own_group = true;
	spec.cb = on_end;
	spec.arg = c;
	rc = proc_start(loop, &spec, &c->proc, err);
	for (size_t i = 0; i < n; i++)
		mem_free(&argv[i]);
	mem_free(&argv);
	if (rc != 0)
		mem_free(&c);
	*out = c;
	return rc;
}

void
command_cancel(struct command **out)
{
	struct command *c = *out;

	if (c == NULL)
		return;
	*out = NULL;
	proc_free(&c->proc);
	loop_free_later(c->loop, c);
}
