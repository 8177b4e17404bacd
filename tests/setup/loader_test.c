/* The loader as a real child, of this very program. */
#include "config/fixture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "io/loop.h"
#include "event/events.h"
#include "match/lexicon.h"
#include "model/compiled.h"
#include "setup/setup.h"

#define PATIENCE_MS 20000

struct run {
	struct loop *loop;
	struct loader *loader;
	struct loader_result r;
	char *report;
	int calls;
	bool free_inside;
};

static void
on_done(const struct loader_result *r, void *arg)
{
	struct run *run = arg;

	run->r = *r;
	run->report = span_dup(r->report);
	run->calls++;
	if (run->free_inside)
		loader_free(&run->loader);
	loop_stop(run->loop);
}

static void
run_loader(struct run *run, int64_t limit_ms)
{
	struct config_options o = {.file = "n.yaml", .parts = CONFIG_ALL};
	struct err err = {0};

	assert_int_equal(loop_new(&run->loop, &err), 0);
	if (loader_start(run->loop, &o, limit_ms, on_done, run, &run->loader,
		    &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(loop_run_for(run->loop, PATIENCE_MS));
	assert_int_equal(run->calls, 1);
	loader_free(&run->loader);
	loop_free(&run->loop);
}

static void
run_free(struct run *run)
{
	if (run->r.lexicon_fd >= 0)
		close(run->r.lexicon_fd);
	mem_free(&run->report);
}

static void
a_good_configuration_comes_back_as_a_sealed_block(void **state)
{
	const int all =
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	struct run run = {.free_inside = true};
	struct lexicon *lex = NULL;
	struct events *events = NULL;
	struct compiled parts;
	struct err err = {0};
	struct stat st;
	void *p;

	(void)state;
	fixture_write("n.yaml",
		"feeds: [https://a.example/, https://a.example/]\n"
		"entities: [{name: Meta}, {name: Mistral AI}]\n");
	run_loader(&run, PATIENCE_MS);
	assert_int_equal(run.r.err.kind, ERR_NONE);
	assert_string_equal(run.report,
		"n.yaml:1:29: warning: this feed is here twice; the first is "
		"at n.yaml:1:9, and the second is left out\n"
		"    1 | feeds: [https://a.example/, https://a.example/]\n"
		"      |                             ^\n");
	assert_int_equal(run.r.counts.feeds, 1);
	assert_int_equal(run.r.counts.entities, 2);
	assert_int_equal(fcntl(run.r.lexicon_fd, F_GET_SEALS) & all, all);
	assert_true(fcntl(run.r.lexicon_fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fstat(run.r.lexicon_fd, &st), 0);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED,
		run.r.lexicon_fd, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_true(compiled_split(span_make(p, (size_t)st.st_size), &parts));
	if (lexicon_open(parts.lexicon.p, parts.lexicon.n, LEXICON_OWN, &lex,
		    &err) < 0)
		fail_msg("%s", err.msg);
	if (events_open(parts.events.p, parts.events.n, EVENTS_OWN, &events,
		    &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(events_n_types(events) > 30);
	events_close(&events);
	assert_int_equal(lexicon_n_entities(lex), 2);
	lexicon_close(&lex);
	munmap(p, (size_t)st.st_size);
	run_free(&run);
}

static void
a_broken_configuration_comes_back_as_its_report(void **state)
{
	struct run run = {0};

	(void)state;
	fixture_write("n.yaml", "feds: []\n");
	run_loader(&run, PATIENCE_MS);
	assert_int_equal(run.r.err.kind, ERR_CONF);
	assert_string_equal(run.r.err.msg,
		"n.yaml:1:1: error: unknown key 'feds'; did you mean 'feeds'?");
	assert_string_equal(run.report,
		"n.yaml:1:1: error: unknown key 'feds'; did you mean 'feeds'?\n"
		"    1 | feds: []\n      | ^\n");
	assert_int_equal(run.r.lexicon_fd, -1);
	run_free(&run);
}

/* Nobody writes to the pipe: reading the file never ends. */
static void
a_loader_beyond_its_time_is_stopped(void **state)
{
	struct run run = {0};

	(void)state;
	unlink("n.yaml");
	assert_int_equal(mkfifo("n.yaml", 0600), 0);
	run_loader(&run, 50);
	assert_int_equal(run.r.err.kind, ERR_TEMP);
	assert_non_null(strstr(run.r.err.msg, "took longer than"));
	assert_int_equal(run.r.lexicon_fd, -1);
	run_free(&run);
	unlink("n.yaml");
}

static void
a_freed_loader_calls_nobody(void **state)
{
	struct config_options o = {.file = "n.yaml", .parts = CONFIG_ALL};
	struct run run = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(mkfifo("n.yaml", 0600), 0);
	assert_int_equal(loop_new(&run.loop, &err), 0);
	assert_int_equal(loader_start(run.loop, &o, PATIENCE_MS, on_done, &run,
				 &run.loader, &err),
		0);
	loader_free(&run.loader);
	assert_null(run.loader);
	assert_false(loop_run_for(run.loop, 20));
	assert_int_equal(run.calls, 0);
	loop_free(&run.loop);
	unlink("n.yaml");
}

#ifdef NW_FAILPOINTS
static void
a_loader_that_dies_is_told(void **state)
{
	struct run run = {0};

	(void)state;
	fixture_write("n.yaml", "feeds: []\n");
	setenv("NW_FAILPOINT", "loader:1:kill", 1);
	run_loader(&run, PATIENCE_MS);
	unsetenv("NW_FAILPOINT");
	assert_int_equal(run.r.err.kind, ERR_TEMP);
	assert_string_equal(run.r.err.msg,
		"the loader of the configuration died: SIGKILL (Killed)");
	assert_int_equal(run.r.lexicon_fd, -1);
	run_free(&run);
}
#endif

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_good_configuration_comes_back_as_a_sealed_block),
		cmocka_unit_test(
			a_broken_configuration_comes_back_as_its_report),
		cmocka_unit_test(a_loader_beyond_its_time_is_stopped),
		cmocka_unit_test(a_freed_loader_calls_nobody),
#ifdef NW_FAILPOINTS
		cmocka_unit_test(a_loader_that_dies_is_told),
#endif
	};

	if (argc > 0 && span_eq_str(span_of(argv[0]), SETUP_LOADER_ARGV0))
		return setup_loader_main();
	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
