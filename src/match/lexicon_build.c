/*
 * Compile entities into a block. One pass makes patterns (a path and a record
 * each) and all text; then patterns are sorted by path, names of one path form
 * a terminal, problems between them are found, and the tables are laid out.
 *
 * Order of the result depends on the input only.
 */
#include "match/lexicon.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/vec.h"
#include "match/block.h"
#include "match/names.h"
#include "match/words.h"
#include "model/limits.h"

struct pattern {
	uint64_t path;
	uint32_t name; /* index in names, made in order of the entities */
};

struct told { /* a problem, kept until all are known */
	uint32_t entity;
	bool is_error;
	struct place place;
	char *text;
};

struct build {
	const struct entity_list *list;
	struct strbuf text;
	VEC(uint32_t) lists;
	VEC(struct block_entity) entities;
	VEC(struct block_name) names;
	VEC(const struct place *) places; /* of names */
	VEC(struct pattern) patterns;
	VEC(uint64_t) prefixes; /* of two tokens or more, names go on */
	VEC(uint64_t) starts; /* what a scan may meet first */
	VEC(struct block_terminal) terminals;
	VEC(struct told) told;
	struct block_slot *slots;
	size_t n_slots;
	uint64_t *filter;
	size_t n_filter;
	struct name_maker maker;
	struct span last_text[2]; /* watchlist and file: mostly as before */
	uint32_t last_ref[2];
	unsigned max_tokens;
	/* the text being compiled */
	const struct entity *entity;
	const struct place *source; /* lives as long as the list */
	uint32_t source_ref;
	enum block_role role;
};

/* -- problems -------------------------------------------------------------- */

static void tell(struct build *b, bool is_error, uint32_t entity,
	const struct place *place, const char *fmt, ...) NW_PRINTF(5, 6);

static void
tell(struct build *b, bool is_error, uint32_t entity, const struct place *place,
	const char *fmt, ...)
{
	struct strbuf s = STRBUF_INIT(4096);
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_span(&s, span_utf8_head(span_of(text), sizeof(text)));
	vec_push(&b->told,
		(struct told){entity, is_error, *place, strbuf_take(&s)});
}

static int
compare_told(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	if (x->entity != y->entity)
		return x->entity < y->entity ? -1 : 1;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return strcmp(x->text, y->text);
}

static void
report(struct build *b, lexicon_problem_cb on_problem, void *arg,
	struct lexicon_counts *counts)
{
	struct lexicon_problem p;

	if (b->told.n)
		qsort(b->told.p, b->told.n, sizeof(*b->told.p), compare_told);
	vec_each (struct told *, t, &b->told) {
		counts->errors += t->is_error;
		counts->warnings += !t->is_error;
		p = (struct lexicon_problem){t->is_error, t->place, t->text};
		if (on_problem)
			on_problem(&p, arg);
	}
}

/* -- text and lists -------------------------------------------------------- */

static uint32_t
put_text(struct build *b, struct span s)
{
	size_t ref = b->text.n;
	uint16_t n;

	if (s.n == 0)
		return 0;
	if (s.n > LIMIT_NAME_BYTES)
		s = span_utf8_head(s, LIMIT_NAME_BYTES);
	n = (uint16_t)s.n;
	strbuf_put(&b->text, &n, sizeof(n));
	strbuf_put(&b->text, s.p, s.n);
	return (uint32_t)ref;
}

/* slot: 0 for watchlists, 1 for files, which seldom change. */
static uint32_t
put_same_text(struct build *b, struct span s, unsigned slot)
{
	if (!b->last_ref[slot] || !span_eq(s, b->last_text[slot])) {
		b->last_text[slot] = s;
		b->last_ref[slot] = put_text(b, s);
	}
	return b->last_ref[slot];
}

