#include "testing.h"

#include "parse/dialect.h"

static void
the_rows_are_sorted_by_class_and_name(void **state)
{
	(void)state;
	for (size_t i = 1; i < dialect_n_rows; i++) {
		const struct dialect_row *a = &dialect_rows[i - 1];
		const struct dialect_row *b = &dialect_rows[i];

		if (a->ns > b->ns ||
			(a->ns == b->ns && strcmp(a->local, b->local) > 0))
			fail_msg("'%s' stands before '%s'", a->local, b->local);
	}
}

static void
every_row_is_found_under_its_name_in_its_places(void **state)
{
	static const int ns_of[] = {
		[CLASS_CORE] = XML_NS_NONE,
		[CLASS_CONTENT] = NS_CONTENT,
		[CLASS_DC] = NS_DC,
		[CLASS_FEEDBURNER] = NS_FEEDBURNER,
		[CLASS_IMAGE] = NS_IMAGE,
		[CLASS_ITUNES] = NS_ITUNES,
		[CLASS_MEDIA] = NS_MEDIA,
		[CLASS_NEWS] = NS_NEWS,
		[CLASS_PRISM] = NS_PRISM,
		[CLASS_RDF] = NS_RDF,
		[CLASS_SY] = NS_SY,
		[CLASS_XHTML] = NS_XHTML,
	};

	(void)state;
	for (size_t i = 0; i < dialect_n_rows; i++) {
		const struct dialect_row *row = &dialect_rows[i];
		struct xml_element el = {
			.ns = ns_of[row->ns],
			.prefixed = true,
			.local = span_of(row->local),
		};

		for (unsigned bit = 1; bit <= IN_PUBLICATION; bit <<= 1) {
			const struct dialect_row *found =
				dialect_find(&el, (enum dialect_place)bit);

			if (row->places & bit)
				assert_ptr_equal(found, row);
			else if (found)
				assert_ptr_not_equal(found, row);
		}
	}
}

static void
names_are_compared_without_case(void **state)
{
	struct xml_element el = {.local = SPAN_LIT("PubDate")};

	(void)state;
	assert_int_equal(dialect_find(&el, IN_ITEM)->field, F_PUBLISHED);
}

static void
foreign_names_mean_nothing(void **state)
{
	struct xml_element el = {.ns = XML_NS_UNKNOWN,
		.prefixed = true,
		.local = SPAN_LIT("title")};
	struct xml_element unprefixed = {
		.ns = XML_NS_UNKNOWN, .local = SPAN_LIT("title")};
	struct xml_element longer = {
		.local = SPAN_LIT("titletitletitletitletitletitle")};

	(void)state;
	assert_null(dialect_find(&el, IN_ITEM));
	assert_non_null(dialect_find(&unprefixed, IN_ITEM));
	assert_null(dialect_find(&longer, IN_ITEM));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_are_sorted_by_class_and_name),
		cmocka_unit_test(
			every_row_is_found_under_its_name_in_its_places),
		cmocka_unit_test(names_are_compared_without_case),
		cmocka_unit_test(foreign_names_mean_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
