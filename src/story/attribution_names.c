/*
 * Who publishes each member, and who its cues name. A name is an outlet if the
 * table knows it, if a member is published under it, if a page of it is linked,
 * or if cue and form leave nothing else ("first reported by the X Gazette").
 */
#include "story/attribution_private.h"

#include "text/domain.h"
#include "text/url.h"

bool
node_is(const struct node *n, enum publisher_class kind)
{
	return n->publisher && n->publisher->kind == kind;
}

/* -- nodes ----------------------------------------------------------------- */

static struct span
bare(struct span name)
{
	name = span_trim(name);
	if (name.n > 4 && span_caseeq_str(span_sub(name, 0, 4), "the "))
		return span_trim(span_sub(name, 4, SIZE_MAX));
	return name;
}

static size_t
node_of(struct desk *d, const struct publisher *p, struct span name)
{
	struct node *n;
	struct span plain;

	if (p)
		name = p->name;
	plain = bare(name);
	for (size_t i = 0; i < d->n_nodes; i++) {
		n = &d->nodes[i];
		if (p ? n->publisher == p : span_caseeq(n->bare, plain))
			return i;
	}
	if (d->n_nodes == d->max_nodes)
		return NO_NODE;
	n = &d->nodes[d->n_nodes];
	n->publisher = p;
	n->name = p ? p->name : plain;
	n->bare = plain;
	n->family = p ? p->family : n->name;
	n->first = NO_MEMBER;
	return d->n_nodes++;
}

/* -- who publishes a member -------------------------------------------------
 */

static const struct item_source *
cue_of(const struct story_member *m, enum source_cue cue)
{
	for (size_t i = 0; i < m->sources.n; i++)
		if (m->sources.p[i].cue == cue)
			return &m->sources.p[i];
	return NULL;
}

static bool
is_collector(const struct publisher *p)
{
	return p == NULL || p->kind == PUBLISHER_AGGREGATOR ||
		p->kind == PUBLISHER_SOCIAL;
}

/* A collector says whose an item is: <source>, or the end of the title. */
static size_t
collected_from(struct desk *d, const struct story_member *m)
{
	const struct publishers *t = d->c->publishers;
	const struct item_source *rss = cue_of(m, BY_RSS);
	const struct publisher *p;

	if (rss) {
		p = publishers_at(t, url_host(rss->url));
		if (p == NULL)
			p = publishers_named(t, rss->name, NAMED_CITED);
		if (p || rss->name.n)
			return node_of(d, p, rss->name);
	}
	for (size_t i = 0; i < m->sources.n; i++) {
		const struct item_source *s = &m->sources.p[i];

		if (s->cue != BY_TRAILING || s->field != FIELD_TITLE)
			continue;
		p = publishers_named(t, s->name, NAMED_CITED);
		if (p)
			return node_of(d, p, s->name);
	}
	return NO_NODE;
}

static size_t
publisher_node(struct desk *d, const struct story_member *m)
{
	const struct publishers *t = d->c->publishers;
	const struct publisher *p = publishers_at(t, url_host(m->url));
	struct span name = m->publisher.n ? m->publisher : m->domain;
	size_t node;

	if (is_collector(p)) {
		const struct publisher *feed = publishers_at(t, m->domain);

		if (feed == NULL)
			feed = publishers_named(t, m->publisher, NAMED_CITED);
		p = p ? p : feed;
		node = is_collector(p) && (p || cue_of(m, BY_RSS))
			? collected_from(d, m)
			: NO_NODE;
		if (node != NO_NODE)
			return node;
	}
	if (name.n == 0)
		name = domain_registrable(url_host(m->url));
	return node_of(d, p, name.n ? name : SPAN_LIT("?"));
}

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

		part->node = publisher_node(d, m);
		if (part->node == NO_NODE)
			part->node = 0;
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

static const char *const mastheads[] = {"Times", "Post", "Journal", "Herald",
	"Tribune", "Gazette", "Chronicle", "Courier", "Observer", "Examiner",
	"Dispatch", "Telegraph", "Star", "Sun", "Standard", "Record",
	"Register", "Mirror", "Express", "Mail", "Globe", "Bulletin",
	"Sentinel", "Inquirer", "Enquirer", "Daily", "Weekly", "Magazine",
	"News", "Newspaper", "Zeitung", "Nachrichten", "Anzeiger", "Tagblatt",
	"Presse", "Rundschau"};

