/* Whom an item names as its source, sentence by sentence. */
#include "story_fixture.h"
#include "testing.h"

#include "story/sources.h"

static const char *const cue_names[SOURCE_CUES] = {"first", "reported", "told",
	"according", "trailing", "wire", "rss", "link", "said", "filed",
	"unnamed"};
static const char *const what_names[SOURCE_WHATS] = {
	"outlet", "company", "person", "filing", "anonymous"};
static const char *const act_names[SOURCE_ACTS] = {
	"", " confirms", " denies", " corrects", " retracts", " declines"};

/* One expected cue: it must be among those found. */
struct source_row {
	const char *text;
	const char *found; /* "told outlet Reuters"; "-cue what NAME": not */
};

static const struct source_row rows[] = {
	/* -- outlets ---------------------------------------------------------
	 */
	{"Reuters reported on Monday that it closed.",
		"reported outlet Reuters"},
	{"It closed, Reuters reported.", "reported outlet Reuters"},
	{"Nikkei Asia has reported that it closed.",
		"reported outlet Nikkei Asia"},
	{"It closed, the Financial Times reports.",
		"reported outlet the Financial Times"},
	{"It closed, The Information first reported.",
		"first outlet The Information"},
	{"The closure was first reported by Axios.", "first outlet Axios"},
	{"The plan was earlier reported by the WSJ.", "first outlet the WSJ"},
	{"Bloomberg was first to report the plan.", "first outlet Bloomberg"},
	{"Semafor broke the news.", "first outlet Semafor"},
	{"A director told CNBC that it closed.", "told outlet CNBC"},
	{"\"It is over\", he said in an interview with Sky News.",
		"told outlet Sky News"},
	{"She spoke to the BBC about it.", "told outlet the BBC"},
	{"It closed, according to the Financial Times.",
		"according outlet the Financial Times"},
	{"It closed, according to a report in the FT.",
		"reported outlet the FT"},
	{"It closed, citing Bloomberg.", "according outlet Bloomberg"},
	{"A memo seen by Reuters says it closed.", "reported outlet Reuters"},
	{"Emails reviewed by The Verge show it.", "reported outlet The Verge"},
	{"A Bloomberg report said it closed.", "reported outlet Bloomberg"},
	{"A story in Der Spiegel said so.", "reported outlet Der Spiegel"},
	{"It closed, via TechCrunch.", "according outlet TechCrunch"},
	{"Reuters and Bloomberg reported it.", "reported outlet Reuters"},
	{"Reuters and Bloomberg reported it.", "reported outlet Bloomberg"},
	{"It closed. (Reuters)", "trailing outlet Reuters"},
	{"LONDON (Reuters) - It closed.", "wire outlet Reuters"},
	{"LONDON, Nov 3 (Reuters) - It closed.", "wire outlet Reuters"},
	{"OSLO, Nov. 3 /PRNewswire/ -- It closed.", "wire outlet PRNewswire"},
	{"(Bloomberg) -- It closed.", "wire outlet Bloomberg"},
	{"It closed, reports the Times of India.",
		"reported outlet the Times of India"},
	{"Das berichtet das Handelsblatt.", "reported outlet Handelsblatt"},
	{"Laut Handelsblatt schließt das Werk.",
		"according outlet Handelsblatt"},
	{"Das Werk schließt, sagte er dem Handelsblatt. Wie die FAZ "
	 "berichtet, bald.",
		"reported outlet FAZ"},
	{"Der FAZ zufolge schließt das Werk.", "according outlet Der FAZ"},
	{"L'usine ferme, selon Les Echos.", "according outlet Les Echos"},
	{"La planta cierra, según Expansión.", "according outlet Expansión"},
	/* -- no outlets
	 * --------------------------------------------------------
	 */
	{"News Corp reported quarterly earnings.",
		"-reported outlet News Corp"},
	{"Tesla reported record deliveries.", "-reported outlet Tesla"},
	{"According to plan, it closed.", "-according"},
	{"It cost $5 per share.", "-according"},
	{"Data compiled by Bloomberg show a fall.", "-reported"},
	{"It fell, according to data compiled by Bloomberg.", "-according"},
	{"Analysts polled by Reuters expected a rise.", "-told"},
	{"Halden told investors so.", "-told"},
	{"He told Halden so.", "-told"},
	{"A bug was reported by users of Halden.", "-reported outlet"},
	{"Halden's chief executive said so.", "-said company"},
	{"The information reported by users is old.", "-reported outlet"},
	{"Time will tell.", "-told"},
	/* -- the company
	 * ---------------------------------------------------------
	 */
	{"Halden said on Tuesday that it will close.", "said company Halden"},
	{"Halden announced the closure.", "said company Halden"},
	{"A spokesperson for Halden said so.", "said company Halden"},
	{"Halden spokesman Al Roe said so.", "said company Halden"},
	{"\"We close\", said Halden spokeswoman Jo Roe.",
		"said company Halden"},
	{"Halden will close. The company said so in a statement.",
		"said company Halden"},
	{"It will close, according to Halden.", "according company Halden"},
	{"Halden confirmed the plan.", "said company confirms Halden"},
	{"Halden denied the report.", "said company denies Halden"},
	{"Halden has denied that it will close.", "said company denies Halden"},
	{"Halden declined to comment.", "said company declines Halden"},
	{"Halden did not immediately respond to a request.",
		"said company declines Halden"},
	{"A Halden spokesperson declined to comment.",
		"said company declines Halden"},
	{"Halden bestätigte den Plan.", "said company confirms Halden"},
	{"Halden a démenti.", "said company denies Halden"},
	{"The closure of Halden surprised many.", "-said"},
	{"Halden closed. A police spokeswoman said so.", "-said"},
	{"Halden closed. A spokesman for the ministry said so.", "-said"},
	{"Halden closed. A company spokesman said so.", "said company Halden"},
	{"A fund manager said Halden will close.", "-said"},
	{"It fell after a report said Halden will close.", "-said"},
	{"The plan confirms Halden will close.", "-said"},
	{"Rain fell on Halden.", "-said"},
	{"Halden, which makes pumps in Ohio, said so.", "said company Halden"},
	/* -- people
	 * ----------------------------------------------------------------
	 */
	{"Halden chief executive Jo Quist said so.", "said person Jo Quist"},
	{"Halden's AI chief Jo Quist says so.", "said person Jo Quist"},
	{"Jo Quist, chief executive of Halden, said so.",
		"said person Jo Quist"},
	{"\"We close\", said Jo Quist, Halden's chief executive.",
		"said person Jo Quist"},
	{"Halden CEO Jo Quist told Reuters.", "said person Jo Quist"},
	{"Halden CEO Jo Quist told Reuters.", "told outlet Reuters"},
	{"Jo Quist bought a house.", "-said"},
	/* -- filings
	 * ---------------------------------------------------------------
	 */
	{"It closed, a regulatory filing showed.",
		"filed filing regulatory filing"},
	{"Halden disclosed in an 8-K that it closed.", "filed filing 8-K"},
	{"Halden said in a filing that it closed.", "filed filing in a filing"},
	{"Court documents show that it closed.",
		"filed filing Court documents"},
	{"The filing cabinet was empty.", "-filed"},
	{"He ran 10 K in the rain.", "-filed"},
	/* -- nobody named
	 * ----------------------------------------------------------
	 */
	{"It will close, people familiar with the matter said.",
		"unnamed anonymous people familiar with"},
	{"Sources said it will close.", "unnamed anonymous Sources"},
	{"Two sources told Reuters it will close.",
		"unnamed anonymous sources"},
	{"It will close, according to a person briefed on the plan.",
		"unnamed anonymous person briefed on"},
	{"Das Werk schließt, sagten mit der Sache vertraute Personen.",
		"unnamed anonymous mit der Sache vertraute"},
	{"L'usine ferme, selon des sources proches du dossier.",
		"unnamed anonymous sources proches"},
	{"Open source software is free.", "-unnamed"},
	{"The power source failed.", "-unnamed"},
	/* -- notices
	 * ---------------------------------------------------------------
	 */
	{"Correction: the plant is in Ohio.",
		"said outlet corrects Correction"},
	{"This story has been retracted.",
		"said outlet retracts This story has been retracted"},
	{"Axios has retracted its report on Halden.",
		"reported outlet retracts Axios"},
	{"The market correction went on.", "-said outlet corrects"},
};

