/*
 * A batch of hits: filled from the outbox as the commands that add them, sent
 * by script or by transaction, freed when its reply came. Inside the publisher.
 */
#ifndef NW_QUEUE_PUBLISHER_BATCH_H
#define NW_QUEUE_PUBLISHER_BATCH_H

#include "base/vec.h"
#include "queue/publisher_private.h"

struct batch_hit {
	int64_t seq;
	char id[HEX128_SIZE];
	bool told;
	size_t json_end, json_n; /* in commands */
	size_t entities_at, entities_n;
};

struct publisher_batch {
	struct publisher *p;
	char producer[HEX128_SIZE];
	struct mark begin; /* where Redis' must be */
	struct mark last; /* where it will be */
	struct strbuf key; /* of the stream */
	struct strbuf commands; /* an XADD for each hit */
	struct strbuf entities;
	VEC(struct batch_hit) hits;
	size_t told, bytes;
	int64_t published; /* what is newer is live */
	/* by transaction */
	int64_t span; /* the present seen:<n> */
	unsigned asked, yes; /* questions not answered yet; answers that were */
};

static inline struct span
batch_json(const struct publisher_batch *b, const struct batch_hit *h)
{
	return span_make(b->commands.p + h->json_end - h->json_n, h->json_n);
}

void publisher_batch_free(struct publisher_batch **b);
/* How a callback begins. False: the owner freed the publisher, or the reply is
 * lost, and with it whether the hits are there; b is gone. */
NW_MUST_CHECK bool publisher_batch_came_back(
	struct publisher_batch *b, const struct err *err);
/* All of it is in Redis: frees b. */
void publisher_batch_arrived(
	struct publisher_batch *b, uint64_t added, uint64_t doubles);
/* It may be or not: frees b; the mark must be asked for. */
void publisher_batch_astray(struct publisher_batch *b);

/* Arguments: the mark where it begins. */
void publisher_batch_put_begin(
	const struct publisher_batch *b, struct args *args);
/* Send it; takes b. -1, with err: not sent, b is still the caller's. */
NW_MUST_CHECK int publisher_batch_by_script(
	struct publisher_batch *b, struct err *err);

/* -- publisher_multi.c ----------------------------------------------------- */

/* Ask whether it may go by transaction, and send it so or by script. As
 * above. */
NW_MUST_CHECK int publisher_multi_ask(
	struct publisher_batch *b, struct err *err);

#endif
