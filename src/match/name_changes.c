#include "match/name_changes.h"

#include "match/words.h"

/* -- making forms ---------------------------------------------------------- */

struct making {
	struct name_maker *maker;
	const struct name_form *base;
	struct name_form form; /* the one being made */
	char text[1024]; /* of words that are put together anew */
	size_t n_text;
	name_form_cb cb;
	void *arg;
};

static void
start_form(struct making *mk, enum block_variant variant)
{
	mk->form.n = 0;
	mk->form.variant = variant;
	mk->form.had_suffix = mk->base->had_suffix;
	mk->n_text = 0;
}

static void
put_token(struct making *mk, const struct name_token *t)
{
	if (mk->form.n == NAME_TOKENS_MAX)
		return;
	mk->form.token[mk->form.n] = *t;
	if (mk->form.n == 0)
		mk->form.token[0].gap = GAP_NONE;
	mk->form.n++;
}

static void
put_tokens(struct making *mk, const struct name_token *t, unsigned n)
{
	while (n--)
		put_token(mk, t++);
}

/* A word made of a and b, which may be empty. */
static void
put_word(struct making *mk, struct span a, struct span b, enum token_gap gap,
	enum token_shape shape)
{
	struct name_token t = {.gap = (uint8_t)gap, .shape = (uint8_t)shape};
	char *p = mk->text + mk->n_text;

	if (a.n + b.n == 0 || a.n + b.n > sizeof(mk->text) - mk->n_text)
		return;
	memcpy(p, a.p, a.n);
	if (b.n)
		memcpy(p + a.n, b.p, b.n);
	mk->n_text += a.n + b.n;
	t.folded = t.raw = span_make(p, a.n + b.n);
	t.hash = token_hash(t.folded);
	put_token(mk, &t);
}

static void
end_form(struct making *mk)
{
	if (mk->form.n)
		mk->cb(&mk->form, mk->arg);
}

/* -- one change at a time -------------------------------------------------- */

static void
change_and(struct making *mk)
{
	const struct name_form *f = mk->base;
	bool changed = false;
	unsigned i;

	start_form(mk, VARIANT_AND);
	for (i = 0; i < f->n; i++) {
		struct span w = f->token[i].folded;

		if (i > 0 && i + 1 < f->n && span_eq_str(w, "&") &&
			f->token[i].gap == GAP_SPACE) {
			put_word(mk, SPAN_LIT("and"), SPAN_NULL, GAP_SPACE,
				SHAPE_LOWER);
			changed = true;
		} else if (i > 0 && i + 1 < f->n && span_eq_str(w, "and")) {
			put_word(mk, SPAN_LIT("&"), SPAN_NULL, GAP_SPACE,
				SHAPE_NONE);
			changed = true;
		} else {
			put_token(mk, &f->token[i]);
		}
	}
	if (changed)
		end_form(mk);
}

/* McDonald's -> McDonalds. */
static void
change_apostrophe(struct making *mk)
{
	const struct name_form *f = mk->base;
	bool changed = false;
	unsigned i;

	start_form(mk, VARIANT_JOINED);
	for (i = 0; i < f->n; i++) {
		if (i + 1 < f->n && f->token[i + 1].gap == GAP_APOS &&
			span_eq_str(f->token[i + 1].folded, "s")) {
			put_word(mk, f->token[i].folded, SPAN_LIT("s"),
				(enum token_gap)f->token[i].gap,
				(enum token_shape)f->token[i].shape);
			changed = true;
			i++;
			continue;
		}
		put_token(mk, &f->token[i]);
	}
	if (changed)
		end_form(mk);
}

/* L'Oréal -> Loreal: the apostrophe and the accents lost together. */
static void
change_elision(struct making *mk)
{
	const struct name_form *f = mk->base;
	struct strbuf plain = STRBUF_INIT(NAME_FOLDED_MAX);

	if (f->n < 2 || f->token[1].gap != GAP_APOS ||
		f->token[0].folded.n > 2 || f->token[1].folded.n < 3)
		return;
	start_form(mk, VARIANT_JOINED);
	fold_accents(f->token[1].folded, &plain);
	put_word(mk, f->token[0].folded, strbuf_as_span(&plain), GAP_NONE,
		SHAPE_TITLE);
	put_tokens(mk, &f->token[2], f->n - 2);
	end_form(mk);
	strbuf_fini(&plain);
}

/* Cyrillic letters of two bytes only. */
static bool
is_cyrillic(struct span s)
{
	for (size_t i = 0; i + 1 < s.n; i += 2)
		if ((unsigned char)s.p[i] != 0xd0 &&
			(unsigned char)s.p[i] != 0xd1)
			return false;
	return s.n >= 8 && s.n % 2 == 0;
}

