/* Hashes and encodings. The door to libcrypto is hash.c. */
#ifndef NW_BASE_HASH_H
#define NW_BASE_HASH_H

#include "base/span.h"
#include "base/strbuf.h"

#define SHA256_BYTES 32
#define HEX128_SIZE 33 /* 32 hex digits and a NUL */

void hash_sha256(struct span s, uint8_t out[SHA256_BYTES]);
void hash_hmac_sha256(
	struct span key, struct span s, uint8_t out[SHA256_BYTES]);

/* SHA-256 in pieces; each piece is preceded by its length as 8 bytes, big
 * endian, so that {"ab","c"} and {"a","bc"} differ. */
void hash_parts(const struct span *parts, size_t n, uint8_t out[SHA256_BYTES]);
/* The first 32 hex digits of hash_parts. */
void hash_id(const struct span *parts, size_t n, char out[HEX128_SIZE]);
/* First 32 hex digits of the plain SHA-256 of s. */
void hash_hex128(struct span s, char out[HEX128_SIZE]);

/*
 * Loads the digest and draws the table key now instead of at first use: call it
 * before a sandbox that forbids opening files.
 */
void hash_prepare(void);

/* SipHash-1-3 with a per-process random key: for tables, never for storage. */
uint64_t hash_table(struct span s);
uint64_t hash_siphash13(const uint64_t k[2], struct span s); /* key as given */
/* A fixed 64-bit hash (FNV-1a with a final mix): the same everywhere, fit for
 * compiled blocks and files, not for hostile keys. */
uint64_t hash_fixed(struct span s);

/* SHA-1 as 40 hex digits and a NUL: for protocols that name things by it
 * (EVALSHA), never for safety. */
#define SHA1_HEX_SIZE 41
void hash_sha1_hex(struct span s, char out[SHA1_HEX_SIZE]);

void hash_to_hex(const uint8_t *p, size_t n, char *out); /* 2n + 1 bytes */
bool hash_from_hex(struct span hex, uint8_t *out, size_t n);
void hash_base64(struct span s, struct strbuf *out); /* RFC 4648 4 */
/* Strict: padded, no white space, no stray bits. On false out may hold a part.
 */
bool hash_base64_decode(struct span s, struct strbuf *out);

#endif
