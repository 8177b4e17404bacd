#include "deliver/trace.h"

void
channel_trace(const struct channel_env *env, const char *mark,
	const struct secrets *secrets, struct span text)
{
	struct strbuf masked = STRBUF_INIT(
		text.n * sizeof(SECRETS_MASK) + sizeof(SECRETS_MASK));

	if (!env->trace)
		return;
	secrets_mask(secrets, text, &masked);
	env->trace(mark, strbuf_as_span(&masked), env->arg);
	strbuf_fini(&masked);
}
