/* Standard output: to files, to slow readers, to readers that left. */
#include "testing.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "model/hit.h"
#include "support/channel_world.h"

#define LONG_BYTES (1 << 20) /* more than a pipe holds */

static char *
long_line(void)
{
	char *line = mem_alloc(LONG_BYTES + 1);

	memset(line, 'x', LONG_BYTES);
	line[LONG_BYTES - 1] = '\n';
	line[LONG_BYTES] = '\0';
	return line;
}

static void
a_file_gets_the_lines(void **state)
{
	char *dir = test_dir();
	char *path = mem_printf("%s/out", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct strbuf got = STRBUF_INIT(1024);
	struct channel_world w;

	(void)state;
	channel_world_open(&w, "stdout", NULL, 0, fd);
	channel_world_send(&w, "{\"n\":1}\n");
	channel_world_send(&w, "{\"n\":2}\n");
	assert_int_equal(w.outcome, OUTCOME_SENT);
	assert_int_equal(file_read(path, &got, NULL), 0);
	assert_string_equal(strbuf_cstr(&got), "{\"n\":1}\n{\"n\":2}\n");
	channel_world_close(&w);
	close(fd);
	strbuf_fini(&got);
	mem_free(&path);
	test_dir_free(&dir);
}

static void
a_slow_reader_does_not_stop_the_loop(void **state)
{
	struct channel_world w;
	char *line = long_line();
	char part[4096];
	int fd[2];
	size_t got = 0;
	ssize_t n;

	(void)state;
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	channel_world_open(&w, "stdout", NULL, 0, fd[1]);
	channel_world_start(&w, line);
	assert_false(loop_run_for(w.loop, 20)); /* it would hang here */
	assert_int_equal(w.results, 0);
	while (got < LONG_BYTES) {
		n = read(fd[0], part, sizeof(part));
		assert_true(n > 0);
		got += (size_t)n;
		loop_run_for(w.loop, 0);
	}
	channel_world_until(&w, 1);
	assert_int_equal(w.outcome, OUTCOME_SENT);
	assert_int_equal(got, LONG_BYTES);
	channel_world_close(&w);
	close(fd[0]);
	close(fd[1]);
	mem_free(&line);
}

static void
a_reader_that_leaves_is_noticed_at_the_next_line(void **state)
{
	struct channel_world w;
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	channel_world_open(&w, "stdout", NULL, 0, fd[1]);
	channel_world_send(&w, "{}\n");
	assert_int_equal(w.closed, 0);
	close(fd[0]);
	channel_world_send(&w, "{}\n");
	assert_int_equal(w.outcome, OUTCOME_LATER);
	assert_string_equal(w.text, "Broken pipe");
	assert_int_equal(w.closed, 1);
	channel_world_close(&w);
	close(fd[1]);
}

static void
a_reader_that_leaves_is_noticed_without_a_line(void **state)
{
	struct channel_world w;
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	channel_world_open(&w, "stdout", NULL, 0, fd[1]);
	loop_run_for(w.loop, 10);
	assert_int_equal(w.closed, 0);
	close(fd[0]);
	loop_run_for(w.loop, 10);
	assert_int_equal(w.closed, 1);
	channel_world_close(&w);
	close(fd[1]);
}

static void
a_pipe_gets_readable_lines_without_colours(void **state)
{
	static const struct item item = {
		.title = S("Meta ships"), .published = {ITEM_UNDATED}};
	static const struct hit hit = {.id = "00000000000000000000000000000001",
		.item_id = "00000000000000000000000000000002",
		.item = &item};
	struct strbuf json = STRBUF_INIT(1 << 16);
	struct channel_world w;
	char got[1024];
	int fd[2];
	ssize_t n;

	(void)state;
	hit_format(&hit, &json);
	strbuf_char(&json, '\n');
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	channel_world_open(&w, "terminal", NULL, 0, fd[1]);
	channel_world_send(&w, strbuf_cstr(&json));
	assert_int_equal(w.outcome, OUTCOME_SENT);
	n = read(fd[0], got, sizeof(got) - 1);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, "    Meta ships\n"));
	assert_null(strchr(got, '\033'));
	channel_world_send(&w, "no hit\n");
	assert_int_equal(w.outcome, OUTCOME_NEVER);
	channel_world_close(&w);
	close(fd[0]);
	close(fd[1]);
	strbuf_fini(&json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_gets_the_lines),
		cmocka_unit_test(a_slow_reader_does_not_stop_the_loop),
		cmocka_unit_test(
			a_reader_that_leaves_is_noticed_at_the_next_line),
		cmocka_unit_test(
			a_reader_that_leaves_is_noticed_without_a_line),
		cmocka_unit_test(a_pipe_gets_readable_lines_without_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
