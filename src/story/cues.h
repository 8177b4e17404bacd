/*
 * The words by which a text says where it has something from, as a table; and
 * a text cut into sentences with these words marked. Inside story only. Pure.
 */
#ifndef NW_STORY_CUES_H
#define NW_STORY_CUES_H

#include "base/vec.h"
#include "text/tokens.h"

/* What a marked span of words is. Bits, so that rules can ask for several. */
enum cue_mark {
	MARK_FIRST = 1 << 0, /* "first reported by" */
	MARK_BROKE = 1 << 1, /* "was first to report", after a name */
	MARK_REPORT = 1 << 2, /* "reported", "reports that" */
	MARK_TOLD = 1 << 3, /* "told", "in an interview with" */
	MARK_ACCORDING = 1 << 4, /* "according to", "citing" */
	MARK_AFTER = 1 << 5, /* "zufolge": the name stands before */
	MARK_PAPER = 1 << 6, /* "a report by", "an article in", "seen by" */
	MARK_STORY = 1 << 7, /* "report", "article": after a name */
	MARK_SAY = 1 << 8,
	MARK_CONFIRM = 1 << 9,
	MARK_DENY = 1 << 10,
	MARK_DECLINE = 1 << 11,
	MARK_UNNAMED = 1 << 12, /* "people familiar with the matter" */
	MARK_SOURCES = 1 << 13, /* "sources": beside a verb only */
	MARK_SPOKES = 1 << 14, /* "spokesperson" */
	MARK_COMPANY = 1 << 15, /* "the company" */
	MARK_STATEMENT = 1 << 16, /* "in a statement" */
	MARK_FILING = 1 << 17,
	MARK_OFFICER = 1 << 18,
	MARK_RESULTS = 1 << 19, /* "earnings": "reported" is no citing then */
	MARK_SHOW = 1 << 20, /* "showed", "disclosed": of filings */
	MARK_CORRECTED = 1 << 21,
	MARK_RETRACTED = 1 << 22,
	MARK_DATA = 1 << 23, /* "data compiled by", "polled by": no citing */
	MARK_NAME = 1 << 24 /* a run of words written as a name */
};

struct cue_span {
	enum cue_mark mark;
	uint32_t first, end; /* tokens, end exclusive */
	size_t entity; /* of a name: index of the entity; SIZE_MAX: none */
};

struct cue_sentence {
	uint32_t first, end; /* tokens */
	uint32_t start, stop; /* bytes */
	bool paragraph; /* first of its paragraph */
	bool last; /* last of its paragraph */
	bool titled; /* most words begin with a capital */
};

struct cue_spans {
	struct cue_span *p;
	size_t n;
	size_t cap;
};

#define CUE_BUCKETS 1024

struct cue_text {
	struct span text;
	struct tokens tokens;
	VEC(struct cue_sentence) sentences;
	/* Rows of the table by their first bytes, + 1; 0: none. */
	uint16_t head[CUE_BUCKETS];
	VEC(uint16_t) next;
};

/* Cuts a text into tokens and sentences. Start with {0}, may be used again;
 * fini frees. */
void cue_text_read(struct span text, struct cue_text *out);
void cue_text_fini(struct cue_text *t);
/* The cue words and names of a sentence, in order, none overlapping; replaces
 * what out held. */
void cue_sentence_mark(const struct cue_text *t, const struct cue_sentence *s,
	struct cue_spans *out);
/* Bytes of tokens first..end-1. */
struct span cue_words(const struct cue_text *t, uint32_t first, uint32_t end);

#endif
