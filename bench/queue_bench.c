/*
 * How fast hits are stored, read and relayed. bench/queue runs it beside
 * redis-benchmark.
 *
 *	queue_bench hits PATH N BYTES      store N hits of so many bytes of JSON
 *	queue_bench relay PATH SOCKET      relay all of them, one pass
 *	queue_bench feeds PATH N           store and load N feeds
 *	queue_bench post URL N BYTES       N POSTs by a bare loop of libcurl
 *
 * Prints one line of JSON.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rng.h"
#include "io/loop.h"
#include "io/redis.h"
#include "queue/publisher.h"
#include "store/store.h"

#define GROUP 50 /* units per commit, as at some thousand feeds a second */

static struct err err;

static void
must(int rc)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s\n", err.msg);
	exit(1);
}

static double
seconds_since(int64_t us)
{
	return (double)(clock_mono_us() - us) / 1e6;
}

static int64_t
number_of(const char *text)
{
	int64_t n;

	if (!span_i64(span_of(text), 1, 100000000, &n)) {
		fprintf(stderr, "%s is no number\n", text);
		exit(2);
	}
	return n;
}

/* -- storing --------------------------------------------------------------- */

/* Every hit has other text, as in life: equal ones would collide in Redis' Lua,
 * which hashes only some bytes of a string. */
static void
fill_json(char *json, size_t n_bytes, struct rng *rng)
{
	static const char head[] = "{\"v\":1,\"text\":\"";
	size_t n = sizeof(head) - 1;

	memcpy(json, head, n);
	for (; n < n_bytes; n++)
		json[n] = (char)('a' + rng_next(rng) % 26);
	memcpy(json + n, "\"}", 3);
}

static void
store_unit(struct store *s, int64_t i, struct span json)
{
	static const struct span entities[] = {{"meta", 4}};
	static const struct span marks[] = {{"entity:meta", 11}};
	char url[64], id[HEX128_SIZE];
	struct feed_state feed = {.url = {url, 0}};
	struct store_item item = {.published = {i}, .updated = {i}};
	struct item_keys keys = {.n = 2};
	struct store_document d = {
		.whole = true, .now = {i}, .items = &item, .n_items = 1};
	struct store_hit h = {.id = id,
		.json = json,
		.entities = entities,
		.n_entities = 1,
		.marks = marks,
		.n_marks = 1};
	struct store_unit *u;

	feed.url.n = (size_t)snprintf(
		url, sizeof(url), "https://f%" PRId64 ".test/", i % 1000);
	memcpy(keys.k[0].b, &i, sizeof(i));
	memcpy(keys.k[1].b + 8, &i, sizeof(i));
	item.keys = &keys;
	must(store_unit_begin(s, &u, &err));
	must(store_unit_feed(u, &feed, &d.feed, &err));
	must(store_unit_items(u, &d, &err));
	hit_id(item.id, HIT_NEW, 0, id);
	h.item = item.row;
	must(store_unit_hit(u, &h, &err));
	must(store_unit_end(&u, NULL, NULL, &err));
}

static void
bench_hits(const char *path, int64_t n, size_t n_bytes)
{
	char *json = mem_alloc(n_bytes + 64);
	int64_t start = clock_mono_us();
	struct store *s;
	struct rng rng;
	double t;

	rng_init(&rng, 1);
	must(store_open(path, &s, &err));
	for (int64_t i = 1; i <= n; i++) {
		fill_json(json, n_bytes, &rng);
		store_unit(s, i, span_of(json));
		if (i % GROUP == 0 || i == n)
			must(store_commit(s, &err));
	}
	t = seconds_since(start);
	printf("{\"bench\":\"store\",\"hits\":%" PRId64
	       ",\"bytes\":%zu,\"units_per_commit\":%d,\"s\":%.3f,"
	       "\"hits_per_s\":%.0f}\n",
		n, n_bytes, GROUP, t, (double)n / t);
	store_close(&s);
	mem_free(&json);
}

/* -- relaying -------------------------------------------------------------- */

struct relay {
	struct loop *loop;
	struct store *store;
	struct redis *redis;
	struct publisher *publisher;
	int64_t start_us, published;
};

static const char *
relay_producer(void *arg)
{
	return store_producer(((struct relay *)arg)->store);
}

static bool
on_row(const struct store_outbox_row *r, void *arg)
{
	struct publisher_row row = {
		.seq = r->seq,
		.id = r->id,
		.json = r->json,
		.entities = r->entities,
		.told = r->confirmed,
	};

	return publisher_batch_add(arg, &row);
}

static int
relay_read(void *arg, int64_t after, size_t limit, struct publisher_batch *b,
	struct err *e)
{
	struct relay *r = arg;

	return store_outbox_read(
		r->store, after, limit, (struct wall){0}, on_row, b, e);
}

static int
relay_id_of(void *arg, int64_t seq, char out[HEX128_SIZE], struct err *e)
{
	return store_outbox_id(((struct relay *)arg)->store, seq, out, e);
}

static int64_t
relay_last(void *arg)
{
	return store_last_seq(((struct relay *)arg)->store);
}

static int64_t
relay_published(void *arg)
{
	return ((struct relay *)arg)->published;
}

static void
relay_on_published(void *arg, int64_t seq)
{
	struct relay *r = arg;

	r->published = seq;
	if (seq >= relay_last(r))
		loop_stop(r->loop);
}

static void
relay_on_outcomes(void *arg, const struct publisher_outcome *o, size_t n)
{
	struct relay *r = arg;

	(void)o;
	(void)n;
	publisher_confirmed(r->publisher, true);
}

