/* See diag.h. Messages and their order live in one arena and one vector. */
#include "config/diag.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/vec.h"
#include "config/source.h"
#include "model/limits.h"

#define PREFIX_MIN 4 /* bytes that a candidate may go on from */
#define SUGGEST_MAX 3 /* edits; and never more than half of the word */

struct mistake {
	enum diag_level level;
	unsigned file; /* index into files */
	unsigned serial; /* order of adding: keeps the sort stable */
	struct place at;
	const char *message;
};

struct diag {
	struct arena *arena;
	VEC(const char *) files;
	VEC(struct mistake) mistakes;
	size_t errors, warnings, tolerated;
	const char *tolerate; /* NULL: errors are errors */
};

struct diag *
diag_new(void)
{
	struct diag *d = mem_new(d);

	d->arena = arena_new();
	return d;
}

void
diag_free(struct diag **dp)
{
	struct diag *d = *dp;

	if (!d)
		return;
	*dp = NULL;
	vec_fini(&d->files);
	vec_fini(&d->mistakes);
	arena_free(&d->arena);
	mem_free(&d);
}

struct place
diag_place(const char *file, unsigned line, unsigned column)
{
	return (struct place){.file = file, .line = line, .column = column};
}

static bool
same_file(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static unsigned
file_index(struct diag *d, const char *file)
{
	/* Backwards: most mistakes are in the file that was named last. */
	for (size_t i = d->files.n; i-- > 0;) {
		if (same_file(d->files.p[i], file))
			return (unsigned)i;
	}
	vec_push(&d->files, file);
	return (unsigned)(d->files.n - 1);
}

void
diag_file(struct diag *d, const char *file)
{
	file_index(d, file);
}

void
diag_vadd(struct diag *d, enum diag_level level, struct place at,
	const char *fmt, va_list ap)
{
	struct strbuf text = STRBUF_INIT(ERR_MSG_MAX);
	char one[ERR_MSG_MAX];
	struct mistake *m;

	if (level == DIAG_WARNING)
		d->warnings++;
	else if (d->tolerate)
		d->tolerated++;
	else
		d->errors++;
	if (d->mistakes.n >= LIMIT_DIAGNOSTICS)
		return;
	vsnprintf(one, sizeof(one), fmt, ap);
	source_clean(span_of(one), &text);
	if (level == DIAG_ERROR && d->tolerate)
		strbuf_printf(&text, " (%s)", d->tolerate);
	m = vec_add(&d->mistakes);
	m->level = level;
	m->serial = (unsigned)d->mistakes.n;
	m->at = at;
	m->file = file_index(d, at.file);
	m->message = arena_strdup(d->arena, strbuf_cstr(&text));
	strbuf_fini(&text);
}

void
diag_error(struct diag *d, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vadd(d, DIAG_ERROR, at, fmt, ap);
	va_end(ap);
}

void
diag_warning(struct diag *d, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vadd(d, DIAG_WARNING, at, fmt, ap);
	va_end(ap);
}

void
diag_put(const struct place *place, enum report_level level,
	const char *message, void *arg)
{
	struct diag *d = arg;
	struct place at = {0};

	if (place)
		at = *place;
	/* Who reports may know the file no longer than this call. */
	if (at.file)
		at.file = arena_strdup(d->arena, at.file);
	if (level == REPORT_ERROR)
		diag_error(d, at, "%s", message);
	else
		diag_warning(d, at, "%s", message);
}

void
diag_tolerate(struct diag *d, const char *why)
{
	d->tolerate = why;
}

size_t
diag_tolerated(const struct diag *d)
{
	return d->tolerated;
}

size_t
diag_errors(const struct diag *d)
{
	return d->errors;
}

size_t
diag_warnings(const struct diag *d)
{
	return d->warnings;
}

static int
order(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int
mistake_cmp(const void *pa, const void *pb)
{
	const struct mistake *a = pa, *b = pb;
	int c = order(a->file, b->file);

	if (!c)
		c = order(a->at.line, b->at.line);
	if (!c)
		c = order(a->at.column, b->at.column);
	return c ? c : order(a->serial, b->serial);
}

static void
sort(struct diag *d)
{
	if (d->mistakes.n)
		qsort(d->mistakes.p, d->mistakes.n, sizeof(*d->mistakes.p),
			mistake_cmp);
}

static void
format_head(const struct mistake *m, struct strbuf *out)
{
	if (m->at.file)
		strbuf_str(out, m->at.file);
	if (m->at.line)
		strbuf_printf(out, ":%u:%u", m->at.line,
			m->at.column ? m->at.column : 1);
	strbuf_printf(out, "%s%s: %s", m->at.file ? ": " : "",
		m->level == DIAG_ERROR ? "error" : "warning", m->message);
}

void
diag_format_first(struct diag *d, struct strbuf *out)
{
	sort(d);
	vec_each (const struct mistake *, m, &d->mistakes) {
		if (m->level == DIAG_ERROR || !d->errors) {
			format_head(m, out);
			return;
		}
	}
}

void
diag_format(struct diag *d, struct strbuf *out)
{
	struct source source = {0};
	size_t more = d->errors + d->warnings + d->tolerated - d->mistakes.n;

	sort(d);
	vec_each (const struct mistake *, m, &d->mistakes) {
		format_head(m, out);
		strbuf_char(out, '\n');
		if (m->at.file && m->at.line)
			source_show(&source, &m->at, out);
	}
	if (more)
		strbuf_printf(out, "... and %zu more\n", more);
	source_fini(&source);
}

void
diag_offer(struct diag_nearest *n, struct span candidate)
{
	struct span head = span_sub(candidate, 0, n->word.n);
	unsigned max = (unsigned)(n->word.n / 2);
	unsigned distance;

	if (max > SUGGEST_MAX)
		max = SUGGEST_MAX;
	if (n->best.p && n->distance <= max)
		max = n->distance ? n->distance - 1 : 0;
	distance = span_distance(n->word, candidate, max);
	/* `password` for `password_file` is meant so, however far it is. */
	if (distance > max && max && n->word.n >= PREFIX_MIN &&
		span_eq(head, n->word))
		distance = max;
	if (distance > max || (n->best.p && distance >= n->distance))
		return;
	n->best = candidate;
	n->distance = distance;
}

const char *
diag_suggest(const struct diag_nearest *n, struct strbuf *out)
{
	strbuf_clear(out);
	if (n->best.p)
		strbuf_printf(out, "; did you mean '%.*s'?", SPAN_ARG(n->best));
	return strbuf_cstr(out);
}
