/* The way of a hit through this worker: decided, rendered, sent. */
#include <assert.h>

#include "base/backoff.h"
#include "base/mem.h"
#include "notify/worker_private.h"

/* A delivery that a channel sends. The desk of the channel may be retired
 * meanwhile, but stays until this is over. */
struct job {
	struct worker *worker;
	struct channel *channel;
	struct delivery *delivery;
};

void
worker_decide(const struct hit *h, struct consumer_targets *t, void *worker)
{
	struct worker *w = worker;
	const struct routes *routes = desk_routes(w->desk);
	size_t n;

	vec_clear(&w->picks);
	vec_reserve(&w->picks, route_count(routes) + 1);
	n = route_decide(routes, h, w->picks.p);
	for (size_t i = 0; i < n; i++) {
		const struct route_pick *p = &w->picks.p[i];
		struct consumer_target target = {
			.route = p->conf->name,
			.key = span_of(p->key),
			.wait_ms = p->conf->group_wait_ms,
			.interval_ms = p->conf->group_interval_ms,
			.story = span_of(p->story),
			.update = h->kind == HIT_UPDATE,
		};

		for (size_t k = 0; k < p->conf->to.n; k++) {
			target.channel = p->conf->to.p[k].text;
			consumer_targets_add(t, &target);
		}
	}
}

int64_t
worker_render(const struct dispatch_group *g, struct strbuf *body, void *worker)
{
	struct worker *w = worker;
	const struct channel *c = desk_channel(w->desk, g->channel);
	struct message_hits hits = {
		.channel = g->channel,
		.route = g->route,
		.json = g->hits,
		.n = g->n_hits,
		.n_waiting = g->n_waiting,
		.now = {g->now_ms},
	};

	assert(c); /* the dispatch serves just the desk's channels */
	channel_format(c, &hits, body);
	return desk_interval_ms(w->desk, g->route);
}

static void
on_sent(const struct send_result *r, void *arg)
{
	struct job *job = arg;
	struct worker *w = job->worker;
	int64_t delay = backoff_ms(job->delivery->failed + 1,
		channel_retry_min_ms(job->channel),
		channel_retry_max_ms(job->channel),
		(uint32_t)rng_next(&w->rng));

	if (r->retry_after_ms > delay)
		delay = r->retry_after_ms;
	dispatch_finish(
		w->dispatch, &job->delivery, r->outcome, delay, r->text);
	mem_free(&job);
}

void
worker_send(struct delivery *d, void *worker)
{
	struct worker *w = worker;
	struct job *job = mem_new(job);
	struct message m = {
		.id = d->id,
		.route = d->route,
		.channel = d->channel,
		.key = d->key,
		.body = d->body,
		.attempt = d->attempt,
		.n_hits = d->n_hits,
	};

	*job = (struct job){w, desk_channel(w->desk, d->channel), d};
	assert(job->channel);
	channel_send(job->channel, &m, on_sent, job);
}
