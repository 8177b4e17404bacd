/* The classifier: modality, stage, attachment, what is no reporting, and text
 * of every kind. */
#include "event_fixture.h"
#include "testing.h"

#include "base/date.h"
#include "model/limits.h"

#define MENTIONS_MAX 8

static struct event_world *world;

static void
make_item(struct item *item, const char *title, const char *text)
{
	*item = (struct item){
		.title = span_of(title),
		.text = span_of(text),
	};
	assert_true(date_parse(SPAN_LIT("2024-03-01"), &item->published));
}

static const struct hit_event *
find(const struct events_result *found, const char *type)
{
	for (size_t i = 0; i < found->n; i++)
		if (span_eq_str(found->events[i].type, type))
			return &found->events[i];
	return NULL;
}

/* -- modality and stage ---------------------------------------------------- */

struct telling_row {
	const char *text, *type, *modality, *stage;
};

static const struct telling_row tellings[] = {
	{"Halden acquires Orlen", "mna", "asserted", "announced"},
	{"Halden to acquire Orlen", "mna", "asserted", "planned"},
	{"Halden completes acquisition of Orlen", "mna", "asserted",
		"completed"},
	{"Halden may acquire Orlen", "mna", "hedged", "rumour"},
	{"Halden is in talks to acquire Orlen", "mna", "hedged", "rumour"},
	{"Halden is considering a takeover bid", "mna", "hedged", "rumour"},
	{"Halden will acquire Orlen, sources said", "mna", "reported",
		"rumour"},
	{"Halden agreed to acquire Orlen, Reuters reported", "mna", "reported",
		"planned"},
	{"Halden will not acquire Orlen", "mna", "denied", "planned"},
	{"Halden denies takeover talks", "mna", "denied", "announced"},
	{"In 2019 Halden acquired Orlen", "mna", "historic", "announced"},
	{"Ten years ago Halden acquired Orlen", "mna", "historic", "announced"},
	{"Halden scraps takeover bid for Orlen", "mna", "asserted",
		"cancelled"},
	{"Regulators approve takeover bid for Orlen", "mna", "asserted",
		"approved"},
	{"Halden plans layoffs", "layoffs", "asserted", "planned"},
	{"Halden is not looking at layoffs", "layoffs", "denied", "announced"},
	{"Halden says no decision on layoffs", "layoffs", "denied",
		"announced"},
	{"Halden could cut 900 jobs", "layoffs", "hedged", "rumour"},
	{"Halden cuts 900 jobs, according to a memo", "layoffs", "reported",
		"announced"},
	{"Halden cuts 900 jobs", "layoffs", "asserted", "announced"},
	{"Fitch did not downgrade Halden", "credit_rating", "denied",
		"announced"},
	{"Halden withdraws its IPO filing", "listing", "asserted", "cancelled"},
	{"Halden plans to open-source its models", "open_source", "asserted",
		"planned"},
	{"Halden has already released the source code", "open_source",
		"asserted", "completed"},
};

static void
words_around_a_trigger_tell_how_it_is_meant(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(tellings); i++) {
		const struct telling_row *row = &tellings[i];
		struct events_result found;
		const struct hit_event *e;
		struct item item;

		make_item(&item, row->text, "");
		event_world_run(world, &item, NULL, 0, true, &found);
		e = find(&found, row->type);
		if (e == NULL)
			fail_msg("no %s in '%s'", row->type, row->text);
		if (!span_eq_str(e->modality, row->modality) ||
			!span_eq_str(e->stage, row->stage))
			fail_msg("'%s' is %.*s, %.*s", row->text,
				SPAN_ARG(e->modality), SPAN_ARG(e->stage));
	}
}

