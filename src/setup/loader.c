/*
 * The loader: both sides. The parent writes the options to the child's standard
 * input and takes the report from its standard output; over a socket comes one
 * message with the outcome and the sealed memfd. All of it is kept by the
 * kernel or by proc until the child has ended, so that there is one callback
 * and no state in between.
 */
#include "setup/setup.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/file.h"
#include "base/mem.h"
#include "io/loop.h"
#include "io/proc.h"
#include "match/lexicon.h"
#include "setup/cache.h"
#include "model/limits.h"

#define REPLY_FD 3 /* the child's end of the socket */
#define GRACE_MS 1000 /* from TERM to KILL at the time limit */
#define OPTIONS_BYTES KIB(64)
#define ERRORS_BYTES KIB(4) /* what a dying child says */

/* The one message. Same binary on both sides: no layout to agree on. */
struct reply {
	struct err err;
	struct setup_counts counts;
};

struct loader {
	struct proc *proc;
	int fd; /* our end of the socket */
	loader_done_cb done;
	void *arg;
};

/* -- messages with a descriptor -------------------------------------------- */

union control {
	struct cmsghdr header; /* for its alignment */
	char bytes[CMSG_SPACE(sizeof(int))];
};

static int
send_reply(int to, const struct reply *r, int fd)
{
	union control control = {0};
	struct reply copy = *r;
	struct iovec io = {.iov_base = &copy, .iov_len = sizeof(copy)};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *c;

		m.msg_control = control.bytes;
		m.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	return sendmsg(to, &m, MSG_NOSIGNAL) == (ssize_t)sizeof(copy) ? 0 : -1;
}

