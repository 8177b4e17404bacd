#include "testing.h"

#include <errno.h>

#include "base/err.h"

static void
set_stores_kind_and_message_and_returns_minus_one(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(err_set(&err, ERR_TEMP, "feed %d", 7), -1);
	assert_int_equal(err.kind, ERR_TEMP);
	assert_string_equal(err.msg, "feed 7");
}

static void
every_function_accepts_null(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_TEMP, "x"), -1);
	assert_int_equal(err_errno(NULL, ERR_TEMP, ENOENT, "x"), -1);
	assert_int_equal(err_wrap(NULL, "x"), -1);
	err_clear(NULL);
}

static void
errno_is_appended_as_text(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(
		err_errno(&err, ERR_CONF, ENOENT, "/a/%s: cannot open", "b"),
		-1);
	assert_string_equal(
		err.msg, "/a/b: cannot open: No such file or directory");
	assert_int_equal(err.kind, ERR_CONF);
}

static void
wrap_puts_context_in_front_and_keeps_the_kind(void **state)
{
	struct err err = {0};

	(void)state;
	err_set(&err, ERR_INPUT, "no root element");
	assert_int_equal(err_wrap(&err, "feed %s", "x"), -1);
	assert_string_equal(err.msg, "feed x: no root element");
	assert_int_equal(err.kind, ERR_INPUT);
}

static void
arguments_may_point_into_the_old_message(void **state)
{
	struct err err = {0};

	(void)state;
	err_set(&err, ERR_INPUT, "inner");
	err_set(&err, ERR_PERM, "[%s]", err.msg);
	assert_string_equal(err.msg, "[inner]");
}

static void
a_long_message_is_cut_at_a_character(void **state)
{
	struct err err = {0};
	char text[2 * ERR_MSG_MAX + 1];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "é", 2);
	text[sizeof(text) - 1] = '\0';
	err_set(&err, ERR_INPUT, "%s", text);
	n = strlen(err.msg);
	assert_int_equal(n, ERR_MSG_MAX - 2);
	assert_true(span_is_utf8(span_of(err.msg)));
	err_wrap(&err, "ab");
	assert_true(span_is_utf8(span_of(err.msg)));
	assert_true(strlen(err.msg) >= ERR_MSG_MAX - 4);
}

static void
clear_leaves_no_error(void **state)
{
	struct err err = {0};

	(void)state;
	err_set(&err, ERR_INPUT, "x");
	err_clear(&err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.msg, "");
}

static void
kinds_have_the_names_that_logs_use(void **state)
{
	(void)state;
	assert_string_equal(err_kind_name(ERR_NONE), "none");
	assert_string_equal(err_kind_name(ERR_INPUT), "input");
	assert_string_equal(err_kind_name(ERR_TEMP), "temporary");
	assert_string_equal(err_kind_name(ERR_PERM), "permanent");
	assert_string_equal(err_kind_name(ERR_CONF), "configuration");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			set_stores_kind_and_message_and_returns_minus_one),
		cmocka_unit_test(every_function_accepts_null),
		cmocka_unit_test(errno_is_appended_as_text),
		cmocka_unit_test(wrap_puts_context_in_front_and_keeps_the_kind),
		cmocka_unit_test(arguments_may_point_into_the_old_message),
		cmocka_unit_test(a_long_message_is_cut_at_a_character),
		cmocka_unit_test(clear_leaves_no_error),
		cmocka_unit_test(kinds_have_the_names_that_logs_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
