/* Units of work: grouped, apart from each other, all or nothing. */
#include "fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Who was told what, as "a+ b-". */
struct told {
	char text[256];
};

struct waiter {
	struct told *told;
	char name;
};

static void
on_done(void *arg, const struct err *err)
{
	struct waiter *w = arg;
	size_t at = strlen(w->told->text);

	if (err)
		assert_int_equal(err->kind, ERR_TEMP);
	snprintf(w->told->text + at, sizeof(w->told->text) - at, "%s%c%c",
		at ? " " : "", w->name, err ? '-' : '+');
}

/* A unit with one feed of this url and as many items as `entries` has. */
static void
put_unit(struct fixture *f, const char *url, const char *entries,
	struct waiter *w)
{
	struct store_unit *u = begin(f);

	put_document(f, u, url, true, entries);
	put_hit(f, u, 0, "meta");
	OK(store_unit_end(&u, on_done, w, &f->err));
	assert_null(u);
}

static void
units_are_told_after_one_commit_in_their_order(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'}, b = {&told, 'b'};
	struct store_stats st;

	put_unit(f, "a", "u1=a", &a);
	put_unit(f, "b", "u2=a", &b);
	assert_int_equal(store_waiting(f->s), 2);
	assert_string_equal(told.text, "");
	commit(f);
	assert_string_equal(told.text, "a+ b+");
	assert_int_equal(store_waiting(f->s), 0);
	OK(store_stats(f->s, &st, &f->err));
	assert_int_equal(st.commits, 1);
	assert_int_equal(st.units, 2);
	commit(f);
	assert_string_equal(told.text, "a+ b+");
}

static void
a_cancelled_unit_leaves_the_others_alone(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'}, c = {&told, 'c'};
	struct store_unit *u;

	put_unit(f, "a", "u1=a", &a);
	u = begin(f);
	put_document(f, u, "b", true, "u2=a");
	put_hit(f, u, 0, "meta");
	store_unit_cancel(&u);
	assert_null(u);
	put_unit(f, "c", "u3=a", &c);
	commit(f);
	reopen(f);
	assert_string_equal(told.text, "a+ c+");
	assert_int_equal(number(f, "SELECT count(*) FROM feed"), 2);
	assert_int_equal(number(f, "SELECT count(*) FROM item"), 2);
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 2);
	check_invariants(f);
}

static void
a_unit_in_which_a_call_failed_is_gone(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'};
	struct store_unit *u = begin(f);
	struct store_hit h = {
		.id = "000102030405060708090a0b0c0d0e0f",
		.item = 4711, /* there is no such item */
		.json = SPAN_LIT("{\"v\":1}"),
	};

	put_document(f, u, "f", true, "u1=a");
	assert_int_equal(store_unit_hit(u, &h, &f->err), -1);
	h.item = 0;
	assert_int_equal(store_unit_hit(u, &h, &f->err), -1);
	assert_int_equal(store_unit_published(u, 5, &f->err), -1);
	assert_int_equal(store_unit_end(&u, on_done, &a, &f->err), -1);
	assert_null(u);
	commit(f);
	/* It may also be left as it is. */
	u = begin(f);
	h.item = 4711;
	assert_int_equal(store_unit_hit(u, &h, &f->err), -1);
	document(f, "g", "");
	commit(f);
	assert_string_equal(told.text, "");
	assert_int_equal(number(f, "SELECT count(*) FROM item"), 0);
	check_invariants(f);
}

static void
closing_commits_what_waits_and_undoes_what_is_open(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'};
	struct store_unit *u;

	put_unit(f, "a", "u1=a", &a);
	u = begin(f);
	put_document(f, u, "b", true, "u2=a");
	reopen(f);
	assert_string_equal(told.text, "a+");
	assert_int_equal(number(f, "SELECT count(*) FROM item"), 1);
	check_invariants(f);
}

struct chain {
	struct fixture *f;
	int n;
};

static void
begin_another(void *arg, const struct err *err)
{
	struct chain *c = arg;
	struct store_unit *u;

	assert_null(err);
	if (c->n++ >= 3)
		return;
	u = begin(c->f);
	assert_int_equal(store_unit_end(&u, begin_another, c, &c->f->err), 0);
}

