/* Opening: what is accepted, what is refused and in which words. */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "store/schema.h"

static void
expect_refused(struct fixture *f, enum err_kind kind, const char *words)
{
	struct store *s = NULL;
	struct err err = {0};

	assert_int_equal(store_open(f->path, &s, &err), -1);
	assert_null(s);
	assert_int_equal(err.kind, kind);
	if (!strstr(err.msg, words) || !strstr(err.msg, f->path))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
}

static void
change(struct fixture *f, const char *sql)
{
	OK(db_exec(f->s->db, sql, &f->err));
	store_close(&f->s);
}

static void
replace_file(struct fixture *f, const char *content)
{
	store_close(&f->s);
	OK(file_replace(f->path, span_of(content), 0600, &f->err));
}

static void
a_new_file_is_made_for_its_owner_only(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
it_is_wal_full_sync_and_exclusive(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(number(f, "PRAGMA synchronous"), 2);
	assert_int_equal(number(f, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(f, "PRAGMA auto_vacuum"), 2);
	assert_int_equal(
		number(f,
			"SELECT journal_mode = 'wal' FROM pragma_journal_mode"),
		1);
	assert_int_equal(number(f,
				 "SELECT locking_mode = 'exclusive' FROM "
				 "pragma_locking_mode"),
		1);
}

static void
the_producer_name_stays_until_it_is_renewed(void **state)
{
	struct fixture *f = *state;
	char first[HEX128_SIZE];

	memcpy(first, store_producer(f->s), sizeof(first));
	assert_int_equal(strlen(first), 32);
	reopen(f);
	assert_string_equal(store_producer(f->s), first);
	OK(store_producer_renew(f->s, &f->err));
	assert_string_not_equal(store_producer(f->s), first);
	assert_int_equal(strlen(store_producer(f->s)), 32);
	memcpy(first, store_producer(f->s), sizeof(first));
	reopen(f);
	assert_string_equal(store_producer(f->s), first);
}

static void
a_directory_that_is_not_there_is_named(void **state)
{
	struct fixture *f = *state;

	store_close(&f->s);
	mem_free(&f->path);
	f->path = mem_printf("%s/none/newswatch.db", f->dir);
	expect_refused(f, ERR_CONF, "No such file or directory");
}

static void
what_is_no_database_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct strbuf after = STRBUF_INIT(100000);
	char text[5000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	replace_file(f, text);
	expect_refused(f, ERR_CONF, "not a database");
	OK(file_read(f->path, &after, &f->err));
	assert_span_equal(strbuf_as_span(&after), text);
	strbuf_fini(&after);
}

static void
a_directory_is_no_database(void **state)
{
	struct fixture *f = *state;

	store_close(&f->s);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(mkdir(f->path, 0700), 0);
	expect_refused(f, ERR_CONF, "cannot open the database");
}

static void
a_device_is_no_database(void **state)
{
	struct fixture *f = *state;

	store_close(&f->s);
	mem_free(&f->path);
	f->path = mem_strdup("/dev/null");
	expect_refused(f, ERR_CONF, "no regular file");
}

static void
a_database_of_another_program_is_left_alone(void **state)
{
	struct fixture *f = *state;

	change(f, "PRAGMA application_id=17");
	expect_refused(f, ERR_CONF, "another program");
}

static void
a_newer_schema_is_refused(void **state)
{
	struct fixture *f = *state;

	change(f, "PRAGMA user_version=99");
	expect_refused(f, ERR_CONF, "written by a newer newswatch (schema 99");
}

static void
a_damaged_page_is_found_by_verify(void **state)
{
	struct fixture *f = *state;
	char junk[512];
	int64_t page;
	int fd;

	document(f, "f", "u1=a");
	page = number(f,
		"SELECT rootpage - 1 FROM sqlite_schema WHERE name = 'item'");
	store_close(&f->s);
	fd = open(f->path, O_WRONLY);
	memset(junk, 0xa5, sizeof(junk));
	assert_int_equal(
		pwrite(fd, junk, sizeof(junk), page * 4096), sizeof(junk));
	close(fd);
	OK(store_open(f->path, &f->s, &f->err));
	assert_int_equal(store_verify(f->s, &f->err), -1);
	assert_int_equal(f->err.kind, ERR_PERM);
	assert_non_null(strstr(f->err.msg, "damaged"));
}

static void
a_good_database_passes_verify(void **state)
{
	struct fixture *f = *state;

	document(f, "f", "u1=a u2=b");
	OK(store_verify(f->s, &f->err));
}

static void
a_file_that_may_not_be_written_is_named(void **state)
{
	struct fixture *f = *state;

	store_close(&f->s);
	assert_int_equal(chmod(f->path, 0400), 0);
	if (geteuid() == 0) {
		/* Root may write anything: give its rights away. */
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			struct store *s;
			struct err err = {0};

			if (chown(f->dir, 65534, 65534) < 0 ||
				setegid(65534) < 0 || seteuid(65534) < 0)
				_exit(3);
			_exit(store_open(f->path, &s, &err) < 0 &&
						err.kind == ERR_CONF &&
						strstr(err.msg,
							"Permission denied")
					? 0
					: 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		return;
	}
	expect_refused(f, ERR_CONF, "Permission denied");
}

/* Opens the store, says so on fd, and waits to be killed. */
static void
hold(const char *path, int fd)
{
	struct store *s;

	if (store_open(path, &s, NULL) < 0 || write(fd, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void
a_second_process_is_refused_and_told_who_has_it(void **state)
{
	struct fixture *f = *state;
	char words[64], c;
	int fds[2], status;
	pid_t pid;

	store_close(&f->s);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0)
		hold(f->path, fds[1]);
	assert_int_equal(read(fds[0], &c, 1), 1);
	snprintf(words, sizeof(words), "process %ld (", (long)pid);
	expect_refused(f, ERR_TEMP, words);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fds[0]);
	close(fds[1]);
	/* And when it is gone, nothing is left behind. */
	OK(store_open(f->path, &f->s, &f->err));
}

static void
the_status_counts_what_is_there(void **state)
{
	struct fixture *f = *state;
	struct store_stats st;
	struct store_unit *u = begin(f);

	put_document(f, u, "f", true, "u1=a u2=b");
	put_hit(f, u, 0, "meta");
	put_hit(f, u, 1, "meta");
	OK(store_stats(f->s, &st, &f->err));
	assert_int_equal(st.hits, 0); /* not committed */
	end(f, u);
	commit(f);
	u = begin(f);
	OK(store_unit_published(u, 1, &f->err));
	end(f, u);
	commit(f);
	for (int i = 0; i < 2; i++) {
		OK(store_stats(f->s, &st, &f->err));
		assert_int_equal(st.feeds, 1);
		assert_int_equal(st.items, 2);
		assert_int_equal(st.hits, 2);
		assert_int_equal(st.unconfirmed, 2);
		assert_int_equal(st.unpublished, 1);
		assert_int_equal(st.last_seq, 2);
		assert_true(st.file_bytes > 0);
		assert_int_equal(st.units, i == 0 ? 2 : 0);
		reopen(f);
	}
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(a_new_file_is_made_for_its_owner_only),
		ROW(it_is_wal_full_sync_and_exclusive),
		ROW(the_producer_name_stays_until_it_is_renewed),
		ROW(a_directory_that_is_not_there_is_named),
		ROW(what_is_no_database_is_left_alone),
		ROW(a_directory_is_no_database),
		ROW(a_device_is_no_database),
		ROW(a_database_of_another_program_is_left_alone),
		ROW(a_newer_schema_is_refused),
		ROW(a_damaged_page_is_found_by_verify),
		ROW(a_good_database_passes_verify),
		ROW(a_file_that_may_not_be_written_is_named),
		ROW(a_second_process_is_refused_and_told_who_has_it),
		ROW(the_status_counts_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
