/* See connect.h. */
#include "setup/connect.h"

#include "base/file.h"
#include "base/mem.h"

static void
set(char **to, struct span from)
{
	if (from.n == 0)
		return;
	mem_free(to);
	*to = span_dup(from);
}

static int
read_password(
	const struct config_redis *r, struct redis_options *o, struct err *err)
{
	char *path = span_dup(r->password_file);
	char *password = NULL;
	int rc = file_read_secret(path, &password, err);

	if (rc == 0) {
		mem_free(&o->password);
		o->password = password;
	} else {
		err_wrap(err, "%s:%u:%u: redis.password_file", r->place.file,
			r->place.line, r->place.column);
	}
	mem_free(&path);
	return rc;
}

int
connect_options(const struct config *c, const char *name,
	struct redis_options *o, struct err *err)
{
	const struct config_redis *r = &c->redis;

	if (r->url.n == 0)
		return err_set(err, ERR_CONF,
			"%.*s: no redis.url: a Redis server is needed; set "
			"redis: {url: \"redis://127.0.0.1:6379/0\"}, or use "
			"`newswatch run`, which starts a private one",
			SPAN_ARG(c->file));
	if (redis_options_url(o, r->url, err) != 0)
		return r->place.file == NULL
			? -1
			: err_wrap(err, "%s:%u:%u: redis.url", r->place.file,
				  r->place.line, r->place.column);
	set(&o->name, span_of(name));
	set(&o->user, r->user);
	set(&o->ca_file, r->ca_file);
	set(&o->cert_file, r->cert_file);
	set(&o->key_file, r->key_file);
	return r->password_file.n > 0 ? read_password(r, o, err) : 0;
}
