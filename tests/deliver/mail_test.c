/* Mail: its header cannot be broken, its bodies come through whole. */
#include "testing.h"

#include "deliver/mail.h"

static const struct span recipients[] = {
	SPAN_INIT("a@example.com"), SPAN_INIT("b@example.com")};

static struct mail
mail_of(const char *subject, const char *text)
{
	return (struct mail){
		.from_name = SPAN_LIT("newswatch"),
		.from = SPAN_LIT("news@example.com"),
		.to = recipients,
		.n_to = 2,
		.subject = span_of(subject),
		.id = SPAN_LIT("msg_1@example.com"),
		.thread = SPAN_LIT("s.r@example.com"),
		.list_id = SPAN_LIT("desk.newswatch.example.com"),
		.date = {1772366403000},
		.text = span_of(text),
		.html = SPAN_LIT("<p>x</p>"),
	};
}

static char *
formatted(const struct mail *m)
{
	struct strbuf out = STRBUF_INIT(1 << 20);

	mail_format(m, &out);
	return strbuf_take(&out);
}

static void
a_mail_has_the_fields_that_readers_and_filters_go_by(void **state)
{
	struct mail m = mail_of("Meta: M&A", "one");
	char *text = formatted(&m);

	(void)state;
	assert_true(span_starts(span_of(text),
		"Date: Sun, 01 Mar 2026 12:00:03 +0000\r\n"
		"From: \"newswatch\" <news@example.com>\r\n"
		"To: a@example.com,\r\n b@example.com\r\n"
		"Subject: Meta: M&A\r\n"
		"Message-ID: <msg_1@example.com>\r\n"
		"References: <s.r@example.com>\r\n"
		"List-Id: <desk.newswatch.example.com>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"));
	mem_free(&text);
	m.reply_to = SPAN_LIT("msg_0@example.com");
	text = formatted(&m);
	assert_non_null(strstr(text,
		"In-Reply-To: <msg_0@example.com>\r\n"
		"References: <s.r@example.com>\r\n"
		" <msg_0@example.com>\r\n"));
	mem_free(&text);
}

static void
nothing_that_is_put_in_ends_a_field(void **state)
{
	struct mail m = mail_of("a\r\nBcc: evil@example.com\r\n\r\nbody", "x");
	char *text;

	(void)state;
	m.from_name = SPAN_LIT("x\"\r\nBcc: y");
	m.id = SPAN_LIT("1>\r\nBcc: <2@example.com");
	text = formatted(&m);
	assert_null(strstr(text, "\nBcc"));
	assert_non_null(strstr(text, "From: \"x\\\" Bcc: y\" <"));
	assert_non_null(
		strstr(text, "Subject: a Bcc: evil@example.com body\r\n"));
	assert_non_null(strstr(text, "Message-ID: <1Bcc2@example.com>\r\n"));
	mem_free(&text);
}

static void
a_subject_beyond_ascii_is_encoded_in_whole_characters(void **state)
{
	static const struct {
		const char *subject, *field;
	} rows[] = {
		{"\xc3\xa4", "Subject: =?UTF-8?B?w6Q=?=\r\n"},
		{"=?UTF-8?Q?x?=",
			"Subject: =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=\r\n"},
		/* 39 bytes a word, but 38 here: a character is not cut. */
		{"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
		 "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		 "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
			"Subject: =?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6T"
			"DpMOkw6TDpMOkw6Q=?=\r\n =?UTF-8?B?w6Q=?=\r\n"},
	};
	struct mail m;
	char *text;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		m = mail_of(rows[i].subject, "x");
		text = formatted(&m);
		if (!strstr(text, rows[i].field))
			fail_msg("%s", text);
		mem_free(&text);
	}
}

static void
bodies_are_quoted_printable_in_short_lines(void **state)
{
	char long_line[300];
	struct mail m;
	struct span rest, line;
	char *text;

	(void)state;
	memset(long_line, '=', sizeof(long_line) - 1);
	long_line[sizeof(long_line) - 1] = '\0';
	m = mail_of("s", "a=b \xc3\xa4 end \n.\nFrom x");
	text = formatted(&m);
	assert_non_null(
		strstr(text, "\r\na=3Db =C3=A4 end=20\r\n.\r\nFrom x\r\n"));
	mem_free(&text);
	m = mail_of("s", long_line);
	text = formatted(&m);
	rest = span_of(text);
	while (span_next(&rest, '\n', &line)) {
		assert_true(line.n <= 77); /* with its CR */
		assert_int_equal(line.p[line.n - 1], '\r');
	}
	mem_free(&text);
}

static void
an_address_is_one_that_needs_no_quotes(void **state)
{
	static const char *const good[] = {
		"a@b", "news+x@example.com", "o'hara_1.2@mail.example"};
	static const char *const bad[] = {"", "a", "@b", "a@", "a@b@c", "a b@c",
		"a@b\r\nX: y", "<a@b>", "\"a\"@b", "a@b,c@d", "\xc3\xa4@b"};

	(void)state;
	for (size_t i = 0; i < N_ROWS(good); i++)
		assert_true(mail_is_address(span_of(good[i])));
	for (size_t i = 0; i < N_ROWS(bad); i++)
		assert_false(mail_is_address(span_of(bad[i])));
	assert_span_equal(mail_domain(SPAN_LIT("a@b.c")), "b.c");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_mail_has_the_fields_that_readers_and_filters_go_by),
		cmocka_unit_test(nothing_that_is_put_in_ends_a_field),
		cmocka_unit_test(
			a_subject_beyond_ascii_is_encoded_in_whole_characters),
		cmocka_unit_test(bodies_are_quoted_printable_in_short_lines),
		cmocka_unit_test(an_address_is_one_that_needs_no_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
