/* Templates: what they print, what they refuse, and that the result fits. */
#include "testing.h"

#include "deliver/sample.h"
#include "deliver/template.h"
#include "deliver/templates.h"
#include "model/limits.h"

static const struct template_part text_part[] = {
	{"text", MARKUP_TEXT, UNIT_CHARACTERS, 4000, false}, {.name = NULL}};
static const struct template_part mail_parts[] = {
	{"subject", MARKUP_TEXT, UNIT_CHARACTERS, 100, true},
	{"html", MARKUP_HTML, UNIT_BYTES, 1000, false}, {.name = NULL}};

/* The golden hit, and n of the sample with stories of their own. */
struct fixture {
	struct strbuf golden;
	struct span json[LIMIT_DELIVERY_HITS];
	struct strbuf samples[LIMIT_DELIVERY_HITS];
	struct message_hits hits;
	struct view *view;
};

static void
read_golden(struct fixture *f)
{
	char *path = mem_printf("%s/tests/data/hit-v1.json",
		getenv("NW_SRCDIR") ? getenv("NW_SRCDIR") : ".");
	FILE *file = fopen(path, "r");
	char line[8192];

	assert_non_null(file);
	f->golden = STRBUF_INIT(sizeof(line));
	assert_non_null(fgets(line, sizeof(line), file));
	strbuf_str(&f->golden, line);
	fclose(file);
	mem_free(&path);
}

static void
fixture_open(struct fixture *f, size_t n_samples)
{
	*f = (struct fixture){.hits = {.channel = span_of("desk"),
				      .route = span_of("first"),
				      .json = f->json,
				      .now = {1772366403000}}};
	read_golden(f);
	for (size_t i = 0; i < n_samples; i++) {
		size_t at;

		f->samples[i] = STRBUF_INIT(LIMIT_HIT_BYTES);
		sample_hit((struct wall){1772366403000 + (int64_t)i * 1000},
			&f->samples[i]);
		at = span_find_str(strbuf_as_span(&f->samples[i]),
			"000000000000000000000000000000aa");
		f->samples[i].p[at + 6] = "0123456789abcdef"[i / 16 % 16];
		f->samples[i].p[at + 7] = "0123456789abcdef"[i % 16];
		f->json[i] = strbuf_as_span(&f->samples[i]);
	}
	f->hits.n = n_samples;
	if (n_samples == 0) {
		f->json[0] = strbuf_as_span(&f->golden);
		f->hits.n = 1;
	}
	f->view = view_new(&f->hits);
}

static void
fixture_close(struct fixture *f)
{
	view_free(&f->view);
	for (size_t i = 0; i < LIMIT_DELIVERY_HITS; i++)
		strbuf_fini(&f->samples[i]);
	strbuf_fini(&f->golden);
}

/* What part i of a template makes of the fixture; caller frees. */
static char *
rendered(struct fixture *f, const char *text, const struct template_part *parts,
	size_t i)
{
	struct strbuf told = STRBUF_INIT(1 << 16), out = STRBUF_INIT(1 << 20);
	struct report report = {.put = report_to_strbuf, .arg = &told};
	struct template *t =
		template_parse(span_of(text), "t.tmpl", parts, &report);

	if (!t)
		fail_msg("%s", strbuf_cstr(&told));
	template_render(t, i, f->view, &out);
	template_free(&t);
	strbuf_fini(&told);
	return strbuf_take(&out);
}

