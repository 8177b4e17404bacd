/* Mistakes in a channel's settings, all of them with their place. */
#include "testing.h"

#include <sys/stat.h>

#include "base/file.h"
#include "support/channel_world.h"

#define AT_VALUE "c.yaml:2:9: error: "
#define AT_KEY "c.yaml:2:3: error: "
#define AT_CHANNEL "c.yaml:1:1: error: "

static const struct entity_text words[] = {{S("true"), {"c.yaml", 2, 9}}};
static const struct entity_text no_word[] = {{S(""), {"c.yaml", 2, 9}}};
#define LIST(k, l) \
	{ \
		.key = S(k), .list = (l), .n_list = 1, \
		.place = {"c.yaml", 2, 3}, .value_place = { \
			"c.yaml", \
			2, \
			9 \
		} \
	}

static void
every_mistake_is_told_with_its_place(void **state)
{
	static const struct setting good_url = SCALAR("url", "http://h/");
	static const struct {
		const char *type;
		struct setting settings[3];
		size_t n;
		const char *told;
	} rows[] = {
		{"file", {SCALAR("path", "/tmp/x")}, 1, ""},
		{"stdout", {SCALAR("max_age", "2h")}, 1, ""},
		{"exec", {LIST("command", words)}, 1, ""},
		{"webhook",
			{SCALAR("url", "https://h/x?y"),
				SCALAR("timeout", "3s")},
			2, ""},
		{"slak", {SCALAR("url", "http://h/")}, 1,
			"c.yaml:1:8: error: there is no type 'slak' of "
			"channels; did you mean 'slack'?\n"},
		{"file", {SCALAR("path", "")}, 1,
			AT_VALUE "'path' of a channel is a path\n"},
		{"file", {SCALAR("max_attempts", "3")}, 1,
			AT_CHANNEL "channel 'desk' of type file needs 'path': "
				   "The file to append to.\n"},
		{"file", {SCALAR("path", "x"), SCALAR("pathe", "x")}, 2,
			AT_KEY "a file channel has no setting 'pathe'; did you "
			       "mean 'path'?\n"},
		{"file", {SCALAR("path", "x"), SCALAR("colour", "x")}, 2,
			AT_KEY "a file channel has no setting 'colour'\n"},
		{"file", {SCALAR("path", "x"), SCALAR("max_atempts", "x")}, 2,
			AT_KEY "a file channel has no setting 'max_atempts'; "
			       "did you mean 'max_attempts'?\n"},
		{"file", {SCALAR("path", "x"), SCALAR("max_attempts", "0")}, 2,
			AT_VALUE "'max_attempts' of a channel is a whole "
				 "number, 1 or more\n"},
		{"file", {SCALAR("path", "x"), SCALAR("max_age", "soon")}, 2,
			AT_VALUE "'max_age' of a channel is a duration like "
				 "90s, 5m or 2h\n"},
		{"file", {LIST("path", words)}, 1,
			AT_VALUE "'path' of a channel is a path\n"},
		{"exec", {SCALAR("command", "true")}, 1,
			AT_VALUE "'command' of a channel is a list\n"},
		{"exec", {LIST("command", no_word)}, 1,
			AT_VALUE "'command' names no program\n"},
		{"webhook", {SCALAR("url", "ftp://h/")}, 1,
			AT_VALUE "'url' of a channel is an http or https "
				 "URL\n"},
		{"webhook", {SCALAR("url", "https://u:p@h/")}, 1,
			AT_VALUE "no user name or password in a URL: use "
				 "'user' and 'password_file', or "
				 "'bearer_file'\n"},
		{"webhook", {SCALAR("timeout", "3s")}, 1,
			AT_CHANNEL "channel 'desk' needs 'url' or "
				   "'url_file'\n"},
		{"webhook", {good_url, SCALAR("user", "me")}, 2,
			AT_KEY "'user' and 'password_file' go together\n"},
		{"webhook", {good_url, SCALAR("secret_file", "/nowhere/s")}, 2,
			AT_VALUE
			"/nowhere/s: cannot open: No such file or directory\n"},
		{"slack", {good_url, SCALAR("room", "C1")}, 2,
			AT_KEY "a webhook has its channel in its URL; 'room' "
			       "needs 'token_file'\n"},
		{"slack", {SCALAR("edit", "no")}, 1,
			AT_CHANNEL "channel 'desk' needs 'url' or "
				   "'url_file'\n"},
		{"slack", {good_url, SCALAR("edit", "maybe")}, 2,
			AT_VALUE "'edit' of a channel is yes or no\n"},
		{"teams", {good_url, SCALAR("edit", "no")}, 2,
			AT_KEY "a teams channel has no setting 'edit'\n"},
		{"telegram", {SCALAR("chat", "@x")}, 1,
			AT_CHANNEL "channel 'desk' of type telegram needs "
				   "'token_file': A file with the bot's token, "
				   "as @BotFather gave it.\n"},
		{"ntfy", {SCALAR("url", "http://h/")}, 1,
			AT_CHANNEL "channel 'desk' needs 'topic' or "
				   "'topic_file'\n"},
		{"ntfy", {SCALAR("topic", "t"), SCALAR("priority", "6")}, 2,
			AT_VALUE "'priority' is a whole number from 1 to 5\n"},
		{"syslog", {SCALAR("facility", "kern")}, 1,
			AT_VALUE "there is no facility 'kern'\n"},
		{"syslog", {SCALAR("tag", "a b")}, 1,
			AT_VALUE "a tag is at most 48 ASCII characters without "
				 "blanks, brackets and colons\n"},
		{"syslog", {SCALAR("address", "udp://log.example:514")}, 1,
			AT_VALUE "a server is udp:// and an address, like "
				 "udp://192.0.2.1:514; names are not looked "
				 "up\n"},
		{"syslog", {SCALAR("address", "udp://[::1]:514")}, 1, ""},
		{"syslog", {SCALAR("address", "udp://[::1]:99999")}, 1,
			AT_VALUE "a server is udp:// and an address, like "
				 "udp://192.0.2.1:514; names are not looked "
				 "up\n"},
		{"syslog", {SCALAR("address", "log")}, 1,
			AT_VALUE "'address' is the path of a socket, or "
				 "udp://...\n"},
		{"journal", {SCALAR("socket", "journal")}, 1,
			AT_VALUE "'socket' is an absolute path of at most 107 "
				 "bytes\n"},
		{"redis",
			{SCALAR("list", "l"),
				SCALAR("url", "redis://u:p@localhost/0")},
			2,
			AT_VALUE "no password in a URL: use "
				 "'password_file'\n"},
		{"apprise", {SCALAR("config", "/nowhere/a")}, 1,
			AT_VALUE "/nowhere/a: No such file or directory\n"},
	};
	char *told;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		told = channel_world_mistakes(
			rows[i].type, rows[i].settings, rows[i].n);
		if (strcmp(told, rows[i].told) != 0)
			fail_msg("row %zu: %s not %s", i, told, rows[i].told);
		mem_free(&told);
	}
}

