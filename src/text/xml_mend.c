/*
 * The reader that never gives up. A cursor goes over the text; what is no
 * markup is text. An end tag closes the innermost element of its name, and all
 * that is open inside it; one that was never opened is passed over.
 *
 * Work is counted, not only text: every expansion of an entity costs its length
 * and one, so that neither text nor empty references can multiply.
 */
#include "base/map.h"
#include "base/strbuf.h"
#include "text/entity.h"
#include "text/xml_dtd.h"
#include "text/xml_names.h"
#include "text/xml_tag.h"

#define ENTITY_DEPTH_MAX 16
/* An end tag that differs this little from its start tag belongs to it. */
#define SPELLING_DISTANCE 1
#define SPELLING_MIN_BYTES 4
#define SPELLING_MAX_BYTES 64
#define REFERENCE_BYTES 16 /* decoded; see entity_get() */

enum mend_state {
	MEND_ON,
	MEND_STOPPED, /* by the handler */
	MEND_ENDED, /* a bound: what was read counts */
	MEND_REFUSED /* an attack: nothing counts */
};

struct open_element {
	struct span name; /* with its prefix */
	size_t n_bindings; /* before its own */
};

struct binding {
	struct span prefix;
	int id;
};

struct mender {
	struct span doc;
	const struct xml_options *opt;
	const struct xml_handler *handler;
	void *arg;
	struct xml_flaws *flaws;
	enum mend_state state;
	struct open_element open[XML_DEPTH_MAX];
	size_t depth;
	VEC(struct binding) bindings;
	struct xml_tag tag;
	VEC(struct xml_attr) attrs;
	VEC(size_t) decoded; /* per attribute: offset in values, or SIZE_MAX */
	struct strbuf values;
	struct strbuf reference; /* the character just decoded */
	struct xml_entities *entities;
	bool external; /* an external subset: it may declare HTML's entities */
	unsigned entity_depth;
	size_t delivered;
	bool no_cdata_end, no_pi_end; /* none follows: do not search again */
};

static void
flaw(struct mender *m, const char *at, const char *what)
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

static void
end_here(struct mender *m, const char *at, const char *what)
{
	flaw(m, at, what);
	m->state = MEND_ENDED;
}

static bool
charge(struct mender *m, size_t n)
{
	m->delivered += n;
	if (m->delivered > m->opt->max_delivered_bytes)
		m->state = MEND_REFUSED;
	return m->state == MEND_ON;
}

static void
go_on(struct mender *m, bool wanted)
{
	if (!wanted && m->state == MEND_ON)
		m->state = MEND_STOPPED;
}

static void
deliver(struct mender *m, struct span s)
{
	if (m->depth == 0) {
		if (span_trim(s).n > 0)
			flaw(m, s.p, "text outside of the root element");
		return;
	}
	if (s.n == 0 || !charge(m, s.n))
		return;
	go_on(m, m->handler->text(m->arg, s));
}

/* -- references ----------------------------------------------------------- */

/* Is it a reference of XML itself: numeric, or one of the five? */
static bool
is_plain_reference(struct span ref)
{
	static const char *const five[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};

	if (ref.p[ref.n - 1] != ';')
		return false;
	if (ref.p[1] == '#')
		return true;
	for (size_t i = 0; i < sizeof(five) / sizeof(five[0]); i++)
		if (span_eq_str(ref, five[i]))
			return true;
	return false;
}

/* The entity that s (at '&') refers to, if the document declares it. */
static struct xml_entity *
declared(const struct mender *m, struct span s, size_t *used)
{
	size_t n = 1;

	if (!m->entities)
		return NULL;
	while (n < s.n && xml_is_name(s.p[n]))
		n++;
	if (n >= s.n || s.p[n] != ';')
		return NULL;
	*used = n + 1;
	return xml_entities_get(m->entities, span_sub(s, 1, n - 1));
}

static bool
open_entity(struct mender *m, struct xml_entity *e, const char *at)
{
	if (e->open || m->entity_depth == ENTITY_DEPTH_MAX) {
		flaw(m, at, "an entity refers to itself");
		return false;
	}
	if (!charge(m, e->text.n + 1))
		return false;
	e->open = true;
	m->entity_depth++;
	return true;
}

static void
close_entity(struct mender *m, struct xml_entity *e)
{
	e->open = false;
	m->entity_depth--;
}

/* Decodes what the document does not declare; 0: the '&' is text. */
static size_t
decode(struct mender *m, struct span s, struct strbuf *out)
{
	size_t used = entity_decode(s, true, out);

	if (used == 0) {
		flaw(m, s.p, "a '&' that is no reference");
		strbuf_char(out, '&');
		return 1;
	}
	if (!is_plain_reference(span_sub(s, 0, used)) && !m->external)
		flaw(m, s.p, "an entity that is not declared");
	return used;
}

static void content(struct mender *m, struct span s);

