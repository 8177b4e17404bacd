/*
 * A proxy between two Unix sockets, in the test's own loop, that cuts the
 * connection at a chosen moment: after the server has got a command and before
 * the client gets its reply, say.
 */
#ifndef NW_TESTS_SUPPORT_PROXY_H
#define NW_TESTS_SUPPORT_PROXY_H

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct proxy;

/* Listens on `listen`, connects to `upstream`. One client at a time: a new one
 * ends the one before. */
struct proxy *proxy_new(
	struct loop *l, const char *listen, const char *upstream);
void proxy_free(struct proxy **p);
/* The n-th piece of a reply from now is thrown away, and the connection cut. 0:
 * never. */
void proxy_cut(struct proxy *p, unsigned n);
/* Cut now. */
void proxy_cut_now(struct proxy *p);
unsigned proxy_cuts(const struct proxy *p); /* so far, by proxy_cut */

#endif
