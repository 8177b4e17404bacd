/*
 * What stories of articles in files say: who is the source, how many have it
 * from elsewhere, where they differ. For `newswatch stories --report`.
 */
#ifndef NW_TRIAL_STORY_REPORTING_H
#define NW_TRIAL_STORY_REPORTING_H

#include "config/config.h"
#include "story/attribution.h"
#include "story/publishers.h"
#include "trial/articles.h"
#include "trial/classifying.h"
#include "trial/watching.h"

struct story_reporting {
	struct watching watching; /* matcher NULL: no watchlist */
	struct classifying classifying;
	struct config *config; /* holds the publishers */
	struct publishers *publishers;
	struct arena *arena;
};

struct story_reporting_files {
	struct opt_texts watchlists, types, publishers;
};

/* EX_OK, or the exit code to end with, mistakes having been told.
 * story_reporting_fini in any case. */
int story_reporting_init(
	struct story_reporting *r, const struct story_reporting_files *files);
void story_reporting_fini(struct story_reporting *r);

/* An article's part in its story, whichever that is, appended as bytes. Marks
 * watched names in f. */
void story_reporting_member(struct story_reporting *r, const struct article *a,
	struct features *f, const struct item_key *id, struct wall when,
	struct strbuf *out);

struct story_reporting_story {
	struct item_key id;
	const struct span *members; /* bytes of the above, in order */
	const struct span *names; /* of these articles, as they are printed */
	size_t n; /* 1 at least */
};
/* One object of JSON, appended: the story as a hit has it, with `items`. */
void story_reporting_format(struct story_reporting *r,
	const struct story_reporting_story *s, struct strbuf *out);

#endif
