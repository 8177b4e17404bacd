/* Hits from the stream into groups: once, whatever happens to worker or server.
 * Against a real redis-server. */
#include "testing.h"

#include <signal.h>

#include "queue/beat.h"
#include "support/queue_world.h"

/* -- predicates ------------------------------------------------------------ */
static bool
is_reading(void *arg)
{
	return consumer_state(arg) == CONSUMER_READING;
}

static bool
is_waiting(void *arg)
{
	return consumer_counts(arg)->errors > 0;
}

static size_t
no_fields(struct beat_field *fields, void *arg)
{
	(void)arg;
	fields[0] = (struct beat_field){SPAN_LIT("state"), SPAN_LIT("up")};
	return 1;
}

/* Nothing of a hit is left anywhere but in the stream, acknowledged. */
static void
assert_all_ended(struct world *w, unsigned n)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "%u", n);
	world_until_reply(w, expected, "XLEN @done:p");
	assert_string_equal(
		world_ask(w, "XPENDING @hits newswatch"), "[0 nil nil nil]");
	assert_string_equal(world_ask(w, "KEYS @hit:*"), "[]");
	assert_string_equal(world_ask(w, "KEYS @group:*"), "[]");
	assert_string_equal(world_ask(w, "KEYS @delivery:*"), "[]");
	assert_string_equal(world_ask(w, "KEYS @du*"), "[]");
	assert_string_equal(world_ask(w, "KEYS @deliveries:*"), "[]");
}

/* -- the way of one hit ---------------------------------------------------- */
static void
a_hit_is_sent_once_and_its_producer_is_told(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_publish(w, 7, 0, false); /* before there is any worker */
	world_worker_start(&k, true);
	world_until_sent(&k, 1);
	assert_all_ended(w, 1);
	assert_int_equal(k.sends.n, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 7");
	assert_int_equal(k.sends.p[0].attempt, 1);
	assert_int_equal(strlen(k.sends.p[0].id), 36);
	assert_memory_equal(k.sends.p[0].id, "msg_", 4);
	assert_non_null(strstr(world_ask(w, "XRANGE @done:p - +"),
		"'seq' '7' 'hit' '00000000000000000000000000000007' "
		"'outcome' 'delivered'"));
	world_worker_kill(&k);
}

static void
a_hit_that_no_route_wants_is_confirmed_at_once(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.channels[0] = NULL;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	assert_all_ended(w, 1);
	assert_non_null(
		strstr(world_ask(w, "XRANGE @done:p - +"), "'no_route'"));
	assert_int_equal(consumer_counts(k.consumer)->unwanted, 1);
	world_worker_kill(&k);
}

static void
a_producer_is_told_when_the_last_delivery_ended(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.channels[1] = "pager";
	k.conf[1] = k.conf[0];
	k.conf[1].name = span_of("pager");
	k.n_conf = 2;
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 2);
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	world_until_reply(w, "'1'", "HGET @hit:%s open", world_hit_id(1));
	assert_string_equal(world_ask(w, "XLEN @done:p"), "0");
	dispatch_finish(
		k.dispatch, &k.held.p[1], OUTCOME_SENT, 0, span_of("ok"));
	assert_all_ended(w, 1);
	assert_string_not_equal(k.sends.p[0].id, k.sends.p[1].id);
	world_worker_kill(&k);
}

static void
a_refilled_hit_that_was_told_is_only_acknowledged(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_ask(w, "XADD @hits * id %s json {} producer p seq 1 told 1",
		world_hit_id(1));
	world_worker_start(&k, true);
	world_publish(w, 2, 0, false);
	world_until_sent(&k, 1);
	assert_all_ended(w, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 2");
	assert_int_equal(consumer_counts(k.consumer)->refills, 1);
	world_worker_kill(&k);
}

/* -- what is no hit -------------------------------------------------------- */
static void
an_entry_that_is_no_hit_becomes_a_dead_letter(void **state)
{
	static const struct {
		const char *fields, *reason;
	} rows[] = {
		{"id x json {} producer p seq 1", "not 1"},
		{"id x json nonsense producer p seq 2", "error"},
		{"id 0 producer p seq 3", "error"},
		{"foo bar", "error"},
	};
	struct world *w = *state;
	struct world_worker k;
	char *text;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		world_ask(w, "XADD @hits * %s", rows[i].fields);
		world_until_reply(w, "1", "XLEN @dead");
		text = mem_strdup(world_ask(w, "XRANGE @dead - +"));
		if (!strstr(text, rows[i].reason))
			fail_msg("%s: %s", rows[i].fields, text);
		mem_free(&text);
		world_ask(w, "DEL @dead");
	}
	assert_string_equal(
		world_ask(w, "XPENDING @hits newswatch"), "[0 nil nil nil]");
	assert_int_equal(k.sends.n, 0);
	world_worker_kill(&k);
}

