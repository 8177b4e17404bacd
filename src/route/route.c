#include "route/route.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/plural.h"
#include "route/when.h"

struct routes {
	const struct route_conf *p; /* borrowed from the configuration */
	size_t n;
};

/* -- compiling ------------------------------------------------------------- */
bool
route_name_ok(struct span name)
{
	if (name.n == 0 || name.n > ROUTE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') || c == '-' || c == '_' ||
			    c == '.'))
			return false;
	}
	return true;
}

static void
check_name(const char *what, struct span name, const struct place *place,
	struct report *report)
{
	if (!route_name_ok(name))
		report_error(report, place,
			"'%.*s' cannot be the name of a %s: 1 to %d letters "
			"a-z, digits, '-', '_' and '.' can",
			SPAN_ARG(name), what, ROUTE_NAME_MAX);
}

/* The channel that was perhaps meant; empty if none is near. */
static struct span
nearest_channel(const struct channel_list *channels, struct span name)
{
	struct span best = SPAN_NULL;
	unsigned d, least = 3;

	for (size_t i = 0; i < channels->n; i++) {
		d = span_distance(channels->p[i].name, name, least);
		if (d >= least)
			continue;
		least = d;
		best = channels->p[i].name;
	}
	return best;
}

static void
check_target(const struct channel_list *channels, const struct entity_text *to,
	struct report *report)
{
	struct span near;

	for (size_t i = 0; i < channels->n; i++)
		if (span_eq(channels->p[i].name, to->text))
			return;
	near = nearest_channel(channels, to->text);
	if (near.n > 0)
		report_error(report, &to->place,
			"there is no channel '%.*s'; did you mean '%.*s'?",
			SPAN_ARG(to->text), SPAN_ARG(near));
	else
		report_error(report, &to->place,
			"there is no channel '%.*s': define it under "
			"`channels:`",
			SPAN_ARG(to->text));
}

static void
check_route(const struct route_conf *r, const struct channel_list *channels,
	struct report *report)
{
	check_name("route", r->name, &r->place, report);
	if (r->to.n == 0)
		report_error(report, &r->place,
			"route '%.*s' tells nobody: give it `to: [CHANNEL]`",
			SPAN_ARG(r->name));
	for (size_t i = 0; i < r->to.n; i++) {
		check_target(channels, &r->to.p[i], report);
		for (size_t k = 0; k < i; k++)
			if (span_eq(r->to.p[i].text, r->to.p[k].text))
				report_error(report, &r->to.p[i].place,
					"channel '%.*s' is named twice",
					SPAN_ARG(r->to.p[i].text));
	}
	for (size_t i = 0; i < r->escalate.to.n; i++)
		check_target(channels, &r->escalate.to.p[i], report);
	when_check(&r->when, report);
}

int
route_compile(const struct route_list *list,
	const struct channel_list *channels, struct report *report,
	struct routes **out, struct err *err)
{
	struct map *names = map_new(NULL);
	unsigned before = report->errors;

	for (size_t i = 0; i < channels->n; i++)
		check_name("channel", channels->p[i].name,
			&channels->p[i].place, report);
	for (size_t i = 0; i < list->n; i++) {
		check_route(&list->p[i], channels, report);
		if (map_has(names, list->p[i].name))
			report_error(report, &list->p[i].place,
				"there are two routes '%.*s'",
				SPAN_ARG(list->p[i].name));
		map_put(names, list->p[i].name, names);
	}
	map_free(&names);
	if (report->errors > before)
		return err_set(err, ERR_CONF, "%u %s in the routes",
			report->errors - before,
			PLURAL(report->errors - before, "mistake", "mistakes"));
	*out = mem_new(*out);
	(*out)->p = list->p;
	(*out)->n = list->n;
	return 0;
}

void
route_free(struct routes **r)
{
	mem_free(r);
}

size_t
route_count(const struct routes *r)
{
	return r->n;
}

/* -- deciding -------------------------------------------------------------- */
static void
put_key(char out[ROUTE_KEY_SIZE], struct span key)
{
	struct span head = span_utf8_head(key, ROUTE_KEY_SIZE - 1);

	if (head.n > 0)
		memcpy(out, head.p, head.n);
	out[head.n] = '\0';
}

static void
item_key(const struct hit *h, char out[ROUTE_KEY_SIZE])
{
	if (h->item_name.n > 0)
		hash_hex128(h->item_name, out);
	else
		put_key(out, span_of(h->item_id));
}

static void
group_key(enum route_group_by by, const struct hit *h,
	const struct hit_entity *entity, char out[ROUTE_KEY_SIZE])
{
	switch (by) {
	case GROUP_NONE:
		put_key(out, span_of(h->id));
		return;
	case GROUP_STORY:
		if (h->story)
			put_key(out, span_of(h->story->id));
		else
			item_key(h, out);
		return;
	case GROUP_ENTITY:
		put_key(out,
			entity && entity->id.n > 0 ? entity->id
						   : span_of(h->id));
		return;
	case GROUP_FEED:
		hash_hex128(h->feed.url, out);
		return;
	}
}

static void
put_pick(const struct routes *r, size_t i, const struct hit *h,
	const struct when_answer *answer, struct route_pick *pick)
{
	const struct route_conf *conf = &r->p[i];

	pick->route = i;
	pick->conf = conf;
	pick->entity = answer->entity;
	pick->event = answer->event;
	pick->story =
		conf->alert == ALERT_STORY && h->story ? h->story->id : NULL;
	pick->follows = !answer->holds;
	group_key(conf->group_by, h, answer->entity, pick->key);
}

static bool
is_picked(const struct route_pick *picks, size_t n, size_t route)
{
	for (size_t i = 0; i < n; i++)
		if (picks[i].route == route)
			return true;
	return false;
}

/* Routes that tell stories, and are not among the picks. */
static size_t
put_followers(const struct routes *r, const struct hit *h,
	struct route_pick *picks, size_t n)
{
	const struct when_answer answer = {
		.entity = when_most_relevant(h, SPAN_NULL)};
	size_t all = n;

	if (h->kind != HIT_UPDATE || !h->story)
		return n;
	for (size_t i = 0; i < r->n; i++)
		if (r->p[i].alert == ALERT_STORY && !is_picked(picks, n, i))
			put_pick(r, i, h, &answer, &picks[all++]);
	return all;
}

size_t
route_decide(
	const struct routes *r, const struct hit *h, struct route_pick *picks)
{
	struct when_answer answer;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		when_ask(&r->p[i].when, h, &answer);
		if (!answer.holds)
			continue;
		put_pick(r, i, h, &answer, &picks[n++]);
		if (!r->p[i].next)
			break;
	}
	return put_followers(r, h, picks, n);
}

/* -- explaining ------------------------------------------------------------ */
static const struct route_conf *
taker_before(const struct routes *r, const struct hit *h, size_t n)
{
	struct when_answer answer;

	for (size_t i = 0; i < n; i++) {
		if (r->p[i].next)
			continue;
		when_ask(&r->p[i].when, h, &answer);
		if (answer.holds)
			return &r->p[i];
	}
	return NULL;
}

void
route_case_of(const struct routes *r, const struct hit *h, size_t i,
	struct route_case *out)
{
	*out = (struct route_case){
		.conf = &r->p[i],
		.verdict = ROUTE_NOT_ASKED,
		.taker = taker_before(r, h, i),
	};
	if (out->taker)
		return;
	when_ask(&r->p[i].when, h, &out->answer);
	out->verdict = out->answer.holds ? ROUTE_TAKES : ROUTE_PASSES;
}
