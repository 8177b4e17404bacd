/* Secrets: read once, shown in no text. */
#include "testing.h"

#include <sys/stat.h>

#include "base/file.h"
#include "deliver/secrets.h"

static const struct setting_rule rules[] = {
	{"url_file", SETTING_SECRET, false, NULL, ""},
	{"token_file", SETTING_SECRET, false, NULL, ""},
	{"user", SETTING_TEXT, false, NULL, ""},
	{.name = NULL},
};

/* A directory with files "url" and "token", and a channel that names them. */
struct fixture {
	char *dir, *conf_file;
	struct setting settings[3];
	struct channel_conf conf;
	struct secrets secrets;
};

static void
write_file(const struct fixture *f, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", f->dir, name);

	assert_int_equal(file_replace(path, span_of(text), 0600, NULL), 0);
	mem_free(&path);
}

static void
fixture_open(struct fixture *f, const char *url, const char *token)
{
	static const char *const keys[] = {"url_file", "token_file", "user"};
	static const char *const values[] = {"url", "token", "somebody"};

	*f = (struct fixture){.dir = test_dir()};
	f->conf_file = mem_printf("%s/c.yaml", f->dir);
	for (size_t i = 0; i < 3; i++)
		f->settings[i] = (struct setting){.key = span_of(keys[i]),
			.value = span_of(values[i]),
			.place = {f->conf_file, 1, 1}};
	f->conf =
		(struct channel_conf){.settings = f->settings, .n_settings = 3};
	write_file(f, "url", url);
	write_file(f, "token", token);
}

static void
fixture_close(struct fixture *f)
{
	secrets_fini(&f->secrets);
	mem_free(&f->conf_file);
	test_dir_free(&f->dir);
}

static void
secrets_are_masked_wherever_they_stand(void **state)
{
	static const struct {
		const char *text, *masked;
	} rows[] = {
		{"bad token t0ken-value.", "bad token ***."},
		{"t0ken-valuet0ken-value", "******"},
		{"t0ken-valu", "t0ken-valu"},
		{"POST https://h.example/bot/secret-path?key=longvalue",
			"POST https://h.example***"},
		{"no such path /bot/secret-path", "no such path /bot/***"},
		{"unknown key longvalue", "unknown key ***"},
		{"h.example is down", "h.example is down"},
		{"somebody", "somebody"},
		{"", ""},
	};
	struct strbuf out = STRBUF_INIT(1000);
	struct fixture f;

	(void)state;
	fixture_open(&f, "https://h.example/bot/secret-path?key=longvalue\n",
		"t0ken-value\n");
	assert_int_equal(secrets_load(&f.conf, rules, &f.secrets, NULL), 0);
	assert_span_equal(secrets_get(&f.secrets, "token_file"), "t0ken-value");
	assert_span_equal(secrets_get(&f.secrets, "user"), "");
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&out);
		secrets_mask(&f.secrets, span_of(rows[i].text), &out);
		assert_string_equal(strbuf_cstr(&out), rows[i].masked);
	}
	strbuf_clear(&out);
	secrets_mask(NULL, SPAN_LIT("t0ken-value"), &out);
	assert_string_equal(strbuf_cstr(&out), "t0ken-value");
	strbuf_fini(&out);
	fixture_close(&f);
}

static void
a_short_word_is_not_masked_all_over_a_text(void **state)
{
	struct strbuf out = STRBUF_INIT(1000);
	struct fixture f;

	(void)state;
	fixture_open(&f, "https://h.example/\n", "abcde\n");
	assert_int_equal(secrets_load(&f.conf, rules, &f.secrets, NULL), 0);
	secrets_mask(&f.secrets, SPAN_LIT("abcde / abcdef"), &out);
	assert_string_equal(strbuf_cstr(&out), "abcde / abcdef");
	strbuf_fini(&out);
	fixture_close(&f);
}

static void
a_file_that_others_read_is_refused_without_its_content(void **state)
{
	struct fixture f;
	struct err err;
	char *path;

	(void)state;
	fixture_open(&f, "https://h.example/x\n", "t0ken-value\n");
	path = mem_printf("%s/token", f.dir);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(secrets_load(&f.conf, rules, &f.secrets, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
	assert_non_null(strstr(err.msg, path));
	assert_null(strstr(err.msg, "t0ken"));
	mem_free(&path);
	fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_masked_wherever_they_stand),
		cmocka_unit_test(a_short_word_is_not_masked_all_over_a_text),
		cmocka_unit_test(
			a_file_that_others_read_is_refused_without_its_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
