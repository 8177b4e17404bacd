/*
 * The arguments of a Redis command or script call, gathered one by one. Spans
 * are borrowed until the call (which copies them); keys and numbers are kept
 * here.
 */
#ifndef NW_QUEUE_ARGS_H
#define NW_QUEUE_ARGS_H

#include "base/err.h"
#include "base/vec.h"
#include "io/redis.h"
#include "queue/keys.h"

struct arena;

struct args {
	struct arena *arena;
	VEC(struct span) v;
	struct span prefix; /* of keys; borrowed */
};

void args_init(struct args *a, struct span prefix);
void args_fini(struct args *a);

void args_span(struct args *a, struct span s); /* borrowed */
void args_str(struct args *a, const char *s); /* borrowed */
void args_copy(struct args *a, struct span s);
void args_int(struct args *a, int64_t v);
void args_number(struct args *a, double v); /* not negative */
/* Keys without, with one, and with three parts. */
void args_key(struct args *a, enum key_kind kind);
void args_key1(struct args *a, enum key_kind kind, struct span part);
void args_key3(struct args *a, enum key_kind kind, struct key_parts parts);

void args_clear(struct args *a);

/* Sends and forgets the arguments, as redis_command and redis_eval do. */
NW_MUST_CHECK int args_command(struct args *a, struct redis *r,
	int64_t timeout_ms, redis_reply_cb cb, void *arg, struct err *err);
NW_MUST_CHECK int args_eval(struct args *a, struct redis *r,
	const struct redis_script *s, size_t n_keys, redis_reply_cb cb,
	void *arg, struct err *err);

#endif
