/* Which changes of a story people should hear of, and which are echoes. */
#include "testing.h"

#include "story/told.h"

static const struct hit_fact twelve[] = {{.kind = SPAN_INIT("money"),
	.value = 12e6,
	.currency = SPAN_INIT("USD")}};
static const struct hit_fact about_twelve[] = {{.kind = SPAN_INIT("money"),
	.value = 12.1e6,
	.currency = SPAN_INIT("USD")}};
static const struct hit_fact fifteen[] = {{.kind = SPAN_INIT("money"),
	.value = 15e6,
	.currency = SPAN_INIT("USD")}};
static const struct hit_fact euros[] = {{.kind = SPAN_INIT("money"),
	.value = 12e6,
	.currency = SPAN_INIT("EUR")}};
static const struct hit_fact day[] = {
	{.kind = SPAN_INIT("date"), .value = 20260301}};

static const struct hit_event with_twelve = {.facts = twelve, .n_facts = 1};

static const struct span conflict = SPAN_INIT("a and b");

/* A story of two members; the second has just come. */
struct row {
	const char *name, *told, *status;
	unsigned independent, n_conflicts;
	enum member_part part;
	const struct hit_fact *fact; /* of the second */
	const char *changes;
};

static void
check(const struct row *row)
{
	const struct hit_event event = {
		.facts = row->fact, .n_facts = row->fact != NULL};
	const struct story_member members[] = {
		{.events = &with_twelve, .n_events = 1},
		{.events = &event, .n_events = 1}};
	const struct member_verdict verdicts[] = {
		{.part = PART_ORIGIN}, {.part = row->part}};
	const struct hit_story now = {.status = span_of(row->status),
		.independent = row->independent,
		.conflicts = {&conflict, row->n_conflicts}};
	const struct story_change c = {.told = span_of(row->told),
		.now = &now,
		.members = members,
		.verdicts = verdicts,
		.n_members = 2,
		.at = 1};
	struct span changed[STORY_CHANGES_MAX];
	struct strbuf text = STRBUF_INIT(100);
	size_t n = story_changes(&c, changed);

	for (size_t i = 0; i < n; i++)
		strbuf_printf(
			&text, "%s%.*s", i ? " " : "", SPAN_ARG(changed[i]));
	if (strcmp(strbuf_cstr(&text), row->changes) != 0)
		fail_msg("%s: \"%s\"", row->name, strbuf_cstr(&text));
	strbuf_fini(&text);
}

static void
a_change_that_matters_is_told_and_an_echo_is_not(void **state)
{
	static const struct row rows[] = {
		{"an echo", "reported 0 0", "reported", 0, 0, PART_REPEATS,
			NULL, ""},
		{"confirmed", "reported 0 0", "confirmed", 0, 0, PART_OFFICIAL,
			NULL, "status"},
		{"denied", "confirmed 0 0", "denied", 0, 0, PART_OFFICIAL, NULL,
			"status"},
		{"confirmed after a denial", "denied 0 0", "confirmed", 0, 0,
			PART_OFFICIAL, NULL, "status"},
		{"retracted", "reported 0 0", "retracted", 0, 0, PART_ORIGIN,
			NULL, "status"},
		{"a rumour is reported", "rumour 0 0", "reported", 0, 0,
			PART_INDEPENDENT, NULL, "status"},
		{"a rumour is repeated as fact", "rumour 0 0", "reported", 0, 0,
			PART_REPEATS, NULL, ""},
		{"one that repeats a confirmation", "rumour 0 0", "confirmed",
			0, 0, PART_REPEATS, NULL, "status"},
		{"less sure, but nobody denies it", "corroborated 2 0",
			"reported", 1, 0, PART_UNCLEAR, NULL, ""},
		{"no status", "reported 0 0", "", 0, 0, PART_UNCLEAR, NULL, ""},
		{"the first from elsewhere", "reported 0 0", "reported", 1, 0,
			PART_INDEPENDENT, NULL, "independent"},
		{"the second", "reported 1 0", "corroborated", 2, 0,
			PART_INDEPENDENT, NULL, "status"},
		{"from elsewhere, once confirmed", "confirmed 0 0", "confirmed",
			1, 0, PART_INDEPENDENT, NULL, ""},
		{"a new figure of the origin", "reported 0 0", "reported", 0, 0,
			PART_ORIGIN, fifteen, "fact"},
		{"a new figure of a rewriter", "reported 0 0", "reported", 0, 0,
			PART_REPEATS, fifteen, ""},
		{"of one whose source is not clear", "reported 0 0", "reported",
			0, 0, PART_UNCLEAR, fifteen, ""},
		{"of a copy", "reported 0 0", "reported", 0, 0, PART_COPY,
			fifteen, ""},
		{"the same figure", "reported 0 0", "reported", 0, 0,
			PART_OFFICIAL, twelve, ""},
		{"the same figure, rounded", "reported 0 0", "reported", 0, 0,
			PART_OFFICIAL, about_twelve, ""},
		{"in another currency", "reported 0 0", "reported", 0, 0,
			PART_OFFICIAL, euros, "fact"},
		{"a date is no figure", "reported 0 0", "reported", 0, 0,
			PART_OFFICIAL, day, ""},
		{"a contradiction", "reported 0 0", "reported", 1, 1,
			PART_INDEPENDENT, fifteen, "independent fact conflict"},
		{"a rewriter's contradiction", "reported 0 0", "reported", 0, 1,
			PART_REPEATS, fifteen, ""},
		{"others' contradiction, with a confirmation", "reported 0 0",
			"confirmed", 0, 1, PART_OFFICIAL, NULL, "status"},
		{"one that was told", "reported 0 1", "reported", 0, 1,
			PART_ORIGIN, NULL, ""},
		{"nothing readable was told", "?", "reported", 0, 0,
			PART_REPEATS, NULL, "status"},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		check(&rows[i]);
}

static void
what_was_told_is_one_line(void **state)
{
	const struct hit_story s = {.status = SPAN_LIT("corroborated"),
		.independent = 3,
		.conflicts = {&conflict, 1}};
	struct strbuf line = STRBUF_INIT(STORY_TOLD_BYTES);

	(void)state;
	story_told_format(&s, &line);
	assert_string_equal(strbuf_cstr(&line), "corroborated 3 1");
	strbuf_fini(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_change_that_matters_is_told_and_an_echo_is_not),
		cmocka_unit_test(what_was_told_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
