/*
 * The limits of the configuration, each at its edge: as many as allowed are all
 * there, one more is told with its number.
 */
#include "fixture.h"

#include "model/limits.h"

struct row {
	const char *head, *each; /* each: takes a number */
	const char *says;
	size_t most;
	size_t (*count)(const struct config *c);
};

static size_t
n_channels(const struct config *c)
{
	return c->channels.n;
}

static size_t
n_routes(const struct config *c)
{
	return c->routes.n;
}

static size_t
n_inhibits(const struct config *c)
{
	return c->inhibits.n;
}

static size_t
n_aliases(const struct config *c)
{
	return c->entities.p[0].aliases.n;
}

static const struct row rows[] = {
	{"channels:\n", "  c%zu: {type: stdout}\n", "more than 1000 channels",
		LIMIT_CHANNELS, n_channels},
	{"channels: {c: {type: stdout}}\nroutes:\n", "  - {to: [c]} # %zu\n",
		"more than 10000 routes", LIMIT_ROUTES, n_routes},
	{"inhibit:\n",
		"  - {source: {entities: [a%zu]}, target: {entities: [b]}}\n",
		"more than 1000 rules", LIMIT_INHIBITS, n_inhibits},
	{"entities:\n  - name: Meta\n    aliases:\n", "      - a%zu\n",
		"more than 10000 elements", LIMIT_ALIASES, n_aliases},
};

/* A configuration with n of a row's kind. */
static struct fixture
load_rows(const struct row *row, size_t n)
{
	struct strbuf text = STRBUF_INIT(LIMIT_CONFIG_BYTES);
	struct fixture f;

	strbuf_str(&text, row->head);
	for (size_t i = 0; i < n; i++) {
		/* The formats are the table's. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		strbuf_printf(&text, row->each, i);
#pragma GCC diagnostic pop
	}
	fixture_write_span("n.yaml", strbuf_as_span(&text));
	f = fixture_load("n.yaml", CONFIG_ALL);
	strbuf_fini(&text);
	return f;
}

static void
as_many_as_allowed_are_kept_and_one_more_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const struct row *row = &rows[i];
		struct fixture f = load_rows(row, row->most);

		if (f.rc != 0)
			fail_msg("%s", strbuf_cstr(&f.report));
		assert_int_equal(row->count(f.config), row->most);
		fixture_free(&f);
		f = load_rows(row, row->most + 1);
		assert_int_equal(f.rc, -1);
		assert_int_equal(f.err.kind, ERR_CONF);
		if (!strstr(strbuf_cstr(&f.report), row->says))
			fail_msg("'%s' is not in %.300s", row->says,
				strbuf_cstr(&f.report));
		fixture_free(&f);
	}
}

static void
a_name_of_a_kib_is_kept_and_a_longer_one_is_told(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		char *text = mem_printf("entities:\n  - {name: %0*d}\n",
			LIMIT_NAME_BYTES + more, 1);
		struct fixture f;

		fixture_write("n.yaml", text);
		f = fixture_load("n.yaml", CONFIG_ALL);
		assert_int_equal(f.rc, -more);
		if (more)
			assert_non_null(strstr(strbuf_cstr(&f.report),
				"name: is longer than 1024 bytes"));
		else
			assert_int_equal(f.config->entities.p[0].name.n,
				LIMIT_NAME_BYTES);
		mem_free(&text);
		fixture_free(&f);
	}
}

/* Rows of one file that the configuration names. */
struct bulk {
	const char *conf, *file, *head, *each;
	const char *says; /* of one row more than allowed */
	size_t most;
	size_t (*count)(const struct config *c);
};

static size_t
n_feeds(const struct config *c)
{
	return c->feeds.n;
}

static size_t
n_entities(const struct config *c)
{
	return c->entities.n;
}

static const struct bulk bulks[] = {
	{"feeds: [{list: many.txt}]\n", "many.txt", "", "http://a.example/",
		"many.txt:1000001:1: error: more than 1000000 feeds\n",
		LIMIT_FEEDS, n_feeds},
	{"include: [many.csv]\n", "many.csv", "name\n", "n",
		"many.csv:2000002:1: error: more than 2000000 entities\n",
		LIMIT_ENTITIES, n_entities},
};

/* Not a row that is left out: nothing behind it would be read, either. What was
 * read until then is as much as is allowed. */
static void
one_row_too_many_of_bulk_data_refuses_the_whole(void **state)
{
	struct config_options o = {.file = "n.yaml",
		.parts = CONFIG_FEEDS | CONFIG_WATCHLISTS,
		.keep = true};

	(void)state;
	for (size_t i = 0; i < N_ROWS(bulks); i++) {
		const struct bulk *b = &bulks[i];
		struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);
		struct fixture f = {.report = STRBUF_INIT(KIB(64))};

		strbuf_str(&text, b->head);
		for (size_t row = 0; row <= b->most; row++)
			strbuf_printf(&text, "%s%zu\n", b->each, row);
		fixture_write_span(b->file, strbuf_as_span(&text));
		strbuf_fini(&text);
		fixture_write("n.yaml", b->conf);
		f.rc = config_load(&o, &f.config, &f.report, &f.err);
		assert_int_equal(f.rc, -1);
		if (!strstr(strbuf_cstr(&f.report), b->says))
			fail_msg("%.300s", strbuf_cstr(&f.report));
		assert_int_equal(b->count(f.config), b->most);
		assert_int_equal(f.config->left_out, 0);
		fixture_free(&f);
	}
}

/* Files of nothing: each one is only named. The main file is one of them. */
static void
ten_thousand_files_are_included_and_no_more(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(mkdir("many", 0755), 0);
	for (unsigned i = 0; i < LIMIT_CONFIG_FILES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "many/%u.watchtest", i);
		if (i == LIMIT_CONFIG_FILES - 1) {
			fixture_write("n.yaml", "include: [many/*]\n");
			f = fixture_load("n.yaml", CONFIG_MAIN);
			if (f.rc != 0)
				fail_msg("%s", strbuf_cstr(&f.report));
			assert_int_equal(
				f.config->n_tests, LIMIT_CONFIG_FILES - 1);
			fixture_free(&f);
		}
		fixture_write(name, "");
	}
	f = fixture_load("n.yaml", CONFIG_MAIN);
	assert_int_equal(f.rc, -1);
	assert_non_null(strstr(strbuf_cstr(&f.report),
		"n.yaml:1:11: error: more than 10000 files"));
	fixture_free(&f);
}

/* Its size alone is looked at: the file has a hole for contents. */
static void
a_list_that_is_too_large_is_refused_by_its_size(void **state)
{
	struct fixture f;
	int fd = open("large.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)LIMIT_LIST_BYTES + 1), 0);
	close(fd);
	fixture_write("n.yaml", "feeds: [{list: large.txt}]\n");
	f = fixture_load("n.yaml", CONFIG_ALL);
	assert_int_equal(f.rc, -1);
	if (!strstr(strbuf_cstr(&f.report), "536870912 bytes"))
		fail_msg("%s", strbuf_cstr(&f.report));
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			as_many_as_allowed_are_kept_and_one_more_is_told),
		cmocka_unit_test(
			a_name_of_a_kib_is_kept_and_a_longer_one_is_told),
		cmocka_unit_test(
			one_row_too_many_of_bulk_data_refuses_the_whole),
		cmocka_unit_test(ten_thousand_files_are_included_and_no_more),
		cmocka_unit_test(
			a_list_that_is_too_large_is_refused_by_its_size),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