/* s starts with '&'. Returns the bytes used. */
static size_t
text_reference(struct mender *m, struct span s)
{
	size_t used;
	struct xml_entity *e = declared(m, s, &used);

	if (e) {
		if (open_entity(m, e, s.p)) {
			content(m, e->text);
			close_entity(m, e);
		}
		return used;
	}
	strbuf_clear(&m->reference);
	used = decode(m, s, &m->reference);
	deliver(m, strbuf_as_span(&m->reference));
	return used;
}

static void
text(struct mender *m, struct span s)
{
	while (s.n > 0 && m->state == MEND_ON) {
		size_t at = span_find(s, '&'), used;

		deliver(m, span_sub(s, 0, at));
		if (at == SIZE_MAX)
			return;
		s = span_sub(s, at, s.n);
		used = text_reference(m, s);
		s = span_sub(s, used, s.n);
	}
}

static void
append_value(struct mender *m, struct span s)
{
	while (s.n > 0 && m->state == MEND_ON) {
		size_t at = span_find(s, '&'), used;
		struct xml_entity *e;

		strbuf_span(&m->values, span_sub(s, 0, at));
		if (at == SIZE_MAX)
			return;
		s = span_sub(s, at, s.n);
		e = declared(m, s, &used);
		if (!e) {
			used = decode(m, s, &m->values);
		} else if (open_entity(m, e, s.p)) {
			append_value(m, e->text);
			close_entity(m, e);
		}
		s = span_sub(s, used, s.n);
	}
}

/* -- start tags ----------------------------------------------------------- */

static struct span
prefix_of(struct span *name)
{
	size_t colon = span_find(*name, ':');
	struct span prefix;

	if (colon == SIZE_MAX || colon == 0)
		return SPAN_NULL;
	prefix = span_sub(*name, 0, colon);
	*name = span_sub(*name, colon + 1, name->n);
	return prefix;
}

static void
bind(struct mender *m, const struct xml_raw_attr *raw)
{
	struct span prefix = span_sub(raw->name, strlen("xmlns"), raw->name.n);
	struct binding b;

	if (prefix.n > 0)
		prefix = span_sub(prefix, 1, prefix.n); /* the colon */
	b.prefix = prefix;
	b.id = xml_ns_of_uri(m->opt, raw->value, prefix);
	vec_push(&m->bindings, b);
}

static bool
is_binding(struct span name)
{
	return span_starts(name, "xmlns") && (name.n == 5 || name.p[5] == ':');
}

static int
ns_of(struct mender *m, struct span prefix, const char *at)
{
	int id;

	for (size_t i = m->bindings.n; i-- > 0;)
		if (span_eq(m->bindings.p[i].prefix, prefix))
			return m->bindings.p[i].id;
	id = xml_ns_of_prefix(m->opt, prefix);
	if (prefix.n > 0 && id != XML_NS_XML)
		flaw(m, at, "a namespace prefix is not declared");
	return id;
}

static void
add_attr(struct mender *m, const struct xml_raw_attr *raw)
{
	struct span local = raw->name, prefix = prefix_of(&local);
	struct xml_attr a = {.local = local, .value = raw->value};
	size_t offset = SIZE_MAX;

	a.ns = prefix.n ? ns_of(m, prefix, raw->name.p) : XML_NS_NONE;
	if (span_find(raw->value, '&') != SIZE_MAX) {
		offset = m->values.n;
		append_value(m, raw->value);
		a.value.n = m->values.n - offset;
	}
	vec_push(&m->attrs, a);
	vec_push(&m->decoded, offset);
}

static void
collect_attrs(struct mender *m)
{
	vec_clear(&m->attrs);
	vec_clear(&m->decoded);
	strbuf_clear(&m->values);
	m->values.max = m->opt->max_delivered_bytes;
	vec_each (const struct xml_raw_attr *, raw, &m->tag.attrs)
		if (is_binding(raw->name))
			bind(m, raw);
	vec_each (const struct xml_raw_attr *, raw, &m->tag.attrs)
		if (!is_binding(raw->name) && charge(m, raw->value.n))
			add_attr(m, raw);
	for (size_t i = 0; i < m->attrs.n; i++)
		if (m->decoded.p[i] != SIZE_MAX)
			m->attrs.p[i].value.p = m->values.p
				? m->values.p + m->decoded.p[i]
				: "";
}

static void
close_top(struct mender *m)
{
	struct open_element *top = &m->open[--m->depth];

	m->bindings.n = top->n_bindings;
	go_on(m, m->handler->end(m->arg));
}

static bool
name_in(struct span name, const char *const *list)
{
	for (; *list; list++)
		if (span_caseeq_str(name, *list))
			return true;
	return false;
}

/* HTML that stands unescaped in a broken feed: elements that have no end tag,
 * and those that end where the next one of their kind begins. */
static const char *const void_names[] = {"br", "hr", "img", "wbr", NULL};
static const char *const sibling_names[] = {
	"p", "li", "dt", "dd", "tr", "td", "th", NULL};

