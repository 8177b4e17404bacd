/*
 * URLs as feeds write them: split, resolve, canonical form for identity, and
 * masking for display. Pure; no allocation but in the caller's strbuf. All
 * results are ASCII.
 * Sources: RFC 3986; RFC 3987 3.1 (IRIs).
 */
#ifndef NW_TEXT_URL_H
#define NW_TEXT_URL_H

#include "base/span.h"
#include "base/strbuf.h"

/* A longer reference or base is refused. */
#define URL_BYTES_MAX 8192

/* The parts of a reference, spans of the string; absent parts have p NULL, an
 * empty query ("?") has n 0. */
struct url {
	struct span scheme; /* without ':' */
	struct span userinfo; /* without '@' */
	struct span host; /* with [] if an IPv6 address; NULL: no authority */
	struct span port; /* without ':' */
	struct span path; /* p never NULL */
	struct span query; /* without '?' */
	struct span fragment; /* without '#' */
};

/* Split any string (RFC 3986 appendix B); every string is a reference. */
void url_split(struct span s, struct url *out);

/*
 * Append the absolute, cleaned URL of ref as it stands in a document at base
 * (RFC 3986 5.2): white space around it dropped, also line ends and tabs
 * inside with the spaces next to them; other spaces, what no URL may hold and
 * characters beyond ASCII percent-encoded; scheme and host lower case, default
 * port and dot segments removed. base may be empty: then ref must be absolute.
 * False, with nothing appended, if the result has no scheme, is of http or
 * https and has no host, is too long, or does not fit out.
 */
bool url_resolve(struct span base, struct span ref, struct strbuf *out);

/*
 * Append the form under which two URLs of one article are equal: cleaned as by
 * url_resolve(), and scheme left out ("//host/path"), user info and fragment
 * removed, percent-encoding of unreserved characters undone and of all others
 * upper case, parameters that only track a reader removed (utm_*, fbclid,
 * gclid, ...), empty parameters and an empty query removed, an empty path "/".
 * What remains keeps its order. Idempotent: takes its own results as well.
 * False, with nothing appended, if s is no absolute http(s) URL.
 */
bool url_canonical(struct span s, struct strbuf *out);

/* Absolute, http or https, with a host. */
bool url_is_http(struct span s);
/* Host of an absolute URL as written, without port and []; SPAN_NULL if none.
 */
struct span url_host(struct span s);
/* Does a query parameter only say how a reader came here? */
bool url_is_tracking(struct span name, struct span value);

/*
 * Append s for display and logs: user info, values of parameters called key,
 * token, secret, ..., and path segments, values and fragments of 24 and more
 * characters that look like a token are shown as "***". Any string.
 */
void url_mask(struct span s, struct strbuf *out);

#endif
