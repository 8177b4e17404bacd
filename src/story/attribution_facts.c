/*
 * Which companies a story is about, and where its members' figures differ.
 */
#include "story/attribution_private.h"

#include <math.h>
#include <stdlib.h>

#include "base/strbuf.h"
#include "base/vec.h"

/* Roles that make a company the one that a story is about. */
#define ACTOR_BONUS 20U
/* "about $15 billion" and "$15.2 billion" are the same figure. */
#define SAME_SHARE 0.05
/* Beyond it, two figures measure different things: a price and a price a
 * share. A slip by a digit or "million" for "thousand" is no more common. */
#define CONFLICT_FACTOR_MAX 20
#define CONFLICT_BYTES 1024
#define NAMES_SHOWN 3

/* -- companies ------------------------------------------------------------- */

struct company {
	struct hit_company hit;
	struct span id;
	unsigned members, sum;
};

struct companies {
	struct company *p;
	size_t n;
	size_t cap;
};

static struct company *
company_of(struct companies *all, const struct hit_entity *e)
{
	vec_each (struct company *, c, all)
		if (span_eq(c->id, e->id))
			return c;
	vec_push(all, (struct company){.hit.name = e->name, .id = e->id});
	return vec_last(all);
}

static int
by_weight(const void *pa, const void *pb)
{
	const struct company *a = pa, *b = pb;

	if (a->sum != b->sum)
		return a->sum > b->sum ? -1 : 1;
	return span_cmp(a->id, b->id);
}

static bool
acts(const struct story_member *m, const struct hit_entity *e)
{
	for (size_t i = 0; i < m->n_events; i++)
		if (span_eq(m->events[i].entity, e->name))
			return i == 0;
	return false;
}

void
desk_companies(struct desk *d, struct hit_story *out)
{
	struct companies all = {0};
	struct hit_company *list;

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];

		for (size_t k = 0; k < m->n_entities; k++) {
			const struct hit_entity *e = &m->entities[k];
			struct company *c;

			if (e->kind != ENTITY_COMPANY)
				continue;
			c = company_of(&all, e);
			c->members++;
			c->sum += e->relevance + (acts(m, e) ? ACTOR_BONUS : 0);
			if (c->hit.relevance < e->relevance)
				c->hit.relevance = e->relevance;
			if (c->hit.role.n == 0)
				c->hit.role = e->role;
		}
	}
	if (all.n)
		qsort(all.p, all.n, sizeof(*all.p), by_weight);
	if (all.n) {
		d->key_company = all.p[0].hit.name;
		d->key_id = all.p[0].id;
	}
	if (all.n > STORY_COMPANIES_MAX)
		all.n = STORY_COMPANIES_MAX;
	list = arena_array(d->arena, all.n + 1, sizeof(*list));
	for (size_t i = 0; i < all.n; i++)
		list[i] = all.p[i].hit;
	out->key_company = d->key_company;
	out->companies = list;
	out->n_companies = all.n;
	vec_fini(&all);
}

/* -- conflicts ------------------------------------------------------------- */

struct figure {
	const struct hit_fact *fact;
	size_t member;
};

struct figures {
	struct figure *p;
	size_t n;
	size_t cap;
};

static bool
is_countable(struct span kind)
{
	return span_eq_str(kind, "money") || span_eq_str(kind, "people") ||
		span_eq_str(kind, "shares") || span_eq_str(kind, "percent") ||
		span_eq_str(kind, "ratio");
}

static bool
is_same_kind(const struct hit_fact *a, const struct hit_fact *b)
{
	return span_eq(a->kind, b->kind) && span_eq(a->currency, b->currency);
}

static bool
is_comparable(const struct hit_fact *a, const struct hit_fact *b)
{
	double x = fabs(a->value), y = fabs(b->value);

	return fmax(x, y) <= fmin(x, y) * CONFLICT_FACTOR_MAX;
}

static bool
is_same_figure(const struct hit_fact *a, const struct hit_fact *b)
{
	double larger = fmax(fabs(a->value), fabs(b->value));

	return fabs(a->value - b->value) <= larger * SAME_SHARE;
}

/* The type that most members report first. */
static struct span
main_type(const struct desk *d)
{
	struct span best = SPAN_NULL;
	unsigned most = 0;

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];
		unsigned n = 0;

		if (m->n_events == 0)
			continue;
		for (size_t k = 0; k < d->c->n_members; k++)
			n += d->c->members[k].n_events > 0 &&
				span_eq(d->c->members[k].events[0].type,
					m->events[0].type);
		if (n > most) {
			most = n;
			best = m->events[0].type;
		}
	}
	return best;
}

