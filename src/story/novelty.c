/* See novelty.h. Pairs live in slots: a map leads from key to slot, a heap
 * holds them by the time of their last report. */
#include "story/novelty.h"

#include <math.h>

#include "base/hash.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

/* A report has at least this share of its rank's novelty: its wording may be
 * old while what it says of this entity is not. */
#define FRESH_LEAST 0.25F

static const uint8_t curve[] = {
	100, 75, 56, 42, 32, 24, 18, 13, 10, 8, 6, 4, 3, 2, 2, 1, 1, 1, 1, 0};

#define RANK_MAX (sizeof(curve) - 1)

struct novelty {
	VEC(struct novelty_pair) pairs; /* by slot */
	VEC(uint32_t) unused;
	struct map *slots; /* key -> slot + 1 */
	struct heap *silence; /* slot by last_ms */
	size_t max;
	int64_t now_ms;
};

struct novelty *
novelty_new(size_t pairs_max)
{
	struct novelty *n = mem_new(n);

	n->max = pairs_max ? pairs_max : NOVELTY_PAIRS_MAX;
	n->slots = map_new(NULL);
	n->silence = heap_new();
	n->now_ms = INT64_MIN;
	return n;
}

void
novelty_free(struct novelty **n)
{
	if (!*n)
		return;
	vec_fini(&(*n)->pairs);
	vec_fini(&(*n)->unused);
	map_free(&(*n)->slots);
	heap_free(&(*n)->silence);
	mem_free(n);
}

unsigned
novelty_of_rank(unsigned rank)
{
	return curve[rank < RANK_MAX ? rank : RANK_MAX];
}

size_t
novelty_pairs(const struct novelty *n)
{
	return map_count(n->slots);
}

static struct span
key_of(const struct novelty_pair *p)
{
	return span_make((const char *)p->key.b, sizeof(p->key.b));
}

static void
forget(struct novelty *n, uint32_t slot)
{
	heap_del(n->silence, slot);
	map_del(n->slots, key_of(&n->pairs.p[slot]));
	vec_push(&n->unused, slot);
}

/* Pairs that are new again need not be remembered; nor those that are too
 * many. */
static void
forget_silent(struct novelty *n)
{
	int64_t last_ms;
	uint32_t slot;

	while (heap_top(n->silence, &slot, &last_ms) &&
		(last_ms <= n->now_ms - NOVELTY_SILENCE_MS ||
			heap_count(n->silence) > n->max))
		forget(n, slot);
}

static uint32_t
remember(struct novelty *n, const struct novelty_pair *p)
{
	uint32_t slot;

	if (n->unused.n) {
		slot = n->unused.p[--n->unused.n];
		n->pairs.p[slot] = *p;
	} else {
		slot = (uint32_t)n->pairs.n;
		vec_push(&n->pairs, *p);
	}
	map_put(n->slots, key_of(p), (void *)((uintptr_t)slot + 1));
	heap_put(n->silence, slot, p->last_ms);
	return slot;
}

/* The pair's slot; a new one without reports. */
static uint32_t
slot_of(struct novelty *n, struct span entity, struct span type)
{
	const struct span parts[] = {entity, type};
	struct novelty_pair p = {.last_ms = n->now_ms};
	uint8_t sum[SHA256_BYTES];
	uintptr_t slot;

	hash_parts(parts, 2, sum);
	memcpy(p.key.b, sum, sizeof(p.key.b));
	slot = (uintptr_t)map_get(n->slots, key_of(&p));
	return slot ? (uint32_t)(slot - 1) : remember(n, &p);
}

unsigned
novelty_count(struct novelty *n, struct span entity, struct span type,
	int64_t when_ms, float fresh, struct novelty_pair *after)
{
	struct novelty_pair *p;
	uint32_t slot;
	unsigned score;

	if (when_ms > n->now_ms)
		n->now_ms = when_ms;
	forget_silent(n);
	slot = slot_of(n, entity, type);
	p = &n->pairs.p[slot];
	score = novelty_of_rank(p->reports);
	score = (unsigned)lroundf(
		(float)score * fminf(fmaxf(fresh, FRESH_LEAST), 1));
	p->reports++;
	p->last_ms = n->now_ms;
	heap_put(n->silence, slot, p->last_ms);
	if (after)
		*after = *p;
	forget_silent(n);
	return score;
}

void
novelty_put(struct novelty *n, const struct novelty_pair *p)
{
	uintptr_t slot = (uintptr_t)map_get(n->slots, key_of(p));

	if (slot)
		forget(n, (uint32_t)(slot - 1));
	if (p->reports == 0)
		return;
	if (p->last_ms > n->now_ms)
		n->now_ms = p->last_ms;
	remember(n, p);
	forget_silent(n);
}
