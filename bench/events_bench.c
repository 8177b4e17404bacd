/*
 * How many items a second are classified on one core, beside the keyword way:
 * one case-insensitive regular expression of words for each type, PCRE2 with
 * its JIT (left out where configure found none); and beside who is named as a
 * source, which is told of every item, too. Items are made from the
 * sentences of tests/data/events: a title and a text of so many sentences.
 *
 *	bench/events_bench [SENTENCES [ITEMS]]
 */
#include <stdio.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "config/events.h"
#include "event/compile.h"
#include "event/events.h"
#include "story/sources.h"

#ifdef HAVE_PCRE2
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#endif

static const char *const files[] = {
	"deals", "figures", "people", "products", "business"};

struct bench {
	struct strbuf source; /* lines of all files */
	VEC(struct span) sentences;
	VEC(struct item) items;
	struct arena *arena;
	size_t bytes;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
load_sentences(struct bench *b)
{
	struct span rest, line;

	strbuf_init(&b->source, 1 << 20);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *path = mem_printf(
			NW_SRCDIR "/tests/data/events/%s.yaml", files[i]);
		struct err err = {0};

		if (file_read(path, &b->source, &err) != 0)
			fprintf(stderr, "events_bench: %s\n", err.msg);
		mem_free(&path);
	}
	rest = strbuf_as_span(&b->source);
	while (span_next(&rest, '\n', &line))
		if (span_starts(line, "    - "))
			vec_push(&b->sentences, span_sub(line, 6, SIZE_MAX));
}

static void
make_items(struct bench *b, unsigned n_sentences, unsigned n_items)
{
	struct strbuf text = STRBUF_INIT(1 << 20);
	struct rng rng;

	rng_init(&rng, 1);
	for (unsigned i = 0; i < n_items; i++) {
		struct item item = {.published = {ITEM_UNDATED}};
		uint32_t n = (uint32_t)b->sentences.n;

		strbuf_clear(&text);
		for (unsigned k = 0; k < n_sentences; k++) {
			strbuf_span(&text, b->sentences.p[rng_below(&rng, n)]);
			strbuf_str(&text, k % 4 == 3 ? ".\n" : ". ");
		}
		item.title = b->sentences.p[rng_below(&rng, n)];
		item.text = arena_span(b->arena, strbuf_as_span(&text));
		b->bytes += item.title.n + item.text.n;
		vec_push(&b->items, item);
	}
	strbuf_fini(&text);
}

static void
tell(const struct bench *b, const char *what, double seconds, size_t found)
{
	printf("%-22s %9.0f items/s %7.1f MB/s %9zu found\n", what,
		(double)b->items.n / seconds, (double)b->bytes / seconds / 1e6,
		found);
}

static void
bench_patterns(struct bench *b)
{
	struct strbuf block = STRBUF_INIT(EVENTS_BYTES_MAX);
	struct strbuf messages = STRBUF_INIT(1 << 16);
	struct report report = {.put = report_to_strbuf, .arg = &messages};
	struct event_catalog *catalog = NULL;
	struct events_counts counts = {0};
	struct arena *arena = arena_new();
	struct classifier *c;
	struct events *e = NULL;
	double start = now_s();
	size_t found = 0;

	if (config_load_events(NULL, 0, &catalog, &messages, NULL) != 0 ||
		events_compile(event_catalog_types(catalog), &report, &block,
			&counts, NULL) != 0 ||
		events_open(block.p, block.n, EVENTS_OWN, &e, NULL) != 0) {
		fprintf(stderr, "%s\n", strbuf_cstr(&messages));
		return;
	}
	printf("%zu types, %zu patterns, %zu cues: compiled in %.0f ms, "
	       "%zu bytes\n",
		counts.types, counts.patterns, counts.cues,
		(now_s() - start) * 1e3, block.n);
	c = classifier_new(e);
	start = now_s();
	vec_each (struct item *, item, &b->items) {
		struct events_result r;

		arena_reset(arena);
		classifier_run(c, item, NULL, 0, NULL, arena, &r);
		found += r.n;
	}
	tell(b, "newswatch patterns", now_s() - start, found);
	classifier_free(&c);
	events_close(&e);
	event_catalog_free(&catalog);
	arena_free(&arena);
	strbuf_fini(&block);
	strbuf_fini(&messages);
}

static void
bench_sources(struct bench *b)
{
	struct arena *arena = arena_new();
	double start = now_s();
	size_t found = 0;

	vec_each (struct item *, item, &b->items) {
		struct item_sources s;

		arena_reset(arena);
		item_sources_find(item, NULL, 0, arena, &s);
		found += s.n;
	}
	tell(b, "newswatch sources", now_s() - start, found);
	arena_free(&arena);
}

