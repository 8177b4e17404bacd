/*
 * The whole way of an item beside the network: parse, match, events, features
 * and sources in the analyser, its result as bytes and back, item, story and
 * hit into the store, one commit a document. CPU time of one core; a disk's
 * waits are no part of it. Feeds are generated: words by Zipf's law, half of a
 * text those of its happening; a share of the items names a watched company.
 *
 *	bench/story_path_bench WATCHLIST NAME [ITEMS [PERCENT_NAMED]]
 *	bench/story_path_bench WATCHLIST NAME ITEMS one
 *
 * one: every item is a headline from another feed, and all of them join one
 * story: the dearest hit there is.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "analyse/analyser.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/rng.h"
#include "daemon/hits.h"
#include "model/limits.h"
#include "story/publishers.h"
#include "trial/classifying.h"
#include "trial/watching.h"

#define DOCUMENT_ITEMS 25
#define HAPPENINGS_SHARE 3 /* items of one happening, about */
#define WORDS 100000
#define OWN_WORDS 40
#define TEXT_WORDS 150
#define ITEM_MS 86 /* a million a day */

struct bench {
	struct rng r;
	struct watching watching;
	struct classifying classifying;
	struct store *store;
	struct stories *stories;
	struct strbuf document;
	const char *name;
	bool one; /* story, of headlines */
	unsigned percent, n_items, n_hits;
	int64_t now_ms;
	double analyse_s, keep_s;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* -- documents ------------------------------------------------------------- */

static void
put_word(struct strbuf *b, uint32_t n)
{
	static const char sound[] = "bacedifoguhajekilomupanetisovuwyzarq";
	uint32_t h = n * 2654435761U;

	if (n > WORDS / 2)
		strbuf_char(b, (char)('A' + n % 26));
	for (unsigned i = 0; i < 6; i++, h /= 36)
		strbuf_char(b, sound[h % 36]);
	strbuf_char(b, ' ');
}

static void
put_words(struct bench *b, uint32_t happening, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint32_t own =
			happening * OWN_WORDS + rng_below(&b->r, OWN_WORDS);
		uint32_t any = (uint32_t)pow(WORDS, rng_unit(&b->r));

		put_word(&b->document, rng_below(&b->r, 2) ? own : any);
		if (i % 15 == 14)
			strbuf_str(&b->document, "said on Monday. ");
	}
}

static void
put_item(struct bench *b, unsigned number)
{
	uint32_t happening =
		rng_below(&b->r, number / HAPPENINGS_SHARE + 1) * 31;
	bool named = rng_below(&b->r, 100) < b->percent;
	char date[DATE_TEXT_SIZE];

	date_format((struct wall){b->now_ms}, date);
	strbuf_str(&b->document, "<item><title>");
	if (named)
		strbuf_printf(&b->document, "%s to buy ", b->name);
	put_words(b, happening, 8);
	strbuf_printf(&b->document,
		"</title><link>https://example.com/%u</link>"
		"<pubDate>%s</pubDate><description>",
		number, date);
	if (named)
		strbuf_printf(&b->document,
			"%s agreed to acquire a rival for $%u million, people "
			"familiar with the matter told Example News. ",
			b->name, 10 + happening % 900);
	put_words(b, happening, TEXT_WORDS);
	strbuf_str(&b->document, "</description></item>");
}

/* Of one story, in the words of bench/poll. */
static void
make_headline(struct bench *b)
{
	uint64_t a = rng_next(&b->r), z = rng_next(&b->r);

	strbuf_clear(&b->document);
	strbuf_printf(&b->document,
		"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>"
		"<title>Feed %u</title><link>https://example.com/%u</link>"
		"<item><title>Number %016" PRIx64 "%016" PRIx64
		" of the town: %s buys a company</title>"
		"<link>https://example.com/%u</link><guid>%u</guid>"
		"<description>Some words of a summary, as long as such words "
		"usually are, with &lt;b&gt;markup&lt;/b&gt; and a full stop."
		"</description></item></channel></rss>",
		b->n_items, b->n_items, a, z, b->name, b->n_items, b->n_items);
	b->n_items++;
	b->now_ms += ITEM_MS;
}

static void
make_document(struct bench *b)
{
	if (b->one) {
		make_headline(b);
		return;
	}
	strbuf_clear(&b->document);
	strbuf_str(&b->document,
		"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>"
		"<title>Example News</title>"
		"<link>https://example.com/</link>");
	for (unsigned i = 0; i < DOCUMENT_ITEMS; i++) {
		put_item(b, b->n_items++);
		b->now_ms += ITEM_MS;
	}
	strbuf_str(&b->document, "</channel></rss>");
}

/* -- the way --------------------------------------------------------------- */

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "story_path_bench: %s\n", err->msg);
	exit(1);
}

/* What the analyser sends. */
static void
analyse(struct bench *b, struct strbuf *out)
{
	const struct analyse_tools tools = {
		b->watching.matcher, b->classifying.classifier};
	struct analyse_job job = {
		.feed_url = SPAN_LIT("https://example.com/feed.xml"),
		.url = SPAN_LIT("https://example.com/feed.xml"),
		.body = strbuf_as_span(&b->document),
	};
	struct arena *a = arena_new();
	struct document *doc;
	struct analyse_result r;

	analyse_pass(&job, &tools, a, &doc, &r);
	analyse_result_format(&r, out);
	document_free(&doc);
	arena_free(&a);
}

