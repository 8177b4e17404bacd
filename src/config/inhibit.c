/* Rules of inhibition as they are written. */
#include "config/load.h"

#include "model/limits.h"

struct inhibit_side {
	struct key_reader *r;
	struct inhibit_conf *conf;
};

/* The keys of a side are those of a route's `when`. */
static void
on_side(const struct key *k, const struct yaml_node *key, void *arg)
{
	struct inhibit_side *side = arg;
	struct route_conf route = {.place = key->place};

	if (!keys_want(side->r, k->path, key->value, YAML_MAP))
		return;
	keys_read(side->r, key_rows("routes[].when."), key->value, &route, NULL,
		NULL);
	if (span_eq_str(key->text, "source"))
		side->conf->source = route.when;
	else
		side->conf->target = route.when;
}

static void
read_equal(struct key_reader *r, struct inhibit_conf *c)
{
	static const struct {
		const char *word;
		enum inhibit_equal value;
	} words[] = {
		{"entity", EQUAL_ENTITY},
		{"story", EQUAL_STORY},
		{"feed", EQUAL_FEED},
		{"publisher", EQUAL_PUBLISHER},
	};
	const size_t n = sizeof(words) / sizeof(*words);

	for (size_t i = 0; i < c->equal_names.n; i++) {
		const struct entity_text *t = &c->equal_names.p[i];
		size_t k = 0;

		while (k < n && !span_caseeq_str(t->text, words[k].word))
			k++;
		if (k == n)
			diag_error(r->diag, t->place,
				"inhibit[].equal: '%.*s' is none of entity, "
				"story, feed, publisher",
				SPAN_ARG(t->text));
		else
			c->equal |= words[k].value;
	}
	if (c->equal_names.n == 0)
		c->equal = EQUAL_ENTITY;
}

static void
read_inhibit(struct load *l, struct key_reader *r, const struct yaml_node *map)
{
	struct inhibit_conf c = l->inhibit_defaults;
	struct inhibit_side side = {r, &c};

	c.place = map->place;
	keys_read(r, key_rows("inhibit[]."), map, &c, on_side, &side);
	if (!c.name.n)
		c.name = span_of(arena_printf(
			r->arena, "inhibit-%zu", l->snap->inhibits.n + 1));
	read_equal(r, &c);
	vec_push(&l->snap->inhibits, c);
}

void
load_inhibits(struct load *l, const char *file, const struct yaml_node *value)
{
	struct key_reader r = load_reader(l, file);

	if (yaml_is_nothing(value) ||
		!keys_want(&r, "inhibit", value, YAML_LIST))
		return;
	yaml_each(n, value)
	{
		if (l->snap->inhibits.n == LIMIT_INHIBITS) {
			diag_error(l->diag, n->place, "more than %d rules",
				LIMIT_INHIBITS);
			return;
		}
		if (keys_want(&r, "inhibit[]", n, YAML_MAP))
			read_inhibit(l, &r, n);
	}
}
