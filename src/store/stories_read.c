/* Reading stories: see stories.h. */
#include "store/private.h"
#include "store/stories.h"

static struct span
key_span(const struct item_key *k)
{
	return span_make((const char *)k->b, sizeof(k->b));
}

static void
read_key(const struct db_stmt *q, int column, struct item_key *out)
{
	struct span s = db_span(q, column);

	if (s.n == sizeof(out->b))
		memcpy(out->b, s.p, s.n);
}

/* The columns of STORY_COLUMNS (statements.c). */
static void
read_story(const struct db_stmt *q, struct store_story *s)
{
	*s = (struct store_story){
		.row = db_int(q, 0),
		.first_seen = db_time(q, 2),
		.last = db_time(q, 3),
		.articles = (unsigned)db_int(q, 4),
		.title = db_span(q, 5),
		.url = db_span(q, 6),
		.json = db_span(q, 7),
		.told = db_span(q, 8),
		.merged = db_span(q, 9).n > 0,
	};
	read_key(q, 1, &s->id);
	read_key(q, 9, &s->into);
}

static struct span
keep(struct arena *a, struct span s)
{
	return s.p == NULL ? SPAN_NULL : arena_span(a, s);
}

static int
get_story(struct db_stmt *q, struct arena *a, struct store_story *out,
	bool *found, struct err *err)
{
	enum db_step step = db_step(q, err);

	*found = step == DB_ROW;
	if (*found) {
		read_story(q, out);
		out->state = keep(a, db_span(q, 10));
		out->title = keep(a, out->title);
		out->url = keep(a, out->url);
		out->json = keep(a, out->json);
		out->told = keep(a, out->told);
	}
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

int
store_story_get(struct store *s, const struct item_key *id, struct arena *a,
	struct store_story *out, bool *found, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_STORY_GET);

	db_bind_blob(q, 1, key_span(id));
	return get_story(q, a, out, found, err);
}

int
store_story_of_item(struct store *s, int64_t item, struct arena *a,
	struct store_story *out, bool *found, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_STORY_OF_ITEM);

	db_bind_int(q, 1, item);
	return get_story(q, a, out, found, err);
}

/* -- members -------------------------------------------------------------- */

struct member_row {
	int64_t item;
	struct span bytes;
};
typedef VEC(struct member_row) member_rows;

static int
read_members(struct db_stmt *q, int64_t story, size_t limit, struct arena *a,
	member_rows *out, struct err *err)
{
	enum db_step step;

	db_bind_int(q, 1, story);
	db_bind_int(q, 2, (int64_t)limit);
	while ((step = db_step(q, err)) == DB_ROW) {
		struct member_row m = {
			db_int(q, 0), arena_span(a, db_span(q, 1))};

		vec_push(out, m);
	}
	return step == DB_DONE ? 0 : -1;
}

int
store_story_members(struct store *s, int64_t story, size_t first, size_t latest,
	struct arena *a, struct store_members *out, struct err *err)
{
	member_rows head = {0}, tail = {0};
	struct span *p;
	size_t n = 0;
	int rc = read_members(
		db_stmt(s->db, SQL_MEMBER_FIRST), story, first, a, &head, err);

	*out = (struct store_members){0};
	if (rc == 0 && head.n == first)
		rc = read_members(db_stmt(s->db, SQL_MEMBER_LATEST), story,
			latest, a, &tail, err);
	p = arena_array(a, head.n + tail.n, sizeof(*p));
	for (size_t i = 0; i < head.n; i++)
		p[n++] = head.p[i].bytes;
	for (size_t i = tail.n; i-- > 0;)
		if (tail.p[i].item > head.p[head.n - 1].item)
			p[n++] = tail.p[i].bytes;
	out->bytes = (struct item_spans){p, n};
	if (tail.n > 0)
		out->last = tail.p[0].item;
	else if (head.n > 0)
		out->last = head.p[head.n - 1].item;
	vec_fini(&head);
	vec_fini(&tail);
	return rc;
}

/* -- finding -------------------------------------------------------------- */

int
store_stories_find(struct store *s, const struct store_story_query *query,
	store_story_cb cb, void *arg, struct err *err)
{
	bool all = query->entity.n == 0;
	struct db_stmt *q =
		db_stmt(s->db, all ? SQL_STORY_LATEST : SQL_STORY_OF_ENTITY);
	struct store_story story;
	enum db_step step;

	db_bind_int(q, 1, query->before);
	db_bind_int(q, 2, query->since.ms);
	db_bind_int(q, 3, (int64_t)query->limit);
	if (!all)
		db_bind_text(q, 4, query->entity);
	while ((step = db_step(q, err)) == DB_ROW) {
		read_story(q, &story);
		if (!cb(&story, arg)) {
			db_reset(q);
			return 0;
		}
	}
	return step == DB_DONE ? 0 : -1;
}

int
store_story_common(struct store *s, int64_t story, const struct span *ids,
	size_t n, unsigned *out, struct err *err)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		struct db_stmt *q = db_stmt(s->db, SQL_STORY_ENTITY_HAS);
		enum db_step step;

		db_bind_text(q, 1, ids[i]);
		db_bind_int(q, 2, story);
		step = db_step(q, err);
		*out += step == DB_ROW;
		db_reset(q);
		if (step == DB_FAILED)
			return -1;
	}
	return 0;
}

/* -- pairs ---------------------------------------------------------------- */

int
store_story_pair(struct store *s, struct store_pair *p, struct err *err)
{
	struct db_stmt *q = db_stmt(s->db, SQL_PAIR_GET);
	enum db_step step;

	db_bind_blob(q, 1, key_span(&p->key));
	step = db_step(q, err);
	p->last_ms = step == DB_ROW ? db_int(q, 0) : 0;
	p->reports = step == DB_ROW ? (uint32_t)db_int(q, 1) : 0;
	db_reset(q);
	return step == DB_FAILED ? -1 : 0;
}

/* -- at start ------------------------------------------------------------- */

static void
load_terms(const struct db_stmt *q, const struct store_stories_load *to)
{
	to->terms(db_span(q, 0), to->arg);
}

static void
load_story(const struct db_stmt *q, const struct store_stories_load *to)
{
	struct item_key id = {0};

	read_key(q, 0, &id);
	to->story(&id, db_span(q, 1), to->arg);
}

static void
load_merged(const struct db_stmt *q, const struct store_stories_load *to)
{
	struct item_key from = {0}, into = {0};

	read_key(q, 0, &from);
	read_key(q, 1, &into);
	to->merged(&from, &into, to->arg);
}

static void
load_pair(const struct db_stmt *q, const struct store_stories_load *to)
{
	struct store_pair p = {
		.last_ms = db_int(q, 1), .reports = (uint32_t)db_int(q, 2)};

	read_key(q, 0, &p.key);
	to->pair(&p, to->arg);
}

int
store_stories_load(
	struct store *s, const struct store_stories_load *to, struct err *err)
{
	static const struct {
		enum statement sql;
		void (*row)(const struct db_stmt *q,
			const struct store_stories_load *to);
	} parts[] = {
		{SQL_TERMS_GET, load_terms},
		{SQL_STORY_EACH_OPEN, load_story},
		{SQL_STORY_EACH_MERGED, load_merged},
		{SQL_PAIR_EACH, load_pair},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct db_stmt *q = db_stmt(s->db, parts[i].sql);
		enum db_step step;

		while ((step = db_step(q, err)) == DB_ROW)
			parts[i].row(q, to);
		if (step == DB_FAILED)
			return -1;
	}
	return 0;
}
