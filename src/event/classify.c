/*
 * Sentence by sentence: read, decide what stands, weigh by where it stands,
 * attach, and keep the best of each type and entity.
 */
#include <math.h>
#include <stdlib.h>

#include "base/date.h"
#include "event/attach.h"
#include "event/block.h"
#include "event/events.h"
#include "event/modality.h"
#include "model/limits.h"

#define STRONG 0.9
#define WEAK 0.6
#define WEIGHT_TITLE 1.0
#define WEIGHT_LEAD 0.97
#define WEIGHT_REST 0.62
/* Of no entity, deep in an article whose head reports something else. */
#define WEIGHT_ASIDE 0.8
/* Background, and what is said not to happen: below what is reported. */
#define WEIGHT_NO_NEWS 0.5

/* Of two sentences, the less certain one may stand for both: the lead with its
 * figures for the title without. */
#define NEARLY_AS_CERTAIN 0.95

/* A list of headlines: so many paragraphs in a row without a full stop. */
#define HEADLINES_MIN 3
#define SHORT_WORDS 25U /* longest paragraph that may be a headline */
#define HEADING_WORDS 6U /* or a heading */

struct classifier {
	const struct events *e;
	struct word_stems **stems; /* of e's languages */
	size_t n_stems;
	struct tokens tokens;
	struct reading reading;
};

struct found {
	struct hit_event event;
	const struct words *w; /* for facts, put when it is kept */
	const struct sentence *s;
	bool rest; /* beyond title and lead */
};

struct run {
	struct classifier *c;
	const struct item *item;
	struct hit_entity *entities;
	size_t n_entities;
	struct arena *arena;
	struct words title, text;
	unsigned year;
	VEC(struct found) found;
};

struct classifier *
classifier_new(const struct events *e)
{
	struct classifier *c = mem_new(c);

	c->e = e;
	c->reading.e = e;
	c->n_stems = e->n_languages;
	c->stems = mem_calloc(c->n_stems + 1, sizeof(*c->stems));
	for (size_t i = 0; i < c->n_stems; i++)
		c->stems[i] = word_stems_new(span_of(e->languages[i].code));
	return c;
}

void
classifier_free(struct classifier **c)
{
	if (*c) {
		for (size_t i = 0; i < (*c)->n_stems; i++)
			word_stems_free(&(*c)->stems[i]);
		mem_free(&(*c)->stems);
		tokens_fini(&(*c)->tokens);
		vec_fini(&(*c)->reading.matches);
	}
	mem_free(c);
}

/* The stems of the item's language, if there are patterns in it; else of the
 * first: feeds often claim a language that is not theirs. */
static struct word_stems *
stems_for(const struct classifier *c, struct span language)
{
	char code[4];
	struct span want = stem_language(language, code);

	for (size_t i = 0; i < c->n_stems; i++)
		if (c->stems[i] && span_eq_str(want, c->e->languages[i].code))
			return c->stems[i];
	return c->n_stems ? c->stems[0] : NULL;
}

/* -- what is no reporting -------------------------------------------------- */

static bool
ends_with_stop(const struct words *w, const struct sentence *s)
{
	return s->end > 0 &&
		(w->text.p[s->end - 1] == '.' ||
			(s->end < w->text.n &&
				(w->text.p[s->end] == '!' ||
					w->text.p[s->end] == '?' ||
					w->text.p[s->end] == '"')));
}

static bool
is_marked(const struct item *item, const struct sentence *s)
{
	for (size_t i = 0; i < item->n_marks; i++)
		if (item->marks[i].start <= s->start &&
			item->marks[i].end > s->start)
			return true;
	return false;
}

static bool
is_headline(const struct words *w, size_t i)
{
	const struct sentence *s = &w->sentences[i];

	return s->paragraph && s->n <= SHORT_WORDS && s->titled &&
		!ends_with_stop(w, s) && s->start >= EVENT_LEAD_BYTES &&
		(i + 1 == w->n_sentences || w->sentences[i + 1].paragraph);
}

static void
skip_headlines(struct words *w)
{
	for (size_t i = 0; i < w->n_sentences;) {
		size_t n = 0;

		while (i + n < w->n_sentences && is_headline(w, i + n))
			n++;
		for (size_t k = 0; n >= HEADLINES_MIN && k < n; k++)
			w->sentences[i + k].skipped = true;
		i += n + 1;
	}
}

/* What was skipped so far of a text. */
struct skipping {
	bool paragraph; /* the present one */
	bool heading; /* it is only a heading: the next one too */
	bool list; /* short lines below a heading */
};

