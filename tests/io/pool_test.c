/*
 * The pool of child processes. The children are this program again: main()
 * looks at argv[0].
 */
#include "testing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "io/pool.h"
#include "io/pool_frame.h"
#include "io/sandbox.h"

#define LIMIT_MS 30000
#define MAX_BYTES ((size_t)8 << 20)

/* -- the child ------------------------------------------------------------ */

static void
do_echo(struct span rest, struct strbuf *reply)
{
	strbuf_span(reply, rest);
}

static void
do_pid(struct span rest, struct strbuf *reply)
{
	(void)rest;
	strbuf_printf(reply, "%d", getpid());
}

static void
do_inherited(struct span rest, struct strbuf *reply)
{
	char text[64];
	ssize_t n = pread(POOL_FIRST_FD, text, sizeof(text), 0);

	(void)rest;
	strbuf_put(reply, text, n > 0 ? (size_t)n : 0);
}

static void
do_signal(struct span rest, struct strbuf *reply)
{
	int64_t signo = 0;

	(void)reply;
	(void)!span_i64(rest, 1, 64, &signo);
	signal((int)signo, SIG_DFL); /* the sanitizers' handler */
	raise((int)signo);
}

static void
do_exit(struct span rest, struct strbuf *reply)
{
	(void)rest;
	(void)reply;
	_exit(3);
}

static void
do_hang(struct span rest, struct strbuf *reply)
{
	(void)rest;
	(void)reply;
	for (;;)
		pause();
}

static void
do_close(struct span rest, struct strbuf *reply)
{
	close(POOL_CHANNEL_FD);
	do_hang(rest, reply);
}

/* A frame that claims too much, or of a wrong type. */
static void
do_nonsense(struct span rest, struct strbuf *reply)
{
	struct pool_frame head = {POOL_FRAME_REPLY, UINT32_MAX, 0};

	if (span_eq_str(rest, "type"))
		head = (struct pool_frame){77, 0, 0};
	(void)!write(POOL_CHANNEL_FD, &head, sizeof(head));
	do_hang(rest, reply);
}

/* An answer to another job comes before that to this one. */
static void
do_other_answer(struct span rest, struct strbuf *reply)
{
	struct pool_frame head = {POOL_FRAME_REPLY, 0, 0};

	strbuf_span(reply, rest);
	(void)!write(POOL_CHANNEL_FD, &head, sizeof(head));
}

static void
do_open(struct span rest, struct strbuf *reply)
{
	(void)rest;
	strbuf_printf(reply, "%d", open("/etc/hostname", O_RDONLY));
}

static const struct {
	const char *name;
	void (*act)(struct span rest, struct strbuf *reply);
} jobs[] = {
	{"echo ", do_echo},
	{"pid", do_pid},
	{"inherited", do_inherited},
	{"signal ", do_signal},
	{"exit", do_exit},
	{"hang", do_hang},
	{"close", do_close},
	{"nonsense ", do_nonsense},
	{"other", do_other_answer},
	{"open", do_open},
};

static void
handle(struct span job, struct strbuf *reply, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < N_ROWS(jobs); i++)
		if (span_starts(job, jobs[i].name)) {
			jobs[i].act(span_sub(job, strlen(jobs[i].name), job.n),
				reply);
			return;
		}
}

static int
child_main(const char *role)
{
	struct err err;

	if (strcmp(role, "child-broken") == 0)
		return 5;
	if (strcmp(role, "child-unready") == 0)
		for (;;)
			pause();
	if (strcmp(role, "child-sandboxed") == 0) {
		int keep[] = {POOL_CHANNEL_FD};
		struct sandbox_profile p = {
			.memory_bytes = 1 << 30, .keep = keep, .n_keep = 1};

		if (sandbox_enter(&p, &err) < 0)
			return 6;
	}
	return pool_child_run(POOL_CHANNEL_FD, MAX_BYTES, MAX_BYTES, handle,
		       NULL, &err) < 0
		? 4
		: 0;
}

/* -- the parent ----------------------------------------------------------- */

struct world {
	struct loop *l;
	struct pool *p;
	struct strbuf log; /* a line for each job that ended */
	unsigned ended, stop_at;
	bool free_in_callback;
	unsigned resubmit; /* that often, from the callback */
};

static int
setup(void **state)
{
	struct world *w = mem_new(w);

	assert_int_equal(loop_new(&w->l, NULL), 0);
	strbuf_init(&w->log, 64 << 20);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	pool_free(&w->p);
	loop_free(&w->l);
	strbuf_fini(&w->log);
	mem_free(&w);
	return 0;
}

