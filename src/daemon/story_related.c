/*
 * Stories that are like another one: those of the last 90 days about the same
 * companies and people, told apart by how many of these and how many words of
 * the title they share.
 */
#include "daemon/stories.h"

#include <stdlib.h>

#include "story/features.h"

#define ENTITIES_ASKED 3 /* the most relevant; their latest stories: */
#define STORIES_ASKED 32
#define CANDIDATES (ENTITIES_ASKED * STORIES_ASKED)
/* One shared entity of several is little: the title must say something of it,
 * too, unless half of the entities are shared and there is more than one. */
#define LEAST_SCORE 0.25
#define TITLE_WEIGHT 1.5
#define SAYS_LITTLE (FEATURE_PAIR | FEATURE_DATE | FEATURE_WATCHED)

struct candidate {
	struct item_key id;
	int64_t row;
	double score;
};

struct finding {
	const struct store_story *of;
	struct features title;
	struct candidate p[CANDIDATES];
	size_t n;
};

static void
title_features(struct span title, struct features *out)
{
	struct item item = {.title = title};

	features_make(&item, out);
}

/* Words of one title that the other has, of all: without pairs of words and
 * the names that both are asked for. */
static double
title_likeness(const struct features *a, const struct features *b)
{
	unsigned common = 0, all = 0;
	size_t i = 0, j = 0;

	while (i < a->n_title || j < b->n_title) {
		const struct feature_term *x =
			i < a->n_title ? &a->title[i] : NULL;
		const struct feature_term *y =
			j < b->n_title ? &b->title[j] : NULL;
		bool both = x && y && x->hash == y->hash;
		bool left = both || !y || (x && x->hash < y->hash);
		const struct feature_term *t = left ? x : y;

		if (!((t->flags | (both ? x->flags : 0)) & SAYS_LITTLE)) {
			common += both;
			all++;
		}
		i += left;
		j += both || !left;
	}
	return all > 0 ? (double)common / all : 0;
}

static bool
on_story(const struct store_story *s, void *arg)
{
	struct finding *f = arg;
	struct features title;

	for (size_t i = 0; i < f->n; i++)
		if (f->p[i].row == s->row)
			return true;
	if (s->row == f->of->row)
		return true;
	title_features(s->title, &title);
	f->p[f->n++] = (struct candidate){.id = s->id,
		.row = s->row,
		.score = TITLE_WEIGHT * title_likeness(&f->title, &title)};
	return f->n < CANDIDATES;
}

static int
order(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->score < b->score || a->score > b->score)
		return a->score > b->score ? -1 : 1;
	return a->row > b->row ? -1 : a->row < b->row;
}

static int
add_common(struct store *s, struct finding *f, const struct span *entities,
	size_t n, struct err *err)
{
	for (size_t i = 0; i < f->n; i++) {
		unsigned common;

		if (store_story_common(
			    s, f->p[i].row, entities, n, &common, err) != 0)
			return -1;
		if (n > 1 && common > 1)
			f->p[i].score += (double)common / (double)n;
	}
	return 0;
}

static void
best(struct finding *f, struct arena *a, struct item_spans *out)
{
	struct span *ids;

	qsort(f->p, f->n, sizeof(f->p[0]), order);
	ids = arena_array(a, STORY_RELATED_MAX, sizeof(*ids));
	for (size_t i = 0; i < f->n && out->n < STORY_RELATED_MAX; i++) {
		char id[HEX128_SIZE];

		if (f->p[i].score < LEAST_SCORE)
			break;
		item_id(&f->p[i].id, id);
		ids[out->n++] = span_of(arena_strdup(a, id));
	}
	out->p = ids;
}

int
stories_related(struct store *s, const struct store_story *of,
	const struct span *entities, size_t n_entities, struct wall now,
	struct arena *a, struct item_spans *out, struct err *err)
{
	struct finding *f = arena_new_obj(a, struct finding);

	*out = (struct item_spans){0};
	f->of = of;
	title_features(of->title, &f->title);
	/* Ids are made of names. */
	for (size_t i = 0; i < n_entities; i++)
		features_watch(&f->title, entities[i]);
	for (size_t i = 0; i < n_entities && i < ENTITIES_ASKED; i++) {
		struct store_story_query q = {
			.entity = entities[i],
			.before = INT64_MAX,
			.since = {now.ms - STORIES_RELATED_MS},
			.limit = STORIES_ASKED,
		};

		if (f->n < CANDIDATES &&
			store_stories_find(s, &q, on_story, f, err) != 0)
			return -1;
	}
	if (add_common(s, f, entities, n_entities, err) != 0)
		return -1;
	best(f, a, out);
	return 0;
}
