/*
 * A batch of stream entries on its way into groups, dead letters or nowhere:
 * what each one is, is decided here, and done by one script per entry. Entries
 * whose script failed are tried again until each has had its answer. For
 * consumer.c.
 */
#ifndef NW_QUEUE_INTAKE_H
#define NW_QUEUE_INTAKE_H

#include "io/redis.h"
#include "queue/consumer.h"

struct intake;

/* conf and counts are borrowed. done(arg) comes from the loop when every entry
 * of the batch has had its answer. */
struct intake *intake_new(const struct consumer_conf *conf,
	struct consumer_counts *counts, void (*done)(void *arg), void *arg);
void intake_free(struct intake **in);

/* An entry [id, [field, value...]] as the server sends it; copied. takes: how
 * often it was read before this time. False if it is none. */
bool intake_add(
	struct intake *in, const struct redis_reply *entry, unsigned takes);
bool intake_is_empty(const struct intake *in);
/* Nothing may be added until done. */
void intake_start(struct intake *in);

#endif
