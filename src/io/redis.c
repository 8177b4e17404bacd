/*
 * A Redis connection: finding the server, connecting, noticing silence, trying
 * again. The door to libevent's bufferevents; what is said over the connection
 * is in redis_command.c.
 *
 * Why not hiredis' own asynchronous context: 0.14 has no timeouts, no TLS, and
 * crashes when it is freed in its connect callback.
 * Hazards: every call out (on_up, on_down, a reply's callback) may free r. Its
 * memory then lives until the turn is over and its state is REDIS_CLOSED; the
 * reader, whose reply the callback looks at, is freed after the turn, too.
 */
#include "io/redis.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

#include "base/backoff.h"
#include "base/mem.h"
#include "io/loop_private.h"
#include "io/redis_private.h"
#include "io/redis_sentinel.h"

/* Legal moves: [from] is a set of states. */
#define TO(s) (1u << (s))
static const unsigned moves[REDIS_N_STATES] = {
	[REDIS_WAITING] =
		TO(REDIS_RESOLVING) | TO(REDIS_CONNECTING) | TO(REDIS_CLOSED),
	[REDIS_RESOLVING] =
		TO(REDIS_CONNECTING) | TO(REDIS_WAITING) | TO(REDIS_CLOSED),
	/* To itself: the next address of the name. */
	[REDIS_CONNECTING] = TO(REDIS_CONNECTING) | TO(REDIS_GREETING) |
		TO(REDIS_WAITING) | TO(REDIS_CLOSED),
	[REDIS_GREETING] = TO(REDIS_UP) | TO(REDIS_WAITING) | TO(REDIS_CLOSED),
	[REDIS_UP] = TO(REDIS_WAITING) | TO(REDIS_CLOSED),
	[REDIS_CLOSED] = 0,
};

/* A connection that was up for so long has held. */
#define HELD_MS 1000
/* Our own commands, behind a transaction that the caller has open. */
#define HELD_OWN_BYTES ((size_t)1 << 20)
/* Bytes that go in one turn: several batches of the relay. */
#define MAX_WRITE ((size_t)1 << 20)

static void connect_next(struct redis *r);

static void
set_state(struct redis *r, enum redis_state to)
{
	assert(moves[r->state] & TO(to));
	r->state = to;
}

static void
free_reader(void *arg)
{
	struct redis_reader *reader = arg;

	redis_reader_free(&reader);
}

/* Nothing comes from the server any more. */
static void
hang_up(struct redis *r)
{
	resolve_cancel(&r->query);
	if (r->bev) {
		bufferevent_setcb(r->bev, NULL, NULL, NULL, NULL);
		bufferevent_free(r->bev);
		r->bev = NULL;
	}
	if (r->reader) {
		loop_defer(r->loop, free_reader, r->reader);
		r->reader = NULL;
	}
	redis_multi_lose(r);
	r->unconfirmed = 0;
	r->ping_ms = 0;
}

void
redis_lose(struct redis *r, const struct err *reason)
{
	int64_t now_ms = clock_mono().ms;
	bool was_up = r->state == REDIS_UP;
	struct err why = *reason;

	if (r->state == REDIS_WAITING || r->state == REDIS_CLOSED)
		return;
	hang_up(r);
	if (r->state == REDIS_CONNECTING && r->addr + 1 < r->n_addrs) {
		r->addr++;
		connect_next(r);
		return;
	}
	/* Only what held for a while is a fresh start: a server that takes
	 * connections and drops them is left alone for longer and longer. */
	if (was_up && now_ms - r->up_ms >= HELD_MS)
		r->failed = 0;
	r->failed++;
	r->stats.failures++;
	r->try_ms = now_ms +
		backoff_ms(r->failed, r->o.retry_base_ms, r->o.retry_max_ms,
			(uint32_t)rng_next(&r->rng));
	set_state(r, REDIS_WAITING);
	redis_arm(r);
	err_wrap(&why, "Redis at %s", r->text);
	redis_where_lost(r, was_up);
	redis_fail_pending(r, &why);
	if (r->state != REDIS_CLOSED && r->h.on_down)
		r->h.on_down(&why, r->h.arg);
}