static void
skip_paragraph(struct run *run, const struct words *w, const struct sentence *s,
	struct skipping *skip)
{
	struct reading *r = &run->c->reading;
	bool line = !ends_with_stop(w, s) && s->n <= SHORT_WORDS;
	bool below = skip->heading;

	r->s = s;
	scan_sentence(r->e, w, s, &r->matches);
	skip->paragraph = reading_begins_with(r, CUE_BOILERPLATE);
	skip->heading = skip->paragraph && line && s->n <= HEADING_WORDS;
	skip->list = line && (skip->paragraph || skip->list);
	skip->paragraph |= below;
}

/* A paragraph that begins like boilerplate is skipped; after a heading such as
 * "Related stories" or "About Acme", also what is below it. */
static void
skip_boilerplate(struct run *run, struct words *w)
{
	struct skipping skip = {0};

	run->c->reading.w = w;
	for (size_t i = 0; i < w->n_sentences; i++) {
		struct sentence *s = &w->sentences[i];

		if (s->paragraph)
			skip_paragraph(run, w, s, &skip);
		s->skipped |= skip.paragraph || skip.list;
	}
}

static void
skip_parts(struct run *run)
{
	for (size_t i = 0; i < run->text.n_sentences; i++)
		run->text.sentences[i].skipped =
			is_marked(run->item, &run->text.sentences[i]);
	skip_headlines(&run->text);
	skip_boilerplate(run, &run->text);
}

/* -- events ---------------------------------------------------------------- */

static double
field_weight(const struct reading *r)
{
	if (r->field == FIELD_TITLE)
		return WEIGHT_TITLE;
	return r->s->start < EVENT_LEAD_BYTES ? WEIGHT_LEAD : WEIGHT_REST;
}

static bool
is_same(const struct hit_event *a, const struct hit_event *b)
{
	return span_eq(a->type, b->type) && span_eq(a->entity, b->entity);
}

/* A figure of the sentence: what happened is told best with it. */
static bool
has_figure(const struct found *f)
{
	for (size_t i = 0; i < f->w->n_facts; i++) {
		const struct fact *fact = &f->w->facts[i];

		if (fact->start >= f->s->start && fact->end <= f->s->end + 1 &&
			fact->kind != FACT_NUMBER && fact->kind != FACT_DATE)
			return true;
	}
	return false;
}

static bool
is_better(const struct found *f, const struct found *old)
{
	double a = f->event.confidence, b = old->event.confidence;

	if (a < b && a >= b * NEARLY_AS_CERTAIN)
		return has_figure(f) && !has_figure(old);
	if (a > b && b >= a * NEARLY_AS_CERTAIN)
		return has_figure(f) || !has_figure(old);
	return a > b;
}

/* Keeps the more certain of two; of nearly equal ones that with a figure, of
 * equal ones the first. */
static void
keep(struct run *run, const struct found *f)
{
	for (size_t i = 0; i < run->found.n; i++) {
		struct found *old = &run->found.p[i];
		double most = fmax(old->event.confidence, f->event.confidence);

		if (!is_same(&old->event, &f->event))
			continue;
		if (is_better(f, old))
			*old = *f;
		old->event.confidence = most;
		return;
	}
	vec_push(&run->found, *f);
}

static void
add_event(struct run *run, const struct reading *r, const struct trigger *t,
	const struct part *part, struct hit_entity *entity)
{
	enum modality modality = modality_of(r, t, run->year);
	struct found f = {
		.w = r->w,
		.s = r->s,
		.rest = r->field == FIELD_TEXT &&
			r->s->start >= EVENT_LEAD_BYTES,
		.event =
			{
				.type = ev_span(r->e, r->e->types[t->type].id),
				.entity = entity ? entity->name : SPAN_NULL,
				.role = part->role,
				.stage = span_of(stage_names[stage_of(r, t)]),
				.modality = span_of(modality_names[modality]),
				.polarity = t->rule->polarity,
				.confidence = (t->rule->weak ? WEAK : STRONG) *
					field_weight(r) * part->certainty,
				.field = r->field,
				.start = r->s->start,
				.end = r->s->end,
			},
	};

	if (modality == MODALITY_HISTORIC || modality == MODALITY_NEGATED)
		f.event.confidence *= WEIGHT_NO_NEWS;
	f.event.sentence =
		span_make(r->w->text.p + r->s->start, r->s->end - r->s->start);
	keep(run, &f);
}

static void
add_trigger(struct run *run, const struct reading *r, const struct trigger *t,
	const struct sentence *before)
{
	static const struct part nobody = {.certainty = 1};

	if (run->n_entities == 0)
		add_event(run, r, t, &nobody, NULL);
	for (size_t i = 0; i < run->n_entities; i++) {
		struct hit_entity *entity = &run->entities[i];
		struct part part = attach_entity(r, t, entity, before);

		if (part.certainty > 0)
			add_event(run, r, t, &part, entity);
	}
}