/* False if there is no whole message. *fd is -1 if none came along. */
static bool
receive_reply(int from, struct reply *r, int *fd)
{
	union control control = {0};
	struct iovec io = {.iov_base = r, .iov_len = sizeof(*r)};
	struct msghdr m = {.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	ssize_t n = recvmsg(from, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n >= 0 ? CMSG_FIRSTHDR(&m) : NULL;

	*fd = -1;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		c->cmsg_len == CMSG_LEN(sizeof(*fd)))
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	return n == (ssize_t)sizeof(*r);
}

/* -- options as text: '+' and the value, or '-', each ended by a NUL --------
 */

static void
put_option(struct strbuf *b, const char *value)
{
	strbuf_char(b, value ? '+' : '-');
	strbuf_str(b, value ? value : "");
	strbuf_char(b, '\0');
}

/* The text stays in the buffer. */
static const char *
take_option(struct span *rest)
{
	struct span one = SPAN_NULL;

	span_next(rest, '\0', &one);
	return one.n && one.p[0] == '+' ? one.p + 1 : NULL;
}

/* -- the parent ------------------------------------------------------------ */

static void
tell_death(const struct proc_result *p, struct err *err)
{
	char signal[64];
	struct span last = span_trim(p->errors);

	if (p->outcome == PROC_TIMEOUT) {
		err_set(err, ERR_TEMP,
			"loading the configuration took longer than %lld s "
			"and was stopped",
			(long long)(p->elapsed_ms / 1000));
		return;
	}
	if (p->outcome == PROC_SIGNALED)
		proc_signal_name(p->signo, signal, sizeof(signal));
	else
		snprintf(signal, sizeof(signal), "exit code %d", p->code);
	err_set(err, ERR_TEMP, "the loader of the configuration died: %s%s%.*s",
		signal, last.n ? ": " : "", SPAN_ARG(last));
}

static void
on_end(const struct proc_result *p, void *arg)
{
	struct loader *l = arg;
	struct loader_result r = {.lexicon_fd = -1, .report = p->out};
	struct reply reply;

	if (receive_reply(l->fd, &reply, &r.lexicon_fd)) {
		r.err = reply.err;
		r.counts = reply.counts;
	} else {
		tell_death(p, &r.err);
	}
	if (r.err.kind == ERR_NONE && r.lexicon_fd < 0)
		err_set(&r.err, ERR_TEMP,
			"the loader of the configuration gave no watchlist");
	if (r.err.kind != ERR_NONE && r.lexicon_fd >= 0) {
		close(r.lexicon_fd);
		r.lexicon_fd = -1;
	}
	/* Last: done may free the loader. */
	l->done(&r, l->arg);
}

static int
start_child(struct loop *loop, struct loader *l, int child_fd,
	const struct config_options *o, int64_t limit_ms, struct err *err)
{
	static const char *const argv[] = {SETUP_LOADER_ARGV0, NULL};
	struct strbuf input = STRBUF_INIT(OPTIONS_BYTES);
	const struct proc_fd fds[] = {{.from = child_fd, .to = REPLY_FD}};
	struct proc_spec spec = PROC_SPEC_INIT;
	int rc;

	spec.exec_fd = proc_self_fd(err);
	if (spec.exec_fd < 0)
		return -1;
	put_option(&input, o->file);
	put_option(&input, o->state_dir);
	put_option(&input, o->redis_url);
	spec.argv = argv;
	spec.input = strbuf_as_span(&input);
	spec.fds = fds;
	spec.n_fds = 1;
	spec.max_out = SETUP_REPORT_BYTES;
	spec.max_errors = ERRORS_BYTES;
	spec.timeout_ms = limit_ms;
	spec.grace_ms = GRACE_MS;
	spec.cb = on_end;
	spec.arg = l;
	rc = proc_start(loop, &spec, &l->proc, err);
	strbuf_fini(&input);
	return rc;
}

int
loader_start(struct loop *loop, const struct config_options *o,
	int64_t limit_ms, loader_done_cb done, void *arg, struct loader **out,
	struct err *err)
{
	struct loader *l;
	int fds[2], rc;

	*out = NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_errno(err, ERR_TEMP, errno,
			"cannot make a socket for the loader");
	l = mem_new(l);
	l->fd = fds[0];
	l->done = done;
	l->arg = arg;
	rc = start_child(loop, l, fds[1], o, limit_ms, err);
	close(fds[1]);
	if (rc == 0)
		*out = l;
	else
		loader_free(&l);
	return rc;
}

void
loader_free(struct loader **lp)
{
	struct loader *l = *lp;

	if (!l)
		return;
	*lp = NULL;
	proc_free(&l->proc);
	close(l->fd);
	mem_free(&l);
}

/* -- the child ------------------------------------------------------------- */

/* The compiled watchlists: kept from before if their files are the same. c:
 * all but them. */
static int
load_watchlists(const struct config_options *o, const struct config *c,
	struct cache_entry *e, struct strbuf *report, struct err *err)
{
	struct config_options own = *o;
	struct config *lists = NULL;
	int rc;

	if (cache_get(c->state_dir, c->watch_hash, e, report))
		return 0;
	own.parts = CONFIG_WATCHLISTS | CONFIG_WATCH_HASH;
	rc = config_load(&own, &lists, &e->report, err);
	if (rc == 0)
		rc = setup_watchlists(
			lists, &e->lexicon, &e->counts, &e->report, err);
	/* Under the hash of what was read: a file may have changed since. */
	if (rc == 0)
		cache_put(c->state_dir, lists->watch_hash, e, report);
	config_unref(&lists);
	return rc;
}

/* The watchlists, then all else against them, also if they have mistakes. */
static int
compile_parts(const struct config_options *o, const struct config *c,
	struct cache_entry *e, struct strbuf *report, struct reply *r)
{
	struct err rest = {0};
	int rc = load_watchlists(o, c, e, report, &r->err);

	strbuf_span(report, strbuf_as_span(&e->report));
	r->counts = e->counts;
	if (setup_rest(c, &e->lexicon, &r->counts, report, &rest) == 0)
		return rc;
	if (rc == 0)
		r->err = rest;
	return -1;
}

static int
compile(const struct config_options *o, struct cache_entry *e,
	struct strbuf *report, struct reply *r)
{
	struct config_options own = *o;
	struct config *c = NULL;
	int rc = -1;

	own.parts = (CONFIG_ALL & ~CONFIG_WATCHLISTS) | CONFIG_WATCH_HASH;
	if (config_load(&own, &c, report, &r->err) == 0) {
		rc = compile_parts(o, c, e, report, r);
	} else {
		/* Told again with all mistakes, in order. */
		strbuf_clear(report);
		own.parts = CONFIG_ALL;
		if (config_load(&own, &c, report, &r->err) == 0)
			err_set(&r->err, ERR_TEMP,
				"the configuration changed while it was read");
	}
	config_unref(&c);
	return rc;
}

static int
load(const struct config_options *o, struct strbuf *report, struct reply *r)
{
	struct cache_entry e;
	int fd = -1;

	cache_entry_init(&e);
	if (failpoint("loader"))
		err_set(&r->err, ERR_TEMP, "failpoint");
	else if (compile(o, &e, report, r) == 0) {
		err_clear(&r->err);
		fd = setup_seal(strbuf_as_span(&e.lexicon), &r->err);
	}
	cache_entry_fini(&e);
	return fd;
}

int
setup_loader_main(void)
{
	struct strbuf input = STRBUF_INIT(OPTIONS_BYTES);
	struct strbuf report = STRBUF_INIT(SETUP_REPORT_BYTES);
	struct config_options o = {.parts = CONFIG_ALL};
	struct reply r = {0};
	struct span rest;
	bool told;
	int fd = -1, rc;

	if (file_read_fd(STDIN_FILENO, "options", &input, &r.err) == 0) {
		rest = strbuf_as_span(&input);
		o.file = take_option(&rest);
		o.state_dir = take_option(&rest);
		o.redis_url = take_option(&rest);
		fd = load(&o, &report, &r);
	}
	told = file_write_fd(STDOUT_FILENO, "report", strbuf_as_span(&report),
		       NULL) == 0;
	rc = send_reply(REPLY_FD, &r, fd) == 0 && told ? 0 : 1;
	strbuf_fini(&report);
	strbuf_fini(&input);
	return rc;
}
