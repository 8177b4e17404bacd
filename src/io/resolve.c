/*
 * Names to addresses: the door to c-ares. One entry per name is at the same
 * time the lookup under way and the cached answer, so that equal names share
 * both. One thread.
 *
 * c-ares may call back from inside ares_getaddrinfo() (a name in /etc/hosts),
 * and must not be entered again from its own callback: that one only writes the
 * result down; queries are told after the turn.
 */
#include "io/resolve.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ares.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define CONF_CHECK_MS 5000
#define TRIES 2

enum entry_state {
	ENTRY_IDLE, /* an answer, perhaps too old, or nothing yet */
	ENTRY_WAITING, /* for one of the running lookups to end */
	ENTRY_RUNNING /* until on_ended() */
};

struct entry {
	struct resolve *r;
	char *name;
	enum entry_state state;
	struct entry *next_waiting;
	struct resolve_query *queries;
	int64_t expires_ms;
	int status; /* of c-ares; ARES_SUCCESS: addrs */
	bool is_ours; /* if none: something is missing here */
	struct cidr_addr *addrs;
	size_t n_addrs;
};

struct resolve_query {
	struct resolve *r;
	struct entry *entry; /* NULL: numeric or refused */
	struct resolve_query *next, **prev;
	bool refused;
	struct cidr_addr numeric;
	resolve_cb cb;
	void *arg;
};

struct watched {
	int fd;
	struct loop_fd *w;
};

struct resolve {
	struct loop *loop;
	struct resolve_options o;
	char *servers;
	ares_channel channel;
	bool closing;
	struct loop_timer *timer; /* of c-ares */
	VEC(struct watched) watched;
	struct map *entries;
	size_t running, waiting;
	struct entry *first_waiting, **last_waiting;
	struct resolve_query *loose; /* without entry */
	int64_t conf_checked_ms;
	struct timespec conf_time; /* of RESOLV_CONF when it was read */
};

static void
or_default(int64_t *v, int64_t by_default)
{
	if (!*v)
		*v = by_default;
}

static void
or_default_n(size_t *v, size_t by_default)
{
	if (!*v)
		*v = by_default;
}

/* -- c-ares and the loop -------------------------------------------------- */

static void
arm(struct resolve *r)
{
	struct timeval tv;

	if (ares_timeout(r->channel, NULL, &tv))
		loop_timer_set(r->timer,
			(int64_t)tv.tv_sec * 1000 + (tv.tv_usec + 999) / 1000);
	else
		loop_timer_stop(r->timer);
}

static void
on_timer(void *arg)
{
	struct resolve *r = arg;

	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	arm(r);
}

static void
on_socket(int fd, unsigned what, void *arg)
{
	struct resolve *r = arg;

	ares_process_fd(r->channel, what & LOOP_READ ? fd : ARES_SOCKET_BAD,
		what & LOOP_WRITE ? fd : ARES_SOCKET_BAD);
	arm(r);
}

static void
on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct resolve *r = arg;
	unsigned what =
		(readable ? LOOP_READ : 0) | (writable ? LOOP_WRITE : 0);

	for (size_t i = 0; i < r->watched.n; i++) {
		if (r->watched.p[i].fd != fd)
			continue;
		if (what) {
			loop_fd_set(r->watched.p[i].w, what);
		} else {
			loop_fd_free(&r->watched.p[i].w);
			vec_remove(&r->watched, i);
		}
		return;
	}
	if (what)
		vec_push(&r->watched,
			(struct watched){fd,
				loop_fd_new(r->loop, fd, what, on_socket, r)});
}

