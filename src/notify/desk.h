/*
 * One configuration at work: compiled routes and open channels. A reload makes
 * another desk and retires this one, which stays until its last send is over.
 */
#ifndef NW_NOTIFY_DESK_H
#define NW_NOTIFY_DESK_H

#include "base/strbuf.h"
#include "config/config.h"
#include "deliver/channel.h"
#include "route/route.h"

/* What is printed on standard output besides what routes say. */
enum desk_output {
	OUTPUT_NONE,
	OUTPUT_TERMINAL, /* each story once, and its updates, for people */
	OUTPUT_JSON_ALERTS, /* the same as JSON Lines */
	OUTPUT_JSON_LINES /* every hit */
};

struct desk;

/*
 * config is shared (config_ref). env is borrowed until desk_free. output adds a
 * channel, and a route to it that leaves the other routes as they are. Mistakes
 * go to report; -1, ERR_CONF.
 */
NW_MUST_CHECK int desk_open(struct config *config, enum desk_output output,
	const struct channel_env *env, struct desk **out, struct strbuf *report,
	struct err *err);
/* Sends under way end without a callback. */
void desk_free(struct desk **d);

struct config *desk_config(const struct desk *d);
const struct routes *desk_routes(const struct desk *d);
size_t desk_n_channels(const struct desk *d);
struct channel *desk_channel_at(const struct desk *d, size_t i);
/* NULL if there is none of that name. */
struct channel *desk_channel(const struct desk *d, struct span name);
/* NULL if it is gone. */
const struct route_conf *desk_route(const struct desk *d, struct span route);
/* No send is under way. */
bool desk_is_idle(const struct desk *d);

#endif
