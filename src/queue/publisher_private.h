/* What the files of the publisher share. */
#ifndef NW_QUEUE_PUBLISHER_PRIVATE_H
#define NW_QUEUE_PUBLISHER_PRIVATE_H

#include "base/arena.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "io/loop.h"
#include "io/redis.h"
#include "queue/args.h"
#include "queue/publisher.h"

/* seq 0, hit "": there is none. */
struct mark {
	int64_t seq;
	char hit[HEX128_SIZE];
};

/* An id of a stream's entry, and some more. */
#define STREAM_ID_SIZE 48

struct publisher_batch;

#define RUN_ID_SIZE 64 /* a server's has 40 digits */

/* Whether the server is to write its append-only file anew. */
struct rewrite {
	char done_by[RUN_ID_SIZE]; /* this start of the server has; "": none */
	bool wanted; /* to be asked for before anything is sent */
	bool asked; /* on this connection, at asked_ms (monotonic) */
	int64_t asked_ms;
	bool told; /* why it is not done, on this connection */
};

struct publisher {
	struct loop *loop;
	struct redis *redis;
	struct strbuf prefix;
	struct publisher_owner owner;
	struct redis_script *publish, *probe;
	struct args args;
	struct loop_timer *retry; /* end of WAITING or REFUSED */
	struct loop_timer *poll;
	struct loop_timer *soon; /* the next batch, in the next turn */
	struct rng rng;
	enum publisher_state state;
	struct strbuf message;
	unsigned failed; /* tries in a row */
	int64_t checked_ms; /* monotonic; when the server was last checked */
	bool checked_blind; /* INFO is forbidden: said so once */
	struct rewrite rewrite;

	struct mark mark; /* in Redis, as far as is known */
	struct mark end; /* of the newest batch on its way; else the mark */
	int64_t at; /* all hits up to here are sent, or are left out */
	bool known; /* the mark was seen since the start */
	bool asking; /* a question to the server is under way */
	unsigned flying; /* batches under way */
	bool probing; /* one is asked about; nothing may be sent before it is */
	struct publisher_batch *next; /* read, and not sent yet; NULL: none */
	int64_t span; /* the present seen:<n>, as far as is known */
	int64_t by_script_ms; /* monotonic; until then no transactions */
	bool astray; /* one did not arrive: ask when the others are back */

	/* outcomes */
	bool reading; /* done:<producer> is being read or trimmed */
	bool storing; /* the owner has the outcomes */
	bool more; /* there may be more than were read */
	size_t n_outcomes;
	char done_of[HEX128_SIZE]; /* the producer whose outcomes these are */
	char trim_id[STREAM_ID_SIZE]; /* entries below it are done with */

	struct publisher_stats stats;
	size_t pending; /* commands without their callback yet */
	bool freed; /* by the owner; the last callback frees the memory */
};

/* Send what is in p->args. -1: not sent, the relay waits. */
NW_MUST_CHECK int publisher_ask(struct publisher *p, redis_reply_cb cb);
/* Count a command as back. False: p was freed by its owner, and now is gone. */
NW_MUST_CHECK bool publisher_came_back(struct publisher *p);
/*
 * How the callback of a question begins; clears *under_way, a member of p.
 * False: p is gone, or there is nothing to look at: no reply came
 * (publisher_on_down follows), an error came (which is handled), or the relay
 * has meanwhile stopped to wait.
 */
NW_MUST_CHECK bool publisher_take(struct publisher *p, bool *under_way,
	const struct redis_reply *reply, const struct err *err);

/* A command failed: wait, reconnect or refuse, by the kind of error. */
void publisher_fail(struct publisher *p, const struct redis_reply *error);
/* As above, of a reason of our own. */
void publisher_retry(struct publisher *p, const struct err *reason);

void publisher_ask_mark(struct publisher *p);

/* -- publisher_batch.c ----------------------------------------------------- */

/* Send what there is, as far as that can be done now. */
void publisher_batch_next(struct publisher *p);
/* The same, and read ahead what cannot be sent yet. */
void publisher_batch_soon(struct publisher *p);
/* What was read ahead is not what comes next. */
void publisher_batch_forget(struct publisher *p);

/* -- publisher_rewrite.c --------------------------------------------------- */

/* A new connection. */
void publisher_rewrite_reset(struct publisher *p);
/* What the server says of itself: the reply to INFO. */
void publisher_rewrite_look(struct publisher *p, struct span info);
/* The server is the right one: ask it, if that is wanted. Nothing waits for
 * it, and its errors are only logged. */
void publisher_rewrite_ask(struct publisher *p);

/* -- publisher_outcomes.c -------------------------------------------------- */

/* Read what there is, unless that is under way. */
void publisher_outcomes_poll(struct publisher *p);
/* The connection is lost; no reply comes any more. */
void publisher_outcomes_reset(struct publisher *p);

#endif
