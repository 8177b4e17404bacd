/*
 * The nodes: who publishes each member, and whom its cues name, after the notes
 * of each (attribution_notes.c) and what other members are published under; and
 * what the cues say besides.
 */
#include "story/attribution_private.h"

bool
node_is(const struct node *n, enum publisher_class kind)
{
	return n->publisher && n->publisher->kind == kind;
}

/* -- nodes ----------------------------------------------------------------- */

static struct node *
add_node(struct desk *d, const struct outlet *o)
{
	uint32_t *head = &d->heads[o->hash % DESK_HEADS];
	struct node *n;

	if (d->n_nodes == d->max_nodes)
		d->nodes = desk_grow(
			d, d->nodes, d->n_nodes, &d->max_nodes, sizeof(*n));
	n = &d->nodes[d->n_nodes++];
	*n = (struct node){
		.publisher = o->publisher,
		.name = o->publisher ? o->publisher->name : o->bare,
		.bare = o->bare,
		.family = o->publisher ? o->publisher->family : o->bare,
		.first = NO_MEMBER,
		.hash = o->hash,
		.next = *head,
	};
	*head = (uint32_t)d->n_nodes;
	return n;
}

/* The first node of this name: chains have the last one first. */
static size_t
find_node(const struct desk *d, const struct outlet *o)
{
	size_t found = NO_NODE;

	for (uint32_t at = d->heads[o->hash % DESK_HEADS]; at > 0;
		at = d->nodes[at - 1].next) {
		const struct node *n = &d->nodes[at - 1];

		if (n->hash == o->hash &&
			(o->publisher ? n->publisher == o->publisher
				      : span_caseeq(n->bare, o->bare)))
			found = at - 1;
	}
	return found;
}

static size_t
node_of(struct desk *d, const struct outlet *o)
{
	size_t found = find_node(d, o);

	return found != NO_NODE ? found : (size_t)(add_node(d, o) - d->nodes);
}

/* -- who publishes a member -------------------------------------------------
 */

/* "Meta Newsroom", "Meta": the company publishes it itself. */
static const char *const own_pages[] = {"newsroom", "press", "blog", "investor",
	"investors", "ir", "media", "pr", "announcements", "official", NULL};

static bool
is_newsroom(const struct desk *d, const struct node *n)
{
	struct span rest, word;

	if (n->publisher || d->key_company.n == 0 ||
		n->name.n < d->key_company.n ||
		!span_caseeq(
			span_sub(n->name, 0, d->key_company.n), d->key_company))
		return false;
	rest = span_trim(span_sub(n->name, d->key_company.n, SIZE_MAX));
	if (rest.n == 0)
		return true;
	if (!span_next(&rest, ' ', &word))
		return false;
	for (const char *const *k = own_pages; *k; k++)
		if (span_caseeq_str(word, *k))
			return true;
	return false;
}

static void
find_publishers(struct desk *d)
{
	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct story_member *m = &d->c->members[i];
		struct part *part = &d->parts[i];
		struct node *n;

		part->node = node_of(d, &d->notes[i]->by);
		n = &d->nodes[part->node];
		if (n->first == NO_MEMBER ||
			m->when.ms < d->c->members[n->first].when.ms)
			n->first = i;
		part->by_official = node_is(n, PUBLISHER_RELEASE) ||
			node_is(n, PUBLISHER_FILING) || is_newsroom(d, n);
	}
}

/* -- who a cue names --------------------------------------------------------
 */

/* Does a member appear under this name? */
static bool
is_feed(const struct desk *d, const struct outlet *o)
{
	for (uint32_t at = d->heads[o->hash % DESK_HEADS]; at > 0;
		at = d->nodes[at - 1].next) {
		const struct node *n = &d->nodes[at - 1];

		if (n->first != NO_MEMBER && n->hash == o->hash &&
			span_caseeq(n->bare, o->bare))
			return true;
	}
	return false;
}

/* Of source k of a member. */
static size_t
named_node(struct desk *d, size_t member, size_t k)
{
	const struct outlet *o = &d->notes[member]->cited[k];

	if (o->is == OUTLET_IS || (o->is == OUTLET_IF_FEED && is_feed(d, o)))
		return node_of(d, o);
	return NO_NODE;
}

/* -- words that change what is said -----------------------------------------
 */

static bool
holds(struct span text, const char *const *words)
{
	for (; *words; words++)
		if (span_find_str(text, *words) != SIZE_MAX)
			return true;
	return false;
}

/* "denied wrongdoing" is about something else; "in April said", history. */
static const char *const other_denials[] = {"wrongdoing", "allegation",
	"liability", "charges", "accusation", "claims", "permission", "permit",
	"coverage", "appeal", NULL};
static const char *const not_now[] = {"comment on", "speculation", "last year",
	"last month", "in the past", "previously said", "had said",
	"earlier this year", "years ago", "looking into", "aware of",
	"investigating", "reviewing the report", "defend itself", "no decision",
	NULL};

/* -- what stands in one sentence --------------------------------------------
 */

static bool
is_beside(const struct item_source *a, const struct item_source *b)
{
	return a->field == b->field && a->quote.n > 0 &&
		span_eq(a->quote, b->quote);
}

static bool
says_seen(struct span quote)
{
	static const char *const words[] = {"seen by", "reviewed by",
		"obtained by", "viewed by", "interviewed by"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_find_str(quote, words[i]) != SIZE_MAX)
			return true;
	return false;
}

