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

/* Those of one kind, in the order of the members; each once a member. */
struct figures {
	struct figure *p;
	size_t n;
	size_t cap;
};

/* By kind, in the order in which the first of each was found. */
struct kinds {
	struct figures *p;
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

struct counted_type {
	struct span type;
	unsigned n;
};

/* The type that most members report first: of equal ones the earliest. */
static struct span
main_type(const struct desk *d)
{
	VEC(struct counted_type) types = {0};
	struct counted_type best = {SPAN_NULL, 0};

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];
		size_t k = 0;

		if (m->n_events == 0)
			continue;
		while (k < types.n &&
			!span_eq(types.p[k].type, m->events[0].type))
			k++;
		if (k == types.n)
			vec_push(&types,
				(struct counted_type){m->events[0].type, 0});
		types.p[k].n++;
	}
	vec_each (const struct counted_type *, t, &types)
		if (t->n > best.n)
			best = *t;
	vec_fini(&types);
	return best.type;
}

static struct figures *
kind_of(struct kinds *all, const struct hit_fact *f)
{
	vec_each (struct figures *, kind, all)
		if (is_same_kind(kind->p[0].fact, f))
			return kind;
	return vec_add(all);
}

/* Has the member of the latest ones this one, too? */
static bool
is_double(const struct figures *kind, size_t member, const struct hit_fact *f)
{
	for (size_t i = kind->n; i > 0 && kind->p[i - 1].member == member; i--)
		if (is_same_figure(kind->p[i - 1].fact, f))
			return true;
	return false;
}

static void
gather_event(struct kinds *all, size_t member, const struct hit_event *e)
{
	for (size_t i = 0; i < e->n_facts; i++) {
		const struct hit_fact *f = &e->facts[i];
		struct figures *kind;

		if (!is_countable(f->kind))
			continue;
		kind = kind_of(all, f);
		if (!is_double(kind, member, f))
			vec_push(kind, (struct figure){f, member});
	}
}

/* The figures of the story's main event. */
static void
gather(const struct desk *d, struct kinds *all)
{
	struct span type = main_type(d);

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];

		for (size_t k = 0; k < m->n_events; k++)
			if (span_eq(m->events[k].type, type))
				gather_event(all, i, &m->events[k]);
	}
}

static void
put_who(const struct desk *d, const struct figures *kind,
	const struct hit_fact *f, struct strbuf *out)
{
	struct span shown[NAMES_SHOWN];
	unsigned n = 0, others = 0;

	vec_each (const struct figure *, it, kind) {
		struct span name = d->nodes[d->parts[it->member].node].name;
		bool again = false;

		if (!is_same_figure(it->fact, f))
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

/* Has the member of figure i this one, too? */
static bool
member_has(const struct figures *kind, size_t i, const struct hit_fact *f)
{
	size_t member = kind->p[i].member;

	while (i > 0 && kind->p[i - 1].member == member)
		i--;
	for (; i < kind->n && kind->p[i].member == member; i++)
		if (is_same_figure(kind->p[i].fact, f))
			return true;
	return false;
}

/* Members that have f's kind of figure, but not f: each of theirs against it.
 */
static struct span
conflict_with(
	struct desk *d, const struct figures *kind, const struct hit_fact *f)
{
	struct strbuf text = STRBUF_INIT(CONFLICT_BYTES);
	struct figures told = {0};
	struct span result = SPAN_NULL;

	strbuf_printf(&text, "%.*s: ", SPAN_ARG(f->text));
	put_who(d, kind, f, &text);
	for (size_t i = 0; i < kind->n && !(told.n > 0 && text.full); i++) {
		const struct hit_fact *other = kind->p[i].fact;

		if (!is_comparable(other, f) || member_has(kind, i, f) ||
			is_double(&told, 0, other))
			continue;
		vec_push(&told, (struct figure){other, 0});
		strbuf_printf(&text, "; %.*s: ", SPAN_ARG(other->text));
		put_who(d, kind, other, &text);
	}
	if (told.n)
		result = arena_span(d->arena, strbuf_as_span(&text));
	vec_fini(&told);
	strbuf_fini(&text);
	return result;
}

/* A value and how many figures have it, or one as good as it. */
struct amount {
	const struct hit_fact *fact;
	unsigned n, alike;
};

struct amounts {
	struct amount *p;
	size_t n;
	size_t cap;
};

static int
by_value(const void *pa, const void *pb)
{
	const struct amount *a = pa, *b = pb;

	return a->fact->value < b->fact->value
		? -1
		: a->fact->value > b->fact->value;
}

/* Sorted, each once. */
static void
count_amounts(const struct figures *kind, struct amounts *out)
{
	size_t n = 0;

	vec_each (const struct figure *, it, kind)
		vec_push(out, (struct amount){it->fact, 1, 0});
	qsort(out->p, out->n, sizeof(*out->p), by_value);
	for (size_t i = 0; i < out->n; i++)
		if (n > 0 && by_value(&out->p[n - 1], &out->p[i]) == 0)
			out->p[n - 1].n++;
		else
			out->p[n++] = out->p[i];
	out->n = n;
	/* What is alike stands together. */
	for (size_t i = 0; i < n; i++) {
		struct amount *a = &out->p[i];

		for (size_t k = i;
			k < n && is_same_figure(a->fact, out->p[k].fact); k++)
			a->alike += out->p[k].n;
		for (size_t k = i;
			k > 0 && is_same_figure(a->fact, out->p[k - 1].fact);
			k--)
			a->alike += out->p[k - 1].n;
	}
}

static unsigned
count_alike(const struct amounts *all, const struct hit_fact *f)
{
	const struct amount key = {.fact = f};
	const struct amount *found =
		bsearch(&key, all->p, all->n, sizeof(*all->p), by_value);

	return found ? found->alike : 0;
}

/* The figure of a kind that most members have: of equal ones the origin's. */
static const struct hit_fact *
usual(const struct desk *d, const struct figures *kind)
{
	const struct hit_fact *best = kind->p[0].fact;
	struct amounts amounts = {0};
	unsigned most = 0;

	count_amounts(kind, &amounts);
	vec_each (const struct figure *, it, kind) {
		unsigned n = 2 * count_alike(&amounts, it->fact) +
			(d->parts[it->member].node == d->origin);

		if (n > most) {
			most = n;
			best = it->fact;
		}
	}
	vec_fini(&amounts);
	return best;
}

void
desk_conflicts(struct desk *d, struct hit_story *out)
{
	struct kinds kinds = {0};
	struct span *list =
		arena_array(d->arena, STORY_CONFLICTS_MAX, sizeof(*list));
	size_t n = 0;

	gather(d, &kinds);
	vec_each (struct figures *, kind, &kinds) {
		struct span told = n < STORY_CONFLICTS_MAX
			? conflict_with(d, kind, usual(d, kind))
			: SPAN_NULL;

		if (told.n)
			list[n++] = told;
		vec_fini(kind);
	}
	out->conflicts = (struct item_spans){list, n};
	vec_fini(&kinds);
}
