/* See supervise.h. */
#include "embed/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "embed/embedded_redis.h"
#include "io/proc.h"

#define RESTART_BASE_MS 500
#define RESTART_MAX_MS 30000
/* A child that lived so long starts with a clean slate. */
#define RESTART_FORGET_MS 60000
/* How long each may take to stop before it is killed. */
#define STOP_MS 15000
/* A server that cannot even start once is not tried for ever. */
#define REDIS_TRIES 2

enum child_id { CHILD_REDIS, CHILD_WORKER, CHILD_DAEMON, N_CHILDREN };

struct child {
	struct supervisor *s;
	const char *name;
	struct proc *proc;
	struct loop_timer *restart;
	struct mono started;
	unsigned failures;
};

struct supervisor {
	struct supervise_conf conf;
	struct child child[N_CHILDREN];
	struct embedded_redis *redis; /* NULL with a server of the user's */
	struct loop_timer *grace;
	int lock_fd;
	bool ready, stopping;
	int code;
	struct rng rng;
};

static int start(struct child *c, struct err *err);
static void stop_next(void *arg);
static void on_redis_failed(const char *why, void *p);

/* -- programs ---------------------------------------------------------------
 */

char *
supervise_program(const char *name)
{
	static const char *const installed[] = {NW_SBINDIR, NW_BINDIR};
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *path, *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL)
			*slash = '\0';
		path = mem_printf("%s/%s", self, name);
		if (access(path, X_OK) == 0)
			return path;
		mem_free(&path);
	}
	for (size_t i = 0; i < 2; i++) {
		path = mem_printf("%s/%s", installed[i], name);
		if (access(path, X_OK) == 0)
			return path;
		mem_free(&path);
	}
	return mem_strdup(name);
}

static const char *
redis_url(const struct supervisor *s)
{
	return s->redis != NULL ? embedded_redis_url(s->redis)
				: s->conf.redis_url;
}

#define MAX_ARGS 16

struct argv {
	const char *p[MAX_ARGS];
	size_t n;
};

static void
arg(struct argv *a, const char *option, const char *value)
{
	if (value == NULL || a->n + 3 > MAX_ARGS)
		return;
	a->p[a->n++] = option;
	a->p[a->n++] = value;
}

/* -- children ---------------------------------------------------------------
 */

static void
on_restart(void *p)
{
	struct child *c = p;
	struct err err;

	if (start(c, &err) == 0)
		return;
	fprintf(stderr, "newswatch: %s\n", err.msg);
	supervise_stop(c->s, EX_OSERR);
}

/* What a child's end means for the whole. */
static void
on_exit_code(struct child *c, const struct proc_result *r)
{
	struct supervisor *s = c->s;
	int64_t delay;

	if (r->outcome == PROC_EXITED && r->code == EX_CONFIG) {
		fprintf(stderr,
			"newswatch: %s found the configuration at fault; see "
			"the errors above, or run `newswatch check`\n",
			c->name);
		supervise_stop(s, EX_CONFIG);
		return;
	}
	/* The worker ends by itself when nobody reads the alerts any more. */
	if (c == &s->child[CHILD_WORKER] && r->outcome == PROC_EXITED &&
		r->code == EX_OK) {
		supervise_stop(s, EX_OK);
		return;
	}
	if (clock_mono().ms - c->started.ms > RESTART_FORGET_MS)
		c->failures = 0;
	if (c == &s->child[CHILD_REDIS] && !s->ready &&
		c->failures >= REDIS_TRIES) {
		on_redis_failed("redis-server does not stay up; redis.log in "
				"the state directory says why",
			s);
		return;
	}
	delay = backoff_ms(++c->failures, RESTART_BASE_MS, RESTART_MAX_MS,
		(uint32_t)rng_next(&s->rng));
	log_warn("child_ended", "name=%s code=%d signal=%d restart_in_ms=%lld",
		c->name, r->code, r->signo, (long long)delay);
	loop_timer_set(c->restart, delay);
}

static void
on_ended(const struct proc_result *r, void *p)
{
	struct child *c = p;

	proc_free(&c->proc);
	if (c->s->stopping)
		loop_defer(c->s->conf.loop, stop_next, c->s);
	else
		on_exit_code(c, r);
}

static int
spawn(struct child *c, const char *path, const struct argv *a, struct err *err)
{
	struct proc_spec spec = PROC_SPEC_INIT;
	/* Alerts are the worker's standard output; the others have none. */
	static const struct proc_fd out[] = {{STDOUT_FILENO, STDOUT_FILENO}};

	spec.path = path;
	spec.argv = a->p;
	spec.fds = out;
	spec.n_fds = c == &c->s->child[CHILD_WORKER] ? 1 : 0;
	/* Ctrl-C goes to the foreground group: they are stopped in order. */
	spec.own_group = true;
	spec.cb = on_ended;
	spec.arg = c;
	c->started = clock_mono();
	return proc_start(c->s->conf.loop, &spec, &c->proc, err);
}

static int
start_program(
	struct child *c, const char *program, struct argv *a, struct err *err)
{
	const struct supervise_conf *conf = &c->s->conf;
	char *path = supervise_program(program);
	int rc;

	a->p[0] = program;
	arg(a, "-c", conf->config_file);
	arg(a, "--state-dir", conf->state_dir);
	arg(a, "--redis", redis_url(c->s));
	arg(a, "--log-level", conf->log_level);
	rc = spawn(c, path, a, err);
	mem_free(&path);
	return rc;
}

