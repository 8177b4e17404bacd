/* Child processes: input, output, limits, ends. */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "io/proc.h"

#define LIMIT_MS 20000

struct world {
	struct loop *l;
	struct proc *p;
	unsigned ends;
	struct proc_result result;
	struct strbuf out, errors;
	bool free_in_callback;
};

static int
setup(void **state)
{
	struct world *w = mem_new(w);

	assert_int_equal(loop_new(&w->l, NULL), 0);
	strbuf_init(&w->out, 16 << 20);
	strbuf_init(&w->errors, 1 << 20);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	proc_free(&w->p);
	loop_free(&w->l);
	strbuf_fini(&w->out);
	strbuf_fini(&w->errors);
	mem_free(&w);
	return 0;
}

static void
on_end(const struct proc_result *r, void *arg)
{
	struct world *w = arg;

	w->ends++;
	w->result = *r;
	if (w->free_in_callback)
		proc_free(&w->p);
	strbuf_clear(&w->out);
	strbuf_clear(&w->errors);
	strbuf_span(&w->out, r->out);
	strbuf_span(&w->errors, r->errors);
	loop_stop(w->l);
}

/* A shell of the test's, not of proc's. */
static struct proc_spec
shell(struct world *w, const char *const argv[4])
{
	struct proc_spec spec = PROC_SPEC_INIT;

	spec.path = "/bin/sh";
	spec.argv = argv;
	spec.max_out = 1 << 20;
	spec.max_errors = 1 << 16;
	spec.cb = on_end;
	spec.arg = w;
	return spec;
}

#define SHELL(script) ((const char *const[4]){"sh", "-c", (script), NULL})

static void
start(struct world *w, const struct proc_spec *spec)
{
	struct err err;

	if (proc_start(w->l, spec, &w->p, &err) < 0)
		fail_msg("%s", err.msg);
}

static void
await(struct world *w)
{
	if (!loop_run_for(w->l, LIMIT_MS))
		fail_msg("the child does not end");
	assert_int_equal(w->ends, 1);
}

static void
output_errors_and_code_come_back(void **state)
{
	struct world *w = *state;
	struct proc_spec spec =
		shell(w, SHELL("echo out; echo err >&2; exit 7"));

	start(w, &spec);
	assert_true(proc_is_running(w->p));
	await(w);
	assert_false(proc_is_running(w->p));
	assert_int_equal(w->result.outcome, PROC_EXITED);
	assert_int_equal(w->result.code, 7);
	assert_string_equal(strbuf_cstr(&w->out), "out\n");
	assert_string_equal(strbuf_cstr(&w->errors), "err\n");
	assert_false(w->result.out_cut);
}

static void
a_large_input_goes_through_the_child(void **state)
{
	struct world *w = *state;
	const char *const argv[] = {"cat", NULL};
	struct proc_spec spec = PROC_SPEC_INIT;
	size_t n = 4 << 20;
	char *bytes = mem_alloc(n);
	struct rng rng = test_rng();

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)rng_next(&rng);
	spec.path = "cat"; /* found in $PATH */
	spec.argv = argv;
	spec.input = span_make(bytes, n);
	spec.max_out = n;
	spec.cb = on_end;
	spec.arg = w;
	start(w, &spec);
	await(w);
	assert_int_equal(w->out.n, n);
	assert_memory_equal(w->out.p, bytes, n);
	assert_false(w->result.out_cut);
	mem_free(&bytes);
}

static void
a_child_need_not_read_its_input(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("exec 0<&-; echo done"));
	char *bytes = mem_calloc(1, 1 << 20);

	spec.input = span_make(bytes, 1 << 20);
	start(w, &spec);
	await(w);
	assert_int_equal(w->result.code, 0);
	assert_string_equal(strbuf_cstr(&w->out), "done\n");
	mem_free(&bytes);
}

