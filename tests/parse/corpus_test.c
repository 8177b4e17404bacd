/*
 * Every document of tests/data/feeds against the line beside it, FILE.expected:
 * what `newswatch parse` prints, or why it refuses. One test a file. After a
 * change that is meant to show, run it with NW_GOLDEN=write and read the diff.
 */
#include "testing.h"

#include <glob.h>

#include "parse/feed_file.h"

static void
format_result(const char *path, struct strbuf *out)
{
	struct span name = span_of(strrchr(path, '/') + 1);
	struct feed_file f;
	struct document *doc;
	struct err err = {0};

	feed_file_read(&f, path);
	doc = feed_file_parse(&f, &err);
	if (doc) {
		document_format(doc, name, out);
	} else {
		assert_int_equal(err.kind, ERR_INPUT);
		document_format_error(name, span_of(err.msg), out);
	}
	assert_true(span_is_utf8(strbuf_as_span(out)));
	strbuf_char(out, '\n');
	document_free(&doc);
	feed_file_fini(&f);
}

static void
a_document_gives_the_line_beside_it(void **state)
{
	const char *path = *state;
	char *golden = mem_printf("%s.expected", path);
	struct strbuf is = STRBUF_INIT(MIB(4)), should = STRBUF_INIT(MIB(4));
	struct err err = {0};

	format_result(path, &is);
	if (getenv("NW_GOLDEN")) {
		if (file_replace(golden, strbuf_as_span(&is), 0644, &err) != 0)
			fail_msg("%s", err.msg);
	} else {
		if (file_read(golden, &should, &err) != 0)
			fail_msg("%s", err.msg);
		assert_string_equal(strbuf_cstr(&is), strbuf_cstr(&should));
	}
	strbuf_fini(&is);
	strbuf_fini(&should);
	mem_free(&golden);
}

static bool
is_document(struct span path)
{
	return !span_ends(path, ".expected") && !span_ends(path, ".args");
}

int
main(void)
{
	char *pattern = mem_printf("%s/tests/data/feeds/*/*", NW_SRCDIR);
	size_t skip = strlen(pattern) - strlen("*/*");
	struct CMUnitTest *tests;
	size_t n = 0;
	glob_t found;
	int rc;

	if (glob(pattern, 0, NULL, &found) != 0) {
		print_error("no files %s\n", pattern);
		return 1;
	}
	tests = mem_calloc(found.gl_pathc, sizeof(*tests));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (!is_document(span_of(found.gl_pathv[i])))
			continue;
		tests[n++] = (struct CMUnitTest){
			.name = found.gl_pathv[i] + skip,
			.test_func = a_document_gives_the_line_beside_it,
			.initial_state = found.gl_pathv[i],
		};
	}
	rc = _cmocka_run_group_tests("corpus", tests, n, NULL, NULL);
	mem_free(&tests);
	mem_free(&pattern);
	globfree(&found);
	return rc;
}