static void
background_is_reported_only_when_asked_for(void **state)
{
	struct events_result found;
	struct item item;

	(void)state;
	make_item(&item, "In 2019 Halden acquired Orlen", "");
	event_world_run(world, &item, NULL, 0, false, &found);
	assert_null(find(&found, "mna"));
	event_world_run(world, &item, NULL, 0, true, &found);
	assert_non_null(find(&found, "mna"));
	assert_true(find(&found, "mna")->confidence < EVENT_CONFIDENCE_MIN);
}

/* -- attachment ------------------------------------------------------------ */

/* An entity with every place in the item where its name stands. */
struct named {
	struct hit_entity entity;
	struct mention mentions[MENTIONS_MAX];
};

static void
note_mentions(struct named *n, struct span text, enum hit_field field)
{
	for (size_t at = 0; n->entity.n_mentions < MENTIONS_MAX;) {
		struct span rest = span_sub(text, at, SIZE_MAX);
		char *name = span_dup(n->entity.name);
		size_t k = span_find_str(rest, name);

		mem_free(&name);
		if (k == SIZE_MAX)
			return;
		n->mentions[n->entity.n_mentions++] = (struct mention){
			.field = field,
			.start = (uint32_t)(at + k),
			.end = (uint32_t)(at + k + n->entity.name.n),
			.text = n->entity.name,
		};
		at += k + n->entity.name.n;
	}
}

static void
make_named(struct named *n, const char *name, enum entity_kind kind,
	const struct item *item)
{
	*n = (struct named){.entity = {.name = span_of(name), .kind = kind}};
	note_mentions(n, item->title, FIELD_TITLE);
	note_mentions(n, item->text, FIELD_TEXT);
	n->entity.mentions = n->mentions;
}

struct part_row {
	const char *title, *text, *entity;
	enum entity_kind kind;
	const char *type, *role; /* role NULL: it has no part */
};

static const struct part_row parts[] = {
	{"Halden acquires Orlen", "", "Halden", ENTITY_COMPANY, "mna",
		"acquirer"},
	{"Halden acquires Orlen", "", "Orlen", ENTITY_COMPANY, "mna", "target"},
	{"Orlen was acquired by Halden last week", "", "Orlen", ENTITY_COMPANY,
		"mna", "target"},
	{"Orlen was acquired by Halden last week", "", "Halden", ENTITY_COMPANY,
		"mna", "acquirer"},
	{"Halden sued by Orlen over patents", "", "Orlen", ENTITY_COMPANY,
		"litigation_ip", "party"},
	{"Halden to cut 900 jobs", "", "Halden", ENTITY_COMPANY, "layoffs",
		"employer"},
	{"Layoffs hit offices at Halden", "", "Halden", ENTITY_COMPANY,
		"layoffs", "employer"},
	{"Halden rival Orlen to cut 900 jobs", "", "Halden", ENTITY_COMPANY,
		"layoffs", NULL},
	{"Halden rival Orlen to cut 900 jobs", "", "Orlen", ENTITY_COMPANY,
		"layoffs", "employer"},
	{"Halden names Mara Quist as chief executive", "", "Mara Quist",
		ENTITY_PERSON, "executive", "officer"},
	{"Halden names Mara Quist as chief executive", "", "Halden",
		ENTITY_COMPANY, "executive", "employer"},
	{"", "Halden said on Monday that Orlen will cut 900 jobs.", "Halden",
		ENTITY_COMPANY, "layoffs", NULL},
	{"", "Halden had a bad year. The company will cut 900 jobs.", "Halden",
		ENTITY_COMPANY, "layoffs", "employer"},
	{"", "Halden had a bad year. It will cut 900 jobs.", "Halden",
		ENTITY_COMPANY, "layoffs", "employer"},
	{"", "Halden had a bad year. Orlen will cut 900 jobs.", "Halden",
		ENTITY_COMPANY, "layoffs", NULL},
	{"", "Halden's mine unit Pollux will cut 900 jobs.", "Halden",
		ENTITY_COMPANY, "layoffs", "employer"},
};

