/*
 * From the configuration to what runs: the compiled lexicon, and everything
 * that can be wrong with a configuration beyond its syntax. `newswatch check`,
 * the start and every reload go through here.
 *
 * A million names take seconds to compile, so a running daemon has it done by
 * the loader: a short-lived child (this same binary under SETUP_LOADER_ARGV0)
 * that reads all files, checks all, and hands back one sealed memfd and its
 * report. Loop thread.
 */
#ifndef NW_SETUP_SETUP_H
#define NW_SETUP_SETUP_H

#include "base/err.h"
#include "base/strbuf.h"
#include "config/config.h"

#define SETUP_LOADER_ARGV0 "newswatch-loader"
/* A loader that takes longer is killed. */
#define SETUP_LOADER_LIMIT_MS 300000
#define SETUP_REPORT_BYTES ((size_t)1 << 20) /* longer reports are cut */
/* Lexicon and event patterns together. */
#define SETUP_BLOCK_BYTES ((size_t)1200 << 20)

struct loop;
struct loader;

struct setup_counts {
	size_t feeds, entities, names, variants, queries, routes, channels;
	size_t errors, warnings;
};

/*
 * Check all that a loaded snapshot (CONFIG_ALL) means: the watchlist compiles,
 * routes name channels and entities that exist, channels have the settings of
 * their type and readable secrets. Every problem goes to report as
 * file:line:col. block: lexicon and event patterns, compiled
 * (model/compiled.h); NULL if it is not wanted. -1, ERR_CONF, if there was any
 * error.
 */
NW_MUST_CHECK int setup_compile(const struct config *c, struct strbuf *block,
	struct setup_counts *counts, struct strbuf *report, struct err *err);
/*
 * Of a configuration that could not be loaded (config_options.keep): more of
 * what is wrong with it, as far as that does not depend on what was not read.
 * A line that has a mistake already may be told again.
 */
void setup_check_broken(const struct config *c, struct strbuf *report);

/*
 * The same in two steps, so that the first can come from a cache
 * (setup/cache.h): the watchlists of c alone, and all else of c against the
 * compiled lexicon in block, behind which the event patterns go. counts of the
 * second step: those of the first, added to.
 */
NW_MUST_CHECK int setup_watchlists(const struct config *c, struct strbuf *block,
	struct setup_counts *counts, struct strbuf *report, struct err *err);
NW_MUST_CHECK int setup_rest(const struct config *c, struct strbuf *block,
	struct setup_counts *counts, struct strbuf *report, struct err *err);

/* A sealed memfd (no growing, shrinking, writing) of the block. Caller closes.
 * -1 on failure. */
int setup_seal(struct span block, struct err *err);

struct loader_result {
	int lexicon_fd; /* the caller's to close; -1 on failure */
	struct setup_counts counts;
	struct span report; /* errors and warnings, lines; until the return */
	struct err err; /* kind ERR_NONE on success */
};

typedef void (*loader_done_cb)(const struct loader_result *r, void *arg);

/* Load and compile o (with all its parts) in a child; done is called once. */
NW_MUST_CHECK int loader_start(struct loop *loop,
	const struct config_options *o, int64_t limit_ms, loader_done_cb done,
	void *arg, struct loader **out, struct err *err);
/* Kills it if it runs; done is not called any more. */
void loader_free(struct loader **l);

/* The child's side: main() of a program started as SETUP_LOADER_ARGV0. */
int setup_loader_main(void);

#endif
