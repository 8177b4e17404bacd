/*
 * From sorted patterns to the block: the hash table of paths, the filter in
 * front of it, and the sections one after the other.
 */
#include "base/hash.h"
#include "match/build.h"

/* -- tables ---------------------------------------------------------------- */

#define SLOT_LOAD_NUM 10 /* slots per 7 paths */
#define SLOT_LOAD_DEN 7

struct slot_table {
	struct block_slot *slot;
	uint64_t *path;
	size_t n;
};

/* False when two paths cannot be told apart: lay out anew. */
static bool
slot_put(struct slot_table *t, uint64_t path, uint32_t value)
{
	size_t i = block_reduce(path, t->n);
	uint32_t tag = (uint32_t)path;

	while (t->slot[i].value) {
		if (t->slot[i].tag == tag) {
			if (t->path[i] != path)
				return false;
			t->slot[i].value |= value;
			return true;
		}
		if (++i == t->n)
			i = 0;
	}
	t->slot[i] = (struct block_slot){tag, value};
	t->path[i] = path;
	return true;
}

/* Every one of these paths is there. */
static void
mark_seconds(const struct build *b, struct slot_table *t)
{
	size_t i, at;

	for (i = 0; i < b->seconds.n; i++) {
		at = block_reduce(b->seconds.p[i], t->n);
		while (t->path[at] != b->seconds.p[i])
			at = at + 1 == t->n ? 0 : at + 1;
		t->slot[at].value |= SLOT_SECOND;
	}
}

static bool
fill_slots(const struct build *b, struct slot_table *t)
{
	size_t i;

	for (i = 0; i < b->paths.n; i++)
		if (!slot_put(t, b->paths.p[i],
			    (uint32_t)i << SLOT_SHIFT | SLOT_ENDS))
			return false;
	for (i = 0; i < b->prefixes.n; i++)
		if (!slot_put(t, b->prefixes.p[i].path, SLOT_GOES_ON))
			return false;
	mark_seconds(b, t);
	return true;
}

static void
unique_prefixes(struct build *b)
{
	struct patterns *x = &b->prefixes;
	size_t i, n = 0;

	patterns_sort(x);
	for (i = 0; i < x->n; i++)
		if (i == 0 || x->p[i].path != x->p[n - 1].path)
			x->p[n++] = x->p[i];
	x->n = n;
}

static void
lay_out_slots(struct build *b)
{
	struct slot_table t = {0};
	size_t paths;

	unique_prefixes(b);
	paths = b->paths.n + b->prefixes.n;
	t.n = paths * SLOT_LOAD_NUM / SLOT_LOAD_DEN + 2;
	for (;; t.n += 1 + t.n / 64) {
		t.slot = mem_calloc(t.n, sizeof(*t.slot));
		t.path = mem_calloc(t.n, sizeof(*t.path));
		if (fill_slots(b, &t))
			break;
		mem_free(&t.slot);
		mem_free(&t.path);
	}
	mem_free(&t.path);
	b->slots = t.slot;
	b->n_slots = t.n;
}

#define FILTER_BITS_PER_KEY 12

static void
put_key(struct build *b, uint64_t key)
{
	b->filter[block_reduce(key, b->n_filter)] |= block_bits(key);
}

static void
lay_out_filter(struct build *b)
{
	size_t n = b->starts.n + b->anchors.n;

	b->n_filter = n * FILTER_BITS_PER_KEY / 64 + 8;
	b->filter = mem_calloc(b->n_filter, sizeof(*b->filter));
	vec_each (uint64_t *, key, &b->starts)
		put_key(b, *key);
	vec_each (uint64_t *, key, &b->anchors)
		put_key(b, *key);
}

/* Most words of a text are none of a few names': more bits let fewer of them
 * through, as long as the fastest cache holds these. */
#define SIEVE_BITS_PER_ANCHOR 8 /* to 16 */
#define SIEVE_WORDS_MIN 2048

static void
lay_out_sieve(struct build *b)
{
	size_t n = SIEVE_WORDS_MIN;
	unsigned shift;

	while (n * 32 < b->heads.n * SIEVE_BITS_PER_ANCHOR)
		n *= 2;
	b->n_sieve = n;
	b->sieve = mem_calloc(n, sizeof(*b->sieve));
	shift = block_sieve_shift(n);
	vec_each (uint64_t *, head, &b->heads)
		b->sieve[*head >> shift >> 5] |= 1U << (*head >> shift & 31);
}

/* -- the block ------------------------------------------------------------- */

int
layout_write(struct build *b, struct strbuf *out, struct err *err)
{
	struct block_header h = {.magic = BLOCK_MAGIC,
		.version = BLOCK_VERSION,
		.order = BLOCK_ORDER,
		.max_tokens = b->max_tokens,
		.n_prefixes = b->n_prefixes,
		.anchor_lengths = b->anchor_lengths,
		.is_dense = b->is_dense};

	lay_out_slots(b);
	lay_out_filter(b);
	lay_out_sieve(b);
	strbuf_clear(out);
	out->full = false;
	strbuf_put(out, &h, sizeof(h));
#define PUT(sec, v) \
	section_put(out, &h.section[sec], (v)->p, (v)->n * sizeof(*(v)->p))
	PUT(SEC_TEXT, &b->text);
	PUT(SEC_LISTS, &b->lists);
	PUT(SEC_ENTITIES, &b->entities);
	PUT(SEC_NAMES, &b->names);
	PUT(SEC_PATHS, &b->paths);
	PUT(SEC_FIRSTS, &b->firsts);
	PUT(SEC_TOPICS, &b->topics);
	PUT(SEC_NODES, &b->nodes);
#undef PUT
	section_put(out, &h.section[SEC_SLOTS], b->slots,
		b->n_slots * sizeof(*b->slots));
	section_put(out, &h.section[SEC_FILTER], b->filter,
		b->n_filter * sizeof(*b->filter));
	section_put(out, &h.section[SEC_SIEVE], b->sieve,
		b->n_sieve * sizeof(*b->sieve));
	if (out->full || b->text.full)
		return err_set(err, ERR_CONF,
			"the watchlists need more than %zu bytes when "
			"compiled; split them or remove entries",
			out->max);
	h.n_bytes = out->n;
	memcpy(out->p, &h, sizeof(h));
	hash_hex128(strbuf_as_span(out), h.id);
	memcpy(out->p, &h, sizeof(h));
	h.checksum = block_checksum(out->p, out->n);
	memcpy(out->p, &h, sizeof(h));
	return 0;
}
