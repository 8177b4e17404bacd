/*
 * How far along an event is, and how it is told: by the cues around its
 * trigger. Inside event only.
 */
#ifndef NW_EVENT_MODALITY_H
#define NW_EVENT_MODALITY_H

#include "event/sentence.h"

enum modality {
	MODALITY_ASSERTED,
	MODALITY_REPORTED, /* somebody says so */
	MODALITY_HEDGED, /* may, considers, in talks */
	MODALITY_HISTORIC, /* background */
	MODALITY_DENIED, /* somebody denies it: that is news */
	MODALITY_NEGATED, /* it is not so: that is none; called denied too */
	N_MODALITIES
};

enum stage {
	STAGE_ANNOUNCED,
	STAGE_PLANNED,
	STAGE_COMPLETED,
	STAGE_APPROVED,
	STAGE_RUMOUR,
	STAGE_CANCELLED,
	N_STAGES
};

extern const char *const modality_names[N_MODALITIES];
extern const char *const stage_names[N_STAGES];

/* year: in which the item was published; 0: not known. */
enum modality modality_of(
	const struct reading *r, const struct trigger *t, unsigned year);
enum stage stage_of(const struct reading *r, const struct trigger *t);

#endif
