#include "route/inhibit.h"

#include "route/route.h"
#include "route/when.h"

/* What a mark is made of. An entity that is not asked for is NULL. */
static void
put_mark(const struct inhibit_conf *rule, const struct hit *h,
	const struct hit_entity *entity, inhibit_mark_cb put, void *arg)
{
	const struct span parts[] = {
		rule->name,
		entity ? entity->id : SPAN_NULL,
		rule->equal & EQUAL_STORY ? span_of(h->story->id) : SPAN_NULL,
		rule->equal & EQUAL_FEED ? h->feed.url : SPAN_NULL,
		rule->equal & EQUAL_PUBLISHER ? h->feed.publisher : SPAN_NULL,
	};
	struct inhibit_mark m = {.rule = rule};

	hash_id(parts, sizeof(parts) / sizeof(*parts), m.id);
	put(&m, arg);
}

/* Does the hit carry what the rule wants to be equal, but for entities? */
static bool
carries(const struct inhibit_conf *rule, const struct hit *h)
{
	return (!(rule->equal & EQUAL_STORY) || h->story) &&
		(!(rule->equal & EQUAL_FEED) || h->feed.url.n > 0) &&
		(!(rule->equal & EQUAL_PUBLISHER) || h->feed.publisher.n > 0);
}

static bool
meets(const struct route_when *w, const struct hit *h)
{
	struct when_answer answer;

	when_ask(w, h, &answer);
	return answer.holds;
}

static void
put_side(const struct inhibit_conf *rule, const struct route_when *side,
	const struct hit *h, inhibit_mark_cb put, void *arg)
{
	if (!(rule->equal & EQUAL_ENTITY)) {
		put_mark(rule, h, NULL, put, arg);
		return;
	}
	for (size_t i = 0; i < h->n_entities; i++)
		if (when_holds_for(side, h, &h->entities[i]))
			put_mark(rule, h, &h->entities[i], put, arg);
}

void
inhibit_sources(const struct inhibit_list *l, const struct hit *h,
	inhibit_mark_cb put, void *arg)
{
	for (size_t i = 0; i < l->n; i++)
		if (carries(&l->p[i], h) && meets(&l->p[i].source, h))
			put_side(&l->p[i], &l->p[i].source, h, put, arg);
}

void
inhibit_targets(const struct inhibit_list *l, const struct hit *h,
	inhibit_mark_cb put, void *arg)
{
	for (size_t i = 0; i < l->n; i++)
		if (carries(&l->p[i], h) && meets(&l->p[i].target, h) &&
			!meets(&l->p[i].source, h))
			put_side(&l->p[i], &l->p[i].target, h, put, arg);
}

/* -- mistakes -------------------------------------------------------------- */
static void
check_rule(const struct inhibit_conf *c, struct report *report)
{
	if (!route_name_ok(c->name))
		report_error(report, &c->place,
			"'%.*s' cannot be the name of a rule: 1 to %d letters "
			"a-z, digits, '-', '_' and '.' can",
			SPAN_ARG(c->name), ROUTE_NAME_MAX);
	if (when_is_empty(&c->source) || when_is_empty(&c->target))
		report_error(report, &c->place,
			"rule '%.*s': 'source' and 'target' must ask for "
			"something, or every hit would be one",
			SPAN_ARG(c->name));
	when_check(&c->source, report);
	when_check(&c->target, report);
}

void
inhibit_check(const struct inhibit_list *l, struct report *report)
{
	for (size_t i = 0; i < l->n; i++) {
		check_rule(&l->p[i], report);
		for (size_t k = 0; k < i; k++)
			if (span_eq(l->p[i].name, l->p[k].name))
				report_error(report, &l->p[i].place,
					"there are two rules '%.*s'",
					SPAN_ARG(l->p[i].name));
	}
}
