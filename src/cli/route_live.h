/*
 * What a running system would add to what routes decide: silences in force,
 * what explains a hit, what was told. Asked of Redis; nothing is changed there.
 */
#ifndef NW_CLI_ROUTE_LIVE_H
#define NW_CLI_ROUTE_LIVE_H

#include "cli/queue_link.h"
#include "setup/silence.h"

struct route_live;

/* Waits. As queue_link_open. */
NW_MUST_CHECK int route_live_open(const struct queue_link_conf *conf,
	struct route_live **out, struct err *err);
void route_live_close(struct route_live **l);
const struct silences *route_live_silences(const struct route_live *l);
/* The hit that left the mark; empty if it is not there. Until the next call. */
struct span route_live_mark(struct route_live *l, const char *mark);
/* "w <hit>": waits to be told, "t <hit>": was told; empty: neither. */
struct span route_live_told(struct route_live *l, struct span route,
	struct span story, struct span channel);
/* When the route's i-th latest message to the channel went out, ms; 0: none. */
int64_t route_live_sent(struct route_live *l, struct span route,
	struct span channel, unsigned i);
/* Until when the group has no other message, ms; 0: it may at once. */
int64_t route_live_pause(struct route_live *l, struct span route,
	struct span channel, struct span key);

#endif
