/*
 * What redis.c (the connection: the door to libevent) and redis_command.c
 * (what goes over it) share.
 */
#ifndef NW_IO_REDIS_PRIVATE_H
#define NW_IO_REDIS_PRIVATE_H

#include "base/clock.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "io/cidr.h"
#include "io/redis.h"
#include "io/redis_reader.h"
#include "io/redis_tls.h"
#include "io/redis_where.h"
#include "io/resolve.h"

struct bufferevent;

enum redis_state {
	REDIS_WAITING, /* for the time of the next try */
	REDIS_RESOLVING, /* Sentinels are asked, the name is looked up */
	REDIS_CONNECTING, /* TCP or Unix socket, then TLS */
	REDIS_GREETING, /* AUTH to PING and SUBSCRIBE were sent */
	REDIS_UP, /* the caller's */
	REDIS_CLOSED, /* by redis_free(); its memory goes after the turn */
	REDIS_N_STATES
};

/* A command that waits for its reply; they come in the order of sending. */
struct redis_pending {
	struct redis_pending *next;
	/* Our own commands; then cb is not used. */
	void (*own)(struct redis *r, const struct redis_reply *reply);
	redis_reply_cb cb;
	void *arg;
	int64_t timeout_ms;
	int64_t sent_ms;
	size_t skip; /* replies before it that nobody looks at */
	/* EVALSHA: what to resend in full on NOSCRIPT. Owned; else NULL. */
	const struct redis_script *script;
	char *bytes;
	size_t n_bytes;
	size_t argc;
};

struct redis {
	struct loop *loop;
	struct redis_options o;
	struct redis_handlers h;
	char text[512]; /* where, for messages */
	struct redis_where where;
	enum redis_state state;
	struct bufferevent *bev; /* CONNECTING to UP */
	struct redis_reader *reader; /* with bev */
	struct redis_tls *tls; /* NULL: none */
	struct resolve *resolve; /* made when a name is first looked up */
	struct resolve_query *query; /* RESOLVING */
	struct cidr_addr addrs[RESOLVE_MAX_ADDRS];
	size_t n_addrs;
	size_t addr; /* being tried */

	struct loop_timer *watch; /* the next deadline of any kind */
	int64_t watch_ms; /* when it fires, if it is set */
	int64_t try_ms; /* WAITING: when to try; then: when it began */
	int64_t up_ms; /* since when it is up */
	int64_t in_ms; /* when bytes came last */
	int64_t reply_ms; /* when the last pending one was answered */
	int64_t ping_ms; /* pub/sub: when it was asked; 0: not */
	unsigned failed; /* tries in a row */
	struct rng rng;
	char reset_reason[128];

	struct redis_pending *head;
	struct redis_pending **tail;
	size_t n_pending;
	/* Between MULTI and EXEC: what is to be sent after it. */
	bool multi;
	struct strbuf held;
	struct redis_pending *held_head;
	struct redis_pending **held_tail;
	VEC(char *) channels; /* subscriptions to keep */
	size_t unconfirmed; /* of them, on this connection */
	struct redis_stats stats;
};

/* redis.c */
void redis_send(struct redis *r, const void *bytes, size_t n);
/* The connection is of no use any more. */
void redis_lose(struct redis *r, const struct err *reason);
void redis_become_up(struct redis *r);
void redis_arm(struct redis *r);
size_t redis_unsent(const struct redis *r); /* bytes */

/* A Sentinel says who is the master now. */
void redis_found_master(struct redis *r, struct span host, unsigned port);

/* redis_where.c: what redis_found_master() found */
void redis_where_go(struct redis *r, struct span host, unsigned port);

/* redis_command.c */
void redis_greet(struct redis *r);
void redis_ping(struct redis *r);
void redis_dispatch(struct redis *r, const struct redis_reply *reply);
struct redis_pending *redis_pending_new(
	const struct redis *r, const struct redis_call *call);
/* It waits for its reply, behind all others; takes it. */
void redis_append(struct redis *r, struct redis_pending *p);
/* May n bytes be sent now? Else -1 with err. */
NW_MUST_CHECK int redis_check_room(
	const struct redis *r, size_t n, struct err *err);
void redis_fail_pending(struct redis *r, const struct err *why);

/* redis_multi.c: the connection is lost; what was held back waits in vain. */
void redis_multi_lose(struct redis *r);

static inline bool
redis_is_pubsub(const struct redis *r)
{
	return r->h.on_message != NULL;
}

#endif