static uint32_t
put_list(struct build *b, const struct entity_texts *texts)
{
	size_t ref = b->lists.n, i;

	if (texts->n == 0)
		return 0;
	vec_push(&b->lists, (uint32_t)texts->n);
	for (i = 0; i < texts->n; i++)
		vec_push(&b->lists, put_text(b, texts->p[i].text));
	return (uint32_t)ref;
}

/* -- patterns -------------------------------------------------------------- */

static uint32_t
put_detail(struct build *b, const struct name_form *f)
{
	unsigned char detail[NAME_TOKENS_MAX];
	unsigned i;

	for (i = 0; i < f->n; i++)
		detail[i] = (unsigned char)(f->token[i].shape |
			f->token[i].gap << 4);
	return put_text(b, span_make((const char *)detail, f->n));
}

/* Tokens that count as words: all but the s of "Lowe's". */
static unsigned
words_of(const struct name_form *f)
{
	const struct name_token *last = &f->token[f->n - 1];

	return f->n > 1 && last->gap == GAP_APOS &&
			span_eq_str(last->folded, "s")
		? f->n - 1
		: f->n;
}

/* How ordinary are they? 0 if one is no word, else the rarest's grade. */
static unsigned
grade_words(const struct name_form *f, unsigned n, struct word *last)
{
	unsigned i, grade = 1;

	for (i = 0; i < n; i++) {
		*last = words_get(f->token[i].folded);
		if (f->token[i].shape == SHAPE_NONE)
			continue; /* digits, & */
		if (last->grade == 0)
			return 0;
		if (last->grade > grade)
			grade = last->grade;
	}
	return grade;
}

static void
grade_name(const struct name_form *f, struct block_name *name)
{
	size_t len = f->token[0].folded.n;
	unsigned n = words_of(f);
	struct word w = {0};

	name->grade = (uint8_t)grade_words(f, n, &w);
	if (n > 1)
		return;
	name->flags |= (uint16_t)(NAME_ONE_WORD | (w.proper ? NAME_PROPER : 0) |
		(w.given ? NAME_GIVEN : 0) | (w.verb ? NAME_VERB : 0) |
		(w.adjective ? NAME_ADJECTIVE : 0) |
		(f->token[0].shape == SHAPE_UPPER ? NAME_ACRONYM : 0) |
		(len <= 3 ? NAME_LETTERS3 : 0) |
		(len <= 2 ? NAME_LETTERS2 : 0));
}

static void
add_pattern(struct build *b, const struct name_form *f)
{
	struct block_name n = {
		.entity = (uint32_t)(b->entity - b->list->p),
		.text = b->source_ref,
		.detail = put_detail(b, f),
		.line = b->source->line,
		.column = (uint16_t)(b->source->column > UINT16_MAX
				? UINT16_MAX
				: b->source->column),
		.role = (uint8_t)b->role,
		.variant = (uint8_t)f->variant,
		.n_tokens = (uint8_t)f->n,
		.flags = f->had_suffix ? NAME_HAD_SUFFIX : 0,
	};
	uint64_t path = f->token[0].hash;
	unsigned i;

	if (b->role <= ROLE_TICKER || b->role == ROLE_SHORT)
		grade_name(f, &n);
	for (i = 1; i < f->n; i++) {
		path = block_path(path, f->token[i].hash);
		if (i + 1 < f->n)
			vec_push(&b->prefixes, path);
		if (i == 1)
			vec_push(&b->starts, path);
	}
	if (f->n == 1)
		vec_push(&b->starts, path);
	vec_push(&b->patterns, (struct pattern){path, (uint32_t)b->names.n});
	vec_push(&b->names, n);
	vec_push(&b->places, b->source);
	if (f->n > b->max_tokens)
		b->max_tokens = f->n;
}

static void
on_form(const struct name_form *f, void *arg)
{
	add_pattern(arg, f);
}

/* The given tokens as they are. */
static void
add_given(struct build *b)
{
	add_pattern(b, &b->maker.given);
}

static void
add_one_token(struct build *b, const struct name_token *t)
{
	struct name_form f = {.n = 1, .variant = VARIANT_EXACT};

	f.token[0] = *t;
	f.token[0].gap = GAP_NONE;
	add_pattern(b, &f);
}

