#include "deliver/view.h"

#include "base/date.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/plural.h"
#include "model/limits.h"

#define MOST_NAMES 3 /* entities in a headline without an event */
/* A sentence is looked for this far around the name in it, in bytes. */
#define SENTENCE_BYTES 600

/* -- stories --------------------------------------------------------------- */
static struct span
story_key(const struct hit *h)
{
	return span_of(h->story ? h->story->id : h->id);
}

/* Hits come oldest first: the last one of a story is its newest. */
static void
add_hit(struct view *v, struct map *known, const struct hit *h)
{
	struct view_story *s = map_get(known, story_key(h));

	if (!s) {
		s = &v->stories[v->n_stories++];
		s->view = v;
		map_put(known, story_key(h), s);
	}
	s->hit = h;
	s->n_hits++;
}

static int
newest_first(const void *a, const void *b)
{
	const struct view_story *x = a, *y = b;
	int64_t t = x->hit->detected.ms, u = y->hit->detected.ms;

	return (t < u) - (t > u);
}

/* Stable for equal times: messages are small, so by insertion. */
static void
sort_stories(struct view *v)
{
	for (size_t i = 1; i < v->n_stories; i++) {
		struct view_story s = v->stories[i];
		size_t at = i;

		for (; at > 0 && newest_first(&v->stories[at - 1], &s) > 0;
			at--)
			v->stories[at] = v->stories[at - 1];
		v->stories[at] = s;
	}
}

struct view *
view_new(const struct message_hits *message)
{
	struct arena *a = arena_new();
	struct view *v = arena_new_obj(a, struct view);
	struct map *known = map_new(NULL);
	size_t n = message->n;

	v->arena = a;
	v->message = message;
	v->hits = arena_array(a, n + 1, sizeof(struct hit_view *));
	v->stories = arena_array(a, n + 1, sizeof(*v->stories));
	for (size_t i = 0; i < n; i++) {
		if (hit_view_parse(message->json[i], &v->hits[v->n_hits],
			    NULL) == -1) {
			v->n_unread++;
			continue;
		}
		add_hit(v, known, hit_view_get(v->hits[v->n_hits]));
		v->n_hits++;
	}
	map_free(&known);
	sort_stories(v);
	v->n_shown = v->n_stories;
	return v;
}

void
view_free(struct view **vp)
{
	struct view *v = *vp;
	struct arena *a;

	*vp = NULL;
	if (!v)
		return;
	for (size_t i = 0; i < v->n_hits; i++)
		hit_view_free(&v->hits[i]);
	a = v->arena;
	arena_free(&a);
}

size_t
view_more(const struct view *v)
{
	return v->n_stories - v->n_shown + v->n_unread + v->message->n_waiting;
}

/* -- what a story says ----------------------------------------------------- */
/* Words that are not written as they are in an id. */
static const struct {
	const char *id, *words;
} spellings[] = {
	{"mna", "M&A"},
	{"sales_kpi", "sales figures"},
	{"analyst", "analyst's view"},
	{"executive", "executive change"},
	{"approval_trial", "approval or trial"},
	{"litigation_ip", "litigation"},
	{"regulatory", "regulation"},
	{"accident_disruption", "accident or disruption"},
	{"pricing_terms", "pricing"},
};

struct span
view_words(const struct view *v, struct span name)
{
	struct span words = arena_span(v->arena, name);
	char *p = arena_alloc(v->arena, name.n + 1);

	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (span_eq_str(name, spellings[i].id))
			return span_of(spellings[i].words);
	for (size_t i = 0; i < name.n; i++)
		p[i] = words.p[i] == '_' ? ' ' : words.p[i];
	return span_make(p, name.n);
}

struct span
view_time(const struct view *v, struct wall t)
{
	struct date_parts d;

	if (t.ms == ITEM_UNDATED)
		return SPAN_NULL;
	date_split(t, &d);
	return span_of(arena_printf(v->arena, "%04d-%02d-%02d %02d:%02d UTC",
		d.year, d.month, d.day, d.hour, d.minute));
}

const struct hit_event *
view_event(const struct view_story *s)
{
	return s->hit->n_events > 0 ? &s->hit->events[0] : NULL;
}

struct span
view_entity(const struct view_story *s)
{
	const struct hit_event *e = view_event(s);

	if (e && e->entity.n > 0)
		return e->entity;
	return s->hit->n_entities > 0 ? s->hit->entities[0].name : SPAN_NULL;
}

