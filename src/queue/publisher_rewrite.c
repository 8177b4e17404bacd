/*
 * A Redis that was killed in the middle of writing a transaction to its
 * append-only file may leave the begin of it there: in memory all is right, but
 * the next start executes that part together with what came after it, and
 * hits stand in the stream twice. A file that is written anew from memory has
 * nothing of the kind. So each server that has started with a file and not
 * rewritten it since is asked for a BGREWRITEAOF, on the connection that
 * publishes and before anything is sent there: what comes behind it is in a new
 * file already. Several daemons need no agreement, since the server itself
 * tells whether it has (server_file()).
 */
#include <stdio.h>

#include "base/log.h"
#include "queue/publisher_private.h"
#include "queue/server.h"

#define HINT_FORBIDDEN \
	"allow it to redis.user (+bgrewriteaof), or run redis-cli " \
	"bgrewriteaof after each crash of Redis"
#define HINT_FAILED \
	"see Redis' log, its disk and memory (vm.overcommit_memory=1), and " \
	"run redis-cli bgrewriteaof"

void
publisher_rewrite_reset(struct publisher *p)
{
	p->rewrite.wanted = false;
	p->rewrite.asked = false;
	p->rewrite.told = false;
}

static void
note_failure(struct publisher *p, struct span error, const char *hint)
{
	if (!p->rewrite.told)
		log_warn("redis_not_rewritten",
			"error=\"%.*s\" reason=\"after a crash of Redis its "
			"append-only file may hold half a transaction\" "
			"hint=\"%s\"",
			SPAN_ARG(error), hint);
	p->rewrite.told = true;
}

static bool
is_time(struct publisher *p)
{
	struct rewrite *r = &p->rewrite;

	if (!r->asked)
		return true;
	/* It has been asked for, and is neither done nor under way. */
	note_failure(
		p, SPAN_LIT("it was asked for, and not done"), HINT_FAILED);
	return clock_mono().ms - r->asked_ms >= PUBLISHER_REWRITE_MS;
}

void
publisher_rewrite_look(struct publisher *p, struct span info)
{
	struct rewrite *r = &p->rewrite;
	struct span run_id = server_run_id(info);

	r->wanted = false;
	switch (server_file(info)) {
	case SERVER_FILE_NONE:
	case SERVER_FILE_UNDER_WAY:
		break;
	case SERVER_FILE_NEW:
		if (run_id.n < sizeof(r->done_by))
			snprintf(r->done_by, sizeof(r->done_by), "%.*s",
				SPAN_ARG(run_id));
		break;
	case SERVER_FILE_OLD:
		/* A later one that failed, or CONFIG RESETSTAT, undoes
		 * nothing. */
		r->wanted = run_id.n > 0 && !span_eq_str(run_id, r->done_by) &&
			is_time(p);
		break;
	}
}

/* Somebody else was first: as good. */
static bool
is_under_way(const struct redis_reply *reply)
{
	return span_find_str(reply->text, "already in progress") != SIZE_MAX;
}

static bool
is_forbidden(const struct redis_reply *reply)
{
	return redis_is_error(reply, "NOPERM") ||
		span_starts(reply->text, "ERR unknown command");
}

static void
on_asked(const struct redis_reply *reply, const struct err *err, void *arg)
{
	struct publisher *p = arg;

	if (!publisher_came_back(p) || err || reply->type != REDIS_TYPE_ERROR ||
		is_under_way(reply))
		return;
	note_failure(p, reply->text,
		is_forbidden(reply) ? HINT_FORBIDDEN : HINT_FAILED);
}

void
publisher_rewrite_ask(struct publisher *p)
{
	struct rewrite *r = &p->rewrite;
	struct err err;

	if (!r->wanted)
		return;
	r->wanted = false;
	args_str(&p->args, "BGREWRITEAOF");
	if (args_command(&p->args, p->redis, 0, on_asked, p, &err) < 0)
		return; /* the connection is lost; on_down follows */
	p->pending++;
	r->asked = true;
	r->asked_ms = clock_mono().ms;
	log_info("redis_rewrites",
		"reason=\"its append-only file is written anew after its "
		"start\"");
}
