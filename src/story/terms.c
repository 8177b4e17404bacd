#include "story/terms.h"

#include "text/tokens.h"

#define STEM_MIN 3 /* letters that an ending must leave */
#define WORD_BYTES_MAX 64 /* of a folded word; the rest is not looked at */
/* Share of capitalised words above which a text is a title-case headline. */
#define CAPITALS_MOST 0.6

/* Sorted by bytes; folded. What nearly every text has, and what newsrooms put
 * around their headlines. */
static const char *const stop_words[] = {"a", "about", "according", "after",
	"again", "against", "ago", "all", "also", "am", "amid", "among", "an",
	"analysis", "and", "announce", "announced", "announces", "another",
	"any", "are", "around", "as", "at", "back", "be", "because", "been",
	"before", "being", "between", "both", "breaking", "business", "but",
	"by", "can", "com", "could", "d", "day", "days", "did", "do", "does",
	"down", "during", "each", "exclusive", "few", "first", "for", "from",
	"get", "gets", "going", "had", "has", "have", "he", "her", "here",
	"him", "his", "how", "i", "if", "in", "inc", "into", "is", "it", "its",
	"just", "last", "latest", "like", "live", "ll", "ltd", "made", "make",
	"may", "me", "more", "most", "much", "my", "n", "new", "news", "no",
	"not", "now", "of", "off", "on", "one", "only", "opinion", "or",
	"other", "our", "out", "over", "own", "photos", "please", "pm", "re",
	"read", "report", "reported", "reports", "s", "said", "same", "say",
	"saying", "says", "see", "she", "should", "since", "so", "some",
	"still", "such", "t", "take", "than", "that", "the", "their", "them",
	"then", "there", "these", "they", "this", "those", "three", "through",
	"time", "to", "today", "told", "tomorrow", "too", "two", "under",
	"until", "up", "update", "updated", "upon", "us", "ve", "very", "via",
	"video", "was", "watch", "we", "week", "well", "were", "what", "when",
	"where", "which", "while", "who", "why", "will", "with", "within",
	"without", "world", "would", "year", "years", "yesterday", "yet", "you",
	"your"};

static const char *const date_words[] = {"apr", "april", "aug", "august", "dec",
	"december", "feb", "february", "fri", "friday", "jan", "january", "jul",
	"july", "jun", "june", "march", "mon", "monday", "nov", "november",
	"oct", "october", "sat", "saturday", "sept", "september", "sun",
	"sunday", "thu", "thursday", "tue", "tuesday", "wed", "wednesday"};

struct ending {
	struct span ending;
	struct span instead;
};

/* The first that fits is taken off: enough that forms of one word meet. */
static const struct ending endings[] = {
	{SPAN_INIT("ies"), SPAN_INIT("y")},
	{SPAN_INIT("ied"), SPAN_INIT("y")},
	{SPAN_INIT("sses"), SPAN_INIT("ss")},
	{SPAN_INIT("ing"), SPAN_INIT("")},
	{SPAN_INIT("ed"), SPAN_INIT("")},
	{SPAN_INIT("ss"), SPAN_INIT("ss")},
	{SPAN_INIT("us"), SPAN_INIT("us")},
	{SPAN_INIT("is"), SPAN_INIT("is")},
	{SPAN_INIT("es"), SPAN_INIT("")},
	{SPAN_INIT("s"), SPAN_INIT("")},
	{SPAN_INIT("e"), SPAN_INIT("")},
};

