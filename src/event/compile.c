/*
 * Types to block: every pattern is read (pattern.c), appended to the sections
 * and its anchor's words entered into the hash table; then the sections are
 * laid out one after the other.
 */
#include "event/compile.h"

#include <stdlib.h>

#include "event/block.h"
#include "event/pattern.h"
#include "model/limits.h"

struct anchor {
	uint64_t key;
	struct ev_ref ref;
};

struct compiler {
	const struct event_types *in;
	struct pattern_reader reader;
	struct pattern pattern;
	struct report *report;
	struct strbuf text;
	VEC(struct ev_type) types;
	VEC(uint32_t) yields;
	VEC(struct ev_language) languages;
	VEC(struct word_stems *) stems; /* of languages */
	VEC(struct ev_rule) rules;
	VEC(struct ev_element) elements;
	VEC(struct ev_alternative) alternatives;
	VEC(struct ev_atom) atoms;
	VEC(struct anchor) anchors;
	VEC(struct ev_slot) slots;
	VEC(struct ev_ref) refs;
	size_t n_patterns, n_cues;
	bool too_many;
};

/* -- pieces ---------------------------------------------------------------- */

static struct ev_text
put_text(struct compiler *c, struct span s)
{
	struct ev_text t = {(uint32_t)c->text.n, (uint32_t)s.n};

	/* Roles are few and repeated: look for the text first. */
	for (size_t i = 0; i + s.n <= c->text.n && s.n; i++) {
		if (memcmp(c->text.p + i, s.p, s.n) == 0) {
			t.at = (uint32_t)i;
			return t;
		}
	}
	strbuf_span(&c->text, s);
	return t;
}

/* Stems of a language; English where none is said. */
static struct word_stems *
stems_of(struct compiler *c, struct span language, const struct place *at)
{
	struct ev_language l = {{0}};
	struct word_stems *s;

	if (language.n == 0)
		language = SPAN_LIT("en");
	stem_language(language, l.code);
	for (size_t i = 0; i < c->languages.n; i++)
		if (memcmp(c->languages.p[i].code, l.code, sizeof(l)) == 0)
			return c->stems.p[i];
	s = word_stems_new(language);
	if (s == NULL) {
		report_error(c->report, at,
			"there is no stemmer for the language '%.*s'; use one "
			"of Snowball's, such as en, de, fr, es, it, nl, pt, "
			"sv, da, no, fi, ru",
			SPAN_ARG(span_utf8_head(language, 40)));
		return NULL;
	}
	vec_push(&c->languages, l);
	vec_push(&c->stems, s);
	return s;
}

static void
put_atom(struct compiler *c, const struct pattern_atom *a)
{
	struct ev_atom out = {.key = a->key, .kind = (uint32_t)a->kind};

	if (a->kind == ATOM_SLOT)
		out.role = put_text(c, a->role);
	vec_push(&c->atoms, out);
}

/* A class may be any word. */
static void
put_in_set(struct ev_set *s, const struct pattern_atom *a)
{
	if (a->kind == ATOM_STEM || a->kind == ATOM_EXACT)
		ev_set_put(s, a->key);
	else
		memset(s, 0xff, sizeof(*s));
}

static void
put_sets(const struct pattern *p, const struct pattern_element *e,
	struct ev_element *out)
{
	for (size_t i = 0; i < e->n_alternatives; i++) {
		const struct pattern_alternative *a =
			&p->alternatives.p[e->alternative + i];

		put_in_set(&out->first, &p->atoms.p[a->atom]);
		put_in_set(&out->last, &p->atoms.p[a->atom + a->n_atoms - 1]);
	}
}

static void
put_elements(struct compiler *c)
{
	const struct pattern *p = &c->pattern;
	uint32_t alternatives = (uint32_t)c->alternatives.n;
	uint32_t atoms = (uint32_t)c->atoms.n;

	vec_each (const struct pattern_element *, e, &p->elements) {
		struct ev_element out = {
			.alternative = alternatives + (uint32_t)e->alternative,
			.n_alternatives = (uint32_t)e->n_alternatives,
			.gap = (uint8_t)e->gap,
			.optional = e->optional,
		};

		put_sets(p, e, &out);
		vec_push(&c->elements, out);
	}
	vec_each (const struct pattern_alternative *, a, &p->alternatives) {
		struct ev_alternative out = {
			.atom = atoms + (uint32_t)a->atom,
			.n_atoms = (uint16_t)a->n_atoms,
		};
		vec_push(&c->alternatives, out);
	}
	vec_each (const struct pattern_atom *, a, &p->atoms)
		put_atom(c, a);
}

