/*
 * Whichever allocation of libcurl fails, a transfer ends, or the process does
 * and says why; none waits for ever.
 */
#include "testing.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

#include "io/http_client.h"
#include "support/scripted.h"

#define HANG_S 10
#define NEVER_FAILED 3 /* exit codes of a child */
#define ENDED 0
#define MAX_ALLOCATIONS 2000

static unsigned long left; /* the last of so many allocations fails */

static bool
fails(void)
{
	return left > 0 && --left == 0;
}

static void *
failing_malloc(size_t n)
{
	return fails() ? NULL : malloc(n);
}

static void *
failing_calloc(size_t n, size_t size)
{
	return fails() ? NULL : calloc(n, size);
}

static void *
failing_realloc(void *p, size_t n)
{
	return fails() ? NULL : realloc(p, n);
}

static char *
failing_strdup(const char *s)
{
	return fails() ? NULL : strdup(s);
}

static void
on_done(struct http_response *r, void *arg)
{
	(void)r;
	loop_stop(arg);
}

/* A transfer of which allocation n fails; never returns. */
static void
transfer(unsigned long n)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"};
	struct http_client_options o = {.user_agent = "newswatch-test/1"};
	struct http_request q = {0};
	struct http_client *c;
	struct loop *l;
	char url[64];

	curl_global_init_mem(CURL_GLOBAL_DEFAULT, failing_malloc, free,
		failing_realloc, failing_strdup, failing_calloc);
	if (loop_new(&l, NULL) != 0 || http_client_new(l, &o, &c, NULL) != 0)
		_exit(1);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/",
		scripted_port(scripted_new(l, &script, 1)));
	q.url = span_of(url);
	left = n;
	if (http_client_start(c, &q, on_done, l, NULL, NULL) == 0)
		loop_run(l);
	_exit(left > 0 ? NEVER_FAILED : ENDED);
}

static int
run_child(unsigned long n)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(HANG_S);
		(void)!freopen("/dev/null", "w", stderr);
		transfer(n);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
no_transfer_waits_for_ever_when_libcurl_has_no_memory(void **state)
{
	unsigned long n, n_given_up = 0;

	(void)state;
	for (n = 1; n < MAX_ALLOCATIONS; n++) {
		int status = run_child(n);

		if (WIFEXITED(status) && WEXITSTATUS(status) == NEVER_FAILED)
			break;
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
			n_given_up++;
		else if (!WIFEXITED(status) || WEXITSTATUS(status) != ENDED)
			fail_msg("allocation %lu: status %#x", n, status);
	}
	assert_in_range(n, 30, MAX_ALLOCATIONS - 1);
	assert_true(n_given_up > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_transfer_waits_for_ever_when_libcurl_has_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
