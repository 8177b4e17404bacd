/*
 * The table is looked through by the first two letters of each word; the
 * longest row that stands there is taken. Words as tokens see them: hyphens and
 * apostrophes are gaps.
 */
#include "story/cues_private.h"

#define NAME_TOKENS_MAX 8 /* longer runs of capitals are cut */
#define NO_ENTITY SIZE_MAX

/* -- sentences ------------------------------------------------------------- */

static const char *const abbreviations[] = {"inc", "corp", "co", "ltd", "mr",
	"mrs", "ms", "dr", "st", "jr", "sr", "vs", "no", "llc", "plc", "jan",
	"feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
	"dec", "gen", "sen", "rep", "prof", "cos", "bros"};

static struct span
token_text(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];

	return span_make(t->text.p + k->start, k->end - k->start);
}

static bool
is_abbreviation(struct span w)
{
	if (w.n == 1)
		return true;
	for (size_t i = 0; i < sizeof(abbreviations) / sizeof(*abbreviations);
		i++)
		if (span_caseeq_str(w, abbreviations[i]))
			return true;
	return false;
}

static struct span
gap_before(const struct cue_text *t, uint32_t i)
{
	uint32_t from = i ? t->tokens.p[i - 1].end : 0;

	return span_make(t->text.p + from, t->tokens.p[i].start - from);
}

static bool
has(struct span s, const char *what)
{
	return span_find_str(s, what) != SIZE_MAX;
}

static bool
begins_sentence(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];
	struct span gap = gap_before(t, i);

	switch ((enum token_gap)k->gap) {
	case GAP_BREAK:
		return true;
	case GAP_SENTENCE:
		return has(gap, "!") || has(gap, "?") || has(gap, ";");
	case GAP_DOT_SPACE:
	case GAP_PUNCT:
		return i > 0 && gap.n > 0 && gap.p[0] == '.' &&
			k->shape != SHAPE_LOWER &&
			!is_abbreviation(token_text(t, i - 1));
	case GAP_NONE:
	case GAP_HYPHEN:
	case GAP_APOS:
	case GAP_DOT:
	case GAP_JOIN:
	case GAP_SPACE:
		return false;
	}
	return false;
}

static bool
is_capital(const struct token *k)
{
	return k->shape == SHAPE_TITLE || k->shape == SHAPE_UPPER ||
		k->shape == SHAPE_MIXED;
}

static bool
is_titled(const struct cue_text *t, const struct cue_sentence *s)
{
	unsigned capitals = 0, words = 0;

	for (uint32_t i = s->first; i < s->end; i++) {
		const struct token *k = &t->tokens.p[i];

		if (k->end - k->start < 4 || k->shape == SHAPE_NONE)
			continue;
		words++;
		capitals += is_capital(k);
	}
	return words > 2 && capitals * 10 >= words * 7;
}

static void
end_sentence(struct cue_text *t, struct cue_sentence *s, uint32_t end)
{
	s->end = end;
	s->start = t->tokens.p[s->first].start;
	s->stop = t->tokens.p[end - 1].end;
	s->last = end == t->tokens.n || t->tokens.p[end].gap == GAP_BREAK;
	s->titled = is_titled(t, s);
}

static size_t
bucket_of(const char *word, size_t n)
{
	unsigned a = (unsigned char)word[0];
	unsigned b = n > 1 ? (unsigned char)word[1] : ' ';

	a |= a >= 'A' && a <= 'Z' ? 0x20U : 0;
	b |= b >= 'A' && b <= 'Z' ? 0x20U : 0;
	return (a * 31 + b) % CUE_BUCKETS;
}

/* Chains of the rows by their first two bytes. */
static void
index_rows(struct cue_text *t)
{
	memset(t->head, 0, sizeof(t->head));
	vec_clear(&t->next);
	for (size_t i = 0; cue_rows[i].words; i++) {
		size_t k =
			bucket_of(cue_rows[i].words, strlen(cue_rows[i].words));

		vec_push(&t->next, t->head[k]);
		t->head[k] = (uint16_t)(i + 1);
	}
}

void
cue_text_read(struct span text, struct cue_text *out)
{
	struct cue_sentence *now = NULL;

	if (out->next.n == 0)
		index_rows(out);
	out->text = text;
	vec_clear(&out->sentences);
	tokens_scan(text, &out->tokens);
	for (uint32_t i = 0; i < out->tokens.n; i++) {
		if (now && !begins_sentence(out, i))
			continue;
		if (now)
			end_sentence(out, now, i);
		now = vec_add(&out->sentences);
		now->first = i;
		now->paragraph = out->tokens.p[i].gap == GAP_BREAK;
	}
	if (now)
		end_sentence(out, now, (uint32_t)out->tokens.n);
}

void
cue_text_fini(struct cue_text *t)
{
	tokens_fini(&t->tokens);
	vec_fini(&t->sentences);
	vec_fini(&t->next);
}

struct span
cue_words(const struct cue_text *t, uint32_t first, uint32_t end)
{
	uint32_t start = t->tokens.p[first].start;

	return span_make(t->text.p + start, t->tokens.p[end - 1].end - start);
}

