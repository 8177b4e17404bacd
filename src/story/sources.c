/*
 * Sentence by sentence: the cue words and names in it are marked (cues.h), and
 * rules over neighbouring marks say who is named as a source, and how. Then
 * what stands beside the text: the feed's <source>, authors, links.
 */
#include "story/sources.h"

#include <stdlib.h>

#include "story/features.h"
#include "story/sources_private.h"
#include "text/domain.h"
#include "text/url.h"

#define AUTHORS_MAX 4

/* -- fields ---------------------------------------------------------------- */

static void
find_at(struct finder *f, size_t i)
{
	switch (f->marks.p[i].mark) {
	case MARK_SAY:
	case MARK_CONFIRM:
	case MARK_DENY:
	case MARK_DECLINE:
		source_find_speaker(f, i);
		break;
	case MARK_TOLD:
		source_find_speaker(f, i);
		break;
	case MARK_ACCORDING:
		source_find_according(f, i);
		break;
	case MARK_UNNAMED:
	case MARK_SOURCES:
		source_find_unnamed(f, i);
		break;
	case MARK_FILING:
		source_find_filing(f, i);
		break;
	case MARK_STATEMENT:
		source_find_statement(f, i);
		break;
	case MARK_CORRECTED:
	case MARK_RETRACTED:
		source_find_notice(f, i);
		break;
	case MARK_REPORT:
		source_find_inverted(f, i);
		break;
	case MARK_NAME:
		if (source_is_kind(f, &f->marks.p[i], ENTITY_COMPANY))
			f->last_company = f->marks.p[i].entity;
		break;
	case MARK_FIRST:
	case MARK_BROKE:
	case MARK_AFTER:
	case MARK_PAPER:
	case MARK_STORY:
	case MARK_SPOKES:
	case MARK_COMPANY:
	case MARK_OFFICER:
	case MARK_RESULTS:
	case MARK_SHOW:
	case MARK_DATA:
		break;
	}
	source_find_outlets(f, i);
	source_find_edges(f, i);
}

static bool
is_marked(const struct finder *f)
{
	const struct item *it = f->item;

	for (size_t i = 0; f->field == FIELD_TEXT && i < it->n_marks; i++)
		if (it->marks[i].start <= f->s->start &&
			it->marks[i].end > f->s->start)
			return true;
	return false;
}

/* Which entity each name of the sentence is. */
static void
find_entities(struct finder *f)
{
	for (size_t i = 0; i < f->marks.n; i++) {
		struct cue_span *m = &f->marks.p[i];
		uint32_t start = f->text.tokens.p[m->first].start;
		uint32_t end = f->text.tokens.p[m->end - 1].end;

		if (m->mark != MARK_NAME)
			continue;
		for (size_t e = 0; e < f->n_entities; e++)
			for (size_t k = 0; k < f->entities[e].n_mentions; k++) {
				const struct mention *t =
					&f->entities[e].mentions[k];

				if (t->field == f->field && t->start < end &&
					t->end > start)
					m->entity = e;
			}
	}
}

static void
find_in(struct finder *f, enum hit_field field, struct span text)
{
	f->field = field;
	f->last_company = NO_ENTITY;
	for (size_t e = 0; e < f->n_entities; e++)
		if (f->last_company == NO_ENTITY &&
			f->entities[e].kind == ENTITY_COMPANY)
			f->last_company = e;
	cue_text_read(span_utf8_head(text, FEATURES_TEXT_BYTES), &f->text);
	vec_each (const struct cue_sentence *, s, &f->text.sentences) {
		f->s = s;
		if (is_marked(f))
			continue;
		cue_sentence_mark(&f->text, s, &f->marks);
		find_entities(f);
		for (size_t i = 0; i < f->marks.n; i++)
			find_at(f, i);
		if (field == FIELD_TITLE && s->last)
			source_find_title_end(f);
	}
}

/* -- what stands beside the text ------------------------------------------- */

static void
add_bare(struct finder *f, enum source_cue cue, struct span name,
	struct span url, struct span quote)
{
	struct item_source s = {
		.cue = cue,
		.what = SOURCE_OUTLET,
		.name = span_trim(name),
		.url = url,
		.quote = span_utf8_head(quote, SOURCES_QUOTE_BYTES),
	};

	if (s.name.n)
		source_add(f, &s);
}

