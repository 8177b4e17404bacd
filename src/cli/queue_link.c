/* See queue_link.h. */
#include "cli/queue_link.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/config_report.h"
#include "embed/embedded_redis.h"
#include "model/limits.h"
#include "queue/keys.h"
#include "setup/connect.h"

#define REPORT_BYTES MIB(1)

/* -- where it is ----------------------------------------------------------- */
/* The private server of a `newswatch run`; false if there is none. */
static bool
set_private(struct queue_link *l, const char *state_dir)
{
	char *socket = embedded_redis_socket(state_dir);

	if (access(socket, F_OK) != 0) {
		mem_free(&socket);
		return false;
	}
	l->options.unix_path = socket;
	l->options.name = mem_strdup("newswatch");
	return true;
}

static int
set_configured(struct queue_link *l, const struct queue_link_conf *conf,
	struct err *err)
{
	struct config_options o = {
		.file = conf->config_file,
		.state_dir = conf->state_dir,
		.redis_url = conf->redis_url,
		.parts = CONFIG_MAIN,
	};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *c = NULL;
	char *state_dir;
	int rc;

	/* To look at a server that is named nothing needs to be set up. */
	if (!o.file && o.redis_url &&
		access(NW_SYSCONFDIR "/newswatch.yaml", F_OK) != 0)
		o.file = "/dev/null";
	rc = config_load(&o, &c, &report, err);
	if (rc == 0) {
		state_dir = span_dup(c->state_dir);
		mem_free(&l->prefix);
		l->prefix = span_dup(c->redis.prefix);
		if (c->redis.url.n > 0 || !set_private(l, state_dir))
			rc = connect_options(c, "newswatch", &l->options, err);
		mem_free(&state_dir);
	} else {
		config_report(&report, err);
	}
	config_unref(&c);
	strbuf_fini(&report);
	return rc;
}

static int
set_options(struct queue_link *l, const struct queue_link_conf *conf,
	struct err *err)
{
	redis_options_init(&l->options);
	l->prefix = mem_strdup(KEYS_PREFIX);
	if (!conf->config_file && !conf->redis_url && conf->state_dir &&
		set_private(l, conf->state_dir))
		return 0;
	return set_configured(l, conf, err);
}

/* -- connecting ------------------------------------------------------------ */
static void
on_up(void *arg)
{
	struct queue_link *l = arg;

	l->up = true;
	loop_stop(l->loop);
}

static void
on_down(const struct err *reason, void *arg)
{
	struct queue_link *l = arg;

	l->up = false;
	l->down = *reason;
	loop_stop(l->loop);
}

int
queue_link_open(struct queue_link *l, const struct queue_link_conf *conf,
	struct err *err)
{
	struct redis_handlers handlers = {
		.on_up = on_up, .on_down = on_down, .arg = l};

	*l = (struct queue_link){0};
	err_set(&l->down, ERR_TEMP, "no answer within %d s",
		QUEUE_LINK_WAIT_MS / 1000);
	if (set_options(l, conf, err) == -1 || loop_new(&l->loop, err) == -1 ||
		redis_new(l->loop, &l->options, &handlers, &l->redis, err) ==
			-1)
		return -1;
	loop_run_for(l->loop, QUEUE_LINK_WAIT_MS);
	if (l->up)
		return 0;
	*err = l->down;
	return -1;
}

void
queue_link_close(struct queue_link *l)
{
	redis_free(&l->redis);
	redis_options_fini(&l->options);
	mem_free(&l->prefix);
	if (l->loop)
		loop_free(&l->loop);
}
