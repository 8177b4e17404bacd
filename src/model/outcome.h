/* How a delivery ended, for everybody: there are these three ways, no other. */
#ifndef NW_MODEL_OUTCOME_H
#define NW_MODEL_OUTCOME_H

#include <stdbool.h>

#include "base/span.h"

enum outcome {
	OUTCOME_SENT, /* the receiver has it */
	OUTCOME_LATER, /* it may work later: tried again */
	OUTCOME_NEVER /* it will not work: a dead letter */
};

const char *outcome_name(enum outcome o); /* "sent", "later", "never" */
bool outcome_parse(struct span name, enum outcome *out);

#endif
