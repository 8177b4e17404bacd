#include "testing.h"

#include "model/json.h"
#include "parse/json_mend.h"

static const struct {
	const char *broken, *mended;
} rows[] = {
	/* sound JSON stays what it is */
	{"{\"a\":[1,2.5,true,null,\"x\"],\"b\":{}}",
		"{\"a\":[1,2.5,true,null,\"x\"],\"b\":{}}"},
	{" [ ] ", "[]"},
	/* breaking off */
	{"{\"a\":1,\"b\":\"te", "{\"a\":1,\"b\":\"te\"}"},
	{"{\"a\":1,\"b", "{\"a\":1}"},
	{"{\"a\":1,\"b\"", "{\"a\":1}"},
	{"{\"a\":1,\"b\":", "{\"a\":1}"},
	{"{\"a\":1,\"b\":12", "{\"a\":1}"},
	{"{\"a\":1,", "{\"a\":1}"},
	{"{\"a\":[{\"b\":1},{", "{\"a\":[{\"b\":1},{}]}"},
	{"{\"a\":[{\"b\":1},", "{\"a\":[{\"b\":1}]}"},
	{"{\"a\":[{\"b\":1}", "{\"a\":[{\"b\":1}]}"},
	{"{", "{}"},
	/* strings */
	{"[\"a\nb\tc\"]", "[\"a\\nb c\"]"},
	{"[\"a\\qb\"]", "[\"aqb\"]"},
	{"[\"\\ud800x\"]", "[\"\xef\xbf\xbdx\"]"},
	{"[\"\\ude00\"]", "[\"\xef\xbf\xbd\"]"},
	{"[\"\\ud83d\\ude00\"]", "[\"\xf0\x9f\x98\x80\"]"},
	{"[\"\\u0000\"]", "[\"\xef\xbf\xbd\"]"},
	{"[\"\\u0022\\u005c\\u000a\"]", "[\"\\u0022\\u005c\\u000a\"]"},
	{"[\"\\u12\"]", "[\"12\"]"},
	{"[\"x\\", "[\"x\"]"},
	/* commas */
	{"[1,2,]", "[1,2]"},
	{"{\"a\":1,}", "{\"a\":1}"},
	{"[,1,,2]", "[1,2]"},
	/* words and numbers */
	{"[NaN,Infinity,-Infinity,undefined]", "[null,null,null,null]"},
	{"[123456789012345678901234567890]",
		"[\"123456789012345678901234567890\"]"},
	{"[1,tru]", "[1,null]"},
	{"[-0,0.5,1e5,-1.25E-3,10]", "[-0,0.5,1e5,-1.25E-3,10]"},
	/* what follows, and brackets that match nothing */
	{"{\"a\":1}trailing", "{\"a\":1}"},
	{"[1]}", "[1]"},
	{"[1}]", "[1]"},
	{"[1 2 \"x\"{}]", "[1,2,\"x\",{}]"},
	{"{\"a\":1 \"b\":2}", "{\"a\":1,\"b\":2}"},
	{"{a:1,\"b\":,\"c\"}", "{\"a\":1,\"b\":null}"},
	{"{\"a\" \"x\":1}", "{\"a\":1}"},
	{"[01,1.,.5,+1,1.e2,1e,1e+,-]",
		"[null,null,null,null,null,null,null,null]"},
};

static void
broken_json_becomes_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(4096);
		struct json *root = NULL;
		struct err err = {0};

		assert_true(json_mend(span_of(rows[i].broken), &out));
		assert_string_equal(strbuf_cstr(&out), rows[i].mended);
		if (json_parse(strbuf_as_span(&out), "mended", &root, &err))
			fail_msg("%s: %s", rows[i].broken, err.msg);
		json_free(&root);
		strbuf_fini(&out);
	}
}

static void
what_is_no_json_is_refused(void **state)
{
	struct strbuf out = STRBUF_INIT(4096), deep = STRBUF_INIT(4096);

	(void)state;
	assert_false(json_mend(SPAN_LIT(""), &out));
	assert_false(json_mend(SPAN_LIT("<rss/>"), &out));
	for (int i = 0; i < 1000; i++)
		strbuf_char(&deep, '[');
	assert_false(json_mend(strbuf_as_span(&deep), &out));
	strbuf_fini(&out);
	strbuf_fini(&deep);
}

/* Every prefix of a document, and every document with one byte changed, can be
 * parsed once it is mended. */
static void
any_cut_and_any_changed_byte_can_be_mended(void **state)
{
	static const char doc[] =
		"{\"v\":\"1.1\",\"items\":[{\"id\":\"1\",\"t\":\"a\\u00e9\\n\","
		"\"n\":[1,-2.5e3,true]},{\"id\":2,\"x\":null}],\"z\":{}}";
	struct rng r = test_rng();

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		struct strbuf in = STRBUF_INIT(4096), out = STRBUF_INIT(8192);
		struct json *root = NULL;
		struct err err = {0};

		strbuf_put(&in, doc, 1 + rng_below(&r, sizeof(doc) - 1));
		if (round % 2)
			in.p[rng_below(&r, (uint32_t)in.n)] =
				(char)(' ' + rng_below(&r, 95));
		if (json_mend(strbuf_as_span(&in), &out) &&
			json_parse(strbuf_as_span(&out), "mended", &root,
				&err) != 0)
			fail_msg("%s -> %s: %s", strbuf_cstr(&in),
				strbuf_cstr(&out), err.msg);
		json_free(&root);
		strbuf_fini(&in);
		strbuf_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_json_becomes_whole),
		cmocka_unit_test(what_is_no_json_is_refused),
		cmocka_unit_test(any_cut_and_any_changed_byte_can_be_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
