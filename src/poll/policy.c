/* See policy.h. Pure. */
#include "poll/policy.h"

#include "base/backoff.h"
#include "base/date.h"

/* The first row whose range holds the status decides. */
static const struct {
	unsigned first, last;
	enum policy_action action;
	const char *advice;
} statuses[] = {
	/* RFC 9110 15.3.1 */
	{200, 200, POLICY_DOCUMENT, ""},
	/* 15.3.4: a proxy changed it on its way, a document it is */
	{203, 203, POLICY_DOCUMENT, ""},
	/* 15.3.5: no content is no document; some servers mean "no news" */
	{204, 204, POLICY_UNCHANGED, ""},
	/* 15.3.7, RFC 3229 226: parts were not asked for */
	{226, 226, POLICY_DOCUMENT, ""},
	{200, 299, POLICY_ERROR, "the server sent no document"},
	/* 15.4.5 */
	{304, 304, POLICY_UNCHANGED,
		"not modified, though we did not say what we have: the server "
		"or a cache before it is broken"},
	/* 15.4.2, 15.4.9 */
	{301, 301, POLICY_MOVED, ""},
	{308, 308, POLICY_MOVED, ""},
	/* 15.4.3, 15.4.4, 15.4.8 */
	{302, 303, POLICY_REDIRECT, ""},
	{307, 307, POLICY_REDIRECT, ""},
	{300, 399, POLICY_ERROR, "a redirect that leads nowhere"},
	/* 15.5.2 */
	{401, 401, POLICY_ERROR,
		"it wants a login: set user and password_file for the feed"},
	/* 15.5.4; guards against scrapers answer 403 when asked too often */
	{403, 403, POLICY_SLOWER,
		"the server refuses us: check the URL in a browser, or ask "
		"less often (interval)"},
	/* 15.5.5 */
	{404, 404, POLICY_ERROR,
		"no such document: check the URL, the feed may have moved"},
	/* 15.5.11 */
	{410, 410, POLICY_GONE,
		"removed on purpose: take the feed out of the configuration"},
	/* RFC 6585 4 */
	{429, 429, POLICY_SLOWER,
		"asked too often: the host is left alone for a while"},
	/* RFC 7725 */
	{451, 451, POLICY_ERROR, "not available here for legal reasons"},
	{400, 499, POLICY_ERROR,
		"the server does not accept the request: check the URL"},
	/* RFC 9110 15.6.4 */
	{503, 503, POLICY_SLOWER,
		"the server is overloaded or in maintenance: it is asked "
		"again later"},
	{500, 599, POLICY_ERROR,
		"the server has a fault: it is asked again later"},
};
#define N_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

static size_t
row_of(unsigned status)
{
	for (size_t i = 0; i < N_STATUSES; i++)
		if (status >= statuses[i].first && status <= statuses[i].last)
			return i;
	return N_STATUSES;
}

enum policy_action
policy_status(unsigned http_status)
{
	size_t i = row_of(http_status);

	return i < N_STATUSES ? statuses[i].action : POLICY_ERROR;
}

const char *
policy_advice(unsigned http_status)
{
	size_t i = row_of(http_status);

	return i < N_STATUSES ? statuses[i].advice
			      : "the answer is no HTTP that we know";
}

static int64_t
clamp_ms(int64_t seconds)
{
	if (seconds <= 0)
		return 0;
	if (seconds > POLICY_MAX_MS / 1000)
		return POLICY_MAX_MS;
	return seconds * 1000;
}

