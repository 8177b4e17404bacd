/* See member.h. Every put has its get in the same order below it. */
#include "story/member.h"

#include "base/wire.h"
#include "model/hit_wire.h"
#include "model/limits.h"

#define FORMAT_VERSION 1

static void
put_entities(struct strbuf *b, const struct story_member *m)
{
	struct hit_entity kept[MEMBER_ENTITIES_MAX];
	size_t n = m->n_entities < MEMBER_ENTITIES_MAX ? m->n_entities
						       : MEMBER_ENTITIES_MAX;

	for (size_t i = 0; i < n; i++) {
		kept[i] = m->entities[i];
		kept[i].mentions = NULL;
		kept[i].n_mentions = 0;
		kept[i].tickers = (struct item_spans){0};
	}
	hit_wire_put_entities(b, kept, n);
}

static void
put_events(struct strbuf *b, const struct story_member *m)
{
	struct hit_event kept[MEMBER_EVENTS_MAX];
	size_t n = m->n_events < MEMBER_EVENTS_MAX ? m->n_events
						   : MEMBER_EVENTS_MAX;

	for (size_t i = 0; i < n; i++) {
		kept[i] = m->events[i];
		kept[i].sentence =
			span_utf8_head(kept[i].sentence, MEMBER_SENTENCE_BYTES);
	}
	hit_wire_put_events(b, kept, n);
}

void
story_member_format(const struct story_member *m, struct strbuf *out)
{
	struct strbuf sources = STRBUF_INIT(SOURCES_BYTES_MAX);

	wire_put_u8(out, FORMAT_VERSION);
	wire_put_bytes(out, m->item.b, ITEM_KEY_BYTES);
	wire_put_i64(out, m->when.ms);
	wire_put_i64(out, m->seen.ms);
	wire_put_span(out, span_utf8_head(m->title, LIMIT_TITLE_BYTES));
	wire_put_span(out, m->url);
	wire_put_span(out, m->language);
	wire_put_span(out, span_utf8_head(m->publisher, LIMIT_NAME_BYTES));
	wire_put_span(out, m->domain);
	item_sources_format(&m->sources, &sources);
	wire_put_span(out, strbuf_as_span(&sources));
	put_entities(out, m);
	put_events(out, m);
	wire_put_span(out, span_utf8_head(m->decision, MEMBER_SENTENCE_BYTES));
	wire_put_u32(out, m->words);
	features_put_sketch(out, m->sketch);
	strbuf_fini(&sources);
}

int
story_member_parse(struct span bytes, struct arena *arena,
	struct story_member *out, struct err *err)
{
	static const struct item no_item = {0};
	struct wire w = {.rest = bytes};
	struct span sources;

	*out = (struct story_member){0};
	w.bad |= wire_u8(&w) != FORMAT_VERSION;
	wire_bytes(&w, out->item.b, ITEM_KEY_BYTES);
	out->when.ms = wire_i64(&w);
	out->seen.ms = wire_i64(&w);
	out->title = wire_span(&w);
	out->url = wire_span(&w);
	out->language = wire_span(&w);
	out->publisher = wire_span(&w);
	out->domain = wire_span(&w);
	sources = wire_span(&w);
	out->entities =
		hit_wire_entities(&w, arena, &no_item, &out->n_entities);
	out->events = hit_wire_events(&w, arena, &out->n_events);
	out->decision = wire_span(&w);
	out->words = wire_u32(&w);
	features_get_sketch(&w, out->sketch);
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT,
			"item of a story: not in version %d of the format",
			FORMAT_VERSION);
	return item_sources_parse(sources, arena, &out->sources, err);
}
