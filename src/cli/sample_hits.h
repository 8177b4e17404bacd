/* Five hits to try routes and channels on, built in: etc/samples/hits.jsonl. */
#ifndef NW_CLI_SAMPLE_HITS_H
#define NW_CLI_SAMPLE_HITS_H

#include "base/span.h"

extern const struct span sample_hits; /* JSON Lines */

#endif