static void
describe(const struct item_source *s, struct strbuf *out)
{
	strbuf_clear(out);
	strbuf_printf(out, "%s %s%s %.*s", cue_names[s->cue],
		what_names[s->what], act_names[s->act], SPAN_ARG(s->name));
}

static bool
has_source(const struct item_sources *all, const char *wanted, bool prefix)
{
	struct strbuf one = STRBUF_INIT(4096);
	bool found = false;

	for (size_t i = 0; i < all->n; i++) {
		describe(&all->p[i], &one);
		found |= prefix ? span_starts(strbuf_as_span(&one), wanted)
				: span_eq_str(strbuf_as_span(&one), wanted);
	}
	strbuf_fini(&one);
	return found;
}

static void
find(const char *text, struct arena *arena, struct item_sources *out)
{
	static const struct yaml_node watched = {
		.type = YAML_TEXT,
		.text = SPAN_INIT("Halden"),
	};
	struct item item = {
		.text = span_of(text),
		.published = {ITEM_UNDATED},
	};
	struct hit_entity *entities;
	size_t n = story_world_entities(&watched, &item, arena, &entities);

	item_sources_find(&item, entities, n, arena, out);
}

static void
each_sentence_gives_its_sources(void **state)
{
	struct arena *arena = arena_new();
	struct strbuf one = STRBUF_INIT(4096);
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		const char *wanted = rows[i].found;
		bool not = *wanted == '-';
		struct item_sources all;

		find(rows[i].text, arena, &all);
		if (has_source(&all, wanted + not, not ) != not )
			continue;
		print_error("# %s\n#   wanted: %s\n", rows[i].text, wanted);
		for (size_t k = 0; k < all.n; k++) {
			describe(&all.p[k], &one);
			print_error("#   found: %s\n", strbuf_cstr(&one));
		}
		wrong++;
	}
	strbuf_fini(&one);
	arena_free(&arena);
	assert_int_equal(wrong, 0);
}

