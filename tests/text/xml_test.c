#include "testing.h"

#include <time.h>

#include "base/strbuf.h"
#include "text/xml.h"

enum { NS_A = 2, NS_B = 3 };

static const struct xml_ns namespaces[] = {
	{"http://example.com/a/", "a", NS_A},
	{"http://example.com/b#", "b", NS_B},
};

static struct xml_options
options(void)
{
	return (struct xml_options){
		.namespaces = namespaces,
		.n_namespaces = N_ROWS(namespaces),
		.max_depth = 8,
		.max_start_tag_bytes = 65536,
		.max_delivered_bytes = 4096,
	};
}

/* Events as text: <ns:name attr=[value]> text </>; ns only if there is one. */
struct trace {
	struct strbuf out;
	unsigned open;
	unsigned stop_after; /* start events; 0: never */
	unsigned starts;
};

static void
put_name(struct trace *t, int ns, struct span local)
{
	if (ns == XML_NS_UNKNOWN)
		strbuf_str(&t->out, "?:");
	else if (ns != XML_NS_NONE)
		strbuf_printf(&t->out, "%d:", ns);
	strbuf_span(&t->out, local);
}

static bool
on_start(void *arg, const struct xml_element *el)
{
	struct trace *t = arg;

	t->open++;
	strbuf_char(&t->out, '<');
	put_name(t, el->ns, el->local);
	for (size_t i = 0; i < el->n_attrs; i++) {
		strbuf_char(&t->out, ' ');
		put_name(t, el->attrs[i].ns, el->attrs[i].local);
		strbuf_char(&t->out, '[');
		strbuf_span(&t->out, el->attrs[i].value);
		strbuf_char(&t->out, ']');
	}
	strbuf_char(&t->out, '>');
	return ++t->starts != t->stop_after;
}

static bool
on_text(void *arg, struct span s)
{
	struct trace *t = arg;

	strbuf_span(&t->out, s);
	return true;
}

static bool
on_end(void *arg)
{
	struct trace *t = arg;

	assert_true(t->open > 0);
	t->open--;
	strbuf_str(&t->out, "</>");
	return true;
}

static const struct xml_handler handler = {on_start, on_text, on_end};

static void
trace_init(struct trace *t)
{
	*t = (struct trace){.out = STRBUF_INIT((size_t)1 << 20)};
}

static void
strict_gives(const char *doc, const char *events)
{
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;

	trace_init(&t);
	if (xml_read(span_of(doc), &opt, &handler, &t, &flaws, &err) != 0)
		fail_msg("%s: %s", doc, err.msg);
	assert_string_equal(strbuf_cstr(&t.out), events);
	assert_int_equal(t.open, 0);
	strbuf_fini(&t.out);
}

static void
strict_refuses(const char *doc, enum err_kind kind, const char *message)
{
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;

	trace_init(&t);
	assert_int_equal(
		xml_read(span_of(doc), &opt, &handler, &t, &flaws, &err), -1);
	assert_int_equal(err.kind, kind);
	if (span_find_str(span_of(err.msg), message) == SIZE_MAX)
		fail_msg("\"%s\" does not say \"%s\"", err.msg, message);
	strbuf_fini(&t.out);
}

/* flaw: of the first flaw's text; NULL if there must be none. */
static void
mend_gives(const char *doc, const char *events, const char *flaw)
{
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;

	trace_init(&t);
	if (xml_mend(span_of(doc), &opt, &handler, &t, &flaws, &err) != 0)
		fail_msg("%s: %s", doc, err.msg);
	assert_string_equal(strbuf_cstr(&t.out), events);
	assert_int_equal(t.open, 0);
	if (flaw && !flaws.first)
		fail_msg("%s: no flaw, but expected: %s", doc, flaw);
	if (flaw && span_find_str(span_of(flaws.first), flaw) == SIZE_MAX)
		fail_msg("%s: is \"%s\", not \"%s\"", doc, flaws.first, flaw);
	if (!flaw && flaws.n > 0)
		fail_msg("%s: %s", doc, flaws.first);
	strbuf_fini(&t.out);
}

