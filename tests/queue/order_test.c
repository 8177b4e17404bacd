/*
 * When and how often a story is told: once it was delivered, held back, muted,
 * again, elsewhere, and at what pace. Against a real redis-server; the times
 * that routes count in hours are milliseconds here.
 */
#include "testing.h"

#include "queue/ack.h"
#include "queue/dead.h"
#include "queue/silences.h"
#include "support/queue_world.h"

struct sends_at_least {
	const struct world_worker *k;
	size_t n;
};

static bool
has_sent(void *arg)
{
	const struct sends_at_least *s = arg;
	static unsigned asked;

	/* As hits that come would: lanes look by themselves every two seconds
	 * only. */
	asked++;
	for (size_t i = 0; asked % 16 == 0 && i < s->k->n_conf; i++)
		dispatch_poke(s->k->dispatch, s->k->conf[i].name);
	return s->k->sends.n >= s->n;
}

static void
until_sent(struct world_worker *k, size_t n)
{
	world_until(k->w, has_sent, &(struct sends_at_least){k, n});
}

/* What the only worker of a test goes by; set before hits are published. */
static struct dispatch_order the_order;
static int64_t quiet_ms; /* from the first look on; < 0: never */
static int64_t quiet_until;

static void
put_order(const struct dispatch_group *g, struct dispatch_order *o)
{
	struct strbuf *where = o->escalate_to;
	int64_t interval_ms = o->interval_ms;

	if (quiet_ms > 0 && quiet_until == 0)
		quiet_until = g->now_ms + quiet_ms;
	*o = the_order;
	o->escalate_to = where;
	o->interval_ms = interval_ms;
	if (g->now_ms < quiet_until)
		o->quiet_until_ms = quiet_until;
	if (the_order.escalate_ms > 0)
		strbuf_str(where, "pager");
}

static void
init(struct world *w, struct world_worker *k, const char *name)
{
	the_order = (struct dispatch_order){0};
	quiet_ms = quiet_until = 0;
	world_worker_init(w, k, name);
	k->story_once = true;
	k->order = put_order;
	k->conf[1] = k->conf[0];
	k->conf[1].name = span_of("pager");
	k->n_conf = 2;
}

static const enum outcome always_sent[] = {OUTCOME_SENT};
static const enum outcome always_never[] = {OUTCOME_NEVER};
static const enum outcome never_then_sent[] = {OUTCOME_NEVER, OUTCOME_SENT};
static const enum outcome later_then_sent[] = {
	OUTCOME_LATER, OUTCOME_LATER, OUTCOME_SENT};

static const char *
outcome_of(struct world *w, unsigned nr)
{
	static char word[32];
	const char *all = world_ask(w, "XRANGE @done:p - +");

	for (unsigned i = 0; all && i <= nr; i++) {
		all = strstr(all, "'outcome' '");
		all = all ? all + strlen("'outcome' '") : NULL;
	}
	snprintf(word, sizeof(word), "%.*s", all ? (int)strcspn(all, "'") : 0,
		all ? all : "");
	return word;
}

/* Nothing is left of what passed through; routes' memory may be. */
static void
check_clean(struct world *w)
{
	static const char *const patterns[] = {
		"hit:*", "group:*", "due:*", "delivery:*", "deliveries:*"};

	for (size_t i = 0; i < N_ROWS(patterns); i++)
		assert_string_equal(
			world_ask(w, "KEYS @%s", patterns[i]), "[]");
}

#define STORY_KEY "@told:desk:%032x"

/* -- told ------------------------------------------------------------------ */
static void
a_story_counts_as_told_when_it_was_delivered(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *waits;

	init(w, &k, "w1");
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 1);
	waits = mem_printf("'w %s'", world_hit_id(1));
	assert_string_equal(
		world_ask(w, "HGET " STORY_KEY " c:sink", 7U), waits);
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, SPAN_LIT("200"));
	waits[1] = 't';
	world_until_reply(w, waits, "HGET " STORY_KEY " c:sink", 7U);
	k.hold = false;
	world_publish(w, 2, 7, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 1), "echo");
	assert_int_equal(k.sends.n, 1);
	check_clean(w);
	mem_free(&waits);
	world_worker_kill(&k);
}

