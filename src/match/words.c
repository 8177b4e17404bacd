/*
 * Each table is held as its text, sorted by bytes: a search halves the text and
 * steps back to the start of a line. They are read for names when they are
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
	"nw_pairs_start:\n"
	".incbin \"" NW_SRCDIR "/src/match/data/pairs.txt\"\n"
	"nw_pairs_end:\n"
	".byte 0\n"
	".previous\n");

extern const char nw_words_start[] __attribute__((visibility("hidden")));
extern const char nw_words_end[] __attribute__((visibility("hidden")));
extern const char nw_pairs_start[] __attribute__((visibility("hidden")));
extern const char nw_pairs_end[] __attribute__((visibility("hidden")));

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
		w.place |= marks.p[i] == 'l';
		w.living |= marks.p[i] == 'b';
		w.human |= marks.p[i] == 'h';
		if (marks.p[i] >= '1' && marks.p[i] <= '7')
			w.grade = (unsigned)(marks.p[i] - '0');
	}
	return w;
}

struct table {
	const char *start, *end;
};

/* The line around p, without its end; the next one begins behind it. */
static struct span
line_at(const struct table *t, const char *p)
{
	const char *stop = memchr(p, '\n', (size_t)(t->end - p));

	while (p > t->start && p[-1] != '\n')
		p--;
	return span_make(p, (size_t)(stop - p));
}

/* What stands behind the tab of the line that begins with key. */
static bool
table_find(const struct table *t, struct span key, struct span *rest)
{
	const char *lo = t->start, *hi = t->end;

	while (lo < hi) {
		struct span line = line_at(t, lo + (hi - lo) / 2);
		size_t tab = span_find(line, '\t');
		size_t n = tab == SIZE_MAX ? line.n : tab;
		int order = span_cmp(key, span_make(line.p, n));

		*rest = span_make(line.p + n, line.n - n);
		if (order == 0)
			return true;
		if (order < 0)
			hi = line.p;
		else
			lo = line.p + line.n + 1;
	}
	return false;
}

struct word
words_get(struct span folded)
{
	static const struct table words = {nw_words_start, nw_words_end};
	struct span marks;

	return table_find(&words, folded, &marks) ? word_of_marks(marks)
						  : (struct word){0};
}

#define PAIR_MAX 64 /* bytes; none in the table is longer */

bool
words_are_pair(struct span first, struct span second)
{
	static const struct table pairs = {nw_pairs_start, nw_pairs_end};
	char both[PAIR_MAX];
	struct span none;

	if (first.n + second.n + 1 > sizeof(both))
		return false;
	memcpy(both, first.p, first.n);
	both[first.n] = ' ';
	memcpy(both + first.n + 1, second.p, second.n);
	return table_find(
		&pairs, span_make(both, first.n + second.n + 1), &none);
}