/* Well-formed documents, which both readers must see alike. */
static const struct {
	const char *doc, *events;
} sound[] = {
	{"<r/>", "<r></>"},
	{"<?xml version='1.0' encoding='bogus'?>\n<r>x</r>", "<r>x</>"},
	{"<?xml version='1.1'?><r>x</r>", "<r>x</>"},
	{"<!-- c --><?pi x?><!DOCTYPE r><r>x</r><!-- e -->", "<r>x</>"},
	{"<r>a &amp; b &lt; c &gt; d &quot; e &apos; f</r>",
		"<r>a & b < c > d \" e ' f</>"},
	{"<r>&#65;&#x42;&#x20AC;</r>", "<r>AB\xe2\x82\xac</>"},
	{"<r><![CDATA[<b>&amp;]]]></r>", "<r><b>&amp;]</>"},
	{"<r>1<![CDATA[2]]>3<!-- no -->4<?no?>5</r>", "<r>12345</>"},
	{"<r a=\"1\" b='2'/>", "<r a[1] b[2]></>"},
	{"<r a=\"x &amp; y &lt; z &#65; &#38;#65;\"/>",
		"<r a[x & y < z A &#65;]></>"},
	{"<r a=\"'\" b='\"' c='>'/>", "<r a['] b[\"] c[>]></>"},
	{"<r xmlns='http://example.com/a/'><x/></r>", "<2:r><2:x></></>"},
	{"<r xmlns='HTTP://example.com/A'/>", "<2:r></>"},
	{"<r xmlns:q='http://example.com/b'><q:x q:y='1' z='2'/></r>",
		"<r><3:x 3:y[1] z[2]></></>"},
	{"<r xmlns:a='http://elsewhere.example/'><a:x/></r>", "<r><2:x></></>"},
	{"<r xmlns='http://elsewhere.example/'/>", "<?:r></>"},
	{"<r xmlns='http://example.com/a'><x xmlns=''/></r>", "<2:r><x></></>"},
	{"<r xml:base='u' xml:lang='de'/>", "<r 1:base[u] 1:lang[de]></>"},
	{"<r><a><b/></a>t</r>", "<r><a><b></></>t</>"},
	{"<\xc3\xa9t\xc3\xa9>\xe5\xa4\x8f</\xc3\xa9t\xc3\xa9>",
		"<\xc3\xa9t\xc3\xa9>\xe5\xa4\x8f</>"},
};

static void
well_formed_documents_are_read_alike_by_both_readers(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(sound); i++) {
		strict_gives(sound[i].doc, sound[i].events);
		mend_gives(sound[i].doc, sound[i].events, NULL);
	}
}

