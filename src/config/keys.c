/* The table. How it is read: keys_read.c. */
#include "config/keys.h"

#include "config/feed_entry.h"
#include "config/value.h"
#include "model/limits.h"

#define S(n) ((double)(n)*1000)
#define MIN(n) (S(n) * 60)
#define H(n) (MIN(n) * 60)
#define D(n) (H(n) * 24)

#define AT(type, field) offsetof(struct type, field)

static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const redis_schemes[] = {
	"redis", "rediss", "unix", "sentinel", "sentinels", NULL};
static const char *const proxy_schemes[] = {
	"http", "https", "socks4", "socks4a", "socks5", "socks5h", NULL};
static const char *const kinds[] = {
	"company", "person", "product", "topic", NULL};
static const char *const cases[] = {"auto", "exact", "any", NULL};
static const char *const alerts[] = {"story", "item", NULL};
static const char *const groups[] = {"none", "story", "entity", "feed", NULL};

static const struct key keys[] = {
	/* -- the main file --------------------------------------------------
	 */
	{"include", KEY_PART, KEY_NOWHERE, NULL, 0, 1000, NULL, KEY_MAIN,
		"Further files, patterns allowed, beside this one: YAML files "
		"with feeds, entities, channels and routes, and CSV "
		"watchlists."},
	{"strict", KEY_BOOL, AT(config, strict), "false", 0, 0, NULL, KEY_MAIN,
		"A broken row of a CSV watchlist, of a list of feeds or of an "
		"OPML file stops loading; otherwise it is reported and left "
		"out."},
	{"state_dir", KEY_PATH, AT(config, state_dir), NULL, 1, 4096, NULL,
		KEY_MAIN | KEY_RESTART,
		"Where the database, the private Redis and the sockets are; "
		"$STATE_DIRECTORY and --state-dir win over it."},

	{"redis", KEY_GROUP, 0, NULL, 0, 0, NULL, KEY_MAIN,
		"The Redis server that hits are queued on."},
	{"redis.url", KEY_URL, AT(config, redis.url), NULL, 1, LIMIT_URL_BYTES,
		redis_schemes, KEY_RESTART,
		"redis://host:port/db (nodes of a cluster: "
		"host:port,host:port), "
		"rediss:// (TLS), unix:/path or "
		"sentinel://host:port,host:port/name; without it newswatch "
		"run starts a private server."},
	{"redis.prefix", KEY_TEXT, AT(config, redis.prefix), "newswatch:", 0,
		128, NULL, KEY_RESTART,
		"In front of every key; {newswatch}: in a Redis Cluster."},
	{"redis.user", KEY_TEXT, AT(config, redis.user), NULL, 1, 1024, NULL,
		KEY_RESTART, "User name for AUTH."},
	{"redis.password_file", KEY_PATH, AT(config, redis.password_file), NULL,
		1, 4096, NULL, KEY_RESTART,
		"File with the password for AUTH on one line."},
	{"redis.ca_file", KEY_PATH, AT(config, redis.ca_file), NULL, 1, 4096,
		NULL, KEY_RESTART,
		"Certificates that the server's is checked against."},
	{"redis.cert_file", KEY_PATH, AT(config, redis.cert_file), NULL, 1,
		4096, NULL, KEY_RESTART, "Our certificate for TLS."},
	{"redis.key_file", KEY_PATH, AT(config, redis.key_file), NULL, 1, 4096,
		NULL, KEY_RESTART, "The key of our certificate."},

	{"fetch", KEY_GROUP, 0, NULL, 0, 0, NULL, KEY_MAIN,
		"How feeds are polled."},
	{"fetch.budget", KEY_NUMBER, AT(config, fetch.budget), "48", 0.1, 86400,
		NULL, 0,
		"Polls per feed and day, on average, of feeds with interval: "
		"auto."},
	{"fetch.max_rate", KEY_RATE, AT(config, fetch.max_rate), "50/s", 0,
		100000, NULL, 0, "Polls over all feeds together."},
	{"fetch.min_interval", KEY_DURATION, AT(config, fetch.min_interval_ms),
		"1m", S(1), D(30), NULL, 0,
		"No feed is polled more often, unless its own min_interval "
		"says so."},
	{"fetch.max_interval", KEY_DURATION, AT(config, fetch.max_interval_ms),
		"24h", S(1), D(30), NULL, 0,
		"No feed with interval: auto is polled more rarely, but where "
		"a server asks for it, or after errors."},
	{"fetch.timeout", KEY_DURATION, AT(config, fetch.timeout_ms), "30s",
		S(1), MIN(10), NULL, 0, "For one transfer as a whole."},
	{"fetch.host_gap", KEY_DURATION, AT(config, fetch.host_gap_ms), "1s", 0,
		H(1), NULL, 0,
		"Least time between the starts of two requests to a host."},
	{"fetch.host_connections", KEY_COUNT,
		AT(config, fetch.host_connections), "2", 1, 16, NULL, 0,
		"Requests to one host at a time."},
	{"fetch.max_body", KEY_SIZE, AT(config, fetch.max_body_bytes), "16MiB",
		1024, (double)LIMIT_DOCUMENT_BYTES, NULL, 0,
		"A larger document is refused."},
	{"fetch.allow_private", KEY_TEXTS, AT(config, fetch.allow_private),
		NULL, 0, 256, NULL, 0,
		"Ranges of non-public addresses that feeds may be on, such as "
		"127.0.0.0/8."},
	{"fetch.user_agent", KEY_TEXT, AT(config, fetch.user_agent),
		"newswatch/" PACKAGE_VERSION " (+" PACKAGE_URL ")", 1, 256,
		NULL, 0,
		"The User-Agent header; give an address where you can be "
		"reached."},
	{"fetch.proxy", KEY_URL, AT(config, fetch.proxy), NULL, 1,
		LIMIT_URL_BYTES, proxy_schemes, 0, "Proxy for all feeds."},
	{"fetch.ca_file", KEY_PATH, AT(config, fetch.ca_file), NULL, 1, 4096,
		NULL, KEY_RESTART,
		"Certificates to trust for https, instead of the system's."},

	{"store", KEY_GROUP, 0, NULL, 0, 0, NULL, KEY_MAIN, "The database."},
	{"store.keep", KEY_DURATION, AT(config, store_keep_ms), "90d", D(1),
		D(3650), NULL, 0, "How long items, hits and stories are kept."},

	{"http", KEY_GROUP, 0, NULL, 0, 0, NULL, KEY_MAIN,
		"The status server."},
	{"http.listen", KEY_LISTEN, AT(config, http_listen), "127.0.0.1:8642",
		0, 300, NULL, KEY_RESTART,
		"Address and port; '' switches it off."},

	{"analyse", KEY_GROUP, 0, NULL, 0, 0, NULL, KEY_MAIN,
		"The child processes that read documents."},
	{"analyse.processes", KEY_COUNT, AT(config, analysers), "0", 0, 256,
		NULL, KEY_RESTART, "How many; 0: one per processor."},
	{"analyse.timeout", KEY_DURATION, AT(config, analyse_timeout_ms), "20s",
		S(1), MIN(10), NULL, 0,
		"For one document; beyond, the feed is quarantined."},

	{"log", KEY_GROUP, 0, NULL, 0, 0, NULL, KEY_MAIN, "Messages."},
	{"log.level", KEY_WORD, AT(config, log_level), "info", 0, 0, levels, 0,
		"The least important level that is written."},

	/* -- feeds -----------------------------------------------------------
	 */
	{"feeds", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"List of feeds; an element that is a text is a URL."},
	{"feeds[].url", KEY_TEXT, AT(feed_entry, url), NULL, 1, LIMIT_URL_BYTES,
		NULL, 0,
		"http:, https: or file: (an absolute path, or one beside this "
		"file), or exec:NAME with a command."},
	{"feeds[].command", KEY_TEXTS, AT(feed_entry, set.command), NULL, 1,
		256, NULL, 0,
		"The program of an exec: feed and its arguments; what it "
		"prints "
		"is the document. No shell is involved."},
	{"feeds[].opml", KEY_TEXT, KEY_NOWHERE, NULL, 1, 4096, NULL, 0,
		"An OPML file with feeds, instead of a URL."},
	{"feeds[].list", KEY_TEXT, KEY_NOWHERE, NULL, 1, 4096, NULL, 0,
		"A file with one URL a line, instead of a URL; # starts a "
		"comment."},
	{"feeds[].publisher", KEY_TEXT, AT(feed_entry, set.publisher), NULL, 1,
		LIMIT_NAME_BYTES, NULL, 0,
		"Who publishes it; otherwise from the feed and its domain."},
	{"feeds[].title", KEY_TEXT, AT(feed_entry, title), NULL, 1,
		LIMIT_NAME_BYTES, NULL, 0,
		"A name of your own for it, in lists and when exported."},
	{"feeds[].category", KEY_TEXT, AT(feed_entry, set.category), NULL, 1,
		LIMIT_NAME_BYTES, NULL, 0,
		"A folder for it, a/b for one within another, when exported."},
	{"feeds[].interval", KEY_INTERVAL, AT(feed_entry, set.interval_ms),
		"auto", S(1), D(30), NULL, 0,
		"Time between polls; auto learns it from the feed."},
	{"feeds[].min_interval", KEY_DURATION,
		AT(feed_entry, set.min_interval_ms), NULL, S(1), D(30), NULL, 0,
		"Instead of fetch.min_interval."},
	{"feeds[].max_interval", KEY_DURATION,
		AT(feed_entry, set.max_interval_ms), NULL, S(1), D(30), NULL, 0,
		"Instead of fetch.max_interval, for interval: auto."},
	{"feeds[].backfill", KEY_DURATION, AT(feed_entry, set.backfill_ms), "0",
		0, D(36500), NULL, 0,
		"When the feed is seen first: alert on items up to this old."},
	{"feeds[].weight", KEY_NUMBER, AT(feed_entry, set.weight), "1", 0.01,
		100, NULL, 0,
		"Share of the budget, compared with other feeds."},
	{"feeds[].user", KEY_TEXT, AT(feed_entry, set.user), NULL, 1, 1024,
		NULL, 0, "User name for Basic authentication."},
	{"feeds[].password_file", KEY_PATH, AT(feed_entry, set.password_file),
		NULL, 1, 4096, NULL, 0, "File with the password on one line."},
	{"feeds[].bearer_file", KEY_PATH, AT(feed_entry, set.bearer_file), NULL,
		1, 4096, NULL, 0, "File with a bearer token on one line."},
	{"feeds[].proxy", KEY_URL, AT(feed_entry, set.proxy), NULL, 1,
		LIMIT_URL_BYTES, proxy_schemes, 0,
		"Proxy for this feed, instead of fetch.proxy."},
	{"feeds[].headers", KEY_PART, KEY_NOWHERE, NULL, 0, 32, NULL, 0,
		"Map of further request headers."},

	/* -- watchlists ------------------------------------------------------
	 */
	{"entities", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"List of watched companies, people, products and topics."},
	{"entities[].name", KEY_TEXT, AT(entity, name), NULL, 1,
		LIMIT_NAME_BYTES, NULL, KEY_NEEDED,
		"What it is called in the news."},
	{"entities[].id", KEY_TEXT, AT(entity, id), NULL, 1, LIMIT_NAME_BYTES,
		NULL, 0,
		"Lower case letters, digits and '-'; otherwise made from the "
		"name."},
	{"entities[].kind", KEY_ENUM, AT(entity, kind), "company", 0, 0, kinds,
		0, "What it is."},
	{"entities[].aliases", KEY_TEXTS, AT(entity, aliases), NULL, 0,
		LIMIT_ALIASES, NULL, 0, "Other names."},
	{"entities[].tickers", KEY_TEXTS, AT(entity, tickers), NULL, 0, 100,
		NULL, 0, "Exchange symbols: NASDAQ:META or META."},
	{"entities[].codes", KEY_TEXTS, AT(entity, codes), NULL, 0, 100, NULL,
		0, "ISIN, CIK, LEI, RIC: matched exactly."},
	{"entities[].context", KEY_TEXTS, AT(entity, context), NULL, 0, 1000,
		NULL, 0, "Words that support an ambiguous name."},
	{"entities[].exclude", KEY_TEXTS, AT(entity, exclude), NULL, 0, 1000,
		NULL, 0,
		"Phrases that contain the name and mean something else."},
	{"entities[].not_like", KEY_TEXTS, AT(entity, not_like), NULL, 0, 1000,
		NULL, 0, "Names of namesakes: never match."},
	{"entities[].company", KEY_TEXT, AT(entity, company), NULL, 1,
		LIMIT_NAME_BYTES, NULL, 0,
		"A person's or product's company: its id or name."},
	{"entities[].query", KEY_PLACED, AT(entity, query), NULL, 1, KIB(16),
		NULL, 0,
		"A topic's boolean query: AND, OR, NOT, NEAR/n, phrases, *."},
	{"entities[].case", KEY_ENUM, AT(entity, letter_case), "auto", 0, 0,
		cases, 0,
		"exact: other letter case never matches; any: it is ignored; "
		"auto: it counts as evidence."},
	{"entities[].min_relevance", KEY_COUNT, AT(entity, min_relevance), "0",
		0, 100, NULL, 0, "Items in which it matters less are no hits."},
	{"entities[].min_confidence", KEY_NUMBER, AT(entity, min_confidence),
		NULL, 0, 1, NULL, 0,
		"Mentions that are less certain are no hits."},

	/* -- channels and routes ---------------------------------------------
	 */
	{"channels", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"Map of names to channels: the places that hits are delivered "
		"to."},
	{"channels.*.type", KEY_TEXT, AT(channel_conf, type), NULL, 1, 64, NULL,
		KEY_NEEDED,
		"What kind of place; all further settings are the type's."},
	{"routes", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"List of rules, asked in order: which hits go to which "
		"channels."},
	{"routes[].name", KEY_TEXT, AT(route_conf, name), NULL, 1, 64, NULL, 0,
		"For messages and Redis keys; otherwise route-1, route-2, "
		"..."},
	{"routes[].when", KEY_GROUP, 0, NULL, 0, 0, NULL, 0,
		"What a hit must be; a key left out asks nothing."},
	{"routes[].when.entities", KEY_TEXTS, AT(route_conf, when.entities),
		NULL, 0, 10000, NULL, 0, "One of these, by id or name."},
	{"routes[].when.kinds", KEY_TEXTS, AT(route_conf, when.kinds), NULL, 0,
		4, NULL, 0, "An entity of one of these kinds."},
	{"routes[].when.watchlists", KEY_TEXTS, AT(route_conf, when.watchlists),
		NULL, 0, 1000, NULL, 0,
		"An entity from one of these watchlists (file names without "
		"their endings)."},
	{"routes[].when.events", KEY_TEXTS, AT(route_conf, when.events), NULL,
		0, 100, NULL, 0, "One of these event types."},
	{"routes[].when.stages", KEY_TEXTS, AT(route_conf, when.stages), NULL,
		0, 100, NULL, 0, "An event in one of these stages."},
	{"routes[].when.statuses", KEY_TEXTS, AT(route_conf, when.statuses),
		NULL, 0, 100, NULL, 0, "A story in one of these states."},
	{"routes[].when.publishers", KEY_TEXTS, AT(route_conf, when.publishers),
		NULL, 0, 10000, NULL, 0,
		"From one of these publishers, by name or domain."},
	{"routes[].when.feeds", KEY_TEXTS, AT(route_conf, when.feeds), NULL, 0,
		10000, NULL, 0, "From one of these feeds, by URL."},
	{"routes[].when.languages", KEY_TEXTS, AT(route_conf, when.languages),
		NULL, 0, 100, NULL, 0,
		"In one of these languages; en also takes en-GB."},
	{"routes[].when.relevance", KEY_COMPARE, AT(route_conf, when.relevance),
		NULL, 0, 100, NULL, 0,
		"How much the item is about the entity, such as \">=60\"."},
	{"routes[].when.confidence", KEY_COMPARE,
		AT(route_conf, when.confidence), NULL, 0, 1, NULL, 0,
		"How certain it is that the entity is meant."},
	{"routes[].when.novelty", KEY_COMPARE, AT(route_conf, when.novelty),
		NULL, 0, 100, NULL, 0,
		"How new the item is to its story; an update is asked as 100."},
	{"routes[].when.independent", KEY_COMPARE,
		AT(route_conf, when.independent), NULL, 0, 1000000, NULL, 0,
		"How many independent publishers report the story."},
	{"routes[].to", KEY_TEXTS, AT(route_conf, to), NULL, 1, 100, NULL,
		KEY_NEEDED, "Names of channels."},
	{"routes[].alert", KEY_ENUM, AT(route_conf, alert), "story", 0, 0,
		alerts, 0,
		"story: a story's first hit and its updates; item: every "
		"hit."},
	{"routes[].group", KEY_GROUP, 0, NULL, 0, 0, NULL, 0,
		"Several hits in one message."},
	{"routes[].group.by", KEY_ENUM, AT(route_conf, group_by), "none", 0, 0,
		groups, 0, "What hits of one message have in common."},
	{"routes[].group.wait", KEY_DURATION, AT(route_conf, group_wait_ms),
		"0", 0, D(1), NULL, 0,
		"From the first hit to the message; 0: at once."},
	{"routes[].group.interval", KEY_DURATION,
		AT(route_conf, group_interval_ms), "0", 0, D(30), NULL, 0,
		"Least time between two messages of a group."},
	{"routes[].group.repeat", KEY_DURATION, AT(route_conf, group_repeat_ms),
		"0", 0, D(30), NULL, 0,
		"A story that is neither resolved (confirmed, denied, "
		"corrected, retracted) nor acknowledged is told again after "
		"this; 0: never."},
	{"routes[].quiet", KEY_GROUP, 0, NULL, 0, 0, NULL, 0,
		"Hours in which nothing is told; one message afterwards has "
		"it all."},
	{"routes[].quiet.from", KEY_CLOCK, AT(route_conf, quiet.from_min), NULL,
		0, 0, NULL, 0, "When they begin, such as 22:00."},
	{"routes[].quiet.to", KEY_CLOCK, AT(route_conf, quiet.to_min), NULL, 0,
		0, NULL, 0, "When they end, such as 07:00, or 24:00."},
	{"routes[].quiet.zone", KEY_PLACED, AT(route_conf, quiet.zone_name),
		NULL, 1, 64, NULL, 0,
		"Whose clocks: a name of the tz database, such as "
		"Europe/Berlin, or UTC."},
	{"routes[].quiet.days", KEY_TEXTS, AT(route_conf, quiet.day_names),
		NULL, 0, 7, NULL, 0,
		"Days on which they begin: mon, tue, wed, thu, fri, sat, sun; "
		"otherwise every day."},
	{"routes[].cap", KEY_GROUP, 0, NULL, 0, 0, NULL, 0,
		"What is beyond it comes as one message, when there is room "
		"again."},
	{"routes[].cap.messages", KEY_COUNT, AT(route_conf, cap.messages), NULL,
		1, 1000, NULL, 0, "At most so many to each channel."},
	{"routes[].cap.per", KEY_DURATION, AT(route_conf, cap.per_ms), "1h",
		MIN(1), D(7), NULL, 0, "Within any time that is so long."},
	{"routes[].escalate", KEY_GROUP, 0, NULL, 0, 0, NULL, 0,
		"What nobody acknowledges (newswatch ack) is told elsewhere, "
		"at any hour."},
	{"routes[].escalate.after", KEY_DURATION,
		AT(route_conf, escalate.after_ms), NULL, S(1), D(7), NULL, 0,
		"How long it may wait."},
	{"routes[].escalate.to", KEY_TEXTS, AT(route_conf, escalate.to), NULL,
		1, 100, NULL, 0, "Names of channels."},
	{"routes[].always", KEY_BOOL, AT(route_conf, always), "false", 0, 0,
		NULL, 0,
		"Silences and inhibition do not hold here: for archives."},
	{"routes[].continue", KEY_BOOL, AT(route_conf, next), "false", 0, 0,
		NULL, 0, "Later routes may take the hit too."},

	/* -- inhibition ------------------------------------------------------
	 */
	{"inhibit", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"List of rules: which hits are not told because another "
		"explains them."},
	{"inhibit[].name", KEY_TEXT, AT(inhibit_conf, name), NULL, 1, 64, NULL,
		0, "For messages; otherwise inhibit-1, inhibit-2, ..."},
	{"inhibit[].source", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL,
		KEY_NEEDED, "The hit that explains; keys as in routes[].when."},
	{"inhibit[].target", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL,
		KEY_NEEDED,
		"The hit that is not told; keys as in routes[].when."},
	{"inhibit[].equal", KEY_TEXTS, AT(inhibit_conf, equal_names), NULL, 0,
		4, NULL, 0,
		"What both have in common: entity, story, feed, publisher; "
		"otherwise entity."},
	{"inhibit[].window", KEY_DURATION, AT(inhibit_conf, window_ms), "2h",
		S(1), D(7), NULL, 0, "For so long after the source."},

	/* -- event types -----------------------------------------------------
	 */
	{"event_types", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"List of event types, beside those built in: doc/EVENTS.md. "
		"One with the id of another replaces it, or adds to it with "
		"extend: true."},
	{"event_words", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"Map of lists of words for use in patterns; one of the same "
		"name replaces it."},
	{"event_cues", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"Map of words that show modality and stage, added to those "
		"built in."},

	/* -- publishers ------------------------------------------------------
	 */
	{"publishers", KEY_PART, KEY_NOWHERE, NULL, 0, 0, NULL, 0,
		"List of publishers that texts cite, beside those built in; "
		"one of the same name replaces it."},
	{"publishers[].name", KEY_TEXT, AT(publisher, name), NULL, 1,
		LIMIT_NAME_BYTES, NULL, KEY_NEEDED,
		"As it is shown; texts may call it so."},
	{"publishers[].aliases", KEY_TEXTS, AT(publisher, aliases), NULL, 0,
		100, NULL, 0, "Other names, which mean nothing else."},
	{"publishers[].cited", KEY_TEXTS, AT(publisher, cited), NULL, 0, 100,
		NULL, 0,
		"Names that are ordinary words too (Time): they count beside "
		"a citing word only. The name itself may stand here again."},
	{"publishers[].short", KEY_TEXTS, AT(publisher, brief), NULL, 0, 100,
		NULL, 0,
		"Names that count once a longer one stood in the same text: "
		"the Journal."},
	{"publishers[].domains", KEY_TEXTS, AT(publisher, domains), NULL, 0,
		100, NULL, 0, "Domains, or hosts below one."},
	{"publishers[].family", KEY_TEXT, AT(publisher, family), NULL, 1,
		LIMIT_NAME_BYTES, NULL, 0,
		"Who owns it: publishers of a family are one voice; otherwise "
		"the name."},
	{"publishers[].class", KEY_ENUM, AT(publisher, kind), "online", 0, 0,
		publisher_class_names, 0,
		"What it is; release: carries what companies say themselves, "
		"filing: a regulator or exchange, social: anybody."},
};

