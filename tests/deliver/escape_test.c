/* Escaping: what news says cannot become markup, links or calls. */
#include "testing.h"

#include "deliver/escape.h"

#define RLO "\xe2\x80\xae" /* right-to-left override */

static void
each_markup_gets_its_own_marks(void **state)
{
	static const struct {
		enum markup markup;
		const char *text, *escaped;
	} rows[] = {
		{MARKUP_TEXT, "a <b> *c* \033[2J" RLO "d\ne",
			"a <b> *c* [2Jd e"},
		{MARKUP_MRKDWN, "<!channel> R&D <https://x|y>",
			"&lt;!channel&gt; R&amp;D &lt;https://x|y&gt;"},
		{MARKUP_MARKDOWN, "*a* [b](c) `d` ~e~ _f_ \\g <@1> | #h",
			"\\*a\\* \\[b\\](c) \\`d\\` \\~e\\~ \\_f\\_ \\\\g "
			"\\<@\xe2\x80\x8b"
			"1\\> \\| \\#h"},
		{MARKUP_MARKDOWN, "@everyone",
			"@\xe2\x80\x8b"
			"everyone"},
		{MARKUP_TELEGRAM, "1.5% (a-b) [c]! #d =e {f} ~g|h>",
			"1\\.5% \\(a\\-b\\) \\[c\\]\\! \\#d \\=e \\{f\\} "
			"\\~g\\|h\\>"},
		{MARKUP_TELEGRAM, "a\\b_c*d`e+f", "a\\\\b\\_c\\*d\\`e\\+f"},
		{MARKUP_HTML, "<script>alert(\"x\" & 'y')</script>",
			"&lt;script&gt;alert(&quot;x&quot; &amp; "
			"&#39;y&#39;)&lt;/script&gt;"},
		{MARKUP_JSON, "a\"b\\c\nd", "a\\\"b\\\\c d"},
	};
	struct strbuf out = STRBUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&out);
		escape_text(rows[i].markup, span_of(rows[i].text), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].escaped);
	}
	strbuf_fini(&out);
}

static void
a_link_stays_a_link_and_ends_where_it_should(void **state)
{
	static const struct {
		enum markup markup;
		const char *url, *escaped;
	} rows[] = {
		{MARKUP_TEXT, "https://e.com/a b\r\nX: y",
			"https://e.com/"
			"a%20b%0D%0AX:%20y"},
		{MARKUP_MRKDWN, "https://e.com/?a=1&b=<|>",
			"https://e.com/?a=1&amp;b=%3C%7C%3E"},
		{MARKUP_MARKDOWN, "https://e.com/a_(b)[c]@d",
			"https://e.com/a_%28b%29%5Bc%5D@d"},
		{MARKUP_TELEGRAM, "https://e.com/(a).b\\c",
			"https://e.com/%28a%29.b%5Cc"},
		{MARKUP_HTML, "https://e.com/?a=\"onclick='b'&c",
			"https://e.com/?a=%22onclick=%27b%27&amp;c"},
		{MARKUP_HTML, "http://e.com/" RLO "x",
			"http://e.com/%E2%80%AEx"},
		{MARKUP_HTML, "javascript:alert(1)", ""},
		{MARKUP_MRKDWN, "https://", ""},
		{MARKUP_TEXT, "", ""},
		{MARKUP_TEXT, "//e.com/", ""},
	};
	struct strbuf out = STRBUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&out);
		escape_url(rows[i].markup, span_of(rows[i].url), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].escaped);
	}
	strbuf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_markup_gets_its_own_marks),
		cmocka_unit_test(a_link_stays_a_link_and_ends_where_it_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
