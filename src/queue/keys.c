#include "queue/keys.h"

#include <assert.h>

struct kind {
	const char *word;
	unsigned n_parts;
};

static const struct kind kinds[] = {
	[KEY_HITS] = {"hits", 0},
	[KEY_ALERTS] = {"alerts", 0},
	[KEY_ALERTS_ENTITY] = {"alerts", 1},
	[KEY_PRODUCER] = {"producer", 1},
	[KEY_SEEN] = {"seen", 1},
	[KEY_SEEN_NOW] = {"seen", 0},
	[KEY_HIT] = {"hit", 1},
	[KEY_GROUP] = {"group", 3},
	[KEY_PAUSE] = {"pause", 3},
	[KEY_DUE] = {"due", 1},
	[KEY_DELIVERY] = {"delivery", 1},
	[KEY_DELIVERIES] = {"deliveries", 1},
	[KEY_CHANNELS] = {"channels", 0},
	[KEY_TOLD] = {"told", 2},
	[KEY_DONE] = {"done", 1},
	[KEY_DEAD] = {"dead", 0},
	[KEY_TAKEN] = {"taken", 0},
	[KEY_WORKER] = {"worker", 1},
	[KEY_WORKERS] = {"workers", 0},
	[KEY_SILENCES] = {"silences", 0},
	[KEY_SILENCES_VERSION] = {"silences-version", 0},
	[KEY_MUTED] = {"muted", 0},
	[KEY_MARK] = {"mark", 1},
	[KEY_CAP] = {"cap", 2},
	[KEY_ACK] = {"ack", 1},
	[KEY_PENDING] = {"pending", 1},
	[KEY_BUCKET] = {"bucket", 1},
	[KEY_BREAKER] = {"breaker", 1},
	[KEY_BREAKERS] = {"breakers", 0},
	[KEY_CLOCK] = {"clock", 0},
	[KEY_MEMBERS] = {"members", 0},
	[KEY_OWNER] = {"owner", 1},
};

unsigned
key_n_parts(enum key_kind kind)
{
	return kinds[kind].n_parts;
}

void
key_stem(struct strbuf *out, struct span prefix, enum key_kind kind)
{
	strbuf_span(out, prefix);
	strbuf_str(out, kinds[kind].word);
	if (kinds[kind].n_parts > 0)
		strbuf_char(out, ':');
}

void
key_format(struct strbuf *out, struct span prefix, enum key_kind kind,
	struct key_parts parts)
{
	const struct span all[] = {parts.a, parts.b, parts.c};

	key_stem(out, prefix, kind);
	for (unsigned i = 0; i < 3; i++) {
		assert((all[i].n > 0) == (i < kinds[kind].n_parts));
		if (i > 0 && i < kinds[kind].n_parts)
			strbuf_char(out, ':');
		strbuf_span(out, all[i]);
	}
}
