/*
 * What happened: the events that an item reports, by compiled patterns.
 *
 * A classifier is scratch memory for one thread at a time; the compiled block
 * is shared. Pure. Source of the method: doc/EVENTS.md.
 */
#ifndef NW_EVENT_EVENTS_H
#define NW_EVENT_EVENTS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/hit.h"
#include "model/item.h"

struct events;
struct classifier;

/* Title and the first EVENT_LEAD_BYTES of the text count more than the rest. */
#define EVENT_LEAD_BYTES 200
/* Below it an event is not reported. */
#define EVENT_CONFIDENCE_MIN 0.5

enum events_trust {
	EVENTS_OWN, /* made by this run and sealed: header and bounds only */
	EVENTS_CACHED /* from elsewhere: the checksum and every index too */
};

/*
 * Open a block of events_compile(), aligned to 16 bytes, borrowed until
 * events_close. ERR_INPUT if it is none, of another version, or damaged.
 */
NW_MUST_CHECK int events_open(const void *block, size_t n_bytes,
	enum events_trust trust, struct events **out, struct err *err);
void events_close(struct events **e);
size_t events_n_types(const struct events *e);
/* Id of a type; points into the block. */
struct span events_type(const struct events *e, size_t i);

struct classifier *classifier_new(const struct events *e); /* borrows e */
void classifier_free(struct classifier **c);

struct events_options {
	bool all; /* also what is below EVENT_CONFIDENCE_MIN: background */
};

struct events_result {
	struct hit_event *events; /* most certain first */
	size_t n; /* at most LIMIT_EVENTS */
};

/*
 * The events of an item. entities: who is watched and named in it, with
 * mentions (match_item); only events in which one of them has a part are
 * given, one per type and entity. n_entities 0: one event per type, of no
 * entity. Sets entities[i].role where that is empty. options may be NULL.
 * Arrays are in the arena, texts there or in item and block.
 */
void classifier_run(struct classifier *c, const struct item *item,
	struct hit_entity *entities, size_t n_entities,
	const struct events_options *options, struct arena *arena,
	struct events_result *out);

#endif
