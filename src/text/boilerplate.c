/*
 * Boilerplate by its words: a table of how such lines begin, in the languages
 * whose news feeds we met most. Only short lines are judged, so that a report
 * that happens to begin with "Related" stays one.
 */
#include "text/boilerplate.h"

#include <stdlib.h>

/* Longest line that a row can match, and what of it is compared. */
#define LINE_BYTES 300
#define HEADING_BYTES 90
#define SECTION_BYTES 4096

enum where {
	BEGINS, /* the line begins so and is no longer than `max` */
	WHOLE, /* the line is that, but for punctuation at its end */
	SECTION, /* a heading: all that follows belongs to it */
	BRACKET /* behind a '(' anywhere in the line, up to its ')' */
};

struct row {
	const char *words; /* ASCII in lower case; '*' is anything */
	enum where where;
	enum text_mark_kind kind;
	unsigned max; /* bytes of the line; 0: LINE_BYTES */
};

static const struct row rows[] = {
#include "text/boilerplate_table.inc"
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alnum(char c)
{
	char l = to_lower(c);

	return (unsigned char)c >= 0x80 || (l >= 'a' && l <= 'z') ||
		(c >= '0' && c <= '9');
}

/* The bytes of line that words match from its first one on; 0: none. A word
 * must end where words does. */
static size_t
match(struct span line, const char *words)
{
	size_t i = 0;

	for (; words[i] && words[i] != '*'; i++)
		if (i == line.n || to_lower(line.p[i]) != words[i])
			return 0;
	if (words[i] == '*') {
		const char *rest = words + i + 1;
		size_t n = 0;

		if (!*rest)
			return i;
		while (n == 0 && i < line.n)
			n = match(span_sub(line, i++, line.n), rest);
		return n > 0 ? i - 1 + n : 0;
	}
	if (i < line.n && is_alnum(line.p[i - 1]) && is_alnum(line.p[i]))
		return 0;
	return i;
}

static bool
ends_in(struct span line, const char *chars)
{
	return strchr(chars, line.p[line.n - 1]) != NULL;
}

/* n bytes of the heading are the table's: "About Meta" and "Media contacts" are
 * headings, "About half of them." and "About half of them said" are none. */
static bool
is_heading(struct span line, size_t n)
{
	if (line.n > HEADING_BYTES || ends_in(line, ".?!,"))
		return false;
	return line.p[n - 1] != ' ' ||
		(n < line.n && line.p[n] != to_lower(line.p[n])) ||
		(n < line.n && (unsigned char)line.p[n] >= 0x80);
}

static bool
is_whole(struct span line, size_t n)
{
	while (line.n > n && ends_in(line, ".:!;- "))
		line.n--;
	return line.n == n;
}

static bool
fits(struct span line, const struct row *r)
{
	size_t n;

	if (r->where == BRACKET || line.n > (r->max ? r->max : LINE_BYTES))
		return false;
	n = match(line, r->words);
	return n > 0 && (r->where != SECTION || is_heading(line, n)) &&
		(r->where != WHOLE || is_whole(line, n));
}

/* The first row whose words begin with c, of which there may be none. */
static size_t
rows_from(char c)
{
	size_t low = 0, high = N_ROWS;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if ((unsigned char)rows[mid].words[0] < (unsigned char)c)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct row *
judge(struct span line)
{
	char c = to_lower(line.p[0]);

	for (size_t i = rows_from(c); i < N_ROWS && rows[i].words[0] == c; i++)
		if (fits(line, &rows[i]))
			return &rows[i];
	return NULL;
}

static void
add(struct text_marks *m, enum text_mark_kind kind, size_t start, size_t end)
{
	if (m->n < TEXT_MARKS_MAX)
		vec_push(m,
			(struct text_mark){
				kind, (uint32_t)start, (uint32_t)end});
}

static const struct row *
judge_bracket(struct span inside)
{
	char c = inside.n > 0 ? to_lower(inside.p[0]) : '\0';

	for (size_t i = rows_from(c); i < N_ROWS && rows[i].words[0] == c; i++)
		if (rows[i].where == BRACKET && match(inside, rows[i].words))
			return &rows[i];
	return NULL;
}

/* "(Reporting by Jane Doe; Editing by John Roe)" at the end of a sentence. */
static void
find_brackets(struct span text, size_t start, size_t end, struct text_marks *m)
{
	while (start < end) {
		size_t open =
			span_find(span_sub(text, start, end - start), '(');
		const struct row *r;
		struct span inside;
		size_t close;

		if (open == SIZE_MAX)
			return;
		start += open;
		inside = span_sub(text, start + 1, LINE_BYTES);
		close = span_find(inside, ')');
		r = close != SIZE_MAX ? judge_bracket(inside) : NULL;
		if (r)
			add(m, r->kind, start, start + close + 2);
		start += r ? close + 2 : 1;
	}
}

/* A section that has begun; it ends with the text, before the next line that is
 * boilerplate, or after SECTION_BYTES. */
struct section {
	const struct row *row; /* NULL: none */
	size_t start;
};

static void
end_section(struct section *s, struct text_marks *m, size_t end)
{
	if (s->row)
		add(m, s->row->kind, s->start, end);
	s->row = NULL;
}

void
text_marks_find(struct span text, struct text_marks *m)
{
	struct section section = {0};
	struct span line;

	for (size_t at = 0; at < text.n; at += line.n + 1) {
		const struct row *r = NULL;

		line = span_sub(text, at, text.n);
		line = span_sub(line, 0, span_find(line, '\n'));
		if (line.n > 0 && line.n <= LINE_BYTES)
			r = judge(line);
		/* What begins a text is its subject. */
		if (r && r->where == SECTION && at < text.n / 3)
			r = NULL;
		if (r || at - section.start > SECTION_BYTES)
			end_section(
				&section, m, at - 1); /* without the line end */
		if (r && r->where == SECTION)
			section = (struct section){r, at};
		else if (r)
			add(m, r->kind, at, at + line.n);
		else if (!section.row)
			find_brackets(text, at, at + line.n, m);
	}
	end_section(&section, m, text.n);
	text_marks_normalize(m);
}

static int
by_start(const void *a, const void *b)
{
	const struct text_mark *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end;
}

void
text_marks_normalize(struct text_marks *m)
{
	size_t kept = 0;

	if (m->n == 0)
		return;
	qsort(m->p, m->n, sizeof(*m->p), by_start);
	for (size_t i = 0; i < m->n; i++) {
		struct text_mark now = m->p[i];
		struct text_mark *last = kept ? &m->p[kept - 1] : NULL;

		if (last && now.start < last->end)
			now.start = last->end;
		if (now.start >= now.end)
			continue;
		if (last && last->kind == now.kind &&
			now.start - last->end <= 1)
			last->end = now.end;
		else
			m->p[kept++] = now;
	}
	m->n = kept;
}

void
text_marks_fini(struct text_marks *m)
{
	vec_fini(m);
}