static void
an_officer_has_the_company_with_him(void **state)
{
	struct arena *arena = arena_new();
	struct item_sources all;

	(void)state;
	find("Halden chief executive Jo Quist said so.", arena, &all);
	assert_int_equal(all.n, 1);
	assert_span_equal(all.p[0].of, "Halden");
	assert_span_equal(
		all.p[0].quote, "Halden chief executive Jo Quist said so");
	arena_free(&arena);
}

static void
parts_that_are_no_reporting_give_none(void **state)
{
	static const char text[] = "It closed.\nReuters reported rain.";
	static const struct item_mark mark = {MARK_RELATED, 11, 33};
	struct arena *arena = arena_new();
	struct item item = {
		.text = span_of(text),
		.marks = &mark,
		.n_marks = 1,
		.published = {ITEM_UNDATED},
	};
	struct item_sources all;

	(void)state;
	item_sources_find(&item, NULL, 0, arena, &all);
	assert_int_equal(all.n, 0);
	arena_free(&arena);
}

static void
a_feed_and_its_links_name_sources(void **state)
{
	static const struct item_link links[] = {
		{SPAN_INIT("https://www.bloomberg.com/a"),
			SPAN_INIT("reported")},
		{SPAN_INIT("https://shop.example/b"), SPAN_INIT("buy it here")},
		{SPAN_INIT("https://www.bloomberg.com/c"), SPAN_INIT("here")},
	};
	static struct span author = SPAN_INIT("By Jane Doe, Reuters");
	struct arena *arena = arena_new();
	struct item item = {
		.source_title = SPAN_INIT("Example News"),
		.source_url = SPAN_INIT("https://example.com"),
		.authors = {&author, 1},
		.links = links,
		.n_links = 3,
		.published = {ITEM_UNDATED},
	};
	struct item_sources all;

	(void)state;
	item_sources_find(&item, NULL, 0, arena, &all);
	assert_true(has_source(&all, "rss outlet Example News", false));
	assert_true(has_source(&all, "wire outlet Reuters", false));
	assert_true(has_source(&all, "wire outlet Jane Doe", false));
	assert_true(has_source(&all, "link outlet bloomberg.com", false));
	assert_int_equal(all.n, 4);
	assert_int_equal(all.domains.n, 2);
	assert_span_equal(all.domains.p[1], "shop.example");
	arena_free(&arena);
}

