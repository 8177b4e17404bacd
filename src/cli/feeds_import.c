/* newswatch feeds import. See feeds_lists.h. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/plural.h"
#include "cli/feeds_lists.h"
#include "cli/out.h"
#include "config/config.h"
#include "model/json.h"
#include "model/limits.h"
#include "text/url.h"

#define REPORT_BYTES MIB(4)
#define DOUBLES_SHOWN 20 /* the rest is counted */

struct import {
	const struct feeds_lists_options *options;
	const char *file;
	struct config *have, *add; /* have: NULL without a configuration */
	struct map *seen; /* canonical URL to struct config_feed */
	struct arena *arena;
	struct strbuf yaml;
	char *output;
	size_t added, doubles;
};

static int
fail(int code, const char *message)
{
	fprintf(stderr, "newswatch feeds: %s\n", message);
	return code;
}

/* -- what is there already ------------------------------------------------ */

static struct span
canonical(struct import *m, struct span url)
{
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);
	struct span s = url_canonical(url, &b)
		? arena_span(m->arena, strbuf_as_span(&b))
		: url;

	strbuf_fini(&b);
	return s;
}

static void
note_feeds(struct import *m, const struct config *c)
{
	for (size_t i = 0; c && i < c->feeds.n; i++)
		map_put(m->seen, canonical(m, c->feeds.p[i].url),
			(void *)(uintptr_t)&c->feeds.p[i]);
}

/* Without a configuration nothing is there, if it is said where to write. */
static int
load_configuration(struct import *m)
{
	const struct config_options o = {
		.file = m->options->config, .parts = CONFIG_FEEDS};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct err err;
	int code = EX_OK;

	if (!m->options->config && m->options->output &&
		access(NW_SYSCONFDIR "/newswatch.yaml", F_OK) != 0)
		return EX_OK;
	if (config_load(&o, &m->have, &report, &err) != 0) {
		fputs(strbuf_cstr(&report), stderr);
		code = fail(EX_CONFIG,
			"the configuration has mistakes; nothing is imported");
	}
	strbuf_fini(&report);
	return code;
}

static int
load_list(struct import *m)
{
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct err err;
	int rc = config_load_feed_list(m->file, &m->add, &report, &err);

	fputs(strbuf_cstr(&report), stderr);
	strbuf_fini(&report);
	if (rc == 0)
		return EX_OK;
	return access(m->file, R_OK) != 0 && strcmp(m->file, "-") != 0
		? EX_NOINPUT
		: EX_DATAERR;
}

/* -- what comes ----------------------------------------------------------- */

/* YAML reads JSON's texts. */
static void
put_text(struct import *m, const char *key, struct span value)
{
	struct json_w w;

	if (value.n == 0)
		return;
	strbuf_str(&m->yaml, key);
	json_w_init(&w, &m->yaml);
	json_w_text(&w, value);
}

static void
put_feed(struct import *m, const struct config_feed *f)
{
	put_text(m, "  - {url: ", f->url);
	put_text(m, ", title: ", f->title);
	put_text(m, ", publisher: ", f->set->publisher);
	put_text(m, ", category: ", f->set->category);
	strbuf_str(&m->yaml, "}\n");
	m->added++;
}

static void
tell_double(struct import *m, const struct config_feed *f,
	const struct config_feed *first)
{
	struct strbuf b = STRBUF_INIT(LIMIT_URL_BYTES);

	if (m->doubles++ >= DOUBLES_SHOWN)
		return;
	url_mask(f->url, &b);
	fprintf(stderr, "%s:%u:%u: left out: %s is at %s:%u:%u\n", f->set->file,
		f->line, f->column, strbuf_cstr(&b), first->set->file,
		first->line, first->column);
	strbuf_fini(&b);
}

static void
take_feeds(struct import *m)
{
	const struct config_feeds *feeds = &m->add->feeds;

	strbuf_printf(&m->yaml,
		"# Imported from %s by newswatch feeds.\n"
		"feeds:\n",
		strcmp(m->file, "-") == 0 ? "standard input" : m->file);
	for (size_t i = 0; i < feeds->n; i++) {
		const struct config_feed *f = &feeds->p[i], *first;
		struct span url = canonical(m, f->url);

		first = map_get(m->seen, url);
		if (first) {
			tell_double(m, f, first);
			continue;
		}
		map_put(m->seen, url, (void *)(uintptr_t)f);
		put_feed(m, f);
	}
	if (m->doubles > DOUBLES_SHOWN)
		fprintf(stderr, "... and %zu more that %s there already\n",
			m->doubles - DOUBLES_SHOWN,
			PLURAL(m->doubles - DOUBLES_SHOWN, "is", "are"));
}

