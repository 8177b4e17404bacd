/*
 * Words and sentences. A sentence ends at a line break, at ! ? ; and at a dot
 * that is not an abbreviation's or an initial's.
 */
#include "event/words.h"

#include "base/vec.h"

/* -- stems ----------------------------------------------------------------- */

#define MEMORY_SIZE 8192 /* entries; a power of two */

struct memory {
	uint64_t hash; /* of the token; 0: empty */
	uint64_t stem;
};

struct word_stems {
	struct stemmer *stemmer;
	uint64_t salt;
	struct memory memory[MEMORY_SIZE];
};

struct word_stems *
word_stems_new(struct span language)
{
	struct stemmer *stemmer = stemmer_new(language);
	struct word_stems *s;
	char code[4];

	if (stemmer == NULL)
		return NULL;
	s = mem_new(s);
	s->stemmer = stemmer;
	s->salt = token_hash(stem_language(language, code));
	return s;
}

void
word_stems_free(struct word_stems **s)
{
	if (*s)
		stemmer_free(&(*s)->stemmer);
	mem_free(s);
}

static uint64_t
salted(const struct word_stems *s, uint64_t hash)
{
	return token_mix(hash ^ s->salt, TOKEN_K1);
}

struct word_keys
word_stems_get(struct word_stems *s, uint64_t hash, struct span folded)
{
	struct memory *m = &s->memory[hash & (MEMORY_SIZE - 1)];

	if (m->hash != hash) {
		m->hash = hash;
		m->stem =
			salted(s, token_hash(stemmer_stem(s->stemmer, folded)));
	}
	/* The word itself differs from a stem that is spelt like it. */
	return (struct word_keys){m->stem, ~salted(s, hash)};
}

/* -- marks between words --------------------------------------------------- */

struct reader {
	struct word_stems *stems;
	struct span text;
	const struct token *tokens;
	struct words *out;
	struct arena *arena;
	struct strbuf folded;
	bool quoted;
};

static const char *const light_words[] = {"a", "an", "the", "its", "their",
	"his", "her", "our", "your", "s", "my", "this", "these"};
static const char *const abbreviations[] = {"inc", "corp", "co", "ltd", "mr",
	"mrs", "ms", "dr", "st", "jr", "sr", "vs", "no", "llc", "plc", "jan",
	"feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
	"dec", "u.s", "approx", "est", "gen", "sen", "rep", "prof", "cos"};

#define IS_ONE_OF(w, list) \
	span_is_word_of(w, list, sizeof(list) / sizeof(*(list)))

static struct span
token_text(const struct reader *r, size_t i)
{
	return span_make(r->text.p + r->tokens[i].start,
		r->tokens[i].end - r->tokens[i].start);
}

/* The bytes between token i - 1 (or the start) and i. */
static struct span
between(const struct reader *r, size_t i)
{
	size_t from = i ? r->tokens[i - 1].end : 0;

	return span_make(r->text.p + from, r->tokens[i].start - from);
}

static bool
has(struct span s, const char *what)
{
	return span_find_str(s, what) != SIZE_MAX;
}

static uint16_t
mark_flags(struct reader *r, struct span gap)
{
	uint16_t flags = 0;

	if (gap.n < 2 && (gap.n == 0 || *gap.p == ' ' || *gap.p == '-'))
		return r->quoted ? WORD_SAID : 0;
	if (has(gap, ":") || has(gap, " - ") || has(gap, "–") ||
		has(gap, "—") || has(gap, "|") || has(gap, " -- "))
		flags |= WORD_COLON | WORD_COMMA;
	if (has(gap, ",") || has(gap, "(") || has(gap, ")") || has(gap, "["))
		flags |= WORD_COMMA;
	if (has(gap, "“"))
		r->quoted = true;
	else if (has(gap, "”"))
		r->quoted = false;
	else if (has(gap, "\""))
		r->quoted = !r->quoted;
	if (r->quoted)
		flags |= WORD_SAID;
	return flags;
}

/* May the sentence end before token i, at a dot and a space? */
static bool
is_full_stop(const struct reader *r, size_t i)
{
	struct span before = token_text(r, i - 1), gap = between(r, i);

	if (r->tokens[i].shape == SHAPE_LOWER)
		return false;
	/* "U.S.", "J. Morgan": an initial. */
	if (before.n == 1 && r->tokens[i - 1].shape != SHAPE_NONE &&
		!has(gap, "\""))
		return false;
	return !IS_ONE_OF(before, abbreviations);
}

