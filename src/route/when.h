/*
 * The conditions of a route held against a hit. Pure. What "one and the same
 * entity" means is written in route/route.h.
 */
#ifndef NW_ROUTE_WHEN_H
#define NW_ROUTE_WHEN_H

#include "base/strbuf.h"
#include "model/hit.h"
#include "model/report.h"
#include "model/route.h"

struct when_row;

struct when_answer {
	bool holds;
	const struct hit_entity
		*entity; /* the one that met it, or came closest */
	const struct hit_event *event;
	const struct when_row *failed; /* first condition that no one met */
};

void when_ask(const struct route_when *w, const struct hit *h,
	struct when_answer *out);
/* Do they hold with this entity of the hit? Every event is asked about it. */
bool when_holds_for(const struct route_when *w, const struct hit *h,
	const struct hit_entity *entity);
/* Of that name, if one is given; NULL if there is none. */
const struct hit_entity *when_most_relevant(
	const struct hit *h, struct span name);
/* Asks nothing: every hit meets it. */
bool when_is_empty(const struct route_when *w);
/* One condition held against a hit. */
struct when_line {
	const char *key; /* "relevance" */
	struct span of; /* the entity it is asked of; empty: the hit, an event
			 */
	struct span have; /* as words; empty: the hit does not carry it */
	struct span want; /* ">= 60", "Meta or Apple" */
	bool holds;
};
typedef void (*when_line_cb)(const struct when_line *line, void *arg);
/* Every condition that is asked, of the entity and event that met them or came
 * closest. Lines live until the callback returns. */
void when_explain(const struct route_when *w, const struct hit *h,
	const struct when_answer *a, when_line_cb put, void *arg);
/* Mistakes in what is asked: kinds that do not exist, numbers out of range. */
void when_check(const struct route_when *w, struct report *report);

#endif
