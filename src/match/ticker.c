/* Dresses of tickers. See ticker.h. */
#include "match/ticker.h"

#include "match/cues.h"
#include "text/tokens.h"

#define SYMBOL_MAX 6
#define EXCHANGE_MAX 16

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_word_byte(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z') ||
		(c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static char
byte_at(struct span s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* "NYSE:", "(NASDAQ: " before start? */
static bool
exchange_before(struct span s, size_t start)
{
	struct token t;
	struct strbuf folded = STRBUF_INIT(EXCHANGE_MAX);
	enum token_gap gap;
	bool yes = false;
	size_t colon = start;

	while (colon > 0 && s.p[colon - 1] == ' ')
		colon--;
	if (colon == 0 || s.p[colon - 1] != ':' || start - colon > 2)
		return false;
	if (token_prev(s, colon - 1, &t, &gap) && t.end == colon - 1) {
		token_fold(s, &t, &folded);
		yes = !folded.full &&
			cues_get(strbuf_as_span(&folded)) & CUE_EXCHANGE;
	}
	strbuf_fini(&folded);
	return yes;
}

/* The letters before the bracket spell it out: "artificial intelligence (AI)".
 */
static bool
is_initials(struct span s, size_t start, size_t end)
{
	struct token t;
	enum token_gap gap;
	size_t at = start, i;

	for (i = end; i > start; i--) {
		if (!token_prev(s, at, &t, &gap) || gap > GAP_PUNCT)
			return false;
		if ((s.p[t.start] | 0x20) != (s.p[i - 1] | 0x20))
			return false;
		at = t.start;
	}
	return true;
}

/* A RIC's exchange or a class: up to three letters after a dot. */
static size_t
skip_class(struct span s, size_t end)
{
	size_t i = end + 1;

	if (byte_at(s, end) != '.')
		return end;
	while (i < s.n && i < end + 4 && is_word_byte(s.p[i]))
		i++;
	return i > end + 1 && !is_word_byte(byte_at(s, i)) ? i : end;
}

enum ticker_dress
ticker_dress(struct span s, size_t start, size_t end)
{
	char before = start ? s.p[start - 1] : '\0', after = byte_at(s, end);
	char closing = byte_at(s, skip_class(s, end));

	if (is_word_byte(after))
		return DRESS_NONE;
	if (before == '$')
		return after == '-' && is_upper(byte_at(s, end + 1))
			? DRESS_NONE
			: DRESS_SURE;
	if (before == '<' && closing == '>')
		return DRESS_SURE;
	if (exchange_before(s, start))
		return DRESS_SURE;
	if ((before == '(' && (closing == ')' || closing == ',')) ||
		(before == '[' && closing == ']'))
		return is_initials(s, start, end) ? DRESS_NONE : DRESS_PAREN;
	return DRESS_NONE;
}

bool
ticker_next(struct span s, size_t at, size_t upto, size_t *start, size_t *end,
	enum ticker_dress *dress)
{
	size_t i, k;

	for (i = at; i < upto && i < s.n; i = k) {
		k = i + 1;
		if (!is_upper(s.p[i]) || (i && is_word_byte(s.p[i - 1])))
			continue;
		while (k < s.n && is_upper(s.p[k]))
			k++;
		if (k - i > SYMBOL_MAX)
			continue;
		*dress = ticker_dress(s, i, k);
		if (*dress == DRESS_NONE)
			continue;
		*start = i;
		*end = k;
		return true;
	}
	return false;
}
