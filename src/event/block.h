/*
 * Compiled patterns, inside event only: one block of bytes, a header and
 * sections of plain records that refer to each other by index. No pointers, so
 * that it works at any address, read-only, in every analyser.
 *
 * A rule is a pattern with what it is for. A pattern is a row of elements, an
 * element a set of alternatives, an alternative a row of atoms, an atom a word
 * (as a hash of its stem or of the word itself) or a class. One element of
 * each rule is its anchor: the words of its alternatives are the keys of one
 * hash table, so that a text is read once and a rule costs nothing until its
 * rarest word occurs.
 */
#ifndef NW_EVENT_BLOCK_H
#define NW_EVENT_BLOCK_H

#include "base/span.h"
#include "event/words.h"
#include "model/event_type.h"
#include "text/section.h"

#define EVENTS_MAGIC "NWEVENT\n"
#define EVENTS_VERSION 3
#define EVENTS_ORDER 0x01020304U

enum events_section {
	EV_TEXT, /* bytes */
	EV_TYPES,
	EV_YIELDS, /* u32: types */
	EV_LANGUAGES,
	EV_RULES,
	EV_ELEMENTS,
	EV_ALTERNATIVES,
	EV_ATOMS,
	EV_SLOTS, /* hash table, a power of two, not full */
	EV_REFS,
	EV_N
};

struct ev_header {
	char magic[8];
	uint32_t version, order;
	uint64_t n_bytes;
	uint64_t checksum; /* of all bytes, this field taken as 0 */
	struct section section[EV_N];
};

struct ev_text {
	uint32_t at, n;
};

struct ev_type {
	struct ev_text id, before, after, person;
	uint32_t yields, n_yields;
	uint32_t requires; /* 1: a rule of RULE_REQUIRE exists */
};

struct ev_language {
	char code[4]; /* with a NUL */
};

enum rule_use { RULE_TRIGGER, RULE_NEVER, RULE_REQUIRE, RULE_FORBID, RULE_CUE };

struct ev_rule {
	uint32_t element, n_elements;
	uint32_t owner; /* a type, or an enum event_cue */
	uint8_t use; /* enum rule_use */
	int8_t polarity;
	uint8_t weak;
	uint8_t strict; /* begins with ^ */
};

/* A set of keys, roughly: a bit for each. */
#define EV_SET_WORDS 4

struct ev_set {
	uint64_t bits[EV_SET_WORDS];
};

struct ev_element {
	struct ev_set first, last; /* keys of the alternatives' outer atoms */
	uint32_t alternative, n_alternatives;
	uint8_t gap; /* most words between the element before and this one */
	uint8_t optional;
	uint16_t pad[3];
};

struct ev_alternative {
	uint32_t atom;
	uint16_t n_atoms;
	uint16_t pad;
};

enum atom_kind {
	ATOM_STEM,
	ATOM_EXACT,
	ATOM_MONEY,
	ATOM_PERCENT,
	ATOM_NUMBER,
	ATOM_DATE,
	ATOM_TICKER,
	ATOM_NAME, /* a word that looks like part of a name */
	ATOM_SLOT /* the same; a name there has the role `role` */
};

struct ev_atom {
	uint64_t key; /* of a word; else 0 */
	struct ev_text role;
	uint32_t kind; /* enum atom_kind */
	uint32_t pad;
};

struct ev_slot {
	uint64_t key; /* n 0: empty */
	uint32_t ref, n;
};

/* Where a word of an anchor stands in its rule. */
struct ev_ref {
	uint32_t rule;
	uint32_t alternative;
	uint16_t element; /* within the rule */
	uint16_t atom; /* within the alternative */
};

struct events {
	const struct ev_header *header;
	const char *text;
	size_t n_text;
	const struct ev_type *types;
	size_t n_types;
	const uint32_t *yields;
	size_t n_yields;
	const struct ev_language *languages;
	size_t n_languages;
	const struct ev_rule *rules;
	size_t n_rules;
	const struct ev_element *elements;
	size_t n_elements;
	const struct ev_alternative *alternatives;
	size_t n_alternatives;
	const struct ev_atom *atoms;
	size_t n_atoms;
	const struct ev_slot *slots;
	size_t n_slots;
	const struct ev_ref *refs;
	size_t n_refs;
};

static inline void
ev_set_put(struct ev_set *s, uint64_t key)
{
	s->bits[key >> 62] |= (uint64_t)1 << (key >> 56 & 63);
}

static inline bool
ev_set_has(const struct ev_set *s, uint64_t key)
{
	return s->bits[key >> 62] >> (key >> 56 & 63) & 1;
}

static inline bool
ev_set_meets(const struct ev_set *a, const struct ev_set *b)
{
	uint64_t both = 0;

	for (unsigned i = 0; i < EV_SET_WORDS; i++)
		both |= a->bits[i] & b->bits[i];
	return both != 0;
}

uint64_t events_checksum(const char *p, size_t n);

static inline struct span
ev_span(const struct events *e, struct ev_text t)
{
	return span_make(e->text + t.at, t.n);
}

#endif
