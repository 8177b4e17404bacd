#include "queue/server.h"

#include "io/redis.h"

#define OLDEST_MAJOR 7 /* scripts with a header, `#!lua` */

/* Value of a line "name:value\r\n" of INFO; empty if it is not there. */
static struct span
info_get(struct span info, const char *name)
{
	struct span line;

	while (span_next(&info, '\n', &line)) {
		struct span key;

		line = span_trim(line);
		if (span_next(&line, ':', &key) && span_eq_str(key, name))
			return line;
	}
	return SPAN_NULL;
}

static int
check_version(struct span info, struct err *err)
{
	struct span version = info_get(info, "redis_version");
	struct span rest = version, major;
	int64_t n;

	if (!span_next(&rest, '.', &major) ||
		!span_i64(major, 0, 1000000, &n) || n >= OLDEST_MAJOR)
		return 0;
	return err_set(err, ERR_CONF,
		"this Redis is version %.*s, newswatch needs %d or newer",
		SPAN_ARG(version), OLDEST_MAJOR);
}

static int
check_role(struct span info, struct err *err)
{
	/* A cluster's replica says MOVED, and its master is followed to. */
	if (!span_eq_str(info_get(info, "role"), "slave") ||
		span_eq_str(info_get(info, "redis_mode"), "cluster"))
		return 0;
	return err_set(err, ERR_CONF,
		"this Redis is a replica of %.*s:%.*s; set redis.url to the "
		"master, or make this the master: redis-cli replicaof no one",
		SPAN_ARG(info_get(info, "master_host")),
		SPAN_ARG(info_get(info, "master_port")));
}

static int
check_eviction(struct span info, struct err *err)
{
	struct span policy = info_get(info, "maxmemory_policy");

	if (policy.n == 0 || span_eq_str(policy, "noeviction"))
		return 0;
	return err_set(err, ERR_CONF,
		"this Redis evicts keys when its memory is full "
		"(maxmemory-policy %.*s), so hits would vanish unseen; run: "
		"redis-cli config set maxmemory-policy noeviction && "
		"redis-cli config rewrite",
		SPAN_ARG(policy));
}

/* A tag is what stands in the first pair of braces, if it is not empty. */
static bool
has_hash_tag(struct span prefix)
{
	size_t open = span_find(prefix, '{');
	struct span inner;

	if (open == SIZE_MAX)
		return false;
	inner = span_sub(prefix, open + 1, prefix.n);
	return span_find(inner, '}') != SIZE_MAX && span_find(inner, '}') > 0;
}

static int
check_cluster(struct span info, struct span prefix, struct err *err)
{
	if (!span_eq_str(info_get(info, "redis_mode"), "cluster") ||
		has_hash_tag(prefix))
		return 0;
	return err_set(err, ERR_CONF,
		"this Redis is a cluster, where keys that one script touches "
		"must be together; set redis.prefix to \"{newswatch}:\"");
}

int
server_check(struct span info, struct span prefix, struct err *err)
{
	if (span_eq_str(info_get(info, "loading"), "1"))
		return err_set(
			err, ERR_TEMP, "this Redis is still loading its data");
	if (check_version(info, err) < 0 || check_role(info, err) < 0 ||
		check_eviction(info, err) < 0)
		return -1;
	return check_cluster(info, prefix, err);
}

/* -- its append-only file -------------------------------------------------- */

static bool
info_is(struct span info, const char *name, const char *value)
{
	return span_eq_str(info_get(info, name), value);
}

enum server_file
server_file(struct span info)
{
	int64_t rewrites;

	if (!info_is(info, "aof_enabled", "1") ||
		!info_is(info, "role", "master") ||
		!span_i64(info_get(info, "aof_rewrites"), 0, INT64_MAX,
			&rewrites))
		return SERVER_FILE_NONE;
	if (info_is(info, "aof_rewrite_in_progress", "1") ||
		info_is(info, "aof_rewrite_scheduled", "1"))
		return SERVER_FILE_UNDER_WAY;
	/* Counted from the start of the server, and when they begin. */
	if (rewrites > 0 && info_is(info, "aof_last_bgrewrite_status", "ok"))
		return SERVER_FILE_NEW;
	return SERVER_FILE_OLD;
}

struct span
server_run_id(struct span info)
{
	return info_get(info, "run_id");
}

/* -- its errors ------------------------------------------------------------ */

/*
 * Every error that a Redis is known to answer with, and what is done about it.
 * What it means and what the operator can do stands in io/redis_reply.c. Codes
 * that are not here are refused: the same command would fail again.
 * Source: redis 7.0 src/server.c createSharedObjects(), src/cluster.c,
 * src/acl.c
 */
static const struct {
	const char *code;
	enum server_action action;
} actions[] = {
	{"LOADING", SERVER_WAIT},
	{"BUSY", SERVER_WAIT},
	{"TRYAGAIN", SERVER_WAIT},
	{"CLUSTERDOWN", SERVER_WAIT},
	{"NOREPLICAS", SERVER_WAIT},
	{"OOM", SERVER_WAIT},
	{"MISCONF", SERVER_WAIT},
	{"NOSCRIPT", SERVER_WAIT},
	{"EXECABORT", SERVER_WAIT},
	{"NOGROUP", SERVER_REGROUP}, /* wiped, or XGROUP DESTROY */
	{"UNBLOCKED", SERVER_REGROUP}, /* the stream was deleted meanwhile */
	{"READONLY", SERVER_RECONNECT}, /* it became a replica */
	{"MASTERDOWN", SERVER_RECONNECT},
	{"MOVED", SERVER_RECONNECT}, /* io/redis follows to the node named */
	{"ASK", SERVER_RECONNECT},
	{"NOAUTH", SERVER_REFUSE}, /* until the operator has acted */
	{"WRONGPASS", SERVER_REFUSE},
	{"NOPERM", SERVER_REFUSE},
	{"DENIED", SERVER_REFUSE},
	{"CROSSSLOT", SERVER_REFUSE},
	{"WRONGTYPE", SERVER_REFUSE},
};

enum server_action
server_action(const struct redis_reply *error)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (redis_is_error(error, actions[i].code))
			return actions[i].action;
	}
	return SERVER_REFUSE;
}

int
server_err(struct redis *r, const struct redis_reply *error, struct err *err)
{
	redis_err(error, err);
	if (server_action(error) == SERVER_RECONNECT)
		redis_reset(r, err->msg);
	return -1;
}
