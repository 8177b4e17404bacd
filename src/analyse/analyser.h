/*
 * The analyser: a process without network, files or privileges that turns the
 * bytes of a document into items with their mentions. The same binary as its
 * parent; runs until its channel is closed.
 */
#ifndef NW_ANALYSE_ANALYSER_H
#define NW_ANALYSE_ANALYSER_H

#include "analyse/codec.h"
#include "event/events.h"
#include "match/match.h"

/* Name of the process; a program started under it calls analyser_main(). */
#define ANALYSER_ARGV0 "newswatch-analyser"

/*
 * Map the compiled block (model/compiled.h) at fd POOL_FIRST_FD, put on the
 * sandbox and serve jobs on POOL_CHANNEL_FD. memory_bytes: address space beside
 * that block. Returns the exit code.
 */
int analyser_main(uint64_t memory_bytes);

struct analyse_tools {
	struct matcher *matcher;
	struct classifier *classifier;
};

/*
 * One pass over a document: inflate, parse, drop what is known, match, find
 * out what happened. Pure.
 * Never fails: what cannot be read is a refused result. Everything lives in
 * the arena or borrows from the job and the lexicon; *doc owns the items and
 * is freed by the caller after use (document_free).
 */
struct document;
void analyse_pass(const struct analyse_job *job,
	const struct analyse_tools *tools, struct arena *arena,
	struct document **doc, struct analyse_result *out);

#endif
