/*
 * The strict reader. libxml2 starts at the root element: declaration, DOCTYPE
 * and what stands around them are skipped here, so that neither its encoding
 * nor its DTD code is reached. Any error but one of namespaces stops it.
 *
 * libxml2 compares each attribute of a tag with each other one, and looks
 * prefixes up one by one. It reads a start tag only when its end is in the
 * buffer, and the buffer is looked at after every small chunk, so that long
 * tags never get that far; so does one with too many namespaces.
 */
#include "text/xml.h"

#include <libxml/parser.h>

#include "base/mem.h"
#include "base/vec.h"
#include "text/xml_names.h"

#define CHUNK_BYTES ((size_t)4 << 10)
#define LONG_TAG_BYTES CHUNK_BYTES
#define URI_MEMO 16

/* libxml2 keeps one copy of a URI per document: its address tells it. */
struct uri_memo {
	const xmlChar *uri, *prefix;
	int id;
};

struct reader {
	const struct xml_options *opt;
	const struct xml_handler *handler;
	void *arg;
	struct xml_flaws *flaws;
	struct err *err;
	xmlParserCtxt *ctxt;
	unsigned lines_before; /* in the prolog */
	size_t depth;
	unsigned bindings[XML_DEPTH_MAX]; /* that each open element made */
	unsigned n_bindings; /* in all */
	struct uri_memo memo[URI_MEMO];
	unsigned memo_next;
	VEC(struct xml_attr) attrs;
	VEC(char) values; /* attributes with references, decoded */
	bool failed;
	bool stopped; /* by the handler */
};

static struct span
span_of_xml(const xmlChar *s)
{
	return span_of((const char *)s);
}

static unsigned
line_of(const struct reader *r)
{
	int line = xmlSAX2GetLineNumber(r->ctxt);

	return r->lines_before + (line > 0 ? (unsigned)line : 1);
}

/* ERR_INPUT: broken. ERR_PERM: perhaps not, but not for this reader. */
static void
fail(struct reader *r, enum err_kind kind, const char *what)
{
	if (!r->failed)
		err_set(r->err, kind, "line %u: %s", line_of(r), what);
	r->failed = true;
	xmlStopParser(r->ctxt);
}

static void
flaw(struct reader *r, const char *what)
{
	if (r->flaws->n++ > 0)
		return;
	r->flaws->line = line_of(r);
	r->flaws->first = what;
}

static void
go_on(struct reader *r, bool wanted)
{
	if (wanted)
		return;
	r->stopped = true;
	xmlStopParser(r->ctxt);
}

static int
ns_lookup(struct reader *r, const xmlChar *uri, const xmlChar *prefix)
{
	int id = uri
		? xml_ns_of_uri(r->opt, span_of_xml(uri), span_of_xml(prefix))
		: xml_ns_of_prefix(r->opt, span_of_xml(prefix));

	r->memo[r->memo_next++ % URI_MEMO] = (struct uri_memo){uri, prefix, id};
	return id;
}

static int
ns_of(struct reader *r, const xmlChar *uri, const xmlChar *prefix)
{
	unsigned n = r->memo_next < URI_MEMO ? r->memo_next : URI_MEMO;

	if (!uri && !prefix)
		return XML_NS_NONE;
	for (unsigned i = 0; i < n; i++)
		if (r->memo[i].uri == uri && r->memo[i].prefix == prefix)
			return r->memo[i].id;
	return ns_lookup(r, uri, prefix);
}

/* libxml2 leaves one reference in attribute values: & itself, as "&#38;". */
static void
decode_value(struct reader *r, struct span raw, struct span *out)
{
	size_t start = r->values.n, at;

	while ((at = span_find_str(raw, "&#38;")) != SIZE_MAX) {
		memcpy(r->values.p + r->values.n, raw.p, at + 1);
		r->values.n += at + 1;
		raw = span_sub(raw, at + strlen("&#38;"), raw.n);
	}
	memcpy(r->values.p + r->values.n, raw.p, raw.n);
	r->values.n += raw.n;
	*out = span_make(r->values.p + start, r->values.n - start);
}

/* Quintuples: local name, prefix, URI, begin and end of the value. */
static void
collect_attrs(struct reader *r, int n, const xmlChar **a)
{
	size_t total = 0;

	vec_clear(&r->attrs);
	vec_clear(&r->values);
	for (int i = 0; i < n; i++)
		total += (size_t)(a[5 * i + 4] - a[5 * i + 3]);
	vec_reserve(&r->values, total);
	for (int i = 0; i < n; i++, a += 5) {
		struct xml_attr *attr = vec_add(&r->attrs);
		struct span raw =
			span_make((const char *)a[3], (size_t)(a[4] - a[3]));

		attr->local = span_of_xml(a[0]);
		attr->ns = ns_of(r, a[2], a[1]);
		if (span_find(raw, '&') == SIZE_MAX)
			attr->value = raw;
		else
			decode_value(r, raw, &attr->value);
	}
}

