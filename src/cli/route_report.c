#include "cli/route_report.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "cli/route_plan.h"
#include "config/value.h"
#include "model/json.h"
#include "model/limits.h"
#include "route/inhibit.h"

/* A mark that a hit of the input left. */
struct left {
	char hit[HEX128_SIZE];
	int64_t until_ms;
};

struct route_report {
	const struct config *config;
	const struct routes *routes;
	struct wall at;
	struct route_live *live;
	struct map *marks; /* mark -> struct left */
	struct map *told; /* "route story channel" -> hit's id */
	struct route_plan *plan;
};

/* What becomes of a hit at one channel of a route. */
struct fate {
	struct span channel;
	const char *state; /* "told", "held", "echo", "silenced", ... */
	struct wall when; /* told or held: when it is sent */
	struct span why; /* for people */
};

struct route_report *
route_report_new(const struct config *config, const struct routes *routes,
	struct wall at, struct route_live *live)
{
	struct route_report *r = mem_new(r);

	r->config = config;
	r->routes = routes;
	r->at = at;
	r->live = live;
	r->marks = map_new(mem_free_);
	r->told = map_new(mem_free_);
	r->plan = route_plan_new(live);
	return r;
}

void
route_report_free(struct route_report **rp)
{
	struct route_report *r = *rp;

	*rp = NULL;
	if (!r)
		return;
	map_free(&r->marks);
	map_free(&r->told);
	route_plan_free(&r->plan);
	mem_free(&r);
}

/* -- inhibition ------------------------------------------------------------ */
/* A search for a rule all of whose marks are there. */
struct inhibition {
	struct route_report *report;
	const struct hit *hit;
	struct wall now;
	const struct inhibit_conf *rule; /* the present one */
	bool all; /* its marks so far */
	const struct inhibit_conf *found;
};

static bool
mark_is_there(struct route_report *r, const char *mark, const char *not_by,
	struct wall now)
{
	const struct left *left = map_get(r->marks, span_of(mark));
	struct span by;

	if (left && left->until_ms > now.ms && strcmp(left->hit, not_by) != 0)
		return true;
	if (!r->live)
		return false;
	by = route_live_mark(r->live, mark);
	return by.n > 0 && !span_eq_str(by, not_by);
}

static void
end_rule(struct inhibition *i)
{
	if (i->rule && i->all && !i->found)
		i->found = i->rule;
	i->all = true;
}

static void
on_target(const struct inhibit_mark *m, void *arg)
{
	struct inhibition *i = arg;

	if (m->rule != i->rule)
		end_rule(i);
	i->rule = m->rule;
	i->all = i->all && mark_is_there(i->report, m->id, i->hit->id, i->now);
}

static const struct inhibit_conf *
inhibitor(struct route_report *r, const struct hit *h, struct wall now)
{
	struct inhibition i = {.report = r, .hit = h, .now = now};

	inhibit_targets(&r->config->inhibits, h, on_target, &i);
	end_rule(&i);
	return i.found;
}

static void
on_source(const struct inhibit_mark *m, void *arg)
{
	struct inhibition *i = arg;
	struct left *left = mem_new(left);

	memcpy(left->hit, i->hit->id, sizeof(left->hit));
	left->until_ms = i->now.ms + m->rule->window_ms;
	map_put(i->report->marks, span_of(m->id), left);
}

static void
leave_marks(struct route_report *r, const struct hit *h, struct wall now)
{
	struct inhibition i = {.report = r, .hit = h, .now = now};

	inhibit_sources(&r->config->inhibits, h, on_source, &i);
}

/* -- fates ----------------------------------------------------------------- */
static struct span
told_key(struct arena *a, const struct route_conf *conf, const struct hit *h,
	struct span channel)
{
	return span_of(arena_printf(a, "%.*s %s %.*s", SPAN_ARG(conf->name),
		h->story->id, SPAN_ARG(channel)));
}

