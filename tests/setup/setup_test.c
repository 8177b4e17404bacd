/* What a configuration means: every check with its message, and the block. */
#include "config/fixture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "match/lexicon.h"
#include "setup/setup.h"

static const char *const good =
	"feeds: [https://a.example/feed]\n"
	"entities:\n"
	"  - {name: Meta, aliases: [Facebook], tickers: [NASDAQ:META]}\n"
	"  - {name: Alexandr Wang, kind: person, company: Meta}\n"
	"channels:\n  audit: {type: file, path: /tmp/hits.jsonl}\n"
	"routes:\n  - {when: {entities: [meta], watchlists: [n]}, to: audit}\n";

static const struct {
	const char *text, *report;
} mistakes[] = {
	{"routes:\n  - {to: desk}\n"
	 "channels:\n  dask: {type: stdout}\n",
		"n.yaml:2:10: error: there is no channel 'desk'; did you mean "
		"'dask'?\n"
		"    2 |   - {to: desk}\n"
		"      |          ^\n"},
	{"entities: [{name: Alphabet}]\nchannels: {a: {type: stdout}}\n"
	 "routes: [{when: {entities: [alphabet, Alphabte, zzz], watchlists: "
	 "[n, ai]}, to: a}]\n",
		"n.yaml:3:39: error: no watchlist has an entity with the name "
		"or id 'Alphabte'; did you mean 'Alphabet'?\n"
		"    3 | routes: [{when: {entities: [alphabet, Alphabte, zzz], "
		"watchlists: [n, ai]}, to: a}]\n"
		"      |                                       ^\n"
		"n.yaml:3:49: error: no watchlist has an entity with the name "
		"or id 'zzz'\n"
		"    3 | routes: [{when: {entities: [alphabet, Alphabte, zzz], "
		"watchlists: [n, ai]}, to: a}]\n"
		"      |                                                 ^\n"
		"n.yaml:3:71: error: there is no watchlist 'ai' with entities "
		"in it; its name is the file's, without .yaml or .csv\n"
		"    3 | routes: [{when: {entities: [alphabet, Alphabte, zzz], "
		"watchlists: [n, ai]}, to: a}]\n"
		"      |                                                       "
		"                ^\n"},
	{"channels:\n  a: {type: fiel}\n  b: {type: file}\n"
	 "  c: {type: file, path: x, pth: y}\n"
	 "routes: [{to: [a, b, c]}]\n",
		"n.yaml:2:13: error: there is no type 'fiel' of channels; did "
		"you mean 'file'?\n"
		"    2 |   a: {type: fiel}\n"
		"      |             ^\n"
		"n.yaml:3:3: error: channel 'b' of type file needs 'path': The "
		"file to append to.\n"
		"    3 |   b: {type: file}\n"
		"      |   ^\n"
		"n.yaml:4:28: error: a file channel has no setting 'pth'; did "
		"you mean 'path'?\n"
		"    4 |   c: {type: file, path: x, pth: y}\n"
		"      |                            ^\n"},
	{"fetch: {allow_private: [127.0.0.0/8, 10.0.0.0/33, localhost]}\n",
		"n.yaml:1:38: error: fetch.allow_private: in \"10.0.0.0/33\" a "
		"number from 0 to 32 must follow the /\n"
		"    1 | fetch: {allow_private: [127.0.0.0/8, 10.0.0.0/33, "
		"localhost]}\n"
		"      |                                      ^\n"
		"n.yaml:1:51: error: fetch.allow_private: \"localhost\" is no "
		"IP address or range such as 10.0.0.0/8 or fd00::/8\n"
		"    1 | fetch: {allow_private: [127.0.0.0/8, 10.0.0.0/33, "
		"localhost]}\n"
		"      |                                                   "
		"^\n"},
	{"redis: {url: 'redis://h:99999/0', password_file: nothere}\n",
		"n.yaml:1:14: error: redis.url: Redis URL "
		"\"redis://h:99999/0\": the port must be a number from 1 to "
		"65535\n"
		"    1 | redis: {url: 'redis://h:99999/0', password_file: "
		"nothere}\n"
		"      |              ^\n"
		"n.yaml:1:14: error: nothere: cannot open: No such file or "
		"directory\n"
		"    1 | redis: {url: 'redis://h:99999/0', password_file: "
		"nothere}\n"
		"      |              ^\n"},
	{"redis: {url: 'redis://h/0', password_file: secret}\n", ""},
	{"feeds: [{url: 'https://a.example/', bearer_file: open}]\n",
		"n.yaml:1:15: error: open: a secret that others may read (mode "
		"0644): chmod o= it\n"
		"    1 | feeds: [{url: 'https://a.example/', bearer_file: "
		"open}]\n"
		"      |               ^\n"},
	{"entities:\n  - {name: Meta, exclude: [Meta]}\n",
		"n.yaml:2:28: error: 'Meta' is a name of this entity, at line "
		"2, and under exclude; it will never match\n"
		"    2 |   - {name: Meta, exclude: [Meta]}\n"
		"      |                            ^\n"},
	{"include: bulk.csv\n",
		"bulk.csv:2:6: error: 'Meta' is a name of this entity, at line "
		"2, and under exclude; it will never match (it is left out)\n"
		"    2 | Meta,Meta\n"
		"      |      ^\n"},
	{"channels: {f: {type: file, path: /tmp/x}}\n"
	 "routes: [{to: f, when: {events: [product_lunch]}}]\n",
		"n.yaml:2:34: error: there is no event type 'product_lunch'; "
		"did you mean 'product_launch'?\n"
		"    2 | routes: [{to: f, when: {events: [product_lunch]}}]\n"
		"      |                                  ^\n"},
	{"channels: {f: {type: file, path: /tmp/x}}\n"
	 "routes: [{to: f, when: {statuses: confirm, stages: rumor}}]\n",
		"n.yaml:2:35: error: there is no status 'confirm'; did you "
		"mean 'confirmed'?\n"
		"    2 | routes: [{to: f, when: {statuses: confirm, stages: "
		"rumor}}]\n"
		"      |                                   ^\n"
		"n.yaml:2:52: error: there is no stage 'rumor'; did you mean "
		"'rumour'?\n"
		"    2 | routes: [{to: f, when: {statuses: confirm, stages: "
		"rumor}}]\n"
		"      |                                                    "
		"^\n"},
	{"event_types:\n  - {id: spill, patterns: [oil (spill]}\n",
		"n.yaml:2:32: error: '(' without its ')'\n"
		"    2 |   - {id: spill, patterns: [oil (spill]}\n"
		"      |                                ^\n"},
	{"include: bulk.csv\nstrict: true\n",
		"bulk.csv:2:6: error: 'Meta' is a name of this entity, at line "
		"2, and under exclude; it will never match\n"
		"    2 | Meta,Meta\n"
		"      |      ^\n"},
};

