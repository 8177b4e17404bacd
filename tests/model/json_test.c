#include "testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <float.h>
#include <math.h>

#include "model/item.h"
#include "model/json.h"

/* -- writing --------------------------------------------------------------- */

static void
commas_and_colons_are_put_by_the_writer(void **state)
{
	struct strbuf b = STRBUF_INIT(1000);
	struct json_w w;

	(void)state;
	json_w_init(&w, &b);
	json_w_object(&w);
	json_w_kv_int(&w, "a", -1);
	json_w_key(&w, "b");
	json_w_array(&w);
	json_w_array(&w);
	json_w_array_end(&w);
	json_w_object(&w);
	json_w_object_end(&w);
	json_w_bool(&w, true);
	json_w_array_end(&w);
	json_w_kv_str(&w, "c", NULL);
	json_w_kv_bool(&w, "d", false);
	json_w_kv_text(&w, "e", SPAN_NULL);
	json_w_key(&w, "f");
	json_w_raw(&w, SPAN_LIT("{\"x\":1}"));
	json_w_object_end(&w);
	assert_string_equal(strbuf_cstr(&b),
		"{\"a\":-1,\"b\":[[],{},true],\"c\":null,\"d\":false,"
		"\"e\":\"\",\"f\":{\"x\":1}}");
	strbuf_fini(&b);
}

static const struct {
	struct span text;
	const char *json;
} texts[] = {
	{SPAN_INIT("plain é€😀"), "\"plain é€😀\""},
	{SPAN_INIT("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
	{SPAN_INIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
	{SPAN_INIT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\""},
	{SPAN_INIT("a\xe2\x80\xa8"
		   "b\xe2\x80\xa9"),
		"\"a\\u2028b\\u2029\""},
	{SPAN_INIT("\xe2\x80\xa7\xe2\x82\xac"), "\"\xe2\x80\xa7\xe2\x82\xac\""},
	{SPAN_INIT("</script>"), "\"</script>\""},
};

static void
texts_are_escaped(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(texts); i++) {
		struct strbuf b = STRBUF_INIT(1000);
		struct json_w w;

		json_w_init(&w, &b);
		json_w_text(&w, texts[i].text);
		assert_string_equal(strbuf_cstr(&b), texts[i].json);
		strbuf_fini(&b);
	}
}

static const struct {
	double value;
	const char *json;
} numbers[] = {
	{0, "0"},
	{-0.0, "0"},
	{0.1, "0.1"},
	{0.98, "0.98"},
	{-1.5, "-1.5"},
	{15e9, "15000000000"},
	{9007199254740991.0, "9007199254740991"},
	{1e300, "1e+300"},
	{1.0 / 3, "0.3333333333333333"},
	{0.1 + 0.2, "0.30000000000000004"},
	{NAN, "null"},
	{INFINITY, "null"},
};

static char *
number_text(double v)
{
	struct strbuf b = STRBUF_INIT(100);
	struct json_w w;

	json_w_init(&w, &b);
	json_w_number(&w, v);
	return strbuf_take(&b);
}

static void
numbers_are_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(numbers); i++) {
		char *s = number_text(numbers[i].value);

		assert_string_equal(s, numbers[i].json);
		mem_free(&s);
	}
}

static void
any_number_reads_back_as_itself(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = rng_next(&r);
		struct json *j;
		double v, back;
		char *s;

		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		s = number_text(v);
		assert_int_equal(json_parse(span_of(s), "n", &j, NULL), 0);
		back = json_number(j, NAN);
		assert_memory_equal(&back, &v, sizeof(v));
		json_free(&j);
		mem_free(&s);
	}
}

static void
times_are_rfc_3339_or_null(void **state)
{
	struct strbuf b = STRBUF_INIT(1000);
	struct json_w w;

	(void)state;
	json_w_init(&w, &b);
	json_w_array(&w);
	json_w_time(&w, (struct wall){INT64_C(1772366403120)});
	json_w_time_ms(&w, (struct wall){INT64_C(1772366403120)});
	json_w_time(&w, (struct wall){ITEM_UNDATED});
	json_w_time_ms(&w, (struct wall){ITEM_UNDATED});
	json_w_array_end(&w);
	assert_string_equal(strbuf_cstr(&b),
		"[\"2026-03-01T12:00:03Z\",\"2026-03-01T12:00:03.120Z\","
		"null,null]");
	strbuf_fini(&b);
}