static void
a_producer_with_an_odd_name_is_not_told(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_ask(w, "XADD @hits * id x json {} producer a:b seq 1");
	world_ask(w, "XADD @hits * id x json {} producer p seq one");
	world_until_reply(w, "2", "XLEN @dead");
	assert_string_equal(world_ask(w, "KEYS @done:*"), "[]");
	world_worker_kill(&k);
}

/* By workers that die before they take the first entry. */
static void
read_in_vain(struct world *w, unsigned times)
{
	world_ask(w, "XGROUP CREATE @hits newswatch 0");
	for (unsigned i = 0; i < times; i++)
		world_ask(w,
			"XREADGROUP GROUP newswatch w1 COUNT 1 "
			"STREAMS @hits %c",
			i == 0 ? '>' : '0');
}

static void
an_entry_read_once_less_is_taken(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_publish(w, 1, 0, false);
	read_in_vain(w, CONSUMER_MAX_TAKES - 1);
	world_worker_start(&k, true);
	world_until_sent(&k, 1);
	assert_all_ended(w, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 1");
	assert_string_equal(world_ask(w, "XLEN @dead"), "0");
	world_worker_kill(&k);
}

static void
an_entry_read_three_times_and_never_taken_is_given_up(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_publish(w, 1, 0, false);
	world_publish(w, 2, 0, false);
	read_in_vain(w, CONSUMER_MAX_TAKES);
	world_worker_start(&k, true);
	world_until_reply(w, "1", "XLEN @dead");
	world_until_sent(&k, 1);
	assert_all_ended(w, 2);
	assert_string_equal(k.sends.p[0].body, "Meta news 2");
	assert_non_null(
		strstr(world_ask(w, "XRANGE @dead - +"), "read three times"));
	assert_non_null(strstr(world_ask(w, "XRANGE @done:p - +"), "'dead'"));
	world_worker_kill(&k);
}

/* -- stories and groups ---------------------------------------------------- */
static void
a_story_is_told_once_and_then_its_updates(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.story_once = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 5, false);
	world_until_sent(&k, 1);
	world_publish(w, 2, 5, false); /* an echo */
	world_publish(w, 3, 5, true);
	world_publish(w, 4, 6, false); /* another story */
	world_until_sent(&k, 3);
	assert_all_ended(w, 4);
	assert_string_equal(k.sends.p[0].body, "Meta news 1");
	assert_string_equal(k.sends.p[1].body, "Meta news 3");
	assert_string_equal(k.sends.p[2].body, "Meta news 4");
	assert_int_equal(consumer_counts(k.consumer)->echoes, 1);
	assert_non_null(strstr(world_ask(w, "XRANGE @done:p - +"), "'echo'"));
	world_worker_kill(&k);
}

static void
an_update_of_an_untold_story_is_its_first_alert(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.story_once = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 5, true);
	world_publish(w, 2, 5, false);
	world_until_sent(&k, 1);
	assert_all_ended(w, 2);
	assert_int_equal(k.sends.n, 1);
	world_worker_kill(&k);
}

static void
hits_of_a_group_wait_and_come_together_in_order(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.by_story = true;
	k.wait_ms = 300;
	world_worker_start(&k, true);
	world_publish(w, 1, 5, false);
	world_publish(w, 2, 6, false);
	world_publish(w, 3, 5, false);
	world_until_sent(&k, 2);
	assert_all_ended(w, 3);
	assert_string_equal(k.sends.p[0].body, "Meta news 1,Meta news 3");
	assert_int_equal(k.sends.p[0].n_hits, 2);
	assert_string_equal(k.sends.p[1].body, "Meta news 2");
	world_worker_kill(&k);
}

static void
a_group_keeps_its_interval(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.by_story = true;
	k.interval_ms = 600;
	world_worker_start(&k, true);
	world_publish(w, 1, 5, false);
	world_until_sent(&k, 1);
	world_publish(w, 2, 5, false);
	world_publish(w, 3, 5, false);
	world_until_sent(&k, 2);
	assert_string_equal(k.sends.p[1].body, "Meta news 2,Meta news 3");
	/* The server's clock and ours differ by a rounding. */
	assert_true(k.sends.p[1].at_ms - k.sends.p[0].at_ms >= 590);
	world_worker_kill(&k);
}

static void
more_hits_than_fit_come_with_the_next_delivery(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.by_story = true;
	k.wait_ms = 700;
	for (unsigned i = 1; i <= LIMIT_DELIVERY_HITS + 1; i++)
		world_publish(w, i, 5, false);
	world_worker_start(&k, true);
	world_until_sent(&k, 2);
	assert_all_ended(w, LIMIT_DELIVERY_HITS + 1);
	assert_int_equal(k.sends.p[0].n_hits, LIMIT_DELIVERY_HITS);
	assert_int_equal(k.sends.p[1].n_hits, 1);
	world_worker_kill(&k);
}

