#include "parse/identity.h"

#include "base/arena.h"
#include "base/map.h"
#include "model/limits.h"
#include "text/url.h"

static struct span
canonical(struct arena *arena, struct strbuf *scratch, struct span url)
{
	strbuf_clear(scratch);
	if (url.n == 0 || !url_canonical(url, scratch) || scratch->full)
		return SPAN_NULL;
	return arena_span(arena, strbuf_as_span(scratch));
}

const struct span *
document_canonical_urls(struct document *d)
{
	struct span *urls = arena_array(d->arena, d->n_items, sizeof(*urls));
	struct strbuf scratch = STRBUF_INIT(LIMIT_URL_BYTES);
	struct map *first = map_new(NULL); /* URL to the first that has it */

	for (size_t i = 0; i < d->n_items; i++) {
		struct span *other;

		urls[i] = canonical(d->arena, &scratch, d->items[i].url);
		if (urls[i].n == 0)
			continue;
		other = map_get(first, urls[i]);
		if (!other) {
			map_put(first, urls[i], &urls[i]);
			continue;
		}
		urls[i] = SPAN_NULL;
		*other = SPAN_NULL;
	}
	map_free(&first);
	strbuf_fini(&scratch);
	return urls;
}
