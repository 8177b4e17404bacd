/*
 * Signatures of webhooks. Pure.
 * Source: Standard Webhooks 1.0, https://www.standardwebhooks.com/
 */
#ifndef NW_DELIVER_SIGN_H
#define NW_DELIVER_SIGN_H

#include "base/err.h"
#include "base/strbuf.h"

#define SIGN_KEY_MIN 24 /* bytes; the specification's bounds */
#define SIGN_KEY_MAX 64

struct sign_key {
	char b[SIGN_KEY_MAX];
	size_t n;
};

/* "whsec_" and base64. ERR_CONF if it is none; the secret is not shown. */
NW_MUST_CHECK int sign_key_parse(
	struct span secret, struct sign_key *out, struct err *err);
/* Appends "v1,<base64 of HMAC-SHA256 over id.timestamp.body>". */
void sign(const struct sign_key *key, struct span id, int64_t timestamp_s,
	struct span body, struct strbuf *out);

#endif
