/*
 * /api/stories, the latest ones; /api/story, one with its items and what each
 * of them is to it; and the part of /api/item that says why an item is in its
 * story.
 */
#include "daemon/daemon.h"

#include "daemon/stories_private.h"
#include "model/json.h"
#include "model/limits.h"

#define STORY_ANSWER_BYTES MIB(8)
#define STORIES_PER_PAGE 100

static const char *const cue_words[SOURCE_CUES] = {
	[BY_FIRST_REPORTED] = "first reported by",
	[BY_REPORTED] = "reported",
	[BY_TOLD] = "told",
	[BY_ACCORDING] = "according to",
	[BY_TRAILING] = "at the end",
	[BY_WIRE] = "wire",
	[BY_RSS] = "feed's source",
	[BY_LINK] = "link",
	[BY_SAID] = "said",
	[BY_FILED] = "filed",
	[BY_UNNAMED] = "unnamed",
};

static const char *const act_words[SOURCE_ACTS] = {
	[ACT_SAYS] = "says",
	[ACT_CONFIRMS] = "confirms",
	[ACT_DENIES] = "denies",
	[ACT_CORRECTS] = "corrects",
	[ACT_RETRACTS] = "retracts",
	[ACT_DECLINES] = "declines to comment",
};

static void
put_id(struct json_w *w, const char *key, const struct item_key *k)
{
	char id[HEX128_SIZE];

	item_id(k, id);
	json_w_kv_str(w, key, id);
}

static void
put_time(struct json_w *w, const char *key, struct wall t)
{
	json_w_key(w, key);
	json_w_time_ms(w, t);
}

/* -- a list ----------------------------------------------------------------
 */

/* What a list and a single one have in common. */
static void
put_head(struct json_w *w, const struct store_story *s)
{
	put_id(w, "id", &s->id);
	json_w_kv_text(w, "title", s->title);
	json_w_kv_text(w, "url", s->url);
	put_time(w, "first_seen", s->first_seen);
	put_time(w, "last", s->last);
	json_w_kv_int(w, "articles", s->articles);
	json_w_kv_bool(w, "told", s->told.n > 0);
	json_w_key(w, "story");
	if (s->json.n > 0)
		json_w_raw(w, s->json);
	else
		json_w_null(w);
}

struct list {
	struct json_w w;
	size_t n;
	int64_t last;
};

static bool
on_listed(const struct store_story *s, void *arg)
{
	struct list *l = arg;

	json_w_object(&l->w);
	put_head(&l->w, s);
	json_w_object_end(&l->w);
	l->n++;
	l->last = s->row;
	return true;
}