static void
the_same_hit_twice_is_one_delivery_while_it_is_under_way(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 1);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "[0 nil nil nil]", "XPENDING @hits newswatch");
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	assert_all_ended(w, 2);
	assert_int_equal(k.sends.n, 1);
	world_worker_kill(&k);
}

/* -- several workers ------------------------------------------------------- */
static void
two_workers_share_the_work_and_send_each_hit_once(void **state)
{
	enum { N = 200 };
	struct world *w = *state;
	struct world_worker k[2];
	char seen[N + 1] = {0};

	for (size_t i = 0; i < 2; i++) {
		world_worker_init(w, &k[i], i == 0 ? "w1" : "w2");
		world_worker_start(&k[i], true);
	}
	for (unsigned i = 1; i <= N; i++)
		world_publish(w, i, 0, false);
	assert_all_ended(w, N);
	assert_int_equal(k[0].sends.n + k[1].sends.n, N);
	for (size_t i = 0; i < 2; i++)
		vec_each (struct world_send *, s, &k[i].sends)
			seen[atoi(s->body + strlen("Meta news "))]++;
	for (unsigned i = 1; i <= N; i++)
		assert_int_equal(seen[i], 1);
	world_worker_kill(&k[0]);
	world_worker_kill(&k[1]);
}

static void
what_a_worker_had_read_when_it_died_it_takes_in_at_its_start(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_publish(w, 1, 0, false);
	world_publish(w, 2, 0, false);
	world_ask(w, "XGROUP CREATE @hits newswatch 0");
	world_ask(w, "XREADGROUP GROUP newswatch w1 STREAMS @hits >");
	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_until_sent(&k, 2);
	assert_all_ended(w, 2);
	assert_int_equal(consumer_counts(k.consumer)->claimed, 2);
	world_worker_kill(&k);
}

static void
what_a_dead_worker_had_read_goes_to_another_when_it_is_idle(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char id[2][32];

	for (unsigned i = 0; i < 2; i++) {
		world_publish(w, i + 1, 0, false);
		snprintf(id[i], sizeof(id[i]), "%s",
			world_ask(w, "XREVRANGE @hits + - COUNT 1") + 3);
		*strchr(id[i], '\'') = '\0';
	}
	world_ask(w, "XGROUP CREATE @hits newswatch 0");
	world_ask(w, "XREADGROUP GROUP newswatch gone STREAMS @hits >");
	/* The first is idle for long, the second may be in its hands yet. */
	world_ask(
		w, "XCLAIM @hits newswatch gone 0 %s IDLE 60001 JUSTID", id[0]);
	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_until_sent(&k, 1);
	world_until(w, is_reading, k.consumer);
	assert_int_equal(k.sends.n, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 1");
	assert_int_equal(consumer_counts(k.consumer)->claimed, 1);
	world_worker_kill(&k);
}

static void
an_entry_that_is_deleted_before_it_is_taken_holds_nothing_up(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_publish(w, 1, 0, false);
	world_ask(w, "XGROUP CREATE @hits newswatch 0");
	world_ask(w, "XREADGROUP GROUP newswatch w1 STREAMS @hits >");
	world_ask(w, "XTRIM @hits MAXLEN 0");
	world_publish(w, 2, 0, false);
	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_until_sent(&k, 1);
	assert_all_ended(w, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 2");
	world_worker_kill(&k);
}

/* -- the server ------------------------------------------------------------ */
static void
a_destroyed_group_is_made_anew_where_the_workers_were(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	struct beat_conf conf = {.loop = w->loop,
		.redis = w->redis,
		.prefix = span_of(WORLD_PREFIX),
		.name = span_of("w1"),
		.fields = no_fields};
	struct beat *beat;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_publish(w, 2, 0, false);
	assert_all_ended(w, 2);
	beat = beat_new(&conf);
	beat_now(beat);
	world_until_reply(w, "1", "EXISTS @taken");
	world_ask(w, "XGROUP DESTROY @hits newswatch");
	world_publish(w, 3, 0, false);
	world_until_sent(&k, 3);
	assert_all_ended(w, 3);
	assert_int_equal(k.sends.n, 3);
	beat_free(&beat);
	world_worker_kill(&k);
}

static void
a_wiped_server_is_taken_up_from_the_first_entry(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	assert_all_ended(w, 1);
	world_until(w, is_reading, k.consumer);
	world_ask(w, "FLUSHALL");
	world_publish(w, 2, 0, false);
	world_publish(w, 3, 0, false);
	world_until_sent(&k, 3);
	assert_all_ended(w, 2);
	world_worker_kill(&k);
}

static void
a_restarted_server_is_found_again(void **state)
{
	static const char *const aof[] = {
		"--appendonly", "yes", "--appendfsync", "always", NULL};
	struct world w;
	struct world_worker k;

	(void)state;
	world_open(&w, aof);
	world_worker_init(&w, &k, "w1");
	k.wait_ms = 300;
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 5; i++)
		world_publish(&w, i, 0, false);
	world_kill_server(&w);
	redis_server_restart(&w.server, aof);
	world_publish(&w, 6, 0, false);
	world_until_sent(&k, 6);
	assert_all_ended(&w, 6);
	assert_int_equal(k.sends.n, 6);
	world_worker_kill(&k);
	world_close(&w);
}

static void
a_full_server_keeps_hits_waiting_and_counts_nothing_against_them(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_until(w, is_reading, k.consumer);
	world_publish(w, 1, 0, false);
	assert_all_ended(w, 1);
	/* A full server refuses XADD too: the hit comes in the same step. */
	world_ask(w, "MULTI");
	world_publish(w, 2, 0, false);
	world_ask(w, "CONFIG SET maxmemory 1");
	world_ask(w, "EXEC");
	world_until(w, is_waiting, k.consumer);
	world_until_reply(w, "[]", "XPENDING @hits newswatch - + 10 nobody");
	assert_non_null(strstr(
		world_ask(w, "XPENDING @hits newswatch - + 10"), " 0]]"));
	world_ask(w, "CONFIG SET maxmemory 0");
	world_until_sent(&k, 2);
	assert_all_ended(w, 2);
	world_worker_kill(&k);
}

static void
a_full_server_is_drained(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.wait_ms = 400;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "ZCARD @due:sink");
	world_ask(w, "CONFIG SET maxmemory 1");
	world_until_sent(&k, 1);
	assert_all_ended(w, 1);
	world_ask(w, "CONFIG SET maxmemory 0");
	world_worker_kill(&k);
}

