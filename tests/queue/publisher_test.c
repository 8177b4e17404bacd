/*
 * The relay against a real redis-server: every hit reaches the stream once and
 * in order, whatever happens to the connection, the server, or the database.
 * The owner is a list of hits in memory.
 */
#include "testing.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "queue/scripts.h"
#include "support/proxy.h"
#include "support/queue_source.h"

static bool
is_refused(void *arg)
{
	return source_stats(arg).state == PUBLISHER_REFUSED;
}

static bool
is_waiting(void *arg)
{
	return source_stats(arg).state == PUBLISHER_WAITING;
}

static void
assert_reply(const char *is, const char *reply)
{
	if (strcmp(is, reply) != 0)
		fail_msg("is %s, not %s", is, reply);
}

/* -- the usual way --------------------------------------------------------- */

static void
hits_reach_the_stream_in_order_and_with_their_fields(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_add(s, 2, 1);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, 2);
	assert_non_null(strstr(world_ask(w, "XRANGE @hits - + COUNT 1"),
		"['id' '00000000000000000000000000000001' 'json' "
		"'{\"v\":1,\"n\":1,\"pad\":\"\"}' 'producer' '" UUID_A
		"' 'seq' '1']"));
	assert_reply(world_ask(w, "HMGET @producer:" UUID_A " seq hit"),
		"['2' '00000000000000000000000000000002']");
	assert_reply(source_seen(w, 2), "'" UUID_A " 2'");
	assert_int_equal(s->published, 2);
	source_add(s, 1, 3);
	source_until_idle(s);
	source_assert_stream(w, 3);
	assert_int_equal(source_stats(s).published, 3);
}

static void
many_hits_go_in_batches(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_add(s, LIMIT_PUBLISH_BATCH * 2 + 1, 1);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, LIMIT_PUBLISH_BATCH * 2 + 1);
	assert_int_equal(source_stats(s).batches, 3);
}

static void
long_hits_go_in_smaller_batches(void **state)
{
	struct source s = {.json_bytes = MIB(1) - 100};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_add(&s, 9, 1);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	assert_reply(world_ask(&w, "XLEN @hits"), "9");
	assert_int_equal(source_stats(&s).batches, 9);
	source_free(&s);
	world_close(&w);
}

struct heard {
	bool up;
	char text[1024];
};

static void
on_listening(void *arg)
{
	((struct heard *)arg)->up = true;
}

static void
on_message(struct span channel, struct span payload, void *arg)
{
	struct heard *h = arg;
	size_t at = strlen(h->text);

	snprintf(h->text + at, sizeof(h->text) - at, "%.*s %.*s\n",
		SPAN_ARG(channel), SPAN_ARG(payload));
}

static bool
is_listening(void *arg)
{
	return ((struct heard *)arg)->up;
}

static bool
heard_both(void *arg)
{
	return source_count_text(((struct heard *)arg)->text, "\n") >= 2;
}

static struct redis *
listen_to(struct world *w, struct heard *h, struct span a, struct span b)
{
	struct redis_handlers on = {
		.on_up = on_listening, .on_message = on_message, .arg = h};
	struct redis *r;

	assert_int_equal(redis_new(w->loop, &w->options, &on, &r, NULL), 0);
	redis_subscribe(r, a);
	redis_subscribe(r, b);
	world_until(w, is_listening, h);
	return r;
}

static void
subscribers_get_each_hit_with_its_stream_id(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;
	struct heard heard = {.up = false};
	char expected[512], id[64];
	struct redis *ears;

	ears = listen_to(
		w, &heard, SPAN_LIT("t:alerts"), SPAN_LIT("t:alerts:meta"));
	source_add(s, 1, 1);
	source_start(s, w, UUID_A);
	world_until(w, heard_both, &heard);
	snprintf(id, sizeof(id), "%s",
		world_ask(w, "XRANGE @hits - + COUNT 1") + 3);
	*strchr(id, '\'') = '\0';
	snprintf(expected, sizeof(expected),
		"t:alerts {\"stream_id\":\"%s\",\"v\":1,\"n\":1,\"pad\":\"\"}\n"
		"t:alerts:meta "
		"{\"stream_id\":\"%s\",\"v\":1,\"n\":1,\"pad\":\"\"}\n",
		id, id);
	assert_string_equal(heard.text, expected);
	redis_free(&ears);
}

