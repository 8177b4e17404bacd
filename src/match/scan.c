/*
 * Window by window: runs of bytes become hashed tokens, each token and each
 * pair of neighbours is asked of the filter (two bits of one word), and only
 * where it says yes the table of paths is walked. The filter's answers of a
 * window are gathered first, so that the table's cache misses overlap.
 */
#include "match/scan.h"

#include "base/vec.h"
#include "match/names.h"
#include "text/bounds.h"
#include "text/runs.h"

/* Tokens of one window, and those carried over from the last one. A mixed run
 * may hold one token per byte or so. */
#define TOKENS_MAX (RUNS_WINDOW + NAME_TOKENS_MAX + 64)

struct scanner {
	struct run runs[RUNS_MAX];
	uint64_t *hash; /* of token i */
	uint64_t *plain; /* without accents; the same if it has none */
	uint32_t *start, *end;
	size_t cap;
	uint32_t *found; /* tokens that may begin a name */
	bool any_plain; /* some hash differs from its plain one */
};

struct scanner *
scanner_new(void)
{
	return mem_calloc(1, sizeof(struct scanner));
}

void
scanner_free(struct scanner **sc)
{
	if (!*sc)
		return;
	mem_free(&(*sc)->hash);
	mem_free(&(*sc)->plain);
	mem_free(&(*sc)->start);
	mem_free(&(*sc)->end);
	mem_free(&(*sc)->found);
	mem_free(sc);
}

void
scan_hits_fini(struct scan_hits *h)
{
	vec_fini(h);
}

static void
reserve(struct scanner *sc, size_t n)
{
	if (n <= sc->cap)
		return;
	sc->cap = n * 2;
	sc->hash = mem_realloc(sc->hash, sc->cap, sizeof(*sc->hash));
	sc->plain = mem_realloc(sc->plain, sc->cap, sizeof(*sc->plain));
	sc->start = mem_realloc(sc->start, sc->cap, sizeof(*sc->start));
	sc->end = mem_realloc(sc->end, sc->cap, sizeof(*sc->end));
	sc->found = mem_realloc(sc->found, sc->cap, sizeof(*sc->found));
}

/* -- tokens ---------------------------------------------------------------- */

static size_t
put_token(struct scanner *sc, size_t n, struct span text, const struct token *t)
{
	sc->hash[n] = t->hash;
	sc->plain[n] = token_plain_hash(text, t);
	sc->any_plain |= sc->plain[n] != t->hash;
	sc->start[n] = t->start;
	sc->end[n] = t->end;
	return n + 1;
}

static size_t
put_mixed(struct scanner *sc, size_t n, struct span text, struct run r)
{
	struct token t;
	size_t at = r.start;

	reserve(sc, n + (RUN_END(r) - r.start) + 1);
	while (token_next(text, at, &t) && t.start < RUN_END(r)) {
		n = put_token(sc, n, text, &t);
		at = t.end;
	}
	return n;
}

/* Bytes after a word that token_hash_plain may read. */
#define HASH_READS 8

static size_t
put_runs(struct scanner *sc, size_t n, struct span text, size_t n_runs)
{
	struct token t;
	size_t i, len;

	for (i = 0; i < n_runs; i++) {
		struct run r = sc->runs[i];

		if (r.end & RUN_MIXED) {
			n = put_mixed(sc, n, text, r);
			reserve(sc, n + n_runs - i);
			continue;
		}
		if (r.end + HASH_READS > text.n) {
			if (token_next(text, r.start, &t))
				n = put_token(sc, n, text, &t);
			continue;
		}
		len = r.end - r.start;
		sc->hash[n] = token_hash_plain(text.p + r.start, len);
		sc->plain[n] = sc->hash[n];
		sc->start[n] = r.start;
		sc->end[n] = r.end;
		n++;
	}
	return n;
}

/* -- names ----------------------------------------------------------------- */

struct walk {
	struct scanner *sc;
	const struct lexicon *lex;
	struct span text;
	struct scan_hits *out;
	size_t first; /* token at which the name begins */
	size_t n; /* tokens there are */
};

static bool
edges_ok(const struct walk *w, size_t last)
{
	uint32_t start = w->sc->start[w->first], end = w->sc->end[last];

	return bounds_left_ok(w->text, start) && bounds_right_ok(w->text, end);
}

static void
emit(struct walk *w, uint32_t terminal, uint64_t path, size_t last)
{
	if (w->lex->paths[terminal] != path || !edges_ok(w, last))
		return;
	vec_push(w->out,
		(struct scan_hit){w->sc->start[w->first], w->sc->end[last],
			terminal, (uint32_t)(last - w->first + 1)});
}

