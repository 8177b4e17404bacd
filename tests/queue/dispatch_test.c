/* Deliveries under leases: made, taken, retried, given up. Against a real
 * redis-server. */
#include "testing.h"

#include "queue/dead.h"
#include "support/queue_world.h"

static bool
is_idle(void *arg)
{
	return dispatch_is_idle(arg);
}

static const enum outcome always_later[] = {OUTCOME_LATER};
static const enum outcome later_then_sent[] = {
	OUTCOME_LATER, OUTCOME_LATER, OUTCOME_SENT};
static const enum outcome always_never[] = {OUTCOME_NEVER};

/* -- retries --------------------------------------------------------------- */
static void
a_delivery_that_failed_is_tried_again_after_its_delay(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.outcomes = later_then_sent;
	k.n_outcomes = N_ROWS(later_then_sent);
	k.delay_ms = 150;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 3);
	world_until_reply(w, "1", "XLEN @done:p");
	assert_int_equal(k.sends.n, 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_string_equal(k.sends.p[i].id, k.sends.p[0].id);
		assert_string_equal(k.sends.p[i].body, "Meta news 1");
		assert_int_equal(k.sends.p[i].attempt, i + 1);
	}
	assert_true(k.sends.p[2].at_ms - k.sends.p[0].at_ms >= 290);
	assert_int_equal(dispatch_counts(k.dispatch)->later, 2);
	assert_int_equal(dispatch_counts(k.dispatch)->sent, 1);
	world_worker_kill(&k);
}

static void
a_failing_delivery_keeps_a_history_of_one_line_each(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *text;
	unsigned lines = 0;

	world_worker_init(w, &k, "w1");
	k.outcomes = always_later;
	k.n_outcomes = 1;
	k.conf[0].max_attempts = LIMIT_DELIVERY_HISTORY + 1;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "XLEN @dead");
	text = mem_strdup(world_ask(w, "XRANGE @dead - +"));
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	assert_int_equal(lines, LIMIT_DELIVERY_HISTORY);
	assert_null(strstr(text, " 1 later "));
	assert_non_null(strstr(text, " 2 later 503 try again please\n"));
	assert_non_null(strstr(text, " 21 later 503 try again please\n"));
	mem_free(&text);
	world_worker_kill(&k);
}

/* -- giving up ------------------------------------------------------------- */
static void
a_delivery_that_can_never_be_sent_is_a_dead_letter_at_once(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *text;

	world_worker_init(w, &k, "w1");
	k.outcomes = always_never;
	k.n_outcomes = 1;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "XLEN @dead");
	text = mem_strdup(world_ask(w, "XRANGE @dead - +"));
	assert_non_null(strstr(text, "'reason' '503 try again please'"));
	assert_non_null(strstr(text, "'attempts' '1'"));
	assert_non_null(strstr(text, "'body' 'Meta news 1'"));
	assert_non_null(strstr(world_ask(w, "XRANGE @done:p - +"), "'dead'"));
	assert_string_equal(world_ask(w, "KEYS @deliver*"), "[]");
	assert_int_equal(k.sends.n, 1);
	mem_free(&text);
	world_worker_kill(&k);
}

static void
a_delivery_is_given_up_after_its_tries(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.outcomes = always_later;
	k.n_outcomes = 1;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "XLEN @dead");
	assert_int_equal(k.sends.n, 3);
	assert_non_null(strstr(world_ask(w, "XRANGE @dead - +"),
		"gave up after 3 tries; the last: 503 try again please"));
	world_worker_kill(&k);
}

static void
a_delivery_is_given_up_after_its_time_with_a_last_try(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.outcomes = always_later;
	k.n_outcomes = 1;
	k.delay_ms = 3600 * 1000;
	k.conf[0].max_age_ms = 300;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "XLEN @dead");
	assert_int_equal(k.sends.n, 2);
	assert_true(k.sends.p[1].at_ms - k.sends.p[0].at_ms >= 290);
	assert_non_null(strstr(
		world_ask(w, "XRANGE @dead - +"), "gave up after 0 s and 2"));
	world_worker_kill(&k);
}

