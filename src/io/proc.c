/*
 * Child processes. fork(), then in the child only calls that are safe there;
 * whether exec worked comes back over a pipe that exec closes. The end is
 * seen through a pidfd in the loop. One thread.
 *
 * Hazard: between fork and exec the child shares libevent's signal socket with
 * us, so signals stay blocked until its handlers are gone.
 */
#include "io/proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define MAX_CHILD_FDS 64 /* the child's numbers */
#define SPARE_FD 100 /* our descriptors are moved beyond while it is set up */
#define READ_CHUNK 16384

extern char **environ;

/* What the timer is for. */
enum phase {
	PHASE_RUN, /* the time limit */
	PHASE_TERM, /* told to end: the grace */
	PHASE_KILLED,
	PHASE_DRAIN /* ended: output may still come */
};

/* One of the child's output streams. */
struct capture {
	struct proc *proc;
	int fd; /* -1: none or at its end */
	struct loop_fd *w;
	struct strbuf text;
};

struct proc {
	struct loop *loop;
	pid_t pid;
	int pidfd; /* -1: reaped */
	struct loop_fd *pid_w;
	bool own_group, out_is_bound;
	int in_fd; /* -1: none or done */
	struct loop_fd *in_w;
	char *input;
	size_t n_input, written;
	struct capture out, errors;
	struct loop_timer *timer;
	enum phase phase;
	int64_t grace_ms;
	bool timed_out;
	int64_t start_ms;
	struct proc_result result;
	proc_done_cb cb;
	void *arg;
};

int
proc_self_fd(struct err *err)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(
			err, ERR_TEMP, errno, "opening /proc/self/exe");
	return fd;
}

void
proc_signal_name(int signo, char *out, size_t size)
{
	const char *name = sigabbrev_np(signo);
	const char *words = sigdescr_np(signo);

	if (!name)
		snprintf(out, size, "signal %d", signo);
	else
		snprintf(out, size, "SIG%s (%s)", name, words);
}

/* -- finding the program -------------------------------------------------- */

/* The path to run, to be freed; NULL: nowhere. */
static char *
find_program(const char *name)
{
	const char *path = getenv("PATH");
	struct span rest =
		span_of(path ? path : "/usr/local/bin:/usr/bin:/bin");
	struct span dir;

	if (strchr(name, '/'))
		return mem_strdup(name);
	while (span_next(&rest, ':', &dir)) {
		char *p = mem_printf("%.*s/%s", SPAN_ARG(dir), name);

		if (dir.n && access(p, X_OK) == 0)
			return p;
		mem_free(&p);
	}
	return NULL;
}

/* -- in the child --------------------------------------------------------- */

/* What happens in the child, all prepared before the fork. */
struct plan {
	const struct proc_spec *spec;
	const char *path;
	int fds[MAX_CHILD_FDS]; /* by the child's number; -1: closed */
	int status_fd; /* errno of a failure is written here */
	pid_t parent;
};

static _Noreturn void
give_up(int status_fd)
{
	int errnum = errno;

	(void)!write(status_fd, &errnum, sizeof(errnum));
	_exit(127);
}

/* Out of the way of the child's own numbers. */
static int
move_up(int fd, int status_fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, SPARE_FD);

	if (moved < 0)
		give_up(status_fd);
	return moved;
}

static void
place_fds(struct plan *plan)
{
	for (int i = 0; i < MAX_CHILD_FDS; i++)
		if (plan->fds[i] >= 0)
			plan->fds[i] = move_up(plan->fds[i], plan->status_fd);
	for (int i = 0; i < MAX_CHILD_FDS; i++) {
		if (plan->fds[i] < 0)
			close(i);
		else if (dup2(plan->fds[i], i) < 0)
			give_up(plan->status_fd);
	}
	close_range(MAX_CHILD_FDS, ~0u, CLOSE_RANGE_CLOEXEC);
}

