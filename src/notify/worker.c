/*
 * Construction in the order of dependence, signals, and the end: what is under
 * way is finished within a limit, outcomes are stored, then it is left.
 */
#include "notify/worker.h"

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/notify_systemd.h"
#include "notify/worker_private.h"
#include "setup/connect.h"

#define GOODBYE_MS 1000 /* for the last heartbeat */
#define HOST_SIZE 256
#define HOST_CONNECTIONS 2 /* of all channels: politeness */

static const char *const state_names[] = {
	[WORKER_STARTING] = "waiting for Redis",
	[WORKER_RUNNING] = "running",
	[WORKER_DRAINING] = "draining",
	[WORKER_LEAVING] = "leaving",
};

const char *
worker_state_name(enum worker_state s)
{
	return state_names[s];
}

/* -- Redis ----------------------------------------------------------------- */
static void
on_redis_up(void *arg)
{
	struct worker *w = arg;
	char where[HOST_SIZE];

	redis_options_text(&w->redis_options, where, sizeof(where));
	log_info("redis_up", "server=%s", where);
	w->redis_told = false;
	if (w->state == WORKER_STARTING)
		w->state = WORKER_RUNNING;
	dispatch_on_up(w->dispatch);
	beat_now(w->beat);
}

/* Tries go on for ever; it is said once per outage. */
static void
on_redis_down(const struct err *reason, void *arg)
{
	struct worker *w = arg;
	char where[HOST_SIZE];

	if (w->redis_told)
		return;
	w->redis_told = true;
	redis_options_text(&w->redis_options, where, sizeof(where));
	log_warn("redis_down", "server=%s error=\"%s\" then=\"trying again\"",
		where, reason->msg);
}

static void
on_taking(struct span channel, void *arg)
{
	struct worker *w = arg;

	dispatch_poke(w->dispatch, channel);
}

/* -- stopping -------------------------------------------------------------- */
static int64_t
stopping_ms(const struct worker *w)
{
	return clock_mono().ms - w->stop_asked.ms;
}

static void
leave(struct worker *w)
{
	w->state = WORKER_LEAVING;
	w->stop_asked = clock_mono();
	beat_stop(w->beat);
}

static bool
is_drained(const struct worker *w)
{
	return consumer_is_idle(w->consumer) && dispatch_is_idle(w->dispatch);
}

static void
on_drain(void *arg)
{
	struct worker *w = arg;

	if (w->state == WORKER_DRAINING) {
		if (!is_drained(w) && stopping_ms(w) < WORKER_DRAIN_MS) {
			loop_timer_set(w->drain, 10);
			return;
		}
		if (!is_drained(w))
			log_warn("drain_cut_short",
				"under_way=%u then=\"sent again when their "
				"leases end\"",
				dispatch_in_flight(w->dispatch));
		leave(w);
	}
	if (redis_pending(w->redis) == 0 || stopping_ms(w) >= GOODBYE_MS)
		loop_stop(w->loop);
	else
		loop_timer_set(w->drain, 2);
}

static void
stop(struct worker *w)
{
	w->state = WORKER_DRAINING;
	w->stop_asked = clock_mono();
	notify_systemd_stopping();
	log_info("stopping", "under_way=%u", dispatch_in_flight(w->dispatch));
	consumer_stop(w->consumer);
	dispatch_stop(w->dispatch);
	loop_timer_set(w->drain, 0);
}

static void
on_stop_signal(void *arg)
{
	struct worker *w = arg;

	if (w->state >= WORKER_DRAINING)
		loop_stop(w->loop); /* asked twice: at once */
	else
		stop(w);
}

/* Nobody reads what is printed: this is what it was run for. */
static void
on_closed(void *arg)
{
	struct worker *w = arg;

	if (w->options->output != OUTPUT_NONE && w->state < WORKER_DRAINING)
		stop(w);
}

static void
on_reload(void *arg)
{
	struct worker *w = arg;
	struct err err;

	if (w->state >= WORKER_DRAINING)
		return;
	notify_systemd_reloading();
	if (worker_load(w, &err) == 0)
		log_info("reloaded", "routes=%zu channels=%zu",
			route_count(desk_routes(w->desk)),
			desk_n_channels(w->desk));
	else
		log_error("reload_failed",
			"error=\"%s\" then=\"the configuration before stays\"",
			err.msg);
	notify_systemd_ready();
}

/* -- construction ---------------------------------------------------------- */
static int
name_start(struct worker *w, struct err *err)
{
	char host[HOST_SIZE] = "localhost";

	(void)err;
	gethostname(host, sizeof(host) - 1);
	w->name = mem_printf("%s@%s", w->options->name, host);
	w->me = mem_printf("%s %d", w->name, (int)getpid());
	return 0;
}

