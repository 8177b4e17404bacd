/*
 * Is this Redis fit to be the queue, and what is to be done about its errors?
 * Pure; used by all who write to it.
 */
#ifndef NW_QUEUE_SERVER_H
#define NW_QUEUE_SERVER_H

#include "base/err.h"
#include "base/span.h"

struct redis;
struct redis_reply;

/*
 * info: the reply to INFO. ERR_CONF if the server would lose hits (it evicts
 * keys), is a replica, is older than Redis 7, or is a cluster and the prefix
 * has no hash tag; ERR_TEMP while it loads its data. The message says what to
 * do about it.
 */
NW_MUST_CHECK int server_check(
	struct span info, struct span prefix, struct err *err);

enum server_action {
	SERVER_WAIT, /* try again after a while: it will pass by itself */
	SERVER_REGROUP, /* the consumer group is gone: make it; others wait */
	SERVER_RECONNECT, /* this is not the server to talk to (any more) */
	SERVER_REFUSE /* somebody must change something; look now and then */
};

/* What an error reply asks for. */
enum server_action server_action(const struct redis_reply *error);
/* As redis_err(), and gives r up if another server must be found. Returns -1.
 */
int server_err(
	struct redis *r, const struct redis_reply *error, struct err *err);

#endif
