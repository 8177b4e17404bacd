/* Looking at replies: no library is involved. */
#include "io/redis.h"

static const struct redis_reply nil = {.type = REDIS_TYPE_NIL};

/*
 * What an error code of the server means for the caller. The advice is for the
 * operator; NULL where the server's own words suffice. Codes that are not here
 * are ERR_PERM: the same command would fail again.
 * Source: redis 7.0 src/server.c createSharedObjects(), src/cluster.c.
 */
static const struct {
	const char *code;
	enum err_kind kind;
	const char *advice;
} codes[] = {
	{"LOADING", ERR_TEMP, "it is reading its data; it will be ready soon"},
	{"BUSY", ERR_TEMP, "a script runs for long; see SCRIPT KILL"},
	{"TRYAGAIN", ERR_TEMP, NULL},
	{"CLUSTERDOWN", ERR_TEMP, "see CLUSTER INFO"},
	{"MASTERDOWN", ERR_TEMP, "this replica has lost its master"},
	{"MOVED", ERR_TEMP, "the slot lives on another cluster node"},
	{"ASK", ERR_TEMP, "the slot is moving to another cluster node"},
	{"READONLY", ERR_TEMP,
		"this is a replica; redis.url must name the master"},
	{"NOREPLICAS", ERR_TEMP, "see min-replicas-to-write"},
	{"OOM", ERR_TEMP, "raise maxmemory, or free memory"},
	{"MISCONF", ERR_TEMP,
		"it cannot save to disk; see its log and its free space"},
	{"NOSCRIPT", ERR_TEMP, NULL},
	{"NOGROUP", ERR_TEMP, NULL},
	{"UNBLOCKED", ERR_TEMP, NULL},
	{"EXECABORT", ERR_TEMP, NULL},
	{"NOAUTH", ERR_CONF, "set redis.password_file"},
	{"WRONGPASS", ERR_CONF, "check redis.user and redis.password_file"},
	{"NOPERM", ERR_CONF, "the ACL of this user lacks a permission"},
	{"CROSSSLOT", ERR_CONF,
		"in a Redis Cluster, redis.prefix must be \"{newswatch}:\""},
	{"WRONGTYPE", ERR_CONF,
		"something else uses the prefix; set another redis.prefix"},
	{"DENIED", ERR_CONF,
		"protected mode: set a password, or bind to loopback"},
};

bool
redis_is_error(const struct redis_reply *r, const char *code)
{
	return r->type == REDIS_TYPE_ERROR && span_eq_str(r->code, code);
}

const struct redis_reply *
redis_item(const struct redis_reply *r, size_t i)
{
	if (r->type != REDIS_TYPE_ARRAY || i >= r->n)
		return &nil;
	return &r->items[i];
}

int
redis_err(const struct redis_reply *r, struct err *err)
{
	/* The server quotes what it was sent: keep that short. */
	struct span words = span_utf8_head(r->text, 300);
	enum err_kind kind = ERR_PERM;
	const char *advice = NULL;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (!span_eq_str(r->code, codes[i].code))
			continue;
		kind = codes[i].kind;
		advice = codes[i].advice;
	}
	return err_set(err, kind, "Redis says \"%.*s\"%s%s%s", SPAN_ARG(words),
		advice ? " (" : "", advice ? advice : "", advice ? ")" : "");
}
