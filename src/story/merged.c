/* See merged.h. A ring of pairs and a map from id to place in it. */
#include "story/merged.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

/* A chain is as long as merges follow each other; a loop cannot be put, but
 * could be read from outside. */
#define CHAIN_MAX 64

struct pair {
	struct item_key from, into;
};

struct merged {
	VEC(struct pair) ring;
	size_t max, oldest;
	struct map *places; /* id -> place in the ring + 1 */
};

struct merged *
merged_new(size_t max)
{
	struct merged *m = mem_new(m);

	m->max = max;
	m->places = map_new(NULL);
	return m;
}

void
merged_free(struct merged **m)
{
	if (!*m)
		return;
	vec_fini(&(*m)->ring);
	map_free(&(*m)->places);
	mem_free(m);
}

static struct span
key_span(const struct item_key *id)
{
	return span_make((const char *)id->b, sizeof(id->b));
}

static const struct pair *
find(const struct merged *m, const struct item_key *id)
{
	uintptr_t place = (uintptr_t)map_get(m->places, key_span(id));

	return place ? &m->ring.p[place - 1] : NULL;
}

/* An id that was put again has a later place. */
static void
drop(struct merged *m, size_t place)
{
	struct span key = key_span(&m->ring.p[place].from);

	if (map_get(m->places, key) == (void *)(place + 1))
		map_del(m->places, key);
}

void
merged_put(struct merged *m, const struct item_key *from,
	const struct item_key *into)
{
	size_t place = m->ring.n;

	if (m->max == 0 || find(m, from))
		return;
	if (place < m->max) {
		vec_push(&m->ring, (struct pair){*from, *into});
	} else {
		place = m->oldest;
		m->oldest = (m->oldest + 1) % m->max;
		drop(m, place);
		m->ring.p[place] = (struct pair){*from, *into};
	}
	map_put(m->places, key_span(from), (void *)(place + 1));
}

/* Its place in the ring stays, and leads nowhere. */
void
merged_del(struct merged *m, const struct item_key *from)
{
	map_del(m->places, key_span(from));
}

struct item_key
merged_get(const struct merged *m, const struct item_key *id)
{
	struct item_key at = *id;
	const struct pair *p;

	for (unsigned i = 0; i < CHAIN_MAX && (p = find(m, &at)); i++)
		at = p->into;
	return at;
}