static void
who_is_told_may_begin_the_next_unit(void **state)
{
	struct fixture *f = *state;
	struct chain c = {.f = f};
	struct store_unit *u = begin(f);

	OK(store_unit_end(&u, begin_another, &c, &f->err));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(store_waiting(f->s), 1);
		commit(f);
	}
	assert_int_equal(c.n, 4);
	assert_int_equal(store_waiting(f->s), 0);
}

static const char *
many_entries(int from, char *out, size_t size)
{
	size_t n = 0;

	for (int i = from; i < from + 40; i++)
		n += (size_t)snprintf(
			out + n, size - n, "%su%d=a", i > from ? " " : "", i);
	return out;
}

/* Fill the database with units until one call fails; returns how many units
 * were committed. */
static int
fill(struct fixture *f, int from, int most)
{
	char entries[1024];
	int done = 0;

	while (done < most) {
		struct feed_state feed = feed_of("f");
		struct store_document d = {.now = {1}, .items = f->items};
		struct span rest, entry;
		struct store_unit *u;

		rest = span_of(many_entries(
			from + done * 40, entries, sizeof(entries)));
		while (span_next(&rest, ' ', &entry))
			parse_entry(f, d.n_items++, entry);
		feed.polls = (uint64_t)(from / 40 + done + 1);
		if (store_unit_begin(f->s, &u, &f->err) < 0)
			return done;
		if (store_unit_feed(u, &feed, &d.feed, &f->err) < 0 ||
			store_unit_items(u, &d, &f->err) < 0 ||
			store_unit_end(&u, NULL, NULL, &f->err) < 0) {
			store_unit_cancel(&u);
			return done;
		}
		if (store_commit(f->s, &f->err) < 0)
			return done;
		done++;
	}
	return done;
}

static void
check_filled(struct fixture *f, int units)
{
	assert_int_equal(number(f, "SELECT polls FROM feed"), units);
	assert_int_equal(number(f, "SELECT count(*) FROM item"), units * 40);
	check_invariants(f);
}

static void
a_full_database_loses_nothing_and_goes_on_when_there_is_room(void **state)
{
	struct fixture *f = *state;
	int units;

	units = fill(f, 0, 3);
	number(f, "PRAGMA max_page_count = 60");
	units += fill(f, units * 40, 1000);
	assert_int_equal(f->err.kind, ERR_TEMP);
	assert_non_null(strstr(f->err.msg, "no space left"));
	assert_non_null(strstr(f->err.msg, f->path));
	check_filled(f, units);
	/* Still nothing, and still nothing lost. */
	assert_int_equal(fill(f, units * 40, 1), 0);
	check_filled(f, units);
	number(f, "PRAGMA max_page_count = 100000");
	assert_int_equal(fill(f, units * 40, 5), 5);
	check_filled(f, units + 5);
	reopen(f);
	check_filled(f, units + 5);
}

/* A unit that needs 256 pages more. */
static int
put_large_unit(struct fixture *f)
{
	char *json = mem_alloc(LIMIT_HIT_BYTES);
	struct store_hit h = {
		.id = "000102030405060708090a0b0c0d0e0f",
		.json = {json, LIMIT_HIT_BYTES},
	};
	struct store_unit *u = NULL;
	int rc;

	memset(json, ' ', LIMIT_HIT_BYTES);
	json[0] = '{';
	rc = store_unit_begin(f->s, &u, &f->err);
	if (rc == 0)
		rc = store_unit_hit(u, &h, &f->err);
	if (rc == 0)
		rc = store_unit_end(&u, NULL, NULL, &f->err);
	store_unit_cancel(&u);
	mem_free(&json);
	return rc;
}

static void
when_a_failure_ends_the_group_those_who_wait_are_told(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'};

	put_unit(f, "a", "u1=a", &a);
	number(f, "PRAGMA max_page_count = 60");
	assert_int_equal(put_large_unit(f), -1);
	assert_int_equal(f->err.kind, ERR_TEMP);
	/* Nothing begins before they know. */
	assert_int_equal(put_large_unit(f), -1);
	assert_int_equal(store_waiting(f->s), 1);
	assert_int_equal(store_commit(f->s, &f->err), -1);
	assert_string_equal(told.text, "a-");
	assert_non_null(strstr(f->err.msg, "no space left"));
	check_invariants(f);
	number(f, "PRAGMA max_page_count = 100000");
	put_unit(f, "a", "u1=a", &a);
	assert_int_equal(put_large_unit(f), 0);
	commit(f);
	assert_string_equal(told.text, "a- a+");
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 2);
}

