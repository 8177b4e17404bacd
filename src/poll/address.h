/*
 * What of a feed's configured URL goes out: the address that is asked, and a
 * login that stands in it. Pure.
 */
#ifndef NW_POLL_ADDRESS_H
#define NW_POLL_ADDRESS_H

#include "base/span.h"
#include "base/strbuf.h"

/*
 * Append the address to ask for an http(s) URL: without user information, and
 * otherwise as it is written, since a server may tell apart what a tidier form
 * makes one; only what is beyond ASCII is encoded (RFC 3987 3.1, and RFC 3492
 * for the host). False if that cannot be.
 */
bool address_put(struct span url, struct strbuf *out);

/*
 * User name and password of the URL, percent-encoding undone (RFC 3986 3.2.1);
 * NULL where there is none. The caller frees both.
 */
void address_login(struct span url, char **user, char **password);

#endif
