/* newswatch feeds export. See feeds_lists.h. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/plural.h"
#include "cli/control.h"
#include "cli/feeds_lists.h"
#include "cli/out.h"
#include "config/opml.h"
#include "model/json.h"
#include "model/limits.h"
#include "text/url.h"

#define REPORT_BYTES MIB(4)

struct exporting {
	const struct feeds_lists_options *options;
	struct config *config;
	struct config_feed *feeds; /* copies, with titles put in */
	struct arena *arena;
	struct map *titles; /* URL as the daemon shows it to title */
};

/* One page of the daemon's feeds; false after the last, or without one. */
static bool
ask_page(struct exporting *e, const struct control *c, int64_t *from)
{
	char *path = mem_printf("/api/feeds?from=%lld", (long long)*from);
	struct json *j = NULL;
	const struct json *list;
	struct err err;
	int rc = control_ask(c, "GET", path, &j, &err);

	mem_free(&path);
	if (rc != 0)
		return false;
	list = json_get(j, "feeds");
	*from = json_get_int(j, "next", -1);
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *f = json_at(list, i);
		struct span *title = arena_alloc(e->arena, sizeof(*title));

		*title = arena_span(e->arena, json_get_text(f, "title"));
		map_put(e->titles,
			arena_span(e->arena, json_get_text(f, "url")), title);
	}
	json_free(&j);
	return *from >= 0;
}

/* A daemon that does not run, or does not answer, knows no titles. */
static void
ask_titles(struct exporting *e)
{
	struct control c = {0};
	int64_t from = 0;
	char *dir = e->options->state_dir ? mem_strdup(e->options->state_dir)
					  : span_dup(e->config->state_dir);
	struct err err;

	if (control_init(&c, NULL, dir, &err) == 0)
		while (ask_page(e, &c, &from))
			continue;
	control_fini(&c);
	mem_free(&dir);
}

static void
put_titles(struct exporting *e)
{
	struct strbuf shown = STRBUF_INIT(LIMIT_URL_BYTES);

	for (size_t i = 0; i < e->config->feeds.n; i++) {
		const struct span *title;

		e->feeds[i] = e->config->feeds.p[i];
		strbuf_clear(&shown);
		url_mask(e->feeds[i].url, &shown);
		title = map_get(e->titles, strbuf_as_span(&shown));
		if (e->feeds[i].title.n == 0 && title)
			e->feeds[i].title = *title;
	}
	strbuf_fini(&shown);
}

static int
write_opml(const struct exporting *e, struct span opml)
{
	const char *output = e->options->output;
	struct err err;

	if (!output) {
		out_text(opml);
		return out_end(EX_OK);
	}
	if (!e->options->force && access(output, F_OK) == 0) {
		fprintf(stderr,
			"newswatch feeds: %s is there already; --force "
			"overwrites it\n",
			output);
		return EX_CANTCREAT;
	}
	if (file_replace(output, opml, 0644, &err) == 0)
		return EX_OK;
	fprintf(stderr, "newswatch feeds: %s\n", err.msg);
	return EX_CANTCREAT;
}

static int
run(struct exporting *e)
{
	struct strbuf opml = STRBUF_INIT(LIMIT_LIST_BYTES);
	size_t n = e->config->feeds.n, left_out;
	int code;

	e->feeds = arena_array(e->arena, n, sizeof(*e->feeds));
	ask_titles(e);
	put_titles(e);
	left_out = opml_format(e->feeds, n, clock_wall(), &opml);
	code = write_opml(e, strbuf_as_span(&opml));
	if (left_out > 0)
		fprintf(stderr,
			"newswatch feeds: %zu local %s left out: nobody "
			"else could read them\n",
			left_out, PLURAL(left_out, "file", "files"));
	strbuf_fini(&opml);
	return code;
}

int
feeds_export(const struct feeds_lists_options *o)
{
	const struct config_options conf = {
		.file = o->config, .parts = CONFIG_FEEDS};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct exporting e = {.options = o};
	struct err err;
	int code = EX_CONFIG;

	e.arena = arena_new();
	e.titles = map_new(NULL);
	if (config_load(&conf, &e.config, &report, &err) == 0)
		code = run(&e);
	else
		fputs(strbuf_cstr(&report), stderr);
	config_unref(&e.config);
	map_free(&e.titles);
	arena_free(&e.arena);
	strbuf_fini(&report);
	return code;
}
