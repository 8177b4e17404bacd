/* Redis URLs, and what error replies mean. */
#include "testing.h"

#include "io/redis.h"

static const char *
or_none(const char *s)
{
	return s ? s : "-";
}

static void
several_hosts_and_sentinels_are_taken_apart(void **state)
{
	static const struct {
		const char *url, *host, *more, *master, *password, *text;
		unsigned port, db;
		bool tls;
	} rows[] = {
		{"redis://a:7000,b:7001,[::1]:7002/0", "a", "b:7001,[::1]:7002",
			"-", "-", "redis://a:7000,b:7001,[::1]:7002/0", 7000, 0,
			false},
		{"sentinel://a,b/news", "a", "b", "news", "-",
			"sentinel://a:26379,b/news/0", 26379, 0, false},
		{"sentinel://:pw@a:1/my-master/3", "a", "-", "my-master", "pw",
			"sentinel://a:1/my-master/3", 1, 3, false},
		{"sentinels://a/news", "a", "-", "news", "-",
			"sentinels://a:26379/news/0", 26379, 0, true},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct redis_options o;
		struct err err;
		char text[128];

		redis_options_init(&o);
		if (redis_options_url(&o, span_of(rows[i].url), &err) < 0)
			fail_msg("%s", err.msg);
		assert_string_equal(or_none(o.host), rows[i].host);
		assert_string_equal(or_none(o.more_hosts), rows[i].more);
		assert_string_equal(or_none(o.master), rows[i].master);
		assert_string_equal(or_none(o.password), rows[i].password);
		assert_int_equal(o.port, rows[i].port);
		assert_int_equal(o.db, rows[i].db);
		assert_int_equal(o.tls, rows[i].tls);
		redis_options_text(&o, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
		redis_options_fini(&o);
	}
}

static void
urls_are_taken_apart(void **state)
{
	static const struct {
		const char *url, *host, *path, *user, *password;
		unsigned port, db;
		bool tls;
		const char *text;
	} rows[] = {
		{"redis://localhost", "localhost", "-", "-", "-", 6379, 0,
			false, "redis://localhost:6379/0"},
		{"redis://10.0.0.1:7000/3", "10.0.0.1", "-", "-", "-", 7000, 3,
			false, "redis://10.0.0.1:7000/3"},
		{"redis://:secret@h/", "h", "-", "-", "secret", 6379, 0, false,
			"redis://h:6379/0"},
		{"redis://secret@h", "h", "-", "-", "secret", 6379, 0, false,
			"redis://h:6379/0"},
		{"redis://me:p%40s%2fs%3a@h:1/2", "h", "-", "me", "p@s/s:", 1,
			2, false, "redis://h:1/2"},
		{"redis://me:p@ss/word@h:1", "h", "-", "me", "p@ss/word", 1, 0,
			false, "redis://h:1/0"},
		{"rediss://[::1]:6380/1", "::1", "-", "-", "-", 6380, 1, true,
			"rediss://[::1]:6380/1"},
		{"unix:/run/r.sock", "-", "/run/r.sock", "-", "-", 6379, 0,
			false, "unix:/run/r.sock?db=0"},
		{"unix:///run/r.sock?db=15", "-", "/run/r.sock", "-", "-", 6379,
			15, false, "unix:/run/r.sock?db=15"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct redis_options o;
		struct err err;
		char text[128];

		redis_options_init(&o);
		if (redis_options_url(&o, span_of(rows[i].url), &err) < 0)
			fail_msg("%s", err.msg);
		assert_string_equal(or_none(o.host), rows[i].host);
		assert_string_equal(or_none(o.unix_path), rows[i].path);
		assert_string_equal(or_none(o.user), rows[i].user);
		assert_string_equal(or_none(o.password), rows[i].password);
		assert_int_equal(o.port, rows[i].port);
		assert_int_equal(o.db, rows[i].db);
		assert_int_equal(o.tls, rows[i].tls);
		redis_options_text(&o, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
		redis_options_fini(&o);
	}
}

static void
a_bad_url_is_refused_with_what_is_wrong_and_without_its_password(void **state)
{
	static const struct {
		const char *url, *says;
	} rows[] = {
		{"", "must begin with"},
		{"http://h", "must begin with"},
		{"localhost:6379", "must begin with"},
		{"sentinel://a,b", "the master's name is missing"},
		{"sentinel://a,b/", "the master's name is missing"},
		{"redis://a,/0", "another host:port must follow"},
		{"redis://a,:7", "a host is missing"},
		{"redis://", "a host is missing"},
		{"redis://:secret@", "a host is missing"},
		{"redis://:secret@:6379", "a host is missing"},
		{"redis://:secret@h:99999", "the port must be"},
		{"redis://:secret@h:x", "the port must be"},
		{"redis://:secret@h/x", "the database must be"},
		{"redis://:secret@h/70000", "the database must be"},
		{"redis://:secret@h?db=1", "no ?options"},
		{"redis://me@h/0/secret@", "a host is missing"},
		{"redis://::1", "in [ ]"},
		{"redis://[::1", "closing ]"},
		{"redis://[::1]x", "only :port"},
		{"redis://:secret%zz@h", "broken %-escape"},
		{"redis://:secret%2@h", "broken %-escape"},
		{"redis://:secret%00@h", "broken %-escape"},
		{"redis://me:@h", "needs a password"},
		{"unix:run/r.sock", "absolute path"},
		{"unix:", "absolute path"},
		{"unix:/r?database=1", "?db=number"},
		{"unix:/r?db=-1", "the database must be"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct redis_options o;
		struct err err;

		redis_options_init(&o);
		assert_int_equal(
			redis_options_url(&o, span_of(rows[i].url), &err), -1);
		assert_int_equal(err.kind, ERR_CONF);
		if (!strstr(err.msg, rows[i].says) || strstr(err.msg, "secret"))
			fail_msg("%s: %s", rows[i].url, err.msg);
		redis_options_fini(&o);
	}
}

static void
a_copy_has_strings_of_its_own(void **state)
{
	struct redis_options a, b;

	(void)state;
	redis_options_init(&a);
	a.host = mem_strdup("h");
	a.password = mem_strdup("p");
	redis_options_copy(&b, &a);
	assert_ptr_not_equal(a.host, b.host);
	redis_options_fini(&a);
	assert_string_equal(b.host, "h");
	assert_string_equal(b.password, "p");
	redis_options_fini(&b);
}

static void
an_error_reply_says_what_to_do(void **state)
{
	static const struct {
		const char *text;
		size_t code;
		enum err_kind kind;
		const char *says;
	} rows[] = {
		{"LOADING Redis is loading", 7, ERR_TEMP, "ready soon"},
		{"READONLY You can't write", 8, ERR_TEMP, "name the master"},
		{"OOM command not allowed", 3, ERR_TEMP, "raise maxmemory"},
		{"WRONGPASS invalid", 9, ERR_CONF, "password_file"},
		{"ERR wrong number", 3, ERR_PERM, "\"ERR wrong number\""},
		{"NOGROUP No such key", 7, ERR_TEMP, "\"NOGROUP No such key\""},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct redis_reply r = {.type = REDIS_TYPE_ERROR,
			.text = span_of(rows[i].text),
			.code = {rows[i].text, rows[i].code}};
		struct err err;

		assert_int_equal(redis_err(&r, &err), -1);
		assert_int_equal(err.kind, rows[i].kind);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("%s", err.msg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_taken_apart),
		cmocka_unit_test(several_hosts_and_sentinels_are_taken_apart),
		cmocka_unit_test(
			a_bad_url_is_refused_with_what_is_wrong_and_without_its_password),
		cmocka_unit_test(a_copy_has_strings_of_its_own),
		cmocka_unit_test(an_error_reply_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