static void
close_sibling(struct mender *m, struct span name)
{
	if (m->depth == 0 || !span_eq(m->open[m->depth - 1].name, name) ||
		!name_in(name, sibling_names))
		return;
	flaw(m, name.p, "an element is not closed");
	close_top(m);
}

static void
open_tag(struct mender *m)
{
	struct span local = m->tag.name, prefix;
	struct open_element *top;
	struct xml_element el = {0};
	bool is_void = m->tag.empty;

	close_sibling(m, local);
	if (m->state != MEND_ON)
		return;
	if (m->depth == m->opt->max_depth) {
		end_here(m, local.p, "elements are nested too deep");
		return;
	}
	top = &m->open[m->depth];
	*top = (struct open_element){local, m->bindings.n};
	collect_attrs(m);
	prefix = prefix_of(&local);
	el.ns = ns_of(m, prefix, m->tag.name.p);
	el.prefixed = prefix.n > 0;
	el.local = local;
	el.attrs = m->attrs.p;
	el.n_attrs = m->attrs.n;
	if (!charge(m, local.n))
		return;
	m->depth++;
	go_on(m, m->handler->start(m->arg, &el));
	if (m->state != MEND_ON)
		return;
	if (!is_void && name_in(local, void_names)) {
		flaw(m, local.p, "an element is not closed");
		is_void = true;
	}
	if (is_void)
		close_top(m);
}

static struct span
start_tag(struct mender *m, struct span s)
{
	size_t used;

	switch (xml_tag_scan(s, m->opt->max_start_tag_bytes, &m->tag, &used)) {
	case XML_TAG_LONG:
		end_here(m, s.p, "a start tag is too long");
		return SPAN_NULL;
	case XML_TAG_CUT:
		flaw(m, s.p, "the document breaks off in a tag");
		return SPAN_NULL;
	case XML_TAG_WHOLE:
		break;
	}
	if (m->tag.flaw)
		flaw(m, s.p, m->tag.flaw);
	open_tag(m);
	return span_sub(s, used, s.n);
}

/* -- other markup --------------------------------------------------------- */

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
		flaw(m, s.p, "the document breaks off in a tag");
		return SPAN_NULL;
	}
	if (s.p[n] == '>')
		n++;
	depth = find_open(m, name);
	if (depth == 0 || depth != m->depth ||
		!span_eq(m->open[depth - 1].name, name))
		flaw(m, s.p, "an end tag does not match");
	while (depth > 0 && m->depth >= depth && m->state == MEND_ON)
		close_top(m);
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
		deliver(m, span_sub(s, 0, end));
		return span_sub(s, end + 3, s.n);
	}
	m->no_cdata_end |= m->entity_depth == 0;
	flaw(m, s.p, "a CDATA section is not closed");
	end = unclosed_cdata(m, s);
	deliver(m, span_sub(s, 0, end));
	return span_sub(s, end, s.n);
}

static struct span
comment(struct mender *m, struct span s)
{
	size_t end = span_find_str(s, "-->");

	if (end == SIZE_MAX) {
		flaw(m, s.p, "a comment is not closed");
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
	flaw(m, s.p, "an instruction is not closed");
	end = span_find(s, '>');
	return end == SIZE_MAX ? SPAN_NULL : span_sub(s, end + 1, s.n);
}

/* "<!" of another kind: a second DOCTYPE, a bogus comment. */
static struct span
declaration(struct mender *m, struct span s)
{
	size_t end = span_find(s, '>');

	flaw(m, s.p, "a declaration in the content");
	return end == SIZE_MAX ? SPAN_NULL : span_sub(s, end + 1, s.n);
}

/* s starts with '<'. Returns what follows the markup. */
static struct span
markup(struct mender *m, struct span s)
{
	char next = s.n > 1 ? s.p[1] : '\0';

	if (s.n == 1 || (next == '/' && s.n == 2)) {
		flaw(m, s.p, "the document breaks off in a tag");
		return SPAN_NULL;
	}
	if (xml_is_name_start(next))
		return start_tag(m, s);
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
	flaw(m, s.p, "a '<' that begins no tag");
	deliver(m, span_sub(s, 0, 1));
	return span_sub(s, 1, s.n);
}

static void
content(struct mender *m, struct span s)
{
	while (s.n > 0 && m->state == MEND_ON) {
		size_t lt = span_find(s, '<');

		text(m, span_sub(s, 0, lt));
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
		flaw(&m, doc.p, "text before the first element");
	m.external = prolog.external;
	m.entities = xml_entities_parse(prolog.subset);
	content(&m, span_sub(doc, prolog.root, doc.n));
	if (m.state == MEND_ON && m.depth > 0)
		flaw(&m, doc.p + doc.n, "the document breaks off");
	while (m.depth > 0 && (m.state == MEND_ON || m.state == MEND_ENDED))
		close_top(&m);
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
