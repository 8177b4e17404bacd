/* URLs: splitting, resolving, the canonical form, masking. */
#include "text/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

struct row {
	const char *in;
	const char *out; /* NULL: refused */
};

static void
every_string_splits_into_parts(void **state)
{
	static const struct {
		const char *s;
		const char *part[7]; /* as in struct url; NULL: absent */
	} rows[] = {
		{"http://u:p@h.com:80/p?q#f",
			{"http", "u:p", "h.com", "80", "/p", "q", "f"}},
		{"http://h", {"http", NULL, "h", NULL, "", NULL, NULL}},
		{"http://h?", {"http", NULL, "h", NULL, "", "", NULL}},
		{"http://h#", {"http", NULL, "h", NULL, "", NULL, ""}},
		{"//h/p", {NULL, NULL, "h", NULL, "/p", NULL, NULL}},
		{"p?a?b#c#d", {NULL, NULL, NULL, NULL, "p", "a?b", "c#d"}},
		{"", {NULL, NULL, NULL, NULL, "", NULL, NULL}},
		{"mailto:a@b", {"mailto", NULL, NULL, NULL, "a@b", NULL, NULL}},
		{"1a:b", {NULL, NULL, NULL, NULL, "1a:b", NULL, NULL}},
		{":b", {NULL, NULL, NULL, NULL, ":b", NULL, NULL}},
		{"http://[::1]:8/",
			{"http", NULL, "[::1]", "8", "/", NULL, NULL}},
		{"http://[::1]", {"http", NULL, "[::1]", NULL, "", NULL, NULL}},
		{"http://h:/", {"http", NULL, "h", "", "/", NULL, NULL}},
		{"http://a@b@c/", {"http", "a@b", "c", NULL, "/", NULL, NULL}},
		{"http:///p", {"http", NULL, "", NULL, "/p", NULL, NULL}},
		{"http:p", {"http", NULL, NULL, NULL, "p", NULL, NULL}},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct url u;
		struct span got[7];

		url_split(span_of(rows[i].s), &u);
		memcpy(got, &u, sizeof(got));
		for (size_t k = 0; k < 7; k++) {
			const char *want = rows[i].part[k];

			if (!want ? got[k].p != NULL
				  : !got[k].p || !span_eq_str(got[k], want))
				fail_msg("'%s' part %zu: '%.*s'", rows[i].s, k,
					SPAN_ARG(got[k]));
		}
	}
}

static void
check_resolve(const char *base, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out = STRBUF_INIT(URL_BYTES_MAX);
		bool ok = url_resolve(span_of(base), span_of(rows[i].in), &out);

		if (ok != (rows[i].out != NULL) ||
			strcmp(strbuf_cstr(&out), ok ? rows[i].out : ""))
			fail_msg("'%s' + '%s': %d '%s', not '%s'", base,
				rows[i].in, ok, strbuf_cstr(&out),
				rows[i].out ? rows[i].out : "(refused)");
		strbuf_fini(&out);
	}
}

