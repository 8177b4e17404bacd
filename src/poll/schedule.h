/*
 * When to ask a feed again, so that items are seen soonest for a given number
 * of requests. Pure: what a feed's own polls have shown goes in, the next time
 * comes out; a budget becomes a price that all feeds share.
 *
 * The mean delay at a given number of polls is least when a feed whose items
 * come at the rate lambda(t) is polled at the rate sqrt(lambda(t) / (2 mu)).
 * lambda is learned from publication times: a decayed mean, a profile over the
 * hours of the day and the weekend, bursts (an item makes another one soon more
 * likely), and clocks (feeds that publish at a fixed minute, or time of day).
 * Sources: Sia, Cho, Cho, "Efficient monitoring algorithm for fast news
 * alerts", TKDE 19(7), 2007; Hawkes, Biometrika 58(1), 1971; Mardia, Jupp,
 * "Directional Statistics", 2000, 2.3 (circular standard deviation).
 */
#ifndef NW_POLL_SCHEDULE_H
#define NW_POLL_SCHEDULE_H

#include "base/clock.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "poll/clocks.h"

#define SCHEDULE_NEVER INT64_MIN
/* Observations fade with this half-life. */
#define SCHEDULE_HALF_LIFE_S (10.0 * 86400)
/* What is assumed of a feed not seen yet: .3 items in .9 days. */
#define SCHEDULE_PRIOR_ITEMS 0.3
#define SCHEDULE_PRIOR_S (0.9 * 86400)
/* Exposure at first sight of a document that does not show how far back it
 * goes: fewer than 20 items. */
#define SCHEDULE_FIRST_S (14.0 * 86400)
#define SCHEDULE_FULL_DOCUMENT 20u
#define SCHEDULE_RECENT CLOCK_TIMES
/* An item makes others likely for about so long. */
#define SCHEDULE_BURST_S 1800.0

/* What the polls of one feed have shown. */
struct schedule {
	int64_t last_poll_ms; /* wall; SCHEDULE_NEVER: none yet */
	int64_t last_item_ms; /* newest seen; SCHEDULE_NEVER: none */
	int64_t since_ms; /* items are known from then on */
	float items; /* decayed count */
	float exposure_s; /* decayed time watched */
	float acts; /* items that came at once count as one; decayed */
	float drawn; /* of acts: those that others drew; decayed */
	float burst; /* decayed to last_item_ms: acts of the present burst */
	float hours[24]; /* items by UTC hour; decayed */
	float days[7]; /* by day of the week, from Thursday; decayed */
	float judged, hits; /* items looked at, and those about something
			     * watched; decayed */
	uint32_t recent[SCHEDULE_RECENT]; /* last times, s; a ring */
	uint8_t n_recent, at_recent;
};

void schedule_init(struct schedule *s);

/* A poll that saw the document. */
struct schedule_poll {
	struct wall at;
	/* Publication times of items not seen before, any order; those outside
	 * the time since the last poll count as published then. At a feed's
	 * first poll: all items of the document. */
	const struct wall *new_items;
	size_t n_new;
	size_t n_items; /* in the document */
	size_t n_hits; /* of the new ones: about something watched */
	struct wall oldest; /* .ms SCHEDULE_NEVER: none dated */
};
void schedule_observe(struct schedule *s, const struct schedule_poll *p);

/* Mean items per second, > 0. */
double schedule_rate(const struct schedule *s);
/*
 * How much an item of this feed is worth beside others: its share of items that
 * are about something watched, against that share over all feeds, plus a floor,
 * since a feed that never hit may still be the first to tell. 1 if it is like
 * all others, or nothing is known yet; at least SCHEDULE_INTEREST_FLOOR, at
 * most SCHEDULE_INTEREST_MAX. The mean delay of what is alerted is least so.
 */
#define SCHEDULE_INTEREST_FLOOR 0.25
#define SCHEDULE_INTEREST_MAX 8.0
double schedule_interest(const struct schedule *s, double share_of_all);
/* Expected items per second at a time, given what was seen. */
double schedule_intensity(const struct schedule *s, struct wall t);

/* Factors on the rate by UTC hour and by day from Thursday, mean 1. */
void schedule_profile(
	const struct schedule *s, double hours[24], double days[7]);
/* How long an item that comes between two polls waits for the second, on
 * average, by the learned intensity. to is after from. */
int64_t schedule_delay_ms(
	const struct schedule *s, struct wall from, struct wall to);

struct schedule_clock schedule_clock_of(const struct schedule *s);

/* Bytes for the store, and back; false (and init) if they are none of ours. */
void schedule_pack(const struct schedule *s, struct strbuf *out);
bool schedule_unpack(struct span bytes, struct schedule *out);

struct schedule_limits {
	int64_t min_ms, max_ms; /* between two polls */
};

/*
 * The next poll after one at `now`. mu: the price; weight > 0: how much an item
 * of this feed is worth. *by_clock: the time was chosen by the feed's clock and
 * wants no jitter.
 */
struct wall schedule_next(const struct schedule *s, struct wall now, double mu,
	double weight, const struct schedule_limits *limits, bool *by_clock);

#endif
