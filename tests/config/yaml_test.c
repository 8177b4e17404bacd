/* YAML text to tree: shapes, places, and every refusal with its message. */
#include "fixture.h"

#include "base/rng.h"
#include "config/yaml.h"
#include "model/limits.h"

struct parsed {
	struct arena *arena;
	struct diag *diag;
	struct yaml_node *root;
	int rc;
};

static struct parsed
parse(struct span text)
{
	struct parsed p = {.arena = arena_new(), .diag = diag_new()};

	p.rc = yaml_parse(text, "t.yaml", p.arena, p.diag, &p.root);
	return p;
}

static void
parsed_free(struct parsed *p)
{
	diag_free(&p->diag);
	arena_free(&p->arena);
}

/* A tree in one line: {key@line:col: text@line:col, ...}, [..], "quoted". */
static void
show(const struct yaml_node *n, struct strbuf *out)
{
	if (n->type == YAML_TEXT)
		strbuf_printf(out, n->quoted ? "\"%.*s\"" : "%.*s",
			SPAN_ARG(n->text));
	else
		strbuf_char(out, n->type == YAML_MAP ? '{' : '[');
	yaml_each(it, n)
	{
		show(it, out);
		if (it->value) {
			strbuf_str(out, ": ");
			show(it->value, out);
		}
		if (it->next)
			strbuf_str(out, ", ");
	}
	if (n->type != YAML_TEXT)
		strbuf_char(out, n->type == YAML_MAP ? '}' : ']');
	strbuf_printf(out, "@%u:%u", n->place.line, n->place.column);
}

static const struct {
	const char *text, *tree;
} shapes[] = {
	{"", "{}@1:1"},
	{"# nothing but a comment\n", "{}@1:1"},
	{"---\n", "{}@1:1"},
	{"a: b\n", "{a@1:1: b@1:4}@1:1"},
	{"\xef\xbb\xbf"
	 "a: b\n",
		"{a@1:1: b@1:4}@1:1"},
	{"a: b\r\nc: d\r\n", "{a@1:1: b@1:4, c@2:1: d@2:4}@1:1"},
	{"a: b", "{a@1:1: b@1:4}@1:1"},
	{"a:\nb: ''\n", "{a@1:1: @1:1, b@2:1: \"\"@2:4}@1:1"},
	{"on: ON\nno: 010\nx: ~\n",
		"{on@1:1: ON@1:5, no@2:1: 010@2:5, x@3:1: ~@3:4}@1:1"},
	{"l: [a, \"b\", 'c']\n",
		"{l@1:1: [a@1:5, \"b\"@1:8, \"c\"@1:13]@1:4}@1:1"},
	{"l:\n  - a: 1\n    b: {c: d}\n  -\n",
		"{l@1:1: [{a@2:5: 1@2:8, b@3:5: {c@3:9: d@3:12}@3:8}@2:5, "
		"@0:0]@2:3}@1:1"},
	{"\xc3\xa9: \xc3\xa9 \xe2\x82\xac\nx: [\xc3\xa9, y]\n",
		"{\xc3\xa9@1:1: \xc3\xa9 \xe2\x82\xac@1:4, x@2:1: "
		"[\xc3\xa9@2:5, y@2:8]@2:4}@1:1"},
	{"t: |\n  one\n  two\nf: >-\n  one\n  two\n",
		"{t@1:1: \"one\ntwo\n\"@2:1, f@4:1: \"one two\"@5:1}@1:1"},
	{"t: \"\\u00e9\\n\\x41\"\n", "{t@1:1: \"\xc3\xa9\nA\"@1:4}@1:1"},
};

static void
text_becomes_a_tree_with_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct parsed p = parse(span_of(shapes[i].text));
		struct strbuf out = STRBUF_INIT(KIB(4));

		assert_int_equal(p.rc, 0);
		show(p.root, &out);
		assert_string_equal(strbuf_cstr(&out), shapes[i].tree);
		strbuf_fini(&out);
		parsed_free(&p);
	}
}

