/* Registrable domains by the public suffix list. */
#include "text/domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static void
the_registrable_part_of_a_host_is_found(void **state)
{
	static const struct {
		const char *host, *domain;
	} rows[] = {
		{"example.com", "example.com"},
		{"www.example.com", "example.com"},
		{"WWW.Example.COM", "Example.COM"},
		{"www.example.com.", "example.com"},
		{"news.bbc.co.uk", "bbc.co.uk"},
		{"a.b.c.example.co.jp", "example.co.jp"},
		{"feeds.abc.net.au", "abc.net.au"},
		{"someone.github.io", "someone.github.io"},
		{"x.someone.github.io", "someone.github.io"},
		{"blog.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"},
		{"www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"},
		{"www.食狮.公司.cn", "食狮.公司.cn"},
		{"com", "com"},
		{"co.uk", "co.uk"},
		{"localhost", "localhost"},
		{"127.0.0.1", "127.0.0.1"},
		{"::1", "::1"},
		{"[2001:db8::1]", "[2001:db8::1]"},
		{"news.intranet", "news.intranet"},
		{"", ""},
		{".", ""},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span got = domain_registrable(span_of(rows[i].host));

		if (!span_eq_str(got, rows[i].domain))
			fail_msg("%s: %.*s, not %s", rows[i].host,
				SPAN_ARG(got), rows[i].domain);
	}
}

static void
a_host_that_no_name_server_takes_is_returned(void **state)
{
	char s[400];
	struct span host = span_make(s, sizeof(s));

	(void)state;
	memset(s, 'a', sizeof(s));
	memcpy(s + sizeof(s) - 4, ".com", 4);
	assert_int_equal(domain_registrable(host).n, sizeof(s));
}

static void
addresses_are_told_from_names(void **state)
{
	static const struct {
		const char *host;
		bool is;
	} rows[] = {
		{"127.0.0.1", true},
		{"::1", true},
		{"[::1]", true},
		{"[fe80::1", false},
		{"2001:DB8::1", true},
		{"1.2.3", false},
		{"1.2.3.4.com", false},
		{"example.com", false},
		{"", false},
		{"[]", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(
			domain_is_address(span_of(rows[i].host)), rows[i].is);
}

static void
hosts_of_one_owner_are_one_site(void **state)
{
	(void)state;
	assert_true(domain_same_site(
		SPAN_LIT("www.bbc.co.uk"), SPAN_LIT("feeds.BBC.co.uk")));
	assert_false(
		domain_same_site(SPAN_LIT("bbc.co.uk"), SPAN_LIT("itv.co.uk")));
	assert_false(domain_same_site(
		SPAN_LIT("a.github.io"), SPAN_LIT("b.github.io")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_registrable_part_of_a_host_is_found),
		cmocka_unit_test(a_host_that_no_name_server_takes_is_returned),
		cmocka_unit_test(addresses_are_told_from_names),
		cmocka_unit_test(hosts_of_one_owner_are_one_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