static bool
has_figure(const struct figures *all, size_t member, const struct hit_fact *f)
{
	vec_each (const struct figure *, it, all)
		if (it->member == member && is_same_kind(it->fact, f) &&
			is_same_figure(it->fact, f))
			return true;
	return false;
}

/* The figures of the story's main event; each once a member. */
static void
gather(const struct desk *d, struct figures *all)
{
	struct span type = main_type(d);

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];

		for (size_t k = 0; k < m->n_events; k++) {
			const struct hit_event *e = &m->events[k];

			if (!span_eq(e->type, type))
				continue;
			for (size_t f = 0; f < e->n_facts; f++)
				if (is_countable(e->facts[f].kind) &&
					!has_figure(all, i, &e->facts[f]))
					vec_push(all,
						(struct figure){
							&e->facts[f], i});
		}
	}
}

static unsigned
count_members(const struct figures *all, const struct hit_fact *f)
{
	unsigned n = 0;

	vec_each (const struct figure *, it, all)
		n += is_same_kind(it->fact, f) && is_same_figure(it->fact, f);
	return n;
}

static void
put_who(const struct desk *d, const struct figures *all,
	const struct hit_fact *f, struct strbuf *out)
{
	struct span shown[NAMES_SHOWN];
	unsigned n = 0, others = 0;

	vec_each (const struct figure *, it, all) {
		struct span name = d->nodes[d->parts[it->member].node].name;
		bool again = false;

		if (!is_same_kind(it->fact, f) || !is_same_figure(it->fact, f))
			continue;
		for (unsigned i = 0; i < n; i++)
			again |= span_eq(shown[i], name);
		if (again)
			continue;
		if (n == NAMES_SHOWN) {
			others++;
			continue;
		}
		strbuf_printf(out, "%s%.*s", n ? ", " : "", SPAN_ARG(name));
		shown[n++] = name;
	}
	if (others)
		strbuf_printf(
			out, " and %u other%s", others, others > 1 ? "s" : "");
}

/* Members that have f's kind of figure, but not f: each of theirs against it.
 */
static struct span
conflict_with(
	struct desk *d, const struct figures *all, const struct hit_fact *f)
{
	struct strbuf text = STRBUF_INIT(CONFLICT_BYTES);
	struct figures told = {0};
	struct span result = SPAN_NULL;

	strbuf_printf(&text, "%.*s: ", SPAN_ARG(f->text));
	put_who(d, all, f, &text);
	vec_each (const struct figure *, it, all) {
		if (!is_same_kind(it->fact, f) ||
			has_figure(all, it->member, f) ||
			!is_comparable(it->fact, f) ||
			has_figure(&told, 0, it->fact))
			continue;
		vec_push(&told, (struct figure){it->fact, 0});
		strbuf_printf(&text, "; %.*s: ", SPAN_ARG(it->fact->text));
		put_who(d, all, it->fact, &text);
	}
	if (told.n)
		result = arena_span(d->arena, strbuf_as_span(&text));
	vec_fini(&told);
	strbuf_fini(&text);
	return result;
}

static bool
was_judged(const struct figures *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same_kind(all->p[k].fact, all->p[i].fact))
			return true;
	return false;
}

/* The figure of a kind that most members have: of equal ones the origin's. */
static const struct hit_fact *
usual(const struct desk *d, const struct figures *all, const struct hit_fact *f)
{
	const struct hit_fact *best = f;
	unsigned most = 0;

	vec_each (const struct figure *, it, all) {
		unsigned n;

		if (!is_same_kind(it->fact, f))
			continue;
		n = 2 * count_members(all, it->fact) +
			(d->parts[it->member].node == d->origin);
		if (n > most) {
			most = n;
			best = it->fact;
		}
	}
	return best;
}

void
desk_conflicts(struct desk *d, struct hit_story *out)
{
	struct figures all = {0};
	struct span *list =
		arena_array(d->arena, STORY_CONFLICTS_MAX, sizeof(*list));
	size_t n = 0;

	gather(d, &all);
	for (size_t i = 0; i < all.n && n < STORY_CONFLICTS_MAX; i++) {
		struct span told;

		if (was_judged(&all, i))
			continue;
		told = conflict_with(d, &all, usual(d, &all, all.p[i].fact));
		if (told.n)
			list[n++] = told;
	}
	out->conflicts = (struct item_spans){list, n};
	vec_fini(&all);
}