/* A connection that sends a line and reads what comes until it holds `until`.
 */
static int
raw_open(const struct world *w, const char *line)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", w->server.socket);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	return fd;
}

static void
raw_expect(int fd, const char *until)
{
	char got[4096] = "";
	size_t n = 0;

	while (!strstr(got, until)) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t more;

		if (poll(&p, 1, WORLD_LIMIT_MS) != 1)
			fail_msg("\"%s\" does not come, only \"%s\"", until,
				got);
		more = read(fd, got + n, sizeof(got) - 1 - n);
		assert_true(more > 0);
		n += (size_t)more;
		got[n] = '\0';
	}
}

static void
subscribers_of_patterns_are_heard_too(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;
	int fd;

	fd = raw_open(w, "PSUBSCRIBE t:alerts:a*\r\n");
	raw_expect(fd, ":1\r\n");
	source_start(s, w, UUID_A);
	source_add(s, 1, 1);
	source_until_idle(s);
	raw_expect(fd, "t:alerts:aws\r\n");
	close(fd);
}

static void
subscribers_of_a_replica_are_heard_too(void **state)
{
	struct source s = {.last = 0};
	struct world w, replica;
	int fd;

	(void)state;
	world_open(&w, NULL);
	world_open(&replica, NULL);
	world_ask(&w, "CONFIG SET repl-diskless-sync-delay 0");
	world_ask(&replica, "REPLICAOF 127.0.0.1 %u", w.server.port);
	world_until_reply(&w, "1", "WAIT 1 100");
	fd = raw_open(&replica, "SUBSCRIBE t:alerts:meta\r\n");
	raw_expect(fd, ":1\r\n");
	source_start(&s, &w, UUID_A);
	source_add(&s, 1, 1);
	source_until_idle(&s);
	raw_expect(fd, "\"stream_id\"");
	close(fd);
	source_free(&s);
	world_close(&replica);
	world_close(&w);
}

/* -- the connection -------------------------------------------------------- */

static void
it_waits_for_a_server_that_is_not_there_yet(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	redis_server_kill(&w->server, SIGKILL);
	source_add(s, 1, 1);
	source_start(s, w, UUID_A);
	world_run(w, 60);
	assert_int_equal(source_stats(s).state, PUBLISHER_DOWN);
	assert_true(strlen(source_stats(s).message) > 0);
	redis_server_restart(&w->server, NULL);
	source_until_idle(s);
	source_assert_stream(w, 1);
	assert_string_equal(source_stats(s).message, "");
}

static void
lost_replies_lose_and_double_nothing(void **state)
{
	struct source s = {.last = 0};
	struct rng rng = test_rng();
	struct proxy *proxy;
	struct world w;
	char *path;

	(void)state;
	world_open(&w, NULL);
	path = mem_printf("%s/proxy.sock", w.server.dir);
	proxy = proxy_new(w.loop, path, w.server.socket);
	mem_free(&w.options.unix_path);
	w.options.unix_path = path;
	source_start(&s, &w, UUID_A);
	while (proxy_cuts(proxy) < 25) {
		proxy_cut(proxy, 1 + rng_below(&rng, 6));
		for (uint32_t i = rng_below(&rng, 3); i > 0; i--)
			source_add(&s, (int)rng_below(&rng, 4),
				(unsigned)s.last + 1);
		world_run(&w, rng_below(&rng, 30));
	}
	proxy_cut(proxy, 0);
	source_add(&s, 1, (unsigned)s.last + 1);
	source_until_idle(&s);
	source_assert_stream(&w, (int)s.last);
	assert_int_equal(source_stats(&s).rewinds, 0);
	source_free(&s);
	proxy_free(&proxy);
	world_close(&w);
}

