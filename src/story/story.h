/*
 * One open story as the clusterer knows it, and whether an item belongs to it.
 * Pure; one thread at a time.
 */
#ifndef NW_STORY_STORY_H
#define NW_STORY_STORY_H

#include "base/vec.h"
#include "base/wire.h"
#include "model/item.h"
#include "story/vector.h"

#define STORY_SKETCHES_MAX 6 /* of the first item and the latest others */
#define STORY_NUMBERS_MAX 48 /* of its first items */
#define STORY_INDEXED_MAX 48 /* terms under which it is found */
#define STORY_BYTES_MAX 8192 /* encoded */

struct story {
	struct item_key id;
	int64_t first_ms, last_ms; /* the span of its items' times */
	uint64_t serial; /* stories are numbered as they begin */
	uint32_t articles;
	float words; /* mean length of its items */
	struct vector mean;
	VEC(uint32_t) numbers;
	VEC(uint32_t) indexed;
	uint16_t (*sketches)[FEATURES_BINS];
	uint32_t n_sketches;
};

/* Why an item belongs to a story or does not. */
enum story_verdict {
	STORY_UNLIKE, /* below the threshold */
	STORY_LIKE,
	STORY_COPY, /* the words are the same, in part */
	STORY_OTHER_NAMES, /* a veto: it is about others */
	STORY_TEMPLATE, /* a veto: same words, other figures */
	STORY_FRAME /* a veto: the same title of something else */
};

/* What an item is to a story. */
struct story_fit {
	struct likeness like;
	float resemblance; /* shingles in common with its nearest item */
	float score, threshold; /* likeness, and what it must reach */
	enum story_verdict verdict;
	bool numbers; /* they have other figures: the threshold is higher */
	float margin; /* >= 0: it belongs to the story; the higher the surer */
};

struct story *story_new(const struct item_key *id, int64_t when_ms,
	const struct features *f, const struct vector *v);
void story_free(struct story **s);
void story_learn(struct story *s, int64_t when_ms, const struct features *f,
	const struct vector *v);
/* Takes over what `from` knows. */
void story_join(struct story *into, const struct story *from);
size_t story_bytes(const struct story *s);

/* One line for people, appended: "likeness 0.41 of 0.25 needed (...)". */
void story_fit_explain(const struct story_fit *fit, struct strbuf *out);

void story_judge(const struct story *s, int64_t when_ms,
	const struct features *f, const struct vector *v,
	const struct frequency *frequency, struct story_fit *out);
/* Are two stories one? As story_judge. */
float story_judge_join(const struct story *a, const struct story *b,
	const struct frequency *frequency);

void story_format(const struct story *s, struct strbuf *out);
NW_MUST_CHECK int story_parse(
	struct span s, struct story **out, struct err *err);

#endif
