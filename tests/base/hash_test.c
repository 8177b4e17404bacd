#include "testing.h"

#include "base/hash.h"

static void
assert_digest(const uint8_t digest[SHA256_BYTES], const char *hex)
{
	char text[2 * SHA256_BYTES + 1];

	hash_to_hex(digest, SHA256_BYTES, text);
	assert_string_equal(text, hex);
}

/* FIPS 180-4, examples of NIST. */
static const struct {
	const char *text, *hex;
} sha256_rows[] = {
	{"",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8"
		"55"},
	{"abc",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015"
		"ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06"
		"c1"},
};

static void
sha256_gives_the_known_digests(void **state)
{
	uint8_t digest[SHA256_BYTES];

	(void)state;
	for (size_t i = 0; i < N_ROWS(sha256_rows); i++) {
		hash_sha256(span_of(sha256_rows[i].text), digest);
		assert_digest(digest, sha256_rows[i].hex);
	}
	hash_sha256(SPAN_NULL, digest);
	assert_digest(digest, sha256_rows[0].hex);
}

/* RFC 4231 4.2 to 4.8 (4.6 is about truncation). */
static const struct {
	struct span key, text;
	const char *hex;
} hmac_rows[] = {
	{SPAN_INIT("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		   "\x0b\x0b\x0b\x0b\x0b\x0b"),
		SPAN_INIT("Hi There"),
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cf"
		"f7"},
	{SPAN_INIT("Jefe"), SPAN_INIT("what do ya want for nothing?"),
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38"
		"43"},
};

static void
hmac_gives_the_digests_of_rfc_4231(void **state)
{
	uint8_t digest[SHA256_BYTES];
	char key[131], text[50];

	(void)state;
	for (size_t i = 0; i < N_ROWS(hmac_rows); i++) {
		hash_hmac_sha256(hmac_rows[i].key, hmac_rows[i].text, digest);
		assert_digest(digest, hmac_rows[i].hex);
	}
	memset(key, 0xaa, sizeof(key));
	memset(text, 0xdd, sizeof(text));
	hash_hmac_sha256(span_make(key, 20), span_make(text, 50), digest);
	assert_digest(digest,
		"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565"
		"fe");
	hash_hmac_sha256(span_make(key, 131),
		SPAN_LIT("Test Using Larger Than Block-Size Key - Hash Key "
			 "First"),
		digest);
	assert_digest(digest,
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f"
		"54");
}

static void
an_empty_hmac_key_is_a_key(void **state)
{
	uint8_t digest[SHA256_BYTES];

	(void)state;
	hash_hmac_sha256(SPAN_LIT("other"), SPAN_LIT("x"), digest);
	hash_hmac_sha256(SPAN_NULL, SPAN_LIT(""), digest);
	assert_digest(digest,
		"b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5"
		"ad");
}

static void
id_is_the_hash_of_lengths_and_parts(void **state)
{
	char a[HEX128_SIZE], b[HEX128_SIZE];

	(void)state;
	hash_id((struct span[]){SPAN_LIT("ab"), SPAN_LIT("c")}, 2, a);
	hash_hex128(SPAN_LIT("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c"), b);
	assert_string_equal(a, b);
	hash_id((struct span[]){SPAN_LIT("a"), SPAN_LIT("bc")}, 2, b);
	assert_string_not_equal(a, b);
}

static void
hex128_is_the_head_of_the_digest(void **state)
{
	char text[HEX128_SIZE];

	(void)state;
	hash_hex128(SPAN_LIT("abc"), text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223");
}

/*
 * Key 00 01 .. 0f, messages 00 01 .. of growing length; computed by another
 * implementation that gives the paper's a129ca6149be45e5 with 2 and 4 rounds.
 */
static const uint64_t sip_rows[] = {
	UINT64_C(0xabac0158050fc4dc),
	UINT64_C(0xc9f49bf37d57ca93),
	UINT64_C(0x82cb9b024dc7d44d),
	UINT64_C(0x8bf80ab8e7ddf7fb),
	UINT64_C(0xcf75576088d38328),
	UINT64_C(0xdef9d52f49533b67),
	UINT64_C(0xc50d2b50c59f22a7),
	UINT64_C(0xd3927d989bb11140),
	UINT64_C(0x369095118d299a8e),
	UINT64_C(0x25a48eb36c063de4),
	UINT64_C(0x79de85ee92ff097f),
	UINT64_C(0x70c118c1f94dc352),
	UINT64_C(0x78a384b157b4d9a2),
	UINT64_C(0x306f760c1229ffa7),
	UINT64_C(0x605aa111c0f95d34),
	UINT64_C(0xd320d86d2a519956),
	UINT64_C(0xcc4fdd1a7d908b66),
};

static void
siphash13_gives_the_known_values(void **state)
{
	static const uint64_t k[2] = {
		UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	for (size_t n = 0; n < N_ROWS(sip_rows); n++)
		assert_true(
			hash_siphash13(k, span_make(text, n)) == sip_rows[n]);
}

static void
the_table_hash_is_stable_within_a_process(void **state)
{
	(void)state;
	assert_true(hash_table(SPAN_LIT("a")) == hash_table(SPAN_LIT("a")));
	assert_true(hash_table(SPAN_LIT("a")) != hash_table(SPAN_LIT("b")));
}

/* FNV-1a of "" is its offset basis, of "a" af63dc4c8601ec8c; then fmix64. */
static void
the_fixed_hash_is_the_same_everywhere(void **state)
{
	(void)state;
	assert_true(hash_fixed(SPAN_NULL) == UINT64_C(0xefd01f60ba992926));
	assert_true(hash_fixed(SPAN_LIT("a")) == UINT64_C(0x82a2a958a9bece5b));
	assert_true(
		hash_fixed(SPAN_LIT("foobar")) == UINT64_C(0x2c22194922d1672b));
}

static void
hex_is_lower_case_and_read_in_both_cases(void **state)
{
	uint8_t bytes[3];
	char text[7];

	(void)state;
	assert_true(hash_from_hex(SPAN_LIT("00aBfF"), bytes, 3));
	hash_to_hex(bytes, 3, text);
	assert_string_equal(text, "00abff");
	assert_false(hash_from_hex(SPAN_LIT("00abf"), bytes, 3));
	assert_false(hash_from_hex(SPAN_LIT("00abf"), bytes, 2));
	assert_false(hash_from_hex(SPAN_LIT("00abfg"), bytes, 3));
	assert_false(hash_from_hex(SPAN_LIT("00 abf"), bytes, 3));
}

/* RFC 4648 10. */
static const struct {
	const char *text, *base64;
} base64_rows[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xfb\xff\xfe", "+//+"},
};

static void
base64_is_that_of_rfc_4648_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(base64_rows); i++) {
		struct strbuf b = STRBUF_INIT(64);

		hash_base64(span_of(base64_rows[i].text), &b);
		assert_string_equal(strbuf_cstr(&b), base64_rows[i].base64);
		strbuf_clear(&b);
		assert_true(
			hash_base64_decode(span_of(base64_rows[i].base64), &b));
		assert_string_equal(strbuf_cstr(&b), base64_rows[i].text);
		strbuf_fini(&b);
	}
}

static const char *const bad_base64[] = {
	"Zg",
	"Zg=",
	"Z===",
	"====",
	"Zm9v=",
	"Zm 9",
	"Zm9\n",
	"Zm-_",
	"Zg==Zg==", /* padding only at the end */
	"Zh==", /* stray bits */
	"Zm9=",
};

static void
base64_that_is_not_canonical_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(bad_base64); i++) {
		struct strbuf b = STRBUF_INIT(64);

		if (hash_base64_decode(span_of(bad_base64[i]), &b))
			fail_msg("\"%s\"", bad_base64[i]);
		strbuf_fini(&b);
	}
}

