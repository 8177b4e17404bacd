/*
 * Opening a compiled block: what is checked here makes every access of the
 * scan safe as far as sections go; the records inside are our own work, and
 * those of a block from a disk are checked too (verify.c).
 */
#include "match/lexicon.h"

#include "base/mem.h"
#include "match/block.h"

uint64_t
block_checksum(const char *p, size_t n)
{
	return section_checksum(p, n, offsetof(struct block_header, checksum));
}

static bool
open_sections(struct lexicon *lex)
{
	const struct block_header *h = lex->header;

#define OPEN(field, sec) \
	((lex->field = section_records(h, h->n_bytes, &h->section[sec], \
		  sizeof(*lex->field), &lex->n_##field)) != NULL)
	return OPEN(text, SEC_TEXT) && OPEN(lists, SEC_LISTS) &&
		OPEN(entities, SEC_ENTITIES) && OPEN(names, SEC_NAMES) &&
		OPEN(paths, SEC_PATHS) && OPEN(firsts, SEC_FIRSTS) &&
		OPEN(slots, SEC_SLOTS) && OPEN(topics, SEC_TOPICS) &&
		OPEN(nodes, SEC_NODES) && OPEN(filter, SEC_FILTER) &&
		lex->n_slots > 0 && lex->n_firsts == lex->n_paths + 1 &&
		OPEN(sieve, SEC_SIEVE) && lex->n_filter > 0 &&
		lex->n_sieve > 0 && (lex->n_sieve & (lex->n_sieve - 1)) == 0;
#undef OPEN
}

static int
check_header(const struct block_header *h, size_t n_bytes, struct err *err)
{
	if (n_bytes < sizeof(*h) ||
		memcmp(h->magic, BLOCK_MAGIC, sizeof(h->magic)) != 0)
		return err_set(err, ERR_INPUT, "this is no compiled watchlist");
	if (h->version != BLOCK_VERSION || h->order != BLOCK_ORDER)
		return err_set(err, ERR_INPUT,
			"the compiled watchlist is of another version or "
			"machine; compile it again");
	if (h->n_bytes != n_bytes)
		return err_set(err, ERR_INPUT,
			"the compiled watchlist has %zu bytes instead of %llu; "
			"compile it again",
			n_bytes, (unsigned long long)h->n_bytes);
	return 0;
}

int
lexicon_open(const void *block, size_t n_bytes, enum lexicon_trust trust,
	struct lexicon **out, struct err *err)
{
	const struct block_header *h = block;
	struct lexicon *lex;

	if (check_header(h, n_bytes, err) != 0)
		return -1;
	if (trust == LEXICON_CACHED &&
		block_checksum(block, n_bytes) != h->checksum)
		return err_set(err, ERR_INPUT,
			"the compiled watchlist is damaged; compile it again");
	lex = mem_new(lex);
	lex->base = block;
	lex->header = h;
	if (!open_sections(lex) ||
		(trust == LEXICON_CACHED && !lexicon_verify(lex))) {
		lexicon_close(&lex);
		return err_set(err, ERR_INPUT,
			"the compiled watchlist is damaged; compile it again");
	}
	lex->sieve_shift = block_sieve_shift(lex->n_sieve);
	*out = lex;
	return 0;
}

void
lexicon_close(struct lexicon **lex)
{
	mem_free(lex);
}

size_t
lexicon_n_entities(const struct lexicon *lex)
{
	return lex->n_entities;
}

struct lexicon_entity
lexicon_entity(const struct lexicon *lex, size_t i)
{
	const struct block_entity *e = &lex->entities[i];

	return (struct lexicon_entity){block_text(lex, e->id),
		block_text(lex, e->name), block_text(lex, e->watchlist)};
}

const char *
lexicon_version(const struct lexicon *lex)
{
	return lex->header->id;
}
