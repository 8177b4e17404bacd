/* Rendering templates, and making the result fit. */
#include <assert.h>

#include "deliver/template_private.h"

#define RENDER_BYTES MIB(1) /* of a part, before it is made to fit */
#define ELLIPSIS "\xe2\x80\xa6"

/* A rendering under way: one node for each scope, innermost last. */
struct run {
	const struct template *t;
	enum markup markup;
	size_t value_max; /* characters of a value */
	struct node nodes[TEMPLATE_DEPTH + 1];
	size_t n_nodes;
	struct strbuf *out;
};

/* -- lengths --------------------------------------------------------------- */
size_t
template_length(enum unit unit, struct span text)
{
	size_t n = 0;

	if (unit == UNIT_BYTES)
		return text.n;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		/* Every first byte is a character; of four bytes, two units. */
		n += (c & 0xc0) != 0x80;
		n += unit == UNIT_UTF16 && c >= 0xf0;
	}
	return n;
}

/* The longest head of at most max units that is whole characters. */
static struct span
head_of(struct span text, enum unit unit, size_t max)
{
	size_t at = 0, used = 0, n, units;

	while (at < text.n) {
		n = span_utf8_len(span_sub(text, at, SIZE_MAX));
		n = n > 0 ? n : 1;
		units = template_length(unit, span_sub(text, at, n));
		if (used + units > max)
			break;
		used += units;
		at += n;
	}
	return span_sub(text, 0, at);
}

static void
cut_units(struct span text, enum unit unit, size_t max, struct strbuf *out)
{
	size_t mark = template_length(unit, SPAN_LIT(ELLIPSIS)), end;
	struct span head;

	if (template_length(unit, text) <= max) {
		strbuf_span(out, text);
		return;
	}
	head = head_of(text, unit, max > mark ? max - mark : 0);
	end = head.n;
	while (end > 0 && text.p[end] != ' ' && text.p[end] != '\n')
		end--;
	/* Words of that length are none: cut within. */
	if (end < head.n / 2)
		end = head.n;
	strbuf_span(out, span_trim(span_sub(head, 0, end)));
	if (max >= mark)
		strbuf_str(out, ELLIPSIS);
}

void
template_cut(struct span text, size_t max, struct strbuf *out)
{
	cut_units(text, UNIT_CHARACTERS, max, out);
}

/* -- values ---------------------------------------------------------------- */
static const struct node *
node_of(const struct run *r, const struct op *op)
{
	return &r->nodes[r->n_nodes - 1 - op->up];
}

static struct value
value_of(const struct run *r, const struct op *op)
{
	const struct node *n = node_of(r, op);
	struct value v = {0};

	if (op->field->type == FIELD_NEXT)
		v.n = n->n - 1 - n->i;
	else
		op->field->get(n, &v);
	return v;
}

static bool
is_there(const struct op *op, const struct value *v)
{
	switch (op->field->type) {
	case FIELD_WORDS:
		return span_trim(v->text).n > 0;
	case FIELD_LINK:
		return escape_is_link(v->text);
	case FIELD_NUMBER:
	case FIELD_FLAG:
	case FIELD_LIST:
	case FIELD_NEXT:
		return v->n > 0;
	}
	return false;
}

static void
put_value(struct run *r, const struct op *op)
{
	struct value v = value_of(r, op);
	size_t max =
		op->cut > 0 && op->cut < r->value_max ? op->cut : r->value_max;
	struct strbuf cut = STRBUF_INIT(v.text.n + sizeof(ELLIPSIS));

	if (op->field->type == FIELD_NUMBER) {
		strbuf_printf(r->out, "%zu", v.n);
	} else if (op->field->type == FIELD_LINK) {
		escape_url(r->markup, v.text, r->out);
	} else {
		template_cut(span_trim(v.text), max, &cut);
		escape_text(r->markup, strbuf_as_span(&cut), r->out);
	}
	strbuf_fini(&cut);
}

/* -- sections -------------------------------------------------------------- */
static void run_ops(struct run *r, size_t from, size_t to);

static void
run_list(struct run *r, const struct op *op, size_t at, size_t n)
{
	const struct node list = *node_of(r, op);

	for (size_t i = 0; i < n; i++) {
		r->nodes[r->n_nodes++] = (struct node){
			.scope = op->field->of,
			.view = list.view,
			.p = op->field->at(&list, i),
			.i = i,
			.n = n,
		};
		run_ops(r, at + 1, op->end);
		r->n_nodes--;
	}
}

