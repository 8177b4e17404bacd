/*
 * See watch_import.h. Titles are as filed: many in capitals, with legal forms,
 * and the state or "NEW" between slashes at the end.
 */
#include "cli/watch_import.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "match/names.h"
#include "model/json.h"
#include "model/limits.h"
#include "text/fold.h"

#define TITLE_WORDS 64 /* more are not looked at */
#define KEPT_CAPITALS 3 /* letters of a word that stays in capitals: IBM */

/* -- titles to names ------------------------------------------------------- */

static bool
has_lower(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return true;
	return false;
}

/* "/DE/", "\NEW\", "/MD": where it is registered, not what it is called. */
static struct span
without_state(struct span s)
{
	size_t at = s.n;

	s = span_trim(s);
	while (at > 0 && s.p[at - 1] != ' ')
		at--;
	if (at > 0 && at < s.n && (s.p[at] == '/' || s.p[at] == '\\'))
		return span_trim(span_sub(s, 0, at));
	return s;
}

static struct span
without_marks(struct span word)
{
	while (word.n && strchr(".,;", word.p[word.n - 1]))
		word.n--;
	return word;
}

/* "Inc.", "CORP", "S.A.", "&": what may go from a name's end. */
static bool
is_loose_end(struct span word)
{
	struct strbuf letters = STRBUF_INIT(LIMIT_NAME_BYTES);
	bool yes;

	for (size_t i = 0; i < word.n; i++)
		if (!strchr(".,;", word.p[i]))
			strbuf_char(&letters,
				word.p[i] >= 'A' && word.p[i] <= 'Z'
					? (char)(word.p[i] | 0x20)
					: word.p[i]);
	yes = !letters.n || name_is_legal_form(strbuf_as_span(&letters)) ||
		span_eq_str(strbuf_as_span(&letters), "|") ||
		span_eq_str(strbuf_as_span(&letters), "&") ||
		span_eq_str(strbuf_as_span(&letters), "and");
	strbuf_fini(&letters);
	return yes;
}

static bool
is_small_word(struct span w)
{
	static const char *const small[] = {
		"OF", "AND", "THE", "FOR", "IN", "ON", "DE", "LA", NULL};

	for (size_t i = 0; small[i]; i++)
		if (span_eq_str(w, small[i]))
			return true;
	return false;
}

static bool
is_known_word(struct span w)
{
	struct strbuf folded = STRBUF_INIT(LIMIT_NAME_BYTES);
	bool yes;

	fold_text(w, &folded);
	yes = words_get(strbuf_as_span(&folded)).grade > 0;
	strbuf_fini(&folded);
	return yes;
}

/* MICROSOFT -> Microsoft, IBM -> IBM, COCA-COLA -> Coca-Cola. */
static void
put_title_case(struct span w, bool first, struct strbuf *out)
{
	bool start = true;
	size_t i;

	for (i = 0; i < w.n && w.p[i] != '&' && w.p[i] != '.' &&
		!(w.p[i] >= '0' && w.p[i] <= '9');)
		i++;
	if (i < w.n || (w.n <= KEPT_CAPITALS && !is_known_word(w))) {
		strbuf_span(out, w);
		return;
	}
	if (is_small_word(w))
		start = first;
	for (i = 0; i < w.n; i++) {
		bool letter = w.p[i] >= 'A' && w.p[i] <= 'Z';

		strbuf_char(
			out, letter && !start ? (char)(w.p[i] | 0x20) : w.p[i]);
		start = !letter && w.p[i] != '\'';
	}
}

void
watch_import_name(struct span title, struct strbuf *out)
{
	struct span words[TITLE_WORDS], rest = without_state(title), word;
	bool capitals = !has_lower(rest);
	size_t n = 0, i;

	while (n < TITLE_WORDS && span_next(&rest, ' ', &word))
		if (word.n)
			words[n++] = word;
	while (n > 1 && is_loose_end(words[n - 1]))
		n--;
	for (i = 0; i < n; i++) {
		word = i + 1 == n ? without_marks(words[i]) : words[i];
		/* AMAZON COM INC */
		if (i && i + 1 == n && capitals && span_eq_str(word, "COM")) {
			strbuf_str(out, ".com");
			continue;
		}
		if (i)
			strbuf_char(out, ' ');
		if (capitals)
			put_title_case(word, i == 0, out);
		else
			strbuf_span(out, word);
	}
}

