/* The Redis connection that the configuration describes. */
#ifndef NW_SETUP_CONNECT_H
#define NW_SETUP_CONNECT_H

#include "config/config.h"
#include "io/redis.h"

/*
 * Set o (redis_options_init'ed) from `redis:`: URL, user, files; the password
 * file is read now. name is what CLIENT LIST shows. ERR_CONF says what to do.
 */
NW_MUST_CHECK int connect_options(const struct config *c, const char *name,
	struct redis_options *o, struct err *err);

#endif