/* A word that may stand for the whole name once that was there. */
static void
add_short(struct build *b)
{
	const struct name_form *f = &b->maker.given;
	const struct name_token *t;

	if (f->n < 2)
		return;
	t = b->entity->kind == ENTITY_PERSON ? &f->token[f->n - 1]
					     : &f->token[0];
	if (t->folded.n < 3 || t->shape == SHAPE_NONE ||
		(b->entity->kind != ENTITY_PERSON &&
			words_get(t->folded).grade))
		return;
	b->role = ROLE_SHORT;
	add_one_token(b, t);
}

static const char *
role_word(enum block_role role)
{
	static const char *const words[] = {"name", "alias", "ticker", "code",
		"name", "context", "exclude", "not_like"};

	return words[role];
}

/* Read the tokens of a text; tell what is wrong with it. */
static bool
read_source(struct build *b, const struct entity_text *t, enum block_role role)
{
	uint32_t entity = (uint32_t)(b->entity - b->list->p);
	const char *what = role_word(role);

	b->source = role == ROLE_NAME ? &b->entity->place : &t->place;
	b->role = role;
	if (t->text.n > LIMIT_NAME_BYTES) {
		tell(b, true, entity, &t->place,
			"%s is longer than %d bytes; shorten it", what,
			LIMIT_NAME_BYTES);
		return false;
	}
	if (name_read(&b->maker, t->text)) {
		b->source_ref = put_text(b, t->text);
		return true;
	}
	if (span_trim(t->text).n == 0)
		tell(b, true, entity, &t->place, "%s is empty; write one",
			what);
	else if (b->maker.given.n == 0)
		tell(b, true, entity, &t->place,
			"%s '%.*s' has neither letter nor digit, so it cannot "
			"be found in a text",
			what, SPAN_ARG(t->text));
	else
		tell(b, true, entity, &t->place,
			"%s has %u words, at most %d are allowed", what,
			b->maker.given.n, NAME_TOKENS_MAX);
	return false;
}

static bool
is_one_letter(const struct name_form *f)
{
	return f->n == 1 && f->token[0].folded.n == 1;
}

static void
add_name(struct build *b, const struct entity_text *t, enum block_role role)
{
	bool is_company = b->entity->kind == ENTITY_COMPANY;

	if (!read_source(b, t, role))
		return;
	if (is_one_letter(&b->maker.given)) {
		tell(b, false, (uint32_t)(b->entity - b->list->p), &t->place,
			"%s '%.*s' has one letter and is not looked for; a "
			"ticker would be",
			role_word(role), SPAN_ARG(t->text));
		return;
	}
	name_forms(&b->maker, is_company, on_form, b);
	add_short(b);
}

/* "NASDAQ:META" is looked for as META in a ticker's dress. */
static void
add_ticker(struct build *b, const struct entity_text *t)
{
	struct entity_text symbol = *t;
	size_t colon = span_find(t->text, ':');

	if (colon != SIZE_MAX)
		symbol.text = span_sub(t->text, colon + 1, SIZE_MAX);
	if (read_source(b, &symbol, ROLE_TICKER)) {
		b->source = &t->place;
		add_given(b);
	}
}

static void
add_plain(struct build *b, const struct entity_text *t, enum block_role role)
{
	struct name_form plural;
	struct strbuf word = STRBUF_INIT(LIMIT_NAME_BYTES);

	if (!read_source(b, t, role))
		return;
	add_given(b);
	if (role != ROLE_CONTEXT || b->maker.given.n != 1 ||
		b->maker.given.token[0].shape != SHAPE_LOWER ||
		span_ends(b->maker.given.token[0].folded, "s"))
		return;
	/* airline, airlines */
	plural = b->maker.given;
	strbuf_span(&word, plural.token[0].folded);
	strbuf_char(&word, 's');
	plural.token[0].hash = token_hash(strbuf_as_span(&word));
	add_pattern(b, &plural);
	strbuf_fini(&word);
}

