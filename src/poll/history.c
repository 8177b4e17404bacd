/*
 * What is known of a feed for people to look at: its last polls, and what the
 * schedule has learned. One ring for all feeds: bounded, whatever their number.
 */
#include "poll/poller_private.h"

void
history_add(struct feed *f)
{
	struct poller *p = f->p;
	const struct poll_entry *e = &f->active->entry;
	struct past_poll past = {
		.at = e->at,
		.next_due = e->next_due,
		.feed = f->id,
		.took_ms = e->took_ms,
		.bytes = e->bytes,
		.n_new = e->n_new,
		.n_items = e->n_items,
		.http_status = e->http_status & 0xfffu,
		.redirects = e->redirects & 0xffu,
		.result = e->result,
		.why = f->why,
	};

	if (p->history.n < POLLER_HISTORY)
		vec_push(&p->history, past);
	else
		p->history.p[p->serial % POLLER_HISTORY] = past;
	p->serial++;
}

static struct poll_entry
entry_of(const struct past_poll *past)
{
	return (struct poll_entry){
		.at = past->at,
		.next_due = past->next_due,
		.why = poll_why_text((enum poll_why)past->why),
		.feed = past->feed,
		.took_ms = past->took_ms,
		.bytes = past->bytes,
		.n_new = past->n_new,
		.n_items = past->n_items,
		.http_status = past->http_status,
		.redirects = past->redirects,
		.result = (enum feed_result)past->result,
	};
}

size_t
poller_history(const struct poller *p, uint32_t id, struct poll_entry *out,
	size_t most)
{
	const struct feed *f = feed_at(p, id);
	size_t n = 0;

	for (size_t i = 0; f != NULL && i < p->history.n && n < most; i++) {
		uint64_t serial = p->serial - 1 - i;
		const struct past_poll *past =
			&p->history.p[serial % POLLER_HISTORY];

		if ((int32_t)((uint32_t)serial - f->born) < 0)
			break;
		if (past->feed == id)
			out[n++] = entry_of(past);
	}
	return n;
}

void
poller_insight(const struct poller *p, const struct feed_state *state,
	struct poll_insight *out)
{
	struct schedule s;

	schedule_unpack(state->learned, &s);
	*out = (struct poll_insight){
		.rate_per_day = schedule_rate(&s) * 86400,
		.interest = schedule_interest(&s, p->price.hit_share),
		.clock = schedule_clock_of(&s),
	};
	schedule_profile(&s, out->profile, out->days);
	if (state->last_poll.ms != FEED_NEVER &&
		state->next_due.ms > state->last_poll.ms)
		out->delay_ms = schedule_delay_ms(
			&s, state->last_poll, state->next_due);
}

bool
poller_left_alone(const struct poller *p, uint32_t id, struct wall *until,
	const char **why)
{
	const struct feed *f = feed_at(p, id);
	int64_t ms = f == NULL
		? 0
		: host_left_alone_ms(p->hosts, f->host, clock_mono());

	if (ms == 0)
		return false;
	until->ms = clock_wall().ms + ms;
	*why = host_is_silent(f->host) ? "its host does not answer"
				       : "its host asked to be left alone";
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
