/*
 * How fast a channel may be told, and whose failures are its failures: what the
 * workers' shared token bucket and circuit breaker go by. Pure but for reading
 * the file of `url_file`.
 */
#ifndef NW_DELIVER_PACE_H
#define NW_DELIVER_PACE_H

#include "deliver/channel.h"

struct pace {
	double rate; /* deliveries per second; 0: no limit */
	double burst; /* at once after a pause; at least 1 */
};

/* As `rate` and `burst` say, else as the type does. */
struct pace pace_of(
	const struct channel_conf *conf, const struct channel_type *type);
/*
 * Host, and port if one is given, of the receiver: of `url`, `url_file` or the
 * type's own URL. NULL if it has none (exec, file). Caller frees with mem_free.
 */
char *pace_host(
	const struct channel_conf *conf, const struct channel_type *type);

#endif
