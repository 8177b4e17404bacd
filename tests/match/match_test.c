/* Which entities an item names: traps, variants, scripts, short forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "match/match.h"
#include "model/limits.h"
#include "watch.h"

struct bench {
	struct watch w;
	struct matcher *m;
	struct arena *arena;
	struct match_result r;
	struct strbuf why, names;
};

static struct bench *
bench_new(void)
{
	struct bench *b = mem_calloc(1, sizeof(*b));

	watch_init(&b->w);
	b->arena = arena_new();
	strbuf_init(&b->why, 1 << 20);
	strbuf_init(&b->names, 4096);
	return b;
}

static void
bench_free(struct bench *b)
{
	matcher_free(&b->m);
	watch_fini(&b->w);
	arena_free(&b->arena);
	strbuf_fini(&b->why);
	strbuf_fini(&b->names);
	mem_free(&b);
}

static int
setup(void **state)
{
	*state = bench_new();
	return 0;
}

static int
teardown(void **state)
{
	bench_free(*state);
	return 0;
}

static void
compile(struct bench *b)
{
	watch_compile(&b->w);
	matcher_free(&b->m);
	b->m = matcher_new(b->w.lex);
}

static void
on_candidate(const struct match_candidate *c, void *arg)
{
	struct bench *b = arg;

	strbuf_printf(&b->why, "%.*s: %s, %s, %.3f", SPAN_ARG(c->text),
		c->variant, c->dropped ? c->dropped : "weighed", c->confidence);
	for (size_t i = 0; i < c->n_reasons; i++)
		strbuf_printf(&b->why, " %s %+.2f", c->reasons[i].name,
			c->reasons[i].weight);
	strbuf_char(&b->why, '\n');
}

/* Names of the entities found, joined by '|'; result in b->r. */
static const char *
match(struct bench *b, const char *title, const char *text)
{
	struct match_explain explain = {.candidate = on_candidate, .arg = b};
	struct match_options options = {.all = true, .explain = &explain};
	struct item item = {.title = span_of(title), .text = span_of(text)};

	strbuf_clear(&b->names);
	strbuf_clear(&b->why);
	arena_reset(b->arena);
	match_item(b->m, &item, &options, b->arena, &b->r);
	for (size_t i = 0; i < b->r.n; i++) {
		strbuf_str(&b->names, i ? "|" : "");
		strbuf_span(&b->names, b->r.entities[i].name);
	}
	return strbuf_cstr(&b->names);
}

struct row {
	const char *title, *want;
};

static void
check_rows(struct bench *b, const struct row *rows, size_t n)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < n; i++) {
		const char *got = match(b, rows[i].title, "");

		if (strcmp(got, rows[i].want) == 0)
			continue;
		wrong++;
		print_message("# '%s': '%s' instead of '%s'\n# %s\n",
			rows[i].title, got, rows[i].want, strbuf_cstr(&b->why));
	}
	assert_int_equal(wrong, 0);
}

#define CHECK(b, rows) check_rows(b, rows, sizeof(rows) / sizeof(*(rows)))

static void
ordinary_words_are_told_from_names(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"Meta's new model beats rivals", "Meta"},
		{"Meta plans to cut jobs, sources say", "Meta"},
		{"Stripping metadata from photos", ""},
		{"A meta-analysis of 40 trials finds no effect", ""},
		{"Meta-analysis of trials finds no effect of vitamin D", ""},
		{"How to write a meta description for your site", ""},
		{"Urban Outfitters Price Target Cut to $38 by Analysts", ""},
		{"Shares of Target fell 3% after earnings", "Target"},
		{"Police search for target of the shooting", ""},
		{"Robert Ford wins the county election", ""},
		{"Ford recalls 40,000 trucks over fire risk", "Ford"},
		{"Harrison Ford returns in new film", ""},
		{"The company will close the gap with its rivals", ""},
		{"Gap Inc. names a new chief executive", "Gap"},
		{"An apple a day keeps the doctor away", ""},
		{"Apple unveils a cheaper iPhone", "Apple"},
		{"Cloudflare shares jump", "Cloudflare"},
		{"Net income rose to $5 million", ""},
		{"NET INCOME ROSE TO $5 MILLION", ""},
		{"Q2 results: NET income up 5%", ""},
		{"Buying more $NET here", "Cloudflare"},
		{"Cyber firms rally (NYSE: NET)", "Cloudflare"},
	};

	watch_add(&b->w, "Meta", "Meta Platforms|Facebook", "NASDAQ:META")
		->exclude = watch_texts(&b->w, "meta description", 4);
	watch_add(&b->w, "Target", "Target Corp", "NYSE:TGT");
	watch_add(&b->w, "Ford", "Ford Motor", "NYSE:F");
	watch_add(&b->w, "Gap", "Gap Inc", "NYSE:GPS");
	watch_add(&b->w, "Apple", NULL, "NASDAQ:AAPL");
	watch_add(&b->w, "Cloudflare", NULL, "NYSE:NET");
	compile(b);
	CHECK(b, rows);
}

