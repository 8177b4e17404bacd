/* See vector.h. */
#include "story/vector.h"

#include <assert.h>

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* What an occurrence in the title adds to the weight in all. */
#define TITLE_WORTH 2.0F
/* Pairs repeat what their words say; dates say little. */
#define PAIR_WORTH 0.5F
#define DATE_WORTH 0.3F
#define WATCHED_MOST 0.5F /* of a term's rareness */
#define ALL_MOST 15.9F
#define TITLE_MOST 3.9F
/* Texts after which a mean forgets: a long story moves on. */
#define MEAN_TEXTS 24U

void
vector_fini(struct vector *v)
{
	mem_free(&v->p);
	v->n = v->cap = 0;
}

static void
reserve(struct vector *v, size_t n)
{
	if (v->cap >= n)
		return;
	v->p = mem_realloc(v->p, n, sizeof(*v->p));
	v->cap = (uint32_t)n;
}

static uint16_t
pack_all(float w)
{
	return (uint16_t)(fminf(w, ALL_MOST) / VECTOR_UNIT + 0.5F);
}

static uint16_t
pack_title(float w, unsigned flags)
{
	unsigned units = (unsigned)(fminf(w, TITLE_MOST) / VECTOR_UNIT + 0.5F);

	return (uint16_t)((units << 2 & 0xfffcU) | flags);
}

static float
all_of(const struct vector_term *t)
{
	return t->all * VECTOR_UNIT;
}

static float
title_of(const struct vector_term *t)
{
	return (float)(t->title >> 2) * VECTOR_UNIT;
}

bool
vector_in_title(const struct vector_term *t)
{
	return title_of(t) > DATE_WORTH / 2;
}

bool
vector_is_title_word(const struct vector_term *t)
{
	return title_of(t) > 0.9F;
}

bool
vector_is_title_date(const struct vector_term *t)
{
	return fabsf(title_of(t) - DATE_WORTH) < 0.05F;
}

static unsigned
flags_of(const struct vector_term *t)
{
	return t->title & VECTOR_FLAGS;
}

static float
worth(const struct feature_term *t)
{
	float w = 1 + logf(t->count);

	if (t->flags & FEATURE_PAIR)
		w *= PAIR_WORTH;
	if (t->flags & FEATURE_DATE)
		w *= DATE_WORTH;
	return w;
}

/* Of the text and of the title; one of them may be NULL. */
static struct vector_term
make_term(const struct feature_term *text, const struct feature_term *title)
{
	float in_text = text ? worth(text) : 0;
	float in_title = title ? worth(title) : 0;
	unsigned flags = 0,
		 f = (text ? text->flags : 0U) | (title ? title->flags : 0U);

	assert(text != NULL || title != NULL);
	if (f & FEATURE_NAME)
		flags |= VECTOR_NAME;
	if (f & FEATURE_WATCHED)
		flags |= VECTOR_WATCHED;
	return (struct vector_term){
		.hash = text ? text->hash : title->hash,
		.all = pack_all(in_text + TITLE_WORTH * in_title),
		.title = pack_title(in_title, flags),
	};
}

void
vector_of_features(struct vector *v, const struct features *f)
{
	const struct feature_term *a = f->body, *a_end = a + f->n_body;
	const struct feature_term *b = f->title, *b_end = b + f->n_title;

	reserve(v, (size_t)f->n_body + f->n_title);
	v->n = 0;
	while (a < a_end || b < b_end) {
		bool has_a = a < a_end && (b == b_end || a->hash <= b->hash);
		bool has_b = b < b_end && (a == a_end || b->hash <= a->hash);

		v->p[v->n++] = make_term(has_a ? a : NULL, has_b ? b : NULL);
		a += has_a;
		b += has_b;
	}
}

/* The lighter a term the larger; of equal ones the higher hash. */
static uint64_t
lightness(const struct vector_term *t)
{
	return (uint64_t)(UINT16_MAX - t->all) << 32 | t->hash;
}

/* The k-th smallest of n numbers, from 0, by halves around a middle one; they
 * are moved about. */
