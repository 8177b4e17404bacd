/* Reading templates, a line at a time; a tag does not go over a line's end. */
#include "deliver/template.h"

#include "base/mem.h"
#include "deliver/template_private.h"

#define NEAR_ENOUGH 3 /* for suggestions */

/* A section that is open. */
struct open {
	size_t op; /* SIZE_MAX: it was wrong, only its end is looked for */
	struct span name;
	struct place place;
	bool inner; /* it has a scope of its own */
};

struct reader {
	struct template *t;
	struct report *report;
	struct place at;
	struct open open[TEMPLATE_DEPTH];
	size_t n_open;
	enum scope scopes[TEMPLATE_DEPTH + 1]; /* innermost last */
	size_t n_scopes;
	size_t part; /* the present one */
};

/* A tag of a line: "{{#name|80}}". */
struct tag {
	char kind; /* one of "#^/@!", or '=' for a value */
	struct span name, cut;
	size_t start, end; /* bytes of the line */
};

static const char kinds[] = "#^/@!";

/* -- tags ------------------------------------------------------------------ */
/* The next tag of line from offset at: 1, 0 if there is none, -1 if one is not
 * closed; start is set then. */
static int
tag_next(struct span line, size_t at, struct tag *tag)
{
	size_t start = span_find_str(span_sub(line, at, SIZE_MAX), "{{"), end;
	struct span inside;

	if (start == SIZE_MAX)
		return 0;
	*tag = (struct tag){.kind = '=', .start = at + start};
	inside = span_sub(line, tag->start + 2, SIZE_MAX);
	end = span_find_str(inside, "}}");
	if (end == SIZE_MAX)
		return -1;
	tag->end = tag->start + 2 + end + 2;
	inside = span_trim(span_sub(inside, 0, end));
	if (inside.n > 0 && strchr(kinds, inside.p[0])) {
		tag->kind = inside.p[0];
		inside = span_trim(span_sub(inside, 1, SIZE_MAX));
	}
	tag->name = inside;
	if (tag->kind == '=' && span_find(inside, '|') != SIZE_MAX) {
		end = span_find(inside, '|');
		tag->name = span_trim(span_sub(inside, 0, end));
		tag->cut = span_trim(span_sub(inside, end + 1, SIZE_MAX));
	}
	return 1;
}

/* Has it sections, parts or comments, and else only blanks? */
static bool
is_bare(struct span line)
{
	struct tag tag;
	size_t at = 0;

	while (tag_next(line, at, &tag) == 1) {
		if (tag.kind == '=' ||
			span_trim(span_sub(line, at, tag.start - at)).n > 0)
			return false;
		at = tag.end;
	}
	return at > 0 && span_trim(span_sub(line, at, SIZE_MAX)).n == 0;
}

/* -- names ----------------------------------------------------------------- */
static const struct field *
look_up(const struct reader *r, struct span name, unsigned *up)
{
	const struct field *f;

	for (size_t i = r->n_scopes; i-- > 0;) {
		f = field_find(r->scopes[i], name);
		*up = (unsigned)(r->n_scopes - 1 - i);
		if (f)
			return f;
	}
	return NULL;
}

static const char *
nearest_field(const struct reader *r, struct span name)
{
	const char *best = NULL;
	unsigned least = NEAR_ENOUGH, d;

	for (size_t i = r->n_scopes; i-- > 0;)
		for (size_t k = 0; field_at(k); k++) {
			if (field_at(k)->scope != r->scopes[i])
				continue;
			d = span_distance(
				name, span_of(field_at(k)->name), NEAR_ENOUGH);
			if (d >= least)
				continue;
			least = d;
			best = field_at(k)->name;
		}
	return best;
}