/* -- reading --------------------------------------------------------------- */

static struct json *
parse(const char *text)
{
	struct err err = {0};
	struct json *j;

	if (json_parse(span_of(text), "test", &j, &err) != 0)
		fail_msg("%s", err.msg);
	return j;
}

static void
getters_read_what_is_there(void **state)
{
	struct json *j = parse("{\"t\":\"a\\u0000b\",\"i\":7,\"r\":2.5,"
			       "\"w\":3.0,\"b\":true,\"a\":[1,2]}");

	(void)state;
	assert_true(span_eq(json_get_text(j, "t"), SPAN_LIT("a\0b")));
	assert_int_equal(json_get_int(j, "i", 0), 7);
	assert_int_equal(json_get_int(j, "w", 0), 3);
	assert_true(json_number(json_get(j, "r"), 0) > 2.4);
	assert_true(json_number(json_get(j, "i"), 0) > 6.9);
	assert_true(json_bool(json_get(j, "b"), false));
	assert_int_equal(json_size(json_get(j, "a")), 2);
	assert_int_equal(json_int(json_at(json_get(j, "a"), 1), 0), 2);
	assert_int_equal(json_size(j), 6);
	json_free(&j);
	assert_null(j);
	json_free(&j);
}

static void
getters_accept_null_and_wrong_types(void **state)
{
	struct json *j =
		parse("{\"t\":\"x\",\"n\":null,\"r\":2.5,\"h\":1e300}");

	(void)state;
	assert_int_equal(json_type(NULL), JSON_NULL_);
	assert_null(json_get(NULL, "t"));
	assert_null(json_at(NULL, 0));
	assert_null(json_at(j, 0));
	assert_null(json_get(j, "none"));
	assert_null(json_get(json_get(j, "t"), "x"));
	assert_int_equal(json_size(NULL), 0);
	assert_int_equal(json_size(json_get(j, "t")), 0);
	assert_int_equal(json_get_text(j, "n").n, 0);
	assert_non_null(json_get_text(j, "n").p);
	assert_int_equal(json_get_int(j, "t", -5), -5);
	assert_int_equal(json_get_int(j, "r", -5), -5);
	assert_int_equal(json_get_int(j, "h", -5), -5);
	assert_true(json_number(json_get(j, "t"), 0.5) > 0.4);
	assert_true(json_bool(json_get(j, "t"), true));
	json_free(&j);
}

static void
every_type_is_told(void **state)
{
	struct json *j = parse("[null,true,false,1,1.5,\"\",[],{}]");
	static const enum json_type types[] = {JSON_NULL_, JSON_BOOL_,
		JSON_BOOL_, JSON_NUMBER_, JSON_NUMBER_, JSON_TEXT_, JSON_ARRAY_,
		JSON_OBJECT_};

	(void)state;
	for (size_t i = 0; i < N_ROWS(types); i++)
		assert_int_equal(json_type(json_at(j, i)), types[i]);
	json_free(&j);
}

static void
members_come_in_document_order(void **state)
{
	struct json *j = parse("{\"z\":1,\"a\":2,\"m\":3}");
	struct json_iter it = {0};
	struct span keys[] = {SPAN_LIT("z"), SPAN_LIT("a"), SPAN_LIT("m")};
	size_t n = 0;

	(void)state;
	while (json_next(j, &it)) {
		assert_true(span_eq(it.key, keys[n]));
		assert_int_equal(json_int(it.value, 0), ++n);
	}
	assert_int_equal(n, 3);
	it = (struct json_iter){0};
	assert_false(json_next(NULL, &it));
	json_free(&j);
}

static const struct {
	const char *json, *place;
} bad[] = {
	{"", "f.json:1:1: error: no valid JSON: "},
	{"{\"a\": tru}", "f.json:1:9: error: "},
	{"[1,\n2,\n  x]", "f.json:3:3: error: "},
	{"{}{}", "f.json:1:3: error: "},
	{"{\"a\":1", "f.json:1:6: error: "},
	{"\"\xff\"", "f.json:1:1: error: "},
	{"[1,]", "f.json:1:4: error: "},
};

static void
mistakes_are_named_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(bad); i++) {
		struct err err = {0};
		struct json *j;

		assert_int_equal(
			json_parse(span_of(bad[i].json), "f.json", &j, &err),
			-1);
		assert_null(j);
		assert_int_equal(err.kind, ERR_INPUT);
		if (strncmp(err.msg, bad[i].place, strlen(bad[i].place)) != 0)
			fail_msg("%s\n# says: %s", bad[i].json, err.msg);
	}
}