static void
each_mistake_of_meaning_is_reported(void **state)
{
	(void)state;
	fixture_write("secret", "s3cret\n");
	assert_int_equal(chmod("secret", 0600), 0);
	fixture_write("open", "s3cret\n");
	fixture_write("bulk.csv", "name,exclude\nMeta,Meta\nMistral,\n");
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		struct strbuf report = STRBUF_INIT(SETUP_REPORT_BYTES);
		struct err err = {0};
		struct fixture f;

		fixture_write("n.yaml", mistakes[i].text);
		f = fixture_load("n.yaml", CONFIG_ALL);
		if (f.rc != 0)
			fail_msg("%s", strbuf_cstr(&f.report));
		if (setup_compile(f.config, NULL, NULL, &report, &err) < 0)
			assert_int_equal(err.kind, ERR_CONF);
		assert_string_equal(strbuf_cstr(&report), mistakes[i].report);
		strbuf_fini(&report);
		fixture_free(&f);
	}
}

static void
a_good_configuration_compiles_and_is_counted(void **state)
{
	struct strbuf block = STRBUF_INIT(LEXICON_BYTES_MAX);
	struct strbuf report = STRBUF_INIT(SETUP_REPORT_BYTES);
	struct setup_counts counts;
	struct err err = {0};
	struct fixture f;

	(void)state;
	fixture_write("n.yaml", good);
	f = fixture_load("n.yaml", CONFIG_ALL);
	assert_int_equal(
		setup_compile(f.config, &block, &counts, &report, &err), 0);
	assert_string_equal(strbuf_cstr(&report), "");
	assert_int_equal(counts.feeds, 1);
	assert_int_equal(counts.entities, 2);
	assert_true(counts.names >= 3);
	assert_true(counts.variants > 0);
	assert_int_equal(counts.routes, 1);
	assert_int_equal(counts.channels, 1);
	assert_int_equal(counts.errors, 0);
	assert_int_equal(counts.warnings, 0);
	assert_true(block.n > 0);
	strbuf_fini(&block);
	strbuf_fini(&report);
	fixture_free(&f);
}

static void
a_sealed_block_cannot_be_changed_any_more(void **state)
{
	const int all =
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	struct err err = {0};
	int fd = setup_seal(SPAN_LIT("block"), &err);
	const char *p;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GET_SEALS) & all, all);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 1), -1);
	assert_ptr_equal(
		mmap(NULL, 5, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	p = mmap(NULL, 5, PROT_READ, MAP_SHARED, fd, 0);
	assert_memory_equal(p, "block", 5);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_of_meaning_is_reported),
		cmocka_unit_test(a_good_configuration_compiles_and_is_counted),
		cmocka_unit_test(a_sealed_block_cannot_be_changed_any_more),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