static void
tags_print_what_the_hit_carries(void **state)
{
	static const struct {
		const char *template, *text;
	} rows[] = {
		{"{{#stories}}{{headline}}{{/stories}}",
			"Meta: product launch, planned"},
		{"{{first}} on {{channel}} by {{route}}, {{made}}",
			"Meta: product launch, planned on desk by first, "
			"2026-03-01 12:00 UTC"},
		{"{{#stories}}{{status}}: {{counts}}{{/stories}}",
			"reported: 3 articles, 2 publishers, 1 independent"},
		{"{{#stories}}{{#primary}}{{name}}, {{class}}, {{link}}"
		 "{{/primary}}{{/stories}}",
			"Axios, anonymous, https://axios.com/x"},
		{"{{#stories}}{{quote}}{{/stories}}",
			"Meta plans a model, Axios reported."},
		{"{{#stories}}{{#entities}}{{name}}{{#tickers}} ({{text}})"
		 "{{/tickers}}{{#next}}, {{/next}}{{/entities}}{{/stories}}",
			"Meta (NASDAQ:META), Alexandr Wang"},
		{"{{#stories}}{{#events}}{{name}}{{#facts}} {{text}}{{/facts}}"
		 "{{#next}}; {{/next}}{{/events}}{{/stories}}",
			"product launch; capital $15 billion 12.5%"},
		{"{{#stories}}{{#update}}changed "
		 "{{#changed}}{{text}}{{#next}}, "
		 "{{/next}}{{/changed}}{{/update}}{{/stories}}",
			"changed status, primary"},
		{"{{#stories}}{{title|20}}{{/stories}}",
			"Meta to spend $15\xe2\x80\xa6"},
		{"{{#stories}}{{#entities}}{{name}} of {{title|4}} "
		 "{{/entities}}{{/stories}}",
			"Meta of Met\xe2\x80\xa6 Alexandr Wang of "
			"Met\xe2\x80\xa6"},
		{"{{^digest}}now{{/digest}}{{#digest}}then{{/digest}}"
		 "{{#more}}{{more}}{{/more}}",
			"now"},
		{"{{! nothing }}a{{ channel }}b", "adeskb"},
		{"one\n{{#stories}}\ntwo  \n{{/stories}}\n\n\n\nthree\n",
			"one\ntwo\n\nthree"},
		{"{ {channel} } }}", "{ {channel} } }}"},
		{"", ""},
	};
	struct fixture f;
	char *text;

	(void)state;
	fixture_open(&f, 0);
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		text = rendered(&f, rows[i].template, text_part, 0);
		assert_string_equal(text, rows[i].text);
		mem_free(&text);
	}
	fixture_close(&f);
}

static void
each_mistake_is_told_with_line_and_column(void **state)
{
	static const struct {
		const char *template, *mistake;
	} rows[] = {
		{"a\n b{{titel}}",
			"t.tmpl:2:3: error: a message has no field 'titel'\n"},
		{"{{#stories}}{{titel}}{{/stories}}",
			"t.tmpl:1:13: error: a story has no field 'titel'; did "
			"you mean 'title'?\n"},
		{"x\n{{#stories}}\n",
			"t.tmpl:2:1: error: the section 'stories' is not "
			"ended: {{/stories}} is missing\n"},
		{"{{channel",
			"t.tmpl:1:1: error: the tag is not closed: }} is "
			"missing in its line\n"},
		{"{{#stories\n}}",
			"t.tmpl:1:1: error: the tag is not closed: "
			"}} is missing in its line\n"},
		{"{{/more}}",
			"t.tmpl:1:1: error: {{/more}} ends no section: there "
			"is no {{#more}} before it\n"},
		{"{{#more}}{{/digest}}",
			"t.tmpl:1:10: error: {{/digest}} where the section "
			"'more' of line 1 is open\n"},
		{"{{stories}}",
			"t.tmpl:1:1: error: 'stories' cannot be printed; write "
			"{{#stories}}...{{/stories}}\n"},
		{"{{}}", "t.tmpl:1:1: error: a tag without a name\n"},
		{"{{channel|0}}",
			"t.tmpl:1:1: error: behind the | is how many "
			"characters: {{channel|80}}\n"},
		{"{{channel|}}",
			"t.tmpl:1:1: error: behind the | is how many "
			"characters: {{channel|80}}\n"},
		{"{{@html}}",
			"t.tmpl:1:1: error: such a message has no part 'html'; "
			"it has: text\n"},
		{"{{next}}",
			"t.tmpl:1:1: error: a message has no field 'next'\n"},
		{"\xff",
			"t.tmpl:1:1: error: the template is not "
			"UTF-8\n"},
	};
	struct strbuf told = STRBUF_INIT(1 << 16);
	struct report report = {.put = report_to_strbuf, .arg = &told};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&told);
		assert_null(template_parse(span_of(rows[i].template), "t.tmpl",
			text_part, &report));
		assert_string_equal(strbuf_cstr(&told), rows[i].mistake);
	}
	strbuf_fini(&told);
}

