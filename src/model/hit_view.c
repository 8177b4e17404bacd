/*
 * The way back: JSON of version 1 to a struct hit. Texts stay in the JSON tree,
 * arrays are in the arena, both live as long as the view.
 */
#include "model/hit.h"

#include "base/arena.h"
#include "base/date.h"
#include "base/mem.h"
#include "model/json.h"

struct hit_view {
	struct json *root;
	struct arena *arena;
	struct hit hit;
	struct item item;
	struct hit_story story;
};

struct reader {
	struct hit_view *v;
	struct err *err;
};

static int
bad(struct reader *r, const char *field, const char *why)
{
	return err_set(r->err, ERR_INPUT, "hit: %s: %s", field, why);
}

static unsigned
get_count(const struct json *object, const char *key)
{
	int64_t v = json_get_int(object, key, 0);

	return v < 0 ? 0 : v > INT32_MAX ? INT32_MAX : (unsigned)v;
}

/* Absent or null is ITEM_UNDATED. */
static int
read_time(struct reader *r, const struct json *object, const char *key,
	struct wall *out)
{
	const struct json *j = json_get(object, key);

	out->ms = ITEM_UNDATED;
	if (json_type(j) == JSON_NULL_ || date_parse(json_text(j), out))
		return 0;
	return bad(r, key, "no date");
}

static int
read_id(struct reader *r, struct span id, const char *field,
	char out[HEX128_SIZE])
{
	uint8_t bytes[HEX128_SIZE / 2];

	if (!hash_from_hex(id, bytes, sizeof(bytes)))
		return bad(r, field, "not 32 hex digits");
	hash_to_hex(bytes, sizeof(bytes), out);
	return 0;
}

static void *
make_array(struct reader *r, const struct json *array, size_t size, size_t *n)
{
	*n = json_type(array) == JSON_ARRAY_ ? json_size(array) : 0;
	return arena_array(r->v->arena, *n, size);
}

static struct item_spans
read_spans(struct reader *r, const struct json *object, const char *key)
{
	const struct json *array = json_get(object, key);
	size_t n;
	struct span *p = make_array(r, array, sizeof(*p), &n);

	for (size_t i = 0; i < n; i++)
		p[i] = json_text(json_at(array, i));
	return (struct item_spans){p, n};
}

static int
read_field(struct reader *r, const struct json *object, enum hit_field *out)
{
	struct span name = json_get_text(object, "field");

	*out = FIELD_TITLE;
	if (span_eq_str(name, hit_field_name(FIELD_TITLE)))
		return 0;
	*out = FIELD_TEXT;
	if (span_eq_str(name, hit_field_name(FIELD_TEXT)))
		return 0;
	return bad(r, "field", "neither title nor text");
}

static int
read_range(struct reader *r, const struct json *object, enum hit_field field,
	uint32_t *start, uint32_t *end)
{
	const struct item *it = &r->v->item;
	size_t n = field == FIELD_TITLE ? it->title.n : it->text.n;
	int64_t from = json_get_int(object, "start", -1);
	int64_t to = json_get_int(object, "end", -1);

	if (from < 0 || to < from || (uint64_t)to > n)
		return bad(r, "start and end", "outside of their field");
	*start = (uint32_t)from;
	*end = (uint32_t)to;
	return 0;
}

static int
read_item(struct reader *r, const struct json *j)
{
	struct hit *h = &r->v->hit;
	struct item *it = &r->v->item;
	struct span id = json_get_text(j, "id");

	if (json_type(j) != JSON_OBJECT_)
		return bad(r, "item", "missing");
	if (read_id(&(struct reader){r->v, NULL}, id, "item.id", h->item_id) !=
		0)
		h->item_name = id;
	it->url = json_get_text(j, "url");
	it->title = json_get_text(j, "title");
	it->text = json_get_text(j, "text");
	it->authors = read_spans(r, j, "authors");
	it->language = json_get_text(j, "language");
	it->updated.ms = ITEM_UNDATED;
	h->item = it;
	return read_time(r, j, "published", &it->published);
}

