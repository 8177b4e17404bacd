/* See watchtest.h. One line after the other; `last` is what they go on with. */
#include "config/watchtest.h"

#include "model/limits.h"

struct reader {
	const char *file;
	unsigned line;
	struct arena *arena;
	struct diag *diag;
	struct watchtests *out;
	struct entity_text entity; /* of the sentences that follow */
	bool in_sentence; /* the last one may go on */
	bool tell_orphans; /* no [NAME] yet, and not told so */
};

static struct place
here(const struct reader *r, unsigned column)
{
	return diag_place(r->file, r->line, column);
}

/* What stands behind the n bytes that open a line, trimmed; its column. */
static struct span
behind(struct span line, size_t n, unsigned *column)
{
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	*column = (unsigned)n + 1;
	return span_trim(span_sub(line, n, SIZE_MAX));
}

static void
read_entity(struct reader *r, struct span line)
{
	size_t end = span_find(line, ']');
	unsigned column;
	struct span name;

	r->in_sentence = false;
	if (end == SIZE_MAX || behind(line, end + 1, &column).n) {
		diag_error(r->diag, here(r, 1),
			"an entity stands alone between [ and ]");
		return;
	}
	name = behind(span_sub(line, 0, end), 1, &column);
	if (!name.n) {
		diag_error(r->diag, here(r, 1),
			"write an entity's name or id between [ and ]");
		return;
	}
	r->entity = (struct entity_text){
		arena_span(r->arena, name), here(r, column)};
}

static bool
take_field(struct span *s, const char *name)
{
	if (!span_starts(*s, name))
		return false;
	*s = span_trim(span_sub(*s, strlen(name), SIZE_MAX));
	return true;
}

/* One more line of a field. */
static void
append(struct reader *r, struct span *field, char join, struct span s)
{
	if (!field->n)
		*field = arena_span(r->arena, s);
	else
		*field = span_of(arena_printf(r->arena, "%.*s%c%.*s",
			SPAN_ARG(*field), join, SPAN_ARG(s)));
}

static void
read_field(struct reader *r, struct watchtest *t, struct span s)
{
	bool in_title = t->title.n && !t->text.n;

	if (take_field(&s, "title:"))
		append(r, &t->title, ' ', s);
	else if (take_field(&s, "text:"))
		append(r, &t->text, '\n', s);
	else
		append(r, in_title ? &t->title : &t->text, ' ', s);
}

static void
read_sentence(struct reader *r, struct span line)
{
	struct watchtest t = {.entity = r->entity,
		.must = line.p[0] == '+',
		.place = here(r, 1)};
	unsigned column;
	struct span s = behind(line, 1, &column);

	r->in_sentence = false;
	if (!r->entity.text.n) {
		if (r->tell_orphans)
			diag_error(r->diag, here(r, 1),
				"whose sentence is this? Write [NAME] above "
				"it");
		r->tell_orphans = false;
		return;
	}
	if (!s.n) {
		diag_error(r->diag, here(r, 1),
			"write a sentence behind the %c", line.p[0]);
		return;
	}
	read_field(r, &t, s);
	vec_push(&r->out->v, t);
	r->in_sentence = true;
}

static void
read_line(struct reader *r, struct span line)
{
	unsigned column;
	struct span s = behind(line, 0, &column);

	if (!s.n || line.p[0] == '#')
		return;
	if (line.n > LIMIT_LINE_BYTES || !span_is_utf8(line))
		diag_error(r->diag, here(r, 1),
			"a line of at most 64 KiB of UTF-8 is wanted");
	else if (line.p[0] == '[')
		read_entity(r, s);
	else if (line.p[0] == '+' || line.p[0] == '-')
		read_sentence(r, line);
	else if (column > 1 && r->in_sentence)
		read_field(r, vec_last(&r->out->v), s);
	else
		diag_error(r->diag, here(r, column),
			"a line begins with [NAME], + or -, or with # for a "
			"comment; the lines that go on with a sentence are "
			"indented");
}

void
watchtests_parse(struct span text, const char *file, struct arena *arena,
	struct diag *d, struct watchtests *out)
{
	struct reader r = {.file = file,
		.arena = arena,
		.diag = d,
		.out = out,
		.tell_orphans = true};
	struct span line;

	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_sub(text, 3, SIZE_MAX);
	while (span_next(&text, '\n', &line)) {
		r.line++;
		if (span_ends(line, "\r"))
			line.n--;
		read_line(&r, line);
	}
}

void
watchtests_fini(struct watchtests *t)
{
	vec_fini(&t->v);
}
