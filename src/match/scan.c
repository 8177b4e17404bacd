/*
 * Window by window: a sieve lets through the plain words that may be the
 * anchor of a name (match/sieve.h), words of mixed runs are all looked at.
 * Around an anchor its neighbours are read, and paths that the filter lets
 * through are asked of the table. Probes wait in a queue with their cache lines
 * on the way, so that misses overlap.
 *
 * A name is found from its anchor only, whichever of its words were let
 * through: SLOT_SECOND of its first two words tells from which.
 */
#include "match/scan.h"

#include "base/vec.h"
#include "match/sieve.h"
#include "text/bounds.h"

/* A token, and what a scan knows of it. */
struct word {
	uint32_t start, end;
	uint64_t hash;
	uint64_t plain; /* without accents; else the same */
};

enum found_from { FROM_FIRST, FROM_SECOND, FROM_ANY };

/* A path over the text's bytes start..end that may be in the table. */
struct scan_probe {
	uint64_t path;
	uint32_t start, end;
	uint32_t n_tokens;
	enum found_from from; /* of its two tokens */
};

/* One that is, and ends a name unless 32 bits lie. */
struct scan_end {
	uint64_t path;
	uint32_t terminal, start, end, n_tokens;
};

struct scanner {
	struct sieve sieve;
	VEC(struct scan_probe) pair; /* of words that may begin a name */
	VEC(struct scan_probe) probe; /* a queue */
	VEC(struct scan_end) end;
	/* of the scan that is going on */
	const struct lexicon *lex;
	struct span text;
};

struct scanner *
scanner_new(void)
{
	struct scanner *sc = mem_new(sc);

	sc->sieve.level = runs_level();
	return sc;
}

void
scanner_free(struct scanner **sc)
{
	if (!*sc)
		return;
	vec_fini(&(*sc)->pair);
	vec_fini(&(*sc)->probe);
	vec_fini(&(*sc)->end);
	mem_free(sc);
}

void
scanner_limit(struct scanner *sc, enum runs_level level)
{
	if (sc->sieve.level > level)
		sc->sieve.level = level;
}

void
scan_hits_fini(struct scan_hits *h)
{
	vec_fini(h);
}

/* -- words ----------------------------------------------------------------- */

static struct word
word_of_token(struct span text, const struct token *t)
{
	return (struct word){t->start, t->end, t->hash,
		t->accents ? token_plain_hash(text, t) : t->hash};
}

static bool
is_near_end(const struct scanner *sc, size_t end)
{
	return end + TOKEN_HASH_READS > sc->text.n;
}

static struct word
plain_word(const struct scanner *sc, size_t start, size_t end)
{
	uint64_t hash = token_hash_plain(sc->text.p + start, end - start);

	return (struct word){(uint32_t)start, (uint32_t)end, hash, hash};
}

/* The token after byte `at`, an end of one. Most are plain words whose end is
 * among the window's bits. */
static bool
next_word(const struct scanner *sc, size_t at, struct word *out)
{
	const struct sieve *s = &sc->sieve;
	size_t i = at + RUNS_BEFORE - s->at;
	uint64_t in = i < RUNS_BITS ? runs_bits_at(s->bits.in, i) : 0;
	unsigned gap, end;
	struct token t;

	if (in) {
		gap = (unsigned)__builtin_ctzll(in);
		end = gap + runs_ones(in >> gap);
		if (end < RUNS_KNOWN && !sieve_is_mixed(s, i, end) &&
			!is_near_end(sc, at + end)) {
			*out = plain_word(sc, at + gap, at + end);
			return true;
		}
	}
	if (!token_next(sc->text, at, &t))
		return false;
	*out = word_of_token(sc->text, &t);
	return true;
}

/* The last token of text[start, end), which is one run. */
static bool
last_of_run(
	const struct scanner *sc, size_t start, size_t end, struct word *out)
{
	struct token t, last;
	bool any = false;

	while (start < end && token_next(sc->text, start, &t) &&
		t.start < end) {
		last = t;
		start = t.end;
		any = true;
	}
	if (any)
		*out = word_of_token(sc->text, &last);
	return any;
}

/* By bytes. A run may have no token: signs only. */
static bool
search_before(const struct scanner *sc, size_t at, struct word *out)
{
	size_t end = at, start;

	for (;;) {
		while (end > 0 && runs_class_at(sc->text, end - 1) == RUN_OUT)
			end--;
		if (end == 0)
			return false;
		start = end;
		while (start > 0 &&
			runs_class_at(sc->text, start - 1) != RUN_OUT)
			start--;
		if (last_of_run(sc, start, end, out))
			return true;
		end = start;
	}
}

