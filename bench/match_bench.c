/*
 * How fast are a thousand, a hundred thousand, a million names found?
 *
 *	bench/match_bench [--text FILE] [--mb N] [--names N,N,...] [--dump DIR]
 *
 * Text: a file, or made here: words of the table in Zipf's proportions, with
 * capitals, commas and full stops. Names: 20% are two neighbouring words of
 * the text, the rest one to four words of which one is made up. Beside
 * newswatch's scan (Unicode folding, word boundaries, offsets) Hyperscan runs
 * (literals, caseless, no word boundaries) where it is built in; --dump writes
 * text and names for bench/aho-corasick. One line of numbers a run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/opts.h"
#include "base/rng.h"
#include "base/vec.h"
#include "match/block.h"
#include "match/scan.h"
#include "model/limits.h"

#ifdef HAVE_HYPERSCAN
#include <hs/hs.h>
#endif

#define SEED 7
#define DEFAULT_MB "71"
#define ROUNDS 31 /* the best counts */

struct names {
	VEC(struct span) v;
	struct arena *arena;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
peak_mb(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024;
}

/* -- text ------------------------------------------------------------------ */

static void
read_words(struct names *words)
{
	struct strbuf table = STRBUF_INIT(MIB(8));
	struct span rest, line, word;
	struct err err;

	if (file_read(NW_SRCDIR "/src/match/data/words.txt", &table, &err) !=
		0) {
		fprintf(stderr, "match_bench: %s\n", err.msg);
		exit(1);
	}
	rest = strbuf_as_span(&table);
	while (span_next(&rest, '\n', &line))
		if (span_next(&line, '\t', &word) && line.n &&
			line.p[0] >= '1' && line.p[0] <= '6')
			vec_push(&words->v, arena_span(words->arena, word));
	strbuf_fini(&table);
}

/* Rank by 1 / (rank + 3), by inverting its integral. */
static size_t
zipf(struct rng *rng, size_t n)
{
	double top = __builtin_log((double)n + 3) - __builtin_log(3);
	double r = 3 * (__builtin_exp(rng_unit(rng) * top) - 1);
	size_t i = (size_t)r;

	return i < n ? i : n - 1;
}

static void
make_text(struct rng *rng, const struct names *words, size_t bytes,
	struct strbuf *out)
{
	bool start = true;
	struct span w;
	size_t at;

	while (out->n < bytes) {
		w = words->v.p[zipf(rng, words->v.n)];
		at = out->n;
		strbuf_span(out, w);
		if (start || rng_below(rng, 12) == 0)
			out->p[at] = (char)(out->p[at] & ~0x20);
		start = rng_below(rng, 15) == 0;
		strbuf_str(out,
			start ? (rng_below(rng, 5) ? ". " : ".\n")
				: rng_below(rng, 12) ? " "
						     : ", ");
	}
}

/* The commonest words first: shuffle, as the table is sorted by letters. */
static void
shuffle(struct rng *rng, struct names *words)
{
	size_t i, k;
	struct span t;

	for (i = words->v.n; i > 1; i--) {
		k = rng_below(rng, (uint32_t)i);
		t = words->v.p[i - 1];
		words->v.p[i - 1] = words->v.p[k];
		words->v.p[k] = t;
	}
}

/* -- names ----------------------------------------------------------------- */

#define BIGRAM_WORD_MIN 3 /* letters of each word */

/* Two words of letters, and one space between them. */
static bool
is_bigram(struct span s)
{
	size_t space = span_find(s, ' '), i;

	for (i = 0; i < s.n; i++)
		if (i != space && (unsigned char)((s.p[i] | 0x20) - 'a') >= 26)
			return false;
	return space != SIZE_MAX && space >= BIGRAM_WORD_MIN &&
		s.n - space > BIGRAM_WORD_MIN;
}

static struct span
bigram_of_text(struct rng *rng, struct span text)
{
	size_t at, end;
	unsigned words;
	struct span s;

	do {
		at = ((size_t)rng_next(rng) >> 1) % (text.n - 200);
		while (text.p[at] != ' ')
			at++;
		at++;
		for (end = at, words = 0; words < 2 && end + 1 < text.n; end++)
			words += text.p[end] == ' ';
		s = span_make(text.p + at, end - 1 - at);
	} while (!is_bigram(s));
	return s;
}

static struct span
made_up(struct rng *rng, struct names *names, const struct names *words)
{
	static const char *const syllables[] = {"ka", "lor", "ven", "tis", "mo",
		"zu", "bra", "nex", "qui", "dor", "pha", "syn"};
	char text[256];
	unsigned n = rng_below(rng, 4) + 1, odd = rng_below(rng, n), i, k;
	size_t len = 0;

	for (i = 0; i < n; i++) {
		size_t at = len;

		if (i)
			text[len++] = ' ', at++;
		if (i == odd)
			for (k = rng_below(rng, 3) + 2; k > 0; k--)
				len += (size_t)snprintf(text + len,
					sizeof(text) - len, "%s",
					syllables[rng_below(rng, 12)]);
		else
			len += (size_t)snprintf(text + len, sizeof(text) - len,
				"%.*s",
				SPAN_ARG(words->v.p[zipf(rng, words->v.n)]));
		text[at] = (char)(text[at] & ~0x20);
	}
	return arena_span(names->arena, span_make(text, len));
}

static void
make_names(struct rng *rng, const struct names *words, struct span text,
	size_t n, struct names *out)
{
	size_t i;

	for (i = 0; i < n; i++)
		vec_push(&out->v,
			i % 5 ? made_up(rng, out, words)
			      : bigram_of_text(rng, text));
}

static int
dump(const char *dir, const char *what, size_t n, struct span s,
	struct err *err)
{
	char path[4096];