static void
headers_of_a_webhook_cannot_be_ours_or_broken(void **state)
{
	static const struct {
		const char *name, *value, *told;
	} rows[] = {
		{"X-Team", "desk", ""},
		{"Webhook-ID", "1",
			AT_KEY "the header 'webhook-id' is set by newswatch\n"},
		{"authorization", "Bearer x",
			AT_KEY "the header 'authorization' is set by "
			       "newswatch: use 'bearer_file', or 'user' and "
			       "'password_file'\n"},
		{"X Team", "x",
			AT_KEY "'X Team' cannot be the name of a header\n"},
		{"X-Team", "a\r\nEvil: b",
			AT_VALUE "a header's value is one line\n"},
	};
	char *told;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const struct setting header = {.key = span_of(rows[i].name),
			.value = span_of(rows[i].value),
			.place = {"c.yaml", 2, 3},
			.value_place = {"c.yaml", 2, 9}};
		const struct setting settings[] = {SCALAR("url", "http://h/"),
			{.key = S("headers"), .map = &header, .n_map = 1}};

		told = channel_world_mistakes("webhook", settings, 2);
		assert_string_equal(told, rows[i].told);
		mem_free(&told);
	}
}

static void
secrets_are_read_beside_the_configuration_and_not_shown(void **state)
{
	char *dir = test_dir();
	char *conf = mem_printf("%s/c.yaml", dir);
	char *path = mem_printf("%s/url", dir);
	const struct setting url = {.key = S("url_file"),
		.value = S("url"),
		.place = {conf, 2, 3},
		.value_place = {conf, 2, 9}};
	char *told;

	(void)state;
	assert_int_equal(
		file_replace(path, SPAN_LIT("https://h/secret\n"), 0600, NULL),
		0);
	told = channel_world_mistakes("webhook", &url, 1);
	assert_string_equal(told, "");
	mem_free(&told);
	assert_int_equal(
		file_replace(path, SPAN_LIT("h/secret\n"), 0600, NULL), 0);
	told = channel_world_mistakes("webhook", &url, 1);
	assert_non_null(strstr(told, "the file holds no http or https URL"));
	assert_null(strstr(told, "secret"));
	mem_free(&told);
	assert_int_equal(chmod(path, 0644), 0);
	told = channel_world_mistakes("webhook", &url, 1);
	assert_non_null(strstr(told, path));
	assert_null(strstr(told, "h/secret"));
	mem_free(&told);
	mem_free(&path);
	mem_free(&conf);
	test_dir_free(&dir);
}

/* `name` as it stands in a page of doc. */
static void
assert_documented(const char *page, const char *name)
{
	char *path = mem_printf("%s/doc/%s.md",
		getenv("NW_SRCDIR") ? getenv("NW_SRCDIR") : ".", page);
	char *quoted = mem_printf("`%s`", name);
	struct strbuf doc = STRBUF_INIT(1 << 20);

	if (file_read(path, &doc, NULL) != 0 ||
		span_find_str(strbuf_as_span(&doc), quoted) == SIZE_MAX)
		fail_msg("%s does not tell of %s", path, quoted);
	strbuf_fini(&doc);
	mem_free(&quoted);
	mem_free(&path);
}

static void
every_type_and_setting_is_documented(void **state)
{
	const struct channel_type *t;
	char *page;

	(void)state;
	for (size_t i = 0; (t = channel_type_at(i)); i++) {
		assert_ptr_equal(channel_type_find(span_of(t->name)), t);
		assert_true(t->parallel > 0);
		assert_documented("CHANNELS", t->name);
		page = mem_printf("channels/%s", t->name);
		for (const struct setting_rule *r = t->rules; r->name; r++)
			assert_documented(page, r->name);
		mem_free(&page);
	}
	for (const struct setting_rule *r = channel_common_rules(); r->name;
		r++)
		assert_documented("CHANNELS", r->name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_is_told_with_its_place),
		cmocka_unit_test(headers_of_a_webhook_cannot_be_ours_or_broken),
		cmocka_unit_test(
			secrets_are_read_beside_the_configuration_and_not_shown),
		cmocka_unit_test(every_type_and_setting_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