static void
typography_of_names_does_not_matter(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"McDonald’s raises prices", "McDonald's"},
		{"McDonalds raises prices", "McDonald's"},
		{"Coca‑Cola raises prices", "Coca-Cola"},
		{"Coca Cola raises prices", "Coca-Cola"},
		{"#CocaCola is trending", "Coca-Cola"},
		{"J.P. Morgan raises its forecast", "JPMorgan Chase"},
		{"JP Morgan raises its forecast", "JPMorgan Chase"},
		{"AT&T raises prices", "AT&T"},
		{"Johnson and Johnson wins appeal", "Johnson & Johnson"},
		{"Johnson & Johnson’s appeal fails", "Johnson & Johnson"},
		{"Nestlé raises prices", "Nestle"},
		{"Lancome opens a store", "Lancôme"},
		{"Jubilant Foodworks opens 40 stores", "Jubilant FoodWorks"},
		{"Ｎｅｓｔｌｅ raises prices", "Nestle"},
		{"Microsoft\u00a0Corporation wins", "Microsoft"},
		{"Wipros revenue rises", "Wipro"},
	};

	watch_add(&b->w, "McDonald's", NULL, NULL);
	watch_add(&b->w, "Coca-Cola", NULL, NULL);
	watch_add(&b->w, "JPMorgan Chase", "JPMorgan", NULL);
	watch_add(&b->w, "AT&T", NULL, NULL);
	watch_add(&b->w, "Johnson & Johnson", NULL, NULL);
	watch_add(&b->w, "Nestle", NULL, NULL);
	watch_add(&b->w, "Lancôme", NULL, NULL);
	watch_add(&b->w, "Jubilant FoodWorks", NULL, NULL);
	watch_add(&b->w, "Microsoft", "Microsoft Corp", NULL);
	watch_add(&b->w, "Wipro", "Wipro Ltd.", NULL);
	compile(b);
	CHECK(b, rows);
}

static void
names_are_found_in_scripts_without_spaces(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"任天堂が新型機を発表", "任天堂"},
		{"メタは新モデルを発表", "メタ"},
		{"メタバース市場が拡大", ""},
		{"삼성전자는 실적을 발표했다", "삼성전자"},
		{"삼성전자서비스 노조", ""},
		{"قالت وأبل إنها", "أبل"},
		{"أبلغ الوزير", ""},
		{"Аэрофлот увеличил прибыль", "Аэрофлот"},
	};

	watch_add(&b->w, "任天堂", NULL, NULL);
	watch_add(&b->w, "メタ", NULL, NULL);
	watch_add(&b->w, "삼성전자", NULL, NULL);
	watch_add(&b->w, "أبل", NULL, NULL);
	watch_add(&b->w, "Аэрофлот", NULL, NULL);
	compile(b);
	CHECK(b, rows);
}

static void
the_longer_watched_name_wins(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"Target Hospitality wins a contract", "Target Hospitality"},
		{"Target wins a contract", "Target"},
		{"Bank of America raises its outlook", "Bank of America"},
	};

	watch_add(&b->w, "Target", NULL, NULL);
	watch_add(&b->w, "Target Hospitality", NULL, NULL);
	watch_add(&b->w, "America", NULL, NULL);
	watch_add(&b->w, "Bank of America", NULL, NULL);
	compile(b);
	CHECK(b, rows);
}

