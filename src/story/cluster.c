/* See cluster.h. Stories live in slots; the index and the heap of silence know
 * them by slot. */
#include "story/cluster_private.h"

#include "base/mem.h"

#define LOOKUP_TERMS 32 /* of an item: its heaviest */
#define LOOKUP_STORIES \
	2048 /* of a term, the latest; common terms have more \
	      */
#define INDEX_TERMS 24 /* of an item, added to its story */
#define CANDIDATES 48 /* compared in full */

struct candidate {
	uint32_t slot;
	float score;
};

static const struct cluster_limits default_limits = {
	.window_ms = CLUSTER_WINDOW_MS,
	.stories = CLUSTER_STORIES_MAX,
	.merged = CLUSTER_MERGED_MAX,
};

struct cluster *
cluster_new(const struct cluster_limits *limits)
{
	struct cluster *c = mem_new(c);

	c->limits = limits ? *limits : default_limits;
	c->frequency = frequency_new();
	c->postings = postings_new();
	c->silence = heap_new();
	c->slots = map_new(NULL);
	c->merged = merged_new(c->limits.merged);
	c->now_ms = INT64_MIN;
	return c;
}

void
cluster_free(struct cluster **cp)
{
	struct cluster *c = *cp;

	if (!c)
		return;
	vec_each (struct story **, s, &c->stories)
		story_free(s);
	vec_fini(&c->stories);
	vec_fini(&c->unused);
	vec_fini(&c->score);
	vec_fini(&c->touched);
	vector_fini(&c->vector);
	merged_free(&c->merged);
	map_free(&c->slots);
	heap_free(&c->silence);
	postings_free(&c->postings);
	frequency_free(&c->frequency);
	mem_free(cp);
}

static struct span
key_span(const struct item_key *id)
{
	return span_make((const char *)id->b, sizeof(id->b));
}

static bool
find_slot(const struct cluster *c, const struct item_key *id, uint32_t *out)
{
	uintptr_t slot = (uintptr_t)map_get(c->slots, key_span(id));

	if (slot)
		*out = (uint32_t)(slot - 1);
	return slot;
}

struct story *
cluster_find(const struct cluster *c, const struct item_key *id)
{
	uint32_t slot;

	return find_slot(c, id, &slot) ? c->stories.p[slot] : NULL;
}

uint32_t
cluster_open(struct cluster *c, struct story *s)
{
	uint32_t slot;

	if (c->unused.n) {
		slot = c->unused.p[--c->unused.n];
	} else {
		slot = (uint32_t)c->stories.n;
		vec_push(&c->stories, NULL);
		vec_push(&c->score, 0);
	}
	c->stories.p[slot] = s;
	map_put(c->slots, key_span(&s->id), (void *)((uintptr_t)slot + 1));
	heap_put(c->silence, slot, s->last_ms);
	vec_each (const uint32_t *, term, &s->indexed)
		postings_put(c->postings, *term, slot);
	return slot;
}

void
cluster_close(struct cluster *c, uint32_t slot)
{
	struct story *s = c->stories.p[slot];

	vec_each (const uint32_t *, term, &s->indexed)
		postings_del(c->postings, *term, slot);
	heap_del(c->silence, slot);
	map_del(c->slots, key_span(&s->id));
	story_free(&c->stories.p[slot]);
	vec_push(&c->unused, slot);
}

void
cluster_expire(struct cluster *c, int64_t now_ms)
{
	int64_t last_ms;
	uint32_t slot;

	if (now_ms > c->now_ms)
		c->now_ms = now_ms;
	while (heap_top(c->silence, &slot, &last_ms) &&
		(last_ms < c->now_ms - c->limits.window_ms ||
			heap_count(c->silence) > c->limits.stories))
		cluster_close(c, slot);
}

/* -- candidates -- */

static int
order_by_score(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return a->slot < b->slot ? -1 : a->slot > b->slot;
}

/* Puts x into the list of the max best. */
static void
keep_best(struct candidate *best, size_t *n, size_t max, struct candidate x)
{
	size_t i;

	if (*n == max && order_by_score(&x, &best[max - 1]) > 0)
		return;
	if (*n < max)
		(*n)++;
	for (i = *n - 1; i > 0 && order_by_score(&x, &best[i - 1]) < 0; i--)
		best[i] = best[i - 1];
	best[i] = x;
}

