/*
 * Stems of words by Snowball: "acquires", "acquired" and "acquiring" have one;
 * irregular English verbs have that of their infinitive ("sold", "took").
 * stem.c is the door to libstemmer. No state but the stemmer's own: one thread
 * at a time.
 */
#ifndef NW_TEXT_STEM_H
#define NW_TEXT_STEM_H

#include "base/span.h"

struct stemmer;

/*
 * language: a BCP 47 tag, of which the primary part counts ("en", "de-AT").
 * NULL if Snowball has no stemmer for it. Allocates; call it before a sandbox
 * or not, it opens no file.
 */
struct stemmer *stemmer_new(struct span language);
void stemmer_free(struct stemmer **s);

/* The stem of a folded word (text/fold.h), until the next call. */
struct span stemmer_stem(struct stemmer *s, struct span folded);

/* The primary part of a tag, in lower case; empty if the tag is longer than a
 * language's code can be. out: 4 bytes. */
struct span stem_language(struct span tag, char out[4]);

#endif
