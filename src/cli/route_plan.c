#include "cli/route_plan.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "route/quiet.h"

/* One channel of one route. */
struct outlet {
	VEC(int64_t) sent; /* ms, ascending */
	int64_t digest_ms; /* when what is held goes out; 0: nothing was */
};

struct group {
	int64_t due_ms; /* of its message; 0: it had none */
	int64_t pause_ms; /* no other message before */
};

struct route_plan {
	struct map *outlets; /* "route channel" */
	struct map *groups; /* "route channel key" */
	struct route_live *live;
};

static void
free_outlet(void *value)
{
	struct outlet *p = value;

	vec_fini(&p->sent);
	mem_free(&p);
}

struct route_plan *
route_plan_new(struct route_live *live)
{
	struct route_plan *p = mem_new(p);

	p->outlets = map_new(free_outlet);
	p->groups = map_new(mem_free_);
	p->live = live;
	return p;
}

void
route_plan_free(struct route_plan **pp)
{
	struct route_plan *p = *pp;

	*pp = NULL;
	if (!p)
		return;
	map_free(&p->outlets);
	map_free(&p->groups);
	mem_free(&p);
}

static void
add_sent(struct outlet *at, int64_t ms)
{
	size_t i = at->sent.n;

	vec_push(&at->sent, ms);
	for (; i > 0 && at->sent.p[i - 1] > ms; i--)
		at->sent.p[i] = at->sent.p[i - 1];
	at->sent.p[i] = ms;
}

static struct outlet *
outlet_of(struct route_plan *p, const struct route_conf *conf,
	struct span channel)
{
	char *name = mem_printf(
		"%.*s %.*s", SPAN_ARG(conf->name), SPAN_ARG(channel));
	struct outlet *at = map_get(p->outlets, span_of(name));
	int64_t ms;

	if (!at) {
		at = mem_new(at);
		map_put(p->outlets, span_of(name), at);
		for (unsigned i = 0; p->live && i < conf->cap.messages; i++) {
			ms = route_live_sent(p->live, conf->name, channel, i);
			if (ms == 0)
				break;
			add_sent(at, ms);
		}
	}
	mem_free(&name);
	return at;
}

static struct group *
group_of(struct route_plan *p, const struct route_conf *conf,
	struct span channel, struct span key)
{
	char *name = mem_printf("%.*s %.*s %.*s", SPAN_ARG(conf->name),
		SPAN_ARG(channel), SPAN_ARG(key));
	struct group *g = map_get(p->groups, span_of(name));

	if (!g) {
		g = mem_new(g);
		map_put(p->groups, span_of(name), g);
		if (p->live)
			g->pause_ms = route_live_pause(
				p->live, conf->name, channel, key);
	}
	mem_free(&name);
	return g;
}

/* When there is room for a message that is due then: that time, or later. */
static int64_t
room(const struct outlet *at, const struct route_cap *cap, int64_t due_ms)
{
	size_t n = 0;
	int64_t free_ms;

	while (n < at->sent.n && at->sent.p[n] <= due_ms)
		n++;
	if (cap->messages == 0 || n < cap->messages)
		return due_ms;
	free_ms = at->sent.p[n - cap->messages] + cap->per_ms;
	return free_ms > due_ms ? free_ms : due_ms;
}

/* When a message due then goes out, and what is in its way first. */
static int64_t
hold(const struct outlet *at, const struct route_conf *conf, int64_t due_ms,
	enum plan_why *why)
{
	int64_t ms = due_ms, next;

	for (;;) {
		next = quiet_until(&conf->quiet, (struct wall){ms}).ms;
		if (next > ms) {
			if (ms == due_ms)
				*why = PLAN_QUIET;
		} else {
			next = room(at, &conf->cap, ms);
			if (next > ms && ms == due_ms)
				*why = PLAN_CAP;
		}
		if (next <= ms)
			return ms;
		ms = next;
	}
}

struct planned
route_plan_hit(struct route_plan *p, const struct route_conf *conf,
	struct span channel, struct span key, struct wall now)
{
	struct outlet *at = outlet_of(p, conf, channel);
	struct group *g = group_of(p, conf, channel, key);
	enum plan_why why = conf->group_wait_ms > 0 ? PLAN_WAITS : PLAN_AT_ONCE;
	int64_t due_ms = now.ms + conf->group_wait_ms;
	int64_t ms;

	if (g->due_ms > now.ms)
		return (struct planned){{g->due_ms}, PLAN_JOINS};
	if (g->pause_ms > due_ms) {
		due_ms = g->pause_ms;
		why = PLAN_INTERVAL;
	}
	ms = hold(at, conf, due_ms, &why);
	if (ms > due_ms && at->digest_ms > due_ms)
		return (struct planned){{at->digest_ms}, why};
	add_sent(at, ms);
	if (ms > due_ms) {
		at->digest_ms = ms;
	} else {
		g->due_ms = ms;
		g->pause_ms = ms + conf->group_interval_ms;
	}
	return (struct planned){{ms}, why};
}
