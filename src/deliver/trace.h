/* What a channel sends and hears, for `newswatch send test`: secrets masked. */
#ifndef NW_DELIVER_TRACE_H
#define NW_DELIVER_TRACE_H

#include "deliver/channel.h"
#include "deliver/secrets.h"

/* Does nothing unless env wants to be told. mark is ">" for what is sent, "<"
 * for what is answered. secrets may be NULL. */
void channel_trace(const struct channel_env *env, const char *mark,
	const struct secrets *secrets, struct span text);

#endif
