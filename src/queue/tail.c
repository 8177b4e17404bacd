#include "queue/tail.h"

#include <stdio.h>

#include "base/map.h"
#include "base/vec.h"
#include "io/loop.h"
#include "io/redis.h"
#include "model/hit.h"
#include "model/limits.h"
#include "queue/args.h"

#define ID_SIZE 48 /* an id of a stream's entry */
#define RETRY_MS 1000 /* after an error of the server */
#define JSON_BYTES MIB(1)

static const char head[] = "{\"stream_id\":\"";

struct tail {
	struct tail_conf conf;
	char *prefix;
	VEC(char *) entities;
	struct redis *live, *reads;
	struct loop_timer *audit;
	struct args args;
	struct map *seen; /* ids of hits that were given out */
	VEC(char *) ring; /* the same in order, at most TAIL_REMEMBER */
	size_t ring_at;
	char last[ID_SIZE]; /* all up to this entry was given out; "": none */
	bool first; /* no look at the stream has ended yet */
	bool behind; /* subscribed anew: what was missed is not yet read */
	bool reading; /* a look at the stream is under way */
	bool again; /* something came meanwhile: look once more */
	bool live_told;
};

static void repair(struct tail *t);

/* -- ids ------------------------------------------------------------------- */
static bool
split_id(struct span id, int64_t *ms, int64_t *n)
{
	struct span rest = id, first;

	*n = 0;
	return span_next(&rest, '-', &first) &&
		span_i64(first, 0, INT64_MAX, ms) &&
		(rest.n == 0 || span_i64(rest, 0, INT64_MAX, n));
}

static bool
is_newer(struct span id, const char *than)
{
	int64_t ms, n, than_ms = -1, than_n = 0;

	if (!split_id(id, &ms, &n))
		return false;
	if (than[0] != '\0')
		split_id(span_of(than), &than_ms, &than_n);
	return ms > than_ms || (ms == than_ms && n > than_n);
}

static void
advance(struct tail *t, struct span id)
{
	if (id.n < ID_SIZE)
		snprintf(t->last, sizeof(t->last), "%.*s", SPAN_ARG(id));
}

/* Remember a hit; false if it was given out before. */
static bool
is_first_time(struct tail *t, const char *hit)
{
	char **slot;

	if (map_has(t->seen, span_of(hit)))
		return false;
	map_put(t->seen, span_of(hit), t);
	if (t->ring.n < TAIL_REMEMBER) {
		vec_push(&t->ring, mem_strdup(hit));
		return true;
	}
	slot = &t->ring.p[t->ring_at];
	t->ring_at = (t->ring_at + 1) % TAIL_REMEMBER;
	map_del(t->seen, span_of(*slot));
	mem_free(slot);
	*slot = mem_strdup(hit);
	return true;
}

/* -- hits ------------------------------------------------------------------ */
static bool
names_wanted(const struct tail *t, const struct hit *h)
{
	for (size_t i = 0; i < h->n_entities; i++)
		vec_each (char *const *, wanted, &t->entities)
			if (span_eq_str(h->entities[i].id, *wanted))
				return true;
	return t->entities.n == 0;
}

/* json: with stream_id in it. Anyone may write there: what is no hit is left
 * out. */
static void
give(struct tail *t, struct span id, struct span json)
{
	struct hit_view *view = NULL;
	bool wanted;

	if (hit_view_parse(json, &view, NULL) == -1)
		return;
	wanted = names_wanted(t, hit_view_get(view)) &&
		is_first_time(t, hit_view_get(view)->id);
	hit_view_free(&view);
	if (wanted)
		t->conf.on_hit(id, json, t->conf.arg);
}

/* {"stream_id":"<id>",...: as publish.lua writes it. */
static struct span
id_of_message(struct span payload)
{
	struct span rest, id = SPAN_NULL;

	if (!span_starts(payload, head))
		return SPAN_NULL;
	rest = span_sub(payload, sizeof(head) - 1, payload.n);
	span_next(&rest, '"', &id);
	return id;
}

static void
on_message(struct span channel, struct span payload, void *arg)
{
	struct tail *t = arg;
	struct span id = id_of_message(payload);

	(void)channel;
	if (t->reading || t->behind) {
		t->again = true;
		return;
	}
	if (!is_newer(id, t->last))
		return; /* on several channels, or from the stream */
	advance(t, id);
	give(t, id, payload);
}

/* -- the stream ------------------------------------------------------------ */
static struct span
field(const struct redis_reply *fields, const char *name)
{
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		if (span_eq_str(redis_item(fields, i)->text, name))
			return redis_item(fields, i + 1)->text;
	return SPAN_NULL;
}

static void
take_entry(struct tail *t, const struct redis_reply *entry)
{
	struct span id = redis_item(entry, 0)->text;
	const struct redis_reply *fields = redis_item(entry, 1);
	struct span json = field(fields, FIELD_HIT_JSON);
	struct strbuf text = STRBUF_INIT(json.n + KIB(1));

	advance(t, id);
	/* What was told long ago is history: it comes only if that was asked
	 * for, not when a lost stream is filled again. */
	if (json.n > 2 && (t->first || field(fields, FIELD_HIT_TOLD).n == 0)) {
		strbuf_printf(&text, "%s%.*s\",", head, SPAN_ARG(id));
		strbuf_span(&text, span_sub(json, 1, json.n));
		give(t, id, strbuf_as_span(&text));
	}
	strbuf_fini(&text);
}

static void
retry_later(struct tail *t)
{
	t->reading = false;
	loop_timer_set(t->audit, RETRY_MS);
}

