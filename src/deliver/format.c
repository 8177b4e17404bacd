#include "deliver/format.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/plural.h"
#include "deliver/clean.h"
#include "model/json.h"

#define TIME_SIZE 16
#define MOST_NAMES 3 /* entities, events, conflicts shown */
#define QUOTE_BYTES 200

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

/* "asserted" and "reported" are what one expects of news. */
static bool
is_worth_saying(struct span modality)
{
	return span_eq_str(modality, "denied") ||
		span_eq_str(modality, "hedged") ||
		span_eq_str(modality, "historic");
}

static bool
is_shown(const struct hit *h, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (span_eq(h->events[j].type, h->events[i].type))
			return true;
	return false;
}

/* One event of each type: of the entity that is named first. */
static void
put_events(const struct hit *h, struct strbuf *out, bool *any)
{
	for (size_t i = 0, n = 0; i < h->n_events && n < MOST_NAMES; i++) {
		const struct hit_event *e = &h->events[i];

		if (is_shown(h, i))
			continue;
		n++;
		put_part(out, any, "", e->type);
		if (e->stage.n > 0) {
			strbuf_char(out, ' ');
			clean_line(e->stage, out);
		}
		if (is_worth_saying(e->modality)) {
			strbuf_str(out, " (");
			clean_line(e->modality, out);
			strbuf_char(out, ')');
		}
	}
}

/* -- the story's lines ----------------------------------------------------- */
struct lines {
	struct strbuf *out;
	int indent;
	struct format_style style;
};

static void
begin_line(const struct lines *l)
{
	strbuf_printf(l->out, "%*s", l->indent, "");
	if (l->style.colour)
		strbuf_str(l->out, paints[PAINT_DIM]);
}

static void
end_line(const struct lines *l)
{
	if (l->style.colour)
		strbuf_str(l->out, "\033[0m");
	strbuf_char(l->out, '\n');
}

static void
put_quote(struct span quote, struct strbuf *out)
{
	struct span head = span_utf8_head(quote, QUOTE_BYTES);

	if (quote.n == 0)
		return;
	strbuf_str(out, ": \u201c");
	clean_line(head, out);
	strbuf_str(out, head.n < quote.n ? "...\u201d" : "\u201d");
}

/* Who says so: the source where one is known, else what the status rests
 * on. */
static void
put_source(const struct lines *l, const struct hit_story *s)
{
	if (s->primary_name.n == 0)
		return;
	begin_line(l);
	strbuf_str(l->out, "source ");
	clean_line(s->primary_name, l->out);
	if (s->primary_class.n > 0) {
		strbuf_str(l->out, " (");
		clean_line(s->primary_class, l->out);
		strbuf_char(l->out, ')');
	}
	put_quote(s->primary_quote, l->out);
	end_line(l);
}

static void
put_story(const struct lines *l, const struct hit_story *s)
{
	if (!s)
		return;
	begin_line(l);
	if (s->status.n > 0) {
		clean_line(s->status, l->out);
		strbuf_str(l->out, ", ");
	}
	strbuf_printf(l->out, "%u %s, %u %s, %u independent, novelty %u",
		s->articles, PLURAL(s->articles, "article", "articles"),
		s->publishers, PLURAL(s->publishers, "publisher", "publishers"),
		s->independent, s->novelty);
	end_line(l);
	put_source(l, s);
	for (size_t i = 0; i < s->conflicts.n && i < MOST_NAMES; i++) {
		begin_line(l);
		strbuf_str(l->out, "conflict: ");
		clean_line(s->conflicts.p[i], l->out);
		end_line(l);
	}
}

static void
put_changed(struct item_spans changed, struct strbuf *out)
{
	strbuf_str(out, "  update");
	for (size_t i = 0; i < changed.n; i++) {
		strbuf_str(out, i == 0 ? " of " : ", ");
		clean_line(changed.p[i], out);
	}
	strbuf_str(out, ": ");
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
	const struct lines l = {out, (int)strlen(time) + 2, style};
	bool any = false;

	put_painted(span_of(time), PAINT_DIM, style, out);
	strbuf_str(out, "  ");
	put_names(h, style, out);
	if (h->kind == HIT_UPDATE)
		put_changed(h->changed, out);
	else
		strbuf_str(out, "  ");
	put_painted(
		h->item ? h->item->title : SPAN_NULL, PAINT_TITLE, style, out);
	strbuf_char(out, '\n');
	begin_line(&l);
	put_part(out, &any, "", publisher_of(h));
	put_relevance(h, out, &any);
	put_events(h, out, &any);
	if (h->item && !h->story)
		put_part(out, &any, "", h->item->url);
	end_line(&l);
	put_story(&l, h->story);
	if (h->item && h->story && h->item->url.n > 0) {
		begin_line(&l);
		clean_line(h->item->url, out);
		end_line(&l);
	}
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
