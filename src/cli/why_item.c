/* See why_item.h. */
#include "cli/why_item.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/mem.h"
#include "base/plural.h"
#include "cli/out.h"
#include "cli/story_text.h"
#include "model/json.h"
#include "model/limits.h"

#define OUT_BYTES MIB(8)
#define SHOWN_BYTES 300 /* of what was, and of what is */

static char *
item_path(const char *which)
{
	struct strbuf b = STRBUF_INIT(4 * LIMIT_URL_BYTES);
	struct span s = span_of(which);

	strbuf_printf(&b, "/api/item?%s=", strstr(which, "://") ? "url" : "id");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z'))
			strbuf_char(&b, (char)c);
		else
			strbuf_printf(&b, "%%%02X", c);
	}
	return strbuf_take(&b);
}

static void
put_line(struct strbuf *b, const char *name, struct span value)
{
	if (value.n > 0)
		strbuf_printf(b, "  %-11s %.*s\n", name, SPAN_ARG(value));
}

/* -- hits ----------------------------------------------------------------- */

static void
put_hits(const struct json *j, struct strbuf *b)
{
	const struct json *hits = json_get(j, "hits");

	for (size_t i = 0; i < json_size(hits); i++) {
		const struct json *h = json_at(hits, i);
		const struct json *who = json_get(h, "entities");
		struct span outcome = json_get_text(h, "outcome");

		strbuf_printf(b, "  %-11.*s %.*s, %.*s:",
			SPAN_ARG(json_get_text(h, "kind")),
			SPAN_ARG(json_get_text(h, "id")),
			SPAN_ARG(json_get_text(h, "stored")));
		for (size_t k = 0; k < json_size(who); k++)
			strbuf_printf(b, " %.*s",
				SPAN_ARG(json_text(json_at(who, k))));
		strbuf_printf(b, " (%.*s)\n",
			SPAN_ARG(outcome.n > 0 ? outcome
					       : SPAN_LIT("not yet "
							  "confirmed")));
	}
	if (json_size(hits) > 0)
		return;
	strbuf_str(b, "  no hit:     ");
	strbuf_str(b,
		json_size(json_get(j, "told")) > 0
			? "it stood in its feed when that was first read, "
			  "and `backfill` does not reach so far\n"
			: "it names nothing that is watched, or not above "
			  "the threshold; `newswatch why -w WATCHLIST FILE` "
			  "shows each candidate\n");
}

static void
put_story(const struct json *j, struct strbuf *b)
{
	const struct json *s = json_get(j, "story");
	int64_t articles = json_get_int(s, "articles", 0);

	if (json_type(s) != JSON_OBJECT_)
		return;
	strbuf_printf(b, "  story       %.*s: %.*s, %lld %s\n",
		SPAN_ARG(json_get_text(s, "id")),
		SPAN_ARG(json_get_text(s, "status")), (long long)articles,
		PLURAL(articles, "article", "articles"));
	story_text_part(s, b);
}

/* -- versions ------------------------------------------------------------- */

/* What an edit changed, between what both have in common. */
static void
put_difference(struct strbuf *b, struct span was, struct span is)
{
	size_t head = 0, tail = 0;

	while (head < was.n && head < is.n && was.p[head] == is.p[head])
		head++;
	while (head > 0 && was.p[head - 1] != ' ' && was.p[head - 1] != '\n')
		head--;
	while (tail < was.n - head && tail < is.n - head &&
		was.p[was.n - 1 - tail] == is.p[is.n - 1 - tail])
		tail++;
	while (tail > 0 && was.p[was.n - tail] != ' ' &&
		was.p[was.n - tail] != '\n')
		tail--;
	was = span_sub(was, head, was.n - head - tail);
	is = span_sub(is, head, is.n - head - tail);
	for (int side = 0; side < 2; side++) {
		struct span s = span_trim(side ? is : was);
		struct span shown = span_utf8_head(s, SHOWN_BYTES);

		strbuf_printf(b, "      %c ", side ? '+' : '-');
		for (size_t i = 0; i < shown.n; i++)
			strbuf_char(b, shown.p[i] == '\n' ? ' ' : shown.p[i]);
		strbuf_printf(b, "%s%s\n", s.n == 0 ? "(nothing)" : "",
			shown.n < s.n ? "..." : "");
	}
}

