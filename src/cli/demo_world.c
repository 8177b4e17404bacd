/* See demo_world.h. */
#include "cli/demo_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "cli/demo_files.h"
#include "cli/remove.h"
#include "model/limits.h"

#define FEEDS_MAX 16
#define HEAD "<!-- feed "
#define HEAD_END " -->"

struct feed {
	struct span name, link, title; /* in the built-in text */
	struct strbuf entries; /* latest scene first */
};

struct demo_world {
	char dir[256];
	struct wall start;
	size_t scene; /* next */
	struct feed feeds[FEEDS_MAX];
	size_t n_feeds;
};

/* -- texts ----------------------------------------------------------------- */

/* "@-90m@" in a text is a time relative to the start: s, m, h or d. */
static bool
put_time(const struct demo_world *w, struct span mark, struct strbuf *out)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {
		{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
	char text[DATE_TEXT_SIZE];
	int64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (mark.n < 2 || mark.p[mark.n - 1] != units[i].unit ||
			!span_i64(span_sub(mark, 0, mark.n - 1), -10000, 10000,
				&n))
			continue;
		date_format((struct wall){w->start.ms + n * units[i].ms}, text);
		strbuf_str(out, text);
		return true;
	}
	return false;
}

static void
put_text(const struct demo_world *w, struct span text, struct strbuf *out)
{
	while (text.n > 0) {
		size_t at = span_find(text, '@'), end;
		struct span mark;

		if (at == SIZE_MAX) {
			strbuf_span(out, text);
			return;
		}
		strbuf_span(out, span_sub(text, 0, at));
		text = span_sub(text, at + 1, text.n);
		end = span_find(text, '@');
		mark = span_sub(text, 0, end == SIZE_MAX ? 0 : end);
		if (put_time(w, mark, out))
			text = span_sub(text, end + 1, text.n);
		else
			strbuf_char(out, '@');
	}
}

static int
write_file(const struct demo_world *w, const char *name, struct span text,
	struct err *err)
{
	char *path = mem_printf("%s/%s", w->dir, name);
	struct strbuf b = STRBUF_INIT(MIB(1));
	int rc;

	put_text(w, text, &b);
	rc = file_replace(path, strbuf_as_span(&b), 0600, err);
	strbuf_fini(&b);
	mem_free(&path);
	return rc;
}

/* -- feeds ----------------------------------------------------------------- */

static int
write_feed(const struct demo_world *w, const struct feed *f, struct err *err)
{
	char *name = mem_printf("%.*s.xml", SPAN_ARG(f->name));
	struct strbuf b = STRBUF_INIT(MIB(1));
	int rc;

	strbuf_printf(&b,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		"<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n"
		"<title>%.*s</title>\n<id>%.*s</id>\n<link href=\"%.*s\"/>\n"
		"<updated>@0s@</updated>\n",
		SPAN_ARG(f->title), SPAN_ARG(f->link), SPAN_ARG(f->link));
	strbuf_span(&b, strbuf_as_span(&f->entries));
	strbuf_str(&b, "</feed>\n");
	rc = write_file(w, name, strbuf_as_span(&b), err);
	strbuf_fini(&b);
	mem_free(&name);
	return rc;
}

static struct feed *
feed_of(struct demo_world *w, struct span name)
{
	struct feed *f;

	for (size_t i = 0; i < w->n_feeds; i++)
		if (span_eq(w->feeds[i].name, name))
			return &w->feeds[i];
	if (w->n_feeds == FEEDS_MAX)
		return NULL;
	f = &w->feeds[w->n_feeds++];
	f->name = name;
	strbuf_init(&f->entries, MIB(1));
	return f;
}

static void
put_before(struct feed *f, struct span entries)
{
	struct strbuf b = STRBUF_INIT(MIB(1));

	strbuf_span(&b, entries);
	strbuf_span(&b, strbuf_as_span(&f->entries));
	strbuf_fini(&f->entries);
	f->entries = b;
}

/* A part begins with "<!-- feed NAME URL TITLE -->": its entries follow. */
static int
play_part(struct demo_world *w, struct span part, struct err *err)
{
	size_t end = span_find_str(part, HEAD_END);
	struct span head = span_sub(part, 0, end), name, link;
	struct feed *f = NULL;

	if (end != SIZE_MAX && span_next(&head, ' ', &name) &&
		span_next(&head, ' ', &link))
		f = feed_of(w, name);
	if (!f)
		return err_set(err, ERR_PERM, "a damaged scene");
	f->link = link;
	f->title = head;
	put_before(f, span_sub(part, end + strlen(HEAD_END), part.n));
	return write_feed(w, f, err);
}

int
demo_world_play(struct demo_world *w, struct err *err)
{
	struct span rest = demo_scenes[w->scene++].text;
	size_t at = span_find_str(rest, HEAD);

	while (at != SIZE_MAX) {
		struct span part;

		rest = span_sub(rest, at + strlen(HEAD), rest.n);
		at = span_find_str(rest, HEAD);
		part = span_sub(rest, 0, at);
		if (play_part(w, part, err) != 0)
			return -1;
	}
	return 0;
}

/* -- life ------------------------------------------------------------------ */

static int
write_world(struct demo_world *w, struct err *err)
{
	const char *tmp = getenv("TMPDIR");

	/* A directory too long for us is passed over. */
	if (tmp == NULL || tmp[0] != '/' || strlen(tmp) > 200)
		tmp = "/tmp";
	snprintf(w->dir, sizeof(w->dir), "%s/newswatch-demo-XXXXXX", tmp);
	if (mkdtemp(w->dir) == NULL) {
		int rc = err_errno(err, ERR_TEMP, errno, "%s", w->dir);

		w->dir[0] = '\0';
		return rc;
	}
	if (write_file(w, "newswatch.yaml", demo_config.text, err) != 0 ||
		write_file(w, "watchlist.yaml", demo_watchlist.text, err) != 0)
		return -1;
	return demo_world_play(w, err);
}

int
demo_world_new(struct wall start, struct demo_world **out, struct err *err)
{
	struct demo_world *w = mem_new(w);

	w->start = start;
	if (write_world(w, err) != 0) {
		demo_world_free(&w);
		return -1;
	}
	*out = w;
	return 0;
}

void
demo_world_free(struct demo_world **wp)
{
	struct demo_world *w = *wp;

	*wp = NULL;
	if (!w)
		return;
	if (w->dir[0] != '\0')
		remove_tree(w->dir);
	for (size_t i = 0; i < w->n_feeds; i++)
		strbuf_fini(&w->feeds[i].entries);
	mem_free(&w);
}

const char *
demo_world_dir(const struct demo_world *w)
{
	return w->dir;
}

size_t
demo_world_left(const struct demo_world *w)
{
	return demo_n_scenes - w->scene;
}