static void
start_with(struct world *w, const char *role, struct pool_options o)
{
	const char *const argv[] = {role, NULL};
	struct err err;

	o.argv = argv;
	o.max_reply_bytes = MAX_BYTES;
	if (!o.max_queue)
		o.max_queue = 100;
	if (pool_new(w->l, &o, &w->p, &err) < 0)
		fail_msg("%s", err.msg);
}

static void
start(struct world *w, unsigned n_children)
{
	start_with(w, "child", (struct pool_options){.n_children = n_children});
}

static uint64_t submit(struct world *w, const char *payload, int64_t limit_ms);

static void
on_done(enum pool_outcome outcome, struct span reply, const char *message,
	void *arg)
{
	static const char *const names[] = {
		"done", "crashed", "timeout", "closed"};
	struct world *w = arg;

	if (w->free_in_callback)
		pool_free(&w->p);
	assert_int_equal(outcome == POOL_DONE, message[0] == '\0');
	strbuf_printf(&w->log, "%s:", names[outcome]);
	strbuf_span(&w->log, reply);
	strbuf_printf(&w->log, "%s\n", message);
	if (w->resubmit) {
		w->resubmit--;
		assert_true(submit(w, "echo again", LIMIT_MS) != 0);
	}
	if (++w->ended == w->stop_at)
		loop_stop(w->l);
}

static uint64_t
submit(struct world *w, const char *payload, int64_t limit_ms)
{
	struct pool_job job = {.limit_ms = limit_ms, .cb = on_done, .arg = w};
	uint64_t id;

	strbuf_init(&job.payload, MAX_BYTES);
	strbuf_str(&job.payload, payload);
	id = pool_submit(w->p, &job);
	assert_int_equal(id != 0, job.payload.n == 0);
	strbuf_fini(&job.payload);
	return id;
}

static void
await(struct world *w, unsigned n)
{
	w->stop_at = n;
	if (w->ended < n && !loop_run_for(w->l, LIMIT_MS))
		fail_msg("%u of %u jobs ended: %s", w->ended, n,
			strbuf_cstr(&w->log));
}

static const char *
run(struct world *w, const char *payload, int64_t limit_ms)
{
	strbuf_clear(&w->log);
	assert_true(submit(w, payload, limit_ms) != 0);
	await(w, w->ended + 1);
	return strbuf_cstr(&w->log);
}

static void
jobs_are_answered(void **state)
{
	struct world *w = *state;

	start(w, 1);
	assert_string_equal(run(w, "echo one", LIMIT_MS), "done:one\n");
	assert_string_equal(run(w, "echo ", LIMIT_MS), "done:\n");
	assert_string_equal(run(w, "", LIMIT_MS), "done:\n");
}

static void
many_jobs_on_many_children_are_all_answered_once(void **state)
{
	struct world *w = *state;
	struct pool_stats stats;
	char text[32];

	start_with(w, "child",
		(struct pool_options){.n_children = 3, .max_queue = 1000});
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "echo <%u>", i);
		assert_true(submit(w, text, LIMIT_MS) != 0);
	}
	await(w, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "done:<%u>\n", i);
		assert_non_null(strstr(strbuf_cstr(&w->log), text));
	}
	pool_stats_read(w->p, &stats);
	assert_int_equal(stats.done, 1000);
	assert_int_equal(stats.queued, 0);
	assert_int_equal(stats.busy, 0);
	assert_int_equal(stats.crashed + stats.timed_out, 0);
}

static void
large_jobs_and_answers_pass(void **state)
{
	struct world *w = *state;
	struct pool_job job = {.limit_ms = LIMIT_MS, .cb = on_done, .arg = w};
	struct rng rng = test_rng();
	char *sent;

	start(w, 1);
	strbuf_init(&job.payload, MAX_BYTES);
	strbuf_str(&job.payload, "echo ");
	while (job.payload.n < MAX_BYTES)
		strbuf_char(&job.payload, (char)rng_next(&rng));
	sent = mem_strndup(job.payload.p + 5, MAX_BYTES - 5);
	assert_true(pool_submit(w->p, &job) != 0);
	await(w, 1);
	assert_int_equal(w->log.n, MAX_BYTES - 5 + strlen("done:\n"));
	assert_memory_equal(w->log.p + 5, sent, MAX_BYTES - 5);
	mem_free(&sent);
}

