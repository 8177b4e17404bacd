/* What a good configuration becomes: values, files, precedence, parts. */
#include "fixture.h"

#include "base/clock.h"
#include "model/limits.h"

#define DAY ((int64_t)86400000)

static struct fixture
load(const char *text)
{
	struct fixture f;

	fixture_write("n.yaml", text);
	f = fixture_load("n.yaml", CONFIG_ALL);
	if (f.rc != 0)
		fail_msg("%s", strbuf_cstr(&f.report));
	return f;
}

static void
an_empty_file_gives_the_defaults(void **state)
{
	struct fixture f = load("");
	const struct config *c = f.config;

	(void)state;
	assert_string_equal(strbuf_cstr(&f.report), "");
	assert_span_equal(c->file, "n.yaml");
	assert_span_equal(c->state_dir, NW_LOCALSTATEDIR);
	assert_int_equal(c->redis.url.n, 0);
	assert_span_equal(c->redis.prefix, "newswatch:");
	assert_true(c->fetch.budget == 48);
	assert_true(c->fetch.max_rate == 50);
	assert_int_equal(c->fetch.min_interval_ms, 60000);
	assert_int_equal(c->fetch.max_interval_ms, DAY);
	assert_int_equal(c->fetch.timeout_ms, 30000);
	assert_int_equal(c->fetch.host_gap_ms, 1000);
	assert_int_equal(c->fetch.host_connections, 2);
	assert_int_equal(c->fetch.max_body_bytes, MIB(16));
	assert_int_equal(c->fetch.allow_private.n, 0);
	assert_span_equal(c->fetch.user_agent,
		"newswatch/" PACKAGE_VERSION " (+" PACKAGE_URL ")");
	assert_int_equal(c->store_keep_ms, 90 * DAY);
	assert_span_equal(c->http_listen, "127.0.0.1:8642");
	assert_int_equal(c->analysers, 0);
	assert_int_equal(c->analyse_timeout_ms, 20000);
	assert_span_equal(c->log_level, "info");
	assert_false(c->strict);
	assert_int_equal(
		c->feeds.n + c->entities.n + c->channels.n + c->routes.n, 0);
	fixture_free(&f);
}

static void
values_of_every_type_are_read(void **state)
{
	struct fixture f = load(
		"state_dir: state\n"
		"redis: {url: 'unix:/run/redis', prefix: '{x}:', user: u,\n"
		"  password_file: secrets/pw, ca_file: /etc/ca}\n"
		"fetch: {budget: 24.5, max_rate: none, min_interval: 1s,\n"
		"  host_gap: 0, max_body: 512 KiB, host_connections: 16,\n"
		"  allow_private: 127.0.0.0/8}\n"
		"http: {listen: ''}\nlog: {level: debug}\nstrict: yes\n");
	const struct config *c = f.config;

	(void)state;
	assert_span_equal(c->state_dir, "state");
	assert_span_equal(c->redis.url, "unix:/run/redis");
	assert_int_equal(c->redis.place.line, 2);
	assert_int_equal(c->redis.place.column, 14);
	assert_span_equal(c->redis.prefix, "{x}:");
	assert_span_equal(c->redis.password_file, "secrets/pw");
	assert_span_equal(c->redis.ca_file, "/etc/ca");
	assert_true(c->fetch.budget == 24.5);
	assert_true(c->fetch.max_rate == 0);
	assert_int_equal(c->fetch.host_gap_ms, 0);
	assert_int_equal(c->fetch.max_body_bytes, KIB(512));
	assert_int_equal(c->fetch.allow_private.n, 1);
	assert_span_equal(c->fetch.allow_private.p[0].text, "127.0.0.0/8");
	assert_int_equal(c->http_listen.n, 0);
	assert_span_equal(c->log_level, "debug");
	assert_true(c->strict);
	fixture_free(&f);
}

