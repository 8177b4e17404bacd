/*
 * Aboutness in points. Source of the order of the terms: studies of news
 * filtering agree on title, then lead, then frequency; the points are set so
 * that the subject of a headline has 100 and a name in passing about 10.
 */
#include "match/relevance.h"

#include <math.h>

#include "match/cues.h"
#include "match/match.h"

#define LEAD_BYTES 200
#define TITLE_POINTS 40
#define LEAD_POINTS 20
#define SUBJECT_POINTS 15
#define SHARE_POINTS 15
#define COUNT_POINTS 10
#define COUNT_FULL 4 /* mentions that give all points */
#define ROUND_UP_FROM 4 /* companies */
#define ROUND_UP_POINTS 7 /* for each, to at most */
#define ROUND_UP_MOST 45
#define BOILERPLATE_POINTS 60

const char *const relevance_terms[TERM_N] = {
	[TERM_TITLE] = "in-title",
	[TERM_LEAD] = "in-lead",
	[TERM_SUBJECT] = "subject",
	[TERM_SHARE] = "share-of-mentions",
	[TERM_COUNT] = "mentions",
	[TERM_ROUND_UP] = "round-up",
	[TERM_BOILERPLATE] = "boilerplate-only",
};

bool
relevance_is_mention(const struct candidate *c)
{
	return c->drop == DROP_NOT && c->p >= (double)c->least &&
		c->name->role <= ROLE_TERM;
}

bool
relevance_is_sure(const struct candidate *c)
{
	return c->p >= MATCH_MENTION_MIN && relevance_is_mention(c);
}

/* Does it open its sentence, or does a verb or possessive follow? */
static bool
acts(const struct candidate *c)
{
	if (!c->f)
		return c->start <= 1;
	return c->start <= 1 || c->f[F_AFTER_VERB] > 0 ||
		c->f[F_AFTER_POSSESSIVE] > 0 || c->f[F_AFTER_SPEECH] > 0;
}

static void
place_terms(const struct relevance_input *in, double *t)
{
	bool has_title = in->item->title.n > 0;
	bool has_text = in->item->text.n > 0;
	bool boilerplate = true;
	uint32_t i;

	for (i = 0; i < in->n; i++) {
		const struct candidate *c = &in->mentions[i];
		bool title, lead;

		if (!relevance_is_mention(c))
			continue;
		boilerplate &= c->f && c->f[F_BOILERPLATE] > 0;
		title = c->field == FIELD_TITLE ||
			(!has_title && c->start < LEAD_BYTES);
		lead = c->field == FIELD_TEXT ? c->start < LEAD_BYTES
					      : !has_text;
		if (title)
			t[TERM_TITLE] = TITLE_POINTS;
		if (lead)
			t[TERM_LEAD] = LEAD_POINTS;
		if ((title || lead) && acts(c))
			t[TERM_SUBJECT] = SUBJECT_POINTS;
	}
	if (boilerplate)
		t[TERM_BOILERPLATE] = -BOILERPLATE_POINTS;
}

unsigned
relevance_of(const struct relevance_input *in, double terms[TERM_N])
{
	double t[TERM_N] = {0}, sum = 0;
	double many = in->companies > ROUND_UP_FROM
		? in->companies - ROUND_UP_FROM + 1
		: 0;
	size_t i;

	place_terms(in, t);
	if (in->all_mentions)
		t[TERM_SHARE] = SHARE_POINTS * (double)in->n_mentions /
			in->all_mentions;
	t[TERM_COUNT] = COUNT_POINTS *
		fmin(1, log1p(in->n_mentions) / log1p(COUNT_FULL));
	if (in->item->text.n == 0 || in->item->title.n == 0)
		t[TERM_COUNT] = COUNT_POINTS; /* too short to repeat itself */
	t[TERM_ROUND_UP] = -fmin(ROUND_UP_MOST, many * ROUND_UP_POINTS);
	for (i = 0; i < TERM_N; i++)
		sum += t[i];
	if (terms)
		memcpy(terms, t, sizeof(t));
	return (unsigned)fmin(100, fmax(1, sum + 0.5));
}
