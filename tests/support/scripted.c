#include "support/scripted.h"

#include "testing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/vec.h"

struct conn {
	struct scripted *s;
	const struct script *script;
	int fd;
	struct loop_fd *w;
	struct loop_timer *timer;
	size_t awaited; /* bytes received before the present round */
	size_t sent;
	bool answering;
};

struct scripted {
	struct loop *l;
	const struct script *scripts;
	size_t n;
	int fd;
	struct loop_fd *w;
	unsigned port;
	unsigned count;
	struct strbuf received;
	VEC(struct conn *) conns;
};

static void
hang_up(struct conn *c)
{
	loop_fd_free(&c->w);
	loop_timer_free(&c->timer);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void
end(struct conn *c)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	c->answering = false;
	switch (c->script->end) {
	case SCRIPT_RESET:
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		hang_up(c);
		return;
	case SCRIPT_CLOSE:
		hang_up(c);
		return;
	case SCRIPT_ONCE:
		c->awaited = c->s->received.n;
		break;
	case SCRIPT_AGAIN:
		c->sent = 0;
		c->awaited = c->s->received.n;
		break;
	case SCRIPT_HOLD:
		break;
	}
	loop_fd_set(c->w, LOOP_READ);
}

static void
on_slice(void *arg)
{
	struct conn *c = arg;

	if (c->w)
		loop_fd_set(c->w, LOOP_READ | LOOP_WRITE);
}

static size_t
answer_size(const struct script *sc)
{
	if (sc->n_answer || !sc->answer)
		return sc->n_answer;
	return strlen(sc->answer);
}

static void
answer(struct conn *c)
{
	const struct script *sc = c->script;
	size_t all = answer_size(sc);
	size_t n = all - c->sent;
	ssize_t done;

	if (sc->slice && n > sc->slice)
		n = sc->slice;
	done = n ? send(c->fd, sc->answer + c->sent, n, MSG_NOSIGNAL) : 0;
	if (done < 0 && errno == EAGAIN)
		return;
	if (done < 0) {
		hang_up(c);
		return;
	}
	c->sent += (size_t)done;
	if (c->sent == all && sc->endless)
		c->sent = 0;
	if (c->sent == all) {
		end(c);
	} else if (sc->slice) {
		loop_fd_set(c->w, LOOP_READ);
		loop_timer_set(c->timer, sc->slice_ms);
	}
}

static void
begin_if_awaited(struct conn *c)
{
	struct span got = strbuf_as_span(&c->s->received);

	got = span_sub(got, c->awaited, got.n);
	if (c->answering ||
		(c->script->await &&
			span_find_str(got, c->script->await) == SIZE_MAX))
		return;
	if (c->script->end == SCRIPT_ONCE && c->awaited > 0) {
		hang_up(c);
		return;
	}
	c->answering = true;
	loop_fd_set(c->w, LOOP_READ | LOOP_WRITE);
}

static void
on_ready(int fd, unsigned what, void *arg)
{
	struct conn *c = arg;
	char chunk[16384];
	ssize_t n;

	if (what & LOOP_READ) {
		n = recv(fd, chunk, sizeof(chunk), 0);
		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			hang_up(c);
			return;
		}
		if (n > 0)
			strbuf_put(&c->s->received, chunk, (size_t)n);
		begin_if_awaited(c);
	} else if (c->answering) {
		answer(c);
	}
}

static void
on_accept(int fd, unsigned what, void *arg)
{
	struct scripted *s = arg;
	struct conn *c = mem_new(c);
	size_t i = s->count < s->n ? s->count : s->n - 1;

	(void)what;
	c->s = s;
	c->script = &s->scripts[i];
	c->fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(c->fd >= 0);
	s->count++;
	strbuf_clear(&s->received);
	c->timer = loop_timer_new(s->l, on_slice, c);
	c->w = loop_fd_new(s->l, c->fd, LOOP_READ, on_ready, c);
	vec_push(&s->conns, c);
	if (!c->script->await)
		begin_if_awaited(c);
}

struct scripted *
scripted_new(struct loop *l, const struct script *scripts, size_t n)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t size = sizeof(in);
	struct scripted *s = mem_new(s);

	s->l = l;
	s->scripts = scripts;
	s->n = n;
	strbuf_init(&s->received, 64 << 20);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&in, size), 0);
	assert_int_equal(listen(s->fd, 64), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&in, &size), 0);
	s->port = ntohs(in.sin_port);
	s->w = loop_fd_new(l, s->fd, LOOP_READ, on_accept, s);
	return s;
}

void
scripted_free(struct scripted **sp)
{
	struct scripted *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	vec_each (struct conn **, c, &s->conns) {
		hang_up(*c);
		mem_free(c);
	}
	vec_fini(&s->conns);
	loop_fd_free(&s->w);
	close(s->fd);
	strbuf_fini(&s->received);
	mem_free(&s);
}

unsigned
scripted_port(const struct scripted *s)
{
	return s->port;
}

unsigned
scripted_count(const struct scripted *s)
{
	return s->count;
}

struct span
scripted_received(const struct scripted *s)
{
	return strbuf_as_span(&s->received);
}
