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

int
sign_keys_parse(struct span secrets, struct sign_keys *out, struct err *err)
{
	struct span one;

	out->n = 0;
	while (span_next(&secrets, ' ', &one)) {
		if (span_trim(one).n == 0)
			continue;
		if (out->n == SIGN_KEYS_MAX)
			return err_set(err, ERR_CONF,
				"more than %d secrets at a time",
				SIGN_KEYS_MAX);
		if (sign_key_parse(span_trim(one), &out->k[out->n], err) == -1)
			return -1;
		out->n++;
	}
	if (out->n == 0)
		return sign_key_parse(SPAN_NULL, &out->k[0], err);
	return 0;
}

void
sign_all(const struct sign_keys *keys, struct span id, int64_t timestamp_s,
	struct span body, struct strbuf *out)
{
	for (size_t i = 0; i < keys->n; i++) {
		strbuf_str(out, i > 0 ? " " : "");
		sign(&keys->k[i], id, timestamp_s, body, out);
	}
}
