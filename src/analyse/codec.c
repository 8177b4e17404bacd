/* See codec.h. Pure. Every put has its get in the same order below it. */
#include "analyse/codec.h"

#include "base/wire.h"
#include "model/hit_wire.h"

#define SPAN_MIN_BYTES 4

/* -- job --------------------------------------------------------------------
 */

void
analyse_job_format(const struct analyse_job *j, struct strbuf *out)
{
	wire_put_span(out, j->feed_url);
	wire_put_span(out, j->url);
	wire_put_span(out, j->content_type);
	wire_put_span(out, j->content_encoding);
	wire_put_span(out, j->content_location);
	wire_put_u32(out, (uint32_t)j->n_known);
	for (size_t i = 0; i < j->n_known; i++)
		wire_put_i64(out, (int64_t)j->known[i]);
	wire_put_span(out, j->body);
}

int
analyse_job_parse(struct span bytes, struct arena *a, struct analyse_job *out,
	struct err *err)
{
	struct wire w = {.rest = bytes};
	uint64_t *known;

	*out = (struct analyse_job){0};
	out->feed_url = wire_span(&w);
	out->url = wire_span(&w);
	out->content_type = wire_span(&w);
	out->content_encoding = wire_span(&w);
	out->content_location = wire_span(&w);
	out->n_known = wire_count(&w, sizeof(*known));
	known = arena_array(a, out->n_known, sizeof(*known));
	for (size_t i = 0; i < out->n_known; i++)
		known[i] = (uint64_t)wire_i64(&w);
	out->known = known;
	out->body = wire_span(&w);
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT, "malformed analyser job");
	return 0;
}

/* -- item -------------------------------------------------------------------
 */

static void
put_item(struct strbuf *b, const struct item *it)
{
	wire_put_span(b, it->title);
	wire_put_span(b, it->summary);
	wire_put_span(b, it->content);
	hit_wire_put_spans(b, it->categories);
	hit_wire_put_spans(b, it->enclosures);
	wire_put_u32(b, (uint32_t)it->n_links);
	for (size_t i = 0; i < it->n_links; i++) {
		wire_put_span(b, it->links[i].url);
		wire_put_span(b, it->links[i].text);
	}
	wire_put_span(b, it->source_title);
	wire_put_span(b, it->source_url);
	wire_put_span(b, it->language);
}

static void
get_item(struct wire *w, struct arena *a, struct item *it)
{
	struct item_link *links;

	it->title = wire_span(w);
	it->summary = wire_span(w);
	it->content = wire_span(w);
	it->text = it->content.n > 0 ? it->content : it->summary;
	it->categories = hit_wire_spans(w, a);
	it->enclosures = hit_wire_spans(w, a);
	it->n_links = wire_count(w, 2 * SPAN_MIN_BYTES);
	links = arena_array(a, it->n_links, sizeof(*links));
	for (size_t i = 0; i < it->n_links; i++) {
		links[i].url = wire_span(w);
		links[i].text = wire_span(w);
	}
	it->links = links;
	it->source_title = wire_span(w);
	it->source_url = wire_span(w);
	it->language = wire_span(w);
}

/* -- result -----------------------------------------------------------------
 */

static void
put_sources(struct strbuf *b, const struct item_sources *s)
{
	struct strbuf bytes = STRBUF_INIT(SOURCES_BYTES_MAX);

	item_sources_format(s, &bytes);
	wire_put_span(b, strbuf_as_span(&bytes));
	strbuf_fini(&bytes);
}

static void
get_sources(struct wire *w, struct arena *a, struct item_sources *out)
{
	if (item_sources_parse(wire_span(w), a, out, NULL) != 0)
		w->bad = true;
}

