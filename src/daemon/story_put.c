/* An item's way into its story: see stories.h. */
#include "daemon/stories_private.h"

#include "model/json.h"
#include "model/limits.h"

/* Entities of an item that a story is remembered by, and counted for. */
#define STORY_ENTITIES 8
/* Members from which on a story is kept at hand. */
#define SHELVED_LEAST 8

struct putting {
	struct stories *s;
	struct store_unit *u;
	const struct stories_item *in;
	struct arena *arena;
	struct stories_touched *touched;
	struct stories_place *out;
	struct item_key item;
	struct wall when;
	struct features features;
	struct cluster_place place;
	struct story_member member; /* of the item at hand */
	bool known; /* its story is: it was edited */
	struct span entities[STORY_ENTITIES]; /* ids */
	size_t n_entities;
};

/* Not after it was seen: some feeds are dated tomorrow. */
static struct wall
time_of(const struct stories_item *in)
{
	int64_t published = in->item->item.published.ms;

	if (published == ITEM_UNDATED || published > in->received.ms)
		return in->received;
	return (struct wall){published};
}

/* -- which story -----------------------------------------------------------
 */

static void
touch(struct putting *p, const struct item_key *story)
{
	vec_push(&p->touched->stories, *story);
}

/* Two stories are one: the other's items come here, and what was told of it
 * counts as told. */
static int
take_over(struct putting *p, struct err *err)
{
	const struct cluster_place *at = &p->place;
	struct store_story *row = &p->out->row, gone;
	bool found;

	if (store_story_get(p->s->store, &at->merged_from, p->arena, &gone,
		    &found, err) != 0)
		return -1;
	if (found && row->told.n == 0)
		row->told = gone.told;
	if (found && gone.first_seen.ms < row->first_seen.ms)
		row->first_seen = gone.first_seen;
	p->s->merged++;
	shelf_clear(p->s->shelf);
	return store_unit_story_merge(p->u, &at->merged_from, &at->story, err);
}

/* A story that has no row yet has one before its members. */
static int
find_row(struct putting *p, struct err *err)
{
	struct store_story *row = &p->out->row;
	const struct item *it = &p->in->item->item;
	bool found;

	if (store_story_get(p->s->store, &p->place.story, p->arena, row, &found,
		    err) != 0)
		return -1;
	if (!found) {
		*row = (struct store_story){
			.id = p->place.story,
			.first_seen = p->in->received,
			.last = p->when,
			.title = it->title.n > 0
				? it->title
				: span_utf8_head(it->text, LIMIT_TITLE_BYTES),
			.url = it->url,
			.articles = 1,
		};
		if (store_unit_story(p->u, row, &row->row, err) != 0)
			return -1;
	}
	if (p->place.merged && take_over(p, err) != 0)
		return -1;
	row->articles = p->place.articles;
	if (p->when.ms > row->last.ms)
		row->last = p->when;
	return 0;
}

static void
explain(struct putting *p)
{
	struct strbuf b = STRBUF_INIT(MEMBER_SENTENCE_BYTES);
	char id[HEX128_SIZE];

	if (!p->place.compared) {
		strbuf_str(&b, "no other story has its words");
	} else {
		item_id(&p->place.nearest, id);
		strbuf_printf(&b,
			"%s %s: ", p->place.begins ? "nearest was" : "joined",
			id);
		story_fit_explain(&p->place.fit, &b);
	}
	p->member.decision = arena_span(p->arena, strbuf_as_span(&b));
	strbuf_fini(&b);
}

static int
place_item(struct putting *p, struct err *err)
{
	struct stories *s = p->s;

	cluster_put(s->cluster, &p->item, p->when.ms, &p->features, &p->place);
	touch(p, &p->place.story);
	if (p->place.merged)
		touch(p, &p->place.merged_from);
	s->put++;
	s->learned++;
	s->begun += p->place.begins;
	explain(p);
	return find_row(p, err);
}

/* An edited item stays where it is. */
static int
find_known(struct putting *p, struct err *err)
{
	struct store_story *row = &p->out->row;

	if (p->in->stored->what != STORE_ITEM_CHANGED)
		return 0;
	if (store_story_of_item(p->s->store, p->in->stored->row, p->arena, row,
		    &p->known, err) != 0)
		return -1;
	p->place.story = row->id;
	p->place.articles = row->articles;
	p->member.decision = SPAN_LIT("it was edited, and stays in its story");
	return 0;
}

/* -- the member ------------------------------------------------------------
 */

