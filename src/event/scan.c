/*
 * Each word is looked up once. Where it anchors a rule, the rule is tried from
 * there in both directions; gaps are filled with the fewest words that do. A
 * budget bounds what a rule with many gaps can cost.
 */
#include "event/scan.h"

#define TRY_STEPS_MAX 2000 /* atoms compared for one anchor */
#define LIGHT_MAX 3 /* articles read over in one place */
#define NOWHERE UINT32_MAX

struct scan {
	const struct events *e;
	const struct words *w;
	uint32_t begin, end; /* words of the sentence, end exclusive */
	struct ev_set present; /* keys of these words */
	const struct ev_element *elements; /* of the rule that is tried */
	uint32_t n_elements;
	struct rule_match match;
	unsigned steps;
};

/* -- atoms ----------------------------------------------------------------- */

static bool
is_fact(const struct scan *s, uint32_t i, enum fact_kind kind)
{
	uint16_t f = s->w->p[i].fact;

	return f && s->w->facts[f - 1].kind == kind;
}

static bool
is_number(const struct scan *s, uint32_t i)
{
	uint16_t f = s->w->p[i].fact;

	return f && s->w->facts[f - 1].kind != FACT_DATE &&
		s->w->facts[f - 1].kind != FACT_PERCENT &&
		s->w->p[i].start < s->w->facts[f - 1].number_end;
}

static bool
class_is(const struct scan *s, const struct ev_atom *a, uint32_t i)
{
	const struct word *w = &s->w->p[i];

	switch ((enum atom_kind)a->kind) {
	case ATOM_STEM:
	case ATOM_EXACT:
		break;
	case ATOM_MONEY:
		return is_fact(s, i, FACT_MONEY);
	case ATOM_PERCENT:
		return is_fact(s, i, FACT_PERCENT);
	case ATOM_NUMBER:
		return is_number(s, i);
	case ATOM_DATE:
		return is_fact(s, i, FACT_DATE);
	case ATOM_TICKER:
		return (w->flags & WORD_TICKER) != 0;
	case ATOM_NAME:
	case ATOM_SLOT:
		return (w->flags & WORD_NAME) != 0;
	}
	return false;
}

static inline bool
atom_is(struct scan *s, const struct ev_atom *a, uint32_t i)
{
	s->steps++;
	if (a->kind == ATOM_STEM)
		return s->w->p[i].stem == a->key;
	if (a->kind == ATOM_EXACT)
		return s->w->p[i].exact == a->key;
	return class_is(s, a, i);
}

static void
note_slot(struct scan *s, const struct ev_atom *a, uint32_t i)
{
	if (a->kind == ATOM_SLOT && s->match.n_slots < MATCH_SLOTS)
		s->match.slots[s->match.n_slots++] =
			(struct match_slot){i, a->role};
}

/* Classes of facts take all words of the fact, a number not its unit. */
static bool
is_whole_fact(const struct ev_atom *a)
{
	return a->kind >= ATOM_MONEY && a->kind <= ATOM_DATE;
}

static uint32_t
fact_end(const struct scan *s, uint32_t i)
{
	uint16_t f = s->w->p[i].fact;

	while (i < s->end && s->w->p[i].fact == f &&
		s->w->p[i].start < s->w->facts[f - 1].number_end)
		i++;
	return i;
}

static uint32_t
fact_begin(const struct scan *s, uint32_t i)
{
	uint16_t f = s->w->p[i].fact;

	while (i > s->begin && s->w->p[i - 1].fact == f)
		i--;
	return i;
}

static bool
is_light(const struct scan *s, uint32_t i)
{
	return (s->w->p[i].flags & WORD_LIGHT) != 0;
}

static bool
after_comma(const struct scan *s, uint32_t i)
{
	return (s->w->p[i].flags & WORD_COMMA) != 0;
}

/* -- alternatives ---------------------------------------------------------- */

/* Atoms k.. of an alternative, the first at word i exactly, later ones next to
 * each other. Returns the word after them. */
static uint32_t
atoms_forward(
	struct scan *s, const struct ev_alternative *a, unsigned k, uint32_t i)
{
	const struct ev_atom *atoms = s->e->atoms + a->atom;