static void
add_texts(
	struct build *b, const struct entity_texts *texts, enum block_role role)
{
	size_t i, n = texts->n;

	if (n > LIMIT_ALIASES) {
		tell(b, true, (uint32_t)(b->entity - b->list->p),
			&texts->p[LIMIT_ALIASES].place,
			"more than %d entries under %s; the rest is left out",
			LIMIT_ALIASES, role_word(role));
		n = LIMIT_ALIASES;
	}
	for (i = 0; i < n; i++) {
		if (role == ROLE_ALIAS)
			add_name(b, &texts->p[i], role);
		else if (role == ROLE_TICKER)
			add_ticker(b, &texts->p[i]);
		else
			add_plain(b, &texts->p[i], role);
	}
}

static void
add_entity(struct build *b, const struct entity *e)
{
	struct entity_text name = {e->name, e->place};

	b->entity = e;
	vec_push(&b->entities,
		(struct block_entity){
			.id = put_text(b, e->id),
			.name = put_text(b, e->name),
			.watchlist = put_same_text(b, e->watchlist, 0),
			.file = put_same_text(b, span_of(e->place.file), 1),
			.tickers = put_list(b, &e->tickers),
			.line = e->place.line,
			.column = (uint16_t)(e->place.column & UINT16_MAX),
			.kind = (uint8_t)(e->kind & 15),
			.letter_case = (uint8_t)(e->letter_case & 15),
			.min_relevance = (uint8_t)e->min_relevance,
			.min_confidence = (float)e->min_confidence,
		});
	if (e->query.text.n == 0)
		add_name(b, &name, ROLE_NAME);
	add_texts(b, &e->aliases, ROLE_ALIAS);
	add_texts(b, &e->tickers, ROLE_TICKER);
	add_texts(b, &e->codes, ROLE_CODE);
	add_texts(b, &e->context, ROLE_CONTEXT);
	add_texts(b, &e->exclude, ROLE_EXCLUDE);
	add_texts(b, &e->not_like, ROLE_NOT_LIKE);
}

/* -- what patterns of one path say of each other --------------------------- */

static int
compare_patterns(const void *a, const void *b)
{
	const struct pattern *x = a, *y = b;

	if (x->path != y->path)
		return x->path < y->path ? -1 : 1;
	return x->name < y->name ? -1 : 1;
}

static bool
is_naming(const struct block_name *n)
{
	return n->role <= ROLE_ALIAS &&
		(n->variant == VARIANT_EXACT || n->variant == VARIANT_STRIPPED);
}

static struct span
text_at(const struct build *b, uint32_t ref)
{
	uint16_t n;

	if (!ref)
		return SPAN_LIT("");
	memcpy(&n, b->text.p + ref, sizeof(n));
	return span_make(b->text.p + ref + sizeof(n), n);
}

/* Two names of one entity, x before y in the list. */
static bool
compare_own(struct build *b, const struct block_name *x,
	const struct place *other, const struct block_name *y,
	const struct place *at)
{
	struct span text = text_at(b, y->text);

	if (is_naming(x) && y->role >= ROLE_EXCLUDE)
		tell(b, true, y->entity, at,
			"'%.*s' is a name of this entity, at line %u, and "
			"under %s; it will never match",
			SPAN_ARG(text), other->line,
			role_word((enum block_role)y->role));
	else if (is_naming(x) && is_naming(y) &&
		span_eq(text_at(b, x->text), text))
		tell(b, false, y->entity, at,
			"'%.*s' is listed twice, before at line %u",
			SPAN_ARG(text), other->line);
	else
		return false;
	return true;
}

