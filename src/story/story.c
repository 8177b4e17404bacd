/* See story.h. */
#include "story/story.h"

#include <math.h>

#include "base/mem.h"
#include "story/frame.h"
#include "story/rules.h"

#define DAY_MS (24.0F * 3600 * 1000)

static void
remember_numbers(struct story *s, const uint32_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool known = false;

		vec_each (const uint32_t *, it, &s->numbers)
			known |= *it == numbers[i];
		if (!known && s->numbers.n < STORY_NUMBERS_MAX)
			vec_push(&s->numbers, numbers[i]);
	}
}

/* The first stays; when all places are taken the second oldest goes. */
static void
remember_sketch(struct story *s, const uint16_t sketch[FEATURES_BINS])
{
	if (s->n_sketches == STORY_SKETCHES_MAX) {
		memmove(s->sketches[1], s->sketches[2],
			(STORY_SKETCHES_MAX - 2) * sizeof(*s->sketches));
		s->n_sketches--;
	} else {
		s->sketches = mem_realloc(
			s->sketches, s->n_sketches + 1, sizeof(*s->sketches));
	}
	memcpy(s->sketches[s->n_sketches++], sketch, sizeof(*s->sketches));
}

struct story *
story_new(const struct item_key *id, int64_t when_ms, const struct features *f,
	const struct vector *v)
{
	struct story *s = mem_new(s);

	s->id = *id;
	s->first_ms = s->last_ms = when_ms;
	story_learn(s, when_ms, f, v);
	return s;
}

void
story_free(struct story **s)
{
	if (!*s)
		return;
	vector_fini(&(*s)->mean);
	vec_fini(&(*s)->numbers);
	vec_fini(&(*s)->indexed);
	mem_free(&(*s)->sketches);
	mem_free(s);
}

static void
stretch(struct story *s, int64_t first_ms, int64_t last_ms)
{
	if (first_ms < s->first_ms)
		s->first_ms = first_ms;
	if (last_ms > s->last_ms)
		s->last_ms = last_ms;
}

void
story_learn(struct story *s, int64_t when_ms, const struct features *f,
	const struct vector *v)
{
	s->articles++;
	stretch(s, when_ms, when_ms);
	s->words += ((float)f->words - s->words) / (float)s->articles;
	vector_learn(&s->mean, v, s->articles);
	remember_numbers(s, f->numbers, f->n_numbers);
	remember_sketch(s, f->sketch);
}

void
story_join(struct story *into, const struct story *from)
{
	float share = (float)from->articles /
		(float)(into->articles + from->articles);

	into->articles += from->articles;
	into->words += (from->words - into->words) * share;
	stretch(into, from->first_ms, from->last_ms);
	vector_mix(&into->mean, &from->mean, share);
	remember_numbers(into, from->numbers.p, from->numbers.n);
	for (uint32_t i = 0; i < from->n_sketches; i++)
		remember_sketch(into, from->sketches[i]);
}

size_t
story_bytes(const struct story *s)
{
	return sizeof(*s) + s->mean.cap * sizeof(*s->mean.p) +
		(s->numbers.cap + s->indexed.cap) * sizeof(uint32_t) +
		s->n_sketches * sizeof(*s->sketches);
}

/* 0: as short as a headline, 1: a full text. */
static float
fullness(float words)
{
	const struct story_rules *r = &story_rules;
	float x = log2f(fmaxf(words, 1) / r->short_words) /
		log2f(r->long_words / r->short_words);

	return fminf(fmaxf(x, 0), 1);
}

static float
between(const float ends[2], float x)
{
	return ends[0] + (ends[1] - ends[0]) * x;
}

/* Days from an item's time to the story's span. */
static float
days_apart(int64_t first_ms, int64_t last_ms, int64_t when_ms)
{
	if (when_ms > last_ms)
		return (float)(when_ms - last_ms) / DAY_MS;
	if (when_ms < first_ms)
		return (float)(first_ms - when_ms) / DAY_MS;
	return 0;
}

/* Texts that name other names than each other, and those of some weight. */
static bool
names_conflict(const struct likeness *like)
{
	return like->names_least >= story_rules.names_weight &&
		like->names_common < story_rules.names_least;
}

static bool
numbers_conflict(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	size_t common = 0, least = n_a < n_b ? n_a : n_b;

	for (size_t i = 0; i < n_a; i++)
		for (size_t j = 0; j < n_b; j++)
			common += a[i] == b[j];
	return least > 0 &&
		(float)common < story_rules.numbers_least * (float)least;
}

