/*
 * Backlogs go by transaction: the same hits, marks and guards as by script,
 * and whatever is in the way, each hit is in the stream once.
 */
#include "testing.h"

#include <signal.h>

#include "support/queue_source.h"

#define MANY (PUBLISHER_MULTI_MIN * 3)

static void
a_backlog_goes_by_transaction(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_add(s, LIMIT_PUBLISH_BATCH + MANY, 1);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, LIMIT_PUBLISH_BATCH + MANY);
	assert_int_equal(source_stats(s).multis, 2);
	assert_int_equal(source_stats(s).aborted, 0);
	assert_int_equal(source_stats(s).published, LIMIT_PUBLISH_BATCH + MANY);
	assert_int_equal(s->published, LIMIT_PUBLISH_BATCH + MANY);
}

static void
it_leaves_what_the_script_leaves(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_add(s, PUBLISHER_MULTI_MIN, 1);
	s->rows.p[1].told = true;
	source_start(s, w, UUID_A);
	source_until_idle(s);
	assert_int_equal(source_stats(s).multis, 1);
	assert_non_null(strstr(world_ask(w, "XRANGE @hits - + COUNT 1"),
		"['id' '00000000000000000000000000000001' 'json' "
		"'{\"v\":1,\"n\":1,\"pad\":\"\"}' 'producer' '" UUID_A
		"' 'seq' '1']"));
	assert_non_null(strstr(world_ask(w, "XRANGE @hits - + COUNT 2"),
		"'seq' '2' 'told' '1']"));
	assert_string_equal(world_ask(w, "HMGET @producer:" UUID_A " seq hit"),
		"['8' '00000000000000000000000000000008']");
	assert_string_equal(source_seen(w, 8), "'" UUID_A " 8'");
}

static void
few_hits_go_by_script(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_add(s, PUBLISHER_MULTI_MIN - 1, 1);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, PUBLISHER_MULTI_MIN - 1);
	assert_int_equal(source_stats(s).multis, 0);
}

/* -- what goes by script --------------------------------------------------- */

struct heard {
	bool up;
	unsigned n;
};

static void
on_listening(void *arg)
{
	((struct heard *)arg)->up = true;
}

static void
on_message(struct span channel, struct span payload, void *arg)
{
	(void)channel;
	(void)payload;
	((struct heard *)arg)->n++;
}

static bool
is_listening(void *arg)
{
	return ((struct heard *)arg)->up;
}

static bool
heard_many(void *arg)
{
	return ((struct heard *)arg)->n == MANY;
}

static void
where_somebody_listens_each_hit_is_heard(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;
	struct heard heard = {.n = 0};
	struct redis_handlers on = {
		.on_up = on_listening, .on_message = on_message, .arg = &heard};
	struct redis *r;

	assert_int_equal(redis_new(w->loop, &w->options, &on, &r, NULL), 0);
	redis_subscribe(r, SPAN_LIT(WORLD_PREFIX "alerts:meta"));
	world_until(w, is_listening, &heard);
	source_add(s, MANY, 1);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	world_until(w, heard_many, &heard);
	source_assert_stream(w, MANY);
	assert_int_equal(source_stats(s).multis, 0);
	redis_free(&r);
}

static void
hits_that_another_daemon_found_are_not_added_again(void **state)
{
	struct source a = {.last = 0}, b = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_add(&a, MANY, 1);
	source_start(&a, &w, UUID_A);
	source_until_idle(&a);
	source_add(&b, MANY, MANY); /* the first is a's last */
	source_start(&b, &w, UUID_B);
	source_until_idle(&b);
	assert_string_equal(world_ask(&w, "XLEN @hits"), "47");
	assert_int_equal(source_stats(&b).doubles, 1);
	assert_int_equal(source_stats(&b).multis, 0);
	world_until_reply(&w, "0", "XLEN @done:" UUID_B);
	assert_string_equal(b.words, "elsewhere ");
	source_free(&a);
	source_free(&b);
	world_close(&w);
}

static bool
has_errors(void *arg)
{
	return source_stats(arg).errors > 0;
}

/* The mark would move, and the hits be nowhere. */
static void
a_stream_that_takes_no_more_gets_no_transaction(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	world_ask(w,
		"XADD @hits 18446744073709551615-18446744073709551615 "
		"id x");
	source_add(s, MANY, 1);
	source_start(s, w, UUID_A);
	world_until(w, has_errors, s);
	assert_string_equal(
		world_ask(w, "HGET @producer:" UUID_A " seq"), "nil");
	assert_int_equal(source_stats(s).multis, 0);
	world_ask(w, "DEL @hits");
	source_until_idle(s);
	source_assert_stream(w, MANY);
}

static void
a_key_of_another_type_stops_it(void **state)
{
	static const char *const keys[] = {"hits", "producer:" UUID_A};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	for (size_t i = 0; i < N_ROWS(keys); i++) {
		struct source s = {.last = 0};

		world_ask(&w, "SET @%s x", keys[i]);
		source_add(&s, MANY, 1);
		source_start(&s, &w, UUID_A);
		world_until(&w, has_errors, &s);
		assert_int_equal(source_stats(&s).multis, 0);
		world_ask(&w, "DEL @%s", keys[i]);
		source_until_idle(&s);
		source_assert_stream(&w, MANY);
		source_free(&s);
		world_ask(&w, "FLUSHALL");
	}
	world_close(&w);
}

static void
a_full_server_is_waited_for(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	world_ask(w, "CONFIG SET maxmemory 1");
	source_add(s, MANY, 1);
	source_start(s, w, UUID_A);
	world_until(w, has_errors, s);
	assert_string_equal(world_ask(w, "XLEN @hits"), "0");
	world_ask(w, "CONFIG SET maxmemory 0");
	source_until_idle(s);
	source_assert_stream(w, MANY);
}

