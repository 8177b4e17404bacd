/*
 * What is known of a feed for people to look at: its last polls, and what the
 * schedule has learned. One ring for all feeds: bounded, whatever their number.
 */
#include "poll/poller_private.h"

void
history_add(struct feed *f)
{
	struct poller *p = f->p;
	struct poll_entry *e = &f->active->entry;

	e->feed = f->id;
	e->why = poll_why_text(f->why);
	e->serial = p->serial++;
	if (p->history.n < POLLER_HISTORY)
		vec_push(&p->history, *e);
	else
		p->history.p[e->serial % POLLER_HISTORY] = *e;
}

size_t
poller_history(const struct poller *p, uint32_t id, struct poll_entry *out,
	size_t most)
{
	const struct feed *f = feed_at(p, id);
	size_t n = 0;

	for (size_t i = 0; f != NULL && i < p->history.n && n < most; i++) {
		const struct poll_entry *e =
			&p->history.p[(p->serial - 1 - i) % POLLER_HISTORY];

		if ((int32_t)((uint32_t)e->serial - f->born) < 0)
			break;
		if (e->feed == id)
			out[n++] = *e;
	}
	return n;
}

bool
poller_insight(struct poller *p, uint32_t id, struct poll_insight *out)
{
	struct feed_state state;
	struct schedule s;
	const char *why;

	if (!poller_get(p, id, &state, &why))
		return false;
	schedule_unpack(state.learned, &s);
	*out = (struct poll_insight){
		.rate_per_day = schedule_rate(&s) * 86400,
		.interest = schedule_interest(&s, p->price.hit_share),
		.clock = schedule_clock_of(&s),
	};
	schedule_profile(&s, out->profile, out->days);
	if (state.last_poll.ms != FEED_NEVER &&
		state.next_due.ms > state.last_poll.ms)
		out->delay_ms =
			schedule_delay_ms(&s, state.last_poll, state.next_due);
	return true;
}

size_t
poller_worst_hosts(
	const struct poller *p, struct poll_host out[POLLER_WORST_HOSTS])
{
	struct host_refusals worst[POLLER_WORST_HOSTS];
	size_t n = hosts_refusals(p->hosts, worst, POLLER_WORST_HOSTS);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct poll_host){worst[i].name, worst[i].n};
	return n;
}