static void
output_beyond_its_bound_is_thrown_away(void **state)
{
	struct world *w = *state;
	struct proc_spec spec =
		shell(w, SHELL("head -c 1000000 /dev/zero; echo end >&2"));

	spec.max_out = 1000;
	start(w, &spec);
	await(w);
	assert_int_equal(w->out.n, 1000);
	assert_true(w->result.out_cut);
	assert_false(w->result.errors_cut);
	assert_string_equal(strbuf_cstr(&w->errors), "end\n");
}

static void
a_child_that_is_bound_by_its_output_is_killed_beyond_it(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("cat /dev/zero"));

	spec.max_out = 1000;
	spec.out_is_bound = true;
	start(w, &spec);
	await(w);
	assert_int_equal(w->out.n, 1000);
	assert_true(w->result.out_cut);
	assert_int_equal(w->result.signo, SIGKILL);
}

static void
a_child_that_prints_as_much_as_it_may_is_not_killed(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("head -c 1000 /dev/zero"));

	spec.max_out = 1000;
	spec.out_is_bound = true;
	start(w, &spec);
	await(w);
	assert_false(w->result.out_cut);
	assert_int_equal(w->result.outcome, PROC_EXITED);
}

static void
a_child_has_only_the_descriptors_it_is_given(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w,
		SHELL("read -r line <&9; echo \"$line\"; "
		      "ls /proc/self/fd | tr '\\n' ' '"));
	int ends[2];
	struct proc_fd fd;
	int leak = open("/dev/null", O_RDONLY);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "hello\n", 6), 6);
	fd = (struct proc_fd){ends[0], 9};
	spec.fds = &fd;
	spec.n_fds = 1;
	start(w, &spec);
	await(w);
	/* 3 is the directory that ls reads. */
	assert_string_equal(strbuf_cstr(&w->out), "hello\n0 1 2 3 9 ");
	close(leak);
	close(ends[0]);
	close(ends[1]);
}

static void
crossed_descriptors_do_not_overwrite_each_other(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL(""));
	int a[2], b[2];

	assert_int_equal(pipe(a), 0);
	assert_int_equal(pipe(b), 0);
	/* Our 3 and 4 become the child's 4 and 3, whatever they were. */
	int x = fcntl(a[0], F_DUPFD, 3), y = fcntl(b[0], F_DUPFD, 3);
	struct proc_fd fds[] = {{x, y}, {y, x}};
	char *script = mem_printf("cat /dev/fd/%d /dev/fd/%d", y, x);
	const char *const argv[4] = {"sh", "-c", script, NULL};

	assert_int_equal(write(a[1], "a", 1), 1);
	assert_int_equal(write(b[1], "b", 1), 1);
	close(a[1]);
	close(b[1]);
	spec.argv = argv;
	spec.fds = fds;
	spec.n_fds = 2;
	start(w, &spec);
	await(w);
	assert_string_equal(strbuf_cstr(&w->out), "ab");
	close(a[0]);
	close(b[0]);
	close(x);
	close(y);
	mem_free(&script);
}

static void
environment_and_directory_are_as_asked(void **state)
{
	static const char *const env[] = {"ONLY=this", "PATH=/bin", NULL};
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("pwd; echo $ONLY $HOME"));

	spec.envp = env;
	spec.dir = "/usr";
	start(w, &spec);
	await(w);
	assert_string_equal(strbuf_cstr(&w->out), "/usr\nthis\n");
}

/* The number in a line of /proc/self/status. */
static uint64_t
status_mask(struct world *w, const char *name)
{
	const char *line = strstr(strbuf_cstr(&w->out), name);

	assert_non_null(line);
	return strtoull(line + strlen(name), NULL, 16);
}

static void
signals_are_at_their_defaults_in_the_child(void **state)
{
	static const char *const argv[] = {"cat", "/proc/self/status", NULL};
	/* Belong to glibc, which lets nobody change them. */
	const uint64_t glibc = (uint64_t)3 << 31;
	struct world *w = *state;
	struct proc_spec spec = shell(w, NULL);
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	spec.path = "cat";
	spec.argv = argv;
	start(w, &spec); /* the loop has SIGPIPE ignored here */
	sigprocmask(SIG_UNBLOCK, &usr1, NULL);
	await(w);
	assert_int_equal(status_mask(w, "SigBlk:"), 0);
	assert_int_equal(status_mask(w, "SigIgn:") & ~glibc, 0);
	assert_int_equal(status_mask(w, "SigCgt:"), 0);
}

