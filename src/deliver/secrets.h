/*
 * The secrets of a channel: read once, when it is opened, and taken out of
 * every text that leaves it for a log, a history or a person.
 */
#ifndef NW_DELIVER_SECRETS_H
#define NW_DELIVER_SECRETS_H

#include "base/vec.h"
#include "deliver/channel.h"

#define SECRETS_MASK "***"

struct secret {
	const char *key; /* of the setting; NULL: a part of another secret */
	char *text;
};

/* Starts as {0}. */
struct secrets {
	VEC(struct secret) v;
};

/* Reads all that conf names by rules of SETTING_SECRET. What was read before a
 * failure stays, for secrets_fini. */
NW_MUST_CHECK int secrets_load(const struct channel_conf *conf,
	const struct setting_rule *rules, struct secrets *s, struct err *err);
/* What else is nobody's business, as a header that the operator set. */
void secrets_add(struct secrets *s, struct span text);
/* Wiped and freed. */
void secrets_fini(struct secrets *s);
/* Empty if the channel does not have it. */
struct span secrets_get(const struct secrets *s, const char *key);
/* Appends text with every secret (and every long part of a secret URL) shown as
 * SECRETS_MASK. s may be NULL. */
void secrets_mask(
	const struct secrets *s, struct span text, struct strbuf *out);

#endif
