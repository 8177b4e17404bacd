#include "config/csv.h"

#include "model/limits.h"

/* Where a record is being read. */
struct scan {
	struct csv *c;
	struct span text; /* rest, at the record's start */
	size_t at;
	unsigned line, column;
};

void
csv_init(struct csv *c, struct span text)
{
	*c = (struct csv){.line = 1};
	strbuf_init(&c->text, LIMIT_LINE_BYTES);
	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_sub(text, 3, SIZE_MAX);
	c->rest = text;
}

void
csv_fini(struct csv *c)
{
	strbuf_fini(&c->text);
}

static bool
at_end(const struct scan *s)
{
	return s->at == s->text.n;
}

static char
peek(const struct scan *s)
{
	return at_end(s) ? '\n' : s->text.p[s->at];
}

static void
step(struct scan *s)
{
	if (s->text.p[s->at] == '\n') {
		s->line++;
		s->column = 1;
	} else if (((unsigned char)s->text.p[s->at] & 0xc0) != 0x80) {
		s->column++;
	}
	s->at++;
}

static void
fail(struct scan *s, const char *why, unsigned line, unsigned column)
{
	if (s->c->error)
		return;
	s->c->error = why;
	s->c->error_at = (struct csv_field){.line = line, .column = column};
}

/* The text of a quoted field without its doubled quotes. */
static struct span
unquote(struct csv *c, struct span raw)
{
	size_t start = c->text.n;

	if (span_find(raw, '"') == SIZE_MAX)
		return raw;
	/* Room is made once per record: fields point into it. */
	for (size_t i = 0; i < raw.n; i++) {
		strbuf_char(&c->text, raw.p[i]);
		if (raw.p[i] == '"')
			i++;
	}
	return span_make(c->text.p + start, c->text.n - start);
}

static struct span
read_quoted(struct scan *s)
{
	unsigned line = s->line, column = s->column;
	size_t start;
	struct span raw;

	step(s);
	start = s->at;
	/* No further than a record may be long. */
	while (!at_end(s) && s->at <= LIMIT_LINE_BYTES) {
		if (peek(s) != '"') {
			step(s);
			continue;
		}
		if (s->at + 1 == s->text.n || s->text.p[s->at + 1] != '"')
			break;
		step(s);
		step(s);
	}
	raw = span_sub(s->text, start, s->at - start);
	if (at_end(s) || s->at > LIMIT_LINE_BYTES)
		fail(s, "a quoted field without its closing quote", line,
			column);
	else
		step(s);
	while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\r')
		step(s);
	if (peek(s) != ',' && peek(s) != '\n')
		fail(s, "text behind a quoted field", s->line, s->column);
	return unquote(s->c, raw);
}

static void
read_field(struct scan *s, struct csv_field *f)
{
	size_t start;

	while (peek(s) == ' ' || peek(s) == '\t')
		step(s);
	f->line = s->line;
	f->column = s->column;
	if (peek(s) == '"') {
		f->text = read_quoted(s);
		return;
	}
	start = s->at;
	while (peek(s) != ',' && peek(s) != '\n')
		step(s);
	f->text = span_trim(span_sub(s->text, start, s->at - start));
}

static void
check(struct scan *s, const struct csv_field *f)
{
	if (!span_is_utf8(f->text))
		fail(s, "bytes that are no UTF-8; save the file as UTF-8",
			f->line, f->column);
	else if (s->at > LIMIT_LINE_BYTES || s->c->text.full)
		fail(s, "a record of more than 64 KiB", f->line, f->column);
	for (size_t i = 0; i < f->text.n; i++) {
		if ((unsigned char)f->text.p[i] < ' ' &&
			!strchr("\t\r\n", f->text.p[i]))
			fail(s, "a control character", f->line, f->column);
	}
}

/* To the end of the first line that the broken record touches. */
static void
skip_line(struct scan *s, unsigned line)
{
	s->at = span_find(s->text, '\n');
	if (s->at == SIZE_MAX)
		s->at = s->text.n;
	s->line = line;
}

static void
read_record(struct scan *s)
{
	struct csv *c = s->c;
	bool more = true;

	while (more && !c->error) {
		struct csv_field f = {0};

		read_field(s, &f);
		check(s, &f);
		if (c->n_fields == CSV_FIELDS_MAX)
			fail(s, "too many fields", f.line, f.column);
		else
			c->fields[c->n_fields++] = f;
		more = peek(s) == ',';
		if (more)
			step(s);
	}
	if (c->error)
		skip_line(s, c->line);
}

static bool
is_blank(const struct csv *c)
{
	return c->n_fields == 1 && !c->fields[0].text.n && !c->error;
}

bool
csv_next(struct csv *c)
{
	do {
		struct scan s = {.c = c, .text = c->rest};

		if (!c->rest.n)
			return false;
		s.line = c->line;
		s.column = 1;
		c->n_fields = 0;
		c->error = NULL;
		strbuf_clear(&c->text);
		strbuf_room(&c->text, LIMIT_LINE_BYTES);
		read_record(&s);
		if (!at_end(&s))
			step(&s);
		c->rest = span_sub(c->rest, s.at, SIZE_MAX);
		c->line = s.line;
	} while (is_blank(c));
	return true;
}
