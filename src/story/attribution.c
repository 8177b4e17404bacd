/*
 * The report: read the members, link them, then say what stands. The files
 * beside this one: attribution_notes.c (what a name is), attribution_names.c
 * (who is who), attribution_graph.c (the origin, who repeats whom),
 * attribution_facts.c (companies, conflicts). All of them take time by the
 * number of members, not by its square: a report is made of every hit.
 */
#include "story/attribution.h"

#include "base/vec.h"
#include "story/attribution_private.h"

/* Publishers independent of the origin that make a story corroborated. */
#define CORROBORATED_LEAST 2

const char *
member_part_name(enum member_part part)
{
	static const char *const names[MEMBER_PARTS] = {
		[PART_ORIGIN] = "origin",
		[PART_INDEPENDENT] = "independent",
		[PART_REPEATS] = "repeats",
		[PART_COPY] = "copy",
		[PART_FAMILY] = "family",
		[PART_UNCLEAR] = "unclear",
		[PART_OFFICIAL] = "official",
	};

	return names[part];
}

/* -- the primary source ---------------------------------------------------- */

static void
official_source(const struct desk *d, struct hit_story *out)
{
	const struct story_member *m = &d->c->members[d->official];
	const struct part *p = &d->parts[d->official];
	const struct node *n = &d->nodes[p->node];

	if (p->filing) {
		out->primary_class = SPAN_LIT("filing");
		out->primary_name = p->filing->name;
		out->primary_quote = p->filing->quote;
	} else if (node_is(n, PUBLISHER_FILING)) {
		out->primary_class = SPAN_LIT("filing");
		out->primary_name = n->name;
		out->primary_quote = m->title;
	} else {
		out->primary_class = SPAN_LIT("company");
		out->primary_name = p->company ? p->company->name
			: d->key_company.n     ? d->key_company
					       : n->name;
		out->primary_quote = p->company ? p->company->quote : m->title;
	}
	out->primary_url = m->url;
}

/* Of an outlet that is only named: a link to it that a member has. */
static struct span
linked_url(const struct desk *d, const struct node *n)
{
	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct item_sources *s = &d->c->members[i].sources;

		for (size_t k = 0; k < s->n; k++)
			if (s->p[k].cue == BY_LINK && n->publisher &&
				publishers_at(d->c->publishers, s->p[k].name) ==
					n->publisher)
				return s->p[k].url;
	}
	return SPAN_NULL;
}

static void
outlet_source(const struct desk *d, struct hit_story *out)
{
	const struct node *n = &d->nodes[d->origin];
	const struct item_source *by = n->unnamed;

	if (n->person && (n->interview || n->unnamed == NULL))
		by = n->person;
	out->primary_name = n->name;
	if (by)
		out->primary_class = by == n->person ? SPAN_LIT("person")
						     : SPAN_LIT("anonymous");
	if (n->named)
		out->primary_quote = n->named->quote;
	else if (by)
		out->primary_quote = by->quote;
	else if (n->first != NO_MEMBER)
		out->primary_quote = d->c->members[n->first].title;
	out->primary_url = n->first != NO_MEMBER ? d->c->members[n->first].url
						 : linked_url(d, n);
}

/* -- the status ------------------------------------------------------------ */

/* What happened last of these decides. */
struct turn {
	int64_t ms;
	size_t member;
	const struct item_source *by; /* NULL: the member as a whole */
};

static void
note_turn(const struct desk *d, struct turn *t, size_t member,
	const struct item_source *by)
{
	int64_t ms = d->c->members[member].when.ms;

	if (t->member != NO_MEMBER && ms < t->ms)
		return;
	*t = (struct turn){ms, member, by};
}

static bool
is_of_origin(const struct desk *d, size_t member)
{
	return span_eq(d->nodes[d->parts[member].node].family,
		d->nodes[d->origin].family);
}

/* "may", "considers"; or "is said to", and nobody is said to say so. */
static bool
is_hedged(const struct desk *d, const struct story_member *m)
{
	const struct node *n = &d->nodes[d->origin];

	return m->n_events > 0 &&
		(span_eq_str(m->events[0].modality, "hedged") ||
			(span_eq_str(m->events[0].stage, "rumour") &&
				!n->unnamed && !n->person));
}

/* Every member that tells what happened only says that it may. */
static bool
is_rumour(const struct desk *d)
{
	bool any = false;

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];
		const struct node *n = &d->nodes[d->parts[i].node];

		if (node_is(n, PUBLISHER_SOCIAL) || m->n_events == 0)
			continue;
		if (!is_hedged(d, m))
			return false;
		any = true;
	}
	for (size_t i = 0; !any && i < d->c->n_members; i++)
		if (!node_is(&d->nodes[d->parts[i].node], PUBLISHER_SOCIAL))
			return false;
	return true;
}