static void
a_story_whose_delivery_died_is_told_by_the_next_hit(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.outcomes = never_then_sent;
	k.n_outcomes = 2;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_until_reply(w, "1", "XLEN @dead");
	assert_string_equal(
		world_ask(w, "HGET " STORY_KEY " c:sink", 7U), "nil");
	world_publish(w, 2, 7, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 0), "dead");
	assert_string_equal(outcome_of(w, 1), "delivered");
	assert_string_equal(k.sends.p[1].body, "Meta news 2");
	check_clean(w);
	world_worker_kill(&k);
}

static void
one_channels_death_leaves_the_others_told(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.channels[1] = "pager";
	k.hold = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 2);
	for (unsigned i = 0; i < 2; i++)
		dispatch_finish(k.dispatch, &k.held.p[i],
			strcmp(k.sends.p[i].channel, "sink") ? OUTCOME_NEVER
							     : OUTCOME_SENT,
			0, SPAN_LIT("x"));
	world_until_reply(w, "1", "XLEN @done:p");
	k.hold = false;
	world_publish(w, 2, 7, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_int_equal(k.sends.n, 3);
	assert_string_equal(k.sends.p[2].channel, "pager");
	check_clean(w);
	world_worker_kill(&k);
}

static void
on_retried(bool found, const struct err *err, void *arg)
{
	(void)arg;
	assert_true(found && !err);
}

static void
a_retried_dead_letter_tells_its_story_again(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *entry;

	init(w, &k, "w1");
	k.outcomes = never_then_sent;
	k.n_outcomes = 2;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_until_reply(w, "1", "XLEN @dead");
	entry = mem_strdup(world_ask(w, "XRANGE @dead - +"));
	assert_non_null(strstr(entry, "'stories' '"));
	entry[strcspn(entry + 3, "'") + 3] = '\0';
	dead_retry(w->redis, span_of(WORLD_PREFIX), span_of(entry + 3),
		on_retried, NULL);
	until_sent(&k, 2);
	world_until_reply(w, "0", "XLEN @dead");
	world_publish(w, 2, 7, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 1), "echo");
	mem_free(&entry);
	world_worker_kill(&k);
}

static void
a_hit_that_is_gone_does_not_keep_its_story_from_being_told(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.wait_ms = 60000;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_until_reply(w, "1", "ZCARD @due:sink");
	world_ask(w, "DEL @hit:%s", world_hit_id(1));
	k.wait_ms = 0;
	world_publish(w, 2, 7, false);
	until_sent(&k, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 2");
	world_worker_kill(&k);
}

static void
a_retried_dead_letter_that_dies_again_leaves_its_story_untold(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *entry;

	init(w, &k, "w1");
	k.outcomes = always_never;
	k.n_outcomes = 1;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_until_reply(w, "1", "XLEN @dead");
	entry = mem_strdup(world_ask(w, "XRANGE @dead - +"));
	entry[strcspn(entry + 3, "'") + 3] = '\0';
	dead_retry(w->redis, span_of(WORLD_PREFIX), span_of(entry + 3),
		on_retried, NULL);
	until_sent(&k, 2);
	world_until_reply(w, "1", "XLEN @dead");
	world_until_reply(w, "nil", "HGET " STORY_KEY " c:sink", 7U);
	mem_free(&entry);
	world_worker_kill(&k);
}

static void
followers_hear_of_updates_only_if_they_were_told(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.follow = true;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, true); /* nobody was told of story 7 */
	world_publish(w, 2, 8, false);
	world_publish(w, 3, 8, true);
	world_until_reply(w, "3", "XLEN @done:p");
	assert_int_equal(k.sends.n, 2);
	assert_string_equal(outcome_of(w, 0), "echo");
	assert_string_equal(k.sends.p[0].body, "Meta news 2");
	assert_string_equal(k.sends.p[1].body, "Meta news 3");
	world_worker_kill(&k);
}