	if (n)
		snprintf(path, sizeof(path), "%s/%s-%zu", dir, what, n);
	else
		snprintf(path, sizeof(path), "%s/%s", dir, what);
	return file_replace(path, s, 0644, err);
}

/* -- newswatch ------------------------------------------------------------- */

static void
compile(const struct names *names, struct strbuf *block)
{
	VEC(struct entity) v = {0};
	struct entity_list list;
	struct err err;
	size_t i;

	for (i = 0; i < names->v.n; i++)
		vec_push(&v,
			(struct entity){
				.name = names->v.p[i],
				.id = span_of(
					arena_printf(names->arena, "n%zu", i)),
				.watchlist = SPAN_LIT("bench"),
				.place = {"bench", (unsigned)i + 1, 1},
				.kind = ENTITY_PRODUCT, /* no legal forms */
				.min_confidence = -1,
			});
	list = (struct entity_list){v.p, v.n};
	if (lexicon_build(&list, NULL, NULL, block, NULL, &err) != 0) {
		fprintf(stderr, "match_bench: %s\n", err.msg);
		exit(1);
	}
	vec_fini(&v);
}

static void
run_newswatch(const struct names *names, struct span text)
{
	struct strbuf block = STRBUF_INIT(LEXICON_BYTES_MAX);
	struct scanner *sc = scanner_new();
	struct scan_hits hits = {0};
	struct lexicon *lex;
	double t0 = now(), built, best = 1e9, t;
	size_t n_hits = 0, at, n;
	struct err err;
	int i;

	compile(names, &block);
	built = now() - t0;
	if (lexicon_open(block.p, block.n, LEXICON_OWN, &lex, &err) != 0)
		exit(1);
	for (i = 0; i < ROUNDS; i++) {
		t = now();
		n_hits = 0;
		/* as articles come: in pieces, cut at spaces */
		for (at = 0; at < text.n; at += n) {
			n = text.n - at < KIB(64) ? text.n - at : KIB(64);
			while (at + n < text.n && text.p[at + n] != '\n')
				n++;
			hits.n = 0;
			scan_text(sc, lex, span_make(text.p + at, n), &hits);
			n_hits += hits.n;
		}
		t = now() - t;
		best = t < best ? t : best;
	}
	printf("newswatch  names=%zu build_s=%.2f block_mb=%.1f hits=%zu "
	       "mb_per_s=%.0f\n",
		names->v.n, built, (double)block.n / 1048576, n_hits,
		(double)text.n / 1e6 / best);
	fflush(stdout);
	lexicon_close(&lex);
	scan_hits_fini(&hits);
	scanner_free(&sc);
	strbuf_fini(&block);
}

/* -- Hyperscan ------------------------------------------------------------- */

#ifdef HAVE_HYPERSCAN
static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
	unsigned flags, void *arg)
{
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	++*(size_t *)arg;
	return 0;
}

