/*
 * Ranges of addresses. IPv4 is kept as IPv4-mapped IPv6, so that there is one
 * kind of address and one comparison. Pure.
 */
#include "io/cidr.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define V4_BITS 96 /* of ::ffff:0:0/96 */

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool
is_v4(const struct cidr_addr *a)
{
	return memcmp(a->b, v4_prefix, sizeof(v4_prefix)) == 0;
}

static void
set_v4(struct cidr_addr *a, const void *four)
{
	memcpy(a->b, v4_prefix, sizeof(v4_prefix));
	memcpy(a->b + sizeof(v4_prefix), four, 4);
}

bool
cidr_addr_parse(struct span s, struct cidr_addr *out)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t four[4];

	if (s.n >= sizeof(text) || memchr(s.p ? s.p : "", 0, s.n))
		return false;
	if (s.n > 0)
		memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, four) == 1) {
		set_v4(out, four);
		return true;
	}
	return inet_pton(AF_INET6, text, out->b) == 1;
}

void
cidr_addr_format(const struct cidr_addr *a, char out[CIDR_TEXT_SIZE])
{
	const char *p = is_v4(a)
		? inet_ntop(AF_INET, a->b + 12, out, CIDR_TEXT_SIZE)
		: inet_ntop(AF_INET6, a->b, out, CIDR_TEXT_SIZE);

	assert(p);
}

bool
cidr_addr_of(const struct sockaddr *sa, struct cidr_addr *out)
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		set_v4(out, &in.sin_addr);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out->b, &in6.sin6_addr, sizeof(out->b));
		return true;
	}
	return false;
}

unsigned
cidr_addr_to(
	const struct cidr_addr *a, uint16_t port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof(*out));
	if (is_v4(a)) {
		struct sockaddr_in in = {
			.sin_family = AF_INET, .sin_port = htons(port)};

		memcpy(&in.sin_addr, a->b + 12, 4);
		memcpy(out, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port)};

	memcpy(&in6.sin6_addr, a->b, sizeof(a->b));
	memcpy(out, &in6, sizeof(in6));
	return sizeof(in6);
}

/* Bits beyond the prefix to 0; were they so before? */
static bool
clear_host_bits(struct cidr_addr *a, unsigned bits)
{
	bool were_clear = true;

	for (unsigned i = 0; i < 16; i++) {
		unsigned kept = bits > i * 8 ? bits - i * 8 : 0;
		uint8_t mask = (uint8_t)(kept >= 8 ? 0xffu : 0xff00u >> kept);

		if (a->b[i] & (uint8_t)~mask)
			were_clear = false;
		a->b[i] &= mask;
	}
	return were_clear;
}

int
cidr_parse(struct span s, struct cidr *out, struct err *err)
{
	size_t slash = span_find(s, '/');
	struct span addr = span_sub(s, 0, slash);
	bool v4 = span_find(addr, ':') == SIZE_MAX;
	int64_t bits = v4 ? 32 : 128;

	if (!cidr_addr_parse(addr, &out->addr))
		return err_set(err, ERR_CONF,
			"\"%.*s\" is no IP address or range such as "
			"10.0.0.0/8 or fd00::/8",
			SPAN_ARG(span_sub(s, 0, 80)));
	if (slash != SIZE_MAX &&
		!span_i64(span_sub(s, slash + 1, s.n), 0, bits, &bits))
		return err_set(err, ERR_CONF,
			"in \"%.*s\" a number from 0 to %lld must follow the /",
			SPAN_ARG(span_sub(s, 0, 80)), (long long)bits);
	out->bits = (unsigned)bits + (v4 ? V4_BITS : 0);
	if (!clear_host_bits(&out->addr, out->bits)) {
		char text[CIDR_TEXT_SIZE];

		cidr_addr_format(&out->addr, text);
		return err_set(err, ERR_CONF,
			"\"%.*s\" has address bits beyond its prefix; the "
			"range is %s/%lld",
			SPAN_ARG(span_sub(s, 0, 80)), text, (long long)bits);
	}
	return 0;
}

bool
cidr_has(const struct cidr *c, const struct cidr_addr *a)
{
	unsigned whole = c->bits / 8, rest = c->bits % 8;

	if (memcmp(a->b, c->addr.b, whole) != 0)
		return false;
	return rest == 0 ||
		(a->b[whole] & (0xff00u >> rest) & 0xffu) == c->addr.b[whole];
}

/* -- special ranges ------------------------------------------------------- */

#define V4(a, b, c, d) \
	{ \
		{ \
			0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d \
		} \
	}
#define V6(a, b, c, d) \
	{ \
		{ \
			(a) >> 8, (a)&255, (b) >> 8, (b)&255, (c) >> 8, \
				(c)&255, (d) >> 8, (d)&255 \
		} \
	}

