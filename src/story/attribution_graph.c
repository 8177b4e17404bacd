/*
 * Edges from publishers to whom they name, and from copies to what they copy;
 * the origin is the sink that most members' words lead to. Where outlets name
 * each other in a circle, the earliest of them has it.
 */
#include "story/alike.h"
#include "story/attribution_private.h"

/* -- edges ----------------------------------------------------------------- */

static bool
same_family(const struct desk *d, size_t a, size_t b)
{
	return d->nodes[a].head == d->nodes[b].head;
}

static bool
is_before(const struct desk *d, size_t a, size_t b)
{
	int64_t x = d->c->members[a].when.ms, y = d->c->members[b].when.ms;

	return x != y ? x < y : a < b;
}

/* The member that this one has its words from: of as many words in common the
 * later one. */
static size_t
copied(const struct desk *d, const struct alike *alike, size_t i)
{
	const struct story_member *m = &d->c->members[i];
	size_t of = NO_MEMBER;
	double best = 0;

	for (size_t k, at = 0; alike_next(alike, i, &at, &k);) {
		double like;

		if (d->parts[k].node == d->parts[i].node || !is_before(d, k, i))
			continue;
		like = features_resemblance(m->sketch, d->c->members[k].sketch);
		if (like < best || (of != NO_MEMBER && like <= best && k < of))
			continue;
		best = like;
		of = k;
	}
	return of;
}

static const struct alike *
find_alike(struct desk *d)
{
	struct alike *a = arena_new_obj(d->arena, struct alike);

	for (size_t n = 1; n <= d->c->n_members; n++)
		alike_join(a, d->c->members, n);
	return a;
}

static void
find_copies(struct desk *d)
{
	const struct alike *alike = d->c->alike ? d->c->alike : find_alike(d);

	for (size_t i = 0; i < d->c->n_members; i++) {
		struct part *part = &d->parts[i];

		part->copy_of =
			part->by_official ? NO_MEMBER : copied(d, alike, i);
		/* Who names a source says more than the words in common. */
		if (part->copy_of != NO_MEMBER && part->cites == NULL)
			desk_put_edge(
				d, part->node, d->parts[part->copy_of].node, i);
	}
}

/* "first reported by X" decides: what else the member names are relays. */
static void
drop_relays(struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_edges; i++) {
		struct edge e = d->edges[i];
		const struct part *part = &d->parts[e.member];
		bool first =
			part->cites && part->cites->cue == BY_FIRST_REPORTED;

		if (e.from == e.to ||
			(first && e.to != part->cited && e.member != NO_MEMBER))
			continue;
		d->edges[n++] = e;
	}
	d->n_edges = n;
}

/* -- ways ------------------------------------------------------------------
 */

/* Edges by the node that they begin at, and where the last walk came. */
struct ways {
	size_t *begin; /* of a node's edges in `to`; n_nodes + 1 of them */
	size_t *to;
	size_t *came; /* nodes, in the order they were reached */
	size_t n_came;
	size_t *walk; /* by node: the last one that came there */
	size_t n_walks;
};

static void
ways_make(struct ways *w, const struct desk *d, bool backwards)
{
	size_t *at = arena_array(d->arena, d->n_nodes, sizeof(*at));

	*w = (struct ways){
		.begin = arena_array(
			d->arena, d->n_nodes + 1, sizeof(*w->begin)),
		.to = arena_array(d->arena, d->n_edges, sizeof(*w->to)),
		.came = arena_array(d->arena, d->n_nodes, sizeof(*w->came)),
		.walk = arena_array(d->arena, d->n_nodes, sizeof(*w->walk)),
	};
	for (size_t i = 0; i < d->n_edges; i++)
		w->begin[1 + (backwards ? d->edges[i].to : d->edges[i].from)]++;
	for (size_t i = 0; i < d->n_nodes; i++) {
		at[i] = w->begin[i];
		w->begin[i + 1] += w->begin[i];
	}
	for (size_t i = 0; i < d->n_edges; i++) {
		const struct edge *e = &d->edges[i];

		w->to[at[backwards ? e->to : e->from]++] =
			backwards ? e->from : e->to;
	}
}