static void
a_feed_has_its_settings_and_its_place(void **state)
{
	struct fixture f = load(
		"feeds:\n  - https://a.example/feed\n"
		"  - url: https://b.example/feed\n    publisher: B\n"
		"    interval: 90s\n    backfill: 7d\n    weight: 2.5\n"
		"    user: me\n    password_file: pw\n"
		"    headers: {X-A: '1', X-B: '2'}\n"
		"  - {url: https://c.example/, interval: auto, min_interval: "
		"5m, max_interval: 2h}\n");
	const struct config_feed *p = f.config->feeds.p;

	(void)state;
	assert_int_equal(f.config->feeds.n, 3);
	assert_span_equal(p[0].url, "https://a.example/feed");
	assert_int_equal(p[0].set->interval_ms, 0);
	assert_true(p[0].set->weight == 1);
	assert_int_equal(p[0].line, 2);
	assert_int_equal(p[0].column, 5);
	assert_span_equal(p[1].set->publisher, "B");
	assert_int_equal(p[1].set->interval_ms, 90000);
	assert_int_equal(p[1].set->backfill_ms, 7 * DAY);
	assert_true(p[1].set->weight == 2.5);
	assert_span_equal(p[1].set->password_file, "pw");
	assert_int_equal(p[1].set->n_headers, 2);
	assert_span_equal(p[1].set->headers[1].name, "X-B");
	assert_span_equal(p[1].set->headers[1].value, "2");
	assert_int_equal(p[2].set->interval_ms, 0);
	assert_int_equal(p[2].set->min_interval_ms, 300000);
	assert_int_equal(p[2].set->max_interval_ms, 7200000);
	fixture_free(&f);
}

static void
feeds_of_one_list_share_their_settings(void **state)
{
	struct fixture f;
	const struct config_feed *p;

	(void)state;
	fixture_write("a.txt", "http://a/\nhttp://b/\n");
	fixture_write("b.txt", "http://c/\nhttp://d/\n");
	fixture_write("o.opml",
		"<opml version='2.0'><body><outline text='F'>"
		"<outline xmlUrl='http://e/' text='E'/>"
		"<outline xmlUrl='http://f/' text='F'/></outline>"
		"<outline xmlUrl='http://g/' text='G'/></body></opml>");
	f = load("feeds:\n  - {list: a.txt, interval: 5m}\n"
		 "  - {list: b.txt, interval: 5m}\n"
		 "  - {opml: o.opml}\n"
		 "  - http://h/\n  - {url: http://i/, title: I}\n"
		 "  - {url: http://j/, weight: 2}\n");
	p = f.config->feeds.p;
	assert_int_equal(f.config->feeds.n, 10);
	assert_ptr_equal(p[0].set, p[1].set);
	assert_ptr_not_equal(p[1].set, p[2].set);
	assert_string_equal(p[2].set->file, "b.txt");
	assert_ptr_equal(p[2].set, p[3].set);
	assert_ptr_equal(p[4].set, p[5].set);
	assert_span_equal(p[5].title, "F");
	assert_span_equal(p[5].set->category, "F");
	assert_ptr_not_equal(p[5].set, p[6].set);
	assert_int_equal(p[6].set->category.n, 0);
	assert_ptr_equal(p[7].set, p[8].set);
	assert_span_equal(p[8].title, "I");
	assert_ptr_not_equal(p[8].set, p[9].set);
	fixture_free(&f);
}

/* Relative ones are beside the file that names them, percent-encoded. */
static void
file_urls_become_absolute(void **state)
{
	struct fixture f;
	char *beside = mem_printf("file://%s/sub/a.xml", fixture_dir);

	(void)state;
	assert_int_equal(file_mkdirs("sub dir", 0755, NULL), 0);
	assert_int_equal(file_mkdirs("sub", 0755, NULL), 0);
	fixture_write("sub/x.yaml",
		"feeds: [file:./a.xml, 'file:///b c', file:///b, "
		"file://localhost/d, file:/e%20f]\n");
	fixture_write("sub dir/x.yaml", "feeds: [file:a.xml]\n");
	fixture_write("n.yaml", "include: [sub/x.yaml, sub dir/x.yaml]\n");
	f = fixture_load("n.yaml", CONFIG_ALL);
	assert_int_equal(f.rc, -1);
	assert_non_null(strstr(f.err.msg, "has a space"));
	fixture_free(&f);
	fixture_write("sub/x.yaml",
		"feeds: [file:./a.xml, file:///b, file://localhost/d, "
		"file:/e%20f]\n");
	f = fixture_load("n.yaml", CONFIG_ALL);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.config->feeds.n, 5);
	assert_span_equal(f.config->feeds.p[0].url, beside);
	assert_span_equal(f.config->feeds.p[1].url, "file:///b");
	assert_span_equal(f.config->feeds.p[2].url, "file:///d");
	assert_span_equal(f.config->feeds.p[3].url, "file:///e%20f");
	assert_true(span_ends(f.config->feeds.p[4].url, "/sub%20dir/a.xml"));
	fixture_free(&f);
	mem_free(&beside);
}

