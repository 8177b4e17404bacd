/*
 * Opening a compiled block. Every index is checked once, so that a scan needs
 * no checks: the block may come over a memfd, and is not large.
 */
#include "base/mem.h"
#include "event/block.h"
#include "event/events.h"

uint64_t
events_checksum(const char *p, size_t n)
{
	return section_checksum(p, n, offsetof(struct ev_header, checksum));
}

static bool
open_sections(struct events *e)
{
	const struct ev_header *h = e->header;

#define OPEN(field, sec) \
	((e->field = section_records(h, h->n_bytes, &h->section[sec], \
		  sizeof(*e->field), &e->n_##field)) != NULL)
	return OPEN(text, EV_TEXT) && OPEN(types, EV_TYPES) &&
		OPEN(yields, EV_YIELDS) && OPEN(languages, EV_LANGUAGES) &&
		OPEN(rules, EV_RULES) && OPEN(elements, EV_ELEMENTS) &&
		OPEN(alternatives, EV_ALTERNATIVES) && OPEN(atoms, EV_ATOMS) &&
		OPEN(slots, EV_SLOTS) && OPEN(refs, EV_REFS);
#undef OPEN
}

/* -- indexes --------------------------------------------------------------- */

static bool
is_range(uint64_t first, uint64_t n, size_t size)
{
	return first <= size && n <= size - first;
}

static bool
is_text(const struct events *e, struct ev_text t)
{
	return is_range(t.at, t.n, e->n_text);
}

static bool
check_types(const struct events *e)
{
	for (size_t i = 0; i < e->n_types; i++) {
		const struct ev_type *t = &e->types[i];

		if (!is_text(e, t->id) || !is_text(e, t->before) ||
			!is_text(e, t->after) || !is_text(e, t->person) ||
			!is_range(t->yields, t->n_yields, e->n_yields))
			return false;
	}
	for (size_t i = 0; i < e->n_yields; i++)
		if (e->yields[i] >= e->n_types)
			return false;
	for (size_t i = 0; i < e->n_languages; i++)
		if (memchr(e->languages[i].code, '\0',
			    sizeof(e->languages[i].code)) == NULL)
			return false;
	return true;
}

static bool
check_rules(const struct events *e)
{
	for (size_t i = 0; i < e->n_rules; i++) {
		const struct ev_rule *r = &e->rules[i];
		size_t owners = r->use == RULE_CUE ? N_EVENT_CUES : e->n_types;

		if (r->owner >= owners || r->n_elements == 0 ||
			!is_range(r->element, r->n_elements, e->n_elements))
			return false;
	}
	for (size_t i = 0; i < e->n_elements; i++)
		if (!is_range(e->elements[i].alternative,
			    e->elements[i].n_alternatives, e->n_alternatives))
			return false;
	for (size_t i = 0; i < e->n_alternatives; i++)
		if (e->alternatives[i].n_atoms == 0 ||
			!is_range(e->alternatives[i].atom,
				e->alternatives[i].n_atoms, e->n_atoms))
			return false;
	for (size_t i = 0; i < e->n_atoms; i++)
		if (e->atoms[i].kind > ATOM_SLOT ||
			!is_text(e, e->atoms[i].role))
			return false;
	return true;
}

static bool
check_table(const struct events *e)
{
	bool has_empty = false;

	if (e->n_slots == 0 || (e->n_slots & (e->n_slots - 1)))
		return false;
	for (size_t i = 0; i < e->n_slots; i++) {
		has_empty |= e->slots[i].n == 0;
		if (!is_range(e->slots[i].ref, e->slots[i].n, e->n_refs))
			return false;
	}
	for (size_t i = 0; i < e->n_refs; i++) {
		const struct ev_ref *r = &e->refs[i];

		if (r->rule >= e->n_rules ||
			r->element >= e->rules[r->rule].n_elements ||
			r->alternative >= e->n_alternatives ||
			r->atom >= e->alternatives[r->alternative].n_atoms)
			return false;
	}
	return has_empty;
}

/* -- opening --------------------------------------------------------------- */

static int
check_header(const struct ev_header *h, size_t n_bytes, struct err *err)
{
	if (n_bytes < sizeof(*h) ||
		memcmp(h->magic, EVENTS_MAGIC, sizeof(h->magic)) != 0)
		return err_set(
			err, ERR_INPUT, "these are no compiled event types");
	if (h->version != EVENTS_VERSION || h->order != EVENTS_ORDER)
		return err_set(err, ERR_INPUT,
			"the compiled event types are of another version or "
			"machine; compile them again");
	if (h->n_bytes != n_bytes)
		return err_set(err, ERR_INPUT,
			"the compiled event types have %zu bytes instead of "
			"%llu; compile them again",
			n_bytes, (unsigned long long)h->n_bytes);
	return 0;
}

int
events_open(const void *block, size_t n_bytes, enum events_trust trust,
	struct events **out, struct err *err)
{
	const struct ev_header *h = block;
	struct events *e;

	if (check_header(h, n_bytes, err) != 0)
		return -1;
	e = mem_new(e);
	e->header = h;
	if ((trust == EVENTS_CACHED &&
		    events_checksum(block, n_bytes) != h->checksum) ||
		!open_sections(e) || !check_types(e) || !check_rules(e) ||
		!check_table(e)) {
		events_close(&e);
		return err_set(err, ERR_INPUT,
			"the compiled event types are damaged; compile them "
			"again");
	}
	*out = e;
	return 0;
}

void
events_close(struct events **e)
{
	mem_free(e);
}

size_t
events_n_types(const struct events *e)
{
	return e->n_types;
}

struct span
events_type(const struct events *e, size_t i)
{
	return ev_span(e, e->types[i].id);
}
