/* Texts and names for bench/match_bench. See match_corpus.h. */
#include "match_corpus.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "model/limits.h"

/* -- text ------------------------------------------------------------------ */

void
corpus_words(struct names *words)
{
	struct strbuf table = STRBUF_INIT(MIB(8));
	struct span rest, line, word;
	struct err err;

	if (file_read(NW_SRCDIR "/src/match/data/words.txt", &table, &err) !=
		0) {
		fprintf(stderr, "match_bench: %s\n", err.msg);
		exit(1);
	}
	for (unsigned grade = 0; grade < WORD_GRADES; grade++) {
		size_t before = words->v.n;

		rest = strbuf_as_span(&table);
		while (span_next(&rest, '\n', &line))
			if (span_next(&line, '\t', &word) && line.n &&
				line.p[0] == (char)('1' + grade))
				vec_push(&words->v,
					arena_span(words->arena, word));
		words->n_graded[grade] = words->v.n - before;
	}
	strbuf_fini(&table);
}

/* Rank by 1 / (rank + 3), by inverting its integral. */
static size_t
zipf(struct rng *rng, size_t n)
{
	double top = __builtin_log((double)n + 3) - __builtin_log(3);
	double r = 3 * (__builtin_exp(rng_unit(rng) * top) - 1);
	size_t i = (size_t)r;

	return i < n ? i : n - 1;
}

/* Words that make a third of all English text, commonest first. */
static const char *const common[] = {"the", "of", "to", "and", "a", "in",
	"that", "is", "for", "on", "it", "with", "as", "was", "said", "at",
	"by", "its", "from", "be", "has", "an", "are", "have", "will", "he",
	"which", "or", "this", "but", "not", "were", "more", "company", "year",
	"they", "new", "their", "had", "been"};

#define N_COMMON (sizeof(common) / sizeof(*common))

/* What stands between two words of a sentence, and after its last. Typographic
 * signs as desks write them. */
static const char *const joints[] = {", ", ", ", ", ", " \u2013 ", "\u2019s ",
	"\u2019s ", "-", " \u201c", ",\u201d ", " $3.2 ", " 2026 "};
static const char *const ends[] = {". ", ". ", ". ", "? ", ".\u201d ", ".\n"};

#define PICK(rng, a) ((a)[rng_below(rng, sizeof(a) / sizeof(*(a)))])

/* Every word that many is capitalised, or ends a sentence. */
#define CAPITAL_EVERY 9
#define SENTENCE_WORDS 19
#define JOINT_EVERY 6 /* words; the others have a space between */

static struct span
common_word(struct rng *rng, const struct names *words)
{
	size_t i = zipf(rng, words->v.n + N_COMMON);

	return i < N_COMMON ? span_of(common[i]) : words->v.p[i - N_COMMON];
}

void
corpus_text(struct rng *rng, const struct names *words, size_t bytes,
	struct strbuf *out)
{
	bool start = true;
	size_t at;

	while (out->n < bytes) {
		at = out->n;
		strbuf_span(out, common_word(rng, words));
		if (start || rng_below(rng, CAPITAL_EVERY) == 0)
			out->p[at] = (char)(out->p[at] & ~0x20);
		start = rng_below(rng, SENTENCE_WORDS) == 0;
		if (start)
			strbuf_str(out, PICK(rng, ends));
		else if (rng_below(rng, JOINT_EVERY) == 0)
			strbuf_str(out, PICK(rng, joints));
		else
			strbuf_char(out, ' ');
	}
}

/* The commonest words first: by grade, in a grade by chance. */
void
corpus_shuffle(struct rng *rng, struct names *words)
{
	size_t i, k, first = 0;
	struct span t;

	for (unsigned grade = 0; grade < WORD_GRADES; grade++) {
		for (i = words->n_graded[grade]; i > 1; i--) {
			k = rng_below(rng, (uint32_t)i);
			t = words->v.p[first + i - 1];
			words->v.p[first + i - 1] = words->v.p[first + k];
			words->v.p[first + k] = t;
		}
		first += words->n_graded[grade];
	}
}

void
corpus_mentions(struct rng *rng, const struct names *names, struct span text,
	struct strbuf *out)
{
	size_t next = 0, i;

	for (i = 0; i < text.n; i++) {
		strbuf_char(out, text.p[i]);
		if (i < next || text.p[i] != ' ')
			continue;
		strbuf_span(
			out, names->v.p[rng_below(rng, (uint32_t)names->v.n)]);
		strbuf_char(out, ' ');
		next = i + rng_below(rng, 2 * MENTION_EVERY);
	}
}

/* -- names ----------------------------------------------------------------- */

#define BIGRAM_WORD_MIN 3 /* letters of each word */

/* Two words of letters, and one space between them. */
static bool
is_bigram(struct span s)
{
	size_t space = span_find(s, ' '), i;

	for (i = 0; i < s.n; i++)
		if (i != space && (unsigned char)((s.p[i] | 0x20) - 'a') >= 26)
			return false;
	return space != SIZE_MAX && space >= BIGRAM_WORD_MIN &&
		s.n - space > BIGRAM_WORD_MIN;
}

static struct span
bigram_of_text(struct rng *rng, struct span text)
{
	size_t at, end;
	unsigned words;
	struct span s;

	do {
		at = ((size_t)rng_next(rng) >> 1) % (text.n - 200);
		while (text.p[at] != ' ')
			at++;
		at++;
		for (end = at, words = 0; words < 2 && end + 1 < text.n; end++)
			words += text.p[end] == ' ';
		s = span_make(text.p + at, end - 1 - at);
	} while (!is_bigram(s));
	return s;
}

static struct span
made_up(struct rng *rng, struct names *names, const struct names *words)
{
	static const char *const syllables[] = {"ka", "lor", "ven", "tis", "mo",
		"zu", "bra", "nex", "qui", "dor", "pha", "syn"};
	char text[256];
	unsigned n = rng_below(rng, 4) + 1, odd = rng_below(rng, n), i, k;
	size_t len = 0;

	for (i = 0; i < n; i++) {
		size_t at = len;

		if (i)
			text[len++] = ' ', at++;
		if (i == odd)
			for (k = rng_below(rng, 3) + 2; k > 0; k--)
				len += (size_t)snprintf(text + len,
					sizeof(text) - len, "%s",
					syllables[rng_below(rng, 12)]);
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len,
				"%.*s",
				SPAN_ARG(words->v.p[zipf(rng, words->v.n)]));
		text[at] = (char)(text[at] & ~0x20);
	}
	return arena_span(names->arena, span_make(text, len));
}

void
corpus_names(struct rng *rng, const struct names *words, struct span text,
	size_t n, struct names *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		vec_push(&out->v,
			i % 5 ? made_up(rng, out, words)
			      : bigram_of_text(rng, text));
}