static void
an_update_edits_the_message_that_told_its_story(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.reference = "1700.42";
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_until_reply(w, "1", "XLEN @done:p");
	k.reference = "1700.43";
	world_publish(w, 2, 7, true);
	world_until_reply(w, "2", "XLEN @done:p");
	world_publish(w, 3, 7, true);
	world_publish(w, 4, 9, false);
	world_until_reply(w, "4", "XLEN @done:p");
	assert_string_equal(k.sends.p[0].edit, "");
	assert_string_equal(k.sends.p[1].edit, "1700.42");
	assert_string_equal(k.sends.p[2].edit, "1700.43");
	assert_string_equal(k.sends.p[3].edit, "");
	world_worker_kill(&k);
}

static void
a_message_on_several_stories_edits_none(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.reference = "1";
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_publish(w, 2, 8, false);
	world_until_reply(w, "2", "XLEN @done:p");
	quiet_ms = 500;
	world_publish(w, 3, 7, true);
	world_publish(w, 4, 8, true);
	until_sent(&k, 3);
	assert_string_equal(k.sends.p[2].body, "Meta news 3,Meta news 4");
	assert_string_equal(k.sends.p[2].edit, "");
	world_worker_kill(&k);
}

/* -- held back ------------------------------------------------------------- */
static void
quiet_hours_end_in_one_message(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	quiet_ms = 1000;
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 5; i++)
		world_publish(w, i, i, false);
	until_sent(&k, 1);
	world_until_reply(w, "5", "XLEN @done:p");
	assert_int_equal(k.sends.n, 1);
	assert_int_equal(k.sends.p[0].n_hits, 5);
	assert_string_equal(k.sends.p[0].body,
		"Meta news 1,Meta news 2,Meta news 3,Meta news 4,Meta news 5");
	assert_int_equal(dispatch_counts(k.dispatch)->held, 5);
	check_clean(w);
	world_worker_kill(&k);
}

static void
put_ended_night(const struct dispatch_group *g, struct dispatch_order *o)
{
	if (!g->digest)
		o->quiet_until_ms = g->now_ms - 5;
}

/* Between the look, in which nothing was rendered, and the making. */
static void
a_night_that_ends_just_now_is_told_as_a_whole(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.order = put_ended_night;
	world_worker_start(&k, true);
	world_publish(w, 1, 1, false);
	until_sent(&k, 1);
	assert_int_equal(dispatch_counts(k.dispatch)->held, 1);
	assert_string_equal(k.sends.p[0].body, "Meta news 1");
	world_worker_kill(&k);
}

static void
beyond_the_cap_the_rest_comes_as_one_when_there_is_room(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	int64_t gap;

	init(w, &k, "w1");
	the_order.cap = 2;
	the_order.cap_per_ms = 1500;
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 6; i++)
		world_publish(w, i, i, false);
	until_sent(&k, 3);
	world_until_reply(w, "6", "XLEN @done:p");
	assert_int_equal(k.sends.n, 3);
	assert_int_equal(k.sends.p[2].n_hits, 4);
	gap = k.sends.p[2].made_ms - k.sends.p[0].made_ms;
	assert_true(gap >= 1500);
	check_clean(w);
	world_worker_kill(&k);
}

static void
a_cap_holds_over_any_stretch_of_its_length(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.cap = 3;
	the_order.cap_per_ms = 300;
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 40; i++) {
		world_publish(w, i, i, false);
		world_run(w, 20);
	}
	world_until_reply(w, "40", "XLEN @done:p");
	for (size_t i = 3; i < k.sends.n; i++)
		assert_true(
			k.sends.p[i].made_ms - k.sends.p[i - 3].made_ms >= 300);
	check_clean(w);
	world_worker_kill(&k);
}

static void
one_message_for_all_that_two_workers_held_back(void **state)
{
	struct world *w = *state;
	struct world_worker a, b;

	init(w, &a, "w1");
	init(w, &b, "w2");
	quiet_ms = 1500;
	world_worker_start(&a, true);
	world_worker_start(&b, true);
	for (unsigned i = 1; i <= 20; i++)
		world_publish(w, i, i, false);
	world_until_reply(w, "20", "XLEN @done:p");
	assert_int_equal(a.sends.n + b.sends.n, 1);
	check_clean(w);
	world_worker_kill(&a);
	world_worker_kill(&b);
}

/* -- muted ----------------------------------------------------------------- */
static size_t silences_seen;

static void
on_silences(const struct span *all, size_t n, void *arg)
{
	(void)all;
	(void)arg;
	silences_seen = n;
}

