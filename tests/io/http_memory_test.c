/*
 * Where libcurl is refused memory the process says so and ends: no transfer
 * waits for ever, and no server is blamed for it.
 */
#include "testing.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/http_client.h"
#include "support/scripted.h"

#define HANG_S 10
#define NEVER_FAILED 3 /* exit code of a child */
#define MAX_ALLOCATIONS 2000

static void
on_done(struct http_response *r, void *arg)
{
	(void)r;
	loop_stop(arg);
}

/* A transfer of which allocation n of libcurl's fails; never returns. */
static void
transfer(unsigned long n)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};
	struct http_client_options o = {.user_agent = "newswatch-test/1"};
	struct http_request q = {0};
	struct http_client *c;
	struct loop *l;
	char text[64];

	snprintf(text, sizeof(text), "io.curl.memory:%lu:fail", n);
	setenv("NW_FAILPOINT", text, 1);
	if (loop_new(&l, NULL) != 0 || http_client_new(l, &o, &c, NULL) != 0)
		_exit(1);
	snprintf(text, sizeof(text), "http://127.0.0.1:%u/",
		scripted_port(scripted_new(l, &script, 1)));
	q.url = span_of(text);
	if (http_client_start(c, &q, on_done, l, NULL, NULL) == 0)
		loop_run(l);
	_exit(NEVER_FAILED);
}

/* What a child says on its standard error, and how it ended. */
static int
run_child(unsigned long n, struct strbuf *says)
{
	int status, fds[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(HANG_S);
		dup2(fds[1], STDERR_FILENO);
		transfer(n);
	}
	close(fds[1]);
	while (read(fds[0], &c, 1) == 1)
		strbuf_char(says, c);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
a_process_says_that_libcurl_has_no_memory_and_ends(void **state)
{
	unsigned long n;

	(void)state;
#ifndef NW_FAILPOINTS
	skip();
#endif
	for (n = 1; n < MAX_ALLOCATIONS; n++) {
		struct strbuf says = STRBUF_INIT(4096);
		int status = run_child(n, &says);
		bool has_said = span_eq_str(
			strbuf_as_span(&says), "newswatch: out of memory\n");

		strbuf_fini(&says);
		if (WIFEXITED(status) && WEXITSTATUS(status) == NEVER_FAILED)
			break;
		if (!has_said || !WIFSIGNALED(status) ||
			WTERMSIG(status) != SIGABRT)
			fail_msg("allocation %lu: status %#x", n, status);
	}
	assert_in_range(n, 30, MAX_ALLOCATIONS - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_process_says_that_libcurl_has_no_memory_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
