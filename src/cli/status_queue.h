/* The queue and its workers for people: part of `newswatch status`. */
#ifndef NW_CLI_STATUS_QUEUE_H
#define NW_CLI_STATUS_QUEUE_H

#include "base/strbuf.h"

struct json;

/* redis: what queue_status_format() wrote. Appends lines. */
void status_queue_text(const struct json *redis, struct strbuf *b);

#endif
