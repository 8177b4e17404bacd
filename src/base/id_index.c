/*
 * Open addressing with linear probing, at most three quarters full. A slot has
 * half of the hash: keys are looked at only where it is the same, and not at
 * all to grow, since each lies somewhere else in memory. There are no marks for
 * what was deleted: those behind it move up.
 */
#include "base/id_index.h"

#include <assert.h>

#include "base/hash.h"
#include "base/mem.h"

#define FIRST_SLOTS 16
#define NONE UINT32_MAX

struct slot {
	uint32_t hash, id; /* NONE: free */
};

struct id_index {
	id_index_key_cb key;
	const void *arg;
	struct slot *slots; /* a power of two of them */
	size_t n_slots, n;
};

struct id_index *
id_index_new(id_index_key_cb key, const void *arg)
{
	struct id_index *x = mem_new(x);

	x->key = key;
	x->arg = arg;
	return x;
}

void
id_index_free(struct id_index **xp)
{
	struct id_index *x = *xp;

	if (!x)
		return;
	mem_free(&x->slots);
	mem_free(xp);
}

size_t
id_index_count(const struct id_index *x)
{
	return x->n;
}

/* Where the key is, or would go. There are slots. */
static struct slot *
find(const struct id_index *x, struct span key, uint32_t hash)
{
	size_t mask = x->n_slots - 1, at = hash & mask;

	while (x->slots[at].id != NONE &&
		(x->slots[at].hash != hash ||
			!span_eq(x->key(x->slots[at].id, x->arg), key)))
		at = (at + 1) & mask;
	return &x->slots[at];
}

bool
id_index_get(const struct id_index *x, struct span key, uint32_t *id)
{
	const struct slot *s;

	if (x->n_slots == 0)
		return false;
	s = find(x, key, (uint32_t)hash_table(key));
	if (s->id == NONE)
		return false;
	*id = s->id;
	return true;
}

static void
resize(struct id_index *x, size_t n_slots)
{
	struct slot *old = x->slots;
	size_t n_old = x->n_slots, mask = n_slots - 1, at;

	x->n_slots = n_slots;
	x->slots = mem_alloc(n_slots * sizeof(*x->slots));
	memset(x->slots, 0xff, n_slots * sizeof(*x->slots));
	for (size_t i = 0; i < n_old; i++) {
		if (old[i].id == NONE)
			continue;
		at = old[i].hash & mask;
		while (x->slots[at].id != NONE)
			at = (at + 1) & mask;
		x->slots[at] = old[i];
	}
	mem_free(&old);
}

bool
id_index_put(struct id_index *x, uint32_t id)
{
	struct span key = x->key(id, x->arg);
	uint32_t hash = (uint32_t)hash_table(key);
	struct slot *s;

	assert(id != NONE);
	if ((x->n + 1) * 4 > x->n_slots * 3)
		resize(x, x->n_slots == 0 ? FIRST_SLOTS : 2 * x->n_slots);
	s = find(x, key, hash);
	if (s->id != NONE)
		return false;
	*s = (struct slot){hash, id};
	x->n++;
	return true;
}

bool
id_index_del(struct id_index *x, struct span key)
{
	size_t mask = x->n_slots - 1, gap;
	struct slot *s;

	if (x->n_slots == 0)
		return false;
	s = find(x, key, (uint32_t)hash_table(key));
	if (s->id == NONE)
		return false;
	gap = (size_t)(s - x->slots);
	/* Who is past the gap, and would not be found any more, moves into it.
	 */
	for (size_t at = (gap + 1) & mask; x->slots[at].id != NONE;
		at = (at + 1) & mask) {
		if (((at - x->slots[at].hash) & mask) < ((at - gap) & mask))
			continue;
		x->slots[gap] = x->slots[at];
		gap = at;
	}
	x->slots[gap].id = NONE;
	x->n--;
	return true;
}

size_t
id_index_bytes(const struct id_index *x)
{
	return sizeof(*x) + x->n_slots * sizeof(*x->slots);
}