/* Silence "abc" holds for whatever has a 3 in its title. */
static bool
mute(const struct dispatch_group *g, struct span json,
	char id[DISPATCH_SILENCE_SIZE], void *arg)
{
	(void)arg;
	(void)g;
	if (span_find_str(json, "Meta news 3") == SIZE_MAX)
		return false;
	memcpy(id, "abc", 4);
	return true;
}

static void
a_silenced_hit_is_counted_and_leaves_its_story_untold(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.mute = mute;
	world_worker_start(&k, true);
	world_publish(w, 3, 7, false);
	world_until_reply(w, "1", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 0), "silenced");
	assert_string_equal(
		world_ask(w, "HGETALL @muted"), "['silence:abc' '1']");
	world_publish(w, 4, 7, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 1), "delivered");
	assert_int_equal(dispatch_counts(k.dispatch)->muted, 1);
	check_clean(w);
	world_worker_kill(&k);
}

static void
the_rest_of_a_group_is_told_without_what_is_muted(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.story_once = false;
	k.by_story = true;
	k.wait_ms = 200;
	k.mute = mute;
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 4; i++)
		world_publish(w, i, 7, false);
	world_until_reply(w, "4", "XLEN @done:p");
	assert_int_equal(k.sends.n, 1);
	assert_string_equal(
		k.sends.p[0].body, "Meta news 1,Meta news 2,Meta news 4");
	check_clean(w);
	world_worker_kill(&k);
}

/* Hit 1 explains hits 2 and 3; 3 needs two explanations. */
static void
more(const struct hit *h, struct consumer_targets *t)
{
	int64_t n = 0;

	span_i64(span_of(h->id + 31), 0, 9, &n);
	if (n == 1)
		consumer_targets_mark(t, "a", 60000);
	if (n == 2 || n == 3)
		consumer_targets_shield(t, SPAN_LIT("moves"), "a");
	if (n == 3)
		consumer_targets_shield(t, SPAN_LIT("moves"), "b");
}

static void
a_hit_is_inhibited_while_all_marks_of_a_rule_are_there(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.more = more;
	world_worker_start(&k, true);
	world_publish(w, 2, 2, false); /* before hit 1: told */
	world_until_reply(w, "1", "XLEN @done:p");
	world_publish(w, 1, 1, false);
	world_publish(w, 3, 3, false);
	world_until_reply(w, "3", "XLEN @done:p");
	assert_int_equal(k.sends.n, 3);
	world_ask(w, "DEL @told:desk:%032x", 2U);
	world_publish(w, 2, 2, false);
	world_until_reply(w, "4", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 3), "inhibited");
	assert_string_equal(
		world_ask(w, "HGETALL @muted"), "['inhibit:moves' '1']");
	world_ask(w, "SET @mark:b other");
	world_ask(w, "DEL @told:desk:%032x", 3U);
	world_publish(w, 3, 3, false);
	world_until_reply(w, "5", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 4), "inhibited");
	check_clean(w);
	world_worker_kill(&k);
}

static void
on_silence(const char *what, const struct err *err, void *arg)
{
	(void)err;
	snprintf(arg, 16, "%s", what ? what : "error");
}

static bool
is_told(void *arg)
{
	return ((const char *)arg)[0] != '\0';
}

static const char *
silence(struct world *w, const char *id, const char *json, int64_t until_ms)
{
	static char result[16];

	result[0] = '\0';
	silences_set(w->redis, span_of(WORLD_PREFIX), span_of(id),
		span_of(json), until_ms, on_silence, result);
	world_until(w, is_told, result);
	return result;
}

static bool
has_seen(void *arg)
{
	return silences_seen == *(size_t *)arg;
}

static void
workers_learn_of_silences_before_they_make_a_message(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	int64_t far = clock_wall().ms + 3600000;
	size_t two = 2;

	init(w, &k, "w1");
	k.silences = on_silences;
	silences_seen = SIZE_MAX;
	assert_string_equal(silence(w, "a", "{}", far), "done");
	world_worker_start(&k, true);
	world_publish(w, 1, 1, false);
	world_until_reply(w, "1", "XLEN @done:p");
	assert_int_equal(silences_seen, 1);
	assert_string_equal(silence(w, "b", "{}", far), "done");
	world_publish(w, 2, 2, false);
	world_until(w, has_seen, &two);
	assert_string_equal(silence(w, "b", "", 0), "done");
	assert_string_equal(silence(w, "b", "", 0), "over");
	assert_string_equal(silence(w, "c", "", 0), "absent");
	world_worker_kill(&k);
}

