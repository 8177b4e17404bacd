#include "queue/args.h"

#include <inttypes.h>

#include "base/arena.h"
#include "model/limits.h"

#define KEY_BYTES KIB(8) /* prefix, word and parts, each bounded well below */

void
args_init(struct args *a, struct span prefix)
{
	*a = (struct args){.arena = arena_new(), .prefix = prefix};
}

void
args_fini(struct args *a)
{
	arena_free(&a->arena);
	vec_fini(&a->v);
}

void
args_span(struct args *a, struct span s)
{
	vec_push(&a->v, s);
}

void
args_str(struct args *a, const char *s)
{
	args_span(a, span_of(s));
}

void
args_copy(struct args *a, struct span s)
{
	args_span(a, arena_span(a->arena, s));
}

void
args_int(struct args *a, int64_t v)
{
	args_str(a, arena_printf(a->arena, "%" PRId64, v));
}

void
args_key3(struct args *a, enum key_kind kind, struct key_parts parts)
{
	struct strbuf key = STRBUF_INIT(KEY_BYTES);

	key_format(&key, a->prefix, kind, parts);
	args_copy(a, strbuf_as_span(&key));
	strbuf_fini(&key);
}

void
args_key1(struct args *a, enum key_kind kind, struct span part)
{
	args_key3(a, kind, (struct key_parts){.a = part});
}

void
args_number(struct args *a, double v)
{
	args_str(a, arena_printf(a->arena, "%.6f", v));
}

void
args_key(struct args *a, enum key_kind kind)
{
	args_key3(a, kind, (struct key_parts){.a = SPAN_NULL});
}

void
args_clear(struct args *a)
{
	arena_reset(a->arena);
	vec_clear(&a->v);
}

int
args_command(struct args *a, struct redis *r, int64_t timeout_ms,
	redis_reply_cb cb, void *arg, struct err *err)
{
	struct redis_call call = {
		.argv = a->v.p,
		.argc = a->v.n,
		.timeout_ms = timeout_ms,
		.cb = cb,
		.arg = arg,
	};
	int rc = redis_command(r, &call, err);

	args_clear(a);
	return rc;
}

int
args_eval(struct args *a, struct redis *r, const struct redis_script *s,
	size_t n_keys, redis_reply_cb cb, void *arg, struct err *err)
{
	struct redis_call call = {
		.argv = a->v.p,
		.argc = a->v.n,
		.cb = cb,
		.arg = arg,
	};
	int rc = redis_eval(r, s, n_keys, &call, err);

	args_clear(a);
	return rc;
}
