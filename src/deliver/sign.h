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

/* Keys that are valid at the same time, while one takes the place of another.
 */
#define SIGN_KEYS_MAX 4

struct sign_keys {
	struct sign_key k[SIGN_KEYS_MAX];
	size_t n;
};

/* Secrets with blanks between them, the first one first. ERR_CONF if one is
 * none, or if there are too many. */
NW_MUST_CHECK int sign_keys_parse(
	struct span secrets, struct sign_keys *out, struct err *err);
/* Appends "v1,<base64 of HMAC-SHA256 over id.timestamp.body>". */
void sign(const struct sign_key *key, struct span id, int64_t timestamp_s,
	struct span body, struct strbuf *out);
/* One signature for each key, with blanks between them: the receiver takes the
 * message if it knows one. */
void sign_all(const struct sign_keys *keys, struct span id, int64_t timestamp_s,
	struct span body, struct strbuf *out);

#endif
