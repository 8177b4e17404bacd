/*
 * The relay's owner: shows the publisher the outbox, and stores what it brings
 * back. A route-less configuration has nobody to confirm anything, so there a
 * published hit counts as told.
 */
#include "daemon/daemon.h"

#include "base/log.h"
#include "queue/args.h"
#include "queue/status.h"
#include "setup/connect.h"

static const char *
relay_producer(void *arg)
{
	struct daemon *d = arg;

	return store_producer(d->store);
}

static bool
on_row(const struct store_outbox_row *r, void *arg)
{
	struct publisher_batch *b = arg;
	struct publisher_row row = {
		.seq = r->seq,
		.id = r->id,
		.json = r->json,
		.entities = r->entities,
		.told = r->confirmed,
	};

	return publisher_batch_add(b, &row);
}

static int
relay_read(void *arg, int64_t after, size_t limit, struct publisher_batch *b,
	struct err *err)
{
	struct daemon *d = arg;
	struct wall since = {clock_wall().ms - PUBLISHER_REFILL_MS};

	return store_outbox_read(d->store, after, limit, since, on_row, b, err);
}

static int
relay_id_of(void *arg, int64_t seq, char out[HEX128_SIZE], struct err *err)
{
	struct daemon *d = arg;

	return store_outbox_id(d->store, seq, out, err);
}

static int64_t
relay_last(void *arg)
{
	struct daemon *d = arg;

	return store_last_seq(d->store);
}

static int64_t
relay_published(void *arg)
{
	struct daemon *d = arg;

	return store_published(d->store);
}

struct seqs {
	VEC(struct store_outcome) rows;
};

static bool
collect_unconfirmed(const struct store_outbox_row *r, void *arg)
{
	struct seqs *s = arg;

	if (!r->confirmed)
		vec_push(&s->rows,
			(struct store_outcome){r->seq, SPAN_LIT("no_route")});
	return true;
}

/* Without routes what is published is told. */
static int
confirm_unrouted(
	struct daemon *d, struct store_unit *u, int64_t to, struct err *err)
{
	struct seqs s = {0};
	struct wall now = clock_wall();
	int64_t from = store_published(d->store);
	int rc = 0;

	if (d->config->routes.n > 0 || to <= from)
		return 0;
	rc = store_outbox_read(d->store, from, (size_t)(to - from), now,
		collect_unconfirmed, &s, err);
	if (rc == 0)
		rc = store_unit_confirm(u, s.rows.p, s.rows.n, now, err);
	vec_fini(&s.rows);
	return rc;
}

static void
relay_on_published(void *arg, int64_t seq)
{
	struct daemon *d = arg;
	struct store_unit *u;
	struct err err;

	if (store_unit_begin(d->store, &u, &err) != 0 ||
		confirm_unrouted(d, u, seq, &err) != 0 ||
		store_unit_published(u, seq, &err) != 0 ||
		store_unit_end(&u, NULL, NULL, &err) != 0)
		log_warn("mark_not_stored", "error=\"%s\"", err.msg);
	else
		pipeline_commit_soon(d);
}

static void
on_confirmed(void *arg, const struct err *err)
{
	struct daemon *d = arg;

	if (err != NULL)
		log_warn("outcomes_not_stored", "error=\"%s\"", err->msg);
	publisher_confirmed(d->publisher, err == NULL);
}

/* Out of the publisher's call stack. */
static void
on_confirm_failed(void *arg)
{
	struct daemon *d = arg;

	publisher_confirmed(d->publisher, false);
}

static void
relay_on_outcomes(void *arg, const struct publisher_outcome *o, size_t n)
{
	struct daemon *d = arg;
	VEC(struct store_outcome) rows = {0};
	struct store_unit *u;
	struct err err;

	for (size_t i = 0; i < n; i++)
		vec_push(&rows, (struct store_outcome){o[i].seq, o[i].outcome});
	if (store_unit_begin(d->store, &u, &err) != 0 ||
		store_unit_confirm(u, rows.p, rows.n, clock_wall(), &err) !=
			0 ||
		store_unit_end(&u, on_confirmed, d, &err) != 0) {
		log_warn("outcomes_not_stored", "error=\"%s\"", err.msg);
		loop_defer(d->loop, on_confirm_failed, d);
	} else {
		pipeline_commit_soon(d);
	}
	vec_fini(&rows);
}

