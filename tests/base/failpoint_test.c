#include "testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"

#ifdef NW_FAILPOINTS

/*
 * Passes four times by "a" and "b" in turn in a child; returns its wait status,
 * of which the exit code has a bit for each pass that was to fail.
 */
static int
status_with(const char *value)
{
	int status, bits = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		unsetenv("NW_FAILPOINT");
		if (value)
			setenv("NW_FAILPOINT", value, 1);
		for (int i = 0; i < 4; i++)
			bits |= failpoint(i % 2 == 0 ? "a" : "b") << i;
		_exit(bits);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
nothing_fails_unless_armed(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(status_with(NULL)), 0);
	assert_int_equal(WEXITSTATUS(status_with("")), 0);
	assert_int_equal(WEXITSTATUS(status_with("c:1:fail")), 0);
}

static void
fails_once_at_the_given_pass(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(status_with("a:1:fail")), 1);
	assert_int_equal(WEXITSTATUS(status_with("b:1:fail")), 2);
	assert_int_equal(WEXITSTATUS(status_with("a:2:fail")), 4);
	assert_int_equal(WEXITSTATUS(status_with("a:3:fail")), 0);
}

static void
kills_with_sigkill(void **state)
{
	int status = status_with("b:2:kill");

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void
a_wrong_value_ends_the_program(void **state)
{
	static const char *const bad[] = {
		"a", "a:1", "a:0:fail", "a:x:fail", "a:1:explode", ":1:fail"};

	(void)state;
	for (size_t i = 0; i < N_ROWS(bad); i++)
		assert_int_equal(WTERMSIG(status_with(bad[i])), SIGABRT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_fails_unless_armed),
		cmocka_unit_test(fails_once_at_the_given_pass),
		cmocka_unit_test(kills_with_sigkill),
		cmocka_unit_test(a_wrong_value_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void
a_build_without_failpoints_ignores_the_environment(void **state)
{
	(void)state;
	setenv("NW_FAILPOINT", "a:1:kill", 1);
	assert_false(failpoint("a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_build_without_failpoints_ignores_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
