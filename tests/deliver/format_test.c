/* What messages look like. */
#include "testing.h"

#include "base/date.h"
#include "base/file.h"
#include "deliver/clean.h"
#include "deliver/format.h"
#include "model/json.h"
#include "model/limits.h"

static struct message_hits
hits_of(const struct span *json, size_t n)
{
	struct message_hits h = {
		.channel = span_of("desk"),
		.route = span_of("first"),
		.json = json,
		.n = n,
	};

	assert_true(date_parse(SPAN_LIT("2026-03-01T12:00:04.500Z"), &h.now));
	return h;
}

static void
an_envelope_holds_the_hits_as_they_came(void **state)
{
	const struct span json[] = {
		SPAN_LIT("{\"a\":1.0,\"b\":15000000000000000001}"),
		SPAN_LIT("{}")};
	struct message_hits h = hits_of(json, 2);
	struct strbuf out = STRBUF_INIT(KIB(4));

	(void)state;
	format_envelope(&h, &out);
	assert_string_equal(strbuf_cstr(&out),
		"{\"type\":\"newswatch.hits\","
		"\"timestamp\":\"2026-03-01T12:00:04.500Z\","
		"\"data\":{\"channel\":\"desk\",\"hits\":["
		"{\"a\":1.0,\"b\":15000000000000000001},{}]}}");
	strbuf_fini(&out);
}

static void
json_lines_hold_one_hit_a_line(void **state)
{
	const struct span json[] = {
		SPAN_LIT(" {\"a\":1}\n"), SPAN_LIT("{\"b\":\r\n\"x\\ny\"\n}")};
	struct message_hits h = hits_of(json, 2);
	struct strbuf out = STRBUF_INIT(KIB(4));

	(void)state;
	format_json_lines(&h, &out);
	assert_string_equal(
		strbuf_cstr(&out), "{\"a\":1}\n{\"b\":  \"x\\ny\" }\n");
	strbuf_fini(&out);
}

/* The golden hit, for people. */
static void
golden(bool colour, struct strbuf *out)
{
	char *path = mem_printf("%s/tests/data/hit-v1.json",
		getenv("NW_SRCDIR") ? getenv("NW_SRCDIR") : ".");
	struct strbuf json = STRBUF_INIT(MIB(1));
	struct hit_view *view;

	assert_int_equal(file_read(path, &json, NULL), 0);
	assert_int_equal(hit_view_parse(strbuf_as_span(&json), &view, NULL), 0);
	format_terminal(hit_view_get(view), "12:00:03",
		(struct format_style){colour}, out);
	hit_view_free(&view);
	strbuf_fini(&json);
	mem_free(&path);
}

static void
a_terminal_shows_what_is_known(void **state)
{
	struct strbuf out = STRBUF_INIT(KIB(4));

	(void)state;
	golden(false, &out);
	assert_string_equal(strbuf_cstr(&out),
		"12:00:03  Meta, Alexandr Wang  update of status, primary: "
		"Meta to spend $15 billion on \u201csuperintelligence\u201d\n"
		"          Example News, relevance 100, product_launch "
		"planned, capital\n"
		"          reported, 3 articles, 2 publishers, 1 independent, "
		"novelty 100\n"
		"          source Axios (anonymous): \u201cMeta plans a model, "
		"Axios reported.\u201d\n"
		"          conflict: a denial by Meta\n"
		"          https://example.com/a?b=1&c=2\n");
	strbuf_fini(&out);
}

static void
colours_change_nothing_but_colours(void **state)
{
	struct strbuf plain = STRBUF_INIT(KIB(4));
	struct strbuf painted = STRBUF_INIT(KIB(4));
	struct strbuf stripped = STRBUF_INIT(KIB(4));

	(void)state;
	golden(false, &plain);
	golden(true, &painted);
	assert_non_null(strstr(strbuf_cstr(&painted), "\033[1;36mMeta\033[0m"));
	for (size_t i = 0; i < painted.n; i++) {
		if (painted.p[i] != '\033') {
			strbuf_char(&stripped, painted.p[i]);
			continue;
		}
		while (painted.p[i] != 'm')
			i++;
	}
	assert_string_equal(strbuf_cstr(&stripped), strbuf_cstr(&plain));
	strbuf_fini(&plain);
	strbuf_fini(&painted);
	strbuf_fini(&stripped);
}

static void
what_a_hit_does_not_carry_leaves_no_trace(void **state)
{
	const struct item item = {.title = SPAN_LIT("Title")};
	const struct hit_entity many[] = {{.name = SPAN_LIT("A")},
		{.name = SPAN_LIT("B")}, {.name = SPAN_LIT("C")},
		{.name = SPAN_LIT("D")}, {.name = SPAN_LIT("E")}};
	struct hit bare = {.item = &item};
	struct hit crowd = {
		.item = &item, .entities = many, .n_entities = N_ROWS(many)};
	struct strbuf out = STRBUF_INIT(KIB(4));

	(void)state;
	format_terminal(&bare, "1", (struct format_style){false}, &out);
	assert_string_equal(strbuf_cstr(&out), "1    Title\n   \n");
	strbuf_clear(&out);
	format_terminal(&crowd, "1", (struct format_style){false}, &out);
	assert_string_equal(strbuf_cstr(&out),
		"1  A, B, C and 2 more  Title\n   relevance 0\n");
	strbuf_fini(&out);
}

static void
text_from_outside_cannot_drive_the_terminal(void **state)
{
	static const struct {
		const char *text, *shown;
	} rows[] = {
		{"plain", "plain"},
		{"", ""},
		{" a\t b\r\n\nc ", "a b c"},
		{"\033[2Jgone\a", "[2Jgone"},
		{"C1 \302\233 31m", "C1 31m"},
		{"bidi \342\200\256txt.exe\342\200\254", "bidi txt.exe"},
		{"isolate \342\201\246x\342\201\251", "isolate x"},
		{"line\342\200\250sep", "line sep"},
		{"bom \357\273\277x", "bom x"},
		{"\303\244\342\202\254\360\237\231\202",
			"\303\244\342\202\254\360\237\231\202"},
		{"del\177", "del"},
	};
	struct strbuf out = STRBUF_INIT(256);

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&out);
		clean_line(span_of(rows[i].text), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].shown);
	}
	strbuf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_envelope_holds_the_hits_as_they_came),
		cmocka_unit_test(json_lines_hold_one_hit_a_line),
		cmocka_unit_test(a_terminal_shows_what_is_known),
		cmocka_unit_test(colours_change_nothing_but_colours),
		cmocka_unit_test(what_a_hit_does_not_carry_leaves_no_trace),
		cmocka_unit_test(text_from_outside_cannot_drive_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