static int
put_member(struct putting *p, struct err *err)
{
	const struct analyse_item *it = p->in->item;
	struct story_member *m = &p->member;
	struct strbuf b = STRBUF_INIT(MEMBER_BYTES_MAX);
	int rc;

	m->item = p->item;
	m->when = p->when;
	m->seen = p->in->received;
	m->title = it->item.title;
	m->url = it->item.url;
	m->language = it->item.language;
	m->publisher = p->in->feed->publisher;
	m->domain = p->in->feed->domain;
	m->sources = it->sources;
	m->entities = it->entities;
	m->n_entities = it->n_entities;
	m->events = it->events;
	m->n_events = it->n_events;
	m->words = p->features.words;
	memcpy(m->sketch, p->features.sketch, sizeof(m->sketch));
	story_member_format(m, &b);
	rc = store_unit_story_member(p->u, p->out->row.row, p->in->stored->row,
		strbuf_as_span(&b), err);
	if (rc == 0 && p->known)
		shelf_edit(p->s->shelf, p->out->row.row, &p->item,
			strbuf_as_span(&b), p->s->publishers);
	else if (rc == 0)
		shelf_join(p->s->shelf, p->out->row.row, p->in->stored->row,
			strbuf_as_span(&b), p->s->publishers);
	strbuf_fini(&b);
	return rc;
}

static void
main_entities(struct putting *p)
{
	const struct analyse_item *it = p->in->item;

	/* Most relevant first, as the matcher gives them. */
	for (size_t i = 0; i < it->n_entities; i++)
		if (p->n_entities < STORY_ENTITIES)
			p->entities[p->n_entities++] = it->entities[i].id;
}

/* -- novelty ---------------------------------------------------------------
 */

static int
count_pair(struct putting *p, struct span entity, struct span type,
	struct err *err)
{
	unsigned *novelty = &p->out->story.novelty, n;
	struct novelty_pair after;
	struct store_pair kept;

	n = novelty_count(p->s->novelty, entity, type, p->when.ms,
		p->known ? 1 : p->place.fresh, &after);
	if (n > *novelty)
		*novelty = n;
	vec_push(&p->touched->pairs, after.key);
	kept = (struct store_pair){after.key, after.last_ms, after.reports};
	return store_unit_story_pair(p->u, &kept, err);
}

/* Events have the entity's name. */
static struct span
entity_of(const struct putting *p, const struct hit_event *e)
{
	const struct analyse_item *it = p->in->item;

	for (size_t i = 0; i < it->n_entities; i++)
		if (span_eq(it->entities[i].name, e->entity))
			return it->entities[i].id;
	return e->entity;
}

static bool
is_double(const struct analyse_item *it, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (span_eq(it->events[i].type, it->events[j].type) &&
			span_eq(it->events[i].entity, it->events[j].entity))
			return true;
	return false;
}

static int
count_reports(struct putting *p, struct err *err)
{
	const struct analyse_item *it = p->in->item;
	int rc = 0;

	if (!p->in->says_new)
		return 0;
	for (size_t i = 0; i < it->n_events && rc == 0; i++)
		if (!is_double(it, i))
			rc = count_pair(p, entity_of(p, &it->events[i]),
				it->events[i].type, err);
	for (size_t i = 0; i < p->n_entities && it->n_events == 0 && rc == 0;
		i++)
		rc = count_pair(
			p, p->entities[i], span_of(p->out->story.id), err);
	return rc;
}

/* -- the report ------------------------------------------------------------
 */

static int
read_members(struct store *s, int64_t row, struct arena *a,
	struct store_members *out, struct err *err)
{
	return store_story_members(s, row, STORY_MEMBERS_FIRST,
		STORY_MEMBERS_MAX - STORY_MEMBERS_FIRST, a, out, err);
}

static void
parse_members(
	struct item_spans bytes, struct arena *a, struct stories_members *out)
{
	struct story_member *p = arena_array(a, bytes.n, sizeof(*p));

	out->n = 0;
	out->alike = NULL;
	for (size_t i = 0; i < bytes.n; i++)
		if (story_member_parse(bytes.p[i], a, &p[out->n], NULL) == 0)
			out->n++;
	out->p = p;
}

static void
find_member(struct stories_members *all, const struct item_key *item)
{
	all->at = SIZE_MAX;
	for (size_t i = 0; i < all->n; i++)
		if (memcmp(&all->p[i].item, item, sizeof(*item)) == 0)
			all->at = i;
}

int
stories_members(struct store *s, int64_t row, const struct item_key *item,
	struct arena *a, struct stories_members *out, struct err *err)
{
	struct store_members read;

	if (read_members(s, row, a, &read, err) != 0)
		return -1;
	parse_members(read.bytes, a, out);
	find_member(out, item);
	return 0;
}

