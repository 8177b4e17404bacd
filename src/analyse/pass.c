/* One pass over a document. Pure. See analyser.h. */
#include "analyse/analyser.h"

#include <stdlib.h>

#include "model/limits.h"
#include "parse/identity.h"
#include "parse/inflate.h"
#include "parse/parse.h"
#include "story/features.h"

struct pass {
	const struct analyse_job *job;
	const struct analyse_tools *tools;
	struct arena *arena;
	struct analyse_result *out;
};

static void
refuse(struct pass *p, const char *message)
{
	p->out->refused = true;
	p->out->message = span_of(arena_strdup(p->arena, message));
}

/* -- identity ---------------------------------------------------------------
 */

static int
compare_known(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static const uint64_t *
sort_known(const struct analyse_job *job, struct arena *a)
{
	uint64_t *known = arena_array(a, job->n_known, sizeof(*known));

	if (job->n_known == 0)
		return known;
	memcpy(known, job->known, job->n_known * sizeof(*known));
	qsort(known, job->n_known, sizeof(*known), compare_known);
	return known;
}

static bool
is_known(const uint64_t *known, size_t n, const struct analyse_item *it)
{
	uint64_t digest = item_digest_known(&it->keys.k[0], &it->version);

	return n > 0 &&
		bsearch(&digest, known, n, sizeof(*known), compare_known) !=
		NULL;
}

/* -- matching ---------------------------------------------------------------
 */

/* Who is named, and what happened to them. */
static void
match(struct pass *p, struct analyse_item *it)
{
	struct hit_feed feed = {
		.url = p->job->feed_url, .title = p->out->title};
	struct match_options options = {.feed = &feed};
	struct match_result res;
	struct events_result events = {0};

	match_item(p->tools->matcher, &it->item, &options, p->arena, &res);
	if (res.n > 0)
		classifier_run(p->tools->classifier, &it->item, res.entities,
			res.n, NULL, p->arena, &events);
	it->entities = res.entities;
	it->n_entities = res.n;
	it->events = events.events;
	it->n_events = events.n;
}

/* As they are written here; the same spelling once. */
static void
watch_names(const struct hit_entity *e, struct features *f)
{
	for (size_t i = 0; i < e->n_mentions; i++) {
		size_t same = 0;

		while (same < i &&
			!span_eq(e->mentions[same].text, e->mentions[i].text))
			same++;
		if (same == i)
			features_watch(f, e->mentions[i].text);
	}
}

/* What stories are told by. All items count in how rare a term is; only one
 * that names somebody can be part of a story. */
static void
describe_item(struct pass *p, struct analyse_item *it)
{
	struct strbuf bytes = STRBUF_INIT(FEATURES_BYTES_MAX);
	struct features f;

	features_make(&it->item, &f);
	for (size_t i = 0; i < it->n_entities; i++)
		watch_names(&it->entities[i], &f);
	features_format(&f, &bytes);
	it->features = arena_span(p->arena, strbuf_as_span(&bytes));
	if (it->n_entities > 0)
		item_sources_find(&it->item, it->entities, it->n_entities,
			p->arena, &it->sources);
	strbuf_fini(&bytes);
}

static void
analyse(struct pass *p, struct analyse_item *it)
{
	match(p, it);
	describe_item(p, it);
}

static void
analyse_items(struct pass *p, struct document *doc)
{
	const uint64_t *known = sort_known(p->job, p->arena);
	const struct span *urls = document_canonical_urls(doc);
	struct analyse_item *items =
		arena_array(p->arena, doc->n_items, sizeof(*items));

	for (size_t i = 0; i < doc->n_items; i++) {
		struct analyse_item *it = &items[i];

		it->item = doc->items[i];
		item_keys(&it->item, p->job->feed_url, urls[i], &it->keys);
		item_version(&it->item, &it->version);
		item_print(&it->item, urls[i], &it->print);
		it->known = is_known(known, p->job->n_known, it);
		if (!it->known)
			analyse(p, it);
	}
	p->out->items = items;
	p->out->n_items = doc->n_items;
}

static void
describe(struct pass *p, const struct document *doc, const char *why_cut)
{
	struct analyse_result *out = p->out;
	const char *why = why_cut;

	if (why == NULL && doc->recovered)
		why = doc->recovered_why;
	out->recovered = doc->recovered;
	out->partial = doc->partial;
	out->message = span_of(why);
	out->format = span_of(doc->format);
	out->title = doc->title;
	out->url = doc->url;
	out->language = doc->language;
	out->ttl_s = doc->ttl_s;
	out->skip_hours = doc->skip_hours;
	out->skip_days = doc->skip_days;
}

void
analyse_pass(const struct analyse_job *job, const struct analyse_tools *tools,
	struct arena *arena, struct document **doc, struct analyse_result *out)
{
	struct pass p = {job, tools, arena, out};
	struct strbuf inflated = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
	struct inflate_result body;
	struct parse_input in = {0};
	struct err err;

	*out = (struct analyse_result){.ttl_s = -1};
	*doc = NULL;
	if (inflate_body(job->body, job->content_encoding, &inflated, &body,
		    &err) != 0) {
		refuse(&p, err.msg);
		goto out;
	}
	out->whole = body.whole;
	out->bytes = (uint32_t)body.bytes.n;
	in.bytes = body.bytes;
	in.content_type = job->content_type;
	in.base_url =
		job->content_location.n > 0 ? job->content_location : job->url;
	in.truncated = !body.whole;
	if (parse_document(&in, doc, &err) != 0) {
		refuse(&p, err.msg);
		goto out;
	}
	describe(&p, *doc, body.why);
	analyse_items(&p, *doc);
out:
	strbuf_fini(&inflated);
}
