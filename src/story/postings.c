/* See postings.h. A hash table of chains through one pool of nodes. */
#include "story/postings.h"

#include "base/mem.h"
#include "base/vec.h"

#define NONE UINT32_MAX
#define BUCKETS_LEAST 1024U

struct node {
	uint32_t term, story;
	uint32_t next; /* in the chain, or among the free ones */
};

struct postings {
	uint32_t *bucket; /* head of its chain */
	uint32_t n_buckets; /* a power of two */
	VEC(struct node) nodes;
	uint32_t unused; /* first free node */
	uint32_t count;
};

struct postings *
postings_new(void)
{
	struct postings *p = mem_new(p);

	p->n_buckets = BUCKETS_LEAST;
	p->bucket = mem_alloc(BUCKETS_LEAST * sizeof(*p->bucket));
	memset(p->bucket, 0xff, BUCKETS_LEAST * sizeof(*p->bucket));
	p->unused = NONE;
	return p;
}

void
postings_free(struct postings **p)
{
	if (!*p)
		return;
	mem_free(&(*p)->bucket);
	vec_fini(&(*p)->nodes);
	mem_free(p);
}

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

void
postings_put(struct postings *p, uint32_t term, uint32_t story)
{
	uint32_t at = p->unused, *head;

	if (p->count >= p->n_buckets)
		grow(p);
	if (at == NONE) {
		at = (uint32_t)p->nodes.n;
		vec_push(&p->nodes, (struct node){0});
	} else {
		p->unused = p->nodes.p[at].next;
	}
	head = bucket_of(p, term);
	p->nodes.p[at] = (struct node){term, story, *head};
	*head = at;
	p->count++;
}

void
postings_del(struct postings *p, uint32_t term, uint32_t story)
{
	uint32_t *link = bucket_of(p, term), at;

	while ((at = *link) != NONE) {
		struct node *n = &p->nodes.p[at];

		if (n->term == term && n->story == story) {
			*link = n->next;
			n->next = p->unused;
			p->unused = at;
			p->count--;
			return;
		}
		link = &n->next;
	}
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
		p->nodes.cap * sizeof(*p->nodes.p);
}

struct postings_iter
postings_of(const struct postings *p, uint32_t term)
{
	return (struct postings_iter){p, term, *bucket_of(p, term)};
}

bool
postings_next(struct postings_iter *it, uint32_t *story)
{
	while (it->at != NONE) {
		const struct node *n = &it->p->nodes.p[it->at];

		it->at = n->next;
		if (n->term == it->term) {
			*story = n->story;
			return true;
		}
	}
	return false;
}