static int
relay_renew(void *arg, struct err *err)
{
	struct daemon *d = arg;

	log_warn("new_producer",
		"reason=\"the database is older than what "
		"Redis has seen; it was restored from a "
		"backup?\"");
	return store_producer_renew(d->store, err);
}

/* -- what is behind the stream: for the status ------------------------------
 */

static void
on_queue_status(const struct queue_status *s, const struct err *err, void *arg)
{
	struct daemon *d = arg;

	strbuf_clear(&d->queue_status);
	if (err == NULL)
		queue_status_format(s, &d->queue_status);
}

static void
on_look(void *arg)
{
	struct daemon *d = arg;

	if (redis_is_up(d->redis))
		queue_status_read(
			d->redis, d->config->redis.prefix, on_queue_status, d);
	else
		strbuf_clear(&d->queue_status);
}

/*
 * Workers trim what they have taken in. Where there are none the stream would
 * grow for ever, so it is cut here: without routes after 7 days, since nobody
 * is to take it in; else where the database gives hits up, too (store.keep).
 */
static void
on_trim(void *arg)
{
	struct daemon *d = arg;
	struct args a;
	struct err err;
	int64_t keep_ms = DAEMON_STREAM_KEEP_MS;

	if (!redis_is_up(d->redis))
		return;
	if (d->config->routes.n > 0 && d->config->store_keep_ms > keep_ms)
		keep_ms = d->config->store_keep_ms;
	args_init(&a, d->config->redis.prefix);
	args_str(&a, "XTRIM");
	args_key(&a, KEY_HITS);
	args_str(&a, "MINID");
	args_str(&a, "~");
	args_int(&a, clock_wall().ms - keep_ms);
	if (args_command(&a, d->redis, 0, NULL, NULL, &err) != 0)
		log_warn("stream_not_trimmed", "error=\"%s\"", err.msg);
	args_fini(&a);
}

static void
on_up(void *arg)
{
	struct daemon *d = arg;

	publisher_on_up(d->publisher);
	loop_timer_every(d->look_timer, DAEMON_LOOK_MS);
	loop_timer_every(d->trim_timer, DAEMON_TRIM_MS);
	on_look(d);
	on_trim(d);
}

static void
on_down(const struct err *reason, void *arg)
{
	struct daemon *d = arg;

	publisher_on_down(d->publisher, reason);
}

int
relay_start(struct daemon *d, struct err *err)
{
	struct redis_options o;
	struct redis_handlers h = {
		.on_up = on_up, .on_down = on_down, .arg = d};
	struct publisher_conf conf = {
		.loop = d->loop,
		.prefix = d->config->redis.prefix,
		.owner = {relay_producer, relay_read, relay_id_of, relay_last,
			relay_published, relay_on_published, relay_on_outcomes,
			relay_renew, d},
	};
	int rc;

	redis_options_init(&o);
	rc = connect_options(d->config, "newswatchd", &o, err);
	if (rc == 0)
		rc = redis_new(d->loop, &o, &h, &d->redis, err);
	redis_options_fini(&o);
	if (rc != 0)
		return -1;
	strbuf_init(&d->queue_status, DAEMON_QUEUE_STATUS_BYTES);
	d->look_timer = loop_timer_new(d->loop, on_look, d);
	d->trim_timer = loop_timer_new(d->loop, on_trim, d);
	conf.redis = d->redis;
	d->publisher = publisher_new(&conf);
	return 0;
}

void
relay_stop(struct daemon *d)
{
	if (d->loop != NULL)
		loop_defer_cancel(d->loop, d);
	publisher_free(&d->publisher);
	redis_free(&d->redis);
	loop_timer_free(&d->look_timer);
	loop_timer_free(&d->trim_timer);
	strbuf_fini(&d->queue_status);
}
