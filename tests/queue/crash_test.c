/*
 * A worker that is killed at each of its crash points in turn, and the next one
 * that goes on: every hit is sent, what was sent twice was in flight at the
 * kill and has the same id, and producers are told once. Needs a build with
 * --enable-failpoints.
 */
#include "testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "support/queue_world.h"

#define N_HITS 12

/* Where each worker, a process of its own, notes what it sends. */
static const char *sink_path;

static void
on_sink(const struct world_send *s)
{
	FILE *f = fopen(sink_path, "a");

	fprintf(f, "%s %s\n", s->id, s->body);
	fclose(f);
}

static void
worker_main(struct world *parent, const char *failpoint)
{
	struct world w;
	struct world_worker k;
	char expected[16];

	if (failpoint)
		setenv("NW_FAILPOINT", failpoint, 1);
	world_join(&w, parent);
	world_worker_init(&w, &k, "w1");
	k.conf[0].lease_ms = 300;
	k.conf[0].parallel = 2;
	k.on_send = on_sink;
	world_worker_start(&k, true);
	snprintf(expected, sizeof(expected), "%d", N_HITS);
	world_until_reply(&w, expected, "XLEN @done:p");
	_exit(0);
}

static int
run_worker(struct world *w, const char *failpoint)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		worker_main(w, failpoint);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Lines of the sink: each body came; more than once only `doubles` of them,
 * with one id. */
static void
check_sink(const char *failpoint, size_t doubles)
{
	struct strbuf all = STRBUF_INIT(1 << 20);
	struct map *ids = map_new(mem_free_);
	struct span rest, line, id;
	size_t lines = 0;

	assert_int_equal(file_read(sink_path, &all, NULL), 0);
	rest = strbuf_as_span(&all);
	while (span_next(&rest, '\n', &line)) {
		lines++;
		span_next(&line, ' ', &id);
		if (!map_has(ids, line))
			map_put(ids, line, span_dup(id));
		else if (!span_eq_str(id, map_get(ids, line)))
			fail_msg("%s: %.*s came with two ids", failpoint,
				SPAN_ARG(line));
	}
	if (map_count(ids) != N_HITS)
		fail_msg("%s: %zu of %d came", failpoint, map_count(ids),
			N_HITS);
	if (lines > N_HITS + doubles)
		fail_msg("%s: %zu doubles", failpoint, lines - N_HITS);
	map_free(&ids);
	strbuf_fini(&all);
}

static void
run_with(const char *failpoint, size_t doubles)
{
	struct world w;
	char *dir = test_dir();
	char *sink = mem_printf("%s/sink", dir);
	int status;

	world_open(&w, NULL);
	sink_path = sink;
	for (unsigned i = 1; i <= N_HITS; i++)
		world_publish(&w, i, 0, false);
	status = run_worker(&w, failpoint);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		fail_msg("%s: the worker did not come by", failpoint);
	assert_int_equal(run_worker(&w, NULL), 0);
	check_sink(failpoint, doubles);
	assert_string_equal(
		world_ask(&w, "XPENDING @hits newswatch"), "[0 nil nil nil]");
	assert_string_equal(world_ask(&w, "KEYS @hit:*"), "[]");
	assert_string_equal(world_ask(&w, "KEYS @deliver*"), "[]");
	assert_string_equal(world_ask(&w, "XLEN @dead"), "0");
	world_close(&w);
	mem_free(&sink);
	test_dir_free(&dir);
}

static void
a_worker_killed_at_any_point_loses_nothing(void **state)
{
	/* doubles: sends whose outcome had not been told at the kill. */
	static const struct {
		const char *site;
		size_t doubles;
	} rows[] = {
		{"consumer_read:1:kill", 0},
		{"intake_start:1:kill", 0},
		{"intake_taken:1:kill", 2},
		{"intake_taken:12:kill", 2},
		{"dispatch_made:1:kill", 2},
		{"dispatch_made:5:kill", 2},
		{"dispatch_taken:1:kill", 0},
		{"dispatch_taken:2:kill", 2},
		{"flight_finish:1:kill", 2},
		{"flight_finish:7:kill", 2},
		{"flight_told:1:kill", 2},
		{"flight_told:12:kill", 2},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		run_with(rows[i].site, rows[i].doubles);
}

int
main(void)
{
#ifndef NW_FAILPOINTS
	puts("1..0 # SKIP built without --enable-failpoints");
	return 0;
#endif
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_killed_at_any_point_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
