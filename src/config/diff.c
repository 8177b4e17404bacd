/* What differs between two snapshots. */
#include "config/config.h"

#include "base/id_index.h"
#include "config/feed_entry.h"
#include "config/keys.h"

/* Do two values of a row's type say the same? Places do not count. */
static bool
texts_equal(const struct entity_texts *a, const struct entity_texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!span_eq(a->p[i].text, b->p[i].text))
			return false;
	}
	return true;
}

static bool
value_equal(const struct key *k, const void *a, const void *b)
{
	static const size_t sizes[] = {
		[KEY_BOOL] = sizeof(bool),
		[KEY_COUNT] = sizeof(unsigned),
		[KEY_ENUM] = sizeof(unsigned),
		[KEY_NUMBER] = sizeof(double),
		[KEY_RATE] = sizeof(double),
		[KEY_DURATION] = sizeof(int64_t),
		[KEY_INTERVAL] = sizeof(int64_t),
		[KEY_SIZE] = sizeof(size_t),
		[KEY_PART] = 0,
	};
	const void *at_a = (const char *)a + k->offset;
	const void *at_b = (const char *)b + k->offset;
	const struct span *text_a = at_a, *text_b = at_b;

	if (k->type == KEY_TEXTS)
		return texts_equal(at_a, at_b);
	if (sizes[k->type])
		return memcmp(at_a, at_b, sizes[k->type]) == 0;
	return span_eq(*text_a, *text_b);
}

/* Is the row a value directly in the struct of the rows? */
static bool
is_value(const struct key *k, const char *prefix)
{
	return k->offset != KEY_NOWHERE && k->type != KEY_GROUP &&
		k->type != KEY_PART && !strpbrk(k->path + strlen(prefix), "[*");
}

static bool
headers_equal(const struct config_feed_set *a, const struct config_feed_set *b)
{
	if (a->n_headers != b->n_headers)
		return false;
	for (size_t i = 0; i < a->n_headers; i++) {
		if (!span_eq(a->headers[i].name, b->headers[i].name) ||
			!span_eq(a->headers[i].value, b->headers[i].value))
			return false;
	}
	return true;
}

static bool
feeds_equal(struct key_rows rows, const struct config_feed *a,
	const struct config_feed *b)
{
	struct feed_entry x = feed_entry_of(a), y = feed_entry_of(b);

	for (size_t i = 0; i < rows.n; i++) {
		const struct key *k = &rows.first[i];

		if (is_value(k, rows.prefix) && !value_equal(k, &x, &y))
			return false;
	}
	return headers_equal(a->set, b->set);
}

static struct span
url_of(uint32_t number, const void *arg)
{
	const struct config_feeds *feeds = arg;

	return feeds->p[number].url;
}

static struct id_index *
index_feeds(const struct config_feeds *feeds)
{
	struct id_index *x = id_index_new(url_of, feeds);

	for (uint32_t i = 0; i < feeds->n; i++)
		id_index_put(x, i);
	return x;
}

void
config_diff_feeds(const struct config *old, const struct config *new,
	const struct config_diff *d)
{
	struct id_index *before = index_feeds(&old->feeds);
	struct id_index *after = index_feeds(&new->feeds);
	struct key_rows rows = key_rows("feeds[].");
	uint32_t at;

	for (size_t i = 0; i < old->feeds.n; i++) {
		if (!id_index_get(after, old->feeds.p[i].url, &at))
			d->feed_removed(&old->feeds.p[i], d->arg);
	}
	for (size_t i = 0; i < new->feeds.n; i++) {
		const struct config_feed *f = &new->feeds.p[i], *was;

		if (!id_index_get(before, f->url, &at)) {
			d->feed_added(f, d->arg);
			continue;
		}
		was = &old->feeds.p[at];
		if (!feeds_equal(rows, was, f))
			d->feed_changed(was, f, d->arg);
	}
	id_index_free(&before);
	id_index_free(&after);
}

void
config_diff_fixed(
	const struct config *old, const struct config *new, struct strbuf *out)
{
	bool any = false;

	for (size_t i = 0; key_at(i); i++) {
		const struct key *k = key_at(i);

		if (!(k->flags & KEY_RESTART) || !is_value(k, "") ||
			value_equal(k, old, new))
			continue;
		strbuf_printf(out, "%s%s", any ? ", " : "", k->path);
		any = true;
	}
}