/* -- companies ------------------------------------------------------------- */

struct company {
	int64_t cik;
	struct span title;
	VEC(struct span) tickers; /* in the arena or the JSON */
};

struct import {
	struct arena *arena;
	struct map *by_cik; /* decimal text -> struct company */
	VEC(struct company *) companies; /* in the order of the file */
	struct map *ids;
	struct watch_import_counts *counts;
	struct strbuf *out;
};

/* BAC-PK, X-WT, Y-UN: preferred shares, warrants, units, rights. */
static bool
is_no_share(struct span ticker)
{
	size_t dash = span_find(ticker, '-');
	struct span series = dash == SIZE_MAX
		? SPAN_NULL
		: span_sub(ticker, dash + 1, SIZE_MAX);

	return series.n > 1 &&
		(series.p[0] == 'P' || span_starts(series, "WT") ||
			span_starts(series, "WS") ||
			span_starts(series, "UN") || span_starts(series, "RI"));
}

/* BRK-B is written BRK.B in the news; "Nasdaq" is NASDAQ. */
static struct span
ticker_of(struct import *im, struct span exchange, struct span ticker)
{
	struct strbuf b = STRBUF_INIT(LIMIT_NAME_BYTES);
	struct span out;

	for (size_t i = 0; i < exchange.n; i++)
		strbuf_char(&b,
			exchange.p[i] >= 'a' && exchange.p[i] <= 'z'
				? (char)(exchange.p[i] & ~0x20)
				: exchange.p[i]);
	if (exchange.n)
		strbuf_char(&b, ':');
	for (size_t i = 0; i < ticker.n; i++)
		strbuf_char(&b, ticker.p[i] == '-' ? '.' : ticker.p[i]);
	out = arena_span(im->arena, strbuf_as_span(&b));
	strbuf_fini(&b);
	return out;
}

static struct company *
company_of(struct import *im, int64_t cik, struct span title)
{
	char *key = arena_printf(im->arena, "%lld", (long long)cik);
	struct company *c = map_get(im->by_cik, span_of(key));

	if (c)
		return c;
	c = arena_new_obj(im->arena, struct company);
	*c = (struct company){.cik = cik, .title = title};
	map_put(im->by_cik, span_of(key), c);
	vec_push(&im->companies, c);
	return c;
}

static void
add_row(struct import *im, int64_t cik, struct span title, struct span ticker,
	struct span exchange)
{
	struct company *c;

	im->counts->rows++;
	if (cik <= 0 || !span_trim(title).n || !ticker.n ||
		title.n > LIMIT_NAME_BYTES || ticker.n > LIMIT_NAME_BYTES) {
		im->counts->broken++;
		return;
	}
	if (is_no_share(ticker)) {
		im->counts->not_shares++;
		return;
	}
	c = company_of(im, cik, title);
	vec_push(&c->tickers, ticker_of(im, exchange, ticker));
}

/* -- the two layouts ------------------------------------------------------- */

static int
read_objects(struct import *im, const struct json *root, const char *name,
	struct err *err)
{
	struct json_iter it = {0};

	while (json_next(root, &it)) {
		if (json_type(it.value) != JSON_OBJECT_ ||
			!json_get(it.value, "title"))
			return err_set(err, ERR_INPUT,
				"%s: '%.*s' is no company; wanted is the SEC's "
				"company_tickers.json, {\"0\":{\"cik_str\":..,"
				"\"ticker\":..,\"title\":..},..}, or its "
				"variant with exchanges, {\"fields\":[..],"
				"\"data\":[..]}",
				name, SPAN_ARG(span_utf8_head(it.key, 40)));
		add_row(im, json_get_int(it.value, "cik_str", -1),
			json_get_text(it.value, "title"),
			json_get_text(it.value, "ticker"), SPAN_NULL);
	}
	return 0;
}

static size_t
field_at(const struct json *fields, const char *name)
{
	for (size_t i = 0; i < json_size(fields); i++)
		if (span_eq_str(json_text(json_at(fields, i)), name))
			return i;
	return SIZE_MAX;
}

static const struct json *
cell(const struct json *row, size_t at)
{
	return at < json_size(row) ? json_at(row, at) : NULL;
}

