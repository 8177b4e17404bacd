#include "testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char *dir; /* of the running test */

static int
setup(void **state)
{
	(void)state;
	dir = test_dir();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	test_dir_free(&dir);
	return 0;
}

/* dir/name; lives until the next four calls. */
static const char *
in_dir(const char *name)
{
	static char paths[4][256];
	static unsigned turn;
	char *p = paths[turn++ % 4];

	snprintf(p, sizeof(paths[0]), "%s/%s", dir, name);
	return p;
}

static void
put_file(const char *name, struct span content, unsigned mode)
{
	struct err err = {0};

	if (file_replace(in_dir(name), content, mode, &err) != 0)
		fail_msg("%s", err.msg);
}

static void
a_file_is_read_whole_and_appended(void **state)
{
	struct strbuf b = STRBUF_INIT(1 << 20);
	struct err err = {0};
	char *big = mem_calloc(300000, 1);

	(void)state;
	memset(big, 'x', 300000);
	put_file("f", span_make(big, 300000), 0644);
	strbuf_str(&b, "head");
	assert_int_equal(file_read(in_dir("f"), &b, &err), 0);
	assert_int_equal(b.n, 300004);
	assert_memory_equal(b.p, "headx", 5);
	assert_int_equal(b.p[b.n], '\0');
	strbuf_fini(&b);
	mem_free(&big);
}

static void
a_file_of_exactly_the_maximum_is_read_one_more_byte_is_refused(void **state)
{
	struct strbuf b = STRBUF_INIT(5);
	struct err err = {0};

	(void)state;
	put_file("five", SPAN_LIT("12345"), 0644);
	put_file("six", SPAN_LIT("123456"), 0644);
	assert_int_equal(file_read(in_dir("five"), &b, &err), 0);
	assert_span_equal(strbuf_as_span(&b), "12345");
	strbuf_clear(&b);
	assert_int_equal(file_read(in_dir("six"), &b, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.msg, "six: larger than 5 bytes"));
	strbuf_fini(&b);
}

static void
an_empty_file_is_read(void **state)
{
	struct strbuf b = STRBUF_INIT(0);
	struct err err = {0};

	(void)state;
	put_file("empty", SPAN_NULL, 0644);
	assert_int_equal(file_read(in_dir("empty"), &b, &err), 0);
	assert_int_equal(b.n, 0);
	strbuf_fini(&b);
}

