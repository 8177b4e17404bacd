/*
 * How fast are a thousand, a hundred thousand, a million names found?
 *
 *	bench/match_bench [--text FILE] [--mb N] [--names N,N,...] [--dump DIR]
 *
 * Two texts: news, made here (match_corpus.h) with names put in as articles
 * have them, and FILE. newswatch's scan and, where it is built in, Hyperscan
 * take turns on each, ROUNDS times, in one process; medians of CPU time. Build
 * time and memory are taken in a process of their own before.
 *
 * newswatch: full Unicode folding, edges of words, any typography between
 * words, start and end of every hit; article after article of 64 KiB.
 * Hyperscan: hs_compile_lit_multi, HS_FLAG_CASELESS (ASCII), block mode, the
 * whole text in one call, what its authors made for literals: every hit's end,
 * also inside words, one space between words; no start (SOM), no edges, no
 * Unicode. It has the smaller task, and is not slowed down by ours.
 * --dump writes texts and names for the others. One line of numbers a run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/opts.h"
#include "match/block.h"
#include "match/scan.h"
#include "match_corpus.h"
#include "model/limits.h"

#ifdef HAVE_HYPERSCAN
#include <hs/hs.h>
#endif

#define SEED 7
#define DEFAULT_MB "40"
#define ROUNDS 9 /* the median counts */

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

static void
fail(const char *what)
{
	fprintf(stderr, "match_bench: %s\n", what);
	exit(1);
}

/* One way to find names, built and ready. */
struct engine {
	const char *name;
	void (*build)(const struct names *names);
	size_t (*scan)(struct span text); /* how many hits */
};

/* -- newswatch ------------------------------------------------------------- */

static struct strbuf block;
static struct lexicon *lexicon;
static struct scanner *scanner;
static struct scan_hits hits;

static void
newswatch_build(const struct names *names)
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
	strbuf_init(&block, LEXICON_BYTES_MAX);
	if (lexicon_build(&list, NULL, NULL, &block, NULL, &err) != 0)
		fail(err.msg);
	if (lexicon_open(block.p, block.n, LEXICON_OWN, &lexicon, &err) != 0)
		fail(err.msg);
	scanner = scanner_new();
	vec_fini(&v);
}

#define ARTICLE_BYTES KIB(64)

/* As articles come: in pieces, cut at lines. */
static size_t
newswatch_scan(struct span text)
{
	size_t n_hits = 0, at, n;

	for (at = 0; at < text.n; at += n) {
		n = text.n - at < ARTICLE_BYTES ? text.n - at : ARTICLE_BYTES;
		while (at + n < text.n && text.p[at + n] != '\n')
			n++;
		hits.n = 0;
		scan_text(scanner, lexicon, span_make(text.p + at, n), &hits);
		n_hits += hits.n;
	}
	return n_hits;
}

/* -- Hyperscan ------------------------------------------------------------- */

