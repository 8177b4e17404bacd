/*
 * Child processes, without blocking the loop.
 *
 * A child gets its standard input from a buffer, its output is captured up to
 * a limit, it may have a time limit, and it is killed when this process dies
 * (PR_SET_PDEATHSIG). It starts with default signal dispositions, an empty
 * signal mask and no descriptor but 0-2 and those named. No shell is involved.
 * Its end is noticed through a pidfd, so SIGCHLD stays unused. One thread.
 */
#ifndef NW_IO_PROC_H
#define NW_IO_PROC_H

#include <sys/types.h>

#include "base/err.h"
#include "base/span.h"
#include "io/loop.h"

struct proc;

enum proc_outcome {
	PROC_EXITED, /* code */
	PROC_SIGNALED, /* signo, not by our time limit */
	PROC_TIMEOUT /* killed at its time limit */
};

struct proc_result {
	enum proc_outcome outcome;
	int code; /* exit code, 0..255 */
	int signo;
	struct span out, errors; /* captured; live until the callback returns */
	bool out_cut, errors_cut; /* more was written; it was thrown away */
	int64_t elapsed_ms;
};

/* After the child ended and its output was read (a grandchild that keeps the
 * pipe open is waited for only PROC_DRAIN_MS). */
typedef void (*proc_done_cb)(const struct proc_result *r, void *arg);

#define PROC_DRAIN_MS 500

struct proc_fd {
	int from; /* ours */
	int to; /* the child's number, 0..63 */
};

/* Everything is copied or used during proc_start(). */
struct proc_spec {
	const char *path; /* with a slash, or looked up in $PATH */
	int exec_fd; /* -1, or run this open file instead of path */
	const char *const *argv; /* ends with NULL; [0] is the name */
	const char *const *envp; /* ends with NULL; NULL: our environment */
	const char *dir; /* NULL: ours */
	struct span input; /* for standard input; then end of file */
	const struct proc_fd *fds; /* may replace 0, 1, 2 */
	size_t n_fds;
	size_t max_out; /* 0: standard output goes to /dev/null */
	bool out_is_bound; /* beyond max_out it is killed */
	size_t max_errors; /* 0: standard error is ours */
	int64_t timeout_ms; /* 0: none. Then TERM, and KILL after grace_ms */
	int64_t grace_ms;
	bool own_group; /* a process group of its own, signalled as a whole */
	proc_done_cb cb;
	void *arg;
};

/* Starts from zeros with exec_fd -1. */
#define PROC_SPEC_INIT ((struct proc_spec){.exec_fd = -1})

/* On failure (no such program, out of processes) nothing runs and cb is not
 * called; ERR_CONF if the program cannot be run, ERR_TEMP else. */
NW_MUST_CHECK int proc_start(struct loop *l, const struct proc_spec *spec,
	struct proc **out, struct err *err);
pid_t proc_pid(const struct proc *p);
/* False once it has ended. */
bool proc_is_running(const struct proc *p);
void proc_signal(struct proc *p, int signo);
/* Kills (KILL) and reaps it if it runs; cb is not called any more. */
void proc_free(struct proc **p);

/* Our own program as an open file, kept from the first call on, so that a
 * package upgrade does not mix versions. -1 and ERR_TEMP on failure. */
int proc_self_fd(struct err *err);
/* "SIGSEGV (segmentation fault)"; for messages. */
void proc_signal_name(int signo, char *out, size_t size);

#endif
