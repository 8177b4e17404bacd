#include "text/xml_names.h"

/* The root's prolog: comments, instructions, a DOCTYPE, and the junk that feeds
 * have there. */
struct prolog_scan {
	struct span doc;
	size_t at;
	struct xml_prolog *out;
};

static struct span
trim_uri(struct span uri)
{
	uri = span_trim(uri);
	while (uri.n > 0 &&
		(uri.p[uri.n - 1] == '/' || uri.p[uri.n - 1] == '#'))
		uri.n--;
	return uri;
}

int
xml_ns_of_prefix(const struct xml_options *opt, struct span prefix)
{
	if (prefix.n == 0)
		return XML_NS_NONE;
	if (span_eq_str(prefix, "xml"))
		return XML_NS_XML;
	for (size_t i = 0; i < opt->n_namespaces; i++) {
		const struct xml_ns *ns = &opt->namespaces[i];

		if (ns->prefix && span_caseeq_str(prefix, ns->prefix))
			return ns->id;
	}
	return XML_NS_UNKNOWN;
}

int
xml_ns_of_uri(
	const struct xml_options *opt, struct span uri, struct span prefix)
{
	int id;

	uri = trim_uri(uri);
	if (uri.n == 0)
		return XML_NS_NONE;
	for (size_t i = 0; i < opt->n_namespaces; i++) {
		struct span known = trim_uri(span_of(opt->namespaces[i].uri));

		if (span_caseeq(uri, known))
			return opt->namespaces[i].id;
	}
	if (span_caseeq_str(uri, "http://www.w3.org/XML/1998/namespace"))
		return XML_NS_XML;
	id = xml_ns_of_prefix(opt, prefix);
	return id == XML_NS_NONE ? XML_NS_UNKNOWN : id;
}

struct span
xml_attr(const struct xml_element *el, int ns, const char *local)
{
	for (size_t i = 0; i < el->n_attrs; i++)
		if (el->attrs[i].ns == ns &&
			span_caseeq_str(el->attrs[i].local, local))
			return el->attrs[i].value;
	return SPAN_NULL;
}

static struct span
rest(const struct prolog_scan *s)
{
	return span_sub(s->doc, s->at, s->doc.n);
}

/* Past the next `end`; to the document's end if there is none. */
static void
skip_past(struct prolog_scan *s, const char *end)
{
	size_t at = span_find_str(rest(s), end);

	s->at = at == SIZE_MAX ? s->doc.n : s->at + at + strlen(end);
}

/* Past a quoted string that starts here. */
static void
skip_quoted(struct prolog_scan *s)
{
	char quote = s->doc.p[s->at++];
	size_t at = span_find(rest(s), quote);

	s->at = at == SIZE_MAX ? s->doc.n : s->at + at + 1;
}

/* From behind '[' to behind ']'. */
static void
skip_subset(struct prolog_scan *s)
{
	size_t start = s->at;

	while (s->at < s->doc.n && s->doc.p[s->at] != ']') {
		char c = s->doc.p[s->at];

		if (c == '"' || c == '\'')
			skip_quoted(s);
		else if (span_starts(rest(s), "<!--"))
			skip_past(s, "-->");
		else if (span_starts(rest(s), "<?"))
			skip_past(s, "?>");
		else
			s->at++;
	}
	s->out->subset = span_sub(s->doc, start, s->at - start);
	if (s->at < s->doc.n)
		s->at++;
}

static void
skip_doctype(struct prolog_scan *s)
{
	s->at += strlen("<!DOCTYPE");
	while (s->at < s->doc.n && s->doc.p[s->at] != '>') {
		char c = s->doc.p[s->at];

		if (c == '<') /* never closed: what follows is content */
			return;
		if (c == '"' || c == '\'') {
			s->out->external = true;
			skip_quoted(s);
		} else if (c == '[') {
			s->at++;
			skip_subset(s);
		} else {
			s->at++;
		}
	}
	if (s->at < s->doc.n)
		s->at++;
}

static struct span
root_name(struct span at_root)
{
	size_t n = 1;

	while (n < at_root.n && xml_is_name(at_root.p[n]))
		n++;
	return span_sub(at_root, 1, n - 1);
}

static bool
is_element(struct span s)
{
	return s.n > 1 && s.p[0] == '<' && xml_is_name_start(s.p[1]);
}

/* One step behind white space; false at the root or the end. */
static bool
prolog_step(struct prolog_scan *s)
{
	struct span r = rest(s);
	size_t skip;

	if (is_element(r))
		return false;
	if (span_starts(r, "<!--")) {
		skip_past(s, "-->");
		return true;
	}
	if (span_starts(r, "<?")) {
		skip_past(s, "?>");
		return true;
	}
	if (span_caseeq_str(span_sub(r, 0, 9), "<!DOCTYPE")) {
		skip_doctype(s);
		return true;
	}
	s->out->junk = true;
	skip = span_find(span_sub(r, 1, r.n), '<');
	s->at = skip == SIZE_MAX ? s->doc.n : s->at + 1 + skip;
	return true;
}

void
xml_prolog(struct span doc, struct xml_prolog *out)
{
	struct prolog_scan s = {doc, 0, out};

	*out = (struct xml_prolog){0};
	for (;;) {
		while (s.at < doc.n && xml_is_space(doc.p[s.at]))
			s.at++;
		if (s.at > 0 && span_starts(rest(&s), "<?xml") &&
			s.at + 5 < doc.n && xml_is_space(doc.p[s.at + 5]))
			out->junk = true; /* a declaration must come first */
		if (s.at >= doc.n || !prolog_step(&s))
			break;
	}
	out->root = s.at;
	if (s.at < doc.n)
		out->name = root_name(rest(&s));
}
