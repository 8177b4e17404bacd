#include "event/modality.h"

const char *const modality_names[N_MODALITIES] = {
	[MODALITY_ASSERTED] = "asserted",
	[MODALITY_REPORTED] = "reported",
	[MODALITY_HEDGED] = "hedged",
	[MODALITY_HISTORIC] = "historic",
	[MODALITY_DENIED] = "denied",
	[MODALITY_NEGATED] = "denied",
};

const char *const stage_names[N_STAGES] = {
	[STAGE_ANNOUNCED] = "announced",
	[STAGE_PLANNED] = "planned",
	[STAGE_COMPLETED] = "completed",
	[STAGE_APPROVED] = "approved",
	[STAGE_RUMOUR] = "rumour",
	[STAGE_CANCELLED] = "cancelled",
};

#define ANYWHERE UINT32_MAX

/* How far a cue reaches: words before and behind the trigger, and whether over
 * commas. Rows in order of strength. */
struct reach {
	enum event_cue cue;
	int result;
	uint32_t before, behind;
	bool over_commas;
};

static const struct reach modality_reach[] = {
	{CUE_DENIED, MODALITY_DENIED, 6, 4, false},
	{CUE_NEGATED, MODALITY_NEGATED, 6, 1, false},
	{CUE_HISTORIC, MODALITY_HISTORIC, 12, 12, true},
	{CUE_HEDGED, MODALITY_HEDGED, 8, 4, false},
	{CUE_REPORTED, MODALITY_REPORTED, ANYWHERE, ANYWHERE, true},
};

static const struct reach stage_reach[] = {
	{CUE_CANCELLED, STAGE_CANCELLED, 5, 5, false},
	{CUE_RUMOUR, STAGE_RUMOUR, 8, 6, true},
	{CUE_APPROVED, STAGE_APPROVED, 6, 6, false},
	{CUE_COMPLETED, STAGE_COMPLETED, 5, 5, false},
	{CUE_PLANNED, STAGE_PLANNED, 5, 2, false},
	{CUE_ANNOUNCED, STAGE_ANNOUNCED, 8, 8, true},
};

static bool
has_comma(const struct words *w, uint32_t after, uint32_t upto)
{
	for (uint32_t i = after + 1; i <= upto; i++)
		if (w->p[i].flags & WORD_COMMA)
			return true;
	return false;
}

static bool
reaches(const struct reading *r, const struct rule_match *cue,
	const struct rule_match *m, const struct reach *how)
{
	uint32_t from, to, most;

	if (cue->last < m->first) {
		from = cue->last;
		to = m->first;
		most = how->before;
	} else if (m->last < cue->first) {
		from = m->last;
		to = cue->first;
		most = how->behind;
	} else {
		return true;
	}
	if (most == ANYWHERE)
		return true;
	return to - from - 1 <= most && !words_have_colon(r->w, from, to) &&
		(how->over_commas || !has_comma(r->w, from, to));
}

static bool
is_cued(const struct reading *r, const struct rule_match *m,
	const struct reach *how)
{
	const struct rule_match *cue;
	size_t i = 0;

	while ((cue = reading_cue(r, how->cue, &i)) != NULL)
		if (reaches(r, cue, m, how))
			return true;
	return false;
}

/* A year long past stands close to the trigger: "in 2019 it acquired". In
 * "second quarter 2019" it names a period, and tells nothing. */
#define PAST_YEARS 2
#define PAST_DISTANCE 8U

static const char *const when_words[] = {
	"in", "since", "during", "until", "late", "early", "mid"};

static bool
is_when(const struct words *w, uint32_t i)
{
	struct span text = span_make(
		w->text.p + w->p[i].start, w->p[i].end - w->p[i].start);

	for (size_t k = 0; k < sizeof(when_words) / sizeof(*when_words); k++)
		if (span_caseeq_str(text, when_words[k]))
			return true;
	return false;
}

static bool
is_past_date(const struct words *w, uint32_t i, unsigned year)
{
	const struct fact *fact;

	if (w->p[i].fact == 0 || i == 0 || !is_when(w, i - 1))
		return false;
	fact = &w->facts[w->p[i].fact - 1];
	return fact->kind == FACT_DATE && fact->value >= 19000000 &&
		(unsigned)fact->value % 10000 == 0 &&
		fact->value < (year - PAST_YEARS + 1) * 10000.0;
}

static bool
is_past(const struct reading *r, const struct rule_match *m, unsigned year)
{
	uint32_t end = r->s->first + r->s->n;

	for (uint32_t i = r->s->first; year && i < end; i++)
		if (words_between(i, i, m->first, m->last) <= PAST_DISTANCE &&
			is_past_date(r->w, i, year))
			return true;
	return false;
}

enum modality
modality_of(const struct reading *r, const struct trigger *t, unsigned year)
{
	for (size_t i = 0; i < sizeof(modality_reach) / sizeof(*modality_reach);
		i++) {
		const struct reach *how = &modality_reach[i];

		if (is_cued(r, t->match, how) ||
			(how->cue == CUE_HISTORIC &&
				is_past(r, t->match, year)))
			return (enum modality)how->result;
	}
	return MODALITY_ASSERTED;
}

enum stage
stage_of(const struct reading *r, const struct trigger *t)
{
	for (size_t i = 0; i < sizeof(stage_reach) / sizeof(*stage_reach); i++)
		if (is_cued(r, t->match, &stage_reach[i]))
			return (enum stage)stage_reach[i].result;
	return STAGE_ANNOUNCED;
}