static int
open_channel(struct resolve *r, struct err *err)
{
	struct ares_options o = {
		/* The second try waits twice as long. */
		.timeout = (int)(r->o.timeout_ms / 3),
		.tries = TRIES,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = r,
	};
	struct stat st;
	int rc = ares_init_options(&r->channel, &o,
		ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);

	if (rc == ARES_SUCCESS && r->servers) {
		rc = ares_set_servers_ports_csv(r->channel, r->servers);
		if (rc != ARES_SUCCESS)
			ares_destroy(r->channel);
	}
	if (rc != ARES_SUCCESS)
		return err_set(err, ERR_TEMP,
			"name resolution cannot be set up: %s",
			ares_strerror(rc));
	if (stat(RESOLV_CONF, &st) == 0)
		r->conf_time = st.st_mtim;
	return 0;
}

/* The network came up or changed since the name servers were read. */
static void
follow_conf(struct resolve *r)
{
	int64_t now_ms = clock_mono().ms;
	ares_channel old = r->channel;
	struct stat st;

	if (r->servers || r->running ||
		now_ms - r->conf_checked_ms < CONF_CHECK_MS)
		return;
	r->conf_checked_ms = now_ms;
	if (stat(RESOLV_CONF, &st) < 0 ||
		(st.st_mtim.tv_sec == r->conf_time.tv_sec &&
			st.st_mtim.tv_nsec == r->conf_time.tv_nsec))
		return;
	if (open_channel(r, NULL) == 0)
		ares_destroy(old);
	else
		r->channel = old;
}

/* -- queries -------------------------------------------------------------- */

static void
link_query(struct resolve_query **list, struct resolve_query *q)
{
	q->next = *list;
	q->prev = list;
	if (q->next)
		q->next->prev = &q->next;
	*list = q;
}

/* Off its list; its memory goes after the turn. */
static void
drop_query(struct resolve_query *q)
{
	*q->prev = q->next;
	if (q->next)
		q->next->prev = q->prev;
	loop_defer_cancel(q->r->loop, q);
	loop_free_later(q->r->loop, q);
}

static void
set_failure(const struct entry *e, struct err *err)
{
	if (e->is_ours) {
		err_set(err, ERR_TEMP, "no memory or socket to look up \"%s\"",
			e->name);
		return;
	}
	switch (e->status) {
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
	case ARES_EBADNAME:
	case ARES_ENONAME:
		err_set(err, ERR_PERM, "there is no host '%s'", e->name);
		break;
	case ARES_ETIMEOUT:
		err_set(err, ERR_TEMP,
			"no name server answered for \"%s\" in time", e->name);
		break;
	case ARES_ECONNREFUSED:
		err_set(err, ERR_TEMP,
			"no name server can be reached for \"%s\"; "
			"see " RESOLV_CONF,
			e->name);
		break;
	default:
		err_set(err, ERR_TEMP, "looking up \"%s\": %s", e->name,
			ares_strerror(e->status));
	}
}

static void
on_tell(void *arg)
{
	struct resolve_query *q = arg;
	const struct entry *e = q->entry;
	/* A copy: the callback may free the resolver. */
	struct cidr_addr addrs[RESOLVE_MAX_ADDRS] = {q->numeric};
	struct resolve_answer answer = {addrs, 1, q->refused};
	struct err err;
	resolve_cb cb = q->cb;
	void *cb_arg = q->arg;
	bool failed = q->refused;

	if (q->refused)
		err_set(&err, ERR_TEMP, "too many names wait to be looked up");
	if (e) {
		answer.n = e->n_addrs;
		for (size_t i = 0; i < e->n_addrs; i++)
			addrs[i] = e->addrs[i];
		failed = e->status != ARES_SUCCESS;
		answer.is_ours = e->is_ours;
		if (failed)
			set_failure(e, &err);
	}
	if (failed)
		answer.n = 0;
	drop_query(q);
	cb(&answer, failed ? &err : NULL, cb_arg);
}

/* -- lookups -------------------------------------------------------------- */

static void start_lookup(struct entry *e);