#ifdef HAVE_PCRE2
/* One for each type: the words a keyword rule would have. */
static const char *const keywords[] = {
	"acqui(?:re|res|red|sition)|takeover|merger|merges?|buyout",
	"divest\\w*|spin-?off|carve-?out|sale of",
	"stake|holding|13[dg]",
	"raises|funding|series [a-g]|seed round|valuation",
	"notes|bonds?|loan|credit facility|covenant|default",
	"public offering|placement|rights issue|share sale",
	"ipo|initial public offering|go(?:es)? public|delist\\w*",
	"buy-?back|repurchase\\w*",
	"dividends?|distribution|payout",
	"stock split|share split|reverse split",
	"results|earnings|profit|revenue|net income",
	"guidance|outlook|forecasts?|profit warning",
	"deliveries|subscribers|same-store sales|users",
	"upgrade[sd]?|downgrade[sd]?|price target|initiates",
	"moody's|fitch|credit rating|junk",
	"restate\\w*|auditor|impairment|write-?down",
	"ceo|cfo|appoint\\w*|steps? down|resign\\w*|names",
	"proxy|shareholders?|annual meeting|bylaws",
	"insiders?|form 4|director sells",
	"layoffs?|lays off|job cuts|cuts \\d+ jobs|redundan\\w*",
	"strike|union|walkout|hiring",
	"restructur\\w*|reorgani[sz]\\w*|strategic review",
	"plant|factory|data cent(?:er|re)|breaks ground",
	"bankrupt\\w*|chapter 11|insolven\\w*|administration",
	"launch\\w*|unveil\\w*|releases?|introduc\\w*",
	"open[- ]sourc\\w*|weights|apache licen[sc]e|github",
	"recall\\w*|outage|withdraws",
	"fda|phase [123]|trial|approval|endpoint",
	"partner\\w*|joint venture|teams up|collaborat\\w*",
	"contract|awarded|order for",
	"sues?|lawsuit|court|patent|settle\\w*",
	"probe\\w*|antitrust|fined?|regulators?|sanctions?",
	"hack\\w*|breach|ransomware|cyber\\w*",
	"explosion|fire|halts|shortage|crash",
	"raises prices?|price increase|subscription|terms of service",
	"says|testif\\w*|dies|arrested",
	"short seller|boycott|scandal|award|donat\\w*",
	"shares (?:jump|fall|rise|drop)|record high|stock",
};

#define N_KEYWORDS (sizeof(keywords) / sizeof(*keywords))

static bool
matches(pcre2_code *code, pcre2_match_data *data, struct span s)
{
	return pcre2_match(code, (PCRE2_SPTR)s.p, s.n, 0, 0, data, NULL) >= 0;
}

static void
bench_keywords(struct bench *b)
{
	pcre2_code *codes[N_KEYWORDS];
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	double start;
	size_t found = 0;

	for (size_t i = 0; i < N_KEYWORDS; i++) {
		char *text = mem_printf("\\b(?:%s)\\b", keywords[i]);
		PCRE2_SIZE at;
		int code;

		codes[i] =
			pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
				PCRE2_CASELESS | PCRE2_UTF, &code, &at, NULL);
		if (codes[i] == NULL)
			fprintf(stderr, "events_bench: %s: %d\n", text, code);
		else
			pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE);
		mem_free(&text);
	}
	start = now_s();
	vec_each (struct item *, item, &b->items)
		for (size_t i = 0; i < N_KEYWORDS; i++)
			found += codes[i] &&
				(matches(codes[i], data, item->title) ||
					matches(codes[i], data, item->text));
	tell(b, "keywords, PCRE2 JIT", now_s() - start, found);
	for (size_t i = 0; i < N_KEYWORDS; i++)
		pcre2_code_free(codes[i]);
	pcre2_match_data_free(data);
}
#endif

int
main(int argc, char **argv)
{
	struct bench b = {.arena = arena_new()};
	int64_t sentences = 20, items = 5000;

	if (argc > 1)
		span_i64(span_of(argv[1]), 0, 1000, &sentences);
	if (argc > 2)
		span_i64(span_of(argv[2]), 1, 1000000, &items);
	load_sentences(&b);
	make_items(&b, (unsigned)sentences, (unsigned)items);
	printf("%zu items, %.0f bytes each\n", b.items.n,
		(double)b.bytes / (double)b.items.n);
	bench_patterns(&b);
	bench_sources(&b);
#ifdef HAVE_PCRE2
	bench_keywords(&b);
#else
	puts("keywords: configure found no libpcre2-8, left out");
#endif
	vec_fini(&b.items);
	vec_fini(&b.sentences);
	strbuf_fini(&b.source);
	arena_free(&b.arena);
	return 0;
}
