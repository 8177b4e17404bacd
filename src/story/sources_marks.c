/* What is found, and the neighbours of a mark. See sources_private.h. */
#include "story/sources_private.h"

/* -- what is found --------------------------------------------------------- */

static struct span
quote_of(struct finder *f)
{
	struct span s = span_make(
		f->text.text.p + f->s->start, f->s->stop - f->s->start);
	struct span head;

	if (s.n <= SOURCES_QUOTE_BYTES)
		return s;
	head = span_utf8_head(s, SOURCES_QUOTE_BYTES - 3);
	while (head.n > 0 && head.p[head.n - 1] != ' ')
		head.n--;
	return span_of(
		arena_printf(f->arena, "%.*s...", SPAN_ARG(span_trim(head))));
}

static bool
is_there(const struct finder *f, const struct item_source *s)
{
	vec_each (const struct item_source *, old, &f->found)
		if (old->cue == s->cue && old->what == s->what &&
			old->act == s->act && old->field == s->field &&
			span_eq(old->name, s->name) &&
			span_eq(old->entity, s->entity))
			return true;
	return false;
}

void
source_add(struct finder *f, const struct item_source *s)
{
	struct item_source copy = *s;

	copy.name = span_utf8_head(s->name, SOURCES_NAME_BYTES);
	copy.field = f->field;
	if (f->found.n < FOUND_MAX && !is_there(f, &copy))
		vec_push(&f->found, copy);
}

static struct span
entity_id(const struct finder *f, size_t entity)
{
	return entity == NO_ENTITY ? SPAN_NULL : f->entities[entity].id;
}

bool
source_is_kind(
	const struct finder *f, const struct cue_span *m, enum entity_kind kind)
{
	return m->entity != NO_ENTITY && f->entities[m->entity].kind == kind;
}

void
source_add_words(struct finder *f, enum source_cue cue, enum source_what what,
	enum source_act act, uint32_t first, uint32_t end)
{
	struct span words = cue_words(&f->text, first, end);
	struct item_source s = {
		.cue = cue,
		.what = what,
		.act = act,
		.name = words,
		.start = f->text.tokens.p[first].start,
		.end = f->text.tokens.p[end - 1].end,
		.quote = quote_of(f),
	};

	source_add(f, &s);
}

struct span
source_token(const struct finder *f, uint32_t i)
{
	return cue_words(&f->text, i, i + 1);
}

void
source_add_outlet(struct finder *f, enum source_cue cue, enum source_act act,
	const struct cue_span *name)
{
	uint32_t first = name->first;
	size_t i = f->found.n;

	if (first > f->s->first &&
		span_eq_str(source_token(f, first - 1), "the"))
		first--;
	source_add_words(f, cue, SOURCE_OUTLET, act, first, name->end);
	if (f->found.n > i)
		f->found.p[i].entity = entity_id(f, name->entity);
}

void
source_add_company(struct finder *f, enum source_cue cue, enum source_act act,
	const struct cue_span *name, size_t entity)
{
	struct item_source s = {
		.cue = cue,
		.what = SOURCE_COMPANY,
		.act = act,
		.name = cue_words(&f->text, name->first, name->end),
		.entity = entity_id(f, entity),
		.start = f->text.tokens.p[name->first].start,
		.end = f->text.tokens.p[name->end - 1].end,
		.quote = quote_of(f),
	};

	if (entity != NO_ENTITY)
		s.name = f->entities[entity].name;
	source_add(f, &s);
}

void
source_add_person(struct finder *f, enum source_cue cue, enum source_act act,
	const struct cue_span *name, const struct cue_span *company)
{
	struct item_source s = {
		.cue = cue,
		.what = SOURCE_PERSON,
		.act = act,
		.name = cue_words(&f->text, name->first, name->end),
		.entity = entity_id(f, name->entity),
		.start = f->text.tokens.p[name->first].start,
		.end = f->text.tokens.p[name->end - 1].end,
		.quote = quote_of(f),
	};

	if (name->entity != NO_ENTITY)
		s.name = f->entities[name->entity].name;
	if (company)
		s.of = company->entity != NO_ENTITY
			? f->entities[company->entity].name
			: cue_words(&f->text, company->first, company->end);
	source_add(f, &s);
}

/* -- neighbours ------------------------------------------------------------ */

const struct cue_span *
source_mark_at(const struct finder *f, size_t i)
{
	return i < f->marks.n ? &f->marks.p[i] : NULL;
}

const struct cue_span *
source_mark_after(
	const struct finder *f, size_t i, unsigned kinds, uint32_t gap)
{
	uint32_t from = f->marks.p[i].end;

	for (size_t k = i + 1; k < f->marks.n; k++) {
		const struct cue_span *m = &f->marks.p[k];

		if (m->first > from + gap)
			break;
		if (m->mark & kinds)
			return m;
	}
	return NULL;
}

const struct cue_span *
source_mark_before(
	const struct finder *f, size_t i, unsigned kinds, uint32_t gap)
{
	uint32_t from = f->marks.p[i].first;

	for (size_t k = i; k-- > 0;) {
		const struct cue_span *m = &f->marks.p[k];

		if (m->end + gap < from)
			break;
		if (m->mark & kinds)
			return m;
	}
	return NULL;
}

bool
source_sentence_has(const struct finder *f, unsigned kinds)
{
	for (size_t i = 0; i < f->marks.n; i++)
		if (f->marks.p[i].mark & kinds)
			return true;
	return false;
}

bool
source_is_word(const struct finder *f, uint32_t i, const char *word)
{
	return i < f->s->end && span_caseeq_str(source_token(f, i), word);
}

bool
source_is_quoted(const struct finder *f, const struct cue_span *a,
	const struct cue_span *b)
{
	uint32_t from = f->text.tokens.p[a->end - 1].end;
	uint32_t to = f->text.tokens.p[b->first].start;
	struct span between = from < to
		? span_make(f->text.text.p + from, to - from)
		: SPAN_NULL;

	return span_find(between, '"') != SIZE_MAX ||
		span_find_str(between, "”") != SIZE_MAX;
}
