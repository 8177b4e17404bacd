/*
 * The scan finds what a naive matcher finds, on random watchlists and texts.
 * The naive one compares folded letters, token by token; it knows no hashes,
 * paths, filters or windows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/rng.h"
#include "match/block.h"
#include "match/scan.h"
#include "text/bounds.h"
#include "watch.h"

#define SEED 20260311

/* Few words, so that names meet texts often; several scripts and signs. */
static const char *const words[] = {"meta", "Meta", "META", "platforms",
	"Platforms", "Nestlé", "nestle", "AT", "T", "J", "P", "Morgan", "任",
	"天", "堂", "メタ", "ソニー", "の", "グループ", "삼성", "은", "전자",
	"ปตท", "บริษัท", "أرامكو", "ل", "ال", "מטא", "Straße", "STRASSE", "a",
	"s", "x9", "Zürich", "Газпром", "internationalisation",
	/* longer than the scan sees at once, plain and not */
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg",
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffé",
	"aaaaaaaabbbbbbbbbbbb", "aaaaaaaa"};
static const char *const gaps[] = {" ", " ", " ", "-", "’", "'", "’s ", "'s ",
	".", ". ", "&", " & ", "", "", ", ", "\n", "\u00a0", "\u2009", "‑", "–",
	"\u00ad", "+", "/", " — "};

#define N(a) (sizeof(a) / sizeof(*(a)))

static void
random_text(struct rng *rng, unsigned n, struct strbuf *out)
{
	strbuf_clear(out);
	while (n--) {
		strbuf_str(out, words[rng_below(rng, N(words))]);
		if (n || rng_below(rng, 4) == 0)
			strbuf_str(out, gaps[rng_below(rng, N(gaps))]);
	}
}

#define WORD_BYTES 2048 /* of a folded token here */

struct pattern {
	char token[8][WORD_BYTES]; /* folded */
	size_t n;
	uint64_t path;
};

static void
fold_into(struct span text, const struct token *t, char out[WORD_BYTES])
{
	struct strbuf b = STRBUF_INIT(WORD_BYTES - 1);

	token_fold(text, t, &b);
	assert_false(b.full);
	strcpy(out, strbuf_cstr(&b));
	strbuf_fini(&b);
}

/* Does the token read as the name's: folded, or without accents? */
static bool
same_token(struct span text, const struct token *t, const char *want)
{
	struct strbuf plain = STRBUF_INIT(WORD_BYTES);
	char folded[WORD_BYTES];
	bool same;

	fold_into(text, t, folded);
	fold_accents(span_of(folded), &plain);
	same = strcmp(folded, want) == 0 ||
		span_eq_str(strbuf_as_span(&plain), want);
	strbuf_fini(&plain);
	return same;
}

/* A text position and a pattern, compared token by token. */
static bool
matches_at(struct span text, const struct tokens *t, size_t at,
	const struct pattern *p)
{
	for (size_t k = 0; k < p->n; k++)
		if (at + k >= t->n ||
			!same_token(text, &t->p[at + k], p->token[k]))
			return false;
	return bounds_left_ok(text, t->p[at].start) &&
		bounds_right_ok(text, t->p[at + p->n - 1].end);
}

/* The watchlist's context terms: compiled as they are, without variants. */
static size_t
add_patterns(struct watch *w, struct rng *rng, struct pattern *out)
{
	struct strbuf text = STRBUF_INIT(4096), list = STRBUF_INIT(1 << 16);
	struct tokens t = {0};
	size_t n = 0;

	for (unsigned i = rng_below(rng, 30) + 1; i > 0; i--) {
		random_text(rng, rng_below(rng, 4) + 1, &text);
		tokens_scan(strbuf_as_span(&text), &t);
		if (t.n == 0 || t.n > 8)
			continue;
		out[n].n = t.n;
		for (size_t k = 0; k < t.n; k++) {
			fold_into(strbuf_as_span(&text), &t.p[k],
				out[n].token[k]);
			out[n].path = k ? block_path(out[n].path, t.p[k].hash)
					: t.p[k].hash;
		}
		n++;
		strbuf_str(&list, list.n ? "|" : "");
		strbuf_span(&list, strbuf_as_span(&text));
	}
	watch_add(w, "Zzyzx Road", NULL, NULL)->not_like =
		watch_texts(w, strbuf_cstr(&list), 4);
	tokens_fini(&t);
	strbuf_fini(&text);
	strbuf_fini(&list);
	return n;
}

/* Hits as a set of (start, end, path), each once. */
struct found {
	uint32_t start, end;
	uint64_t path;
};

static int
compare_found(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct found));
}

static size_t
unique(struct found *f, size_t n)
{
	size_t k = 0;

	qsort(f, n, sizeof(*f), compare_found);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || compare_found(&f[i], &f[k - 1]) != 0)
			f[k++] = f[i];
	return k;
}

static size_t
find_naive(struct span text, const struct pattern *p, size_t n_patterns,
	struct found *out)
{
	struct tokens t = {0};
	size_t n = 0;

	tokens_scan(text, &t);
	for (size_t i = 0; i < t.n; i++)
		for (size_t k = 0; k < n_patterns; k++)
			if (matches_at(text, &t, i, &p[k])) {
				memset(&out[n], 0, sizeof(out[n]));
				out[n].start = t.p[i].start;
				out[n].end = t.p[i + p[k].n - 1].end;
				out[n++].path = p[k].path;
			}
	tokens_fini(&t);
	return unique(out, n);
}