/* True if something was told. */
static bool
compare_names(struct build *b, const struct pattern *p, const struct pattern *q)
{
	const struct block_name *x = &b->names.p[p->name],
				*y = &b->names.p[q->name];
	const struct place *at = b->places.p[q->name],
			   *other = b->places.p[p->name];

	if (x->entity == y->entity)
		return compare_own(b, x, other, y, at);
	if (!(is_naming(x) && is_naming(y)) &&
		!(x->role == ROLE_TICKER && y->role == ROLE_TICKER))
		return false;
	tell(b, false, y->entity, at,
		"%s '%.*s' also belongs to '%.*s', %s:%u:%u; both will match",
		role_word((enum block_role)y->role),
		SPAN_ARG(text_at(b, y->text)),
		SPAN_ARG(b->list->p[x->entity].name),
		other->file ? other->file : "?", other->line, other->column);
	return true;
}

#define GROUP_COMPARED 8 /* earlier names of one path that are compared */

static void
compare_group(struct build *b, const struct pattern *p, size_t n)
{
	size_t i, k;

	for (i = 1; i < n; i++)
		for (k = 0; k < i && k < GROUP_COMPARED; k++)
			if (compare_names(b, &p[k], &p[i]))
				break;
}

/* Of two patterns of one entity and path, is y no better than x? */
static bool
is_covered(const struct block_name *x, const struct block_name *y)
{
	if (x->entity != y->entity)
		return false;
	if (x->role <= ROLE_ALIAS &&
		(y->role <= ROLE_ALIAS || y->role == ROLE_SHORT))
		return x->variant <= y->variant || y->role == ROLE_SHORT;
	return x->role == y->role;
}

/* Names in the order of their paths; terminals over them. */
static void
group_names(struct build *b)
{
	struct block_name *sorted;
	size_t i, k, end, n = 0, first;

	if (b->patterns.n)
		qsort(b->patterns.p, b->patterns.n, sizeof(*b->patterns.p),
			compare_patterns);
	sorted = mem_calloc(b->names.n + 1, sizeof(*sorted));
	for (i = 0; i < b->patterns.n; i = end) {
		for (end = i + 1; end < b->patterns.n &&
			b->patterns.p[end].path == b->patterns.p[i].path;)
			end++;
		compare_group(b, &b->patterns.p[i], end - i);
		first = n;
		for (k = i; k < end; k++) {
			const struct block_name *y =
				&b->names.p[b->patterns.p[k].name];

			if (n > first && is_covered(&sorted[n - 1], y))
				continue;
			if (n > first && is_covered(y, &sorted[n - 1]))
				n--;
			sorted[n++] = *y;
		}
		vec_push(&b->terminals,
			(struct block_terminal){b->patterns.p[i].path,
				(uint32_t)first, (uint32_t)(n - first)});
	}
	mem_free(&b->names.p);
	b->names.p = sorted;
	b->names.n = n;
}

/* -- tables ---------------------------------------------------------------- */

#define SLOT_LOAD_NUM 10 /* slots per 7 paths */
#define SLOT_LOAD_DEN 7

struct slot_table {
	struct block_slot *slot;
	uint64_t *path;
	size_t n;
};

/* False when two paths cannot be told apart: lay out anew. */
static bool
slot_put(struct slot_table *t, uint64_t path, uint32_t value)
{
	size_t i = block_reduce(path, t->n);
	uint32_t tag = (uint32_t)path;

	while (t->slot[i].value) {
		if (t->slot[i].tag == tag) {
			if (t->path[i] != path)
				return false;
			t->slot[i].value |= value;
			return true;
		}
		if (++i == t->n)
			i = 0;
	}
	t->slot[i] = (struct block_slot){tag, value};
	t->path[i] = path;
	return true;
}

static bool
fill_slots(const struct build *b, struct slot_table *t)
{
	size_t i;

	for (i = 0; i < b->terminals.n; i++)
		if (!slot_put(t, b->terminals.p[i].path,
			    (uint32_t)i << 2 | SLOT_ENDS))
			return false;
	for (i = 0; i < b->prefixes.n; i++)
		if (!slot_put(t, b->prefixes.p[i], SLOT_GOES_ON))
			return false;
	return true;
}