static void
sections_go_as_deep_as_their_limit_and_no_deeper(void **state)
{
	struct strbuf t = STRBUF_INIT(1 << 16);
	struct report report = {.put = NULL};
	struct template *template;

	(void)state;
	for (int depth = TEMPLATE_DEPTH; depth <= TEMPLATE_DEPTH + 1; depth++) {
		strbuf_clear(&t);
		for (int i = 0; i < depth; i++)
			strbuf_str(&t, "{{#stories}}");
		for (int i = 0; i < depth; i++)
			strbuf_str(&t, "{{/stories}}");
		template = template_parse(
			strbuf_as_span(&t), "t", text_part, &report);
		assert_int_equal(!template, depth > TEMPLATE_DEPTH);
		template_free(&template);
	}
	strbuf_fini(&t);
}

static void
parts_are_rendered_each_in_its_markup(void **state)
{
	static const char t[] = "{{@subject}}\n{{first}} & co\nsecond\n"
				"{{@html}}\n<b>{{#stories}}{{title}}"
				"{{/stories}}</b>\n";
	struct fixture f;
	char *subject, *html;

	(void)state;
	fixture_open(&f, 0);
	subject = rendered(&f, t, mail_parts, 0);
	html = rendered(&f, t, mail_parts, 1);
	assert_string_equal(
		subject, "Meta: product launch, planned & co second");
	assert_string_equal(html,
		"<b>Meta to spend $15 billion on "
		"“superintelligence”</b>");
	mem_free(&subject);
	mem_free(&html);
	fixture_close(&f);
}

static void
a_part_that_is_missing_is_a_mistake(void **state)
{
	static const struct {
		const char *template, *missing;
	} rows[] = {
		{"{{first}}", "html"},
		{"{{@subject}}\n{{first}}", "html"},
		{"{{@html}}\n{{first}}", "subject"},
		{"x\n{{@html}}\n", "html"},
	};
	struct strbuf told = STRBUF_INIT(1 << 16);
	struct report report = {.put = report_to_strbuf, .arg = &told};
	char *mistake;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&told);
		mistake = mem_printf("t:1:1: error: the part '%s' is missing: "
				     "a line {{@%s}} and what it says\n",
			rows[i].missing, rows[i].missing);
		assert_null(template_parse(
			span_of(rows[i].template), "t", mail_parts, &report));
		assert_string_equal(strbuf_cstr(&told), mistake);
		mem_free(&mistake);
	}
	strbuf_fini(&told);
}

static void
stories_come_newest_first_and_what_has_no_room_is_counted(void **state)
{
	static const struct template_part small[] = {
		{"text", MARKUP_TEXT, UNIT_CHARACTERS, 100, false},
		{.name = NULL}};
	static const char t[] = "{{#stories}}\n{{id|8}} {{title}}\n{{/stories}}"
				"\n{{#more}}\nand {{more}} more\n{{/more}}\n";
	struct fixture f;
	char *text;

	(void)state;
	fixture_open(&f, 5);
	text = rendered(&f, "{{#stories}}{{id|8}} {{/stories}}", text_part, 0);
	assert_string_equal(text,
		"0000000\xe2\x80\xa6 0000000\xe2\x80\xa6 "
		"0000000\xe2\x80\xa6 0000000\xe2\x80\xa6 "
		"0000000\xe2\x80\xa6");
	mem_free(&text);
	text = rendered(
		&f, "{{#stories}}{{detected}} {{/stories}}", text_part, 0);
	assert_int_equal(strlen(text), 5 * 21 - 1);
	mem_free(&text);
	text = rendered(&f, t, small, 0);
	assert_true(strlen(text) <= 102);
	assert_non_null(strstr(text, "and 4 more"));
	mem_free(&text);
	f.hits.n_waiting = 7;
	text = rendered(&f, "{{count}} {{others}} {{more}}", text_part, 0);
	assert_string_equal(text, "5 11 7");
	mem_free(&text);
	fixture_close(&f);
}