static void
a_surname_counts_after_the_full_name(void **state)
{
	struct bench *b = *state;
	struct entity *e = watch_add(&b->w, "Alexandr Wang", "Alex Wang", NULL);

	e->kind = ENTITY_PERSON;
	e->not_like = watch_texts(&b->w, "Alexander Wang", 4);
	compile(b);
	match(b, "Alexandr Wang joins Meta", "The move gives Wang a new team.");
	assert_int_equal(b->r.n, 1);
	assert_int_equal(b->r.entities[0].n_mentions, 2);
	assert_string_equal(match(b, "", "Wang joins a new team."), "");
	assert_string_equal(match(b, "Alexander Wang shows his collection",
				    "Wang's dresses were black."),
		"");
	match(b, "Alexandr Wang meets Vera Wang", "Wang was glad.");
	assert_int_equal(b->r.n, 1);
	assert_int_equal(b->r.entities[0].n_mentions, 1);
}

static void
exact_case_and_any_case_are_obeyed(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"ExactCo rises", "ExactCo"},
		{"EXACTCO rises", ""},
		{"exactco rises", ""},
		{"anyco rises", "AnyCo"},
		{"ANYCO rises", "AnyCo"},
	};

	watch_add(&b->w, "ExactCo", NULL, NULL)->letter_case = CASE_EXACT;
	watch_add(&b->w, "AnyCo", NULL, NULL)->letter_case = CASE_ANY;
	compile(b);
	CHECK(b, rows);
}

static void
tickers_need_their_dress(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"Rally: $TGT up 3%", "Target"},
		{"Retailer (NYSE:TGT) up 3%", "Target"},
		{"Retailer <TGT.N> up 3%", "Target"},
		{"Retailer (TGT) up 3%", "Target"},
		{"Advances in artificial intelligence (AI) go on", ""},
		{"C3.ai (NYSE: AI) rises", "C3.ai"},
		{"Buy $TGTX now", ""},
		{"the tgt field", ""},
	};

	watch_add(&b->w, "Target", NULL, "NYSE:TGT");
	watch_add(&b->w, "C3.ai", NULL, "NYSE:AI");
	compile(b);
	CHECK(b, rows);
}

static void
mentions_are_where_they_say(void **state)
{
	struct bench *b = *state;
	const char *title = "“Meta’s” plan",
		   *text = "Facebook owner Meta said.";

	watch_add(&b->w, "Meta", "Facebook", NULL);
	compile(b);
	assert_string_equal(match(b, title, text), "Meta");
	assert_int_equal(b->r.entities[0].n_mentions, 3);
	for (size_t i = 0; i < b->r.entities[0].n_mentions; i++) {
		const struct mention *m = &b->r.entities[0].mentions[i];
		const char *field = m->field == FIELD_TITLE ? title : text;

		assert_ptr_equal(m->text.p, field + m->start);
		assert_int_equal(m->text.n, m->end - m->start);
		assert_true(span_eq_str(m->text, "Meta") ||
			span_eq_str(m->text, "Facebook"));
	}
}

static void
relevance_orders_the_subject_before_the_rest(void **state)
{
	struct bench *b = *state;

	watch_add(&b->w, "Nvidia", NULL, NULL);
	watch_add(&b->w, "Microsoft", NULL, NULL);
	compile(b);
	assert_string_equal(
		match(b, "Nvidia unveils a chip",
			"Nvidia unveiled a chip on Monday. It will be sold to "
			"all the large clouds, to research laboratories and to "
			"makers of cars, the company told reporters at a fair "
			"in Las Vegas this week. Buyers include Microsoft."),
		"Nvidia|Microsoft");
	assert_true(b->r.entities[0].relevance >= 80);
	assert_true(b->r.entities[1].relevance <= 30);
}

static void
a_round_up_is_about_none_of_its_companies(void **state)
{
	struct bench *b = *state;
	unsigned alone;

	watch_add(&b->w, "Nvidia", NULL, NULL);
	watch_add(&b->w, "Microsoft", NULL, NULL);
	watch_add(&b->w, "Salesforce", NULL, NULL);
	watch_add(&b->w, "Netflix", NULL, NULL);
	watch_add(&b->w, "Airbnb", NULL, NULL);
	watch_add(&b->w, "Spotify", NULL, NULL);
	compile(b);
	match(b, "Stocks to watch: Nvidia rises", "");
	alone = b->r.entities[0].relevance;
	match(b,
		"Stocks to watch: Nvidia, Microsoft, Salesforce, Netflix, "
		"Airbnb, Spotify",
		"");
	assert_int_equal(b->r.n, 6);
	for (size_t i = 0; i < b->r.n; i++)
		assert_true(b->r.entities[i].relevance + 20 < alone);
}