static void
keep_items(struct bench *b, struct store_unit *u, struct arena *a,
	const struct analyse_result *r, int64_t feed, struct err *err)
{
	struct store_document d = {.feed = feed, .now = {b->now_ms}};
	struct hit_source src = {
		.received = {b->now_ms},
		.now = {b->now_ms},
		.feed_row = feed,
		.feed = {SPAN_LIT("https://example.com/feed.xml"),
			SPAN_LIT("Example News"), SPAN_LIT("Example News"),
			SPAN_LIT("example.com")},
	};
	struct stories_touched touched = {0};
	struct strbuf title = STRBUF_INIT(LIMIT_TITLE_BYTES);
	bool made;

	if (b->one) {
		strbuf_printf(&title, "Feed %" PRId64, feed);
		src.feed.publisher = src.feed.title = strbuf_as_span(&title);
	}
	d.n_items = r->n_items;
	d.items = arena_array(a, r->n_items, sizeof(*d.items));
	for (size_t i = 0; i < r->n_items; i++) {
		d.items[i].keys = &r->items[i].keys;
		d.items[i].version = r->items[i].version;
		d.items[i].print = r->items[i].print;
		d.items[i].url = r->items[i].item.url;
		d.items[i].title = r->items[i].item.title;
		d.items[i].text = r->items[i].item.text;
		d.items[i].keep_text = r->items[i].n_entities > 0;
		d.items[i].published = r->items[i].item.published;
		d.items[i].updated = r->items[i].item.updated;
	}
	must(store_unit_items(u, &d, err), err);
	for (size_t i = 0; i < r->n_items; i++) {
		must(hits_put(b->stories, u, &src, &r->items[i], &d.items[i],
			     &touched, &made, err),
			err);
		b->n_hits += made;
	}
	stories_touched_fini(&touched);
	strbuf_fini(&title);
}

static void
keep(struct bench *b, struct span bytes)
{
	struct feed_state state = {
		.url = SPAN_LIT("https://example.com/feed.xml"),
		.first_ok = {1},
	};
	struct strbuf url = STRBUF_INIT(LIMIT_URL_BYTES);
	struct arena *a = arena_new();
	struct analyse_result r;
	struct store_unit *u;
	struct err err;
	int64_t feed;

	if (b->one) {
		strbuf_printf(&url, "https://example.com/%u.xml", b->n_items);
		state.url = strbuf_as_span(&url);
	}
	must(analyse_result_parse(bytes, a, &r, &err), &err);
	must(store_unit_begin(b->store, &u, &err), &err);
	must(store_unit_feed(u, &state, &feed, &err), &err);
	keep_items(b, u, a, &r, feed, &err);
	must(store_unit_end(&u, NULL, NULL, &err), &err);
	must(store_commit(b->store, &err), &err);
	arena_free(&a);
	strbuf_fini(&url);
}

static void
run(struct bench *b, unsigned n_items)
{
	struct strbuf result = STRBUF_INIT(ANALYSE_FRAME_BYTES);

	while (b->n_items < n_items) {
		double start;

		make_document(b);
		start = now_s();
		strbuf_clear(&result);
		analyse(b, &result);
		b->analyse_s += now_s() - start;
		start = now_s();
		keep(b, strbuf_as_span(&result));
		b->keep_s += now_s() - start;
	}
	strbuf_fini(&result);
}

static void
tell(const struct bench *b)
{
	double all = b->analyse_s + b->keep_s;
	struct stories_stats s;
	struct rusage use;

	stories_get_stats(b->stories, &s);
	getrusage(RUSAGE_SELF, &use);
	printf("items\t%u\nof them hits\t%u\n", b->n_items, b->n_hits);
	printf("stories open\t%zu\n", s.open);
	printf("analyser, us an item\t%.0f\n", b->analyse_s / b->n_items * 1e6);
	printf("daemon, us an item\t%.0f\n", b->keep_s / b->n_items * 1e6);
	printf("million items/day on one core\t%.1f\n",
		b->n_items / all * 86400 / 1e6);
	printf("peak memory, MiB\t%ld\n", use.ru_maxrss / 1024);
}

int
main(int argc, char **argv)
{
	static const struct publisher_list no_publishers;
	struct opt_texts none = {0}, lists = {0};
	struct bench b = {.document = STRBUF_INIT(LIMIT_DOCUMENT_BYTES)};
	unsigned n = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 20000;
	char dir[] = "/tmp/story-path.XXXXXX";
	char *path, *clean;
	struct err err;

	if (argc < 3) {
		fputs("usage: story_path_bench WATCHLIST NAME [ITEMS "
		      "[PERCENT_NAMED | one]]\n",
			stderr);
		return 64;
	}
	lists.p = (const char *[]){argv[1]};
	lists.n = 1;
	b.name = argv[2];
	b.one = argc > 4 && strcmp(argv[4], "one") == 0;
	b.percent = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 100;
	b.now_ms = INT64_C(1767225600000);
	rng_init(&b.r, 1);
	if (watching_init(&b.watching, &lists) != 0 ||
		classifying_init(&b.classifying, &none, "bench") != 0 ||
		mkdtemp(dir) == NULL)
		return 1;
	path = mem_printf("%s/newswatch.db", dir);
	must(store_open(path, &b.store, &err), &err);
	must(stories_open(b.store, &no_publishers, &b.stories, &err), &err);
	run(&b, n);
	tell(&b);
	store_close(&b.store);
	stories_close(&b.stories);
	classifying_fini(&b.classifying);
	watching_fini(&b.watching);
	strbuf_fini(&b.document);
	clean = mem_printf("rm -rf '%s'", dir);
	if (system(clean) != 0)
		perror(dir);
	mem_free(&clean);
	mem_free(&path);
	return 0;
}
