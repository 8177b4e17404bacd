/*
 * A block from a disk, record by record. Whoever can write the file could make
 * its checksum fit, so that nothing a block says is followed before it was
 * looked at here: references lie inside their sections, numbers are ones that
 * tables have rows for, the slots have an end, a query is a tree and not deep.
 */
#include "base/mem.h"
#include "match/block.h"
#include "match/names.h"

/* Terms, an operator and a NOT for each, and brackets. */
#define QUERY_NODES_DEEP (3 * QUERY_TERMS_MAX + QUERY_DEPTH_MAX)

static bool
text_ok(const struct lexicon *lex, uint32_t ref)
{
	uint16_t n;

	if (ref == 0)
		return true;
	if (ref >= lex->n_text || lex->n_text - ref < sizeof(n))
		return false;
	memcpy(&n, lex->text + ref, sizeof(n));
	return n <= lex->n_text - ref - sizeof(n);
}

static bool
list_ok(const struct lexicon *lex, uint32_t ref)
{
	if (ref == 0)
		return true;
	if (ref >= lex->n_lists || lex->lists[ref] >= lex->n_lists - ref)
		return false;
	for (uint32_t i = 0; i < lex->lists[ref]; i++)
		if (!text_ok(lex, lex->lists[ref + 1 + i]))
			return false;
	return true;
}

static bool
entity_ok(const struct lexicon *lex, const struct block_entity *e)
{
	return text_ok(lex, e->id) && text_ok(lex, e->name) &&
		text_ok(lex, e->watchlist) && text_ok(lex, e->file) &&
		list_ok(lex, e->tickers) && e->kind <= ENTITY_TOPIC &&
		e->letter_case <= CASE_ANY;
}

/* A byte a token, of gaps and shapes that there are. */
static bool
detail_ok(const struct lexicon *lex, const struct block_name *n)
{
	struct span detail;

	if (!text_ok(lex, n->detail))
		return false;
	detail = block_text(lex, n->detail);
	for (size_t i = 0; i < detail.n; i++)
		if ((unsigned char)detail.p[i] >> 4 > GAP_BREAK)
			return false;
	return detail.n <= NAME_TOKENS_MAX;
}

static bool
name_ok(const struct lexicon *lex, const struct block_name *n)
{
	return n->entity < lex->n_entities && text_ok(lex, n->text) &&
		detail_ok(lex, n) && n->role <= ROLE_NOT_LIKE &&
		n->variant < VARIANT_N && n->n_tokens > 0 &&
		n->n_tokens <= NAME_TOKENS_MAX;
}

static bool
terminals_ok(const struct lexicon *lex)
{
	for (size_t i = 0; i < lex->n_paths; i++)
		if (lex->firsts[i] > lex->firsts[i + 1])
			return false;
	return lex->firsts[lex->n_paths] <= lex->n_names;
}

/* A search ends at an empty slot. */
static bool
slots_ok(const struct lexicon *lex)
{
	bool empty = false;

	for (size_t i = 0; i < lex->n_slots; i++) {
		uint32_t value = lex->slots[i].value;

		empty |= value == 0;
		if (value & SLOT_ENDS && value >> SLOT_SHIFT >= lex->n_paths)
			return false;
	}
	return empty;
}

/* -- queries --------------------------------------------------------------- */

/* Takes a child for its parent: it is above nobody else's, and not deep. */
static bool
adopt(uint16_t *depth, uint32_t parent, uint32_t child)
{
	if (child >= parent || depth[child] == 0 ||
		depth[child] > QUERY_NODES_DEEP)
		return false;
	if (depth[parent] < depth[child] + 1)
		depth[parent] = (uint16_t)(depth[child] + 1);
	depth[child] = 0;
	return true;
}

static bool
node_ok(const struct lexicon *lex, uint32_t i, uint16_t *depth)
{
	const struct query_node *n = &lex->nodes[i];

	depth[i] = 1;
	if (n->op > QUERY_NEAR || n->field >= QUERY_FIELD_N)
		return false;
	if (n->op == QUERY_TERM)
		return text_ok(lex, n->right);
	return adopt(depth, i, n->left) &&
		(n->op == QUERY_NOT || adopt(depth, i, n->right));
}

/* depth[i]: of the tree under node i; 0: it has a parent. */
static bool
queries_ok(const struct lexicon *lex)
{
	uint16_t *depth = mem_calloc(lex->n_nodes + 1, sizeof(*depth));
	bool ok = true;
	size_t i;

	for (i = 0; ok && i < lex->n_nodes; i++)
		ok = node_ok(lex, (uint32_t)i, depth);
	for (i = 0; ok && i < lex->n_topics; i++)
		ok = lex->topics[i].root < lex->n_nodes &&
			lex->topics[i].entity < lex->n_entities &&
			(i == 0 ||
				lex->topics[i - 1].entity <
					lex->topics[i].entity);
	mem_free(&depth);
	return ok;
}

bool
lexicon_verify(const struct lexicon *lex)
{
	size_t i;

	if (lex->header->max_tokens > NAME_TOKENS_MAX ||
		!memchr(lex->header->id, '\0', sizeof(lex->header->id)))
		return false;
	for (i = 0; i < lex->n_entities; i++)
		if (!entity_ok(lex, &lex->entities[i]))
			return false;
	for (i = 0; i < lex->n_names; i++)
		if (!name_ok(lex, &lex->names[i]))
			return false;
	return terminals_ok(lex) && slots_ok(lex) && queries_ok(lex);
}