#define N_KEYS (sizeof(keys) / sizeof(*keys))

const struct key *
key_at(size_t i)
{
	return i < N_KEYS ? &keys[i] : NULL;
}

const char *
key_type_name(enum key_type type)
{
	static const char *const names[] = {
		[KEY_TEXT] = "text",
		[KEY_BOOL] = "true or false",
		[KEY_COUNT] = "whole number",
		[KEY_NUMBER] = "number",
		[KEY_CLOCK] = "time of day",
		[KEY_DURATION] = "duration",
		[KEY_INTERVAL] = "duration or auto",
		[KEY_SIZE] = "size",
		[KEY_RATE] = "rate",
		[KEY_ENUM] = "word",
		[KEY_WORD] = "word",
		[KEY_URL] = "URL",
		[KEY_LISTEN] = "address:port",
		[KEY_PATH] = "path",
		[KEY_TEXTS] = "list of texts",
		[KEY_PLACED] = "text",
		[KEY_COMPARE] = "comparison",
		[KEY_GROUP] = "map",
		[KEY_PART] = "list or map",
	};

	return names[type];
}

static void
format_bound(enum key_type type, double bound, struct strbuf *out)
{
	if (type == KEY_DURATION || type == KEY_INTERVAL)
		value_duration_format((int64_t)bound, out);
	else if (type == KEY_SIZE)
		value_size_format((size_t)bound, out);
	else if (type == KEY_RATE)
		value_rate_format(bound, out);
	else
		strbuf_printf(out, "%.10g", bound);
}

static bool
has_range(enum key_type type)
{
	return type == KEY_COUNT || type == KEY_NUMBER ||
		type == KEY_DURATION || type == KEY_INTERVAL ||
		type == KEY_SIZE || type == KEY_RATE || type == KEY_COMPARE;
}

void
key_range_format(const struct key *k, struct strbuf *out)
{
	if (k->words) {
		strbuf_str(out, "one of: ");
		for (size_t i = 0; k->words[i]; i++)
			strbuf_printf(out, "%s%s", i ? ", " : "", k->words[i]);
	} else if (has_range(k->type)) {
		strbuf_str(out, "from ");
		format_bound(k->type, k->min, out);
		strbuf_str(out, " to ");
		format_bound(k->type, k->max, out);
	}
}

struct key_rows
key_rows(const char *prefix)
{
	struct key_rows rows = {.prefix = prefix};

	for (size_t i = 0; i < N_KEYS; i++) {
		if (strncmp(keys[i].path, prefix, strlen(prefix)) != 0)
			continue;
		if (!rows.first)
			rows.first = &keys[i];
		rows.n = (size_t)(&keys[i] - rows.first) + 1;
	}
	return rows;
}
