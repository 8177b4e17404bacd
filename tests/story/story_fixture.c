#include "story_fixture.h"
#include "testing.h"

#include "config/config.h"
#include "config/events.h"
#include "event/compile.h"
#include "event/events.h"
#include "model/limits.h"
#include "text/domain.h"
#include "text/url.h"

#define BASE_MS INT64_C(1767225600000) /* 2026-01-01 */

struct story_world {
	struct config *config;
	struct publishers *publishers;
	struct strbuf block;
	struct events *events;
	struct classifier *classifier;
};

static struct config *
load_config(void)
{
	struct config_options o = {
		.file = NW_SRCDIR "/etc/quickstart.yaml",
		.parts = CONFIG_PUBLISHERS,
	};
	struct strbuf report = STRBUF_INIT(1 << 16);
	struct config *c = NULL;

	if (config_load(&o, &c, &report, NULL) != 0)
		fail_msg("%s", strbuf_cstr(&report));
	strbuf_fini(&report);
	return c;
}

struct story_world *
story_world_new(void)
{
	struct story_world *w = mem_new(w);
	struct strbuf messages = STRBUF_INIT(1 << 16);
	struct report report = {.put = report_to_strbuf, .arg = &messages};
	struct event_catalog *catalog = NULL;

	w->config = load_config();
	w->publishers = publishers_new(&w->config->publishers);
	strbuf_init(&w->block, EVENTS_BYTES_MAX);
	assert_int_equal(
		config_load_events(NULL, 0, &catalog, &messages, NULL), 0);
	assert_int_equal(events_compile(event_catalog_types(catalog), &report,
				 &w->block, NULL, NULL),
		0);
	assert_int_equal(events_open(w->block.p, w->block.n, EVENTS_OWN,
				 &w->events, NULL),
		0);
	w->classifier = classifier_new(w->events);
	event_catalog_free(&catalog);
	strbuf_fini(&messages);
	return w;
}

void
story_world_free(struct story_world **w)
{
	classifier_free(&(*w)->classifier);
	events_close(&(*w)->events);
	strbuf_fini(&(*w)->block);
	publishers_free(&(*w)->publishers);
	config_unref(&(*w)->config);
	mem_free(w);
}

const struct publishers *
story_world_publishers(const struct story_world *w)
{
	return w->publishers;
}

/* -- items ----------------------------------------------------------------- */

static struct span
text_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n ? n->text : SPAN_NULL;
}

static struct item_spans
spans_of(const struct yaml_node *list, struct arena *arena)
{
	struct span *p;
	size_t n = 0;

	if (list == NULL)
		return (struct item_spans){0};
	p = arena_array(arena, list->n + 1, sizeof(*p));
	if (list->type == YAML_TEXT)
		p[n++] = list->text;
	else
		yaml_each(it, list) p[n++] = it->text;
	return (struct item_spans){p, n};
}

static void
put_links(const struct yaml_node *list, struct arena *arena, struct item *out)
{
	struct item_link *p;

	if (list == NULL)
		return;
	p = arena_array(arena, list->n + 1, sizeof(*p));
	yaml_each(it, list)
	{
		p[out->n_links].url = text_of(it, "url");
		p[out->n_links++].text = text_of(it, "text");
	}
	out->links = p;
}

void
story_world_item(
	const struct yaml_node *map, struct arena *arena, struct item *out)
{
	struct span at = text_of(map, "at");
	int64_t minutes = 0;

	if (at.n)
		assert_true(span_i64(at, 0, 1000000, &minutes));
	*out = (struct item){
		.title = text_of(map, "title"),
		.text = text_of(map, "text"),
		.url = text_of(map, "url"),
		.source_title = text_of(map, "source"),
		.source_url = text_of(map, "source_url"),
		.authors = spans_of(yaml_get(map, "authors"), arena),
		.language = SPAN_LIT("en"),
		.published = {BASE_MS + minutes * 60000},
	};
	if (out->url.n == 0)
		out->url = span_of(arena_printf(arena, "https://%.*s/%u",
			SPAN_ARG(text_of(map, "from")), map->place.line));
	put_links(yaml_get(map, "links"), arena, out);
}

/* -- entities -------------------------------------------------------------- */

static void
put_mentions(const struct item *item, enum hit_field field, struct span name,
	struct mention *out, size_t *n)
{
	struct span text = field == FIELD_TITLE ? item->title : item->text;
	size_t from = 0;

	for (;;) {
		struct span rest = span_sub(text, from, SIZE_MAX);
		char *needle = span_dup(name);
		size_t at = span_find_str(rest, needle);

		mem_free(&needle);
		if (at == SIZE_MAX || *n == LIMIT_MENTIONS)
			return;
		out[(*n)++] = (struct mention){
			.field = field,
			.start = (uint32_t)(from + at),
			.end = (uint32_t)(from + at + name.n),
			.text = name,
		};
		from += at + name.n;
	}
}

size_t
story_world_entities(const struct yaml_node *watched, const struct item *item,
	struct arena *arena, struct hit_entity **out)
{
	struct item_spans names = spans_of(watched, arena);
	size_t n = 0;

	*out = arena_array(arena, names.n + 1, sizeof(**out));
	for (size_t i = 0; i < names.n; i++) {
		struct mention *m =
			arena_array(arena, LIMIT_MENTIONS, sizeof(*m));
		struct hit_entity e = {.relevance = 80, .confidence = 0.9};

		e.name = names.p[i];
		if (span_starts(e.name, "person ")) {
			e.kind = ENTITY_PERSON;
			e.name = span_sub(e.name, 7, SIZE_MAX);
		}
		e.id = e.name;
		put_mentions(item, FIELD_TITLE, e.name, m, &e.n_mentions);
		put_mentions(item, FIELD_TEXT, e.name, m, &e.n_mentions);
		e.mentions = m;
		if (e.n_mentions)
			(*out)[n++] = e;
	}
	return n;
}

/* -- members --------------------------------------------------------------- */

void
story_world_member(struct story_world *w, const struct yaml_node *map,
	const struct yaml_node *watched, struct arena *arena,
	struct story_member *out)
{
	struct item *item = arena_alloc(arena, sizeof(*item));
	struct features *f = arena_alloc(arena, sizeof(*f));
	struct events_result events;
	struct hit_entity *entities;
	size_t n;

	story_world_item(map, arena, item);
	n = story_world_entities(watched, item, arena, &entities);
	classifier_run(w->classifier, item, entities, n, NULL, arena, &events);
	features_make(item, f);
	*out = (struct story_member){
		.when = item->published,
		.seen = item->published,
		.title = item->title,
		.url = item->url,
		.publisher = text_of(map, "publisher"),
		.domain = text_of(map, "feed").n
			? text_of(map, "feed")
			: domain_registrable(url_host(item->url)),
		.entities = entities,
		.n_entities = n,
		.events = events.events,
		.n_events = events.n,
		.words = f->words,
	};
	memcpy(out->sketch, f->sketch, sizeof(out->sketch));
	item_sources_find(item, entities, n, arena, &out->sources);
}
