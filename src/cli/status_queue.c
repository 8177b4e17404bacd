/* See status_queue.h. */
#include "cli/status_queue.h"

#include "base/plural.h"
#include "config/value.h"
#include "model/json.h"

static long long
number(const struct json *j, const char *key)
{
	return (long long)json_get_int(j, key, 0);
}

/* A time that has passed, in whole seconds: "0s", "90s", "2h". */
static void
put_ago(struct strbuf *b, long long ms)
{
	if (ms < 1000)
		strbuf_str(b, "0s");
	else
		value_duration_format(ms - ms % 1000, b);
}

static void
put_stream(const struct json *redis, struct strbuf *b)
{
	const struct json *workers = json_get(redis, "workers");
	long long behind = number(redis, "behind_ms");
	long long dead = number(redis, "dead");
	unsigned alive = 0;

	for (size_t i = 0; i < json_size(workers); i++)
		alive += json_bool(
			json_get(json_at(workers, i), "alive"), false);
	strbuf_printf(b,
		"workers    %u alive; stream of %lld, %lld unread, %lld being "
		"taken in",
		alive, number(redis, "entries"), number(redis, "unread"),
		number(redis, "pending"));
	if (behind > 0) {
		strbuf_str(b, ", ");
		put_ago(b, behind);
		strbuf_str(b, " behind");
	}
	strbuf_printf(
		b, "; %lld dead %s\n", dead, PLURAL(dead, "letter", "letters"));
	if (alive == 0 && behind > 0)
		strbuf_str(b,
			"           nobody is told: start newswatch-notify\n");
}

static void
put_waiting(
	struct strbuf *b, const char *what, long long n, long long overdue_ms)
{
	strbuf_printf(b, "%lld %s", n, what);
	if (overdue_ms < 1000)
		return;
	strbuf_str(b, " (overdue ");
	put_ago(b, overdue_ms);
	strbuf_char(b, ')');
}

static void
put_channel(const struct json *c, struct strbuf *b)
{
	long long groups = number(c, "groups");
	long long deliveries = number(c, "deliveries");

	strbuf_printf(
		b, "channel    %-16.*s ", SPAN_ARG(json_get_text(c, "name")));
	put_waiting(b, PLURAL(groups, "group waits", "groups wait"), groups,
		number(c, "groups_overdue_ms"));
	strbuf_str(b, ", ");
	put_waiting(b,
		PLURAL(deliveries, "delivery under way",
			"deliveries under way"),
		deliveries, number(c, "deliveries_overdue_ms"));
	if (number(c, "resting_ms") > 0) {
		strbuf_str(b, "; its receiver wants no more for ");
		put_ago(b, number(c, "resting_ms"));
	}
	strbuf_char(b, '\n');
}

static void
put_host(const struct json *h, struct strbuf *b)
{
	long long failures = number(h, "failures");

	strbuf_printf(b, "host       %-16.*s %lld %s in a row",
		SPAN_ARG(json_get_text(h, "host")), failures,
		PLURAL(failures, "failure", "failures"));
	if (number(h, "open_ms") > 0) {
		strbuf_str(b, ", nothing is sent there for ");
		put_ago(b, number(h, "open_ms"));
	}
	strbuf_printf(b, ": %.*s\n", SPAN_ARG(json_get_text(h, "why")));
}

static void
put_muted(const struct json *redis, struct strbuf *b)
{
	const struct json *muted = json_get(redis, "muted");
	long long hits = 0, silences = number(redis, "silences");

	for (size_t i = 0; i < json_size(muted); i++)
		hits += number(json_at(muted, i), "hits");
	if (hits > 0 || silences > 0)
		strbuf_printf(b,
			"muted      %lld %s by silences and inhibition; "
			"%lld %s in force\n",
			hits, PLURAL(hits, "hit", "hits"), silences,
			PLURAL(silences, "silence", "silences"));
}

static void
put_worker(const struct json *w, struct strbuf *b)
{
	bool alive = json_bool(json_get(w, "alive"), false);

	strbuf_printf(b, "worker     %-16.*s %.*s, heard of ",
		SPAN_ARG(json_get_text(w, "name")),
		SPAN_ARG(alive ? json_get_text(w, "state") : SPAN_LIT("gone")));
	put_ago(b, number(w, "silent_ms"));
	strbuf_str(b, " ago");
	if (alive)
		strbuf_printf(b,
			"; %lld sent, %lld failed, %lld dead, %lld under way",
			number(w, "sent"), number(w, "later"),
			number(w, "dead"), number(w, "in_flight"));
	strbuf_char(b, '\n');
}

void
status_queue_text(const struct json *redis, struct strbuf *b)
{
	const struct json *channels = json_get(redis, "channels");
	const struct json *workers = json_get(redis, "workers");
	const struct json *hosts = json_get(redis, "failing_hosts");

	if (json_type(redis) != JSON_OBJECT_)
		return;
	put_stream(redis, b);
	for (size_t i = 0; i < json_size(channels); i++)
		put_channel(json_at(channels, i), b);
	for (size_t i = 0; i < json_size(hosts); i++)
		put_host(json_at(hosts, i), b);
	put_muted(redis, b);
	for (size_t i = 0; i < json_size(workers); i++)
		put_worker(json_at(workers, i), b);
}