static void
reset_signals(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &sa, NULL); /* fails for KILL and STOP */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void
become(struct plan *plan)
{
	const struct proc_spec *spec = plan->spec;
	char *const *argv = (char *const *)(uintptr_t)spec->argv;
	char *const *envp =
		spec->envp ? (char *const *)(uintptr_t)spec->envp : environ;
	int exec_fd = spec->exec_fd;

	plan->status_fd = move_up(plan->status_fd, plan->status_fd);
	if (exec_fd >= 0)
		exec_fd = move_up(exec_fd, plan->status_fd);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != plan->parent) /* it died before that line */
		_exit(127);
	if (spec->own_group)
		setpgid(0, 0);
	reset_signals();
	place_fds(plan);
	if (spec->dir && chdir(spec->dir) < 0)
		give_up(plan->status_fd);
	if (exec_fd >= 0)
		fexecve(exec_fd, argv, envp);
	else
		execve(plan->path, argv, envp);
	give_up(plan->status_fd);
}

/* -- starting ------------------------------------------------------------- */

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Our ends and the child's ends of its standard streams. */
struct pipes {
	int null; /* /dev/null */
	int in[2], out[2], errors[2], status[2]; /* read, write */
};

static void
close_pipes(struct pipes *p)
{
	int *all[] = {&p->null, &p->in[0], &p->in[1], &p->out[0], &p->out[1],
		&p->errors[0], &p->errors[1], &p->status[0], &p->status[1]};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		close_fd(all[i]);
}

