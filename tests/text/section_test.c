/* Sections of compiled blocks: found where they were put, and nowhere else. */
#include "testing.h"

#include "base/strbuf.h"
#include "text/section.h"

struct header {
	uint64_t checksum;
	struct section sections[3];
};

static void
build(struct strbuf *block)
{
	static const uint32_t numbers[] = {1, 2, 3};
	struct header h = {0};

	strbuf_put(block, &h, sizeof(h));
	section_put(block, &h.sections[0], "text", 4);
	section_put(block, &h.sections[1], NULL, 0);
	section_put(block, &h.sections[2], numbers, sizeof(numbers));
	memcpy(block->p, &h, sizeof(h));
}

static void
sections_are_found_where_they_were_put(void **state)
{
	struct strbuf b = STRBUF_INIT(4096);
	const struct header *h;
	const uint32_t *p;
	size_t n;

	(void)state;
	build(&b);
	h = (const void *)b.p;
	assert_memory_equal(
		section_records(b.p, b.n, &h->sections[0], 1, &n), "text", 4);
	assert_int_equal(n, 4);
	assert_non_null(section_records(b.p, b.n, &h->sections[1], 8, &n));
	assert_int_equal(n, 0);
	p = section_records(b.p, b.n, &h->sections[2], sizeof(*p), &n);
	assert_int_equal(n, 3);
	assert_int_equal(p[2], 3);
	assert_int_equal(h->sections[2].offset % SECTION_ALIGN, 0);
	strbuf_fini(&b);
}

static void
what_lies_outside_or_is_no_whole_record_is_refused(void **state)
{
	static const struct section rows[] = {
		{8, 4}, /* not aligned */
		{64, 6}, /* no whole records */
		{64, 68}, /* past the end */
		{192, 0}, /* begins past the end */
		{64, UINT64_MAX - 3}, /* wraps around */
		{UINT64_MAX - 63, 128},
	};
	static const char block[128];
	size_t n;

	(void)state;
	assert_non_null(section_records(
		block, sizeof(block), &(struct section){64, 64}, 4, &n));
	assert_non_null(section_records(
		block, sizeof(block), &(struct section){128, 0}, 4, &n));
	for (size_t i = 0; i < N_ROWS(rows); i++)
		assert_null(
			section_records(block, sizeof(block), &rows[i], 4, &n));
}

static void
the_checksum_is_of_every_byte_but_its_own(void **state)
{
	struct strbuf b = STRBUF_INIT(4096);
	uint64_t sum;

	(void)state;
	build(&b);
	sum = section_checksum(b.p, b.n, 0);
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 1;
		if (i < sizeof(uint64_t))
			assert_int_equal(section_checksum(b.p, b.n, 0), sum);
		else
			assert_int_not_equal(
				section_checksum(b.p, b.n, 0), sum);
		b.p[i] ^= 1;
	}
	assert_int_not_equal(section_checksum(b.p, b.n - 1, 0), sum);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_found_where_they_were_put),
		cmocka_unit_test(
			what_lies_outside_or_is_no_whole_record_is_refused),
		cmocka_unit_test(the_checksum_is_of_every_byte_but_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
