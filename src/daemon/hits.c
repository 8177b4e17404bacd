/* See hits.h. */
#include "daemon/hits.h"

#include "base/vec.h"
#include "model/limits.h"

struct marks {
	struct arena *arena;
	VEC(struct span) p;
};

/* "entity:meta" and "event:meta:mna": what an alert about the item told. */
static void
marks_collect(struct marks *m, const struct analyse_item *item)
{
	for (size_t i = 0; i < item->n_entities; i++)
		vec_push(&m->p,
			span_of(arena_printf(m->arena, "entity:%.*s",
				SPAN_ARG(item->entities[i].id))));
	for (size_t i = 0; i < item->n_events; i++)
		vec_push(&m->p,
			span_of(arena_printf(m->arena, "event:%.*s:%.*s",
				SPAN_ARG(item->events[i].entity),
				SPAN_ARG(item->events[i].type))));
	vec_each (struct span *, s, &m->p) {
		char *text = arena_strdup(m->arena, s->p);

		/* A mark is one word; names of entities have blanks. */
		for (char *c = text; *c != '\0'; c++)
			if ((unsigned char)*c <= ' ')
				*c = '_';
		s->p = text;
	}
}

static bool
marks_add_something(const struct marks *m, struct span told)
{
	vec_each (const struct span *, s, &m->p)
		if (!store_told_has(told, *s))
			return true;
	return false;
}

/* Old news at a feed's first sight is no news, unless backfill says so. */
static bool
is_news(const struct hit_source *src, const struct analyse_item *item)
{
	int64_t published = item->item.published.ms;

	if (!src->first_sight)
		return true;
	return src->backfill_ms > 0 && published != ITEM_UNDATED &&
		src->received.ms - published <= src->backfill_ms;
}

static void
fill(struct hit *h, const struct hit_source *src,
	const struct analyse_item *item, const struct store_item *stored)
{
	int64_t published = item->item.published.ms;

	h->kind = HIT_NEW;
	h->revision = stored->revision;
	h->detected = src->received;
	memcpy(h->item_id, stored->id, sizeof(h->item_id));
	hit_id(h->item_id, h->kind, h->revision, h->id);
	h->item = &item->item;
	h->feed = src->feed;
	h->entities = item->entities;
	h->n_entities = item->n_entities;
	h->events = item->events;
	h->n_events = item->n_events;
	h->published_to_seen_ms = -1;
	if (published != ITEM_UNDATED && published <= src->received.ms)
		h->published_to_seen_ms = src->received.ms - published;
	h->seen_to_stored_ms = src->now.ms - src->received.ms;
	if (h->seen_to_stored_ms < 0)
		h->seen_to_stored_ms = 0;
}

static int
put(struct store_unit *u, const struct hit_source *src,
	const struct analyse_item *item, const struct store_item *stored,
	const struct marks *marks, bool *made, struct err *err)
{
	struct strbuf json = STRBUF_INIT(LIMIT_HIT_BYTES);
	struct hit h = {0};
	struct store_hit row = {0};
	VEC(struct span) ids = {0};
	int rc = -1;

	fill(&h, src, item, stored);
	hit_format(&h, &json);
	if (json.full) {
		err_set(err, ERR_INPUT, "a hit of more than %zu bytes",
			(size_t)LIMIT_HIT_BYTES);
		goto out;
	}
	for (size_t i = 0; i < item->n_entities; i++)
		vec_push(&ids, item->entities[i].id);
	row.id = h.id;
	row.item = stored->row;
	row.feed = src->feed_row;
	row.kind = h.kind;
	row.revision = h.revision;
	row.stored = src->now;
	row.json = strbuf_as_span(&json);
	row.entities = ids.p;
	row.n_entities = ids.n;
	row.marks = marks->p.p;
	row.n_marks = marks->p.n;
	if (store_unit_hit(u, &row, err) != 0)
		goto out;
	*made = row.fresh;
	rc = 0;
out:
	vec_fini(&ids);
	strbuf_fini(&json);
	return rc;
}

int
hits_put(struct store_unit *u, const struct hit_source *src,
	const struct analyse_item *item, const struct store_item *stored,
	bool *made, struct err *err)
{
	struct marks marks = {0};
	int rc = 0;

	*made = false;
	if (stored->what == STORE_ITEM_SAME || item->known ||
		item->n_entities == 0)
		return 0;
	marks.arena = arena_new();
	marks_collect(&marks, item);
	if (stored->what == STORE_ITEM_NEW && !is_news(src, item))
		rc = store_unit_tell(u, stored->row, marks.p.p, marks.p.n, err);
	else if (marks_add_something(&marks, stored->told))
		rc = put(u, src, item, stored, &marks, made, err);
	vec_fini(&marks.p);
	arena_free(&marks.arena);
	return rc;
}