static void
freed_with_a_batch_under_way_it_is_gone(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_add(s, 3, 1);
	assert_false(publisher_is_idle(s->p));
	source_stop(s);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, 3);
}

static void
a_forgotten_script_is_sent_again(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 1, 1);
	source_until_idle(s);
	world_ask(w, "SCRIPT FLUSH");
	source_add(s, 1, 2);
	source_until_idle(s);
	source_assert_stream(w, 2);
}

/* -- the server's memory ----------------------------------------------------
 */

static void
a_killed_server_has_all_again_after_its_restart(void **state)
{
	struct source s = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, source_durable);
	source_start(&s, &w, UUID_A);
	world_until_rewritten(&w);
	for (int i = 0; i < 5; i++) {
		source_add(&s, 20, (unsigned)s.last + 1);
		world_run(&w, i); /* somewhere in the middle of it */
		redis_server_kill(&w.server, SIGKILL);
		source_add(&s, 5, (unsigned)s.last + 1);
		world_run(&w, 5);
		redis_server_restart(&w.server, source_durable);
		world_until_rewritten(&w);
	}
	source_until_idle(&s);
	source_assert_stream(&w, 125);
	assert_int_equal(source_stats(&s).rewinds, 0);
	source_free(&s);
	world_close(&w);
}

static void
a_wiped_server_is_filled_again(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;
	struct heard heard = {.up = false};
	struct redis *ears;

	source_start(s, w, UUID_A);
	source_add(s, 5, 1);
	source_until_idle(s);
	s->rows.p[1].told = true;
	ears = listen_to(
		w, &heard, SPAN_LIT("t:alerts"), SPAN_LIT("t:alerts:meta"));
	world_ask(w, "FLUSHALL");
	world_until_reply(w, "5", "XLEN @hits");
	source_assert_stream(w, 5);
	assert_int_equal(source_stats(s).rewinds, 1);
	assert_int_equal(source_stats(s).refilled, 1);
	/* What was told says so; old hits are no news to subscribers. */
	assert_int_equal(source_count_text(world_ask(w, "XRANGE @hits - +"),
				 "'told' '1'"),
		1);
	assert_string_equal(heard.text, "");
	source_add(s, 1, 6);
	world_until(w, heard_both, &heard);
	redis_free(&ears);
}

static void
a_server_wiped_while_nobody_looked_is_filled_again(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 3, 1);
	source_until_idle(s);
	source_stop(s);
	redis_server_kill(&w->server, SIGKILL);
	redis_server_restart(&w->server, NULL);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	source_assert_stream(w, 3);
	assert_int_equal(source_stats(s).rewinds, 1);
}

static void
a_server_rolled_back_gets_what_it_lost_and_no_more(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 4, 1);
	source_until_idle(s);
	assert_reply(world_ask(w, "SAVE"), "+OK");
	source_add(s, 4, 5);
	source_until_idle(s);
	redis_server_kill(&w->server, SIGKILL);
	redis_server_restart(&w->server, NULL); /* reads what SAVE wrote */
	world_until_reply(w, "8", "XLEN @hits");
	source_assert_stream(w, 8);
	assert_int_equal(source_stats(s).rewinds, 1);
	assert_int_equal(source_stats(s).published, 12);
}

static void
hits_that_nobody_needs_any_more_are_left_out_of_a_refill(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 4, 1);
	source_until_idle(s);
	s->rows.n = 0; /* as after retention: read() has nothing to show */
	world_ask(w, "FLUSHALL");
	world_run(w, 100);
	source_until_idle(s);
	assert_reply(world_ask(w, "XLEN @hits"), "0");
	source_add(s, 1, 5);
	source_until_idle(s);
	assert_reply(world_ask(w, "XLEN @hits"), "1");
}

