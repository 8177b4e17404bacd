/* The way of a hit through this worker: decided, rendered, sent. */
#include <assert.h>
#include <stdio.h>

#include "base/backoff.h"
#include "base/mem.h"
#include "notify/worker_private.h"
#include "route/inhibit.h"
#include "route/quiet.h"

/* A delivery that a channel sends. The desk of the channel may be retired
 * meanwhile, but stays until this is over. */
struct job {
	struct worker *worker;
	struct channel *channel;
	struct delivery *delivery;
};

static void
on_source(const struct inhibit_mark *m, void *arg)
{
	consumer_targets_mark(arg, m->id, m->rule->window_ms);
}

static void
on_target(const struct inhibit_mark *m, void *arg)
{
	consumer_targets_shield(arg, m->rule->name, m->id);
}

static void
add_targets(struct consumer_targets *t, const struct route_pick *p, bool update)
{
	struct consumer_target target = {
		.route = p->conf->name,
		.key = span_of(p->key),
		.wait_ms = p->conf->group_wait_ms,
		.interval_ms = p->conf->group_interval_ms,
		.story = span_of(p->story),
		.update = update,
		.follow = p->follows,
	};

	for (size_t k = 0; k < p->conf->to.n; k++) {
		target.channel = p->conf->to.p[k].text;
		consumer_targets_add(t, &target);
	}
}

void
worker_decide(const struct hit *h, struct consumer_targets *t, void *worker)
{
	struct worker *w = worker;
	const struct routes *routes = desk_routes(w->desk);
	const struct inhibit_list *inhibits = &desk_config(w->desk)->inhibits;
	size_t n;

	vec_clear(&w->picks);
	vec_reserve(&w->picks, route_count(routes) + 1);
	n = route_decide(routes, h, w->picks.p);
	for (size_t i = 0; i < n; i++)
		add_targets(t, &w->picks.p[i], h->kind == HIT_UPDATE);
	inhibit_sources(inhibits, h, on_source, t);
	inhibit_targets(inhibits, h, on_target, t);
}

void
worker_silences(const struct span *all, size_t n, void *worker)
{
	struct worker *w = worker;

	silences_free(&w->silences);
	w->silences = silences_new(all, n);
}

bool
worker_always(struct span route, void *worker)
{
	const struct worker *w = worker;
	const struct route_conf *conf = desk_route(w->desk, route);

	return conf && conf->always;
}

bool
worker_mute(const struct dispatch_group *g, struct span json,
	char id[DISPATCH_SILENCE_SIZE], void *worker)
{
	struct worker *w = worker;
	const struct silence *found;
	struct hit_view *view = NULL;
	struct err err;

	if (!silences_any(w->silences, g->now_ms) ||
		hit_view_parse(json, &view, &err) == -1)
		return false;
	found = silences_find(w->silences, hit_view_get(view), g->route,
		g->channel, g->now_ms);
	hit_view_free(&view);
	if (found)
		snprintf(
			id, DISPATCH_SILENCE_SIZE, "%.*s", SPAN_ARG(found->id));
	return found;
}

/* When and how, by the group's route. */
static void
fill_order(const struct route_conf *r, const struct dispatch_group *g,
	struct dispatch_order *o)
{
	if (!g->digest && !g->again)
		o->interval_ms = r->group_interval_ms;
	o->quiet_until_ms = quiet_until(&r->quiet, (struct wall){g->now_ms}).ms;
	o->cap = r->cap.messages;
	o->cap_per_ms = r->cap.per_ms;
	o->repeat_ms = r->group_repeat_ms;
	o->escalate_ms = r->escalate.after_ms;
	for (size_t i = 0; i < r->escalate.to.n; i++)
		strbuf_printf(o->escalate_to, "%s%.*s", i > 0 ? " " : "",
			SPAN_ARG(r->escalate.to.p[i].text));
}

void
worker_render(const struct dispatch_group *g, struct strbuf *body,
	struct dispatch_order *order, void *worker)
{
	struct worker *w = worker;
	const struct channel *c = desk_channel(w->desk, g->channel);
	const struct route_conf *route = desk_route(w->desk, g->route);
	struct message_hits hits = {
		.channel = g->channel,
		.route = g->route,
		.json = g->hits,
		.n = g->n_hits,
		.n_waiting = g->n_waiting,
		.digest = g->digest,
		.now = {g->now_ms},
	};

	assert(c); /* the dispatch serves just the desk's channels */
	if (route && !g->elsewhere)
		fill_order(route, g, order);
	if (order->quiet_until_ms == 0)
		channel_format(c, &hits, body);
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
	dispatch_end(w->dispatch, &job->delivery,
		&(struct dispatch_outcome){
			.outcome = r->outcome,
			.delay_ms = delay,
			.leave_ms = r->retry_after_ms,
			.host_failed = r->outcome == OUTCOME_LATER &&
				r->retry_after_ms < 0,
			.text = r->text,
			.reference = r->reference,
		});
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
		.edit_reference = d->edit,
		.attempt = d->attempt,
		.n_hits = d->n_hits,
	};

	*job = (struct job){w, desk_channel(w->desk, d->channel), d};
	assert(job->channel);
	channel_send(job->channel, &m, on_sent, job);
}
