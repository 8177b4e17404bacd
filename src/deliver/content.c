#include "deliver/content.h"

#include "model/json.h"

#define PART_BYTES MIB(1)

static void
put_parts(const struct template *t, const struct template_part *parts,
	struct view *view, struct json_w *w)
{
	struct strbuf text = STRBUF_INIT(PART_BYTES);

	json_w_key(w, "parts");
	json_w_object(w);
	for (size_t i = 0; parts[i].name; i++) {
		strbuf_clear(&text);
		template_render(t, i, view, &text);
		json_w_kv_text(w, parts[i].name, strbuf_as_span(&text));
	}
	json_w_object_end(w);
	strbuf_fini(&text);
}

static void
put_line(struct json_w *w, const char *key, struct span text)
{
	struct strbuf line = STRBUF_INIT(LIMIT_TITLE_BYTES);

	escape_text(MARKUP_TEXT, text, &line);
	json_w_kv_text(w, key, strbuf_as_span(&line));
	strbuf_fini(&line);
}

static void
put_link(struct json_w *w, struct span url)
{
	struct strbuf link = STRBUF_INIT(3 * LIMIT_URL_BYTES);

	escape_url(MARKUP_TEXT, url, &link);
	json_w_kv_text(w, "url", strbuf_as_span(&link));
	strbuf_fini(&link);
}

static void
put_story(const struct view_story *s, struct json_w *w)
{
	const struct hit *h = s->hit;
	const struct hit_event *e = view_event(s);

	put_line(w, "headline", view_headline(s));
	put_link(w, h->item ? h->item->url : SPAN_NULL);
	json_w_kv_str(w, "story", h->story ? h->story->id : h->id);
	put_line(w, "entity", view_entity(s));
	put_line(w, "event", e ? e->type : SPAN_NULL);
	put_line(w, "status", h->story ? h->story->status : SPAN_NULL);
	json_w_kv_bool(w, "update", h->kind == HIT_UPDATE);
}

void
content_format(const struct template *t, const struct template_part *parts,
	const struct message_hits *hits, struct strbuf *body)
{
	struct view *view = view_new(hits);
	struct json_w w;

	json_w_init(&w, body);
	json_w_object(&w);
	put_parts(t, parts, view, &w);
	if (view->n_stories > 0)
		put_story(&view->stories[0], &w);
	json_w_kv_int(
		&w, "stories", (int64_t)(view->n_stories + hits->n_waiting));
	json_w_kv_int(&w, "made", hits->now.ms);
	json_w_object_end(&w);
	view_free(&view);
}

int
content_parse(struct span body, const struct template_part *parts,
	struct content *out, struct err *err)
{
	const struct json *j;

	*out = (struct content){0};
	if (json_parse(body, "the frozen message", &out->root, err) == -1)
		return -1;
	j = json_get(out->root, "parts");
	if (json_type(j) != JSON_OBJECT_) {
		content_fini(out);
		return err_set(err, ERR_INPUT,
			"the frozen message is none of this channel's type: "
			"was the type changed?");
	}
	for (size_t i = 0; parts[i].name; i++)
		out->parts[i] = json_get_text(j, parts[i].name);
	out->headline = json_get_text(out->root, "headline");
	out->url = json_get_text(out->root, "url");
	out->story = json_get_text(out->root, "story");
	out->entity = json_get_text(out->root, "entity");
	out->event = json_get_text(out->root, "event");
	out->status = json_get_text(out->root, "status");
	out->update = json_bool(json_get(out->root, "update"), false);
	out->stories = (unsigned)json_get_int(out->root, "stories", 1);
	out->made.ms = json_get_int(out->root, "made", 0);
	return 0;
}

void
content_fini(struct content *c)
{
	json_free(&c->root);
}