static void
lists_and_opml_take_the_settings_of_their_entry(void **state)
{
	struct fixture f;

	(void)state;
	fixture_write("l.txt",
		"\xef\xbb\xbfhttp://a.example/#top\r\n\n# no\n"
		"\thttp://b.example/ # b\nhttp://c.example/");
	fixture_write("f.opml",
		"<?xml version=\"1.0\"?><opml><body><outline text=\"g\">\n"
		" <outline xmlUrl=\"http://d.example/?a=1&amp;b=2\"/>\n"
		"</outline></body></opml>");
	f = load("feeds:\n  - {list: l.txt, interval: 5m}\n"
		 "  - {opml: f.opml, publisher: P}\n");
	assert_string_equal(strbuf_cstr(&f.report), "");
	assert_int_equal(f.config->feeds.n, 4);
	assert_span_equal(f.config->feeds.p[0].url, "http://a.example/#top");
	assert_span_equal(f.config->feeds.p[1].url, "http://b.example/");
	assert_int_equal(f.config->feeds.p[1].set->interval_ms, 300000);
	assert_string_equal(f.config->feeds.p[1].set->file, "l.txt");
	assert_int_equal(f.config->feeds.p[1].line, 4);
	assert_int_equal(f.config->feeds.p[1].column, 2);
	assert_span_equal(
		f.config->feeds.p[3].url, "http://d.example/?a=1&b=2");
	assert_span_equal(f.config->feeds.p[3].set->publisher, "P");
	assert_int_equal(f.config->feeds.p[3].line, 2);
	fixture_free(&f);
}

static void
what_a_list_may_not_hold_is_left_out(void **state)
{
	struct fixture f;

	(void)state;
	fixture_write("f.opml",
		"<opml><outline xmlUrl=\"file:///etc/passwd\"/>"
		"<outline xmlUrl=\"http://d.example/\"/></opml>");
	f = load("feeds: [{opml: f.opml}]\n");
	assert_int_equal(f.config->feeds.n, 1);
	assert_int_equal(f.config->left_out, 1);
	assert_non_null(strstr(strbuf_cstr(&f.report),
		"f.opml:1:16: error: file: URLs may stand in 'feeds' and in "
		"lists only (this feed is left out)\n"));
	fixture_free(&f);
}

static void
an_entity_has_its_names_and_its_watchlist(void **state)
{
	struct fixture f;
	const struct entity *e;

	(void)state;
	assert_int_equal(file_mkdirs("w", 0755, NULL), 0);
	fixture_write("w/big.tech.yaml",
		"entities:\n  - name: Meta\n    kind: company\n"
		"    tickers: [NASDAQ:META, ON]\n"
		"    aliases: [Meta Platforms, Facebook]\n"
		"    context: Zuckerberg\n    exclude: [meta-analysis]\n"
		"    min_relevance: 40\n    min_confidence: 0.7\n"
		"    case: exact\n"
		"  - {name: \"L\xe2\x80\x99Or\xc3\xa9"
		"al\"}\n"
		"  - {name: T, kind: topic, query: '\"a b\" AND c'}\n");
	f = load("include: w/*.yaml\nentities:\n  - {name: X, id: twitter}\n");
	e = f.config->entities.p;
	assert_int_equal(f.config->entities.n, 4);
	assert_span_equal(e[0].id, "twitter");
	assert_span_equal(e[0].watchlist, "n");
	assert_true(e[0].min_confidence < 0);
	assert_int_equal(e[0].letter_case, CASE_AUTO);
	assert_span_equal(e[1].id, "meta");
	assert_span_equal(e[1].watchlist, "big.tech");
	assert_int_equal(e[1].tickers.n, 2);
	assert_span_equal(e[1].tickers.p[1].text, "ON");
	assert_int_equal(e[1].tickers.p[1].place.line, 4);
	assert_int_equal(e[1].tickers.p[1].place.column, 28);
	assert_int_equal(e[1].context.n, 1);
	assert_int_equal(e[1].min_relevance, 40);
	assert_true(e[1].min_confidence == 0.7);
	assert_int_equal(e[1].letter_case, CASE_EXACT);
	assert_int_equal(e[1].place.line, 2);
	assert_int_equal(e[1].place.column, 11);
	assert_span_equal(e[2].id,
		"l-or\xc3\xa9"
		"al");
	assert_int_equal(e[3].kind, ENTITY_TOPIC);
	assert_span_equal(e[3].query.text, "\"a b\" AND c");
	fixture_free(&f);
}

