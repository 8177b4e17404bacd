/* Start tags: attributes, namespaces, and what HTML leaves open. */
#include "text/xml_mender.h"
#include "text/xml_names.h"

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

	if (m->bindings.n == XML_BINDINGS_MAX) {
		mend_flaw(m, raw->name.p, "too many namespaces");
		return;
	}
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
		mend_flaw(m, at, "a namespace prefix is not declared");
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
		mend_append_value(m, raw->value);
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
		if (!is_binding(raw->name) && mend_charge(m, raw->value.n))
			add_attr(m, raw);
	for (size_t i = 0; i < m->attrs.n; i++)
		if (m->decoded.p[i] != SIZE_MAX)
			m->attrs.p[i].value.p = m->values.p
				? m->values.p + m->decoded.p[i]
				: "";
}

void
mend_close_top(struct mender *m)
{
	struct open_element *top = &m->open[--m->depth];

	m->bindings.n = top->n_bindings;
	mend_go_on(m, m->handler->end(m->arg));
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
	mend_flaw(m, name.p, "an element is not closed");
	mend_close_top(m);
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
		mend_end_here(m, local.p, "elements are nested too deep");
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
	if (!mend_charge(m, local.n))
		return;
	m->depth++;
	mend_go_on(m, m->handler->start(m->arg, &el));
	if (m->state != MEND_ON)
		return;
	if (!is_void && name_in(local, void_names)) {
		mend_flaw(m, local.p, "an element is not closed");
		is_void = true;
	}
	if (is_void)
		mend_close_top(m);
}

struct span
mend_start_tag(struct mender *m, struct span s)
{
	size_t used;

	switch (xml_tag_scan(s, m->opt->max_start_tag_bytes, &m->tag, &used)) {
	case XML_TAG_LONG:
		mend_end_here(m, s.p, "a start tag is too long");
		return SPAN_NULL;
	case XML_TAG_CUT:
		mend_flaw(m, s.p, "the document breaks off in a tag");
		return SPAN_NULL;
	case XML_TAG_WHOLE:
		break;
	}
	if (m->tag.flaw)
		mend_flaw(m, s.p, m->tag.flaw);
	open_tag(m);
	return span_sub(s, used, s.n);
}
