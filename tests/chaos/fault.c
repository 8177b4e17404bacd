/*
 * Faults on demand inside a process under test, by LD_PRELOAD: files that
 * cannot be written, memory that is not there, clocks that jump. What goes
 * wrong is in a file of 32 bytes, $NW_FAULT, that the driver of the chaos run
 * has mapped, too, so that it changes at any moment and every injected fault is
 * counted:
 *	int32 kind (see enum kind), int32 one_in (chance), int64 clock_ms (added
 *	to CLOCK_REALTIME), int64 injected (counted up here), int64 spare
 * Files are those whose path contains $NW_FAULT_FILES. No system calls of its
 * own after the start: an analyser's sandbox allows none.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { NONE, WRITE_ENOSPC, WRITE_EIO, SYNC_EIO, NO_MEMORY };

struct control {
	_Atomic int32_t kind, one_in;
	_Atomic int64_t clock_ms, injected, spare;
};

#define MAX_FD 1024

static struct control off;
static struct control *control = &off;
static const char *files;
static bool marked[MAX_FD]; /* descriptors of such files */
static _Atomic uint32_t dice = 2463534242u;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite64)(int, const void *, size_t, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_clock_gettime)(clockid_t, struct timespec *);

/* A feed that crashes its analyser is left alone for long, by design: they are
 * killed by the driver instead. */
static bool
is_analyser(void)
{
	char name[64] = "";
	int fd = real_open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, name, sizeof(name) - 1) : 0;

	if (fd >= 0)
		real_close(fd);
	return n > 0 && strstr(name, "analyser");
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("NW_FAULT");
	int fd;
	void *p;

	*(void **)&real_open = dlsym(RTLD_NEXT, "open");
	*(void **)&real_openat = dlsym(RTLD_NEXT, "openat");
	*(void **)&real_close = dlsym(RTLD_NEXT, "close");
	*(void **)&real_write = dlsym(RTLD_NEXT, "write");
	*(void **)&real_writev = dlsym(RTLD_NEXT, "writev");
	*(void **)&real_pwrite64 = dlsym(RTLD_NEXT, "pwrite64");
	*(void **)&real_fsync = dlsym(RTLD_NEXT, "fsync");
	*(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
	*(void **)&real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	files = getenv("NW_FAULT_FILES");
	dice ^= (uint32_t)getpid() * 2654435761u;
	if (!path || is_analyser())
		return;
	fd = real_open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	p = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		0);
	real_close(fd);
	if (p != MAP_FAILED)
		control = p;
}

/* Shall it go wrong, this time? */
static bool
strikes(enum kind kind)
{
	int32_t one_in = control->one_in;
	uint32_t x;

	if (control->kind != (int32_t)kind || one_in <= 0)
		return false;
	x = dice;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	dice = x;
	if (x % (uint32_t)one_in != 0)
		return false;
	control->injected++;
	return true;
}

/* -- files ----------------------------------------------------------------- */
/* Another library may open files before our constructor ran. */
static void
be_ready(void)
{
	if (!real_open)
		begin();
}

static int
mark(int fd, const char *path)
{
	if (fd >= 0 && fd < MAX_FD)
		marked[fd] = files && path && strstr(path, files);
	return fd;
}

static mode_t
mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	be_ready();
	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return mark(real_open(path, flags, mode), path);
}

int
open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	be_ready();
	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return mark(real_open(path, flags | O_LARGEFILE, mode), path);
}

int
openat(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	be_ready();
	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return mark(real_openat(dir, path, flags, mode), path);
}

int
close(int fd)
{
	be_ready();
	if (fd >= 0 && fd < MAX_FD)
		marked[fd] = false;
	return real_close(fd);
}

static bool
cannot_write(int fd)
{
	be_ready();
	if (fd < 0 || fd >= MAX_FD || !marked[fd])
		return false;
	if (strikes(WRITE_ENOSPC))
		errno = ENOSPC;
	else if (strikes(WRITE_EIO))
		errno = EIO;
	else
		return false;
	return true;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	return cannot_write(fd) ? -1 : real_write(fd, p, n);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	return cannot_write(fd) ? -1 : real_writev(fd, v, n);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return cannot_write(fd) ? -1 : real_pwrite64(fd, p, n, at);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return cannot_write(fd) ? -1 : real_pwrite64(fd, p, n, at);
}

static bool
cannot_sync(int fd)
{
	if (fd < 0 || fd >= MAX_FD || !marked[fd] || !strikes(SYNC_EIO))
		return false;
	errno = EIO;
	return true;
}

int
fsync(int fd)
{
	return cannot_sync(fd) ? -1 : real_fsync(fd);
}

int
fdatasync(int fd)
{
	return cannot_sync(fd) ? -1 : real_fdatasync(fd);
}

/* -- memory: not with -DFILES, for programs with an allocator of their own ---
 */
#ifdef MEMORY
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void *
malloc(size_t n)
{
	if (strikes(NO_MEMORY)) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	if (strikes(NO_MEMORY)) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	if (strikes(NO_MEMORY)) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(p, n);
}
#endif

/* -- clocks ---------------------------------------------------------------- */
int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int64_t ms = control->clock_ms;
	int rc;

	if (!real_clock_gettime)
		begin();
	rc = real_clock_gettime(clock, t);
	if (rc == 0 && ms != 0 &&
		(clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		t->tv_sec += ms / 1000;
	return rc;
}

time_t
time(time_t *out)
{
	struct timespec t = {0};

	clock_gettime(CLOCK_REALTIME, &t);
	if (out)
		*out = t.tv_sec;
	return t.tv_sec;
}

int
gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec t = {0};

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	tv->tv_sec = t.tv_sec;
	tv->tv_usec = t.tv_nsec / 1000;
	return 0;
}
