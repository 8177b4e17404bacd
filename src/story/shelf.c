/* See shelf.h. A list of stories, the one used last in front. */
#include "story/shelf.h"

#include "base/mem.h"
#include "base/vec.h"

/* Of a member beside its texts and arrays: the rest of an arena's block. */
#define MEMBER_COST ((size_t)4096)

struct shelved {
	int64_t row;
	/* Beside each other, for story_report; the one's texts and arrays are
	 * in the other. */
	VEC(struct story_member) members;
	VEC(struct arena *) arenas;
	size_t bytes;
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
count(struct shelf *s, struct shelved *of, const struct arena *a, bool more)
{
	size_t n = arena_bytes(a) + MEMBER_COST;

	of->bytes = more ? of->bytes + n : of->bytes - n;
	s->bytes = more ? s->bytes + n : s->bytes - n;
}

static void
drop_member(struct shelf *s, struct shelved *of, size_t i)
{
	count(s, of, of->arenas.p[i], false);
	arena_free(&of->arenas.p[i]);
	vec_remove(&of->arenas, i);
	vec_remove(&of->members, i);
}

static void
drop_story(struct shelf *s, size_t i)
{
	struct shelved *of = s->stories.p[i];

	vec_remove(&s->stories, i);
	vec_each (struct arena **, a, &of->arenas)
		arena_free(a);
	s->bytes -= of->bytes;
	vec_fini(&of->arenas);
	vec_fini(&of->members);
	mem_free(&of);
}

/* Parses a member into an arena of its own. */
static bool
read_member(struct span bytes, const struct publishers *publishers,
	struct story_member *m, struct arena **out)
{
	struct arena *a = arena_new();

	if (story_member_parse(arena_span(a, bytes), a, m, NULL) != 0) {
		arena_free(&a);
		return false;
	}
	m->notes = member_notes_make(m, publishers, a);
	*out = a;
	return true;
}

static bool
add_member(struct shelf *s, struct shelved *of, struct span bytes,
	const struct publishers *publishers)
{
	struct story_member m;
	struct arena *a;

	if (!read_member(bytes, publishers, &m, &a))
		return false;
	vec_push(&of->members, m);
	vec_push(&of->arenas, a);
	count(s, of, a, true);
	if (of->members.n > STORY_MEMBERS_MAX)
		drop_member(s, of, STORY_MEMBERS_FIRST);
	return true;
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
	*out = (struct shelf_members){of->members.p, of->members.n};
	return true;
}

bool
shelf_put(struct shelf *s, int64_t story, struct item_spans members,
	int64_t latest, const struct publishers *publishers)
{
	struct shelved *of = mem_new(of);

	of->row = story;
	vec_push(&s->stories, of);
	for (size_t i = 0; i < members.n; i++)
		if (!add_member(s, of, members.p[i], publishers)) {
			drop_story(s, s->stories.n - 1);
			return false;
		}
	if (s->latest < latest)
		s->latest = latest;
	return true;
}

void
shelf_join(struct shelf *s, int64_t story, int64_t item, struct span member,
	const struct publishers *publishers)
{
	struct shelved *of;

	if (item <= s->latest) {
		shelf_clear(s);
		return;
	}
	of = find(s, story);
	if (of == NULL)
		return;
	s->latest = item;
	if (!add_member(s, of, member, publishers))
		drop_story(s, 0);
}

void
shelf_edit(struct shelf *s, int64_t story, const struct item_key *item,
	struct span member, const struct publishers *publishers)
{
	struct shelved *of = find(s, story);
	struct story_member m;
	struct arena *a;
	size_t i = 0;

	while (of && i < of->members.n &&
		memcmp(&of->members.p[i].item, item, sizeof(*item)) != 0)
		i++;
	/* One in the midst of a large story is not here. */
	if (of == NULL || i == of->members.n)
		return;
	if (!read_member(member, publishers, &m, &a)) {
		drop_story(s, 0);
		return;
	}
	count(s, of, of->arenas.p[i], false);
	arena_free(&of->arenas.p[i]);
	of->members.p[i] = m;
	of->arenas.p[i] = a;
	count(s, of, a, true);
}
