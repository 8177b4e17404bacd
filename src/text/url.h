/*
 * URLs as feeds write them: split, resolve, canonical form for identity, and
 * masking for display. Pure; no allocation but in the caller's strbuf.
 * Sources: RFC 3986, RFC 3987 3.1.
 */
#ifndef NW_TEXT_URL_H
#define NW_TEXT_URL_H

#include "base/span.h"
#include "base/strbuf.h"

/* The parts of a reference, spans of the string; absent parts have p NULL, an
 * empty query ("?") has n 0. */
struct url {
	struct span scheme; /* without ':' */
	struct span userinfo; /* without '@' */
	struct span host; /* with [] if an IPv6 address */
	struct span port; /* without ':' */
	struct span path; /* p never NULL */
	struct span query; /* without '?' */
	struct span fragment; /* without '#' */
};

/* Split any string (RFC 3986 appendix B); every string is a reference. */
void url_split(struct span s, struct url *out);

/*
 * Append the absolute, cleaned URL of ref as it stands in a document at base
 * (RFC 3986 5.2): white space around it dropped, tabs and line ends inside
 * dropped, spaces and characters beyond ASCII percent-encoded, host lower
 * case, dot segments removed. base may be empty: then ref must be absolute.
 * False, with nothing appended, if the result has no scheme, or is of a
 * hierarchical scheme (http, https, ftp, file) and has no host.
 */
bool url_resolve(struct span base, struct span ref, struct strbuf *out);

/*
 * Append the form under which two URLs of one article are equal: scheme http
 * or https left out ("//host/path"), user info, default port and fragment
 * removed, host lower case, dot segments removed, percent-encoding of
 * unreserved characters undone and of all others upper case, tracking
 * parameters removed (utm_*, fbclid, gclid, ...: a table), empty query
 * removed. What remains keeps its order. Idempotent. False, with nothing
 * appended, if s is no absolute http(s) URL.
 */
bool url_canonical(struct span s, struct strbuf *out);

/* Absolute, http or https, with a host. */
bool url_is_http(struct span s);
/* Host of an absolute URL as written, without port and []; SPAN_NULL if none.
 */
struct span url_host(struct span s);
/* Is this the name of a query parameter that only says how a reader came? */
bool url_is_tracking(struct span name);

/*
 * Append s for display and logs: user info, and values and path segments that
 * look like secrets (24 or more characters of a token, or any value of key,
 * token, secret, ...), shown as "***".
 */
void url_mask(struct span s, struct strbuf *out);

#endif