static int
http_start(struct worker *w, struct err *err)
{
	struct http_client_options o = {
		.user_agent = "newswatch/" PACKAGE_VERSION,
		.max_host_connections = HOST_CONNECTIONS,
	};

	if (http_client_new(w->loop, &o, &w->http, err) == -1)
		return -1;
	w->env = (struct channel_env){
		.loop = w->loop,
		.http = w->http,
		.out_fd = STDOUT_FILENO,
		.on_closed = on_closed,
		.arg = w,
	};
	return 0;
}

static int
redis_start(struct worker *w, struct err *err)
{
	struct redis_handlers handlers = {
		.on_up = on_redis_up,
		.on_down = on_redis_down,
		.arg = w,
	};

	redis_options_init(&w->redis_options);
	if (connect_options(desk_config(w->desk), "newswatch-notify",
		    &w->redis_options, err) == -1)
		return -1;
	return redis_new(w->loop, &w->redis_options, &handlers, &w->redis, err);
}

static int
queue_start(struct worker *w, struct err *err)
{
	struct span prefix = desk_config(w->desk)->redis.prefix;
	struct dispatch_conf dispatch = {
		.loop = w->loop,
		.redis = w->redis,
		.prefix = prefix,
		.me = span_of(w->me),
		.render = worker_render,
		.silences = worker_silences,
		.always = worker_always,
		.mute = worker_mute,
		.send = worker_send,
		.arg = w,
	};
	struct consumer_conf consumer = {
		.loop = w->loop,
		.options = &w->redis_options,
		.commands = w->redis,
		.prefix = prefix,
		.name = span_of(w->name),
		.decide = worker_decide,
		.on_taking = on_taking,
		.arg = w,
	};
	struct beat_conf beat = {
		.loop = w->loop,
		.redis = w->redis,
		.prefix = prefix,
		.name = span_of(w->name),
		.fields = worker_beat_fields,
		.arg = w,
	};

	w->dispatch = dispatch_new(&dispatch);
	worker_serve(w);
	if (consumer_new(&consumer, &w->consumer, err) == -1)
		return -1;
	strbuf_init(&w->beat_text, BEAT_TEXT_MAX);
	w->beat = beat_new(&beat);
	return 0;
}

static int
signals_start(struct worker *w, struct err *err)
{
	(void)err;
	w->drain = loop_timer_new(w->loop, on_drain, w);
	w->on_term = loop_signal_new(w->loop, SIGTERM, on_stop_signal, w);
	w->on_int = loop_signal_new(w->loop, SIGINT, on_stop_signal, w);
	w->on_hup = loop_signal_new(w->loop, SIGHUP, on_reload, w);
	worker_health_start(w);
	return 0;
}

static int (*const steps[])(struct worker *w, struct err *err) = {
	name_start,
	http_start,
	worker_load,
	redis_start,
	queue_start,
	signals_start,
};

static int
construct(struct worker *w, struct err *err)
{
	if (loop_new(&w->loop, err) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (steps[i](w, err) == -1)
			return -1;
	return 0;
}

static void
destroy(struct worker *w)
{
	if (!w->loop)
		return;
	worker_health_stop(w);
	loop_timer_free(&w->drain);
	loop_signal_free(&w->on_term);
	loop_signal_free(&w->on_int);
	loop_signal_free(&w->on_hup);
	beat_free(&w->beat);
	consumer_free(&w->consumer);
	dispatch_free(&w->dispatch);
	silences_free(&w->silences);
	redis_free(&w->redis);
	redis_options_fini(&w->redis_options);
	desk_free(&w->desk);
	vec_each (struct desk **, d, &w->retired)
		desk_free(d);
	vec_fini(&w->retired);
	http_client_free(&w->http);
	strbuf_fini(&w->beat_text);
	vec_fini(&w->picks);
	mem_free(&w->name);
	mem_free(&w->me);
	loop_free(&w->loop);
}

int
worker_run(const struct worker_options *o)
{
	struct worker w = {.options = o};
	struct err err = {.kind = ERR_NONE};
	int code = EX_OK;

	notify_systemd_init();
	rng_init_system(&w.rng);
	w.started = clock_wall();
	if (construct(&w, &err) == 0) {
		notify_systemd_ready();
		log_info("started",
			"version=%s name=%s routes=%zu channels=%zu",
			PACKAGE_VERSION, w.name,
			route_count(desk_routes(w.desk)),
			desk_n_channels(w.desk));
		loop_run(w.loop);
		log_info("stopped", "sent=%llu",
			(unsigned long long)dispatch_counts(w.dispatch)->sent);
	} else {
		log_error("not_started", "error=\"%s\"", err.msg);
		code = err.kind == ERR_CONF ? EX_CONFIG : EX_UNAVAILABLE;
	}
	destroy(&w);
	return code;
}
