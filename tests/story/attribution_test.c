/* Little stories (tests/data/stories/attribution.yaml), and what is to be said
 * of each: who has it first, how many have it from elsewhere, how sure it is.
 */
#include "story_fixture.h"
#include "testing.h"

#include "base/file.h"
#include "model/json.h"
#include "story/attribution.h"

#define STORIES_LEAST 40

static struct story_world *world;

struct told {
	struct story_member members[STORY_MEMBERS_MAX];
	struct member_verdict verdicts[STORY_MEMBERS_MAX];
	struct story_case c;
	struct hit_story story;
};

static struct span
text_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n ? n->text : SPAN_NULL;
}

static void
tell(const struct yaml_node *story, struct arena *arena, struct told *t)
{
	const struct yaml_node *items = yaml_get(story, "items");
	size_t n = 0;

	assert_non_null(items);
	assert_true(items->n <= STORY_MEMBERS_MAX);
	yaml_each(item, items) story_world_member(
		world, item, yaml_get(story, "watch"), arena, &t->members[n++]);
	t->c = (struct story_case){
		.members = t->members,
		.n_members = n,
		.publishers = story_world_publishers(world),
	};
	t->story = (struct hit_story){0};
	story_report(&t->c, arena, &t->story, t->verdicts);
}

static unsigned wrong;

static void
expect_text(const struct yaml_node *story, const char *key, struct span found)
{
	const struct yaml_node *n = yaml_get(story, key);

	if (n == NULL || span_eq(n->text, found))
		return;
	print_error("# line %u: %s: '%.*s', not '%.*s'\n", n->place.line, key,
		SPAN_ARG(found), SPAN_ARG(n->text));
	wrong++;
}

static void
expect_number(const struct yaml_node *story, const char *key, unsigned found)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", found);
	expect_text(story, key, span_of(text));
}

/* Each one's parts in any order: "$15 billion: A" and "$18 billion: B". */
static void
expect_conflicts(const struct yaml_node *story, const struct hit_story *found)
{
	const struct yaml_node *n = yaml_get(story, "conflicts");
	size_t wanted = n ? n->n : 0;

	if (wanted == found->conflicts.n) {
		size_t i = 0;

		if (n)
			yaml_each(it, n) if (!span_eq(it->text,
						     found->conflicts.p[i++]))
				wanted = SIZE_MAX;
	} else {
		wanted = SIZE_MAX;
	}
	if (wanted != SIZE_MAX)
		return;
	print_error("# line %u: %zu conflicts\n", story->place.line,
		found->conflicts.n);
	for (size_t i = 0; i < found->conflicts.n; i++)
		print_error("#   '%.*s'\n", SPAN_ARG(found->conflicts.p[i]));
	wrong++;
}

static void
expect_parts(const struct yaml_node *story, const struct told *t)
{
	const struct yaml_node *n = yaml_get(story, "parts");
	size_t i = 0;

	if (n == NULL)
		return;
	yaml_each(it, n)
	{
		const char *found = member_part_name(t->verdicts[i].part);

		if (!span_eq_str(it->text, found)) {
			print_error("# line %u: item %zu is %s (%.*s)\n",
				it->place.line, i + 1, found,
				SPAN_ARG(t->verdicts[i].why));
			wrong++;
		}
		i++;
	}
}

static void
check_story(const struct yaml_node *story)
{
	struct arena *arena = arena_new();
	struct told *t = arena_alloc(arena, sizeof(*t));
	unsigned before = wrong;

	tell(story, arena, t);
	expect_text(story, "primary", t->story.primary_name);
	expect_text(story, "class", t->story.primary_class);
	expect_text(story, "status", t->story.status);
	expect_text(story, "key_company", t->story.key_company);
	expect_number(story, "publishers", t->story.publishers);
	expect_number(story, "independent", t->story.independent);
	expect_conflicts(story, &t->story);
	expect_parts(story, t);
	if (wrong > before)
		print_error("# in: %.*s\n", SPAN_ARG(text_of(story, "story")));
	arena_free(&arena);
}

typedef void (*story_cb)(const struct yaml_node *story);

static size_t
each_story(story_cb cb)
{
	const char *path = NW_SRCDIR "/tests/data/stories/attribution.yaml";
	struct strbuf text = STRBUF_INIT(1 << 20);
	struct strbuf said = STRBUF_INIT(1 << 16);
	struct arena *arena = arena_new();
	struct diag *diag = diag_new();
	struct yaml_node *root = NULL;
	size_t n = 0;

	assert_int_equal(file_read(path, &text, NULL), 0);
	if (yaml_parse(strbuf_as_span(&text), path, arena, diag, &root) != 0) {
		diag_format(diag, &said);
		fail_msg("%s", strbuf_cstr(&said));
	}
	yaml_each(story, root)
	{
		cb(story);
		n++;
	}
	diag_free(&diag);
	arena_free(&arena);
	strbuf_fini(&said);
	strbuf_fini(&text);
	return n;
}