static void
start_waiting(struct resolve *r)
{
	while (r->first_waiting && r->running < r->o.max_queries) {
		struct entry *e = r->first_waiting;

		r->first_waiting = e->next_waiting;
		if (!r->first_waiting)
			r->last_waiting = &r->first_waiting;
		r->waiting--;
		start_lookup(e);
	}
	arm(r);
}

static void
on_ended(void *arg)
{
	struct entry *e = arg;
	struct resolve *r = e->r;

	e->state = ENTRY_IDLE;
	r->running--;
	for (struct resolve_query *q = e->queries; q; q = q->next)
		loop_defer(r->loop, on_tell, q);
	start_waiting(r);
}

/* Returns for how long the answer holds. */
static int64_t
keep_answer(struct entry *e, const struct ares_addrinfo *info)
{
	const struct resolve_options *o = &e->r->o;
	int64_t ttl_ms = o->max_ttl_ms;

	e->addrs = mem_calloc(RESOLVE_MAX_ADDRS, sizeof(e->addrs[0]));
	for (const struct ares_addrinfo_node *node = info->nodes;
		node && e->n_addrs < RESOLVE_MAX_ADDRS; node = node->ai_next) {
		if (!cidr_addr_of(node->ai_addr, &e->addrs[e->n_addrs]))
			continue;
		e->n_addrs++;
		if ((int64_t)node->ai_ttl * 1000 < ttl_ms)
			ttl_ms = (int64_t)node->ai_ttl * 1000;
	}
	if (!e->n_addrs)
		e->status = ARES_ENODATA;
	return ttl_ms < o->min_ttl_ms ? o->min_ttl_ms : ttl_ms;
}

/* c-ares says the same where it gets no socket as where no server is. */
static bool
is_starved(int status)
{
	int fd;

	if (status == ARES_ENOMEM)
		return true;
	if (status == ARES_SUCCESS || status == ARES_ENOTFOUND ||
		status == ARES_ENODATA || status == ARES_ETIMEOUT)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_is_shortage(errno);
	close(fd);
	return false;
}

static void
on_answer(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	struct entry *e = arg;
	struct resolve *r = e->r;
	int64_t ttl_ms = r->o.negative_ttl_ms;

	(void)timeouts;
	if (!r->closing) {
		mem_free(&e->addrs);
		e->n_addrs = 0;
		e->status = status;
		e->is_ours = is_starved(status);
		if (e->is_ours)
			ttl_ms = 0;
		if (status == ARES_SUCCESS)
			ttl_ms = keep_answer(e, info);
		e->expires_ms = clock_mono().ms + ttl_ms;
		loop_defer(r->loop, on_ended, e);
	}
	if (info)
		ares_freeaddrinfo(info);
}

static void
start_lookup(struct entry *e)
{
	struct resolve *r = e->r;
	struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC};

	follow_conf(r);
	e->state = ENTRY_RUNNING;
	r->running++;
	ares_getaddrinfo(r->channel, e->name, NULL, &hints, on_answer, e);
}

static void
free_entry(void *arg)
{
	struct entry *e = arg;

	mem_free(&e->name);
	mem_free(&e->addrs);
	mem_free(&e);
}

static bool
is_used(const struct entry *e)
{
	return e->queries || e->state != ENTRY_IDLE;
}

/* Makes room in the cache: what is too old, else the oldest names. */
static void
evict(struct resolve *r)
{
	size_t wanted = r->o.max_cache / 16 + 1;
	int64_t now_ms = clock_mono().ms;

	for (int pass = 0; pass < 2; pass++) {
		struct map_iter it = {0};

		while (wanted && map_next(r->entries, &it)) {
			struct entry *e = it.value;

			if (is_used(e) || (pass == 0 && e->expires_ms > now_ms))
				continue;
			map_del(r->entries, it.key);
			wanted--;
		}
	}
}