	for (unsigned first = k; k < a->n_atoms; k++) {
		for (unsigned light = 0; k > first && light < LIGHT_MAX &&
			i < s->end && !after_comma(s, i) && is_light(s, i) &&
			!atom_is(s, &atoms[k], i);
			light++)
			i++;
		if (i >= s->end || (k > first && after_comma(s, i)) ||
			!atom_is(s, &atoms[k], i))
			return NOWHERE;
		note_slot(s, &atoms[k], i);
		i = is_whole_fact(&atoms[k]) ? fact_end(s, i) : i + 1;
	}
	return i;
}

/* Atoms k, k - 1, .. 0, atom k ending just before word i. Returns the first
 * word of them. */
static uint32_t
atoms_backward(
	struct scan *s, const struct ev_alternative *a, unsigned k, uint32_t i)
{
	const struct ev_atom *atoms = s->e->atoms + a->atom;

	for (unsigned n = k + 1; n-- > 0;) {
		for (unsigned light = 0; n < k && light < LIGHT_MAX &&
			i > s->begin && is_light(s, i - 1) &&
			!after_comma(s, i) && !atom_is(s, &atoms[n], i - 1);
			light++)
			i--;
		if (i <= s->begin || (n < k && after_comma(s, i)) ||
			!atom_is(s, &atoms[n], i - 1))
			return NOWHERE;
		note_slot(s, &atoms[n], i - 1);
		i = is_whole_fact(&atoms[n]) ? fact_begin(s, i - 1) : i - 1;
	}
	return i;
}

/* -- elements -------------------------------------------------------------- */

static bool forward(struct scan *s, uint32_t e, uint32_t i, unsigned gap);
static bool backward(struct scan *s, uint32_t e, uint32_t i, unsigned gap);

static unsigned
larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static inline bool
may_be(const struct ev_set *s, const struct word *w)
{
	return ev_set_has(s, w->stem) || ev_set_has(s, w->exact);
}

static bool
forward_at(struct scan *s, uint32_t e, uint32_t i)
{
	const struct ev_element *el = &s->elements[e];
	unsigned slots = s->match.n_slots;

	if (!may_be(&el->first, &s->w->p[i]))
		return false;
	for (uint32_t k = 0; k < el->n_alternatives; k++) {
		uint32_t next = atoms_forward(
			s, &s->e->alternatives[el->alternative + k], 0, i);

		if (next != NOWHERE && forward(s, e + 1, next, 0)) {
			if (s->match.last < next - 1)
				s->match.last = next - 1;
			return true;
		}
		s->match.n_slots = slots;
	}
	return false;
}

/* Elements e.. from word i on. gap: what a missing element before left. */
static bool
forward(struct scan *s, uint32_t e, uint32_t i, unsigned gap)
{
	unsigned used = 0, light = 0;

	if (e == s->n_elements)
		return true;
	gap = larger(gap, s->elements[e].gap);
	for (uint32_t at = i; at < s->end && s->steps < TRY_STEPS_MAX; at++) {
		if (gap == 0 && after_comma(s, at))
			break;
		if (forward_at(s, e, at))
			return true;
		if (is_light(s, at) && light < LIGHT_MAX)
			light++;
		else if (++used > gap)
			break;
	}
	return s->elements[e].optional && forward(s, e + 1, i, gap);
}

static bool
backward_at(struct scan *s, uint32_t e, uint32_t i)
{
	const struct ev_element *el = &s->elements[e];
	unsigned slots = s->match.n_slots;

	if (!may_be(&el->last, &s->w->p[i - 1]))
		return false;
	for (uint32_t k = 0; k < el->n_alternatives; k++) {
		const struct ev_alternative *a =
			&s->e->alternatives[el->alternative + k];
		uint32_t start = atoms_backward(s, a, a->n_atoms - 1U, i);

		if (start != NOWHERE && backward(s, e, start, 0)) {
			if (s->match.first > start)
				s->match.first = start;
			return true;
		}
		s->match.n_slots = slots;
	}
	return false;
}