/* Digits only; more than fit saturate. -1 if it is no such number. */
static int64_t
delta_seconds(struct span s)
{
	int64_t v = 0;

	s = span_trim(s);
	if (s.n == 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		if (v < INT64_MAX / 20)
			v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* The next element of a list, in which quoted strings may hold commas. */
static bool
next_element(struct span *list, struct span *element)
{
	bool quoted = false;
	size_t i = 0;

	if (list->n == 0)
		return false;
	for (; i < list->n && (quoted || list->p[i] != ','); i++) {
		if (quoted && list->p[i] == '\\')
			i++;
		else if (list->p[i] == '"')
			quoted = !quoted;
	}
	*element = span_trim(span_sub(*list, 0, i));
	*list = span_sub(*list, i + 1, list->n);
	return true;
}

/* The value of a directive of Cache-Control, empty where it has none; false if
 * the directive is not there. */
static bool
directive(struct span header, const char *name, struct span *value)
{
	struct span part;

	while (next_element(&header, &part)) {
		struct span key;

		if (!span_next(&part, '=', &key) ||
			!span_caseeq_str(span_trim(key), name))
			continue;
		*value = span_trim(part);
		if (value->n >= 2 && value->p[0] == '"')
			*value = span_sub(*value, 1, value->n - 2);
		return true;
	}
	return false;
}

/* "Fri, 31 Dec 9999 23:59:59 GMT": later than date_parse() reads, and meant. */
static bool
is_far_future(struct span date)
{
	int64_t year;

	return date.n == 29 &&
		span_i64(span_sub(date, 12, 4), 0, 9999, &year) && year >= 2100;
}

/* How long after `from` a date is, rounded up. False if it is no date. */
static bool
seconds_until(struct span date, struct wall from, int64_t *out)
{
	struct wall t;

	*out = INT64_MAX / 2;
	if (is_far_future(date))
		return true;
	if (!date_parse(date, &t))
		return false;
	*out = (t.ms - from.ms + 999) / 1000;
	return true;
}

/* The server's clock, which its dates are by; ours where it says nothing. */
static struct wall
sent_at(struct span date, struct wall now)
{
	struct wall t;

	return date_parse(date, &t) ? t : now;
}

int64_t
policy_fresh_ms(const struct policy_freshness *h, struct wall now)
{
	struct span value;
	int64_t age = delta_seconds(h->age), fresh;

	/* With a value it is about the fields that it names: 5.2.2.4. */
	if ((directive(h->cache_control, "no-cache", &value) && value.n == 0) ||
		directive(h->cache_control, "no-store", &value))
		return 0;
	if (directive(h->cache_control, "max-age", &value))
		fresh = delta_seconds(value);
	else if (h->expires.n == 0)
		return -1;
	else if (!seconds_until(h->expires, sent_at(h->date, now), &fresh))
		return 0;
	return fresh < 0 ? 0 : clamp_ms(fresh - (age > 0 ? age : 0));
}

int64_t
policy_fresh_kept_ms(int64_t document_ms)
{
	return document_ms < POLICY_KEPT_MS ? document_ms : POLICY_KEPT_MS;
}

int64_t
policy_retry_after_ms(struct span value, struct span date, struct wall now)
{
	int64_t seconds = delta_seconds(value);

	if (seconds < 0 && !seconds_until(value, sent_at(date, now), &seconds))
		return -1;
	return clamp_ms(seconds);
}

struct wall
policy_unskip(struct wall due, uint32_t skip_hours, uint8_t skip_days)
{
	const int64_t hour = 3600 * 1000;
	struct date_parts p;
	struct wall t = due;

	for (unsigned i = 0; i < 24 * 7; i++) {
		date_split(t, &p);
		if ((skip_hours >> p.hour & 1) == 0 &&
			(skip_days >> p.weekday & 1) == 0)
			return t.ms - due.ms <= POLICY_MAX_MS
				? t
				: (struct wall){due.ms + POLICY_MAX_MS};
		t.ms += hour - t.ms % hour;
	}
	return due;
}

int64_t
policy_backoff_ms(
	int64_t interval_ms, unsigned failures, bool answered, uint32_t random)
{
	if (!answered && interval_ms > POLICY_NETWORK_MS)
		interval_ms = POLICY_NETWORK_MS;
	return backoff_ms(failures + 1, interval_ms, POLICY_MAX_MS, random);
}