static void
at_most_so_many_are_kept_the_strongest_first(void **state)
{
	struct strbuf text = STRBUF_INIT(1 << 16);
	struct arena *arena = arena_new();
	struct item_sources all;

	(void)state;
	for (unsigned i = 0; i < 2 * SOURCES_MAX; i++)
		strbuf_printf(&text, "It closed, Daily%u reported. ", i);
	strbuf_str(&text, "It was first reported by Axios.");
	find(strbuf_cstr(&text), arena, &all);
	assert_int_equal(all.n, SOURCES_MAX);
	assert_int_equal(all.p[0].cue, BY_FIRST_REPORTED);
	assert_span_equal(all.p[1].name, "Daily0");
	strbuf_fini(&text);
	arena_free(&arena);
}

static void
a_long_sentence_is_quoted_in_part(void **state)
{
	struct strbuf text = STRBUF_INIT(1 << 16);
	struct arena *arena = arena_new();
	struct item_sources all;

	(void)state;
	strbuf_str(&text, "Reuters reported that it");
	for (unsigned i = 0; i < 200; i++)
		strbuf_str(&text, " really");
	strbuf_str(&text, " closed.");
	find(strbuf_cstr(&text), arena, &all);
	assert_int_equal(all.n, 1);
	assert_true(all.p[0].quote.n <= SOURCES_QUOTE_BYTES);
	assert_true(span_ends(all.p[0].quote, " really..."));
	strbuf_fini(&text);
	arena_free(&arena);
}

static void
any_text_gives_names_and_quotes_that_stand_in_it(void **state)
{
	static const char *const pieces[] = {"Reuters", " reported", " told ",
		"The ", "Information", ". ", ", ", " and ", "Halden", " said",
		" first reported by ", "(", ")", " - ", "\n", "'s ",
		" according to ", "people familiar with ", " denied ", "8-K",
		" CEO ", "Jo Quist", "é", "日本", ": ", "Correction", "|", "/"};
	struct arena *arena = arena_new();
	struct rng rng = test_rng();

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct strbuf text = STRBUF_INIT(4096);
		struct item_sources all;

		for (unsigned i = rng_below(&rng, 24); i > 0; i--)
			strbuf_str(
				&text, pieces[rng_below(&rng, N_ROWS(pieces))]);
		arena_reset(arena);
		find(strbuf_cstr(&text), arena, &all);
		for (size_t i = 0; i < all.n; i++) {
			assert_true(all.p[i].end <= text.n);
			assert_true(all.p[i].start < all.p[i].end);
			assert_true(all.p[i].name.n <= SOURCES_NAME_BYTES);
		}
		strbuf_fini(&text);
	}
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sentence_gives_its_sources),
		cmocka_unit_test(an_officer_has_the_company_with_him),
		cmocka_unit_test(parts_that_are_no_reporting_give_none),
		cmocka_unit_test(a_feed_and_its_links_name_sources),
		cmocka_unit_test(at_most_so_many_are_kept_the_strongest_first),
		cmocka_unit_test(a_long_sentence_is_quoted_in_part),
		cmocka_unit_test(
			any_text_gives_names_and_quotes_that_stand_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