static void
a_killed_child_is_told_from_one_that_exited(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("kill -SEGV $$"));
	char name[80];

	start(w, &spec);
	await(w);
	assert_int_equal(w->result.outcome, PROC_SIGNALED);
	assert_int_equal(w->result.signo, SIGSEGV);
	proc_signal_name(w->result.signo, name, sizeof(name));
	assert_string_equal(name, "SIGSEGV (Segmentation fault)");
}

static void
at_its_time_limit_a_child_is_told_to_end(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w,
		SHELL("trap 'echo bye; exit 3' TERM; "
		      "while :; do sleep 0.01; done"));

	spec.timeout_ms = 300;
	spec.grace_ms = 10000;
	start(w, &spec);
	await(w);
	assert_int_equal(w->result.outcome, PROC_TIMEOUT);
	assert_string_equal(strbuf_cstr(&w->out), "bye\n");
	assert_true(w->result.elapsed_ms >= 300);
	assert_true(w->result.elapsed_ms < 9000);
}

static void
a_child_that_will_not_end_is_killed(void **state)
{
	struct world *w = *state;
	struct proc_spec spec =
		shell(w, SHELL("trap '' TERM; while :; do sleep 0.01; done"));

	spec.timeout_ms = 50;
	spec.grace_ms = 50;
	start(w, &spec);
	await(w);
	assert_int_equal(w->result.outcome, PROC_TIMEOUT);
	assert_int_equal(w->result.signo, SIGKILL);
}

/* Gone, or dead and waiting for an init that does not come. */
static bool
is_dead(long pid)
{
	char *path = mem_printf("/proc/%ld/stat", pid);
	char stat[256] = "";
	FILE *f = fopen(path, "r");
	bool dead = !f || !fgets(stat, sizeof(stat), f) || strstr(stat, ") Z ");

	if (f)
		fclose(f);
	mem_free(&path);
	return dead;
}

static void
a_grandchild_with_the_pipe_does_not_hold_things_up(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("sleep 1000 & echo $!; exit 0"));
	int64_t start_ms = clock_mono().ms;
	long grandchild;

	spec.own_group = true;
	start(w, &spec);
	await(w);
	assert_true(clock_mono().ms - start_ms < 10000);
	assert_int_equal(w->result.outcome, PROC_EXITED);
	/* It went with its group. */
	grandchild = strtol(strbuf_cstr(&w->out), NULL, 10);
	assert_true(grandchild > 1);
	for (int i = 0; i < 500 && !is_dead(grandchild); i++)
		loop_run_for(w->l, 10);
	assert_true(is_dead(grandchild));
}

static void
what_cannot_be_run_is_a_configuration_error(void **state)
{
	static const struct {
		const char *path, *dir, *says;
	} rows[] = {
		{"/no/such/program", NULL, "No such file"},
		{"no-such-program-anywhere", NULL, "$PATH"},
		{"/etc/passwd", NULL, "Permission denied"},
		{"/usr", NULL, "Permission denied"},
		{"/bin/true", "/no/such/dir", "/no/such/dir"},
	};
	struct world *w = *state;
	const char *const argv[] = {"x", NULL};

	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct proc_spec spec = PROC_SPEC_INIT;
		struct err err;

		spec.path = rows[i].path;
		spec.dir = rows[i].dir;
		spec.argv = argv;
		spec.cb = on_end;
		spec.arg = w;
		assert_int_equal(proc_start(w->l, &spec, &w->p, &err), -1);
		assert_null(w->p);
		assert_int_equal(err.kind, ERR_CONF);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("%s: %s", rows[i].path, err.msg);
	}
	assert_false(loop_run_for(w->l, 10));
	assert_int_equal(w->ends, 0);
}

