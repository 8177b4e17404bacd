/* See postings.h. A hash table of chains through one pool of nodes. A rare term
 * has a node a story; a common one has a single node and its stories side by
 * side, as all of them are walked for every item that has the term. */
#include "story/postings.h"

#include <assert.h>

#include "base/mem.h"
#include "base/vec.h"

#define NONE UINT32_MAX
#define BUCKETS_LEAST 1024U
/* Of a node's value: it is no story, but a place in `lists`. */
#define IS_LIST 0x80000000U

struct node {
	uint32_t term, value;
	uint32_t next; /* in the chain, or among the free ones */
};

/* Of a common term, in the order in which they were put. */
struct list {
	uint32_t *p;
	uint32_t n, cap; /* cap 0: free, n is the next free one */
};

struct postings {
	uint32_t *bucket; /* head of its chain */
	uint32_t n_buckets; /* a power of two */
	VEC(struct node) nodes;
	VEC(struct list) lists;
	uint32_t unused, unused_list; /* first free ones */
	uint32_t used; /* nodes */
	size_t count, list_bytes;
};

struct postings *
postings_new(void)
{
	struct postings *p = mem_new(p);

	p->n_buckets = BUCKETS_LEAST;
	p->bucket = mem_alloc(BUCKETS_LEAST * sizeof(*p->bucket));
	memset(p->bucket, 0xff, BUCKETS_LEAST * sizeof(*p->bucket));
	p->unused = p->unused_list = NONE;
	return p;
}

void
postings_free(struct postings **p)
{
	if (!*p)
		return;
	vec_each (struct list *, l, &(*p)->lists)
		mem_free(&l->p);
	mem_free(&(*p)->bucket);
	vec_fini(&(*p)->lists);
	vec_fini(&(*p)->nodes);
	mem_free(p);
}

/* -- nodes ------------------------------------------------------------------
 */

static uint32_t *
bucket_of(const struct postings *p, uint32_t term)
{
	return &p->bucket[(term * 0x9e3779b1U) & (p->n_buckets - 1)];
}

/* Chains keep their order: entries of a chain are re-linked from its end. */
static void
grow(struct postings *p)
{
	uint32_t n = p->n_buckets, i, at, next, back, *head;
	uint32_t *old = p->bucket;

	p->n_buckets = 2 * n;
	p->bucket = mem_alloc(p->n_buckets * sizeof(*p->bucket));
	memset(p->bucket, 0xff, p->n_buckets * sizeof(*p->bucket));
	for (i = 0; i < n; i++) {
		for (back = NONE, at = old[i]; at != NONE; at = next) {
			next = p->nodes.p[at].next;
			p->nodes.p[at].next = back;
			back = at;
		}
		for (at = back; at != NONE; at = next) {
			next = p->nodes.p[at].next;
			head = bucket_of(p, p->nodes.p[at].term);
			p->nodes.p[at].next = *head;
			*head = at;
		}
	}
	mem_free(&old);
}

static void
put_node(struct postings *p, uint32_t term, uint32_t value)
{
	uint32_t at = p->unused, *head;

	if (p->used >= p->n_buckets)
		grow(p);
	if (at == NONE) {
		at = (uint32_t)p->nodes.n;
		vec_push(&p->nodes, (struct node){0});
	} else {
		p->unused = p->nodes.p[at].next;
	}
	head = bucket_of(p, term);
	p->nodes.p[at] = (struct node){term, value, *head};
	*head = at;
	p->used++;
}

static bool
del_node(struct postings *p, uint32_t term, uint32_t value)
{
	uint32_t *link = bucket_of(p, term), at;

	while ((at = *link) != NONE) {
		struct node *n = &p->nodes.p[at];

		if (n->term == term && n->value == value) {
			*link = n->next;
			n->next = p->unused;
			p->unused = at;
			p->used--;
			return true;
		}
		link = &n->next;
	}
	return false;
}

/* Values of the term, the latest first; returns how many: of a common term
 * there is one. */
static size_t
values_of(const struct postings *p, uint32_t term, uint32_t out[POSTINGS_FEW])
{
	uint32_t at = *bucket_of(p, term);
	size_t n = 0;

	for (; at != NONE; at = p->nodes.p[at].next)
		if (p->nodes.p[at].term == term)
			out[n++] = p->nodes.p[at].value;
	return n;
}