static void
an_event_belongs_to_who_has_a_part_in_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(parts); i++) {
		const struct part_row *row = &parts[i];
		struct events_result found;
		const struct hit_event *e;
		struct named named;
		struct item item;

		make_item(&item, row->title, row->text);
		make_named(&named, row->entity, row->kind, &item);
		assert_true(named.entity.n_mentions > 0);
		event_world_run(world, &item, &named.entity, 1, true, &found);
		e = find(&found, row->type);
		if ((e != NULL) != (row->role != NULL))
			fail_msg("%s has %s part: %s%s", row->entity,
				e ? "a" : "no", row->title, row->text);
		if (e && !span_eq_str(e->role, row->role))
			fail_msg("%s is %.*s: %s%s", row->entity,
				SPAN_ARG(e->role), row->title, row->text);
	}
}

static void
the_role_of_an_event_is_noted_at_the_entity(void **state)
{
	struct events_result found;
	struct named named;
	struct item item;

	(void)state;
	make_item(&item, "Halden acquires Orlen", "");
	make_named(&named, "Orlen", ENTITY_COMPANY, &item);
	event_world_run(world, &item, &named.entity, 1, false, &found);
	assert_span_equal(named.entity.role, "target");
}

/* -- what is no reporting -------------------------------------------------- */

#define LEAD \
	"The weather in the valley was fine for most of the week, and people " \
	"walked along the river until it was dark, as they have done for as " \
	"long as anybody there can remember, with dogs and children and " \
	"kites."

static const char *const no_reports[] = {
	LEAD "\nAbout Halden\nHalden acquires companies.",
	LEAD "\nRelated stories\nOrlen cuts 900 jobs\nHalden acquires Velda",
	LEAD "\nForward-looking statements: Halden acquires Velda.",
	LEAD "\nOrlen Cuts 900 Jobs\nHalden Acquires Velda\n"
	     "Velda Files For Chapter 11\nPavo Recalls Its Toys",
};

static void
boilerplate_and_lists_of_headlines_report_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(no_reports); i++) {
		struct events_result found;
		struct item item;

		make_item(&item, "A walk by the river", no_reports[i]);
		event_world_run(world, &item, NULL, 0, true, &found);
		if (found.n)
			fail_msg("%.*s in row %zu",
				SPAN_ARG(found.events[0].type), i);
	}
}

static void
marked_parts_of_the_text_report_nothing(void **state)
{
	static const char text[] = LEAD "\nHalden acquires Velda.";
	const struct item_mark mark = {
		MARK_RELATED, sizeof(LEAD), sizeof(text) - 1};
	struct events_result found;
	struct item item;

	(void)state;
	make_item(&item, "A walk by the river", text);
	event_world_run(world, &item, NULL, 0, true, &found);
	assert_non_null(find(&found, "mna"));
	item.marks = &mark;
	item.n_marks = 1;
	event_world_run(world, &item, NULL, 0, true, &found);
	assert_null(find(&found, "mna"));
}

static void
the_title_counts_more_than_the_rest(void **state)
{
	static const char text[] = LEAD "\nHalden acquires Velda.";
	struct events_result found;
	struct item item;
	double in_title;

	(void)state;
	make_item(&item, "Halden acquires Velda.", LEAD);
	event_world_run(world, &item, NULL, 0, true, &found);
	in_title = find(&found, "mna")->confidence;
	make_item(&item, "A walk", text);
	event_world_run(world, &item, NULL, 0, true, &found);
	assert_true(find(&found, "mna")->confidence < in_title);
}