/*
 * Not public unicast. Source: IANA IPv4 and IPv6 Special-Purpose Address
 * Registries (RFC 6890 and later additions), and the multicast ranges.
 */
static const struct special {
	struct cidr range;
	const char *name;
} specials[] = {
	{{V4(0, 0, 0, 0), 96 + 8}, "this network"}, /* RFC 791 3.2 */
	{{V4(10, 0, 0, 0), 96 + 8}, "private"}, /* RFC 1918 */
	{{V4(100, 64, 0, 0), 96 + 10}, "shared"}, /* RFC 6598 */
	{{V4(127, 0, 0, 0), 96 + 8}, "loopback"}, /* RFC 1122 3.2.1.3 */
	{{V4(169, 254, 0, 0), 96 + 16}, "link local"}, /* RFC 3927 */
	{{V4(172, 16, 0, 0), 96 + 12}, "private"}, /* RFC 1918 */
	{{V4(192, 0, 0, 0), 96 + 24}, "IETF protocols"}, /* RFC 6890 2.1 */
	{{V4(192, 0, 2, 0), 96 + 24}, "documentation"}, /* RFC 5737 */
	{{V4(192, 88, 99, 0), 96 + 24}, "6to4 relays"}, /* RFC 7526 */
	{{V4(192, 168, 0, 0), 96 + 16}, "private"}, /* RFC 1918 */
	{{V4(198, 18, 0, 0), 96 + 15}, "benchmarks"}, /* RFC 2544 */
	{{V4(198, 51, 100, 0), 96 + 24}, "documentation"}, /* RFC 5737 */
	{{V4(203, 0, 113, 0), 96 + 24}, "documentation"}, /* RFC 5737 */
	{{V4(224, 0, 0, 0), 96 + 4}, "multicast"}, /* RFC 5771 */
	{{V4(240, 0, 0, 0), 96 + 4}, "reserved"}, /* RFC 1112 4, broadcast */
	/* All of IPv6 but 2000::/3 is not handed out as public unicast. */
	{{{{0}}, 128}, "unspecified"}, /* RFC 4291 2.5.2 */
	{{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, 128},
		"loopback"}, /* RFC 4291 2.5.3 */
	{{V6(0xfe80, 0, 0, 0), 10}, "link local"}, /* RFC 4291 2.5.6 */
	{{V6(0xfec0, 0, 0, 0), 10}, "site local"}, /* RFC 3879 */
	{{V6(0xfc00, 0, 0, 0), 7}, "private"}, /* RFC 4193 */
	{{V6(0xff00, 0, 0, 0), 8}, "multicast"}, /* RFC 4291 2.7 */
	{{V6(0x100, 0, 0, 0), 64}, "discard"}, /* RFC 6666 */
	{{V6(0x2001, 0xdb8, 0, 0), 32}, "documentation"}, /* RFC 3849 */
	{{V6(0x3fff, 0, 0, 0), 20}, "documentation"}, /* RFC 9637 */
	{{V6(0x2001, 0, 0, 0), 23}, "IETF protocols"}, /* RFC 2928, Teredo */
	{{V6(0x64, 0xff9b, 1, 0), 48}, "local NAT64"}, /* RFC 8215 */
	{{V6(0x5f00, 0, 0, 0), 16}, "segment routing"}, /* RFC 9602 */
};

/* IPv6 prefixes with an IPv4 address inside, from which byte. */
static const struct {
	struct cidr range;
	unsigned at;
} embedded[] = {
	{{V6(0x64, 0xff9b, 0, 0), 96}, 12}, /* NAT64, RFC 6052 */
	{{V6(0x2002, 0, 0, 0), 16}, 2}, /* 6to4, RFC 3056 */
};

static const char *
special_name(const struct cidr_addr *a)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (cidr_has(&specials[i].range, a))
			return specials[i].name;
	return NULL;
}

bool
cidr_is_special(const struct cidr_addr *a, const char **what)
{
	static const struct cidr unicast = {V6(0x2000, 0, 0, 0), 3};
	const char *name = special_name(a);
	bool translated = false;

	for (size_t i = 0; !name && i < sizeof(embedded) / sizeof(embedded[0]);
		i++) {
		struct cidr_addr inner;

		if (!cidr_has(&embedded[i].range, a))
			continue;
		set_v4(&inner, a->b + embedded[i].at);
		name = special_name(&inner);
		translated = true;
	}
	if (!name && !translated && !is_v4(a) && !cidr_has(&unicast, a))
		name = "reserved";
	if (what)
		*what = name;
	return name != NULL;
}

const char *
cidr_guard_refuses(const struct cidr_guard *g, const struct cidr_addr *a)
{
	const char *what;

	if (g->allow_all || !cidr_is_special(a, &what))
		return NULL;
	for (size_t i = 0; i < g->n_allow; i++)
		if (cidr_has(&g->allow[i], a))
			return NULL;
	return what;
}