/* -- more than one history ------------------------------------------------- */

static void
a_hit_that_two_daemons_found_is_published_once(void **state)
{
	struct source a = {.last = 0}, b = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_start(&a, &w, UUID_A);
	source_add(&a, 3, 1);
	source_until_idle(&a);
	source_start(&b, &w, UUID_B);
	source_add(&b, 3, 2); /* two of them are a's */
	source_until_idle(&b);
	assert_reply(world_ask(&w, "XLEN @hits"), "4");
	assert_int_equal(source_stats(&b).doubles, 2);
	world_until_reply(&w, "0", "XLEN @done:" UUID_B);
	assert_int_equal(b.confirmed.n, 2);
	assert_int_equal(b.confirmed.p[0], 1);
	assert_int_equal(b.confirmed.p[1], 2);
	assert_string_equal(b.words, "elsewhere elsewhere ");
	assert_int_equal(a.confirmed.n, 0);
	source_free(&a);
	source_free(&b);
	world_close(&w);
}

static void
a_database_older_than_the_mark_takes_a_new_name(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 5, 1);
	source_until_idle(s);
	source_stop(s);
	/* The copy from before the last two. */
	s->last = 3;
	s->rows.n = 3;
	s->published = 3;
	source_start(s, w, UUID_A);
	source_until_idle(s);
	assert_int_equal(s->renewals, 1);
	/* It finds the two again, and another one. */
	source_add(s, 3, 4);
	source_until_idle(s);
	assert_reply(world_ask(w, "XLEN @hits"), "6");
	assert_int_equal(source_stats(s).doubles, 5);
	assert_string_equal(s->producer, "cccccccccccccccccccccccccccccccc");
}

static void
a_database_with_another_history_takes_a_new_name(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 3, 1);
	source_until_idle(s);
	source_stop(s);
	s->rows.n = 0;
	s->last = 0;
	source_add(s, 4, 101);
	source_start(s, w, UUID_A);
	source_until_idle(s);
	assert_int_equal(s->renewals, 1);
	assert_reply(world_ask(w, "XLEN @hits"), "7");
}

/* -- servers that cannot be used ------------------------------------------- */

static void
a_full_server_is_waited_for(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_add(s, 2, 1);
	source_until_idle(s);
	world_ask(w, "CONFIG SET maxmemory 1");
	source_add(s, 2, 3);
	world_until(w, is_waiting, s);
	assert_non_null(strstr(source_stats(s).message, "OOM"));
	assert_non_null(strstr(source_stats(s).message, "maxmemory"));
	world_ask(w, "CONFIG SET maxmemory 0");
	source_until_idle(s);
	source_assert_stream(w, 4);
}

static void
an_evicting_server_is_refused_until_it_is_changed(void **state)
{
	static const char *const evicting[] = {
		"--maxmemory-policy", "allkeys-lru", NULL};
	struct source s = {.last = 0};
	struct world w;

	(void)state;
	world_open(&w, evicting);
	source_start(&s, &w, UUID_A);
	source_add(&s, 1, 1);
	world_until(&w, is_refused, &s);
	assert_non_null(strstr(source_stats(&s).message,
		"redis-cli config set maxmemory-policy noeviction"));
	assert_reply(world_ask(&w, "XLEN @hits"), "0");
	world_ask(&w, "CONFIG SET maxmemory-policy noeviction");
	source_until_idle(&s);
	source_assert_stream(&w, 1);
	source_free(&s);
	world_close(&w);
}

static void
a_replica_is_refused_until_it_is_a_master(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	source_start(s, w, UUID_A);
	source_until_idle(s);
	world_ask(w, "REPLICAOF 127.0.0.1 1");
	source_add(s, 1, 1);
	world_until(w, is_refused, s);
	assert_non_null(
		strstr(source_stats(s).message, "a replica of 127.0.0.1:1"));
	world_ask(w, "REPLICAOF NO ONE");
	source_until_idle(s);
	source_assert_stream(w, 1);
}