static bool
is_sentence_start(const struct reader *r, size_t i)
{
	struct span gap = between(r, i);

	switch ((enum token_gap)r->tokens[i].gap) {
	case GAP_BREAK:
		return true;
	case GAP_SENTENCE:
		return has(gap, "!") || has(gap, "?") || has(gap, ";");
	case GAP_DOT_SPACE:
		return i > 0 && is_full_stop(r, i);
	case GAP_PUNCT:
		/* A dot and a quotation mark; dots that trail off. */
		return i > 0 && (has(gap, ".") || has(gap, "…")) &&
			r->tokens[i - 1].end < r->tokens[i].start &&
			r->text.p[r->tokens[i - 1].end] == '.' &&
			is_full_stop(r, i);
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

/* -- words ----------------------------------------------------------------- */

static void
read_word(struct reader *r, size_t i, struct word *w)
{
	const struct token *t = &r->tokens[i];
	struct span text = token_text(r, i);
	struct word_keys keys;

	strbuf_clear(&r->folded);
	token_fold(r->text, t, &r->folded);
	keys = word_stems_get(r->stems, t->hash, strbuf_as_span(&r->folded));
	w->stem = keys.stem;
	w->exact = keys.exact;
	w->start = t->start;
	w->end = t->end;
	w->shape = t->shape;
	w->gap = t->gap;
	w->flags = mark_flags(r, between(r, i));
	if (t->start > 0 && r->text.p[t->start - 1] == '$' && !t->digits)
		w->flags |= WORD_TICKER | WORD_NAME;
	if (t->shape == SHAPE_TITLE || t->shape == SHAPE_UPPER ||
		t->shape == SHAPE_MIXED)
		w->flags |= WORD_NAME;
	if (IS_ONE_OF(text, light_words) &&
		(text.n > 1 || t->gap == GAP_APOS || (*text.p | 0x20) == 'a'))
		w->flags |= WORD_LIGHT;
}

static void
mark_facts(struct words *w)
{
	size_t at = 0;

	for (size_t f = 0; f < w->n_facts && f + 1 < UINT16_MAX; f++) {
		while (at < w->n && w->p[at].end <= w->facts[f].start)
			at++;
		for (size_t i = at; i < w->n && w->p[i].start < w->facts[f].end;
			i++)
			w->p[i].fact = (uint16_t)(f + 1);
	}
}

/* -- sentences ------------------------------------------------------------- */

/* Most of its longer words begin with a capital, as in headlines. */
static bool
is_titled(const struct words *w, const struct sentence *s)
{
	unsigned names = 0, words = 0;

	for (uint32_t i = s->first; i < s->first + s->n; i++) {
		if (w->p[i].end - w->p[i].start < 4 ||
			w->p[i].shape == SHAPE_NONE)
			continue;
		words++;
		names += (w->p[i].flags & WORD_NAME) != 0;
	}
	return words > 1 && names * 10 >= words * 7;
}

static void
end_sentence(struct words *w, struct sentence *s)
{
	s->n = (uint32_t)w->n - s->first;
	s->start = w->p[s->first].start;
	s->end = w->p[w->n - 1].end;
	if (s->start > 0 && w->text.p[s->start - 1] == '$')
		s->start--;
	if (s->end < w->text.n &&
		(w->text.p[s->end] == '.' || w->text.p[s->end] == '%'))
		s->end++;
	s->titled = is_titled(w, s);
}

static void
read_all(struct reader *r, size_t n_tokens)
{
	struct words *w = r->out;
	struct sentence *now = NULL;

	for (size_t i = 0; i < n_tokens; i++) {
		if (now == NULL || is_sentence_start(r, i)) {
			if (now)
				end_sentence(w, now);
			now = &w->sentences[w->n_sentences++];
			now->first = (uint32_t)w->n;
			now->paragraph = r->tokens[i].gap == GAP_BREAK;
			if (now->paragraph)
				r->quoted = false;
		}
		read_word(r, i, &w->p[w->n++]);
	}
	if (now)
		end_sentence(w, now);
}

void
words_read(struct word_stems *stems, struct tokens *scratch, struct span text,
	struct arena *arena, struct words *out)
{
	struct reader r = {
		.stems = stems,
		.text = text,
		.out = out,
		.arena = arena,
		.folded = STRBUF_INIT(text.n * 4 + FOLD_RUNE_BYTES_MAX),
	};

	tokens_scan(text, scratch);
	*out = (struct words){.text = text};
	out->p = arena_array(arena, scratch->n + 1, sizeof(*out->p));
	out->sentences =
		arena_array(arena, scratch->n + 1, sizeof(*out->sentences));
	r.tokens = scratch->p;
	read_all(&r, scratch->n);
	facts_find(text, arena, &out->facts, &out->n_facts);
	mark_facts(out);
	strbuf_fini(&r.folded);
}