static struct entry *
entry_of(struct resolve *r, struct span name)
{
	struct entry *e = map_get(r->entries, name);

	if (e)
		return e;
	if (map_count(r->entries) >= r->o.max_cache)
		evict(r);
	e = mem_new(e);
	e->r = r;
	e->name = span_dup(name);
	map_put(r->entries, name, e);
	return e;
}

static void
ask(struct resolve_query *q, struct entry *e)
{
	struct resolve *r = q->r;

	if (e->state == ENTRY_IDLE && e->expires_ms <= clock_mono().ms &&
		!e->queries) {
		if (r->running < r->o.max_queries) {
			start_lookup(e);
			arm(r);
		} else if (r->waiting < r->o.max_waiting) {
			e->state = ENTRY_WAITING;
			e->next_waiting = NULL;
			*r->last_waiting = e;
			r->last_waiting = &e->next_waiting;
			r->waiting++;
		} else {
			q->refused = true;
			link_query(&r->loose, q);
			loop_defer(r->loop, on_tell, q);
			return;
		}
	} else if (e->state == ENTRY_IDLE) {
		loop_defer(r->loop, on_tell, q);
	}
	q->entry = e;
	link_query(&e->queries, q);
}

/* -- the caller's --------------------------------------------------------- */

struct resolve_query *
resolve_start(struct resolve *r, const char *name, resolve_cb cb, void *arg)
{
	struct resolve_query *q = mem_new(q);
	struct span s = span_of(name);

	q->r = r;
	q->cb = cb;
	q->arg = arg;
	if (span_ends(s, ".") && s.n > 1)
		s.n--;
	if (cidr_addr_parse(s, &q->numeric)) {
		link_query(&r->loose, q);
		loop_defer(r->loop, on_tell, q);
	} else {
		ask(q, entry_of(r, s));
	}
	return q;
}

void
resolve_cancel(struct resolve_query **qp)
{
	struct resolve_query *q = *qp;

	if (!q)
		return;
	*qp = NULL;
	drop_query(q);
}

int
resolve_new(struct loop *l, const struct resolve_options *o,
	struct resolve **out, struct err *err)
{
	static bool library_ready;
	struct resolve *r;

	*out = NULL;
	if (!library_ready && ares_library_init(ARES_LIB_INIT_ALL) != 0)
		return err_set(err, ERR_TEMP, "c-ares cannot be initialised");
	library_ready = true;
	r = mem_new(r);
	r->loop = l;
	if (o)
		r->o = *o;
	or_default(&r->o.timeout_ms, 5000);
	or_default(&r->o.min_ttl_ms, 5000);
	or_default(&r->o.max_ttl_ms, 3600000);
	or_default(&r->o.negative_ttl_ms, 30000);
	or_default_n(&r->o.max_queries, 200);
	or_default_n(&r->o.max_waiting, 10000);
	or_default_n(&r->o.max_cache, 50000);
	if (r->o.servers)
		r->servers = mem_strdup(r->o.servers);
	if (open_channel(r, err) < 0) {
		mem_free(&r->servers);
		mem_free(&r);
		return -1;
	}
	r->timer = loop_timer_new(l, on_timer, r);
	r->entries = map_new(free_entry);
	r->last_waiting = &r->first_waiting;
	*out = r;
	return 0;
}

void
resolve_free(struct resolve **rp)
{
	struct resolve *r = *rp;
	struct map_iter it = {0};

	if (!r)
		return;
	*rp = NULL;
	r->closing = true;
	ares_destroy(r->channel); /* ends its lookups and its sockets */
	while (r->loose)
		drop_query(r->loose);
	while (map_next(r->entries, &it)) {
		struct entry *e = it.value;

		loop_defer_cancel(r->loop, e);
		while (e->queries)
			drop_query(e->queries);
	}
	map_free(&r->entries);
	assert(r->watched.n == 0);
	vec_fini(&r->watched);
	loop_timer_free(&r->timer);
	mem_free(&r->servers);
	loop_free_later(r->loop, r);
}