static void
what_goes_wrong_costs_the_job_and_is_named(void **state)
{
	static const struct {
		const char *job, *log;
		int64_t limit_ms;
	} rows[] = {
		{"signal 11",
			"crashed:it was killed by SIGSEGV (Segmentation "
			"fault)",
			LIMIT_MS},
		{"signal 9",
			"crashed:it was killed by SIGKILL (Killed): out of "
			"memory?",
			LIMIT_MS},
		{"exit", "crashed:it exited with code 3", LIMIT_MS},
		{"hang", "timeout:it exceeded the job's time limit", 50},
		{"nonsense size", "crashed:its answer is too large", LIMIT_MS},
		{"nonsense type", "crashed:it broke the protocol", LIMIT_MS},
		{"other", "crashed:it broke the protocol", LIMIT_MS},
		{"close", "crashed:it closed its channel and did not end",
			LIMIT_MS},
	};
	struct world *w = *state;
	struct pool_stats stats;

	start(w, 1);
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		/* A child that broke the protocol may have ended, too, before
		 * it was looked at: then that is said behind it. */
		const char *log = run(w, rows[i].job, rows[i].limit_ms);

		if (strncmp(log, rows[i].log, strlen(rows[i].log)) != 0)
			fail_msg("%s: %s", rows[i].job, log);
		assert_string_equal(
			run(w, "echo next", LIMIT_MS), "done:next\n");
	}
	pool_stats_read(w->p, &stats);
	assert_int_equal(stats.timed_out, 1);
	assert_int_equal(stats.crashed, N_ROWS(rows) - 1);
	assert_int_equal(stats.start_failures, 0);
	assert_int_equal(stats.started, N_ROWS(rows) + 1);
}

static void
other_jobs_go_on_while_one_hangs(void **state)
{
	struct world *w = *state;

	start(w, 2);
	submit(w, "hang", 500);
	for (int i = 0; i < 20; i++)
		submit(w, "echo x", LIMIT_MS);
	await(w, 20);
	assert_null(strstr(strbuf_cstr(&w->log), "timeout"));
	await(w, 21);
	assert_non_null(strstr(strbuf_cstr(&w->log), "timeout"));
}

static void
a_full_queue_refuses(void **state)
{
	struct world *w = *state;

	start_with(w, "child",
		(struct pool_options){.n_children = 1, .max_queue = 2});
	assert_true(submit(w, "echo 1", LIMIT_MS) != 0);
	assert_false(pool_is_full(w->p));
	assert_true(submit(w, "echo 2", LIMIT_MS) != 0);
	assert_true(pool_is_full(w->p));
	assert_int_equal(submit(w, "echo 3", LIMIT_MS), 0);
	await(w, 2);
	assert_string_equal(strbuf_cstr(&w->log), "done:1\ndone:2\n");
	assert_false(pool_is_full(w->p));
}

static void
a_cancelled_job_is_not_called_back(void **state)
{
	struct world *w = *state;
	uint64_t running, last, middle;

	start(w, 1);
	running = submit(w, "echo running", LIMIT_MS);
	middle = submit(w, "echo middle", LIMIT_MS);
	last = submit(w, "echo last", LIMIT_MS);
	pool_cancel(w->p, middle);
	pool_cancel(w->p, last);
	submit(w, "echo kept", LIMIT_MS);
	pool_cancel(w->p, running);
	pool_cancel(w->p, 12345);
	await(w, 1);
	assert_string_equal(strbuf_cstr(&w->log), "done:kept\n");
}

static int
memory_file(const char *text)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

static void
children_inherit_and_are_replaced_by_ones_that_inherit_anew(void **state)
{
	struct world *w = *state;
	int a = memory_file("old"), b = memory_file("new");

	start_with(w, "child",
		(struct pool_options){.n_children = 1, .fds = &a, .n_fds = 1});
	close(a);
	assert_string_equal(run(w, "inherited", LIMIT_MS), "done:old\n");
	/* Busy while it is replaced: it ends its job first. */
	strbuf_clear(&w->log);
	submit(w, "inherited", LIMIT_MS);
	submit(w, "inherited", LIMIT_MS);
	assert_int_equal(pool_replace(w->p, &b, 1, NULL), 0);
	close(b);
	await(w, 3);
	assert_string_equal(strbuf_cstr(&w->log), "done:old\ndone:new\n");
	assert_string_equal(run(w, "inherited", LIMIT_MS), "done:new\n");
	/* Idle ones are replaced, too. */
	a = memory_file("newest");
	assert_int_equal(pool_replace(w->p, &a, 1, NULL), 0);
	close(a);
	assert_string_equal(run(w, "inherited", LIMIT_MS), "done:newest\n");
}

