/* Names to addresses, against a scripted name server in the test's own loop. */
#include "testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/resolve.h"

#define LIMIT_MS 10000

/*
 * What the server does, by the first letter of the name: a: one A record;
 * m: three; n: NXDOMAIN; s: silence; f: SERVFAIL. AAAA has no data.
 */
struct world {
	struct loop *l;
	int fd;
	struct loop_fd *w;
	char servers[32];
	unsigned ttl_s;
	unsigned asked; /* A questions */
	struct resolve *r;
	unsigned answers, errors;
	unsigned stop_at;
	char text[256]; /* of the last answer */
	struct err error;
	bool is_ours;
	bool free_in_callback;
};

static void
put16(unsigned char **p, unsigned v)
{
	*(*p)++ = (unsigned char)(v >> 8);
	*(*p)++ = (unsigned char)v;
}

static void
on_question(int fd, unsigned what, void *arg)
{
	struct world *w = arg;
	unsigned char q[512], *p;
	struct sockaddr_storage from;
	socklen_t n_from = sizeof(from);
	ssize_t n = recvfrom(
		fd, q, sizeof(q) - 64, 0, (struct sockaddr *)&from, &n_from);
	size_t end = 12;
	unsigned type, n_answers = 0;

	(void)what;
	assert_true(n > 16);
	while (q[end])
		end += 1u + q[end];
	type = (unsigned)q[end + 1] << 8 | q[end + 2];
	end += 5;
	if (type == 1)
		w->asked++;
	if (q[13] == 's')
		return;
	if (type == 1 && (q[13] == 'a' || q[13] == 'm'))
		n_answers = q[13] == 'a' ? 1 : 3;
	q[2] = 0x81;
	q[3] = (unsigned char)(0x80 |
		(q[13] == 'n'                  ? 3
				: q[13] == 'f' ? 2
					       : 0));
	p = q + 6;
	put16(&p, n_answers);
	put16(&p, 0);
	put16(&p, 0);
	p = q + end;
	for (unsigned i = 0; i < n_answers; i++) {
		put16(&p, 0xc00c);
		put16(&p, 1);
		put16(&p, 1);
		put16(&p, w->ttl_s >> 16);
		put16(&p, w->ttl_s & 0xffff);
		put16(&p, 4);
		put16(&p, 192 << 8 | 0);
		put16(&p, 2 << 8 | (i + 1));
	}
	assert_int_equal(sendto(fd, q, (size_t)(p - q), 0,
				 (struct sockaddr *)&from, n_from),
		p - q);
}

static int
setup(void **state)
{
	struct world *w = mem_new(w);
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t n = sizeof(in);

	assert_int_equal(loop_new(&w->l, NULL), 0);
	w->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(w->fd, (struct sockaddr *)&in, n), 0);
	assert_int_equal(getsockname(w->fd, (struct sockaddr *)&in, &n), 0);
	snprintf(w->servers, sizeof(w->servers), "127.0.0.1:%u",
		ntohs(in.sin_port));
	w->w = loop_fd_new(w->l, w->fd, LOOP_READ, on_question, w);
	w->ttl_s = 300;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	resolve_free(&w->r);
	loop_fd_free(&w->w);
	close(w->fd);
	loop_free(&w->l);
	mem_free(&w);
	return 0;
}

static void
start(struct world *w, struct resolve_options o)
{
	o.servers = w->servers;
	assert_int_equal(resolve_new(w->l, &o, &w->r, NULL), 0);
}

static void
on_resolved(
	const struct resolve_answer *answer, const struct err *err, void *arg)
{
	struct world *w = arg;
	size_t n = 0;

	assert_int_equal(answer->n == 0, err != NULL);
	if (w->free_in_callback)
		resolve_free(&w->r);
	w->text[0] = '\0';
	for (size_t i = 0; i < answer->n; i++) {
		char text[CIDR_TEXT_SIZE];

		cidr_addr_format(&answer->addrs[i], text);
		n += (size_t)snprintf(
			w->text + n, sizeof(w->text) - n, "%s ", text);
	}
	w->is_ours = answer->is_ours;
	if (!err)
		w->answers++;
	else
		w->errors++, w->error = *err;
	if (w->answers + w->errors == w->stop_at)
		loop_stop(w->l);
}

static void
ask(struct world *w, const char *name)
{
	resolve_start(w->r, name, on_resolved, w);
}

static void
await(struct world *w, unsigned n)
{
	w->stop_at = n;
	if (w->answers + w->errors < n && !loop_run_for(w->l, LIMIT_MS))
		fail_msg("%u answers, %u errors", w->answers, w->errors);
}

static void
a_name_is_resolved_to_its_addresses(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){0});
	ask(w, "many.example");
	assert_int_equal(w->answers, 0);
	await(w, 1);
	assert_int_equal(w->answers, 1);
	assert_non_null(strstr(w->text, "192.0.2.1 "));
	assert_non_null(strstr(w->text, "192.0.2.2 "));
	assert_non_null(strstr(w->text, "192.0.2.3 "));
}

static void
equal_names_share_a_lookup_and_its_answer(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){0});
	for (int i = 0; i < 5; i++)
		ask(w, "a.example");
	await(w, 5);
	ask(w, "a.example");
	ask(w, "a.example.");
	await(w, 7);
	assert_int_equal(w->answers, 7);
	assert_int_equal(w->asked, 1);
	assert_string_equal(w->text, "192.0.2.1 ");
}

