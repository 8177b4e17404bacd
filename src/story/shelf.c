/* See shelf.h. A list of stories, the one used last in front. */
#include "story/shelf.h"

#include "base/mem.h"
#include "base/vec.h"
#include "story/alike.h"

/* Of an arena, beside what it handed out: the rest of its block. */
#define ARENA_COST ((size_t)4096)

struct shelved {
	int64_t row;
	/* Side by side, for story_report. The texts and arrays of those that
	 * came first are in `first`, of one that came later in its own; of the
	 * others it is NULL. */
	VEC(struct story_member) members;
	VEC(struct arena *) own;
	struct arena *first;
	size_t bytes;
	struct alike alike;
};

struct shelf {
	size_t max_bytes, bytes;
	int64_t latest; /* of all items that were here since it was cleared */
	VEC(struct shelved *) stories;
};

struct shelf *
shelf_new(size_t max_bytes)
{
	struct shelf *s = mem_new(s);

	s->max_bytes = max_bytes;
	s->latest = INT64_MIN;
	return s;
}

void
shelf_free(struct shelf **s)
{
	if (!*s)
		return;
	shelf_clear(*s);
	vec_fini(&(*s)->stories);
	mem_free(s);
}

size_t
shelf_bytes(const struct shelf *s)
{
	return s->bytes;
}

/* -- a story ----------------------------------------------------------------
 */

static void
keep_arena(struct shelf *s, struct shelved *of, const struct arena *a)
{
	size_t n = arena_bytes(a) + ARENA_COST;

	of->bytes += n;
	s->bytes += n;
}

static void
drop_arena(struct shelf *s, struct shelved *of, struct arena **a)
{
	size_t n = *a ? arena_bytes(*a) + ARENA_COST : 0;

	of->bytes -= n;
	s->bytes -= n;
	arena_free(a);
}

static void
drop_story(struct shelf *s, size_t i)
{
	struct shelved *of = s->stories.p[i];

	vec_remove(&s->stories, i);
	vec_each (struct arena **, a, &of->own)
		arena_free(a);
	arena_free(&of->first);
	s->bytes -= of->bytes;
	vec_fini(&of->own);
	vec_fini(&of->members);
	mem_free(&of);
}

static bool
read_member(struct span bytes, const struct publishers *publishers,
	struct arena *a, struct story_member *m)
{
	if (story_member_parse(arena_span(a, bytes), a, m, NULL) != 0)
		return false;
	m->notes = member_notes_make(m, publishers, a);
	return true;
}

/* Its texts are in own, or, if that is NULL, in of->first. */
static void
add_member(struct shelf *s, struct shelved *of, const struct story_member *m,
	struct arena *own)
{
	vec_push(&of->members, *m);
	vec_push(&of->own, own);
	if (of->members.n > STORY_MEMBERS_MAX) {
		drop_arena(s, of, &of->own.p[STORY_MEMBERS_FIRST]);
		vec_remove(&of->own, STORY_MEMBERS_FIRST);
		vec_remove(&of->members, STORY_MEMBERS_FIRST);
		alike_leave(&of->alike);
	}
	alike_join(&of->alike, of->members.p, of->members.n);
}

/* -- the shelf --------------------------------------------------------------
 */

void
shelf_clear(struct shelf *s)
{
	while (s->stories.n > 0)
		drop_story(s, s->stories.n - 1);
	s->latest = INT64_MIN;
}

void
shelf_trim(struct shelf *s)
{
	while (s->bytes > s->max_bytes)
		drop_story(s, s->stories.n - 1);
}

/* Puts it in front. */
static struct shelved *
find(struct shelf *s, int64_t story)
{
	for (size_t i = 0; i < s->stories.n; i++) {
		struct shelved *of = s->stories.p[i];

		if (of->row != story)
			continue;
		memmove(&s->stories.p[1], &s->stories.p[0],
			i * sizeof(*s->stories.p));
		s->stories.p[0] = of;
		return of;
	}
	return NULL;
}

bool
shelf_get(struct shelf *s, int64_t story, struct shelf_members *out)
{
	struct shelved *of = find(s, story);

	if (of == NULL)
		return false;
	*out = (struct shelf_members){of->members.p, of->members.n, &of->alike};
	return true;
}

bool
shelf_put(struct shelf *s, int64_t story, struct item_spans members,
	int64_t latest, const struct publishers *publishers)
{
	struct shelved *of = mem_new(of);

	of->row = story;
	of->first = arena_new();
	of->bytes = sizeof(*of);
	s->bytes += of->bytes;
	vec_push(&s->stories, of);
	for (size_t i = 0; i < members.n; i++) {
		struct story_member m;

		if (!read_member(members.p[i], publishers, of->first, &m)) {
			drop_story(s, s->stories.n - 1);
			return false;
		}
		add_member(s, of, &m, NULL);
	}
	keep_arena(s, of, of->first);
	if (s->latest < latest)
		s->latest = latest;
	return true;
}

/* Reads a member of the story in front, which goes if it cannot be read. */
static struct arena *
read_own(struct shelf *s, struct span bytes,
	const struct publishers *publishers, struct story_member *m)
{
	struct arena *own = arena_new();

	if (!read_member(bytes, publishers, own, m)) {
		arena_free(&own);
		drop_story(s, 0);
		return NULL;
	}
	keep_arena(s, s->stories.p[0], own);
	return own;
}

void
shelf_join(struct shelf *s, int64_t story, int64_t item, struct span member,
	const struct publishers *publishers)
{
	struct story_member m;
	struct shelved *of;
	struct arena *own;

	if (item <= s->latest) {
		shelf_clear(s);
		return;
	}
	of = find(s, story);
	if (of == NULL)
		return;
	s->latest = item;
	own = read_own(s, member, publishers, &m);
	if (own)
		add_member(s, of, &m, own);
}

void
shelf_edit(struct shelf *s, int64_t story, const struct item_key *item,
	struct span member, const struct publishers *publishers)
{
	struct shelved *of = find(s, story);
	struct story_member m;
	struct arena *own;
	size_t i = 0;

	while (of && i < of->members.n &&
		memcmp(&of->members.p[i].item, item, sizeof(*item)) != 0)
		i++;
	/* One in the midst of a large story is not here. */
	if (of == NULL || i == of->members.n)
		return;
	own = read_own(s, member, publishers, &m);
	if (own == NULL)
		return;
	drop_arena(s, of, &of->own.p[i]);
	of->own.p[i] = own;
	of->members.p[i] = m;
	alike_edit(&of->alike, of->members.p, of->members.n, i);
}
