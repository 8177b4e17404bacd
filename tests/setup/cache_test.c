/* Compiled watchlists on disk: used again, told apart, never trusted. */
#include "config/fixture.h"

#include <glob.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/loop.h"
#include "model/limits.h"
#include "setup/cache.h"
#include "setup/setup.h"

#define PATIENCE_MS 60000
#define ROWS 20000 /* compiled: more than CACHE_LEXICON_BYTES_MIN */

/* -- the loader, as a child of this program -------------------------------- */

struct run {
	struct loop *loop;
	struct loader *loader;
	struct setup_counts counts;
	struct err err;
	char *report;
	struct strbuf block;
};

static void
on_done(const struct loader_result *r, void *arg)
{
	struct run *run = arg;
	struct err err = {0};

	run->counts = r->counts;
	run->err = r->err;
	run->report = span_dup(r->report);
	if (r->lexicon_fd >= 0) {
		assert_true(lseek(r->lexicon_fd, 0, SEEK_SET) == 0);
		assert_int_equal(
			file_read_fd(r->lexicon_fd, "block", &run->block, &err),
			0);
		close(r->lexicon_fd);
	}
	loop_stop(run->loop);
}

static struct run
load(void)
{
	struct config_options o = {
		.file = "n.yaml", .state_dir = "state", .parts = CONFIG_ALL};
	struct run run = {.block = STRBUF_INIT(SETUP_BLOCK_BYTES)};

	assert_int_equal(loop_new(&run.loop, &run.err), 0);
	if (loader_start(run.loop, &o, PATIENCE_MS, on_done, &run, &run.loader,
		    &run.err) < 0)
		fail_msg("%s", run.err.msg);
	assert_true(loop_run_for(run.loop, PATIENCE_MS));
	loader_free(&run.loader);
	loop_free(&run.loop);
	return run;
}

static void
run_fini(struct run *r)
{
	mem_free(&r->report);
	strbuf_fini(&r->block);
}

/* -- files ----------------------------------------------------------------- */

static void
write_rows(unsigned rows, const char *more)
{
	struct strbuf text = STRBUF_INIT(MIB(16));

	strbuf_str(&text, "name,kind,tickers\n");
	for (unsigned i = 0; i < rows; i++)
		strbuf_printf(&text, "Zyx%u Qworth%u,company,\n", i, i * 7);
	strbuf_str(&text, more);
	fixture_write("w.csv", strbuf_cstr(&text));
	strbuf_fini(&text);
}

static size_t
count_files(char *first)
{
	glob_t g;
	size_t n;

	if (glob("state/lexicon/*", 0, NULL, &g) != 0)
		return 0;
	n = g.gl_pathc;
	if (first)
		strcpy(first, g.gl_pathv[0]);
	globfree(&g);
	return n;
}

static struct timespec
changed(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mtim;
}

static void
damage(const char *path, size_t at)
{
	struct strbuf text = STRBUF_INIT(MIB(256));
	struct err err = {0};

	assert_int_equal(file_read(path, &text, &err), 0);
	text.p[at < text.n ? at : text.n - 1] ^= 0x20;
	assert_int_equal(
		file_replace(path, strbuf_as_span(&text), 0600, &err), 0);
	strbuf_fini(&text);
}

static int
setup(void **state)
{
	(void)state;
	fixture_write("n.yaml",
		"feeds: [https://a.example/]\ninclude: [w.csv]\n"
		"channels: {out: {type: file, path: h.jsonl}}\n"
		"routes: [{when: {entities: [Zyx7 Qworth49]}, to: [out]}]\n");
	return system("rm -rf state") == 0 ? 0 : -1;
}

/* -- tests ----------------------------------------------------------------- */

