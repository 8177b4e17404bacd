/*
 * An HTTP/1.1 server: its listeners, and who is let in. A connection's life is
 * in http_conn.c, an answer's in http_exchange.c.
 *
 * Why not evhttp: it ends the process ("illegal connection state") when a
 * client sends while an answer is being streamed, does not notice that a client
 * has gone, and has no bound on connections or on slow heads. One thread.
 */
#include "io/http_server.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/http_listen.h"
#include "io/http_server_private.h"

#define MAX_ACCEPTS 32 /* per turn and socket */
#define ACCEPT_PAUSE_MS 500 /* when out of descriptors */

struct listener {
	struct http_server *s;
	int fd;
	struct loop_fd *w;
	bool local;
	char *path; /* Unix: to be removed; else NULL */
	uint64_t inode;
};

/* -- connections ----------------------------------------------------------- */

static void
turn_away(struct http_server *s, int fd)
{
	static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\n"
				     "Connection: close\r\n"
				     "Content-Length: 0\r\n\r\n";

	s->stats.refused++;
	(void)!send(
		fd, answer, sizeof(answer) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static void
on_pause_over(void *arg)
{
	struct http_server *s = arg;

	vec_each (struct listener **, l, &s->listeners)
		loop_fd_set((*l)->w, LOOP_READ);
}

static void
on_accept(int fd, unsigned what, void *arg)
{
	struct listener *l = arg;
	struct http_server *s = l->s;

	(void)what;
	for (int i = 0; i < MAX_ACCEPTS; i++) {
		int conn =
			accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (conn >= 0) {
			if (s->stats.connections >= s->o.max_connections)
				turn_away(s, conn);
			else
				http_conn_new(s, conn, l->local);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			errno == ENOMEM) {
			log_warn("http_accept_paused", "error=\"%s\"",
				strerrordesc_np(errno));
			vec_each (struct listener **, each, &s->listeners)
				loop_fd_set((*each)->w, 0);
			loop_timer_set(s->pause, ACCEPT_PAUSE_MS);
		}
		return;
	}
}

/* -- the server ------------------------------------------------------------ */

int
http_server_new(struct loop *l, const struct http_server_options *o,
	struct http_server **out, struct err *err)
{
	struct http_server *s = mem_new(s);

	(void)err;
	s->loop = l;
	s->o = *o;
	if (!s->o.max_body_bytes)
		s->o.max_body_bytes = (size_t)1 << 20;
	if (!s->o.max_header_bytes)
		s->o.max_header_bytes = (size_t)16 << 10;
	if (!s->o.max_connections)
		s->o.max_connections = 256;
	if (!s->o.idle_ms)
		s->o.idle_ms = 60000;
	if (!s->o.max_unsent_bytes)
		s->o.max_unsent_bytes = (size_t)1 << 20;
	s->pause = loop_timer_new(l, on_pause_over, s);
	*out = s;
	return 0;
}

static void
add_listener(struct http_server *s, int fd, const char *path, uint64_t inode)
{
	struct listener *l = mem_new(l);

	l->s = s;
	l->fd = fd;
	l->local = path != NULL;
	l->path = path ? mem_strdup(path) : NULL;
	l->inode = inode;
	l->w = loop_fd_new(s->loop, fd, LOOP_READ, on_accept, l);
	vec_push(&s->listeners, l);
}

int
http_server_listen(struct http_server *s, const char *where, struct err *err)
{
	unsigned port;
	int fd;

	if (http_listen_tcp(where, &fd, &port, err) < 0)
		return -1;
	if (!s->port)
		s->port = port;
	add_listener(s, fd, NULL, 0);
	return 0;
}

int
http_server_listen_unix(
	struct http_server *s, const char *path, unsigned mode, struct err *err)
{
	uint64_t inode;
	int fd;

	if (http_listen_unix(path, mode, &fd, &inode, err) < 0)
		return -1;
	add_listener(s, fd, path, inode);
	return 0;
}

unsigned
http_server_port(const struct http_server *s)
{
	return s->port;
}

void
http_server_free(struct http_server **sp)
{
	struct http_server *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	vec_each (struct listener **, at, &s->listeners) {
		struct listener *l = *at;

		loop_fd_free(&l->w);
		if (l->path)
			http_listen_unlink(l->path, l->inode);
		close(l->fd);
		mem_free(&l->path);
		mem_free(&l);
	}
	vec_fini(&s->listeners);
	while (s->conns)
		http_conn_close(s->conns);
	loop_timer_free(&s->pause);
	loop_free_later(s->loop, s);
}

void
http_server_stats_read(
	const struct http_server *s, struct http_server_stats *out)
{
	*out = s->stats;
}