/* The token before byte `at`, where a run begins. */
static bool
word_before(const struct scanner *sc, size_t at, struct word *out)
{
	const struct sieve *s = &sc->sieve;
	size_t i = at + RUNS_BEFORE - s->at;
	uint64_t in;
	unsigned gap, n;

	if (at >= s->at && i < RUNS_BITS) {
		in = runs_bits_before(s->bits.in, i);
		gap = in ? (unsigned)__builtin_clzll(in) : 64;
		n = gap < 64 ? (unsigned)__builtin_clzll(~(in << gap) | 1) : 0;
		if (gap + n < RUNS_KNOWN && n > 0 &&
			!sieve_is_mixed(s, i - gap - n, n) &&
			!is_near_end(sc, at - gap)) {
			*out = plain_word(sc, at - gap - n, at - gap);
			return true;
		}
	}
	return search_before(sc, at, out);
}

/* -- names ----------------------------------------------------------------- */

static void
add_probe(struct scanner *sc, struct scan_probe probe)
{
	const struct lexicon *lex = sc->lex;

	__builtin_prefetch(&lex->slots[block_reduce(probe.path, lex->n_slots)]);
	vec_push(&sc->probe, probe);
}

/* It waits for the filter's answer. */
static void
add_pair(struct scanner *sc, uint64_t first, uint64_t second, uint32_t start,
	uint32_t end, enum found_from from)
{
	struct scan_probe p = {block_path(first, second), start, end, 2, from};
	const struct lexicon *lex = sc->lex;

	__builtin_prefetch(&lex->filter[block_reduce(p.path, lex->n_filter)]);
	vec_push(&sc->pair, p);
}

/* Pairs that the filter lets through become probes. */
static void
sift_pairs(struct scanner *sc)
{
	struct scan_probe *to = sc->pair.p;

	vec_each (struct scan_probe *, p, &sc->pair) {
		*to = *p;
		to += block_may_have(sc->lex, p->path);
	}
	for (struct scan_probe *p = sc->pair.p; p < to; p++)
		add_probe(sc, *p);
	vec_clear(&sc->pair);
}

/* The word as the first of two. */
static void
look_after(struct scanner *sc, const struct word *w, uint64_t hash)
{
	struct word next;

	if (!next_word(sc, w->end, &next))
		return;
	add_pair(sc, hash, next.hash, w->start, next.end, FROM_FIRST);
	if (next.plain != next.hash)
		add_pair(sc, hash, next.plain, w->start, next.end, FROM_FIRST);
}

/* As the second. known: the word before it; NULL: a run begins with it. */
static void
look_before(struct scanner *sc, const struct word *w, uint64_t hash,
	const struct word *known)
{
	enum found_from from = sc->sieve.all ? FROM_ANY : FROM_SECOND;
	struct word before;

	if (!known && !word_before(sc, w->start, &before))
		return;
	if (known)
		before = *known;
	add_pair(sc, before.hash, hash, before.start, w->end, from);
	if (before.plain != before.hash)
		add_pair(sc, before.plain, hash, before.start, w->end, from);
}

static void
look_around(struct scanner *sc, const struct word *w, uint64_t hash,
	unsigned kinds, const struct word *before)
{
	if (kinds & BLOCK_ANCHOR_ALONE)
		add_probe(sc,
			(struct scan_probe){
				hash, w->start, w->end, 1, FROM_ANY});
	if (kinds & BLOCK_ANCHOR_FIRST)
		look_after(sc, w, hash);
	if (kinds & BLOCK_ANCHOR_SECOND)
		look_before(sc, w, hash, before);
}

static void
look_at(struct scanner *sc, const struct word *w, uint64_t hash,
	const struct word *before)
{
	unsigned kinds = sc->sieve.all
		? BLOCK_ANCHOR_ALONE | BLOCK_ANCHOR_SECOND
		: block_anchor_kinds(sc->lex, hash);

	look_around(sc, w, hash, kinds, before);
}

/* Mostly among the window's bits; else by bytes. */
static size_t
end_of_run(const struct scanner *sc, size_t at)
{
	size_t i = at + RUNS_BEFORE - sc->sieve.at;
	unsigned n;

	if (i < RUNS_BITS) {
		n = runs_ones(runs_bits_at(sc->sieve.bits.in, i));
		if (n < RUNS_KNOWN && i + n < RUNS_BITS)
			return at + n;
	}
	while (at < sc->text.n && runs_class_at(sc->text, at) != RUN_OUT)
		at++;
	return at;
}

/* All words of the run that begins at byte `at`. Returns its end. */
static size_t
look_at_run(struct scanner *sc, size_t at)
{
	size_t end = end_of_run(sc, at);
	struct word w, last;
	bool any = false;
	struct token t;

	for (; at < end && token_next(sc->text, at, &t) && t.start < end;
		at = t.end) {
		w = word_of_token(sc->text, &t);
		look_at(sc, &w, w.hash, any ? &last : NULL);
		if (w.plain != w.hash)
			look_at(sc, &w, w.plain, any ? &last : NULL);
		last = w;
		any = true;
	}
	return end;
}

