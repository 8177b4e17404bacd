/* JSON Feed 1.0 and 1.1 into a builder. */
#ifndef NW_PARSE_JSON_FEED_H
#define NW_PARSE_JSON_FEED_H

#include "parse/builder.h"

/*
 * Read text (valid UTF-8) into b, which is new. Broken JSON is mended first;
 * *why (in the arena or static) then says what was wrong, else it is NULL.
 * ERR_INPUT: not JSON, or not a feed.
 */
NW_MUST_CHECK int json_feed_read(struct span text, struct span base_url,
	struct builder *b, const char **why, struct err *err);

#endif
