/* See feeds_list.h. */
#include "cli/feeds_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/vec.h"
#include "cli/control.h"
#include "cli/feeds_show.h"
#include "cli/out.h"
#include "model/feed.h"
#include "model/json.h"
#include "model/limits.h"

#define LINE_BYTES MIB(1)
/* The table without its feeds' URLs; what is left out where it is narrow, and
 * what comes in where it is wide. */
#define COLUMNS 54u
#define POLLS_COLUMNS 7u
#define WHY_COLUMNS 33u
#define URL_LEAST 20u
#define URL_GOOD 40u

/* -- order ------------------------------------------------------------------
 */

static double
by_number(const struct json *f, const char *key)
{
	return -json_number(json_get(f, key), 0);
}

/* What never was is the oldest. */
static double
by_time(const struct json *f, const char *key)
{
	struct wall t;

	return date_parse(json_get_text(f, key), &t) ? (double)t.ms
						     : -(double)INFINITY;
}

static const struct order {
	const char *name, *key;
	double (*rank)(const struct json *f, const char *key);
} orders[] = {
	{"due", "next_due", by_time},
	{"last-ok", "last_ok", by_time},
	{"last-new", "last_new", by_time},
	{"delay", "delay_s", by_number},
	{"rate", "rate_per_day", by_number},
	{"items", "items", by_number},
	{"hits", "hits", by_number},
	{"polls", "polls", by_number},
	{"errors", "errors", by_number},
	{"failures", "failures", by_number},
};
#define N_ORDERS (sizeof(orders) / sizeof(orders[0]))

static const char sort_keys[] =
	"are due, last-ok, last-new (oldest first), delay, rate, items, hits, "
	"polls, errors and failures (greatest first)";

static const struct order *
order_of(const char *name)
{
	for (size_t i = 0; i < N_ORDERS; i++)
		if (strcmp(orders[i].name, name) == 0)
			return &orders[i];
	return NULL;
}

/* -- a line -----------------------------------------------------------------
 */

struct row {
	double rank;
	size_t at; /* as it came */
	char *text;
};

struct listing {
	const struct feeds_list_options *options;
	const struct order *order; /* NULL: as they come */
	int64_t most;
	size_t width; /* 0: lines may be of any length */
	struct wall now;
	VEC(struct row) rows;
	size_t n; /* that came */
	bool closed; /* nobody reads any more */
};

/* How long ago (sign -1), or in what time. */
static void
put_when(struct strbuf *b, const struct listing *l, struct span time, int sign)
{
	struct strbuf d = STRBUF_INIT(64);
	struct wall t;
	int64_t s;

	if (!date_parse(time, &t)) {
		strbuf_char(&d, '-');
	} else {
		s = sign * (t.ms - l->now.ms) / 1000;
		if (s <= 0 && sign > 0)
			strbuf_str(&d, "due");
		else
			feeds_put_duration(&d, s > 0 ? s : 0);
	}
	strbuf_printf(b, " %4.*s", SPAN_ARG(strbuf_as_span(&d)));
	strbuf_fini(&d);
}

static void
put_delay(struct strbuf *b, const struct json *f)
{
	struct strbuf d = STRBUF_INIT(64);

	feeds_put_duration(&d, json_get_int(f, "delay_s", 0));
	strbuf_printf(b, " %5.*s", SPAN_ARG(strbuf_as_span(&d)));
	strbuf_fini(&d);
}

static bool
has_room(const struct listing *l, size_t columns)
{
	return l->width == 0 || l->width >= columns;
}

static bool
has_polls(const struct listing *l)
{
	return has_room(l, COLUMNS + URL_GOOD);
}

static bool
has_why(const struct listing *l)
{
	return has_room(l, COLUMNS + WHY_COLUMNS + URL_GOOD);
}

/* What tells feeds apart: the scheme is the first that goes. */
static void
put_url(const struct listing *l, struct span url, struct strbuf *b)
{
	size_t taken = COLUMNS - (has_polls(l) ? 0 : POLLS_COLUMNS) +
		(has_why(l) ? WHY_COLUMNS : 0);
	size_t room =
		has_room(l, taken + URL_LEAST) ? l->width - taken : URL_LEAST;
	size_t scheme = span_find_str(url, "//");

	if (l->width == 0)
		room = 0;
	else if (url.n > room && scheme != SIZE_MAX)
		url = span_sub(url, scheme + 2, url.n);
	out_put_cut(b, url, room);
}

static void
put_row(const struct listing *l, const struct json *f, struct strbuf *b)
{
	struct span error = json_get_text(f, "error");

	strbuf_printf(b, "%-10.*s %5lld %4lld",
		SPAN_ARG(json_get_text(f, "result")),
		(long long)json_get_int(f, "items", 0),
		(long long)json_get_int(f, "hits", 0));
	if (has_polls(l))
		strbuf_printf(
			b, " %6lld", (long long)json_get_int(f, "polls", 0));
	strbuf_printf(b, " %7.1f", json_number(json_get(f, "rate_per_day"), 0));
	put_delay(b, f);
	put_when(b, l, json_get_text(f, "last_ok"), -1);
	put_when(b, l, json_get_text(f, "next_due"), 1);
	if (has_why(l))
		strbuf_printf(
			b, "  %-31.*s", SPAN_ARG(json_get_text(f, "why")));
	strbuf_str(b, "  ");
	put_url(l, json_get_text(f, "url"), b);
	if (error.n > 0)
		strbuf_printf(b, "\n           %.*s", SPAN_ARG(error));
}

