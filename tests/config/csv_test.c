/* Comma-separated values: fields, places, and what is broken. */
#include "fixture.h"

#include "base/rng.h"
#include "config/csv.h"
#include "model/limits.h"

static void
show(struct span text, struct strbuf *out)
{
	struct csv c;

	csv_init(&c, text);
	while (csv_next(&c)) {
		if (c.error)
			strbuf_printf(out, "!%u:%u %s", c.error_at.line,
				c.error_at.column, c.error);
		for (size_t i = 0; i < c.n_fields && !c.error; i++)
			strbuf_printf(out, "%s%u:%u(%.*s)", i ? "," : "",
				c.fields[i].line, c.fields[i].column,
				SPAN_ARG(c.fields[i].text));
		strbuf_char(out, ';');
	}
	csv_fini(&c);
}

static const struct {
	const char *text, *records;
} rows[] = {
	{"", ""},
	{"\n\n", ""},
	{"a", "1:1(a);"},
	{"a,b\n", "1:1(a),1:3(b);"},
	{"a,,\n", "1:1(a),1:3(),1:4();"},
	{",\n", "1:1(),1:2();"},
	{" a , b \r\nc\r\n", "1:2(a),1:6(b);2:1(c);"},
	{"\xef\xbb\xbf"
	 "a\n\n\nb\n",
		"1:1(a);4:1(b);"},
	{"\"a, b\",\"c\"\n", "1:1(a, b),1:8(c);"},
	{"\"a \"\"b\"\" c\"\"\"\n", "1:1(a \"b\" c\");"},
	{"\"\"\n\"\",\n", "2:1(),2:4();"},
	{"\"one\ntwo\",x\ny\n", "1:1(one\ntwo),2:6(x);3:1(y);"},
	{"\xc3\xa9,\xe2\x82\xac,x\n",
		"1:1(\xc3\xa9),1:3(\xe2\x82\xac),1:5(x);"},
	{"a\"b,c\n", "1:1(a\"b),1:5(c);"},
	{"\"a\" b,c\nd\n", "!1:5 text behind a quoted field;2:1(d);"},
	{"\"a\nb\nc\n",
		"!1:1 a quoted field without its closing quote;2:1(b);3:1(c);"},
	{"a,\xff\nb\n",
		"!1:3 bytes that are no UTF-8; save the file as UTF-8;2:1(b);"},
	{"a,b\x01\nb\n", "!1:3 a control character;2:1(b);"},
};

static void
text_becomes_records_with_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf out = STRBUF_INIT(KIB(4));

		show(span_of(rows[i].text), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].records);
		strbuf_fini(&out);
	}
}

static void
the_number_of_fields_is_limited(void **state)
{
	struct strbuf text = STRBUF_INIT(KIB(4));
	struct csv c;

	(void)state;
	for (int i = 0; i < CSV_FIELDS_MAX - 1; i++)
		strbuf_char(&text, ',');
	strbuf_str(&text, "\n,");
	for (int i = 0; i < CSV_FIELDS_MAX - 1; i++)
		strbuf_char(&text, ',');
	csv_init(&c, strbuf_as_span(&text));
	assert_true(csv_next(&c));
	assert_null(c.error);
	assert_int_equal(c.n_fields, CSV_FIELDS_MAX);
	assert_true(csv_next(&c));
	assert_string_equal(c.error, "too many fields");
	assert_false(csv_next(&c));
	csv_fini(&c);
	strbuf_fini(&text);
}

static void
the_length_of_a_record_is_limited(void **state)
{
	struct strbuf text = STRBUF_INIT(4 * LIMIT_LINE_BYTES);
	struct csv c;

	(void)state;
	while (text.n < LIMIT_LINE_BYTES)
		strbuf_char(&text, 'x');
	strbuf_char(&text, '\n');
	while (text.n < 2 * LIMIT_LINE_BYTES + 2)
		strbuf_char(&text, 'x');
	csv_init(&c, strbuf_as_span(&text));
	assert_true(csv_next(&c));
	assert_null(c.error);
	assert_true(csv_next(&c));
	assert_string_equal(c.error, "a record of more than 64 KiB");
	csv_fini(&c);
	strbuf_fini(&text);
}

static void
any_bytes_end_and_keep_their_lines(void **state)
{
	static const char bytes[] = "ab,,\"\"\n\n\r \t\xc3\xa9\xff\x01";

	(void)state;
	for (uint64_t seed = 1; seed <= 5000; seed++) {
		struct strbuf text = STRBUF_INIT(KIB(1));
		unsigned lines = 1, last = 0;
		struct csv c;
		struct rng r;

		rng_init(&r, seed);
		for (uint32_t n = rng_below(&r, 200); n > 0; n--) {
			char b = bytes[rng_below(&r, sizeof(bytes) - 1)];

			strbuf_char(&text, b);
			lines += b == '\n';
		}
		csv_init(&c, strbuf_as_span(&text));
		while (csv_next(&c)) {
			if (c.n_fields && c.fields[0].line < last)
				fail_msg("seed %llu", (unsigned long long)seed);
			last = c.line;
		}
		if (last > lines || c.rest.n)
			fail_msg("seed %llu", (unsigned long long)seed);
		csv_fini(&c);
		strbuf_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_records_with_places),
		cmocka_unit_test(the_number_of_fields_is_limited),
		cmocka_unit_test(the_length_of_a_record_is_limited),
		cmocka_unit_test(any_bytes_end_and_keep_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
