#include "io/curl_loop.h"

#include <assert.h>

#include <curl/curl.h>

#include "base/failpoint.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "io/cidr.h"

#define ADDRESSES_BYTES 4096

/* -- memory ---------------------------------------------------------------- */

/*
 * libcurl's memory is ours. Where it is refused some, it neither watches the
 * socket it was about nor sets its timer again, so that the transfer never
 * ends; and it says the same of a header line beyond its own bound, which is a
 * server's fault.
 */
static void
count_allocation(void)
{
	if (failpoint("io.curl.memory"))
		mem_exhausted();
}

static void *
get_memory(size_t n)
{
	count_allocation();
	return mem_alloc(n);
}

static void *
get_zeroed(size_t n, size_t size)
{
	count_allocation();
	return mem_calloc(n, size);
}

static void *
get_more(void *p, size_t n)
{
	count_allocation();
	return mem_realloc(p, n, 1);
}

static char *
get_copy(const char *s)
{
	count_allocation();
	return mem_strdup(s);
}

static bool
init_library(void)
{
	static bool ready;

	if (!ready)
		ready = curl_global_init_mem(CURL_GLOBAL_DEFAULT, get_memory,
				mem_free_, get_more, get_copy,
				get_zeroed) == CURLE_OK;
	return ready;
}

/* -- events ---------------------------------------------------------------- */

static void
act(struct curl_loop *c, curl_socket_t fd, int action)
{
	int running;

	curl_multi_socket_action(c->multi, fd, action, &running);
	c->collect(c->arg);
}

static void
on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void
on_socket(int fd, unsigned what, void *arg)
{
	int action = (what & LOOP_READ ? CURL_CSELECT_IN : 0) |
		(what & LOOP_WRITE ? CURL_CSELECT_OUT : 0);

	act(arg, fd, action);
}

void *
curl_loop_addresses(
	const char *host, unsigned port, const struct resolve_answer *answer)
{
	struct strbuf s = STRBUF_INIT(ADDRESSES_BYTES);
	struct curl_slist *list;
	char text[CIDR_TEXT_SIZE];

	strbuf_printf(&s, "+%s:%u:", host, port);
	for (size_t i = 0; i < answer->n; i++) {
		cidr_addr_format(&answer->addrs[i], text);
		strbuf_printf(&s, "%s%s", i > 0 ? "," : "", text);
	}
	list = curl_slist_append(NULL, strbuf_cstr(&s));
	assert(list);
	strbuf_fini(&s);
	return list;
}

void
curl_loop_set_text(void *easy, int option, struct span value)
{
	char *text = span_dup(value);
	CURLcode rc = curl_easy_setopt(easy, (CURLoption)option, text);

	assert(rc == CURLE_OK);
	mem_free(&text);
}

void
curl_loop_add(struct curl_loop *c, void *easy)
{
	CURLMcode rc = curl_multi_add_handle(c->multi, easy);

	assert(rc == CURLM_OK);
}

static int
on_set_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct curl_loop *c = arg;

	(void)multi;
	if (timeout_ms < 0)
		loop_timer_stop(c->timer);
	else
		loop_timer_set(c->timer, timeout_ms);
	return 0;
}

static int
on_set_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *watch)
{
	struct curl_loop *c = arg;
	struct loop_fd *w = watch;
	unsigned interest = 0;

	(void)easy;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		interest |= LOOP_READ;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		interest |= LOOP_WRITE;
	if (what == CURL_POLL_REMOVE) {
		loop_fd_free(&w);
		curl_multi_assign(c->multi, fd, NULL);
	} else if (w) {
		loop_fd_set(w, interest);
	} else {
		w = loop_fd_new(c->loop, fd, interest, on_socket, c);
		curl_multi_assign(c->multi, fd, w);
	}
	return 0;
}

bool
curl_loop_init(struct curl_loop *c, struct loop *l, void (*collect)(void *arg),
	void *arg)
{
	if (!init_library())
		return false;
	*c = (struct curl_loop){.loop = l, .collect = collect, .arg = arg};
	c->multi = curl_multi_init();
	assert(c->multi);
	c->timer = loop_timer_new(l, on_timer, c);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_set_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_set_timer);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	return true;
}

void
curl_loop_fini(struct curl_loop *c)
{
	curl_multi_cleanup(c->multi);
	loop_timer_free(&c->timer);
}