static void
put_analysed(struct strbuf *b, const struct analyse_item *it)
{
	wire_put_u8(b, (uint8_t)it->keys.n);
	for (unsigned i = 0; i < it->keys.n; i++)
		wire_put_bytes(b, it->keys.k[i].b, ITEM_KEY_BYTES);
	wire_put_bytes(b, it->version.b, ITEM_KEY_BYTES);
	wire_put_i64(b, it->item.published.ms);
	wire_put_i64(b, it->item.updated.ms);
	wire_put_bytes(b, it->print.b, ITEM_PRINT_BYTES);
	wire_put_span(b, it->item.guid);
	wire_put_span(b, it->item.url);
	hit_wire_put_spans(b, it->item.authors);
	wire_put_u8(b, it->known);
	if (it->known)
		return;
	put_item(b, &it->item);
	hit_wire_put_entities(b, it->entities, it->n_entities);
	hit_wire_put_events(b, it->events, it->n_events);
	wire_put_span(b, it->features);
	put_sources(b, &it->sources);
}

static void
get_analysed(struct wire *w, struct arena *a, struct analyse_item *it)
{
	it->keys.n = wire_below(w, ITEM_KEYS_MAX + 1);
	if (it->keys.n == 0)
		w->bad = true;
	for (unsigned i = 0; i < it->keys.n; i++)
		wire_bytes(w, it->keys.k[i].b, ITEM_KEY_BYTES);
	wire_bytes(w, it->version.b, ITEM_KEY_BYTES);
	it->item.published.ms = wire_i64(w);
	it->item.updated.ms = wire_i64(w);
	wire_bytes(w, it->print.b, ITEM_PRINT_BYTES);
	it->item.guid = wire_span(w);
	it->item.url = wire_span(w);
	it->item.authors = hit_wire_spans(w, a);
	it->known = wire_below(w, 2) != 0;
	if (it->known)
		return;
	get_item(w, a, &it->item);
	it->entities = hit_wire_entities(w, a, &it->item, &it->n_entities);
	it->events = hit_wire_events(w, a, &it->n_events);
	it->features = wire_span(w);
	get_sources(w, a, &it->sources);
}

void
analyse_result_format(const struct analyse_result *r, struct strbuf *out)
{
	wire_put_u8(out, r->refused);
	wire_put_u8(out, r->whole);
	wire_put_u8(out, r->recovered);
	wire_put_u8(out, r->partial);
	wire_put_u32(out, r->bytes);
	wire_put_span(out, r->message);
	wire_put_span(out, r->format);
	wire_put_span(out, r->title);
	wire_put_span(out, r->url);
	wire_put_span(out, r->language);
	wire_put_i64(out, r->ttl_s);
	wire_put_u32(out, r->skip_hours);
	wire_put_u8(out, r->skip_days);
	wire_put_u32(out, (uint32_t)r->n_items);
	for (size_t i = 0; i < r->n_items; i++)
		put_analysed(out, &r->items[i]);
}

int
analyse_result_parse(struct span bytes, struct arena *a,
	struct analyse_result *out, struct err *err)
{
	struct wire w = {.rest = bytes};
	struct analyse_item *items;

	*out = (struct analyse_result){0};
	out->refused = wire_below(&w, 2) != 0;
	out->whole = wire_below(&w, 2) != 0;
	out->recovered = wire_below(&w, 2) != 0;
	out->partial = wire_below(&w, 2) != 0;
	out->bytes = wire_u32(&w);
	out->message = wire_span(&w);
	out->format = wire_span(&w);
	out->title = wire_span(&w);
	out->url = wire_span(&w);
	out->language = wire_span(&w);
	out->ttl_s = wire_i64(&w);
	out->skip_hours = wire_u32(&w);
	out->skip_days = wire_u8(&w);
	out->n_items = wire_count(&w, 2 * ITEM_KEY_BYTES);
	items = arena_array(a, out->n_items, sizeof(*items));
	for (size_t i = 0; i < out->n_items && !w.bad; i++)
		get_analysed(&w, a, &items[i]);
	out->items = items;
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT, "malformed analyser result");
	return 0;
}
