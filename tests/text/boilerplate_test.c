/* Boilerplate by its words, and how marks are put in order. */
#include "text/boilerplate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "base/strbuf.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))
/* Something that an article begins with. */
#define NEWS \
	"Meta said on Tuesday that it would build two more data centres.\n" \
	"The company did not say where they would be, or what they cost.\n"

static const char *const names[] = {
	"share", "related", "author", "about", "credit"};

static void
check(const char *before, const char *line, const char *want)
{
	struct text_marks m = {0};
	char text[2048], got[2048] = "";
	size_t n = 0;

	snprintf(text, sizeof(text), "%s%s", before, line);
	text_marks_find(span_of(text), &m);
	vec_each (const struct text_mark *, it, &m)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s[%.*s]",
			n ? " " : "", names[it->kind],
			(int)(it->end - it->start), text + it->start);
	if (strcmp(got, want) != 0)
		fail_msg("'%s': '%s', not '%s'", line, got, want);
	text_marks_fini(&m);
}

static void
lines_of_boilerplate_are_marked(void **state)
{
	static const struct {
		const char *kind, *line;
	} rows[] = {
		{"share", "Share this:"},
		{"share", "SHARE"},
		{"share", "Share this article on Facebook"},
		{"share", "Follow us on X and Instagram"},
		{"share", "Sign up for our daily newsletter"},
		{"share", "Subscribe to The Morning"},
		{"share", "Advertisement"},
		{"share", "Teilen"},
		{"share", "Jetzt Newsletter bestellen"},
		{"share", "Suivez-nous sur X"},
		{"share", "Síguenos en Twitter"},
		{"related", "Related: Google builds another one"},
		{"related", "Related stories"},
		{"related", "Read more:"},
		{"related", "READ MORE: Nvidia beats forecasts"},
		{"related", "Also read | Nvidia beats forecasts"},
		{"related", "See also: Nvidia"},
		{"related", "You may also like"},
		{"related", "Continue reading..."},
		{"related", "The post Meta builds appeared first on E News."},
		{"related", "Der Beitrag Meta baut erschien zuerst auf E."},
		{"related", "Lesen Sie auch: Nvidia"},
		{"related", "À lire aussi : Nvidia"},
		{"related", "Lea también: Nvidia"},
		{"related", "Leggi anche: Nvidia"},
		{"related", "Читайте также: Nvidia"},
		{"related", "Tags: AI, Meta"},
		{"author", "Reporting by Jane Doe; Editing by John Roe"},
		{"author", "(Reporting by Jane Doe; Editing by John Roe)"},
		{"author", "--With assistance from Jane Doe."},
		{"author", "Contact the author at jane@example.com"},
		{"about", "SOURCE Meta Platforms, Inc."},
		{"about", "View original content: https://example.com/"},
		{"about", "Copyright 2026 Example. All rights reserved."},
		{"about", "© 2026 Example"},
		{"about", "All rights reserved."},
		{"about", "This is not investment advice."},
		{"credit", "Photo: Jane Doe/Getty Images"},
		{"credit", "Photo by Jane Doe on Unsplash"},
		{"credit", "Image credit: Meta"},
		{"credit", "Getty Images"},
		{"credit", "Foto: dpa"},
		{"credit", "Crédit photo : AFP"},
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char want[256];

		snprintf(want, sizeof(want), "%s[%s]", rows[i].kind,
			rows[i].line);
		check(NEWS, rows[i].line, want);
		check("", rows[i].line, want);
	}
}

static void
reports_that_begin_alike_are_not_marked(void **state)
{
	static const char *const lines[] = {
		"Shares of Meta rose 3% on Tuesday.",
		"Share prices fell.",
		"Related parties sold shares, the filing says.",
		"Relatedly, Meta cut jobs.",
		"The post office will close 20 branches.",
		"About half of the employees will move.",
		"About 500 jobs are at risk",
		"Over the past year Meta has built five.",
		"Sources close to the matter said so.",
		"Copyright law is at the centre of the case.",
		"Readers disagree.",
		"Follow-up talks begin on Monday.",
		"Image recognition is what Meta is after.",
		"Photos of the building appeared on Monday.",
		"Subscribers left in droves.",
		"Contacted by phone, Meta declined to comment",
		"Investors were pleased.",
		"Savings reached $5 billion.",
		"Printed circuits (PCBs) are scarce (very).",
		"Commenters noticed.",
		"Also on Tuesday Meta opened an office.",
	};

	(void)state;
	for (size_t i = 0; i < ROWS(lines); i++)
		check(NEWS, lines[i], "");
}