static void
find_feed_source(struct finder *f)
{
	const struct item *it = f->item;

	if (it->source_title.n)
		add_bare(f, BY_RSS, it->source_title, it->source_url,
			it->source_title);
	else if (it->source_url.n)
		add_bare(f, BY_RSS, url_host(it->source_url), it->source_url,
			it->source_url);
}

/* "Jane Doe, Reuters", "By The Associated Press" */
static void
find_authors(struct finder *f)
{
	const struct item_spans *authors = &f->item->authors;

	for (size_t i = 0; i < authors->n && i < AUTHORS_MAX; i++) {
		struct span rest = authors->p[i], part;

		while (span_next(&rest, ',', &part)) {
			part = span_trim(part);
			if (part.n > 3 &&
				span_caseeq_str(span_sub(part, 0, 3), "by "))
				part = span_trim(span_sub(part, 3, SIZE_MAX));
			add_bare(f, BY_WIRE, part, SPAN_NULL, authors->p[i]);
		}
	}
}

#define MARKS_LINKED \
	(MARK_REPORT | MARK_TOLD | MARK_ACCORDING | MARK_PAPER | MARK_STORY | \
		MARK_SAY | MARK_FIRST | MARK_BROKE | MARK_NAME)
#define LINK_WORDS_MAX 12

/* Does the text of a link say that something comes from there? */
static bool
is_citing_link(struct finder *f, struct span words)
{
	bool citing = false;

	cue_text_read(words, &f->text);
	if (f->text.tokens.n > LINK_WORDS_MAX)
		return false;
	vec_each (const struct cue_sentence *, s, &f->text.sentences) {
		cue_sentence_mark(&f->text, s, &f->marks);
		f->s = s;
		citing |= source_sentence_has(f, MARKS_LINKED);
	}
	return citing;
}

static void
find_links(struct finder *f)
{
	f->field = FIELD_TEXT;
	for (size_t i = 0; i < f->item->n_links; i++) {
		const struct item_link *l = &f->item->links[i];

		if (url_is_http(l->url) && is_citing_link(f, l->text))
			add_bare(f, BY_LINK,
				domain_registrable(url_host(l->url)), l->url,
				l->text);
	}
}

static struct item_spans
linked_domains(struct finder *f)
{
	struct span *p = arena_array(f->arena, SOURCES_DOMAINS_MAX, sizeof(*p));
	size_t n = 0, k;

	for (size_t i = 0; i < f->item->n_links && n < SOURCES_DOMAINS_MAX;
		i++) {
		struct span domain =
			domain_registrable(url_host(f->item->links[i].url));

		for (k = 0; k < n && !span_caseeq(p[k], domain); k++)
			;
		if (k == n && domain.n)
			p[n++] = domain;
	}
	return (struct item_spans){p, n};
}

/* -- the whole ------------------------------------------------------------- */

static int
by_strength(const void *pa, const void *pb)
{
	const struct item_source *a = pa, *b = pb;

	if (a->act != b->act && (a->act >= ACT_DENIES || b->act >= ACT_DENIES))
		return a->act == ACT_DECLINES || b->act == ACT_DECLINES
			? (a->act == ACT_DECLINES) - (b->act == ACT_DECLINES)
			: (int)b->act - (int)a->act;
	if (a->cue != b->cue)
		return a->cue < b->cue ? -1 : 1;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	return a->start < b->start ? -1 : a->start > b->start;
}

void
item_sources_find(const struct item *item, const struct hit_entity *entities,
	size_t n_entities, struct arena *arena, struct item_sources *out)
{
	struct finder f = {
		.item = item,
		.entities = entities,
		.n_entities = n_entities,
		.arena = arena,
	};
	struct item_source *kept;

	find_in(&f, FIELD_TITLE, item->title);
	find_in(&f, FIELD_TEXT, item->text);
	find_feed_source(&f);
	find_authors(&f);
	find_links(&f);
	if (f.found.n)
		qsort(f.found.p, f.found.n, sizeof(*f.found.p), by_strength);
	out->n = f.found.n < SOURCES_MAX ? f.found.n : SOURCES_MAX;
	kept = arena_array(arena, out->n + 1, sizeof(*kept));
	if (out->n)
		memcpy(kept, f.found.p, out->n * sizeof(*kept));
	out->p = kept;
	out->domains = linked_domains(&f);
	cue_text_fini(&f.text);
	mem_free(&f.marks.p);
	vec_fini(&f.found);
}