static void
a_delivery_that_workers_die_of_is_given_up(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	for (unsigned i = 1; i <= DISPATCH_MAX_SILENT; i++) {
		world_worker_init(w, &k, "w1");
		k.hold = true;
		k.conf[0].lease_ms = 1;
		k.conf[0].parallel = 1;
		world_worker_start(&k, i == 1);
		if (i == 1)
			world_publish(w, 1, 0, false);
		world_until_sent(&k, 1);
		world_worker_kill(&k);
	}
	world_worker_init(w, &k, "w2");
	world_worker_start(&k, false);
	world_until_reply(w, "1", "XLEN @dead");
	assert_int_equal(k.sends.n, 0);
	assert_non_null(strstr(world_ask(w, "XRANGE @dead - +"),
		"taken three times without an outcome"));
	assert_non_null(strstr(world_ask(w, "XRANGE @done:p - +"), "'dead'"));
	world_worker_kill(&k);
}

/* -- leases ---------------------------------------------------------------- */
static void
an_outcome_that_comes_after_the_lease_was_anothers_is_refused(void **state)
{
	struct world *w = *state;
	struct world_worker slow, next;

	world_worker_init(w, &slow, "w1");
	slow.hold = true;
	slow.conf[0].lease_ms = 100;
	slow.conf[0].parallel = 1;
	world_worker_start(&slow, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&slow, 1);
	world_worker_init(w, &next, "w2");
	next.hold = true;
	world_worker_start(&next, false);
	world_until_sent(&next, 1);
	assert_int_equal(next.sends.p[0].attempt, 2);
	dispatch_finish(slow.dispatch, &slow.held.p[0], OUTCOME_NEVER, 0,
		span_of("late"));
	world_until(w, is_idle, slow.dispatch);
	assert_int_equal(dispatch_counts(slow.dispatch)->refused, 1);
	assert_string_equal(world_ask(w, "XLEN @dead"), "0");
	dispatch_finish(
		next.dispatch, &next.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	world_until_reply(w, "1", "XLEN @done:p");
	assert_int_equal(dispatch_counts(next.dispatch)->sent, 1);
	world_worker_kill(&slow);
	world_worker_kill(&next);
}

static void
an_outcome_that_comes_late_but_first_counts(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	k.conf[0].lease_ms = 50;
	k.conf[0].parallel = 1;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 1);
	world_run(w, 100);
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	world_until_reply(w, "1", "XLEN @done:p");
	assert_int_equal(k.sends.n, 1);
	world_worker_kill(&k);
}

static void
an_outcome_whose_answer_is_lost_is_told_again(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 1);
	consumer_stop(k.consumer);
	world_ask(w, "CLIENT PAUSE 300 ALL");
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	redis_reset(k.redis, "test");
	world_until(w, is_idle, k.dispatch);
	world_until_reply(w, "1", "XLEN @done:p");
	assert_true(dispatch_counts(k.dispatch)->errors > 0);
	assert_string_equal(world_ask(w, "KEYS @deliver*"), "[]");
	world_worker_kill(&k);
}

/* -- channels -------------------------------------------------------------- */
static void
no_more_are_under_way_than_the_channel_allows(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	k.conf[0].parallel = 2;
	for (unsigned i = 1; i <= 5; i++)
		world_publish(w, i, 0, false);
	world_worker_start(&k, true);
	world_until_reply(w, "5", "ZCARD @deliveries:sink");
	world_until_sent(&k, 2);
	world_run(w, 50);
	assert_int_equal(k.sends.n, 2);
	for (size_t i = 0; i < 5; i++) {
		world_until_sent(&k, i + 1);
		dispatch_finish(k.dispatch, &k.held.p[i], OUTCOME_SENT, 0,
			span_of("ok"));
	}
	world_until_reply(w, "5", "XLEN @done:p");
	world_worker_kill(&k);
}

static void
a_stuck_channel_holds_up_no_other(void **state)
{
	struct world *w = *state;
	struct world_worker stuck, other;

	world_worker_init(w, &stuck, "w1");
	stuck.hold = true;
	stuck.conf[0].parallel = 1;
	world_worker_start(&stuck, true);
	for (unsigned i = 1; i <= 20; i++)
		world_publish(w, i, 0, false);
	world_until_sent(&stuck, 1);
	world_until_reply(w, "20", "ZCARD @deliveries:sink");
	consumer_stop(stuck.consumer);
	world_worker_init(w, &other, "w2");
	other.channels[0] = "pager";
	other.conf[0].name = span_of("pager");
	world_worker_start(&other, true);
	world_publish(w, 21, 0, false);
	world_until_sent(&other, 1);
	assert_string_equal(other.sends.p[0].body, "Meta news 21");
	world_worker_kill(&stuck);
	world_worker_kill(&other);
}

