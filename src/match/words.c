/*
 * The table is held as its text, sorted by bytes: a search halves the text and
 * steps back to the start of a line. It is read for names when they are
 * compiled and for the neighbours of candidates, so that a few hundred
 * nanoseconds are nothing.
 */
#include "match/words.h"

__asm__(".section .rodata\n"
	".balign 8\n"
	"nw_words_start:\n"
	".incbin \"" NW_SRCDIR "/src/match/data/words.txt\"\n"
	"nw_words_end:\n"
	".byte 0\n"
	".previous\n");

extern const char nw_words_start[] __attribute__((visibility("hidden")));
extern const char nw_words_end[] __attribute__((visibility("hidden")));

static struct word
word_of_marks(struct span marks)
{
	struct word w = {0};
	size_t i;

	for (i = 0; i < marks.n; i++) {
		w.noun |= marks.p[i] == 'n';
		w.verb |= marks.p[i] == 'v';
		w.adjective |= marks.p[i] == 'a';
		w.given |= marks.p[i] == 'g';
		w.proper |= marks.p[i] == 'p';
		if (marks.p[i] >= '1' && marks.p[i] <= '7')
			w.grade = (unsigned)(marks.p[i] - '0');
	}
	return w;
}

/* The line around p in [start, end), split at its tab; returns its start. */
static const char *
line_at(const char *start, const char *end, const char *p, struct span *word,
	struct span *marks)
{
	const char *tab, *stop;

	while (p > start && p[-1] != '\n')
		p--;
	tab = memchr(p, '\t', (size_t)(end - p));
	stop = memchr(p, '\n', (size_t)(end - p));
	*word = span_make(p, (size_t)(tab - p));
	*marks = span_make(tab + 1, (size_t)(stop - tab - 1));
	return p;
}

struct word
words_get(struct span folded)
{
	const char *lo = nw_words_start, *hi = nw_words_end, *line;
	struct span word, marks;
	int order;

	while (lo < hi) {
		line = line_at(nw_words_start, nw_words_end, lo + (hi - lo) / 2,
			&word, &marks);
		order = span_cmp(folded, word);
		if (order == 0)
			return word_of_marks(marks);
		if (order < 0)
			hi = line;
		else
			lo = marks.p + marks.n + 1;
	}
	return (struct word){0};
}
