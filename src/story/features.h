/*
 * What a story is judged by of one item: its terms of title and text with
 * their counts, the numbers that tell two happenings apart, a sketch of its
 * shingles, its length. Made where the item is parsed (an analyser), a few
 * hundred bytes to a few KiB, sent to where stories are kept.
 *
 * Shingles are runs of three words; their sketch is a minhash with one
 * permutation (Li, Owen, Zhang 2012): each bin holds the least hash that fell
 * into it. The share of equal bins estimates the shingles in common.
 *
 * Pure; any thread.
 */
#ifndef NW_STORY_FEATURES_H
#define NW_STORY_FEATURES_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/wire.h"
#include "model/item.h"

#define FEATURES_TITLE_MAX 64 /* terms; later ones are dropped */
#define FEATURES_BODY_MAX 224 /* the most frequent and earliest are kept */
#define FEATURES_NUMBERS_MAX 24 /* the first */
#define FEATURES_BINS 64
#define FEATURES_BIN_EMPTY UINT16_MAX
#define FEATURES_TEXT_BYTES (32U << 10) /* of a text; the rest is not read */
#define FEATURES_BYTES_MAX 4096 /* encoded */

enum feature_flag {
	FEATURE_NAME = 1, /* written as a name where that shows */
	FEATURE_DATE = 2,
	FEATURE_PAIR = 4, /* two neighbouring words */
	FEATURE_WATCHED = 8, /* in the name of somebody who is watched */
	FEATURE_SLOT = 16, /* what a title's template leaves open */
	FEATURE_NUMBER = 32
};

struct feature_term {
	uint32_t hash;
	uint8_t count; /* 1..255 */
	uint8_t flags; /* enum feature_flag */
};

struct features {
	uint32_t words; /* of title and text, everyday words too */
	uint16_t n_title, n_body, n_numbers;
	struct feature_term title[FEATURES_TITLE_MAX]; /* sorted by hash */
	struct feature_term body[FEATURES_BODY_MAX]; /* sorted by hash */
	uint32_t numbers[FEATURES_NUMBERS_MAX]; /* sorted */
	uint16_t sketch[FEATURES_BINS];
};

/* Of an item's title and text; parts that are no reporting (item->marks) are
 * left out. */
void features_make(const struct item *item, struct features *out);

/* Marks the terms of a watched name, as it stands in the item: all items that
 * are compared have such names, so that they say little. */
void features_watch(struct features *f, struct span name);

/* Shingles that two sketches have in common, of all: 0..1. */
double features_resemblance(
	const uint16_t a[FEATURES_BINS], const uint16_t b[FEATURES_BINS]);

/* A sketch as it stands in every format that has one. */
void features_put_sketch(
	struct strbuf *out, const uint16_t sketch[FEATURES_BINS]);
void features_get_sketch(struct wire *w, uint16_t sketch[FEATURES_BINS]);

/* Appends at most FEATURES_BYTES_MAX bytes: the same on every machine. */
void features_format(const struct features *f, struct strbuf *out);
/* ERR_INPUT: not what features_format wrote. */
NW_MUST_CHECK int features_parse(
	struct span s, struct features *out, struct err *err);

#endif