static void
an_answer_holds_for_its_ttl_only(void **state)
{
	struct world *w = *state;

	w->ttl_s = 0;
	start(w, (struct resolve_options){.min_ttl_ms = 30});
	ask(w, "a.example");
	await(w, 1);
	ask(w, "a.example");
	await(w, 2);
	assert_int_equal(w->asked, 1);
	loop_run_for(w->l, 40);
	ask(w, "a.example");
	await(w, 3);
	assert_int_equal(w->asked, 2);
}

static void
a_missing_name_is_permanent_and_remembered(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){0});
	ask(w, "none.example");
	await(w, 1);
	assert_int_equal(w->error.kind, ERR_PERM);
	assert_non_null(strstr(w->error.msg, "no host 'none.example'"));
	ask(w, "none.example");
	await(w, 2);
	assert_int_equal(w->errors, 2);
	assert_int_equal(w->asked, 1);
}

static void
silence_and_failure_of_the_server_are_temporary(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){.timeout_ms = 300});
	ask(w, "silent.example");
	await(w, 1);
	assert_int_equal(w->error.kind, ERR_TEMP);
	assert_non_null(strstr(w->error.msg, "in time"));
	ask(w, "failing.example");
	await(w, 2);
	assert_int_equal(w->error.kind, ERR_TEMP);
	assert_int_equal(w->errors, 2);
}

static void
without_a_socket_nobody_is_to_blame_and_nothing_remembered(void **state)
{
	struct world *w = *state;
	struct rlimit was, none;

	start(w, (struct resolve_options){0});
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = (rlim_t)dup(0); /* the next one */
	close((int)none.rlim_cur);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	ask(w, "a.example");
	await(w, 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(w->errors, 1);
	assert_true(w->is_ours);
	assert_int_equal(w->error.kind, ERR_TEMP);
	assert_string_equal(
		w->error.msg, "no memory or socket to look up \"a.example\"");
	loop_run_for(w->l, 2);
	ask(w, "a.example");
	await(w, 2);
	assert_int_equal(w->answers, 1);
	assert_false(w->is_ours);
}

static void
an_address_needs_no_server(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){0});
	ask(w, "2001:db8::1");
	await(w, 1);
	assert_string_equal(w->text, "2001:db8::1 ");
	assert_int_equal(w->asked, 0);
}

static void
lookups_beyond_the_bound_wait_and_then_fail(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){.max_queries = 1, .max_waiting = 2});
	ask(w, "a1.example");
	ask(w, "a2.example");
	ask(w, "a3.example");
	ask(w, "a4.example");
	await(w, 4);
	assert_int_equal(w->answers, 3);
	assert_int_equal(w->errors, 1);
	assert_int_equal(w->error.kind, ERR_TEMP);
	assert_int_equal(w->asked, 3);
}

static void
the_cache_stays_within_its_bound(void **state)
{
	struct world *w = *state;
	char name[32];

	start(w, (struct resolve_options){.max_cache = 4});
	for (unsigned i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "a%u.example", i);
		ask(w, name);
		await(w, i + 1);
	}
	assert_int_equal(w->answers, 20);
	ask(w, "a19.example");
	await(w, 21);
	assert_int_equal(w->asked, 20);
	ask(w, "a0.example");
	await(w, 22);
	assert_int_equal(w->asked, 21);
}

static void
a_cancelled_query_is_not_called_back(void **state)
{
	struct world *w = *state;
	struct resolve_query *q;

	start(w, (struct resolve_options){0});
	q = resolve_start(w->r, "a.example", on_resolved, w);
	ask(w, "a.example");
	resolve_cancel(&q);
	assert_null(q);
	q = resolve_start(w->r, "127.0.0.1", on_resolved, w);
	resolve_cancel(&q);
	await(w, 1);
	assert_false(loop_run_for(w->l, 10));
	assert_int_equal(w->answers, 1);
}

static void
a_resolver_may_be_freed_in_its_callback_and_under_way(void **state)
{
	struct world *w = *state;

	start(w, (struct resolve_options){0});
	w->free_in_callback = true;
	ask(w, "many.example");
	ask(w, "many.example");
	ask(w, "silent.example");
	await(w, 1);
	assert_null(w->r);
	assert_false(loop_run_for(w->l, 10));
	assert_int_equal(w->answers, 1);
	assert_non_null(strstr(w->text, "192.0.2.3"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_resolved_to_its_addresses),
		TEST(equal_names_share_a_lookup_and_its_answer),
		TEST(an_answer_holds_for_its_ttl_only),
		TEST(a_missing_name_is_permanent_and_remembered),
		TEST(silence_and_failure_of_the_server_are_temporary),
		TEST(without_a_socket_nobody_is_to_blame_and_nothing_remembered),
		TEST(an_address_needs_no_server),
		TEST(lookups_beyond_the_bound_wait_and_then_fail),
		TEST(the_cache_stays_within_its_bound),
		TEST(a_cancelled_query_is_not_called_back),
		TEST(a_resolver_may_be_freed_in_its_callback_and_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
