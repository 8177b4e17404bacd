/* Ranges of IPv4 and IPv6 addresses. Pure. */
#ifndef NW_IO_CIDR_H
#define NW_IO_CIDR_H

#include "base/err.h"
#include "base/span.h"

struct sockaddr;

/* An address as 16 bytes; IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2). */
struct cidr_addr {
	uint8_t b[16];
};

struct cidr {
	struct cidr_addr addr; /* bits beyond the prefix are 0 */
	unsigned bits; /* 0..128; an IPv4 prefix counts 96 more */
};

/* "10.0.0.0/8", "::1", "fd00::/8"; without a prefix one address. ERR_CONF,
 * also for bits set beyond the prefix. */
NW_MUST_CHECK int cidr_parse(struct span s, struct cidr *out, struct err *err);
bool cidr_has(const struct cidr *c, const struct cidr_addr *a);
/* False if it is neither IPv4 nor IPv6. */
bool cidr_addr_of(const struct sockaddr *sa, struct cidr_addr *out);
/* As a sockaddr_in or sockaddr_in6; returns its length. */
struct sockaddr_storage;
unsigned cidr_addr_to(
	const struct cidr_addr *a, uint16_t port, struct sockaddr_storage *out);
/* "127.0.0.1", "::1", without brackets. */
bool cidr_addr_parse(struct span s, struct cidr_addr *out);
#define CIDR_TEXT_SIZE 64
void cidr_addr_format(const struct cidr_addr *a, char out[CIDR_TEXT_SIZE]);

/*
 * Is the address anything but a public unicast one? Loopback, private, link
 * local, shared, documentation, multicast, reserved; an IPv4 address inside an
 * IPv6 one (mapped, NAT64, 6to4) is judged as that. *what gets the range's name
 * ("loopback"), static; may be NULL.
 * Source: RFC 6890 and the IANA special-purpose address registries.
 */
bool cidr_is_special(const struct cidr_addr *a, const char **what);

/* Which addresses may be connected to: all public ones and those allowed. */
struct cidr_guard {
	const struct cidr *allow;
	size_t n_allow;
	bool allow_all;
};
/* NULL if allowed, else the name of the range that it is in. */
const char *cidr_guard_refuses(
	const struct cidr_guard *g, const struct cidr_addr *a);

#endif