static void
csv_rows_are_entities(void **state)
{
	struct fixture f;
	const struct entity *e;

	(void)state;
	fixture_write("chips.csv",
		"kind, name ,aliases,tickers,exclude,min_confidence\r\n"
		"company,\"Arm, Ltd\",Arm Holdings| Arm |,NASDAQ:ARM,,0.9\r\n"
		"person,Jensen Huang,,,,\r\n");
	f = load("include: chips.csv\n");
	e = f.config->entities.p;
	assert_int_equal(f.config->entities.n, 2);
	assert_span_equal(e[0].name, "Arm, Ltd");
	assert_span_equal(e[0].id, "arm-ltd");
	assert_span_equal(e[0].watchlist, "chips");
	assert_int_equal(e[0].aliases.n, 2);
	assert_span_equal(e[0].aliases.p[1].text, "Arm");
	assert_int_equal(e[0].tickers.n, 1);
	assert_int_equal(e[0].exclude.n, 0);
	assert_true(e[0].min_confidence == 0.9);
	assert_int_equal(e[1].kind, ENTITY_PERSON);
	assert_int_equal(e[1].place.line, 3);
	assert_int_equal(e[1].place.column, 8);
	fixture_free(&f);
}

static void
channels_keep_settings_that_nobody_here_knows(void **state)
{
	struct fixture f = load(
		"channels:\n  desk:\n    type: webhook\n    url: https://x/\n"
		"    list: [a, b]\n    headers: {X-A: '1'}\n"
		"routes: [{to: desk}]\n");
	const struct channel_conf *c = f.config->channels.p;
	const struct setting *s;

	(void)state;
	assert_int_equal(f.config->channels.n, 1);
	assert_span_equal(c->name, "desk");
	assert_span_equal(c->type, "webhook");
	assert_int_equal(c->type_place.line, 3);
	assert_int_equal(c->n_settings, 3);
	s = channel_setting(c, "url");
	assert_span_equal(s->value, "https://x/");
	assert_int_equal(s->place.line, 4);
	assert_int_equal(s->value_place.column, 10);
	s = channel_setting(c, "list");
	assert_int_equal(s->n_list, 2);
	assert_span_equal(s->list[1].text, "b");
	s = channel_setting(c, "headers");
	assert_int_equal(s->n_map, 1);
	assert_span_equal(s->map[0].key, "X-A");
	assert_span_equal(s->map[0].value, "1");
	assert_null(channel_setting(c, "type"));
	assert_null(channel_setting(c, "nothere"));
	fixture_free(&f);
}

static void
routes_ask_what_they_say(void **state)
{
	struct fixture f = load(
		"channels: {a: {type: stdout}, b: {type: stdout}}\n"
		"routes:\n"
		"  - {to: a}\n"
		"  - name: desk\n"
		"    when: {entities: [Meta], relevance: \">=60\", novelty: "
		"\"<40\", languages: en}\n"
		"    to: [a, b]\n    alert: item\n    continue: true\n"
		"    group: {by: story, wait: 30s, interval: 15m}\n");
	const struct route_conf *r = f.config->routes.p;

	(void)state;
	assert_int_equal(f.config->routes.n, 2);
	assert_span_equal(r[0].name, "route-1");
	assert_int_equal(r[0].when.relevance.cmp, CMP_NONE);
	assert_int_equal(r[0].alert, ALERT_STORY);
	assert_int_equal(r[0].group_by, GROUP_NONE);
	assert_false(r[0].next);
	assert_span_equal(r[1].name, "desk");
	assert_span_equal(r[1].when.entities.p[0].text, "Meta");
	assert_int_equal(r[1].when.relevance.cmp, CMP_GE);
	assert_true(r[1].when.relevance.value == 60);
	assert_int_equal(r[1].when.relevance.place.line, 5);
	assert_int_equal(r[1].when.novelty.cmp, CMP_LT);
	assert_int_equal(r[1].when.languages.n, 1);
	assert_int_equal(r[1].to.n, 2);
	assert_int_equal(r[1].alert, ALERT_ITEM);
	assert_int_equal(r[1].group_by, GROUP_STORY);
	assert_int_equal(r[1].group_wait_ms, 30000);
	assert_int_equal(r[1].group_interval_ms, 900000);
	assert_true(r[1].next);
	fixture_free(&f);
}

static const char *const whole =
	"feeds: [http://a.example/]\nentities: [{name: Meta}]\n"
	"channels: {a: {type: stdout}}\nroutes: [{to: a}]\n"
	"include: [p/*.yaml, p/*.csv]\n";

