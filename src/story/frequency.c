/* See frequency.h. */
#include "story/frequency.h"

#include <math.h>

#include "base/mem.h"
#include "base/wire.h"
#include "story/terms.h"

#define ROWS 2
#define CELLS ((uint32_t)1 << 21)
#define FORMAT_VERSION 2
#define FORMAT_BARE 1 /* without what was seen before the first item */
/* As many items are taken to have been seen before the first, with ordinary
 * words as often as headlines have them: no term is common by being among the
 * first ten items, and none is rare that every day has. */
#define ITEMS_BEFORE 500
/* Sharper than the logarithm, so that the words of a template weigh little
 * against the few that differ. */
#define RARENESS 1.25F
#define WEIGHT_LEAST 0.2F

/* Weights that were asked for since the last item: an item's terms are held
 * against those of dozens of stories. */
#define WEIGHTS 1024

struct weight {
	uint32_t term, turn; /* of which it is; another turn's is stale */
	float weight;
};

struct frequency {
	uint32_t items;
	uint16_t *row[ROWS];
	uint32_t turn; /* one more whenever a count changes; from 1 */
	struct weight *weights; /* by the lowest bits of the term */
};

static const struct {
	const char *word;
	uint16_t per_10000;
} background[] = {
#include "story/data/background.inc"
};

static uint32_t
cell(size_t row, uint32_t term)
{
	return row == 0 ? term % CELLS : (term * 0x9e3779b1U) >> (32 - 21);
}

/* What the news was like before the first item. */
static void
see_background(struct frequency *f)
{
	struct terms terms = {0};

	for (size_t i = 0; i < sizeof(background) / sizeof(*background); i++) {
		uint32_t n = (uint32_t)background[i].per_10000 * ITEMS_BEFORE /
			10000;

		vec_clear(&terms);
		terms_scan(span_of(background[i].word), &terms);
		for (size_t row = 0; n && terms.n == 1 && row < ROWS; row++) {
			uint16_t *at = &f->row[row][cell(row, terms.p[0].hash)];

			*at = (uint16_t)(*at + n);
		}
	}
	terms_fini(&terms);
	f->items += ITEMS_BEFORE;
}

struct frequency *
frequency_new(void)
{
	struct frequency *f = mem_new(f);

	for (size_t i = 0; i < ROWS; i++)
		f->row[i] = mem_calloc(CELLS, sizeof(*f->row[i]));
	f->weights = mem_calloc(WEIGHTS, sizeof(*f->weights));
	f->turn = 1;
	see_background(f);
	return f;
}

void
frequency_free(struct frequency **f)
{
	if (!*f)
		return;
	for (size_t i = 0; i < ROWS; i++)
		mem_free(&(*f)->row[i]);
	mem_free(&(*f)->weights);
	mem_free(f);
}

size_t
frequency_bytes(const struct frequency *f)
{
	return sizeof(*f) + ROWS * CELLS * sizeof(**f->row) +
		WEIGHTS * sizeof(*f->weights);
}

static void
halve(struct frequency *f)
{
	for (size_t i = 0; i < ROWS; i++)
		for (size_t j = 0; j < CELLS; j++)
			f->row[i][j] /= 2;
	f->items /= 2;
}

/* All weights are to be found anew. */
static void
next_turn(struct frequency *f)
{
	if (++f->turn > 0)
		return;
	memset(f->weights, 0, WEIGHTS * sizeof(*f->weights));
	f->turn = 1;
}

static uint16_t
count(const struct frequency *f, uint32_t term)
{
	uint16_t a = f->row[0][cell(0, term)], b = f->row[1][cell(1, term)];

	return a < b ? a : b;
}

/* Only the cells that hold the least are raised: fewer counts too high. */
static void
count_up(struct frequency *f, uint32_t term)
{
	uint16_t least = count(f, term);

	if (least == UINT16_MAX)
		return;
	for (size_t i = 0; i < ROWS; i++)
		if (f->row[i][cell(i, term)] == least)
			f->row[i][cell(i, term)]++;
}