/* Газпром -> Газпрома, Газпрому, Газпромом, Газпроме; Роснефть -> Роснефти. */
static void
change_cyrillic(struct making *mk)
{
	static const char *const hard[] = {"а", "у", "ом", "е", NULL};
	static const char *const soft[] = {"и", "ью", NULL};
	static const char *const open[] = {"ы", "е", "у", "ой", "и", NULL};
	const struct name_token *t = &mk->base->token[mk->base->n - 1];
	struct span stem = span_sub(t->folded, 0, t->folded.n - 2);
	const char *const *endings = open;

	if (!is_cyrillic(t->folded) || mk->base->n > 2)
		return;
	if (span_ends(t->folded, "ь")) {
		endings = soft;
	} else if (!span_ends(t->folded, "а")) {
		static const char *const vowels[] = {
			"о", "е", "и", "у", "ы", "э", "ю", "я", "й", NULL};

		for (size_t i = 0; vowels[i]; i++)
			if (span_ends(t->folded, vowels[i]))
				return; /* not declined, or otherwise */
		endings = hard;
		stem = t->folded;
	}
	for (size_t i = 0; endings[i]; i++) {
		start_form(mk, VARIANT_GENITIVE);
		put_tokens(mk, mk->base->token, mk->base->n - 1);
		put_word(mk, stem, span_of(endings[i]), (enum token_gap)t->gap,
			(enum token_shape)t->shape);
		end_form(mk);
	}
}

static bool
is_letters(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)((s.p[i] | 0x20) - 'a') >= 26)
			return false;
	return s.n > 0;
}

#define JOINED_MIN 6 /* letters of a joined name, so that it is no word */

/* Coca-Cola, Coca Cola -> CocaCola, as in hashtags. */
static void
change_join(struct making *mk)
{
	const struct name_form *f = mk->base;
	struct span a, b;

	if (f->n != 2)
		return;
	a = f->token[0].folded;
	b = f->token[1].folded;
	if (f->token[1].gap != GAP_HYPHEN && f->token[1].gap != GAP_SPACE)
		return;
	if (!is_letters(a) || !is_letters(b) || a.n < 2 || b.n < 2 ||
		a.n + b.n < JOINED_MIN)
		return;
	start_form(mk, VARIANT_JOINED);
	put_word(mk, a, b, GAP_NONE, SHAPE_MIXED);
	if (words_get(mk->form.token[0].folded).grade == 0)
		end_form(mk);
}

/* Where the second word of SpiceJet begins; 0 if it is none such. */
static size_t
camel_hump(struct span raw)
{
	size_t i;

	if (!is_letters(raw) || span_starts(raw, "Mc"))
		return 0;
	for (i = 2; i + 2 <= raw.n; i++)
		if (!(raw.p[i] & 0x20) && (raw.p[i - 1] & 0x20))
			return i;
	return 0;
}

static void
change_split(struct making *mk)
{
	const struct name_token *t = &mk->base->token[0];
	size_t hump;

	if (mk->base->n != 1 || t->shape != SHAPE_MIXED)
		return;
	hump = camel_hump(t->raw);
	if (hump == 0)
		return;
	start_form(mk, VARIANT_SPLIT);
	put_word(mk, span_sub(t->folded, 0, hump), SPAN_NULL, GAP_NONE,
		SHAPE_TITLE);
	put_word(mk, span_sub(t->folded, hump, SIZE_MAX), SPAN_NULL, GAP_SPACE,
		SHAPE_TITLE);
	end_form(mk);
}

/* How many single letters joined by dots, or capitals in a row, lead t? */
static unsigned
spelled_letters(const struct name_form *f)
{
	unsigned n = 0;

	while (n < f->n && f->token[n].folded.n == 1 &&
		f->token[n].shape == SHAPE_TITLE &&
		(n == 0 || f->token[n].gap == GAP_DOT ||
			f->token[n].gap == GAP_DOT_SPACE))
		n++;
	return n;
}

/* J.P. Morgan -> JP Morgan, U.S. crude -> US crude. */
static void
change_initials(struct making *mk)
{
	const struct name_form *f = mk->base;
	unsigned n = spelled_letters(f), i;
	char letters[NAME_TOKENS_MAX];

	if (n < 2 || n > 5)
		return;
	for (i = 0; i < n; i++)
		letters[i] = f->token[i].folded.p[0];
	start_form(mk, VARIANT_INITIALS);
	put_word(mk, span_make(letters, n), SPAN_NULL, GAP_NONE, SHAPE_UPPER);
	put_tokens(mk, &f->token[n], f->n - n);
	end_form(mk);
}