static void
tell_unknown(struct reader *r, struct span name)
{
	const char *best = nearest_field(r, name);

	if (name.n == 0)
		report_error(r->report, &r->at, "a tag without a name");
	else if (best)
		report_error(r->report, &r->at,
			"a %s has no field '%.*s'; did you mean '%s'?",
			scope_name(r->scopes[r->n_scopes - 1]), SPAN_ARG(name),
			best);
	else
		report_error(r->report, &r->at, "a %s has no field '%.*s'",
			scope_name(r->scopes[r->n_scopes - 1]), SPAN_ARG(name));
}

/* -- what tags do ---------------------------------------------------------- */
static void
read_value(struct reader *r, const struct tag *tag)
{
	struct op op = {.type = OP_VALUE};
	int64_t cut = 0;

	op.field = look_up(r, tag->name, &op.up);
	if (!op.field) {
		tell_unknown(r, tag->name);
		return;
	}
	if (op.field->type == FIELD_LIST || op.field->type == FIELD_FLAG ||
		op.field->type == FIELD_NEXT)
		report_error(r->report, &r->at,
			"'%s' cannot be printed; write {{#%s}}...{{/%s}}",
			op.field->name, op.field->name, op.field->name);
	if (tag->cut.p && !span_i64(tag->cut, 1, TEMPLATE_CUT_MAX, &cut))
		report_error(r->report, &r->at,
			"behind the | is how many characters: {{%s|80}}",
			op.field->name);
	op.cut = (size_t)cut;
	vec_push(&r->t->ops, op);
}

static void
read_section(struct reader *r, const struct tag *tag)
{
	struct op op = {.type = tag->kind == '#' ? OP_SECTION : OP_INVERTED};
	struct open *o;

	if (r->n_open == TEMPLATE_DEPTH) {
		report_error(r->report, &r->at,
			"more than %d sections within each other",
			TEMPLATE_DEPTH);
		return;
	}
	op.field = look_up(r, tag->name, &op.up);
	o = &r->open[r->n_open++];
	*o = (struct open){SIZE_MAX, tag->name, r->at, false};
	if (!op.field) {
		tell_unknown(r, tag->name);
		return;
	}
	o->op = r->t->ops.n;
	o->inner = op.type == OP_SECTION && op.field->type == FIELD_LIST;
	if (o->inner)
		r->scopes[r->n_scopes++] = op.field->of;
	vec_push(&r->t->ops, op);
}

static void
read_end(struct reader *r, const struct tag *tag)
{
	struct open *o;

	if (r->n_open == 0) {
		report_error(r->report, &r->at,
			"{{/%.*s}} ends no section: there is no {{#%.*s}} "
			"before it",
			SPAN_ARG(tag->name), SPAN_ARG(tag->name));
		return;
	}
	o = &r->open[--r->n_open];
	if (!span_eq(o->name, tag->name))
		report_error(r->report, &r->at,
			"{{/%.*s}} where the section '%.*s' of line %u is open",
			SPAN_ARG(tag->name), SPAN_ARG(o->name), o->place.line);
	if (o->op != SIZE_MAX)
		r->t->ops.p[o->op].end = r->t->ops.n;
	if (o->inner)
		r->n_scopes--;
}

static void
close_sections(struct reader *r)
{
	while (r->n_open > 0) {
		struct open *o = &r->open[--r->n_open];

		report_error(r->report, &o->place,
			"the section '%.*s' is not ended: {{/%.*s}} is missing",
			SPAN_ARG(o->name), SPAN_ARG(o->name));
		if (o->op != SIZE_MAX)
			r->t->ops.p[o->op].end = r->t->ops.n;
	}
	r->n_scopes = 1;
}

static void
tell_no_part(struct reader *r, struct span name)
{
	struct strbuf names = STRBUF_INIT(256);

	for (size_t i = 0; r->t->parts[i].name; i++)
		strbuf_printf(
			&names, "%s%s", i > 0 ? ", " : "", r->t->parts[i].name);
	report_error(r->report, &r->at,
		"such a message has no part '%.*s'; it has: %s", SPAN_ARG(name),
		strbuf_cstr(&names));
	strbuf_fini(&names);
}

