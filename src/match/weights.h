/*
 * What each feature counts, in logits, for each class of names. The table in
 * weights.c is made by data/train.py from labelled articles; people may read
 * and change it. Pure.
 */
#ifndef NW_MATCH_WEIGHTS_H
#define NW_MATCH_WEIGHTS_H

#include "match/features.h"

extern const float weights_table[FEATURE_N][CLASS_N];

/* Probability, 0..1, of a candidate with these features. */
double weights_apply(const double f[FEATURE_N], enum name_class class);

#endif
