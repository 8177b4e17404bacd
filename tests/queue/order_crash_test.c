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

#include "base/file.h"
#include "base/map.h"
#include "support/queue_world.h"

#define N_HITS 8
#define QUIET_MS 3600000 /* until the test makes it day */
#define N_HELD "7" /* all hits but the muted one */
#define ELSEWHERE_MS 50

static const char *sink_path;
static const char *day_path; /* a file that is there when the night is over */

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
	if (access(day_path, F_OK) != 0)
		o->quiet_until_ms = g->now_ms + QUIET_MS;
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

static bool
is_over(struct world *w)
{
	return strcmp(world_ask(w, "XLEN @done:p"), "8") == 0 &&
		strcmp(world_ask(w, "KEYS @hit:*"), "[]") == 0 &&
		strcmp(world_ask(w, "KEYS @deliver*"), "[]") == 0;
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
	while (!is_over(&w)) {
		/* As hits that come would: lanes look by themselves every two
		 * seconds only. */
		dispatch_poke(k.dispatch, SPAN_LIT("sink"));
		dispatch_poke(k.dispatch, SPAN_LIT("pager"));
		world_run(&w, 10);
	}
	_exit(0);
}

/* The night is over when everything is held. */
static void
make_day(struct world *w)
{
	if (access(day_path, F_OK) == 0 ||
		strcmp(world_ask(w, "LLEN @group:desk:sink:!digest"), N_HELD) !=
			0)
		return;
	assert_int_equal(
		file_replace(day_path, SPAN_LIT("day\n"), 0600, NULL), 0);
	world_ask(w, "ZADD @due:sink 0 desk:!digest");
}

static int
run_worker(struct world *w, const char *failpoint)
{
	int status;
	pid_t pid = fork(), ended;

	assert_true(pid >= 0);
	if (pid == 0)
		worker_main(w, failpoint);
	while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
		make_day(w);
		world_run(w, 5);
	}
	assert_int_equal(ended, pid);
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
	char *day = mem_printf("%s/day", dir);
	int status;

	world_open(&w, NULL);
	sink_path = sink;
	day_path = day;
	for (unsigned i = 1; i <= N_HITS; i++)
		world_publish(&w, i, i, false);
	status = run_worker(&w, failpoint);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		fail_msg("%s: the worker did not come by", failpoint);
	assert_int_equal(run_worker(&w, NULL), 0);
	check_sink(failpoint);
	check_redis(&w);
	world_close(&w);
	mem_free(&sink);
	mem_free(&day);
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
