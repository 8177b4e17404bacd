/* See features.h. */
#include "story/features.h"

#include <stdlib.h>

#include "base/wire.h"
#include "story/terms.h"

#define FORMAT_VERSION 1
#define SHINGLE_TERMS 3
#define NAME_BONUS 2 /* what a name is worth when room runs out, in counts */
#define COUNT_MAX 255

/* A term of one text while it is counted. */
struct tally {
	uint32_t hash;
	uint32_t count, names;
	uint32_t first; /* its place in the text */
	uint8_t flags; /* FEATURE_DATE, _PAIR, _SLOT, _NUMBER */
};

struct tallies {
	struct tally *p;
	size_t n;
	size_t cap;
};

static void
tally_add(struct tallies *all, uint32_t hash, bool name, uint8_t flags)
{
	vec_push(all,
		(struct tally){
			.hash = hash,
			.count = 1,
			.names = name,
			.first = (uint32_t)all->n,
			.flags = flags,
		});
}

static int
order_by_hash(const void *pa, const void *pb)
{
	const struct tally *a = pa, *b = pb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

static uint32_t
worth(const struct tally *t)
{
	return t->count + (2 * t->names > t->count ? NAME_BONUS : 0);
}

static int
order_by_worth(const void *pa, const void *pb)
{
	const struct tally *a = pa, *b = pb;

	if (worth(a) != worth(b))
		return worth(a) > worth(b) ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

static void
sort(struct tallies *all, int (*order)(const void *, const void *))
{
	if (all->n > 1)
		qsort(all->p, all->n, sizeof(*all->p), order);
}

/* Joins equal terms. Pairs seen less than pair_least times are dropped unless
 * both words are names: a text has as many pairs as words. */
static void
tallies_join(struct tallies *all, uint32_t pair_least)
{
	size_t i, j, n = 0;

	sort(all, order_by_hash);
	for (i = 0; i < all->n; i = j) {
		struct tally t = all->p[i];

		for (j = i + 1; j < all->n && all->p[j].hash == t.hash; j++) {
			t.count++;
			t.names += all->p[j].names;
		}
		if (!(t.flags & FEATURE_PAIR) || t.names > 0 ||
			t.count >= pair_least)
			all->p[n++] = t;
	}
	all->n = n;
}

static uint8_t
flags_of(const struct term *t)
{
	if (t->kind == TERM_DATE)
		return FEATURE_DATE;
	if (t->kind == TERM_NUMBER)
		return FEATURE_NUMBER;
	return t->slot ? FEATURE_SLOT : 0;
}

/* Counts the terms, everyday words left out; pairs of neighbouring words of
 * one sentence too. */
static void
tallies_count(struct tallies *all, const struct terms *terms)
{
	const struct term *before = NULL;
	size_t i;

	vec_clear(all);
	for (i = 0; i < terms->n; i++) {
		const struct term *t = &terms->p[i];

		if (t->first)
			before = NULL;
		if (t->kind == TERM_STOP)
			continue;
		tally_add(all, t->hash, t->name, flags_of(t));
		if (t->kind == TERM_DATE)
			continue;
		if (before)
			tally_add(all, term_pair(before->hash, t->hash),
				before->name && t->name, FEATURE_PAIR);
		before = t;
	}
}

/* The max most telling terms, sorted by hash. */
static uint16_t
tallies_choose(struct tallies *all, size_t max, struct feature_term *out)
{
	size_t i;

	if (all->n > max) {
		sort(all, order_by_worth);
		all->n = max;
	}
	sort(all, order_by_hash);
	for (i = 0; i < all->n; i++) {
		const struct tally *t = &all->p[i];
		bool name = 2 * t->names > t->count;

		out[i].hash = t->hash;
		out[i].count =
			(uint8_t)(t->count < COUNT_MAX ? t->count : COUNT_MAX);
		out[i].flags = t->flags;
		if (name)
			out[i].flags |= FEATURE_NAME;
	}
	return (uint16_t)all->n;
}

static int
order_numbers(const void *pa, const void *pb)
{
	const uint32_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

static void
find_numbers(const struct terms *terms, struct features *f)
{
	size_t i, j;

	for (i = 0; i < terms->n; i++) {
		if (!terms->p[i].key || f->n_numbers == FEATURES_NUMBERS_MAX)
			continue;
		for (j = 0; j < f->n_numbers; j++)
			if (f->numbers[j] == terms->p[i].hash)
				break;
		if (j == f->n_numbers)
			f->numbers[f->n_numbers++] = terms->p[i].hash;
	}
	qsort(f->numbers, f->n_numbers, sizeof(*f->numbers), order_numbers);
}

static void
sketch_add(uint16_t sketch[FEATURES_BINS], const struct term *t, size_t n)
{
	uint32_t h = 0;
	uint16_t value;
	size_t i;

	for (i = 0; i < n; i++)
		h = term_pair(h, t[i].hash);
	value = (uint16_t)(h / FEATURES_BINS);
	if (value == FEATURES_BIN_EMPTY)
		value--;
	if (value < sketch[h % FEATURES_BINS])
		sketch[h % FEATURES_BINS] = value;
}

static void
make_sketch(const struct terms *terms, uint16_t sketch[FEATURES_BINS])
{
	size_t i;

	for (i = 0; i < FEATURES_BINS; i++)
		sketch[i] = FEATURES_BIN_EMPTY;
	if (terms->n < SHINGLE_TERMS && terms->n > 0)
		sketch_add(sketch, terms->p, terms->n);
	for (i = 0; i + SHINGLE_TERMS <= terms->n; i++)
		sketch_add(sketch, terms->p + i, SHINGLE_TERMS);
}

/* The text without its marked parts. */
static void
scan_text(const struct item *item, struct terms *out)
{
	struct span text = span_utf8_head(item->text, FEATURES_TEXT_BYTES);
	size_t i, at = 0;

	for (i = 0; i < item->n_marks && item->marks[i].start < text.n; i++) {
		const struct item_mark *m = &item->marks[i];

		if (m->start > at)
			terms_scan(span_sub(text, at, m->start - at), out);
		if (m->end > at)
			at = m->end;
	}
	if (at < text.n)
		terms_scan(span_sub(text, at, text.n - at), out);
}

void
features_make(const struct item *item, struct features *out)
{
	struct terms terms = {0}, text = {0};
	struct tallies all = {0};
	size_t i;

	memset(out, 0, sizeof(*out));
	terms_scan(item->title, &terms);
	tallies_count(&all, &terms);
	tallies_join(&all, 1);
	out->n_title = tallies_choose(&all, FEATURES_TITLE_MAX, out->title);
	scan_text(item, &text);
	tallies_count(&all, &text);
	tallies_join(&all, 2);
	out->n_body = tallies_choose(&all, FEATURES_BODY_MAX, out->body);
	for (i = 0; i < text.n; i++)
		vec_push(&terms, text.p[i]);
	out->words = (uint32_t)terms.n;
	find_numbers(&terms, out);
	make_sketch(&terms, out->sketch);
	vec_fini(&all);
	terms_fini(&text);
	terms_fini(&terms);
}

static int
order_terms(const void *pa, const void *pb)
{
	const struct feature_term *a = pa, *b = pb;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static void
watch(struct feature_term *terms, size_t n, uint32_t hash)
{
	struct feature_term key = {.hash = hash};
	struct feature_term *t =
		bsearch(&key, terms, n, sizeof(*terms), order_terms);

	if (t)
		t->flags |= FEATURE_WATCHED;
}

void
features_watch(struct features *f, struct span name)
{
	struct terms terms = {0};

	terms_scan(name, &terms);
	for (size_t i = 0; i < terms.n; i++) {
		watch(f->title, f->n_title, terms.p[i].hash);
		watch(f->body, f->n_body, terms.p[i].hash);
	}
	terms_fini(&terms);
}

/* Eight bins at once: a report of a story holds each two of its texts against
 * each other. */
typedef uint16_t bins __attribute__((vector_size(16)));

#define BINS_AT_ONCE (sizeof(bins) / sizeof(uint16_t))

double
features_resemblance(
	const uint16_t a[FEATURES_BINS], const uint16_t b[FEATURES_BINS])
{
	bins unused = {0}, same = {0};
	unsigned used = FEATURES_BINS, equal = 0;

	for (size_t i = 0; i < FEATURES_BINS; i += BINS_AT_ONCE) {
		bins x, y;

		memcpy(&x, &a[i], sizeof(x));
		memcpy(&y, &b[i], sizeof(y));
		/* A comparison that holds is -1. */
		unused -= (bins)((x & y) == FEATURES_BIN_EMPTY);
		same -= (bins)(x == y);
	}
	for (size_t i = 0; i < BINS_AT_ONCE; i++) {
		used -= unused[i];
		equal += same[i];
	}
	equal -= FEATURES_BINS - used; /* both empty is nothing in common */
	return used ? (double)equal / used : 0;
}

void
features_put_sketch(struct strbuf *out, const uint16_t sketch[FEATURES_BINS])
{
	uint8_t bytes[FEATURES_BINS * 2];

	for (size_t i = 0; i < FEATURES_BINS; i++) {
		bytes[2 * i] = (uint8_t)sketch[i];
		bytes[2 * i + 1] = (uint8_t)(sketch[i] >> 8);
	}
	wire_put_bytes(out, bytes, sizeof(bytes));
}

void
features_get_sketch(struct wire *w, uint16_t sketch[FEATURES_BINS])
{
	uint8_t bytes[FEATURES_BINS * 2];

	wire_bytes(w, bytes, sizeof(bytes));
	for (size_t i = 0; i < FEATURES_BINS; i++)
		sketch[i] = (uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
}

static void
put_terms(struct strbuf *out, const struct feature_term *t, size_t n)
{
	size_t i;

	wire_put_u8(out, (uint8_t)n);
	for (i = 0; i < n; i++) {
		wire_put_u32(out, t[i].hash);
		wire_put_u8(out, t[i].count);
		wire_put_u8(out, t[i].flags);
	}
}

void
features_format(const struct features *f, struct strbuf *out)
{
	size_t i;

	wire_put_u8(out, FORMAT_VERSION);
	wire_put_u32(out, f->words);
	put_terms(out, f->title, f->n_title);
	put_terms(out, f->body, f->n_body);
	wire_put_u8(out, (uint8_t)f->n_numbers);
	for (i = 0; i < f->n_numbers; i++)
		wire_put_u32(out, f->numbers[i]);
	features_put_sketch(out, f->sketch);
}

static uint16_t
get_terms(struct wire *w, size_t max, struct feature_term *out)
{
	unsigned n = wire_below(w, (unsigned)max + 1), i;

	for (i = 0; i < n; i++) {
		out[i].hash = wire_u32(w);
		out[i].count = wire_u8(w);
		out[i].flags = wire_u8(w);
		w->bad |= out[i].count == 0 ||
			(i > 0 && out[i].hash <= out[i - 1].hash);
	}
	return (uint16_t)n;
}

int
features_parse(struct span s, struct features *out, struct err *err)
{
	struct wire w = {.rest = s};
	size_t i;

	memset(out, 0, sizeof(*out));
	w.bad |= wire_u8(&w) != FORMAT_VERSION;
	out->words = wire_u32(&w);
	out->n_title = get_terms(&w, FEATURES_TITLE_MAX, out->title);
	out->n_body = get_terms(&w, FEATURES_BODY_MAX, out->body);
	out->n_numbers = (uint16_t)wire_below(&w, FEATURES_NUMBERS_MAX + 1);
	for (i = 0; i < out->n_numbers; i++)
		out->numbers[i] = wire_u32(&w);
	features_get_sketch(&w, out->sketch);
	if (w.bad || w.rest.n > 0)
		return err_set(err, ERR_INPUT,
			"features of an item: not in version %d of the format",
			FORMAT_VERSION);
	return 0;
}
