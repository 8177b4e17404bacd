/* *.watchtest files: how they are read, and what is wrong with them. */
#include "fixture.h"

#include "config/watchtest.h"

struct reading {
	struct arena *arena;
	struct diag *diag;
	struct watchtests tests;
	struct strbuf said;
};

static int
setup(void **state)
{
	struct reading *r = calloc(1, sizeof(*r));

	r->arena = arena_new();
	r->diag = diag_new();
	strbuf_init(&r->said, 1 << 16);
	*state = r;
	return 0;
}

static int
teardown(void **state)
{
	struct reading *r = *state;

	watchtests_fini(&r->tests);
	strbuf_fini(&r->said);
	diag_free(&r->diag);
	arena_free(&r->arena);
	free(r);
	return 0;
}

/* "+Meta@2 title|text" a sentence, then the mistakes. */
static const char *
read_text(struct reading *r, const char *text)
{
	watchtests_parse(
		span_of(text), "n.watchtest", r->arena, r->diag, &r->tests);
	vec_each (const struct watchtest *, t, &r->tests.v)
		strbuf_printf(&r->said, "%c%.*s@%u %.*s|%.*s\n",
			t->must ? '+' : '-', SPAN_ARG(t->entity.text),
			t->place.line, SPAN_ARG(t->title), SPAN_ARG(t->text));
	diag_format(r->diag, &r->said);
	return strbuf_cstr(&r->said);
}

static void
sentences_belong_to_the_entity_above_them(void **state)
{
	assert_string_equal(
		read_text(*state,
			"# comment\r\n\r\n[Meta]\r\n+ Meta paid.\r\n"
			"-  metadata \n\n[ sam-altman ]\n+ He\n"),
		"+Meta@4 |Meta paid.\n-Meta@5 |metadata\n+sam-altman@8 |He\n");
}

static void
fields_and_indented_lines_go_on(void **state)
{
	assert_string_equal(
		read_text(*state,
			"[Meta]\n+ title: Meta\n  buys\n\ttext: One.\n  Two.\n"
			"  text: Next\n+ only\n  text: more\n- title:x\n"),
		"+Meta@2 Meta buys|One. Two.\nNext\n+Meta@7 |only\nmore\n"
		"-Meta@9 x|\n");
}

static void
mistakes_are_told_and_the_rest_is_read(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"+ early\n+ too\n[Meta]\n+ a\n",
			"n.watchtest:1:1: error: whose sentence is this? "},
		{"[Meta\n", "n.watchtest:1:1: error: an entity stands alone "},
		{"[Meta] x\n",
			"n.watchtest:1:1: error: an entity stands alone "},
		{"[ ]\n", "n.watchtest:1:1: error: write an entity's name"},
		{"[Meta]\n+\n", "n.watchtest:2:1: error: write a sentence "},
		{"[Meta]\nMeta paid\n",
			"n.watchtest:2:1: error: a line begins "},
		{"[Meta]\n  Meta paid\n",
			"n.watchtest:2:3: error: a line begins "},
		{"[Meta]\n+ \xff\n", "n.watchtest:2:1: error: a line of at "},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct reading *r = *state;

		print_message("# %zu\n", i);
		if (!strstr(read_text(r, rows[i].text), rows[i].said))
			fail_msg("%s", strbuf_cstr(&r->said));
		teardown(state);
		setup(state);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			sentences_belong_to_the_entity_above_them, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			fields_and_indented_lines_go_on, setup, teardown),
		cmocka_unit_test_setup_teardown(
			mistakes_are_told_and_the_rest_is_read, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