static void
the_second_load_gives_the_same_from_the_file(void **state)
{
	struct run a, b;
	char path[256];
	struct timespec before;

	(void)state;
	write_rows(ROWS, "Zyx1 Qworth7 Inc,company,\n,company,\n");
	a = load();
	if (a.err.kind != ERR_NONE)
		fail_msg("%s", a.err.msg);
	assert_int_equal(count_files(path), 1);
	before = changed(path);
	b = load();
	assert_int_equal(b.err.kind, ERR_NONE);
	assert_true(
		span_eq(strbuf_as_span(&a.block), strbuf_as_span(&b.block)));
	assert_memory_equal(&a.counts, &b.counts, sizeof(a.counts));
	assert_string_equal(a.report, b.report);
	assert_non_null(strstr(b.report, "w.csv:20003:1: error: 'name' is"));
	assert_int_equal(changed(path).tv_nsec, before.tv_nsec);
	run_fini(&a);
	run_fini(&b);
}

static void
a_changed_list_replaces_the_file(void **state)
{
	struct run a, b;
	char old[256], new[256];

	(void)state;
	write_rows(ROWS, "");
	a = load();
	assert_int_equal(count_files(old), 1);
	write_rows(ROWS, "Newly Zyxed,company,\n");
	b = load();
	assert_int_equal(b.counts.entities, a.counts.entities + 1);
	assert_int_equal(count_files(new), 1);
	assert_string_not_equal(old, new);
	run_fini(&a);
	run_fini(&b);
}

static void
other_parts_may_change_and_are_checked(void **state)
{
	struct run a, b;
	char old[256], new[256];

	(void)state;
	write_rows(ROWS, "");
	a = load();
	assert_int_equal(count_files(old), 1);
	fixture_write("n.yaml",
		"feeds: [https://a.example/]\ninclude: [w.csv]\n"
		"channels: {out: {type: file, path: h.jsonl}}\n"
		"routes: [{when: {entities: [Zyx7 Qwort]}, to: [out]}]\n");
	b = load();
	assert_int_equal(b.err.kind, ERR_CONF);
	assert_non_null(strstr(b.report, "or id 'Zyx7 Qwort'"));
	assert_int_equal(count_files(new), 1);
	assert_string_equal(old, new);
	run_fini(&a);
	run_fini(&b);
}

static void
a_damaged_file_is_told_and_made_anew(void **state)
{
	static const size_t places[] = {3, 40, 120, 5000, SIZE_MAX};
	struct run a, b;
	char path[256];

	(void)state;
	write_rows(ROWS, "");
	a = load();
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		assert_int_equal(count_files(path), 1);
		damage(path, places[i]);
		b = load();
		assert_int_equal(b.err.kind, ERR_NONE);
		assert_true(span_eq(
			strbuf_as_span(&a.block), strbuf_as_span(&b.block)));
		assert_non_null(strstr(b.report, "it is compiled anew"));
		run_fini(&b);
		b = load();
		assert_string_equal(b.report, a.report);
		run_fini(&b);
	}
	assert_int_equal(truncate(path, 1000), 0);
	b = load();
	assert_non_null(strstr(b.report, "it is cut; it is compiled anew"));
	run_fini(&b);
	run_fini(&a);
}

static void
small_lists_are_not_kept(void **state)
{
	struct run a;

	(void)state;
	write_rows(100, "");
	a = load();
	assert_int_equal(a.err.kind, ERR_NONE);
	assert_int_equal(count_files(NULL), 0);
	run_fini(&a);
}

static void
a_place_that_cannot_be_written_costs_a_warning(void **state)
{
	struct run a;

	(void)state;
	write_rows(ROWS, "");
	assert_int_equal(mkdir("state", 0700), 0);
	fixture_write("state/lexicon", "no directory");
	a = load();
	assert_int_equal(a.err.kind, ERR_NONE);
	assert_non_null(strstr(
		a.report, "warning: the compiled watchlist cannot be kept: "));
	run_fini(&a);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			the_second_load_gives_the_same_from_the_file, setup),
		cmocka_unit_test_setup(a_changed_list_replaces_the_file, setup),
		cmocka_unit_test_setup(
			other_parts_may_change_and_are_checked, setup),
		cmocka_unit_test_setup(
			a_damaged_file_is_told_and_made_anew, setup),
		cmocka_unit_test_setup(small_lists_are_not_kept, setup),
		cmocka_unit_test_setup(
			a_place_that_cannot_be_written_costs_a_warning, setup),
	};

	if (argc > 0 && span_eq_str(span_of(argv[0]), SETUP_LOADER_ARGV0))
		return setup_loader_main();
	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
