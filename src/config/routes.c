/*
 * Routes as they are written. What a route may ask, and whether its channels
 * are there, is route's: setup holds these against each other.
 */
#include "config/load.h"

#include <limits.h>

#include "base/zone.h"
#include "model/limits.h"

static const char *const day_words[ROUTE_DAYS] = {
	"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static void
read_days(struct key_reader *r, struct route_quiet *q)
{
	q->days = 0;
	for (size_t i = 0; i < q->day_names.n; i++) {
		const struct entity_text *t = &q->day_names.p[i];
		unsigned day = 0;

		while (day < ROUTE_DAYS &&
			!span_caseeq_str(t->text, day_words[day]))
			day++;
		if (day == ROUTE_DAYS)
			diag_error(r->diag, t->place,
				"routes[].quiet.days: '%.*s' is no day; write "
				"mon, tue, wed, thu, fri, sat or sun",
				SPAN_ARG(t->text));
		else
			q->days |= 1U << day;
	}
	if (q->day_names.n == 0)
		q->days = (1U << ROUTE_DAYS) - 1;
}

static void
read_zone(struct key_reader *r, struct route_quiet *q)
{
	struct zone *zone = NULL;
	struct err err;

	if (zone_load(q->zone_name.text, r->arena, &zone, &err) == -1)
		diag_error(r->diag, q->zone_name.place,
			"routes[].quiet.zone: %s", err.msg);
	q->zone = zone;
}

/* It ends when it begins, or never ends. */
static bool
is_no_stretch(const struct route_quiet *q)
{
	return q->from_min % ROUTE_MINUTES == q->to_min % ROUTE_MINUTES &&
		(q->from_min == q->to_min || q->days == (1U << ROUTE_DAYS) - 1);
}

#define NO_CLOCK UINT_MAX /* not given, or told to be none */

static void
read_quiet(struct key_reader *r, const struct yaml_node *key,
	struct route_quiet *q)
{
	if (key->value->type != YAML_MAP)
		return; /* told */
	read_days(r, q);
	if (q->zone_name.text.n)
		read_zone(r, q);
	if (!yaml_get(key->value, "from") || !yaml_get(key->value, "to") ||
		!yaml_get(key->value, "zone"))
		diag_error(r->diag, key->place,
			"quiet hours need all of 'from', 'to' and 'zone'");
	else if (q->from_min != NO_CLOCK && q->to_min != NO_CLOCK &&
		is_no_stretch(q))
		diag_error(r->diag, yaml_get(key->value, "to")->place,
			"quiet hours that end when they begin: 'from' and 'to' "
			"must differ");
}

static void
read_escalate(struct key_reader *r, const struct yaml_node *key,
	const struct route_conf *route)
{
	const struct entity_texts *to = &route->escalate.to;

	if (key->value->type != YAML_MAP)
		return; /* told */
	if (!yaml_get(key->value, "after") || !yaml_get(key->value, "to"))
		diag_error(r->diag, key->place,
			"an escalation needs 'after' and 'to'");
	else if (to->n == 0)
		diag_error(r->diag, yaml_get(key->value, "to")->place,
			"an escalation needs at least one channel");
}

static void
check_group(struct key_reader *r, const struct yaml_node *map,
	const struct route_conf *route)
{
	const struct yaml_node *group = yaml_get(map, "group");

	if (route->group_by == GROUP_NONE &&
		(route->group_wait_ms || route->group_interval_ms))
		diag_error(r->diag, group->place,
			"'wait' and 'interval' need a 'by': story, entity or "
			"feed");
	if (!route->group_repeat_ms)
		return;
	if (route->group_repeat_ms < ROUTE_REPEAT_MIN_MS)
		diag_error(r->diag, yaml_get(group, "repeat")->place,
			"routes[].group.repeat: at least 1m, or 0");
	if (route->alert != ALERT_STORY)
		diag_error(r->diag, yaml_get(group, "repeat")->place,
			"stories are told again, not single hits: 'repeat' "
			"needs 'alert: story'");
}

/* yaml_get() gives values; messages are about keys. */
static const struct yaml_node *
key_of(const struct yaml_node *map, const char *name)
{
	yaml_each(key, map)
	{
		if (span_eq_str(key->text, name))
			return key;
	}
	return NULL;
}

static void
read_route(struct load *l, struct key_reader *r, struct key_rows rows,
	const struct yaml_node *map)
{
	struct route_conf route = l->route_defaults;
	const struct yaml_node *quiet = key_of(map, "quiet");
	const struct yaml_node *cap = key_of(map, "cap");
	const struct yaml_node *escalate = key_of(map, "escalate");

	route.place = map->place;
	if (quiet)
		route.quiet.from_min = route.quiet.to_min = NO_CLOCK;
	keys_read(r, rows, map, &route, NULL, NULL);
	if (!route.name.n)
		route.name = span_of(arena_printf(
			r->arena, "route-%zu", l->snap->routes.n + 1));
	if (yaml_get(map, "to") && !route.to.n)
		diag_error(r->diag, yaml_get(map, "to")->place,
			"a route needs at least one channel");
	check_group(r, map, &route);
	if (quiet)
		read_quiet(r, quiet, &route.quiet);
	if (cap && !route.cap.messages && cap->value->type == YAML_MAP &&
		!yaml_get(cap->value, "messages"))
		diag_error(r->diag, cap->place, "a cap needs 'messages'");
	if (escalate)
		read_escalate(r, escalate, &route);
	vec_push(&l->snap->routes, route);
}

void
load_routes(struct load *l, const char *file, const struct yaml_node *value)
{
	struct key_reader r = load_reader(l, file);
	struct key_rows rows = key_rows("routes[].");

	if (yaml_is_nothing(value) ||
		!keys_want(&r, "routes", value, YAML_LIST))
		return;
	yaml_each(n, value)
	{
		if (l->snap->routes.n == LIMIT_ROUTES) {
			diag_error(l->diag, n->place, "more than %d routes",
				LIMIT_ROUTES);
			return;
		}
		if (keys_want(&r, "routes[]", n, YAML_MAP))
			read_route(l, &r, rows, n);
	}
}