static void
every_little_story_is_told_as_it_is(void **state)
{
	size_t n = each_story(check_story);

	(void)state;
	assert_int_equal(wrong, 0);
	assert_true(n >= STORIES_LEAST);
}

/* -- nothing invented -------------------------------------------------------
 */

static bool
stands_in(const struct story_member *m, struct span text)
{
	char *needle = span_dup(text);
	bool found = span_find_str(m->title, needle) != SIZE_MAX ||
		span_find_str(m->publisher, needle) != SIZE_MAX ||
		span_find_str(m->url, needle) != SIZE_MAX;

	for (size_t i = 0; !found && i < m->sources.n; i++) {
		const struct item_source *s = &m->sources.p[i];

		found = span_find_str(s->quote, needle) != SIZE_MAX ||
			span_find_str(s->name, needle) != SIZE_MAX;
	}
	mem_free(&needle);
	return found;
}

/* The primary source is named in a text, or publishes one, or is the company
 * that the story is about; its quote stands in a text. */
static void
check_invented(const struct yaml_node *story)
{
	struct arena *arena = arena_new();
	struct told *t = arena_alloc(arena, sizeof(*t));
	bool named = false, quoted;

	tell(story, arena, t);
	quoted = t->story.primary_quote.n == 0;
	for (size_t i = 0; i < t->c.n_members; i++) {
		named |= span_eq(t->verdicts[i].publisher,
				 t->story.primary_name) ||
			stands_in(&t->members[i], t->story.primary_name);
		quoted |= stands_in(&t->members[i], t->story.primary_quote);
	}
	if (yaml_get(story, "alias"))
		named = true;
	if (!named || !quoted) {
		print_error("# line %u: invented: %.*s: \"%.*s\"\n",
			story->place.line, SPAN_ARG(t->story.primary_name),
			SPAN_ARG(t->story.primary_quote));
		wrong++;
	}
	arena_free(&arena);
}

static void
no_source_is_invented(void **state)
{
	(void)state;
	wrong = 0;
	each_story(check_invented);
	assert_int_equal(wrong, 0);
}

/* -- notes that are kept ---------------------------------------------------
 */

static void
format(const struct hit_story *story, struct strbuf *out)
{
	struct json_w w;

	strbuf_clear(out);
	json_w_init(&w, out);
	hit_story_format(story, &w);
}

static void
check_notes(const struct yaml_node *story)
{
	struct arena *arena = arena_new();
	struct told *t = arena_alloc(arena, sizeof(*t));
	struct member_verdict *brief =
		arena_array(arena, STORY_MEMBERS_MAX, sizeof(*brief));
	struct strbuf plain = STRBUF_INIT(1 << 20), kept = STRBUF_INIT(1 << 20);

	tell(story, arena, t);
	format(&t->story, &plain);
	for (size_t i = 0; i < t->c.n_members; i++)
		t->members[i].notes = member_notes_make(
			&t->members[i], t->c.publishers, arena);
	t->c.brief = true;
	t->story = (struct hit_story){0};
	story_report(&t->c, arena, &t->story, brief);
	format(&t->story, &kept);
	assert_string_equal(strbuf_cstr(&kept), strbuf_cstr(&plain));
	for (size_t i = 0; i < t->c.n_members; i++) {
		assert_int_equal(brief[i].part, t->verdicts[i].part);
		assert_int_equal(brief[i].of, t->verdicts[i].of);
		assert_true(
			span_eq(brief[i].publisher, t->verdicts[i].publisher));
		assert_true(span_eq(brief[i].family, t->verdicts[i].family));
		assert_int_equal(brief[i].why.n, 0);
		assert_true(t->verdicts[i].why.n > 0);
	}
	strbuf_fini(&kept);
	strbuf_fini(&plain);
	arena_free(&arena);
}

static void
a_brief_report_of_kept_notes_is_the_same_without_reasons(void **state)
{
	(void)state;
	assert_true(each_story(check_notes) >= STORIES_LEAST);
}

static int
open_world(void **state)
{
	(void)state;
	world = story_world_new();
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	story_world_free(&world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_little_story_is_told_as_it_is),
		cmocka_unit_test(no_source_is_invented),
		cmocka_unit_test(
			a_brief_report_of_kept_notes_is_the_same_without_reasons),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