static bool
has_term(const struct feature_term *t, size_t n, uint32_t hash)
{
	size_t lo = 0, mid;

	while (lo < n) {
		mid = lo + (n - lo) / 2;
		if (t[mid].hash == hash)
			return true;
		if (t[mid].hash < hash)
			lo = mid + 1;
		else
			n = mid;
	}
	return false;
}

void
frequency_ahead(const struct frequency *f, uint32_t term)
{
	for (size_t i = 0; i < ROWS; i++)
		__builtin_prefetch(&f->row[i][cell(i, term)]);
}

void
frequency_add(struct frequency *f, const struct features *item)
{
	size_t i;

	for (i = 0; i < item->n_body; i++)
		frequency_ahead(f, item->body[i].hash);
	for (i = 0; i < item->n_body; i++)
		count_up(f, item->body[i].hash);
	for (i = 0; i < item->n_title; i++)
		if (!has_term(item->body, item->n_body, item->title[i].hash))
			count_up(f, item->title[i].hash);
	if (++f->items >= FREQUENCY_ITEMS)
		halve(f);
	next_turn(f);
}

static float
find_weight(const struct frequency *f, uint32_t term)
{
	float w = logf((float)f->items / (1 + (float)count(f, term)));

	return powf(w > WEIGHT_LEAST ? w : WEIGHT_LEAST, RARENESS);
}

float
frequency_weight(const struct frequency *f, uint32_t term)
{
	struct weight *w = &f->weights[term % WEIGHTS];

	if (w->term != term || w->turn != f->turn)
		*w = (struct weight){term, f->turn, find_weight(f, term)};
	return w->weight;
}

/* Cells that are not 0, as the gap from the one before and the count. */
static void
put_row(struct strbuf *out, const uint16_t *row)
{
	uint32_t used = 0, last = 0;

	for (uint32_t i = 0; i < CELLS; i++)
		used += row[i] > 0;
	wire_put_u32(out, used);
	for (uint32_t i = 0; i < CELLS; i++) {
		if (row[i] == 0)
			continue;
		wire_put_u32(out, i - last);
		wire_put_u8(out, (uint8_t)(row[i] & 0xff));
		wire_put_u8(out, (uint8_t)(row[i] >> 8));
		last = i;
	}
}

static void
get_row(struct wire *w, uint16_t *row)
{
	size_t used = wire_count(w, 6), at = 0;

	for (size_t i = 0; i < used && !w->bad; i++) {
		at += wire_u32(w);
		if (at >= CELLS) {
			w->bad = true;
			return;
		}
		row[at] = wire_u8(w);
		row[at] |= (uint16_t)(wire_u8(w) << 8);
	}
}

void
frequency_format(const struct frequency *f, struct strbuf *out)
{
	wire_put_u8(out, FORMAT_VERSION);
	wire_put_u32(out, f->items);
	for (size_t i = 0; i < ROWS; i++)
		put_row(out, f->row[i]);
}

static void
clear(struct frequency *f)
{
	f->items = 0;
	for (size_t i = 0; i < ROWS; i++)
		memset(f->row[i], 0, CELLS * sizeof(*f->row[i]));
}

int
frequency_parse(struct frequency *f, struct span s, struct err *err)
{
	struct wire w = {.rest = s};
	unsigned version = wire_u8(&w);

	clear(f);
	next_turn(f);
	w.bad |= version != FORMAT_VERSION && version != FORMAT_BARE;
	f->items = wire_u32(&w);
	w.bad |= f->items >= FREQUENCY_ITEMS;
	for (size_t i = 0; i < ROWS && !w.bad; i++)
		get_row(&w, f->row[i]);
	if (!w.bad && w.rest.n == 0) {
		if (version == FORMAT_BARE)
			see_background(f);
		return 0;
	}
	clear(f);
	see_background(f);
	return err_set(err, ERR_INPUT,
		"frequencies of terms: not in version %d of the format",
		FORMAT_VERSION);
}