static void
read_feed(const struct json *j, struct hit_feed *out)
{
	out->url = json_get_text(j, "url");
	out->title = json_get_text(j, "title");
	out->publisher = json_get_text(j, "publisher");
	out->domain = json_get_text(j, "domain");
}

static int
read_mentions(struct reader *r, const struct json *array, struct hit_entity *e)
{
	struct mention *p = make_array(r, array, sizeof(*p), &e->n_mentions);

	e->mentions = p;
	for (size_t i = 0; i < e->n_mentions; i++) {
		const struct json *j = json_at(array, i);

		if (read_field(r, j, &p[i].field) != 0 ||
			read_range(r, j, p[i].field, &p[i].start, &p[i].end) !=
				0)
			return -1;
		p[i].text = json_get_text(j, "text");
	}
	return 0;
}

static int
read_entity(struct reader *r, const struct json *j, struct hit_entity *e)
{
	e->id = json_get_text(j, "id");
	e->name = json_get_text(j, "name");
	if (!entity_kind_parse(json_get_text(j, "kind"), &e->kind))
		return bad(r, "entities.kind", "unknown");
	e->tickers = read_spans(r, j, "tickers");
	e->watchlist = json_get_text(j, "watchlist");
	e->role = json_get_text(j, "role");
	e->relevance = get_count(j, "relevance");
	e->confidence = json_number(json_get(j, "confidence"), 0);
	return read_mentions(r, json_get(j, "mentions"), e);
}

static int
read_entities(struct reader *r, const struct json *array)
{
	struct hit *h = &r->v->hit;
	struct hit_entity *p = make_array(r, array, sizeof(*p), &h->n_entities);

	h->entities = p;
	for (size_t i = 0; i < h->n_entities; i++)
		if (read_entity(r, json_at(array, i), &p[i]) != 0)
			return -1;
	return 0;
}

static int
read_facts(struct reader *r, const struct json *array, struct hit_event *e)
{
	struct hit_fact *p = make_array(r, array, sizeof(*p), &e->n_facts);

	e->facts = p;
	for (size_t i = 0; i < e->n_facts; i++) {
		const struct json *j = json_at(array, i);

		p[i].kind = json_get_text(j, "kind");
		p[i].value = json_number(json_get(j, "value"), 0);
		p[i].currency = json_get_text(j, "currency");
		p[i].text = json_get_text(j, "text");
		if (read_range(r, j, e->field, &p[i].start, &p[i].end) != 0)
			return -1;
	}
	return 0;
}

static int
read_event(struct reader *r, const struct json *j, struct hit_event *e)
{
	int64_t polarity = json_get_int(j, "polarity", 0);

	e->type = json_get_text(j, "type");
	e->entity = json_get_text(j, "entity");
	e->role = json_get_text(j, "role");
	e->stage = json_get_text(j, "stage");
	e->modality = json_get_text(j, "modality");
	e->polarity = (polarity > 0) - (polarity < 0);
	e->confidence = json_number(json_get(j, "confidence"), 0);
	e->sentence = json_get_text(j, "sentence");
	if (read_field(r, j, &e->field) != 0 ||
		read_range(r, j, e->field, &e->start, &e->end) != 0)
		return -1;
	return read_facts(r, json_get(j, "facts"), e);
}

static int
read_events(struct reader *r, const struct json *array)
{
	struct hit *h = &r->v->hit;
	struct hit_event *p = make_array(r, array, sizeof(*p), &h->n_events);

	h->events = p;
	for (size_t i = 0; i < h->n_events; i++)
		if (read_event(r, json_at(array, i), &p[i]) != 0)
			return -1;
	return 0;
}

