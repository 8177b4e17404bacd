/* newswatch feeds show: all that is known of one feed, for people. */
#include "cli/feeds_show.h"

#include <stdio.h>
#include <sysexits.h>

#include "base/plural.h"
#include "base/date.h"
#include "base/strbuf.h"
#include "cli/out.h"
#include "model/json.h"
#include "model/limits.h"

#define LINE_BYTES MIB(1)
#define LABEL "%-14s"

/* "3 hits": a number of f and what it counts, after what stands before. */
static void
put_count(struct strbuf *b, const char *before, const struct json *f,
	const char *key, const char *one, const char *many)
{
	int64_t n = json_get_int(f, key, 0);

	strbuf_printf(
		b, "%s%lld %s", before, (long long)n, PLURAL(n, one, many));
}

static double
number(const struct json *f, const char *key)
{
	return json_number(json_get(f, key), 0);
}

/* A line of a label and a text; nothing if the text is empty. */
static void
line(const char *label, struct span text)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	if (text.n > 0) {
		strbuf_printf(&b, LABEL, label);
		strbuf_span(&b, text);
		out_line(strbuf_as_span(&b));
	}
	strbuf_fini(&b);
}

void
feeds_put_duration(struct strbuf *b, int64_t s)
{
	static const struct {
		int64_t s;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		/* 90 s are said as such, 1m would hide a third. */
		if (s < 2 * units[i].s && units[i].s > 1)
			continue;
		strbuf_printf(b, "%lld%c", (long long)(s / units[i].s),
			units[i].unit);
		return;
	}
}

static void
last_poll(const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);
	int64_t status = json_get_int(f, "http_status", 0);

	strbuf_printf(&b, "%.*s", SPAN_ARG(json_get_text(f, "result")));
	if (status > 0)
		strbuf_printf(&b, ", HTTP %lld", (long long)status);
	if (json_get_text(f, "last_poll").n > 0)
		strbuf_printf(
			&b, ", %.*s", SPAN_ARG(json_get_text(f, "last_poll")));
	if (json_get_int(f, "failures", 0) > 0)
		put_count(&b, ", ", f, "failures", "failure in a row",
			"failures in a row");
	line("last poll", strbuf_as_span(&b));
	strbuf_fini(&b);
	line("error", json_get_text(f, "error"));
	line("last read", json_get_text(f, "last_ok"));
	line("last news", json_get_text(f, "last_new"));
}

