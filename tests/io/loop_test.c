/* The event loop: order, freeing from callbacks, timers, descriptors, signals.
 */
#include "io/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"

/* No test waits so long unless it fails. */
#define LIMIT_MS 5000

static int
setup(void **state)
{
	struct loop *l;

	assert_int_equal(loop_new(&l, NULL), 0);
	*state = l;
	return 0;
}

static int
teardown(void **state)
{
	struct loop *l = *state;

	loop_free(&l);
	assert_null(l);
	return 0;
}

/* What happened, one letter each, in order. */
struct trace {
	struct loop *l;
	char s[64];
	size_t n;
	struct loop_timer *a, *b;
	struct loop_fd *w;
	struct loop_signal *sig;
	int fds[2];
};

static void
note(struct trace *t, char c)
{
	assert_true(t->n < sizeof(t->s) - 1);
	t->s[t->n++] = c;
}

static void
on_stop(void *arg)
{
	struct trace *t = arg;

	note(t, 's');
	loop_stop(t->l);
}

static void
on_a(void *arg)
{
	note(arg, 'a');
}

static void
on_defer_more(void *arg)
{
	struct trace *t = arg;

	note(t, 'd');
	loop_defer(t->l, on_stop, t);
	loop_defer(t->l, on_a, t);
}

static void
deferred_calls_run_in_order_and_nested_ones_a_turn_later(void **state)
{
	struct trace t = {.l = *state};

	loop_defer(t.l, on_defer_more, &t);
	loop_defer(t.l, on_a, &t);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "dasa");
}

static void
on_cancel_rest(void *arg)
{
	struct trace *t = arg;

	note(t, 'c');
	loop_defer_cancel(t->l, t);
	loop_stop(t->l);
}

static void
cancelled_deferred_calls_do_not_come(void **state)
{
	struct trace t = {.l = *state};

	loop_defer(t.l, on_cancel_rest, &t);
	loop_defer(t.l, on_a, &t);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "c");
}

static void
cancelling_does_not_leak_memory_that_waits_to_be_freed(void **state)
{
	/* The leak checker of the sanitizer build decides. */
	struct loop *l = *state;
	char *p = mem_strdup("gone after the turn");

	loop_free_later(l, p);
	loop_defer_cancel(l, p);
	loop_stop(l);
	loop_run(l);
}

static void
stop_before_run_makes_it_return_at_once(void **state)
{
	struct loop *l = *state;

	loop_stop(l);
	loop_run(l);
	assert_false(loop_run_for(l, 1));
}

static void
timers_fire_in_order_of_their_time_and_not_early(void **state)
{
	struct trace t = {.l = *state};
	int64_t start_us = clock_mono_us();

	t.a = loop_timer_new(t.l, on_a, &t);
	t.b = loop_timer_new(t.l, on_stop, &t);
	loop_timer_set(t.b, 20);
	loop_timer_set(t.a, 5);
	assert_true(loop_timer_is_set(t.a));
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "as");
	assert_true(clock_mono_us() - start_us >= 19000);
	assert_false(loop_timer_is_set(t.a));
	loop_timer_free(&t.a);
	loop_timer_free(&t.b);
}

static void
a_timer_set_anew_forgets_its_old_time(void **state)
{
	struct trace t = {.l = *state};

	t.a = loop_timer_new(t.l, on_a, &t);
	t.b = loop_timer_new(t.l, on_stop, &t);
	loop_timer_set(t.a, 1);
	loop_timer_set(t.a, 60000);
	loop_timer_set(t.b, 10);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "s");
	loop_timer_free(&t.a);
	loop_timer_free(&t.b);
}

static void
on_third(void *arg)
{
	struct trace *t = arg;

	note(t, 'p');
	if (t->n == 3) {
		loop_timer_stop(t->a);
		loop_timer_set(t->b, 10);
	}
}

static void
a_periodic_timer_repeats_until_stopped(void **state)
{
	struct trace t = {.l = *state};

	t.a = loop_timer_new(t.l, on_third, &t);
	t.b = loop_timer_new(t.l, on_stop, &t);
	loop_timer_every(t.a, 2);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "ppps");
	loop_timer_free(&t.a);
	loop_timer_free(&t.b);
}

static void
spin_ms(int64_t ms)
{
	int64_t until = clock_mono().ms + ms;

	while (clock_mono().ms < until)
		;
}

static void
on_slow_period(void *arg)
{
	struct trace *t = arg;

	note(t, 'p');
	if (t->n == 1)
		spin_ms(60);
	else
		loop_stop(t->l);
}

static void
a_periodic_timer_leaves_out_rounds_that_were_missed(void **state)
{
	struct trace t = {.l = *state};
	struct loop_lag lag;

	t.a = loop_timer_new(t.l, on_slow_period, &t);
	loop_timer_every(t.a, 10);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "pp");
	loop_timer_free(&t.a);
	loop_lag_read(t.l, &lag, false);
	assert_int_equal(lag.n, 2);
}

static void
on_free_both(void *arg)
{
	struct trace *t = arg;

	note(t, 'f');
	loop_timer_free(&t->a);
	loop_timer_free(&t->b);
	loop_stop(t->l);
}

