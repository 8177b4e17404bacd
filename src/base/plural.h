/* Counts in texts for people: "1 feed", "0 feeds", "2 feeds". */
#ifndef NW_BASE_PLURAL_H
#define NW_BASE_PLURAL_H

/*
 * The word that stands behind a count: `one` for 1, else `many`. n is an
 * integer of any type; it is evaluated once.
 *
 *	printf("%zu %s", n, PLURAL(n, "entity", "entities"));
 */
#define PLURAL(n, one, many) ((n) == 1 ? (one) : (many))

#endif