static bool
is_list(const uint32_t *values, size_t n)
{
	return n == 1 && values[0] & IS_LIST;
}

/* -- lists ------------------------------------------------------------------
 */

static void
resize(struct postings *p, struct list *l, uint32_t cap)
{
	p->list_bytes -= l->cap * sizeof(*l->p);
	l->p = mem_realloc(l->p, cap, sizeof(*l->p));
	l->cap = cap;
	p->list_bytes += cap * sizeof(*l->p);
}

static void
append(struct postings *p, struct list *l, uint32_t story)
{
	if (l->n == l->cap)
		resize(p, l, l->cap + l->cap / 2);
	l->p[l->n++] = story;
}

/* The term has become common. values: the latest first. */
static struct list *
begin_list(struct postings *p, uint32_t term, const uint32_t *values)
{
	uint32_t at = p->unused_list;
	struct list *l;

	if (at == NONE) {
		at = (uint32_t)p->lists.n;
		vec_push(&p->lists, (struct list){0});
	} else {
		p->unused_list = p->lists.p[at].n;
	}
	l = &p->lists.p[at];
	*l = (struct list){0};
	resize(p, l, 2 * POSTINGS_FEW);
	for (size_t i = POSTINGS_FEW; i > 0; i--) {
		append(p, l, values[i - 1]);
		del_node(p, term, values[i - 1]);
	}
	put_node(p, term, at | IS_LIST);
	return l;
}

/* It has become rare. */
static void
end_list(struct postings *p, uint32_t term, uint32_t at)
{
	struct list *l = &p->lists.p[at];

	del_node(p, term, at | IS_LIST);
	for (uint32_t i = 0; i < l->n; i++)
		put_node(p, term, l->p[i]);
	p->list_bytes -= l->cap * sizeof(*l->p);
	mem_free(&l->p);
	l->cap = 0;
	l->n = p->unused_list;
	p->unused_list = at;
}

static bool
del_from_list(struct postings *p, uint32_t term, uint32_t at, uint32_t story)
{
	struct list *l = &p->lists.p[at];
	uint32_t i = 0;

	while (i < l->n && l->p[i] != story)
		i++;
	if (i == l->n)
		return false;
	memmove(&l->p[i], &l->p[i + 1], (l->n - i - 1) * sizeof(*l->p));
	l->n--;
	if (l->n <= POSTINGS_FEW / 2)
		end_list(p, term, at);
	else if (l->n < l->cap / 4)
		resize(p, l, l->cap / 2);
	return true;
}

/* -- both -------------------------------------------------------------------
 */

void
postings_put(struct postings *p, uint32_t term, uint32_t story)
{
	uint32_t values[POSTINGS_FEW];
	size_t n = values_of(p, term, values);

	assert(!(story & IS_LIST));
	if (is_list(values, n))
		append(p, &p->lists.p[values[0] & ~IS_LIST], story);
	else if (n == POSTINGS_FEW)
		append(p, begin_list(p, term, values), story);
	else
		put_node(p, term, story);
	p->count++;
}

void
postings_del(struct postings *p, uint32_t term, uint32_t story)
{
	uint32_t values[POSTINGS_FEW];
	size_t n = values_of(p, term, values);

	p->count -= is_list(values, n)
		? del_from_list(p, term, values[0] & ~IS_LIST, story)
		: del_node(p, term, story);
}

void
postings_get(const struct postings *p, uint32_t term, struct postings_list *out)
{
	uint32_t values[POSTINGS_FEW];

	out->n = values_of(p, term, values);
	if (is_list(values, out->n)) {
		const struct list *l = &p->lists.p[values[0] & ~IS_LIST];

		out->p = l->p;
		out->n = l->n;
		return;
	}
	for (size_t i = 0; i < out->n; i++)
		out->few[i] = values[out->n - 1 - i];
	out->p = out->few;
}

size_t
postings_count(const struct postings *p)
{
	return p->count;
}

size_t
postings_bytes(const struct postings *p)
{
	return sizeof(*p) + p->n_buckets * sizeof(*p->bucket) +
		p->nodes.cap * sizeof(*p->nodes.p) +
		p->lists.cap * sizeof(*p->lists.p) + p->list_bytes;
}