static void
what_is_for_a_channel_of_others_is_left_to_them(void **state)
{
	struct world *w = *state;
	struct world_worker mine, theirs;

	world_worker_init(w, &mine, "w1");
	mine.channels[0] = "pager"; /* decided for, but not served */
	world_worker_start(&mine, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "ZCARD @due:pager");
	assert_int_equal(mine.sends.n, 0);
	world_worker_init(w, &theirs, "w2");
	theirs.conf[0].name = span_of("pager");
	world_worker_start(&theirs, false);
	world_until_sent(&theirs, 1);
	world_until_reply(w, "1", "XLEN @done:p");
	world_worker_kill(&mine);
	world_worker_kill(&theirs);
}

static void
a_channel_that_is_taken_away_ends_what_it_has_under_way(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 1);
	dispatch_set_channels(k.dispatch, NULL, 0);
	world_publish(w, 2, 0, false);
	world_until_reply(w, "1", "ZCARD @due:sink");
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	world_until_reply(w, "1", "XLEN @done:p");
	dispatch_set_channels(k.dispatch, k.conf, 1);
	world_until_sent(&k, 2);
	dispatch_finish(
		k.dispatch, &k.held.p[1], OUTCOME_SENT, 0, span_of("ok"));
	world_until_reply(w, "2", "XLEN @done:p");
	world_worker_kill(&k);
}

static void
after_a_stop_nothing_is_taken_and_what_came_late_is_given_back(void **state)
{
	struct world *w = *state;
	struct world_worker k, next;

	world_worker_init(w, &k, "w1");
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 0, false);
	world_until_sent(&k, 1);
	dispatch_stop(k.dispatch);
	world_publish(w, 2, 0, false);
	world_until_reply(w, "1", "ZCARD @due:sink");
	assert_int_equal(dispatch_in_flight(k.dispatch), 1);
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, span_of("ok"));
	world_until(w, is_idle, k.dispatch);
	assert_int_equal(k.sends.n, 1);
	world_worker_init(w, &next, "w2");
	world_worker_start(&next, false);
	world_until_sent(&next, 1);
	world_until_reply(w, "2", "XLEN @done:p");
	world_worker_kill(&k);
	world_worker_kill(&next);
}

/* -- dead letters ---------------------------------------------------------- */
struct letters {
	size_t n;
	bool came, found;
	char entry[64], reason[256], body[256];
	char *json;
};

static void
on_letters(
	const struct dead_letter *l, size_t n, const struct err *err, void *arg)
{
	struct letters *out = arg;
	struct strbuf json = STRBUF_INIT(KIB(8));

	assert_null(err);
	out->came = true;
	out->n = n;
	if (n == 0)
		return;
	snprintf(out->entry, sizeof(out->entry), "%.*s", SPAN_ARG(l->entry));
	snprintf(out->reason, sizeof(out->reason), "%.*s", SPAN_ARG(l->reason));
	snprintf(out->body, sizeof(out->body), "%.*s", SPAN_ARG(l->body));
	dead_format(l, &json);
	mem_free(&out->json);
	out->json = strbuf_take(&json);
}

static void
on_done(bool found, const struct err *err, void *arg)
{
	struct letters *out = arg;

	assert_null(err);
	out->came = true;
	out->found = found;
}

static bool
has_come(void *arg)
{
	return ((struct letters *)arg)->came;
}

static void
await(struct world *w, struct letters *l)
{
	world_until(w, has_come, l);
	l->came = false;
}

static void
die(struct world *w, struct world_worker *k)
{
	world_worker_init(w, k, "w1");
	k->outcomes = always_never;
	k->n_outcomes = 1;
	world_worker_start(k, true);
	world_publish(w, 1, 0, false);
	world_until_reply(w, "1", "XLEN @dead");
}

static void
dead_letters_are_listed_and_shown(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	struct letters l = {0};
	struct span prefix = span_of(WORLD_PREFIX);

	die(w, &k);
	dead_list(w->redis, prefix, SPAN_NULL, 10, on_letters, &l);
	await(w, &l);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.reason, "503 try again please");
	assert_string_equal(l.body, "");
	assert_non_null(strstr(l.json, "\"kind\":\"delivery\""));
	assert_non_null(strstr(l.json, "\"channel\":\"sink\""));
	assert_non_null(strstr(l.json,
		"\"attempt\":1,\"outcome\":\"never\",\"text\":\"503 try"));
	dead_show(w->redis, prefix, span_of(l.entry), on_letters, &l);
	await(w, &l);
	assert_string_equal(l.body, "Meta news 1");
	dead_list(w->redis, prefix, span_of(l.entry), 10, on_letters, &l);
	await(w, &l);
	assert_int_equal(l.n, 0);
	dead_show(w->redis, prefix, span_of("1-1"), on_letters, &l);
	await(w, &l);
	assert_int_equal(l.n, 0);
	mem_free(&l.json);
	world_worker_kill(&k);
}