/* JP Morgan -> J.P. Morgan; JPMorgan -> both. */
static void
change_spell(struct making *mk)
{
	const struct name_form *f = mk->base;
	struct span w = f->token[0].folded, raw = f->token[0].raw;
	size_t n = 0, i;

	while (n < raw.n && raw.p[n] >= 'A' && raw.p[n] <= 'Z')
		n++;
	if (f->token[0].shape == SHAPE_MIXED && n >= 3 && raw.n - n >= 3 &&
		is_letters(raw)) {
		n--; /* the last capital begins the word */
		start_form(mk, VARIANT_INITIALS);
		put_word(mk, span_sub(w, 0, n), SPAN_NULL, GAP_NONE,
			SHAPE_UPPER);
	} else if (f->n < 2 || n != raw.n || n < 2 || n > 3) {
		return;
	}
	if (mk->form.n && mk->form.variant == VARIANT_INITIALS && n < raw.n) {
		put_word(mk, span_sub(w, n, SIZE_MAX), SPAN_NULL, GAP_SPACE,
			SHAPE_TITLE);
		put_tokens(mk, &f->token[1], f->n - 1);
		end_form(mk);
	}
	start_form(mk, VARIANT_INITIALS);
	for (i = 0; i < n; i++)
		put_word(mk, span_sub(w, i, 1), SPAN_NULL,
			i ? GAP_DOT : GAP_NONE, SHAPE_TITLE);
	if (n < raw.n)
		put_word(mk, span_sub(w, n, SIZE_MAX), SPAN_NULL, GAP_DOT_SPACE,
			SHAPE_TITLE);
	put_tokens(mk, &f->token[1], f->n - 1);
	if (mk->form.n > n)
		mk->form.token[n].gap = GAP_DOT_SPACE;
	end_form(mk);
}

static void
change_accents(struct making *mk)
{
	const struct name_form *f = mk->base;
	struct strbuf plain = STRBUF_INIT(NAME_FOLDED_MAX);
	bool changed = false;
	unsigned i;

	start_form(mk, VARIANT_PLAIN);
	for (i = 0; i < f->n; i++) {
		if (!f->token[i].accents) {
			put_token(mk, &f->token[i]);
			continue;
		}
		strbuf_clear(&plain);
		fold_accents(f->token[i].folded, &plain);
		put_word(mk, strbuf_as_span(&plain), SPAN_NULL,
			(enum token_gap)f->token[i].gap,
			(enum token_shape)f->token[i].shape);
		changed = true;
	}
	if (changed)
		end_form(mk);
	strbuf_fini(&plain);
}

static const struct {
	const char *word, *instead;
} abbreviations[] = {
	{"brothers", "bros"},
	{"communications", "comm"},
	{"corporation", "corp"},
	{"international", "intl"},
	{"laboratories", "labs"},
	{"manufacturing", "mfg"},
	{"pharmaceutical", "pharma"},
	{"pharmaceuticals", "pharma"},
	{"technologies", "tech"},
	{"technology", "tech"},
};

static const char *
abbreviation(struct span word)
{
	size_t i;

	for (i = 0; i < sizeof(abbreviations) / sizeof(*abbreviations); i++)
		if (span_eq_str(word, abbreviations[i].word))
			return abbreviations[i].instead;
	return NULL;
}

static void
change_abbreviate(struct making *mk)
{
	const struct name_form *f = mk->base;
	bool changed = false;
	const char *instead;
	unsigned i;

	start_form(mk, VARIANT_ABBREVIATED);
	for (i = 0; i < f->n; i++) {
		instead = i ? abbreviation(f->token[i].folded) : NULL;
		if (!instead) {
			put_token(mk, &f->token[i]);
			continue;
		}
		put_word(mk, span_of(instead), SPAN_NULL,
			(enum token_gap)f->token[i].gap, SHAPE_TITLE);
		changed = true;
	}
	if (changed)
		end_form(mk);
}

#define GENITIVE_MIN 3 /* letters of a name that takes an s */

/* Wipro -> Wipros: the apostrophe of "Wipro's" lost on the way. */
static void
change_genitive(struct making *mk)
{
	const struct name_token *t = &mk->base->token[0];
	struct word w;

	if (mk->base->n > 1 || !is_letters(t->folded) ||
		t->folded.n < GENITIVE_MIN || t->shape == SHAPE_LOWER ||
		span_ends(t->folded, "s"))
		return;
	w = name_word(mk->maker, t);
	if (w.grade || w.proper || w.given)
		return;
	start_form(mk, VARIANT_GENITIVE);
	put_word(mk, t->folded, SPAN_LIT("s"), GAP_NONE,
		t->shape == SHAPE_UPPER ? SHAPE_MIXED
					: (enum token_shape)t->shape);
	end_form(mk);
}

/* Amazon.com -> Amazon. */
static void
change_domain(struct making *mk)
{
	const struct name_form *f = mk->base;

	if (f->n < 2 || f->token[f->n - 1].gap != GAP_DOT ||
		!span_eq_str(f->token[f->n - 1].folded, "com"))
		return;
	start_form(mk, VARIANT_STRIPPED);
	put_tokens(mk, f->token, f->n - 1);
	end_form(mk);
}

void
name_changes(struct name_maker *m, const struct name_form *base,
	name_form_cb cb, void *arg)
{
	static void (*const changes[])(struct making *) = {change_and,
		change_apostrophe, change_elision, change_cyrillic, change_join,
		change_split, change_initials, change_spell, change_accents,
		change_abbreviate, change_genitive, change_domain};
	struct making mk; /* large: nothing is cleared in vain */
	size_t i;

	mk.maker = m;
	mk.base = base;
	mk.cb = cb;
	mk.arg = arg;
	for (i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		mk.form.n = 0;
		changes[i](&mk);
	}
}