static void
the_strict_reader_refuses_what_is_not_well_formed(void **state)
{
	static const struct {
		const char *doc, *message;
	} rows[] = {
		{"", "no element"},
		{"just text", "no element"},
		{" \n<?xml version='1.0'?><r/>", "before"},
		{"junk<r/>", "before"},
		{"<r>\n<a>\n</r>", "line 3"},
		{"<r>a & b</r>", "line 1"},
		{"<r>&nbsp;</r>", "nbsp"},
		{"<r a=1/>", "line 1"},
		{"<r>x", "line 1"},
		{"<r/><r/>", "line 1"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		strict_refuses(rows[i].doc, ERR_INPUT, rows[i].message);
}

static void
the_strict_reader_leaves_what_costs_too_much_to_the_other(void **state)
{
	struct strbuf doc = STRBUF_INIT((size_t)1 << 20);

	(void)state;
	strict_refuses(
		"<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>", ERR_PERM, "subset");
	strict_refuses("<r><r><r><r><r><r><r><r><r/></r></r></r></r></r></r>"
		       "</r></r>",
		ERR_PERM, "deep");
	strbuf_str(&doc, "<r a='");
	for (int i = 0; i < 10000; i++)
		strbuf_char(&doc, 'x');
	strbuf_str(&doc, "'/>");
	strict_refuses(strbuf_cstr(&doc), ERR_PERM, "long");
	strbuf_clear(&doc);
	for (int i = 0; i < 7; i++) {
		strbuf_str(&doc, "<r");
		for (int j = 0; j < 40; j++)
			strbuf_printf(&doc, " xmlns:n%d='u'", j);
		strbuf_str(&doc, ">");
	}
	strbuf_str(&doc, "</r></r></r></r></r></r></r>");
	strict_refuses(strbuf_cstr(&doc), ERR_PERM, "namespaces");
	strbuf_fini(&doc);
}

static void
an_undeclared_prefix_is_only_a_flaw(void **state)
{
	(void)state;
	strict_gives("<r><a:x a:y='1'/></r>", "<r><2:x 2:y[1]></></>");
	strict_gives("<r><q:x/></r>", "<r><?:x></></>");
	mend_gives("<r><a:x/></r>", "<r><2:x></></>", "prefix");
	mend_gives("<r><q:x/></r>", "<r><?:x></></>", "prefix");
}

static void
broken_documents_are_read_as_far_as_they_go(void **state)
{
	static const struct {
		const char *doc, *events, *flaw;
	} rows[] = {
		/* before the root */
		{"\n <?xml version='1.0'?><r>x</r>", "<r>x</>", "before"},
		{"Warning: no\n<r>x</r>", "<r>x</>", "before"},
		{"<!DOCTYPE r <r>x</r>", "<r>x</>", NULL},
		{"<!-- <r>no</r>", "", NULL},
		/* references */
		{"<r>a & b</r>", "<r>a & b</>", "'&'"},
		{"<r>?a=1&b=2&copy=3</r>", "<r>?a=1&b=2&copy=3</>", "'&'"},
		{"<r>caf&eacute; &nbsp;</r>", "<r>caf\xc3\xa9 \xc2\xa0</>",
			"entity"},
		{"<r>&bogus;</r>", "<r>&bogus;</>", "'&'"},
		{"<r a='1&b=2'/>", "<r a[1&b=2]></>", "'&'"},
		{"<r>&#147;x&#148;</r>", "<r>\xe2\x80\x9cx\xe2\x80\x9d</>",
			NULL},
		{"<r>&</r>", "<r>&</>", "'&'"},
		/* stray signs */
		{"<r>1 < 2</r>", "<r>1 < 2</>", "'<'"},
		{"<r>a <3 b</r>", "<r>a <3 b</>", "'<'"},
		{"<r>x]]>y</r>", "<r>x]]>y</>", NULL},
		/* attributes */
		{"<r a=1 b/>", "<r a[1] b[]></>", "quoted"},
		{"<r a=1/>", "<r a[1]></>", "quoted"},
		{"<r a = '1'b='2'/>", "<r a[1] b[2]></>", NULL},
		{"<r><x a=\"1>t</x><y b=\"2\"/></r>",
			"<r><x a[1]>t</><y b[2]></></>", "quote"},
		{"<r a='x<y'/>", "<r a[x<y]></>", "'<'"},
		{"<r><x a='1'<y/></r>", "<r><x a[1]><y></></></>", "closed"},
		/* tags that cross or are never closed */
		{"<r><a><b>x</a></b>y</r>", "<r><a><b>x</></>y</>", "match"},
		{"<r><a>x</r>", "<r><a>x</></>", "match"},
		{"<r>x</q>y</r>", "<r>xy</>", "match"},
		{"<r>x</R>", "<r>x</>", "match"},
		{"<r><title>x</titel>y</r>", "<r><title>x</>y</>", "match"},
		{"<r>a<br>b<p>c<p>d</r>", "<r>a<br></>b<p>c</><p>d</></>",
			"closed"},
		/* breaking off */
		{"<r><a>x", "<r><a>x</></>", "breaks off"},
		{"<r><a>x</", "<r><a>x</></>", "breaks off"},
		{"<r><a>x<b c='d", "<r><a>x</></>", "breaks off"},
		{"<r><a><![CDATA[x <b>", "<r><a>x <b></></>", "CDATA"},
		{"<r><a><![CDATA[x</a><b>y</b></r>", "<r><a>x</><b>y</></>",
			"CDATA"},
		{"<r>x<!-- y</r>", "<r>x</>", "comment"},
		{"<r>x<?y</r>", "<r>x</>", "instruction"},
		/* after the root */
		{"<r>x</r>junk", "<r>x</>", "outside"},
		{"<r>x</r>\n ", "<r>x</>", NULL},
		{"<r>x</r><s>y</s>", "<r>x</><s>y</>", NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		mend_gives(rows[i].doc, rows[i].events, rows[i].flaw);
}

static void
internal_entities_are_honoured_and_external_ones_are_empty(void **state)
{
	static const struct {
		const char *doc, *events;
	} rows[] = {
		{"<!DOCTYPE r [<!ENTITY e 'x &amp; y'>]><r>&e;|&e;</r>",
			"<r>x & y|x & y</>"},
		{"<!DOCTYPE r [<!ENTITY e \"1\"><!ENTITY e '2'>]><r>&e;</r>",
			"<r>1</>"},
		{"<!DOCTYPE r [<!ENTITY a '(&b;)'><!ENTITY b 'x'>]>"
		 "<r t='&a;'>&a;</r>",
			"<r t[(x)]>(x)</>"},
		{"<!DOCTYPE r [<!ENTITY m '<b>x</b>'>]><r>&m;</r>",
			"<r><b>x</></>"},
		{"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
		 "<r>(&x;)</r>",
			"<r>()</>"},
		{"<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://x.example/'>%p;]>"
		 "<r>y</r>",
			"<r>y</>"},
		{"<!DOCTYPE r [<!-- <!ENTITY e 'no'> --><!ENTITY e 'yes'>]>"
		 "<r>&e;</r>",
			"<r>yes</>"},
		{"<!DOCTYPE r [<!ENTITY e '&#60;b>'>]><r>&e;x</r>",
			"<r><b>x</></>"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows) - 1; i++)
		mend_gives(rows[i].doc, rows[i].events, NULL);
	mend_gives(rows[N_ROWS(rows) - 1].doc, rows[N_ROWS(rows) - 1].events,
		"match");
}

static void
an_external_subset_may_declare_what_html_knows(void **state)
{
	(void)state;
	mend_gives("<!DOCTYPE r PUBLIC 'x' 'http://x.example/r.dtd'>"
		   "<r>&eacute;</r>",
		"<r>\xc3\xa9</>", NULL);
}

static void
an_entity_that_refers_to_itself_is_cut(void **state)
{
	(void)state;
	mend_gives("<!DOCTYPE r [<!ENTITY a '1&b;'><!ENTITY b '2&a;'>]>"
		   "<r>&a;</r>",
		"<r>12</>", "itself");
	mend_gives("<!DOCTYPE r [<!ENTITY a '1&a;'>]><r t='&a;'/>",
		"<r t[1]></>", "itself");
}

/* levels entities, each ten of the one before; the innermost is `core`. */
static void
put_laughs(struct strbuf *doc, unsigned levels, const char *core)
{
	strbuf_printf(doc, "<!DOCTYPE r [<!ENTITY e0 \"%s\">", core);
	for (unsigned i = 1; i <= levels; i++) {
		strbuf_printf(doc, "<!ENTITY e%u \"", i);
		for (int j = 0; j < 10; j++)
			strbuf_printf(doc, "&e%u;", i - 1);
		strbuf_str(doc, "\">");
	}
	strbuf_str(doc, "]>");
}

static void
refuses_bomb(struct strbuf *doc)
{
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;
	clock_t start = clock();

	trace_init(&t);
	assert_int_equal(
		xml_mend(strbuf_as_span(doc), &opt, &handler, &t, &flaws, &err),
		-1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_true(t.out.n <= opt.max_delivered_bytes + doc->n);
	assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
	strbuf_fini(&t.out);
	strbuf_fini(doc);
}

static void
entities_that_multiply_are_refused(void **state)
{
	struct strbuf doc = STRBUF_INIT((size_t)1 << 20);

	(void)state;
	put_laughs(&doc, 9, "lol");
	strbuf_str(&doc, "<r>&e9;</r>");
	refuses_bomb(&doc);
	put_laughs(&doc, 9, "lol");
	strbuf_str(&doc, "<r a='&e9;'/>");
	refuses_bomb(&doc);
	put_laughs(&doc, 9, ""); /* nothing, a billion times */
	strbuf_str(&doc, "<r>&e9;</r>");
	refuses_bomb(&doc);
	strbuf_str(&doc, "<!DOCTYPE r [<!ENTITY e \"");
	for (int i = 0; i < 500; i++)
		strbuf_str(&doc, "xxxxxxxxxx");
	strbuf_str(&doc, "\">]><r>");
	for (int i = 0; i < 500; i++)
		strbuf_str(&doc, "&e;");
	refuses_bomb(&doc);
}

static void
nesting_beyond_the_depth_ends_the_reading(void **state)
{
	(void)state;
	mend_gives("<r><r><r><r><r><r><r><r>x<r>y</r>",
		"<r><r><r><r><r><r><r><r>x</></></></></></></></>", "deep");
}

/* A tag of n bytes between its brackets, in a root. */
static void
put_long_tag(struct strbuf *doc, size_t n)
{
	strbuf_str(doc, "<r><x ");
	for (size_t i = 2; i + 6 <= n; i += 6)
		strbuf_printf(doc, "a%04zu ", i % 10000);
	strbuf_str(doc, "/>t</r>");
}

static void
a_giant_start_tag_ends_the_reading(void **state)
{
	struct strbuf doc = STRBUF_INIT((size_t)8 << 20);
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;
	clock_t start = clock();

	(void)state;
	trace_init(&t);
	put_long_tag(&doc, (size_t)4 << 20);
	assert_int_equal(xml_mend(strbuf_as_span(&doc), &opt, &handler, &t,
				 &flaws, &err),
		0);
	assert_string_equal(strbuf_cstr(&t.out), "<r></>");
	assert_string_equal(flaws.first, "a start tag is too long");
	assert_true(clock() - start < 1 * CLOCKS_PER_SEC);
	strbuf_fini(&t.out);
	strbuf_fini(&doc);
}

/* libxml2 compares every attribute with every other one. */
static void
a_giant_start_tag_never_reaches_the_strict_reader(void **state)
{
	struct strbuf doc = STRBUF_INIT((size_t)16 << 20);
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;
	clock_t start = clock();

	(void)state;
	trace_init(&t);
	strbuf_str(&doc, "<r><x ");
	for (int i = 0; i < 600000; i++)
		strbuf_printf(&doc, "a%d='>' ", i);
	strbuf_str(&doc, "/></r>");
	assert_int_equal(xml_read(strbuf_as_span(&doc), &opt, &handler, &t,
				 &flaws, &err),
		-1);
	assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
	strbuf_fini(&t.out);
	strbuf_fini(&doc);
}

static void
chunks_cut_no_text(void **state)
{
	struct strbuf doc = STRBUF_INIT((size_t)4 << 20);
	struct strbuf events = STRBUF_INIT((size_t)4 << 20);
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;

	(void)state;
	trace_init(&t);
	t.out.max = (size_t)4 << 20;
	strbuf_str(&doc, "<r>");
	strbuf_str(&events, "<r>");
	for (int i = 0; i < 20000; i++) {
		strbuf_printf(&doc,
			"<i a='%d&amp;'><![CDATA[%d]]>&amp;%d\xe2\x82\xac</i>",
			i, i, i);
		strbuf_printf(
			&events, "<i a[%d&]>%d&%d\xe2\x82\xac</>", i, i, i);
	}
	strbuf_str(&doc, "</r>");
	strbuf_str(&events, "</>");
	assert_int_equal(xml_read(strbuf_as_span(&doc), &opt, &handler, &t,
				 &flaws, &err),
		0);
	assert_string_equal(strbuf_cstr(&t.out), strbuf_cstr(&events));
	strbuf_fini(&t.out);
	strbuf_fini(&doc);
	strbuf_fini(&events);
}

static void
a_handler_can_end_the_reading(void **state)
{
	static const struct {
		int (*read)(struct span doc, const struct xml_options *opt,
			const struct xml_handler *h, void *arg,
			struct xml_flaws *flaws, struct err *err);
	} readers[] = {{xml_read}, {xml_mend}};
	struct xml_options opt = options();

	(void)state;
	for (size_t i = 0; i < N_ROWS(readers); i++) {
		struct xml_flaws flaws;
		struct err err = {0};
		struct trace t;

		trace_init(&t);
		t.stop_after = 2;
		assert_int_equal(readers[i].read(SPAN_LIT("<r><a>x</a></r>"),
					 &opt, &handler, &t, &flaws, &err),
			0);
		assert_string_equal(strbuf_cstr(&t.out), "<r><a>");
		strbuf_fini(&t.out);
	}
}

static void
the_line_of_the_first_flaw_is_told(void **state)
{
	struct xml_options opt = options();
	struct xml_flaws flaws;
	struct err err = {0};
	struct trace t;

	(void)state;
	trace_init(&t);
	assert_int_equal(xml_mend(SPAN_LIT("<r>\n\n a & b & c\n</q></r>"), &opt,
				 &handler, &t, &flaws, &err),
		0);
	assert_int_equal(flaws.line, 3);
	assert_int_equal(flaws.n, 3);
	strbuf_fini(&t.out);
}

/* Whatever the bytes, the readers end, and every start has its end. */
static void
random_markup_never_unbalances_events(void **state)
{
	static const char *const words[] = {"<", ">", "</", "/>", "a", "b:c",
		" x='", "'", "\"", "=", "&", ";", "amp", "#x41", "<![CDATA[",
		"]]>", "<!--", "-->", "<?", "?>", "<!DOCTYPE a [", "]",
		"<!ENTITY e '", " ", "\n", "<r>", "</r>", "&e;"};
	struct xml_options opt = options();
	struct rng rng = test_rng();

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct strbuf doc = STRBUF_INIT(4096);
		struct xml_flaws flaws;
		struct err err = {0};
		struct trace t;
		uint64_t n = rng_below(&rng, 40);

		for (uint64_t i = 0; i < n; i++)
			strbuf_str(&doc, words[rng_below(&rng, N_ROWS(words))]);
		trace_init(&t);
		if (xml_mend(strbuf_as_span(&doc), &opt, &handler, &t, &flaws,
			    &err) == 0)
			assert_int_equal(t.open, 0);
		t.open = 0;
		if (xml_read(strbuf_as_span(&doc), &opt, &handler, &t, &flaws,
			    &err) == 0)
			assert_int_equal(t.open, 0);
		strbuf_fini(&t.out);
		strbuf_fini(&doc);
	}
}

static void
the_prolog_tells_root_junk_and_subset(void **state)
{
	static const struct {
		const char *doc, *name, *subset;
		bool junk, external;
	} rows[] = {
		{"<r/>", "r", "", false, false},
		{"<?xml version='1.0'?>\n<a:b c='d'/>", "a:b", "", false,
			false},
		{"<!DOCTYPE r SYSTEM \"x>y\"><r/>", "r", "", false, true},
		{"<!DOCTYPE r [<!ENTITY e ']>'>]><r/>", "r", "<!ENTITY e ']>'>",
			false, false},
		{"<!doctype html><html>", "html", "", false, false},
		{"  <?xml?><r/>", "r", "", false, false},
		{"  <?xml ?><r/>", "r", "", true, false},
		{"x <r/>", "r", "", true, false},
		{"<1><r/>", "r", "", true, false},
		{"nothing", "", "", true, false},
		{"", "", "", false, false},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct xml_prolog p;

		xml_prolog(span_of(rows[i].doc), &p);
		assert_span_equal(p.name, rows[i].name);
		assert_span_equal(p.subset, rows[i].subset);
		assert_int_equal(p.junk, rows[i].junk);
		assert_int_equal(p.external, rows[i].external);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			well_formed_documents_are_read_alike_by_both_readers),
		cmocka_unit_test(
			the_strict_reader_refuses_what_is_not_well_formed),
		cmocka_unit_test(
			the_strict_reader_leaves_what_costs_too_much_to_the_other),
		cmocka_unit_test(an_undeclared_prefix_is_only_a_flaw),
		cmocka_unit_test(broken_documents_are_read_as_far_as_they_go),
		cmocka_unit_test(
			internal_entities_are_honoured_and_external_ones_are_empty),
		cmocka_unit_test(
			an_external_subset_may_declare_what_html_knows),
		cmocka_unit_test(an_entity_that_refers_to_itself_is_cut),
		cmocka_unit_test(entities_that_multiply_are_refused),
		cmocka_unit_test(nesting_beyond_the_depth_ends_the_reading),
		cmocka_unit_test(a_giant_start_tag_ends_the_reading),
		cmocka_unit_test(
			a_giant_start_tag_never_reaches_the_strict_reader),
		cmocka_unit_test(chunks_cut_no_text),
		cmocka_unit_test(a_handler_can_end_the_reading),
		cmocka_unit_test(the_line_of_the_first_flaw_is_told),
		cmocka_unit_test(random_markup_never_unbalances_events),
		cmocka_unit_test(the_prolog_tells_root_junk_and_subset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
