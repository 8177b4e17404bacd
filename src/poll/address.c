/* See address.h. */
#include "poll/address.h"

#include "base/mem.h"
#include "text/url.h"

static bool
is_ascii(struct span s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.n; i++)
		all |= (unsigned char)s.p[i];
	return all < 0x80;
}

bool
address_put(struct span url, struct strbuf *out)
{
	struct strbuf b;
	struct url parts;
	size_t start;
	bool good;

	url_split(url, &parts);
	if (parts.userinfo.p == NULL && is_ascii(url)) {
		strbuf_span(out, url);
		return !out->full;
	}
	strbuf_init(&b, url.n);
	strbuf_span(&b, url);
	if (parts.userinfo.p != NULL) {
		start = (size_t)(parts.userinfo.p - url.p);
		strbuf_del(&b, start, parts.userinfo.n + 1);
	}
	if (is_ascii(strbuf_as_span(&b))) {
		strbuf_span(out, strbuf_as_span(&b));
		good = !out->full;
	} else {
		good = url_resolve(SPAN_NULL, strbuf_as_span(&b), out);
	}
	strbuf_fini(&b);
	return good;
}

static char *
decode(struct span s)
{
	struct strbuf b = STRBUF_INIT(s.n);

	strbuf_unescape(&b, s);
	return strbuf_take(&b);
}

void
address_login(struct span url, char **user, char **password)
{
	struct url parts;
	size_t colon;

	*user = NULL;
	*password = NULL;
	url_split(url, &parts);
	if (parts.userinfo.n == 0)
		return;
	colon = span_find(parts.userinfo, ':');
	*user = decode(span_sub(parts.userinfo, 0, colon));
	if (colon != SIZE_MAX)
		*password = decode(
			span_sub(parts.userinfo, colon + 1, parts.userinfo.n));
}
