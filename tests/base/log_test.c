#include "testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "base/strbuf.h"

#define OUT_MAX 65536

enum stream { TO_FILE, TO_JOURNAL, TO_OTHER_JOURNAL };

static void
set_journal(int fd, enum stream stream)
{
	struct stat st;
	char name[64];

	unsetenv("JOURNAL_STREAM");
	if (stream == TO_FILE)
		return;
	fstat(fd, &st);
	snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)st.st_dev,
		(uintmax_t)st.st_ino + (stream == TO_OTHER_JOURNAL));
	setenv("JOURNAL_STREAM", name, 1);
}

/*
 * What fn logs, in a child with a standard error of its own: the logger keeps
 * state, and each test starts without.
 */
static char *
logged_by(void (*fn)(void), enum stream stream)
{
	struct strbuf b = STRBUF_INIT(OUT_MAX);
	int fds[2], status;
	pid_t pid;
	ssize_t got;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		set_journal(fds[1], stream);
		dup2(fds[1], STDERR_FILENO);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while (strbuf_room(&b, 4096) > 0 &&
		(got = read(fds[0], b.p + b.n, strbuf_room(&b, 4096))) > 0)
		b.n += (size_t)got;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	strbuf_room(&b, 1);
	b.p[b.n] = '\0';
	return strbuf_take(&b);
}

/* Cuts off and checks the time that a line starts with. */
static const char *
after_time(const char *line)
{
	const char *space = strchr(line, ' ');
	struct wall t;

	assert_non_null(space);
	assert_int_equal(space - line, strlen("2026-03-01T12:00:00.120Z"));
	assert_true(date_parse(span_make(line, (size_t)(space - line)), &t));
	assert_true(t.ms > INT64_C(1700000000000));
	return space + 1;
}

static void
one_warning(void)
{
	log_init("newswatchd", LOG_INFO_);
	log_warn("fetch_failed", "feed=%s error=\"%s\"", "x", "no route");
}

static void
a_line_has_time_program_level_event_and_values(void **state)
{
	char *out = logged_by(one_warning, TO_FILE);

	(void)state;
	assert_string_equal(after_time(out),
		"newswatchd warn fetch_failed feed=x error=\"no route\"\n");
	mem_free(&out);
}

static void
all_levels(void)
{
	log_init("p", LOG_DEBUG_);
	log_debug("a", "x=1");
	log_info("b", "x=1");
	log_warn("c", "x=1");
	log_error("d", "%s", "");
}

static void
the_journal_gets_priorities_instead(void **state)
{
	char *out = logged_by(all_levels, TO_JOURNAL);

	(void)state;
	assert_string_equal(out, "<7>a x=1\n<6>b x=1\n<4>c x=1\n<3>d\n");
	mem_free(&out);
}

static void
a_journal_that_is_not_our_standard_error_is_ignored(void **state)
{
	char *out = logged_by(one_warning, TO_OTHER_JOURNAL);

	(void)state;
	assert_non_null(strstr(out, " newswatchd warn "));
	mem_free(&out);
}

static void
without_init(void)
{
	log_debug("quiet", "x=%d", 1);
	log_info("early", "x=%d", 2);
}

static void
works_before_init(void **state)
{
	char *out = logged_by(without_init, TO_FILE);

	(void)state;
	assert_string_equal(after_time(out), "newswatch info early x=2\n");
	mem_free(&out);
	out = logged_by(without_init, TO_JOURNAL);
	assert_string_equal(out, "<6>early x=2\n");
	mem_free(&out);
}

static void
only_errors(void)
{
	log_init("p", LOG_ERROR_);
	log_warn("a", "x=1");
	log_error("b", "x=1");
	log_set_level(LOG_WARN_);
	log_warn("c", "x=1");
}

static void
what_is_below_the_level_is_not_written(void **state)
{
	char *out = logged_by(only_errors, TO_JOURNAL);

	(void)state;
	assert_string_equal(out, "<3>b x=1\n<4>c x=1\n");
	mem_free(&out);
}

static void
hostile_text(void)
{
	log_info("a", "x=\"%s\"", "1\n<0>fake\t\x1b[31m\x7f\r é");
}

static void
control_bytes_are_escaped_and_a_line_stays_a_line(void **state)
{
	char *out = logged_by(hostile_text, TO_JOURNAL);

	(void)state;
	assert_string_equal(
		out, "<6>a x=\"1\\n<0>fake\\t\\x1b[31m\\x7f\\x0d é\"\n");
	mem_free(&out);
}

static void
long_text(void)
{
	static char text[10001];

	for (size_t i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "é", 2);
	log_info("a", "x=%s", text);
	/* Every byte becomes four. */
	memset(text, 1, sizeof(text) - 1);
	log_info("b", "x=%s", text);
}

static void
a_long_line_is_cut_at_a_character_and_marked(void **state)
{
	char *out = logged_by(long_text, TO_JOURNAL);
	struct span rest = span_of(out), line;
	int n = 0;

	(void)state;
	while (span_next(&rest, '\n', &line)) {
		assert_true(line.n < 4096 && line.n > 4080);
		assert_true(span_ends(line, "..."));
		assert_true(span_is_utf8(line));
		n++;
	}
	assert_int_equal(n, 2);
	mem_free(&out);
}

static void
many_lines(void)
{
	for (int i = 0; i < LOG_BURST * 3; i++)
		log_info("same", "i=%d", i);
	log_info("other", "x=1");
}

static void
repeats_of_one_event_are_limited(void **state)
{
	char *out = logged_by(many_lines, TO_JOURNAL);
	struct span rest = span_of(out), line;
	int same = 0, other = 0;

	(void)state;
	while (span_next(&rest, '\n', &line)) {
		same += span_starts(line, "<6>same ");
		other += span_starts(line, "<6>other ");
	}
	assert_int_equal(same, LOG_BURST);
	assert_int_equal(other, 1);
	mem_free(&out);
}

static void
closed_standard_error(void)
{
	close(STDERR_FILENO);
	log_info("a", "x=1");
}

static void
a_closed_standard_error_does_no_harm(void **state)
{
	char *out = logged_by(closed_standard_error, TO_JOURNAL);

	(void)state;
	assert_string_equal(out, "");
	mem_free(&out);
}

static void
levels_are_parsed_by_name(void **state)
{
	enum log_level level;

	(void)state;
	assert_true(log_level_parse("debug", &level));
	assert_int_equal(level, LOG_DEBUG_);
	assert_true(log_level_parse("error", &level));
	assert_int_equal(level, LOG_ERROR_);
	assert_false(log_level_parse("fatal", &level));
	assert_false(log_level_parse("", &level));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_line_has_time_program_level_event_and_values),
		cmocka_unit_test(the_journal_gets_priorities_instead),
		cmocka_unit_test(
			a_journal_that_is_not_our_standard_error_is_ignored),
		cmocka_unit_test(works_before_init),
		cmocka_unit_test(what_is_below_the_level_is_not_written),
		cmocka_unit_test(
			control_bytes_are_escaped_and_a_line_stays_a_line),
		cmocka_unit_test(a_long_line_is_cut_at_a_character_and_marked),
		cmocka_unit_test(repeats_of_one_event_are_limited),
		cmocka_unit_test(a_closed_standard_error_does_no_harm),
		cmocka_unit_test(levels_are_parsed_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
