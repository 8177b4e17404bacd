/* Mistakes and doubts, kept until all are known, told in order. */
#include <stdio.h>
#include <stdlib.h>

#include "match/build.h"

void
problems_tell(struct problems *p, bool is_error, uint32_t entity,
	const struct place *place, const char *fmt, ...)
{
	struct strbuf s = STRBUF_INIT(1024);
	char text[1024];
	va_list ap;

	p->errors += is_error;
	p->warnings += !is_error;
	if (p->told.n >= PROBLEMS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	strbuf_span(&s, span_utf8_head(span_of(text), sizeof(text)));
	vec_push(&p->told,
		(struct told){entity, is_error, *place, strbuf_take(&s)});
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
		one = (struct lexicon_problem){t->is_error, t->place, t->text};
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
