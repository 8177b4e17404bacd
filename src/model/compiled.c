/* See compiled.h. The mark is at the end, so that the lexicon stays first. */
#include "model/compiled.h"

static const char magic[8] = "nwblock";

struct mark {
	char magic[sizeof(magic)];
	uint64_t lexicon_n, events_at, events_n;
};

static void
pad(struct strbuf *b)
{
	while (b->n % COMPILED_ALIGN != 0 && !b->full)
		strbuf_char(b, '\0');
}

void
compiled_join(struct strbuf *block, struct span events)
{
	struct mark m = {.lexicon_n = block->n, .events_n = events.n};

	memcpy(m.magic, magic, sizeof(magic));
	pad(block);
	m.events_at = block->n;
	strbuf_span(block, events);
	pad(block);
	strbuf_put(block, &m, sizeof(m));
}

bool
compiled_split(struct span bytes, struct compiled *out)
{
	struct mark m;
	size_t n;

	if (bytes.n < sizeof(m))
		return false;
	n = bytes.n - sizeof(m);
	memcpy(&m, bytes.p + n, sizeof(m));
	if (memcmp(m.magic, magic, sizeof(magic)) != 0 || m.lexicon_n > n ||
		m.events_at > n || m.events_n > n - m.events_at ||
		m.events_at % COMPILED_ALIGN != 0)
		return false;
	out->lexicon = span_sub(bytes, 0, m.lexicon_n);
	out->events = span_sub(bytes, m.events_at, m.events_n);
	return true;
}
