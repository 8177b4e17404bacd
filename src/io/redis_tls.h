/* TLS of a Redis connection. The door to libssl. For redis.c. */
#ifndef NW_IO_REDIS_TLS_H
#define NW_IO_REDIS_TLS_H

#include <stddef.h>

#include "base/err.h"
#include "io/redis.h"

struct redis_tls;
struct ssl_st; /* what OpenSSL calls SSL */

/* Certificates of o. ERR_CONF names the file that cannot be used. */
NW_MUST_CHECK int redis_tls_new(
	const struct redis_options *o, struct redis_tls **out, struct err *err);
void redis_tls_free(struct redis_tls **t);
/* A session that accepts host's certificate only; given to a bufferevent. */
struct ssl_st *redis_tls_session(struct redis_tls *t, const char *host);
/* Why the handshake failed, in words; code is OpenSSL's, or 0. False if TLS
 * knows of no failure. */
bool redis_tls_reason(
	struct ssl_st *session, unsigned long code, char *out, size_t size);

#endif
