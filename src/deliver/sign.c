#include "deliver/sign.h"

#include <inttypes.h>

#include "base/hash.h"

#define PREFIX "whsec_"

int
sign_key_parse(struct span secret, struct sign_key *out, struct err *err)
{
	struct strbuf key = STRBUF_INIT(SIGN_KEY_MAX + 1);
	bool ok;

	ok = span_starts(secret, PREFIX) &&
		hash_base64_decode(
			span_sub(secret, sizeof(PREFIX) - 1, SIZE_MAX), &key) &&
		key.n >= SIGN_KEY_MIN && key.n <= SIGN_KEY_MAX;
	if (ok) {
		memcpy(out->b, key.p, key.n);
		out->n = key.n;
	}
	strbuf_fini(&key);
	if (ok)
		return 0;
	return err_set(err, ERR_CONF,
		"the secret is not " PREFIX " followed by %d to %d bytes in "
		"base64; make one with: echo " PREFIX
		"$(openssl rand -base64 32)",
		SIGN_KEY_MIN, SIGN_KEY_MAX);
}

void
sign(const struct sign_key *key, struct span id, int64_t timestamp_s,
	struct span body, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT(id.n + body.n + 32);
	uint8_t mac[SHA256_BYTES];

	strbuf_span(&text, id);
	strbuf_printf(&text, ".%" PRId64 ".", timestamp_s);
	strbuf_span(&text, body);
	hash_hmac_sha256(span_make(key->b, key->n), strbuf_as_span(&text), mac);
	strbuf_str(out, "v1,");
	hash_base64(span_make((const char *)mac, sizeof(mac)), out);
	strbuf_fini(&text);
}
