/* Mistakes and doubts, kept until all are known, told in order. */
#include <stdio.h>
#include <stdlib.h>

#include "match/build.h"

/* t: all but its text. */
static void
keep(struct problems *p, struct told t, const char *fmt, va_list ap)
{
	struct strbuf s = STRBUF_INIT(1024);
	char text[1024];

	p->errors += t.is_error;
	p->warnings += !t.is_error;
	if (p->told.n >= PROBLEMS_MAX)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	strbuf_span(&s, span_utf8_head(span_of(text), sizeof(text)));
	t.text = strbuf_take(&s);
	vec_push(&p->told, t);
}

void
problems_tell(struct problems *p, bool is_error, uint32_t entity,
	const struct place *place, const char *fmt, ...)
{
	struct told t = {
		.entity = entity, .is_error = is_error, .place = *place};
	va_list ap;

	va_start(ap, fmt);
	keep(p, t, fmt, ap);
	va_end(ap);
}

void
problems_tell_in(struct problems *p, uint32_t entity,
	const struct entity_text *query, size_t at, const char *fmt, ...)
{
	struct told t = {.entity = entity,
		.is_error = true,
		.place = query->place,
		.within = query->text,
		.at = at};
	va_list ap;

	va_start(ap, fmt);
	keep(p, t, fmt, ap);
	va_end(ap);
}

static int
compare_told(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	if (x->entity != y->entity)
		return x->entity < y->entity ? -1 : 1;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return strcmp(x->text, y->text);
}

void
problems_report(struct problems *p, lexicon_problem_cb on_problem, void *arg)
{
	struct lexicon_problem one;

	if (p->told.n)
		qsort(p->told.p, p->told.n, sizeof(*p->told.p), compare_told);
	if (!on_problem)
		return;
	vec_each (struct told *, t, &p->told) {
		one = (struct lexicon_problem){.is_error = t->is_error,
			.place = t->place,
			.within = t->within,
			.at = t->at,
			.text = t->text};
		on_problem(&one, arg);
	}
}

void
problems_fini(struct problems *p)
{
	vec_each (struct told *, t, &p->told)
		mem_free(&t->text);
	vec_fini(&p->told);
}