static void
read_field(struct run *run, struct words *w, enum hit_field field)
{
	struct reading *r = &run->c->reading;

	r->w = w;
	r->field = field;
	for (size_t i = 0; i < w->n_sentences; i++) {
		const struct sentence *before = NULL;

		if (w->sentences[i].skipped)
			continue;
		if (i > 0 && !w->sentences[i - 1].skipped)
			before = &w->sentences[i - 1];
		reading_make(r, &w->sentences[i]);
		for (size_t k = 0; k < r->n_triggers; k++)
			add_trigger(run, r, &r->triggers[k], before);
	}
}

static unsigned
year_of(struct wall t)
{
	struct date_parts parts;

	if (t.ms == ITEM_UNDATED)
		return 0;
	date_split(t, &parts);
	return parts.year > 0 ? (unsigned)parts.year : 0;
}

/* -- the result ------------------------------------------------------------ */

static void
put_facts(struct run *run, struct found *f)
{
	struct hit_fact *facts =
		arena_array(run->arena, LIMIT_FACTS, sizeof(*facts));
	size_t n = 0;

	for (size_t i = 0; i < f->w->n_facts && n < LIMIT_FACTS; i++) {
		const struct fact *fact = &f->w->facts[i];

		if (fact->kind == FACT_NUMBER || fact->start < f->s->start ||
			fact->end > f->s->end + 1)
			continue;
		facts[n++] = (struct hit_fact){
			.kind = span_of(fact_kind_names[fact->kind]),
			.value = fact->value,
			.currency =
				arena_span(run->arena, span_of(fact->currency)),
			.text = span_make(f->w->text.p + fact->start,
				fact->end - fact->start),
			.start = fact->start,
			.end = fact->end,
		};
	}
	f->event.facts = facts;
	f->event.n_facts = n;
}

static int
compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->event.confidence != y->event.confidence)
		return x->event.confidence > y->event.confidence ? -1 : 1;
	if (x->event.field != y->event.field)
		return x->event.field < y->event.field ? -1 : 1;
	if (x->event.start != y->event.start)
		return x->event.start < y->event.start ? -1 : 1;
	return span_cmp(x->event.type, y->event.type);
}

/* Without an entity, what is told in passing counts less. */
static void
weigh_asides(struct run *run)
{
	bool has_head = false;

	for (size_t i = 0; i < run->found.n; i++)
		has_head |= !run->found.p[i].rest;
	for (size_t i = 0; has_head && i < run->found.n; i++)
		if (run->found.p[i].rest && run->n_entities == 0)
			run->found.p[i].event.confidence *= WEIGHT_ASIDE;
}

static void
set_role(struct run *run, const struct hit_event *e)
{
	for (size_t i = 0; i < run->n_entities; i++)
		if (span_eq(run->entities[i].name, e->entity) &&
			run->entities[i].role.n == 0)
			run->entities[i].role = e->role;
}

static void
put_result(struct run *run, const struct events_options *options,
	struct events_result *out)
{
	weigh_asides(run);
	if (run->found.n)
		qsort(run->found.p, run->found.n, sizeof(*run->found.p),
			compare_found);
	out->events =
		arena_array(run->arena, LIMIT_EVENTS, sizeof(*out->events));
	for (size_t i = 0; i < run->found.n && out->n < LIMIT_EVENTS; i++) {
		struct found *f = &run->found.p[i];

		if (f->event.confidence < EVENT_CONFIDENCE_MIN &&
			!(options && options->all))
			continue;
		put_facts(run, f);
		set_role(run, &f->event);
		out->events[out->n++] = f->event;
	}
}

void
classifier_run(struct classifier *c, const struct item *item,
	struct hit_entity *entities, size_t n_entities,
	const struct events_options *options, struct arena *arena,
	struct events_result *out)
{
	struct run run = {
		.c = c,
		.item = item,
		.entities = entities,
		.n_entities = n_entities,
		.arena = arena,
	};
	struct word_stems *stems = stems_for(c, item->language);

	*out = (struct events_result){0};
	if (stems == NULL)
		return;
	run.year = year_of(item->published);
	words_read(stems, &c->tokens, item->title, arena, &run.title);
	words_read(stems, &c->tokens, item->text, arena, &run.text);
	skip_parts(&run);
	read_field(&run, &run.title, FIELD_TITLE);
	read_field(&run, &run.text, FIELD_TEXT);
	put_result(&run, options, out);
	vec_fini(&run.found);
}