static void
run_section(struct run *r, const struct op *op, size_t at)
{
	struct value v = value_of(r, op);
	bool there = is_there(op, &v);

	if (op->type == OP_SECTION && op->field->type == FIELD_LIST)
		run_list(r, op, at, v.n);
	else if (there == (op->type == OP_SECTION))
		run_ops(r, at + 1, op->end);
}

/* Depth is bounded by the reader: TEMPLATE_DEPTH. */
static void
run_ops(struct run *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct op *op = &r->t->ops.p[i];

		switch (op->type) {
		case OP_TEXT:
			strbuf_span(r->out, op->text);
			break;
		case OP_VALUE:
			put_value(r, op);
			break;
		case OP_SECTION:
		case OP_INVERTED:
			run_section(r, op, i);
			i = op->end - 1;
			break;
		}
	}
}

/* -- the result ------------------------------------------------------------ */
/* Without blanks at the ends of lines and without blank lines in a row. */
static void
put_tidy(struct span text, bool one_line, struct strbuf *out)
{
	struct span line;
	bool any = false, gap = false;

	while (span_next(&text, '\n', &line)) {
		while (line.n > 0 && strchr(" \t\r", line.p[line.n - 1]))
			line.n--;
		if (line.n == 0) {
			gap = any;
			continue;
		}
		if (any)
			strbuf_str(out, one_line ? " " : gap ? "\n\n" : "\n");
		strbuf_span(out, one_line ? span_trim(line) : line);
		any = true;
		gap = false;
	}
}

static bool
try_render(const struct template *t, size_t part, struct view *view,
	size_t value_max, struct strbuf *out)
{
	const struct template_part *p = &t->parts[part];
	struct strbuf raw = STRBUF_INIT(RENDER_BYTES);
	struct run r = {.t = t,
		.markup = p->markup,
		.value_max = value_max,
		.nodes = {{.scope = SCOPE_MESSAGE, .view = view, .p = view}},
		.n_nodes = 1,
		.out = &raw};
	bool fits;

	strbuf_clear(out);
	run_ops(&r, t->part[part].start, t->part[part].end);
	put_tidy(strbuf_as_span(&raw), p->one_line, out);
	fits = !raw.full && !out->full &&
		template_length(p->unit, strbuf_as_span(out)) <= p->max;
	strbuf_fini(&raw);
	return fits;
}

/* The headline alone: escaping may make it longer, so it is halved till it
 * fits. */
static void
render_headline(const struct template_part *p, const struct view *view,
	struct strbuf *out)
{
	struct span headline = view->n_stories > 0
		? view_headline(&view->stories[0])
		: SPAN_LIT("newswatch");
	struct strbuf cut = STRBUF_INIT(headline.n + sizeof(ELLIPSIS));

	strbuf_clear(out);
	for (size_t max = p->max; max > 0; max /= 2) {
		strbuf_clear(&cut);
		cut_units(headline, p->unit, max, &cut);
		escape_text(p->markup, strbuf_as_span(&cut), out);
		if (template_length(p->unit, strbuf_as_span(out)) <= p->max)
			break;
		strbuf_clear(out);
	}
	strbuf_fini(&cut);
}

/* How long values may be, tried in this order. */
static const size_t value_limits[] = {
	TEMPLATE_CUT_MAX, 1000, 500, 250, 120, 60, 30};

void
template_render(const struct template *t, size_t i, struct view *view,
	struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT(RENDER_BYTES);
	bool fits = false;

	if (!t->part[i].given)
		return;
	view->n_shown = view->n_stories;
	fits = try_render(t, i, view, TEMPLATE_CUT_MAX, &text);
	while (!fits && view->n_shown > 1) {
		view->n_shown -= 1 + view->n_shown / 8;
		fits = try_render(t, i, view, TEMPLATE_CUT_MAX, &text);
	}
	for (size_t k = 1;
		!fits && k < sizeof(value_limits) / sizeof(*value_limits); k++)
		fits = try_render(t, i, view, value_limits[k], &text);
	if (!fits)
		render_headline(&t->parts[i], view, &text);
	view->n_shown = view->n_stories;
	strbuf_span(out, strbuf_as_span(&text));
	strbuf_fini(&text);
}
