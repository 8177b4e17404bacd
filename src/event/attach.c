#include "event/attach.h"

/* An entity this far from the trigger is less likely to be who acts. */
#define FAR_WORDS 12U
/* A name this close before a trigger is its subject. */
#define SUBJECT_WORDS 2U

#define CERTAIN_SLOT 1.0
#define CERTAIN_BEFORE 0.97
#define CERTAIN_AFTER 0.93
#define CERTAIN_ANAPHOR 0.85
#define FAR_FACTOR 0.85

struct where {
	uint32_t first, last; /* words of a mention */
};

/* -- words around ---------------------------------------------------------- */

static bool
word_is(const struct reading *r, uint32_t i, const char *const *list)
{
	struct span w = span_make(r->w->text.p + r->w->p[i].start,
		r->w->p[i].end - r->w->p[i].start);

	for (; *list; list++)
		if (span_caseeq_str(w, *list))
			return true;
	return false;
}

static const char *const prepositions[] = {"at", "of", "by", "for", "from",
	"in", "with", "on", "to", "into", "against", "over", "as", "and", "or",
	"after", "amid", "via", "under", NULL};
static const char *const of_whom[] = {
	"at", "of", "by", "for", "from", "in", "on", "with", NULL};
/* Between an owner and what is its own: "Meta unit Oculus". */
static const char *const own[] = {"unit", "subsidiary", "arm", "division",
	"owner", "parent", "maker", "operator", "ceo", "cfo", "coo", "chief",
	"boss", "founder", "chairman", "chairwoman", "chair", "president",
	"director", "executive", "head", "brand", "owned", "based", NULL};

/* -- mentions -------------------------------------------------------------- */

static bool
find_mention(const struct words *w, const struct sentence *s,
	const struct mention *m, struct where *out)
{
	bool found = false;

	if (m->start >= s->end || m->end <= s->start)
		return false;
	for (uint32_t i = s->first; i < s->first + s->n; i++) {
		if (w->p[i].end <= m->start || w->p[i].start >= m->end)
			continue;
		if (!found)
			out->first = i;
		out->last = i;
		found = true;
	}
	return found;
}

/* The run of name words around [first, last], over articles, not over commas.
 */
static struct where
name_run(const struct reading *r, uint32_t first, uint32_t last)
{
	struct where run = {first, last};
	uint32_t end = r->s->first + r->s->n;

	while (run.first > r->s->first &&
		!(r->w->p[run.first].flags & WORD_COMMA) &&
		(r->w->p[run.first - 1].flags & (WORD_NAME | WORD_LIGHT)))
		run.first--;
	while (run.last + 1 < end &&
		!(r->w->p[run.last + 1].flags & WORD_COMMA) &&
		(r->w->p[run.last + 1].flags & (WORD_NAME | WORD_LIGHT)))
		run.last++;
	return run;
}

static bool
is_aside(const struct reading *r, const struct where *m)
{
	const struct rule_match *cue;
	size_t i = 0;

	while ((cue = reading_cue(r, CUE_ASIDE, &i)) != NULL)
		if (cue->first <= m->last && m->first <= cue->last)
			return true;
	return false;
}

/* Another name stands between the mention and the trigger, as its subject. */
static bool
has_other_subject(
	const struct reading *r, const struct where *m, uint32_t trigger)
{
	struct where run = name_run(r, m->first, m->last);
	uint32_t i = trigger, other;

	if (r->s->titled)
		return false;
	while (i > run.last + 1 && trigger - i < SUBJECT_WORDS + 1) {
		i--;
		if (r->w->p[i].flags & WORD_NAME) {
			other = name_run(r, i, i).first;
			if (other <= run.last + 1)
				return false;
			return !word_is(r, other - 1, prepositions) &&
				!word_is(r, other - 1, own) &&
				!(r->w->p[other].flags & WORD_COMMA);
		}
	}
	return false;
}

/* -- parts ----------------------------------------------------------------- */

