/* See embedded_redis.h. */
#include "embed/embedded_redis.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/redis.h"

#define SERVER "redis-server"

struct embedded_redis {
	struct embedded_redis_conf conf;
	char *server; /* path of the program */
	char *config; /* path of the file written for it */
	char *socket;
	char *url;
	char *log;
	struct redis *probe;
	struct loop_timer *limit;
	bool was_up;
};

static char *
find_server(void)
{
	static const char *const places[] = {
		"/usr/bin", "/usr/local/bin", "/usr/sbin", "/sbin", "/bin"};
	struct span path = span_of(getenv("PATH")), dir;
	char *file;

	while (span_next(&path, ':', &dir)) {
		file = mem_printf("%.*s/" SERVER, SPAN_ARG(dir));
		if (dir.n > 0 && access(file, X_OK) == 0)
			return file;
		mem_free(&file);
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		file = mem_printf("%s/" SERVER, places[i]);
		if (access(file, X_OK) == 0)
			return file;
		mem_free(&file);
	}
	return NULL;
}

/* The socket belongs into the state directory; a path too long for a socket
 * gets one in /tmp that is named after the directory. */
char *
embedded_redis_socket(const char *state_dir)
{
	struct sockaddr_un sun;
	char *path = mem_printf("%s/redis.sock", state_dir);
	char id[HEX128_SIZE];

	if (strlen(path) < sizeof(sun.sun_path))
		return path;
	mem_free(&path);
	hash_hex128(span_of(state_dir), id);
	return mem_printf(
		"/tmp/newswatch-%u-%.16s.sock", (unsigned)getuid(), id);
}

static int
write_config(struct embedded_redis *r, const char *dir, struct err *err)
{
	struct strbuf b = STRBUF_INIT(16384);
	int rc;

	strbuf_printf(&b,
		"# Written by newswatch at every start.\n"
		"port 0\nunixsocket \"%s\"\nunixsocketperm 700\n"
		"dir \"%s\"\nappendonly yes\nappendfsync always\nsave \"\"\n"
		"aof-use-rdb-preamble yes\nmaxmemory-policy noeviction\n"
		"daemonize no\nlogfile \"%s\"\nloglevel notice\n",
		r->socket, dir, r->log);
	rc = file_replace(r->config, strbuf_as_span(&b), 0600, err);
	strbuf_fini(&b);
	return rc;
}

/* Does somebody answer at the socket? Then it was left behind by a run that
 * was killed together with its right to kill: ask it to stop. */
static void
stop_leftover(const char *path)
{
	static const char order[] = "SHUTDOWN NOSAVE\r\n";
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct timeval limit = {.tv_sec = 5};
	char answer[256];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	memcpy(sun.sun_path, path, strlen(path) + 1);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 &&
		write(fd, order, sizeof(order) - 1) > 0) {
		fprintf(stderr,
			"newswatch: a Redis server was left behind; it is "
			"stopped first\n");
		/* It closes the connection when it has written everything. */
		while (read(fd, answer, sizeof(answer)) > 0)
			continue;
	}
	close(fd);
	unlink(path);
}

static void
on_up(void *arg)
{
	struct embedded_redis *r = arg;

	r->was_up = true;
	loop_timer_stop(r->limit);
	r->conf.on_up(r->conf.arg);
}

/* The last line of its log says why. */
static void
on_limit(void *arg)
{
	struct embedded_redis *r = arg;
	char *why = mem_printf("%s does not answer on %s; its log is %s",
		r->server, r->socket, r->log);

	r->conf.on_failed(why, r->conf.arg);
	mem_free(&why);
}

static int
start_probe(struct embedded_redis *r, struct err *err)
{
	struct redis_options o;
	struct redis_handlers h = {.on_up = on_up, .arg = r};
	int rc;

	redis_options_init(&o);
	o.unix_path = mem_strdup(r->socket);
	o.name = mem_strdup("newswatch-run");
	o.retry_base_ms = 20;
	o.retry_max_ms = 500;
	rc = redis_new(r->conf.loop, &o, &h, &r->probe, err);
	redis_options_fini(&o);
	return rc;
}

static int
prepare(struct embedded_redis *r, const char *state_dir, struct err *err)
{
	char *dir = mem_printf("%s/redis", state_dir);
	int rc = -1;

	r->server = find_server();
	r->config = mem_printf("%s/redis.conf", state_dir);
	r->log = mem_printf("%s/redis.log", state_dir);
	r->socket = embedded_redis_socket(state_dir);
	r->url = mem_printf("unix:%s?db=0", r->socket);
	if (r->server == NULL) {
		err_set(err, ERR_CONF,
			"no " SERVER " in $PATH: install it (Debian: apt-get "
			"install redis-server), or set redis.url to a running "
			"one");
	} else if (file_mkdirs(dir, 0700, err) == 0) {
		stop_leftover(r->socket);
		rc = write_config(r, dir, err);
	}
	mem_free(&dir);
	return rc;
}

int
embedded_redis_new(const struct embedded_redis_conf *conf,
	struct embedded_redis **out, struct err *err)
{
	struct embedded_redis *r = mem_new(r);
	char *dir = realpath(conf->state_dir, NULL);
	int rc = -1;

	r->conf = *conf;
	r->limit = loop_timer_new(conf->loop, on_limit, r);
	if (dir == NULL)
		err_errno(err, ERR_CONF, errno, "%s", conf->state_dir);
	else
		rc = prepare(r, dir, err);
	if (rc == 0)
		rc = start_probe(r, err);
	if (rc == 0)
		loop_timer_set(r->limit, EMBEDDED_REDIS_START_MS);
	else
		embedded_redis_free(&r);
	mem_free(&dir);
	*out = r;
	return rc;
}

void
embedded_redis_free(struct embedded_redis **out)
{
	struct embedded_redis *r = *out;

	if (r == NULL)
		return;
	redis_free(&r->probe);
	loop_timer_free(&r->limit);
	mem_free(&r->server);
	mem_free(&r->config);
	mem_free(&r->socket);
	mem_free(&r->url);
	mem_free(&r->log);
	mem_free(out);
}

const char *
embedded_redis_url(const struct embedded_redis *r)
{
	return r->url;
}

size_t
embedded_redis_argv(
	const struct embedded_redis *r, const char **argv, size_t max)
{
	assert(max >= 3);
	argv[0] = r->server;
	argv[1] = r->config;
	argv[2] = NULL;
	return 2;
}