static void
silences_that_ended_long_ago_are_forgotten(void **state)
{
	struct world *w = *state;

	assert_string_equal(silence(w, "old", "{}", 1000), "done");
	assert_string_equal(
		silence(w, "new", "{}", clock_wall().ms + 60000), "done");
	assert_string_equal(world_ask(w, "HKEYS @silences"), "['new']");
}

static void
there_are_at_most_so_many_silences(void **state)
{
	struct world *w = *state;
	int64_t far = clock_wall().ms + 3600000;
	char id[8];

	for (unsigned i = 0; i < LIMIT_SILENCES; i++) {
		snprintf(id, sizeof(id), "%u", i);
		if (i == LIMIT_SILENCES - 1)
			assert_string_equal(silence(w, id, "{}", far), "done");
		else
			world_ask(w, "HSET @silences %s %lld", id,
				(long long)far);
	}
	assert_string_equal(silence(w, "more", "{}", far), "full");
}

/* -- again and elsewhere --------------------------------------------------- */
static void
an_unresolved_story_is_told_again_each_time_under_a_new_id(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.repeat_ms = 150;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_string_equal(k.sends.p[i].body, "Meta news 1");
	assert_string_not_equal(k.sends.p[0].id, k.sends.p[1].id);
	assert_string_not_equal(k.sends.p[1].id, k.sends.p[2].id);
	assert_true(k.sends.p[1].made_ms - k.sends.p[0].made_ms >= 150);
	/* Its producer was told at the first. */
	assert_string_equal(world_ask(w, "XLEN @done:p"), "1");
	world_worker_kill(&k);
}

static void
only_the_newest_hit_of_a_story_is_told_again(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.repeat_ms = 1000;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 1);
	world_publish(w, 2, 7, true);
	until_sent(&k, 4);
	assert_string_equal(k.sends.p[2].body, "Meta news 2");
	assert_string_equal(k.sends.p[3].body, "Meta news 2");
	assert_string_equal(
		world_ask(w, "EXISTS @hit:%s", world_hit_id(1)), "0");
	world_worker_kill(&k);
}

static void
a_resolved_story_is_not_told_again(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.repeat_ms = 1500;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 1);
	world_ask(w, "HSET " STORY_KEY " status confirmed", 7U);
	world_until_reply(w, "[]", "KEYS @group:*");
	assert_int_equal(k.sends.n, 1);
	check_clean(w);
	world_worker_kill(&k);
}

static void
on_ack(int64_t stopped, struct span id, const struct err *err, void *arg)
{
	(void)err;
	(void)id;
	*(int64_t *)arg = stopped;
}

static bool
is_acked(void *arg)
{
	return *(int64_t *)arg >= 0;
}

static int64_t
ack(struct world *w, const char *id)
{
	int64_t stopped = -1;

	ack_set(w->redis, span_of(WORLD_PREFIX), span_of(id), SPAN_LIT("{}"),
		on_ack, &stopped);
	world_until(w, is_acked, &stopped);
	return stopped;
}

static void
what_nobody_acknowledges_goes_elsewhere_once(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.escalate_ms = 200;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 2);
	assert_string_equal(k.sends.p[0].channel, "sink");
	assert_string_equal(k.sends.p[1].channel, "pager");
	assert_string_equal(k.sends.p[1].body, "Meta news 1");
	assert_true(k.sends.p[1].made_ms - k.sends.p[0].made_ms >= 200);
	world_until_reply(w, "[]", "KEYS @deliver*");
	world_run(w, 300);
	assert_int_equal(k.sends.n, 2);
	check_clean(w);
	world_worker_kill(&k);
}

