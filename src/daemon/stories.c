/* The state of the stories, in memory and in the store: see stories.h. */
#include "daemon/stories_private.h"

#include "base/log.h"
#include "base/mem.h"
#include "model/limits.h"

/* -- reading at start ------------------------------------------------------
 */

struct loading {
	struct stories *s;
	size_t dropped;
	struct err first;
};

static void
load_record(struct loading *l, enum cluster_record_kind kind,
	const struct item_key *key, struct span bytes)
{
	struct cluster_record r = {kind, *key, bytes};
	struct err err;

	if (cluster_import(l->s->cluster, &r, &err) == 0)
		return;
	if (l->dropped++ == 0)
		l->first = err;
}

static void
on_terms(struct span bytes, void *arg)
{
	static const struct item_key none = {{0}};

	load_record(arg, CLUSTER_RECORD_TERMS, &none, bytes);
}

static void
on_story(const struct item_key *id, struct span state, void *arg)
{
	load_record(arg, CLUSTER_RECORD_STORY, id, state);
}

static void
on_merged(const struct item_key *from, const struct item_key *into, void *arg)
{
	load_record(arg, CLUSTER_RECORD_MERGED, from,
		span_make((const char *)into->b, sizeof(into->b)));
}

static void
on_pair(const struct store_pair *p, void *arg)
{
	struct loading *l = arg;
	struct novelty_pair pair = {p->key, p->last_ms, p->reports};

	novelty_put(l->s->novelty, &pair);
}

int
stories_open(struct store *store, const struct publisher_list *publishers,
	struct stories **out, struct err *err)
{
	struct stories *s = mem_new(s);
	struct loading l = {.s = s};
	struct store_stories_load to = {
		on_terms, on_story, on_merged, on_pair, &l};

	s->store = store;
	s->cluster = cluster_new(NULL);
	s->novelty = novelty_new(0);
	s->publishers = publishers_new(publishers);
	s->shelf = shelf_new(LIMIT_SHELF_BYTES);
	if (store_stories_load(store, &to, err) != 0) {
		stories_close(&s);
		return -1;
	}
	if (l.dropped > 0)
		log_warn("stories_dropped",
			"records=%zu reason=\"%s\" hint=\"items that belong "
			"to them begin new stories\"",
			l.dropped, l.first.msg);
	*out = s;
	return 0;
}

void
stories_close(struct stories **sp)
{
	struct stories *s = *sp;

	*sp = NULL;
	if (s == NULL)
		return;
	cluster_free(&s->cluster);
	novelty_free(&s->novelty);
	shelf_free(&s->shelf);
	publishers_free(&s->publishers);
	mem_free(&s);
}

void
stories_set_publishers(
	struct stories *s, const struct publisher_list *publishers)
{
	shelf_clear(s->shelf);
	publishers_free(&s->publishers);
	s->publishers = publishers_new(publishers);
}

/* -- undoing ---------------------------------------------------------------
 */

void
stories_touched_fini(struct stories_touched *t)
{
	vec_fini(&t->stories);
	vec_fini(&t->pairs);
}

/* As the store has it: open, merged, or not there. */
static int
give_back_story(struct stories *s, const struct item_key *id, struct arena *a,
	struct err *err)
{
	struct cluster_record r = {.key = *id};
	struct store_story row;
	bool found;

	cluster_forget(s->cluster, id);
	if (store_story_get(s->store, id, a, &row, &found, err) != 0)
		return -1;
	if (!found)
		return 0;
	if (row.merged) {
		r.kind = CLUSTER_RECORD_MERGED;
		r.bytes =
			span_make((const char *)row.into.b, sizeof(row.into.b));
		return cluster_import(s->cluster, &r, err);
	}
	if (row.state.p == NULL)
		return 0;
	r.kind = CLUSTER_RECORD_STORY;
	r.bytes = row.state;
	return cluster_import(s->cluster, &r, err);
}

static int
give_back_pair(struct stories *s, const struct item_key *key, struct err *err)
{
	struct store_pair p = {.key = *key};
	struct novelty_pair pair = {.key = *key};
	int rc = store_story_pair(s->store, &p, err);

	/* When it cannot be read it is forgotten: too new rather than too
	 * old. */
	if (rc == 0) {
		pair.last_ms = p.last_ms;
		pair.reports = p.reports;
	}
	novelty_put(s->novelty, &pair);
	return rc;
}

void
stories_undo(struct stories *s, const struct stories_touched *t)
{
	struct arena *a = arena_new();
	struct err err = {0};
	int rc = 0;

	shelf_clear(s->shelf);
	vec_each (const struct item_key *, id, &t->stories)
		rc |= give_back_story(s, id, a, &err);
	vec_each (const struct item_key *, key, &t->pairs)
		rc |= give_back_pair(s, key, &err);
	if (rc != 0)
		log_warn("stories_not_undone",
			"error=\"%s\" hint=\"items of these stories may begin "
			"new ones\"",
			err.msg);
	arena_free(&a);
}

/* -- from time to time -----------------------------------------------------
 */

void
stories_learn(struct stories *s, struct span features)
{
	struct features f;

	/* The analyser's own bytes; empty for an item without text. */
	if (features_parse(features, &f, NULL) == 0) {
		cluster_learn(s->cluster, &f);
		s->learned++;
	}
}

int
stories_keep_terms(struct stories *s, struct store_unit *u, struct err *err)
{
	struct strbuf b = STRBUF_INIT(CLUSTER_TERMS_BYTES_MAX);
	int rc = 0;

	if (s->learned > 0) {
		cluster_export_terms(s->cluster, &b);
		rc = store_unit_story_terms(u, strbuf_as_span(&b), err);
		s->learned = 0;
	}
	strbuf_fini(&b);
	return rc;
}

int
stories_tick(struct stories *s, struct store_unit *u, struct wall now,
	struct err *err)
{
	struct wall before = {now.ms - CLUSTER_WINDOW_MS};
	struct wall silent = {now.ms - NOVELTY_SILENCE_MS};

	/* Whoever calls this has just dropped what is too old. */
	shelf_clear(s->shelf);
	cluster_expire(s->cluster, now.ms);
	if (store_unit_stories_close(u, before, silent, err) != 0)
		return -1;
	if (s->terms_kept_ms != 0 &&
		now.ms - s->terms_kept_ms < STORIES_TERMS_MS)
		return 0;
	s->terms_kept_ms = now.ms;
	return stories_keep_terms(s, u, err);
}

void
stories_get_stats(const struct stories *s, struct stories_stats *out)
{
	*out = (struct stories_stats){
		.open = cluster_count(s->cluster),
		.bytes = cluster_bytes(s->cluster) + shelf_bytes(s->shelf),
		.pairs = novelty_pairs(s->novelty),
		.put = s->put,
		.begun = s->begun,
		.merged = s->merged,
	};
}
