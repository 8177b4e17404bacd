#include "testing.h"

#include "support/queue_source.h"

/* -- the owner's side ------------------------------------------------------ */

static const char *
source_producer(void *arg)
{
	return ((struct source *)arg)->producer;
}

static char *
source_json(const struct source *s, int64_t seq)
{
	char *json = mem_alloc(s->json_bytes + 64);
	int n = snprintf(
		json, 64, "{\"v\":1,\"n\":%lld,\"pad\":\"", (long long)seq);

	memset(json + n, 'x', s->json_bytes);
	memcpy(json + (size_t)n + s->json_bytes, "\"}", 3);
	return json;
}

static int
source_read(void *arg, int64_t after, size_t limit, struct publisher_batch *b,
	struct err *err)
{
	struct source *s = arg;
	bool room = true;

	(void)err;
	vec_each (struct source_row *, r, &s->rows) {
		struct publisher_row row = {
			.seq = r->seq,
			.id = r->id,
			.entities = SPAN_LIT("meta\naws\n"),
			.told = r->told,
		};
		char *json;

		if (r->seq <= after || !room || limit == 0)
			continue;
		json = source_json(s, r->seq);
		row.json = span_of(json);
		room = publisher_batch_add(b, &row);
		limit--;
		mem_free(&json);
	}
	return 0;
}

static int
source_id_of(void *arg, int64_t seq, char out[HEX128_SIZE], struct err *err)
{
	struct source *s = arg;

	(void)err;
	out[0] = '\0';
	vec_each (struct source_row *, r, &s->rows)
		if (r->seq == seq)
			memcpy(out, r->id, HEX128_SIZE);
	return 0;
}

static int64_t
source_last(void *arg)
{
	return ((struct source *)arg)->last;
}

static int64_t
source_published(void *arg)
{
	return ((struct source *)arg)->published;
}

static void
source_on_published(void *arg, int64_t seq)
{
	struct source *s = arg;

	if (seq > s->published)
		s->published = seq;
}

static void
source_on_outcomes(void *arg, const struct publisher_outcome *o, size_t n)
{
	struct source *s = arg;

	s->handed++;
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(s->words);

		vec_push(&s->confirmed, o[i].seq);
		snprintf(s->words + at, sizeof(s->words) - at, "%.*s ",
			SPAN_ARG(o[i].outcome));
	}
	if (!s->hold)
		publisher_confirmed(s->p, true);
}

static int
source_renew(void *arg, struct err *err)
{
	struct source *s = arg;

	(void)err;
	s->renewals++;
	memset(s->producer, 'c' + s->renewals - 1, sizeof(s->producer) - 1);
	return 0;
}

/* Hits with ids of their own, or (from > 0) those of another source. */
void
source_add(struct source *s, int n, unsigned first_id)
{
	for (int i = 0; i < n; i++) {
		struct source_row r = {.seq = ++s->last};

		memcpy(r.id, world_hit_id(first_id + (unsigned)i),
			sizeof(r.id));
		vec_push(&s->rows, r);
	}
	if (s->p)
		publisher_wake(s->p);
}

static void
on_up(void *arg)
{
	struct source *s = arg;

	if (s->p)
		publisher_on_up(s->p);
}

static void
on_down(const struct err *reason, void *arg)
{
	struct source *s = arg;

	if (s->p)
		publisher_on_down(s->p, reason);
}

void
source_start(struct source *s, struct world *w, const char *uuid)
{
	struct redis_handlers h = {
		.on_up = on_up, .on_down = on_down, .arg = s};
	struct publisher_conf conf = {
		.loop = w->loop,
		.prefix = SPAN_LIT(WORLD_PREFIX),
		.poll_ms = 30,
		.owner = {source_producer, source_read, source_id_of,
			source_last, source_published, source_on_published,
			source_on_outcomes, source_renew, s},
	};

	s->w = w;
	if (s->producer[0] == '\0')
		memcpy(s->producer, uuid, sizeof(s->producer));
	assert_int_equal(
		redis_new(w->loop, &w->options, &h, &s->redis, NULL), 0);
	conf.redis = s->redis;
	s->p = publisher_new(&conf);
}

/* As if the process ended; what it stored stays. */
void
source_stop(struct source *s)
{
	publisher_free(&s->p);
	redis_free(&s->redis);
}

void
source_free(struct source *s)
{
	source_stop(s);
	vec_fini(&s->rows);
	vec_fini(&s->confirmed);
}

int
source_setup(void **state)
{
	static struct world world;
	struct source *s = mem_new(s);

	world_open(&world, NULL);
	s->w = &world;
	*state = s;
	return 0;
}

int
source_teardown(void **state)
{
	struct source *s = *state;

	source_free(s);
	world_close(s->w);
	mem_free(&s);
	return 0;
}

/* -- looking --------------------------------------------------------------- */

bool
source_is_idle(void *arg)
{
	return publisher_is_idle(((struct source *)arg)->p);
}

void
source_until_idle(struct source *s)
{
	world_until(s->w, source_is_idle, s);
}

struct publisher_stats
source_stats(const struct source *s)
{
	struct publisher_stats st;

	publisher_get_stats(s->p, &st);
	return st;
}

unsigned
source_count_text(const char *in, const char *what)
{
	unsigned n = 0;

	while ((in = strstr(in, what))) {
		in += strlen(what);
		n++;
	}
	return n;
}

/* The stream holds hits 1 to n of the one producer, in order, each once. */
void
source_assert_stream(struct world *w, int n)
{
	char *all = mem_strdup(world_ask(w, "XRANGE @hits - +"));
	const char *at = all;
	char text[32];

	assert_int_equal(source_count_text(all, "'seq' "), n);
	for (int i = 1; i <= n && at; i++) {
		snprintf(text, sizeof(text), "'seq' '%d'", i);
		at = strstr(at, text);
		if (!at)
			fail_msg("hit %d is missing or out of order", i);
	}
	mem_free(&all);
}

const char *const source_durable[] = {
	"--appendonly", "yes", "--appendfsync", "always", NULL};

/* Who published hit n. */
const char *
source_seen(struct world *w, unsigned n)
{
	char bucket[32];

	/* A text: 'n'. */
	snprintf(bucket, sizeof(bucket), "%s", world_ask(w, "GET @seen"));
	bucket[strcspn(bucket + 1, "'") + 1] = '\0';
	return world_ask(w, "HGET @seen:%s %032u", bucket + 1, n);
}