static void
next_poll(const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	strbuf_printf(&b, "%.*s: %.*s", SPAN_ARG(json_get_text(f, "next_due")),
		SPAN_ARG(json_get_text(f, "why")));
	line("next poll", strbuf_as_span(&b));
	strbuf_clear(&b);
	feeds_put_duration(&b, json_get_int(f, "delay_s", 0));
	strbuf_str(&b, " expected from publication to sight");
	line("delay", strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
put_limit(struct strbuf *b, const struct json *f, const char *key,
	const char *name)
{
	int64_t s = json_get_int(f, key, 0);

	if (s <= 0)
		return;
	strbuf_printf(b, "%s%s ", b->n > 0 ? ", " : "", name);
	feeds_put_duration(b, s);
}

/* What the operator and the publisher ask for. */
static void
wishes(const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	if (json_get_int(f, "interval_s", 0) == 0)
		strbuf_str(&b, "interval auto");
	put_limit(&b, f, "interval_s", "interval");
	put_limit(&b, f, "max_age_s", "max-age");
	put_limit(&b, f, "ttl_s", "ttl");
	if (json_size(json_get(f, "skip_hours")) > 0)
		strbuf_printf(&b, ", %zu skipHours",
			json_size(json_get(f, "skip_hours")));
	if (json_size(json_get(f, "skip_days")) > 0)
		strbuf_printf(&b, ", %zu skipDays",
			json_size(json_get(f, "skip_days")));
	line("asked for", strbuf_as_span(&b));
	strbuf_fini(&b);
	line("Retry-After", json_get_text(f, "retry_after"));
	line("ETag", json_get_text(f, "etag"));
	line("Last-Modified", json_get_text(f, "last_modified"));
}

static void
redirects(const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	line("moved to", json_get_text(f, "adopted_url"));
	if (json_get_text(f, "redirect_url").n > 0) {
		strbuf_printf(&b, "%.*s (%lld of 3 polls)",
			SPAN_ARG(json_get_text(f, "redirect_url")),
			(long long)json_get_int(f, "redirect_count", 0));
		line("moving to", strbuf_as_span(&b));
	}
	strbuf_fini(&b);
}

/* One sign for each number, against the greatest; a gap after so many. */
static void
bars(struct strbuf *b, const struct json *list, size_t group)
{
	static const char *const signs[] = {"\u2581", "\u2582", "\u2583",
		"\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
	static const char *const plain[] = {
		"1", "2", "3", "4", "5", "6", "7", "8"};
	const char *const *use = out_is_utf8() ? signs : plain;
	double most = 0;

	for (size_t i = 0; i < json_size(list); i++)
		if (json_number(json_at(list, i), 0) > most)
			most = json_number(json_at(list, i), 0);
	for (size_t i = 0; i < json_size(list) && most > 0; i++) {
		double share = json_number(json_at(list, i), 0) / most;

		if (i > 0 && i % group == 0)
			strbuf_char(b, ' ');
		strbuf_str(b, use[(size_t)(share * 7.999)]);
	}
}

static void
profile_line(const char *label, const struct json *list, size_t group,
	const char *what)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	bars(&b, list, group);
	strbuf_printf(&b, "  %s", what);
	line(label, strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
profile(const struct json *f)
{
	profile_line(
		"profile", json_get(f, "profile"), 6, "by hour, 0 to 23 UTC");
	profile_line("", json_get(f, "days"), 5, "by day, Monday to Sunday");
}

static void
clock_line(const struct json *clock)
{
	const struct json *phases = json_get(clock, "phases_s");
	bool hourly = json_get_int(clock, "period_s", 0) == 3600;
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	strbuf_str(&b, hourly ? "every hour at minute" : "every day at");
	for (size_t i = 0; i < json_size(phases); i++) {
		int64_t s = (int64_t)json_number(json_at(phases, i), 0);

		strbuf_str(&b, i > 0 ? ", " : " ");
		if (hourly)
			strbuf_printf(&b, "%lld", (long long)(s / 60));
		else
			strbuf_printf(&b, "%02lld:%02lld",
				(long long)(s / 3600),
				(long long)(s / 60 % 60));
	}
	strbuf_printf(&b, "%s, often %lld s late", hourly ? "" : " UTC",
		(long long)json_get_int(clock, "late_s", 0));
	line("clock", strbuf_as_span(&b));
	strbuf_fini(&b);
}

static void
learned(const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	strbuf_printf(&b,
		"%.2f new items a day, weight x%.2f for what they "
		"are about",
		number(f, "rate_per_day"), number(f, "interest"));
	line("learned", strbuf_as_span(&b));
	strbuf_fini(&b);
	if (json_type(json_get(f, "clock")) == JSON_OBJECT_)
		clock_line(json_get(f, "clock"));
	profile(f);
}

static void
totals(const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	put_count(&b, "", f, "polls", "poll", "polls");
	strbuf_printf(&b, ", %lld unchanged",
		(long long)json_get_int(f, "unchanged", 0));
	put_count(&b, ", ", f, "errors", "error", "errors");
	put_count(&b, "; ", f, "items", "item", "items");
	put_count(&b, ", ", f, "hits", "hit", "hits");
	put_count(&b, "; ", f, "bytes", "byte", "bytes");
	line("in all", strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* In five columns. */
static void
put_size(struct strbuf *b, int64_t bytes)
{
	if (bytes < 100000)
		strbuf_printf(b, " %5lld", (long long)bytes);
	else if (bytes < (int64_t)MIB(9))
		strbuf_printf(b, " %4lldk", (long long)(bytes >> 10));
	else
		strbuf_printf(b, " %4lldM", (long long)(bytes >> 20));
}

/* From the poll to what was planned then. */
static void
put_wait(struct strbuf *b, const struct json *e)
{
	struct strbuf d = STRBUF_INIT(64);
	struct wall at, next;

	if (date_parse(json_get_text(e, "at"), &at) &&
		date_parse(json_get_text(e, "next_due"), &next) &&
		next.ms >= at.ms)
		feeds_put_duration(&d, (next.ms - at.ms) / 1000);
	else
		strbuf_char(&d, '-');
	strbuf_printf(b, " %4.*s", SPAN_ARG(strbuf_as_span(&d)));
	strbuf_fini(&d);
}

static bool
history_line(const struct json *e)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);
	bool go_on;

	strbuf_printf(&b, "%-14.*s %-10.*s %3lld %5lld",
		SPAN_ARG(span_sub(json_get_text(e, "at"), 5, 14)),
		SPAN_ARG(json_get_text(e, "result")),
		(long long)json_get_int(e, "http_status", 0),
		(long long)json_get_int(e, "took_ms", 0));
	put_size(&b, json_get_int(e, "bytes", 0));
	strbuf_printf(&b, " %5lld %3lld",
		(long long)json_get_int(e, "items", 0),
		(long long)json_get_int(e, "new", 0));
	put_wait(&b, e);
	strbuf_printf(&b, " %.*s", SPAN_ARG(json_get_text(e, "why")));
	if (json_get_int(e, "redirects", 0) > 0)
		put_count(&b, " (", e, "redirects", "redirect)", "redirects)");
	go_on = out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
	return go_on;
}

static void
history(const struct json *list)
{
	if (json_size(list) == 0)
		return;
	out_line(SPAN_LIT(""));
	out_line(SPAN_LIT("poll           result    HTTP    ms bytes items new "
			  "next why then"));
	for (size_t i = 0; i < json_size(list); i++)
		if (!history_line(json_at(list, i)))
			return;
}

void
feeds_show(const struct json *f)
{
	line("feed", json_get_text(f, "url"));
	line("title", json_get_text(f, "title"));
	last_poll(f);
	next_poll(f);
	wishes(f);
	redirects(f);
	learned(f);
	totals(f);
	history(json_get(f, "history"));
}
