/*
 * Entities and events of a hit as bytes: between analyser and daemon, and in
 * what is kept of an item's part in its story. Lists of what wire.h writes;
 * what is read borrows from the bytes, arrays come from the arena. A reader
 * that finds nonsense turns bad.
 */
#ifndef NW_MODEL_HIT_WIRE_H
#define NW_MODEL_HIT_WIRE_H

#include "base/arena.h"
#include "base/wire.h"
#include "model/hit.h"

void hit_wire_put_spans(struct strbuf *b, struct item_spans s);
struct item_spans hit_wire_spans(struct wire *w, struct arena *a);

/* Texts of mentions are not written: they are cut out of the item again. */
void hit_wire_put_entities(
	struct strbuf *b, const struct hit_entity *p, size_t n);
const struct hit_entity *hit_wire_entities(
	struct wire *w, struct arena *a, const struct item *it, size_t *n);

void hit_wire_put_events(struct strbuf *b, const struct hit_event *p, size_t n);
const struct hit_event *hit_wire_events(
	struct wire *w, struct arena *a, size_t *n);

#endif
