/* Listening sockets for http_server.c: TCP, and Unix with a stale file's
 * removal. */
#ifndef NW_IO_HTTP_LISTEN_H
#define NW_IO_HTTP_LISTEN_H

#include <stdint.h>

#include "base/err.h"

/* "127.0.0.1:80", "[::1]:0", "localhost:80", "*:80". Non-blocking; the port in
 * use comes back. ERR_CONF says what is in the way. */
NW_MUST_CHECK int http_listen_tcp(
	const char *where, int *fd, unsigned *port, struct err *err);
/* ERR_CONF if somebody answers there, or it is another kind of file. inode is
 * for http_listen_unlink(). */
NW_MUST_CHECK int http_listen_unix(const char *path, unsigned mode, int *fd,
	uint64_t *inode, struct err *err);
/* Removes the file if it is still the one made; somebody else may have put
 * theirs there meanwhile. */
void http_listen_unlink(const char *path, uint64_t inode);

#endif
