/* See watch_list.h. */
#include "cli/watch_list.h"

#include <stdio.h>
#include <sysexits.h>

#include "cli/out.h"
#include "config/config.h"
#include "match/ambiguity.h"
#include "model/json.h"
#include "model/limits.h"

#define REPORT_BYTES MIB(1)
#define NAME_COLUMNS 28
#define TICKERS_SHOWN 2

static void
format_json(
	struct ambiguity_judge *judge, const struct entity *e, struct strbuf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_kv_text(&w, "id", e->id);
	json_w_kv_text(&w, "name", e->name);
	json_w_kv_str(&w, "kind", entity_kind_name(e->kind));
	json_w_kv_text(&w, "watchlist", e->watchlist);
	json_w_kv_int(&w, "aliases", (int64_t)e->aliases.n);
	json_w_key(&w, "tickers");
	json_w_array(&w);
	for (size_t i = 0; i < e->tickers.n; i++)
		json_w_text(&w, e->tickers.p[i].text);
	json_w_array_end(&w);
	if (e->query.text.n)
		json_w_kv_text(&w, "query", e->query.text);
	else
		json_w_kv_str(&w, "ambiguity",
			ambiguity_name(ambiguity_of_entity(judge, e)));
	json_w_kv_str(&w, "file", e->place.file);
	json_w_kv_int(&w, "line", e->place.line);
	json_w_object_end(&w);
}

/* In columns of characters, as far as characters are one wide. */
static void
put_name(struct span name, struct strbuf *b)
{
	size_t columns = 0;

	strbuf_span(b, name);
	for (size_t i = 0; i < name.n; i++)
		columns += ((unsigned char)name.p[i] & 0xc0) != 0x80;
	for (; columns < NAME_COLUMNS; columns++)
		strbuf_char(b, ' ');
}

static void
format_text(
	struct ambiguity_judge *judge, const struct entity *e, struct strbuf *b)
{
	size_t n = e->tickers.n < TICKERS_SHOWN ? e->tickers.n : TICKERS_SHOWN;

	put_name(e->name, b);
	strbuf_printf(b, " %-8s %7zu  %-14s %s:%u", entity_kind_name(e->kind),
		e->aliases.n,
		e->kind == ENTITY_TOPIC
			? "query"
			: ambiguity_name(ambiguity_of_entity(judge, e)),
		e->place.file, e->place.line);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(b, "%s%.*s", i ? ", " : "  ",
			SPAN_ARG(e->tickers.p[i].text));
	if (n < e->tickers.n)
		strbuf_printf(b, ", and %zu more", e->tickers.n - n);
}

static void
print_entities(const struct config *c, bool as_json)
{
	struct ambiguity_judge *judge = ambiguity_judge_new();
	struct strbuf line = STRBUF_INIT(MIB(1));
	bool go_on = true;

	if (!as_json) {
		put_name(SPAN_LIT("name"), &line);
		strbuf_str(&line,
			" kind     aliases  ambiguity      where, tickers");
		go_on = out_line(strbuf_as_span(&line));
	}
	for (size_t i = 0; go_on && i < c->entities.n; i++) {
		strbuf_clear(&line);
		if (as_json)
			format_json(judge, &c->entities.p[i], &line);
		else
			format_text(judge, &c->entities.p[i], &line);
		go_on = out_line(strbuf_as_span(&line));
	}
	strbuf_fini(&line);
	ambiguity_judge_free(&judge);
}

int
watch_list(const struct watch_list_options *o)
{
	struct config_options options = {
		.file = o->config, .parts = CONFIG_WATCHLISTS};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *c = NULL;
	struct err err = {0};
	int rc = o->lists.n ? config_load_watchlists(
				      o->lists.p, o->lists.n, &c, &report, &err)
			    : config_load(&options, &c, &report, &err);

	if (report.n)
		fwrite(report.p, 1, report.n, stderr);
	if (rc == 0)
		print_entities(c, o->json);
	config_unref(&c);
	strbuf_fini(&report);
	return out_end(rc == 0 ? EX_OK : EX_CONFIG);
}