static void
a_user_without_the_right_to_ask_is_served_all_the_same(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	world_ask(w,
		"ACL SETUSER relay on >pw ~t:* &t:* "
		"+@all -@dangerous");
	w->options.user = mem_strdup("relay");
	w->options.password = mem_strdup("pw");
	source_start(s, w, UUID_A);
	source_add(s, 1, 1);
	source_until_idle(s);
	source_assert_stream(w, 1);
}

static void
keys_that_hold_something_else_are_left_alone(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	world_ask(w, "SET @hits something");
	source_start(s, w, UUID_A);
	source_add(s, 2, 1);
	world_until(w, is_refused, s);
	assert_non_null(strstr(source_stats(s).message, "WRONGTYPE"));
	assert_reply(world_ask(w, "GET @hits"), "'something'");
	assert_reply(world_ask(w, "EXISTS @producer:" UUID_A), "0");
	world_ask(w, "DEL @hits");
	source_until_idle(s);
	source_assert_stream(w, 2);
}

static void
a_mark_that_is_none_is_left_alone(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	world_ask(w, "HSET @producer:" UUID_A " seq x hit y");
	source_start(s, w, UUID_A);
	source_add(s, 2, 1);
	world_until(w, is_refused, s);
	assert_non_null(strstr(source_stats(s).message, "t:producer:" UUID_A));
	world_ask(w, "DEL @producer:" UUID_A);
	source_until_idle(s);
	source_assert_stream(w, 2);
}

/* -- outcomes -------------------------------------------------------------- */

static void
tell(struct world *w, int seq, const char *outcome)
{
	world_ask(w, "XADD @done:" UUID_A " * seq %d hit %s outcome %s", seq,
		world_hit_id((unsigned)seq), outcome);
}

static bool
has_outcomes(void *arg)
{
	return ((struct source *)arg)->handed > 0;
}

static void
outcomes_come_back_and_are_trimmed_once_they_are_stored(void **state)
{
	struct source s = {.hold = true};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_add(&s, 3, 1);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	tell(&w, 1, "delivered");
	world_until(&w, has_outcomes, &s);
	assert_string_equal(s.words, "delivered ");
	tell(&w, 3, "dead");
	world_run(&w, 100);
	assert_int_equal(s.handed, 1); /* no more before these are stored */
	assert_false(publisher_is_idle(s.p));
	assert_reply(world_ask(&w, "XLEN @done:" UUID_A), "2");
	s.hold = false;
	publisher_confirmed(s.p, true);
	world_until_reply(&w, "0", "XLEN @done:" UUID_A);
	assert_string_equal(s.words, "delivered dead ");
	assert_int_equal(s.confirmed.p[1], 3);
	source_until_idle(&s);
	assert_int_equal(source_stats(&s).outcomes, 2);
	source_free(&s);
	world_close(&w);
}

static void
outcomes_that_could_not_be_stored_come_again(void **state)
{
	struct source s = {.hold = true};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	tell(&w, 7, "delivered");
	world_until(&w, has_outcomes, &s);
	s.handed = 0;
	publisher_confirmed(s.p, false);
	world_until(&w, has_outcomes, &s);
	assert_string_equal(s.words, "delivered delivered ");
	s.hold = false;
	publisher_confirmed(s.p, true);
	world_until_reply(&w, "0", "XLEN @done:" UUID_A);
	source_free(&s);
	world_close(&w);
}

