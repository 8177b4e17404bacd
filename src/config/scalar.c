/*
 * The text as it was read and the file's bytes are walked side by side: any
 * white space of one answers any white space of the other (folding, blocks,
 * indentation), an escape answers a character, all else is the same bytes.
 */
#include "config/scalar.h"

struct walk {
	struct span raw; /* the file from the text's start on */
	size_t r;
	struct place place; /* of raw.p[r] */
	struct span text;
	size_t t;
	char quote; /* '"' or '\''; NUL: neither */
	bool escapes; /* a backslash means something */
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_inside(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* One byte of the file. */
static void
step(struct walk *w)
{
	if (w->raw.p[w->r] == '\n') {
		w->place.line++;
		w->place.column = 1;
	} else if (!is_inside((unsigned char)w->raw.p[w->r])) {
		w->place.column++;
	}
	w->r++;
}

static bool
raw_starts(const struct walk *w, const char *s)
{
	return span_starts(span_sub(w->raw, w->r, SIZE_MAX), s);
}

/* White space, written out or as an escape. */
static void
skip_raw_space(struct walk *w)
{
	while (w->r < w->raw.n) {
		bool escape = w->escapes && w->raw.p[w->r] == '\\' &&
			w->r + 1 < w->raw.n &&
			strchr(" tnr\n", w->raw.p[w->r + 1]);

		if (!escape && !is_space(w->raw.p[w->r]))
			return;
		step(w);
		if (escape)
			step(w);
	}
}

/* \u00fc and the like: how many bytes of the file. */
static size_t
escape_length(char kind)
{
	switch (kind) {
	case 'x':
		return 4;
	case 'u':
		return 6;
	case 'U':
		return 10;
	default:
		return 2;
	}
}

/* What stands for one character of the text. False: another one does. */
static bool
step_char(struct walk *w, size_t n)
{
	struct span c = span_sub(w->text, w->t, n);
	size_t skip = n;

	if (w->r == w->raw.n)
		return false;
	if (w->escapes && w->raw.p[w->r] == '\\' && w->r + 1 < w->raw.n)
		skip = escape_length(w->raw.p[w->r + 1]);
	else if (w->quote && raw_starts(w, w->quote == '"' ? "\"\"" : "''"))
		skip = 2;
	else if (!span_eq(span_sub(w->raw, w->r, n), c))
		return false;
	while (skip-- && w->r < w->raw.n)
		step(w);
	w->t += n;
	return true;
}

static void
skip_text_space(struct walk *w, size_t upto)
{
	while (w->t < upto && is_space(w->text.p[w->t]))
		w->t++;
}

static bool
walk_to(struct walk *w, size_t at)
{
	size_t n;

	skip_text_space(w, at);
	while (w->t < at) {
		skip_raw_space(w);
		for (n = 1; w->t + n < w->text.n &&
			is_inside((unsigned char)w->text.p[w->t + n]);)
			n++;
		if (!step_char(w, n))
			return false;
		skip_text_space(w, at);
	}
	if (at < w->text.n)
		skip_raw_space(w);
	return true;
}

struct place
scalar_place(struct source *s, struct place start, struct span text, size_t at)
{
	struct walk w = {.place = start, .text = text};

	if (!start.file || !start.line || !source_from(s, &start, &w.raw) ||
		!w.raw.n)
		return start;
	if (w.raw.p[0] == '"' || w.raw.p[0] == '\'') {
		w.quote = w.raw.p[0];
		w.escapes = w.quote == '"' &&
			!span_ends(span_of(start.file), ".csv");
		step(&w);
	}
	return walk_to(&w, at) ? w.place : start;
}
