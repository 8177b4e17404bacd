/*
 * When to ask a feed again, so that items are seen soonest for a given number
 * of requests. Pure: what a feed's own polls have shown goes in, the next time
 * comes out; a budget becomes a price that all feeds share.
 *
 * A feed with rate r (items per second) is asked when the expected number of
 * unseen items reaches sqrt(2 mu r): with a constant rate every sqrt(2 mu / r)
 * seconds, which minimises the mean delay at a given number of polls.
 * Source: Sia, Cho, Cho, "Efficient monitoring algorithm for fast news
 * alerts", TKDE 19(7), 2007; Lagrange multiplier mu as a price set online.
 */
#ifndef NW_POLL_SCHEDULE_H
#define NW_POLL_SCHEDULE_H

#include "base/clock.h"
#include "base/span.h"
#include "base/strbuf.h"

/* Observations fade with this half-life. */
#define SCHEDULE_HALF_LIFE_S (10.0 * 86400)
/* What is assumed of a feed not seen yet: .3 items in .9 days. */
#define SCHEDULE_PRIOR_ITEMS 0.3
#define SCHEDULE_PRIOR_S (0.9 * 86400)
/* Exposure at first sight of a document that does not show how far back it
 * goes: fewer than 20 items. */
#define SCHEDULE_FIRST_S (14.0 * 86400)
#define SCHEDULE_FULL_DOCUMENT 20u

/* What the polls of one feed have shown. */
struct schedule {
	int64_t last_poll_ms; /* wall; INT64_MIN: none yet */
	float items; /* decayed count */
	float exposure_s; /* decayed time watched */
};

void schedule_init(struct schedule *s);

/* A poll that saw the document. */
struct schedule_poll {
	struct wall at;
	const struct wall *new_items; /* publication times, any order */
	size_t n_new;
	size_t n_items; /* in the document */
	struct wall oldest; /* ITEM_UNDATED-like INT64_MIN: none dated */
};
void schedule_observe(struct schedule *s, const struct schedule_poll *p);

/* Estimated items per second, > 0. */
double schedule_rate(const struct schedule *s);

/* Bytes for the store, and back; false if they are none of ours. */
void schedule_pack(const struct schedule *s, struct strbuf *out);
bool schedule_unpack(struct span bytes, struct schedule *out);

/*
 * The price: polls per second that are allowed over all feeds, against what
 * they would use. One per poller; fed by every change of a feed's rate.
 */
struct schedule_price {
	double sum_sqrt; /* of weight * rate over feeds on auto */
	double budget; /* polls per second over these feeds */
	double spent, allowed; /* polls since the start, decayed */
	int64_t since_ms;
};
void schedule_price_init(struct schedule_price *p, struct wall now);
/* A feed's share changes from old to new (0: it comes or goes). */
void schedule_price_change(struct schedule_price *p, double old_weighted_rate,
	double new_weighted_rate);
void schedule_price_spend(struct schedule_price *p, struct wall now);
/* mu >= 0; 0: no limit. */
double schedule_price_mu(const struct schedule_price *p);

/* Delay in ms until the next poll of a feed of that weighted rate. */
int64_t schedule_delay_ms(double weighted_rate, double mu);

#endif
