/*
 * What an alert said of a story, and whether the story has changed since in a
 * way that people should hear of. Pure.
 */
#ifndef NW_STORY_TOLD_H
#define NW_STORY_TOLD_H

#include "base/strbuf.h"
#include "story/attribution.h"

#define STORY_TOLD_BYTES 64
#define STORY_CHANGES_MAX 4

/* What an alert that carries this story says of it, as one line, appended. */
void story_told_format(const struct hit_story *s, struct strbuf *out);

struct story_change {
	struct span told; /* what story_told_format wrote */
	const struct hit_story *now;
	/* The item at hand is member `at`; those before it are known. */
	const struct story_member *members;
	const struct member_verdict *verdicts;
	size_t n_members, at;
};

/*
 * Writes the words of what changed, at most STORY_CHANGES_MAX; returns how many
 * there are, 0 for an echo.
 *
 * "status": rumour, reported (not by one who only repeats the rumour),
 * corroborated, confirmed, or a denial, correction or retraction.
 * "independent": the first publisher that has it from elsewhere, while nobody
 * has confirmed it. "fact", "conflict": a figure that is new, or contradicts
 * the others. These two count only if the item is the origin's, independent or
 * official: a figure that a rewriter got wrong is listed in the story, but is
 * no news.
 */
size_t story_changes(
	const struct story_change *c, struct span out[STORY_CHANGES_MAX]);

#endif
