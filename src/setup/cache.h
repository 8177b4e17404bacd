/*
 * Compiled watchlists on disk, by the hash of what they were compiled from, so
 * that a start or a reload of a million names that did not change takes the
 * time of reading a file. STATE_DIR/lexicon/HASH.block: the lexicon's own block
 * (position-independent), what was told when it was compiled, and checksums.
 *
 * The hash takes in this program's own bytes: another build compiles anew. A
 * damaged file is told in the report and replaced; a file that cannot be
 * written costs time, and a warning. Small lexicons are not kept: compiling is
 * as fast. For one process at a time, the loader.
 */
#ifndef NW_SETUP_CACHE_H
#define NW_SETUP_CACHE_H

#include "base/strbuf.h"
#include "setup/setup.h"

/* A smaller lexicon is not kept. */
#define CACHE_LEXICON_BYTES_MIN ((size_t)1 << 20)

struct cache_entry {
	struct strbuf lexicon; /* room for the event patterns behind it */
	struct strbuf report;
	struct setup_counts counts;
};

void cache_entry_init(struct cache_entry *e);
void cache_entry_fini(struct cache_entry *e);

/* Fills e. False: there is none. What is wrong with a file goes to notes. */
bool cache_get(struct span state_dir, const char *watch_hash,
	struct cache_entry *e, struct strbuf *notes);
/* Keeps e and removes all others. What goes wrong goes to notes. */
void cache_put(struct span state_dir, const char *watch_hash,
	const struct cache_entry *e, struct strbuf *notes);

#endif