static void
a_file_without_interpreter_line_is_not_given_to_a_shell(void **state)
{
	struct world *w = *state;
	char *dir = test_dir();
	char *path = mem_printf("%s/script", dir);
	const char *const argv[] = {"script", NULL};
	struct proc_spec spec = PROC_SPEC_INIT;
	struct err err;
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);

	assert_int_equal(write(fd, "exit 0\n", 7), 7);
	close(fd);
	spec.path = path;
	spec.argv = argv;
	assert_int_equal(proc_start(w->l, &spec, &w->p, &err), -1);
	assert_non_null(strstr(err.msg, "Exec format error"));
	mem_free(&path);
	test_dir_free(&dir);
}

static void
an_open_file_can_be_run(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("echo $0; echo ran"));

	spec.exec_fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
	assert_true(spec.exec_fd >= 0);
	start(w, &spec);
	await(w);
	assert_string_equal(strbuf_cstr(&w->out), "sh\nran\n");
	close(spec.exec_fd);
}

static void
a_child_may_be_freed_in_its_callback(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("echo out"));

	w->free_in_callback = true;
	start(w, &spec);
	await(w);
	assert_null(w->p);
	assert_string_equal(strbuf_cstr(&w->out), "out\n");
}

static void
freeing_a_running_child_kills_and_reaps_it(void **state)
{
	struct world *w = *state;
	struct proc_spec spec = shell(w, SHELL("sleep 1000"));
	pid_t pid;

	start(w, &spec);
	pid = proc_pid(w->p);
	proc_free(&w->p);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_false(loop_run_for(w->l, 10));
	assert_int_equal(w->ends, 0);
}

static void
children_die_with_their_parent(void **state)
{
	/* A parent in between starts one and is killed. */
	int ends[2];
	pid_t between, grandchild = 0;
	char c;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	between = fork();
	assert_true(between >= 0);
	if (between == 0) {
		const char *const argv[] = {"sleep", "1000", NULL};
		struct proc_fd fd = {ends[1], 5};
		struct proc_spec spec = PROC_SPEC_INIT;
		struct loop *l;
		struct proc *p;

		spec.path = "sleep";
		spec.argv = argv;
		spec.fds = &fd;
		spec.n_fds = 1;
		if (loop_new(&l, NULL) < 0 ||
			proc_start(l, &spec, &p, NULL) < 0)
			_exit(1);
		grandchild = proc_pid(p);
		(void)!write(ends[1], &grandchild, sizeof(grandchild));
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &grandchild, sizeof(grandchild)),
		sizeof(grandchild));
	kill(between, SIGKILL);
	waitpid(between, NULL, 0);
	/* The end of the pipe: the last holder, the grandchild, is gone. */
	alarm(20);
	assert_int_equal(read(ends[0], &c, 1), 0);
	alarm(0);
	close(ends[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(output_errors_and_code_come_back),
		TEST(a_large_input_goes_through_the_child),
		TEST(a_child_need_not_read_its_input),
		TEST(output_beyond_its_bound_is_thrown_away),
		TEST(a_child_that_is_bound_by_its_output_is_killed_beyond_it),
		TEST(a_child_that_prints_as_much_as_it_may_is_not_killed),
		TEST(a_child_has_only_the_descriptors_it_is_given),
		TEST(crossed_descriptors_do_not_overwrite_each_other),
		TEST(environment_and_directory_are_as_asked),
		TEST(signals_are_at_their_defaults_in_the_child),
		TEST(a_killed_child_is_told_from_one_that_exited),
		TEST(at_its_time_limit_a_child_is_told_to_end),
		TEST(a_child_that_will_not_end_is_killed),
		TEST(a_grandchild_with_the_pipe_does_not_hold_things_up),
		TEST(what_cannot_be_run_is_a_configuration_error),
		TEST(a_file_without_interpreter_line_is_not_given_to_a_shell),
		TEST(an_open_file_can_be_run),
		TEST(a_child_may_be_freed_in_its_callback),
		TEST(freeing_a_running_child_kills_and_reaps_it),
		cmocka_unit_test(children_die_with_their_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