static void
read_companies(struct reader *r, const struct json *array, struct hit_story *s)
{
	struct hit_company *p =
		make_array(r, array, sizeof(*p), &s->n_companies);

	s->companies = p;
	for (size_t i = 0; i < s->n_companies; i++) {
		const struct json *j = json_at(array, i);

		p[i].name = json_get_text(j, "name");
		p[i].role = json_get_text(j, "role");
		p[i].relevance = get_count(j, "relevance");
	}
}

static int
read_story(struct reader *r, const struct json *j)
{
	struct hit_story *s = &r->v->story;
	const struct json *primary = json_get(j, "primary");

	if (json_type(j) == JSON_NULL_)
		return 0;
	r->v->hit.story = s;
	s->novelty = get_count(j, "novelty");
	s->articles = get_count(j, "articles");
	s->publishers = get_count(j, "publishers");
	s->independent = get_count(j, "independent");
	s->status = json_get_text(j, "status");
	s->key_company = json_get_text(j, "key_company");
	read_companies(r, json_get(j, "companies"), s);
	s->primary_name = json_get_text(primary, "name");
	s->primary_class = json_get_text(primary, "class");
	s->primary_url = json_get_text(primary, "url");
	s->primary_quote = json_get_text(primary, "quote");
	s->status_quote = json_get_text(j, "status_quote");
	s->conflicts = read_spans(r, j, "conflicts");
	s->related = read_spans(r, j, "related");
	if (read_id(r, json_get_text(j, "id"), "story.id", s->id) != 0)
		return -1;
	return read_time(r, j, "first_seen", &s->first_seen);
}

static int
read_kind(struct reader *r, struct span name)
{
	struct hit *h = &r->v->hit;

	h->kind = HIT_NEW;
	if (span_eq_str(name, hit_kind_name(HIT_NEW)))
		return 0;
	h->kind = HIT_UPDATE;
	if (span_eq_str(name, hit_kind_name(HIT_UPDATE)))
		return 0;
	return bad(r, "kind", "neither hit nor update");
}

static int
read_hit(struct reader *r, const struct json *j)
{
	struct hit *h = &r->v->hit;
	const struct json *timing = json_get(j, "timing");

	if (json_type(j) != JSON_OBJECT_)
		return bad(r, "document", "no object");
	if (json_get_int(j, "v", 0) != 1)
		return bad(r, "v", "not 1: a newer newswatch wrote this hit");
	if (read_id(r, json_get_text(j, "id"), "id", h->id) != 0 ||
		read_kind(r, json_get_text(j, "kind")) != 0 ||
		read_time(r, j, "detected", &h->detected) != 0 ||
		read_item(r, json_get(j, "item")) != 0)
		return -1;
	h->changed = read_spans(r, j, "changed");
	h->revision = get_count(j, "revision");
	read_feed(json_get(j, "feed"), &h->feed);
	h->published_to_seen_ms =
		json_get_int(timing, "published_to_seen_ms", -1);
	h->seen_to_stored_ms = json_get_int(timing, "seen_to_stored_ms", -1);
	if (read_entities(r, json_get(j, "entities")) != 0 ||
		read_events(r, json_get(j, "events")) != 0)
		return -1;
	return read_story(r, json_get(j, "story"));
}

int
hit_view_parse(struct span json, struct hit_view **out, struct err *err)
{
	struct hit_view *v = mem_new(v);
	struct reader r = {v, err};

	*out = NULL;
	v->arena = arena_new();
	if (json_parse(json, "hit", &v->root, err) != 0 ||
		read_hit(&r, v->root) != 0) {
		hit_view_free(&v);
		return -1;
	}
	*out = v;
	return 0;
}

void
hit_view_free(struct hit_view **vp)
{
	struct hit_view *v = *vp;

	if (!v)
		return;
	*vp = NULL;
	json_free(&v->root);
	arena_free(&v->arena);
	mem_free(&v);
}

const struct hit *
hit_view_get(const struct hit_view *v)
{
	return &v->hit;
}