static int
compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
unique_prefixes(struct build *b)
{
	size_t i, n = 0;

	if (b->prefixes.n == 0)
		return;
	qsort(b->prefixes.p, b->prefixes.n, sizeof(uint64_t), compare_u64);
	for (i = 0; i < b->prefixes.n; i++)
		if (i == 0 || b->prefixes.p[i] != b->prefixes.p[n - 1])
			b->prefixes.p[n++] = b->prefixes.p[i];
	b->prefixes.n = n;
}

static void
lay_out_slots(struct build *b)
{
	struct slot_table t = {0};
	size_t paths;

	unique_prefixes(b);
	paths = b->terminals.n + b->prefixes.n;
	t.n = paths * SLOT_LOAD_NUM / SLOT_LOAD_DEN + 2;
	for (;; t.n += 1 + t.n / 64) {
		t.slot = mem_calloc(t.n, sizeof(*t.slot));
		t.path = mem_calloc(t.n, sizeof(*t.path));
		if (fill_slots(b, &t))
			break;
		mem_free(&t.slot);
		mem_free(&t.path);
	}
	mem_free(&t.path);
	b->slots = t.slot;
	b->n_slots = t.n;
}

#define FILTER_BITS_PER_PATH 12

/* Paths that a scan may meet first: of one token, or of two. */
static void
lay_out_filter(struct build *b)
{
	size_t i;

	b->n_filter = b->starts.n * FILTER_BITS_PER_PATH / 64 + 8;
	b->filter = mem_calloc(b->n_filter, sizeof(*b->filter));
	for (i = 0; i < b->starts.n; i++)
		b->filter[block_reduce(b->starts.p[i], b->n_filter)] |=
			block_bits(b->starts.p[i]);
}

/* -- the block ------------------------------------------------------------- */

static void
put_section(struct strbuf *out, struct block_header *h, enum block_section s,
	const void *p, size_t n)
{
	static const char zeros[BLOCK_ALIGN] = {0};

	if (out->n % BLOCK_ALIGN)
		strbuf_put(out, zeros, BLOCK_ALIGN - out->n % BLOCK_ALIGN);
	h->section[s].offset = out->n;
	h->section[s].n_bytes = n;
	strbuf_put(out, p, n);
}

static int
write_block(struct build *b, struct strbuf *out, struct err *err)
{
	struct block_header h = {.magic = BLOCK_MAGIC,
		.version = BLOCK_VERSION,
		.order = BLOCK_ORDER,
		.max_tokens = b->max_tokens};

	strbuf_clear(out);
	out->full = false;
	strbuf_put(out, &h, sizeof(h));
#define PUT(sec, v) put_section(out, &h, sec, (v)->p, (v)->n * sizeof(*(v)->p))
	PUT(SEC_TEXT, &b->text);
	PUT(SEC_LISTS, &b->lists);
	PUT(SEC_ENTITIES, &b->entities);
	PUT(SEC_NAMES, &b->names);
	PUT(SEC_TERMINALS, &b->terminals);
#undef PUT
	put_section(
		out, &h, SEC_SLOTS, b->slots, b->n_slots * sizeof(*b->slots));
	put_section(out, &h, SEC_FILTER, b->filter,
		b->n_filter * sizeof(*b->filter));
	if (out->full || b->text.full)
		return err_set(err, ERR_CONF,
			"the watchlists need more than %zu bytes when "
			"compiled; split them or remove entries",
			out->max);
	h.n_bytes = out->n;
	memcpy(out->p, &h, sizeof(h));
	hash_hex128(strbuf_as_span(out), h.id);
	memcpy(out->p, &h, sizeof(h));
	h.checksum = block_checksum(out->p, out->n);
	memcpy(out->p, &h, sizeof(h));
	return 0;
}

/* -- all together ---------------------------------------------------------- */

struct id_at {
	uint64_t hash;
	uint32_t entity;
};

