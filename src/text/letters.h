/*
 * Words of ASCII and of letters whose folding is short and the same whatever
 * stands beside them: nearly all of Latin, Greek and Cyrillic. They are read in
 * one go and folded on the stack, with and without accents, without Unicode's
 * tables. Any other word goes through text/fold.h, and both agree
 * (tests/text/letters_test.c). Pure; any thread.
 */
#ifndef NW_TEXT_LETTERS_H
#define NW_TEXT_LETTERS_H

#include "base/span.h"

#define LETTERS_FIRST 0x80U
#define LETTERS_LAST 0x52fU
#define LETTERS_BYTES_MAX 256 /* of a word that is read here */

struct letters {
	size_t end; /* just after the word */
	unsigned n_folded, n_plain; /* bytes */
	unsigned upper, lower; /* letters with a case */
	bool upper_first; /* of those with a case */
	bool accents; /* folded and plain differ */
	bool digits;
	char folded[LETTERS_BYTES_MAX], plain[LETTERS_BYTES_MAX];
};

/*
 * Reads the word that begins at s.p[at], a letter or a digit. False if it is
 * not one for this table, or if what stands behind it might belong to it: a
 * mark, a letter of another kind, a character to be ignored. *out is then
 * undefined.
 */
bool letters_read(struct span s, size_t at, struct letters *out);

#endif