static void
an_event_has_its_sentence_and_facts_with_offsets(void **state)
{
	static const char text[] =
		"It rained. Halden will buy Velda for $3.5 billion in cash.";
	const struct hit_event *e;
	struct events_result found;
	struct item item;

	(void)state;
	make_item(&item, "", text);
	event_world_run(world, &item, NULL, 0, false, &found);
	e = find(&found, "mna");
	assert_non_null(e);
	assert_span_equal(
		e->sentence, "Halden will buy Velda for $3.5 billion in cash.");
	assert_memory_equal(text + e->start, e->sentence.p, e->sentence.n);
	assert_int_equal(e->n_facts, 1);
	assert_span_equal(e->facts[0].kind, "money");
	assert_span_equal(e->facts[0].currency, "USD");
	assert_span_equal(e->facts[0].text, "$3.5 billion");
	assert_memory_equal(text + e->facts[0].start, "$3.5 billion", 12);
}

/* -- any text -------------------------------------------------------------- */

static const char *const pieces[] = {"Halden", "acquires", "to", "buy", "not",
	"$15 billion", "12%", "\n", ". ", ", ", " - ", ": ", "; ", "(", ")",
	"“", "”", "The company", "It", "in 2019", "cut", "8,000 jobs", "CEO",
	"steps down", "files for", "bankruptcy", "the", "a", "its", "'s", "s",
	"$ABC", "日本", "\xc2\xa0", "é", "1-for-20", "About Halden", "!", "?",
	"…", "profit", "rises", "recall", "open-source", "-", "'", "U.S.",
	"Inc.", "0", "\xf0\x9f\x9a\x80"};

static void
make_text(struct rng *rng, struct strbuf *out, unsigned most)
{
	for (unsigned n = rng_below(rng, most); n > 0; n--) {
		strbuf_str(out, pieces[rng_below(rng, N_ROWS(pieces))]);
		if (rng_below(rng, 3))
			strbuf_char(out, ' ');
	}
}

static void
check_event(const struct hit_event *e, const struct item *item)
{
	struct span text = e->field == FIELD_TITLE ? item->title : item->text;

	assert_true(e->start < e->end && e->end <= text.n);
	assert_ptr_equal(e->sentence.p, text.p + e->start);
	assert_true(span_is_utf8(e->sentence));
	assert_true(e->confidence > 0 && e->confidence <= 1);
	for (size_t i = 0; i < e->n_facts; i++)
		assert_true(e->facts[i].start < e->facts[i].end &&
			e->facts[i].end <= text.n);
}

static void
any_text_gives_events_within_it(void **state)
{
	struct rng rng = test_rng();

	(void)state;
	for (unsigned round = 0; round < 1500; round++) {
		struct strbuf title = STRBUF_INIT(1 << 12);
		struct strbuf text = STRBUF_INIT(1 << 16);
		struct events_result found;
		struct named named;
		struct item item;

		make_text(&rng, &title, 20);
		make_text(&rng, &text, 300);
		make_item(&item, strbuf_cstr(&title), strbuf_cstr(&text));
		make_named(&named, "Halden", ENTITY_COMPANY, &item);
		event_world_run(world, &item, &named.entity,
			named.entity.n_mentions && round % 2, true, &found);
		assert_true(found.n <= LIMIT_EVENTS);
		for (size_t i = 0; i < found.n; i++)
			check_event(&found.events[i], &item);
		strbuf_fini(&title);
		strbuf_fini(&text);
	}
}

static int
open_world(void **state)
{
	(void)state;
	world = event_world_new(NULL);
	return 0;
}

static int
close_world(void **state)
{
	(void)state;
	event_world_free(&world);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_around_a_trigger_tell_how_it_is_meant),
		cmocka_unit_test(background_is_reported_only_when_asked_for),
		cmocka_unit_test(an_event_belongs_to_who_has_a_part_in_it),
		cmocka_unit_test(the_role_of_an_event_is_noted_at_the_entity),
		cmocka_unit_test(
			boilerplate_and_lists_of_headlines_report_nothing),
		cmocka_unit_test(marked_parts_of_the_text_report_nothing),
		cmocka_unit_test(the_title_counts_more_than_the_rest),
		cmocka_unit_test(
			an_event_has_its_sentence_and_facts_with_offsets),
		cmocka_unit_test(any_text_gives_events_within_it),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
