/*
 * In which stories a term stands: the index that finds the few stories that an
 * item can belong to. Twelve bytes an entry. Pure; one thread at a time.
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
size_t postings_count(const struct postings *p);
size_t postings_bytes(const struct postings *p);

/*
 * The stories of a term, latest put first:
 *
 *	struct postings_iter it = postings_of(p, term);
 *	while (postings_next(&it, &story))
 */
struct postings_iter {
	const struct postings *p;
	uint32_t term, at;
};

struct postings_iter postings_of(const struct postings *p, uint32_t term);
bool postings_next(struct postings_iter *it, uint32_t *story);

#endif
