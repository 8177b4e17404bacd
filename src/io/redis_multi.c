/*
 * A transaction that is filled before it is decided upon. Between MULTI and
 * EXEC everybody else's commands are held back, here, with their bytes and
 * their places in the list of those that wait for a reply: on the connection
 * they come after the EXEC.
 */
#include <assert.h>

#include "base/mem.h"
#include "io/redis_private.h"

static const struct span multi = SPAN_INIT("*1\r\n$5\r\nMULTI\r\n");
static const struct span exec = SPAN_INIT("*1\r\n$4\r\nEXEC\r\n");
static const struct span discard = SPAN_INIT("*1\r\n$7\r\nDISCARD\r\n");

static void
format_count(struct strbuf *out, char what, size_t n)
{
	char text[24];
	char *p = text + sizeof(text);

	*--p = '\n';
	*--p = '\r';
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	*--p = what;
	strbuf_put(out, p, (size_t)(text + sizeof(text) - p));
}

void
redis_format_head(struct strbuf *out, size_t argc)
{
	format_count(out, '*', argc);
}

void
redis_format_word(struct strbuf *out, struct span word)
{
	format_count(out, '$', word.n);
	strbuf_put(out, word.p, word.n);
	strbuf_put(out, "\r\n", 2);
}

void
redis_format(struct strbuf *out, const struct span *argv, size_t argc)
{
	redis_format_head(out, argc);
	for (size_t i = 0; i < argc; i++)
		redis_format_word(out, argv[i]);
}

/* -- the transaction ------------------------------------------------------- */

/* One reply for each of n commands before it is of no interest. */
static void
wait_for(struct redis *r, const struct redis_call *call, size_t n)
{
	struct redis_pending *p = redis_pending_new(r, call);

	p->skip = n;
	redis_append(r, p);
}

int
redis_multi_open(
	struct redis *r, struct span commands, size_t n, struct err *err)
{
	static const struct redis_call nobody = {.cb = NULL};

	assert(!r->multi);
	if (redis_check_room(r, multi.n + commands.n, err) < 0)
		return -1;
	redis_send(r, multi.p, multi.n);
	redis_send(r, commands.p, commands.n);
	wait_for(r, &nobody, n);
	r->multi = true;
	r->held_tail = &r->held_head;
	return 0;
}

/* The others' turn. */
static void
release(struct redis *r)
{
	struct redis_pending *held = r->held_head;

	r->held_head = NULL;
	while (held) {
		struct redis_pending *p = held;

		held = p->next;
		r->n_pending--;
		redis_append(r, p);
	}
	if (r->held.n > 0)
		redis_send(r, r->held.p, r->held.n);
	strbuf_clear(&r->held);
}

int
redis_multi_close(struct redis *r, struct span commands, size_t n,
	const struct redis_call *call, struct err *err)
{
	if (!r->multi)
		return err_set(err, ERR_TEMP,
			"the connection to Redis at %s was lost", r->text);
	r->multi = false;
	redis_send(r, commands.p, commands.n);
	redis_send(r, exec.p, exec.n);
	r->stats.commands++;
	wait_for(r, call, n);
	release(r);
	return 0;
}

void
redis_multi_drop(struct redis *r)
{
	static const struct redis_call nobody = {.cb = NULL};

	if (!r->multi)
		return;
	r->multi = false;
	redis_send(r, discard.p, discard.n);
	wait_for(r, &nobody, 0);
	release(r);
}

void
redis_multi_lose(struct redis *r)
{
	if (!r->multi)
		return;
	r->multi = false;
	strbuf_clear(&r->held);
	release(r);
}
