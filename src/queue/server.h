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

/*
 * Its append-only file, if it writes one. A server that was killed in the
 * middle of a transaction reads all before it, but may leave the transaction's
 * begin in the file: the next start would execute it together with the first
 * one that came after (doc/QUEUE.md, "A file torn in a transaction"). A file
 * written anew since the start has nothing of that.
 */
enum server_file {
	SERVER_FILE_NONE, /* it has none, or does not say */
	SERVER_FILE_OLD, /* the one that it read at its start */
	SERVER_FILE_UNDER_WAY, /* a new one is being written, or will be */
	SERVER_FILE_NEW
};

/* info: the reply to INFO. A failed rewrite leaves the old file. */
enum server_file server_file(struct span info);
/* Another at each start of the server; borrowed of info, empty if unknown. */
struct span server_run_id(struct span info);

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
