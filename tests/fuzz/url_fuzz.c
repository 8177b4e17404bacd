/* URLs: the first line is the base, the rest a reference. */
#include <assert.h>

#include "fuzz.h"
#include "text/domain.h"
#include "text/url.h"

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

/* What f makes of s is ASCII, and f leaves it as it is. */
static void
check(struct span base, struct span s,
	bool (*f)(struct span base, struct span s, struct strbuf *out))
{
	struct strbuf once = STRBUF_INIT(2 * URL_BYTES_MAX);
	struct strbuf twice = STRBUF_INIT(2 * URL_BYTES_MAX);
	struct span host;

	if (f(base, s, &once)) {
		assert(is_ascii(strbuf_as_span(&once)));
		assert(f(SPAN_NULL, strbuf_as_span(&once), &twice));
		assert(span_eq(strbuf_as_span(&once), strbuf_as_span(&twice)));
		host = url_host(strbuf_as_span(&once));
		assert(domain_registrable(host).n <= host.n);
	} else {
		assert(once.n == 0);
	}
	strbuf_fini(&once);
	strbuf_fini(&twice);
}

static bool
canonical(struct span base, struct span s, struct strbuf *out)
{
	(void)base;
	return url_canonical(s, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span s = span_make((const char *)data, n);
	struct span base = span_sub(s, 0, span_find(s, '\n'));
	struct strbuf masked = STRBUF_INIT(n + 16);

	s = span_sub(s, base.n + 1, s.n);
	check(base, s, url_resolve);
	check(base, s, canonical);
	url_mask(s, &masked);
	assert(!masked.full);
	strbuf_fini(&masked);
	return 0;
}
