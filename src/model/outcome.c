#include "model/outcome.h"

static const char *const outcome_names[] = {
	[OUTCOME_SENT] = "sent",
	[OUTCOME_LATER] = "later",
	[OUTCOME_NEVER] = "never",
};

const char *
outcome_name(enum outcome o)
{
	return outcome_names[o];
}

bool
outcome_parse(struct span name, enum outcome *out)
{
	for (size_t i = 0; i < sizeof(outcome_names) / sizeof(*outcome_names);
		i++) {
		if (!span_eq_str(name, outcome_names[i]))
			continue;
		*out = (enum outcome)i;
		return true;
	}
	return false;
}