static bool
was_told(struct route_report *r, const struct route_conf *conf,
	const struct hit *h, struct span channel, struct arena *a)
{
	if (map_has(r->told, told_key(a, conf, h, channel)))
		return true;
	return r->live &&
		route_live_told(
			r->live, conf->name, span_of(h->story->id), channel)
			.n > 0;
}

static const char *
duration(struct arena *a, int64_t ms)
{
	struct strbuf b = STRBUF_INIT(64);
	const char *out;

	value_duration_format(ms, &b);
	out = arena_strdup(a, strbuf_cstr(&b));
	strbuf_fini(&b);
	return out;
}

static const char *
why_then(const struct route_conf *conf, enum plan_why why, struct arena *a)
{
	switch (why) {
	case PLAN_AT_ONCE:
		break;
	case PLAN_WAITS:
		return arena_printf(a, "after waiting %s",
			duration(a, conf->group_wait_ms));
	case PLAN_JOINS:
		return "in one message with what came before";
	case PLAN_INTERVAL:
		return arena_printf(a, "%s after its group's last message",
			duration(a, conf->group_interval_ms));
	case PLAN_QUIET:
		return arena_printf(a,
			"quiet hours in %.*s; in one message with all else",
			SPAN_ARG(conf->quiet.zone_name.text));
	case PLAN_CAP:
		return arena_printf(a,
			"beyond the cap of %u in %s; in one message with all "
			"else",
			conf->cap.messages, duration(a, conf->cap.per_ms));
	}
	return "at once";
}

static void
fill_time(struct route_report *r, const struct route_pick *p, struct wall now,
	struct arena *a, struct fate *f)
{
	struct planned t = route_plan_hit(
		r->plan, p->conf, f->channel, span_of(p->key), now);

	f->state = t.why == PLAN_QUIET || t.why == PLAN_CAP ? "held" : "told";
	f->when = t.when;
	f->why = span_of(why_then(p->conf, t.why, a));
}

static struct fate
fate_of(struct route_report *r, const struct route_pick *p, const struct hit *h,
	struct span channel, struct wall now, struct arena *a)
{
	struct fate f = {.channel = channel};
	const struct inhibit_conf *rule =
		p->conf->always ? NULL : inhibitor(r, h, now);
	const struct silence *silence = r->live && !p->conf->always
		? silences_find(route_live_silences(r->live), h, p->conf->name,
			  channel, now.ms)
		: NULL;
	bool told = p->story && was_told(r, p->conf, h, channel, a);

	if (p->story && !told && p->follows) {
		f.state = "not told";
		f.why = SPAN_LIT("it was not told of this story before");
	} else if (told && h->kind != HIT_UPDATE) {
		f.state = "echo";
		f.why = SPAN_LIT("it has told this story there");
	} else if (silence) {
		f.state = "silenced";
		f.why = span_of(arena_printf(a, "silence %.*s by %.*s",
			SPAN_ARG(silence->id), SPAN_ARG(silence->author)));
	} else if (rule) {
		f.state = "inhibited";
		f.why = span_of(arena_printf(a,
			"rule %.*s: explained by what "
			"came before",
			SPAN_ARG(rule->name)));
	} else {
		fill_time(r, p, now, a, &f);
		if (p->story)
			map_put(r->told, told_key(a, p->conf, h, channel),
				mem_strdup(h->id));
	}
	return f;
}

/* -- walking --------------------------------------------------------------- */
struct printer {
	void (*hit)(struct printer *p, const struct hit *h, struct wall now);
	void (*route)(struct printer *p, const struct route_case *c);
	when_line_cb line; /* arg: the printer */
	void (*fates)(struct printer *p, const struct route_pick *pick,
		const struct fate *f, size_t n);
	void (*route_end)(struct printer *p);
	void (*hit_end)(struct printer *p);
	struct strbuf *out;
	struct json_w w;
	struct arena *arena;
};