static int
read_table(struct import *im, const struct json *root, const char *name,
	struct err *err)
{
	const struct json *fields = json_get(root, "fields");
	const struct json *data = json_get(root, "data");
	size_t cik = field_at(fields, "cik"), title = field_at(fields, "name");
	size_t ticker = field_at(fields, "ticker");
	size_t exchange = field_at(fields, "exchange");

	if (cik == SIZE_MAX || title == SIZE_MAX || ticker == SIZE_MAX ||
		json_type(data) != JSON_ARRAY_)
		return err_set(err, ERR_INPUT,
			"%s: 'fields' must name cik, name and ticker, and "
			"'data' be a list of rows",
			name);
	for (size_t i = 0; i < json_size(data); i++) {
		const struct json *row = json_at(data, i);

		add_row(im, json_int(cell(row, cik), -1),
			json_text(cell(row, title)),
			json_text(cell(row, ticker)),
			json_text(cell(row, exchange)));
	}
	return 0;
}

/* -- the CSV --------------------------------------------------------------- */

static void
put_field(struct strbuf *out, struct span s)
{
	bool quote = false;

	for (size_t i = 0; i < s.n; i++)
		quote |= strchr(",\"\n\r", s.p[i]) != NULL;
	if (!quote) {
		strbuf_span(out, s);
		return;
	}
	strbuf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			strbuf_char(out, '"');
		strbuf_char(
			out, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
	}
	strbuf_char(out, '"');
}

/* The slug, and the company's number behind it if another has that. */
static void
put_id(struct import *im, const struct company *c, struct span name)
{
	struct strbuf id = STRBUF_INIT(2 * LIMIT_NAME_BYTES);

	fold_slug(name, &id);
	if (!id.n || map_has(im->ids, strbuf_as_span(&id)))
		strbuf_printf(
			&id, "%scik%lld", id.n ? "-" : "", (long long)c->cik);
	map_put(im->ids, strbuf_as_span(&id), NULL);
	strbuf_span(im->out, strbuf_as_span(&id));
	strbuf_fini(&id);
}

/* '|' separates the elements of a list, so that none may be in one. */
static void
put_company(struct import *im, const struct company *c)
{
	struct strbuf name = STRBUF_INIT(2 * LIMIT_NAME_BYTES);
	struct span full = without_state(c->title);

	watch_import_name(c->title, &name);
	put_field(im->out, strbuf_as_span(&name));
	strbuf_char(im->out, ',');
	put_id(im, c, strbuf_as_span(&name));
	strbuf_str(im->out, ",company,");
	if (!span_eq(full, strbuf_as_span(&name)) && has_lower(full) &&
		span_find(full, '|') == SIZE_MAX)
		put_field(im->out, full);
	strbuf_char(im->out, ',');
	vec_each (const struct span *, t, &c->tickers) {
		if (t != c->tickers.p)
			strbuf_char(im->out, '|');
		strbuf_span(im->out, *t);
		im->counts->tickers++;
	}
	strbuf_printf(im->out, ",%010lld\n", (long long)c->cik);
	im->counts->companies++;
	strbuf_fini(&name);
}

static void
put_companies(struct import *im)
{
	strbuf_str(im->out, "name,id,kind,aliases,tickers,codes\n");
	vec_each (struct company **, c, &im->companies)
		put_company(im, *c);
}

int
watch_import(struct span text, const char *name, struct strbuf *out,
	struct watch_import_counts *counts, struct err *err)
{
	struct import im = {.counts = counts, .out = out};
	struct json *root = NULL;
	int rc;

	*counts = (struct watch_import_counts){0};
	if (json_parse(text, name, &root, err) != 0)
		return -1;
	im.arena = arena_new();
	im.by_cik = map_new(NULL);
	im.ids = map_new(NULL);
	rc = json_get(root, "fields") ? read_table(&im, root, name, err)
				      : read_objects(&im, root, name, err);
	if (rc == 0 && im.companies.n == 0)
		rc = err_set(
			err, ERR_INPUT, "%s: there is no company in it", name);
	if (rc == 0)
		put_companies(&im);
	if (rc == 0 && out->full)
		rc = err_set(err, ERR_INPUT, "%s: more than %zu MiB of CSV",
			name, out->max >> 20);
	vec_each (struct company **, c, &im.companies)
		vec_fini(&(*c)->tickers);
	vec_fini(&im.companies);
	map_free(&im.ids);
	map_free(&im.by_cik);
	arena_free(&im.arena);
	json_free(&root);
	return rc;
}
