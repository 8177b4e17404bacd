#include "queue/status.h"

#include "base/arena.h"
#include "io/redis.h"
#include "model/json.h"
#include "queue/args.h"
#include "queue/scripts.h"

struct status_call {
	queue_status_cb done;
	void *arg;
	struct redis_script *script;
};

static struct queue_channel
channel_of(const struct redis_reply *row)
{
	return (struct queue_channel){
		.name = redis_item(row, 0)->text,
		.groups = redis_item(row, 1)->integer,
		.groups_overdue_ms = redis_item(row, 2)->integer,
		.deliveries = redis_item(row, 3)->integer,
		.deliveries_overdue_ms = redis_item(row, 4)->integer,
		.resting_ms = redis_item(row, 5)->integer,
	};
}

static struct queue_host
host_of(const struct redis_reply *row)
{
	return (struct queue_host){
		.name = redis_item(row, 0)->text,
		.failures = redis_item(row, 1)->integer,
		.open_ms = redis_item(row, 2)->integer,
		.why = redis_item(row, 3)->text,
	};
}

static struct queue_muted
muted_of(const struct redis_reply *pairs, size_t i)
{
	struct queue_muted m = {.by = redis_item(pairs, i)->text};

	if (!span_i64(redis_item(pairs, i + 1)->text, 0, INT64_MAX, &m.hits))
		m.hits = 0;
	return m;
}

static struct queue_worker
worker_of(const struct redis_reply *row, struct arena *arena)
{
	const struct redis_reply *pairs = redis_item(row, 2);
	struct beat_field *f = arena_array(arena, pairs->n / 2 + 1, sizeof(*f));

	for (size_t i = 0; i + 1 < pairs->n; i += 2)
		f[i / 2] = (struct beat_field){redis_item(pairs, i)->text,
			redis_item(pairs, i + 1)->text};
	return (struct queue_worker){
		.name = redis_item(row, 0)->text,
		.silent_ms = redis_item(row, 1)->integer,
		.alive = pairs->n > 0,
		.fields = f,
		.n_fields = pairs->n / 2,
	};
}

static void
read_status(const struct redis_reply *reply, struct arena *arena,
	struct queue_status *s)
{
	const struct redis_reply *channels = redis_item(reply, 6);
	const struct redis_reply *workers = redis_item(reply, 7);
	struct queue_channel *c =
		arena_array(arena, channels->n + 1, sizeof(*c));
	struct queue_worker *w = arena_array(arena, workers->n + 1, sizeof(*w));
	const struct redis_reply *hosts = redis_item(reply, 8);
	const struct redis_reply *muted = redis_item(reply, 10);
	struct queue_host *h = arena_array(arena, hosts->n + 1, sizeof(*h));
	struct queue_muted *m = arena_array(arena, muted->n + 1, sizeof(*m));

	for (size_t i = 0; i < channels->n; i++)
		c[i] = channel_of(redis_item(channels, i));
	for (size_t i = 0; i < workers->n; i++)
		w[i] = worker_of(redis_item(workers, i), arena);
	for (size_t i = 0; i < hosts->n; i++)
		h[i] = host_of(redis_item(hosts, i));
	for (size_t i = 0; i + 1 < muted->n; i += 2)
		m[i / 2] = muted_of(muted, i);
	*s = (struct queue_status){
		.now_ms = redis_item(reply, 0)->integer,
		.entries = redis_item(reply, 1)->integer,
		.unread = redis_item(reply, 2)->integer,
		.pending = redis_item(reply, 3)->integer,
		.behind_ms = redis_item(reply, 4)->integer,
		.dead = redis_item(reply, 5)->integer,
		.channels = c,
		.n_channels = channels->n,
		.workers = w,
		.n_workers = workers->n,
		.hosts = h,
		.n_hosts = hosts->n,
		.silences = redis_item(reply, 9)->integer,
		.muted = m,
		.n_muted = muted->n / 2,
	};
}

static void
on_status(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct status_call *call = arg;
	struct arena *arena = arena_new();
	struct queue_status s;
	struct err why;

	if (!err && reply->type == REDIS_TYPE_ERROR) {
		redis_err(reply, &why);
		err = &why;
	}
	if (!err)
		read_status(reply, arena, &s);
	call->done(err ? NULL : &s, err, call->arg);
	arena_free(&arena);
	redis_script_free(&call->script);
	mem_free(&call);
}