static void
walk_fates(struct route_report *r, struct printer *p, const struct hit *h,
	const struct route_pick *pick, struct wall now)
{
	const struct entity_texts *to = &pick->conf->to;
	struct fate *f = arena_array(p->arena, to->n + 1, sizeof(*f));

	for (size_t i = 0; i < to->n; i++)
		f[i] = fate_of(r, pick, h, to->p[i].text, now, p->arena);
	p->fates(p, pick, f, to->n);
}

static void
walk(struct route_report *r, struct printer *p, const struct hit *h)
{
	size_t n_routes = route_count(r->routes);
	struct route_pick *picks;
	struct route_case c;
	struct wall now = r->at.ms > 0 ? r->at : h->detected;
	size_t n;

	p->arena = arena_new();
	picks = arena_array(p->arena, n_routes + 1, sizeof(*picks));
	n = route_decide(r->routes, h, picks);
	p->hit(p, h, now);
	for (size_t i = 0; i < n_routes; i++) {
		route_case_of(r->routes, h, i, &c);
		p->route(p, &c);
		if (c.verdict != ROUTE_NOT_ASKED)
			when_explain(&c.conf->when, h, &c.answer, p->line, p);
		for (size_t k = 0; k < n; k++)
			if (picks[k].route == i)
				walk_fates(r, p, h, &picks[k], now);
		p->route_end(p);
	}
	p->hit_end(p);
	leave_marks(r, h, now);
	arena_free(&p->arena);
}

/* -- text ------------------------------------------------------------------ */
static const char *const group_names[] = {
	[GROUP_NONE] = "each hit alone",
	[GROUP_STORY] = "by story",
	[GROUP_ENTITY] = "by entity",
	[GROUP_FEED] = "by feed",
};

static void
text_hit(struct printer *p, const struct hit *h, struct wall now)
{
	char when[DATE_TEXT_SIZE];

	date_format(now, when);
	strbuf_printf(p->out, "%s %s at %s: %.*s\n", hit_kind_name(h->kind),
		h->id, when, SPAN_ARG(h->item ? h->item->title : SPAN_NULL));
}

static void
text_route(struct printer *p, const struct route_case *c)
{
	strbuf_printf(p->out, "  %.*s: ", SPAN_ARG(c->conf->name));
	if (c->verdict == ROUTE_NOT_ASKED)
		strbuf_printf(p->out, "not asked, %.*s took it\n",
			SPAN_ARG(c->taker->name));
	else
		strbuf_str(p->out,
			c->verdict == ROUTE_TAKES ? "takes it\n"
						  : "passes it by\n");
}

static void
text_line(const struct when_line *l, void *arg)
{
	struct printer *p = arg;

	strbuf_printf(p->out, "    %s %s", l->holds ? "+" : "-", l->key);
	if (l->of.n > 0)
		strbuf_printf(p->out, " of %.*s", SPAN_ARG(l->of));
	strbuf_printf(p->out, ": %.*s, asked for %.*s\n",
		SPAN_ARG(l->have.n > 0 ? l->have : SPAN_LIT("none")),
		SPAN_ARG(l->want));
}

static void
text_fates(struct printer *p, const struct route_pick *pick,
	const struct fate *f, size_t n)
{
	char when[DATE_TEXT_SIZE];

	if (pick->follows)
		strbuf_str(p->out, "    follows the stories that it told\n");
	for (size_t i = 0; i < n; i++) {
		strbuf_printf(p->out, "    -> %.*s: %s", SPAN_ARG(f[i].channel),
			f[i].state);
		if (f[i].when.ms > 0) {
			date_format(f[i].when, when);
			strbuf_printf(p->out, "%s %s",
				strcmp(f[i].state, "held") == 0 ? " until"
								: " at",
				when);
		}
		strbuf_printf(p->out, " (%.*s)\n", SPAN_ARG(f[i].why));
	}
	if (pick->conf->group_by != GROUP_NONE)
		strbuf_printf(p->out, "    group %s %s\n",
			group_names[pick->conf->group_by], pick->key);
}

