/*
 * What a topic's query may ask of an item besides its title and text: who wrote
 * it, where it stands, of what sort it is. Inside match only. Pure.
 */
#ifndef NW_MATCH_ABOUT_H
#define NW_MATCH_ABOUT_H

#include "match/query.h"
#include "model/hit.h"
#include "model/item.h"

struct about {
	const struct item *item;
	const struct hit_feed *feed; /* NULL: not known */
};

/*
 * Do the words of the term stand side by side in the field, whatever their
 * letter case, accents only in the field ignored? is_prefix: the last of them
 * only begins one. QUERY_LANGUAGE: the term is the language or its beginning
 * ("en" is "en-GB"). field: one that query_is_about tells of.
 */
bool about_has(const struct about *a, enum query_field field, struct span term,
	bool is_prefix);

#endif