static void
begin_part(struct reader *r, size_t i)
{
	r->t->part[r->part].end = r->t->ops.n;
	r->part = i;
	r->t->part[i].start = r->t->ops.n;
	r->t->part[i].given = true;
}

static void
read_part(struct reader *r, const struct tag *tag)
{
	const struct template_part *parts = r->t->parts;
	size_t i = 0;

	close_sections(r);
	while (parts[i].name && !span_eq_str(tag->name, parts[i].name))
		i++;
	if (!parts[i].name)
		tell_no_part(r, tag->name);
	else if (r->t->part[i].given && r->t->ops.n > r->t->part[i].start)
		report_error(r->report, &r->at,
			"the part '%s' stands here twice", parts[i].name);
	else
		begin_part(r, i);
}

static void
read_tag(struct reader *r, const struct tag *tag)
{
	switch (tag->kind) {
	case '=':
		read_value(r, tag);
		break;
	case '#':
	case '^':
		read_section(r, tag);
		break;
	case '/':
		read_end(r, tag);
		break;
	case '@':
		read_part(r, tag);
		break;
	default: /* a comment */
		break;
	}
}

/* -- lines ----------------------------------------------------------------- */
static void
put_text(struct reader *r, struct span text)
{
	if (text.n > 0)
		vec_push(
			&r->t->ops, (struct op){.type = OP_TEXT, .text = text});
}

static void
read_line(struct reader *r, struct span line)
{
	bool bare = is_bare(line);
	struct tag tag;
	size_t at = 0;
	int found;

	while ((found = tag_next(line, at, &tag)) == 1) {
		if (!bare)
			put_text(r, span_sub(line, at, tag.start - at));
		r->at.column = (unsigned)tag.start + 1;
		read_tag(r, &tag);
		at = tag.end;
	}
	if (found == -1) {
		r->at.column = (unsigned)tag.start + 1;
		report_error(r->report, &r->at,
			"the tag is not closed: }} is missing in its line");
	} else if (!bare) {
		put_text(r, span_sub(line, at, SIZE_MAX));
	}
}

static void
read_lines(struct reader *r, struct span text)
{
	size_t end;

	while (text.n > 0) {
		end = span_find(text, '\n');
		end = end == SIZE_MAX ? text.n : end + 1;
		r->at.line++;
		read_line(r, span_sub(text, 0, end));
		text = span_sub(text, end, SIZE_MAX);
	}
	close_sections(r);
	r->t->part[r->part].end = r->t->ops.n;
}

/* A target gets every part: an empty subject or summary would be refused. */
static void
check_parts(struct reader *r)
{
	const struct template_part *parts = r->t->parts;

	r->at = (struct place){r->at.file, 1, 1};
	for (size_t i = 0; parts[i].name; i++)
		if (!r->t->part[i].given ||
			(r->t->part[i].start == r->t->part[i].end &&
				parts[1].name))
			report_error(r->report, &r->at,
				"the part '%s' is missing: a line {{@%s}} and "
				"what it says",
				parts[i].name, parts[i].name);
}

struct template *
template_parse(struct span text, const char *name,
	const struct template_part *parts, struct report *report)
{
	struct template *t = mem_new(t);
	struct reader r = {.t = t,
		.report = report,
		.at = {.file = name},
		.scopes = {SCOPE_MESSAGE},
		.n_scopes = 1};
	unsigned before = report->errors;

	t->parts = parts;
	t->part[0].given = true;
	if (!span_is_utf8(text)) {
		r.at.line = r.at.column = 1;
		report_error(report, &r.at, "the template is not UTF-8");
	} else {
		read_lines(&r, text);
		check_parts(&r);
	}
	if (report->errors > before)
		template_free(&t);
	return t;
}

void
template_free(struct template **tp)
{
	struct template *t = *tp;

	*tp = NULL;
	if (!t)
		return;
	vec_fini(&t->ops);
	mem_free(&t);
}