static struct span
names_of(const struct view_story *s)
{
	const struct hit *h = s->hit;
	size_t n = h->n_entities < MOST_NAMES ? h->n_entities : MOST_NAMES;
	struct strbuf b = STRBUF_INIT(LIMIT_NAME_BYTES * (MOST_NAMES + 1));
	struct span names;

	for (size_t i = 0; i < n; i++) {
		strbuf_str(&b, i > 0 ? ", " : "");
		strbuf_span(&b, h->entities[i].name);
	}
	if (h->n_entities > n)
		strbuf_printf(&b, " and %zu more", h->n_entities - n);
	names = arena_span(s->view->arena, strbuf_as_span(&b));
	strbuf_fini(&b);
	return names;
}

struct span
view_headline(const struct view_story *s)
{
	const struct hit_event *e = view_event(s);
	struct span who = view_entity(s), what;

	if (!e && s->hit->n_entities > 0)
		return names_of(s);
	if (!e)
		return s->hit->item ? s->hit->item->title : SPAN_NULL;
	what = view_words(s->view, e->type);
	return span_of(arena_printf(s->view->arena, "%.*s%s%.*s%s%.*s",
		SPAN_ARG(who), who.n > 0 ? ": " : "", SPAN_ARG(what),
		e->stage.n > 0 ? ", " : "",
		SPAN_ARG(view_words(s->view, e->stage))));
}

struct span
view_counts(const struct view_story *s)
{
	const struct hit_story *t = s->hit->story;

	if (!t)
		return SPAN_NULL;
	return span_of(arena_printf(s->view->arena,
		"%u %s, %u %s, %u independent", t->articles,
		PLURAL(t->articles, "article", "articles"), t->publishers,
		PLURAL(t->publishers, "publisher", "publishers"),
		t->independent));
}

struct span
view_publisher(const struct view_story *s)
{
	const struct hit_feed *f = &s->hit->feed;

	if (f->publisher.n > 0)
		return f->publisher;
	return f->title.n > 0 ? f->title : f->domain;
}

unsigned
view_relevance(const struct view_story *s)
{
	unsigned best = 0;

	for (size_t i = 0; i < s->hit->n_entities; i++)
		if (s->hit->entities[i].relevance > best)
			best = s->hit->entities[i].relevance;
	return best;
}

/* -- the quote ------------------------------------------------------------- */
static bool
ends_sentence(struct span text, size_t i)
{
	if (text.p[i] == '\n')
		return true;
	return strchr(".!?", text.p[i]) &&
		(i + 1 == text.n || text.p[i + 1] == ' ' ||
			text.p[i + 1] == '\n');
}

/* The sentence of text that at is in, as far as full stops tell. */
static struct span
sentence_at(struct span text, size_t at)
{
	size_t start = at, end = at;
	struct span s;

	while (start > 0 && at - start < SENTENCE_BYTES &&
		!ends_sentence(text, start - 1))
		start--;
	while (end < text.n && end - at < SENTENCE_BYTES &&
		!ends_sentence(text, end))
		end++;
	/* Not within a character, if a bound was hit. */
	while (start < at && ((unsigned char)text.p[start] & 0xc0) == 0x80)
		start++;
	if (end < text.n && text.p[end] != '\n')
		end++;
	s = span_sub(text, start, end - start);
	return span_trim(span_utf8_head(s, s.n));
}

static struct span
mention_sentence(const struct hit *h)
{
	for (size_t i = 0; i < h->n_entities; i++)
		for (size_t k = 0; k < h->entities[i].n_mentions; k++) {
			const struct mention *m = &h->entities[i].mentions[k];

			if (m->field == FIELD_TEXT &&
				m->start < h->item->text.n)
				return sentence_at(h->item->text, m->start);
		}
	return SPAN_NULL;
}

struct span
view_quote(const struct view_story *s)
{
	const struct hit_event *e = view_event(s);
	struct span quote;

	if (!s->hit->item)
		return SPAN_NULL;
	quote = e && e->sentence.n > 0 ? span_trim(e->sentence)
				       : mention_sentence(s->hit);
	if (span_caseeq(quote, span_trim(s->hit->item->title)))
		quote = e && e->field == FIELD_TITLE ? mention_sentence(s->hit)
						     : SPAN_NULL;
	if (span_caseeq(quote, span_trim(s->hit->item->title)))
		return SPAN_NULL;
	return quote;
}