/* Elements e - 1, e - 2, .. 0, ending before word i. */
static bool
backward(struct scan *s, uint32_t e, uint32_t i, unsigned gap)
{
	unsigned used = 0, light = 0;

	if (e == 0)
		return true;
	gap = larger(gap, s->elements[e].gap);
	for (uint32_t at = i; at > s->begin && s->steps < TRY_STEPS_MAX; at--) {
		if (gap == 0 && after_comma(s, at))
			break;
		if (backward_at(s, e - 1, at))
			return true;
		if (is_light(s, at - 1) && light < LIGHT_MAX)
			light++;
		else if (++used > gap)
			break;
	}
	return s->elements[e - 1].optional && backward(s, e - 1, i, gap);
}

/* -- rules ----------------------------------------------------------------- */

uint32_t
first_heavy(const struct words *w, uint32_t begin, uint32_t end)
{
	while (begin + 1 < end && (w->p[begin].flags & WORD_LIGHT) &&
		!(w->p[begin + 1].flags & WORD_COMMA))
		begin++;
	return begin;
}

/* Every element that must be there has a word in the sentence, roughly. */
static bool
may_stand(const struct scan *s, uint32_t anchor)
{
	for (uint32_t i = 0; i < s->n_elements; i++)
		if (i != anchor && !s->elements[i].optional &&
			!ev_set_meets(&s->elements[i].first, &s->present))
			return false;
	return true;
}

static bool
try_ref(struct scan *s, const struct ev_ref *ref, uint32_t i)
{
	const struct ev_rule *rule = &s->e->rules[ref->rule];
	const struct ev_alternative *a = &s->e->alternatives[ref->alternative];
	uint32_t start = i, end;

	s->elements = s->e->elements + rule->element;
	s->n_elements = rule->n_elements;
	if (!may_stand(s, ref->element))
		return false;
	s->match = (struct rule_match){.rule = ref->rule};
	s->steps = 0;
	end = atoms_forward(s, a, ref->atom, i);
	if (end == NOWHERE)
		return false;
	if (ref->atom) {
		/* atoms_backward reads light words only between its own. */
		while (start > s->begin && is_light(s, start - 1) &&
			!atom_is(s, &s->e->atoms[a->atom + ref->atom - 1],
				start - 1))
			start--;
		start = atoms_backward(s, a, ref->atom - 1U, start);
		if (start == NOWHERE)
			return false;
	}
	s->match.first = start;
	s->match.last = end - 1;
	if (!backward(s, ref->element, start, 0) ||
		!forward(s, ref->element + 1U, end, 0))
		return false;
	return !rule->strict ||
		s->match.first == first_heavy(s->w, s->begin, s->end);
}

static void
keep(const struct scan *s, struct rule_matches *out)
{
	for (size_t i = out->n; i-- > 0;)
		if (out->p[i].rule == s->match.rule &&
			out->p[i].first == s->match.first &&
			out->p[i].last == s->match.last)
			return;
	if (out->n < SCAN_MATCHES_MAX)
		vec_push(out, s->match);
}

static void
look_up(struct scan *s, uint64_t key, uint32_t i, struct rule_matches *out)
{
	size_t mask = s->e->n_slots - 1, at = (size_t)key & mask;

	for (; s->e->slots[at].n; at = (at + 1) & mask) {
		const struct ev_slot *slot = &s->e->slots[at];

		if (slot->key != key)
			continue;
		for (uint32_t k = 0; k < slot->n; k++)
			if (try_ref(s, &s->e->refs[slot->ref + k], i))
				keep(s, out);
		return;
	}
}

void
scan_sentence(const struct events *e, const struct words *w,
	const struct sentence *sentence, struct rule_matches *out)
{
	struct scan s = {
		.e = e,
		.w = w,
		.begin = sentence->first,
		.end = sentence->first + sentence->n,
	};

	vec_clear(out);
	for (uint32_t i = s.begin; i < s.end; i++) {
		ev_set_put(&s.present, w->p[i].stem);
		ev_set_put(&s.present, w->p[i].exact);
	}
	for (uint32_t i = s.begin; i < s.end; i++) {
		look_up(&s, w->p[i].stem, i, out);
		look_up(&s, w->p[i].exact, i, out);
	}
}
