/* What status shows of queue and workers, and what a heartbeat leaves. */
#include "testing.h"

#include "queue/scripts.h"
#include "queue/status.h"
#include "support/queue_world.h"

struct answer {
	bool came;
	struct strbuf json;
};

static void
on_status(const struct queue_status *s, const struct err *err, void *arg)
{
	struct answer *a = arg;

	a->came = true;
	assert_null(err);
	queue_status_format(s, &a->json);
}

static bool
has_come(void *arg)
{
	return ((struct answer *)arg)->came;
}

/* The status as JSON; caller frees. */
static char *
status(struct world *w)
{
	struct answer a = {.json = STRBUF_INIT(KIB(64))};

	queue_status_read(w->redis, span_of(WORLD_PREFIX), on_status, &a);
	world_until(w, has_come, &a);
	return strbuf_take(&a.json);
}

static size_t
fields(struct beat_field *f, void *arg)
{
	(void)arg;
	f[0] = (struct beat_field){SPAN_LIT("state"), SPAN_LIT("running")};
	f[1] = (struct beat_field){SPAN_LIT("sent"), SPAN_LIT("12")};
	return 2;
}

static struct beat *
a_beat(struct world *w)
{
	return beat_new(&(struct beat_conf){.loop = w->loop,
		.redis = w->redis,
		.prefix = span_of(WORLD_PREFIX),
		.name = span_of("w1"),
		.fields = fields});
}

static void
an_empty_server_has_an_empty_status(void **state)
{
	char *json = status(*state);

	assert_string_equal(json,
		"{\"entries\":0,\"unread\":null,\"pending\":0,"
		"\"behind_ms\":0,\"dead\":0,"
		"\"channels\":[],\"workers\":[],\"failing_hosts\":[],"
		"\"silences\":0,\"muted\":[]}");
	mem_free(&json);
}

static void
status_shows_what_waits_where(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *json;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "ZCARD @deliveries:sink");
	json = status(w);
	assert_string_equal(json,
		"{\"entries\":1,\"unread\":0,\"pending\":0,"
		"\"behind_ms\":0,\"dead\":0,"
		"\"channels\":[{\"name\":\"sink\",\"groups\":0,"
		"\"groups_overdue_ms\":0,\"deliveries\":1,"
		"\"deliveries_overdue_ms\":0,\"resting_ms\":0}],"
		"\"workers\":[],\"failing_hosts\":[],\"silences\":0,"
		"\"muted\":[]}");
	mem_free(&json);
	world_worker_kill(&k);
}

static void
status_shows_who_fails_rests_and_is_muted(void **state)
{
	struct world *w = *state;
	char *json;

	world_ask(w, "SADD @channels sink");
	world_ask(w, "HSET @bucket:sink until 99999999999999");
	world_ask(w, "SADD @breakers example.com gone.example");
	world_ask(
		w, "HSET @breaker:example.com failures 7 until 0 why refused");
	world_ask(w, "HSET @silences a 99999999999999 b 1");
	world_ask(w, "HSET @muted silence:a 3");
	json = status(w);
	assert_null(strstr(json, "\"resting_ms\":0"));
	assert_non_null(strstr(json,
		"\"failing_hosts\":[{\"host\":\"example.com\",\"failures\":7,"
		"\"open_ms\":0,\"why\":\"refused\"}],\"silences\":1,"
		"\"muted\":[{\"by\":\"silence:a\",\"hits\":3}]}"));
	mem_free(&json);
}

static void
a_worker_is_shown_while_it_beats_and_forgotten_when_it_stops(void **state)
{
	struct world *w = *state;
	struct beat *b = a_beat(w);
	char *json;

	beat_now(b);
	world_until_reply(w, "1", "EXISTS @worker:w1");
	json = status(w);
	assert_non_null(strstr(json, "\"name\":\"w1\",\"alive\":true,"));
	assert_non_null(strstr(json, "\"state\":\"running\",\"sent\":12}"));
	mem_free(&json);
	world_ask(w, "DEL @worker:w1"); /* as when its time is over */
	json = status(w);
	assert_non_null(strstr(json, "\"name\":\"w1\",\"alive\":false,"));
	mem_free(&json);
	beat_stop(b);
	world_until_reply(w, "0", "EXISTS @workers");
	beat_free(&b);
}

