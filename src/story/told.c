/* See told.h. */
#include "story/told.h"

#include <math.h>

/* Figures closer to each other than that are the same, rounded. */
#define SAME_FIGURE 0.02

static const struct span ladder[] = {SPAN_INIT("rumour"), SPAN_INIT("reported"),
	SPAN_INIT("corroborated"), SPAN_INIT("confirmed")};

#define LADDER_STEPS (sizeof(ladder) / sizeof(ladder[0]))
#define STEP_REPORTED 1
#define STEP_CONFIRMED (LADDER_STEPS - 1)

/* LADDER_STEPS: none of them. */
static size_t
step_of(struct span status)
{
	size_t i = 0;

	while (i < LADDER_STEPS && !span_eq(ladder[i], status))
		i++;
	return i;
}

void
story_told_format(const struct hit_story *s, struct strbuf *out)
{
	strbuf_printf(out, "%.*s %u %zu", SPAN_ARG(s->status), s->independent,
		s->conflicts.n);
}

struct told {
	struct span status;
	int64_t independent, conflicts;
};

static struct told
read_told(struct span line)
{
	struct told t = {0};
	struct span part = SPAN_NULL;

	span_next(&line, ' ', &t.status);
	span_next(&line, ' ', &part);
	if (!span_i64(part, 0, UINT32_MAX, &t.independent))
		t.independent = 0;
	if (!span_i64(line, 0, UINT32_MAX, &t.conflicts))
		t.conflicts = 0;
	return t;
}

/* A story that loses certainty without anybody denying it has only been looked
 * at again, and one that repeaters write down as fact is no surer. */
static bool
status_changed(struct span was, struct span now, bool own_news)
{
	size_t from = step_of(was), to = step_of(now);

	if (span_eq(was, now) || now.n == 0)
		return false;
	if (to == LADDER_STEPS || from == LADDER_STEPS)
		return true;
	return to > from && (own_news || to > STEP_REPORTED);
}

static bool
is_confirmation(const struct told *was, const struct hit_story *now)
{
	return was->independent == 0 && now->independent > 0 &&
		step_of(now->status) < STEP_CONFIRMED;
}

/* Does what this member says count as news of its own? */
static bool
has_own_news(enum member_part part)
{
	return part == PART_ORIGIN || part == PART_INDEPENDENT ||
		part == PART_OFFICIAL;
}

/* Days and years are said in too many ways to be held against each other. */
static bool
is_figure(const struct hit_fact *f)
{
	return !span_eq_str(f->kind, "date");
}

static bool
same_figure(const struct hit_fact *a, const struct hit_fact *b)
{
	double larger = fmax(fabs(a->value), fabs(b->value));

	return span_eq(a->kind, b->kind) && span_eq(a->currency, b->currency) &&
		fabs(a->value - b->value) <= SAME_FIGURE * larger;
}

static bool
has_figure(const struct story_member *m, const struct hit_fact *f)
{
	for (size_t i = 0; i < m->n_events; i++)
		for (size_t j = 0; j < m->events[i].n_facts; j++)
			if (same_figure(&m->events[i].facts[j], f))
				return true;
	return false;
}

static bool
is_known(const struct story_change *c, const struct hit_fact *f)
{
	for (size_t i = 0; i < c->n_members; i++)
		if (i != c->at && has_figure(&c->members[i], f))
			return true;
	return false;
}

static bool
has_new_fact(const struct story_change *c)
{
	const struct story_member *m = &c->members[c->at];

	for (size_t i = 0; i < m->n_events; i++)
		for (size_t j = 0; j < m->events[i].n_facts; j++)
			if (is_figure(&m->events[i].facts[j]) &&
				!is_known(c, &m->events[i].facts[j]))
				return true;
	return false;
}

static bool
has_figures(const struct story_member *m)
{
	for (size_t i = 0; i < m->n_events; i++)
		for (size_t j = 0; j < m->events[i].n_facts; j++)
			if (is_figure(&m->events[i].facts[j]))
				return true;
	return false;
}

size_t
story_changes(const struct story_change *c, struct span out[STORY_CHANGES_MAX])
{
	struct told was = read_told(c->told);
	bool own = has_own_news(c->verdicts[c->at].part);
	size_t n = 0;

	if (status_changed(was.status, c->now->status, own))
		out[n++] = SPAN_LIT("status");
	if (is_confirmation(&was, c->now))
		out[n++] = SPAN_LIT("independent");
	if (own && has_new_fact(c))
		out[n++] = SPAN_LIT("fact");
	if (own && has_figures(&c->members[c->at]) &&
		c->now->conflicts.n > (size_t)was.conflicts)
		out[n++] = SPAN_LIT("conflict");
	return n;
}
