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

/* One item on its way. */
struct putting {
	struct store_unit *u;
	const struct hit_source *src;
	const struct analyse_item *item;
	const struct store_item *stored;
	struct marks marks;
	struct stories_place place;
};

static void
fill(struct hit *h, const struct putting *p)
{
	const struct hit_source *src = p->src;
	const struct analyse_item *item = p->item;
	int64_t published = item->item.published.ms;

	h->kind = p->place.n_changed > 0 ? HIT_UPDATE : HIT_NEW;
	h->revision = p->stored->revision;
	h->detected = src->received;
	memcpy(h->item_id, p->stored->id, sizeof(h->item_id));
	hit_id(h->item_id, h->kind, h->revision, h->id);
	h->item = &item->item;
	h->feed = src->feed;
	h->entities = item->entities;
	h->n_entities = item->n_entities;
	h->events = item->events;
	h->n_events = item->n_events;
	h->story = &p->place.story;
	h->changed = (struct item_spans){p->place.changed, p->place.n_changed};
	h->published_to_seen_ms = -1;
	if (published != ITEM_UNDATED && published <= src->received.ms)
		h->published_to_seen_ms = src->received.ms - published;
	h->seen_to_stored_ms = src->now.ms - src->received.ms;
	if (h->seen_to_stored_ms < 0)
		h->seen_to_stored_ms = 0;
}

static int
put(struct putting *p, bool *made, struct err *err)
{
	struct strbuf json = STRBUF_INIT(LIMIT_HIT_BYTES);
	struct hit h = {0};
	struct store_hit row = {0};
	VEC(struct span) ids = {0};
	int rc = -1;

	fill(&h, p);
	hit_format(&h, &json);
	if (json.full) {
		err_set(err, ERR_INPUT, "a hit of more than %zu bytes",
			(size_t)LIMIT_HIT_BYTES);
		goto out;
	}
	for (size_t i = 0; i < p->item->n_entities; i++)
		vec_push(&ids, p->item->entities[i].id);
	row.id = h.id;
	row.item = p->stored->row;
	row.feed = p->src->feed_row;
	row.kind = h.kind;
	row.revision = h.revision;
	row.stored = p->src->now;
	row.json = strbuf_as_span(&json);
	row.entities = ids.p;
	row.n_entities = ids.n;
	row.marks = p->marks.p.p;
	row.n_marks = p->marks.p.n;
	if (store_unit_hit(p->u, &row, err) != 0)
		goto out;
	*made = row.fresh;
	rc = 0;
out:
	vec_fini(&ids);
	strbuf_fini(&json);
	return rc;
}

/* Does the item make a hit? */
static bool
is_hit(const struct putting *p)
{
	if (p->stored->what == STORE_ITEM_NEW)
		return is_news(p->src, p->item);
	return p->place.n_changed > 0 ||
		marks_add_something(&p->marks, p->stored->told);
}

static int
put_item(struct putting *p, struct stories *stories,
	struct stories_touched *touched, bool *made, struct err *err)
{
	bool is_new = p->stored->what == STORE_ITEM_NEW;
	struct stories_item in = {
		.item = p->item,
		.stored = p->stored,
		.feed = &p->src->feed,
		.received = p->src->received,
		.says_new = is_new ||
			marks_add_something(&p->marks, p->stored->told),
	};
	bool hit;

	if (stories_put(stories, p->u, &in, p->marks.arena, touched, &p->place,
		    err) != 0)
		return -1;
	hit = is_hit(p);
	if (hit && put(p, made, err) != 0)
		return -1;
	if (!hit && is_new &&
		store_unit_tell(p->u, p->stored->row, p->marks.p.p,
			p->marks.p.n, err) != 0)
		return -1;
	return stories_keep(p->u, &p->place, hit, err);
}

int
hits_put(struct stories *stories, struct store_unit *u,
	const struct hit_source *src, const struct analyse_item *item,
	const struct store_item *stored, struct stories_touched *touched,
	bool *made, struct err *err)
{
	struct putting p = {.u = u, .src = src, .item = item, .stored = stored};
	int rc;

	*made = false;
	if (stored->what == STORE_ITEM_SAME || item->known)
		return 0;
	if (item->n_entities == 0) {
		if (stored->what == STORE_ITEM_NEW)
			stories_learn(stories, item->features);
		return 0;
	}
	p.marks.arena = arena_new();
	marks_collect(&p.marks, item);
	rc = put_item(&p, stories, touched, made, err);
	vec_fini(&p.marks.p);
	arena_free(&p.marks.arena);
	return rc;
}
