/* How fast each type is told, and which host its failures are counted for. */
#include "testing.h"

#include "base/file.h"
#include "deliver/pace.h"

static struct setting
setting(const char *key, const char *value)
{
	return (struct setting){.key = span_of(key), .value = span_of(value)};
}

static void
rates_are_the_types_unless_the_channel_says(void **state)
{
	static const struct {
		const char *type, *rate, *burst;
		double per_minute, at_once;
	} rows[] = {
		{"slack", NULL, NULL, 60, 3},
		{"slack", "2/s", NULL, 120, 3},
		{"slack", "none", NULL, 0, 3},
		{"slack", NULL, "9", 60, 9},
		{"teams", NULL, NULL, 240, 4},
		{"discord", NULL, NULL, 30, 5},
		{"telegram", NULL, NULL, 20, 5},
		{"matrix", NULL, NULL, 12, 10},
		{"ntfy", NULL, NULL, 12, 60},
		{"pagerduty", NULL, NULL, 120, 20},
		{"webhook", NULL, NULL, 0, 1},
		{"webhook", "30/h", "2", 0.5, 2},
		{"exec", "1/s", NULL, 60, 1},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct setting s[2];
		struct channel_conf conf = {
			.name = SPAN_LIT("c"), .settings = s};
		struct pace p;

		if (rows[i].rate)
			s[conf.n_settings++] = setting("rate", rows[i].rate);
		if (rows[i].burst)
			s[conf.n_settings++] = setting("burst", rows[i].burst);
		p = pace_of(&conf, channel_type_find(span_of(rows[i].type)));
		if ((int)(p.rate * 6000 + 0.5) !=
				(int)(rows[i].per_minute * 100) ||
			(int)p.burst != (int)rows[i].at_once)
			fail_msg("row %zu: %g a second, %g at once", i, p.rate,
				p.burst);
	}
}

static void
hosts_are_those_of_the_url_wherever_it_stands(void **state)
{
	static const struct {
		const char *type, *key, *value, *host;
	} rows[] = {
		{"webhook", "url", "https://Hooks.Example.com/x",
			"hooks.example.com"},
		{"webhook", "url", "http://127.0.0.1:8080/", "127.0.0.1:8080"},
		{"webhook", "url", "http://[::1]:80/", "[::1]:80"},
		{"ntfy", "topic", "news", "ntfy.sh"},
		{"ntfy", "url", "https://ntfy.example.com", "ntfy.example.com"},
		{"telegram", "chat", "1", "api.telegram.org"},
		{"pushover", "user", "1", "api.pushover.net"},
		{"exec", "command", "x", NULL},
		{"file", "path", "x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct setting s = setting(rows[i].key, rows[i].value);
		struct channel_conf conf = {.settings = &s, .n_settings = 1};
		char *host = pace_host(
			&conf, channel_type_find(span_of(rows[i].type)));

		if (!rows[i].host)
			assert_null(host);
		else
			assert_string_equal(host, rows[i].host);
		mem_free(&host);
	}
}

static void
a_secret_url_gives_its_host_and_no_more(void **state)
{
	char *dir = test_dir();
	char *path = mem_printf("%s/url", dir);
	struct setting s = setting("url_file", path);
	struct channel_conf conf = {.settings = &s, .n_settings = 1};
	char *host;

	(void)state;
	s.value_place.file = path;
	assert_int_equal(
		file_replace(path, SPAN_LIT("https://hooks.slack.com/T/B/x\n"),
			0600, NULL),
		0);
	host = pace_host(&conf, channel_type_find(SPAN_LIT("slack")));
	assert_string_equal(host, "hooks.slack.com");
	mem_free(&host);
	mem_free(&path);
	test_dir_free(&dir);
}

static void
a_rate_that_is_none_is_a_mistake(void **state)
{
	static const char *const rates[] = {"5", "fast", "-1/s", "1/x"};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rates); i++) {
		struct setting s[] = {
			setting("command", "x"), setting("rate", rates[i])};
		struct channel_conf conf = {.name = SPAN_LIT("c"),
			.type = SPAN_LIT("webhook"),
			.settings = s,
			.n_settings = 2};
		struct strbuf text = STRBUF_INIT(4096);
		struct report report = {.put = report_to_strbuf, .arg = &text};

		channel_check(&conf, &report);
		if (!strstr(strbuf_cstr(&text), "a rate like 1/s"))
			fail_msg("%s: %s", rates[i], strbuf_cstr(&text));
		strbuf_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_the_types_unless_the_channel_says),
		cmocka_unit_test(hosts_are_those_of_the_url_wherever_it_stands),
		cmocka_unit_test(a_secret_url_gives_its_host_and_no_more),
		cmocka_unit_test(a_rate_that_is_none_is_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