static void
failing_starts_back_off(const char *role, int64_t start_limit_ms)
{
	struct pool_stats stats = {0};
	struct mono begin = clock_mono();
	struct world *w;

	setup((void **)&w);
	start_with(w, role,
		(struct pool_options){
			.n_children = 1, .start_limit_ms = start_limit_ms});
	submit(w, "echo never", LIMIT_MS);
	while (stats.started < 4 && clock_mono().ms - begin.ms < LIMIT_MS) {
		loop_run_for(w->l, 5);
		pool_stats_read(w->p, &stats);
	}
	/* At once, once more at once, then after 50 to 100 ms, 100 to 200. */
	assert_int_equal(stats.started, 4);
	assert_true(clock_mono().ms - begin.ms >= 150);
	assert_in_range(stats.start_failures, 3, 4);
	assert_int_equal(stats.queued, 1);
	assert_int_equal(w->ended, 0);
	teardown((void **)&w);
}

static void
children_that_do_not_start_are_retried_with_backoff(void **state)
{
	(void)state;
	failing_starts_back_off("child-broken", 10000);
	failing_starts_back_off("child-unready", 20);
}

static void
a_poisonous_job_again_and_again_is_slowed_down_but_answered(void **state)
{
	struct world *w = *state;
	struct pool_stats stats;

	start(w, 1);
	for (int i = 0; i < 4; i++)
		submit(w, "exit", LIMIT_MS);
	submit(w, "echo after", LIMIT_MS);
	await(w, 5);
	assert_non_null(strstr(strbuf_cstr(&w->log), "done:after\n"));
	pool_stats_read(w->p, &stats);
	assert_int_equal(stats.crashed, 4);
}

static void
closing_answers_every_job_and_leaves_no_child(void **state)
{
	struct world *w = *state;
	int64_t pid;

	start(w, 1);
	run(w, "pid", LIMIT_MS);
	assert_true(
		span_i64(span_trim(span_sub(strbuf_as_span(&w->log), 5, 100)),
			1, INT32_MAX, &pid));
	strbuf_clear(&w->log);
	submit(w, "hang", LIMIT_MS);
	submit(w, "echo queued", LIMIT_MS);
	pool_free(&w->p);
	assert_string_equal(strbuf_cstr(&w->log),
		"closed:the pool was closed\nclosed:the pool was closed\n");
	assert_int_equal(kill((pid_t)pid, 0), -1);
}

static void
a_pool_may_be_freed_in_its_callback(void **state)
{
	struct world *w = *state;

	start(w, 2);
	w->free_in_callback = true;
	submit(w, "echo first", LIMIT_MS);
	submit(w, "hang", LIMIT_MS);
	submit(w, "hang", LIMIT_MS);
	await(w, 3);
	assert_non_null(strstr(strbuf_cstr(&w->log), "done:first\n"));
	loop_run_for(w->l, 10);
}

static void
a_callback_may_submit_the_next_job(void **state)
{
	struct world *w = *state;

	start(w, 1);
	w->resubmit = 5;
	submit(w, "echo first", LIMIT_MS);
	await(w, 6);
	assert_int_equal(w->ended, 6);
}

static void
sandboxed_children_work_and_die_when_they_open_a_file(void **state)
{
	struct world *w = *state;

	start_with(
		w, "child-sandboxed", (struct pool_options){.n_children = 1});
	assert_string_equal(run(w, "echo caged", LIMIT_MS), "done:caged\n");
	if (!sandbox_is_strict())
		return;
	assert_string_equal(run(w, "open", LIMIT_MS),
		"crashed:it was killed by SIGSYS (Bad system call): the "
		"sandbox forbids what it did\n");
	assert_string_equal(run(w, "echo next", LIMIT_MS), "done:next\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_are_answered),
		TEST(many_jobs_on_many_children_are_all_answered_once),
		TEST(large_jobs_and_answers_pass),
		TEST(what_goes_wrong_costs_the_job_and_is_named),
		TEST(other_jobs_go_on_while_one_hangs),
		TEST(a_full_queue_refuses),
		TEST(a_cancelled_job_is_not_called_back),
		TEST(children_inherit_and_are_replaced_by_ones_that_inherit_anew),
		cmocka_unit_test(
			children_that_do_not_start_are_retried_with_backoff),
		TEST(a_poisonous_job_again_and_again_is_slowed_down_but_answered),
		TEST(closing_answers_every_job_and_leaves_no_child),
		TEST(a_pool_may_be_freed_in_its_callback),
		TEST(a_callback_may_submit_the_next_job),
		TEST(sandboxed_children_work_and_die_when_they_open_a_file),
	};

	(void)argc;
	if (strncmp(argv[0], "child", 5) == 0)
		return child_main(argv[0]);
	log_init("pool_test", LOG_ERROR_);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