/* {"stories":[...],"next":N}: ask again with ?from=N until next is null. */
void
stories_on_request(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct daemon *d = arg;
	struct strbuf b = STRBUF_INIT(STORY_ANSWER_BYTES);
	struct store_story_query query = {
		.entity = span_of(http_request_query(x, "entity")),
		.since = {INT64_MIN},
		.limit = STORIES_PER_PAGE,
	};
	struct list l = {.n = 0};
	struct err err;

	(void)q;
	if (!span_i64(span_of(http_request_query(x, "from")), 1, INT64_MAX,
		    &query.before))
		query.before = INT64_MAX;
	json_w_init(&l.w, &b);
	json_w_object(&l.w);
	json_w_key(&l.w, "stories");
	json_w_array(&l.w);
	if (store_stories_find(d->store, &query, on_listed, &l, &err) != 0) {
		http_reply_error(x, 500, err.msg);
		strbuf_fini(&b);
		return;
	}
	json_w_array_end(&l.w);
	json_w_key(&l.w, "next");
	if (l.n == STORIES_PER_PAGE)
		json_w_int(&l.w, l.last);
	else
		json_w_null(&l.w);
	json_w_object_end(&l.w);
	http_reply(x, 200, "application/json", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- one -------------------------------------------------------------------
 */

struct look {
	struct daemon *d;
	struct arena *arena;
	struct store_story row;
	struct stories_members members;
	struct member_verdict *verdicts;
	struct hit_story story; /* as it is now */
};

static int
look_at(struct look *l, const struct item_key *item, struct err *err)
{
	struct story_case c = {
		.articles = l->row.articles,
		.publishers = l->d->stories->publishers,
	};

	if (stories_members(l->d->store, l->row.row, item, l->arena,
		    &l->members, err) != 0)
		return -1;
	if (l->members.n == 0)
		return 0;
	c.members = l->members.p;
	c.n_members = l->members.n;
	l->verdicts = arena_array(l->arena, l->members.n, sizeof(*l->verdicts));
	story_report(&c, l->arena, &l->story, l->verdicts);
	item_id(&l->row.id, l->story.id);
	l->story.first_seen = l->row.first_seen;
	return 0;
}

static void
put_sources(struct json_w *w, const struct item_sources *s)
{
	json_w_key(w, "sources");
	json_w_array(w);
	for (size_t i = 0; i < s->n; i++) {
		json_w_object(w);
		json_w_kv_str(w, "by", cue_words[s->p[i].cue]);
		json_w_kv_str(w, "act", act_words[s->p[i].act]);
		json_w_kv_text(w, "name", s->p[i].name);
		json_w_kv_text(w, "quote", s->p[i].quote);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

/* What one member is to the story. */
static void
put_part(struct json_w *w, const struct look *l, size_t i)
{
	const struct member_verdict *v = &l->verdicts[i];

	json_w_kv_str(w, "part", member_part_name(v->part));
	json_w_kv_text(w, "publisher", v->publisher);
	json_w_kv_text(w, "family", v->family);
	json_w_key(w, "of");
	if (v->of != i && v->of < l->members.n)
		json_w_text(w, l->verdicts[v->of].publisher);
	else
		json_w_null(w);
	json_w_kv_text(w, "why", v->why);
	json_w_kv_text(w, "joined", l->members.p[i].decision);
}

static void
put_members(struct json_w *w, const struct look *l)
{
	json_w_key(w, "items");
	json_w_array(w);
	for (size_t i = 0; i < l->members.n; i++) {
		const struct story_member *m = &l->members.p[i];

		json_w_object(w);
		put_id(w, "id", &m->item);
		json_w_kv_text(w, "title", m->title);
		json_w_kv_text(w, "url", m->url);
		put_time(w, "time", m->when);
		put_time(w, "seen", m->seen);
		put_part(w, l, i);
		put_sources(w, &m->sources);
		json_w_key(w, "events");
		hit_events_format(m->events, m->n_events, w);
		json_w_object_end(w);
	}
	json_w_array_end(w);
}

struct finding {
	struct look *l;
	bool found;
	struct err *err;
	int rc;
};

static void
on_item(const struct store_item_info *i, void *arg)
{
	struct finding *f = arg;

	f->rc = store_story_of_item(f->l->d->store, i->row, f->l->arena,
		&f->l->row, &f->found, f->err);
}

/* By its own id, that of a story which became it, of one of its items, or of
 * a hit. */
static int
find(struct look *l, struct span id, bool *found, struct err *err)
{
	struct store *s = l->d->store;
	struct finding f = {.l = l, .err = err};
	struct item_key key;

	if (!hash_from_hex(id, key.b, sizeof(key.b)))
		return err_set(
			err, ERR_INPUT, "an id has 32 hexadecimal digits");
	if (store_story_get(s, &key, l->arena, &l->row, found, err) != 0)
		return -1;
	for (unsigned i = 0; *found && l->row.merged && i < 64; i++) {
		key = l->row.into;
		if (store_story_get(s, &key, l->arena, &l->row, found, err) !=
			0)
			return -1;
	}
	if (*found)
		return 0;
	if (store_item_by_id(s, id, on_item, &f, err) != 0)
		return -1;
	*found = f.found;
	return f.rc;
}

void
story_on_request(
	struct http_exchange *x, const struct http_server_request *q, void *arg)
{
	struct look l = {.d = arg, .arena = arena_new()};
	struct strbuf b = STRBUF_INIT(STORY_ANSWER_BYTES);
	struct err err = {0};
	struct json_w w;
	bool found = false;
	int rc = find(&l, span_of(http_request_query(x, "id")), &found, &err);

	(void)q;
	if (rc == 0 && found)
		rc = look_at(&l, &l.row.id, &err);
	if (rc != 0) {
		http_reply_error(x, err.kind == ERR_INPUT ? 400 : 500, err.msg);
	} else if (!found) {
		http_reply_error(x, 404,
			"no such story: no watched item had this id, or it is "
			"older than store.keep");
	} else {
		json_w_init(&w, &b);
		json_w_object(&w);
		put_head(&w, &l.row);
		json_w_key(&w, "now");
		if (l.members.n > 0)
			hit_story_format(&l.story, &w);
		else
			json_w_null(&w);
		put_members(&w, &l);
		json_w_object_end(&w);
		http_reply(x, 200, "application/json", strbuf_as_span(&b));
	}
	strbuf_fini(&b);
	arena_free(&l.arena);
}

int
story_of_item_format(struct daemon *d, int64_t item, const char *id,
	struct json_w *w, struct err *err)
{
	struct look l = {.d = d, .arena = arena_new()};
	struct item_key key = {{0}};
	bool found, known = hash_from_hex(span_of(id), key.b, sizeof(key.b));
	int rc = store_story_of_item(
		d->store, item, l.arena, &l.row, &found, err);

	if (rc == 0 && found)
		rc = look_at(&l, &key, err);
	if (rc != 0 || !found || !known || l.members.at >= l.members.n) {
		json_w_null(w);
	} else {
		const struct story_member *m = &l.members.p[l.members.at];

		json_w_object(w);
		json_w_kv_str(w, "id", l.story.id);
		json_w_kv_text(w, "status", l.story.status);
		json_w_kv_int(w, "articles", l.story.articles);
		put_part(w, &l, l.members.at);
		put_sources(w, &m->sources);
		json_w_key(w, "events");
		hit_events_format(m->events, m->n_events, w);
		json_w_object_end(w);
	}
	arena_free(&l.arena);
	return rc;
}
