/*
 * Window by window: runs of bytes become hashed tokens, each token and each
 * pair of neighbours is asked of the filter (two bits of one word), and what it
 * lets through is asked of the table of paths. Probes wait in a queue with
 * their cache lines on the way, so that misses overlap.
 */
#include "match/scan.h"

#include "base/vec.h"
#include "match/names.h"
#include "text/bounds.h"
#include "text/runs.h"

/* Tokens of one window, and those carried over from the last one. A mixed run
 * may hold one token per byte or so. */
#define TOKENS_MAX (RUNS_WINDOW + NAME_TOKENS_MAX + 64)

/* A path over tokens first..last that may be in the table. */
struct scan_probe {
	uint64_t path;
	uint32_t first, last;
};

/* One that is, and ends a name unless 32 bits lie. */
struct scan_end {
	uint64_t path;
	uint32_t terminal, first, last;
};

struct scanner {
	struct run runs[RUNS_MAX];
	uint64_t *hash; /* of token i */
	uint64_t *plain; /* without accents; only if any_plain */
	struct run *at; /* where it stands */
	size_t cap;
	VEC(struct scan_probe) probe; /* a queue */
	VEC(struct scan_end) end;
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
	mem_free(&(*sc)->at);
	vec_fini(&(*sc)->probe);
	vec_fini(&(*sc)->end);
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
	sc->at = mem_realloc(sc->at, sc->cap, sizeof(*sc->at));
}

/* -- tokens ---------------------------------------------------------------- */

static void
note_plain(struct scanner *sc, size_t n, uint64_t plain)
{
	if (!sc->any_plain)
		memcpy(sc->plain, sc->hash, n * sizeof(*sc->plain));
	sc->any_plain = true;
	sc->plain[n] = plain;
}

