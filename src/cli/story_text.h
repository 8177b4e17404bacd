/* A story as the daemon's API gives it, in words for people. */
#ifndef NW_CLI_STORY_TEXT_H
#define NW_CLI_STORY_TEXT_H

#include "base/strbuf.h"
#include "model/json.h"

#define STORY_INDENT "  "

/* "rumour, 8 articles, 8 publishers, 0 independent": j is a hit's story. */
void story_text_counts(const struct json *j, struct strbuf *out);
/* Status with its quote, primary source, conflicts: lines. */
void story_text_report(const struct json *j, struct strbuf *out);
/* What an item is to its story, whom it names, what happened, why it joined:
 * lines. j has part, publisher, of, why, joined, sources and events. */
void story_text_part(const struct json *j, struct strbuf *out);

#endif
