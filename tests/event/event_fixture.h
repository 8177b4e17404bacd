/* The shipped event types, or a test's own, ready to classify. */
#ifndef NW_TESTS_EVENT_FIXTURE_H
#define NW_TESTS_EVENT_FIXTURE_H

#include "event/events.h"

struct event_world {
	struct strbuf block;
	struct events *events;
	struct classifier *classifier;
	struct arena *arena;
};

/* types: YAML text instead of the built-in types; NULL: those. Fails the test
 * on any mistake in them. */
struct event_world *event_world_new(const char *types);
void event_world_free(struct event_world **w);
/* The result lives until the next call. */
void event_world_run(struct event_world *w, const struct item *item,
	struct hit_entity *entities, size_t n, bool all,
	struct events_result *out);
/* Compiles YAML text; the messages in report. Returns the number of errors. */
unsigned event_world_mistakes(const char *types, struct strbuf *report);

#endif
