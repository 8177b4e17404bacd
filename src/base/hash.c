/*
 * The only user of libcrypto. The digest is fetched once: OpenSSL 3 otherwise
 * looks its provider up on every call, which costs more than hashing a key.
 */
#include "base/hash.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/rng.h"

static struct {
	EVP_MD *sha256;
	EVP_MD_CTX *ctx;
} crypto;

static struct {
	bool ready;
	uint64_t k[2];
} table_key;

void
hash_prepare(void)
{
	if (!crypto.ctx) {
		crypto.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
		crypto.ctx = EVP_MD_CTX_new();
		assert(crypto.sha256 && crypto.ctx);
	}
	if (!table_key.ready) {
		rng_secret(table_key.k, sizeof(table_key.k));
		table_key.ready = true;
	}
}

static void
sha256_start(void)
{
	int ok;

	if (!crypto.ctx)
		hash_prepare();
	ok = EVP_DigestInit_ex2(crypto.ctx, crypto.sha256, NULL);
	assert(ok == 1);
}

static void
sha256_add(const void *p, size_t n)
{
	int ok = EVP_DigestUpdate(crypto.ctx, p, n);

	assert(ok == 1);
}

static void
sha256_end(uint8_t out[SHA256_BYTES])
{
	int ok = EVP_DigestFinal_ex(crypto.ctx, out, NULL);

	assert(ok == 1);
}

void
hash_sha256(struct span s, uint8_t out[SHA256_BYTES])
{
	sha256_start();
	sha256_add(s.p, s.n);
	sha256_end(out);
}

void
hash_hmac_sha256(struct span key, struct span s, uint8_t out[SHA256_BYTES])
{
	unsigned n = SHA256_BYTES;
	const unsigned char *p;

	assert(key.n <= INT32_MAX);
	/* A NULL key would mean "the last one" to OpenSSL. */
	p = HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n,
		(const unsigned char *)s.p, s.n, out, &n);
	assert(p && n == SHA256_BYTES);
}

void
hash_parts(const struct span *parts, size_t n, uint8_t out[SHA256_BYTES])
{
	sha256_start();
	for (size_t i = 0; i < n; i++) {
		uint8_t length[8];

		for (size_t j = 0; j < sizeof(length); j++)
			length[j] =
				(uint8_t)((uint64_t)parts[i].n >> (56 - 8 * j));
		sha256_add(length, sizeof(length));
		sha256_add(parts[i].p, parts[i].n);
	}
	sha256_end(out);
}

void
hash_id(const struct span *parts, size_t n, char out[HEX128_SIZE])
{
	uint8_t digest[SHA256_BYTES];

	hash_parts(parts, n, digest);
	hash_to_hex(digest, 16, out);
}

void
hash_hex128(struct span s, char out[HEX128_SIZE])
{
	uint8_t digest[SHA256_BYTES];

	hash_sha256(s, digest);
	hash_to_hex(digest, 16, out);
}

void
hash_sha1_hex(struct span s, char out[SHA1_HEX_SIZE])
{
	uint8_t digest[20];
	size_t n = 0;
	int ok = EVP_Q_digest(
		NULL, "SHA1", NULL, s.p ? s.p : "", s.n, digest, &n);

	assert(ok == 1 && n == sizeof(digest));
	hash_to_hex(digest, sizeof(digest), out);
}

static uint64_t
rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static uint64_t
load_le(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(uint8_t)p[i] << (8 * i);
	return v;
}

/* Source: Aumasson and Bernstein, "SipHash" (2012), with 1 and 3 rounds. */
uint64_t
hash_siphash13(const uint64_t k[2], struct span s)
{
	uint64_t v[4] = {
		k[0] ^ UINT64_C(0x736f6d6570736575),
		k[1] ^ UINT64_C(0x646f72616e646f6d),
		k[0] ^ UINT64_C(0x6c7967656e657261),
		k[1] ^ UINT64_C(0x7465646279746573),
	};
	size_t whole = s.n / 8 * 8;
	uint64_t m;

	for (size_t i = 0; i < whole; i += 8) {
		m = load_le(s.p + i, 8);
		v[3] ^= m;
		sip_round(v);
		v[0] ^= m;
	}
	m = (uint64_t)s.n << 56;
	if (s.n > whole)
		m |= load_le(s.p + whole, s.n - whole);
	v[3] ^= m;
	sip_round(v);
	v[0] ^= m;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
hash_table(struct span s)
{
	if (!table_key.ready)
		hash_prepare();
	return hash_siphash13(table_key.k, s);
}

/* Source: FNV-1a 64; the final mix is that of MurmurHash3. */
uint64_t
hash_fixed(struct span s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
	h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 33);
}

void
hash_to_hex(const uint8_t *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
hash_from_hex(struct span hex, uint8_t *out, size_t n)
{
	if (hex.n / 2 != n || hex.n % 2 != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(hex.p[2 * i]);
		int low = hex_value(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
hash_base64(struct span s, struct strbuf *out)
{
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i < 3 ? s.n - i : 3;
		uint32_t v = 0;
		char four[4];

		for (size_t j = 0; j < 3; j++)
			v = v << 8 | (j < left ? (uint8_t)s.p[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			four[j] = j <= left
				? base64_digits[v >> (18 - 6 * j) & 63]
				: '=';
		strbuf_put(out, four, sizeof(four));
	}
}

static bool
decode_group(const char *p, size_t n_digits, struct strbuf *out)
{
	uint32_t v = 0;
	size_t n_bytes = n_digits - 1;

	for (size_t j = 0; j < 4; j++) {
		const char *at = j < n_digits ? memchr(base64_digits, p[j], 64)
					      : base64_digits;

		if (!at)
			return false;
		v = v << 6 | (uint32_t)(at - base64_digits);
	}
	/* Bits beyond the last byte must be zero: one text per value. */
	if ((v & ((UINT32_C(1) << (8 * (3 - n_bytes))) - 1)) != 0)
		return false;
	for (size_t j = 0; j < n_bytes; j++)
		strbuf_char(out, (char)(uint8_t)(v >> (16 - 8 * j)));
	return true;
}

bool
hash_base64_decode(struct span s, struct strbuf *out)
{
	if (s.n % 4 != 0)
		return false;
	for (size_t i = 0; i < s.n; i += 4) {
		size_t n_digits = 4;

		if (i + 4 == s.n && s.p[i + 3] == '=')
			n_digits = s.p[i + 2] == '=' ? 2 : 3;
		if (!decode_group(s.p + i, n_digits, out))
			return false;
	}
	return true;
}
