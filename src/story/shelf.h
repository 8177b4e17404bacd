/*
 * The members of the stories that were reported last: parsed, and looked up in
 * the table of publishers, so that a hit that joins a large story needs not
 * read two hundred others again. What is here is what the store would give,
 * STORY_MEMBERS_FIRST and the latest others up to STORY_MEMBERS_MAX; whoever
 * writes members says so here, and whoever cannot say what became of them
 * (a rollback, retention, two stories that became one) clears the shelf.
 *
 * Bounded in bytes: the story that was used longest ago goes. Pure; one thread
 * at a time.
 */
#ifndef NW_STORY_SHELF_H
#define NW_STORY_SHELF_H

#include "story/attribution.h"

struct shelf;

/* As many bytes at most, beside the story used last. */
struct shelf *shelf_new(size_t max_bytes);
void shelf_free(struct shelf **s);

/* Ends what the functions below gave. */
void shelf_clear(struct shelf *s);
/* Keeps to the limit; so does this. */
void shelf_trim(struct shelf *s);

struct shelf_members {
	const struct story_member *p; /* in the order of their items */
	size_t n;
	const struct alike *alike;
};

/* Stories are known by their row, as items are. The members stay until the
 * next call but this one; false: not there. */
bool shelf_get(struct shelf *s, int64_t story, struct shelf_members *out);
/* Puts a story there that was not: as story_member_format wrote its members,
 * of which the last is that of `latest`. publishers, or NULL, are borrowed
 * until the shelf is cleared. False, and nothing is put: one of them is of
 * another version of the format. */
bool shelf_put(struct shelf *s, int64_t story, struct item_spans members,
	int64_t latest, const struct publishers *publishers);

/* An item that was in no story joins this one. If it is not later than all
 * items here, this clears the shelf: nobody knows where it belongs. */
void shelf_join(struct shelf *s, int64_t story, int64_t item,
	struct span member, const struct publishers *publishers);
/* A member of this story says something else now. */
void shelf_edit(struct shelf *s, int64_t story, const struct item_key *item,
	struct span member, const struct publishers *publishers);

size_t shelf_bytes(const struct shelf *s);

#endif