/* The heaviest terms of the item at hand, as {place in the vector, weight}. */
static size_t
heaviest_terms(const struct cluster *c, struct candidate *best, size_t max)
{
	size_t n = 0;

	for (uint32_t i = 0; i < c->vector.n; i++)
		keep_best(best, &n, max,
			(struct candidate){i,
				c->vector.p[i].all *
					frequency_weight(c->frequency,
						c->vector.p[i].hash)});
	return n;
}

/* The stories that have the item's heaviest terms, best first. */
static size_t
find_candidates(struct cluster *c, struct candidate *best)
{
	struct candidate terms[LOOKUP_TERMS];
	size_t n_terms = heaviest_terms(c, terms, LOOKUP_TERMS), n = 0, i;

	for (i = 0; i < n_terms; i++) {
		struct postings_list l;
		size_t end;

		postings_get(c->postings, c->vector.p[terms[i].slot].hash, &l);
		end = l.n > LOOKUP_STORIES ? l.n - LOOKUP_STORIES : 0;
		for (size_t k = l.n; k > end; k--) {
			uint32_t slot = l.p[k - 1];

			if (c->score.p[slot] == 0)
				vec_push(&c->touched, slot);
			c->score.p[slot] += terms[i].score;
		}
	}
	/* Of equal ones the lower slot is kept, and those came last. */
	for (i = c->touched.n; i > 0; i--) {
		uint32_t slot = c->touched.p[i - 1];

		keep_best(best, &n, CANDIDATES,
			(struct candidate){slot, c->score.p[slot]});
		c->score.p[slot] = 0;
	}
	vec_clear(&c->touched);
	return n;
}

/* -- putting -- */

struct choice {
	uint32_t slot;
	struct story_fit fit;
};

/* What the item at hand was compared with. */
struct comparison {
	struct choice best[2]; /* stories that it belongs to, best first */
	unsigned n;
	struct choice nearest; /* of all: the highest margin */
	bool any;
	float alike; /* the most alike one's likeness, its own or not */
};

/* The older of two that fit as well. */
static bool
is_better(
	const struct cluster *c, const struct choice *a, const struct choice *b)
{
	if (a->fit.margin != b->fit.margin)
		return a->fit.margin > b->fit.margin;
	return c->stories.p[a->slot]->serial < c->stories.p[b->slot]->serial;
}

/* The best and second best story for the item at hand. */
static void
choose(struct cluster *c, int64_t when_ms, const struct features *f,
	struct comparison *out)
{
	struct candidate all[CANDIDATES];
	size_t n = find_candidates(c, all), i;

	for (i = 0; i < n; i++) {
		struct choice x = {.slot = all[i].slot};

		story_judge(c->stories.p[x.slot], when_ms, f, &c->vector,
			c->frequency, &x.fit);
		c->compared++;
		if (x.fit.like.all > out->alike)
			out->alike = x.fit.like.all;
		if (!out->any || is_better(c, &x, &out->nearest))
			out->nearest = x;
		out->any = true;
		if (x.fit.margin < 0)
			continue;
		if (out->n == 0 || is_better(c, &x, &out->best[0])) {
			out->best[1] = out->best[0];
			out->best[0] = x;
		} else if (out->n == 1 || is_better(c, &x, &out->best[1])) {
			out->best[1] = x;
		}
		out->n += out->n < 2;
	}
}

/* The story is found by the item's heaviest terms from now on. */
static void
index_item(struct cluster *c, uint32_t slot)
{
	struct candidate terms[INDEX_TERMS];
	size_t n = heaviest_terms(c, terms, INDEX_TERMS), i;
	struct story *s = c->stories.p[slot];

	for (i = 0; i < n && s->indexed.n < STORY_INDEXED_MAX; i++) {
		uint32_t term = c->vector.p[terms[i].slot].hash;
		bool known = false;

		vec_each (const uint32_t *, it, &s->indexed)
			known |= *it == term;
		if (known)
			continue;
		vec_push(&s->indexed, term);
		postings_put(c->postings, term, slot);
	}
}

