/*
 * Where a Redis is: options, their URL, and the way back to a text without
 * secrets. No library is involved.
 * Source: https://www.iana.org/assignments/uri-schemes/prov/redis
 */
#include <stdio.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "io/redis.h"

#define REDIS_PORT 6379
#define SENTINEL_PORT 26379
#define MAX_DB 65535
#define MAX_PART 4096 /* bytes of a user name, password, host or path */

void
redis_options_init(struct redis_options *o)
{
	*o = (struct redis_options){
		.port = REDIS_PORT,
		.connect_timeout_ms = 5000,
		.command_timeout_ms = 5000,
		.idle_ms = 15000,
		.retry_base_ms = 100,
		.retry_max_ms = 5000,
		.max_pending = 10000,
		.max_pending_bytes = (size_t)256 << 20,
		.max_reply_bytes = REDIS_REPLY_MAX_BYTES,
	};
}

/* Every owned string of o, for copy and free. */
#define STRINGS(o) \
	{ \
		&(o)->host, &(o)->unix_path, &(o)->user, &(o)->password, \
			&(o)->name, &(o)->ca_file, &(o)->cert_file, \
			&(o)->key_file, &(o)->more_hosts, &(o)->master \
	}
#define N_STRINGS 10

void
redis_options_fini(struct redis_options *o)
{
	char **strings[N_STRINGS] = STRINGS(o);

	for (size_t i = 0; i < N_STRINGS; i++)
		mem_free(strings[i]);
}

void
redis_options_copy(struct redis_options *to, const struct redis_options *from)
{
	char **strings[N_STRINGS] = STRINGS(to);

	*to = *from;
	for (size_t i = 0; i < N_STRINGS; i++)
		if (*strings[i])
			*strings[i] = mem_strdup(*strings[i]);
}

void
redis_options_text(const struct redis_options *o, char *out, size_t size)
{
	const char *scheme = o->master ? (o->tls ? "sentinels" : "sentinel")
		: o->tls               ? "rediss"
				       : "redis";
	bool v6 = o->host && span_find(span_of(o->host), ':') != SIZE_MAX;

	if (o->unix_path)
		snprintf(out, size, "unix:%s?db=%u", o->unix_path, o->db);
	else
		snprintf(out, size, "%s://%s%s%s:%u%s%s%s%s/%u", scheme,
			v6 ? "[" : "", o->host ? o->host : "", v6 ? "]" : "",
			o->port, o->more_hosts ? "," : "",
			o->more_hosts ? o->more_hosts : "",
			o->master ? "/" : "", o->master ? o->master : "",
			o->db);
}

/* -- URL ------------------------------------------------------------------ */

/* The URL for a message: what stands before the last '@' is not shown. */
static void
masked(struct span url, struct strbuf *out)
{
	size_t scheme = span_find_str(url, "://");
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] == '@')
			at = i;
	if (at != SIZE_MAX) {
		if (scheme != SIZE_MAX && scheme < at)
			strbuf_span(out, span_sub(url, 0, scheme + 3));
		strbuf_str(out, "***");
		url = span_sub(url, at, url.n);
	}
	strbuf_span(out, url);
}

static int
bad_url(struct span url, const char *what, struct err *err)
{
	struct strbuf text = STRBUF_INIT(256);

	masked(url, &text);
	err_set(err, ERR_CONF, "Redis URL \"%s\": %s", strbuf_cstr(&text),
		what);
	strbuf_fini(&text);
	return -1;
}

/* Percent-decode; NULL if an escape is broken or stands for NUL. */
static char *
decode(struct span s)
{
	struct strbuf out = STRBUF_INIT(MAX_PART);

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			if (!span_escape(s, i, &c) || c == '\0')
				goto bad;
			i += 2;
		}
		strbuf_char(&out, c);
	}
	if (out.full)
		goto bad;
	return strbuf_take(&out);
bad:
	strbuf_fini(&out);
	return NULL;
}

/* "user:password", ":password", "password". */
static const char *
set_login(struct redis_options *o, struct span login)
{
	struct span password = login;
	struct span user = SPAN_NULL;
	size_t colon = span_find(login, ':');

	if (colon != SIZE_MAX) {
		user = span_sub(login, 0, colon);
		password = span_sub(login, colon + 1, login.n);
	}
	if (user.n && !(o->user = decode(user)))
		return "the user name has a broken %-escape";
	if (password.n && !(o->password = decode(password)))
		return "the password has a broken %-escape";
	if (o->user && !o->password)
		return "a user name needs a password (user:password@host)";
	return NULL;
}

static const char *
set_db(struct redis_options *o, struct span s)
{
	int64_t db;

	if (!span_i64(s, 0, MAX_DB, &db))
		return "the database must be a number from 0 to 65535";
	o->db = (unsigned)db;
	return NULL;
}

