#include "model/item.h"

#include <assert.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/mem.h"

#define DAY_TEXT_BYTES 10 /* "2026-03-01" of an RFC 3339 time */

struct document *
document_new(void)
{
	struct document *d = mem_new(d);

	d->arena = arena_new();
	d->format = "";
	d->ttl_s = -1;
	return d;
}

void
document_free(struct document **dp)
{
	struct document *d = *dp;

	if (!d)
		return;
	*dp = NULL;
	arena_free(&d->arena);
	mem_free(&d);
}

static void
make_key(const struct span *parts, size_t n, struct item_key *out)
{
	uint8_t digest[SHA256_BYTES];

	hash_parts(parts, n, digest);
	memcpy(out->b, digest, ITEM_KEY_BYTES);
}

static void
add_title_key(
	const struct item *it, struct span feed_url, struct item_keys *out)
{
	struct span name = it->title.n > 0 ? it->title : it->text;
	char time[DATE_TEXT_SIZE];
	struct span day = SPAN_LIT("");

	if (name.n == 0 && out->n > 0)
		return;
	if (it->published.ms != ITEM_UNDATED) {
		date_format(it->published, time);
		day = span_make(time, DAY_TEXT_BYTES);
	}
	make_key((struct span[]){SPAN_LIT("title"), feed_url, name, day}, 4,
		&out->k[out->n++]);
}

void
item_keys(const struct item *it, struct span feed_url,
	struct span canonical_url, struct item_keys *out)
{
	out->n = 0;
	if (canonical_url.n > 0)
		make_key((struct span[]){SPAN_LIT("url"), canonical_url}, 2,
			&out->k[out->n++]);
	if (it->guid.n > 0)
		make_key((struct span[]){SPAN_LIT("guid"), feed_url, it->guid},
			3, &out->k[out->n++]);
	add_title_key(it, feed_url, out);
	assert(out->n >= 1);
}

void
item_version(const struct item *it, struct item_key *out)
{
	make_key((struct span[]){SPAN_LIT("version"), it->title, it->text}, 3,
		out);
}

/* Not 0, which stands for none. */
static uint64_t
digest_of(const uint8_t *p, size_t n)
{
	static const uint64_t key[2] = {0x6e657773, 0x6974656d};
	uint64_t h = hash_siphash13(key, span_make((const char *)p, n));

	return h != 0 ? h : 1;
}

uint64_t
item_digest_known(
	const struct item_key *strongest, const struct item_key *version)
{
	uint8_t b[2 * ITEM_KEY_BYTES];

	memcpy(b, strongest->b, ITEM_KEY_BYTES);
	memcpy(b + ITEM_KEY_BYTES, version->b, ITEM_KEY_BYTES);
	return digest_of(b, sizeof(b));
}

void
item_digest(const struct item_keys *keys, const struct item_key *version,
	const struct item_print *print, struct item_digest *out)
{
	uint8_t b[(ITEM_KEYS_MAX + 1) * ITEM_KEY_BYTES + ITEM_PRINT_BYTES];
	size_t n = keys->n * sizeof(keys->k[0]);

	memcpy(b, keys->k, n);
	memcpy(b + n, version->b, ITEM_KEY_BYTES);
	n += ITEM_KEY_BYTES;
	memcpy(b + n, print->b, ITEM_PRINT_BYTES);
	n += ITEM_PRINT_BYTES;
	out->whole = digest_of(b, n);
	out->known = item_digest_known(&keys->k[0], version);
}

void
item_id(const struct item_key *key, char out[HEX128_SIZE])
{
	hash_to_hex(key->b, ITEM_KEY_BYTES, out);
}

const char *
item_field_name(enum item_field f)
{
	static const char *const names[ITEM_FIELDS] = {
		[ITEM_URL] = "url",
		[ITEM_TITLE] = "title",
		[ITEM_TEXT] = "text",
		[ITEM_AUTHORS] = "authors",
		[ITEM_GUID] = "guid",
		[ITEM_PUBLISHED] = "published",
	};

	return names[f];
}

static void
put_print(struct item_print *out, enum item_field f, uint64_t hash)
{
	for (size_t i = 0; i < 4; i++)
		out->b[4 * (size_t)f + i] = (uint8_t)(hash >> (8 * i));
}

static uint64_t
names_hash(struct item_spans names)
{
	uint64_t h = names.n;

	for (size_t i = 0; i < names.n; i++)
		h = h * 31 + hash_fixed(names.p[i]);
	return h ^ h >> 32;
}

void
item_print(const struct item *it, struct span canonical_url,
	struct item_print *out)
{
	struct span url = canonical_url.n > 0 ? canonical_url : it->url;
	uint64_t time = (uint64_t)it->published.ms;

	put_print(out, ITEM_URL, hash_fixed(url));
	put_print(out, ITEM_TITLE, hash_fixed(it->title));
	put_print(out, ITEM_TEXT, hash_fixed(it->text));
	put_print(out, ITEM_AUTHORS, names_hash(it->authors));
	put_print(out, ITEM_GUID, hash_fixed(it->guid));
	put_print(out, ITEM_PUBLISHED, time ^ time >> 32);
}

unsigned
item_print_changes(const struct item_print *a, const struct item_print *b)
{
	unsigned bits = 0;

	for (unsigned f = 0; f < ITEM_FIELDS; f++)
		if (memcmp(a->b + 4 * f, b->b + 4 * f, 4) != 0)
			bits |= 1u << f;
	return bits;
}