static void
thresholds_decide_what_alerts(void **state)
{
	struct bench *b = *state;
	struct match_options options = {.all = false};
	struct item item = {.title = SPAN_LIT("Nvidia unveils a chip")};
	struct entity *e = watch_add(&b->w, "Nvidia", NULL, NULL);

	e->min_relevance = 100;
	e->min_confidence = 0.999;
	compile(b);
	match(b, "Nvidia unveils a chip", "");
	assert_int_equal(b->r.n, 1);
	assert_int_equal(b->r.n_alert, 0);
	assert_false(b->r.alert[0]);
	match_item(b->m, &item, &options, b->arena, &b->r);
	assert_int_equal(b->r.n, 0);
}

static void
boilerplate_is_no_mention(void **state)
{
	struct bench *b = *state;
	struct span text = SPAN_LIT("The mayor spoke.\nSeen with Facebook");
	struct item_mark mark = {MARK_SHARE, 17, (uint32_t)text.n};
	struct item item = {.title = SPAN_LIT("Council meets"),
		.text = text,
		.marks = &mark,
		.n_marks = 1};
	struct match_options options = {.all = true};

	watch_add(&b->w, "Facebook", NULL, NULL);
	compile(b);
	match_item(b->m, &item, &options, b->arena, &b->r);
	assert_int_equal(b->r.n, 0);
	item.n_marks = 0;
	match_item(b->m, &item, &options, b->arena, &b->r);
	assert_int_equal(b->r.n, 1);
}

static void
the_rest_of_the_item_tells_namesakes(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *title, *text, *want;
	} rows[] = {
		/* a person of that name came before */
		{"", "Doug Ford rules Ontario. Ford was in Ottawa.", ""},
		{"", "Ford was in Ottawa. It fell 3%.", "Ford"},
		/* the item says what the letters stand for */
		{"A Survey of Explainable AI (XAI)", "", ""},
		{"Musk's company (XAI) raises money", "", "xAI"},
		{"", "The Asset Bank Co (ABC) fell.", ""},
		{"", "Ancient Bear Cub (ABC) fell.", "Ancient Bear"},
		/* a sentence among others that asks to share */
		{"Bridge opens", "It cost much. Follow us on Facebook.", ""},
		/* other watched names beside it */
		{"Gap, Ford Cancel Deal as Storm Nears", "", "Ford|Gap"},
	};

	watch_add(&b->w, "Ford", NULL, NULL);
	watch_add(&b->w, "Gap", NULL, NULL);
	watch_add(&b->w, "xAI", NULL, NULL);
	watch_add(&b->w, "Facebook", NULL, NULL);
	watch_add(&b->w, "Ancient Bear", "ABC", NULL);
	compile(b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *got = match(b, rows[i].title, rows[i].text);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s %s: '%s' instead of '%s'\n%s",
				rows[i].title, rows[i].text, got, rows[i].want,
				strbuf_cstr(&b->why));
	}
}

static void
context_helps_an_ordinary_word(void **state)
{
	struct bench *b = *state;
	double without;

	watch_add(&b->w, "Celsius", NULL, NULL)->context =
		watch_texts(&b->w, "crypto|lender", 4);
	compile(b);
	match(b, "Crypto lender Celsius hit by the court", "");
	assert_int_equal(b->r.n, 1);
	without = b->r.entities[0].confidence;
	assert_true(without > 0.9);
	assert_string_equal(
		match(b, "Heat of 40 degrees Celsius expected", ""), "");
}

static struct entity *
add_topic(struct bench *b, const char *name, const char *query)
{
	struct entity *e = watch_add(&b->w, name, NULL, NULL);

	e->kind = ENTITY_TOPIC;
	e->query = (struct entity_text){
		span_of(query), {"test.yaml", b->w.line, 10}};
	return e;
}

static void
topics_hold_where_their_query_does(void **state)
{
	struct bench *b = *state;
	static const struct row rows[] = {
		{"An open-source model is out", "Open models"},
		{"Open source is old; the new model is not", "Open models"},
		{"Open source code for a small and simple web server with no "
		 "model",
			""},
		{"A model is out", ""},
		{"Chipmakers plan layoffs", "Layoffs"},
		{"Layoff at a chip plant", "Layoffs"},
		{"Layoffs quiz: do you know the chip plant?", ""},
		{"Opening of a modelling school", ""},
	};

	add_topic(b, "Open models",
		"(\"open source\" OR \"open weight\") NEAR/5 (model OR "
		"models)");
	add_topic(b, "Layoffs", "layoff* (chip* OR plant) NOT title:quiz");
	compile(b);
	assert_string_equal(strbuf_cstr(&b->w.problems), "");
	assert_int_equal(b->w.counts.queries, 2);
	CHECK(b, rows);
	match(b, "An open-source model is out", "");
	assert_int_equal(b->r.entities[0].kind, ENTITY_TOPIC);
	assert_int_equal(b->r.entities[0].n_mentions, 2);
	assert_true(
		span_eq_str(b->r.entities[0].mentions[0].text, "open-source"));
}

