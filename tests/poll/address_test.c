/* What of a configured URL goes out. */
#include "testing.h"

#include "base/mem.h"
#include "model/limits.h"
#include "poll/address.h"

static void
an_address_is_asked_as_it_is_written(void **state)
{
	static const char *const rows[][2] = {
		{"http://a.example/%7Eu/%2F/../x?b=2&a=%20x&utm_source=y#top",
			NULL},
		{"HTTP://A.example:80", NULL},
		{"http://u:p@a.example:8080/x@y", "http://a.example:8080/x@y"},
		{"http://@a.example/", "http://a.example/"},
		{"http://u@[::1]/%7e", "http://[::1]/%7e"},
		{"http://b\xc3\xbc"
		 "cher.example/\xc3\xa9%2f?q=\xe2\x98\x83",
			"http://xn--bcher-kva.example/%C3%A9%2f?q=%E2%98%83"},
		{"https://u:\xc3\xbc@a.example/%7e", "https://a.example/%7e"},
	};
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const char *want = rows[i][1] != NULL ? rows[i][1] : rows[i][0];

		strbuf_clear(&b);
		assert_true(address_put(span_of(rows[i][0]), &b));
		assert_string_equal(strbuf_cstr(&b), want);
	}
	strbuf_fini(&b);
}

static void
what_fits_nowhere_is_no_address(void **state)
{
	struct strbuf b = STRBUF_INIT(20);

	(void)state;
	assert_true(address_put(SPAN_LIT("http://a.example/123"), &b));
	strbuf_clear(&b);
	assert_false(address_put(SPAN_LIT("http://a.example/1234"), &b));
	strbuf_clear(&b);
	assert_false(address_put(SPAN_LIT("http://a.example/\xc3\xa9"), &b));
	strbuf_fini(&b);
}

static void
a_login_in_a_url_is_decoded(void **state)
{
	static const struct {
		const char *url, *user, *password;
	} rows[] = {
		{"http://a.example/", NULL, NULL},
		{"http://@a.example/", NULL, NULL},
		{"http://me@a.example/", "me", NULL},
		{"http://me:@a.example/", "me", ""},
		{"http://m%65:p%40s%3As:x%4@a.example/", "me", "p@s:s:x%4"},
	};
	char *user, *password;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		address_login(span_of(rows[i].url), &user, &password);
		assert_int_equal(user == NULL, rows[i].user == NULL);
		assert_int_equal(password == NULL, rows[i].password == NULL);
		if (user != NULL)
			assert_string_equal(user, rows[i].user);
		if (password != NULL)
			assert_string_equal(password, rows[i].password);
		mem_free(&user);
		mem_free(&password);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_asked_as_it_is_written),
		cmocka_unit_test(what_fits_nowhere_is_no_address),
		cmocka_unit_test(a_login_in_a_url_is_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
