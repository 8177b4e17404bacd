/*
 * The schedule on a recorded trace: what it would have polled, given only what
 * its own polls show. Pure: time is the trace's.
 */
#ifndef NW_POLL_SIMULATE_H
#define NW_POLL_SIMULATE_H

#include "base/clock.h"
#include "poll/schedule.h"

/* Items a document shows: the newest ones. */
#define SIMULATE_WINDOW 20

struct simulate_feed {
	const struct wall *items; /* publication times, ascending */
	size_t n_items;
};

struct simulate_conf {
	const struct simulate_feed *feeds;
	size_t n_feeds;
	struct wall start, end; /* items before start are history */
	double budget; /* polls per feed and day */
	struct schedule_limits limits;
	/* Called for every poll, in order of time. False: stop. */
	bool (*on_poll)(size_t feed, struct wall at, void *arg);
	void *arg;
};

void simulate_run(const struct simulate_conf *conf);

#endif
