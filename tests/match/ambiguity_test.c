/* What a name may mean besides, as `newswatch watch list` shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "match/ambiguity.h"

static void
names_are_judged_without_their_legal_form(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{"Zyxtron", "distinct"},
		{"Nvidia", "proper name"},
		{"Target", "common word"},
		{"Target Corp.", "common word"},
		{"Best Buy", "ordinary words"},
		{"Best Zyxt", "distinct"},
		{"GE", "acronym"},
		{"3M", "distinct"},
		{"Ford", "word"},
		{"...", "distinct"},
		{"任天堂", "distinct"},
	};
	struct ambiguity_judge *j = ambiguity_judge_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(
			ambiguity_name(ambiguity_of(j, span_of(rows[i].name))),
			rows[i].want);
	ambiguity_judge_free(&j);
}

static void
the_most_doubtful_alias_counts(void **state)
{
	static const struct entity_text aliases[] = {
		{{"Walmarto", 8}, {0}}, {{"Block", 5}, {0}}};
	struct entity e = {
		.name = SPAN_LIT("Zyxtron"), .aliases = {aliases, 2}};
	struct ambiguity_judge *j = ambiguity_judge_new();

	(void)state;
	assert_int_equal(ambiguity_of_entity(j, &e), AMBIGUITY_COMMON_WORD);
	e.aliases.n = 1;
	assert_int_equal(ambiguity_of_entity(j, &e), AMBIGUITY_NONE);
	e.kind = ENTITY_TOPIC;
	e.name = SPAN_LIT("Target");
	assert_int_equal(ambiguity_of_entity(j, &e), AMBIGUITY_NONE);
	ambiguity_judge_free(&j);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_judged_without_their_legal_form),
		cmocka_unit_test(the_most_doubtful_alias_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
