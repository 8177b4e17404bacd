#include "testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs fn in a child of its own; returns the signal that ended it, or 0. */
static int
signal_of(void (*fn)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		fclose(stderr);
		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static volatile size_t huge = SIZE_MAX / 4;
static void *volatile sink;

static void
overflow_calloc(void)
{
	sink = mem_calloc(huge, 8);
}

static void
overflow_realloc(void)
{
	sink = mem_realloc(NULL, huge, 8);
}

static void
too_large(void)
{
	sink = mem_alloc(huge * 3);
}

static void
a_size_that_overflows_aborts(void **state)
{
	(void)state;
	assert_int_equal(signal_of(overflow_calloc), SIGABRT);
	assert_int_equal(signal_of(overflow_realloc), SIGABRT);
	assert_int_equal(signal_of(too_large), SIGABRT);
}

static void
nothing_is_a_valid_size(void **state)
{
	void *a = mem_alloc(0), *b = mem_calloc(0, 8);
	void *c = mem_realloc(NULL, 0, 0);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	mem_free(&a);
	mem_free(&b);
	mem_free(&c);
}

static void
free_sets_the_pointer_to_null_and_accepts_null(void **state)
{
	char *s = mem_strdup("x");

	(void)state;
	mem_free(&s);
	assert_null(s);
	mem_free(&s);
	assert_null(s);
}

static void
new_gives_a_zeroed_object(void **state)
{
	struct {
		int a;
		char b[100];
	} *p = mem_new(p);

	(void)state;
	assert_int_equal(p->a, 0);
	for (size_t i = 0; i < sizeof(p->b); i++)
		assert_int_equal(p->b[i], 0);
	mem_free(&p);
}

static void
strndup_copies_that_many_bytes_and_terminates(void **state)
{
	char *s = mem_strndup("abc\0def", 5);
	char *none = mem_strndup(NULL, 0);

	(void)state;
	assert_memory_equal(s, "abc\0d\0", 6);
	assert_string_equal(none, "");
	mem_free(&s);
	mem_free(&none);
}

static void
printf_makes_a_text_of_any_length(void **state)
{
	char *s = mem_printf("%*d|", 3000, 7);

	(void)state;
	assert_int_equal(strlen(s), 3001);
	assert_string_equal(s + 2999, "7|");
	mem_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_size_that_overflows_aborts),
		cmocka_unit_test(nothing_is_a_valid_size),
		cmocka_unit_test(
			free_sets_the_pointer_to_null_and_accepts_null),
		cmocka_unit_test(new_gives_a_zeroed_object),
		cmocka_unit_test(strndup_copies_that_many_bytes_and_terminates),
		cmocka_unit_test(printf_makes_a_text_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