static void
on_marked(const struct redis_reply *reply, const struct err *err, void *arg)
{
	assert_null(err);
	assert_int_equal(reply->type, REDIS_TYPE_ARRAY);
	*(bool *)arg = true;
}

static bool
is_marked(void *arg)
{
	return *(bool *)arg;
}

static void
a_consumer_that_is_long_gone_is_forgotten(void **state)
{
	struct world *w = *state;
	struct redis_script *mark =
		redis_script_new(script_mark.name, script_mark.body);
	struct span argv[] = {SPAN_LIT(WORLD_PREFIX "hits"),
		SPAN_LIT(WORLD_PREFIX "taken"), SPAN_LIT("newswatch"),
		SPAN_LIT("1000000"), SPAN_LIT("0")};
	struct redis_call call = {.argv = argv, .argc = N_ROWS(argv)};
	bool marked = false;

	world_ask(w, "XGROUP CREATE @hits newswatch 0 MKSTREAM");
	world_ask(w, "XADD @hits * id x json {}");
	world_ask(w, "XREADGROUP GROUP newswatch busy STREAMS @hits >");
	world_ask(w, "XGROUP CREATECONSUMER @hits newswatch gone");
	world_run(w, 5);
	call.cb = on_marked;
	call.arg = &marked;
	assert_int_equal(redis_eval(w->redis, mark, 2, &call, NULL), 0);
	world_until(w, is_marked, &marked);
	assert_non_null(strstr(
		world_ask(w, "XINFO CONSUMERS @hits newswatch"), "'busy'"));
	assert_null(strstr(
		world_ask(w, "XINFO CONSUMERS @hits newswatch"), "'gone'"));
	redis_script_free(&mark);
}

static void
old_entries_go_only_past_what_is_taken_in(void **state)
{
	struct world *w = *state;
	struct beat *b = a_beat(w);

	world_ask(w, "XGROUP CREATE @hits newswatch 0 MKSTREAM");
	for (unsigned i = 1; i <= 300; i++)
		world_ask(w, "XADD @hits %u-1 id x json {}", 1000 + i);
	/* 250 are read, of which one is not taken in. */
	world_ask(w, "XREADGROUP GROUP newswatch w1 COUNT 250 STREAMS @hits >");
	for (unsigned i = 1; i <= 250; i++)
		if (i != 210)
			world_ask(w, "XACK @hits newswatch %u-1", 1000 + i);
	beat_now(b);
	world_until_reply(w, "'1210-0'", "GET @taken");
	/* Whole nodes of 100 entries go. */
	assert_string_equal(world_ask(w, "XLEN @hits"), "100");
	assert_non_null(
		strstr(world_ask(w, "XRANGE @hits - + COUNT 1"), "1201-1"));
	beat_free(&b);
}

/* ms as text, from the server's clock: beyond what %u can print. */
static const char *
at(struct world *w, int64_t ms, char text[24])
{
	char *seconds = mem_strdup(world_ask(w, "TIME"));
	struct span rest = span_of(seconds), s;
	int64_t now_s = 0;

	span_next(&rest, '\'', &s);
	span_next(&rest, '\'', &s);
	assert_true(span_i64(s, 0, INT64_MAX, &now_s));
	snprintf(text, 24, "%lld", (long long)(now_s * 1000 + ms));
	mem_free(&seconds);
	return text;
}

/* The number in an answer as world_ask() gives it, minus now. */
static int64_t
ahead_ms(const char *answer, const char *now)
{
	const char *digits = answer + strcspn(answer, "0123456789");
	struct span text = {digits, strspn(digits, "0123456789")};
	int64_t ms = 0, now_ms = 0;

	assert_true(span_i64(text, 0, INT64_MAX, &ms));
	assert_true(span_i64(span_of(now), 0, INT64_MAX, &now_ms));
	return ms - now_ms;
}

