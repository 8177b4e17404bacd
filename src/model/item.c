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

void
item_id(const struct item_key *key, char out[HEX128_SIZE])
{
	hash_to_hex(key->b, ITEM_KEY_BYTES, out);
}
