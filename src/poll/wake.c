/*
 * The machine slept, or its clock was set ahead. Timers count the time awake
 * only, so feeds would be asked late by as much as was slept through: what is
 * due by the wall clock is planned anew, as after a restart.
 */
#include "poll/poller_private.h"

#include "base/log.h"

/* Beyond what a clock is corrected by at a time. */
#define JUMP_MS 60000

static void
plan_anew(struct poller *p, struct feed *f, struct wall now, struct mono at)
{
	if (f->place != FEED_SLEEPS || !heap_has(p->due, f->id) || !f->is_seen)
		return;
	if (f->next_due.ms >= now.ms) {
		heap_put(p->due, f->id, at.ms + f->next_due.ms - now.ms);
		return;
	}
	heap_del(p->due, f->id);
	vec_push(&p->overdue, f->id);
}

void
poller_check_clock(struct poller *p)
{
	struct wall now = clock_wall();
	struct mono at = clock_mono();
	int64_t ahead_ms = now.ms - at.ms, jump_ms = ahead_ms - p->ahead_ms;

	p->ahead_ms = ahead_ms;
	if (jump_ms < JUMP_MS)
		return;
	for (uint32_t id = 0; id < p->id_end; id++)
		if (feed_at(p, id) != NULL)
			plan_anew(p, feed_at(p, id), now, at);
	log_info("clock_jumped",
		"ahead_s=%lld overdue=%zu hint=\"the machine slept, or its "
		"clock was set\"",
		(long long)(jump_ms / 1000), p->overdue.n);
	plan_drain(p);
	poller_arm(p);
}