const char *
redis_options_address(struct span s, struct span *host, unsigned *port)
{
	struct span number = SPAN_NULL;
	size_t end;
	int64_t n;

	*host = s;
	if (s.n && s.p[0] == '[') {
		end = span_find(s, ']');
		if (end == SIZE_MAX)
			return "an IPv6 address needs its closing ]";
		*host = span_sub(s, 1, end - 1);
		s = span_sub(s, end + 1, s.n);
		if (s.n && s.p[0] != ':')
			return "after ] only :port may follow";
		number = span_sub(s, 1, s.n);
	} else if ((end = span_find(s, ':')) != SIZE_MAX) {
		*host = span_sub(s, 0, end);
		number = span_sub(s, end + 1, s.n);
		if (span_find(number, ':') != SIZE_MAX)
			return "put an IPv6 address in [ ]";
	}
	if (!host->n)
		return "a host is missing (redis://127.0.0.1:6379/0)";
	if (host->n > 255)
		return "the host name is longer than 255 bytes";
	if (number.n && !span_i64(number, 1, 65535, &n))
		return "the port must be a number from 1 to 65535";
	if (number.n)
		*port = (unsigned)n;
	return NULL;
}

/* "host:port,host,...": the first is o's host, the others are kept as text. */
static const char *
set_addresses(struct redis_options *o, struct span s)
{
	size_t comma = span_find(s, ',');
	struct span more = SPAN_NULL, one, host;
	const char *wrong;
	unsigned port;

	if (comma != SIZE_MAX) {
		more = span_sub(s, comma + 1, s.n);
		s = span_sub(s, 0, comma);
	}
	wrong = redis_options_address(s, &host, &o->port);
	if (wrong)
		return wrong;
	o->host = span_dup(host);
	if (comma == SIZE_MAX)
		return NULL;
	if (more.n == 0)
		return "after a comma another host:port must follow";
	o->more_hosts = span_dup(more);
	for (size_t n = 1; span_next(&more, ',', &one); n++) {
		wrong = redis_options_address(one, &host, &port);
		if (wrong)
			return wrong;
		if (n >= REDIS_MAX_HOSTS)
			return "there are more than 64 hosts";
	}
	return NULL;
}

/* Cuts the login and what stands behind the address off s. */
static const char *
split_tcp(struct redis_options *o, struct span *s, struct span *path)
{
	const char *wrong;
	size_t at = SIZE_MAX;
	size_t slash;

	*path = SPAN_NULL;
	/* A password may hold '@' or '/' unescaped: the last '@' counts. */
	for (size_t i = 0; i < s->n; i++)
		if (s->p[i] == '@')
			at = i;
	if (at != SIZE_MAX) {
		wrong = set_login(o, span_sub(*s, 0, at));
		if (wrong)
			return wrong;
		*s = span_sub(*s, at + 1, s->n);
	}
	if (span_find(*s, '?') != SIZE_MAX)
		return "there are no ?options in this kind of URL";
	slash = span_find(*s, '/');
	if (slash != SIZE_MAX) {
		*path = span_sub(*s, slash + 1, s->n);
		*s = span_sub(*s, 0, slash);
	}
	return NULL;
}

static const char *
set_tcp(struct redis_options *o, struct span s)
{
	struct span db;
	const char *wrong = split_tcp(o, &s, &db);

	if (!wrong)
		wrong = set_addresses(o, s);
	if (!wrong && db.n)
		wrong = set_db(o, db);
	return wrong;
}

/* sentinel://host:port,host:port/name[/db] */
static const char *
set_sentinel(struct redis_options *o, struct span s)
{
	struct span path, name;
	const char *wrong = split_tcp(o, &s, &path);

	o->port = SENTINEL_PORT;
	if (!wrong)
		wrong = set_addresses(o, s);
	if (wrong)
		return wrong;
	if (!span_next(&path, '/', &name) || name.n == 0 || name.n > 255)
		return "the master's name is missing "
		       "(sentinel://a:26379,b:26379/mymaster)";
	o->master = span_dup(name);
	return path.n ? set_db(o, path) : NULL;
}

static const char *
set_unix(struct redis_options *o, struct span s)
{
	size_t query = span_find(s, '?');
	struct span path = span_sub(s, 0, query);

	if (span_starts(path, "//")) /* unix:///path */
		path = span_sub(path, 2, path.n);
	if (!path.n || path.p[0] != '/')
		return "the socket needs an absolute path "
		       "(unix:/run/redis.sock)";
	if (path.n > 107)
		return "the socket's path is longer than 107 bytes";
	if (memchr(path.p, 0, path.n))
		return "the socket's path contains a NUL byte";
	o->unix_path = span_dup(path);
	if (query == SIZE_MAX)
		return NULL;
	s = span_sub(s, query + 1, s.n);
	if (!span_starts(s, "db="))
		return "the only option is ?db=number";
	return set_db(o, span_sub(s, 3, s.n));
}

int
redis_options_url(struct redis_options *o, struct span url, struct err *err)
{
	static const struct {
		const char *prefix;
		bool tls;
		const char *(*set)(struct redis_options *o, struct span s);
	} schemes[] = {
		{"redis://", false, set_tcp},
		{"rediss://", true, set_tcp},
		{"unix:", false, set_unix},
		{"sentinel://", false, set_sentinel},
		{"sentinels://", true, set_sentinel},
	};

	mem_free(&o->host);
	mem_free(&o->unix_path);
	mem_free(&o->more_hosts);
	mem_free(&o->master);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		struct span rest;
		const char *wrong;

		if (!span_starts(url, schemes[i].prefix))
			continue;
		rest = span_sub(url, strlen(schemes[i].prefix), url.n);
		o->tls = schemes[i].tls;
		wrong = schemes[i].set(o, rest);
		return wrong ? bad_url(url, wrong, err) : 0;
	}
	return bad_url(url,
		"it must begin with redis://, rediss://, unix:/, sentinel:// "
		"or sentinels://",
		err);
}
