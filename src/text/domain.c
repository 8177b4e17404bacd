/*
 * Registrable domains. The list is inside libpsl; host names go to it in lower
 * case, results are cut out of what the caller gave.
 */
#include "text/domain.h"

#include <arpa/inet.h>
#include <libpsl.h>

#define HOST_BYTES_MAX 253

static void
to_lower(struct span s, char *out)
{
	for (size_t i = 0; i < s.n; i++)
		out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z'
			? (char)(s.p[i] - 'A' + 'a')
			: s.p[i];
	out[s.n] = '\0';
}

bool
domain_is_address(struct span host)
{
	char s[INET6_ADDRSTRLEN];
	unsigned char address[sizeof(struct in6_addr)];

	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = span_sub(host, 1, host.n - 2);
	if (host.n >= sizeof(s))
		return false;
	to_lower(host, s);
	return inet_pton(AF_INET, s, address) == 1 ||
		inet_pton(AF_INET6, s, address) == 1;
}

struct span
domain_registrable(struct span host)
{
	char s[HOST_BYTES_MAX + 1];
	const char *domain;
	size_t n;

	if (span_ends(host, "."))
		host.n--;
	if (host.n == 0 || host.n > HOST_BYTES_MAX || domain_is_address(host))
		return host;
	to_lower(host, s);
	domain = psl_registrable_domain(psl_builtin(), s);
	if (!domain)
		return host;
	n = strlen(domain);
	return span_sub(host, host.n - n, n);
}

bool
domain_same_site(struct span host_a, struct span host_b)
{
	return span_caseeq(
		domain_registrable(host_a), domain_registrable(host_b));
}
