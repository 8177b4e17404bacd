/* Every shipped type against sentences that report it and sentences that do
 * not (tests/data/events). */
#include "event_fixture.h"
#include "testing.h"

#include "base/file.h"
#include "config/yaml.h"

#define ROWS_MIN 10

static const char *const files[] = {
	"deals", "figures", "people", "products", "business"};

static struct event_world *world;

static bool
reports(struct span sentence, struct span type)
{
	struct events_result found;
	struct item item = {
		.title = sentence,
		.published = {ITEM_UNDATED},
	};

	event_world_run(world, &item, NULL, 0, false, &found);
	for (size_t i = 0; i < found.n; i++)
		if (span_eq(found.events[i].type, type))
			return true;
	return false;
}

static unsigned
check_rows(const struct yaml_node *rows, struct span type, bool expected)
{
	unsigned wrong = 0;

	assert_non_null(rows);
	assert_true(rows->n >= ROWS_MIN);
	yaml_each(row, rows)
	{
		if (reports(row->text, type) == expected)
			continue;
		print_error("# line %u: %s %.*s: %.*s\n", row->place.line,
			expected ? "does not report" : "reports",
			SPAN_ARG(type), SPAN_ARG(row->text));
		wrong++;
	}
	return wrong;
}

static unsigned
check_file(const char *name, size_t *n_types)
{
	char *path = mem_printf(NW_SRCDIR "/tests/data/events/%s.yaml", name);
	struct strbuf text = STRBUF_INIT(1 << 20);
	struct arena *arena = arena_new();
	struct diag *diag = diag_new();
	struct yaml_node *root = NULL;
	unsigned wrong = 0;

	assert_int_equal(file_read(path, &text, NULL), 0);
	assert_int_equal(
		yaml_parse(strbuf_as_span(&text), path, arena, diag, &root), 0);
	yaml_each(type, root)
	{
		struct span id = yaml_get(type, "type")->text;

		wrong += check_rows(yaml_get(type, "positive"), id, true);
		wrong += check_rows(yaml_get(type, "negative"), id, false);
		++*n_types;
	}
	diag_free(&diag);
	arena_free(&arena);
	strbuf_fini(&text);
	mem_free(&path);
	return wrong;
}

static void
every_type_tells_its_sentences_from_those_of_others(void **state)
{
	unsigned wrong = 0;
	size_t n_types = 0;

	(void)state;
	for (size_t i = 0; i < N_ROWS(files); i++)
		wrong += check_file(files[i], &n_types);
	assert_int_equal(wrong, 0);
	assert_int_equal(n_types, events_n_types(world->events));
}

static int
open_world(void **state)
{
	(void)state;
	world = event_world_new(NULL);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	event_world_free(&world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_type_tells_its_sentences_from_those_of_others),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