static void
escalation_comes_at_any_hour_and_beyond_any_cap(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.escalate_ms = 100;
	the_order.cap = 1;
	the_order.cap_per_ms = 60000;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 1);
	quiet_ms = 60000;
	until_sent(&k, 2);
	assert_string_equal(k.sends.p[1].channel, "pager");
	world_worker_kill(&k);
}

static void
an_acknowledgement_by_story_or_hit_stops_both(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	char *by_story = mem_printf("%032x", 7U);

	init(w, &k, "w1");
	the_order.escalate_ms = 60000;
	the_order.repeat_ms = 60000;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_publish(w, 2, 8, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_int_equal(ack(w, by_story), 2);
	assert_int_equal(ack(w, world_hit_id(2)), 2);
	assert_int_equal(ack(w, by_story), 0);
	check_clean(w);
	/* What comes later of an acknowledged story is told, and that is all.
	 */
	world_publish(w, 3, 7, true);
	until_sent(&k, 3);
	world_until_reply(w, "3", "XLEN @done:p");
	check_clean(w);
	mem_free(&by_story);
	world_worker_kill(&k);
}

static void
a_primary_that_is_down_does_not_delay_the_escalation(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.escalate_ms = 100;
	k.outcomes = later_then_sent;
	k.n_outcomes = 1;
	k.delay_ms = 60000;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	until_sent(&k, 2);
	assert_string_equal(k.sends.p[1].channel, "pager");
	world_worker_kill(&k);
}

static void
the_same_hit_published_again_while_it_waits_to_repeat_has_its_outcome(
	void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	the_order.repeat_ms = 60000;
	world_worker_start(&k, true);
	world_publish(w, 1, 7, false);
	world_until_reply(w, "1", "XLEN @done:p");
	world_publish(w, 1, 7, false);
	world_until_reply(w, "2", "XLEN @done:p");
	assert_string_equal(outcome_of(w, 1), "delivered");
	assert_int_equal(k.sends.n, 1);
	world_worker_kill(&k);
}

/* -- pace ------------------------------------------------------------------ */
static void
all_workers_together_keep_to_a_channels_rate(void **state)
{
	struct world *w = *state;
	struct world_worker a, b;
	int64_t first = INT64_MAX, last = 0;

	init(w, &a, "w1");
	init(w, &b, "w2");
	a.conf[0].rate = b.conf[0].rate = 20;
	a.conf[0].burst = b.conf[0].burst = 2;
	world_worker_start(&a, true);
	world_worker_start(&b, true);
	for (unsigned i = 1; i <= 12; i++)
		world_publish(w, i, i, false);
	world_until_reply(w, "12", "XLEN @done:p");
	assert_int_equal(a.sends.n + b.sends.n, 12);
	for (size_t i = 0; i < a.sends.n + b.sends.n; i++) {
		const struct world_send *s = i < a.sends.n
			? &a.sends.p[i]
			: &b.sends.p[i - a.sends.n];

		first = s->at_ms < first ? s->at_ms : first;
		last = s->at_ms > last ? s->at_ms : last;
	}
	/* Two at once, the other ten 50 ms apart; the first may be slow. */
	assert_true(last - first >= 300);
	world_worker_kill(&a);
	world_worker_kill(&b);
}

static void
a_receiver_that_asked_to_be_left_alone_is(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.outcomes = later_then_sent;
	k.n_outcomes = 1;
	k.leave_ms = 400;
	k.conf[0].parallel = 1;
	world_worker_start(&k, true);
	world_publish(w, 1, 1, false);
	until_sent(&k, 1);
	k.outcomes = always_sent;
	k.leave_ms = 0;
	world_publish(w, 2, 2, false);
	until_sent(&k, 2);
	assert_true(k.sends.p[1].at_ms - k.sends.p[0].at_ms >= 395);
	world_worker_kill(&k);
}

static void
a_host_that_fails_is_left_alone_and_probed_by_one_delivery(void **state)
{
	struct world *w = *state;
	struct world_worker k;
	size_t n;

	init(w, &k, "w1");
	k.outcomes = later_then_sent;
	k.n_outcomes = 1; /* later, always */
	k.host_failed = true;
	k.delay_ms = 1;
	k.conf[0].max_attempts = 1000;
	k.conf[0].host = k.conf[1].host = SPAN_LIT("example.com");
	k.conf[0].parallel = 1;
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 4; i++)
		world_publish(w, i, i, false);
	until_sent(&k, DISPATCH_BREAKER_FAILURES);
	world_until_reply(w, "'5'", "HGET @breaker:example.com failures");
	n = k.sends.n;
	world_run(w, 300);
	assert_int_equal(k.sends.n, n);
	assert_string_equal(
		world_ask(w, "SMEMBERS @breakers"), "['example.com']");
	/* Its time is up: one tries, and the others wait for its end. */
	k.hold = true;
	k.conf[0].parallel = 4;
	dispatch_set_channels(k.dispatch, k.conf, k.n_conf);
	world_ask(w, "HSET @breaker:example.com until 1");
	until_sent(&k, n + 1);
	world_run(w, 200);
	assert_int_equal(k.sends.n, n + 1);
	k.hold = false;
	k.outcomes = always_sent;
	dispatch_finish(
		k.dispatch, &k.held.p[0], OUTCOME_SENT, 0, SPAN_LIT("200"));
	world_until_reply(w, "4", "XLEN @done:p");
	assert_string_equal(world_ask(w, "SMEMBERS @breakers"), "[]");
	assert_string_equal(world_ask(w, "EXISTS @breaker:example.com"), "0");
	world_worker_kill(&k);
}