static void walk_on(struct walk *w, uint64_t path, size_t last);

/* The path ends with token `last`: does it name, does it go on? */
static void
visit(struct walk *w, uint64_t path, size_t last)
{
	const struct block_slot *slot = block_find(w->lex, path);

	if (!slot)
		return;
	if (slot->value & SLOT_ENDS)
		emit(w, slot->value >> 2, path, last);
	if (slot->value & SLOT_GOES_ON)
		walk_on(w, path, last);
}

static void
walk_on(struct walk *w, uint64_t path, size_t last)
{
	const struct scanner *sc = w->sc;
	size_t next = last + 1;

	if (next >= w->n)
		return;
	visit(w, block_path(path, sc->hash[next]), next);
	if (sc->plain[next] != sc->hash[next])
		visit(w, block_path(path, sc->plain[next]), next);
}

/* Names that begin with token first, written as `hash`. */
static void
walk_from(struct walk *w, uint64_t hash)
{
	const struct block_slot *slot;

	if (block_may_have(w->lex, hash)) {
		slot = block_find(w->lex, hash);
		if (slot && slot->value & SLOT_ENDS)
			emit(w, slot->value >> 2, hash, w->first);
	}
	walk_on(w, hash, w->first);
}

static void
walk_found(struct walk *w, size_t n_found)
{
	const struct scanner *sc = w->sc;
	size_t i;

	for (i = 0; i < n_found; i++) {
		w->first = sc->found[i];
		walk_from(w, sc->hash[w->first]);
		if (sc->plain[w->first] != sc->hash[w->first])
			walk_from(w, sc->plain[w->first]);
	}
}

/* Tokens [0, upto) that may begin a name; [upto, n) only follow. */
static size_t
gather(struct scanner *sc, const struct lexicon *lex, size_t upto, size_t n)
{
	size_t i, n_found = 0;
	uint64_t pair;
	bool yes;

	for (i = 0; i < upto; i++) {
		pair = i + 1 < n ? block_path(sc->hash[i], sc->hash[i + 1])
				 : sc->hash[i];
		yes = block_may_have(lex, sc->hash[i]) |
			block_may_have(lex, pair);
		sc->found[n_found] = (uint32_t)i;
		n_found += yes;
	}
	return n_found;
}

/* As gather, where some tokens have accents: all ways of two tokens. */
static size_t
gather_plain(
	struct scanner *sc, const struct lexicon *lex, size_t upto, size_t n)
{
	size_t i, n_found = 0;
	bool yes;

	for (i = 0; i < upto; i++) {
		uint64_t a = sc->hash[i], b = sc->plain[i];

		yes = block_may_have(lex, a) | block_may_have(lex, b);
		if (i + 1 < n) {
			uint64_t c = sc->hash[i + 1], d = sc->plain[i + 1];

			yes |= block_may_have(lex, block_path(a, c)) |
				block_may_have(lex, block_path(b, c)) |
				block_may_have(lex, block_path(a, d)) |
				block_may_have(lex, block_path(b, d));
		}
		sc->found[n_found] = (uint32_t)i;
		n_found += yes;
	}
	return n_found;
}

/* Keep the last tokens, which the next window's may go on with. */
static size_t
carry_over(struct scanner *sc, size_t from, size_t n)
{
	size_t left = n - from;

	memmove(sc->hash, sc->hash + from, left * sizeof(*sc->hash));
	memmove(sc->plain, sc->plain + from, left * sizeof(*sc->plain));
	memmove(sc->start, sc->start + from, left * sizeof(*sc->start));
	memmove(sc->end, sc->end + from, left * sizeof(*sc->end));
	return left;
}

void
scan_text(struct scanner *sc, const struct lexicon *lex, struct span text,
	struct scan_hits *out)
{
	struct walk w = {.sc = sc, .lex = lex, .text = text, .out = out};
	size_t at = 0, n = 0, upto, n_found, ahead = lex->header->max_tokens;

	reserve(sc, TOKENS_MAX);
	sc->any_plain = false;
	while (at < text.n) {
		size_t n_runs = runs_find(text, &at, sc->runs);

		n = put_runs(sc, n, text, n_runs);
		upto = at < text.n ? (n > ahead ? n - ahead : 0) : n;
		n_found = sc->any_plain ? gather_plain(sc, lex, upto, n)
					: gather(sc, lex, upto, n);
		w.n = n;
		walk_found(&w, n_found);
		n = carry_over(sc, upto, n);
	}
}