static struct span
quote_of(const struct desk *d, const struct turn *t)
{
	if (t->by)
		return t->by->quote;
	return d->c->members[t->member].title;
}

static void
set_status(const struct desk *d, struct hit_story *out)
{
	struct turn confirmed = {0, NO_MEMBER, NULL}, denied = confirmed,
		    corrected = confirmed, retracted = confirmed;

	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct part *p = &d->parts[i];

		if (p->denial)
			note_turn(d, &denied, i, p->denial);
		else if (p->filing || p->company || p->by_official)
			note_turn(d, &confirmed, i,
				p->filing ? p->filing : p->company);
		if (p->corrects && is_of_origin(d, i))
			note_turn(d, &corrected, i, p->corrects);
		if (p->retracts &&
			(is_of_origin(d, i) ||
				(p->cites && p->cited == d->origin)))
			note_turn(d, &retracted, i, p->retracts);
	}
	if (retracted.member != NO_MEMBER) {
		out->status = SPAN_LIT("retracted");
		out->status_quote = quote_of(d, &retracted);
	} else if (denied.member != NO_MEMBER &&
		(confirmed.member == NO_MEMBER || denied.ms >= confirmed.ms)) {
		out->status = SPAN_LIT("denied");
		out->status_quote = quote_of(d, &denied);
	} else if (corrected.member != NO_MEMBER &&
		(confirmed.member == NO_MEMBER ||
			corrected.ms > confirmed.ms)) {
		out->status = SPAN_LIT("corrected");
		out->status_quote = quote_of(d, &corrected);
	} else if (confirmed.member != NO_MEMBER) {
		out->status = SPAN_LIT("confirmed");
		out->status_quote = quote_of(d, &confirmed);
	} else if (out->independent >= CORROBORATED_LEAST) {
		out->status = SPAN_LIT("corroborated");
	} else {
		out->status = is_rumour(d) ? SPAN_LIT("rumour")
					   : SPAN_LIT("reported");
	}
}

/* -- the whole ------------------------------------------------------------- */

static unsigned
count_publishers(const struct desk *d)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->n_nodes; i++)
		n += d->nodes[i].first != NO_MEMBER;
	return n;
}

static struct wall
first_seen(const struct story_case *c)
{
	struct wall first = c->members[0].when;

	for (size_t i = 1; i < c->n_members; i++)
		if (c->members[i].when.ms < first.ms)
			first = c->members[i].when;
	return first;
}

void *
desk_grow(struct desk *d, const void *p, size_t n, size_t *max, size_t size)
{
	void *more;

	*max = *max > 0 ? *max * 2 : d->c->n_members;
	more = arena_array(d->arena, *max, size);
	if (n > 0)
		memcpy(more, p, n * size);
	return more;
}

void
desk_put_edge(struct desk *d, size_t from, size_t to, size_t member)
{
	if (d->n_edges == EDGES_MAX)
		return;
	if (d->n_edges == d->max_edges)
		d->edges = desk_grow(d, d->edges, d->n_edges, &d->max_edges,
			sizeof(*d->edges));
	d->edges[d->n_edges++] = (struct edge){from, to, member};
}

static void
desk_init(struct desk *d, const struct story_case *c, struct arena *arena)
{
	*d = (struct desk){.c = c, .arena = arena};
	d->parts = arena_array(arena, c->n_members, sizeof(*d->parts));
	d->heads = arena_array(arena, DESK_HEADS, sizeof(*d->heads));
	d->notes = arena_array(arena, c->n_members, sizeof(*d->notes));
	for (size_t i = 0; i < c->n_members; i++)
		d->notes[i] = c->members[i].notes
			? c->members[i].notes
			: member_notes_make(
				  &c->members[i], c->publishers, arena);
}

void
story_report(const struct story_case *c, struct arena *arena,
	struct hit_story *out, struct member_verdict *verdicts)
{
	unsigned publishers;
	struct desk d;

	desk_init(&d, c, arena);
	desk_companies(&d, out);
	desk_read(&d);
	desk_link(&d);
	out->first_seen = first_seen(c);
	out->articles = c->articles > c->n_members ? c->articles
						   : (unsigned)c->n_members;
	publishers = count_publishers(&d);
	out->publishers = publishers > c->publishers_least
		? publishers
		: c->publishers_least;
	out->independent = desk_verdicts(&d, verdicts);
	if (d.official != NO_MEMBER)
		official_source(&d, out);
	else
		outlet_source(&d, out);
	set_status(&d, out);
	desk_conflicts(&d, out);
}