static void
a_dead_delivery_is_retried_with_its_old_id_and_body(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	struct letters l = {0};
	struct span prefix = span_of(WORLD_PREFIX);

	die(w, &k);
	k.n_outcomes = 0; /* from now on it works */
	dead_list(w->redis, prefix, SPAN_NULL, 1, on_letters, &l);
	await(w, &l);
	dead_retry(w->redis, prefix, span_of(l.entry), on_done, &l);
	await(w, &l);
	assert_true(l.found);
	world_until_sent(&k, 2);
	world_until_reply(w, "[]", "KEYS @delivery:*");
	assert_string_equal(k.sends.p[1].id, k.sends.p[0].id);
	assert_string_equal(k.sends.p[1].body, "Meta news 1");
	assert_int_equal(k.sends.p[1].attempt, 2);
	assert_string_equal(world_ask(w, "XLEN @dead"), "0");
	dead_retry(w->redis, prefix, span_of(l.entry), on_done, &l);
	await(w, &l);
	assert_false(l.found);
	mem_free(&l.json);
	world_worker_kill(&k);
}

static void
a_dead_entry_goes_back_to_the_stream(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	struct letters l = {0};
	struct span prefix = span_of(WORLD_PREFIX);

	world_worker_init(w, &k, "w1");
	world_worker_start(&k, true);
	world_ask(w, "XADD @hits * id x json {}");
	world_until_reply(w, "1", "XLEN @dead");
	dead_list(w->redis, prefix, SPAN_NULL, 1, on_letters, &l);
	await(w, &l);
	assert_non_null(strstr(l.json, "\"kind\":\"hit\""));
	dead_retry(w->redis, prefix, span_of(l.entry), on_done, &l);
	await(w, &l);
	assert_true(l.found);
	/* It is still no hit, and a dead letter again. */
	world_until_reply(w, "2", "XLEN @hits");
	world_until_reply(w, "1", "XLEN @dead");
	mem_free(&l.json);
	world_worker_kill(&k);
}

static void
a_dead_letter_is_dropped(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	struct letters l = {0};
	struct span prefix = span_of(WORLD_PREFIX);

	die(w, &k);
	dead_list(w->redis, prefix, SPAN_NULL, 1, on_letters, &l);
	await(w, &l);
	dead_drop(w->redis, prefix, span_of(l.entry), on_done, &l);
	await(w, &l);
	assert_true(l.found);
	assert_string_equal(world_ask(w, "XLEN @dead"), "0");
	dead_drop(w->redis, prefix, span_of(l.entry), on_done, &l);
	await(w, &l);
	assert_false(l.found);
	mem_free(&l.json);
	world_worker_kill(&k);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_delivery_that_failed_is_tried_again_after_its_delay),
		TEST(a_failing_delivery_keeps_a_history_of_one_line_each),
		TEST(a_delivery_that_can_never_be_sent_is_a_dead_letter_at_once),
		TEST(a_delivery_is_given_up_after_its_tries),
		TEST(a_delivery_is_given_up_after_its_time_with_a_last_try),
		TEST(a_delivery_that_workers_die_of_is_given_up),
		TEST(an_outcome_that_comes_after_the_lease_was_anothers_is_refused),
		TEST(an_outcome_that_comes_late_but_first_counts),
		TEST(an_outcome_whose_answer_is_lost_is_told_again),
		TEST(no_more_are_under_way_than_the_channel_allows),
		TEST(a_stuck_channel_holds_up_no_other),
		TEST(what_is_for_a_channel_of_others_is_left_to_them),
		TEST(a_channel_that_is_taken_away_ends_what_it_has_under_way),
		TEST(after_a_stop_nothing_is_taken_and_what_came_late_is_given_back),
		TEST(dead_letters_are_listed_and_shown),
		TEST(a_dead_delivery_is_retried_with_its_old_id_and_body),
		TEST(a_dead_entry_goes_back_to_the_stream),
		TEST(a_dead_letter_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
