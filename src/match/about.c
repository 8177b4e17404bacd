/* Fields are short and few queries get here, so that words are compared one
 * by one. See about.h. */
#include "match/about.h"

#include "text/tokens.h"

#define WORD_BYTES_MAX 256

struct words {
	struct span text;
	struct tokens tokens;
};

static bool
begins_with(const struct words *w, size_t i, struct span beginning)
{
	struct strbuf folded = STRBUF_INIT(WORD_BYTES_MAX);
	bool yes;

	token_fold(w->text, &w->tokens.p[i], &folded);
	yes = span_eq(
		span_sub(strbuf_as_span(&folded), 0, beginning.n), beginning);
	strbuf_fini(&folded);
	return yes;
}

static bool
same_word(const struct words *w, size_t i, uint64_t hash)
{
	const struct token *t = &w->tokens.p[i];

	return t->hash == hash || token_plain_hash(w->text, t) == hash;
}

/* The term's words at the field's word `at`? */
static bool
stands_at(const struct words *field, size_t at, const struct words *term,
	struct span beginning)
{
	size_t i, n = term->tokens.n;

	if (at + n > field->tokens.n)
		return false;
	for (i = 0; i < n; i++) {
		if (i + 1 == n && beginning.n > 0)
			return begins_with(field, at + i, beginning);
		if (!same_word(field, at + i, term->tokens.p[i].hash))
			return false;
	}
	return true;
}

static bool
has_words(struct span text, struct span term, bool is_prefix)
{
	struct words field = {.text = text}, wanted = {.text = term};
	struct strbuf beginning = STRBUF_INIT(WORD_BYTES_MAX);
	bool found = false;

	if (text.n == 0)
		return false;
	tokens_scan(text, &field.tokens);
	tokens_scan(term, &wanted.tokens);
	if (is_prefix && wanted.tokens.n > 0)
		token_fold(term, &wanted.tokens.p[wanted.tokens.n - 1],
			&beginning);
	for (size_t i = 0; !found && i < field.tokens.n; i++)
		found = wanted.tokens.n > 0 &&
			stands_at(
				&field, i, &wanted, strbuf_as_span(&beginning));
	tokens_fini(&field.tokens);
	tokens_fini(&wanted.tokens);
	strbuf_fini(&beginning);
	return found;
}

static bool
any_has_words(struct item_spans texts, struct span term, bool is_prefix)
{
	for (size_t i = 0; i < texts.n; i++)
		if (has_words(texts.p[i], term, is_prefix))
			return true;
	return false;
}

/* Who had it first, and whose feed it is in. */
static bool
is_source(const struct about *a, struct span term, bool is_prefix)
{
	const struct hit_feed *f = a->feed;
	struct span all[] = {a->item->source_title, a->item->source_url,
		f ? f->publisher : SPAN_NULL, f ? f->title : SPAN_NULL,
		f ? f->url : SPAN_NULL, f ? f->domain : SPAN_NULL};
	struct item_spans texts = {all, sizeof(all) / sizeof(*all)};

	return any_has_words(texts, term, is_prefix);
}

/* en is en, en-GB and EN_us, not eng. */
static bool
is_language(struct span language, struct span term)
{
	struct span head = span_sub(language, 0, term.n);
	char after = language.n > term.n ? language.p[term.n] : '-';

	return language.n >= term.n && span_caseeq(head, term) &&
		(after == '-' || after == '_');
}

bool
about_has(const struct about *a, enum query_field field, struct span term,
	bool is_prefix)
{
	switch (field) {
	case QUERY_AUTHOR:
		return any_has_words(a->item->authors, term, is_prefix);
	case QUERY_CATEGORY:
		return any_has_words(a->item->categories, term, is_prefix);
	case QUERY_SOURCE:
		return is_source(a, term, is_prefix);
	case QUERY_URL:
		return has_words(a->item->url, term, is_prefix);
	case QUERY_LANGUAGE:
		return is_language(a->item->language, term);
	case QUERY_ANYWHERE:
	case QUERY_TITLE:
	case QUERY_TEXT:
	case QUERY_FIELD_N:
		break;
	}
	return false;
}
