/* The hash of the only term of a word. */
#ifndef NW_TESTS_STORY_TERM_H
#define NW_TESTS_STORY_TERM_H

#include "testing.h"

#include "story/terms.h"

static inline uint32_t
term_of(const char *word)
{
	struct terms t = {0};
	uint32_t hash;

	terms_scan(span_of(word), &t);
	assert_int_equal(t.n, 1);
	hash = t.p[0].hash;
	terms_fini(&t);
	return hash;
}

#endif