static void
a_server_that_became_a_replica_is_left_and_found_again(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_until(w, is_reading, k.consumer);
	world_ask(w, "REPLICAOF 127.0.0.1 1");
	world_until(w, is_waiting, k.consumer);
	world_ask(w, "REPLICAOF NO ONE");
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 1);
	assert_all_ended(w, 1);
	world_worker_kill(&k);
}

/* -- stopping -------------------------------------------------------------- */
static void
a_stopped_consumer_takes_in_what_it_has_and_reads_no_more(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_until(w, is_reading, k.consumer);
	consumer_stop(k.consumer);
	assert_int_equal(consumer_state(k.consumer), CONSUMER_STOPPED);
	assert_true(consumer_is_idle(k.consumer));
	world_publish(w, 1, 0, false);
	world_publish(w, 2, 0, false);
	assert_string_equal(
		world_ask(w, "XPENDING @hits newswatch"), "[0 nil nil nil]");
	world_worker_kill(&k);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_hit_is_sent_once_and_its_producer_is_told),
		TEST(a_hit_that_no_route_wants_is_confirmed_at_once),
		TEST(a_producer_is_told_when_the_last_delivery_ended),
		TEST(a_refilled_hit_that_was_told_is_only_acknowledged),
		TEST(an_entry_that_is_no_hit_becomes_a_dead_letter),
		TEST(a_producer_with_an_odd_name_is_not_told),
		TEST(an_entry_read_once_less_is_taken),
		TEST(an_entry_read_three_times_and_never_taken_is_given_up),
		TEST(a_story_is_told_once_and_then_its_updates),
		TEST(an_update_of_an_untold_story_is_its_first_alert),
		TEST(hits_of_a_group_wait_and_come_together_in_order),
		TEST(a_group_keeps_its_interval),
		TEST(more_hits_than_fit_come_with_the_next_delivery),
		TEST(the_same_hit_twice_is_one_delivery_while_it_is_under_way),
		TEST(two_workers_share_the_work_and_send_each_hit_once),
		TEST(what_a_worker_had_read_when_it_died_it_takes_in_at_its_start),
		TEST(what_a_dead_worker_had_read_goes_to_another_when_it_is_idle),
		TEST(an_entry_that_is_deleted_before_it_is_taken_holds_nothing_up),
		TEST(a_destroyed_group_is_made_anew_where_the_workers_were),
		TEST(a_wiped_server_is_taken_up_from_the_first_entry),
		cmocka_unit_test(a_restarted_server_is_found_again),
		TEST(a_full_server_keeps_hits_waiting_and_counts_nothing_against_them),
		TEST(a_full_server_is_drained),
		TEST(a_server_that_became_a_replica_is_left_and_found_again),
		TEST(a_stopped_consumer_takes_in_what_it_has_and_reads_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
