/*
 * A Redis connection that heals itself.
 *
 * It connects, introduces itself (AUTH, CLIENT SETNAME, SELECT) and calls
 * on_up; when it is lost for any reason it calls on_down with the reason and
 * tries again after a jittered backoff, for ever. Commands are pipelined. When
 * the connection drops, every command that waits for its reply gets its one
 * callback with an error: its outcome is unknown. Nothing is resent. It asks
 * Sentinels where the master is and follows it; a cluster's MOVED and ASK are
 * errors of the command and a new connection, to the node they name. Only
 * RESP2. Callbacks come from the loop, except those of redis_free(). One
 * thread. Source: https://redis.io/docs/reference/protocol-spec/
 */
#ifndef NW_IO_REDIS_H
#define NW_IO_REDIS_H

#include "base/err.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "io/loop.h"

struct redis;

/*
 * Where and how to connect. All strings are owned (NULL: none); free with
 * redis_options_fini(). Times in ms.
 */
struct redis_options {
	char *host; /* name or address; NULL with a unix_path */
	unsigned port;
	/* "host:port,host:port": more nodes of a cluster, or more Sentinels;
	 * tried in turn. At most REDIS_MAX_HOSTS in all. */
	char *more_hosts;
	/* The hosts are Sentinels, and this is what they call the master. */
	char *master;
	char *unix_path;
	bool tls; /* host only; the certificate is verified */
	char *user; /* NULL: AUTH with the password alone */
	char *password;
	unsigned db;
	char *name; /* for CLIENT SETNAME; no blanks */
	char *ca_file; /* NULL: the system's */
	char *cert_file, *key_file; /* for a server that wants one */
	int64_t connect_timeout_ms; /* 5000: until introduced */
	int64_t command_timeout_ms; /* 5000 */
	int64_t idle_ms; /* 15000: a PING after that much silence; 0: none */
	int64_t retry_base_ms, retry_max_ms; /* 100, 5000 */
	size_t max_pending; /* 10000 commands without reply; then refused */
	size_t max_pending_bytes; /* 256 MiB not yet sent; then refused */
	size_t max_reply_bytes; /* beyond: the connection is dropped */
};

#define REDIS_MAX_HOSTS 64
#define REDIS_REPLY_MAX_BYTES ((size_t)256 << 20) /* unless set otherwise */

void redis_options_init(struct redis_options *o);
void redis_options_fini(struct redis_options *o);
void redis_options_copy(
	struct redis_options *to, const struct redis_options *from);
/*
 * Set o (which is initialised) from redis://[[user]:password@]host[:port][/db]
 * (more nodes of a cluster after commas), rediss:// (TLS), unix:/path[?db=n],
 * or sentinel://[user:password@]host[:port][,host[:port]]/name[/db]
 * (sentinels://: TLS); user and password may be percent-encoded.
 * ERR_CONF says what is wrong and shows the URL without its password.
 */
NW_MUST_CHECK int redis_options_url(
	struct redis_options *o, struct span url, struct err *err);
/* "host", "host:port", "[v6]:port"; port stays if there is none. NULL, or what
 * is wrong. */
const char *redis_options_address(
	struct span s, struct span *host, unsigned *port);
/* "redis://host:port/db" or "unix:/path", never with a password: for logs. */
void redis_options_text(const struct redis_options *o, char *out, size_t size);

enum redis_type {
	REDIS_TYPE_NIL,
	REDIS_TYPE_STATUS,
	REDIS_TYPE_ERROR,
	REDIS_TYPE_STRING,
	REDIS_TYPE_INTEGER,
	REDIS_TYPE_ARRAY
};

/* A reply and all below it live until the callback returns. */
struct redis_reply {
	enum redis_type type;
	struct span text; /* STATUS, STRING; ERROR: the whole message */
	struct span code; /* ERROR: its first word, "READONLY", "NOSCRIPT" */
	int64_t integer; /* INTEGER */
	const struct redis_reply *items; /* ARRAY */
	size_t n;
};

bool redis_is_error(const struct redis_reply *r, const char *code);
/* Item i of an array; a NIL reply if r is no array or shorter. */
const struct redis_reply *redis_item(const struct redis_reply *r, size_t i);
/* An error reply as err: kind from a table of codes (LOADING, READONLY, OOM,
 * MISCONF, CLUSTERDOWN, ... ERR_TEMP; NOAUTH, WRONGPASS, NOPERM ERR_CONF; else
 * ERR_PERM), the message names the server's words and what to do. Returns -1.
 */
int redis_err(const struct redis_reply *r, struct err *err);