static void
on_start(void *arg, const xmlChar *local, const xmlChar *prefix,
	const xmlChar *uri, int n_ns, const xmlChar **ns, int n_attrs,
	int n_default, const xmlChar **attrs)
{
	struct reader *r = arg;
	struct xml_element el = {
		.ns = ns_of(r, uri, prefix),
		.prefixed = prefix != NULL,
		.local = span_of_xml(local),
	};

	(void)ns, (void)n_default;
	if (r->failed || r->stopped)
		return;
	if (r->depth == r->opt->max_depth) {
		fail(r, ERR_PERM, "elements are nested too deep");
		return;
	}
	r->n_bindings += (unsigned)n_ns;
	if (r->n_bindings > XML_BINDINGS_MAX) {
		fail(r, ERR_PERM, "too many namespaces");
		return;
	}
	r->bindings[r->depth++] = (unsigned)n_ns;
	collect_attrs(r, n_attrs, attrs);
	el.attrs = r->attrs.p;
	el.n_attrs = r->attrs.n;
	go_on(r, r->handler->start(r->arg, &el));
}

static void
on_end(void *arg, const xmlChar *local, const xmlChar *prefix,
	const xmlChar *uri)
{
	struct reader *r = arg;

	(void)local, (void)prefix, (void)uri;
	if (r->failed || r->stopped)
		return;
	r->n_bindings -= r->bindings[--r->depth];
	go_on(r, r->handler->end(r->arg));
}

static void
on_text(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;
	struct span s = span_make((const char *)text, (size_t)n);

	if (r->failed || r->stopped)
		return;
	go_on(r, r->handler->text(r->arg, s));
}

/* The prototype of libxml2 2.9 has no const here. */
static void
on_error(void *arg, xmlErrorPtr e)
{
	struct reader *r = arg;
	struct span span;
	char *text;

	if (e->level == XML_ERR_WARNING)
		return;
	if (e->domain == XML_FROM_NAMESPACE) {
		flaw(r, "a namespace prefix is not declared");
		return;
	}
	if (r->stopped)
		return;
	span = span_trim(span_of(e->message ? e->message : "not well-formed"));
	text = span_dup(span);
	fail(r, ERR_INPUT, text);
	mem_free(&text);
}

static bool
is_tag_too_long(const struct reader *r)
{
	const xmlParserInput *in = r->ctxt->input;

	return in && r->ctxt->instate == XML_PARSER_START_TAG &&
		(size_t)(in->end - in->cur) > LONG_TAG_BYTES;
}

static void
push(struct reader *r, struct span doc)
{
	while (doc.n > 0 && !r->failed && !r->stopped) {
		struct span chunk = span_sub(doc, 0, CHUNK_BYTES);

		doc = span_sub(doc, chunk.n, doc.n);
		xmlParseChunk(r->ctxt, chunk.p, (int)chunk.n, doc.n == 0);
		if (is_tag_too_long(r))
			fail(r, ERR_PERM, "a start tag is too long");
	}
}

static int
run(struct reader *r, struct span doc)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.serror = on_error,
	};

	r->ctxt = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
	if (!r->ctxt)
		return err_set(r->err, ERR_TEMP, "no XML parser");
	xmlCtxtUseOptions(r->ctxt, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	push(r, doc);
	if (!r->failed && !r->stopped && !r->ctxt->wellFormed)
		fail(r, ERR_INPUT, "not well-formed");
	if (r->ctxt->myDoc)
		xmlFreeDoc(r->ctxt->myDoc);
	xmlFreeParserCtxt(r->ctxt);
	vec_fini(&r->attrs);
	vec_fini(&r->values);
	return r->failed ? -1 : 0;
}

static unsigned
count_lines(struct span s)
{
	unsigned n = 0;
	size_t at;

	while ((at = span_find(s, '\n')) != SIZE_MAX) {
		n++;
		s = span_sub(s, at + 1, s.n);
	}
	return n;
}

int
xml_read(struct span doc, const struct xml_options *opt,
	const struct xml_handler *handler, void *arg, struct xml_flaws *flaws,
	struct err *err)
{
	struct reader r = {
		.opt = opt,
		.handler = handler,
		.arg = arg,
		.flaws = flaws,
		.err = err,
	};
	struct xml_prolog prolog;

	*flaws = (struct xml_flaws){0};
	xml_prolog(doc, &prolog);
	if (prolog.name.n == 0)
		return err_set(err, ERR_INPUT, "there is no element");
	if (prolog.junk)
		return err_set(err, ERR_INPUT,
			"text before the declaration or the first element");
	if (prolog.subset.n > 0)
		return err_set(err, ERR_PERM, "an internal DTD subset");
	r.lines_before = count_lines(span_sub(doc, 0, prolog.root));
	return run(&r, span_sub(doc, prolog.root, doc.n));
}
