#include "queue/ack.h"

#include "io/redis.h"
#include "queue/args.h"
#include "queue/dispatch.h"
#include "queue/scripts.h"

struct ack_call {
	ack_cb done;
	void *arg;
	struct redis_script *script;
};

static void
on_ack(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct ack_call *call = arg;
	struct err why;

	if (!err && reply->type == REDIS_TYPE_ERROR) {
		redis_err(reply, &why);
		err = &why;
	}
	call->done(err ? 0 : redis_item(reply, 0)->integer,
		err ? SPAN_NULL : redis_item(reply, 1)->text, err, call->arg);
	redis_script_free(&call->script);
	mem_free(&call);
}

void
ack_set(struct redis *r, struct span prefix, struct span id, struct span json,
	ack_cb done, void *arg)
{
	struct ack_call *call = mem_new(call);
	struct args args;
	struct err err;

	call->done = done;
	call->arg = arg;
	call->script = redis_script_new(script_ack.name, script_ack.body);
	args_init(&args, prefix);
	args_key1(&args, KEY_ACK, id);
	args_key1(&args, KEY_PENDING, id);
	args_span(&args, prefix);
	args_span(&args, id);
	args_span(&args, json);
	args_int(&args, DISPATCH_ACK_S);
	if (args_eval(&args, r, call->script, 2, on_ack, call, &err) == -1)
		on_ack(NULL, &err, call);
	args_fini(&args);
}