static int
open_pipes(struct pipes *p, const struct proc_spec *spec, struct err *err)
{
	*p = (struct pipes){-1, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
	p->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (p->null < 0 || pipe2(p->status, O_CLOEXEC) < 0 ||
		(spec->input.n && pipe2(p->in, O_CLOEXEC) < 0) ||
		(spec->max_out && pipe2(p->out, O_CLOEXEC) < 0) ||
		(spec->max_errors && pipe2(p->errors, O_CLOEXEC) < 0)) {
		int errnum = errno;

		close_pipes(p);
		return err_errno(err, ERR_TEMP, errnum, "opening a pipe");
	}
	return 0;
}

static void
plan_fds(struct plan *plan, const struct pipes *p)
{
	const struct proc_spec *spec = plan->spec;

	for (int i = 0; i < MAX_CHILD_FDS; i++)
		plan->fds[i] = -1;
	plan->fds[0] = spec->input.n ? p->in[0] : p->null;
	plan->fds[1] = spec->max_out ? p->out[1] : p->null;
	plan->fds[2] = spec->max_errors ? p->errors[1] : STDERR_FILENO;
	for (size_t i = 0; i < spec->n_fds; i++) {
		assert(spec->fds[i].to >= 0 && spec->fds[i].to < MAX_CHILD_FDS);
		plan->fds[spec->fds[i].to] = spec->fds[i].from;
	}
}

/* Zero when exec has taken place, else its errno. Waits for that. */
static int
read_status(int fd)
{
	int errnum = 0;
	ssize_t n;

	do {
		n = read(fd, &errnum, sizeof(errnum));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(errnum) ? errnum : 0;
}

static int
spawn(struct plan *plan, struct pipes *p, const char *name, pid_t *pid,
	struct err *err)
{
	sigset_t all, before;
	int errnum;

	plan->status_fd = p->status[1];
	plan->parent = getpid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	*pid = fork();
	if (*pid == 0)
		become(plan);
	errnum = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (*pid < 0)
		return err_errno(
			err, ERR_TEMP, errnum, "starting \"%s\"", name);
	close_fd(&p->status[1]);
	errnum = read_status(p->status[0]);
	if (!errnum)
		return 0;
	waitpid(*pid, NULL, 0);
	return err_errno(err,
		errnum == EAGAIN || errnum == ENOMEM || errnum == EMFILE
			? ERR_TEMP
			: ERR_CONF,
		errnum, "running \"%s\"%s%s", name,
		plan->spec->dir ? " in " : "",
		plan->spec->dir ? plan->spec->dir : "");
}

/* -- running -------------------------------------------------------------- */

static void
stop_capture(struct capture *c)
{
	loop_fd_free(&c->w);
	close_fd(&c->fd);
}

static void
stop_input(struct proc *p)
{
	loop_fd_free(&p->in_w);
	close_fd(&p->in_fd);
	mem_free(&p->input);
}

static void
finish(struct proc *p)
{
	struct proc_result *r = &p->result;

	/* Who still holds the pipes goes with its leader. */
	if (p->own_group && (p->out.fd >= 0 || p->errors.fd >= 0))
		kill(-p->pid, SIGKILL);
	stop_input(p);
	stop_capture(&p->out);
	stop_capture(&p->errors);
	loop_timer_stop(p->timer);
	r->out = strbuf_as_span(&p->out.text);
	r->errors = strbuf_as_span(&p->errors.text);
	r->out_cut = p->out.text.full;
	r->errors_cut = p->errors.text.full;
	r->elapsed_ms = clock_mono().ms - p->start_ms;
	if (p->timed_out)
		r->outcome = PROC_TIMEOUT;
	if (p->cb)
		p->cb(r, p->arg);
}

static void
finish_if_ended(struct proc *p)
{
	if (p->pidfd >= 0)
		return;
	if (p->out.fd < 0 && p->errors.fd < 0)
		finish(p);
	else if (p->phase != PHASE_DRAIN) {
		p->phase = PHASE_DRAIN;
		loop_timer_set(p->timer, PROC_DRAIN_MS);
	}
}

/* What comes now is in vain. */
static void
kill_at_bound(struct proc *p, const struct capture *c)
{
	if (!p->out_is_bound || c != &p->out || !c->text.full ||
		p->phase == PHASE_KILLED || p->phase == PHASE_DRAIN)
		return;
	p->phase = PHASE_KILLED;
	proc_signal(p, SIGKILL);
}

static void
on_output(int fd, unsigned what, void *arg)
{
	struct capture *c = arg;
	char chunk[READ_CHUNK];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	(void)what;
	if (n > 0) {
		strbuf_put(&c->text, chunk, (size_t)n);
		kill_at_bound(c->proc, c);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		stop_capture(c);
		finish_if_ended(c->proc);
	}
}

static void
on_input(int fd, unsigned what, void *arg)
{
	struct proc *p = arg;
	ssize_t n = write(fd, p->input + p->written, p->n_input - p->written);

	(void)what;
	if (n > 0)
		p->written += (size_t)n;
	/* A child need not read it all: EPIPE is no failure. */
	if (p->written == p->n_input ||
		(n < 0 && errno != EAGAIN && errno != EINTR))
		stop_input(p);
}

/* Collects the exit status; the pid may be somebody else's from now on. */
static bool
reap(struct proc *p, int flags)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PIDFD, (id_t)p->pidfd, &info, WEXITED | flags) < 0 ||
		info.si_pid == 0)
		return false;
	if (info.si_code == CLD_EXITED) {
		p->result.outcome = PROC_EXITED;
		p->result.code = info.si_status;
	} else {
		p->result.outcome = PROC_SIGNALED;
		p->result.signo = info.si_status;
	}
	loop_fd_free(&p->pid_w);
	close_fd(&p->pidfd);
	return true;
}

static void
on_end(int fd, unsigned what, void *arg)
{
	struct proc *p = arg;

	(void)fd;
	(void)what;
	if (reap(p, WNOHANG))
		finish_if_ended(p);
}

static void
on_timer(void *arg)
{
	struct proc *p = arg;

	switch (p->phase) {
	case PHASE_RUN:
		p->timed_out = true;
		if (p->grace_ms > 0) {
			p->phase = PHASE_TERM;
			proc_signal(p, SIGTERM);
			loop_timer_set(p->timer, p->grace_ms);
			break;
		}
		p->phase = PHASE_KILLED;
		proc_signal(p, SIGKILL);
		break;
	case PHASE_TERM:
		p->phase = PHASE_KILLED;
		proc_signal(p, SIGKILL);
		break;
	case PHASE_KILLED:
		break;
	case PHASE_DRAIN:
		finish(p);
		break;
	}
}

