#include "testing.h"

#include "base/opts.h"

#define ARGS_MAX 16

static struct {
	bool all, verbose;
	const char *config;
	struct opt_texts watchlists;
} got;

static const struct opt table[] = {
	{'a', "all", OPT_FLAG, NULL, "also what is below the threshold",
		&got.all},
	{'c', "config", OPT_TEXT, "FILE", "configuration file", &got.config},
	{'v', "verbose", OPT_FLAG, NULL, "say more", &got.verbose},
	{0, "watchlist", OPT_TEXTS, "A-LONG-VALUE-NAME", "a watchlist",
		&got.watchlists},
	{0, NULL, OPT_FLAG, NULL, NULL, NULL},
};

static const char *rest[ARGS_MAX + 1];
static size_t n_rest;
static struct err err;

/* A command line, split at spaces. */
static int
parse(const char *line)
{
	static char text[256];
	static char *argv[ARGS_MAX + 1];
	struct span left = span_of(text), part;
	int argc = 0;

	memset(&got, 0, sizeof(got));
	snprintf(text, sizeof(text), "%s", line);
	left = span_of(text);
	while (span_next(&left, ' ', &part) && argc < ARGS_MAX) {
		argv[argc] = text + (part.p - text);
		argv[argc++][part.n] = '\0';
	}
	argv[argc] = NULL;
	return opts_parse(table, argc, argv, rest, &n_rest, &err);
}

static const char *const config_lines[] = {
	"x -c f",
	"x -cf",
	"x --config f",
	"x --config=f",
	"x -vc f",
	"x -vcf",
	"x -c old -c f",
};

static void
a_value_is_taken_in_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(config_lines); i++) {
		assert_int_equal(parse(config_lines[i]), 0);
		assert_non_null(got.config);
		assert_string_equal(got.config, "f");
		assert_int_equal(n_rest, 0);
		assert_int_equal(got.verbose, config_lines[i][3] == 'v');
	}
}

static void
flags_may_stand_together(void **state)
{
	(void)state;
	assert_int_equal(parse("x -av"), 0);
	assert_true(got.all && got.verbose);
	assert_int_equal(parse("x --all"), 0);
	assert_true(got.all && !got.verbose);
}

static void
what_is_no_option_stays_in_order(void **state)
{
	(void)state;
	assert_int_equal(parse("x one -v - two -- -a --all"), 0);
	assert_true(got.verbose && !got.all);
	assert_int_equal(n_rest, 5);
	assert_string_equal(rest[0], "one");
	assert_string_equal(rest[1], "-");
	assert_string_equal(rest[2], "two");
	assert_string_equal(rest[3], "-a");
	assert_string_equal(rest[4], "--all");
}

static void
texts_are_collected(void **state)
{
	(void)state;
	assert_int_equal(
		parse("x --watchlist a --watchlist=b --watchlist c="), 0);
	assert_int_equal(got.watchlists.n, 3);
	assert_string_equal(got.watchlists.p[0], "a");
	assert_string_equal(got.watchlists.p[1], "b");
	assert_string_equal(got.watchlists.p[2], "c=");
	opts_fini(table);
	assert_null(got.watchlists.p);
	assert_int_equal(got.watchlists.n, 0);
}

static void
a_value_may_be_empty_or_hold_an_equals_sign(void **state)
{
	(void)state;
	assert_int_equal(parse("x --config="), 0);
	assert_string_equal(got.config, "");
	assert_int_equal(parse("x --config=a=b"), 0);
	assert_string_equal(got.config, "a=b");
}

static const struct {
	const char *line, *message;
} bad_lines[] = {
	{"x --cofnig f", "unknown option --cofnig: did you mean --config?"},
	{"x --quux", "unknown option --quux"},
	{"x --quux=1", "unknown option --quux"},
	{"x -q", "unknown option -q"},
	{"x -vq", "unknown option -q"},
	{"x -c", "option --config needs a value: FILE"},
	{"x --config", "option --config needs a value: FILE"},
	{"x --all=1", "option --all takes no value"},
};

static void
mistakes_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(bad_lines); i++) {
		assert_int_equal(parse(bad_lines[i].line), -1);
		assert_int_equal(err.kind, ERR_CONF);
		assert_string_equal(err.msg, bad_lines[i].message);
	}
}

static void
an_empty_command_line_is_fine(void **state)
{
	(void)state;
	assert_int_equal(parse("x"), 0);
	assert_int_equal(n_rest, 0);
	assert_int_equal(parse(""), 0);
	assert_int_equal(n_rest, 0);
}

static void
help_shows_every_row(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	opts_help(
		table, "newswatch match [options] FILE...", "Prints hits.", f);
	fclose(f);
	assert_string_equal(text,
		"usage: newswatch match [options] FILE...\n"
		"\n"
		"Prints hits.\n"
		"\n"
		"  -a, --all                 also what is below the threshold\n"
		"  -c, --config FILE         configuration file\n"
		"  -v, --verbose             say more\n"
		"      --watchlist A-LONG-VALUE-NAME\n"
		"                            a watchlist\n");
	mem_free(&text);
}

static void
help_breaks_long_lines_and_keeps_those_of_the_text(void **state)
{
	static const struct opt long_table[] = {
		{0, "live", OPT_FLAG, NULL,
			"ask Redis for silences and stories told, and take "
			"the hits as coming now",
			NULL},
		{0}};
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	opts_help(long_table, "x",
		"Shows which routes take hits and why, condition by "
		"condition, and for each channel when.\nTwo.",
		f);
	fclose(f);
	assert_string_equal(text,
		"usage: x\n\n"
		"Shows which routes take hits and why, condition by "
		"condition, and for each channel when.\nTwo.\n\n"
		"      --live                ask Redis for silences and "
		"stories "
		"told, and take the hits as\n"
		"                            coming now\n");
	mem_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_taken_in_every_form),
		cmocka_unit_test(flags_may_stand_together),
		cmocka_unit_test(what_is_no_option_stays_in_order),
		cmocka_unit_test(texts_are_collected),
		cmocka_unit_test(a_value_may_be_empty_or_hold_an_equals_sign),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(an_empty_command_line_is_fine),
		cmocka_unit_test(help_shows_every_row),
		cmocka_unit_test(
			help_breaks_long_lines_and_keeps_those_of_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
