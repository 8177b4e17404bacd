/*
 * Host names beyond ASCII as DNS knows them: "Bücher.example" is
 * "xn--bcher-kva.example". Source: RFC 3492; the mapping before it is
 * NFKC_Casefold, which is what UTS 46 does but for a few characters. Pure.
 */
#ifndef NW_TEXT_PUNYCODE_H
#define NW_TEXT_PUNYCODE_H

#include "base/strbuf.h"

/*
 * Append the ASCII form of a host, in lower case; percent-encoded UTF-8 in it
 * is decoded first. False, with nothing appended, if it is ASCII already or
 * cannot be a name: invalid UTF-8, a label beyond 63 bytes.
 */
bool punycode_host(struct span host, struct strbuf *out);

#endif
