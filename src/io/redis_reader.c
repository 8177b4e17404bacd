/*
 * The door to hiredis 0.14: its reader builds our replies in an arena, which
 * is reset after each of them. A child's place is found through its parent's
 * task: the array was allocated when its header was read. One thread.
 */
#include "io/redis_reader.h"

#include <assert.h>
#include <hiredis/hiredis.h>
#include <limits.h>

#include "base/arena.h"
#include "base/mem.h"

struct redis_reader {
	redisReader *hiredis;
	struct arena *arena; /* of the reply being built or looked at */
	size_t max_bytes;
	size_t fed; /* since the last whole reply */
};

/* NULL, which ends the connection, if the reply has grown too large. */
static struct redis_reply *
place(const redisReadTask *task)
{
	struct redis_reader *r = task->privdata;
	struct redis_reply *parent;

	if (arena_bytes(r->arena) > r->max_bytes)
		return NULL;
	if (!task->parent)
		return arena_new_obj(r->arena, struct redis_reply);
	parent = task->parent->obj;
	/* Ours, and const only to those who look at it. */
	return (struct redis_reply *)(uintptr_t)&parent->items[task->idx];
}

static enum redis_type
text_type(int hiredis_type)
{
	if (hiredis_type == REDIS_REPLY_ERROR)
		return REDIS_TYPE_ERROR;
	if (hiredis_type == REDIS_REPLY_STATUS)
		return REDIS_TYPE_STATUS;
	return REDIS_TYPE_STRING;
}

static void *
create_string(const redisReadTask *task, char *p, size_t n)
{
	struct redis_reader *r = task->privdata;
	struct redis_reply *o = place(task);
	struct span rest;

	if (!o)
		return NULL;
	o->type = text_type(task->type);
	o->text = arena_span(r->arena, span_make(p, n));
	if (o->type == REDIS_TYPE_ERROR) {
		rest = o->text;
		if (!span_next(&rest, ' ', &o->code))
			o->code = SPAN_NULL;
	}
	return o;
}

static void *
create_array(const redisReadTask *task, int n)
{
	struct redis_reader *r = task->privdata;
	struct redis_reply *o = place(task);

	/* n is the server's word: one item takes four bytes at least. */
	if (!o || n < 0 || (size_t)n > r->max_bytes / sizeof(*o))
		return NULL;
	o->type = REDIS_TYPE_ARRAY;
	o->n = (size_t)n;
	if (n)
		o->items = arena_array(r->arena, o->n, sizeof(*o));
	return o;
}

static void *
create_integer(const redisReadTask *task, long long value)
{
	struct redis_reply *o = place(task);

	if (!o)
		return NULL;
	o->type = REDIS_TYPE_INTEGER;
	o->integer = value;
	return o;
}

static void *
create_nil(const redisReadTask *task)
{
	struct redis_reply *o = place(task);

	if (!o)
		return NULL;
	o->type = REDIS_TYPE_NIL;
	return o;
}

static void
free_object(void *o)
{
	(void)o; /* the arena's */
}

static redisReplyObjectFunctions functions = {
	.createString = create_string,
	.createArray = create_array,
	.createInteger = create_integer,
	.createNil = create_nil,
	.freeObject = free_object,
};

struct redis_reader *
redis_reader_new(size_t max_reply_bytes)
{
	struct redis_reader *r = mem_new(r);

	r->max_bytes = max_reply_bytes;
	r->arena = arena_new();
	r->hiredis = redisReaderCreateWithFunctions(&functions);
	assert(r->hiredis);
	r->hiredis->privdata = r;
	return r;
}

void
redis_reader_free(struct redis_reader **rp)
{
	struct redis_reader *r = *rp;

	if (!r)
		return;
	*rp = NULL;
	redisReaderFree(r->hiredis);
	arena_free(&r->arena);
	mem_free(&r);
}

void
redis_reader_feed(struct redis_reader *r, const char *p, size_t n)
{
	r->fed += n;
	/* A failure sets hiredis->err, which the next call reports. */
	redisReaderFeed(r->hiredis, p, n);
}

int
redis_reader_next(
	struct redis_reader *r, const struct redis_reply **out, struct err *err)
{
	void *reply = NULL;
	size_t n_behind;

	*out = NULL;
	/* Only a whole reply was handed out: nothing half built is lost. */
	if (!r->hiredis->reply)
		arena_reset(r->arena);
	if (redisReaderGetReply(r->hiredis, &reply) != REDIS_OK)
		return err_set(err, ERR_TEMP,
			"the server's answer is no RESP2 "
			"or too large (%s)",
			r->hiredis->errstr);
	n_behind = reply ? r->hiredis->len - r->hiredis->pos : 0;
	if (r->fed - n_behind > r->max_bytes)
		return err_set(err, ERR_TEMP,
			"an answer is larger than %zu bytes", r->max_bytes);
	if (!reply)
		return 0;
	r->fed = n_behind;
	*out = reply;
	return 1;
}

char *
redis_command_bytes(const struct span *argv, size_t argc, size_t *n)
{
	const char **words = mem_calloc(argc, sizeof(*words));
	size_t *lengths = mem_calloc(argc, sizeof(*lengths));
	char *bytes = NULL;
	int length;

	for (size_t i = 0; i < argc; i++) {
		words[i] = argv[i].p ? argv[i].p : "";
		lengths[i] = argv[i].n;
	}
	assert(argc > 0 && argc <= INT_MAX);
	length = redisFormatCommandArgv(&bytes, (int)argc, words, lengths);
	if (length < 0)
		mem_exhausted();
	mem_free(&words);
	mem_free(&lengths);
	*n = (size_t)length;
	return bytes;
}

void
redis_command_free(const void *bytes, size_t n, void *unused)
{
	(void)n;
	(void)unused;
	redisFreeCommand((void *)(uintptr_t)bytes);
}
