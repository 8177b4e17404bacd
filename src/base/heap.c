#include "base/heap.h"

#include <assert.h>

#include "base/vec.h"

#define ARITY 4
#define ABSENT 0 /* positions are stored plus one */

struct node {
	int64_t due_ms;
	uint32_t id;
};

struct heap {
	VEC(struct node) nodes;
	VEC(uint32_t) places; /* by id: position + 1 */
};

struct heap *
heap_new(void)
{
	struct heap *h = mem_new(h);

	return h;
}

void
heap_free(struct heap **hp)
{
	struct heap *h = *hp;

	if (!h)
		return;
	*hp = NULL;
	vec_fini(&h->nodes);
	vec_fini(&h->places);
	mem_free(&h);
}

size_t
heap_count(const struct heap *h)
{
	return h->nodes.n;
}

static bool
is_before(struct node a, struct node b)
{
	return a.due_ms != b.due_ms ? a.due_ms < b.due_ms : a.id < b.id;
}

static void
set(struct heap *h, size_t at, struct node node)
{
	h->nodes.p[at] = node;
	h->places.p[node.id] = (uint32_t)at + 1;
}

/* Both find the place of `node`, of which position `at` is free. */
static void
sift_up(struct heap *h, size_t at, struct node node)
{
	while (at > 0) {
		size_t parent = (at - 1) / ARITY;

		if (!is_before(node, h->nodes.p[parent]))
			break;
		set(h, at, h->nodes.p[parent]);
		at = parent;
	}
	set(h, at, node);
}

static void
sift_down(struct heap *h, size_t at, struct node node)
{
	for (;;) {
		size_t child = at * ARITY + 1;
		size_t end =
			child + ARITY < h->nodes.n ? child + ARITY : h->nodes.n;
		size_t least = child;

		if (child >= h->nodes.n)
			break;
		for (size_t i = child + 1; i < end; i++)
			if (is_before(h->nodes.p[i], h->nodes.p[least]))
				least = i;
		if (!is_before(h->nodes.p[least], node))
			break;
		set(h, at, h->nodes.p[least]);
		at = least;
	}
	set(h, at, node);
}

static void
settle(struct heap *h, size_t at, struct node node)
{
	if (at > 0 && is_before(node, h->nodes.p[(at - 1) / ARITY]))
		sift_up(h, at, node);
	else
		sift_down(h, at, node);
}

static void
make_place(struct heap *h, uint32_t id)
{
	size_t more;

	if (id < h->places.n)
		return;
	more = (size_t)id + 1 - h->places.n;
	vec_reserve(&h->places, more);
	memset(h->places.p + h->places.n, 0, more * sizeof(*h->places.p));
	h->places.n += more;
}

void
heap_put(struct heap *h, uint32_t id, int64_t due_ms)
{
	struct node node = {due_ms, id};

	make_place(h, id);
	if (h->places.p[id] != ABSENT) {
		settle(h, h->places.p[id] - 1, node);
		return;
	}
	vec_push(&h->nodes, node);
	sift_up(h, h->nodes.n - 1, node);
}

bool
heap_has(const struct heap *h, uint32_t id)
{
	return id < h->places.n && h->places.p[id] != ABSENT;
}

bool
heap_del(struct heap *h, uint32_t id)
{
	struct node last;
	size_t at;

	if (!heap_has(h, id))
		return false;
	at = h->places.p[id] - 1;
	h->places.p[id] = ABSENT;
	last = *vec_last(&h->nodes);
	h->nodes.n--;
	if (at < h->nodes.n)
		settle(h, at, last);
	return true;
}

bool
heap_top(const struct heap *h, uint32_t *id, int64_t *due_ms)
{
	if (h->nodes.n == 0)
		return false;
	*id = h->nodes.p[0].id;
	*due_ms = h->nodes.p[0].due_ms;
	return true;
}

int64_t
heap_due_ms(const struct heap *h, uint32_t id)
{
	assert(heap_has(h, id));
	return h->nodes.p[h->places.p[id] - 1].due_ms;
}

void
heap_trim(struct heap *h)
{
	vec_trim(&h->nodes);
	vec_trim(&h->places);
}

size_t
heap_bytes(const struct heap *h)
{
	return sizeof(*h) + h->nodes.cap * sizeof(*h->nodes.p) +
		h->places.cap * sizeof(*h->places.p);
}