static void
parts_left_out_are_neither_read_nor_checked(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(file_mkdirs("p", 0755, NULL), 0);
	fixture_write("p/broken.csv", "nme\n");
	fixture_write("p/feeds.yaml", "feeds: [http://b.example/]\n");
	/* Broken from the first line on, but only a watchlist. */
	fixture_write("p/watch.yaml", "entities:\n  - {name: [}\n  x\n");
	fixture_write("n.yaml", whole);
	f = fixture_load("n.yaml", CONFIG_FEEDS);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.config->feeds.n, 2);
	assert_int_equal(f.config->entities.n, 0);
	assert_int_equal(f.config->routes.n, 0);
	fixture_free(&f);
	f = fixture_load("n.yaml", CONFIG_ROUTES);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.config->feeds.n, 0);
	assert_int_equal(f.config->channels.n, 1);
	assert_int_equal(f.config->routes.n, 1);
	fixture_free(&f);
	f = fixture_load("n.yaml", CONFIG_MAIN);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.config->feeds.n, 0);
	fixture_free(&f);
	f = fixture_load("n.yaml", CONFIG_WATCHLISTS);
	assert_int_equal(f.rc, -1);
	fixture_free(&f);
}

/* Only a file that can hold nothing else is left out unread. */
static void
a_file_of_several_parts_is_read_for_each(void **state)
{
	static const char *const texts[] = {
		"entities: [{name: A1}]\nfeeds: [http://b.example/]\n",
		"{entities: [{name: A1}], feeds: [http://b.example/]}\n",
		"\"feeds\": [http://b.example/]\nentities:\n- name: A1\n",
		"? feeds\n: [http://b.example/]\n",
		"--- {feeds: [http://b.example/]}\n",
		"---\n# x\nentities:\n- name: A1\nfeeds:\n- "
		"http://b.example/\n",
	};

	(void)state;
	fixture_write("n.yaml", "include: several.yaml\n");
	for (size_t i = 0; i < N_ROWS(texts); i++) {
		struct fixture f;

		fixture_write("several.yaml", texts[i]);
		f = fixture_load("n.yaml", CONFIG_FEEDS);
		assert_int_equal(f.rc, 0);
		assert_int_equal(f.config->feeds.n, 1);
		assert_int_equal(f.config->entities.n, 0);
		fixture_free(&f);
	}
}

static void
a_file_that_two_patterns_match_is_read_once(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(file_mkdirs("t", 0755, NULL), 0);
	fixture_write("t/a.yaml", "entities: [{name: Meta}]\n");
	f = load("include: [t/*.yaml, t/a*, nothing-here/*.yaml]\n");
	assert_int_equal(f.config->entities.n, 1);
	assert_string_equal(strbuf_cstr(&f.report), "");
	fixture_free(&f);
}

static void
the_state_directory_has_an_order_of_precedence(void **state)
{
	struct config_options o = {.file = "n.yaml"};
	struct strbuf report = STRBUF_INIT(KIB(4));
	struct config *c = NULL;

	(void)state;
	fixture_write("n.yaml", "state_dir: /key\n");
	assert_int_equal(config_load(&o, &c, &report, NULL), 0);
	assert_span_equal(c->state_dir, "/key");
	config_unref(&c);
	setenv("STATE_DIRECTORY", "/systemd:/second", 1);
	assert_int_equal(config_load(&o, &c, &report, NULL), 0);
	assert_span_equal(c->state_dir, "/systemd");
	config_unref(&c);
	o.state_dir = "/option";
	assert_int_equal(config_load(&o, &c, &report, NULL), 0);
	assert_span_equal(c->state_dir, "/option");
	config_unref(&c);
	unsetenv("STATE_DIRECTORY");
	strbuf_fini(&report);
}

static void
the_redis_option_wins_over_the_key(void **state)
{
	struct config_options o = {.file = "n.yaml", .redis_url = "unix:/own"};
	struct strbuf report = STRBUF_INIT(KIB(4));
	struct config *c = NULL;

	(void)state;
	fixture_write("n.yaml", "redis: {url: 'redis://h/0'}\n");
	assert_int_equal(config_load(&o, &c, &report, NULL), 0);
	assert_span_equal(c->redis.url, "unix:/own");
	assert_null(c->redis.place.file);
	config_unref(&c);
	strbuf_fini(&report);
}