static uint64_t
select_kth(uint64_t *p, size_t n, size_t k)
{
	size_t low = 0, high = n - 1;

	while (low < high) {
		uint64_t middle = p[low + (high - low) / 2], x;
		size_t i = low, j = high;

		for (;;) {
			while (p[i] < middle)
				i++;
			while (p[j] > middle)
				j--;
			if (i >= j)
				break;
			x = p[i];
			p[i++] = p[j];
			p[j--] = x;
		}
		/* Up to j all are no larger than from j + 1 on. */
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
	return p[k];
}

/* Sorted by hash they stay. */
static void
keep_heaviest(struct vector *v)
{
	uint64_t light[VECTOR_TERMS_MAX * 3], last;
	uint32_t n = 0;

	if (v->n <= VECTOR_TERMS_MAX)
		return;
	assert(v->n <= sizeof(light) / sizeof(*light));
	for (uint32_t i = 0; i < v->n; i++)
		light[i] = lightness(&v->p[i]);
	last = select_kth(light, v->n, VECTOR_TERMS_MAX - 1);
	for (uint32_t i = 0; i < v->n; i++)
		if (lightness(&v->p[i]) <= last)
			v->p[n++] = v->p[i];
	v->n = n;
}

static struct vector_term
mean_term(const struct vector_term *a, const struct vector_term *b, float share)
{
	float all = a ? all_of(a) : 0, title = a ? title_of(a) : 0;
	unsigned flags = (a ? flags_of(a) : 0) | (b ? flags_of(b) : 0);

	all += ((b ? all_of(b) : 0) - all) * share;
	title += ((b ? title_of(b) : 0) - title) * share;
	return (struct vector_term){
		.hash = a ? a->hash : b->hash,
		.all = pack_all(all),
		.title = pack_title(title, flags),
	};
}

void
vector_mix(struct vector *v, const struct vector *one, float share)
{
	const struct vector_term *a = v->p, *a_end = a + v->n;
	const struct vector_term *b = one->p, *b_end = b + one->n;
	struct vector sum = {0};

	reserve(&sum, (size_t)v->n + one->n);
	while (a < a_end || b < b_end) {
		bool has_a = a < a_end && (b == b_end || a->hash <= b->hash);
		bool has_b = b < b_end && (a == a_end || b->hash <= a->hash);

		sum.p[sum.n++] =
			mean_term(has_a ? a : NULL, has_b ? b : NULL, share);
		a += has_a;
		b += has_b;
	}
	keep_heaviest(&sum);
	/* no more than is used: a hundred thousand stories are held */
	sum.p = mem_realloc(sum.p, sum.n ? sum.n : 1, sizeof(*sum.p));
	sum.cap = sum.n;
	vector_fini(v);
	*v = sum;
}

void
vector_learn(struct vector *v, const struct vector *one, unsigned n)
{
	vector_mix(v, one, 1 / (float)(n < MEAN_TEXTS ? n : MEAN_TEXTS));
}

/* Sums for one of the cosines. */
struct cosine {
	float dot, aa, bb;
};

static void
cosine_add(struct cosine *c, float a, float b)
{
	c->dot += a * b;
	c->aa += a * a;
	c->bb += b * b;
}

static float
cosine_get(const struct cosine *c)
{
	if (c->aa <= 0 || c->bb <= 0)
		return 0;
	return c->dot / sqrtf(c->aa * c->bb);
}

/* The heaviest names of one text, and whether the other has them. */
#define NAMES_TOP 6

struct top_names {
	float weight[NAMES_TOP];
	bool shared[NAMES_TOP];
	unsigned n;
};

static void
names_add(struct top_names *t, float weight, bool shared)
{
	unsigned i;

	if (t->n == NAMES_TOP && weight <= t->weight[NAMES_TOP - 1])
		return;
	if (t->n < NAMES_TOP)
		t->n++;
	for (i = t->n - 1; i > 0 && t->weight[i - 1] < weight; i--) {
		t->weight[i] = t->weight[i - 1];
		t->shared[i] = t->shared[i - 1];
	}
	t->weight[i] = weight;
	t->shared[i] = shared;
}

static float
names_mass(const struct top_names *t)
{
	float sum = 0;

	for (unsigned i = 0; i < t->n; i++)
		sum += t->weight[i];
	return sum;
}

static float
names_shared(const struct top_names *t)
{
	float sum = 0;

	for (unsigned i = 0; i < t->n; i++)
		sum += t->shared[i] ? t->weight[i] : 0;
	return t->n ? sum / names_mass(t) : 0;
}

struct sums {
	struct top_names top_a, top_b;
	struct cosine all, title, names;
	float mass, fresh;
};

static void
add_term(struct sums *s, const struct vector_term *a,
	const struct vector_term *b, float rare)
{
	float wa = a ? all_of(a) * rare : 0, wb = b ? all_of(b) * rare : 0;
	unsigned flags = (a ? flags_of(a) : 0) | (b ? flags_of(b) : 0);

	if (a && flags_of(a) & VECTOR_NAME)
		names_add(&s->top_a, wa, b);
	if (b && flags_of(b) & VECTOR_NAME)
		names_add(&s->top_b, wb, a);
	/* Whom both are about tells others apart, but makes nobody alike. */
	if (flags & VECTOR_WATCHED && rare > WATCHED_MOST) {
		wa *= WATCHED_MOST / rare;
		wb *= WATCHED_MOST / rare;
		rare = WATCHED_MOST;
	}
	cosine_add(&s->all, wa, wb);
	cosine_add(&s->title, a ? title_of(a) * rare : 0,
		b ? title_of(b) * rare : 0);
	if (flags & VECTOR_NAME)
		cosine_add(&s->names, wa, wb);
	s->mass += wa;
	s->fresh += b ? 0 : wa;
}

/* Terms of b whose counts are fetched meanwhile; a's are at hand already, as
 * one item is compared with many stories. */
#define AHEAD 12

void
vector_compare(const struct vector *va, const struct vector *vb,
	const struct frequency *frequency, struct likeness *out)
{
	const struct vector_term *a = va->p, *a_end = a + va->n;
	const struct vector_term *b = vb->p, *b_end = b + vb->n;
	struct sums s = {0};

	while (a < a_end || b < b_end) {
		bool has_a = a < a_end && (b == b_end || a->hash <= b->hash);
		bool has_b = b < b_end && (a == a_end || b->hash <= a->hash);

		if (has_b && b_end - b > AHEAD)
			frequency_ahead(frequency, b[AHEAD].hash);
		add_term(&s, has_a ? a : NULL, has_b ? b : NULL,
			frequency_weight(frequency, has_a ? a->hash : b->hash));
		a += has_a;
		b += has_b;
	}
	out->all = cosine_get(&s.all);
	out->title = cosine_get(&s.title);
	out->names = cosine_get(&s.names);
	out->names_least = fminf(names_mass(&s.top_a), names_mass(&s.top_b));
	out->names_common =
		fmaxf(names_shared(&s.top_a), names_shared(&s.top_b));
	out->fresh = s.mass > 0 ? s.fresh / s.mass : 0;
}
