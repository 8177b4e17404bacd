/* The cues of an item as bytes: see sources.h. Every put has its get in the
 * same order below it. */
#include "base/wire.h"
#include "model/hit_wire.h"
#include "story/sources.h"

#define FORMAT_VERSION 1
#define SOURCE_LEAST_BYTES 20

static void
put_text(struct strbuf *b, struct span s, size_t max)
{
	wire_put_span(b, span_utf8_head(s, max));
}

static void
put_source(struct strbuf *b, const struct item_source *s)
{
	wire_put_u8(b, (uint8_t)s->cue);
	wire_put_u8(b, (uint8_t)s->what);
	wire_put_u8(b, (uint8_t)s->act);
	put_text(b, s->name, SOURCES_NAME_BYTES);
	put_text(b, s->of, SOURCES_NAME_BYTES);
	put_text(b, s->entity, SOURCES_NAME_BYTES);
	wire_put_span(b, s->url.n > SOURCES_QUOTE_BYTES ? SPAN_NULL : s->url);
	wire_put_u8(b, (uint8_t)s->field);
	wire_put_u32(b, s->start);
	wire_put_u32(b, s->end);
	put_text(b, s->quote, SOURCES_QUOTE_BYTES);
}

static void
get_source(struct wire *w, struct item_source *s)
{
	s->cue = (enum source_cue)wire_below(w, SOURCE_CUES);
	s->what = (enum source_what)wire_below(w, SOURCE_WHATS);
	s->act = (enum source_act)wire_below(w, SOURCE_ACTS);
	s->name = wire_span(w);
	s->of = wire_span(w);
	s->entity = wire_span(w);
	s->url = wire_span(w);
	s->field = (enum hit_field)wire_below(w, FIELD_TEXT + 1);
	s->start = wire_u32(w);
	s->end = wire_u32(w);
	s->quote = wire_span(w);
	w->bad |= s->start > s->end;
}

void
item_sources_format(const struct item_sources *s, struct strbuf *out)
{
	struct item_spans domains = s->domains;
	size_t n = s->n < SOURCES_MAX ? s->n : SOURCES_MAX;

	if (domains.n > SOURCES_DOMAINS_MAX)
		domains.n = SOURCES_DOMAINS_MAX;
	wire_put_u8(out, FORMAT_VERSION);
	wire_put_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_source(out, &s->p[i]);
	hit_wire_put_spans(out, domains);
}

int
item_sources_parse(struct span bytes, struct arena *arena,
	struct item_sources *out, struct err *err)
{
	struct wire w = {.rest = bytes};
	struct item_source *p;

	*out = (struct item_sources){0};
	w.bad |= wire_u8(&w) != FORMAT_VERSION;
	out->n = wire_count(&w, SOURCE_LEAST_BYTES);
	w.bad |= out->n > SOURCES_MAX;
	if (w.bad)
		out->n = 0;
	p = arena_array(arena, out->n, sizeof(*p));
	for (size_t i = 0; i < out->n; i++)
		get_source(&w, &p[i]);
	out->p = p;
	out->domains = hit_wire_spans(&w, arena);
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT,
			"sources of an item: not in version %d of the format",
			FORMAT_VERSION);
	return 0;
}
