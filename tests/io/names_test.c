/* Whom a request reaches when a name's addresses change: libcurl keeps what it
 * is handed for ever, so that the client must not. A scripted name server. */
#include "testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/http_client.h"
#include "io/resolve.h"
#include "support/scripted.h"

#define LIMIT_MS 10000
#define TTL_MS 1000
/* Where our server is, and where nobody listens. */
#define HERE 0x7f000001u
#define NOWHERE 0x7f000002u
#define NO_NAME 0u

struct world {
	struct loop *l;
	struct scripted *s;
	struct resolve *r;
	struct http_client *c;
	struct loop_fd *w;
	int fd;
	uint32_t address; /* what the name server says of every name */
	unsigned asked; /* A questions */
	char url[128];
	enum http_failure failure;
};

static size_t
put_answer(unsigned char *p, uint32_t address)
{
	/* The question's name, A, IN, TTL 0, 4 bytes. */
	static const unsigned char head[] = {
		0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4};
	uint32_t be = htonl(address);

	memcpy(p, head, sizeof(head));
	memcpy(p + sizeof(head), &be, 4);
	return sizeof(head) + 4;
}

static void
on_question(int fd, unsigned what, void *arg)
{
	struct world *w = arg;
	unsigned char q[512];
	struct sockaddr_storage from;
	socklen_t n_from = sizeof(from);
	ssize_t n = recvfrom(
		fd, q, sizeof(q) - 64, 0, (struct sockaddr *)&from, &n_from);
	size_t end = 12;
	bool is_a;

	(void)what;
	assert_true(n > 16);
	while (q[end])
		end += 1u + q[end];
	is_a = q[end + 2] == 1;
	end += 5;
	w->asked += is_a;
	q[2] = 0x81;
	q[3] = w->address == NO_NAME ? 0x83 : 0x80;
	memset(q + 6, 0, 6);
	if (is_a && w->address != NO_NAME) {
		q[7] = 1;
		end += put_answer(q + end, w->address);
	}
	assert_int_equal(
		sendto(fd, q, end, 0, (struct sockaddr *)&from, n_from), end);
}

static int
setup(void **state)
{
	static const struct script script = {.await = "\r\n\r\n",
		.answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		.end = SCRIPT_CLOSE};
	struct world *w = mem_new(w);
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t n = sizeof(in);
	char servers[32];
	struct resolve_options ro = {.servers = servers,
		.min_ttl_ms = TTL_MS,
		.negative_ttl_ms = TTL_MS};
	struct http_client_options o = {0};

	assert_int_equal(loop_new(&w->l, NULL), 0);
	w->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(w->fd, (struct sockaddr *)&in, n), 0);
	assert_int_equal(getsockname(w->fd, (struct sockaddr *)&in, &n), 0);
	w->w = loop_fd_new(w->l, w->fd, LOOP_READ, on_question, w);
	snprintf(servers, sizeof(servers), "127.0.0.1:%u", ntohs(in.sin_port));
	assert_int_equal(resolve_new(w->l, &ro, &w->r, NULL), 0);
	o.resolve = w->r;
	assert_int_equal(http_client_new(w->l, &o, &w->c, NULL), 0);
	w->s = scripted_new(w->l, &script, 1);
	snprintf(w->url, sizeof(w->url), "http://moves.example:%u/",
		scripted_port(w->s));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	http_client_free(&w->c);
	resolve_free(&w->r);
	scripted_free(&w->s);
	loop_fd_free(&w->w);
	close(w->fd);
	loop_free(&w->l);
	mem_free(&w);
	return 0;
}

static void
on_done(struct http_response *r, void *arg)
{
	struct world *w = arg;

	w->failure = r->failure;
	loop_stop(w->l);
}

static enum http_failure
fetch(struct world *w)
{
	struct http_request q = {.url = span_of(w->url)};
	struct err err;

	if (http_client_start(w->c, &q, on_done, w, NULL, &err) < 0)
		fail_msg("%s", err.msg);
	if (!loop_run_for(w->l, LIMIT_MS))
		fail_msg("no answer");
	return w->failure;
}

/* A request ends so, and so many questions were asked until now. */
static void
expect(struct world *w, enum http_failure failure, unsigned asked)
{
	assert_int_equal(fetch(w), failure);
	assert_int_equal(w->asked, asked);
}

static void
a_host_that_moves_is_found_when_its_ttl_has_passed(void **state)
{
	struct world *w = *state;

	w->address = NOWHERE;
	expect(w, HTTP_CONNECT, 1);
	w->address = HERE;
	expect(w, HTTP_CONNECT, 1);
	loop_run_for(w->l, TTL_MS + 50);
	expect(w, HTTP_DONE, 2);
	expect(w, HTTP_DONE, 2);
	/* And it is left when it is there no more. */
	w->address = NOWHERE;
	loop_run_for(w->l, TTL_MS + 50);
	expect(w, HTTP_CONNECT, 3);
}

static void
a_name_that_is_missing_is_looked_up_again_later(void **state)
{
	struct world *w = *state;

	w->address = NO_NAME;
	expect(w, HTTP_RESOLVE, 1);
	w->address = HERE;
	expect(w, HTTP_RESOLVE, 1);
	loop_run_for(w->l, TTL_MS + 50);
	expect(w, HTTP_DONE, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_host_that_moves_is_found_when_its_ttl_has_passed),
		TEST(a_name_that_is_missing_is_looked_up_again_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
