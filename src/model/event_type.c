#include "model/event_type.h"

const char *const event_cue_names[N_EVENT_CUES] = {
	[CUE_DENIED] = "denied",
	[CUE_NEGATED] = "negated",
	[CUE_HISTORIC] = "historic",
	[CUE_HEDGED] = "hedged",
	[CUE_REPORTED] = "reported",
	[CUE_CANCELLED] = "cancelled",
	[CUE_RUMOUR] = "rumour",
	[CUE_APPROVED] = "approved",
	[CUE_COMPLETED] = "completed",
	[CUE_PLANNED] = "planned",
	[CUE_ANNOUNCED] = "announced",
	[CUE_ANAPHORA] = "anaphora",
	[CUE_ASIDE] = "aside",
	[CUE_BOILERPLATE] = "boilerplate",
};

const struct event_type *
event_type_get(const struct event_types *types, struct span id)
{
	for (size_t i = 0; i < types->n_types; i++) {
		if (span_eq(types->types[i].id, id))
			return &types->types[i];
	}
	return NULL;
}