/* Whatever the limit is: valid text that keeps it, in the part's own unit. */
static void
what_is_rendered_keeps_every_limit(void **state)
{
	struct template_part part[] = {
		{"text", MARKUP_HTML, UNIT_BYTES, 0, false}, {.name = NULL}};
	static const char t[] =
		"{{#stories}}\n<b>{{headline}}</b> \xf0\x9f\x93"
		"\xb0 {{title}} {{quote}} {{url}}\n{{/stories}}";
	static const enum unit units[] = {
		UNIT_BYTES, UNIT_CHARACTERS, UNIT_UTF16};
	struct fixture f;
	char *text;

	(void)state;
	fixture_open(&f, 3);
	for (size_t max = 1; max < 1200; max += max < 40 ? 1 : 37) {
		part[0].max = max;
		part[0].unit = units[max % 3];
		text = rendered(&f, t, part, 0);
		assert_true(
			template_length(part[0].unit, span_of(text)) <= max);
		assert_true(span_is_utf8(span_of(text)));
		/* Markup is whole or not there. */
		assert_int_equal(!strstr(text, "<b>"), !strstr(text, "</b>"));
		mem_free(&text);
	}
	fixture_close(&f);
}

static void
lengths_are_counted_as_the_target_counts(void **state)
{
	const struct span s = SPAN_LIT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xb0");

	(void)state;
	assert_int_equal(template_length(UNIT_BYTES, s), 10);
	assert_int_equal(template_length(UNIT_CHARACTERS, s), 4);
	assert_int_equal(template_length(UNIT_UTF16, s), 5);
}

static void
a_cut_is_between_words_and_never_in_a_character(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *cut;
	} rows[] = {
		{"one two three", 13, "one two three"},
		{"one two three", 12, "one two\xe2\x80\xa6"},
		{"one two three", 8, "one two\xe2\x80\xa6"},
		{"one two three", 7, "one\xe2\x80\xa6"},
		{"onetwothree", 6, "onetw\xe2\x80\xa6"},
		{"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 3,
			"\xc3\xa4\xc3\xa4\xe2\x80\xa6"},
		{"ab", 1, "\xe2\x80\xa6"},
	};
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&out);
		template_cut(span_of(rows[i].text), rows[i].max, &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].cut);
	}
	strbuf_fini(&out);
}

/* Parts of all shipped templates together; a target has some of them. */
static void
random_bytes_in_a_template_are_refused_or_rendered(void **state)
{
	static const char *const bits[] = {"{{", "}}", "#", "/", "^", "@", "!",
		"|", "stories", "title", "text", "next", "entities", "\n", " ",
		"9", "url", "more", "a", "{{#stories}}", "{{/stories}}",
		"{{title}}"};
	struct rng rng = test_rng();
	struct strbuf text = STRBUF_INIT(1 << 12), out = STRBUF_INIT(1 << 20);
	struct report report = {.put = NULL};
	struct template *t;
	struct fixture f;
	unsigned good = 0;

	(void)state;
	fixture_open(&f, 2);
	for (int round = 0; round < 5000; round++) {
		strbuf_clear(&text);
		for (uint64_t n = rng_next(&rng) % 12; n > 0; n--)
			strbuf_str(&text, bits[rng_next(&rng) % N_ROWS(bits)]);
		t = template_parse(
			strbuf_as_span(&text), "t", text_part, &report);
		if (!t)
			continue;
		good++;
		strbuf_clear(&out);
		template_render(t, 0, f.view, &out);
		assert_true(span_is_utf8(strbuf_as_span(&out)));
		template_free(&t);
	}
	assert_true(good > 100);
	strbuf_fini(&text);
	strbuf_fini(&out);
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_print_what_the_hit_carries),
		cmocka_unit_test(each_mistake_is_told_with_line_and_column),
		cmocka_unit_test(
			sections_go_as_deep_as_their_limit_and_no_deeper),
		cmocka_unit_test(parts_are_rendered_each_in_its_markup),
		cmocka_unit_test(a_part_that_is_missing_is_a_mistake),
		cmocka_unit_test(
			stories_come_newest_first_and_what_has_no_room_is_counted),
		cmocka_unit_test(what_is_rendered_keeps_every_limit),
		cmocka_unit_test(lengths_are_counted_as_the_target_counts),
		cmocka_unit_test(
			a_cut_is_between_words_and_never_in_a_character),
		cmocka_unit_test(
			random_bytes_in_a_template_are_refused_or_rendered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
