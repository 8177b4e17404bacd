#include "io/redis_where.h"

#include <stdio.h>

#include "base/log.h"
#include "io/redis_private.h"
#include "io/redis_sentinel.h"

static void
set_place(struct redis_place *p, struct span host, unsigned port)
{
	mem_free(&p->host);
	p->host = host.n > 0 ? span_dup(host) : NULL;
	p->port = port;
}

/* What messages call it. */
static void
name_it(struct redis *r)
{
	struct redis_options shown = r->o;
	const struct redis_place *p = redis_where_now(r);

	if (p) {
		shown.host = p->host;
		shown.port = p->port;
		shown.more_hosts = NULL;
		shown.master = NULL;
	}
	redis_options_text(&shown, r->text, sizeof(r->text));
}

static void
add_seed(struct redis *r, struct span host, unsigned port)
{
	struct redis_place *p = vec_add(&r->where.seeds);

	set_place(p, host, port);
}

void
redis_where_init(struct redis *r)
{
	struct span rest = span_of(r->o.more_hosts), one, host;
	unsigned port;

	if (r->o.host)
		add_seed(r, span_of(r->o.host), r->o.port);
	while (span_next(&rest, ',', &one)) {
		port = r->o.port;
		if (!redis_options_address(one, &host, &port))
			add_seed(r, host, port);
	}
	if (r->o.master)
		r->where.sentinel = redis_sentinel_new(r);
	name_it(r);
}

void
redis_where_fini(struct redis *r)
{
	redis_sentinel_free(&r->where.sentinel);
	vec_each (struct redis_place *, p, &r->where.seeds)
		mem_free(&p->host);
	vec_fini(&r->where.seeds);
	mem_free(&r->where.target.host);
	mem_free(&r->where.before.host);
}

bool
redis_place_is(const struct redis_place *p, struct span host, unsigned port)
{
	return p->host && p->port == port && span_eq_str(host, p->host);
}

const struct redis_place *
redis_where_now(const struct redis *r)
{
	const struct redis_where *w = &r->where;

	if (w->target.host)
		return &w->target;
	if (w->sentinel || w->seeds.n == 0)
		return NULL;
	return &w->seeds.p[w->seed % w->seeds.n];
}

void
redis_where_lost(struct redis *r, bool was_up)
{
	struct redis_where *w = &r->where;

	if (!w->target.host)
		w->seed++;
	else if (w->sentinel || !was_up) {
		mem_free(&w->before.host);
		w->before = w->target;
		w->target = (struct redis_place){NULL, 0};
	}
	if (!w->target.host)
		w->asking = false;
	name_it(r);
}

void
redis_where_go(struct redis *r, struct span host, unsigned port)
{
	r->where.asking = false;
	set_place(&r->where.target, host, port);
	name_it(r);
}

/* -- clusters -------------------------------------------------------------- */
/* "MOVED 3999 127.0.0.1:6381"; without a host it is the one we talk to. */
static bool
read_node(const struct redis *r, struct span text, struct span *host,
	unsigned *port)
{
	const struct redis_place *now = redis_where_now(r);
	struct span code, slot;
	size_t colon = SIZE_MAX;
	int64_t n;

	if (!span_next(&text, ' ', &code) || !span_next(&text, ' ', &slot))
		return false;
	text = span_trim(text);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ':')
			colon = i; /* an IPv6 address is not in brackets */
	if (colon == SIZE_MAX ||
		!span_i64(span_sub(text, colon + 1, text.n), 1, 65535, &n))
		return false;
	*host = span_sub(text, 0, colon);
	*port = (unsigned)n;
	if (host->n == 0 && now)
		*host = span_of(now->host);
	return host->n > 0 && host->n < 256;
}

void
redis_where_follow(struct redis *r, const struct redis_reply *reply)
{
	struct redis_where *w = &r->where;
	bool ask = redis_is_error(reply, "ASK");
	struct span host;
	unsigned port;
	char *copy;

	if ((!ask && !redis_is_error(reply, "MOVED")) ||
		!read_node(r, reply->text, &host, &port))
		return;
	if (redis_place_is(&w->target, host, port) && w->asking == ask)
		return; /* of another command in the pipeline */
	copy = span_dup(host); /* it may be the target's own */
	log_info("redis_moved", "from=%s to=%s:%u why=%s", r->text, copy, port,
		ask ? "ASK" : "MOVED");
	set_place(&w->target, span_of(copy), port);
	w->asking = ask;
	mem_free(&copy);
	redis_reset(r, "the keys are on another node of the cluster");
}
