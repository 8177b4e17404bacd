#include "testing.h"

#include "base/arena.h"
#include "model/item.h"

#define MARCH_1 INT64_C(1772366400000) /* 2026-03-01T12:00:00Z */
#define HOUR_MS INT64_C(3600000)

static const struct item article = {
	.guid = SPAN_INIT("tag:1"),
	.url = SPAN_INIT("https://example.com/1"),
	.title = SPAN_INIT("A title"),
	.text = SPAN_INIT("A text."),
	.published = {MARCH_1},
};

static struct item_keys
keys_of(const struct item *it, const char *feed, const char *canonical)
{
	struct item_keys keys;

	item_keys(it, span_of(feed), span_of(canonical), &keys);
	return keys;
}

static bool
is_same(struct item_key a, struct item_key b)
{
	return memcmp(a.b, b.b, ITEM_KEY_BYTES) == 0;
}

static void
an_item_has_three_keys_the_url_first(void **state)
{
	struct item_keys keys = keys_of(&article, "f", "example.com/1");
	char parts[] = "\0\0\0\0\0\0\0\3url\0\0\0\0\0\0\0\rexample.com/1";
	char id[HEX128_SIZE], expected[HEX128_SIZE];

	(void)state;
	assert_int_equal(keys.n, 3);
	assert_false(is_same(keys.k[0], keys.k[1]));
	assert_false(is_same(keys.k[1], keys.k[2]));
	item_id(&keys.k[0], id);
	hash_hex128(span_make(parts, sizeof(parts) - 1), expected);
	assert_string_equal(id, expected);
}

static void
without_url_or_guid_the_next_key_is_first(void **state)
{
	struct item_keys all = keys_of(&article, "f", "example.com/1");
	struct item_keys no_url = keys_of(&article, "f", "");
	struct item bare = article;
	struct item_keys title_only;

	(void)state;
	assert_int_equal(no_url.n, 2);
	assert_true(is_same(no_url.k[0], all.k[1]));
	bare.guid = SPAN_NULL;
	title_only = keys_of(&bare, "f", "");
	assert_int_equal(title_only.n, 1);
	assert_true(is_same(title_only.k[0], all.k[2]));
}

static void
the_same_url_in_two_feeds_is_one_item(void **state)
{
	struct item_keys a = keys_of(&article, "f", "example.com/1");
	struct item_keys b = keys_of(&article, "g", "example.com/1");

	(void)state;
	assert_true(is_same(a.k[0], b.k[0]));
	/* A guid or a title means nothing beyond its feed. */
	assert_false(is_same(a.k[1], b.k[1]));
	assert_false(is_same(a.k[2], b.k[2]));
}

static void
the_title_key_knows_the_day_not_the_hour(void **state)
{
	struct item other = article;
	struct item_keys a = keys_of(&article, "f", "");

	(void)state;
	other.published.ms = MARCH_1 + 11 * HOUR_MS;
	assert_true(is_same(keys_of(&other, "f", "").k[1], a.k[1]));
	other.published.ms = MARCH_1 + 12 * HOUR_MS;
	assert_false(is_same(keys_of(&other, "f", "").k[1], a.k[1]));
	other.published.ms = ITEM_UNDATED;
	assert_false(is_same(keys_of(&other, "f", "").k[1], a.k[1]));
}

static void
without_a_title_the_text_stands_for_it(void **state)
{
	struct item a = {.text = SPAN_INIT("one"), .published = {MARCH_1}};
	struct item b = {.text = SPAN_INIT("two"), .published = {MARCH_1}};

	(void)state;
	assert_false(
		is_same(keys_of(&a, "f", "").k[0], keys_of(&b, "f", "").k[0]));
}

static void
items_without_title_and_text_do_not_share_a_key(void **state)
{
	struct item a = {.guid = SPAN_INIT("1"), .published = {MARCH_1}};
	struct item nothing = {.published = {ITEM_UNDATED}};

	(void)state;
	assert_int_equal(keys_of(&a, "f", "").n, 1);
	assert_int_equal(keys_of(&nothing, "f", "").n, 1);
}

static void
the_version_changes_with_title_and_text_only(void **state)
{
	struct item_key a, b;
	struct item other = article;

	(void)state;
	item_version(&article, &a);
	other.guid = SPAN_LIT("x");
	other.published.ms = 0;
	other.url = SPAN_LIT("y");
	item_version(&other, &b);
	assert_true(is_same(a, b));
	other.text = SPAN_LIT("B text.");
	item_version(&other, &b);
	assert_false(is_same(a, b));
	other.text = article.text;
	other.title = SPAN_LIT("B title");
	item_version(&other, &b);
	assert_false(is_same(a, b));
}

static void
a_new_document_says_nothing_and_is_freed_whole(void **state)
{
	struct document *d = document_new();

	(void)state;
	assert_int_equal(d->ttl_s, -1);
	assert_string_equal(d->format, "");
	d->items = arena_array(d->arena, 10, sizeof(*d->items));
	d->n_items = 10;
	document_free(&d);
	assert_null(d);
	document_free(&d);
}

static struct item_digest
digest(const char *keys, uint8_t version, uint8_t print)
{
	struct item_keys k = {.n = (unsigned)strlen(keys)};
	struct item_key v = {{version}};
	struct item_print p = {{print}};
	struct item_digest d;

	for (unsigned i = 0; i < k.n; i++)
		k.k[i] = (struct item_key){{(uint8_t)keys[i]}};
	item_digest(&k, &v, &p, &d);
	assert_int_equal(d.known, item_digest_known(&k.k[0], &v));
	return d;
}

static void
a_digest_tells_every_part_of_an_entry(void **state)
{
	struct item_digest a = digest("ug", 1, 1), b;

	(void)state;
	b = digest("ug", 1, 1);
	assert_int_equal(a.known, b.known);
	assert_int_equal(a.whole, b.whole);
	b = digest("ug", 1, 2); /* another date: known, but not as it is */
	assert_int_equal(a.known, b.known);
	assert_int_not_equal(a.whole, b.whole);
	b = digest("ugt", 1, 1);
	assert_int_equal(a.known, b.known);
	assert_int_not_equal(a.whole, b.whole);
	b = digest("ug", 2, 1);
	assert_int_not_equal(a.known, b.known);
	assert_int_not_equal(a.whole, b.whole);
	b = digest("gu", 1, 1);
	assert_int_not_equal(a.known, b.known);
	assert_int_not_equal(a.whole, b.whole);
}

/* They are in databases: another value would show every item anew. */
static void
a_digest_is_the_same_on_every_machine(void **state)
{
	struct item_digest d = digest("ug", 1, 1);

	(void)state;
	assert_int_equal(d.known, UINT64_C(0x86bf7d85ff808025));
	assert_int_equal(d.whole, UINT64_C(0xc9133eda9b4659c8));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_has_three_keys_the_url_first),
		cmocka_unit_test(without_url_or_guid_the_next_key_is_first),
		cmocka_unit_test(the_same_url_in_two_feeds_is_one_item),
		cmocka_unit_test(the_title_key_knows_the_day_not_the_hour),
		cmocka_unit_test(without_a_title_the_text_stands_for_it),
		cmocka_unit_test(
			items_without_title_and_text_do_not_share_a_key),
		cmocka_unit_test(the_version_changes_with_title_and_text_only),
		cmocka_unit_test(
			a_new_document_says_nothing_and_is_freed_whole),
		cmocka_unit_test(a_digest_tells_every_part_of_an_entry),
		cmocka_unit_test(a_digest_is_the_same_on_every_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
