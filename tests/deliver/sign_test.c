/* Signatures against the vector of the specification's reference libraries. */
#include "testing.h"

#include "deliver/sign.h"

static void
the_reference_vector_is_met(void **state)
{
	struct strbuf out = STRBUF_INIT(256);
	struct sign_key key;

	(void)state;
	assert_int_equal(
		sign_key_parse(
			SPAN_LIT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
			&key, NULL),
		0);
	sign(&key, SPAN_LIT("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
		SPAN_LIT("{\"test\": 2432232314}"), &out);
	assert_string_equal(strbuf_cstr(&out),
		"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	strbuf_fini(&out);
}

static void
each_part_counts(void **state)
{
	struct strbuf out[4];
	struct sign_key key;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		strbuf_init(&out[i], 256);
	assert_int_equal(
		sign_key_parse(
			SPAN_LIT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
			&key, NULL),
		0);
	sign(&key, SPAN_LIT("a"), 1, SPAN_LIT("x"), &out[0]);
	sign(&key, SPAN_LIT("b"), 1, SPAN_LIT("x"), &out[1]);
	sign(&key, SPAN_LIT("a"), 2, SPAN_LIT("x"), &out[2]);
	sign(&key, SPAN_LIT("a"), 1, SPAN_LIT("y"), &out[3]);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				strbuf_cstr(&out[i]), strbuf_cstr(&out[k]));
	for (size_t i = 0; i < 4; i++)
		strbuf_fini(&out[i]);
}

static void
what_is_no_secret_is_refused_without_showing_it(void **state)
{
	static const char *const rows[] = {
		"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", /* cut */
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL$Sw", "whsec_c2hvcnQ=",
		"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", /* 69 bytes */
	};
	struct sign_key key;
	struct err err;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		if (sign_key_parse(span_of(rows[i]), &key, &err) != -1)
			fail_msg("'%s' was taken", rows[i]);
		assert_int_equal(err.kind, ERR_CONF);
		if (strlen(rows[i]) > 10)
			assert_null(strstr(err.msg, rows[i] + 6));
	}
}

#define KEY "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static void
several_keys_sign_each_up_to_their_limit(void **state)
{
	struct strbuf all = STRBUF_INIT(1000), one = STRBUF_INIT(1000);
	struct sign_keys keys;
	struct err err;

	(void)state;
	assert_int_equal(
		sign_keys_parse(SPAN_LIT(KEY "  " KEY), &keys, NULL), 0);
	assert_int_equal(keys.n, 2);
	sign_all(&keys, SPAN_LIT("a"), 1, SPAN_LIT("x"), &all);
	sign(&keys.k[0], SPAN_LIT("a"), 1, SPAN_LIT("x"), &one);
	strbuf_char(&one, ' ');
	sign(&keys.k[1], SPAN_LIT("a"), 1, SPAN_LIT("x"), &one);
	assert_string_equal(strbuf_cstr(&all), strbuf_cstr(&one));
	assert_int_equal(sign_keys_parse(SPAN_LIT(KEY " " KEY " " KEY " " KEY),
				 &keys, NULL),
		0);
	assert_int_equal(keys.n, SIGN_KEYS_MAX);
	assert_int_equal(
		sign_keys_parse(SPAN_LIT(KEY " " KEY " " KEY " " KEY " " KEY),
			&keys, &err),
		-1);
	assert_non_null(strstr(err.msg, "more than 4"));
	assert_int_equal(
		sign_keys_parse(SPAN_LIT(KEY " whsec_short"), &keys, &err), -1);
	assert_int_equal(sign_keys_parse(SPAN_LIT(" "), &keys, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	strbuf_fini(&all);
	strbuf_fini(&one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reference_vector_is_met),
		cmocka_unit_test(each_part_counts),
		cmocka_unit_test(
			what_is_no_secret_is_refused_without_showing_it),
		cmocka_unit_test(several_keys_sign_each_up_to_their_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
