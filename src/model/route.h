/*
 * A route as the configuration describes it: which hits, to which channels,
 * how often. Plain data made by config and compiled by route. A `when` key
 * that is absent asks nothing.
 */
#ifndef NW_MODEL_ROUTE_H
#define NW_MODEL_ROUTE_H

#include "model/entity.h"

enum route_cmp { CMP_NONE, CMP_GE, CMP_GT, CMP_LE, CMP_LT, CMP_EQ };

struct route_number { /* ">=60", "<0.5", "3" (equal) */
	enum route_cmp cmp; /* CMP_NONE: key absent */
	double value;
	struct place place;
};

enum route_alert { ALERT_STORY, ALERT_ITEM };
enum route_group_by { GROUP_NONE, GROUP_STORY, GROUP_ENTITY, GROUP_FEED };

struct route_when {
	struct entity_texts entities; /* ids or names */
	struct entity_texts kinds; /* company, person, ... */
	struct entity_texts watchlists;
	struct entity_texts events; /* event types */
	struct entity_texts stages;
	struct entity_texts statuses;
	struct entity_texts publishers;
	struct entity_texts feeds; /* URLs */
	struct entity_texts languages;
	struct route_number relevance, confidence, novelty, independent;
};

struct route_conf {
	struct span name; /* given, or route-1, route-2, ... by position */
	struct route_when when;
	struct entity_texts to; /* channel names, at least one */
	enum route_alert alert;
	enum route_group_by group_by;
	int64_t group_wait_ms; /* from the first hit; 0: at once */
	int64_t group_interval_ms; /* least time between two of a group */
	bool next; /* `continue: true`: later routes may take it too */
	struct place place;
};

struct route_list {
	const struct route_conf *p;
	size_t n;
};

#endif