static bool
slot_role(const struct reading *r, const struct trigger *t,
	const struct where *m, struct span *role)
{
	for (unsigned i = 0; i < t->match->n_slots; i++) {
		const struct match_slot *slot = &t->match->slots[i];
		struct where run = {slot->word, slot->word};

		if (!r->s->titled)
			run = name_run(r, slot->word, slot->word);
		if (m->first <= run.last && run.first <= m->last) {
			*role = ev_span(r->e, slot->role);
			return true;
		}
	}
	return false;
}

static struct part
part_of(struct span role, double certainty, uint32_t distance)
{
	if (distance > FAR_WORDS)
		certainty *= FAR_FACTOR;
	return (struct part){role, certainty};
}

static struct part
part_before(
	const struct reading *r, const struct trigger *t, const struct where *m)
{
	const struct ev_type *type = &r->e->types[t->type];

	if (type->before.n == 0 || has_other_subject(r, m, t->match->first))
		return (struct part){0};
	return part_of(ev_span(r->e, type->before), CERTAIN_BEFORE,
		words_between(
			m->first, m->last, t->match->first, t->match->last));
}

/* "layoffs at Meta": the mention's first word has a preposition before it. */
static bool
is_of(const struct reading *r, const struct where *m)
{
	uint32_t i = name_run(r, m->first, m->last).first;

	if (r->s->titled)
		i = m->first;
	for (unsigned back = 0; back < 2 && i > r->s->first; back++)
		if (word_is(r, --i, of_whom))
			return true;
	return false;
}

static struct part
part_after(
	const struct reading *r, const struct trigger *t, const struct where *m)
{
	const struct ev_type *type = &r->e->types[t->type];
	uint32_t distance = words_between(
		m->first, m->last, t->match->first, t->match->last);

	if (type->after.n)
		return part_of(
			ev_span(r->e, type->after), CERTAIN_AFTER, distance);
	if (type->before.n && distance <= FAR_WORDS && is_of(r, m))
		return part_of(
			ev_span(r->e, type->before), CERTAIN_AFTER, distance);
	return (struct part){0};
}

static struct part
part_of_mention(
	const struct reading *r, const struct trigger *t, const struct where *m)
{
	struct span role;

	if (is_aside(r, m))
		return (struct part){0};
	if (slot_role(r, t, m, &role))
		return part_of(role, CERTAIN_SLOT, 0);
	if (m->first < t->match->first)
		return part_before(r, t, m);
	return part_after(r, t, m);
}

/* The entity is the first one named in the sentence before. */
static bool
is_meant(const struct reading *r, const struct hit_entity *entity,
	const struct sentence *before)
{
	struct where m;

	if (before == NULL || !reading_begins_with(r, CUE_ANAPHORA))
		return false;
	for (size_t i = 0; i < entity->n_mentions; i++)
		if (entity->mentions[i].field == r->field &&
			find_mention(r->w, before, &entity->mentions[i], &m))
			return true;
	return false;
}

static bool
is_person(const struct hit_entity *entity)
{
	return entity->kind == ENTITY_PERSON;
}

struct part
attach_entity(const struct reading *r, const struct trigger *t,
	const struct hit_entity *entity, const struct sentence *before)
{
	const struct ev_type *type = &r->e->types[t->type];
	struct part best = {0};
	bool named = false;

	for (size_t i = 0; i < entity->n_mentions; i++) {
		struct where m;
		struct part p;

		if (entity->mentions[i].field != r->field ||
			!find_mention(r->w, r->s, &entity->mentions[i], &m))
			continue;
		named = true;
		p = part_of_mention(r, t, &m);
		if (p.certainty > best.certainty)
			best = p;
	}
	if (!named && type->before.n && is_meant(r, entity, before))
		best = part_of(ev_span(r->e, type->before), CERTAIN_ANAPHOR, 0);
	if (best.certainty > 0 && is_person(entity) && type->person.n)
		best.role = ev_span(r->e, type->person);
	return best;
}
