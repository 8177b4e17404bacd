/* What a process in the sandbox can and cannot do. Each row is a child. */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/sandbox.h"

#define MEMORY ((uint64_t)1 << 30)

static iconv_t converter;
static int channel[2]; /* a socket pair that is kept open */
static volatile size_t sink;

/* -- allowed: each returns whether it worked ------------------------------ */

static bool
allocates_much(void)
{
	char *big = mem_alloc(256 << 20);
	void *small[2000];

	memset(big, 1, 256 << 20);
	big = mem_realloc(big, 300 << 20, 1);
	sink = (size_t)big[1000];
	mem_free(&big);
	for (size_t i = 0; i < N_ROWS(small); i++)
		small[i] = mem_alloc(i * 50 + 1);
	for (size_t i = 0; i < N_ROWS(small); i++)
		mem_free(&small[i]);
	return sink == 1;
}

static int
by_value(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) -
		(*(const int *)a < *(const int *)b);
}

static bool
sorts(void)
{
	size_t n = 1000000;
	int *v = mem_calloc(n, sizeof(*v));
	struct rng rng;
	bool sorted = true;

	rng_init(&rng, 1);
	for (size_t i = 0; i < n; i++)
		v[i] = (int)rng_below(&rng, 1000000000);
	qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 1; i < n; i++)
		sorted = sorted && v[i - 1] <= v[i];
	mem_free(&v);
	return sorted;
}

static bool
formats(void)
{
	char out[200];

	snprintf(out, sizeof(out), "%d %s %.17g %5.2f %zu", 42, "x", 0.1, 2.5,
		(size_t)7);
	return strcmp(out, "42 x 0.10000000000000001  2.50 7") == 0;
}

static bool
converts_with_what_was_opened(void)
{
	char in[] = "caf\xe9", out[16] = "";
	char *from = in, *to = out;
	size_t n_in = 4, n_out = sizeof(out);

	return iconv(converter, &from, &n_in, &to, &n_out) == 0 &&
		strcmp(out, "caf\xc3\xa9") == 0;
}

static bool
reads_and_writes_what_is_open(void)
{
	char c = 0;

	return write(channel[0], "x", 1) == 1 && read(channel[1], &c, 1) == 1 &&
		c == 'x';
}

static bool
knows_the_time(void)
{
	return clock_mono().ms > 0 && clock_wall().ms > 0;
}

static bool
logs(void)
{
	log_init("sandbox_test", LOG_INFO_);
	log_info("sandboxed", "ok=%d", 1);
	return true;
}

static bool
makes_random_numbers(void)
{
	struct rng a, b;

	rng_init_system(&a);
	rng_init_system(&b);
	return rng_next(&a) != rng_next(&b);
}

/* -- forbidden ------------------------------------------------------------ */

static bool
opens_a_file(void)
{
	return open("/etc/hostname", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
makes_a_file(void)
{
	return open("/tmp/newswatch-sandbox", O_CREAT | O_RDWR, 0600) >= 0;
}

static bool
makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool
forks(void)
{
	return fork() >= 0;
}

static bool
executes(void)
{
	char *const argv[] = {(char[]){"true"}, NULL};

	return execve("/bin/true", argv, NULL) == 0;
}

static bool
kills_its_parent(void)
{
	return kill(getppid(), 0) == 0;
}

static bool
maps_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool
makes_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool
passes_a_descriptor(void)
{
	struct msghdr m = {0};

	return sendmsg(channel[0], &m, 0) >= 0;
}

static bool
raises_its_limits(void)
{
	struct rlimit rl = {10, 10};

	return setrlimit(RLIMIT_NOFILE, &rl) == 0;
}

/* -- others --------------------------------------------------------------- */

static bool
takes_all_memory(void)
{
	void *p = mem_alloc(1);

	while (p) {
		p = mem_alloc(64 << 20);
		memset(p, 1, 64 << 20);
	}
	return true;
}

static bool
aborts(void)
{
	abort();
}

static bool
exits(void)
{
	exit(0);
}

/* How a child ends that enters the sandbox and does it: exit code, or a
 * signal as 1000 + signo. */
static int
run(bool (*act)(void))
{
	struct sandbox_profile p = {
		.memory_bytes = MEMORY, .keep = channel, .n_keep = 2};
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err;

		if (sandbox_enter(&p, &err) < 0) {
			fprintf(stderr, "%s\n", err.msg);
			_exit(99);
		}
		_exit(act() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 1000 + WTERMSIG(status);
}

static const struct {
	const char *name;
	bool (*act)(void);
	int ends;
} rows[] = {
	{"allocates much", allocates_much, 0},
	{"sorts", sorts, 0},
	{"formats", formats, 0},
	{"converts with what was opened", converts_with_what_was_opened, 0},
	{"reads and writes what is open", reads_and_writes_what_is_open, 0},
	{"knows the time", knows_the_time, 0},
	{"logs", logs, 0},
	{"makes random numbers", makes_random_numbers, 0},
	{"exits", exits, 0},
	{"opens a file", opens_a_file, 1000 + SIGSYS},
	{"makes a file", makes_a_file, 1000 + SIGSYS},
	{"makes a socket", makes_a_socket, 1000 + SIGSYS},
	{"forks", forks, 1000 + SIGSYS},
	{"executes", executes, 1000 + SIGSYS},
	{"kills its parent", kills_its_parent, 1000 + SIGSYS},
	{"maps code", maps_code, 1000 + SIGSYS},
	{"makes code", makes_code, 1000 + SIGSYS},
	{"passes a descriptor", passes_a_descriptor, 1000 + SIGSYS},
	{"raises its limits", raises_its_limits, 1000 + SIGSYS},
	{"takes all memory", takes_all_memory, 1000 + SIGABRT},
	{"aborts", aborts, 1000 + SIGABRT},
};

static void
a_sandboxed_process_can_compute_and_nothing_else(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		int ends;

		if (!sandbox_is_strict() && rows[i].ends >= 1000)
			continue;
		ends = run(rows[i].act);
		if (ends == rows[i].ends)
			continue;
		print_error("# %s: ends with %d, not %d\n", rows[i].name, ends,
			rows[i].ends);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static bool
only_kept_ones_are_open(void)
{
	/* Without fcntl: what is closed cannot be written to. */
	for (int fd = 3; fd < 64; fd++) {
		bool kept = fd == channel[0] || fd == channel[1];

		if ((write(fd, "", 0) == 0 || errno != EBADF) != kept)
			return false;
	}
	return true;
}

static void
other_descriptors_are_closed(void **state)
{
	int a = open("/dev/null", O_RDWR), b = fcntl(a, F_DUPFD, 40);

	(void)state;
	assert_int_equal(run(only_kept_ones_are_open), 0);
	close(a);
	close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_sandboxed_process_can_compute_and_nothing_else),
		cmocka_unit_test(other_descriptors_are_closed),
	};

	converter = iconv_open("UTF-8", "ISO-8859-1");
	if (converter == (iconv_t)-1 ||
		socketpair(AF_UNIX, SOCK_STREAM, 0, channel) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
