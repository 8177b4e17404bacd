/*
 * Inhibition: a hit is not told if another, that came shortly before, explains
 * it: a fall of the share price after the news that caused it. Pure; the queue
 * remembers what came before.
 *
 * A hit leaves a mark for each rule whose `source` it meets, one per value of
 * what both must have in common (`equal`). A hit that meets `target` is not
 * told while ALL marks are there that stand for it: an article on the fall of
 * Meta and Apple is told if only Meta's is explained. A hit that meets both
 * sides of a rule is only its source. What `equal` asks and a hit does not
 * carry (a story) is equal to nothing.
 */
#ifndef NW_ROUTE_INHIBIT_H
#define NW_ROUTE_INHIBIT_H

#include "base/hash.h"
#include "model/hit.h"
#include "model/report.h"
#include "model/route.h"

/* A mark of a rule: 32 hex digits, of its name and what is equal. */
struct inhibit_mark {
	const struct inhibit_conf *rule;
	char id[HEX128_SIZE];
};
typedef void (*inhibit_mark_cb)(const struct inhibit_mark *m, void *arg);

/* Marks that the hit leaves. */
void inhibit_sources(const struct inhibit_list *l, const struct hit *h,
	inhibit_mark_cb put, void *arg);
/* Marks that stand for the hit; those of a rule come together. */
void inhibit_targets(const struct inhibit_list *l, const struct hit *h,
	inhibit_mark_cb put, void *arg);

/* Mistakes: names that do not fit or are there twice, sides that ask for
 * nothing. */
void inhibit_check(const struct inhibit_list *l, struct report *report);

#endif