static void
run_hyperscan(const struct names *names, struct span text)
{
	size_t n = names->v.n, i, n_hits = 0, bytes = 0;
	const char **p = mem_calloc(n, sizeof(*p));
	unsigned *flags = mem_calloc(n, sizeof(*flags));
	unsigned *ids = mem_calloc(n, sizeof(*ids));
	size_t *lens = mem_calloc(n, sizeof(*lens));
	hs_database_t *db = NULL;
	hs_scratch_t *scratch = NULL;
	hs_compile_error_t *error = NULL;
	double t0 = now(), built, best = 1e9, t;

	for (i = 0; i < n; i++) {
		p[i] = names->v.p[i].p;
		lens[i] = names->v.p[i].n;
		flags[i] = HS_FLAG_CASELESS;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(p, flags, ids, lens, (unsigned)n,
		    HS_MODE_BLOCK, NULL, &db, &error) != HS_SUCCESS) {
		printf("hyperscan  names=%zu failed: %s\n", n, error->message);
		return;
	}
	hs_alloc_scratch(db, &scratch);
	built = now() - t0;
	hs_database_size(db, &bytes);
	for (i = 0; i < ROUNDS; i++) {
		t = now();
		n_hits = 0;
		hs_scan(db, text.p, (unsigned)text.n, 0, scratch, on_match,
			&n_hits);
		t = now() - t;
		best = t < best ? t : best;
	}
	printf("hyperscan  names=%zu build_s=%.2f block_mb=%.1f hits=%zu "
	       "mb_per_s=%.0f\n",
		n, built, (double)bytes / 1048576, n_hits,
		(double)text.n / 1e6 / best);
	fflush(stdout);
	hs_free_scratch(scratch);
	hs_free_database(db);
	mem_free(&p);
	mem_free(&flags);
	mem_free(&ids);
	mem_free(&lens);
}
#endif

/* -- all ------------------------------------------------------------------- */

#ifdef HAVE_HYPERSCAN
static size_t
hyperscan_max(void)
{
	const char *s = getenv("MATCH_HYPERSCAN_MAX");
	int64_t n;

	return s && span_i64(span_of(s), 0, INT64_MAX, &n) ? (size_t)n : 100000;
}
#endif

static void
dump_names(const char *dir, const struct names *names)
{
	struct strbuf all = STRBUF_INIT(MIB(256));
	struct err err;

	vec_each (struct span *, s, &names->v) {
		strbuf_span(&all, *s);
		strbuf_char(&all, '\n');
	}
	if (dump(dir, "names", names->v.n, strbuf_as_span(&all), &err) != 0)
		fprintf(stderr, "match_bench: %s\n", err.msg);
	strbuf_fini(&all);
}

/* In a process of its own, to tell what memory it takes besides text and
 * names. */
static void
measure(void (*engine)(const struct names *names, struct span text),
	const struct names *names, struct span text)
{
	pid_t pid = fork();
	double before;
	int status;

	if (pid == 0) {
		before = peak_mb();
		engine(names, text);
		printf("           peak_mb=%.0f, that of text and names left "
		       "out\n",
			peak_mb() - before);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		fprintf(stderr, "match_bench: an engine failed\n");
}

static void
run(size_t n, const struct names *words, struct span text, const char *dir)
{
	struct names names = {.arena = arena_new()};
	struct rng rng;

	rng_init(&rng, SEED + n);
	make_names(&rng, words, text, n, &names);
	if (dir)
		dump_names(dir, &names);
	measure(run_newswatch, &names, text);
#ifdef HAVE_HYPERSCAN
	if (n <= hyperscan_max())
		measure(run_hyperscan, &names, text);
#endif
	vec_fini(&names.v);
	arena_free(&names.arena);
}

int
main(int argc, char **argv)
{
	const char *file = NULL, *mb = DEFAULT_MB, *dir = NULL;
	const char *counts = "1000,100000,1000000", *rest[64];
	const struct opt options[] = {
		{0, "text", OPT_TEXT, "FILE", "a text instead of a made one",
			&file},
		{0, "mb", OPT_TEXT, "N", "how much text is made", &mb},
		{0, "names", OPT_TEXT, "N,...", "how many names", &counts},
		{0, "dump", OPT_TEXT, "DIR", "write text and names there",
			&dir},
		{0},
	};
	struct names words = {.arena = arena_new()};
	struct strbuf text = STRBUF_INIT(MIB(1024));
	struct span all, one;
	struct rng rng;
	struct err err;
	size_t n_rest;
	int64_t n;

	if (argc > 60 ||
		opts_parse(options, argc, argv, rest, &n_rest, &err) != 0) {
		fprintf(stderr, "match_bench: %s\n", err.msg);
		return 1;
	}
	rng_init(&rng, SEED);
	read_words(&words);
	shuffle(&rng, &words);
	if (file && file_read(file, &text, &err) != 0) {
		fprintf(stderr, "match_bench: %s\n", err.msg);
		return 1;
	}
	if (!file && span_i64(span_of(mb), 1, 900, &n))
		make_text(&rng, &words, (size_t)n * 1000000, &text);
	if (dir && dump(dir, "text", 0, strbuf_as_span(&text), &err) != 0)
		fprintf(stderr, "match_bench: %s\n", err.msg);
	all = span_of(counts);
	while (span_next(&all, ',', &one))
		if (span_i64(one, 1, 10000000, &n))
			run((size_t)n, &words, strbuf_as_span(&text), dir);
	strbuf_fini(&text);
	vec_fini(&words.v);
	arena_free(&words.arena);
	return 0;
}
