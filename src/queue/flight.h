/*
 * Deliveries that this worker has under a lease, from the script that took
 * them to the answer that their outcome is stored. An outcome whose answer is
 * lost is told again: finish.lua tolerates that. For dispatch.c.
 */
#ifndef NW_QUEUE_FLIGHT_H
#define NW_QUEUE_FLIGHT_H

#include "io/redis.h"
#include "queue/dispatch.h"

struct flights;
struct lane; /* dispatch.c's channel */

/* conf and counts are borrowed. on_sent comes when a delivery of that lane has
 * an outcome, on_end when that is stored, from the loop; each once. */
struct flights *flights_new(const struct dispatch_conf *conf,
	struct dispatch_counts *counts, void (*on_sent)(struct lane *lane),
	void (*on_end)(struct lane *lane));
void flights_free(struct flights **f);

/*
 * A row of take.lua's answer becomes a delivery; NULL if it was taken too often
 * without an outcome (it is then being given up, and on_sent and on_end come
 * all the same). conf of the channel is borrowed until the end.
 */
struct delivery *flights_add(struct flights *f, struct lane *lane,
	const struct dispatch_channel *channel, const struct redis_reply *row);
void flights_finish(struct flights *f, struct delivery *d,
	const struct dispatch_outcome *o);
/* Not tried: due again at once, nothing counted. */
void flights_release(struct flights *f, struct delivery *d);
/* Outcomes whose answer was lost are told again now. */
void flights_retry(struct flights *f);
/* The connection is up: what finishes a delivery shall not be overtaken by what
 * takes the next one. */
void flights_load(struct flights *f);
unsigned flights_count(const struct flights *f);

#endif
