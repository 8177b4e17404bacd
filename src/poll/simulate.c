/* See simulate.h. */
#include "poll/simulate.h"

#include "base/heap.h"
#include "base/mem.h"
#include "poll/price.h"

/* First polls of all feeds are spread over this. */
#define SPREAD_MS 60000

struct state {
	struct schedule learned;
	size_t seen; /* items up to this index were shown or lost */
};

struct run {
	const struct simulate_conf *conf;
	struct state *feeds;
	struct heap *due;
	struct schedule_price price;
};

/* What the document shows at `now`, and what of it is new. */
static void
poll(struct run *r, size_t i, struct wall now)
{
	const struct simulate_feed *f = &r->conf->feeds[i];
	struct state *st = &r->feeds[i];
	struct schedule_poll p = {.at = now, .oldest = {SCHEDULE_NEVER}};
	size_t end = st->seen, first;

	while (end < f->n_items && f->items[end].ms <= now.ms)
		end++;
	first = end > SIMULATE_WINDOW ? end - SIMULATE_WINDOW : 0;
	p.n_items = end - first;
	if (end > first)
		p.oldest = f->items[first];
	if (first < st->seen)
		first = st->seen;
	p.new_items = f->n_items > 0 ? &f->items[first] : NULL;
	p.n_new = end - first;
	st->seen = end;
	schedule_observe(&st->learned, &p);
}

static void
step(struct run *r, size_t i, struct wall now)
{
	struct state *st = &r->feeds[i];
	double before = schedule_rate(&st->learned);
	bool by_clock;
	struct wall next;

	schedule_price_spend(&r->price, now);
	poll(r, i, now);
	schedule_price_change(&r->price, before, schedule_rate(&st->learned));
	next = schedule_next(&st->learned, now,
		schedule_price_mu(&r->price, now), 1, &r->conf->limits,
		&by_clock);
	heap_put(r->due, (uint32_t)i, next.ms);
}

void
simulate_run(const struct simulate_conf *conf)
{
	struct run r = {.conf = conf, .due = heap_new()};
	struct wall now;
	uint32_t id;

	r.feeds = mem_calloc(conf->n_feeds, sizeof(*r.feeds));
	schedule_price_init(&r.price, conf->start);
	r.price.budget = conf->budget * (double)conf->n_feeds / 86400;
	for (size_t i = 0; i < conf->n_feeds; i++) {
		schedule_init(&r.feeds[i].learned);
		schedule_price_change(
			&r.price, 0, schedule_rate(&r.feeds[i].learned));
		heap_put(r.due, (uint32_t)i,
			conf->start.ms +
				(int64_t)(i * SPREAD_MS / conf->n_feeds));
	}
	while (heap_top(r.due, &id, &now.ms) && now.ms < conf->end.ms &&
		conf->on_poll(id, now, conf->arg))
		step(&r, id, now);
	mem_free(&r.feeds);
	heap_free(&r.due);
}
