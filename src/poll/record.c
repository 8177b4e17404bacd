/* See record.h. */
#include "poll/record.h"

#include "base/mem.h"

/* Every span of a feed_state but url, which is the configuration's. */
static const size_t spans[] = {
	offsetof(struct feed_state, etag),
	offsetof(struct feed_state, last_modified),
	offsetof(struct feed_state, validator_url),
	offsetof(struct feed_state, fetch_url),
	offsetof(struct feed_state, redirect_url),
	offsetof(struct feed_state, title),
	offsetof(struct feed_state, publisher_domain),
	offsetof(struct feed_state, error),
	offsetof(struct feed_state, learned),
};
#define N_SPANS (sizeof(spans) / sizeof(spans[0]))

static struct span *
span_at(struct feed_state *s, size_t i)
{
	return (struct span *)(void *)((char *)s + spans[i]);
}

void
record_set(struct span *field, struct span value)
{
	/* The value may be the field's own bytes. */
	char *copy = value.n > 0 ? span_dup(value) : NULL;

	mem_free_((void *)(uintptr_t)field->p);
	*field = span_make(copy, copy != NULL ? value.n : 0);
}

void
record_init(struct record *r, struct span url)
{
	*r = (struct record){0};
	r->s.url = url;
	r->s.first_ok.ms = FEED_NEVER;
	r->s.last_poll.ms = FEED_NEVER;
	r->s.last_ok.ms = FEED_NEVER;
	r->s.last_new.ms = FEED_NEVER;
	r->s.next_due.ms = FEED_NEVER;
	r->s.retry_after.ms = FEED_NEVER;
	r->s.validated.ms = FEED_NEVER;
}

void
record_from(struct record *r, const struct feed_state *known, struct span url)
{
	r->s = *known;
	r->s.url = url;
	for (size_t i = 0; i < N_SPANS; i++) {
		struct span *to = span_at(&r->s, i), from = *to;

		*to = SPAN_NULL;
		record_set(to, from);
	}
}

void
record_copy(struct record *to, const struct record *from)
{
	record_fini(to);
	record_from(to, &from->s, from->s.url);
}

void
record_fini(struct record *r)
{
	for (size_t i = 0; i < N_SPANS; i++)
		record_set(span_at(&r->s, i), SPAN_NULL);
	*r = (struct record){0};
}

void
record_learned(struct record *r, const struct schedule *s)
{
	struct strbuf b = STRBUF_INIT(4096);

	schedule_pack(s, &b);
	record_set(&r->s.learned, strbuf_as_span(&b));
	strbuf_fini(&b);
}