#ifdef HAVE_HYPERSCAN
static hs_database_t *database;
static hs_scratch_t *scratch;

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
hyperscan_build(const struct names *names)
{
	size_t n = names->v.n, i;
	const char **p = mem_calloc(n, sizeof(*p));
	unsigned *flags = mem_calloc(n, sizeof(*flags));
	unsigned *ids = mem_calloc(n, sizeof(*ids));
	size_t *lens = mem_calloc(n, sizeof(*lens));
	hs_compile_error_t *error = NULL;

	for (i = 0; i < n; i++) {
		p[i] = names->v.p[i].p;
		lens[i] = names->v.p[i].n;
		flags[i] = HS_FLAG_CASELESS;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(p, flags, ids, lens, (unsigned)n,
		    HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS)
		fail(error->message);
	if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
		fail("no scratch for Hyperscan");
	mem_free(&p);
	mem_free(&flags);
	mem_free(&ids);
	mem_free(&lens);
}

static size_t
hyperscan_scan(struct span text)
{
	size_t n_hits = 0;

	hs_scan(database, text.p, (unsigned)text.n, 0, scratch, on_match,
		&n_hits);
	return n_hits;
}

static size_t
hyperscan_max(void)
{
	const char *s = getenv("MATCH_HYPERSCAN_MAX");
	int64_t n;

	return s && span_i64(span_of(s), 0, INT64_MAX, &n) ? (size_t)n : 100000;
}
#endif

/* -- measuring ------------------------------------------------------------- */

static const struct engine engines[] = {
	{"newswatch", newswatch_build, newswatch_scan},
#ifdef HAVE_HYPERSCAN
	{"hyperscan", hyperscan_build, hyperscan_scan},
#endif
};

#define ENGINES (sizeof(engines) / sizeof(*engines))
#define TEXTS_MAX 2

struct corpus {
	const char *name;
	struct span text;
};

struct run {
	const struct names *names;
	struct corpus corpus[TEXTS_MAX];
	size_t n_texts, n_engines;
};

/* Built bytes: newswatch's block, Hyperscan's database. */
static double
built_mb(size_t engine)
{
	size_t bytes = block.n;

#ifdef HAVE_HYPERSCAN
	if (engine == 1 && hs_database_size(database, &bytes) != HS_SUCCESS)
		bytes = 0;
#endif
	(void)engine;
	return (double)bytes / 1048576;
}

static void
measure_build(const struct run *r, size_t engine)
{
	double before = peak_mb(), t = now();

	engines[engine].build(r->names);
	t = now() - t;
	engines[engine].scan(r->corpus[0].text);
	printf("%s  names=%zu build_s=%.2f block_mb=%.1f peak_mb=%.0f "
	       "(without text and names)\n",
		engines[engine].name, r->names->v.n, t, built_mb(engine),
		peak_mb() - before);
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
measure_scans(const struct run *r, const struct corpus *c)
{
	double time[ENGINES][ROUNDS], median, ours = 0;
	size_t n_hits[ENGINES];

	for (size_t round = 0; round < ROUNDS; round++)
		for (size_t e = 0; e < r->n_engines; e++) {
			double t = now();

			n_hits[e] = engines[e].scan(c->text);
			time[e][round] = now() - t;
		}
	for (size_t e = 0; e < r->n_engines; e++) {
		qsort(time[e], ROUNDS, sizeof(time[e][0]), compare_times);
		median = time[e][ROUNDS / 2];
		ours = e ? ours : median;
		printf("%s  names=%zu text=%s hits=%zu mb_per_s=%.0f",
			engines[e].name, r->names->v.n, c->name, n_hits[e],
			(double)c->text.n / 1e6 / median);
		if (e)
			printf(" newswatch_is=%.2fx", median / ours);
		printf("\n");
	}
}

static void
measure_all(const struct run *r, size_t unused)
{
	(void)unused;
	for (size_t e = 0; e < r->n_engines; e++)
		engines[e].build(r->names);
	for (size_t i = 0; i < r->n_texts; i++)
		measure_scans(r, &r->corpus[i]);
}

/* In a process of its own. */
static void
apart(void (*measure)(const struct run *r, size_t engine), const struct run *r,
	size_t engine)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		measure(r, engine);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		fprintf(stderr, "match_bench: an engine failed\n");
}

/* -- all ------------------------------------------------------------------- */

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

/* file: empty if there is none. */
static void
run(size_t n, const struct names *words, struct span made, struct span file,
	const char *dir)
{
	struct names names = {.arena = arena_new()};
	struct strbuf news = STRBUF_INIT(MIB(1024));
	struct run r = {.names = &names, .n_engines = ENGINES};
	struct rng rng;
	struct err err;

	rng_init(&rng, SEED + n);
	corpus_names(&rng, words, file.n ? file : made, n, &names);
	corpus_mentions(&rng, &names, made, &news);
	r.corpus[r.n_texts++] = (struct corpus){"news", strbuf_as_span(&news)};
	if (file.n)
		r.corpus[r.n_texts++] = (struct corpus){"file", file};
	if (dir) {
		dump_names(dir, &names);
		if (dump(dir, "news", n, strbuf_as_span(&news), &err) != 0)
			fprintf(stderr, "match_bench: %s\n", err.msg);
	}
#ifdef HAVE_HYPERSCAN
	r.n_engines = n <= hyperscan_max() ? ENGINES : 1;
#endif
	for (size_t e = 0; e < r.n_engines; e++)
		apart(measure_build, &r, e);
	apart(measure_all, &r, 0);
	strbuf_fini(&news);
	vec_fini(&names.v);
	arena_free(&names.arena);
}

int
main(int argc, char **argv)
{
	const char *file = NULL, *mb = DEFAULT_MB, *dir = NULL;
	const char *counts = "1000,100000,1000000", *rest[64];
	const struct opt options[] = {
		{0, "text", OPT_TEXT, "FILE", "another text beside the news",
			&file},
		{0, "mb", OPT_TEXT, "N", "how much news is made", &mb},
		{0, "names", OPT_TEXT, "N,...", "how many names", &counts},
		{0, "dump", OPT_TEXT, "DIR", "write texts and names there",
			&dir},
		{0},
	};
	struct names words = {.arena = arena_new()};
	struct strbuf text = STRBUF_INIT(MIB(1024)), news = text;
	struct span all, one;
	struct rng rng;
	struct err err;
	size_t n_rest;
	int64_t n;

	if (argc > 60 ||
		opts_parse(options, argc, argv, rest, &n_rest, &err) != 0)
		fail(err.msg);
	rng_init(&rng, SEED);
	corpus_words(&words);
	corpus_shuffle(&rng, &words);
	if (file && file_read(file, &text, &err) != 0)
		fail(err.msg);
	if (span_i64(span_of(mb), 1, 900, &n))
		corpus_text(&rng, &words, (size_t)n * 1000000, &news);
	if (dir &&
		dump(dir, "text", 0, strbuf_as_span(file ? &text : &news),
			&err) != 0)
		fail(err.msg);
	all = span_of(counts);
	while (span_next(&all, ',', &one))
		if (span_i64(one, 1, 10000000, &n))
			run((size_t)n, &words, strbuf_as_span(&news),
				strbuf_as_span(&text), dir);
	strbuf_fini(&text);
	strbuf_fini(&news);
	vec_fini(&words.v);
	arena_free(&words.arena);
	return 0;
}
