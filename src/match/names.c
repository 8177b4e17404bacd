/*
 * Tokens of names, and their base form, without "The" and legal forms. What
 * comes of that is in name_changes.c.
 */
#include "match/names.h"

#include <assert.h>

#include "match/name_changes.h"
#include "match/words.h"

static const char *const legal_forms[] = {"ab", "ag", "asa", "berhad", "bhd",
	"bv", "co", "company", "corp", "corporation", "cos", "gmbh", "inc",
	"incorporated", "kg", "kgaa", "kk", "limited", "llc", "llp", "lp",
	"ltd", "ltda", "nv", "oyj", "plc", "pte", "pty", "pvt", "sa", "sab",
	"sarl", "sas", "se", "spa", "srl", "tbk", NULL};

/* Written with dots they are single letters: S.A., N.V., S.p.A., A/S. */
static const char *const spelled_forms[] = {
	"sa", "nv", "spa", "as", "sab", "bv", "plc", NULL};

static bool
is_one_of(struct span s, const char *const *list)
{
	for (; *list; list++)
		if (span_eq_str(s, *list))
			return true;
	return false;
}

bool
name_is_legal_form(struct span folded)
{
	return is_one_of(folded, legal_forms);
}

bool
name_read(struct name_maker *m, struct span text)
{
	struct name_form *f = &m->given;
	struct strbuf *b = &m->folded;
	size_t i, from[NAME_TOKENS_MAX + 1];

	tokens_scan(text, &m->tokens);
	f->variant = VARIANT_EXACT;
	f->had_suffix = false;
	f->n = (unsigned)m->tokens.n;
	if (f->n == 0 || f->n > NAME_TOKENS_MAX)
		return false;
	b->max = NAME_FOLDED_MAX;
	strbuf_clear(b);
	for (i = 0; i < f->n; i++) {
		from[i] = b->n;
		token_fold(text, &m->tokens.p[i], b);
	}
	from[i] = b->n;
	for (i = 0; i < f->n; i++) {
		const struct token *t = &m->tokens.p[i];

		f->token[i] = (struct name_token){
			.hash = t->hash,
			.gap = i ? t->gap : GAP_NONE,
			.shape = t->shape,
			.accents = t->accents,
			.folded = span_make(
				b->p + from[i], from[i + 1] - from[i]),
			.raw = span_make(text.p + t->start, t->end - t->start),
		};
	}
	return true;
}

void
name_maker_fini(struct name_maker *m)
{
	tokens_fini(&m->tokens);
	strbuf_fini(&m->folded);
	mem_free(&m->known);
}

#define KNOWN_WORDS 16384

struct name_known_word {
	uint64_t hash;
	struct word word;
};

struct word
name_word(struct name_maker *m, const struct name_token *t)
{
	struct name_known_word *k;

	if (!m->known)
		m->known = mem_calloc(KNOWN_WORDS, sizeof(*m->known));
	k = &m->known[t->hash % KNOWN_WORDS];
	if (k->hash != t->hash) {
		k->hash = t->hash;
		k->word = words_get(t->folded);
	}
	return k->word;
}

/* -- the base form --------------------------------------------------------- */

/* How many tokens of a legal form end f? 0: none. */
static unsigned
legal_tail(const struct name_form *f)
{
	char letters[8];
	unsigned k, n = 0;

	if (f->n > 1 && is_one_of(f->token[f->n - 1].folded, legal_forms))
		return 1;
	for (k = 1; k <= 4 && k < f->n; k++)
		if (f->token[f->n - k].folded.n != 1)
			break;
	for (k--; k >= 2; k--) {
		for (n = 0; n < k; n++)
			letters[n] = f->token[f->n - k + n].folded.p[0];
		if (f->token[f->n - 1].gap != GAP_SPACE &&
			is_one_of(span_make(letters, k), spelled_forms))
			return k;
	}
	return 0;
}

/* "& Co", "de C.V.": what is left dangling before a legal form. */
static bool
is_dangling(const struct name_form *f)
{
	struct span last = f->token[f->n - 1].folded;

	return f->n > 1 &&
		(span_eq_str(last, "&") || span_eq_str(last, "and") ||
			span_eq_str(last, "de"));
}

static void
strip_front(struct name_form *f)
{
	if (f->n < 2 || !span_eq_str(f->token[0].folded, "the"))
		return;
	memmove(&f->token[0], &f->token[1], (f->n - 1) * sizeof(f->token[0]));
	f->token[0].gap = GAP_NONE;
	f->n--;
	f->variant = VARIANT_STRIPPED;
}

static void
strip_legal_forms(struct name_form *f)
{
	unsigned k;

	while ((k = legal_tail(f)) > 0) {
		f->n -= k;
		f->had_suffix = true;
		f->variant = VARIANT_STRIPPED;
		while (is_dangling(f))
			f->n--;
	}
	/* Opto Circuits (I) */
	if (f->had_suffix && f->n > 2 && f->token[f->n - 1].folded.n == 1 &&
		f->token[f->n - 1].gap == GAP_PUNCT)
		f->n--;
}

void
name_forms(struct name_maker *m, bool is_company, name_form_cb cb, void *arg)
{
	struct name_form base;

	assert(m->given.n > 0);
	base.n = m->given.n;
	base.variant = m->given.variant;
	base.had_suffix = m->given.had_suffix;
	memcpy(base.token, m->given.token, base.n * sizeof(base.token[0]));
	if (is_company) {
		strip_front(&base);
		strip_legal_forms(&base);
	}
	cb(&base, arg);
	name_changes(m, &base, cb, arg);
}