/* All nodes that can be reached from one, itself the first. */
static void
ways_walk(struct ways *w, size_t from)
{
	size_t walk = ++w->n_walks;

	w->n_came = 0;
	w->walk[from] = walk;
	w->came[w->n_came++] = from;
	for (size_t i = 0; i < w->n_came; i++) {
		size_t at = w->came[i];

		for (size_t k = w->begin[at]; k < w->begin[at + 1]; k++) {
			size_t to = w->to[k];

			if (w->walk[to] == walk)
				continue;
			w->walk[to] = walk;
			w->came[w->n_came++] = to;
		}
	}
}

static bool
ways_came(const struct ways *w, size_t node)
{
	return w->walk[node] == w->n_walks;
}

/* -- the origin ------------------------------------------------------------ */

static void
count_reached(struct desk *d)
{
	struct ways w;

	ways_make(&w, d, false);
	for (size_t i = 0; i < d->n_edges; i++)
		d->nodes[d->edges[i].from].leads_on = true;
	for (size_t i = 0; i < d->n_nodes; i++) {
		if (d->nodes[i].first == NO_MEMBER || !d->nodes[i].leads_on)
			continue;
		ways_walk(&w, i);
		for (size_t k = 1; k < w.n_came; k++)
			d->nodes[w.came[k]].reached++;
	}
}

static int64_t
first_ms(const struct desk *d, const struct node *n)
{
	return n->first == NO_MEMBER ? INT64_MAX
				     : d->c->members[n->first].when.ms;
}

/* Is a a better origin than b? */
static bool
is_better(const struct desk *d, const struct node *a, const struct node *b)
{
	bool own_a = a->unnamed || a->person, own_b = b->unnamed || b->person;
	bool shows_a = node_is(a, PUBLISHER_AGGREGATOR) ||
		node_is(a, PUBLISHER_SOCIAL);
	bool shows_b = node_is(b, PUBLISHER_AGGREGATOR) ||
		node_is(b, PUBLISHER_SOCIAL);

	if (a->leads_on != b->leads_on && a->reached == b->reached)
		return !a->leads_on;
	if (shows_a != shows_b)
		return shows_b;
	if (a->reached != b->reached)
		return a->reached > b->reached;
	if (own_a != own_b && a->reached == 0)
		return own_a;
	return first_ms(d, a) < first_ms(d, b);
}

static void
find_origin(struct desk *d)
{
	bool sinks = false;

	d->origin = NO_NODE;
	for (size_t i = 0; i < d->n_nodes; i++)
		sinks |= !d->nodes[i].leads_on &&
			(d->nodes[i].reached > 0 || d->n_edges == 0);
	for (size_t i = 0; i < d->n_nodes; i++) {
		const struct node *n = &d->nodes[i];

		if (sinks && n->leads_on)
			continue;
		/* Named, but by nobody who leads there any more. */
		if (n->first == NO_MEMBER && n->reached == 0)
			continue;
		if (d->origin == NO_NODE ||
			is_better(d, n, &d->nodes[d->origin]))
			d->origin = i;
	}
}

/* The word of the company or a filing: filings first, then the earliest. */
static unsigned
official_rank(const struct desk *d, size_t i)
{
	const struct part *p = &d->parts[i];

	if (p->filing || node_is(&d->nodes[p->node], PUBLISHER_FILING))
		return 2;
	return p->company || p->by_official ? 1 : 0;
}

static void
find_official(struct desk *d)
{
	d->official = NO_MEMBER;
	for (size_t i = 0; i < d->c->n_members; i++) {
		unsigned rank = official_rank(d, i);

		if (rank == 0)
			continue;
		if (d->official == NO_MEMBER ||
			rank > official_rank(d, d->official) ||
			(rank == official_rank(d, d->official) &&
				is_before(d, i, d->official)))
			d->official = i;
	}
}

void
desk_link(struct desk *d)
{
	drop_relays(d);
	find_copies(d);
	count_reached(d);
	find_origin(d);
	find_official(d);
}

/* -- verdicts -------------------------------------------------------------- */

/* What is asked of every member, found once. */
struct judging {
	struct ways to_origin; /* of which one walk was made: back from it */
	size_t *first; /* by the head of a family: its earliest member */
};

/* Families by the hash of the name of their first node. */
static void
find_families(struct desk *d)
{
	uint32_t *heads = arena_array(d->arena, DESK_HEADS, sizeof(*heads));
	uint32_t *next = arena_array(d->arena, d->n_nodes, sizeof(*next));

	for (size_t i = 0; i < d->n_nodes; i++) {
		struct span family = d->nodes[i].family;
		uint32_t *head = &heads[desk_hash(family) % DESK_HEADS];
		uint32_t at = *head;

		while (at > 0 && !span_eq(d->nodes[at - 1].family, family))
			at = next[at - 1];
		d->nodes[i].head = at > 0 ? at - 1 : i;
		if (at > 0)
			continue;
		next[i] = *head;
		*head = (uint32_t)i + 1;
	}
}

