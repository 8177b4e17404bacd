#include "deliver/format.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "deliver/clean.h"
#include "model/json.h"

#define TIME_SIZE 16
#define MOST_NAMES 3 /* entities named in a headline */

/* -- JSON ------------------------------------------------------------------ */
/* A hit as it came, on one line: outside of its strings, a line break is white
 * space, and inside there can be none. */
static void
put_hit(struct span json, struct strbuf *out)
{
	size_t start = out->n;

	strbuf_span(out, span_trim(json));
	for (size_t i = start; i < out->n; i++)
		if (out->p[i] == '\n' || out->p[i] == '\r')
			out->p[i] = ' ';
}

void
format_envelope(const struct message_hits *hits, struct strbuf *body)
{
	struct json_w w;
	char now[DATE_TEXT_SIZE];

	date_format_ms(hits->now, now);
	json_w_init(&w, body);
	json_w_object(&w);
	json_w_kv_str(&w, "type", "newswatch.hits");
	json_w_kv_str(&w, "timestamp", now);
	json_w_key(&w, "data");
	json_w_object(&w);
	json_w_kv_text(&w, "channel", hits->channel);
	json_w_key(&w, "hits");
	json_w_array(&w);
	for (size_t i = 0; i < hits->n; i++)
		json_w_raw(&w, hits->json[i]);
	json_w_array_end(&w);
	json_w_object_end(&w);
	json_w_object_end(&w);
}

void
format_json_lines(const struct message_hits *hits, struct strbuf *body)
{
	for (size_t i = 0; i < hits->n; i++) {
		put_hit(hits->json[i], body);
		strbuf_char(body, '\n');
	}
}

/* -- for people ------------------------------------------------------------ */
enum paint { PAINT_DIM, PAINT_NAME, PAINT_TITLE };

static const char *const paints[] = {
	[PAINT_DIM] = "\033[2m",
	[PAINT_NAME] = "\033[1;36m",
	[PAINT_TITLE] = "\033[1m",
};

static void
put_painted(struct span text, enum paint paint, struct format_style style,
	struct strbuf *out)
{
	if (style.colour)
		strbuf_str(out, paints[paint]);
	clean_line(text, out);
	if (style.colour)
		strbuf_str(out, "\033[0m");
}

static void
put_names(const struct hit *h, struct format_style style, struct strbuf *out)
{
	size_t n = h->n_entities < MOST_NAMES ? h->n_entities : MOST_NAMES;

	for (size_t i = 0; i < n; i++) {
		strbuf_str(out, i > 0 ? ", " : "");
		put_painted(h->entities[i].name, PAINT_NAME, style, out);
	}
	if (h->n_entities > n)
		strbuf_printf(out, " and %zu more", h->n_entities - n);
}

/* What is known besides, each after a comma; absent fields leave no trace. */
static void
put_part(struct strbuf *out, bool *any, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	strbuf_printf(out, "%s%s", *any ? ", " : "", name);
	clean_line(value, out);
	*any = true;
}

static void
put_events(const struct hit *h, struct strbuf *out, bool *any)
{
	for (size_t i = 0; i < h->n_events && i < MOST_NAMES; i++) {
		put_part(out, any, "", h->events[i].type);
		if (h->events[i].stage.n > 0) {
			strbuf_char(out, ' ');
			clean_line(h->events[i].stage, out);
		}
	}
}

static void
put_story(const struct hit_story *s, struct strbuf *out, bool *any)
{
	if (!s)
		return;
	put_part(out, any, "", s->status);
	strbuf_printf(out,
		"%snovelty %u, %u articles, %u publishers, %u independent",
		*any ? ", " : "", s->novelty, s->articles, s->publishers,
		s->independent);
	*any = true;
}

static void
put_relevance(const struct hit *h, struct strbuf *out, bool *any)
{
	unsigned best = 0;

	if (h->n_entities == 0)
		return;
	for (size_t i = 0; i < h->n_entities; i++)
		if (h->entities[i].relevance > best)
			best = h->entities[i].relevance;
	strbuf_printf(out, "%srelevance %u", *any ? ", " : "", best);
	*any = true;
}

static struct span
publisher_of(const struct hit *h)
{
	if (h->feed.publisher.n > 0)
		return h->feed.publisher;
	return h->feed.title.n > 0 ? h->feed.title : h->feed.domain;
}

void
format_terminal(const struct hit *h, const char *time,
	struct format_style style, struct strbuf *out)
{
	bool any = false;

	put_painted(span_of(time), PAINT_DIM, style, out);
	strbuf_str(out, "  ");
	put_names(h, style, out);
	strbuf_str(out, h->kind == HIT_UPDATE ? "  update: " : "  ");
	put_painted(
		h->item ? h->item->title : SPAN_NULL, PAINT_TITLE, style, out);
	strbuf_printf(out, "\n%*s", (int)strlen(time) + 2, "");
	if (style.colour)
		strbuf_str(out, paints[PAINT_DIM]);
	put_part(out, &any, "", publisher_of(h));
	put_relevance(h, out, &any);
	put_events(h, out, &any);
	put_story(h->story, out, &any);
	if (h->item)
		put_part(out, &any, "", h->item->url);
	if (style.colour)
		strbuf_str(out, "\033[0m");
	strbuf_char(out, '\n');
}

struct format_style
format_style_of(int fd)
{
	const char *no = getenv("NO_COLOR"); /* https://no-color.org/ */
	const char *term = getenv("TERM");

	if (no && *no)
		return (struct format_style){false};
	return (struct format_style){
		isatty(fd) && term && strcmp(term, "dumb") != 0};
}

static void
clock_text(struct wall t, char out[TIME_SIZE])
{
	time_t s = (time_t)(t.ms / 1000);
	struct tm tm;

	if (!localtime_r(&s, &tm) || strftime(out, TIME_SIZE, "%T", &tm) == 0)
		*out = '\0';
}

int
format_readable(struct span json, struct format_style style, struct strbuf *out,
	struct err *err)
{
	struct hit_view *view = NULL;
	char time[TIME_SIZE];

	if (hit_view_parse(json, &view, err) == -1)
		return -1;
	clock_text(hit_view_get(view)->detected, time);
	format_terminal(hit_view_get(view), time, style, out);
	hit_view_free(&view);
	return 0;
}
