/* The file channel: whole lines or nothing, on disk, and where the path says.
 */
#include "testing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/channel_world.h"

struct place_of {
	char *dir, *path;
	struct setting settings[1];
	struct channel_world w;
};

static int
open_file(void **state)
{
	struct place_of *p = mem_new(p);

	p->dir = test_dir();
	p->path = mem_printf("%s/hits.jsonl", p->dir);
	p->settings[0] = (struct setting){
		.key = span_of("path"), .value = span_of(p->path)};
	channel_world_open(&p->w, "file", p->settings, 1, -1);
	*state = p;
	return 0;
}

static int
close_file(void **state)
{
	struct place_of *p = *state;

	channel_world_close(&p->w);
	mem_free(&p->path);
	test_dir_free(&p->dir);
	mem_free(&p);
	return 0;
}

static void
assert_content(const char *path, const char *text)
{
	struct strbuf got = STRBUF_INIT(1 << 20);

	assert_int_equal(file_read(path, &got, NULL), 0);
	assert_string_equal(strbuf_cstr(&got), text);
	strbuf_fini(&got);
}

static void
lines_are_appended_to_what_is_there(void **state)
{
	struct place_of *p = *state;
	struct stat st;

	assert_int_equal(
		file_replace(p->path, SPAN_LIT("old\n"), 0600, NULL), 0);
	channel_world_send(&p->w, "{\"n\":1}\n");
	assert_int_equal(p->w.outcome, OUTCOME_SENT);
	channel_world_send(&p->w, "{\"n\":2}\n{\"n\":3}\n");
	assert_content(p->path, "old\n{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void
a_new_file_is_not_for_everybody(void **state)
{
	struct place_of *p = *state;
	struct stat st;

	channel_world_send(&p->w, "{}\n");
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
}

static void
a_file_that_was_moved_away_is_made_anew(void **state)
{
	struct place_of *p = *state;
	char *old = mem_printf("%s.1", p->path);

	channel_world_send(&p->w, "1\n");
	assert_int_equal(rename(p->path, old), 0);
	channel_world_send(&p->w, "2\n");
	assert_content(old, "1\n");
	assert_content(p->path, "2\n");
	assert_int_equal(unlink(p->path), 0);
	channel_world_send(&p->w, "3\n");
	assert_content(p->path, "3\n");
	channel_reopen(p->w.channel);
	channel_world_send(&p->w, "4\n");
	assert_content(p->path, "3\n4\n");
	mem_free(&old);
}

static void
a_file_that_cannot_be_written_is_tried_later(void **state)
{
	struct place_of *p = *state;

	assert_int_equal(mkdir(p->path, 0700), 0);
	channel_world_send(&p->w, "1\n");
	assert_int_equal(p->w.outcome, OUTCOME_LATER);
	assert_non_null(strstr(p->w.text, p->path));
	assert_int_equal(rmdir(p->path), 0);
	channel_world_send(&p->w, "2\n");
	assert_int_equal(p->w.outcome, OUTCOME_SENT);
	assert_content(p->path, "2\n");
}

static void
a_file_that_another_has_locked_is_tried_later(void **state)
{
	struct place_of *p = *state;
	int fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	assert_int_equal(flock(fd, LOCK_EX), 0);
	channel_world_send(&p->w, "1\n");
	assert_int_equal(p->w.outcome, OUTCOME_LATER);
	assert_non_null(strstr(p->w.text, "locked by another"));
	close(fd);
	channel_world_send(&p->w, "1\n");
	assert_int_equal(p->w.outcome, OUTCOME_SENT);
}

/* A size limit stands for a full disk: part of the write succeeds. */
static void
what_a_full_disk_took_of_a_message_is_cut_off_again(void **state)
{
	struct place_of *p = *state;
	struct rlimit before, small;

	channel_world_send(&p->w, "12345\n");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){8, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	channel_world_send(&p->w, "67890\n");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(p->w.outcome, OUTCOME_LATER);
	assert_content(p->path, "12345\n");
	channel_world_send(&p->w, "67890\n");
	assert_int_equal(p->w.outcome, OUTCOME_SENT);
	assert_content(p->path, "12345\n67890\n");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_file, close_file)
	const struct CMUnitTest tests[] = {
		TEST(lines_are_appended_to_what_is_there),
		TEST(a_new_file_is_not_for_everybody),
		TEST(a_file_that_was_moved_away_is_made_anew),
		TEST(a_file_that_cannot_be_written_is_tried_later),
		TEST(a_file_that_another_has_locked_is_tried_later),
		TEST(what_a_full_disk_took_of_a_message_is_cut_off_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