static struct span
joined(const struct json *value, struct strbuf *scratch)
{
	strbuf_clear(scratch);
	for (size_t i = 0; i < json_size(value); i++) {
		strbuf_str(scratch, i > 0 ? ", " : "");
		strbuf_span(scratch, json_text(json_at(value, i)));
	}
	return strbuf_as_span(scratch);
}

/* The value of a field in the last version before `at` that has it. */
static const struct json *
value_before(const struct json *versions, size_t at, const char *field)
{
	while (at-- > 0) {
		const struct json *v = json_get(json_at(versions, at), field);

		if (json_type(v) != JSON_NULL_)
			return v;
	}
	return NULL;
}

static void
put_change(struct strbuf *b, const struct json *versions, size_t at,
	struct span name)
{
	struct strbuf x = STRBUF_INIT(MIB(1)), y = STRBUF_INIT(MIB(1));
	char field[16];
	const struct json *is, *was;

	snprintf(field, sizeof(field), "%.*s", SPAN_ARG(name));
	is = json_get(json_at(versions, at), field);
	was = value_before(versions, at, field);
	strbuf_printf(b, "    %s%s\n", field,
		json_type(was) == JSON_NULL_ ? " (what it was is not kept)"
					     : "");
	if (strcmp(field, "authors") == 0)
		put_difference(b, joined(was, &x), joined(is, &y));
	else if (json_type(was) != JSON_NULL_)
		put_difference(b, json_text(was), json_text(is));
	strbuf_fini(&x);
	strbuf_fini(&y);
}

static void
put_versions(const struct json *j, struct strbuf *b)
{
	const struct json *versions = json_get(j, "versions");

	for (size_t i = 1; i < json_size(versions); i++) {
		const struct json *v = json_at(versions, i);
		const struct json *changed = json_get(v, "changed");
		int64_t times = json_get_int(v, "times", 1);

		strbuf_printf(b, "  edit %lld, seen %.*s",
			(long long)json_get_int(v, "version", 0),
			SPAN_ARG(json_get_text(v, "seen")));
		if (times > 1)
			strbuf_printf(b, ", %lld times", (long long)times);
		strbuf_char(b, '\n');
		for (size_t k = 0; k < json_size(changed); k++)
			put_change(
				b, versions, i, json_text(json_at(changed, k)));
	}
	if (json_size(versions) < 2)
		put_line(b, "edits", SPAN_LIT("none"));
}

static void
put_item(const struct json *j, struct strbuf *b)
{
	strbuf_printf(b, "%.*s\n", SPAN_ARG(json_get_text(j, "title")));
	put_line(b, "id", json_get_text(j, "id"));
	put_line(b, "url", json_get_text(j, "url"));
	put_line(b, "feed", json_get_text(j, "feed"));
	put_line(b, "published", json_get_text(j, "published"));
	put_line(b, "first seen", json_get_text(j, "first_seen"));
	put_line(b, "left feeds", json_get_text(j, "gone"));
	put_hits(j, b);
	put_story(j, b);
	put_versions(j, b);
}

int
why_item(const struct control *c, const char *which, bool as_json)
{
	char *path = item_path(which);
	struct strbuf b = STRBUF_INIT(OUT_BYTES);
	struct json *j = NULL;
	struct err err;
	int code = EX_OK;

	if (control_ask(c, "GET", path, &j, &err) != 0) {
		fprintf(stderr, "newswatch why: %s\n", err.msg);
		code = err.kind == ERR_PERM ? EX_DATAERR
					    : control_exit_code(&err);
	} else if (as_json) {
		json_dump(j, &b);
		strbuf_char(&b, '\n');
	} else {
		put_item(j, &b);
	}
	out_text(strbuf_as_span(&b));
	json_free(&j);
	strbuf_fini(&b);
	mem_free(&path);
	return out_end(code);
}
