/* See frame.h. */
#include "story/frame.h"

#define COMMON_LEAST 2 /* words that both titles have */
#define OWN_MOST 4 /* words that differ; fewer than are the same */
#define HEADLINE_MOST \
	12 /* words; a longer title is a sentence, no template \
	    */
#define THIN_WORDS 3
#define SERIES_DAYS 3.0F /* after which other figures are news of their own */
#define DAILY_DAYS 0.75F /* and a title that differs by its date alone */

struct counts {
	unsigned common; /* words in both titles */
	unsigned own; /* the item's words that the story has not */
	unsigned slots, numbers; /* of these */
	unsigned dates; /* the item's that the story has not */
	unsigned other; /* words of the story's that the item has not */
	unsigned other_dates;
};

static void
count_own(const struct feature_term *t, struct counts *n)
{
	bool number = t->flags & FEATURE_NUMBER;

	n->own++;
	n->numbers += number;
	n->slots += number ||
		t->flags & (FEATURE_SLOT | FEATURE_NAME | FEATURE_WATCHED);
}

/* Both are sorted by hash. */
static struct counts
count(const struct features *f, const struct vector *v)
{
	struct counts n = {0};
	uint32_t i = 0, j = 0;

	while (i < f->n_title || j < v->n) {
		bool a = i < f->n_title &&
			(j == v->n || f->title[i].hash <= v->p[j].hash);
		bool b = j < v->n &&
			(i == f->n_title || v->p[j].hash <= f->title[i].hash);
		const struct feature_term *t = a ? &f->title[i] : NULL;
		bool in_story = b && vector_in_title(&v->p[j]);

		i += a;
		j += b;
		if (a && t->flags & FEATURE_DATE)
			n.dates += !in_story;
		else if (a && !(t->flags & FEATURE_PAIR) && in_story)
			n.common++;
		else if (a && !(t->flags & FEATURE_PAIR))
			count_own(t, &n);
		else if (!a && in_story && vector_is_title_word(&v->p[j - 1]))
			n.other++;
		else if (!a && in_story)
			n.other_dates += vector_is_title_date(&v->p[j - 1]);
	}
	return n;
}

/* As many words for as many; of several one may be there twice. */
static bool
is_exchange(const struct counts *n)
{
	if (n->own < 2 || n->other < 2)
		return n->own == n->other;
	return n->own <= n->other + 1 && n->other <= n->own + 1;
}

/* Do names or figures make the difference? Where no figure does, and no
 * symbol may be read, more must speak for it. */
static bool
is_filled_otherwise(const struct counts *n)
{
	if (n->own > n->common || n->own > OWN_MOST ||
		n->own + n->common > HEADLINE_MOST)
		return false;
	if (n->numbers > 0)
		return 2 * n->slots >= n->own;
	return 2 * n->slots > n->own && n->common > COMMON_LEAST;
}

bool
frame_is_update(const struct features *f, const struct vector *v, float days)
{
	struct counts n = count(f, v);

	return n.numbers > 0 && n.own == n.numbers && n.common > COMMON_LEAST &&
		days < SERIES_DAYS;
}

bool
frame_is_thin(const struct features *f, const struct vector *v)
{
	struct counts n = count(f, v);

	return n.common <= 1 && n.common + n.own >= THIN_WORDS;
}

bool
frame_conflicts(const struct features *f, const struct vector *v,
	bool same_figures, float days)
{
	struct counts n = count(f, v);

	if (n.common < COMMON_LEAST || !is_exchange(&n))
		return false;
	if (n.own == 0)
		return n.dates > 0 && n.other_dates > 0 && days >= DAILY_DAYS;
	if (same_figures || !is_filled_otherwise(&n))
		return false;
	return n.slots > n.numbers || days >= SERIES_DAYS;
}
