/*
 * A daemon as far as the relay sees it: hits in memory and a publisher, on the
 * server of a world. For the tests of the relay.
 */
#ifndef NW_TESTS_SUPPORT_QUEUE_SOURCE_H
#define NW_TESTS_SUPPORT_QUEUE_SOURCE_H

#include "base/vec.h"
#include "queue/publisher.h"
#include "support/queue_world.h"

#define UUID_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define UUID_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct source_row {
	int64_t seq;
	char id[HEX128_SIZE];
	bool told;
};

struct source {
	struct world *w;
	struct redis *redis;
	struct publisher *p;
	char producer[HEX128_SIZE];
	VEC(struct source_row) rows;
	size_t json_bytes; /* of each hit; 0: short */
	int64_t last, published;
	int renewals;
	VEC(int64_t) confirmed; /* seqs */
	char words[1024]; /* outcomes, each followed by a blank */
	bool hold; /* do not say that outcomes are stored */
	int handed; /* times that outcomes were handed over */
};

/* The server keeps what it has acknowledged. */
extern const char *const source_durable[];

void source_start(struct source *s, struct world *w, const char *uuid);
/* As if the process ended; what it stored stays. */
void source_stop(struct source *s);
void source_free(struct source *s);
/* n more hits, with the ids first_id and on. */
void source_add(struct source *s, int n, unsigned first_id);

/* A source that is not started, in a world of its own (s->w). */
int source_setup(void **state);
int source_teardown(void **state);

bool source_is_idle(void *source);
void source_until_idle(struct source *s);
struct publisher_stats source_stats(const struct source *s);

unsigned source_count_text(const char *in, const char *what);
/* The stream holds hits 1 to n of the one producer, in order, each once. */
void source_assert_stream(struct world *w, int n);
/* Who published hit n. */
const char *source_seen(struct world *w, unsigned n);

#endif