/* -- where it goes -------------------------------------------------------- */

/* feeds.d/NAME.yaml beside the configuration; NAME is the list's. */
static void
choose_output(struct import *m)
{
	const char *slash = strrchr(m->file, '/');
	struct span name = span_of(slash ? slash + 1 : m->file);
	struct strbuf b = STRBUF_INIT(512);

	if (m->options->output) {
		m->output = mem_strdup(m->options->output);
		return;
	}
	name = span_sub(name, 0, span_find(name, '.'));
	if (name.n == 0 || span_eq_str(name, "-"))
		name = SPAN_LIT("imported");
	strbuf_str(&b, "feeds.d/");
	for (size_t i = 0; i < name.n && i < 100; i++) {
		char c = name.p[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '_';

		strbuf_char(&b, plain ? c : '-');
	}
	strbuf_str(&b, ".yaml");
	m->output = file_beside(m->have->file.p, strbuf_cstr(&b));
	strbuf_fini(&b);
}

static int
write_output(struct import *m)
{
	char *slash, *dir;
	struct err err;
	int rc;

	if (!m->options->force && access(m->output, F_OK) == 0) {
		fprintf(stderr,
			"newswatch feeds: %s is there already; -o names "
			"another file, --force overwrites it\n",
			m->output);
		return EX_CANTCREAT;
	}
	dir = mem_strdup(m->output);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	rc = slash && slash != dir ? file_mkdirs(dir, 0755, &err) : 0;
	if (rc == 0)
		rc = file_replace(
			m->output, strbuf_as_span(&m->yaml), 0644, &err);
	mem_free(&dir);
	return rc == 0 ? EX_OK : fail(EX_CANTCREAT, err.msg);
}

/* Does the configuration read what was written? */
static bool
is_included(const struct import *m)
{
	const struct config_options o = {
		.file = m->options->config, .parts = CONFIG_FEEDS};
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *c = NULL;
	struct err err;
	bool found = false;

	if (m->have && config_load(&o, &c, &report, &err) == 0) {
		for (size_t i = 0; i < c->feeds.n && !found; i++)
			found = strcmp(c->feeds.p[i].set->file, m->output) == 0;
	}
	config_unref(&c);
	strbuf_fini(&report);
	return found;
}

static void
tell(const struct import *m)
{
	size_t bad = m->add->left_out;

	fprintf(stderr, "newswatch feeds: %zu %s imported%s%s", m->added,
		PLURAL(m->added, "feed", "feeds"), m->added > 0 ? " into " : "",
		m->added > 0 ? m->output : "");
	if (m->doubles > 0)
		fprintf(stderr, "; %zu left out, %s there already", m->doubles,
			PLURAL(m->doubles, "it is", "they are"));
	if (bad > 0)
		fprintf(stderr, "; %zu left out for %s mistakes", bad,
			PLURAL(bad, "its", "their"));
	fputs("\n", stderr);
	if (m->added > 0 && !is_included(m))
		fprintf(stderr,
			"newswatch feeds: the configuration does not read "
			"this file yet: add it to `include`\n");
}

static int
run(struct import *m)
{
	int code = load_configuration(m);

	if (code == EX_OK)
		code = load_list(m);
	if (code != EX_OK)
		return code;
	note_feeds(m, m->have);
	take_feeds(m);
	choose_output(m);
	if (m->yaml.full)
		return fail(EX_DATAERR,
			"so many feeds are too long for YAML: name the file "
			"under `feeds` as `opml:` or `list:` instead");
	if (m->added > 0)
		code = write_output(m);
	if (code == EX_OK) {
		tell(m);
		code = m->add->left_out > 0 ? EX_DATAERR : EX_OK;
	}
	return code;
}

int
feeds_import(const struct feeds_lists_options *o, const char *file)
{
	struct import m = {
		.options = o,
		.file = file,
		.yaml = STRBUF_INIT(LIMIT_CONFIG_BYTES),
	};
	int code;

	m.seen = map_new(NULL);
	m.arena = arena_new();
	code = run(&m);
	map_free(&m.seen);
	arena_free(&m.arena);
	strbuf_fini(&m.yaml);
	mem_free(&m.output);
	config_unref(&m.have);
	config_unref(&m.add);
	return code;
}