static void
text_end(struct printer *p)
{
	(void)p;
}

void
route_report_text(
	struct route_report *r, const struct hit *h, struct strbuf *out)
{
	struct printer p = {
		.hit = text_hit,
		.route = text_route,
		.line = text_line,
		.fates = text_fates,
		.route_end = text_end,
		.hit_end = text_end,
		.out = out,
	};

	walk(r, &p, h);
	if (route_count(r->routes) == 0)
		strbuf_str(out, "  there are no routes\n");
}

/* -- JSON ------------------------------------------------------------------ */
static const char *const verdict_names[] = {
	[ROUTE_TAKES] = "takes",
	[ROUTE_PASSES] = "passes",
	[ROUTE_NOT_ASKED] = "not asked",
};
static const char *const group_words[] = {
	[GROUP_NONE] = "none",
	[GROUP_STORY] = "story",
	[GROUP_ENTITY] = "entity",
	[GROUP_FEED] = "feed",
};

static void
json_hit(struct printer *p, const struct hit *h, struct wall now)
{
	json_w_init(&p->w, p->out);
	json_w_object(&p->w);
	json_w_kv_str(&p->w, "hit", h->id);
	json_w_kv_str(&p->w, "kind", hit_kind_name(h->kind));
	json_w_kv_text(&p->w, "title", h->item ? h->item->title : SPAN_NULL);
	json_w_key(&p->w, "at");
	json_w_time(&p->w, now);
	json_w_key(&p->w, "routes");
	json_w_array(&p->w);
}

static void
json_route(struct printer *p, const struct route_case *c)
{
	json_w_object(&p->w);
	json_w_kv_text(&p->w, "route", c->conf->name);
	json_w_kv_str(&p->w, "verdict", verdict_names[c->verdict]);
	if (c->taker)
		json_w_kv_text(&p->w, "taken_by", c->taker->name);
	json_w_key(&p->w, "conditions");
	json_w_array(&p->w);
}

static void
json_line(const struct when_line *l, void *arg)
{
	struct json_w *w = &((struct printer *)arg)->w;

	json_w_object(w);
	json_w_kv_str(w, "key", l->key);
	json_w_kv_known(w, "of", l->of);
	json_w_kv_known(w, "have", l->have);
	json_w_kv_text(w, "want", l->want);
	json_w_kv_bool(w, "holds", l->holds);
	json_w_object_end(w);
}

static void
json_fates(struct printer *p, const struct route_pick *pick,
	const struct fate *f, size_t n)
{
	struct json_w *w = &p->w;

	json_w_array_end(w); /* of the conditions */
	json_w_kv_bool(w, "follows", pick->follows);
	json_w_kv_str(w, "group", group_words[pick->conf->group_by]);
	json_w_kv_str(w, "group_key", pick->key);
	json_w_key(w, "to");
	json_w_array(w);
	for (size_t i = 0; i < n; i++) {
		json_w_object(w);
		json_w_kv_text(w, "channel", f[i].channel);
		json_w_kv_str(w, "state", f[i].state);
		json_w_key(w, "when");
		if (f[i].when.ms > 0)
			json_w_time(w, f[i].when);
		else
			json_w_null(w);
		json_w_kv_text(w, "why", f[i].why);
		json_w_object_end(w);
	}
}

static void
json_route_end(struct printer *p)
{
	json_w_array_end(&p->w); /* conditions, or channels */
	json_w_object_end(&p->w);
}

static void
json_hit_end(struct printer *p)
{
	json_w_array_end(&p->w);
	json_w_object_end(&p->w);
}

void
route_report_json(
	struct route_report *r, const struct hit *h, struct strbuf *out)
{
	struct printer p = {
		.hit = json_hit,
		.route = json_route,
		.line = json_line,
		.fates = json_fates,
		.route_end = json_route_end,
		.hit_end = json_hit_end,
		.out = out,
	};

	walk(r, &p, h);
}
