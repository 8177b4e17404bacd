/* The table that cues.c looks words up in. */
#ifndef NW_STORY_CUES_PRIVATE_H
#define NW_STORY_CUES_PRIVATE_H

#include "story/cues.h"

struct cue_row {
	const char *words; /* lower case, spaces between */
	enum cue_mark mark;
};

extern const struct cue_row cue_rows[]; /* ends with NULL */

#endif