void
redis_become_up(struct redis *r)
{
	set_state(r, REDIS_UP);
	r->up_ms = clock_mono().ms;
	r->reply_ms = r->up_ms;
	r->stats.connects++;
	redis_arm(r);
	if (r->h.on_up)
		r->h.on_up(r->h.arg);
}

/* -- bytes ---------------------------------------------------------------- */

void
redis_send(struct redis *r, const void *bytes, size_t n)
{
	int rc;

	if (r->multi) {
		strbuf_put(&r->held, bytes, n);
		assert(!r->held.full);
		return;
	}
	rc = bufferevent_write(r->bev, bytes, n);
	assert(rc == 0);
	r->stats.bytes_out += n;
}

size_t
redis_unsent(const struct redis *r)
{
	return r->bev ? evbuffer_get_length(bufferevent_get_output(r->bev)) +
			r->held.n
		      : 0;
}

/* False if the connection is not the same any more. */
static bool
take_replies(struct redis *r)
{
	struct redis_reader *reader = r->reader;
	const struct redis_reply *reply;
	struct err err;
	int got;

	while ((got = redis_reader_next(reader, &reply, &err)) > 0) {
		redis_dispatch(r, reply);
		if (r->reader != reader)
			return false;
	}
	if (got < 0)
		redis_lose(r, &err);
	return got == 0;
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct redis *r = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	char chunk[REDIS_READER_CHUNK];
	int n;

	r->in_ms = clock_mono().ms;
	r->ping_ms = 0;
	while ((n = evbuffer_remove(in, chunk, sizeof(chunk))) > 0) {
		r->stats.bytes_in += (uint64_t)n;
		redis_reader_feed(r->reader, chunk, (size_t)n);
		if (!take_replies(r))
			return;
	}
	redis_arm(r);
}

/* -- silence -------------------------------------------------------------- */

/* When something must have happened; INT64_MAX: never. */
static int64_t
deadline_ms(const struct redis *r)
{
	int64_t since_ms;

	switch (r->state) {
	case REDIS_WAITING:
		return r->try_ms;
	case REDIS_RESOLVING:
	case REDIS_CONNECTING:
	case REDIS_GREETING:
		return r->try_ms + r->o.connect_timeout_ms;
	case REDIS_UP:
		break;
	case REDIS_CLOSED:
	case REDIS_N_STATES:
		return INT64_MAX;
	}
	if (r->head) {
		since_ms = r->head->sent_ms > r->reply_ms ? r->head->sent_ms
							  : r->reply_ms;
		return since_ms + r->head->timeout_ms;
	}
	if (r->ping_ms)
		return r->ping_ms + r->o.command_timeout_ms;
	return r->o.idle_ms ? r->in_ms + r->o.idle_ms : INT64_MAX;
}

/* The timer may be early, never late: it is moved only if it must come sooner,
 * so that a busy connection does not set it for every command. */
void
redis_arm(struct redis *r)
{
	int64_t due_ms = deadline_ms(r);

	if (due_ms == INT64_MAX ||
		(loop_timer_is_set(r->watch) && r->watch_ms <= due_ms))
		return;
	r->watch_ms = due_ms;
	loop_timer_set(r->watch, due_ms - clock_mono().ms);
}

static void
silent(struct redis *r)
{
	struct err err;

	if (r->state == REDIS_UP && !r->head && !r->ping_ms) {
		redis_ping(r);
		redis_arm(r);
		return;
	}
	r->stats.timeouts++;
	if (r->state == REDIS_RESOLVING && r->where.sentinel)
		err_set(&err, ERR_TEMP, "no Sentinel says where it is%s%s",
			redis_sentinel_problem(r->where.sentinel) ? ": " : "",
			redis_sentinel_problem(r->where.sentinel)
				? redis_sentinel_problem(r->where.sentinel)
				: "");
	else if (r->state != REDIS_UP)
		err_set(&err, ERR_TEMP, "no connection within %lld ms%s",
			(long long)r->o.connect_timeout_ms,
			r->tls ? " (does the server speak TLS?)" : "");
	else
		err_set(&err, ERR_TEMP, "no answer within %lld ms",
			(long long)(r->head ? r->head->timeout_ms
					    : r->o.command_timeout_ms));
	/* The other addresses have no time left either. */
	r->addr = r->n_addrs;
	redis_lose(r, &err);
}

