#include "support/proxy.h"

#include "testing.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/loop.h"

struct proxy {
	struct loop *loop;
	char *listen_path, *upstream_path;
	int listen_fd, client_fd, server_fd; /* -1: none */
	struct loop_fd *listen_watch, *client_watch, *server_watch;
	unsigned countdown, cuts;
};

static struct sockaddr_un
address(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	assert_true(strlen(path) < sizeof(sun.sun_path));
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	return sun;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
proxy_cut_now(struct proxy *p)
{
	loop_fd_free(&p->client_watch);
	loop_fd_free(&p->server_watch);
	close_fd(&p->client_fd);
	close_fd(&p->server_fd);
}

/* All of it, waiting where the other side is slow; false: it is gone. */
static bool
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = send(fd, bytes, n, MSG_NOSIGNAL);
		struct pollfd room = {.fd = fd, .events = POLLOUT};

		if (done < 0 && (errno == EAGAIN || errno == EINTR)) {
			poll(&room, 1, 1000);
			continue;
		}
		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

static void
on_client(int fd, unsigned what, void *arg)
{
	struct proxy *p = arg;
	static char bytes[1 << 16];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (n <= 0 || !write_all(p->server_fd, bytes, (size_t)n))
		proxy_cut_now(p);
}

static void
on_server(int fd, unsigned what, void *arg)
{
	struct proxy *p = arg;
	static char bytes[1 << 16];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (n > 0 && p->countdown > 0 && --p->countdown == 0) {
		p->cuts++;
		n = 0;
	}
	if (n <= 0 || !write_all(p->client_fd, bytes, (size_t)n))
		proxy_cut_now(p);
}

static void
on_accept(int fd, unsigned what, void *arg)
{
	struct proxy *p = arg;
	struct sockaddr_un sun = address(p->upstream_path);
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	(void)what;
	if (client < 0)
		return;
	proxy_cut_now(p);
	p->client_fd = client;
	p->server_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(p->server_fd, (struct sockaddr *)&sun, sizeof(sun)) < 0) {
		proxy_cut_now(p);
		return;
	}
	p->client_watch =
		loop_fd_new(p->loop, p->client_fd, LOOP_READ, on_client, p);
	p->server_watch =
		loop_fd_new(p->loop, p->server_fd, LOOP_READ, on_server, p);
}

struct proxy *
proxy_new(struct loop *l, const char *listen_path, const char *upstream)
{
	struct proxy *p = mem_new(p);
	struct sockaddr_un sun = address(listen_path);

	p->loop = l;
	p->listen_path = mem_strdup(listen_path);
	p->upstream_path = mem_strdup(upstream);
	p->client_fd = -1;
	p->server_fd = -1;
	p->listen_fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(
		bind(p->listen_fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(listen(p->listen_fd, 8), 0);
	p->listen_watch = loop_fd_new(l, p->listen_fd, LOOP_READ, on_accept, p);
	return p;
}

void
proxy_free(struct proxy **p)
{
	struct proxy *old = *p;

	*p = NULL;
	proxy_cut_now(old);
	loop_fd_free(&old->listen_watch);
	close_fd(&old->listen_fd);
	unlink(old->listen_path);
	mem_free(&old->listen_path);
	mem_free(&old->upstream_path);
	mem_free(&old);
}

void
proxy_cut(struct proxy *p, unsigned n)
{
	p->countdown = n;
}

unsigned
proxy_cuts(const struct proxy *p)
{
	return p->cuts;
}
