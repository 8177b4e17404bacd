/*
 * What every unit test needs: cmocka with its prerequisites, a seed that is
 * printed and can be given (NW_SEED=n), texts compared as texts, a directory
 * of its own. Include it first.
 */
#ifndef NW_TESTS_TESTING_H
#define NW_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/span.h"

/* gcc does not know that cmocka's asserts and fail_msg() do not return. */
#pragma GCC diagnostic ignored "-Wnull-dereference"

#define N_ROWS(rows) (sizeof(rows) / sizeof(*(rows)))

/* A generator for this run; the seed is printed so that a run can be redone. */
static inline struct rng
test_rng(void)
{
	const char *given = getenv("NW_SEED");
	uint64_t seed;
	struct rng r;

	if (given)
		seed = strtoull(given, NULL, 10);
	else
		rng_secret(&seed, sizeof(seed));
	print_message("# NW_SEED=%llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	return r;
}

/* As assert_string_equal; for spans, which are not terminated. */
#define assert_span_equal(span, text) \
	assert_span_equal_((span), (text), __FILE__, __LINE__)

static inline void
assert_span_equal_(struct span s, const char *text, const char *file, int line)
{
	if (span_eq_str(s, text))
		return;
	print_error("# is \"%.*s\"\n# not \"%s\"\n", SPAN_ARG(s), text);
	_fail(file, line);
}

/* A new empty directory; free and remove it with test_dir_free. */
static inline char *
test_dir(void)
{
	const char *base = getenv("TMPDIR");
	char *dir =
		mem_printf("%s/newswatch-test.XXXXXX", base ? base : "/tmp");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static inline void
test_dir_free(char **dir)
{
	char *command = mem_printf("rm -rf '%s'", *dir);

	assert_int_equal(system(command), 0);
	mem_free(&command);
	mem_free(dir);
}

#endif
