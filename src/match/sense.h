/*
 * What else could the words of a candidate mean? Signs of another sense that
 * neither a single neighbour nor the shape of the letters gives away: orange
 * juice, to block a bill, Tesla the band, the Dow among indexes, a sentence
 * about football. Features only, nothing is weighed here. Pure.
 */
#ifndef NW_MATCH_SENSE_H
#define NW_MATCH_SENSE_H

#include "match/features.h"

/* Fills the features under "another sense"; those of the neighbours must
 * be there already. f: FEATURE_N values. */
void sense_features(const struct feature_input *in, double *f);

/* What the sentence around [start, end) is about: see around.h. */
struct around_fields sense_fields(
	struct known_words *k, struct span text, size_t start, size_t end);

#endif