static const struct {
	const char *text, *report;
} refusals[] = {
	{"a: 1\nb: \xff\xfe\nc: x\nd: \xc3\n",
		"t.yaml:2:4: error: bytes that are no UTF-8; save the file as "
		"UTF-8\n"
		"    2 | b: ??\n"
		"      |    ^\n"
		"t.yaml:4:4: error: bytes that are no UTF-8; save the file as "
		"UTF-8\n"
		"    4 | d: ?\n"
		"      |    ^\n"},
	{"a: \x01\n",
		"t.yaml:1:4: error: a control character\n"
		"    1 | a: ?\n"
		"      |    ^\n"},
	{"a: 1\rb: 2\n",
		"t.yaml:1:5: error: a carriage return without a line feed\n"
		"    1 | a: 1?b: 2\n"
		"      |     ^\n"},
	{"%YAML 1.1\n---\na: 1\n",
		"t.yaml:1:1: error: a line that starts with '%': YAML "
		"directives are not supported\n"
		"    1 | %YAML 1.1\n"
		"      | ^\n"},
	{"a: \"x\xe2\x80\xa8y\"\n",
		"t.yaml:1:6: error: an invisible line separator (U+0085, "
		"U+2028 or U+2029)\n"
		"    1 | a: \"x\xe2\x80\xa8"
		"y\"\n"
		"      |      ^\n"},
	{"a:\n\tb: c\n",
		"t.yaml:2:1: error: a tab in the indentation; indent with "
		"spaces\n"
		"    2 | \tb: c\n"
		"      | ^\n"},
	{"a: [1, 2\n",
		"t.yaml:1:4: error: '[' without its ']'\n"
		"    1 | a: [1, 2\n"
		"      |    ^\n"},
	{"a: 1\n b: 2\n",
		"t.yaml:1:4: error: the text that starts here goes on in the "
		"next line, which looks like a key; check the indentation\n"
		"    1 | a: 1\n"
		"      |    ^\n"},
	{"a: \"x\n",
		"t.yaml:1:5: error: a quoted text without its closing quote\n"
		"    1 | a: \"x\n"
		"      |     ^\n"},
	{"a: @b\n",
		"t.yaml:1:4: error: plain scalar cannot start with '@'\n"
		"    1 | a: @b\n"
		"      |    ^\n"},
	{"a: &x 1\n",
		"t.yaml:1:4: error: anchors and aliases are not supported; "
		"write the value out\n"
		"    1 | a: &x 1\n"
		"      |    ^\n"},
	{"a: *x\n",
		"t.yaml:1:4: error: anchors and aliases are not supported; "
		"write the value out\n"
		"    1 | a: *x\n"
		"      |    ^\n"},
	{"a: !!int 1\n",
		"t.yaml:1:4: error: tags (!...) are not supported; all values "
		"are text\n"
		"    1 | a: !!int 1\n"
		"      |    ^\n"},
	{"a: 1\n---\nb: 2\n",
		"t.yaml:2:1: error: a second document; a file holds one\n"
		"    2 | ---\n"
		"      | ^\n"},
	{"[a, b]: c\n",
		"t.yaml:1:1: error: a key must be a text\n"
		"    1 | [a, b]: c\n"
		"      | ^\n"},
	{"a: 1\nb: 2\na: 3\n",
		"t.yaml:3:1: error: duplicate key 'a'; the first is in line 1\n"
		"    3 | a: 3\n"
		"      | ^\n"},
	{"a: {b: 1, b: 2, c: 3, c: 4}\n",
		"t.yaml:1:11: error: duplicate key 'b'; the first is in line "
		"1\n"
		"    1 | a: {b: 1, b: 2, c: 3, c: 4}\n"
		"      |           ^\n"
		"t.yaml:1:23: error: duplicate key 'c'; the first is in line "
		"1\n"
		"    1 | a: {b: 1, b: 2, c: 3, c: 4}\n"
		"      |                       ^\n"},
	{"a: [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]\n",
		"t.yaml:1:19: error: too many lists and maps within each "
		"other\n"
		"    1 | a: [[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]\n"
		"      |                   ^\n"},
};

static void
what_is_not_supported_is_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		struct parsed p;
		struct strbuf out = STRBUF_INIT(KIB(4));

		fixture_write("t.yaml", refusals[i].text);
		p = parse(span_of(refusals[i].text));
		diag_format(p.diag, &out);
		assert_true(p.rc == 0 || !p.root);
		assert_true(diag_errors(p.diag) > 0);
		assert_string_equal(strbuf_cstr(&out), refusals[i].report);
		strbuf_fini(&out);
		parsed_free(&p);
	}
}

static void
repeat(struct strbuf *b, const char *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_str(b, what);
}

static void
expect_errors(struct strbuf *text, size_t errors)
{
	struct parsed p = parse(strbuf_as_span(text));

	assert_int_equal(diag_errors(p.diag), errors);
	parsed_free(&p);
	strbuf_fini(text);
}

static void
nesting_is_limited(void **state)
{
	struct strbuf text = STRBUF_INIT(KIB(4));

	(void)state;
	repeat(&text, "[", LIMIT_CONFIG_DEPTH);
	repeat(&text, "]", LIMIT_CONFIG_DEPTH);
	expect_errors(&text, 0);
	repeat(&text, "[", LIMIT_CONFIG_DEPTH + 1);
	repeat(&text, "]", LIMIT_CONFIG_DEPTH + 1);
	expect_errors(&text, 1);
	repeat(&text, "- ", LIMIT_CONFIG_DEPTH + 1);
	expect_errors(&text, 1);
}