static void
judging_init(struct judging *j, struct desk *d)
{
	find_families(d);
	ways_make(&j->to_origin, d, true);
	ways_walk(&j->to_origin, d->origin);
	j->first = arena_array(d->arena, d->n_nodes, sizeof(*j->first));
	for (size_t i = 0; i < d->n_nodes; i++)
		j->first[i] = NO_MEMBER;
	for (size_t i = 0; i < d->c->n_members; i++) {
		size_t *first = &j->first[d->nodes[d->parts[i].node].head];

		if (*first == NO_MEMBER || is_before(d, i, *first))
			*first = i;
	}
}

static bool
is_first_of_family(const struct desk *d, const struct judging *j, size_t i)
{
	return j->first[d->nodes[d->parts[i].node].head] == i;
}

static size_t
first_of(const struct desk *d, size_t node, size_t otherwise)
{
	return d->nodes[node].first == NO_MEMBER ? otherwise
						 : d->nodes[node].first;
}

static enum member_part
judge(const struct desk *d, const struct judging *j, size_t i, size_t *of)
{
	const struct part *p = &d->parts[i];

	*of = i;
	if (p->by_official)
		return PART_OFFICIAL;
	if (p->copy_of != NO_MEMBER && !p->own) {
		*of = p->copy_of;
		return PART_COPY;
	}
	if (p->node == d->origin && d->nodes[p->node].first == i)
		return PART_ORIGIN;
	if (same_family(d, p->node, d->origin)) {
		*of = first_of(d, d->origin, i);
		return PART_FAMILY;
	}
	if (p->own && p->copy_of == NO_MEMBER)
		return is_first_of_family(d, j, i) ? PART_INDEPENDENT
						   : PART_FAMILY;
	if (p->cites || ways_came(&j->to_origin, p->node)) {
		*of = first_of(d, p->cites ? p->cited : d->origin, i);
		return PART_REPEATS;
	}
	if (p->company || p->filing)
		return PART_REPEATS;
	return PART_UNCLEAR;
}

static struct span
explain(struct desk *d, size_t i, const struct member_verdict *v)
{
	const struct part *p = &d->parts[i];
	struct span of = d->nodes[d->parts[v->of].node].name;
	const struct item_source *official = p->filing ? p->filing : p->company;

	switch (v->part) {
	case PART_OFFICIAL:
		return SPAN_LIT("is the company's or a regulator's own word");
	case PART_COPY:
		return span_of(arena_printf(
			d->arena, "has the words of %.*s", SPAN_ARG(of)));
	case PART_ORIGIN:
		return SPAN_LIT("has it first, or is whom the others name");
	case PART_FAMILY:
		return span_of(arena_printf(
			d->arena, "same owner: %.*s", SPAN_ARG(v->family)));
	case PART_INDEPENDENT:
		return span_of(arena_printf(d->arena,
			"has a source of its own: \"%.*s\"",
			SPAN_ARG(p->own->quote)));
	case PART_REPEATS:
		if (p->cites)
			return span_of(
				arena_printf(d->arena, "names %.*s: \"%.*s\"",
					SPAN_ARG(d->nodes[p->cited].name),
					SPAN_ARG(p->cites->quote)));
		if (official)
			return span_of(arena_printf(d->arena,
				"gives the company's word or a filing: "
				"\"%.*s\"",
				SPAN_ARG(official->quote)));
		return SPAN_LIT("other items of it name the origin");
	case PART_UNCLEAR:
		break;
	}
	return SPAN_LIT("names no source of its own");
}

/* Fills out, if it is wanted; returns how many families are independent. */
unsigned
desk_verdicts(struct desk *d, struct member_verdict *out)
{
	unsigned independent = 0;
	struct judging j;

	judging_init(&j, d);
	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct node *n = &d->nodes[d->parts[i].node];
		struct member_verdict v = {
			.publisher = n->name,
			.family = n->family,
		};

		v.part = judge(d, &j, i, &v.of);
		independent += v.part == PART_INDEPENDENT;
		if (out && !d->c->brief)
			v.why = explain(d, i, &v);
		if (out)
			out[i] = v;
	}
	return independent;
}
