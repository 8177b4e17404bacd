/* A story as bytes: see story.h. */
#include "base/mem.h"
#include "story/story.h"

#define FORMAT_VERSION 1
#define VECTOR_TERM_BYTES 8

/* One number on the wire: hash, weight, weight in the title. */
static void
put_term(struct strbuf *out, const struct vector_term *t)
{
	uint64_t v =
		t->hash | (uint64_t)t->all << 32 | (uint64_t)t->title << 48;

	wire_put_i64(out, (int64_t)v);
}

static void
get_term(struct wire *w, struct vector_term *t)
{
	uint64_t v = (uint64_t)wire_i64(w);

	t->hash = (uint32_t)v;
	t->all = (uint16_t)(v >> 32);
	t->title = (uint16_t)(v >> 48);
}

void
story_format(const struct story *s, struct strbuf *out)
{
	wire_put_u8(out, FORMAT_VERSION);
	wire_put_bytes(out, s->id.b, sizeof(s->id.b));
	wire_put_i64(out, s->first_ms);
	wire_put_i64(out, s->last_ms);
	wire_put_i64(out, (int64_t)s->serial);
	wire_put_u32(out, s->articles);
	wire_put_double(out, (double)s->words);
	wire_put_u32(out, s->mean.n);
	for (uint32_t i = 0; i < s->mean.n; i++)
		put_term(out, &s->mean.p[i]);
	wire_put_u8(out, (uint8_t)s->numbers.n);
	vec_each (const uint32_t *, it, &s->numbers)
		wire_put_u32(out, *it);
	wire_put_u8(out, (uint8_t)s->indexed.n);
	vec_each (const uint32_t *, it, &s->indexed)
		wire_put_u32(out, *it);
	wire_put_u8(out, (uint8_t)s->n_sketches);
	for (uint32_t i = 0; i < s->n_sketches; i++)
		features_put_sketch(out, s->sketches[i]);
}

static void
get_mean(struct wire *w, struct vector *v)
{
	size_t n = wire_count(w, VECTOR_TERM_BYTES);

	if (n > VECTOR_TERMS_MAX || w->bad) {
		w->bad = true;
		return;
	}
	v->p = mem_calloc(n ? n : 1, sizeof(*v->p));
	v->n = v->cap = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		get_term(w, &v->p[i]);
		w->bad |= i > 0 && v->p[i].hash <= v->p[i - 1].hash;
	}
}

static void
get_sketches(struct wire *w, struct story *s)
{
	s->n_sketches = wire_below(w, STORY_SKETCHES_MAX + 1);
	if (s->n_sketches == 0)
		return;
	s->sketches = mem_calloc(s->n_sketches, sizeof(*s->sketches));
	for (uint32_t i = 0; i < s->n_sketches; i++)
		features_get_sketch(w, s->sketches[i]);
}

static void
get_story(struct wire *w, struct story *s)
{
	unsigned n;

	w->bad |= wire_u8(w) != FORMAT_VERSION;
	wire_bytes(w, s->id.b, sizeof(s->id.b));
	s->first_ms = wire_i64(w);
	s->last_ms = wire_i64(w);
	s->serial = (uint64_t)wire_i64(w);
	s->articles = wire_u32(w);
	s->words = (float)wire_double(w);
	get_mean(w, &s->mean);
	n = wire_below(w, STORY_NUMBERS_MAX + 1);
	while (n--)
		vec_push(&s->numbers, wire_u32(w));
	n = wire_below(w, STORY_INDEXED_MAX + 1);
	while (n--)
		vec_push(&s->indexed, wire_u32(w));
	get_sketches(w, s);
	w->bad |= s->articles == 0 || s->last_ms < s->first_ms ||
		!(s->words >= 0) || s->n_sketches == 0;
}

int
story_parse(struct span bytes, struct story **out, struct err *err)
{
	struct wire w = {.rest = bytes};
	struct story *s = mem_new(s);

	get_story(&w, s);
	if (!w.bad && w.rest.n == 0) {
		*out = s;
		return 0;
	}
	story_free(&s);
	*out = NULL;
	return err_set(err, ERR_INPUT, "story: not in version %d of the format",
		FORMAT_VERSION);
}
