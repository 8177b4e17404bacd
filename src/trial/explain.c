/* See explain.h. */
#include "trial/explain.h"

#define SNIPPET 30 /* bytes shown before and after a candidate */
#define DECIDED_BYTES 4096

void
explainer_init(struct explainer *x)
{
	*x = (struct explainer){.best = -1};
	strbuf_init(&x->out, EXPLAIN_BYTES);
	strbuf_init(&x->decided, DECIDED_BYTES);
}

void
explainer_fini(struct explainer *x)
{
	strbuf_fini(&x->out);
	strbuf_fini(&x->decided);
}

static bool
is_wanted(const struct explainer *x, struct span id)
{
	return !x->only.n || span_eq(x->only, id);
}

static bool
is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static void
put_flat(struct strbuf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		strbuf_char(out, s.p[i] == '\n' ? ' ' : s.p[i]);
}

/* ...words before [the candidate] and after... */
static void
put_snippet(struct explainer *x, const struct match_candidate *c)
{
	struct span s =
		c->field == FIELD_TITLE ? x->item->title : x->item->text;
	size_t from = c->start > SNIPPET ? c->start - SNIPPET : 0;
	size_t to = c->end + SNIPPET < s.n ? c->end + SNIPPET : s.n;

	while (from > 0 && is_inside(s.p[from]))
		from--;
	while (to < s.n && is_inside(s.p[to]))
		to++;
	strbuf_str(&x->out, from ? "    ..." : "    ");
	put_flat(&x->out, span_sub(s, from, c->start - from));
	strbuf_char(&x->out, '[');
	put_flat(&x->out, c->text);
	strbuf_char(&x->out, ']');
	put_flat(&x->out, span_sub(s, c->end, to - c->end));
	strbuf_str(&x->out, to < s.n ? "...\n" : "\n");
}

static void
put_place(struct strbuf *out, const struct match_source *s)
{
	strbuf_printf(out, "%.*s:%u:%u", SPAN_ARG(s->file), s->line, s->column);
}

static void
put_reasons(struct explainer *x, const struct match_reason *r, size_t n,
	const char *unit)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].weight < 0 || r[i].weight > 0)
			strbuf_printf(&x->out, "      %+6.2f%s  %s%s\n",
				r[i].value * r[i].weight, unit, r[i].name,
				r[i].value > 1 ? " (twice)" : "");
}

static void
put_rule(struct strbuf *out, const struct match_candidate *c)
{
	strbuf_printf(out, "dropped: %s", c->dropped);
	if (!c->by.text.n)
		return;
	strbuf_printf(out, ", by '%.*s' at ", SPAN_ARG(c->by.text));
	put_place(out, &c->by);
}

/* The best candidate decides; a rule, if none was weighed. */
static void
note(struct explainer *x, const struct match_candidate *c)
{
	double p = c->dropped ? 0 : c->confidence;

	if ((c->is_evidence && c->confidence <= 0) || p <= x->best)
		return;
	x->best = p;
	strbuf_clear(&x->decided);
	strbuf_printf(&x->decided, "'%.*s' at %s %u-%u, ", SPAN_ARG(c->text),
		c->field == FIELD_TITLE ? "title" : "text", c->start, c->end);
	put_place(&x->decided, &c->name);
	if (!c->dropped) {
		strbuf_printf(&x->decided, ", probability %.3f", p);
		return;
	}
	strbuf_str(&x->decided, ", ");
	put_rule(&x->decided, c);
}

static void
on_candidate(const struct match_candidate *c, void *arg)
{
	struct explainer *x = arg;

	if (!is_wanted(x, c->entity_id))
		return;
	strbuf_printf(&x->out, "  %s %u-%u '%.*s' for %.*s (%s '%.*s', ",
		c->field == FIELD_TITLE ? "title" : "text", c->start, c->end,
		SPAN_ARG(c->text), SPAN_ARG(c->entity_name), c->variant,
		SPAN_ARG(c->name.text));
	put_place(&x->out, &c->name);
	strbuf_str(&x->out, ")\n");
	put_snippet(x, c);
	if (c->dropped) {
		strbuf_str(&x->out, "    ");
		put_rule(&x->out, c);
		strbuf_char(&x->out, '\n');
	}
	if (c->weighed)
		strbuf_printf(&x->out,
			"    probability %.3f, the logistic function of the "
			"sum "
			"of\n",
			c->confidence);
	else if (c->confidence > 0)
		strbuf_printf(&x->out, "    probability %.3f, by a rule\n",
			c->confidence);
	put_reasons(x, c->reasons, c->n_reasons, "");
	note(x, c);
}

static void
on_query(const struct match_query_part *q, void *arg)
{
	struct explainer *x = arg;

	if (!is_wanted(x, q->entity_id))
		return;
	strbuf_printf(&x->out, "    %s %*s", q->holds ? "yes" : "no ",
		(int)(2 * q->depth), "");
	if (q->field)
		strbuf_printf(&x->out, "%s:", q->field);
	strbuf_str(&x->out, q->op);
	if (q->distance >= 0)
		strbuf_printf(&x->out, "/%d", q->distance);
	if (q->term.n)
		strbuf_printf(&x->out, "'%.*s%s'", SPAN_ARG(q->term),
			q->is_prefix ? "*" : "");
	strbuf_char(&x->out, '\n');
}

static void
on_verdict(const struct match_verdict *v, void *arg)
{
	struct explainer *x = arg;

	if (!is_wanted(x, v->entity_id))
		return;
	strbuf_printf(&x->out,
		"  => %.*s: %s; confidence %.3f (least %.2f), relevance %u "
		"(least %u)\n",
		SPAN_ARG(v->entity_name),
		v->alert              ? "hit"
			: v->is_named ? "named, below its threshold"
				      : "not named",
		v->confidence, v->min_confidence, v->relevance,
		v->min_relevance);
	if (x->decided.n)
		strbuf_printf(&x->out, "     decided by %.*s%s\n",
			SPAN_ARG(strbuf_as_span(&x->decided)),
			v->is_named || x->best <= 0
				? ""
				: ", a mention from 0.5 on");
	put_reasons(x, v->reasons, v->n_reasons, " points");
	strbuf_clear(&x->decided);
	x->best = -1;
}

struct match_explain
explainer_callbacks(struct explainer *x)
{
	return (struct match_explain){.candidate = on_candidate,
		.query = on_query,
		.verdict = on_verdict,
		.arg = x};
}
