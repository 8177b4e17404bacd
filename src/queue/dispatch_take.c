/* Deliveries that are due: taken under a lease and given to their sender. */
#include "base/failpoint.h"
#include "queue/dispatch_private.h"

#define TAKE_HEAD 2 /* items before the rows: now, next */

static void
on_took(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct lane *lane = arg;
	struct dispatch *d = lane->all;
	bool gone = d->orphan;
	bool answered = lane_answered(lane, "take", reply, err);
	struct delivery *delivery;

	if (gone)
		return;
	chore_end(&lane->take, answered ? redis_item(reply, 1)->integer : -1);
	d->working = true; /* until all have a sender */
	for (size_t i = TAKE_HEAD; answered && i < reply->n; i++) {
		lane->in_flight++;
		lane->sending++;
		delivery = flights_add(
			d->flights, lane, &lane->conf, redis_item(reply, i));
		failpoint("dispatch_taken");
		if (!delivery)
			continue;
		if (d->stopping || lane->removed)
			flights_release(d->flights, delivery);
		else
			d->conf.send(delivery, d->conf.arg);
	}
	d->working = false;
	dispatch_plan(d);
}

void
lane_take(struct lane *lane)
{
	struct dispatch *d = lane->all;
	struct err err;

	args_key1(&d->args, KEY_DELIVERIES, lane->conf.name);
	args_key1(&d->args, KEY_BUCKET, lane->conf.name);
	if (lane->host)
		args_key1(&d->args, KEY_BREAKER, lane->conf.host);
	else
		args_key1(&d->args, KEY_BUCKET, lane->conf.name);
	args_span(&d->args, d->conf.prefix);
	args_int(&d->args, lane->conf.parallel - lane->sending);
	args_int(&d->args, lane->conf.lease_ms);
	args_span(&d->args, lane->conf.name);
	args_number(&d->args, lane->conf.rate);
	args_number(&d->args, lane->conf.burst);
	args_str(&d->args, lane->host ? "1" : "0");
	args_span(&d->args, d->conf.me);
	chore_begin(&lane->take);
	if (args_eval(&d->args, d->conf.redis, d->take, 3, on_took, lane,
		    &err) == -1)
		chore_end(&lane->take, -1);
	else
		d->running++;
}