static void
watchlists_are_loaded_alone(void **state)
{
	static const char *const files[] = {"w.yaml", "w.csv", "w.yaml"};
	struct strbuf report = STRBUF_INIT(KIB(4));
	struct config *c = NULL;
	struct err err = {0};

	(void)state;
	fixture_write("w.yaml",
		"feeds: [not a url]\nentities: [{name: Meta}]\n"
		"routes: [nonsense]\n");
	fixture_write("w.csv", "name\nMistral AI\nMeta\n");
	assert_int_equal(
		config_load_watchlists(files, 3, &c, &report, &err), 0);
	assert_int_equal(c->entities.n, 2);
	assert_int_equal(c->feeds.n, 0);
	assert_int_equal(c->left_out, 1);
	assert_string_equal(strbuf_cstr(&report),
		"w.csv:3:1: error: 'Meta' has the id 'meta', as has the entity "
		"at w.yaml:2:19; remove one, or give it another 'id' (this row "
		"is left out)\n    3 | Meta\n      | ^\n");
	config_unref(&c);
	strbuf_fini(&report);
}

static void
names_on_trial_that_make_one_id_are_numbered(void **state)
{
	static const char *const files[] = {"w.yaml"};
	struct strbuf report = STRBUF_INIT(KIB(4));
	struct config *c = NULL;
	struct err err = {0};

	(void)state;
	fixture_write("w.yaml", "entities: [{name: OPEC+}, {name: OPEC}]\n");
	assert_int_equal(
		config_load_watchlists(files, 1, &c, &report, &err), 0);
	assert_int_equal(c->entities.n, 2);
	assert_span_equal(c->entities.p[0].id, "opec");
	assert_span_equal(c->entities.p[1].id, "opec-2");
	assert_non_null(strstr(strbuf_cstr(&report), "warning: 'OPEC' would"));
	config_unref(&c);
	strbuf_fini(&report);
}

static void
a_snapshot_lives_as_long_as_someone_holds_it(void **state)
{
	struct fixture f = load("feeds: [http://a.example/]\n");
	struct config *second = config_ref(f.config);

	(void)state;
	fixture_free(&f);
	assert_null(f.config);
	assert_span_equal(second->feeds.p[0].url, "http://a.example/");
	config_unref(&second);
	assert_null(second);
	config_unref(&second);
}

static void
a_list_of_a_hundred_thousand_feeds_loads_at_once(void **state)
{
	struct strbuf text = STRBUF_INIT(MIB(16));
	struct fixture f;
	int64_t before;

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		strbuf_printf(&text, "https://host%u.example.com/feed/%u.xml\n",
			i % 5000, i);
	fixture_write("many.txt", strbuf_cstr(&text));
	fixture_write("n.yaml", "feeds: [{list: many.txt}]\n");
	before = clock_mono_us();
	f = fixture_load("n.yaml", CONFIG_ALL);
	print_message(
		"# %lld ms\n", (long long)(clock_mono_us() - before) / 1000);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.config->feeds.n, 100000);
	assert_true(clock_mono_us() - before < 5000000);
	fixture_free(&f);
	strbuf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(values_of_every_type_are_read),
		cmocka_unit_test(a_feed_has_its_settings_and_its_place),
		cmocka_unit_test(feeds_of_one_list_share_their_settings),
		cmocka_unit_test(file_urls_become_absolute),
		cmocka_unit_test(
			lists_and_opml_take_the_settings_of_their_entry),
		cmocka_unit_test(what_a_list_may_not_hold_is_left_out),
		cmocka_unit_test(an_entity_has_its_names_and_its_watchlist),
		cmocka_unit_test(csv_rows_are_entities),
		cmocka_unit_test(channels_keep_settings_that_nobody_here_knows),
		cmocka_unit_test(routes_ask_what_they_say),
		cmocka_unit_test(parts_left_out_are_neither_read_nor_checked),
		cmocka_unit_test(a_file_of_several_parts_is_read_for_each),
		cmocka_unit_test(a_file_that_two_patterns_match_is_read_once),
		cmocka_unit_test(
			the_state_directory_has_an_order_of_precedence),
		cmocka_unit_test(the_redis_option_wins_over_the_key),
		cmocka_unit_test(watchlists_are_loaded_alone),
		cmocka_unit_test(names_on_trial_that_make_one_id_are_numbered),
		cmocka_unit_test(a_snapshot_lives_as_long_as_someone_holds_it),
		cmocka_unit_test(
			a_list_of_a_hundred_thousand_feeds_loads_at_once),
	};

	return cmocka_run_group_tests(tests, fixture_enter, fixture_leave);
}