/* The words by which the last rule is found; sections are not put yet. */
static void
put_anchors(struct compiler *c, uint32_t rule)
{
	const struct pattern *p = &c->pattern;
	size_t element = pattern_anchor(p);
	const struct pattern_element *e = &p->elements.p[element];

	for (size_t i = 0; i < e->n_alternatives; i++) {
		const struct pattern_alternative *a =
			&p->alternatives.p[e->alternative + i];
		size_t atom = pattern_anchor_atom(p, a);
		struct anchor out = {
			.key = p->atoms.p[atom].key,
			.ref = {.rule = rule,
				.alternative = (uint32_t)(c->alternatives.n +
					e->alternative + i),
				.element = (uint16_t)element,
				.atom = (uint16_t)(atom - a->atom)},
		};
		vec_push(&c->anchors, out);
	}
}

static void
tell_too_many(struct compiler *c, const struct entity_text *text)
{
	report_error(c->report, &text->place,
		"there are too many patterns: at most %d, with "
		"%d words in all",
		LIMIT_EVENT_PATTERNS, LIMIT_EVENT_ATOMS);
	c->too_many = true;
}

static void
put_rule(
	struct compiler *c, const struct entity_text *text, struct ev_rule rule)
{
	if (c->too_many)
		return;
	if (c->rules.n == LIMIT_EVENT_PATTERNS) {
		tell_too_many(c, text);
		return;
	}
	if (!pattern_read(&c->reader, text, &c->pattern))
		return;
	if (c->atoms.n + c->pattern.atoms.n > LIMIT_EVENT_ATOMS) {
		tell_too_many(c, text);
		return;
	}
	rule.element = (uint32_t)c->elements.n;
	rule.n_elements = (uint32_t)c->pattern.elements.n;
	rule.strict = c->pattern.at_start;
	put_anchors(c, (uint32_t)c->rules.n);
	put_elements(c);
	vec_push(&c->rules, rule);
}

static void
put_rules(struct compiler *c, const struct entity_texts *texts,
	enum rule_use use, uint32_t owner)
{
	for (size_t i = 0; i < texts->n; i++)
		put_rule(c, &texts->p[i],
			(struct ev_rule){.owner = owner, .use = (uint8_t)use});
}

/* -- types and cues -------------------------------------------------------- */

static bool
is_id(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' ||
			    (i && s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n > 0 && s.n <= 64;
}

static void
put_yields(struct compiler *c, const struct event_type *t)
{
	for (size_t i = 0; i < t->yields.n; i++) {
		const struct event_type *to =
			event_type_get(c->in, t->yields.p[i].text);

		if (to == NULL || to == t) {
			report_error(c->report, &t->yields.p[i].place,
				"'%.*s' is no other event type",
				SPAN_ARG(span_utf8_head(
					t->yields.p[i].text, 100)));
			continue;
		}
		vec_push(&c->yields, (uint32_t)(to - c->in->types));
	}
}

static void
put_type(struct compiler *c, const struct event_type *t)
{
	uint32_t index = (uint32_t)c->types.n;
	struct ev_type out = {
		.id = put_text(c, t->id),
		.before = put_text(c, t->before),
		.after = put_text(c, t->after),
		.person = put_text(c, t->person),
		.yields = (uint32_t)c->yields.n,
		.requires = t->require.n > 0,
	};

	if (!is_id(t->id))
		report_error(c->report, &t->place,
			"the id of an event type is small letters, digits and "
			"_, at most 64");
	put_yields(c, t);
	out.n_yields = (uint32_t)c->yields.n - out.yields;
	vec_push(&c->types, out);
	c->reader.stems = stems_of(c, t->language, &t->place);
	if (c->reader.stems == NULL)
		return;
	if (t->n_patterns == 0)
		report_error(c->report, &t->place,
			"the event type '%.*s' has no patterns",
			SPAN_ARG(t->id));
	for (size_t i = 0; i < t->n_patterns; i++)
		put_rule(c, &t->patterns[i].text,
			(struct ev_rule){.owner = index,
				.use = RULE_TRIGGER,
				.polarity = (int8_t)t->patterns[i].polarity,
				.weak = t->patterns[i].weak});
	c->n_patterns += t->n_patterns;
	put_rules(c, &t->never, RULE_NEVER, index);
	put_rules(c, &t->require, RULE_REQUIRE, index);
	put_rules(c, &t->forbid, RULE_FORBID, index);
}

static void
put_cues(struct compiler *c, const struct event_cues *cues)
{
	struct place at = {0};

	for (uint32_t i = 0; i < N_EVENT_CUES; i++)
		if (cues->texts[i].n)
			at = cues->texts[i].p[0].place;
	c->reader.stems = stems_of(c, cues->language, &at);
	if (c->reader.stems == NULL)
		return;
	for (uint32_t i = 0; i < N_EVENT_CUES; i++) {
		put_rules(c, &cues->texts[i], RULE_CUE, i);
		c->n_cues += cues->texts[i].n;
	}
}

/* -- the table of words ---------------------------------------------------- */

static int
compare_anchors(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->ref.rule != y->ref.rule)
		return x->ref.rule < y->ref.rule ? -1 : 1;
	return (x->ref.alternative > y->ref.alternative) -
		(x->ref.alternative < y->ref.alternative);
}

