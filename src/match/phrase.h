/*
 * The phrase that a candidate stands in: is it the head of a noun phrase ("an
 * easy target"), possessed, counted, a verb, the apposition of a plumber, in a
 * line without capitals, in another language than English? Features only,
 * nothing is weighed here. Pure.
 */
#ifndef NW_MATCH_PHRASE_H
#define NW_MATCH_PHRASE_H

#include "match/features.h"

/* Fills the features under "the phrase" and "other languages"; all others must
 * be there already. f: FEATURE_N values. */
void phrase_features(const struct feature_input *in, double *f);

/* "the Bengals' Chase", "Delphi's Oracle": it belongs to the one before. */
bool phrase_is_possessed(const struct feature_input *in);
/* "d'Orange", "l'Orange": what stands before it is a small word. */
bool phrase_is_elided(const struct feature_input *in);

#endif