/* -- marks ----------------------------------------------------------------- */

static bool
is_tight(const struct token *k)
{
	return k->gap == GAP_SPACE || k->gap == GAP_HYPHEN ||
		k->gap == GAP_APOS || k->gap == GAP_NONE || k->gap == GAP_DOT;
}

/* Tokens that a row's words take from i on; 0 if they do not stand there. */
static uint32_t
row_length(const struct cue_text *t, const struct cue_row *row, uint32_t i,
	uint32_t end)
{
	struct span rest = span_of(row->words), word;
	uint32_t at = i;

	while (span_next(&rest, ' ', &word)) {
		if (at == end || (at > i && !is_tight(&t->tokens.p[at])) ||
			!span_caseeq(token_text(t, at), word))
			return 0;
		at++;
	}
	return at - i;
}

static bool
find_row(const struct cue_text *t, uint32_t i, uint32_t end,
	struct cue_span *out)
{
	struct span first = token_text(t, i);
	uint32_t longest = 0;

	for (uint16_t k = t->head[bucket_of(first.p, first.n)]; k;
		k = t->next.p[k - 1]) {
		uint32_t n = row_length(t, &cue_rows[k - 1], i, end);

		if (n < longest || n == 0)
			continue;
		longest = n;
		out->mark = cue_rows[k - 1].mark;
	}
	out->first = i;
	out->end = i + longest;
	out->entity = NO_ENTITY;
	return longest > 0;
}

static const char *const weekdays[] = {"monday", "tuesday", "wednesday",
	"thursday", "friday", "saturday", "sunday", "january", "february",
	"march", "april", "june", "july", "august", "september", "october",
	"november", "december", "jan", "feb", "nov", "dec"};
/* Open a sentence and are no part of a name. The article "the" is. */
static const char *const openers[] = {"while", "but", "and", "as", "in", "when",
	"after", "on", "yet", "however", "meanwhile", "separately", "earlier",
	"also", "last", "this", "that", "why", "how", "if", "for", "exclusive",
	"breaking", "update", "a", "an", "we", "i", "it", "he", "she", "they",
	"you", "there", "our", "no", "yes", "her", "his", "their", "its", "my",
	"wie", "comme", "como"};
static const char *const joiners[] = {
	"of", "de", "di", "der", "du", "della", "do"};

#define IS_ONE_OF(w, list) \
	span_is_word_of(w, list, sizeof(list) / sizeof(*(list)))

static bool
is_name_word(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];

	return (is_capital(k) || k->digits || k->kind == TOKEN_SIGN) &&
		!IS_ONE_OF(token_text(t, i), weekdays);
}

static bool
goes_on(const struct cue_text *t, uint32_t i)
{
	const struct token *k = &t->tokens.p[i];

	return is_tight(k) ||
		(k->gap == GAP_DOT_SPACE &&
			is_abbreviation(token_text(t, i - 1)));
}

static bool
is_possessive(const struct cue_text *t, uint32_t i)
{
	return t->tokens.p[i].gap == GAP_APOS &&
		span_eq_str(token_text(t, i), "s");
}

/* The end of the run of name words that begins at i. */
static uint32_t
name_end(const struct cue_text *t, uint32_t i, uint32_t end)
{
	uint32_t at = i + 1;
	struct cue_span row;

	while (at < end && at - i < NAME_TOKENS_MAX && goes_on(t, at)) {
		if (is_name_word(t, at) &&
			(!find_row(t, at, end, &row) ||
				row.mark == MARK_SOURCES))
			at++;
		else if (at + 1 < end &&
			IS_ONE_OF(token_text(t, at), joiners) &&
			t->tokens.p[at + 1].gap == GAP_SPACE &&
			is_name_word(t, at + 1) &&
			!find_row(t, at + 1, end, &row))
			at += 2;
		else
			break;
	}
	return at;
}

static bool
find_name(const struct cue_text *t, const struct cue_sentence *s, uint32_t i,
	struct cue_span *out)
{
	const struct token *k = &t->tokens.p[i];
	bool first = i == s->first;

	if (!is_capital(k) && !(k->digits && k->shape != SHAPE_NONE))
		return false;
	if (!is_name_word(t, i) ||
		(first && IS_ONE_OF(token_text(t, i), openers)))
		return false;
	*out = (struct cue_span){.mark = MARK_NAME,
		.first = i,
		.end = name_end(t, i, s->end),
		.entity = NO_ENTITY};
	/* An article alone. */
	return out->end - i > 1 || !span_caseeq_str(token_text(t, i), "the");
}

void
cue_sentence_mark(const struct cue_text *t, const struct cue_sentence *s,
	struct cue_spans *out)
{
	vec_clear(out);
	for (uint32_t i = s->first; i < s->end;) {
		struct cue_span span;

		if (!is_possessive(t, i) &&
			(find_row(t, i, s->end, &span) ||
				find_name(t, s, i, &span))) {
			vec_push(out, span);
			i = span.end;
		} else {
			i++;
		}
	}
}