static void
a_topic_looks_into_the_field_it_names(void **state)
{
	struct bench *b = *state;

	add_topic(b, "Recall", "title:recall AND text:(brake OR airbag)");
	compile(b);
	assert_string_equal(
		match(b, "Recall of cars", "The airbag fails."), "Recall");
	assert_string_equal(match(b, "Airbag fails", "A recall began."), "");
}

/* What match_item says of the item, as it stands. */
static bool
is_hit(struct bench *b, const struct item *item, const struct hit_feed *feed)
{
	struct match_options options = {.feed = feed};

	match_item(b->m, item, &options, b->arena, &b->r);
	return b->r.n > 0;
}

static void
a_topic_asks_what_an_item_is(void **state)
{
	const struct span authors[] = {
		SPAN_LIT("J. Roe"), SPAN_LIT("Zoë Müller-Lee")};
	const struct span categories[] = {
		SPAN_LIT("Markets / Earnings"), SPAN_LIT("Opinion")};
	const struct item item = {
		.title = SPAN_LIT("Recall of cars"),
		.authors = {authors, 2},
		.categories = {categories, 2},
		.url = SPAN_LIT("https://www.example.com/business/a-recall"),
		.source_title = SPAN_LIT("The Daily Planet"),
		.language = SPAN_LIT("en-GB"),
	};
	const struct hit_feed feed = {
		.url = SPAN_LIT("https://feeds.example.org/cars.xml"),
		.title = SPAN_LIT("Cars and Vans"),
		.publisher = SPAN_LIT("Example Press")};
	static const struct {
		const char *query;
		bool holds;
	} rows[] = {
		{"recall author:\"zoe muller\"", true},
		{"recall author:\"MÜLLER-LEE\"", true},
		{"recall author:lee author:roe", true},
		{"recall author:\"roe müller\"", false},
		{"recall author:mull*", false},
		{"recall author:müll*", true},
		{"recall NOT author:roe", false},
		{"recall category:earnings", true},
		{"recall tag:opinion", true},
		{"recall NOT tag:sport", true},
		{"recall category:earning", false},
		{"recall source:\"daily planet\"", true},
		{"recall feed:vans", true},
		{"recall source:example.org", true},
		{"recall source:press", true},
		{"recall source:tabloid", false},
		{"recall url:business", true},
		{"recall url:\"example.com/business\"", true},
		{"recall url:sport", false},
		{"recall lang:en", true},
		{"recall lang:EN-gb", true},
		{"recall lang:en-US", false},
		{"recall lang:e", false},
		{"recall lang:(de OR en)", true},
		{"author:roe cars", true},
		{"boats author:roe", false},
		{"title:recall (boats OR (cars tag:opinion))", true},
	};
	struct strbuf want = STRBUF_INIT(65536), got = STRBUF_INIT(65536);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct bench *b = bench_new();

		add_topic(b, "Topic", rows[i].query);
		compile(b);
		strbuf_printf(&want, "%s: %d\n", rows[i].query, rows[i].holds);
		strbuf_printf(&got, "%s: %d\n", rows[i].query,
			is_hit(b, &item, &feed));
		bench_free(b);
	}
	assert_string_equal(strbuf_cstr(&got), strbuf_cstr(&want));
	strbuf_fini(&want);
	strbuf_fini(&got);
}

static void
an_item_that_does_not_say_is_of_no_source(void **state)
{
	struct bench *b = *state;
	struct item item = {.title = SPAN_LIT("Recall of cars")};

	add_topic(b, "Topic", "recall (source:press OR author:roe OR lang:en)");
	compile(b);
	assert_false(is_hit(b, &item, NULL));
}