static void
assert_ahead(const char *answer, const char *now, int64_t ms)
{
	int64_t is = ahead_ms(answer, now);

	if (is < ms - 30000 || is > ms + 30000)
		fail_msg("%s is %lld ms ahead, not %lld", answer, (long long)is,
			(long long)ms);
}

#define DAYS_MS(n) ((int64_t)(n)*24 * 3600 * 1000)

static void
what_was_put_off_does_not_wait_for_a_clock_that_was_set_back(void **state)
{
	struct world *w = *state;
	struct beat *b = a_beat(w);
	char text[24], now[24];

	at(w, 0, now);
	world_ask(w, "SADD @channels desk");
	world_ask(w, "SADD @breakers example.com");
	/* Two days back. One retry was a minute off, a lease is new. */
	world_ask(w, "SET @clock %s", at(w, DAYS_MS(2), text));
	world_ask(w, "ZADD @deliveries:desk %s old",
		at(w, DAYS_MS(2) + 60000, text));
	world_ask(w, "ZADD @deliveries:desk %s new", at(w, 40000, text));
	world_ask(w, "ZADD @due:desk %s group", at(w, DAYS_MS(2), text));
	world_ask(
		w, "HSET @bucket:desk tokens 0 at %s", at(w, DAYS_MS(2), text));
	world_ask(w, "HSET @breaker:example.com until %s",
		at(w, DAYS_MS(2), text));
	world_ask(w, "SET @pause:r:desk:k %s PX %lld",
		at(w, DAYS_MS(2) + 9000, text), (long long)DAYS_MS(2) + 9000);
	world_ask(w, "RPUSH @cap:r:desk %s", at(w, DAYS_MS(2), text));
	beat_now(b);
	world_until_reply(w, "1", "EXISTS @worker:w1");
	world_run(w, 50);
	assert_ahead(world_ask(w, "ZSCORE @deliveries:desk old"), now, 60000);
	assert_ahead(world_ask(w, "ZSCORE @deliveries:desk new"), now, 40000);
	assert_ahead(world_ask(w, "ZSCORE @due:desk group"), now, 0);
	assert_ahead(world_ask(w, "HGET @bucket:desk at"), now, 0);
	assert_ahead(world_ask(w, "HGET @breaker:example.com until"), now, 0);
	assert_ahead(world_ask(w, "LRANGE @cap:r:desk 0 -1"), now, 0);
	assert_ahead(world_ask(w, "GET @pause:r:desk:k"), now, 9000);
	assert_ahead(world_ask(w, "PTTL @pause:r:desk:k"), "0", 9000);
	beat_free(&b);
}

static void
a_clock_that_goes_its_way_moves_nothing(void **state)
{
	struct world *w = *state;
	struct beat *b = a_beat(w);
	char text[24];
	char now[24];

	at(w, 0, now);
	world_ask(w, "SADD @channels desk");
	world_ask(w, "SET @clock %s", at(w, BEAT_CLOCK_MS - 5000, text));
	world_ask(w, "ZADD @deliveries:desk %s far", at(w, DAYS_MS(3), text));
	beat_now(b);
	world_until_reply(w, "1", "EXISTS @worker:w1");
	world_run(w, 50);
	assert_ahead(
		world_ask(w, "ZSCORE @deliveries:desk far"), now, DAYS_MS(3));
	beat_free(&b);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_server_has_an_empty_status),
		TEST(status_shows_what_waits_where),
		TEST(status_shows_who_fails_rests_and_is_muted),
		TEST(a_worker_is_shown_while_it_beats_and_forgotten_when_it_stops),
		TEST(a_consumer_that_is_long_gone_is_forgotten),
		TEST(old_entries_go_only_past_what_is_taken_in),
		TEST(what_was_put_off_does_not_wait_for_a_clock_that_was_set_back),
		TEST(a_clock_that_goes_its_way_moves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
