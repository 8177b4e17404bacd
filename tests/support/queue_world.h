/*
 * A redis-server, a connection, and workers (consumer and dispatch) whose
 * decisions and sends are the test's. Everything runs in one loop.
 */
#ifndef NW_TESTS_SUPPORT_QUEUE_WORLD_H
#define NW_TESTS_SUPPORT_QUEUE_WORLD_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "io/loop.h"
#include "io/redis.h"
#include "queue/consumer.h"
#include "queue/dispatch.h"
#include "support/redis_server.h"

#define WORLD_LIMIT_MS 20000
#define WORLD_PREFIX "t:"

struct world_worker;

struct world {
	struct loop *loop;
	struct redis_server server;
	struct redis_options options;
	struct redis *redis; /* the test's own */
};

/* What a worker did with a delivery. */
struct world_send {
	char id[64];
	char channel[32];
	char *body;
	char *edit; /* the message that it takes the place of */
	unsigned attempt, n_hits;
	int64_t at_ms; /* monotonic */
	int64_t made_ms; /* Redis' time */
};

/* How hits are told: to these targets, in this way. Set before the start. */
struct world_worker {
	struct world *w;
	const char *name;
	struct redis *redis;
	struct consumer *consumer; /* NULL: none wanted */
	struct dispatch *dispatch;
	/* Deciding. Groups by story if by_story, else each hit alone. */
	const char *channels[4]; /* targets, up to the first NULL */
	int64_t wait_ms, interval_ms;
	bool by_story, story_once;
	/* Sending: outcome of the n-th send (the last for all later ones). */
	const enum outcome *outcomes; /* NULL: all sent */
	size_t n_outcomes;
	int64_t delay_ms; /* for later */
	void (*order)(const struct dispatch_group *g,
		struct dispatch_order *o); /* more of it; may be NULL */
	void (*on_send)(const struct world_send *s); /* may be NULL */
	/* May be NULL: marks and shields of a hit, silences. */
	void (*more)(const struct hit *h, struct consumer_targets *t);
	void (*silences)(const struct span *all, size_t n, void *arg);
	bool (*mute)(const struct dispatch_group *g, struct span json,
		char id[DISPATCH_SILENCE_SIZE], void *arg);
	bool follow; /* updates go to those who were told */
	/* Of the receiver, with every outcome. */
	const char *reference;
	bool host_failed;
	int64_t leave_ms;
	bool hold; /* do not finish: see held */
	VEC(struct delivery *) held;
	VEC(struct world_send) sends;
	struct dispatch_channel conf[4]; /* as served; n_conf of them */
	size_t n_conf;
};

void world_open(struct world *w, const char *const *redis_args);
/* In a child process: another loop and connection to a's server. */
void world_join(struct world *w, const struct world *a);
void world_close(struct world *w);
/* Before and after a test: *state is a world of its own, opened as above. */
int world_setup(void **state);
int world_teardown(void **state);
/* SIGKILL, and the test's connection has noticed. */
void world_kill_server(struct world *w);

/* The worker's channels are served with these defaults: parallel 4, lease 10
 * s, 3 attempts, 1 hour. */
void world_worker_init(
	struct world *w, struct world_worker *k, const char *name);
/* Connects; reads the stream only if reads. */
void world_worker_start(struct world_worker *k, bool reads);
/* As if it were killed: nothing is finished. */
void world_worker_kill(struct world_worker *k);

/* Run until fn(arg) holds; fails the test after WORLD_LIMIT_MS. */
void world_until(struct world *w, bool (*fn)(void *arg), void *arg);
/* Until the worker has sent n times. */
void world_until_sent(struct world_worker *k, size_t n);
/* Run for so long, where it is the point that nothing happens. */
void world_run(struct world *w, int64_t ms);

/* A command; words separated by blanks, keys as "@hits" for prefix and name.
 * Its reply as text in a static buffer: 'x', 5, nil, +OK, -ERR, [..]. */
const char *world_ask(struct world *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Until the reply of that command is `reply`. */
void world_until_reply(struct world *w, const char *reply, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Until the server has written its append-only file anew since it started: what
 * a kill had torn is no longer in it, and it may be killed again. (Who writes
 * it is a process of its own, which at first holds the server's ports.) */
void world_until_rewritten(struct world *w);

/* The JSON of hit number n; story 0: none. Caller frees with mem_free. */
char *world_hit(unsigned n, unsigned story, bool update);
/* Its id, static. */
const char *world_hit_id(unsigned n);
/* XADD it as producer "p" with seq n. */
void world_publish(struct world *w, unsigned n, unsigned story, bool update);

#endif
