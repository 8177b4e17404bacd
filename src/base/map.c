/*
 * Entries stand in an array in the order of insertion; an open-addressing
 * index of entry numbers finds them (as in CPython's dict). A deletion leaves
 * a hole in the array, which iteration skips and the next rebuild closes.
 */
#include "base/map.h"

#include <assert.h>

#include "base/hash.h"
#include "base/mem.h"

#define FIRST_SLOTS 16
#define EMPTY UINT32_MAX

struct entry {
	uint64_t hash;
	char *key; /* NULL: a hole */
	size_t key_n;
	void *value;
};

struct map {
	void (*free_value)(void *value);
	struct entry *entries;
	size_t n_entries; /* used, holes included */
	size_t n_live;
	uint32_t *slots; /* entry number or EMPTY; power of two, at most 2/3
			    full */
	size_t n_slots;
};

struct map *
map_new(void (*free_value)(void *value))
{
	struct map *m = mem_new(m);

	m->free_value = free_value;
	return m;
}

static void
drop_value(const struct map *m, void *value)
{
	if (m->free_value && value)
		m->free_value(value);
}

void
map_free(struct map **mp)
{
	struct map *m = *mp;

	if (!m)
		return;
	*mp = NULL;
	for (size_t i = 0; i < m->n_entries; i++) {
		if (!m->entries[i].key)
			continue;
		mem_free(&m->entries[i].key);
		drop_value(m, m->entries[i].value);
	}
	mem_free(&m->entries);
	mem_free(&m->slots);
	mem_free(&m);
}

size_t
map_count(const struct map *m)
{
	return m->n_live;
}

static size_t
capacity(size_t n_slots)
{
	return n_slots / 3 * 2;
}

static void
index_entry(struct map *m, uint32_t number)
{
	size_t mask = m->n_slots - 1;
	size_t at = m->entries[number].hash & mask;

	while (m->slots[at] != EMPTY)
		at = (at + 1) & mask;
	m->slots[at] = number;
}

/* Close the holes and make room for one entry more. */
static void
rebuild(struct map *m)
{
	size_t n_slots = m->n_slots > 0 ? m->n_slots : FIRST_SLOTS;
	size_t kept = 0;

	/* Half free afterwards, so that rebuilds stay rare. */
	while (capacity(n_slots) / 2 < m->n_live + 1)
		n_slots *= 2;
	assert(n_slots <= UINT32_MAX);
	for (size_t i = 0; i < m->n_entries; i++)
		if (m->entries[i].key)
			m->entries[kept++] = m->entries[i];
	m->n_entries = kept;
	m->entries =
		mem_realloc(m->entries, capacity(n_slots), sizeof(*m->entries));
	m->slots = mem_realloc(m->slots, n_slots, sizeof(*m->slots));
	m->n_slots = n_slots;
	memset(m->slots, 0xff, n_slots * sizeof(*m->slots));
	for (size_t i = 0; i < kept; i++)
		index_entry(m, (uint32_t)i);
}

/*
 * A hole keeps its number in its slot until the next rebuild, so that probing
 * goes on past it.
 */
static struct entry *
find(const struct map *m, struct span key, uint64_t hash)
{
	size_t mask = m->n_slots - 1;

	if (m->n_slots == 0)
		return NULL;
	for (size_t at = hash & mask; m->slots[at] != EMPTY;
		at = (at + 1) & mask) {
		struct entry *e = &m->entries[m->slots[at]];

		if (e->key && e->hash == hash &&
			span_eq(span_make(e->key, e->key_n), key))
			return e;
	}
	return NULL;
}

void *
map_get(const struct map *m, struct span key)
{
	struct entry *e = find(m, key, hash_table(key));

	return e ? e->value : NULL;
}

bool
map_has(const struct map *m, struct span key)
{
	return find(m, key, hash_table(key)) != NULL;
}

bool
map_put(struct map *m, struct span key, void *value)
{
	uint64_t hash = hash_table(key);
	struct entry *e = find(m, key, hash);

	if (e) {
		void *old = e->value;

		e->value = value;
		if (old != value)
			drop_value(m, old);
		return false;
	}
	if (m->n_entries == capacity(m->n_slots))
		rebuild(m);
	m->entries[m->n_entries] = (struct entry){
		.hash = hash,
		.key = span_dup(key),
		.key_n = key.n,
		.value = value,
	};
	index_entry(m, (uint32_t)m->n_entries++);
	m->n_live++;
	return true;
}

static bool
remove_key(struct map *m, struct span key, void **value)
{
	struct entry *e = find(m, key, hash_table(key));

	if (!e)
		return false;
	*value = e->value;
	mem_free(&e->key);
	m->n_live--;
	return true;
}

bool
map_del(struct map *m, struct span key)
{
	void *value;

	if (!remove_key(m, key, &value))
		return false;
	drop_value(m, value);
	return true;
}

void *
map_take(struct map *m, struct span key)
{
	void *value;

	return remove_key(m, key, &value) ? value : NULL;
}

bool
map_next(const struct map *m, struct map_iter *it)
{
	while (it->i < m->n_entries) {
		const struct entry *e = &m->entries[it->i++];

		if (!e->key)
			continue;
		it->key = span_make(e->key, e->key_n);
		it->value = e->value;
		return true;
	}
	return false;
}
