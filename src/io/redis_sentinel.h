/*
 * Finding the master by Sentinels, and noticing when it is another one. Asks
 * one Sentinel at a time over a connection of its own, the next one if that
 * does not answer or does not know the name. While the master is used it is
 * asked again every second: a master that was replaced but still answers (it
 * was cut off) is left at once. For redis.c.
 * Source: https://redis.io/docs/reference/sentinel-clients/
 */
#ifndef NW_IO_REDIS_SENTINEL_H
#define NW_IO_REDIS_SENTINEL_H

#include "io/redis.h"

#define REDIS_SENTINEL_ASK_MS 1000

struct redis_sentinel;

/* master: whose o names the Sentinels. Cannot fail; ends before master does. */
struct redis_sentinel *redis_sentinel_new(struct redis *master);
void redis_sentinel_free(struct redis_sentinel **s);
/* Ask now; redis_found_master() comes when one has answered. */
void redis_sentinel_ask(struct redis_sentinel *s);
/* Why none has answered yet; NULL: not known. */
const char *redis_sentinel_problem(const struct redis_sentinel *s);

#endif