static void
base64_round_trips_random_bytes(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct strbuf text = STRBUF_INIT(400);
		struct strbuf back = STRBUF_INIT(400);
		char bytes[200];
		size_t n = rng_below(&r, sizeof(bytes));

		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)rng_below(&r, 256);
		hash_base64(span_make(bytes, n), &text);
		assert_true(hash_base64_decode(strbuf_as_span(&text), &back));
		assert_true(
			span_eq(strbuf_as_span(&back), span_make(bytes, n)));
		strbuf_fini(&text);
		strbuf_fini(&back);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_known_digests),
		cmocka_unit_test(hmac_gives_the_digests_of_rfc_4231),
		cmocka_unit_test(an_empty_hmac_key_is_a_key),
		cmocka_unit_test(id_is_the_hash_of_lengths_and_parts),
		cmocka_unit_test(hex128_is_the_head_of_the_digest),
		cmocka_unit_test(siphash13_gives_the_known_values),
		cmocka_unit_test(the_table_hash_is_stable_within_a_process),
		cmocka_unit_test(the_fixed_hash_is_the_same_everywhere),
		cmocka_unit_test(hex_is_lower_case_and_read_in_both_cases),
		cmocka_unit_test(base64_is_that_of_rfc_4648_both_ways),
		cmocka_unit_test(base64_that_is_not_canonical_is_refused),
		cmocka_unit_test(base64_round_trips_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
