/* Which servers are refused, and what each error asks for. */
#include "testing.h"

#include "io/redis.h"
#include "queue/server.h"

#define INFO_HEAD "# Server\r\nredis_version:7.0.15\r\n"

struct server {
	const char *name, *info, *prefix;
	enum err_kind kind; /* ERR_NONE: it is taken */
	const char *words;
};

static const struct server servers[] = {
	{"a plain one",
		INFO_HEAD "redis_mode:standalone\r\nloading:0\r\n"
			  "role:master\r\nmaxmemory_policy:noeviction\r\n",
		"newswatch:", ERR_NONE, ""},
	{"one that says nothing", "", "newswatch:", ERR_NONE, ""},
	{"a newer one", "redis_version:8.2.0\r\n", "newswatch:", ERR_NONE, ""},
	{"version 6", "redis_version:6.2.14\r\n", "newswatch:", ERR_CONF,
		"version 6.2.14, newswatch needs 7"},
	{"one that is loading", INFO_HEAD "loading:1\r\n",
		"newswatch:", ERR_TEMP, "loading"},
	{"one that evicts",
		INFO_HEAD "maxmemory:0\r\nmaxmemory_policy:volatile-ttl\r\n",
		"newswatch:", ERR_CONF,
		"config set maxmemory-policy noeviction"},
	{"a replica",
		INFO_HEAD "role:slave\r\nmaster_host:db1\r\n"
			  "master_port:6379\r\n",
		"newswatch:", ERR_CONF, "replica of db1:6379"},
	{"a cluster", INFO_HEAD "redis_mode:cluster\r\n",
		"newswatch:", ERR_CONF, "{newswatch}:"},
	{"a cluster and an empty tag", INFO_HEAD "redis_mode:cluster\r\n",
		"{}newswatch:", ERR_CONF, "{newswatch}:"},
	{"a cluster and half a tag", INFO_HEAD "redis_mode:cluster\r\n",
		"{newswatch:", ERR_CONF, "{newswatch}:"},
	{"a cluster and a tag", INFO_HEAD "redis_mode:cluster\r\n",
		"{newswatch}:", ERR_NONE, ""},
};

static void
servers_are_judged_by_what_they_say_of_themselves(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(servers); i++) {
		const struct server *s = &servers[i];
		struct err err = {0};
		int rc = server_check(
			span_of(s->info), span_of(s->prefix), &err);

		if ((rc == 0) != (s->kind == ERR_NONE) ||
			(rc < 0 &&
				(err.kind != s->kind ||
					!strstr(err.msg, s->words))))
			fail_msg("%s: %d \"%s\"", s->name, rc, err.msg);
	}
}

#define INFO_FILE "run_id:4a1f\r\nrole:master\r\naof_enabled:1\r\n"
#define INFO_QUIET "aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0\r\n"

static const struct {
	const char *name, *info;
	enum server_file file;
} files[] = {
	{"one that says nothing", "", SERVER_FILE_NONE},
	{"one without a file",
		"role:master\r\naof_enabled:0\r\naof_rewrites:0\r\n",
		SERVER_FILE_NONE},
	{"one that does not count",
		INFO_FILE INFO_QUIET "aof_last_bgrewrite_status:ok\r\n",
		SERVER_FILE_NONE},
	{"a replica",
		"role:slave\r\naof_enabled:1\r\naof_rewrites:0\r\n" INFO_QUIET
		"aof_last_bgrewrite_status:ok\r\n",
		SERVER_FILE_NONE},
	{"one that has just started",
		INFO_FILE INFO_QUIET "aof_last_bgrewrite_status:ok\r\n"
				     "aof_rewrites:0\r\n",
		SERVER_FILE_OLD},
	{"one that is at it",
		INFO_FILE "aof_rewrite_in_progress:1\r\naof_rewrites:1\r\n"
			  "aof_last_bgrewrite_status:ok\r\n",
		SERVER_FILE_UNDER_WAY},
	{"one that saves first",
		INFO_FILE "aof_rewrite_scheduled:1\r\naof_rewrites:0\r\n"
			  "aof_last_bgrewrite_status:ok\r\n",
		SERVER_FILE_UNDER_WAY},
	{"one that is done",
		INFO_FILE INFO_QUIET "aof_last_bgrewrite_status:ok\r\n"
				     "aof_rewrites:1\r\n",
		SERVER_FILE_NEW},
	{"one that has failed",
		INFO_FILE INFO_QUIET "aof_last_bgrewrite_status:err\r\n"
				     "aof_rewrites:1\r\n",
		SERVER_FILE_OLD},
};

static void
a_file_is_new_if_it_was_written_since_the_start(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(files); i++) {
		enum server_file file = server_file(span_of(files[i].info));

		if (file != files[i].file)
			fail_msg("%s: %d", files[i].name, (int)file);
	}
	assert_span_equal(server_run_id(span_of(INFO_FILE)), "4a1f");
	assert_span_equal(server_run_id(span_of("")), "");
}

struct code {
	const char *code;
	enum server_action action;
};

static const struct code codes[] = {
	{"LOADING", SERVER_WAIT},
	{"OOM", SERVER_WAIT},
	{"MISCONF", SERVER_WAIT},
	{"BUSY", SERVER_WAIT},
	{"NOSCRIPT", SERVER_WAIT},
	{"TRYAGAIN", SERVER_WAIT},
	{"NOREPLICAS", SERVER_WAIT},
	{"EXECABORT", SERVER_WAIT},
	{"NOGROUP", SERVER_REGROUP},
	{"UNBLOCKED", SERVER_REGROUP},
	{"CLUSTERDOWN", SERVER_WAIT},
	{"ASK", SERVER_RECONNECT},
	{"WRONGPASS", SERVER_REFUSE},
	{"DENIED", SERVER_REFUSE},
	{"CROSSSLOT", SERVER_REFUSE},
	{"READONLY", SERVER_RECONNECT},
	{"MOVED", SERVER_RECONNECT},
	{"MASTERDOWN", SERVER_RECONNECT},
	{"WRONGTYPE", SERVER_REFUSE},
	{"NOPERM", SERVER_REFUSE},
	{"NOAUTH", SERVER_REFUSE},
	{"ERR", SERVER_REFUSE},
};

static void
each_error_has_its_action(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(codes); i++) {
		struct redis_reply error = {
			.type = REDIS_TYPE_ERROR,
			.code = span_of(codes[i].code),
			.text = span_of(codes[i].code),
		};

		if (server_action(&error) != codes[i].action)
			fail_msg("%s: %d", codes[i].code,
				(int)server_action(&error));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			servers_are_judged_by_what_they_say_of_themselves),
		cmocka_unit_test(
			a_file_is_new_if_it_was_written_since_the_start),
		cmocka_unit_test(each_error_has_its_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