static void
a_forgotten_probe_is_loaded_again(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_until_idle(s);
	world_ask(w, "SCRIPT FLUSH");
	source_add(s, MANY, 1);
	source_until_idle(s);
	source_assert_stream(w, MANY);
	assert_int_equal(source_stats(s).multis, 0);
	world_run(w, PUBLISHER_BY_SCRIPT_MS);
	source_add(s, MANY, MANY + 1);
	source_until_idle(s);
	source_assert_stream(w, 2 * MANY);
	assert_int_equal(source_stats(s).multis, 1);
}

/* -- what comes between ---------------------------------------------------- */

struct intruder {
	struct redis *redis;
	const char *const *words;
	bool up, stop, busy;
};

static void intrude(struct intruder *in);

static void
on_intruded(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct intruder *in = arg;

	(void)reply;
	in->busy = false;
	if (!err && !in->stop)
		intrude(in);
}

/* Again and again, as fast as the server answers. */
static void
intrude(struct intruder *in)
{
	struct span argv[8];
	struct redis_call call = {.argv = argv, .cb = on_intruded, .arg = in};
	struct err err;

	for (; in->words[call.argc]; call.argc++)
		argv[call.argc] = span_of(in->words[call.argc]);
	in->busy = true;
	assert_int_equal(redis_command(in->redis, &call, &err), 0);
}

static void
on_intruder_up(void *arg)
{
	struct intruder *in = arg;

	in->up = true;
	intrude(in);
}

static bool
is_up(void *arg)
{
	return ((struct intruder *)arg)->up;
}

static void
a_stream_that_others_write_to_gets_each_hit_once(void **state)
{
	static const char *const words[] = {
		"XADD", WORLD_PREFIX "hits", "*", "other", "1", NULL};
	struct intruder in = {.words = words};
	struct redis_handlers on = {.on_up = on_intruder_up, .arg = &in};
	struct source s = {.json_bytes = 500};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	assert_int_equal(
		redis_new(w.loop, &w.options, &on, &in.redis, NULL), 0);
	world_until(&w, is_up, &in);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	source_add(&s, 5 * LIMIT_PUBLISH_BATCH, 1);
	source_until_idle(&s);
	in.stop = true;
	source_assert_stream(&w, 5 * LIMIT_PUBLISH_BATCH);
	assert_int_equal(source_stats(&s).published, 5 * LIMIT_PUBLISH_BATCH);
	assert_true(source_stats(&s).aborted > 0);
	assert_int_equal(source_stats(&s).rewinds, 0);
	redis_free(&in.redis);
	source_free(&s);
	world_close(&w);
}

static bool
is_answered(void *arg)
{
	return !((struct intruder *)arg)->busy;
}

/* Its own connection's other users: what they send is held back meanwhile. */
static void
other_commands_of_the_connection_are_answered(void **state)
{
	static const char *const words[] = {"PING", NULL};
	struct source s = {.json_bytes = 500};
	struct intruder in = {.words = words};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	in.redis = s.redis;
	intrude(&in);
	source_add(&s, 5 * LIMIT_PUBLISH_BATCH, 1);
	source_until_idle(&s);
	in.stop = true;
	world_until(&w, is_answered, &in);
	source_assert_stream(&w, 5 * LIMIT_PUBLISH_BATCH);
	assert_int_equal(source_stats(&s).multis, 5);
	source_free(&s);
	world_close(&w);
}

static void
freed_with_a_transaction_open_it_is_gone(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_add(s, MANY, 1);
	assert_false(source_is_idle(s));
	source_stop(s);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, MANY);
}

static void
a_server_killed_in_the_middle_has_each_hit_once(void **state)
{
	struct source s = {.last = 0};
	struct rng rng = test_rng();
	struct world w;

	(void)state;
	world_open(&w, source_durable);
	source_start(&s, &w, UUID_A);
	world_until_rewritten(&w);
	for (int i = 0; i < 6; i++) {
		source_add(&s, 400, (unsigned)s.last + 1);
		world_run(&w, rng_below(&rng, 8));
		redis_server_kill(&w.server, SIGKILL);
		redis_server_restart(&w.server, source_durable);
		world_run(&w, rng_below(&rng, 200));
		/* Until then a kill may have it executed what this one tore. */
		world_until_rewritten(&w);
	}
	source_until_idle(&s);
	source_assert_stream(&w, 2400);
	assert_int_equal(source_stats(&s).rewinds, 0);
	source_free(&s);
	world_close(&w);
}

#define SOURCE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, source_setup, source_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SOURCE_TEST(a_backlog_goes_by_transaction),
		SOURCE_TEST(it_leaves_what_the_script_leaves),
		SOURCE_TEST(few_hits_go_by_script),
		SOURCE_TEST(where_somebody_listens_each_hit_is_heard),
		cmocka_unit_test(
			hits_that_another_daemon_found_are_not_added_again),
		SOURCE_TEST(a_stream_that_takes_no_more_gets_no_transaction),
		cmocka_unit_test(a_key_of_another_type_stops_it),
		SOURCE_TEST(a_full_server_is_waited_for),
		SOURCE_TEST(a_forgotten_probe_is_loaded_again),
		cmocka_unit_test(
			a_stream_that_others_write_to_gets_each_hit_once),
		cmocka_unit_test(other_commands_of_the_connection_are_answered),
		SOURCE_TEST(freed_with_a_transaction_open_it_is_gone),
		cmocka_unit_test(
			a_server_killed_in_the_middle_has_each_hit_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