static void
make_table(struct compiler *c)
{
	size_t n = 64, i = 0;

	if (c->anchors.n)
		qsort(c->anchors.p, c->anchors.n, sizeof(*c->anchors.p),
			compare_anchors);
	while (n < c->anchors.n * 2)
		n *= 2;
	vec_reserve(&c->slots, n);
	memset(c->slots.p, 0, n * sizeof(*c->slots.p));
	c->slots.n = n;
	while (i < c->anchors.n) {
		uint64_t key = c->anchors.p[i].key;
		size_t at = (size_t)key & (n - 1);

		while (c->slots.p[at].n)
			at = (at + 1) & (n - 1);
		c->slots.p[at].key = key;
		c->slots.p[at].ref = (uint32_t)c->refs.n;
		for (; i < c->anchors.n && c->anchors.p[i].key == key; i++) {
			vec_push(&c->refs, c->anchors.p[i].ref);
			c->slots.p[at].n++;
		}
	}
}

/* -- the block ------------------------------------------------------------- */

static int
put_block(struct compiler *c, struct strbuf *block, struct err *err)
{
	struct ev_header h = {.magic = EVENTS_MAGIC,
		.version = EVENTS_VERSION,
		.order = EVENTS_ORDER};

	strbuf_clear(block);
	strbuf_put(block, &h, sizeof(h));
	section_put(block, &h.section[EV_TEXT], c->text.p, c->text.n);
#define PUT(sec, vec) \
	section_put(block, &h.section[sec], (vec).p, (vec).n * sizeof(*(vec).p))
	PUT(EV_TYPES, c->types);
	PUT(EV_YIELDS, c->yields);
	PUT(EV_LANGUAGES, c->languages);
	PUT(EV_RULES, c->rules);
	PUT(EV_ELEMENTS, c->elements);
	PUT(EV_ALTERNATIVES, c->alternatives);
	PUT(EV_ATOMS, c->atoms);
	PUT(EV_SLOTS, c->slots);
	PUT(EV_REFS, c->refs);
#undef PUT
	if (block->full || c->text.full)
		return err_set(err, ERR_CONF,
			"the compiled event patterns are larger than %zu "
			"bytes: use fewer",
			block->max);
	h.n_bytes = block->n;
	memcpy(block->p, &h, sizeof(h));
	h.checksum = events_checksum(block->p, block->n);
	memcpy(block->p, &h, sizeof(h));
	return 0;
}

static void
compiler_fini(struct compiler *c)
{
	vec_each (struct word_stems **, s, &c->stems)
		word_stems_free(s);
	strbuf_fini(&c->text);
	strbuf_fini(&c->reader.folded);
	tokens_fini(&c->reader.tokens);
	pattern_fini(&c->pattern);
	vec_fini(&c->types);
	vec_fini(&c->yields);
	vec_fini(&c->languages);
	vec_fini(&c->stems);
	vec_fini(&c->rules);
	vec_fini(&c->elements);
	vec_fini(&c->alternatives);
	vec_fini(&c->atoms);
	vec_fini(&c->anchors);
	vec_fini(&c->slots);
	vec_fini(&c->refs);
}

int
events_compile(const struct event_types *types, struct report *report,
	struct strbuf *block, struct events_counts *counts, struct err *err)
{
	struct compiler c = {
		.in = types,
		.report = report,
		.text = STRBUF_INIT(EVENTS_BYTES_MAX),
		.reader = {.types = types,
			.report = report,
			.folded = STRBUF_INIT(KIB(64))},
	};
	int rc;

	if (types->n_types > LIMIT_EVENT_TYPES)
		return err_set(err, ERR_CONF,
			"there are %zu event types: at most %d", types->n_types,
			LIMIT_EVENT_TYPES);
	for (size_t i = 0; i < types->n_types; i++)
		put_type(&c, &types->types[i]);
	for (size_t i = 0; i < types->n_cues; i++)
		put_cues(&c, &types->cues[i]);
	make_table(&c);
	rc = put_block(&c, block, err);
	if (counts)
		*counts = (struct events_counts){
			.types = c.types.n,
			.patterns = c.n_patterns,
			.cues = c.n_cues,
			.words = c.atoms.n,
		};
	compiler_fini(&c);
	return rc;
}