static int
relay_renew(void *arg, struct err *e)
{
	return store_producer_renew(((struct relay *)arg)->store, e);
}

static void
on_up(void *arg)
{
	struct relay *r = arg;

	r->start_us = clock_mono_us();
	publisher_on_up(r->publisher);
}

static void
on_down(const struct err *reason, void *arg)
{
	struct relay *r = arg;

	publisher_on_down(r->publisher, reason);
}

static void
relay_open(struct relay *r, const char *path, const char *socket)
{
	struct redis_options o;
	struct redis_handlers h = {
		.on_up = on_up, .on_down = on_down, .arg = r};
	struct publisher_conf conf = {
		.prefix = SPAN_LIT("newswatch:"),
		.owner = {relay_producer, relay_read, relay_id_of, relay_last,
			relay_published, relay_on_published, relay_on_outcomes,
			relay_renew, r},
	};

	must(store_open(path, &r->store, &err));
	must(loop_new(&r->loop, &err));
	redis_options_init(&o);
	o.unix_path = mem_strdup(socket);
	must(redis_new(r->loop, &o, &h, &r->redis, &err));
	redis_options_fini(&o);
	conf.loop = r->loop;
	conf.redis = r->redis;
	r->publisher = publisher_new(&conf);
}

static void
bench_relay(const char *path, const char *socket)
{
	struct relay r = {.published = 0};
	int64_t n;
	double t;

	relay_open(&r, path, socket);
	n = store_last_seq(r.store);
	loop_run(r.loop);
	t = seconds_since(r.start_us);
	printf("{\"bench\":\"relay\",\"hits\":%" PRId64
	       ",\"s\":%.3f,\"hits_per_s\":%.0f}\n",
		n, t, (double)n / t);
	publisher_free(&r.publisher);
	redis_free(&r.redis);
	loop_free(&r.loop);
	store_close(&r.store);
}

/* -- feeds ----------------------------------------------------------------- */

static bool
count_feed(const struct feed_state *f, void *arg)
{
	int64_t *n = arg;

	*n += f->url.n > 0;
	return true;
}

static double
store_feeds(struct store *s, int64_t n)
{
	static const char learned[96];
	int64_t start = clock_mono_us();
	struct store_unit *u;
	char url[96];

	for (int64_t i = 0; i < n; i++) {
		struct feed_state f = {
			.url = {url, 0},
			.etag = SPAN_LIT("\"5f3c8a1b2d\""),
			.last_modified =
				SPAN_LIT("Sat, 21 Nov 2026 10:00:00 GMT"),
			.title = SPAN_LIT("An example of a feed's title"),
			.result = FEED_UNCHANGED,
			.learned = {learned, sizeof(learned)},
		};

		f.url.n = (size_t)snprintf(url, sizeof(url),
			"https://news%" PRId64 ".example.com/feeds/all.xml", i);
		must(store_unit_begin(s, &u, &err));
		must(store_unit_feed(u, &f, NULL, &err));
		must(store_unit_end(&u, NULL, NULL, &err));
		if (i % 1000 == 999 || i == n - 1)
			must(store_commit(s, &err));
	}
	return seconds_since(start);
}

static void
bench_feeds(const char *path, int64_t n)
{
	int64_t loaded = 0, start;
	double stored_s, loaded_s;
	struct store *s;

	must(store_open(path, &s, &err));
	stored_s = store_feeds(s, n);
	store_close(&s);
	start = clock_mono_us();
	must(store_open(path, &s, &err));
	must(store_feeds_each(s, count_feed, &loaded, &err));
	loaded_s = seconds_since(start);
	store_close(&s);
	printf("{\"bench\":\"feeds\",\"feeds\":%" PRId64
	       ",\"stored_s\":%.3f,\"loaded_s\":%.3f}\n",
		loaded, stored_s, loaded_s);
}

/* -- the ceiling of deliveries --------------------------------------------- */

static size_t
ignore(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static void
bench_post(const char *url, int64_t n, size_t n_bytes)
{
	CURL *easy = curl_easy_init();
	struct curl_slist *headers =
		curl_slist_append(NULL, "Content-Type: application/json");
	char *body = mem_alloc(n_bytes + 64);
	int64_t start;
	struct rng rng;
	double t;

	rng_init(&rng, 1);
	fill_json(body, n_bytes, &rng);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
	start = clock_mono_us();
	for (int64_t i = 0; i < n; i++) {
		CURLcode code = curl_easy_perform(easy);

		if (code != CURLE_OK) {
			fprintf(stderr, "%s: %s\n", url,
				curl_easy_strerror(code));
			exit(1);
		}
	}
	t = seconds_since(start);
	printf("{\"bench\":\"post\",\"posts\":%" PRId64
	       ",\"s\":%.3f,\"posts_per_s\":%.0f}\n",
		n, t, (double)n / t);
	curl_slist_free_all(headers);
	curl_easy_cleanup(easy);
	mem_free(&body);
}

int
main(int argc, char **argv)
{
	log_init("queue_bench", LOG_WARN_);
	if (argc == 5 && strcmp(argv[1], "hits") == 0)
		bench_hits(argv[2], number_of(argv[3]),
			(size_t)number_of(argv[4]));
	else if (argc == 4 && strcmp(argv[1], "relay") == 0)
		bench_relay(argv[2], argv[3]);
	else if (argc == 4 && strcmp(argv[1], "feeds") == 0)
		bench_feeds(argv[2], number_of(argv[3]));
	else if (argc == 5 && strcmp(argv[1], "post") == 0)
		bench_post(argv[2], number_of(argv[3]),
			(size_t)number_of(argv[4]));
	else
		return 2;
	return 0;
}
