/*
 * The registrable domain of a host ("news.bbc.co.uk" -> "bbc.co.uk"), by the
 * public suffix list that is built into libpsl; domain.c is the door to it.
 * No file is read. Pure.
 */
#ifndef NW_TEXT_DOMAIN_H
#define NW_TEXT_DOMAIN_H

#include "base/span.h"

/*
 * The part of host that someone registered: a span of host, of its own case.
 * Addresses, single labels, public suffixes themselves and hosts longer than
 * 253 bytes are returned as they are, without a final dot.
 */
struct span domain_registrable(struct span host);

/* An IPv4 or IPv6 address, the latter also in []? */
bool domain_is_address(struct span host);

/* Same registrable domain, ASCII case ignored? */
bool domain_same_site(struct span host_a, struct span host_b);

#endif
