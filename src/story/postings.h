/*
 * In which stories a term stands: the index that finds the few stories that an
 * item can belong to. Twelve bytes a story of a rare term, four to six of a
 * common one. Pure; one thread at a time.
 */
#ifndef NW_STORY_POSTINGS_H
#define NW_STORY_POSTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct postings;

struct postings *postings_new(void);
void postings_free(struct postings **p);
/* story: any number that the caller gives its stories. Not twice the same. */
void postings_put(struct postings *p, uint32_t term, uint32_t story);
/* Nothing if it is not there. */
void postings_del(struct postings *p, uint32_t term, uint32_t story);
size_t postings_count(const struct postings *p); /* of pairs */
size_t postings_bytes(const struct postings *p);

#define POSTINGS_FEW 8

/* The stories of a term in the order in which they were put, until the next
 * put or del. p may be in the struct itself. */
struct postings_list {
	const uint32_t *p;
	size_t n;
	uint32_t few[POSTINGS_FEW];
};
void postings_get(
	const struct postings *p, uint32_t term, struct postings_list *out);

#endif
