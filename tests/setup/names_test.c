/* Which names of a silence are slips, by what the configuration has. */
#include "config/fixture.h"

#include "base/arena.h"
#include "setup/names.h"

/* A daemon's file; a machine that only notifies has no entities. */
static const char *const full =
	"entities: [{name: Meta Platforms, id: meta}, {name: Nvidia}]\n"
	"channels: {desk: {type: stdout}, pager: {type: stdout}}\n"
	"routes: [{name: night, to: [desk, pager]}, {to: desk}]\n";
static const char *const notifier =
	"channels: {desk: {type: stdout}}\nroutes: [{to: desk}]\n";

static struct arena *arena;

static int
setup(void **state)
{
	arena = arena_new();
	return fixture_enter(state);
}

static int
teardown(void **state)
{
	arena_free(&arena);
	return fixture_leave(state);
}

static struct config *
loaded(const char *text)
{
	struct fixture f;

	fixture_write("n.yaml", text);
	f = fixture_load("n.yaml", CONFIG_ALL);
	assert_int_equal(f.rc, 0);
	strbuf_fini(&f.report);
	return f.config;
}

static void
check(const char *text, const char *word, const char *want)
{
	struct strbuf told = STRBUF_INIT(4096);
	struct report report = {.put = report_to_strbuf, .arg = &told};
	struct config *c = text ? loaded(text) : NULL;
	struct span words[] = {span_of(word)};
	struct silence s = {.id = SPAN_LIT("0badcafe")};
	struct err err;

	if (silence_match_words(&s, words, 1, arena, &err) == -1)
		fail_msg("%s: %s", word, err.msg);
	names_check_silence(&s, c, &report);
	assert_string_equal(strbuf_cstr(&told), want);
	assert_int_equal(report.errors, *want ? 1 : 0);
	config_unref(&c);
	strbuf_fini(&told);
}

static void
an_unknown_name_is_told_with_the_nearest_known_one(void **state)
{
	static const struct {
		const char *word, *told;
	} rows[] = {
		{"entities=meta", ""},
		{"entities=META platforms", ""},
		{"entities=Metaa",
			"error: no watchlist has an entity with the name or id "
			"'Metaa'; did you mean 'meta'?\n"},
		{"entities=Something Else",
			"error: no watchlist has an entity with the name or id "
			"'Something Else'\n"},
		{"watchlists=n", ""},
		{"watchlists=m",
			"error: there is no watchlist with entities in it "
			"called 'm'\n"},
		{"channels=Pager", ""},
		{"channels=pagr",
			"error: there is no channel 'pagr'; did you mean "
			"'pager'?\n"},
		{"routes=night", ""},
		{"routes=route-2", ""},
		{"routes=nigth",
			"error: there is no route 'nigth'; did you mean "
			"'night'?\n"},
		{"events=mna", ""},
		{"events=mnaa",
			"error: there is no event type 'mnaa'; did you mean "
			"'mna'?\n"},
		{"statuses=denied", ""},
		{"statuses=confimed",
			"error: there is no status 'confimed'; did you mean "
			"'confirmed'?\n"},
		{"stages=planed",
			"error: there is no stage 'planed'; did you mean "
			"'planned'?\n"},
		{"relevance<60", ""},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++)
		check(full, rows[i].word, rows[i].told);
}

static void
what_the_configuration_has_none_of_it_does_not_judge(void **state)
{
	(void)state;
	check(notifier, "entities=Metaa", "");
	check(notifier, "watchlists=ai", "");
	check("feeds: []\n", "channels=pager", "");
	check("feeds: []\n", "routes=night", "");
	check(notifier, "channels=dask",
		"error: there is no channel 'dask'; did you mean 'desk'?\n");
}

static void
without_a_configuration_only_our_own_lists_are_known(void **state)
{
	(void)state;
	check(NULL, "channels=pager", "");
	check(NULL, "events=mnaa", "");
	check(NULL, "stages=planed",
		"error: there is no stage 'planed'; did you mean "
		"'planned'?\n");
}

static void
only_what_is_named_has_to_be_loaded(void **state)
{
	static const struct {
		const char *word;
		unsigned parts;
	} rows[] = {
		{"relevance<60", CONFIG_MAIN},
		{"entities=a", CONFIG_WATCHLISTS},
		{"watchlists=a", CONFIG_WATCHLISTS},
		{"routes=a", CONFIG_ROUTES},
		{"channels=a", CONFIG_ROUTES},
		{"events=a", CONFIG_EVENTS},
	};

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		struct span words[] = {span_of(rows[i].word)};
		struct silence s = {.until_ms = 0};
		struct err err;

		assert_int_equal(
			silence_match_words(&s, words, 1, arena, &err), 0);
		assert_int_equal(names_parts(&s), rows[i].parts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_unknown_name_is_told_with_the_nearest_known_one),
		cmocka_unit_test(
			what_the_configuration_has_none_of_it_does_not_judge),
		cmocka_unit_test(
			without_a_configuration_only_our_own_lists_are_known),
		cmocka_unit_test(only_what_is_named_has_to_be_loaded),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
