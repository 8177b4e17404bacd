/*
 * Names to addresses without blocking the loop. The door to c-ares.
 *
 * Answers are cached for their TTL (within bounds), failures for a short time;
 * lookups at once are bounded; equal names share one lookup. One thread.
 */
#ifndef NW_IO_RESOLVE_H
#define NW_IO_RESOLVE_H

#include "base/err.h"
#include "io/cidr.h"
#include "io/loop.h"

struct resolve;
struct resolve_query;

struct resolve_options {
	const char *servers; /* "ip[:port],..."; NULL: /etc/resolv.conf */
	int64_t timeout_ms; /* of two tries, for each name server; 0: 5000 */
	int64_t min_ttl_ms, max_ttl_ms; /* 0: 5000, 1 h */
	int64_t negative_ttl_ms; /* 0: 30000 */
	size_t max_queries; /* names looked up at once; 0: 200; more wait */
	size_t max_waiting; /* 0: 10000; more fail */
	size_t max_cache; /* names; 0: 50000 */
};

#define RESOLVE_MAX_ADDRS 16

struct resolve_answer {
	const struct cidr_addr *addrs; /* in the order to try them */
	size_t n; /* 1..RESOLVE_MAX_ADDRS; 0 if there was an error */
	/* There was one, and no name server's: sockets or memory ran out here,
	 * or too many names wait. Not remembered. */
	bool is_ours;
};

/* err: NULL, or why there is no address; ERR_PERM: no such name. */
typedef void (*resolve_cb)(
	const struct resolve_answer *answer, const struct err *err, void *arg);

NW_MUST_CHECK int resolve_new(struct loop *l, const struct resolve_options *o,
	struct resolve **out, struct err *err);
void resolve_free(struct resolve **r); /* no callbacks any more */
/* cb comes once, from the loop, also for a cached or numeric name. The result
 * is for resolve_cancel() and gone after cb. */
struct resolve_query *resolve_start(
	struct resolve *r, const char *name, resolve_cb cb, void *arg);
void resolve_cancel(struct resolve_query **q); /* cb will not come */

#endif
