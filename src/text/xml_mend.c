/*
 * The reader that never gives up. A cursor goes over the text; what is no
 * markup is text. An end tag closes the innermost element of its name, and all
 * that is open inside it; one that was never opened is passed over.
 */
#include "text/xml_mender.h"
#include "text/xml_names.h"

/* An end tag that differs this little from its start tag belongs to it. */
#define SPELLING_DISTANCE 1
#define SPELLING_MIN_BYTES 4
#define SPELLING_MAX_BYTES 64
#define REFERENCE_BYTES 16 /* decoded; see entity_get() */

void
mend_flaw(struct mender *m, const char *at, const char *what)
{
	struct span before;
	const char *nl;

	if (m->flaws->n++ > 0)
		return;
	m->flaws->first = what;
	m->flaws->line = 1;
	/* Inside an entity's text the place is not in the document. */
	if ((uintptr_t)at < (uintptr_t)m->doc.p ||
		(uintptr_t)at > (uintptr_t)(m->doc.p + m->doc.n))
		return;
	before = span_make(m->doc.p, (size_t)(at - m->doc.p));
	while ((nl = before.n ? memchr(before.p, '\n', before.n) : NULL)) {
		m->flaws->line++;
		before.n -= (size_t)(nl + 1 - before.p);
		before.p = nl + 1;
	}
}

void
mend_end_here(struct mender *m, const char *at, const char *what)
{
	mend_flaw(m, at, what);
	m->state = MEND_ENDED;
}

bool
mend_charge(struct mender *m, size_t n)
{
	m->delivered += n;
	if (m->delivered > m->opt->max_delivered_bytes)
		m->state = MEND_REFUSED;
	return m->state == MEND_ON;
}

void
mend_go_on(struct mender *m, bool wanted)
{
	if (!wanted && m->state == MEND_ON)
		m->state = MEND_STOPPED;
}

void
mend_deliver(struct mender *m, struct span s)
{
	if (m->depth == 0) {
		if (span_trim(s).n > 0)
			mend_flaw(m, s.p, "text outside of the root element");
		return;
	}
	if (s.n == 0 || !mend_charge(m, s.n))
		return;
	mend_go_on(m, m->handler->text(m->arg, s));
}

/* </titel> is meant to close <title>: nothing of its own name is open. */
static bool
is_misspelt(struct span name, struct span open)
{
	return name.n >= SPELLING_MIN_BYTES && open.n >= SPELLING_MIN_BYTES &&
		open.n <= SPELLING_MAX_BYTES && name.n <= SPELLING_MAX_BYTES &&
		span_distance(name, open, SPELLING_DISTANCE) <=
		SPELLING_DISTANCE;
}

/* The innermost open element of this name; its depth, 0 if there is none. */
static size_t
find_open(const struct mender *m, struct span name)
{
	for (size_t i = m->depth; i > 0; i--)
		if (span_eq(m->open[i - 1].name, name))
			return i;
	for (size_t i = m->depth; i > 0; i--)
		if (span_caseeq(m->open[i - 1].name, name))
			return i;
	if (m->depth > 0 && is_misspelt(name, m->open[m->depth - 1].name))
		return m->depth;
	return 0;
}

static struct span
end_tag(struct mender *m, struct span s)
{
	size_t n = 2, depth;
	struct span name;

	while (n < s.n && xml_is_name(s.p[n]))
		n++;
	name = span_sub(s, 2, n - 2);
	while (n < s.n && s.p[n] != '>' && s.p[n] != '<')
		n++;
	if (n == s.n) {
		mend_flaw(m, s.p, "the document breaks off in a tag");
		return SPAN_NULL;
	}
	if (s.p[n] == '>')
		n++;
	depth = find_open(m, name);
	if (depth == 0 || depth != m->depth ||
		!span_eq(m->open[depth - 1].name, name))
		mend_flaw(m, s.p, "an end tag does not match");
	while (depth > 0 && m->depth >= depth && m->state == MEND_ON)
		mend_close_top(m);
	return span_sub(s, n, s.n);
}

/* Where a CDATA section ends that is never closed: at the end tag of its
 * element, else with the document. */
static size_t
unclosed_cdata(const struct mender *m, struct span s)
{
	struct strbuf end = STRBUF_INIT(SIZE_MAX / 2);
	size_t at = SIZE_MAX;

	if (m->depth > 0) {
		strbuf_str(&end, "</");
		strbuf_span(&end, m->open[m->depth - 1].name);
		at = span_find_str(s, strbuf_cstr(&end));
		strbuf_fini(&end);
	}
	return at == SIZE_MAX ? s.n : at;
}