/* What SQLite does by itself when a read has no memory. */
static void
end_transaction(struct fixture *f)
{
	OK(db_run(db_stmt(f->s->db, SQL_ROLLBACK), &f->err));
}

static void
when_a_read_ends_the_group_those_who_wait_are_told(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'}, b = {&told, 'b'};
	struct store_unit *u;

	put_unit(f, "a", "u1=a", &a);
	end_transaction(f);
	/* Nothing begins before they know. */
	assert_int_equal(store_unit_begin(f->s, &u, &f->err), -1);
	assert_non_null(strstr(f->err.msg, "ended early"));
	assert_int_equal(store_commit(f->s, &f->err), -1);
	assert_string_equal(told.text, "a-");
	put_unit(f, "b", "u2=a", &b);
	end_transaction(f);
	assert_int_equal(store_commit(f->s, &f->err), -1);
	assert_string_equal(told.text, "a- b-");
	assert_int_equal(number(f, "SELECT count(*) FROM item"), 0);
	put_unit(f, "b", "u2=a", &b);
	commit(f);
	assert_string_equal(told.text, "a- b- b+");
	assert_int_equal(number(f, "SELECT count(*) FROM item"), 1);
	check_invariants(f);
}

static void
when_a_read_ends_the_group_the_unit_that_is_open_fails(void **state)
{
	static const struct store_hit hit = {
		.id = "000102030405060708090a0b0c0d0e0f",
		.json = {"{\"v\":1}", 7},
	};
	struct fixture *f = *state;
	struct store_hit h = hit;
	struct store_unit *u = begin(f);

	end_transaction(f);
	assert_int_equal(store_unit_hit(u, &h, &f->err), -1);
	assert_int_equal(store_unit_end(&u, NULL, NULL, &f->err), -1);
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 0);
	u = begin(f);
	assert_int_equal(store_unit_hit(u, &h, &f->err), 0);
	end_transaction(f);
	store_unit_cancel(&u);
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 0);
	u = begin(f);
	assert_int_equal(store_unit_hit(u, &h, &f->err), 0);
	OK(store_unit_end(&u, NULL, NULL, &f->err));
	commit(f);
	assert_int_equal(number(f, "SELECT count(*) FROM hit"), 1);
	check_invariants(f);
}

static rlim_t
file_limit(rlim_t bytes)
{
	struct rlimit l;
	rlim_t old;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	old = l.rlim_cur;
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
	return old;
}

static void
a_disk_that_does_not_write_fails_the_commit_and_all_that_wait(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	struct waiter a = {&told, 'a'}, b = {&told, 'b'};
	char *wal = mem_printf("%s-wal", f->path);
	int units = fill(f, 0, 3);
	struct stat st;
	rlim_t old;

	assert_int_equal(stat(wal, &st), 0);
	signal(SIGXFSZ, SIG_IGN);
	old = file_limit((rlim_t)st.st_size + 5000);
	put_unit(f, "a", "x1=a", &a);
	put_unit(f, "b", "x2=a", &b);
	assert_int_equal(store_commit(f->s, &f->err), -1);
	file_limit(old);
	assert_int_equal(f->err.kind, ERR_TEMP);
	assert_string_equal(told.text, "a- b-");
	check_filled(f, units);
	put_unit(f, "a", "x1=a", &a);
	commit(f);
	assert_string_equal(told.text, "a- b- a+");
	reopen(f);
	assert_int_equal(number(f, "SELECT count(*) FROM feed"), 2);
	OK(store_verify(f->s, &f->err));
	mem_free(&wal);
}

int
main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(units_are_told_after_one_commit_in_their_order),
		ROW(a_cancelled_unit_leaves_the_others_alone),
		ROW(a_unit_in_which_a_call_failed_is_gone),
		ROW(closing_commits_what_waits_and_undoes_what_is_open),
		ROW(who_is_told_may_begin_the_next_unit),
		ROW(a_full_database_loses_nothing_and_goes_on_when_there_is_room),
		ROW(when_a_failure_ends_the_group_those_who_wait_are_told),
		ROW(when_a_read_ends_the_group_those_who_wait_are_told),
		ROW(when_a_read_ends_the_group_the_unit_that_is_open_fails),
		ROW(a_disk_that_does_not_write_fails_the_commit_and_all_that_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