/* "Springfield Gazette", "Gazette of Springfield": two words at least. */
static bool
has_masthead(struct span name)
{
	struct span rest = bare(name), word;
	unsigned n = 0;
	bool found = false;

	while (span_next(&rest, ' ', &word)) {
		n++;
		for (size_t i = 0; i < sizeof(mastheads) / sizeof(*mastheads);
			i++)
			found |= span_eq_str(word, mastheads[i]);
	}
	return found && n > 1;
}

/* A short name ("the Journal") of an outlet that the member names in full. */
static const struct publisher *
named_before(struct desk *d, const struct story_member *m, struct span name)
{
	const struct publishers *t = d->c->publishers;

	for (size_t i = 0; i < m->sources.n; i++) {
		const struct item_source *s = &m->sources.p[i];
		const struct publisher *p = s->what == SOURCE_OUTLET
			? publishers_named(t, s->name, NAMED_CITED)
			: NULL;

		if (p && publisher_is_called(p, name))
			return p;
	}
	for (size_t i = 0; i < m->sources.domains.n; i++) {
		const struct publisher *p =
			publishers_at(t, m->sources.domains.p[i]);

		if (p && publisher_is_called(p, name))
			return p;
	}
	return NULL;
}

/* The prefixes of a name in a headline, where every word is a capital. */
static const struct publisher *
named_in_title(struct desk *d, const struct item_source *s)
{
	struct span name = s->name;

	while (s->field == FIELD_TITLE && s->cue != BY_TRAILING) {
		const struct publisher *p;
		size_t cut = name.n;

		while (cut > 0 && name.p[cut - 1] != ' ')
			cut--;
		if (cut == 0)
			return NULL;
		name = span_trim(span_sub(name, 0, cut));
		p = publishers_named(d->c->publishers, name, NAMED_PLAIN);
		if (p &&
			(s->cue == BY_TOLD || s->cue == BY_ACCORDING ||
				s->cue == BY_FIRST_REPORTED))
			return p;
	}
	return NULL;
}

static const struct publisher *
known_outlet(struct desk *d, const struct story_member *m,
	const struct item_source *s)
{
	const struct publisher *p;

	if (s->cue == BY_LINK)
		return publishers_at(d->c->publishers, url_host(s->url));
	p = named_before(d, m, bare(s->name));
	if (p == NULL)
		p = publishers_named(d->c->publishers, s->name, NAMED_CITED);
	if (p == NULL)
		p = named_in_title(d, s);
	return p;
}

static bool
is_linked(const struct story_member *m, struct span name)
{
	for (size_t i = 0; i < m->sources.domains.n; i++)
		if (span_caseeq(m->sources.domains.p[i], bare(name)))
			return true;
	return false;
}

/* Does a member appear under this name? */
static bool
is_feed(const struct desk *d, struct span name)
{
	struct span plain = bare(name);

	for (size_t i = 0; i < d->c->n_members; i++)
		if (span_caseeq(d->nodes[d->parts[i].node].bare, plain))
			return true;
	return false;
}

static size_t
named_node(struct desk *d, const struct story_member *m,
	const struct item_source *s)
{
	const struct publisher *p = known_outlet(d, m, s);

	if (p)
		return p->kind == PUBLISHER_SOCIAL ||
				p->kind == PUBLISHER_AGGREGATOR
			? NO_NODE
			: node_of(d, p, s->name);
	if (s->entity.n || s->cue == BY_LINK || s->cue == BY_WIRE)
		return NO_NODE;
	if (is_feed(d, s->name) || is_linked(m, s->name))
		return node_of(d, NULL, s->name);
	if (s->cue == BY_TRAILING || s->cue == BY_RSS)
		return NO_NODE;
	if (s->cue == BY_FIRST_REPORTED || has_masthead(s->name))
		return node_of(d, NULL, s->name);
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
	if (d->n_edges < EDGES_MAX)
		d->edges[d->n_edges++] =
			(struct edge){part->node, node, member};
}

static void
read_outlet(struct desk *d, size_t member, const struct item_source *s)
{
	const struct story_member *m = &d->c->members[member];
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
	node = named_node(d, m, s);
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
		node = named_node(d, m, o);
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
				read_outlet(d, i, &s->p[k]);
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