void
queue_status_read(
	struct redis *r, struct span prefix, queue_status_cb done, void *arg)
{
	struct status_call *call = mem_new(call);
	struct args args;
	struct err err;

	call->done = done;
	call->arg = arg;
	call->script = redis_script_new(script_status.name, script_status.body);
	args_init(&args, prefix);
	args_key(&args, KEY_HITS);
	args_key(&args, KEY_DEAD);
	args_key(&args, KEY_CHANNELS);
	args_key(&args, KEY_WORKERS);
	args_key(&args, KEY_BREAKERS);
	args_key(&args, KEY_SILENCES);
	args_key(&args, KEY_MUTED);
	args_span(&args, prefix);
	args_str(&args, KEYS_GROUP);
	if (args_eval(&args, r, call->script, 7, on_status, call, &err) == -1)
		on_status(NULL, &err, call);
	args_fini(&args);
}

/* Numbers as numbers: everything a worker counts is one. */
static void
format_field(const struct beat_field *f, struct arena *arena, struct json_w *w)
{
	int64_t v;

	json_w_key(w, arena_span(arena, f->name).p);
	if (span_i64(f->value, INT64_MIN, INT64_MAX, &v))
		json_w_int(w, v);
	else
		json_w_text(w, f->value);
}

static void
format_workers(const struct queue_status *s, struct json_w *w)
{
	struct arena *arena = arena_new();

	json_w_array(w);
	for (size_t i = 0; i < s->n_workers; i++) {
		json_w_object(w);
		json_w_kv_text(w, "name", s->workers[i].name);
		json_w_kv_bool(w, "alive", s->workers[i].alive);
		json_w_kv_int(w, "silent_ms", s->workers[i].silent_ms);
		for (size_t k = 0; k < s->workers[i].n_fields; k++)
			format_field(&s->workers[i].fields[k], arena, w);
		json_w_object_end(w);
	}
	json_w_array_end(w);
	arena_free(&arena);
}

static void
format_hosts(const struct queue_status *s, struct json_w *w)
{
	json_w_key(w, "failing_hosts");
	json_w_array(w);
	for (size_t i = 0; i < s->n_hosts; i++) {
		json_w_object(w);
		json_w_kv_text(w, "host", s->hosts[i].name);
		json_w_kv_int(w, "failures", s->hosts[i].failures);
		json_w_kv_int(w, "open_ms", s->hosts[i].open_ms);
		json_w_kv_text(w, "why", s->hosts[i].why);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

static void
format_muted(const struct queue_status *s, struct json_w *w)
{
	json_w_kv_int(w, "silences", s->silences);
	json_w_key(w, "muted");
	json_w_array(w);
	for (size_t i = 0; i < s->n_muted; i++) {
		json_w_object(w);
		json_w_kv_text(w, "by", s->muted[i].by);
		json_w_kv_int(w, "hits", s->muted[i].hits);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

void
queue_status_format(const struct queue_status *s, struct strbuf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_int(&w, "entries", s->entries);
	json_w_key(&w, "unread");
	if (s->unread < 0)
		json_w_null(&w);
	else
		json_w_int(&w, s->unread);
	json_w_kv_int(&w, "pending", s->pending);
	json_w_kv_int(&w, "behind_ms", s->behind_ms);
	json_w_kv_int(&w, "dead", s->dead);
	json_w_key(&w, "channels");
	json_w_array(&w);
	for (size_t i = 0; i < s->n_channels; i++) {
		json_w_object(&w);
		json_w_kv_text(&w, "name", s->channels[i].name);
		json_w_kv_int(&w, "groups", s->channels[i].groups);
		json_w_kv_int(&w, "groups_overdue_ms",
			s->channels[i].groups_overdue_ms);
		json_w_kv_int(&w, "deliveries", s->channels[i].deliveries);
		json_w_kv_int(&w, "deliveries_overdue_ms",
			s->channels[i].deliveries_overdue_ms);
		json_w_kv_int(&w, "resting_ms", s->channels[i].resting_ms);
		json_w_object_end(&w);
	}
	json_w_array_end(&w);
	json_w_key(&w, "workers");
	format_workers(s, &w);
	format_hosts(s, &w);
	format_muted(s, &w);
	json_w_object_end(&w);
}