/* -- connecting ----------------------------------------------------------- */

static void
on_connected(struct redis *r)
{
	int fd = bufferevent_getfd(r->bev);
	int on = 1;

	if (!r->o.unix_path) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	}
	r->in_ms = clock_mono().ms;
	set_state(r, REDIS_GREETING);
	redis_greet(r);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct redis *r = arg;
	int errnum = EVUTIL_SOCKET_ERROR();
	struct err err;
	char tls[256];

	if (what & BEV_EVENT_CONNECTED) {
		on_connected(r);
		return;
	}
	if (r->tls && r->state == REDIS_CONNECTING &&
		redis_tls_reason(bufferevent_openssl_get_ssl(bev),
			bufferevent_get_openssl_error(bev), tls, sizeof(tls)))
		err_set(&err, ERR_TEMP, "TLS: %s", tls);
	else if (what & BEV_EVENT_EOF)
		err_set(&err, ERR_TEMP, "the server closed the connection");
	else
		err_errno(&err, ERR_TEMP, errnum, "%s",
			r->state == REDIS_CONNECTING ? "connecting"
						     : "the connection broke");
	redis_lose(r, &err);
}

static struct bufferevent *
new_bufferevent(struct redis *r)
{
	struct event_base *base = loop_base(r->loop);
	struct bufferevent *bev;

	if (r->tls)
		bev = bufferevent_openssl_socket_new(base, -1,
			redis_tls_session(r->tls, redis_where_now(r)->host),
			BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	else
		bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	assert(bev);
	bufferevent_set_max_single_read(bev, (size_t)8 * REDIS_READER_CHUNK);
	bufferevent_set_max_single_write(bev, MAX_WRITE);
	bufferevent_setcb(bev, on_read, NULL, on_event, r);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
	return bev;
}

static void
connect_to(struct redis *r, const struct sockaddr *sa, socklen_t n)
{
	struct err err;
	int fd;

	set_state(r, REDIS_CONNECTING);
	r->reader = redis_reader_new(r->o.max_reply_bytes);
	r->bev = new_bufferevent(r);
	errno = 0;
	if (bufferevent_socket_connect(r->bev, sa, (int)n) < 0) {
		err_errno(&err, ERR_TEMP, errno, "connecting");
		redis_lose(r, &err);
		return;
	}
	fd = bufferevent_getfd(r->bev);
	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void
connect_unix(struct redis *r)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	/* redis_options_url() has bounded it. */
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", r->o.unix_path);
	connect_to(r, (struct sockaddr *)&sun, sizeof(sun));
}

static void
connect_next(struct redis *r)
{
	struct sockaddr_storage ss;
	socklen_t n = cidr_addr_to(
		&r->addrs[r->addr], (uint16_t)redis_where_now(r)->port, &ss);

	connect_to(r, (struct sockaddr *)&ss, n);
}

static void
on_resolved(
	const struct resolve_answer *answer, const struct err *err, void *arg)
{
	struct redis *r = arg;

	r->query = NULL;
	if (err) {
		redis_lose(r, err);
		return;
	}
	r->n_addrs = answer->n;
	memcpy(r->addrs, answer->addrs, answer->n * sizeof(r->addrs[0]));
	connect_next(r);
}

static void
look_up(struct redis *r, const char *host)
{
	struct err err;

	if (cidr_addr_parse(span_of(host), &r->addrs[0])) {
		r->n_addrs = 1;
		connect_next(r);
		return;
	}
	if (r->state != REDIS_RESOLVING)
		set_state(r, REDIS_RESOLVING);
	if (!r->resolve && resolve_new(r->loop, NULL, &r->resolve, &err) < 0)
		redis_lose(r, &err);
	else
		r->query = resolve_start(r->resolve, host, on_resolved, r);
}

static void
start_try(struct redis *r)
{
	const struct redis_place *where = redis_where_now(r);

	r->try_ms = clock_mono().ms;
	r->addr = 0;
	r->n_addrs = 0;
	if (r->o.unix_path) {
		connect_unix(r);
	} else if (where) {
		look_up(r, where->host);
	} else {
		set_state(r, REDIS_RESOLVING);
		redis_sentinel_ask(r->where.sentinel);
	}
	redis_arm(r);
}

void
redis_found_master(struct redis *r, struct span host, unsigned port)
{
	const struct redis_place *now = &r->where.target;

	if (now->host) {
		if (!redis_place_is(now, host, port))
			redis_reset(r, "the Sentinels have another master now");
		return;
	}
	/* Not the one that was just lost: that is worth no waiting. */
	if (r->state == REDIS_WAITING &&
		!redis_place_is(&r->where.before, host, port))
		set_state(r, REDIS_RESOLVING);
	if (r->state != REDIS_RESOLVING)
		return;
	r->try_ms = clock_mono().ms;
	redis_where_go(r, host, port);
	look_up(r, now->host);
	redis_arm(r);
}

static void
on_watch(void *arg)
{
	struct redis *r = arg;

	if (clock_mono().ms < deadline_ms(r))
		redis_arm(r);
	else if (r->state == REDIS_WAITING)
		start_try(r);
	else
		silent(r);
}

/* -- the caller's --------------------------------------------------------- */

int
redis_new(struct loop *l, const struct redis_options *o,
	const struct redis_handlers *h, struct redis **out, struct err *err)
{
	struct redis_tls *tls = NULL;
	struct redis *r;

	*out = NULL;
	assert(o->host || o->unix_path);
	if (o->tls && redis_tls_new(o, &tls, err) < 0)
		return -1;
	r = mem_new(r);
	r->loop = l;
	redis_options_copy(&r->o, o);
	if (h)
		r->h = *h;
	r->tls = tls;
	r->tail = &r->head;
	strbuf_init(&r->held, o->max_pending_bytes + HELD_OWN_BYTES);
	rng_init_system(&r->rng);
	r->try_ms = clock_mono().ms;
	r->watch = loop_timer_new(l, on_watch, r);
	redis_where_init(r);
	redis_arm(r);
	*out = r;
	return 0;
}

void
redis_free(struct redis **rp)
{
	struct redis *r = *rp;
	struct err err;

	if (!r)
		return;
	*rp = NULL;
	hang_up(r);
	set_state(r, REDIS_CLOSED);
	loop_timer_free(&r->watch);
	loop_defer_cancel(r->loop, r);
	resolve_free(&r->resolve);
	redis_tls_free(&r->tls);
	err_set(&err, ERR_TEMP, "Redis at %s: we closed the connection",
		r->text);
	redis_fail_pending(r, &err);
	vec_each (char **, channel, &r->channels)
		mem_free(channel);
	vec_fini(&r->channels);
	strbuf_fini(&r->held);
	redis_where_fini(r);
	redis_options_fini(&r->o);
	loop_free_later(r->loop, r);
}

bool
redis_is_up(const struct redis *r)
{
	return r->state == REDIS_UP;
}

static void
on_reset(void *arg)
{
	struct redis *r = arg;
	struct err err;

	err_set(&err, ERR_TEMP, "given up: %s", r->reset_reason);
	redis_lose(r, &err);
}

void
redis_reset(struct redis *r, const char *reason)
{
	snprintf(r->reset_reason, sizeof(r->reset_reason), "%s", reason);
	loop_defer(r->loop, on_reset, r);
}

void
redis_stats_read(const struct redis *r, struct redis_stats *out)
{
	*out = r->stats;
}