static void
outcomes_that_were_stored_and_not_trimmed_come_again(void **state)
{
	struct source s = {.hold = true};
	struct world w;

	(void)state;
	world_open(&w, NULL);
	source_start(&s, &w, UUID_A);
	source_until_idle(&s);
	tell(&w, 7, "delivered");
	world_until(&w, has_outcomes, &s);
	source_stop(&s); /* between its commit and the trim */
	s.hold = false;
	source_start(&s, &w, UUID_A);
	world_until_reply(&w, "0", "XLEN @done:" UUID_A);
	assert_string_equal(s.words, "delivered delivered ");
	source_free(&s);
	world_close(&w);
}

static void
what_is_no_outcome_is_dropped(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	world_ask(w, "XADD @done:" UUID_A " * hello world");
	world_ask(w, "XADD @done:" UUID_A " * seq -1 hit x outcome y");
	tell(w, 5, "delivered");
	source_start(s, w, UUID_A);
	world_until_reply(w, "0", "XLEN @done:" UUID_A);
	assert_string_equal(s->words, "delivered ");
}

static void
many_outcomes_come_in_pieces(void **state)
{
	struct source *s = *state;
	struct world *w = s->w;

	for (int i = 1; i <= PUBLISHER_DONE_BATCH + 3; i++)
		tell(w, i, "x");
	source_start(s, w, UUID_A);
	world_until_reply(w, "0", "XLEN @done:" UUID_A);
	assert_int_equal(s->confirmed.n, PUBLISHER_DONE_BATCH + 3);
	assert_int_equal(s->handed, 2);
	for (int i = 0; i < PUBLISHER_DONE_BATCH + 3; i++)
		assert_int_equal(s->confirmed.p[i], i + 1);
}

#define SOURCE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, source_setup, source_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SOURCE_TEST(
			hits_reach_the_stream_in_order_and_with_their_fields),
		SOURCE_TEST(many_hits_go_in_batches),
		cmocka_unit_test(long_hits_go_in_smaller_batches),
		SOURCE_TEST(subscribers_get_each_hit_with_its_stream_id),
		SOURCE_TEST(subscribers_of_patterns_are_heard_too),
		cmocka_unit_test(subscribers_of_a_replica_are_heard_too),
		SOURCE_TEST(it_waits_for_a_server_that_is_not_there_yet),
		cmocka_unit_test(lost_replies_lose_and_double_nothing),
		SOURCE_TEST(freed_with_a_batch_under_way_it_is_gone),
		SOURCE_TEST(a_forgotten_script_is_sent_again),
		cmocka_unit_test(
			a_killed_server_has_all_again_after_its_restart),
		SOURCE_TEST(a_wiped_server_is_filled_again),
		SOURCE_TEST(a_server_wiped_while_nobody_looked_is_filled_again),
		SOURCE_TEST(a_server_rolled_back_gets_what_it_lost_and_no_more),
		SOURCE_TEST(
			hits_that_nobody_needs_any_more_are_left_out_of_a_refill),
		cmocka_unit_test(
			a_hit_that_two_daemons_found_is_published_once),
		SOURCE_TEST(a_database_older_than_the_mark_takes_a_new_name),
		SOURCE_TEST(a_database_with_another_history_takes_a_new_name),
		SOURCE_TEST(a_full_server_is_waited_for),
		cmocka_unit_test(
			an_evicting_server_is_refused_until_it_is_changed),
		SOURCE_TEST(a_replica_is_refused_until_it_is_a_master),
		SOURCE_TEST(
			a_user_without_the_right_to_ask_is_served_all_the_same),
		SOURCE_TEST(keys_that_hold_something_else_are_left_alone),
		SOURCE_TEST(a_mark_that_is_none_is_left_alone),
		cmocka_unit_test(
			outcomes_come_back_and_are_trimmed_once_they_are_stored),
		cmocka_unit_test(outcomes_that_could_not_be_stored_come_again),
		cmocka_unit_test(
			outcomes_that_were_stored_and_not_trimmed_come_again),
		SOURCE_TEST(what_is_no_outcome_is_dropped),
		SOURCE_TEST(many_outcomes_come_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