/* One story out of two; the older one's id stays. */
static uint32_t
merge(struct cluster *c, uint32_t a, uint32_t b, struct cluster_place *out)
{
	bool a_older = c->stories.p[a]->serial < c->stories.p[b]->serial;
	uint32_t into = a_older ? a : b, from = a_older ? b : a;
	struct story *s = c->stories.p[into], *gone = c->stories.p[from];

	story_join(s, gone);
	vec_each (const uint32_t *, term, &gone->indexed) {
		bool known = false;

		vec_each (const uint32_t *, it, &s->indexed)
			known |= *it == *term;
		if (known || s->indexed.n == STORY_INDEXED_MAX)
			continue;
		vec_push(&s->indexed, *term);
		postings_put(c->postings, *term, into);
	}
	out->merged = true;
	out->merged_from = gone->id;
	merged_put(c->merged, &gone->id, &s->id);
	heap_put(c->silence, into, s->last_ms);
	cluster_close(c, from);
	return into;
}

static uint32_t
begin_story(struct cluster *c, const struct item_key *id, int64_t when_ms,
	const struct features *f, struct cluster_place *out)
{
	struct story *s = story_new(id, when_ms, f, &c->vector);

	s->serial = c->serial++;
	out->begins = true;
	return cluster_open(c, s);
}

static uint32_t
continue_story(struct cluster *c, const struct choice *best, int64_t when_ms,
	const struct features *f, struct cluster_place *out)
{
	struct story *s = c->stories.p[best->slot];

	story_learn(s, when_ms, f, &c->vector);
	heap_put(c->silence, best->slot, s->last_ms);
	out->fresh = best->fit.like.fresh * (1 - best->fit.resemblance);
	return best->slot;
}

static void
explain(const struct cluster *c, const struct comparison *x,
	struct cluster_place *out)
{
	const struct choice *of = x->n ? &x->best[0] : &x->nearest;

	out->compared = x->any;
	if (!x->any)
		return;
	out->nearest = c->stories.p[of->slot]->id;
	out->fit = of->fit;
}

void
cluster_put(struct cluster *c, const struct item_key *id, int64_t when_ms,
	const struct features *f, struct cluster_place *out)
{
	struct comparison x = {0};
	uint32_t slot;

	memset(out, 0, sizeof(*out));
	cluster_learn(c, f);
	vector_of_features(&c->vector, f);
	choose(c, when_ms, f, &x);
	if (x.n == 0 && find_slot(c, id, &x.best[0].slot)) {
		x.best[0].fit = (struct story_fit){.resemblance = 1};
		x.n = 1;
	}
	out->fresh = 1 - x.alike;
	explain(c, &x, out);
	slot = x.n ? continue_story(c, &x.best[0], when_ms, f, out)
		   : begin_story(c, id, when_ms, f, out);
	if (x.n == 2 &&
		story_judge_join(c->stories.p[slot],
			c->stories.p[x.best[1].slot], c->frequency) >= 0)
		slot = merge(c, slot, x.best[1].slot, out);
	index_item(c, slot);
	out->story = c->stories.p[slot]->id;
	out->articles = c->stories.p[slot]->articles;
	out->first_ms = c->stories.p[slot]->first_ms;
	cluster_expire(c, when_ms);
}

void
cluster_learn(struct cluster *c, const struct features *f)
{
	frequency_add(c->frequency, f);
}

void
cluster_forget(struct cluster *c, const struct item_key *id)
{
	uint32_t slot;

	if (find_slot(c, id, &slot))
		cluster_close(c, slot);
	merged_del(c->merged, id);
}

struct item_key
cluster_resolve(const struct cluster *c, const struct item_key *id)
{
	return merged_get(c->merged, id);
}

size_t
cluster_count(const struct cluster *c)
{
	return heap_count(c->silence);
}

size_t
cluster_bytes(const struct cluster *c)
{
	size_t n = sizeof(*c) + frequency_bytes(c->frequency) +
		postings_bytes(c->postings) + heap_bytes(c->silence) +
		c->stories.cap * (sizeof(struct story *) + sizeof(float));

	vec_each (struct story *const *, s, &c->stories)
		n += *s ? story_bytes(*s) : 0;
	return n;
}

uint64_t
cluster_compared(const struct cluster *c)
{
	return c->compared;
}
