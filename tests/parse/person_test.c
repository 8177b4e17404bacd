#include "testing.h"

#include "parse/person.h"

static const struct {
	const char *text, *name, *email;
} rows[] = {
	{"", "", ""},
	{"  ", "", ""},
	{"Jane Roe", "Jane Roe", ""},
	{" Jane Roe\n", "Jane Roe", ""},
	{"jane@example.com", "", "jane@example.com"},
	{"mailto:jane@example.com", "", "jane@example.com"},
	{"jane@example.com (Jane Roe)", "Jane Roe", "jane@example.com"},
	{"jane@example.com(Jane Roe)", "Jane Roe", "jane@example.com"},
	{"jane@example.com Jane Roe", "Jane Roe", "jane@example.com"},
	{"jane@example.com (Jane Roe (desk))", "Jane Roe (desk)",
		"jane@example.com"},
	{"Jane Roe (jane@example.com)", "Jane Roe", "jane@example.com"},
	{"Jane Roe (mailto:jane@example.com)", "Jane Roe", "jane@example.com"},
	{"Jane Roe <jane@example.com>", "Jane Roe", "jane@example.com"},
	{"\"Roe, Jane\" <jane@example.com>", "Roe, Jane", "jane@example.com"},
	{"Jane Roe, jane@example.com", "Jane Roe", "jane@example.com"},
	{"<jane@example.com>", "", "jane@example.com"},
	{"(jane@example.com)", "", "jane@example.com"},
	{"Jane Roe - jane.roe+news@mail.example.co.uk", "Jane Roe -",
		"jane.roe+news@mail.example.co.uk"},
	{"Jane @ Desk", "Jane @ Desk", ""},
	{"@jane", "@jane", ""},
	{"J\xc3\xbcrgen <j\xc3\xbcrgen@b\xc3\xbc"
	 "cher.example>",
		"J\xc3\xbcrgen",
		"j\xc3\xbcrgen@b\xc3\xbc"
		"cher.example"},
	{"noreply@blogger.com (Unknown).", "Unknown", "noreply@blogger.com"},
	{"Jane (Night Desk) <jane@example.com>", "Jane (Night Desk)",
		"jane@example.com"},
	{"(Desk) Jane Roe <jane@example.com>", "(Desk) Jane Roe",
		"jane@example.com"},
	{"<jane@example.com> (Jane Roe)", "Jane Roe", "jane@example.com"},
	{"Jane Roe (Desk)) <jane@example.com>", "Jane Roe (Desk))",
		"jane@example.com"},
	{"jane@example.com ((((", "", "jane@example.com"},
	{"jane@example.com .", "", "jane@example.com"},
	{"J. Roe Jr. <jane@example.com>", "J. Roe Jr.", "jane@example.com"},
	{"Jane (Night Desk)", "Jane (Night Desk)", ""},
};

static void
names_and_addresses_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct person p;

		person_parse(span_of(rows[i].text), &p);
		assert_span_equal(p.name, rows[i].name);
		assert_span_equal(p.email, rows[i].email);
	}
}

static void
a_person_is_called_by_name_or_else_by_address(void **state)
{
	struct person p;

	(void)state;
	person_parse(SPAN_LIT("jane@example.com (Jane)"), &p);
	assert_span_equal(person_label(&p), "Jane");
	person_parse(SPAN_LIT("jane@example.com"), &p);
	assert_span_equal(person_label(&p), "jane@example.com");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_addresses_are_told_apart),
		cmocka_unit_test(a_person_is_called_by_name_or_else_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
