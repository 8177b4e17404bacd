#include "model/channel.h"

const struct setting *
channel_setting(const struct channel_conf *c, const char *key)
{
	for (size_t i = 0; i < c->n_settings; i++) {
		if (span_eq_str(c->settings[i].key, key))
			return &c->settings[i];
	}
	return NULL;
}