/* The parser quotes up to the mistake, which here is within a character. */
static void
what_a_mistake_quotes_is_whole_characters(void **state)
{
	struct json *j;
	struct err err;

	(void)state;
	assert_int_equal(json_parse(SPAN_LIT("{\"a\":\"One\\\xc3\xa9\"}"),
				 "f.json", &j, &err),
		-1);
	assert_true(span_is_utf8(span_of(err.msg)));
	assert_non_null(strstr(err.msg, "One\\?'"));
}

static void
deep_nesting_is_refused_not_followed(void **state)
{
	size_t n = 1000000;
	char *text = mem_alloc(n);
	struct err err = {0};
	struct json *j;

	(void)state;
	memset(text, '[', n);
	assert_int_equal(json_parse(span_make(text, n), "deep", &j, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	mem_free(&text);
}

static void
dump_is_compact(void **state)
{
	struct json *j = parse(" { \"a\" : [ 1 , 2.5 , \"é\\n\" ] } ");
	struct strbuf b = STRBUF_INIT(100);

	(void)state;
	json_dump(j, &b);
	strbuf_char(&b, ' ');
	json_dump(json_at(json_get(j, "a"), 2), &b);
	strbuf_char(&b, ' ');
	json_dump(NULL, &b);
	assert_string_equal(
		strbuf_cstr(&b), "{\"a\":[1,2.5,\"é\\n\"]} \"é\\n\" null");
	strbuf_fini(&b);
	json_free(&j);
}

static void
random_texts_read_back_as_themselves(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct strbuf text = STRBUF_INIT(1000);
		struct strbuf out = STRBUF_INIT(10000);
		struct json *j;
		struct json_w w;

		for (uint32_t i = rng_below(&r, 50); i > 0; i--)
			strbuf_rune(&text,
				rng_below(&r, 2) == 0 ? rng_below(&r, 128)
						      : rng_below(&r, 0x3000));
		json_w_init(&w, &out);
		json_w_text(&w, strbuf_as_span(&text));
		j = parse(strbuf_cstr(&out));
		assert_true(span_eq(json_text(j), strbuf_as_span(&text)));
		json_free(&j);
		strbuf_fini(&out);
		strbuf_fini(&text);
	}
}

#ifndef __SANITIZE_ADDRESS__ /* its shadow needs more memory than that */
/* Else a hit that comes while memory is short would be given up as broken. */
static void
memory_that_runs_out_is_no_mistake_in_the_text(void **state)
{
	const size_t n = (size_t)8 << 20;
	struct rlimit little = {(rlim_t)96 << 20, (rlim_t)96 << 20};
	struct json *j = NULL;
	char *text;
	int status;
	pid_t pid;

	(void)state;
	text = mem_alloc(n);
	memset(text, ',', n); /* [1,1,...]: some 100 bytes for each 1 */
	for (size_t i = 1; i < n; i += 2)
		text[i] = '1';
	text[0] = '[';
	text[n - 1] = ']';
	text[n - 2] = '1';
	text[n - 3] = '1';
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(STDERR_FILENO);
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		setrlimit(RLIMIT_AS, &little);
		_exit(json_parse(span_make(text, n), "big", &j, NULL) == 0 ? 0
									   : 1);
	}
	mem_free(&text);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}
#endif

static int
prepare(void **state)
{
	(void)state;
	json_prepare();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_and_colons_are_put_by_the_writer),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(numbers_are_short),
		cmocka_unit_test(any_number_reads_back_as_itself),
		cmocka_unit_test(times_are_rfc_3339_or_null),
		cmocka_unit_test(getters_read_what_is_there),
		cmocka_unit_test(getters_accept_null_and_wrong_types),
		cmocka_unit_test(every_type_is_told),
		cmocka_unit_test(members_come_in_document_order),
		cmocka_unit_test(mistakes_are_named_with_their_place),
		cmocka_unit_test(what_a_mistake_quotes_is_whole_characters),
		cmocka_unit_test(deep_nesting_is_refused_not_followed),
		cmocka_unit_test(dump_is_compact),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(
			memory_that_runs_out_is_no_mistake_in_the_text),
#endif
		cmocka_unit_test(random_texts_read_back_as_themselves),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
