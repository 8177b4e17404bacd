/*
 * A worker that is killed at each of its crash points in turn while hits are
 * held for a digest, muted, and told elsewhere, and the next one that goes on:
 * every hit has its one outcome, what was sent twice was in flight at the kill
 * and has the same id, and nothing is left behind. Needs a build with
 * --enable-failpoints.
 */
#include "testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "support/queue_world.h"

#define N_HITS 8
#define QUIET_MS 500 /* for a worker to start and hold all hits */
#define ELSEWHERE_MS 50

static const char *sink_path;
static int64_t quiet_until; /* the same for all workers of a run */

static void
on_sink(const struct world_send *s)
{
	FILE *f = fopen(sink_path, "a");

	fprintf(f, "%s %s %s\n", s->id, s->channel, s->body);
	fclose(f);
}

static void
put_order(const struct dispatch_group *g, struct dispatch_order *o)
{
	if (g->now_ms < quiet_until)
		o->quiet_until_ms = quiet_until;
	o->escalate_ms = ELSEWHERE_MS;
	strbuf_str(o->escalate_to, "pager");
}

static bool
mute(const struct dispatch_group *g, struct span json,
	char id[DISPATCH_SILENCE_SIZE], void *arg)
{
	(void)g;
	(void)arg;
	if (span_find_str(json, "Meta news 3") == SIZE_MAX)
		return false;
	memcpy(id, "abc", 4);
	return true;
}

static void
worker_main(struct world *parent, const char *failpoint)
{
	struct world w;
	struct world_worker k;

	if (failpoint)
		setenv("NW_FAILPOINT", failpoint, 1);
	world_join(&w, parent);
	world_worker_init(&w, &k, "w1");
	k.conf[0].lease_ms = 300;
	k.conf[0].parallel = 2;
	k.conf[1] = k.conf[0];
	k.conf[1].name = span_of("pager");
	k.n_conf = 2;
	k.on_send = on_sink;
	k.order = put_order;
	k.mute = mute;
	k.story_once = true;
	world_worker_start(&k, true);
	world_until_reply(&w, "8", "XLEN @done:p");
	world_until_reply(&w, "[]", "KEYS @hit:*");
	world_until_reply(&w, "[]", "KEYS @deliver*");
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

/* How many messages on the channel name that hit, one for each id. */
static size_t
times_told(struct span all, const char *channel, unsigned hit)
{
	struct map *ids = map_new(NULL);
	char *title = mem_printf("Meta news %u", hit);
	struct span line, id, where;
	size_t n;

	while (span_next(&all, '\n', &line)) {
		span_next(&line, ' ', &id);
		span_next(&line, ' ', &where);
		if (span_eq_str(where, channel) &&
			span_find_str(line, title) != SIZE_MAX)
			map_put(ids, id, ids);
	}
	n = map_count(ids);
	map_free(&ids);
	mem_free(&title);
	return n;
}

static void
check_sink(const char *failpoint)
{
	struct strbuf all = STRBUF_INIT(1 << 20);

	assert_int_equal(file_read(sink_path, &all, NULL), 0);
	for (unsigned i = 1; i <= N_HITS; i++) {
		size_t expected = i == 3 ? 0 : 1;
		size_t told = times_told(strbuf_as_span(&all), "sink", i);
		size_t elsewhere = times_told(strbuf_as_span(&all), "pager", i);

		if (told != expected || elsewhere != expected)
			fail_msg("%s: hit %u was told %zu times, elsewhere "
				 "%zu:\n%s",
				failpoint, i, told, elsewhere,
				strbuf_cstr(&all));
	}
	strbuf_fini(&all);
}

static void
check_redis(struct world *w)
{
	static const char *const gone[] = {
		"hit:*", "group:*", "due:*", "deliver*"};
	char *outcomes = mem_strdup(world_ask(w, "XRANGE @done:p - +"));
	unsigned silenced = 0;

	for (size_t i = 0; i < N_ROWS(gone); i++)
		assert_string_equal(world_ask(w, "KEYS @%s", gone[i]), "[]");
	assert_string_equal(world_ask(w, "XLEN @dead"), "0");
	assert_string_equal(
		world_ask(w, "HGETALL @muted"), "['silence:abc' '1']");
	assert_string_equal(
		world_ask(w, "XPENDING @hits newswatch"), "[0 nil nil nil]");
	for (const char *p = outcomes; (p = strstr(p, "'silenced'")); p++)
		silenced++;
	assert_int_equal(silenced, 1);
	mem_free(&outcomes);
}

static void
run_with(const char *failpoint)
{
	struct world w;
	char *dir = test_dir();
	char *sink = mem_printf("%s/sink", dir);
	int status;

	world_open(&w, NULL);
	sink_path = sink;
	for (unsigned i = 1; i <= N_HITS; i++)
		world_publish(&w, i, i, false);
	quiet_until = clock_wall().ms + QUIET_MS;
	status = run_worker(&w, failpoint);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		fail_msg("%s: the worker did not come by", failpoint);
	assert_int_equal(run_worker(&w, NULL), 0);
	check_sink(failpoint);
	check_redis(&w);
	world_close(&w);
	mem_free(&sink);
	test_dir_free(&dir);
}

static void
a_worker_killed_at_any_point_holds_mutes_and_escalates_once(void **state)
{
	static const char *const sites[] = {
		"intake_taken:8:kill",
		"dispatch_held:1:kill",
		"dispatch_held:6:kill",
		"dispatch_muted:1:kill",
		"dispatch_made:1:kill",
		"dispatch_made:4:kill",
		"dispatch_taken:3:kill",
		"flight_finish:4:kill",
		"flight_told:8:kill",
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(sites); i++)
		run_with(sites[i]);
}

int
main(void)
{
#ifndef NW_FAILPOINTS
	puts("1..0 # SKIP built without --enable-failpoints");
	return 0;
#endif
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_worker_killed_at_any_point_holds_mutes_and_escalates_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
