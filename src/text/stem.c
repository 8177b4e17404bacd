#include "text/stem.h"

#include <libstemmer.h>

#include "base/mem.h"

/* Longer runs are no words; they are their own stem. */
#define WORD_BYTES_MAX 64

struct stemmer {
	struct sb_stemmer *sb;
};

struct span
stem_language(struct span tag, char out[4])
{
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_') {
		if (n == 3)
			return SPAN_NULL;
		out[n] = (char)(tag.p[n] | 0x20);
		n++;
	}
	out[n] = '\0';
	return span_make(out, n);
}

struct stemmer *
stemmer_new(struct span language)
{
	char code[4];
	struct sb_stemmer *sb;
	struct stemmer *s;

	if (stem_language(language, code).n == 0)
		return NULL;
	sb = sb_stemmer_new(code, "UTF_8");
	if (sb == NULL)
		return NULL;
	s = mem_new(s);
	s->sb = sb;
	return s;
}

void
stemmer_free(struct stemmer **s)
{
	if (*s)
		sb_stemmer_delete((*s)->sb);
	mem_free(s);
}

struct span
stemmer_stem(struct stemmer *s, struct span folded)
{
	const sb_symbol *out;

	if (folded.n > WORD_BYTES_MAX)
		return folded;
	out = sb_stemmer_stem(
		s->sb, (const sb_symbol *)folded.p, (int)folded.n);
	if (out == NULL)
		return folded;
	return span_make((const char *)out, (size_t)sb_stemmer_length(s->sb));
}
