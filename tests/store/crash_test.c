/*
 * Killed at every named place, and at random ones: after each, the database
 * opens, and holds whole units only, at least all that were reported as
 * committed.
 *
 * The work is done by this program run again (`crash_test work PATH FROM`).
 * Unit n sets the feed's polls to n, leaves one item of its own and one hit,
 * and confirms the hit of unit n - 2; units are committed in pairs. It writes n
 * to standard output when n is committed.
 */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define UNITS 400 /* more than a random kill lets happen */

/* -- the child ------------------------------------------------------------ */

static void
on_committed(void *arg, const struct err *err)
{
	int *n = arg;

	if (!err && write(STDOUT_FILENO, n, sizeof(*n)) != sizeof(*n))
		_exit(9);
}

static int
work_unit(struct fixture *f, int n, int *name)
{
	struct feed_state feed = feed_of("f");
	struct store_document d = {
		.now = {n}, .items = f->items, .n_items = 1, .whole = true};
	struct store_outcome o = {n - 2, SPAN_LIT("delivered")};
	struct store_unit *u;
	char entry[32];
	size_t pruned;

	snprintf(entry, sizeof(entry), "u%d,g%d=a", n, n);
	parse_entry(f, 0, span_of(entry));
	feed.polls = (uint64_t)n;
	if (store_unit_begin(f->s, &u, &f->err) < 0)
		return -1;
	if (store_unit_feed(u, &feed, &d.feed, &f->err) < 0 ||
		store_unit_items(u, &d, &f->err) < 0 ||
		store_unit_confirm(u, &o, 1, (struct wall){n}, &f->err) < 0 ||
		store_unit_prune(
			u, (struct wall){n - 10}, 3, &pruned, &f->err) < 0) {
		store_unit_cancel(&u);
		return -1;
	}
	if (put_hit(f, u, 0, "meta") != n) {
		store_unit_cancel(&u);
		return -1;
	}
	return store_unit_end(&u, on_committed, name, &f->err);
}

static int
work(const char *path, int from)
{
	static int names[UNITS + 1];
	struct fixture f = {0};
	int rc = 0;

	if (store_open(path, &f.s, &f.err) < 0)
		return 2;
	for (int n = from; n < from + UNITS && rc == 0; n++) {
		names[n - from] = n;
		if (work_unit(&f, n, &names[n - from]) < 0)
			rc = 3;
		else if (n % 2 == 0 && store_commit(f.s, &f.err) < 0)
			rc = 4;
	}
	store_close(&f.s);
	return rc;
}

/* -- the parent ----------------------------------------------------------- */

static pid_t
start_child(struct fixture *f, int from, const char *failpoint_text, int fds[2])
{
	char number_text[16];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	snprintf(number_text, sizeof(number_text), "%d", from);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (failpoint_text)
			setenv("NW_FAILPOINT", failpoint_text, 1);
		execl("/proc/self/exe", "crash_test", "work", f->path,
			number_text, (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	close(fds[1]);
	return pid;
}

/* Reads to the end: the highest unit that was reported. */
static int
reported(int fd, int at_least)
{
	int n;

	while (read(fd, &n, sizeof(n)) == sizeof(n)) {
		assert_int_equal(n, at_least + 1);
		at_least = n;
	}
	close(fd);
	return at_least;
}

static int
units_on_disk(struct fixture *f)
{
	if (number(f, "SELECT count(*) FROM feed") == 0)
		return 0;
	return (int)number(f, "SELECT polls FROM feed");
}

/* All of every unit up to the last one, and nothing of any other. */
static int
check_after_crash(struct fixture *f, int at_least)
{
	char sql[256];
	int units;

	OK(store_open(f->path, &f->s, &f->err));
	OK(store_verify(f->s, &f->err));
	check_invariants(f);
	units = units_on_disk(f);
	assert_true(units >= at_least);
	assert_int_equal(store_last_seq(f->s), units);
	assert_int_equal(
		number(f, "SELECT coalesce(max(seq), 0) FROM hit"), units);
	assert_int_equal(
		number(f, "SELECT coalesce(max(row), 0) FROM item"), units);
	snprintf(sql, sizeof(sql),
		"SELECT count(*) FROM hit WHERE (confirmed IS NULL) <> "
		"(seq > %d)",
		units - 2);
	assert_int_equal(number(f, sql), 0);
	store_close(&f->s);
	return units;
}

#ifdef NW_FAILPOINTS
static const char *const sites[] = {
	"store.migrate",
	"store.unit.feed",
	"store.unit.items",
	"store.unit.hit",
	"store.unit.confirm",
	"store.unit.prune",
	"store.unit.end",
	"store.commit.before",
	"store.commit.after",
};

static void
killed_at_every_named_place_it_keeps_whole_units(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < N_ROWS(sites); i++) {
		for (int pass = 1; pass <= 3; pass++) {
			char text[64];
			int fds[2], status, units;
			pid_t pid;

			store_close(&f->s);
			if (pass == 1)
				assert_int_equal(unlink(f->path), 0);
			units = pass == 1 ? 0 : check_after_crash(f, 0);
			snprintf(text, sizeof(text), "%s:%d:kill", sites[i],
				pass);
			pid = start_child(f, units + 1, text, fds);
			units = reported(fds[0], units);
			assert_int_equal(waitpid(pid, &status, 0), pid);
			/* A file is migrated once. */
			if (i > 0 || pass == 1)
				assert_true(WIFSIGNALED(status) &&
					WTERMSIG(status) == SIGKILL);
			check_after_crash(f, units);
		}
	}
	OK(store_open(f->path, &f->s, &f->err));
}

static void
failing_at_every_named_place_it_says_so_and_keeps_whole_units(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 1; i < N_ROWS(sites); i++) {
		char text[64];
		int fds[2], status, units;
		pid_t pid;

		if (strcmp(sites[i], "store.commit.after") == 0)
			continue; /* nothing can fail there */
		store_close(&f->s);
		units = check_after_crash(f, 0);
		snprintf(text, sizeof(text), "%s:3:fail", sites[i]);
		pid = start_child(f, units + 1, text, fds);
		units = reported(fds[0], units);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_true(WEXITSTATUS(status) != 0);
		check_after_crash(f, units);
	}
	OK(store_open(f->path, &f->s, &f->err));
}
#endif

static void
killed_at_any_moment_it_keeps_whole_units(void **state)
{
	struct fixture *f = *state;
	struct rng r = test_rng();
	int units = 0;

	store_close(&f->s);
	for (int i = 0; i < 25; i++) {
		struct timespec t = {0, 1000 * (long)rng_below(&r, 30000)};
		int fds[2], status;
		pid_t pid = start_child(f, units + 1, NULL, fds);

		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		units = reported(fds[0], units);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		units = check_after_crash(f, units);
	}
	print_message("# %d units\n", units);
	OK(store_open(f->path, &f->s, &f->err));
}

int
main(int argc, char **argv)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
#ifdef NW_FAILPOINTS
		ROW(killed_at_every_named_place_it_keeps_whole_units),
		ROW(failing_at_every_named_place_it_says_so_and_keeps_whole_units),
#endif
		ROW(killed_at_any_moment_it_keeps_whole_units),
	};

	if (argc == 4 && strcmp(argv[1], "work") == 0)
		return work(argv[2], (int)strtol(argv[3], NULL, 10));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
