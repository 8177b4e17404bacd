/*
 * What each name of a member is: of whom it is, and whom its cues name. A name
 * is an outlet if the table of publishers knows it, if a page of it is linked,
 * if cue and form leave nothing else ("first reported by the X Gazette"), or,
 * which the desk sees, if another member is published under it.
 */
#include "story/attribution_private.h"

#include "text/domain.h"
#include "text/url.h"

/* -- outlets ---------------------------------------------------------------
 */

/* FNV-1a, letter case aside. Whoever makes names collide makes the desk as
 * slow as a list of them. */
uint32_t
desk_hash(struct span name)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20U : c)) * 16777619U;
	}
	return h;
}

static struct outlet
outlet_of(enum outlet_is is, const struct publisher *p, struct span name)
{
	struct span plain = publisher_without_the(p ? p->name : name);

	return (struct outlet){is, p, plain, desk_hash(plain)};
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
static struct outlet
collected_from(const struct publishers *t, const struct story_member *m)
{
	const struct item_source *rss = cue_of(m, BY_RSS);
	const struct publisher *p;

	if (rss) {
		p = publishers_at(t, url_host(rss->url));
		if (p == NULL)
			p = publishers_named(t, rss->name, NAMED_CITED);
		if (p || rss->name.n)
			return outlet_of(OUTLET_IS, p, rss->name);
	}
	for (size_t i = 0; i < m->sources.n; i++) {
		const struct item_source *s = &m->sources.p[i];

		if (s->cue != BY_TRAILING || s->field != FIELD_TITLE)
			continue;
		p = publishers_named(t, s->name, NAMED_CITED);
		if (p)
			return outlet_of(OUTLET_IS, p, s->name);
	}
	return (struct outlet){.is = OUTLET_NONE};
}

static struct outlet
publisher_of(const struct publishers *t, const struct story_member *m)
{
	const struct publisher *p = publishers_at(t, url_host(m->url));
	struct span name = m->publisher.n ? m->publisher : m->domain;

	if (is_collector(p)) {
		const struct publisher *feed = publishers_at(t, m->domain);

		if (feed == NULL)
			feed = publishers_named(t, m->publisher, NAMED_CITED);
		p = p ? p : feed;
		if (is_collector(p) && (p || cue_of(m, BY_RSS))) {
			struct outlet whose = collected_from(t, m);

			if (whose.is != OUTLET_NONE)
				return whose;
		}
	}
	if (name.n == 0)
		name = domain_registrable(url_host(m->url));
	return outlet_of(OUTLET_IS, p, name.n ? name : SPAN_LIT("?"));
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
	struct span rest = publisher_without_the(name), word;
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
named_before(const struct publishers *t, const struct story_member *m,
	struct span name)
{
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
named_in_title(const struct publishers *t, const struct item_source *s)
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
		p = publishers_named(t, name, NAMED_PLAIN);
		if (p &&
			(s->cue == BY_TOLD || s->cue == BY_ACCORDING ||
				s->cue == BY_FIRST_REPORTED))
			return p;
	}
	return NULL;
}

static const struct publisher *
known_outlet(const struct publishers *t, const struct story_member *m,
	const struct item_source *s)
{
	const struct publisher *p;

	if (s->cue == BY_LINK)
		return publishers_at(t, url_host(s->url));
	p = named_before(t, m, publisher_without_the(s->name));
	if (p == NULL)
		p = publishers_named(t, s->name, NAMED_CITED);
	if (p == NULL)
		p = named_in_title(t, s);
	return p;
}

static bool
is_linked(const struct story_member *m, struct span name)
{
	for (size_t i = 0; i < m->sources.domains.n; i++)
		if (span_caseeq(m->sources.domains.p[i],
			    publisher_without_the(name)))
			return true;
	return false;
}

static struct outlet
named_outlet(const struct publishers *t, const struct story_member *m,
	const struct item_source *s)
{
	const struct publisher *p = known_outlet(t, m, s);
	bool is;

	if (p)
		return p->kind == PUBLISHER_SOCIAL ||
				p->kind == PUBLISHER_AGGREGATOR
			? (struct outlet){.is = OUTLET_NONE}
			: outlet_of(OUTLET_IS, p, s->name);
	if (s->entity.n || s->cue == BY_LINK || s->cue == BY_WIRE)
		return (struct outlet){.is = OUTLET_NONE};
	is = is_linked(m, s->name) || s->cue == BY_FIRST_REPORTED ||
		(s->cue != BY_TRAILING && s->cue != BY_RSS &&
			has_masthead(s->name));
	return outlet_of(is ? OUTLET_IS : OUTLET_IF_FEED, NULL, s->name);
}

/* -- the whole --------------------------------------------------------------
 */

const struct member_notes *
member_notes_make(const struct story_member *m, const struct publishers *t,
	struct arena *a)
{
	struct member_notes *n = arena_new_obj(a, struct member_notes);
	struct outlet *cited = arena_array(a, m->sources.n, sizeof(*cited));

	n->by = publisher_of(t, m);
	for (size_t i = 0; i < m->sources.n; i++)
		if (m->sources.p[i].what == SOURCE_OUTLET)
			cited[i] = named_outlet(t, m, &m->sources.p[i]);
	n->cited = cited;
	return n;
}