static int
start(struct child *c, struct err *err)
{
	struct supervisor *s = c->s;
	struct argv a = {.n = 1};

	switch ((enum child_id)(c - s->child)) {
	case CHILD_REDIS:
		a.n = embedded_redis_argv(s->redis, a.p, MAX_ARGS);
		return spawn(c, a.p[0], &a, err);
	case CHILD_DAEMON:
		return start_program(c, "newswatchd", &a, err);
	case CHILD_WORKER:
		a.p[a.n++] = s->conf.output;
		return start_program(c, "newswatch-notify", &a, err);
	case N_CHILDREN:
		break;
	}
	return 0;
}

/* The server answers: now the others. Later it only came back. */
static void
on_redis_up(void *p)
{
	struct supervisor *s = p;
	struct err err;

	if (s->ready || s->stopping)
		return;
	s->ready = true;
	if (start(&s->child[CHILD_WORKER], &err) != 0 ||
		start(&s->child[CHILD_DAEMON], &err) != 0) {
		fprintf(stderr, "newswatch: %s\n", err.msg);
		supervise_stop(s, EX_OSERR);
		return;
	}
	if (s->conf.on_ready != NULL)
		s->conf.on_ready(s->conf.arg);
}

static void
on_redis_failed(const char *why, void *p)
{
	struct supervisor *s = p;

	fprintf(stderr, "newswatch: %s\n", why);
	supervise_stop(s, EX_UNAVAILABLE);
}

/* -- start ------------------------------------------------------------------
 */

static int
take_lock(struct supervisor *s, struct err *err)
{
	char *path = mem_printf("%s/run.lock", s->conf.state_dir);

	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		err_errno(err, ERR_CONF, errno, "%s", path);
	else if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
		err_set(err, ERR_TEMP,
			"another `newswatch run` uses %s; stop it, or give "
			"this one a --state-dir of its own",
			s->conf.state_dir);
	else
		err_clear(err);
	mem_free(&path);
	return err->kind == ERR_NONE ? 0 : -1;
}

static int
start_redis(struct supervisor *s, struct err *err)
{
	struct embedded_redis_conf conf = {
		.loop = s->conf.loop,
		.state_dir = s->conf.state_dir,
		.on_up = on_redis_up,
		.on_failed = on_redis_failed,
		.arg = s,
	};

	if (embedded_redis_new(&conf, &s->redis, err) != 0 ||
		start(&s->child[CHILD_REDIS], err) != 0)
		return -1;
	return 0;
}

int
supervise_start(const struct supervise_conf *conf, struct supervisor **out,
	struct err *err)
{
	static const char *const names[N_CHILDREN] = {
		[CHILD_REDIS] = "redis-server",
		[CHILD_WORKER] = "newswatch-notify",
		[CHILD_DAEMON] = "newswatchd",
	};
	struct supervisor *s = mem_new(s);
	int rc;

	s->conf = *conf;
	s->lock_fd = -1;
	rng_init_system(&s->rng);
	for (size_t i = 0; i < N_CHILDREN; i++) {
		s->child[i].s = s;
		s->child[i].name = names[i];
		s->child[i].restart =
			loop_timer_new(conf->loop, on_restart, &s->child[i]);
	}
	s->grace = loop_timer_new(conf->loop, stop_next, s);
	rc = take_lock(s, err);
	if (rc == 0 && conf->redis_url == NULL)
		rc = start_redis(s, err);
	else if (rc == 0)
		loop_defer(conf->loop, on_redis_up, s);
	if (rc != 0)
		supervise_free(&s);
	*out = s;
	return rc;
}

/* -- stop -------------------------------------------------------------------
 */

/* The daemon first, so that nothing new comes; then the worker, which finishes
 * what it has begun; the server last. */
static void
stop_next(void *p)
{
	struct supervisor *s = p;

	for (int i = N_CHILDREN - 1; i >= 0; i--) {
		struct child *c = &s->child[i];

		loop_timer_stop(c->restart);
		if (c->proc == NULL)
			continue;
		if (loop_timer_is_set(s->grace) || c->failures == 0) {
			c->failures = 1; /* asked to stop */
			proc_signal(c->proc, SIGTERM);
		} else {
			proc_signal(c->proc, SIGKILL);
		}
		loop_timer_set(s->grace, STOP_MS);
		return;
	}
	loop_timer_stop(s->grace);
	s->conf.on_end(s->code, s->conf.arg);
}

void
supervise_stop(struct supervisor *s, int code)
{
	if (s->stopping)
		return;
	s->stopping = true;
	s->code = code;
	for (size_t i = 0; i < N_CHILDREN; i++)
		s->child[i].failures = 0;
	loop_defer(s->conf.loop, stop_next, s);
}

void
supervise_reload(struct supervisor *s)
{
	for (size_t i = CHILD_WORKER; i < N_CHILDREN; i++)
		if (s->child[i].proc != NULL)
			proc_signal(s->child[i].proc, SIGHUP);
}

void
supervise_free(struct supervisor **out)
{
	struct supervisor *s = *out;

	if (s == NULL)
		return;
	loop_defer_cancel(s->conf.loop, s);
	for (size_t i = 0; i < N_CHILDREN; i++) {
		proc_free(&s->child[i].proc);
		loop_timer_free(&s->child[i].restart);
	}
	embedded_redis_free(&s->redis);
	loop_timer_free(&s->grace);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	mem_free(out);
}