static void
a_timer_may_free_itself_and_another_that_is_due(void **state)
{
	struct trace t = {.l = *state};

	t.a = loop_timer_new(t.l, on_free_both, &t);
	t.b = loop_timer_new(t.l, on_free_both, &t);
	loop_timer_every(t.a, 1);
	loop_timer_every(t.b, 1);
	spin_ms(5);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "f");
}

static void
on_readable(int fd, unsigned what, void *arg)
{
	struct trace *t = arg;
	char c;

	assert_int_equal(what, LOOP_READ);
	assert_int_equal(read(fd, &c, 1), 1);
	note(t, c);
	if (c == 'z') {
		loop_fd_free(&t->w);
		loop_stop(t->l);
	}
}

static void
a_watched_descriptor_is_called_while_there_is_input(void **state)
{
	struct trace t = {.l = *state};

	assert_int_equal(pipe(t.fds), 0);
	t.w = loop_fd_new(t.l, t.fds[0], LOOP_READ, on_readable, &t);
	assert_int_equal(write(t.fds[1], "xyz", 3), 3);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "xyz");
	close(t.fds[0]);
	close(t.fds[1]);
}

static void
a_descriptor_watched_for_nothing_is_not_called(void **state)
{
	struct trace t = {.l = *state};

	assert_int_equal(pipe(t.fds), 0);
	t.w = loop_fd_new(t.l, t.fds[0], LOOP_READ, on_readable, &t);
	loop_fd_set(t.w, 0);
	assert_int_equal(write(t.fds[1], "z", 1), 1);
	assert_false(loop_run_for(t.l, 10));
	assert_string_equal(t.s, "");
	loop_fd_set(t.w, LOOP_READ);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "z");
	close(t.fds[0]);
	close(t.fds[1]);
}

static void
on_writable(int fd, unsigned what, void *arg)
{
	struct trace *t = arg;

	(void)fd;
	assert_int_equal(what, LOOP_WRITE);
	note(t, 'w');
	loop_stop(t->l);
}

static void
a_closed_reader_counts_as_writable(void **state)
{
	struct trace t = {.l = *state};

	assert_int_equal(pipe(t.fds), 0);
	close(t.fds[0]);
	t.w = loop_fd_new(t.l, t.fds[1], LOOP_WRITE, on_writable, &t);
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "w");
	loop_fd_free(&t.w);
	close(t.fds[1]);
}

static void
a_signal_arrives_in_the_loop_and_its_old_disposition_returns(void **state)
{
	struct trace t = {.l = *state};
	struct sigaction before, after;

	sigaction(SIGUSR1, NULL, &before);
	t.sig = loop_signal_new(t.l, SIGUSR1, on_stop, &t);
	raise(SIGUSR1);
	assert_string_equal(t.s, "");
	assert_true(loop_run_for(t.l, LIMIT_MS));
	assert_string_equal(t.s, "s");
	loop_signal_free(&t.sig);
	sigaction(SIGUSR1, NULL, &after);
	assert_ptr_equal(before.sa_handler, after.sa_handler);
}

static void
on_stall(void *arg)
{
	(void)arg;
	spin_ms(40);
}

static void
the_heartbeat_sees_a_stalled_loop(void **state)
{
	struct loop *l = *state;
	struct loop_lag lag;
	uint64_t n = 0;

	loop_lag_watch(l, 5);
	loop_defer(l, on_stall, NULL);
	assert_false(loop_run_for(l, 80));
	loop_lag_read(l, &lag, true);
	assert_true(lag.max_ms >= 30);
	assert_true(lag.sum_ms >= lag.max_ms);
	for (size_t i = 0; i < LOOP_LAG_BUCKETS; i++)
		n += lag.buckets[i];
	assert_int_equal(n, lag.n);
	loop_lag_read(l, &lag, false);
	assert_int_equal(lag.n, 0);
	assert_int_equal(lag.max_ms, 0);
}

static void
lag_bounds_rise_to_the_end(void **state)
{
	(void)state;
	for (size_t i = 1; i < LOOP_LAG_BUCKETS; i++)
		assert_true(loop_lag_bound_ms(i) > loop_lag_bound_ms(i - 1));
	assert_true(loop_lag_bound_ms(LOOP_LAG_BUCKETS - 1) == INT64_MAX);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(deferred_calls_run_in_order_and_nested_ones_a_turn_later),
		TEST(cancelled_deferred_calls_do_not_come),
		TEST(cancelling_does_not_leak_memory_that_waits_to_be_freed),
		TEST(stop_before_run_makes_it_return_at_once),
		TEST(timers_fire_in_order_of_their_time_and_not_early),
		TEST(a_timer_set_anew_forgets_its_old_time),
		TEST(a_periodic_timer_repeats_until_stopped),
		TEST(a_periodic_timer_leaves_out_rounds_that_were_missed),
		TEST(a_timer_may_free_itself_and_another_that_is_due),
		TEST(a_watched_descriptor_is_called_while_there_is_input),
		TEST(a_descriptor_watched_for_nothing_is_not_called),
		TEST(a_closed_reader_counts_as_writable),
		TEST(a_signal_arrives_in_the_loop_and_its_old_disposition_returns),
		TEST(the_heartbeat_sees_a_stalled_loop),
		TEST(lag_bounds_rise_to_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