struct redis_handlers {
	void (*on_up)(void *arg); /* may be NULL, as all of them */
	/* Lost, or a try to connect failed; tries go on. Pending commands got
	 * their callbacks before. */
	void (*on_down)(const struct err *reason, void *arg);
	/* Makes it a pub/sub connection: commands are refused. */
	void (*on_message)(struct span channel, struct span payload, void *arg);
	void *arg;
};

/* Begins to connect when the loop runs. o is copied; l must outlive it. Fails
 * (ERR_CONF) only if the TLS files cannot be used. */
NW_MUST_CHECK int redis_new(struct loop *l, const struct redis_options *o,
	const struct redis_handlers *h, struct redis **out, struct err *err);
/* Every pending command is called back with an error from inside; on_down is
 * not called. */
void redis_free(struct redis **r);
bool redis_is_up(const struct redis *r);
/* Give the connection up as lost (reason is what on_down gets) and connect
 * anew: after READONLY, say. Takes effect after the turn. */
void redis_reset(struct redis *r, const char *reason);

/*
 * Exactly one of reply and err is not NULL. err is always ERR_TEMP: no reply
 * came, the command may have run or not. An error from the server is a reply.
 */
typedef void (*redis_reply_cb)(
	const struct redis_reply *reply, const struct err *err, void *arg);

struct redis_call {
	const struct span *argv; /* copied */
	size_t argc;
	/* Since it was sent or the reply before it came, whichever is later;
	 * then the connection is dropped. 0: command_timeout_ms. Give a
	 * blocking command its block time and some more, and a connection of
	 * its own. */
	int64_t timeout_ms;
	redis_reply_cb cb; /* NULL: the reply is of no interest */
	void *arg;
};

/*
 * 0: sent (or on its way), cb will be called exactly once. -1, ERR_TEMP: not
 * up, or too much is pending; nothing was sent and cb is not called.
 */
NW_MUST_CHECK int redis_command(
	struct redis *r, const struct redis_call *call, struct err *err);
/* Commands without their reply yet. */
size_t redis_pending(const struct redis *r);

/*
 * A Lua script, sent by its SHA-1; where the server does not know it (NOSCRIPT)
 * it is sent in full, unseen by the caller. In that case it runs after the
 * commands that were pipelined behind it.
 */
struct redis_script;
/* Copies body. name is for messages ("publish"). */
struct redis_script *redis_script_new(const char *name, struct span body);
void redis_script_free(struct redis_script **s); /* none of its calls pending */
/* Have the server know it already, so that its calls keep their place in the
 * pipeline. Nothing happens if r is not up. */
void redis_script_load(struct redis *r, const struct redis_script *s);
const char *redis_script_name(const struct redis_script *s);
const char *redis_script_sha1(const struct redis_script *s);
/* call->argv: first n_keys keys, then arguments. Else as redis_command(). */
NW_MUST_CHECK int redis_eval(struct redis *r, const struct redis_script *s,
	size_t n_keys, const struct redis_call *call, struct err *err);

/* Append a command as it goes over the connection: the whole, or its head and
 * then as many words as that says. */
void redis_format(struct strbuf *out, const struct span *argv, size_t argc);
void redis_format_head(struct strbuf *out, size_t argc);
void redis_format_word(struct strbuf *out, struct span word);
/*
 * A transaction whose commands are on their way while it is not yet decided
 * whether they are to be executed. redis_multi_open() sends MULTI and n
 * commands as redis_format() made them; other commands wait here until
 * redis_multi_close(), which sends some more and EXEC. Its reply is EXEC's: an
 * array with an item for each command; NIL if a key that was watched has
 * changed; an error (EXECABORT) if one was refused. argv of call is not used.
 * redis_multi_drop() sends DISCARD instead. Nothing is open after the
 * connection was lost: closing then is as any command without connection.
 */
NW_MUST_CHECK int redis_multi_open(
	struct redis *r, struct span commands, size_t n, struct err *err);
NW_MUST_CHECK int redis_multi_close(struct redis *r, struct span commands,
	size_t n, const struct redis_call *call, struct err *err);
void redis_multi_drop(struct redis *r);

/* Pub/sub connections only. Remembered over reconnects; on_up comes after the
 * server confirmed all. May be called at any time. */
void redis_subscribe(struct redis *r, struct span channel);

struct redis_stats {
	uint64_t connects; /* successful */
	uint64_t failures; /* lost connections and failed tries */
	uint64_t commands;
	uint64_t timeouts;
	uint64_t bytes_in, bytes_out;
};
void redis_stats_read(const struct redis *r, struct redis_stats *out);

#endif