/* The member's own publisher is named: only "told Reuters" shows a source. */
static void
note_own(struct part *part, const struct item_source *s)
{
	if (s->cue == BY_TOLD || (s->cue == BY_REPORTED && says_seen(s->quote)))
		part->own = s;
}

static void
note_cited(
	struct desk *d, size_t member, size_t node, const struct item_source *s)
{
	struct part *part = &d->parts[member];
	struct node *n = &d->nodes[node];

	if (n->named == NULL)
		n->named = s;
	if (s->act == ACT_RETRACTS)
		part->retracts = s;
	if (part->cites == NULL || s->cue < part->cites->cue) {
		part->cites = s;
		part->cited = node;
	}
	desk_put_edge(d, part->node, node, member);
}

static void
read_outlet(struct desk *d, size_t member, size_t k)
{
	const struct item_source *s = &d->c->members[member].sources.p[k];
	struct part *part = &d->parts[member];
	size_t node;

	if (s->act == ACT_CORRECTS || s->act == ACT_RETRACTS) {
		if (s->cue == BY_SAID && s->act == ACT_CORRECTS)
			part->corrects = s;
		else if (s->cue == BY_SAID)
			part->retracts = s;
		if (s->cue == BY_SAID)
			return;
	}
	node = named_node(d, member, k);
	if (node == NO_NODE)
		return;
	if (node_is(&d->nodes[node], PUBLISHER_RELEASE)) {
		part->by_official |= s->cue == BY_WIRE;
		return;
	}
	if (node_is(&d->nodes[node], PUBLISHER_FILING))
		return;
	if (node == part->node)
		note_own(part, s);
	else if (s->cue != BY_RSS)
		note_cited(d, member, node, s);
}

/* Whose source is somebody whom the member quotes: the outlet named beside, the
 * outlet that it cites at all, or its own. */
static struct node *
owner_of(struct desk *d, size_t member, const struct item_source *s)
{
	const struct story_member *m = &d->c->members[member];
	struct part *part = &d->parts[member];

	for (size_t i = 0; i < m->sources.n; i++) {
		const struct item_source *o = &m->sources.p[i];
		size_t node;

		if (o->what != SOURCE_OUTLET || !is_beside(o, s))
			continue;
		node = named_node(d, member, i);
		if (node != NO_NODE)
			return &d->nodes[node];
	}
	return &d->nodes[part->cites ? part->cited : part->node];
}

static bool
is_interview(struct desk *d, size_t member, const struct item_source *person)
{
	const struct story_member *m = &d->c->members[member];

	for (size_t i = 0; i < m->sources.n; i++)
		if (m->sources.p[i].cue == BY_TOLD &&
			is_beside(&m->sources.p[i], person))
			return true;
	return false;
}

static void
read_quoted(struct desk *d, size_t member, const struct item_source *s)
{
	struct node *n = owner_of(d, member, s);

	if (s->act == ACT_DENIES && s->of.n &&
		!holds(s->quote, other_denials) &&
		span_eq(s->of, d->key_company))
		d->parts[member].denial = s;
	d->parts[member].quoted = true;
	if (s->what == SOURCE_ANONYMOUS && n->unnamed == NULL)
		n->unnamed = s;
	if (s->what == SOURCE_PERSON && s->act <= ACT_CONFIRMS &&
		n->person == NULL) {
		n->person = s;
		n->interview = is_interview(d, member, s);
	}
}

/* -- parties ----------------------------------------------------------------
 */

/* A name, not "spokesman" or "the company". */
static bool
is_proper(struct span name)
{
	return name.n > 0 && name.p[0] >= 'A' && name.p[0] <= 'Z' &&
		!span_starts(name, "The ");
}

static bool
is_party(const struct desk *d, const struct story_member *m,
	const struct item_source *s)
{
	if (s->entity.n && d->key_id.n && span_eq(s->entity, d->key_id))
		return true;
	for (size_t i = 0; i < m->n_events; i++)
		if (span_eq(m->events[i].entity, s->name))
			return true;
	/* A name that nobody watches, of a story about nobody watched. */
	return s->entity.n == 0 &&
		(d->key_id.n == 0 ? is_proper(s->name)
				  : span_eq(s->name, d->key_company));
}

static bool
is_ahead(const struct item_source *s)
{
	return s->field == FIELD_TITLE || s->start < ATTRIBUTION_LEAD_BYTES;
}

static void
read_company(struct desk *d, size_t member, const struct item_source *s)
{
	struct part *part = &d->parts[member];

	if (!is_party(d, &d->c->members[member], s))
		return;
	if (s->act == ACT_DENIES && !holds(s->quote, other_denials))
		part->denial = part->denial ? part->denial : s;
	else if (s->act == ACT_CONFIRMS ||
		(s->act == ACT_SAYS && is_ahead(s) &&
			!holds(s->quote, not_now)))
		part->company = part->company ? part->company : s;
}

void
desk_read(struct desk *d)
{
	find_publishers(d);
	for (size_t i = 0; i < d->c->n_members; i++) {
		const struct item_sources *s = &d->c->members[i].sources;

		for (size_t k = 0; k < s->n; k++)
			if (s->p[k].what == SOURCE_OUTLET)
				read_outlet(d, i, k);
		for (size_t k = 0; k < s->n; k++) {
			const struct item_source *one = &s->p[k];

			if (one->what == SOURCE_COMPANY)
				read_company(d, i, one);
			else if (one->what == SOURCE_FILING && is_ahead(one))
				d->parts[i].filing = one;
			else if (one->what == SOURCE_PERSON ||
				one->what == SOURCE_ANONYMOUS)
				read_quoted(d, i, one);
		}
	}
}