/* False: there is nothing to look at, and it is tried again. */
static bool
is_answer(
	struct tail *t, const struct redis_reply *reply, const struct err *err)
{
	struct err why;

	if (err) {
		t->reading = false; /* on_up begins again */
		return false;
	}
	if (reply->type != REDIS_TYPE_ERROR)
		return true;
	redis_err(reply, &why);
	t->conf.on_down(&why, t->conf.arg);
	retry_later(t);
	return false;
}

static void
repaired(struct tail *t)
{
	t->reading = false;
	t->first = false;
	t->behind = false;
	loop_timer_set(t->audit, TAIL_AUDIT_MS);
	if (!t->live_told && t->conf.on_live)
		t->conf.on_live(t->conf.arg);
	t->live_told = true;
	if (t->again)
		repair(t);
}

static void
on_entries(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct tail *t = arg;

	if (!is_answer(t, reply, err))
		return;
	for (size_t i = 0; i < reply->n; i++)
		take_entry(t, redis_item(reply, i));
	if (reply->n < TAIL_BATCH) {
		repaired(t);
	} else {
		t->reading = false;
		repair(t);
	}
}

/* Where the stream ends now: all before it is not asked for. */
static void
on_end(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct tail *t = arg;

	if (!is_answer(t, reply, err))
		return;
	advance(t,
		reply->n > 0 ? redis_item(redis_item(reply, 0), 0)->text
			     : SPAN_LIT("0-0"));
	repaired(t);
}

static void
repair(struct tail *t)
{
	struct err err;
	bool at_end = t->last[0] == '\0';
	char from[ID_SIZE + 1];

	if (t->reading || !redis_is_up(t->reads) || !redis_is_up(t->live))
		return;
	t->again = false;
	snprintf(from, sizeof(from), "(%s", t->last);
	args_str(&t->args, at_end ? "XREVRANGE" : "XRANGE");
	args_key(&t->args, KEY_HITS);
	args_str(&t->args, at_end ? "+" : from);
	args_str(&t->args, at_end ? "-" : "+");
	args_str(&t->args, "COUNT");
	args_int(&t->args, at_end ? 1 : TAIL_BATCH);
	t->reading = args_command(&t->args, t->reads, 0,
			     at_end ? on_end : on_entries, t, &err) == 0;
	if (!t->reading)
		retry_later(t);
}

static void
on_audit(void *arg)
{
	repair(arg);
}

/* -- life ------------------------------------------------------------------ */
static void
on_up(void *arg)
{
	repair(arg);
}

/* Either connection: what comes now is not given before what was missed. */
static void
on_down(const struct err *reason, void *arg)
{
	struct tail *t = arg;

	t->behind = true;
	t->live_told = false;
	t->conf.on_down(reason, t->conf.arg);
}

static void
subscribe(struct tail *t)
{
	struct strbuf name = STRBUF_INIT(KIB(4));

	if (t->entities.n == 0) {
		key_format(&name, span_of(t->prefix), KEY_ALERTS,
			(struct key_parts){.a = SPAN_NULL});
		redis_subscribe(t->live, strbuf_as_span(&name));
	}
	vec_each (char **, id, &t->entities) {
		strbuf_clear(&name);
		key_format(&name, span_of(t->prefix), KEY_ALERTS_ENTITY,
			(struct key_parts){.a = span_of(*id)});
		redis_subscribe(t->live, strbuf_as_span(&name));
	}
	strbuf_fini(&name);
}

static int
connect_both(struct tail *t, struct err *err)
{
	struct redis_handlers live = {.on_up = on_up,
		.on_down = on_down,
		.on_message = on_message,
		.arg = t};
	struct redis_handlers reads = {
		.on_up = on_up, .on_down = on_down, .arg = t};

	if (redis_new(t->conf.loop, t->conf.options, &live, &t->live, err) ==
			-1 ||
		redis_new(t->conf.loop, t->conf.options, &reads, &t->reads,
			err) == -1)
		return -1;
	subscribe(t);
	return 0;
}

int
tail_new(const struct tail_conf *conf, struct tail **out, struct err *err)
{
	struct tail *t = mem_new(t);

	t->conf = *conf;
	t->prefix = span_dup(conf->prefix);
	for (size_t i = 0; i < conf->n_entities; i++)
		vec_push(&t->entities, span_dup(conf->entities[i]));
	t->seen = map_new(NULL);
	t->first = true;
	t->behind = true;
	if (conf->from.n > 0)
		advance(t, conf->from);
	args_init(&t->args, span_of(t->prefix));
	t->audit = loop_timer_new(conf->loop, on_audit, t);
	if (connect_both(t, err) == -1) {
		tail_free(&t);
		return -1;
	}
	*out = t;
	return 0;
}

static void
free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem_free(&texts[i]);
}

static void
no_hit(struct span stream_id, struct span json, void *arg)
{
	(void)stream_id;
	(void)json;
	(void)arg;
}

static void
no_error(const struct err *reason, void *arg)
{
	(void)reason;
	(void)arg;
}

void
tail_free(struct tail **tp)
{
	struct tail *t = *tp;

	*tp = NULL;
	if (!t)
		return;
	t->conf.on_hit = no_hit; /* pending reads are called back */
	t->conf.on_down = no_error;
	redis_free(&t->live);
	redis_free(&t->reads);
	loop_timer_free(&t->audit);
	map_free(&t->seen);
	free_texts(t->ring.p, t->ring.n);
	vec_fini(&t->ring);
	free_texts(t->entities.p, t->entities.n);
	vec_fini(&t->entities);
	args_fini(&t->args);
	mem_free(&t->prefix);
	mem_free(&t);
}