static void
sections_of_a_press_release_run_to_its_end(void **state)
{
	(void)state;
	check(NEWS, "About Meta\nMeta builds.\nIt was founded in 2004.",
		"about[About Meta\nMeta builds.\nIt was founded in 2004.]");
	check(NEWS, "About Meta\nMeta builds.\nMedia contact\nJane, +1 555",
		"about[About Meta\nMeta builds.\nMedia contact\nJane, +1 555]");
	check(NEWS, "About the Author\nJane Doe writes.\nAbout Meta\nMeta.",
		"author[About the Author\nJane Doe writes.] "
		"about[About Meta\nMeta.]");
	check(NEWS, "Forward-Looking Statements\nThis may change.",
		"about[Forward-Looking Statements\nThis may change.]");
	check(NEWS, "Über Meta\nMeta baut.", "about[Über Meta\nMeta baut.]");
	check(NEWS, "About Meta\nMeta.\nRead more: x\nThe end.",
		"about[About Meta\nMeta.] related[Read more: x]");
	/* What begins a text is its subject. */
	check("", "About Meta\n" NEWS NEWS, "");
}

static void
a_section_does_not_swallow_a_long_rest(void **state)
{
	struct strbuf text = STRBUF_INIT(100000);
	struct text_marks m = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		strbuf_str(&text, NEWS);
	strbuf_str(&text, "About Meta\n");
	for (int i = 0; i < 100; i++)
		strbuf_str(&text, NEWS);
	text_marks_find(strbuf_as_span(&text), &m);
	assert_int_equal(m.n, 1);
	assert_in_range(m.p[0].end - m.p[0].start, 4096, 4096 + 200);
	text_marks_fini(&m);
	strbuf_fini(&text);
}

static void
brackets_are_marked_where_they_stand(void **state)
{
	(void)state;
	check(NEWS, "It ends. (Reporting by Jane Doe; Editing by J. Roe)",
		"author[(Reporting by Jane Doe; Editing by J. Roe)]");
	check(NEWS, "A (read more: x) and (image: AP) b",
		"related[(read more: x)] credit[(image: AP)]");
	check(NEWS, "Open (reporting by Jane", "");
	check(NEWS, "Nested ((reporting by Jane) x",
		"author[(reporting by "
		"Jane)]");
	check(NEWS, "Meta (META) rose", "");
	check(NEWS, "()", "");
	check(NEWS, "(", "");
}

static void
marks_are_sorted_cut_and_joined(void **state)
{
	struct text_marks m = {0};

	(void)state;
	vec_push(&m, (struct text_mark){TEXT_MARK_ABOUT, 50, 60});
	vec_push(&m, (struct text_mark){TEXT_MARK_SHARE, 10, 20});
	vec_push(&m, (struct text_mark){TEXT_MARK_RELATED, 15, 30});
	vec_push(&m, (struct text_mark){TEXT_MARK_SHARE, 12, 18});
	vec_push(&m, (struct text_mark){TEXT_MARK_RELATED, 31, 40});
	vec_push(&m, (struct text_mark){TEXT_MARK_CREDIT, 45, 45});
	text_marks_normalize(&m);
	assert_int_equal(m.n, 3);
	assert_int_equal(m.p[0].start, 10);
	assert_int_equal(m.p[0].end, 20);
	assert_int_equal(m.p[1].kind, TEXT_MARK_RELATED);
	assert_int_equal(m.p[1].start, 20);
	assert_int_equal(m.p[1].end, 40);
	assert_int_equal(m.p[2].start, 50);
	text_marks_fini(&m);
	text_marks_normalize(&m);
	assert_int_equal(m.n, 0);
}

static void
normal_marks_never_overlap(void **state)
{
	uint64_t seed = 3;
	struct rng r;

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	rng_init(&r, seed);
	for (int i = 0; i < 3000; i++) {
		struct text_marks m = {0};
		bool covered[64] = {0};

		for (uint32_t n = rng_below(&r, 12); n > 0; n--) {
			uint32_t a = rng_below(&r, 60), b = rng_below(&r, 60);

			vec_push(&m,
				(struct text_mark){
					(enum text_mark_kind)rng_below(&r, 5),
					a < b ? a : b, a < b ? b : a});
		}
		vec_each (const struct text_mark *, it, &m)
			memset(covered + it->start, 1, it->end - it->start);
		text_marks_normalize(&m);
		for (size_t k = 0; k < m.n; k++) {
			assert_true(m.p[k].start < m.p[k].end);
			assert_true(k == 0 || m.p[k - 1].end <= m.p[k].start);
			for (uint32_t at = m.p[k].start; at < m.p[k].end; at++)
				covered[at] = false;
		}
		/* Nothing that was marked is lost. */
		for (size_t at = 0; at < sizeof(covered); at++)
			assert_false(covered[at]);
		text_marks_fini(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_boilerplate_are_marked),
		cmocka_unit_test(reports_that_begin_alike_are_not_marked),
		cmocka_unit_test(sections_of_a_press_release_run_to_its_end),
		cmocka_unit_test(a_section_does_not_swallow_a_long_rest),
		cmocka_unit_test(brackets_are_marked_where_they_stand),
		cmocka_unit_test(marks_are_sorted_cut_and_joined),
		cmocka_unit_test(normal_marks_never_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