static void
watch(struct capture *c, struct proc *p, int *fd, size_t max)
{
	c->proc = p;
	c->fd = *fd;
	*fd = -1;
	strbuf_init(&c->text, max);
	if (c->fd < 0)
		return;
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->w = loop_fd_new(p->loop, c->fd, LOOP_READ, on_output, c);
}

static struct proc *
attend(struct loop *l, const struct proc_spec *spec, struct pipes *pipes,
	pid_t pid, int pidfd)
{
	struct proc *p = mem_new(p);

	p->loop = l;
	p->pid = pid;
	p->pidfd = pidfd;
	p->own_group = spec->own_group;
	p->out_is_bound = spec->out_is_bound;
	p->grace_ms = spec->grace_ms;
	p->cb = spec->cb;
	p->arg = spec->arg;
	p->start_ms = clock_mono().ms;
	p->pid_w = loop_fd_new(l, pidfd, LOOP_READ, on_end, p);
	p->in_fd = pipes->in[1];
	pipes->in[1] = -1;
	if (p->in_fd >= 0) {
		p->input = span_dup(spec->input);
		p->n_input = spec->input.n;
		fcntl(p->in_fd, F_SETFL, O_NONBLOCK);
		p->in_w = loop_fd_new(l, p->in_fd, LOOP_WRITE, on_input, p);
	}
	watch(&p->out, p, &pipes->out[0], spec->max_out);
	watch(&p->errors, p, &pipes->errors[0], spec->max_errors);
	p->timer = loop_timer_new(l, on_timer, p);
	if (spec->timeout_ms > 0)
		loop_timer_set(p->timer, spec->timeout_ms);
	return p;
}

int
proc_start(struct loop *l, const struct proc_spec *spec, struct proc **out,
	struct err *err)
{
	struct plan plan = {.spec = spec};
	const char *name = spec->path ? spec->path : spec->argv[0];
	char *path = NULL;
	struct pipes pipes;
	int pidfd, result = -1;
	pid_t pid;

	*out = NULL;
	/* Ignored (by whoever started us), it would make exit codes vanish. */
	signal(SIGCHLD, SIG_DFL);
	if (open_pipes(&pipes, spec, err) < 0)
		return -1;
	if (spec->exec_fd < 0 && !(path = find_program(name))) {
		err_set(err, ERR_CONF, "there is no program \"%s\" in $PATH",
			name);
		goto out;
	}
	plan.path = path;
	plan_fds(&plan, &pipes);
	if (spawn(&plan, &pipes, name, &pid, err) < 0)
		goto out;
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0) {
		err_errno(err, ERR_TEMP, errno, "watching \"%s\"", name);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		goto out;
	}
	*out = attend(l, spec, &pipes, pid, pidfd);
	result = 0;
out:
	close_pipes(&pipes);
	mem_free(&path);
	return result;
}

/* -- the caller's --------------------------------------------------------- */

pid_t
proc_pid(const struct proc *p)
{
	return p->pid;
}

bool
proc_is_running(const struct proc *p)
{
	return p->pidfd >= 0;
}

void
proc_signal(struct proc *p, int signo)
{
	if (p->pidfd >= 0)
		kill(p->own_group ? -p->pid : p->pid, signo);
}

void
proc_free(struct proc **pp)
{
	struct proc *p = *pp;

	if (!p)
		return;
	*pp = NULL;
	if (p->pidfd >= 0) {
		proc_signal(p, SIGKILL);
		while (!reap(p, 0) && errno == EINTR)
			;
	}
	stop_input(p);
	stop_capture(&p->out);
	stop_capture(&p->errors);
	/* Its callback may still look at them. */
	loop_free_later(p->loop, p->out.text.p);
	loop_free_later(p->loop, p->errors.text.p);
	loop_timer_free(&p->timer);
	loop_free_later(p->loop, p);
}