static float
likeness_score(const struct likeness *like, float full)
{
	const struct story_rules *r = &story_rules;
	float title = between(r->title_share, full);
	float names = like->names_least >= r->names_weight
		? between(r->names_share, full)
		: 0;

	return title * like->title + names * like->names +
		(1 - title - names) * like->all;
}

static float
resemblance_of(const struct story *s, const uint16_t sketch[FEATURES_BINS])
{
	double best = 0, r;

	for (uint32_t i = 0; i < s->n_sketches; i++) {
		r = features_resemblance(s->sketches[i], sketch);
		best = r > best ? r : best;
	}
	return (float)best;
}

static bool
is_headline(const struct story *s, const struct features *f)
{
	return fminf((float)f->words, s->words) <= 2 * story_rules.short_words;
}

void
story_judge(const struct story *s, int64_t when_ms, const struct features *f,
	const struct vector *v, const struct frequency *frequency,
	struct story_fit *out)
{
	const struct story_rules *r = &story_rules;
	float full = fullness(fminf((float)f->words, s->words));
	float days = days_apart(s->first_ms, s->last_ms, when_ms);
	bool numbers = numbers_conflict(
		f->numbers, f->n_numbers, s->numbers.p, s->numbers.n);

	vector_compare(v, &s->mean, frequency, &out->like);
	out->numbers = numbers;
	out->threshold = between(r->threshold, full) +
		r->per_day * log2f(1 + days) +
		(numbers ? between(r->numbers_cost, full) : 0);
	out->score = likeness_score(&out->like, full);
	out->resemblance = resemblance_of(s, f->sketch);
	out->margin = out->score - out->threshold;
	if (out->like.all < between(r->all_least, full) && out->margin > 0)
		out->margin = out->like.all - between(r->all_least, full);
	if (out->margin >= 0 && is_headline(s, f) && frame_is_thin(f, &s->mean))
		out->margin = -out->score;
	out->verdict = out->margin >= 0 ? STORY_LIKE : STORY_UNLIKE;
	if (names_conflict(&out->like))
		out->verdict = STORY_OTHER_NAMES;
	else if (numbers && out->resemblance >= r->template &&
		!(is_headline(s, f) && frame_is_update(f, &s->mean, days)))
		out->verdict = STORY_TEMPLATE;
	else if (out->resemblance >= r->copy && !numbers)
		out->verdict = STORY_COPY;
	else if (frame_conflicts(f, &s->mean,
			 !numbers && f->n_numbers && s->numbers.n, days))
		out->verdict = STORY_FRAME;
	if (out->verdict >= STORY_OTHER_NAMES)
		out->margin = fminf(out->margin, -1);
	else if (out->verdict == STORY_COPY)
		out->margin = 1 + out->resemblance;
}

void
story_fit_explain(const struct story_fit *fit, struct strbuf *out)
{
	static const char *const verdicts[] = {
		[STORY_UNLIKE] = "too little",
		[STORY_LIKE] = "enough",
		[STORY_COPY] = "a copy",
		[STORY_OTHER_NAMES] = "veto: it names others",
		[STORY_TEMPLATE] = "veto: same words, other figures",
		[STORY_FRAME] = "veto: the same title of something else",
	};
	double words = (double)fit->resemblance * 100;

	strbuf_printf(out,
		"likeness %.2f of %.2f needed (title %.2f, all %.2f, names "
		"%.2f; %.0f%% of names, %.0f%% of words in common%s): %s",
		(double)fit->score, (double)fit->threshold,
		(double)fit->like.title, (double)fit->like.all,
		(double)fit->like.names, (double)fit->like.names_common * 100,
		words, fit->numbers ? "; other figures" : "",
		verdicts[fit->verdict]);
}

float
story_judge_join(const struct story *a, const struct story *b,
	const struct frequency *frequency)
{
	const struct story_rules *r = &story_rules;
	float full = fullness(fminf(a->words, b->words));
	float days = b->first_ms > a->last_ms
		? days_apart(a->first_ms, a->last_ms, b->first_ms)
		: days_apart(a->first_ms, a->last_ms, b->last_ms);
	struct likeness like;

	vector_compare(&a->mean, &b->mean, frequency, &like);
	if (names_conflict(&like) ||
		numbers_conflict(
			a->numbers.p, a->numbers.n, b->numbers.p, b->numbers.n))
		return -1;
	return likeness_score(&like, full) - between(r->join, full) -
		r->per_day * log2f(1 + days);
}
