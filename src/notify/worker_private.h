/* What the files of the worker share. */
#ifndef NW_NOTIFY_WORKER_PRIVATE_H
#define NW_NOTIFY_WORKER_PRIVATE_H

#include "base/clock.h"
#include "base/rng.h"
#include "base/vec.h"
#include "io/http_client.h"
#include "io/loop.h"
#include "io/redis.h"
#include "notify/worker.h"
#include "queue/beat.h"
#include "queue/consumer.h"
#include "queue/dispatch.h"
#include "setup/silence.h"

enum worker_state {
	WORKER_STARTING, /* no connection to Redis yet */
	WORKER_RUNNING,
	WORKER_DRAINING, /* takes nothing new; what is under way goes on */
	WORKER_LEAVING /* says goodbye to Redis */
};

struct worker {
	const struct worker_options *options;
	enum worker_state state;
	struct loop *loop;
	struct http_client *http;
	struct channel_env env;
	struct desk *desk; /* the present one */
	VEC(struct desk *) retired; /* with sends under way */
	VEC(struct route_pick) picks; /* of the hit that is decided */
	struct redis_options redis_options;
	struct redis *redis;
	bool redis_told; /* that it is down */
	struct consumer *consumer;
	struct dispatch *dispatch;
	struct silences *silences; /* as Redis last said; NULL: not yet */
	struct beat *beat;
	struct strbuf beat_text; /* values of the last heartbeat */
	char *name; /* "<name>@<host>" */
	char *me; /* and its pid */
	struct wall started;
	struct mono stop_asked;
	struct rng rng;
	struct loop_timer *drain, *watchdog, *unserved;
	struct loop_signal *on_term, *on_int, *on_hup;
};

const char *worker_state_name(enum worker_state s);

/* Desks: worker_desk.c. Load the configuration into a new desk; the one before
 * is retired. On failure all stays as it was. */
NW_MUST_CHECK int worker_load(struct worker *w, struct err *err);
/* The dispatch serves the channels of the present desk. */
void worker_serve(struct worker *w);
void worker_drop_retired(struct worker *w);

/* Hits and deliveries: worker_flow.c */
void worker_decide(
	const struct hit *h, struct consumer_targets *t, void *worker);
void worker_render(const struct dispatch_group *g, struct strbuf *body,
	struct dispatch_order *order, void *worker);
void worker_silences(const struct span *all, size_t n, void *worker);
bool worker_always(struct span route, void *worker);
bool worker_mute(const struct dispatch_group *g, struct span json,
	char id[DISPATCH_SILENCE_SIZE], void *worker);
void worker_send(struct delivery *d, void *worker);

/* Health: worker_health.c */
#define BEAT_TEXT_MAX 4096 /* all values of a heartbeat */
size_t worker_beat_fields(struct beat_field *fields, void *worker);
void worker_health_start(struct worker *w);
void worker_health_stop(struct worker *w);

#endif