static void
references_resolve_as_in_rfc_3986_5_4(void **state)
{
	static const struct row rows[] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{"g?y#s", "http://a/b/c/g?y#s"},
		{";x", "http://a/b/c/;x"},
		{"g;x", "http://a/b/c/g;x"},
		{"g;x?y#s", "http://a/b/c/g;x?y#s"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../", "http://a/"},
		{"../../g", "http://a/g"},
		/* 5.4.2 */
		{"../../../g", "http://a/g"},
		{"../../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{".g", "http://a/b/c/.g"},
		{"g..", "http://a/b/c/g.."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{"g;x=1/../y", "http://a/b/c/y"},
		{"g?y/./x", "http://a/b/c/g?y/./x"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
		{"g#s/./x", "http://a/b/c/g#s/./x"},
		{"g#s/../x", "http://a/b/c/g#s/../x"},
	};

	(void)state;
	check_resolve("http://a/b/c/d;p?q", rows, ROWS(rows));
}

static void
links_are_cleaned_as_they_are_resolved(void **state)
{
	static const struct row rows[] = {
		{" https://X.com/a\n", "https://x.com/a"},
		{"HTTPS://EXAMPLE.com/A", "https://example.com/A"},
		{"http://e.com/a b", "http://e.com/a%20b"},
		{"http://e.com/\n    a\t/b", "http://e.com/a/b"},
		{"http://e.com/a \n b", "http://e.com/ab"},
		{"http://e.com/caf\xc3\xa9?q=\xe2\x82\xac",
			"http://e.com/caf%C3%A9?q=%E2%82%AC"},
		{"http://m\xc3\xbcnchen.de/", "http://xn--mnchen-3ya.de/"},
		{"http://xn--mnchen-3ya.de/", "http://xn--mnchen-3ya.de/"},
		{"http://e.com/a%20b%zz%", "http://e.com/a%20b%zz%"},
		{"http://e.com/%7ea", "http://e.com/%7ea"},
		{"http://e.com/<\"a\">\\^`{|}",
			"http://e.com/%3C%22a%22%3E%5C%5E%60%7B%7C%7D"},
		{"http://e.com:80/", "http://e.com/"},
		{"https://e.com:443/", "https://e.com/"},
		{"http://e.com:443/", "http://e.com:443/"},
		{"http://e.com:/", "http://e.com/"},
		{"http://e.com", "http://e.com"},
		{"http://e.com?a=1", "http://e.com?a=1"},
		{"http://u:p@e.com/", "http://u:p@e.com/"},
		{"http://e.com/a/../../b/./c/..", "http://e.com/b/"},
		{"http://e.com//a", "http://e.com//a"},
		{"mailto:A@b.com", "mailto:A@b.com"},
		{"urn:uuid:1-2", "urn:uuid:1-2"},
		{"tag:e.com,2026:a/../b", "tag:e.com,2026:a/../b"},
		{"file:///etc/a/../b", "file:///etc/b"},
		{"http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
		{"", NULL},
		{"a/b", NULL},
		{"//e.com/a", NULL},
		{"http:a", NULL},
		{"http:///a", NULL},
		{"https://", NULL},
		{"www.example.com/a", NULL},
		{"http://a:b:c/", NULL},
		{"x:/..//e.com/", NULL},
		{"http://[::/", NULL},
		{"http://[]/", NULL},
		{"http://a]/", NULL},
		{"http://[a]b]/", NULL},
		{"http://e.com:80:80/", NULL},
		{"http://e.com:port/", NULL},
	};

	(void)state;
	check_resolve("", rows, ROWS(rows));
}

static void
references_resolve_against_real_bases(void **state)
{
	static const struct {
		const char *base;
		struct row row;
	} rows[] = {
		{"https://e.com", {"a", "https://e.com/a"}},
		{"https://e.com?x", {"a", "https://e.com/a"}},
		{"https://e.com/feed/", {"../a/", "https://e.com/a/"}},
		{"https://e.com/feed",
			{"//cdn.e.com/x", "https://cdn.e.com/x"}},
		{"http://u@e.com/", {"/a", "http://u@e.com/a"}},
		{" https://e.com/\n", {"a", "https://e.com/a"}},
		{"not a url", {"a", NULL}},
		{"/relative", {"a", NULL}},
		{"mailto:x@y", {"a", "mailto:a"}},
		{"https://e.com/a", {"javascript:x", "javascript:x"}},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_resolve(rows[i].base, &rows[i].row, 1);
}

static void
two_links_to_one_article_have_one_canonical_form(void **state)
{
	static const struct row rows[] = {
		{"http://e.com/a", "//e.com/a"},
		{"https://e.com/a", "//e.com/a"},
		{"HTTPS://E.COM:443/a", "//e.com/a"},
		{"http://e.com:80/a", "//e.com/a"},
		{"http://e.com:8080/a", "//e.com:8080/a"},
		{"http://user:pw@e.com/a", "//e.com/a"},
		{"http://e.com", "//e.com/"},
		{"http://e.com/", "//e.com/"},
		{"http://e.com/a#top", "//e.com/a"},
		{"http://e.com/a?", "//e.com/a"},
		{"http://e.com/a?#x", "//e.com/a"},
		{"http://e.com/a?&", "//e.com/a"},
		{"http://e.com/a?utm_source=rss&utm_medium=feed", "//e.com/a"},
		{"http://e.com/a?UTM_Source=x&id=7", "//e.com/a?id=7"},
		{"http://e.com/a?id=7&fbclid=abc&b=2", "//e.com/a?id=7&b=2"},
		{"http://e.com/a?gclid=1&mc_cid=2&igshid=3", "//e.com/a"},
		{"http://e.com/a?b=2&a=1", "//e.com/a?b=2&a=1"},
		{"http://e.com/a?source=rss_feed", "//e.com/a"},
		{"http://e.com/a?source=mail", "//e.com/a?source=mail"},
		{"http://e.com/a?ref=rss", "//e.com/a"},
		{"http://e.com/a?ref=main", "//e.com/a?ref=main"},
		{"http://e.com/a?at_medium=RSS&at_campaign=KARANGA",
			"//e.com/a"},
		{"http://e.com/a?partner=rssnyt&emc=rss", "//e.com/a"},
		{"http://e.com/a?x=1&amp;y=2", "//e.com/a?x=1&amp;y=2"},
		{"http://e.com/%7Ea/%c3%a9%2f", "//e.com/~a/%C3%A9%2F"},
		{"http://e.com/~a/\xc3\xa9%2F", "//e.com/~a/%C3%A9%2F"},
		{"http://e.com/a/./b/../c", "//e.com/a/c"},
		{"http://e.com/a/%2e%2E/c", "//e.com/c"},
		{"http://e.com/a b", "//e.com/a%20b"},
		{" http://e.com/a\nb ", "//e.com/ab"},
		{"http://e.com/%", "//e.com/%25"},
		{"http://e.com/%%34%31", "//e.com/%2541"},
		{"http://xn--mnchen-3ya.de/", "//xn--mnchen-3ya.de/"},
		{"//e.com/a", "//e.com/a"},
		{"ftp://e.com/a", NULL},
		{"mailto:a@b.com", NULL},
		{"urn:x:y", NULL},
		{"/a/b", NULL},
		{"", NULL},
		{"http://", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(URL_BYTES_MAX);
		bool ok = url_canonical(span_of(rows[i].in), &out);

		if (ok != (rows[i].out != NULL) ||
			strcmp(strbuf_cstr(&out), ok ? rows[i].out : ""))
			fail_msg("'%s': %d '%s', not '%s'", rows[i].in, ok,
				strbuf_cstr(&out),
				rows[i].out ? rows[i].out : "(refused)");
		strbuf_fini(&out);
	}
}

/* A string of the characters that mean something in URLs. */
static struct span
noise(struct rng *r, char *buf, size_t max)
{
	static const char *const bits[] = {"http://", "https:", "//", "/", "..",
		".", "?", "&", "=", "#", "%", "%2e", "%41", "%C3", "\xc3\xa9",
		" ", "\n", "@", ":", ":80", ":443", "[::1]", "utm_a=b", "a",
		"B", "e.com", "7", "+", ";", "\\", "\xff"};
	size_t n = 0, left = rng_below(r, 14);

	if (rng_below(r, 2))
		n = (size_t)stpcpy(buf, "http://e.com") - (size_t)buf;
	for (; left > 0; left--) {
		const char *s = bits[rng_below(r, ROWS(bits))];

		if (n + strlen(s) > max)
			break;
		memcpy(buf + n, s, strlen(s));
		n += strlen(s);
	}
	return span_make(buf, n);
}

static bool
is_clean_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

static void
canonical_and_resolved_forms_are_ascii_and_stay_as_they_are(void **state)
{
	uint64_t seed = 42;
	struct rng r;
	unsigned n_ok = 0;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 20000; i++) {
		struct strbuf once = STRBUF_INIT(4000);
		struct strbuf twice = STRBUF_INIT(4000);
		char buf[256];
		struct span in = noise(&r, buf, sizeof(buf));
		bool (*f)(struct span, struct strbuf *) = url_canonical;

		if (f(in, &once)) {
			n_ok++;
			assert_true(is_clean_ascii(strbuf_as_span(&once)));
			assert_true(f(strbuf_as_span(&once), &twice));
			if (strcmp(once.p, twice.p) != 0)
				fail_msg("'%.*s': %s, then %s", SPAN_ARG(in),
					once.p, twice.p);
		}
		strbuf_clear(&once);
		strbuf_clear(&twice);
		if (url_resolve(SPAN_LIT("http://b.org/x/y?z"), in, &once)) {
			assert_true(is_clean_ascii(strbuf_as_span(&once)));
			assert_true(url_resolve(
				SPAN_NULL, strbuf_as_span(&once), &twice));
			if (strcmp(once.p, twice.p) != 0)
				fail_msg("'%.*s': %s, then %s", SPAN_ARG(in),
					once.p, twice.p);
		}
		strbuf_fini(&once);
		strbuf_fini(&twice);
	}
	assert_true(n_ok > 5000);
}

static void
http_urls_are_told_from_others(void **state)
{
	static const struct {
		const char *s, *host;
		bool is_http;
	} rows[] = {
		{"http://e.com/", "e.com", true},
		{"HTTPS://E.com", "E.com", true},
		{" http://e.com ", "e.com", true},
		{"http://u@e.com:8/", "e.com", true},
		{"http://[::1]:8/", "::1", true},
		{"http:///a", "", false},
		{"http:e.com", "", false},
		{"httpx://e.com", "e.com", false},
		{"ftp://e.com/", "e.com", false},
		{"//e.com/", "", false},
		{"e.com", "", false},
		{"", "", false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct span s = span_of(rows[i].s);

		assert_int_equal(url_is_http(s), rows[i].is_http);
		assert_true(span_eq_str(url_host(s), rows[i].host));
	}
}

static void
parameters_that_track_are_told_by_name_and_value(void **state)
{
	static const struct {
		struct span name, value;
		bool is;
	} rows[] = {
		{{"utm_source", 10}, {"", 0}, true},
		{{"UTM_X", 5}, {"", 0}, true},
		{{"utm", 3}, {"", 0}, false},
		{{"fbclid", 6}, {"x", 1}, true},
		{{"fbclidx", 7}, {"x", 1}, false},
		{{"fbclid\0x", 8}, {"x", 1}, false},
		{{"ref", 3}, {"rss-feed", 8}, true},
		{{"ref", 3}, {"home", 4}, false},
		{{"", 0}, {"", 0}, false},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_int_equal(url_is_tracking(rows[i].name, rows[i].value),
			rows[i].is);
}

static void
secrets_in_urls_are_masked_and_nothing_else(void **state)
{
	static const struct row rows[] = {
		{"http://e.com/a/b?c=d#e", "http://e.com/a/b?c=d#e"},
		{"http://user:pass@e.com/", "http://***@e.com/"},
		{"redis://:pw@h:6379/0", "redis://***@h:6379/0"},
		{"https://hooks.slack.com/services/T01AB2CD3/B04EF5GH6/"
		 "aB1cD2eF3gH4iJ5kL6mN7oP8",
			"https://hooks.slack.com/services/T01AB2CD3/B04EF5GH6/"
			"***"},
		{"https://e.com/?token=abc&x=1",
			"https://e.com/?token=***&x=1"},
		{"https://e.com/?API_KEY=abc", "https://e.com/?API_KEY=***"},
		{"https://e.com/?key=", "https://e.com/?key="},
		{"https://e.com/?x=5f4dcc3b5aa765d61d8327deb882cf99",
			"https://e.com/?x=***"},
		{"https://e.com/123e4567-e89b-12d3-a456-426614174000/f",
			"https://e.com/***/f"},
		{"https://e.com/f?eyJhbGciOiJIUzI1NiJ9.eyJzdWIi",
			"https://e.com/f?***"},
		{"https://e.com/#access_token=abc",
			"https://e.com/#access_"
			"token=***"},
		{"https://e.com/meta-unveils-new-open-weight-model-for-2026",
			"https://e.com/"
			"meta-unveils-new-open-weight-model-for-2026"},
		{"https://e.com/Meta_Platforms_Reports_Fourth_Quarter_2025",
			"https://e.com/"
			"Meta_Platforms_Reports_Fourth_Quarter_2025"},
		{"https://e.com/bundesverfassungsgericht",
			"https://e.com/bundesverfassungsgericht"},
		{"https://e.com/a//b/", "https://e.com/a//b/"},
		{"", ""},
		{"/var/log/x", "/var/log/x"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct strbuf out = STRBUF_INIT(URL_BYTES_MAX);

		url_mask(span_of(rows[i].in), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].out);
		strbuf_fini(&out);
	}
}

static void
what_is_too_long_is_refused_and_leaves_nothing_behind(void **state)
{
	static char s[URL_BYTES_MAX + 2] = "http://e.com/";
	struct strbuf out = STRBUF_INIT(100);

	(void)state;
	memset(s + 13, 'a', sizeof(s) - 14);
	strbuf_str(&out, "kept");
	assert_false(url_resolve(SPAN_NULL, span_of(s), &out));
	assert_false(url_canonical(span_of(s), &out));
	assert_false(url_resolve(span_of(s), SPAN_LIT("x"), &out));
	assert_false(url_resolve(SPAN_NULL, span_make(s, 200), &out));
	assert_false(url_canonical(span_make(s, 200), &out));
	assert_string_equal(strbuf_cstr(&out), "kept");
	assert_true(url_resolve(SPAN_NULL, span_make(s, 20), &out));
	assert_string_equal(strbuf_cstr(&out), "kepthttp://e.com/aaaaaaa");
	strbuf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_string_splits_into_parts),
		cmocka_unit_test(references_resolve_as_in_rfc_3986_5_4),
		cmocka_unit_test(links_are_cleaned_as_they_are_resolved),
		cmocka_unit_test(references_resolve_against_real_bases),
		cmocka_unit_test(
			two_links_to_one_article_have_one_canonical_form),
		cmocka_unit_test(
			canonical_and_resolved_forms_are_ascii_and_stay_as_they_are),
		cmocka_unit_test(http_urls_are_told_from_others),
		cmocka_unit_test(
			parameters_that_track_are_told_by_name_and_value),
		cmocka_unit_test(secrets_in_urls_are_masked_and_nothing_else),
		cmocka_unit_test(
			what_is_too_long_is_refused_and_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
