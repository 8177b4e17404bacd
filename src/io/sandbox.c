/*
 * The cage: the door to libseccomp. Order matters: descriptors first, then
 * limits, the filter last, since it forbids to do any of that.
 * Source: seccomp(2), seccomp_rule_add(3); glibc 2.36 for what malloc, stdio
 * and abort call.
 */
#include "io/sandbox.h"

#include <assert.h>
#include <errno.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seccomp.h>

#include "base/mem.h"

bool
sandbox_is_strict(void)
{
#ifdef NW_SANITIZED
	return false;
#else
	return true;
#endif
}

/* -- descriptors ---------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	int x = *(const int *)a;
	int y = *(const int *)b;

	return (x > y) - (x < y);
}

void
sandbox_close_fds(const int *keep, size_t n_keep)
{
	int *sorted = mem_calloc(n_keep + 1, sizeof(*sorted));
	unsigned from = 3;

	if (n_keep)
		memcpy(sorted, keep, n_keep * sizeof(*sorted));
	qsort(sorted, n_keep, sizeof(*sorted), by_number);
	for (size_t i = 0; i < n_keep; i++) {
		unsigned fd = (unsigned)sorted[i];

		if (sorted[i] < 0 || fd < from)
			continue;
		if (fd > from)
			close_range(from, fd - 1, 0);
		from = fd + 1;
	}
	close_range(from, ~0u, 0);
	mem_free(&sorted);
}

/* -- limits --------------------------------------------------------------- */

static int
limit(__rlimit_resource_t what, uint64_t value, const char *name,
	struct err *err)
{
	struct rlimit rl = {value, value};

	if (setrlimit(what, &rl) < 0)
		return err_errno(err, ERR_PERM, errno, "limiting %s", name);
	return 0;
}

static int
set_limits(const struct sandbox_profile *p, struct err *err)
{
	struct stat st;

	if (limit(RLIMIT_CORE, 0, "core dumps", err) < 0 ||
		limit(RLIMIT_NPROC, 0, "processes", err) < 0 ||
		limit(RLIMIT_NOFILE, 0, "open files", err) < 0 ||
		limit(RLIMIT_MEMLOCK, 0, "locked memory", err) < 0)
		return -1;
	if (p->memory_bytes &&
		limit(RLIMIT_AS, p->memory_bytes, "memory", err) < 0)
		return -1;
	if (p->cpu_s && limit(RLIMIT_CPU, p->cpu_s, "processor time", err) < 0)
		return -1;
	/* A log file as standard error must stay writable. */
	if (fstat(STDERR_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	return limit(RLIMIT_FSIZE, 0, "file sizes", err);
}

/* -- system calls --------------------------------------------------------- */

/* What may be called with any arguments. */
static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(brk), /* malloc: */
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom), /* tcache keys */
	SCMP_SYS(sysinfo), /* qsort asks for the memory's size */
	SCMP_SYS(clock_gettime), /* where the vDSO cannot */
	SCMP_SYS(gettimeofday),
	SCMP_SYS(sched_yield),
	SCMP_SYS(rt_sigreturn), /* abort: */
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* What stdio and others try and can do without: an error, no death. */
static const int denied[] = {
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(ioctl), /* isatty */
	SCMP_SYS(lseek),
};

/* 0 or a negative errno, as libseccomp. */
static int
add_rules(scmp_filter_ctx ctx)
{
	/* A system call that this machine's kernel headers do not have cannot
	 * be needed either. */
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		int rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);

		if (rc < 0)
			return rc;
	}
	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		int rc = seccomp_rule_add(
			ctx, SCMP_ACT_ERRNO(EPERM), denied[i], 0);

		if (rc < 0)
			return rc;
	}
	/* Memory, but never executable. */
	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) < 0 ||
		seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) < 0)
		return -EINVAL;
	/* abort() signals itself, nobody else. */
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
}

static int
load_filter(struct err *err)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = -ENOMEM;

	if (ctx) {
		rc = add_rules(ctx);
		if (rc == 0)
			rc = seccomp_load(ctx);
		seccomp_release(ctx);
	}
	if (rc < 0)
		return err_errno(err, ERR_PERM, -rc,
			"the kernel takes no system call filter");
	return 0;
}

int
sandbox_enter(const struct sandbox_profile *p, struct err *err)
{
	sandbox_close_fds(p->keep, p->n_keep);
	if (p->name)
		prctl(PR_SET_NAME, p->name, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_errno(
			err, ERR_PERM, errno, "giving up new privileges");
	if (!sandbox_is_strict())
		return 0;
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (set_limits(p, err) < 0)
		return -1;
	return load_filter(err);
}
