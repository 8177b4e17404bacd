/* Listening sockets. No library is involved. */
#include "io/http_listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/cidr.h"

#define BACKLOG 128

static int
parse_where(const char *where, struct sockaddr_storage *out, socklen_t *n,
	struct err *err)
{
	struct span s = span_of(where);
	struct span host;
	struct cidr_addr a;
	int64_t port;
	size_t colon = SIZE_MAX;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ':')
			colon = i;
	host = span_sub(s, 0, colon);
	if (colon == SIZE_MAX ||
		!span_i64(span_sub(s, colon + 1, s.n), 0, 65535, &port))
		return err_set(err, ERR_CONF,
			"\"%.100s\" is no address to listen on; write it like "
			"127.0.0.1:8642",
			where);
	if (span_starts(host, "[") && span_ends(host, "]"))
		host = span_sub(host, 1, host.n - 2);
	if (span_eq_str(host, "localhost"))
		host = SPAN_LIT("127.0.0.1");
	if (span_eq_str(host, "*"))
		host = SPAN_LIT("::");
	if (!cidr_addr_parse(host, &a))
		return err_set(err, ERR_CONF,
			"\"%.*s\" is no IP address to listen on (use * for "
			"all)",
			SPAN_ARG(span_sub(host, 0, 100)));
	*n = cidr_addr_to(&a, (uint16_t)port, out);
	return 0;
}

static unsigned
port_of(int fd)
{
	struct sockaddr_storage ss = {0};
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	socklen_t n = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &n) < 0)
		return 0;
	if (ss.ss_family == AF_INET) {
		memcpy(&in, &ss, sizeof(in));
		return ntohs(in.sin_port);
	}
	memcpy(&in6, &ss, sizeof(in6));
	return ntohs(in6.sin6_port);
}

static int
bind_failed(const char *where, int errnum, struct err *err)
{
	const char *advice = "";

	if (errnum == EADDRINUSE)
		advice = " (another program listens there; choose another "
			 "port, or stop it)";
	else if (errnum == EADDRNOTAVAIL)
		advice = " (this machine has no such address)";
	else if (errnum == EACCES)
		advice = " (ports below 1024 need privileges)";
	return err_set(err, ERR_CONF, "listening on %s: %s%s", where,
		strerrordesc_np(errnum), advice);
}

int
http_listen_tcp(const char *where, int *fd, unsigned *port, struct err *err)
{
	struct sockaddr_storage ss = {0};
	socklen_t n = 0;
	int on = 1;
	int errnum;

	*fd = -1;
	if (parse_where(where, &ss, &n, err) < 0)
		return -1;
	*fd = socket(
		ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return err_errno(err, ERR_TEMP, errno, "making a socket");
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(*fd, (struct sockaddr *)&ss, n) < 0 ||
		listen(*fd, BACKLOG) < 0) {
		errnum = errno;
		close(*fd);
		*fd = -1;
		return bind_failed(where, errnum, err);
	}
	*port = port_of(*fd);
	return 0;
}

/* Makes way: a file that nobody serves any more. */
static int
remove_stale(const char *path, const struct sockaddr_un *sun, struct err *err)
{
	struct stat st;
	int fd, rc;

	if (lstat(path, &st) < 0)
		return 0; /* bind() will say what else is wrong */
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, ERR_CONF,
			"%s is in the way and is no socket; remove it", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(err, ERR_TEMP, errno, "making a socket");
	rc = connect(fd, (const struct sockaddr *)sun, sizeof(*sun));
	if (rc < 0 && errno == ECONNREFUSED)
		rc = unlink(path) < 0 && errno != ENOENT ? -1 : 1;
	close(fd);
	if (rc == 1)
		return 0;
	if (rc == 0 || errno == EAGAIN)
		return err_set(err, ERR_CONF,
			"another process answers on %s; is newswatch running "
			"already?",
			path);
	return err_errno(err, ERR_CONF, errno, "replacing %s", path);
}

int
http_listen_unix(const char *path, unsigned mode, int *fd, uint64_t *inode,
	struct err *err)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct stat st;
	mode_t before;
	int rc, errnum;

	*fd = -1;
	if (strlen(path) >= sizeof(sun.sun_path))
		return err_set(err, ERR_CONF,
			"the socket path \"%s\" is longer than %zu bytes; "
			"choose a shorter state_dir",
			path, sizeof(sun.sun_path) - 1);
	memcpy(sun.sun_path, path, strlen(path));
	if (remove_stale(path, &sun, err) < 0)
		return -1;
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return err_errno(err, ERR_TEMP, errno, "making a socket");
	/* Never wider than asked, not even for a moment. */
	before = umask(0777);
	rc = bind(*fd, (struct sockaddr *)&sun, sizeof(sun));
	errnum = errno;
	umask(before);
	if (rc == 0 &&
		(listen(*fd, BACKLOG) < 0 || chmod(path, (mode_t)mode) < 0 ||
			lstat(path, &st) < 0)) {
		errnum = errno;
		unlink(path);
		rc = -1;
	}
	if (rc == 0) {
		*inode = st.st_ino;
		return 0;
	}
	close(*fd);
	*fd = -1;
	return err_errno(err, ERR_CONF, errnum, "listening on %s", path);
}

void
http_listen_unlink(const char *path, uint64_t inode)
{
	struct stat st;

	if (inode && lstat(path, &st) == 0 && st.st_ino == inode)
		unlink(path);
}