static size_t
put_token(struct scanner *sc, size_t n, struct span text, const struct token *t)
{
	sc->hash[n] = t->hash;
	sc->at[n] = (struct run){t->start, t->end};
	if (t->accents || sc->any_plain)
		note_plain(sc, n, token_plain_hash(text, t));
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

/* Plain words from runs[i] on, up to the first run that is none. A loop of its
 * own, so that the compiler keeps it in registers. */
__attribute__((noinline)) static size_t
put_plain_runs(struct scanner *sc, size_t n, struct span text, size_t *i,
	size_t n_runs)
{
	const struct run *runs = sc->runs;
	uint64_t *hash = sc->hash;
	struct run *at = sc->at;
	size_t k = *i,
	       limit = text.n > TOKEN_HASH_READS ? text.n - TOKEN_HASH_READS
						 : 0;

	for (; k < n_runs && runs[k].end <= limit; k++, n++) {
		hash[n] = token_hash_plain(
			text.p + runs[k].start, runs[k].end - runs[k].start);
		at[n] = runs[k];
	}
	*i = k;
	return n;
}

static size_t
put_runs(struct scanner *sc, size_t n, struct span text, size_t n_runs)
{
	struct token t;
	size_t i = 0, from;

	for (;;) {
		from = n;
		n = put_plain_runs(sc, n, text, &i, n_runs);
		if (sc->any_plain)
			memcpy(sc->plain + from, sc->hash + from,
				(n - from) * sizeof(*sc->plain));
		if (i == n_runs)
			return n;
		if (sc->runs[i].end & RUN_MIXED) {
			n = put_mixed(sc, n, text, sc->runs[i]);
			reserve(sc, n + n_runs - i);
		} else if (token_next(text, sc->runs[i].start, &t)) {
			n = put_token(sc, n, text, &t);
		}
		i++;
	}
}

/* -- names ----------------------------------------------------------------- */

/* The same instant for all: tokens, and what is known of paths over them. */
struct walk {
	struct scanner *sc;
	const struct lexicon *lex;
	struct span text;
	struct scan_hits *out;
	size_t n; /* tokens there are */
};

static void
prefetch_slot(const struct lexicon *lex, uint64_t path)
{
	__builtin_prefetch(&lex->slots[block_reduce(path, lex->n_slots)]);
}

/* Tokens [0, upto) may begin a name; [upto, n) only follow. Every path of one
 * token and of two that the filter lets through becomes a probe. */
__attribute__((noinline)) static void
gather(struct walk *w, size_t upto)
{
	const uint64_t *hash = w->sc->hash;
	struct lexicon lex = *w->lex; /* registers */
	struct scan_probe *to = w->sc->probe.p;
	size_t i, n = 0, pairs = upto < w->n ? upto : upto - (upto > 0);
	uint64_t pair;

	for (i = 0; i < pairs; i++) {
		to[n] = (struct scan_probe){hash[i], (uint32_t)i, (uint32_t)i};
		n += block_may_have(&lex, hash[i]);
		pair = block_path(hash[i], hash[i + 1]);
		to[n] = (struct scan_probe){pair, (uint32_t)i, (uint32_t)i + 1};
		n += block_may_have(&lex, pair);
	}
	for (; i < upto; i++) {
		to[n] = (struct scan_probe){hash[i], (uint32_t)i, (uint32_t)i};
		n += block_may_have(&lex, hash[i]);
	}
	w->sc->probe.n = n;
}

static void
probe_path(struct walk *w, uint64_t path, size_t first, size_t last)
{
	if (!block_may_have(w->lex, path))
		return;
	vec_push(&w->sc->probe,
		(struct scan_probe){path, (uint32_t)first, (uint32_t)last});
}

/* The other ways to write the same one or two tokens, without accents. */
static void
gather_plain(struct walk *w, size_t upto)
{
	const uint64_t *h = w->sc->hash, *p = w->sc->plain;
	size_t i;

	for (i = 0; i < upto; i++) {
		if (h[i] != p[i])
			probe_path(w, p[i], i, i);
		if (i + 1 == w->n)
			break;
		if (h[i] != p[i])
			probe_path(w, block_path(p[i], h[i + 1]), i, i + 1);
		if (h[i + 1] != p[i + 1])
			probe_path(w, block_path(h[i], p[i + 1]), i, i + 1);
		if (h[i] != p[i] && h[i + 1] != p[i + 1])
			probe_path(w, block_path(p[i], p[i + 1]), i, i + 1);
	}
}

static void
probe_next(struct walk *w, const struct scan_probe *probe, uint64_t hash)
{
	uint64_t path = block_path(probe->path, hash);

	prefetch_slot(w->lex, path);
	vec_push(&w->sc->probe,
		(struct scan_probe){path, probe->first, probe->last + 1});
}

/* Ask the table: does a name end here, does one go on? What goes on joins the
 * queue's end, so that its cache miss overlaps with what is before it. */
static void
ask(struct walk *w, struct scan_probe probe)
{
	const struct block_slot *slot = block_find(w->lex, probe.path);
	const struct scanner *sc = w->sc;
	size_t next = (size_t)probe.last + 1;

	if (!slot)
		return;
	if (slot->value & SLOT_ENDS) {
		__builtin_prefetch(&w->lex->paths[slot->value >> 2]);
		vec_push(&w->sc->end,
			(struct scan_end){probe.path, slot->value >> 2,
				probe.first, probe.last});
	}
	if (!(slot->value & SLOT_GOES_ON) || next >= w->n)
		return;
	probe_next(w, &probe, sc->hash[next]);
	if (sc->any_plain && sc->plain[next] != sc->hash[next])
		probe_next(w, &probe, sc->plain[next]);
}

static void
emit(struct walk *w, const struct scan_end *e)
{
	uint32_t start = w->sc->at[e->first].start,
		 end = w->sc->at[e->last].end;

	if (w->lex->paths[e->terminal] != e->path ||
		!bounds_left_ok(w->text, start) ||
		!bounds_right_ok(w->text, end))
		return;
	vec_push(w->out,
		(struct scan_hit){
			start, end, e->terminal, e->last - e->first + 1});
}

static void
find_names(struct walk *w, size_t upto)
{
	struct scanner *sc = w->sc;
	size_t i;

	vec_clear(&sc->end);
	vec_clear(&sc->probe);
	vec_reserve(&sc->probe, 2 * upto + 2);
	gather(w, upto);
	if (sc->any_plain)
		gather_plain(w, upto);
	for (i = 0; i < sc->probe.n; i++)
		prefetch_slot(w->lex, sc->probe.p[i].path);
	for (i = 0; i < sc->probe.n; i++)
		ask(w, sc->probe.p[i]);
	vec_each (struct scan_end *, e, &sc->end)
		emit(w, e);
}

/* Keep the last tokens, which the next window's may go on with. */
static size_t
carry_over(struct scanner *sc, size_t from, size_t n)
{
	size_t left = n - from;

	memmove(sc->hash, sc->hash + from, left * sizeof(*sc->hash));
	memmove(sc->at, sc->at + from, left * sizeof(*sc->at));
	if (sc->any_plain)
		memmove(sc->plain, sc->plain + from, left * sizeof(*sc->plain));
	return left;
}

void
scan_text(struct scanner *sc, const struct lexicon *lex, struct span text,
	struct scan_hits *out)
{
	struct walk w = {.sc = sc, .lex = lex, .text = text, .out = out};
	size_t at = 0, n = 0, upto, ahead = lex->header->max_tokens;

	reserve(sc, TOKENS_MAX);
	sc->any_plain = false;
	while (at < text.n) {
		size_t n_runs = runs_find(text, &at, sc->runs);

		n = put_runs(sc, n, text, n_runs);
		upto = at < text.n ? (n > ahead ? n - ahead : 0) : n;
		w.n = n;
		find_names(&w, upto);
		n = carry_over(sc, upto, n);
	}
}
