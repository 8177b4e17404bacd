#include "event_fixture.h"
#include "testing.h"

#include "config/events.h"
#include "event/compile.h"

static unsigned
compile(const char *types, struct strbuf *block, struct strbuf *messages)
{
	struct report report = {.put = report_to_strbuf, .arg = messages};
	struct event_catalog *catalog = NULL;
	int rc = types ? config_parse_events(span_of(types), "t.yaml", &catalog,
				 messages, NULL)
		       : config_load_events(NULL, 0, &catalog, messages, NULL);

	if (rc != 0)
		fail_msg("%s", strbuf_cstr(messages));
	assert_int_equal(events_compile(event_catalog_types(catalog), &report,
				 block, NULL, NULL),
		0);
	event_catalog_free(&catalog);
	return report.errors;
}

struct event_world *
event_world_new(const char *types)
{
	struct event_world *w = mem_new(w);
	struct strbuf messages = STRBUF_INIT(1 << 16);

	strbuf_init(&w->block, EVENTS_BYTES_MAX);
	if (compile(types, &w->block, &messages) != 0)
		fail_msg("%s", strbuf_cstr(&messages));
	strbuf_fini(&messages);
	assert_int_equal(events_open(w->block.p, w->block.n, EVENTS_CACHED,
				 &w->events, NULL),
		0);
	w->classifier = classifier_new(w->events);
	w->arena = arena_new();
	return w;
}

void
event_world_free(struct event_world **w)
{
	classifier_free(&(*w)->classifier);
	events_close(&(*w)->events);
	arena_free(&(*w)->arena);
	strbuf_fini(&(*w)->block);
	mem_free(w);
}

void
event_world_run(struct event_world *w, const struct item *item,
	struct hit_entity *entities, size_t n, bool all,
	struct events_result *out)
{
	const struct events_options options = {.all = all};

	arena_reset(w->arena);
	classifier_run(
		w->classifier, item, entities, n, &options, w->arena, out);
}

unsigned
event_world_mistakes(const char *types, struct strbuf *report)
{
	struct strbuf block = STRBUF_INIT(EVENTS_BYTES_MAX);
	unsigned errors = compile(types, &block, report);

	strbuf_fini(&block);
	return errors;
}