/* From the shelf; a story of a few is read as fast. */
static int
members_of(struct putting *p, struct stories_members *out, struct err *err)
{
	struct shelf *shelf = p->s->shelf;
	int64_t row = p->out->row.row;
	struct shelf_members kept;
	struct store_members read;

	if (!shelf_get(shelf, row, &kept)) {
		if (read_members(p->s->store, row, p->arena, &read, err) != 0)
			return -1;
		if (read.bytes.n < SHELVED_LEAST ||
			!shelf_put(shelf, row, read.bytes, read.last,
				p->s->publishers) ||
			!shelf_get(shelf, row, &kept)) {
			parse_members(read.bytes, p->arena, out);
			find_member(out, &p->item);
			return 0;
		}
	}
	out->p = kept.p;
	out->n = kept.n;
	out->alike = kept.alike;
	find_member(out, &p->item);
	return 0;
}

static void
find_changes(struct putting *p, const struct stories_members *all,
	const struct member_verdict *verdicts)
{
	struct stories_place *out = p->out;
	struct story_change c = {
		.told = out->row.told,
		.now = &out->story,
		.members = all->p,
		.verdicts = verdicts,
		.n_members = all->n,
		.at = all->at,
	};

	out->told = out->row.told.n > 0;
	if (out->told && all->at < all->n)
		out->n_changed = story_changes(&c, out->changed);
}

static int
report(struct putting *p, struct err *err)
{
	struct hit_story *story = &p->out->story;
	struct member_verdict *verdicts;
	struct stories_members all;
	struct story_case c = {
		.articles = p->place.articles,
		.publishers = p->s->publishers,
		.brief = true,
	};

	if (members_of(p, &all, err) != 0)
		return -1;
	verdicts = arena_array(p->arena, all.n, sizeof(*verdicts));
	c.members = all.p;
	c.n_members = all.n;
	c.alike = all.alike;
	story_report(&c, p->arena, story, verdicts);
	item_id(&p->place.story, story->id);
	story->first_seen = p->out->row.first_seen;
	find_changes(p, &all, verdicts);
	if (count_reports(p, err) != 0)
		return -1;
	return stories_related(p->s->store, &p->out->row, p->entities,
		p->n_entities, p->in->received, p->arena, &story->related, err);
}

int
stories_put(struct stories *s, struct store_unit *u,
	const struct stories_item *in, struct arena *a,
	struct stories_touched *t, struct stories_place *out, struct err *err)
{
	struct putting *p = arena_new_obj(a, struct putting);

	*out = (struct stories_place){0};
	p->s = s;
	p->u = u;
	p->in = in;
	p->arena = a;
	p->touched = t;
	p->out = out;
	p->when = time_of(in);
	shelf_trim(s->shelf);
	if (!hash_from_hex(
		    span_of(in->stored->id), p->item.b, sizeof(p->item.b)) ||
		features_parse(in->item->features, &p->features, err) != 0 ||
		find_known(p, err) != 0 ||
		(!p->known && place_item(p, err) != 0))
		return -1;
	main_entities(p);
	if (put_member(p, err) != 0 ||
		store_unit_story_entities(u, out->row.row, p->entities,
			p->n_entities, err) != 0 ||
		report(p, err) != 0)
		return -1;
	if (!p->known) {
		struct strbuf *b = arena_new_obj(a, struct strbuf);

		strbuf_init(b, STORY_BYTES_MAX);
		if (cluster_export_story(s->cluster, &out->row.id, b))
			out->row.state = arena_span(a, strbuf_as_span(b));
		else
			out->row.state = SPAN_NULL;
		strbuf_fini(b);
	}
	return 0;
}

/* -- keeping ---------------------------------------------------------------
 */

int
stories_keep(struct store_unit *u, struct stories_place *p, bool hit,
	struct err *err)
{
	struct strbuf json = STRBUF_INIT(LIMIT_HIT_BYTES);
	struct strbuf told = STRBUF_INIT(STORY_TOLD_BYTES);
	struct json_w w;
	int rc;

	json_w_init(&w, &json);
	hit_story_format(&p->story, &w);
	if (!json.full)
		p->row.json = strbuf_as_span(&json);
	if (hit && (!p->told || p->n_changed > 0)) {
		story_told_format(&p->story, &told);
		p->row.told = strbuf_as_span(&told);
	}
	rc = store_unit_story(u, &p->row, NULL, err);
	p->row.json = p->row.told = SPAN_NULL;
	strbuf_fini(&told);
	strbuf_fini(&json);
	return rc;
}