static void
the_number_of_values_is_limited(void **state)
{
	struct strbuf text = STRBUF_INIT(LIMIT_CONFIG_BYTES);

	(void)state;
	/* The list itself is one of them. */
	strbuf_str(&text, "[a");
	repeat(&text, ",a", LIMIT_CONFIG_NODES - 2);
	strbuf_str(&text, "]");
	expect_errors(&text, 0);
	strbuf_str(&text, "[a");
	repeat(&text, ",a", LIMIT_CONFIG_NODES - 1);
	strbuf_str(&text, "]");
	expect_errors(&text, 1);
}

static void
the_size_of_a_file_is_limited(void **state)
{
	struct strbuf text = STRBUF_INIT(LIMIT_CONFIG_BYTES + 1);

	(void)state;
	strbuf_str(&text, "a: b\n");
	while (text.n < LIMIT_CONFIG_BYTES)
		strbuf_str(&text, "#..............................\n");
	strbuf_cut(&text, LIMIT_CONFIG_BYTES);
	expect_errors(&text, 0);
	while (text.n <= LIMIT_CONFIG_BYTES)
		strbuf_str(&text, "#..............................\n");
	expect_errors(&text, 1);
}

static void
many_keys_are_checked_for_duplicates(void **state)
{
	struct strbuf text = STRBUF_INIT(MIB(4)), out = STRBUF_INIT(KIB(4));
	struct parsed p;

	(void)state;
	for (unsigned i = 0; i < 50000; i++)
		strbuf_printf(&text, "k%u: v\n", i);
	strbuf_str(&text, "k49999: v\nk0: v\n");
	p = parse(strbuf_as_span(&text));
	diag_format(p.diag, &out);
	assert_string_equal(strbuf_cstr(&out),
		"t.yaml:50001:1: error: duplicate key 'k49999'; the first is "
		"in line 50000\n"
		"t.yaml:50002:1: error: duplicate key 'k0'; the first is in "
		"line 1\n");
	assert_int_equal(p.root->n, 50000);
	parsed_free(&p);
	strbuf_fini(&text);
	strbuf_fini(&out);
}

static const char sample[] =
	"# comment\n"
	"feeds:\n"
	"  - url: https://example.com/feed.xml\n"
	"    interval: auto   # why\n"
	"    headers: {X-Key: \"a b\", 'Accept': 'x ''y'' z'}\n"
	"  - \"https://x.example/\xc3\xbc\"\n"
	"include: [watchlists.d/*.yaml,\n"
	"   routes.d/*.yaml]\n"
	"? key\n: value\n"
	"text: |\n  one\n   two\n\n  three\n"
	"fold: >-\n  a\n  b\n"
	"quoted: \"one \\u00e9 \\x41 \\\n   two\n   three\"\n"
	"list:\n- a\n-\n  - b\n  - {c: d, e: [f, g], \"h\": i, j}\n";

static const char *const pieces[] = {"\t", "\n", "  ", "- ", "? ", ": ", "[",
	"]", "{", "}", "\"", "'", "|", "> ", "#", "&a", "*a", "!!", "%",
	"\xef\xbb\xbf", "---\n", "...\n", "\\x", "\r\n", "|+\n", "\xe2\x82\xac",
	",", "\\", "|2-\n", "@", "`", "\"\\", "\xc2\xa0", "\xff", ""};

static void
mutate(struct rng *r, struct strbuf *out)
{
	struct span s = span_of(sample);
	size_t at = 0;

	while (at < s.n) {
		size_t step = 1 + rng_below(r, 60);

		strbuf_span(out, span_sub(s, at, step));
		strbuf_str(out,
			pieces[rng_below(r, sizeof(pieces) / sizeof(*pieces))]);
		at += step + rng_below(r, 3);
	}
}

static void
broken_text_gives_a_tree_or_an_error(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct strbuf text = STRBUF_INIT(KIB(64));
		struct parsed p;
		struct rng r;

		rng_init(&r, seed);
		mutate(&r, &text);
		p = parse(strbuf_as_span(&text));
		if (p.rc == 0 ? !p.root : !diag_errors(p.diag))
			fail_msg("seed %llu", (unsigned long long)seed);
		parsed_free(&p);
		strbuf_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_a_tree_with_places),
		cmocka_unit_test(what_is_not_supported_is_refused_at_its_place),
		cmocka_unit_test(nesting_is_limited),
		cmocka_unit_test(the_number_of_values_is_limited),
		cmocka_unit_test(the_size_of_a_file_is_limited),
		cmocka_unit_test(many_keys_are_checked_for_duplicates),
		cmocka_unit_test(broken_text_gives_a_tree_or_an_error),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