static int
compare_ids(const void *a, const void *b)
{
	const struct id_at *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->entity < y->entity ? -1 : 1;
}

/* left_out[i] is set for every entity whose id an earlier one has. */
static void
check_ids(struct build *b, bool *left_out)
{
	const struct entity *e = b->list->p;
	VEC(struct id_at) ids = {0};
	size_t i;

	for (i = 0; i < b->list->n; i++)
		vec_push(
			&ids, (struct id_at){hash_fixed(e[i].id), (uint32_t)i});
	if (ids.n)
		qsort(ids.p, ids.n, sizeof(*ids.p), compare_ids);
	for (i = 1; i < ids.n; i++) {
		const struct entity *x = &e[ids.p[i - 1].entity],
				    *y = &e[ids.p[i].entity];

		if (ids.p[i].hash != ids.p[i - 1].hash)
			continue;
		left_out[ids.p[i].entity] = true;
		tell(b, true, ids.p[i].entity, &y->place,
			"'%.*s' has the id '%.*s', as '%.*s' at %s:%u:%u has; "
			"give one of them another id",
			SPAN_ARG(y->name), SPAN_ARG(y->id), SPAN_ARG(x->name),
			x->place.file ? x->place.file : "?", x->place.line,
			x->place.column);
	}
	vec_fini(&ids);
}

static void
add_entities(struct build *b)
{
	static const struct entity nothing = {.min_confidence = -1};
	bool *left_out = mem_calloc(b->list->n + 1, sizeof(*left_out));
	size_t i;

	check_ids(b, left_out);
	for (i = 0; i < b->list->n; i++) {
		if (!left_out[i]) {
			add_entity(b, &b->list->p[i]);
			continue;
		}
		/* keeps its number, without names */
		b->entity = &nothing;
		vec_push(&b->entities, (struct block_entity){0});
	}
	mem_free(&left_out);
}

static void
build_init(struct build *b, const struct entity_list *list, size_t max)
{
	*b = (struct build){.list = list, .text = STRBUF_INIT(max)};
	strbuf_put(&b->text, "\0\0\0\0", 4); /* ref 0 is the empty text */
	vec_push(&b->lists, 0);
}

static void
build_fini(struct build *b)
{
	vec_each (struct told *, t, &b->told)
		mem_free(&t->text);
	strbuf_fini(&b->text);
	vec_fini(&b->lists);
	vec_fini(&b->entities);
	vec_fini(&b->names);
	vec_fini(&b->places);
	vec_fini(&b->patterns);
	vec_fini(&b->prefixes);
	vec_fini(&b->starts);
	vec_fini(&b->terminals);
	vec_fini(&b->told);
	mem_free(&b->slots);
	mem_free(&b->filter);
	name_maker_fini(&b->maker);
}

static void
count(const struct build *b, struct lexicon_counts *c)
{
	size_t i;

	c->entities = b->entities.n;
	for (i = 0; i < b->names.n; i++) {
		const struct block_name *n = &b->names.p[i];

		if (n->role > ROLE_CODE)
			continue;
		c->names += n->variant == VARIANT_EXACT;
		c->variants += n->variant != VARIANT_EXACT;
	}
}

int
lexicon_build(const struct entity_list *list, lexicon_problem_cb on_problem,
	void *arg, struct strbuf *block, struct lexicon_counts *counts,
	struct err *err)
{
	struct lexicon_counts c = {0};
	struct build b;
	int rc;

	if (list->n > LIMIT_ENTITIES)
		return err_set(err, ERR_CONF,
			"%zu entities are watched, at most %d are possible",
			list->n, LIMIT_ENTITIES);
	build_init(&b, list, block->max);
	add_entities(&b);
	group_names(&b);
	report(&b, on_problem, arg, &c);
	lay_out_slots(&b);
	lay_out_filter(&b);
	count(&b, &c);
	rc = write_block(&b, block, err);
	build_fini(&b);
	if (counts)
		*counts = c;
	return rc;
}
