#include "testing.h"

#include "text/punycode.h"

/* NULL: it stays as it is. The longer ones are RFC 3492 7.1's. */
static const struct {
	const char *host, *ascii;
} rows[] = {
	{"example.com", NULL},
	{"", NULL},
	{"b\xc3\xbc"
	 "cher.example",
		"xn--bcher-kva.example"},
	{"B\xc3\x9c"
	 "CHER.Example",
		"xn--bcher-kva.example"},
	{"b%C3%BCcher.example", "xn--bcher-kva.example"},
	{"www.\xe8\xa9\xb9\xe5\xa7\x86\xe6\x96\xaf.com",
		"www.xn--8ws00zhy3a.com"},
	{"fa\xc3\x9f.de", "fass.de"},
	{"\xe4\xbb\x96\xe4\xbb\xac\xe4\xb8\xba\xe4\xbb\x80\xe4\xb9\x88\xe4\xb8"
	 "\x8d\xe8\xaf\xb4\xe4\xb8\xad\xe6\x96\x87",
		"xn--ihqwcrb4cv8a8dqg056pqjye"},
	{"\xe3\x81\x9d\xe3\x81\xae\xe3\x82\xb9\xe3\x83\x94\xe3\x83\xbc\xe3\x83"
	 "\x89\xe3\x81\xa7",
		"xn--d9juau41awczczp"},
	{"\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.\xd1\x80\xd1\x84",
		"xn--e1afmkfd.xn--p1ai"},
	{"ma\xc3\xb1"
	 "ana.com.",
		"xn--maana-pta.com."},
	{"full\xef\xbc\x8ewidth\xc3\xa9.example", "full.xn--width-fsa.example"},
	{"b\xfc"
	 "cher.example",
		NULL},
	{"100%.example", NULL},
	{"b\xc3\xbc\\x.example", NULL},
	{"%41.example", NULL},
};

static void
hosts_become_what_dns_knows(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(1024);
		bool changed = punycode_host(span_of(rows[i].host), &out);

		if (rows[i].ascii) {
			assert_true(changed);
			assert_string_equal(strbuf_cstr(&out), rows[i].ascii);
		}
		assert_int_equal(out.n > 0, changed);
		strbuf_fini(&out);
	}
}

static void
a_label_that_is_too_long_stays(void **state)
{
	struct strbuf host = STRBUF_INIT(4096), out = STRBUF_INIT(4096);

	(void)state;
	for (int i = 0; i < 60; i++)
		strbuf_str(&host, "\xd1\x84\xd0\xb0");
	assert_false(punycode_host(strbuf_as_span(&host), &out));
	assert_int_equal(out.n, 0);
	strbuf_fini(&host);
	strbuf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_become_what_dns_knows),
		cmocka_unit_test(a_label_that_is_too_long_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
