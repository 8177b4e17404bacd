/*
 * What the files of item_sources_find share: sources_marks.c (what is found,
 * neighbours), sources_outlets.c (whom a text cites), sources_people.c (who
 * says it), sources.c (the parts of an item).
 */
#ifndef NW_STORY_SOURCES_PRIVATE_H
#define NW_STORY_SOURCES_PRIVATE_H

#include "story/cues.h"
#include "story/sources.h"

#define NO_ENTITY SIZE_MAX
#define FOUND_MAX 256 /* of which the best SOURCES_MAX are kept */

struct finder {
	const struct item *item;
	const struct hit_entity *entities;
	size_t n_entities;
	struct arena *arena;
	enum hit_field field;
	struct cue_text text; /* of the field */
	const struct cue_sentence *s;
	struct cue_spans marks;
	size_t last_company; /* entity named last, for "the company" */
	VEC(struct item_source) found;
};

/* Takes a copy; the same twice is once. */
void source_add(struct finder *f, const struct item_source *s);
/* A source that stands at tokens [first, end). */
void source_add_words(struct finder *f, enum source_cue cue,
	enum source_what what, enum source_act act, uint32_t first,
	uint32_t end);
/* A name taken for an outlet, with an article in front: some are only told
 * from ordinary words by it. */
void source_add_outlet(struct finder *f, enum source_cue cue,
	enum source_act act, const struct cue_span *name);
void source_add_company(struct finder *f, enum source_cue cue,
	enum source_act act, const struct cue_span *name, size_t entity);
void source_add_person(struct finder *f, enum source_cue cue,
	enum source_act act, const struct cue_span *name,
	const struct cue_span *company);
bool source_is_kind(const struct finder *f, const struct cue_span *m,
	enum entity_kind kind);
struct span source_token(const struct finder *f, uint32_t i);

/* NULL beyond the last. */
const struct cue_span *source_mark_at(const struct finder *f, size_t i);
/* The next mark of a kind, at most gap words behind (before) mark i. */
const struct cue_span *source_mark_after(
	const struct finder *f, size_t i, unsigned kinds, uint32_t gap);
const struct cue_span *source_mark_before(
	const struct finder *f, size_t i, unsigned kinds, uint32_t gap);
bool source_sentence_has(const struct finder *f, unsigned kinds);
/* Does a quotation end between a and b? */
bool source_is_quoted(const struct finder *f, const struct cue_span *a,
	const struct cue_span *b);
/* Is token i of the sentence this word? */
bool source_is_word(const struct finder *f, uint32_t i, const char *word);

/* What mark i of the sentence shows. */
void source_find_outlets(struct finder *f, size_t i);
void source_find_inverted(struct finder *f, size_t i);
void source_find_edges(struct finder *f, size_t i);
void source_find_notice(struct finder *f, size_t i);
void source_find_speaker(struct finder *f, size_t i);
void source_find_according(struct finder *f, size_t i);
void source_find_unnamed(struct finder *f, size_t i);
void source_find_filing(struct finder *f, size_t i);
void source_find_statement(struct finder *f, size_t i);
/* "... | The Verge" at the end of the title. */
void source_find_title_end(struct finder *f);

#endif