static size_t
find_scanned(struct scanner *sc, const struct lexicon *lex, struct span text,
	struct found *out)
{
	struct scan_hits hits = {0};
	char *exact = mem_calloc(text.n ? text.n : 1, 1);
	size_t n = 0;

	/* nothing after it, so that a sanitizer sees what is read there */
	if (text.n)
		memcpy(exact, text.p, text.n);
	scan_text(sc, lex, span_make(exact, text.n), &hits);
	mem_free(&exact);
	for (size_t i = 0; i < hits.n; i++) {
		memset(&out[n], 0, sizeof(out[n]));
		out[n].start = hits.p[i].start;
		out[n].end = hits.p[i].end;
		out[n++].path = lex->paths[hits.p[i].terminal];
	}
	scan_hits_fini(&hits);
	return unique(out, n);
}

#define FOUND_MAX 40000

static void
compare_scans(struct scanner *sc, struct span text, const struct watch *w,
	const struct pattern *patterns, size_t n, struct found *a,
	struct found *b)
{
	size_t n_a = find_naive(text, patterns, n, a),
	       n_b = find_scanned(sc, w->lex, text, b);

	if (n_a != n_b || memcmp(a, b, n_a * sizeof(*a)) != 0)
		fail_msg("%zu found, %zu by the naive matcher in: %.*s", n_b,
			n_a, SPAN_ARG(text));
}

/* Names of nothing, so many that the scan goes by every word. */
static void
add_crowd(struct watch *w)
{
	char name[32];

	for (unsigned i = 0; i < 10001; i++) {
		snprintf(name, sizeof(name), "qq%u zz%u", i, i);
		watch_add(w, name, NULL, NULL);
	}
}

static void
compare_on(struct rng *rng, unsigned texts, unsigned words_most, bool crowd,
	struct found *a, struct found *b)
{
	struct scanner *sc[RUNS_LEVELS];
	struct strbuf text = STRBUF_INIT(1 << 20);
	struct pattern patterns[40];
	struct watch w;
	size_t n;

	for (unsigned i = 0; i < RUNS_LEVELS; i++) {
		sc[i] = scanner_new();
		scanner_limit(sc[i], (enum runs_level)i);
	}

	watch_init(&w);
	n = add_patterns(&w, rng, patterns);
	if (crowd)
		add_crowd(&w);
	watch_compile(&w);
	while (texts--) {
		random_text(rng, rng_below(rng, words_most), &text);
		for (unsigned i = 0; i < RUNS_LEVELS; i++)
			compare_scans(sc[i], strbuf_as_span(&text), &w,
				patterns, n, a, b);
	}
	watch_fini(&w);
	for (unsigned i = 0; i < RUNS_LEVELS; i++)
		scanner_free(&sc[i]);
	strbuf_fini(&text);
}

#define TEXTS_A_LIST 100
#define CROWDS 4 /* one list of these has very many names */
#define TEXTS 5000 /* unless NW_TEST_ROUNDS says otherwise */

static unsigned
rounds(void)
{
	const char *s = getenv("NW_TEST_ROUNDS");

	return (s ? (unsigned)strtoul(s, NULL, 10) : TEXTS) / TEXTS_A_LIST;
}

static void
agrees_with_a_naive_matcher(void **state)
{
	struct found *a = mem_calloc(FOUND_MAX, sizeof(*a)),
		     *b = mem_calloc(FOUND_MAX, sizeof(*b));
	struct rng rng;

	(void)state;
	print_message("# seed %d, %u texts (NW_TEST_ROUNDS)\n", SEED,
		rounds() * TEXTS_A_LIST);
	rng_init(&rng, SEED);
	for (unsigned i = 0; i < rounds(); i++)
		compare_on(&rng, TEXTS_A_LIST, 40, i % CROWDS == 0, a, b);
	mem_free(&a);
	mem_free(&b);
}

static void
agrees_over_the_edges_of_windows(void **state)
{
	struct found *a = mem_calloc(FOUND_MAX, sizeof(*a)),
		     *b = mem_calloc(FOUND_MAX, sizeof(*b));
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED + 1);
	for (unsigned i = 0; i < 20; i++)
		compare_on(&rng, 2, 3000, i % CROWDS == 0, a, b);
	mem_free(&a);
	mem_free(&b);
}

static void
hits_lie_within_the_text(void **state)
{
	struct scanner *sc = scanner_new();
	struct scan_hits hits = {0};
	struct watch w;
	struct span text = SPAN_LIT("Meta Platforms. META platforms; Meta");

	(void)state;
	watch_init(&w);
	watch_add(&w, "Meta", "Meta Platforms", NULL);
	watch_compile(&w);
	scan_text(sc, w.lex, text, &hits);
	assert_int_equal(hits.n, 5);
	for (size_t i = 0; i < hits.n; i++) {
		assert_true(hits.p[i].start < hits.p[i].end);
		assert_true(hits.p[i].end <= text.n);
	}
	scan_hits_fini(&hits);
	scanner_free(&sc);
	watch_fini(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_naive_matcher),
		cmocka_unit_test(agrees_over_the_edges_of_windows),
		cmocka_unit_test(hits_lie_within_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