static void
a_hosts_refusal_is_no_failure_of_the_host(void **state)
{
	struct world *w = *state;
	struct world_worker k;

	init(w, &k, "w1");
	k.outcomes = always_never;
	k.n_outcomes = 1;
	k.host_failed = true;
	k.conf[0].host = SPAN_LIT("example.com");
	world_worker_start(&k, true);
	for (unsigned i = 1; i <= 8; i++)
		world_publish(w, i, i, false);
	world_until_reply(w, "8", "XLEN @dead");
	assert_string_equal(world_ask(w, "EXISTS @breaker:example.com"), "0");
	world_worker_kill(&k);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_story_counts_as_told_when_it_was_delivered),
		TEST(a_story_whose_delivery_died_is_told_by_the_next_hit),
		TEST(one_channels_death_leaves_the_others_told),
		TEST(a_retried_dead_letter_tells_its_story_again),
		TEST(a_hit_that_is_gone_does_not_keep_its_story_from_being_told),
		TEST(a_retried_dead_letter_that_dies_again_leaves_its_story_untold),
		TEST(followers_hear_of_updates_only_if_they_were_told),
		TEST(an_update_edits_the_message_that_told_its_story),
		TEST(a_message_on_several_stories_edits_none),
		TEST(quiet_hours_end_in_one_message),
		TEST(a_night_that_ends_just_now_is_told_as_a_whole),
		TEST(beyond_the_cap_the_rest_comes_as_one_when_there_is_room),
		TEST(a_cap_holds_over_any_stretch_of_its_length),
		TEST(one_message_for_all_that_two_workers_held_back),
		TEST(a_silenced_hit_is_counted_and_leaves_its_story_untold),
		TEST(the_rest_of_a_group_is_told_without_what_is_muted),
		TEST(a_hit_is_inhibited_while_all_marks_of_a_rule_are_there),
		TEST(workers_learn_of_silences_before_they_make_a_message),
		TEST(silences_that_ended_long_ago_are_forgotten),
		TEST(there_are_at_most_so_many_silences),
		TEST(an_unresolved_story_is_told_again_each_time_under_a_new_id),
		TEST(only_the_newest_hit_of_a_story_is_told_again),
		TEST(a_resolved_story_is_not_told_again),
		TEST(what_nobody_acknowledges_goes_elsewhere_once),
		TEST(escalation_comes_at_any_hour_and_beyond_any_cap),
		TEST(an_acknowledgement_by_story_or_hit_stops_both),
		TEST(a_primary_that_is_down_does_not_delay_the_escalation),
		TEST(the_same_hit_published_again_while_it_waits_to_repeat_has_its_outcome),
		TEST(all_workers_together_keep_to_a_channels_rate),
		TEST(a_receiver_that_asked_to_be_left_alone_is),
		TEST(a_host_that_fails_is_left_alone_and_probed_by_one_delivery),
		TEST(a_hosts_refusal_is_no_failure_of_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