/*
 * Mixed runs of which the first mixed byte is among the window's bits, and was
 * not among the last window's.
 */
static void
look_at_mixed(struct scanner *sc)
{
	const struct sieve *s = &sc->sieve;
	size_t done = 0, at, start, i;
	uint64_t bits;

	if (!s->bits.any_mixed)
		return;
	for (i = s->at ? 2 : 1; i < RUNS_BITS / 64; i++)
		for (bits = s->bits.mixed[i]; bits; bits &= bits - 1) {
			at = s->at - RUNS_BEFORE + i * 64 +
				(size_t)__builtin_ctzll(bits);
			if (at < done)
				continue;
			start = at;
			while (start > 0 &&
				runs_class_at(sc->text, start - 1) == RUN_PLAIN)
				start--;
			if (start == 0 ||
				runs_class_at(sc->text, start - 1) == RUN_OUT)
				done = look_at_run(sc, start);
		}
}

/* By bytes: is all of the run that begins there plain? */
static bool
is_plain_run(const struct scanner *sc, size_t at)
{
	enum run_class c = RUN_PLAIN;

	for (; at < sc->text.n && c == RUN_PLAIN; at++)
		c = runs_class_at(sc->text, at);
	return c != RUN_MIXED;
}

/* A plain word that the sieve let through, unless it begins a mixed run:
 * look_at_mixed has that. */
static void
look_at_sieved(struct scanner *sc, const struct sieved *x)
{
	size_t start = sc->sieve.at + x->start - RUNS_BEFORE;
	struct word w;

	if (x->n_bytes == 0) {
		if (is_plain_run(sc, start))
			look_at_run(sc, start);
		return;
	}
	if (sieve_is_mixed(&sc->sieve, x->start, x->n_bytes))
		return;
	w = (struct word){(uint32_t)start, (uint32_t)start + x->n_bytes,
		x->hash, x->hash};
	if (x->kinds & SIEVED_PAIR)
		add_probe(sc,
			(struct scan_probe){x->path,
				w.start + x->before - x->start, w.end, 2,
				FROM_ANY});
	look_around(sc, &w, x->hash, x->kinds, NULL);
}

/* -- the table ------------------------------------------------------------- */

static void
probe_next(struct scanner *sc, const struct scan_probe *p, uint64_t hash,
	uint32_t end)
{
	add_probe(sc,
		(struct scan_probe){block_path(p->path, hash), p->start, end,
			p->n_tokens + 1, FROM_ANY});
}

/* Does a name end here, does one go on? What goes on joins the queue's end, so
 * that its cache miss overlaps with what is before it. */
static void
ask(struct scanner *sc, struct scan_probe p)
{
	const struct block_slot *slot = block_find(sc->lex, p.path);
	struct word next;

	if (!slot ||
		(p.from != FROM_ANY &&
			p.from !=
				(slot->value & SLOT_SECOND ? FROM_SECOND
							   : FROM_FIRST)))
		return;
	if (slot->value & SLOT_ENDS) {
		uint32_t terminal = slot->value >> SLOT_SHIFT;

		__builtin_prefetch(&sc->lex->paths[terminal]);
		vec_push(&sc->end,
			(struct scan_end){
				p.path, terminal, p.start, p.end, p.n_tokens});
	}
	if (!(slot->value & SLOT_GOES_ON) || !next_word(sc, p.end, &next))
		return;
	probe_next(sc, &p, next.hash, next.end);
	if (next.plain != next.hash)
		probe_next(sc, &p, next.plain, next.end);
}

static void
emit(struct scanner *sc, const struct scan_end *e, struct scan_hits *out)
{
	if (sc->lex->paths[e->terminal] != e->path ||
		!bounds_left_ok(sc->text, e->start) ||
		!bounds_right_ok(sc->text, e->end))
		return;
	vec_push(out,
		(struct scan_hit){e->start, e->end, e->terminal, e->n_tokens});
}

void
scan_text(struct scanner *sc, const struct lexicon *lex, struct span text,
	struct scan_hits *out)
{
	size_t at, i;

	sc->lex = lex;
	sc->text = text;
	for (at = 0; at < text.n; at += RUNS_WINDOW) {
		vec_clear(&sc->end);
		vec_clear(&sc->probe);
		sieve_window(&sc->sieve, lex, text, at);
		for (i = 0; i < sc->sieve.n_words; i++)
			look_at_sieved(sc, &sc->sieve.word[i]);
		look_at_mixed(sc);
		sift_pairs(sc);
		for (i = 0; i < sc->probe.n; i++)
			ask(sc, sc->probe.p[i]);
		vec_each (struct scan_end *, e, &sc->end)
			emit(sc, e, out);
	}
}