static void
put_head(const struct listing *l)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	strbuf_printf(&b, "last       items hits%s per day delay   ok next",
		has_polls(l) ? "  polls" : "");
	if (has_why(l))
		strbuf_printf(&b, "  %-31s", "why then");
	strbuf_str(&b, "  feed");
	out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
}

/* -- rows that are held -----------------------------------------------------
 */

static int
compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Only the first `most` are wanted. */
static void
sort_rows(struct listing *l)
{
	if (l->rows.n > 0)
		qsort(l->rows.p, l->rows.n, sizeof(*l->rows.p), compare);
	for (; l->rows.n > (size_t)l->most; l->rows.n--)
		mem_free(&l->rows.p[l->rows.n - 1].text);
}

static void
hold(struct listing *l, const struct json *f, struct strbuf *text)
{
	struct row row = {
		.rank = l->order->rank(f, l->order->key),
		.at = l->n,
		.text = strbuf_take(text),
	};

	vec_push(&l->rows, row);
	if (l->rows.n > 1000 && l->rows.n / 2 > (size_t)l->most)
		sort_rows(l);
}

static void
print_rows(struct listing *l)
{
	sort_rows(l);
	for (size_t i = 0; i < l->rows.n; i++)
		if (!out_line(span_of(l->rows.p[i].text)))
			return;
}

static void
take_feed(struct listing *l, const struct json *f)
{
	struct strbuf b = STRBUF_INIT(LINE_BYTES);

	if (l->options->json)
		json_dump(f, &b);
	else
		put_row(l, f, &b);
	if (l->order != NULL)
		hold(l, f, &b);
	else
		l->closed = !out_line(strbuf_as_span(&b));
	l->n++;
	strbuf_fini(&b);
}

/* -- pages ------------------------------------------------------------------
 */

static bool
is_done(const struct listing *l)
{
	return l->closed || (l->order == NULL && (int64_t)l->n >= l->most);
}

static void
put_query(const struct listing *l, int64_t from, struct strbuf *b)
{
	const struct feeds_list_options *o = l->options;
	int64_t left = l->most - (int64_t)l->n;

	strbuf_printf(b, "/api/feeds?from=%lld", (long long)from);
	if (l->order == NULL && left < 1000)
		strbuf_printf(b, "&most=%lld", (long long)left);
	if (o->failing)
		strbuf_str(b, "&failing=1");
	if (o->result != NULL) {
		strbuf_str(b, "&result=");
		control_put_escaped(b, o->result);
	}
	if (o->match != NULL) {
		strbuf_str(b, "&match=");
		control_put_escaped(b, o->match);
	}
}

/* One page; *from is where the next begins, -1 after the last. */
static int
take_page(struct listing *l, const struct control *c, int64_t *from,
	struct err *err)
{
	struct strbuf path = STRBUF_INIT(LIMIT_URL_BYTES * 4);
	struct json *j = NULL;
	const struct json *list;
	int rc;

	put_query(l, *from, &path);
	rc = control_ask(c, "GET", strbuf_cstr(&path), &j, err);
	strbuf_fini(&path);
	if (rc != 0)
		return -1;
	list = json_get(j, "feeds");
	*from = json_get_int(j, "next", -1);
	for (size_t i = 0; i < json_size(list) && !is_done(l); i++)
		take_feed(l, json_at(list, i));
	json_free(&j);
	return 0;
}

static int
take_all(struct listing *l, const struct control *c)
{
	int64_t from = 0;
	struct err err;

	while (from >= 0 && !is_done(l)) {
		if (take_page(l, c, &from, &err) == 0)
			continue;
		fprintf(stderr, "newswatch feeds: %s\n", err.msg);
		return err.kind == ERR_PERM ? EX_USAGE
					    : control_exit_code(&err);
	}
	print_rows(l);
	return EX_OK;
}

static int
refuse(const char *option, const char *value, const char *wanted)
{
	fprintf(stderr, "newswatch feeds: %s %s: there %s\n", option, value,
		wanted);
	return EX_USAGE;
}

static bool
is_result(const char *name, struct strbuf *all)
{
	bool found = false;

	for (unsigned i = 0; i < FEED_RESULTS; i++) {
		const char *is = feed_result_name((enum feed_result)i);

		found |= strcmp(name, is) == 0;
		strbuf_printf(all, "%s%s", i > 0 ? ", " : "are ", is);
	}
	return found;
}

static int
read_options(struct listing *l)
{
	const struct feeds_list_options *o = l->options;
	struct strbuf results = STRBUF_INIT(LINE_BYTES);
	int code = EX_OK;

	if (o->most != NULL &&
		!span_i64(span_of(o->most), 1, UINT32_MAX, &l->most))
		code = refuse("-n", o->most, "are numbers from 1");
	if (o->sort != NULL) {
		l->order = order_of(o->sort);
		if (l->order == NULL)
			code = refuse("--sort", o->sort, sort_keys);
	}
	if (o->result != NULL && !is_result(o->result, &results))
		code = refuse("--result", o->result, strbuf_cstr(&results));
	strbuf_fini(&results);
	return code;
}

int
feeds_list(const struct control *c, const struct feeds_list_options *o)
{
	struct listing l = {
		.options = o,
		.most = INT64_MAX,
		.width = out_width(),
		.now = clock_wall(),
	};
	int code;

	code = read_options(&l);
	if (code != EX_OK)
		return code;
	if (!o->json)
		put_head(&l);
	code = take_all(&l, c);
	for (size_t i = 0; i < l.rows.n; i++)
		mem_free(&l.rows.p[i].text);
	vec_fini(&l.rows);
	return out_end(code);
}
