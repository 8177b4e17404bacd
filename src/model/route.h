/*
 * A route as the configuration describes it: which hits, to which channels,
 * how often. Plain data made by config and compiled by route. A `when` key
 * that is absent asks nothing.
 */
#ifndef NW_MODEL_ROUTE_H
#define NW_MODEL_ROUTE_H

#include "model/entity.h"

struct zone;

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

#define ROUTE_REPEAT_MIN_MS 60000
#define ROUTE_MINUTES 1440 /* of a day */
#define ROUTE_DAYS 7

/* Hours in which nothing is told: one stretch a night. from_min == to_min: the
 * route has none. */
struct route_quiet {
	unsigned from_min, to_min; /* local clocks; 0..1440 */
	unsigned days; /* bit 0: Sunday; on which the stretch begins */
	struct entity_texts day_names; /* days as written */
	struct entity_text zone_name;
	const struct zone *zone; /* lives as long as the configuration */
};

/* At most so many messages to each channel within any stretch so long. */
struct route_cap {
	unsigned messages; /* 0: no cap */
	int64_t per_ms;
};

/* Told here if nobody acknowledges. */
struct route_escalate {
	int64_t after_ms; /* 0: never */
	struct entity_texts to; /* channel names */
};

struct route_conf {
	struct span name; /* given, or route-1, route-2, ... by position */
	struct route_when when;
	struct entity_texts to; /* channel names, at least one */
	enum route_alert alert;
	enum route_group_by group_by;
	int64_t group_wait_ms; /* from the first hit; 0: at once */
	int64_t group_interval_ms; /* least time between two of a group */
	int64_t group_repeat_ms; /* unresolved: told again after; 0: never */
	struct route_quiet quiet;
	struct route_cap cap;
	struct route_escalate escalate;
	bool always; /* silences and inhibition do not hold */
	bool next; /* `continue: true`: later routes may take it too */
	struct place place;
};

struct route_list {
	const struct route_conf *p;
	size_t n;
};

/* What hits that explain each other have in common. */
enum inhibit_equal {
	EQUAL_ENTITY = 1,
	EQUAL_STORY = 2,
	EQUAL_FEED = 4,
	EQUAL_PUBLISHER = 8
};

/* A hit that meets `target` is not told within the window after one that
 * meets `source`. */
struct inhibit_conf {
	struct span name; /* given, or inhibit-1, inhibit-2, ... */
	struct route_when source, target;
	unsigned equal; /* of enum inhibit_equal */
	struct entity_texts equal_names; /* the same as written */
	int64_t window_ms;
	struct place place;
};

struct inhibit_list {
	const struct inhibit_conf *p;
	size_t n;
};

#endif