static void
random_query(struct rng *rng, unsigned depth, struct strbuf *out)
{
	static const char *const words[] = {"bank", "merger", "oil", "quiz",
		"\"oil bank\"", "mer*", "title:oil", "the"};
	static const char *const ops[] = {
		" AND ", " OR ", " AND NOT ", " NEAR/2 "};

	if (depth == 0) {
		strbuf_str(out, words[rng_below(rng, 8)]);
		return;
	}
	strbuf_char(out, '(');
	random_query(rng, rng_below(rng, depth), out);
	strbuf_str(out, ops[rng_below(rng, 4)]);
	random_query(rng, rng_below(rng, depth), out);
	strbuf_char(out, ')');
}

/* Who asks why has all terms looked at, anchors or not. */
static void
anchors_hide_no_query_that_holds(void **state)
{
	static const char *const words[] = {
		"bank", "merger", "oil", "quiz", "the", "x"};
	struct bench *b = *state;
	struct strbuf text = STRBUF_INIT(4096);
	struct match_options plain = {.all = true};
	struct rng rng;
	size_t hits = 0, n;

	print_message("# seed 20260322\n");
	rng_init(&rng, 20260322);
	for (int i = 0; i < 60; i++) {
		strbuf_clear(&text);
		random_query(&rng, 4, &text);
		add_topic(b, arena_printf(b->w.arena, "Topic %d", i),
			arena_strdup(b->w.arena, strbuf_cstr(&text)));
	}
	compile(b);
	for (int i = 0; i < 300; i++) {
		struct item item = {.title = SPAN_LIT("Oil")};

		strbuf_clear(&text);
		for (unsigned k = rng_below(&rng, 8); k > 0; k--)
			strbuf_printf(&text, "%s ", words[rng_below(&rng, 6)]);
		item.text = strbuf_as_span(&text);
		match(b, "Oil", strbuf_cstr(&text));
		n = b->r.n;
		arena_reset(b->arena);
		match_item(b->m, &item, &plain, b->arena, &b->r);
		assert_int_equal(b->r.n, n);
		hits += n;
	}
	assert_true(hits > 1000);
	strbuf_fini(&text);
}

static void
a_broken_query_is_told_with_its_column(void **state)
{
	struct bench *b = *state;

	add_topic(b, "Broken", "model AND (");
	compile(b);
	assert_string_equal(strbuf_cstr(&b->w.problems),
		"1:21: error: in the query: something is "
		"missing at the end; a term is wanted\n");
}

static void
many_mentions_are_counted_and_bounded(void **state)
{
	static const unsigned counts[] = {
		LIMIT_MENTIONS - 1, LIMIT_MENTIONS, LIMIT_MENTIONS + 1, 3000};
	struct bench *b = *state;
	struct strbuf text = STRBUF_INIT(1 << 20);
	unsigned n = 0;

	watch_add(&b->w, "Nvidia", NULL, NULL);
	compile(b);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		for (; n < counts[i]; n++)
			strbuf_str(&text, "Nvidia rose. ");
		match(b, "", strbuf_cstr(&text));
		assert_int_equal(b->r.n, 1);
		assert_int_equal(b->r.entities[0].n_mentions,
			n < LIMIT_MENTIONS ? n : LIMIT_MENTIONS);
	}
	strbuf_fini(&text);
}

static void
an_item_without_text_names_nothing(void **state)
{
	struct bench *b = *state;

	watch_add(&b->w, "Nvidia", NULL, NULL);
	compile(b);
	assert_string_equal(match(b, "", ""), "");
	assert_string_equal(match(b, NULL, NULL), "");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(ordinary_words_are_told_from_names),
		T(typography_of_names_does_not_matter),
		T(names_are_found_in_scripts_without_spaces),
		T(the_longer_watched_name_wins),
		T(a_surname_counts_after_the_full_name),
		T(exact_case_and_any_case_are_obeyed),
		T(tickers_need_their_dress),
		T(mentions_are_where_they_say),
		T(relevance_orders_the_subject_before_the_rest),
		T(a_round_up_is_about_none_of_its_companies),
		T(thresholds_decide_what_alerts),
		T(boilerplate_is_no_mention),
		T(the_rest_of_the_item_tells_namesakes),
		T(context_helps_an_ordinary_word),
		T(topics_hold_where_their_query_does),
		T(a_topic_looks_into_the_field_it_names),
		T(a_topic_asks_what_an_item_is),
		T(an_item_that_does_not_say_is_of_no_source),
		T(anchors_hide_no_query_that_holds),
		T(a_broken_query_is_told_with_its_column),
		T(many_mentions_are_counted_and_bounded),
		T(an_item_without_text_names_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
