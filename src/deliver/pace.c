#include "deliver/pace.h"

#include <assert.h>

#include "base/mem.h"
#include "config/value.h"
#include "deliver/settings.h"
#include "text/url.h"

#define HOST_MAX 255 /* bytes; RFC 1035 2.3.4 */

struct pace
pace_of(const struct channel_conf *conf, const struct channel_type *type)
{
	const struct setting *rate = channel_setting(conf, "rate");
	struct pace p = {.burst = 1};
	struct span text = rate ? rate->value : span_of(type->rate);
	bool ok = text.n == 0 || value_rate(text, &p.rate);

	assert(ok); /* channel_check() refused others before */
	if (channel_setting(conf, "burst"))
		p.burst = setting_count(conf, channel_common_rules(), "burst");
	else if (type->burst > 0)
		p.burst = type->burst;
	return p;
}

static char *
host_of(struct span text)
{
	struct url url;
	char *host;

	url_split(text, &url);
	if (url.host.n == 0 || url.host.n > HOST_MAX)
		return NULL;
	host = url.port.n > 0 ? mem_printf("%.*s:%.*s", SPAN_ARG(url.host),
					SPAN_ARG(url.port))
			      : span_dup(url.host);
	for (char *p = host; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
	return host;
}

/* The URL that the type has of its own: https://api.telegram.org. */
static struct span
own_url(const struct channel_conf *conf, const struct channel_type *type)
{
	for (const struct setting_rule *r = type->rules; r->name; r++) {
		const struct setting *s = channel_setting(conf, r->name);

		if (r->type == SETTING_URL && (s || r->otherwise))
			return s ? s->value : span_of(r->otherwise);
	}
	return SPAN_NULL;
}

char *
pace_host(const struct channel_conf *conf, const struct channel_type *type)
{
	const struct setting *url = channel_setting(conf, "url");
	char *secret, *host;
	struct err err;

	if (url)
		return host_of(url->value);
	if (channel_setting(conf, "url_file") &&
		setting_secret(conf, "url_file", &secret, &err) == 0) {
		host = host_of(span_of(secret));
		explicit_bzero(secret, strlen(secret));
		mem_free(&secret);
		return host;
	}
	return host_of(own_url(conf, type));
}
