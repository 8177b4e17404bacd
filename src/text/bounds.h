/*
 * May a name begin or end here? In scripts without spaces, or with particles
 * and clitics written onto a name, an edge of a token is not yet an edge of a
 * word. Pure; input valid UTF-8.
 */
#ifndef NW_TEXT_BOUNDS_H
#define NW_TEXT_BOUNDS_H

#include "base/span.h"

/*
 * start, end: edges of tokens in s (text/tokens.h). False inside a word of the
 * same script: Katakana letters that go on, a Thai vowel that belongs to the
 * consonant beside it, a Hangul word that goes on with other than a particle,
 * an Arabic or Hebrew word that began with other than a clitic. Han and spaced
 * scripts: always true. Source: Unicode UAX 29 leaves these to dictionaries;
 * the particles and clitics are closed classes of their grammars.
 */
bool bounds_left_ok(struct span s, size_t start);
bool bounds_right_ok(struct span s, size_t end);

#endif