static void
a_missing_file_is_for_the_operator_and_named(void **state)
{
	struct strbuf b = STRBUF_INIT(10);
	struct err err = {0};

	(void)state;
	assert_int_equal(file_read(in_dir("none"), &b, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_int_equal(strncmp(err.msg, dir, strlen(dir)), 0);
	assert_non_null(strstr(err.msg, "No such file"));
	assert_int_equal(file_read(dir, &b, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	strbuf_fini(&b);
}

static void
a_dash_is_standard_input(void **state)
{
	struct strbuf b = STRBUF_INIT(10);
	struct err err = {0};
	int fds[2], saved = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abc", 3), 3);
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	assert_int_equal(file_read("-", &b, &err), 0);
	assert_span_equal(strbuf_as_span(&b), "abc");
	dup2(saved, STDIN_FILENO);
	close(saved);
	strbuf_fini(&b);
}

static void
replace_sets_content_and_mode_and_leaves_nothing_beside(void **state)
{
	struct strbuf b = STRBUF_INIT(100);
	struct err err = {0};
	struct stat st;
	char **paths;
	size_t n;

	(void)state;
	umask(077);
	put_file("f", SPAN_LIT("old content"), 0600);
	put_file("f", SPAN_LIT("new"), 0644);
	assert_int_equal(file_read(in_dir("f"), &b, &err), 0);
	assert_span_equal(strbuf_as_span(&b), "new");
	assert_int_equal(stat(in_dir("f"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(file_glob(in_dir("*"), &paths, &n, &err), 0);
	assert_int_equal(n, 1);
	file_glob_free(&paths, n);
	strbuf_fini(&b);
}

static void
a_reader_of_the_old_file_keeps_it(void **state)
{
	char text[4] = "";
	int fd;

	(void)state;
	put_file("f", SPAN_LIT("old"), 0600);
	fd = open(in_dir("f"), O_RDONLY);
	put_file("f", SPAN_LIT("new"), 0600);
	assert_int_equal(read(fd, text, 3), 3);
	assert_string_equal(text, "old");
	close(fd);
}

static void
a_failed_replace_leaves_nothing_behind(void **state)
{
	struct err err = {0};
	char **paths;
	size_t n;

	(void)state;
	assert_int_equal(mkdir(in_dir("taken"), 0700), 0);
	assert_int_equal(mkdir(in_dir("taken/x"), 0700), 0);
	assert_int_equal(
		file_replace(in_dir("taken"), SPAN_LIT("x"), 0600, &err), -1);
	assert_non_null(strstr(err.msg, "taken: cannot replace"));
	assert_int_equal(file_glob(in_dir("*"), &paths, &n, &err), 0);
	assert_int_equal(n, 1);
	file_glob_free(&paths, n);
	assert_int_equal(
		file_replace(in_dir("no/dir"), SPAN_LIT("x"), 0600, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
}

static void
mkdirs_makes_parents_and_accepts_what_exists(void **state)
{
	struct err err = {0};
	struct stat st;

	(void)state;
	assert_int_equal(file_mkdirs(in_dir("a/b//c/"), 0750, &err), 0);
	assert_int_equal(file_mkdirs(in_dir("a/b/c"), 0750, &err), 0);
	assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(file_mkdirs("/", 0750, &err), 0);
}

static void
mkdirs_fails_on_a_file_in_the_way_and_on_no_path(void **state)
{
	struct err err = {0};

	(void)state;
	put_file("f", SPAN_LIT("x"), 0600);
	assert_int_equal(file_mkdirs(in_dir("f"), 0750, &err), -1);
	assert_int_equal(file_mkdirs(in_dir("f/sub"), 0750, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_int_equal(file_mkdirs("", 0750, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
}

static const struct {
	const char *name;
	struct span content;
	unsigned mode;
	const char *secret; /* NULL: refused */
	const char *message;
} secrets[] = {
	{"plain", SPAN_INIT("s3cret"), 0600, "s3cret", NULL},
	{"newline", SPAN_INIT("s3cret\n"), 0400, "s3cret", NULL},
	{"crlf", SPAN_INIT("s3cret\r\n"), 0600, "s3cret", NULL},
	{"group may read", SPAN_INIT("x"), 0640, "x", NULL},
	{"inner spaces", SPAN_INIT(" a b \n"), 0600, " a b ", NULL},
	{"others may read", SPAN_INIT("x"), 0604, NULL, "chmod o="},
	{"others may write", SPAN_INIT("x"), 0602, NULL, "chmod o="},
	{"empty", SPAN_INIT(""), 0600, NULL, "empty"},
	{"only a newline", SPAN_INIT("\n"), 0600, NULL, "empty"},
	{"two lines", SPAN_INIT("a\nb\n"), 0600, NULL, "one line"},
	{"two newlines", SPAN_INIT("a\n\n"), 0600, NULL, "one line"},
	{"a zero byte", SPAN_INIT("a\0b"), 0600, NULL, "one line"},
};

static void
a_secret_is_one_private_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(secrets); i++) {
		struct err err = {0};
		char *out;
		int rc;

		put_file(secrets[i].name, secrets[i].content, secrets[i].mode);
		rc = file_read_secret(in_dir(secrets[i].name), &out, &err);
		if (rc != (secrets[i].secret ? 0 : -1))
			fail_msg("%s: %s", secrets[i].name, err.msg);
		if (rc == 0) {
			assert_string_equal(out, secrets[i].secret);
		} else {
			assert_null(out);
			assert_int_equal(err.kind, ERR_CONF);
			assert_non_null(strstr(err.msg, secrets[i].message));
			assert_non_null(strstr(err.msg, secrets[i].name));
		}
		mem_free(&out);
	}
}

static void
a_secret_has_at_most_4096_bytes(void **state)
{
	struct err err = {0};
	char text[5000];
	char *out;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[4096] = '\n';
	put_file("s", span_make(text, 4097), 0600);
	assert_int_equal(file_read_secret(in_dir("s"), &out, &err), 0);
	assert_int_equal(strlen(out), 4096);
	mem_free(&out);
	text[4096] = 'x';
	for (size_t n = 4097; n < 4103; n++) {
		put_file("s", span_make(text, n), 0600);
		assert_int_equal(file_read_secret(in_dir("s"), &out, &err), -1);
		assert_int_equal(err.kind, ERR_CONF);
		assert_null(out);
	}
}

static const struct {
	const char *base, *path, *result;
} beside_rows[] = {
	{"/etc/newswatch/newswatch.yaml", "feeds.opml",
		"/etc/newswatch/feeds.opml"},
	{"/etc/newswatch/newswatch.yaml", "/abs", "/abs"},
	{"newswatch.yaml", "feeds.opml", "feeds.opml"},
	{"conf/newswatch.yaml", "../x", "conf/../x"},
	{"/newswatch.yaml", "x", "/x"},
};

static void
beside_joins_the_directory_of_a_file_with_a_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(beside_rows); i++) {
		char *p = file_beside(beside_rows[i].base, beside_rows[i].path);

		assert_string_equal(p, beside_rows[i].result);
		mem_free(&p);
	}
}

static void
glob_gives_sorted_paths(void **state)
{
	struct err err = {0};
	char **paths;
	size_t n;

	(void)state;
	put_file("b.yaml", SPAN_LIT("x"), 0600);
	put_file("a.yaml", SPAN_LIT("x"), 0600);
	put_file("B.yaml", SPAN_LIT("x"), 0600);
	put_file("c.txt", SPAN_LIT("x"), 0600);
	assert_int_equal(file_glob(in_dir("*.yaml"), &paths, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_string_equal(paths[0], in_dir("B.yaml"));
	assert_string_equal(paths[1], in_dir("a.yaml"));
	assert_string_equal(paths[2], in_dir("b.yaml"));
	file_glob_free(&paths, n);
	assert_null(paths);
}

static void
glob_without_a_match_is_no_error(void **state)
{
	struct err err = {0};
	char **paths;
	size_t n;

	(void)state;
	assert_int_equal(file_glob(in_dir("*.none"), &paths, &n, &err), 0);
	assert_int_equal(n, 0);
	file_glob_free(&paths, n);
	assert_int_equal(file_glob(in_dir("no/dir/*"), &paths, &n, &err), 0);
	assert_int_equal(n, 0);
	file_glob_free(&paths, n);
	file_glob_free(&paths, n);
}

static void
writing_to_a_closed_descriptor_is_named(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(
		file_write_fd(-1, "the sink", SPAN_LIT("x"), &err), -1);
	assert_int_equal(err.kind, ERR_TEMP);
	assert_string_equal(
		err.msg, "the sink: cannot write: Bad file descriptor");
	assert_int_equal(file_write_fd(-1, "the sink", SPAN_NULL, &err), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_read_whole_and_appended),
		TEST(a_file_of_exactly_the_maximum_is_read_one_more_byte_is_refused),
		TEST(an_empty_file_is_read),
		TEST(a_missing_file_is_for_the_operator_and_named),
		TEST(a_dash_is_standard_input),
		TEST(replace_sets_content_and_mode_and_leaves_nothing_beside),
		TEST(a_reader_of_the_old_file_keeps_it),
		TEST(a_failed_replace_leaves_nothing_behind),
		TEST(mkdirs_makes_parents_and_accepts_what_exists),
		TEST(mkdirs_fails_on_a_file_in_the_way_and_on_no_path),
		TEST(a_secret_is_one_private_line),
		TEST(a_secret_has_at_most_4096_bytes),
		TEST(beside_joins_the_directory_of_a_file_with_a_path),
		TEST(glob_gives_sorted_paths),
		TEST(glob_without_a_match_is_no_error),
		TEST(writing_to_a_closed_descriptor_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
