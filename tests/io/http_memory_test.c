/*
 * Where libcurl is refused memory the process says so and ends: no transfer
 * waits for ever. Where OpenSSL is, the transfer fails, and no server is blamed
 * for it.
 */
#include "testing.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "io/http_client.h"
#include "io/http_message.h"
#include "support/scripted.h"
#include "support/tls.h"

#define HANG_S 10
#define NEVER_FAILED 3 /* exit code of a child */
#define MAX_ALLOCATIONS 2000
#define MAX_TLS_ALLOCATIONS 100000

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
run_child(void (*child)(unsigned long n), unsigned long n, struct strbuf *says)
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
		child(n);
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
		int status = run_child(transfer, n, &says);
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

/* -- OpenSSL --------------------------------------------------------------- */
static char directory[] = "/tmp/newswatch-memory.XXXXXX";
static char certificate[64]; /* the one that is trusted */

static int
make_certificate(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	tls_certificate(directory, "IP:127.0.0.1");
	snprintf(certificate, sizeof(certificate), "%s/cert.pem", directory);
	return 0;
}

static int
remove_certificate(void **state)
{
	static const char *const names[] = {
		"cert.pem", "key.pem", "openssl.log"};
	char path[64];

	(void)state;
	for (size_t i = 0; i < N_ROWS(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	return rmdir(directory);
}

static unsigned long n_allocations, failing = ULONG_MAX;

static bool
is_refused(void)
{
	return ++n_allocations >= failing;
}

static void *
tls_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return is_refused() ? NULL : malloc(n);
}

static void *
tls_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return is_refused() ? NULL : realloc(p, n);
}

static void
tls_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

static void
on_tls_done(struct http_response *r, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s: %s", http_failure_name(r->failure), r->err.msg);
	_exit(n_allocations < failing ? NEVER_FAILED : 0);
}

/* A request to a server that speaks no TLS, of which allocation n of OpenSSL's
 * fails; never returns. */
static void
tls_transfer(unsigned long n)
{
	static const struct script script = {
		.answer = "HTTP/1.1 200 OK\r\n\r\n", .end = SCRIPT_HOLD};
	struct http_client_options o = {
		.user_agent = "newswatch-test/1", .ca_file = certificate};
	struct http_request q = {0};
	struct http_client *c;
	struct loop *l;
	char text[64];

	if (CRYPTO_set_mem_functions(tls_malloc, tls_realloc, tls_free) != 1 ||
		loop_new(&l, NULL) != 0 ||
		http_client_new(l, &o, &c, NULL) != 0)
		_exit(1);
	snprintf(text, sizeof(text), "https://127.0.0.1:%u/",
		scripted_port(scripted_new(l, &script, 1)));
	q.url = span_of(text);
	n_allocations = 0;
	failing = n;
	if (http_client_start(c, &q, on_tls_done, l, NULL, NULL) == 0)
		loop_run(l);
	_exit(1);
}

/* From its first allocation to the last one, that of the handshake. */
static void
a_server_is_not_blamed_where_openssl_has_no_memory(void **state)
{
	unsigned long n, ours = 0;

	(void)state;
	for (n = 1; n < MAX_TLS_ALLOCATIONS; n += 1 + n / 40) {
		struct strbuf says = STRBUF_INIT(4096);
		int status = run_child(tls_transfer, n, &says);
		bool is_ours = span_starts(strbuf_as_span(&says), "ours: ");

		if (!WIFEXITED(status) ||
			(WEXITSTATUS(status) != NEVER_FAILED && !is_ours))
			fail_msg("allocation %lu: status %#x, %s", n, status,
				strbuf_cstr(&says));
		strbuf_fini(&says);
		if (WEXITSTATUS(status) == NEVER_FAILED)
			break;
		ours++;
	}
	assert_in_range(ours, 30, MAX_TLS_ALLOCATIONS - 1);
	assert_true(n < MAX_TLS_ALLOCATIONS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_process_says_that_libcurl_has_no_memory_and_ends),
		cmocka_unit_test(
			a_server_is_not_blamed_where_openssl_has_no_memory),
	};

	return cmocka_run_group_tests(
		tests, make_certificate, remove_certificate);
}