static bool
is_listed(struct span word, const char *const *list, size_t n)
{
	size_t lo = 0, hi = n, mid;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = span_cmp(word, span_of(list[mid]));
		if (order == 0)
			return true;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

#define IS_LISTED(word, list) \
	is_listed(word, list, sizeof(list) / sizeof(*(list)))

static bool
is_latin(struct span word)
{
	size_t i;

	for (i = 0; i < word.n; i++)
		if (word.p[i] < 'a' || word.p[i] > 'z')
			return false;
	return true;
}

/* Cuts the ending off b, a folded word. */
static void
stem(struct strbuf *b)
{
	struct span word = strbuf_as_span(b);
	size_t i, keep;

	if (!is_latin(word))
		return;
	for (i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		const struct ending *e = &endings[i];

		if (word.n < e->ending.n + STEM_MIN)
			continue;
		keep = word.n - e->ending.n;
		if (memcmp(word.p + keep, e->ending.p, e->ending.n) != 0)
			continue;
		strbuf_cut(b, keep);
		strbuf_span(b, e->instead);
		break;
	}
	/* planned, plann: plan */
	if (b->n > STEM_MIN && b->p[b->n - 1] == b->p[b->n - 2] &&
		b->n < word.n)
		strbuf_cut(b, b->n - 1);
}

static uint32_t
hash_term(struct span s)
{
	return (uint32_t)(token_hash(s) >> 32);
}

uint32_t
term_pair(uint32_t a, uint32_t b)
{
	return (uint32_t)(token_mix((uint64_t)a << 32 | b, TOKEN_K1) >> 32);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where the number that starts at `at` ends: 1,200.50 is one. */
static size_t
number_end(struct span s, size_t at)
{
	while (at < s.n) {
		bool point = (s.p[at] == '.' || s.p[at] == ',') &&
			at + 1 < s.n && is_digit(s.p[at + 1]);

		if (!is_digit(s.p[at]) && !point)
			break;
		at++;
	}
	return at;
}

/* 25bn, 10k, 3rd: a number with a short unit; 3M and 7nm6 are words. */
static bool
is_number(struct span s, const struct token *t)
{
	size_t end = number_end(s, t->start);

	if (end == t->start)
		return false;
	return end >= t->end || (t->end - end <= 2 && t->shape == SHAPE_LOWER);
}

static bool
is_year(struct span digits)
{
	return digits.n == 4 &&
		(span_starts(digits, "19") || span_starts(digits, "20"));
}

static void
add_number(struct span s, size_t start, size_t end, struct terms *out)
{
	struct strbuf value = STRBUF_INIT(WORD_BYTES_MAX);
	struct term *t = vec_add(out);
	struct span digits;
	bool point = false;

	for (; start < end; start++) {
		if (s.p[start] == ',')
			continue;
		point |= s.p[start] == '.';
		strbuf_char(&value, s.p[start]);
	}
	digits = strbuf_as_span(&value);
	t->hash = hash_term(digits);
	t->kind = is_year(digits) ? TERM_DATE : TERM_NUMBER;
	t->slot = t->kind == TERM_NUMBER;
	t->key = t->kind == TERM_NUMBER && (point || digits.n >= 2);
	strbuf_fini(&value);
}

static void
add_word(struct span s, const struct token *tok, struct terms *out)
{
	struct strbuf word = STRBUF_INIT(WORD_BYTES_MAX);
	struct term *t = vec_add(out);

	token_fold(s, tok, &word);
	t->first = tok->gap >= GAP_SENTENCE || tok->gap == GAP_DOT_SPACE;
	t->name = tok->shape == SHAPE_TITLE || tok->shape == SHAPE_UPPER ||
		tok->shape == SHAPE_MIXED;
	t->slot = tok->shape == SHAPE_UPPER;
	if (IS_LISTED(strbuf_as_span(&word), date_words))
		t->kind = TERM_DATE;
	else if (word.n < 2 || IS_LISTED(strbuf_as_span(&word), stop_words))
		t->kind = TERM_STOP;
	if (t->kind != TERM_WORD)
		t->name = false;
	stem(&word);
	t->hash = hash_term(strbuf_as_span(&word));
	strbuf_fini(&word);
}

/* A character of Han and its like: with the one before it a term. */
static void
add_char(const struct token *tok, const struct token *before, struct terms *out)
{
	struct term *t;

	if (!before || before->kind != TOKEN_CHAR || tok->gap != GAP_NONE)
		return;
	t = vec_add(out);
	t->hash = term_pair(
		(uint32_t)(before->hash >> 32), (uint32_t)(tok->hash >> 32));
}

/* The numbers beside a month are days. */
static void
find_days(struct terms *t, size_t start)
{
	size_t i;

	for (i = start; i + 1 < t->n; i++) {
		struct term *a = &t->p[i], *b = &t->p[i + 1];

		if (a->kind == TERM_DATE && b->kind == TERM_NUMBER)
			*b = (struct term){.hash = b->hash, .kind = TERM_DATE};
		else if (b->kind == TERM_DATE && a->kind == TERM_NUMBER)
			*a = (struct term){.hash = a->hash, .kind = TERM_DATE};
	}
}

#define SMALL_LEAST 2 /* words in small letters: the others are names */

/* The first word, words in capitals among others, and names. */
static void
judge_slots(struct terms *t, size_t start, size_t words, size_t small)
{
	size_t i, uppers = 0;

	for (i = start; i < t->n; i++)
		uppers += t->p[i].name && t->p[i].slot;
	for (i = start; i < t->n; i++)
		if (t->p[i].kind == TERM_WORD)
			t->p[i].slot = t->p[i].name &&
				(t->p[i].first || small >= SMALL_LEAST ||
					(t->p[i].slot && 2 * uppers <= words));
}

/* Capitals of a headline in title case, and of a sentence's first word, say
 * nothing. */
static void
judge_capitals(struct terms *t, size_t start)
{
	size_t i, words = 0, capitals = 0;

	for (i = start; i < t->n; i++) {
		words += t->p[i].kind == TERM_WORD;
		capitals += t->p[i].name;
	}
	judge_slots(t, start, words, words - capitals);
	if ((double)capitals > CAPITALS_MOST * (double)words)
		words = 0;
	for (i = start; i < t->n; i++)
		t->p[i].name = t->p[i].name && words > 0 && !t->p[i].first;
}

void
terms_scan(struct span s, struct terms *out)
{
	struct tokens tokens = {0};
	size_t start = out->n, i, end;

	tokens_scan(s, &tokens);
	for (i = 0; i < tokens.n; i++) {
		const struct token *t = &tokens.p[i];

		if (t->kind == TOKEN_CHAR) {
			add_char(t, i ? t - 1 : NULL, out);
		} else if (t->kind == TOKEN_WORD && is_number(s, t)) {
			end = number_end(s, t->start);
			add_number(s, t->start, end, out);
			while (i + 1 < tokens.n && tokens.p[i + 1].start < end)
				i++;
		} else if (t->kind == TOKEN_WORD) {
			add_word(s, t, out);
		}
	}
	tokens_fini(&tokens);
	find_days(out, start);
	judge_capitals(out, start);
}

void
terms_fini(struct terms *t)
{
	vec_fini(t);
}