static struct span
cdata(struct mender *m, struct span s)
{
	size_t end = SIZE_MAX;

	s = span_sub(s, strlen("<![CDATA["), s.n);
	if (!m->no_cdata_end || m->entity_depth > 0)
		end = span_find_str(s, "]]>");
	if (end != SIZE_MAX) {
		mend_deliver(m, span_sub(s, 0, end));
		return span_sub(s, end + 3, s.n);
	}
	m->no_cdata_end |= m->entity_depth == 0;
	mend_flaw(m, s.p, "a CDATA section is not closed");
	end = unclosed_cdata(m, s);
	mend_deliver(m, span_sub(s, 0, end));
	return span_sub(s, end, s.n);
}

static struct span
comment(struct mender *m, struct span s)
{
	size_t end = span_find_str(s, "-->");

	if (end == SIZE_MAX) {
		mend_flaw(m, s.p, "a comment is not closed");
		return SPAN_NULL;
	}
	return span_sub(s, end + 3, s.n);
}

static struct span
instruction(struct mender *m, struct span s)
{
	size_t end = SIZE_MAX;

	if (!m->no_pi_end || m->entity_depth > 0)
		end = span_find_str(s, "?>");
	if (end != SIZE_MAX)
		return span_sub(s, end + 2, s.n);
	m->no_pi_end |= m->entity_depth == 0;
	mend_flaw(m, s.p, "an instruction is not closed");
	end = span_find(s, '>');
	return end == SIZE_MAX ? SPAN_NULL : span_sub(s, end + 1, s.n);
}

/* "<!" of another kind: a second DOCTYPE, a bogus comment. */
static struct span
declaration(struct mender *m, struct span s)
{
	size_t end = span_find(s, '>');

	mend_flaw(m, s.p, "a declaration in the content");
	return end == SIZE_MAX ? SPAN_NULL : span_sub(s, end + 1, s.n);
}

/* s starts with '<'. Returns what follows the markup. */
static struct span
markup(struct mender *m, struct span s)
{
	char next = s.n > 1 ? s.p[1] : '\0';

	if (s.n == 1 || (next == '/' && s.n == 2)) {
		mend_flaw(m, s.p, "the document breaks off in a tag");
		return SPAN_NULL;
	}
	if (xml_is_name_start(next))
		return mend_start_tag(m, s);
	if (next == '/' && (xml_is_name(s.p[2]) || s.p[2] == '>'))
		return end_tag(m, s);
	if (span_starts(s, "<!--"))
		return comment(m, s);
	if (span_starts(s, "<![CDATA["))
		return cdata(m, s);
	if (next == '?')
		return instruction(m, s);
	if (next == '!')
		return declaration(m, s);
	mend_flaw(m, s.p, "a '<' that begins no tag");
	mend_deliver(m, span_sub(s, 0, 1));
	return span_sub(s, 1, s.n);
}

void
mend_content(struct mender *m, struct span s)
{
	while (s.n > 0 && m->state == MEND_ON) {
		size_t lt = span_find(s, '<');

		mend_text(m, span_sub(s, 0, lt));
		if (lt == SIZE_MAX || m->state != MEND_ON)
			return;
		s = markup(m, span_sub(s, lt, s.n));
	}
}

int
xml_mend(struct span doc, const struct xml_options *opt,
	const struct xml_handler *handler, void *arg, struct xml_flaws *flaws,
	struct err *err)
{
	struct mender m = {
		.doc = doc,
		.opt = opt,
		.handler = handler,
		.arg = arg,
		.flaws = flaws,
	};
	struct xml_prolog prolog;

	*flaws = (struct xml_flaws){0};
	strbuf_init(&m.reference, REFERENCE_BYTES);
	xml_prolog(doc, &prolog);
	if (prolog.junk)
		mend_flaw(&m, doc.p, "text before the first element");
	m.external = prolog.external;
	m.entities = xml_entities_parse(prolog.subset);
	mend_content(&m, span_sub(doc, prolog.root, doc.n));
	if (m.state == MEND_ON && m.depth > 0)
		mend_flaw(&m, doc.p + doc.n, "the document breaks off");
	while (m.depth > 0 && (m.state == MEND_ON || m.state == MEND_ENDED))
		mend_close_top(&m);
	xml_entities_free(&m.entities);
	vec_fini(&m.bindings);
	vec_fini(&m.tag.attrs);
	vec_fini(&m.attrs);
	vec_fini(&m.decoded);
	strbuf_fini(&m.values);
	strbuf_fini(&m.reference);
	if (m.state != MEND_REFUSED)
		return 0;
	return err_set(err, ERR_INPUT,
		"its entities expand to more than %zu bytes: refused as an "
		"attack",
		opt->max_delivered_bytes);
}
