/* How the worker is, for Redis (`newswatch status`), systemd and the log. */
#include <inttypes.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "io/notify_systemd.h"
#include "notify/worker_private.h"
#include "queue/status.h"

#define HEALTH_PERIOD_MS 5000
#define UNSERVED_PERIOD_MS 60000

/* -- the heartbeat --------------------------------------------------------- */
struct fields {
	struct beat_field *p;
	size_t n;
	struct strbuf *text; /* has room for all: spans into it stay */
};

static void
put_text(struct fields *f, const char *name, const char *value)
{
	size_t start = f->text->n;

	strbuf_str(f->text, value);
	f->p[f->n++] = (struct beat_field){span_of(name),
		span_make(f->text->p + start, f->text->n - start)};
}

static void
put_count(struct fields *f, const char *name, uint64_t value)
{
	size_t start = f->text->n;

	strbuf_printf(f->text, "%" PRIu64, value);
	f->p[f->n++] = (struct beat_field){span_of(name),
		span_make(f->text->p + start, f->text->n - start)};
}

static void
put_queue_counts(struct fields *f, const struct worker *w)
{
	const struct consumer_counts *c = consumer_counts(w->consumer);
	const struct dispatch_counts *d = dispatch_counts(w->dispatch);
	const struct {
		const char *name;
		uint64_t value;
	} counts[] = {
		{"read", c->read},
		{"taken", c->taken},
		{"unwanted", c->unwanted},
		{"echoes", c->echoes},
		{"elsewhere", c->elsewhere},
		{"refills", c->refills},
		{"claimed", c->claimed},
		{"made", d->made},
		{"sent", d->sent},
		{"later", d->later},
		{"dead", d->dead + c->dead},
		{"held", d->held},
		{"muted", d->muted},
		{"refused", d->refused},
		{"lost_hits", d->lost_hits},
		{"errors", c->errors + d->errors},
		{"in_flight", dispatch_in_flight(w->dispatch)},
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		put_count(f, counts[i].name, counts[i].value);
}

size_t
worker_beat_fields(struct beat_field *fields, void *worker)
{
	struct worker *w = worker;
	struct fields f = {.p = fields, .text = &w->beat_text};
	char started[DATE_TEXT_SIZE];

	strbuf_clear(&w->beat_text);
	strbuf_room(&w->beat_text, BEAT_TEXT_MAX);
	date_format(w->started, started);
	put_text(&f, "state", worker_state_name(w->state));
	put_text(
		&f, "reader", consumer_state_name(consumer_state(w->consumer)));
	put_text(&f, "version", PACKAGE_VERSION);
	put_text(&f, "started", started);
	put_count(&f, "pid", (uint64_t)getpid());
	put_count(&f, "channels", desk_n_channels(w->desk));
	put_count(&f, "routes", route_count(desk_routes(w->desk)));
	put_queue_counts(&f, w);
	return f.n;
}

/* -- systemd --------------------------------------------------------------- */
static void
on_watchdog(void *arg)
{
	const struct worker *w = arg;
	const struct dispatch_counts *d = dispatch_counts(w->dispatch);

	notify_systemd_watchdog();
	notify_systemd_status("%s%s, %u under way, %" PRIu64 " sent, %" PRIu64
			      " failed and tried again, %" PRIu64 " dead",
		worker_state_name(w->state),
		redis_is_up(w->redis) ? "" : ", no Redis",
		dispatch_in_flight(w->dispatch), d->sent, d->later, d->dead);
}

/* -- channels that nobody serves ------------------------------------------- */
static void
warn_if_unserved(const struct worker *w, const struct queue_channel *c)
{
	int64_t overdue = c->groups_overdue_ms > c->deliveries_overdue_ms
		? c->groups_overdue_ms
		: c->deliveries_overdue_ms;

	if (overdue < WORKER_UNSERVED_MS || desk_channel(w->desk, c->name))
		return;
	log_warn("channel_unserved",
		"channel=%.*s waiting=%" PRId64 " overdue_s=%" PRId64
		" why=\"it is not in this worker's configuration, and no other "
		"worker takes care of it\"",
		SPAN_ARG(c->name), c->groups + c->deliveries, overdue / 1000);
}

static void
on_status(const struct queue_status *s, const struct err *err, void *arg)
{
	const struct worker *w = arg;

	/* The last answer may come from the end of the connection. */
	for (size_t i = 0; !err && w->desk && i < s->n_channels; i++)
		warn_if_unserved(w, &s->channels[i]);
}

static void
on_unserved(void *arg)
{
	struct worker *w = arg;

	worker_drop_retired(w);
	if (redis_is_up(w->redis))
		queue_status_read(w->redis, desk_config(w->desk)->redis.prefix,
			on_status, w);
}

/* -- life ------------------------------------------------------------------ */
void
worker_health_start(struct worker *w)
{
	int64_t period = notify_systemd_watchdog_ms();

	if (period <= 0 || period > HEALTH_PERIOD_MS)
		period = HEALTH_PERIOD_MS;
	w->watchdog = loop_timer_new(w->loop, on_watchdog, w);
	loop_timer_every(w->watchdog, period);
	w->unserved = loop_timer_new(w->loop, on_unserved, w);
	loop_timer_every(w->unserved, UNSERVED_PERIOD_MS);
}

void
worker_health_stop(struct worker *w)
{
	loop_timer_free(&w->watchdog);
	loop_timer_free(&w->unserved);
}
