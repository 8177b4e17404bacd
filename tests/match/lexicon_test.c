/* The compiled block: complete, movable, and refused when it is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "match/block.h"
#include "match/scan.h"
#include "watch.h"

#define SEED 20260310

static int
setup(void **state)
{
	struct watch *w = mem_calloc(1, sizeof(*w));

	watch_init(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct watch *w = *state;

	watch_fini(w);
	mem_free(&w);
	return 0;
}

static size_t
count_hits(const struct lexicon *lex, const char *text)
{
	struct scanner *sc = scanner_new();
	struct scan_hits hits = {0};
	size_t n;

	scan_text(sc, lex, span_of(text), &hits);
	n = hits.n;
	scan_hits_fini(&hits);
	scanner_free(&sc);
	return n;
}

static void
a_copy_at_another_address_works(void **state)
{
	struct watch *w = *state;
	struct lexicon *copy;
	struct err err = {0};
	void *p;

	watch_add(w, "Meta Platforms", "Meta|Facebook", "NASDAQ:META");
	watch_compile(w);
	p = aligned_alloc(64, (w->block.n + 63) / 64 * 64);
	assert_non_null(p);
	memcpy(p, w->block.p, w->block.n);
	memset(w->block.p, 0xa5, w->block.n);
	assert_int_equal(
		lexicon_open(p, w->block.n, LEXICON_CACHED, &copy, &err), 0);
	assert_int_equal(lexicon_n_entities(copy), 1);
	assert_int_equal(count_hits(copy, "Facebook is Meta Platforms"), 3);
	lexicon_close(&copy);
	free(p);
}

static void
every_changed_byte_is_noticed(void **state)
{
	struct watch *w = *state;
	struct lexicon *lex = NULL;
	struct err err = {0};
	struct rng rng;

	watch_add(w, "Meta", "Facebook", NULL);
	watch_compile(w);
	print_message("# seed %d\n", SEED);
	rng_init(&rng, SEED);
	for (int i = 0; i < 300; i++) {
		size_t at = rng_below(&rng, (uint32_t)w->block.n);
		char was = w->block.p[at];

		w->block.p[at] = (char)(was ^ (1 << rng_below(&rng, 8)));
		assert_int_equal(lexicon_open(w->block.p, w->block.n,
					 LEXICON_CACHED, &lex, &err),
			-1);
		assert_int_equal(err.kind, ERR_INPUT);
		w->block.p[at] = was;
	}
	assert_int_equal(lexicon_open(w->block.p, w->block.n - 1, LEXICON_OWN,
				 &lex, &err),
		-1);
	assert_int_equal(lexicon_open("short", 5, LEXICON_OWN, &lex, &err), -1);
}

static void
another_version_says_compile_again(void **state)
{
	struct watch *w = *state;
	struct lexicon *lex = NULL;
	struct block_header h;
	struct err err = {0};

	watch_add(w, "Meta", NULL, NULL);
	watch_compile(w);
	memcpy(&h, w->block.p, sizeof(h));
	h.version++;
	memcpy(w->block.p, &h, sizeof(h));
	assert_int_equal(
		lexicon_open(w->block.p, w->block.n, LEXICON_OWN, &lex, &err),
		-1);
	assert_non_null(strstr(err.msg, "compile it again"));
}

static void
version_depends_on_the_content_only(void **state)
{
	struct watch *w = *state, other;
	char first[64];

	watch_add(w, "Meta", "Facebook", NULL);
	watch_compile(w);
	snprintf(first, sizeof(first), "%s", lexicon_version(w->lex));
	assert_int_equal(strlen(first), 32);
	watch_init(&other);
	watch_add(&other, "Meta", "Facebook", NULL);
	watch_compile(&other);
	assert_string_equal(lexicon_version(other.lex), first);
	watch_add(&other, "Apple", NULL, NULL);
	watch_compile(&other);
	assert_string_not_equal(lexicon_version(other.lex), first);
	watch_fini(&other);
}

static void
an_empty_watchlist_compiles(void **state)
{
	struct watch *w = *state;

	watch_compile(w);
	assert_int_equal(w->counts.entities, 0);
	assert_int_equal(count_hits(w->lex, "Meta, Apple and others"), 0);
}

static void
problems_name_line_and_column(void **state)
{
	struct watch *w = *state;
	struct entity *e;

	watch_add(w, "Meta", "Meta||...", NULL);
	watch_add(w, "X", NULL, NULL);
	watch_add(w, "Other", "Meta", NULL);
	e = watch_add(w, "Target", NULL, NULL);
	e->exclude = watch_texts(w, "Target", 5);
	watch_add(w, "meta", NULL, NULL);
	watch_compile(w);
	assert_string_equal(strbuf_cstr(&w->problems),
		"1:2: warning: 'Meta' is listed twice, before at line 1\n"
		"1:2: error: alias '...' has neither letter nor digit, so it "
		"cannot be found in a text\n"
		"1:2: error: alias is empty; write one\n"
		"2:1: warning: name 'X' has one letter and is not looked for; "
		"a "
		"ticker would be\n"
		"3:2: warning: alias 'Meta' also belongs to 'Meta', "
		"test.yaml:1:1; both will match\n"
		"4:5: error: 'Target' is a name of this entity, at line 4, and "
		"under exclude; it will never match\n"
		"5:1: error: 'meta' has the id 'meta', as 'Meta' at "
		"test.yaml:1:1 has; give one of them another id\n");
	assert_int_equal(w->counts.errors, 4);
	assert_int_equal(w->counts.warnings, 3);
}

static void
ten_thousand_aliases_are_the_most(void **state)
{
	struct watch *w = *state;
	struct strbuf list = STRBUF_INIT(1 << 20);

	for (int i = 0; i < 10001; i++)
		strbuf_printf(&list, "%sname%d", i ? "|" : "", i);
	watch_add(w, "Many", strbuf_cstr(&list), NULL);
	watch_compile(w);
	assert_non_null(strstr(strbuf_cstr(&w->problems),
		"1:2: error: more than 10000 entries under alias"));
	assert_int_equal(count_hits(w->lex, "name9999"), 1);
	assert_int_equal(count_hits(w->lex, "name10000"), 0);
	strbuf_fini(&list);
}

static void
a_name_of_too_many_words_is_refused(void **state)
{
	struct watch *w = *state;
	struct strbuf name = STRBUF_INIT(4096);

	for (int i = 0; i < 49; i++)
		strbuf_str(&name, "word ");
	watch_add(w, "Long", strbuf_cstr(&name), NULL);
	watch_compile(w);
	assert_string_equal(strbuf_cstr(&w->problems),
		"1:2: error: alias has 49 words, at most 48 are allowed\n");
	strbuf_fini(&name);
}

static void
what_does_not_fit_is_a_configuration_error(void **state)
{
	struct watch *w = *state;
	struct entity_list list;
	struct err err = {0};

	watch_add(w, "Meta", NULL, NULL);
	list = (struct entity_list){w->entities.p, w->entities.n};
	strbuf_init(&w->block, 100);
	assert_int_equal(
		lexicon_build(&list, NULL, NULL, &w->block, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_CONF);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(a_copy_at_another_address_works),
		T(every_changed_byte_is_noticed),
		T(another_version_says_compile_again),
		T(version_depends_on_the_content_only),
		T(an_empty_watchlist_compiles),
		T(problems_name_line_and_column),
		T(ten_thousand_aliases_are_the_most),
		T(a_name_of_too_many_words_is_refused),
		T(what_does_not_fit_is_a_configuration_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
