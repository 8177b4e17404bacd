/* One feed as a page for people, from the answer of /api/feed. */
#ifndef NW_CLI_FEEDS_SHOW_H
#define NW_CLI_FEEDS_SHOW_H

#include "base/strbuf.h"

struct json;

void feeds_show(const struct json *feed);
/* "90s", "15m", "3h", "2d", appended: at most two digits are lost. */
void feeds_put_duration(struct strbuf *b, int64_t s);

#endif
