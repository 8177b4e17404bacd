#include "deliver/field.h"

/* -- a message ------------------------------------------------------------- */
static const struct view *
view_of(const struct node *n)
{
	return n->view;
}

static void
get_channel(const struct node *n, struct value *v)
{
	v->text = view_of(n)->message->channel;
}

static void
get_route(const struct node *n, struct value *v)
{
	v->text = view_of(n)->message->route;
}

static void
get_digest(const struct node *n, struct value *v)
{
	v->n = view_of(n)->message->digest;
}

static void
get_made(const struct node *n, struct value *v)
{
	v->text = view_time(view_of(n), view_of(n)->message->now);
}

static void
get_stories(const struct node *n, struct value *v)
{
	v->n = view_of(n)->n_shown;
}

static const void *
story_at(const struct node *n, size_t i)
{
	return &view_of(n)->stories[i];
}

static void
get_count(const struct node *n, struct value *v)
{
	v->n = view_of(n)->n_stories;
}

static void
get_more(const struct node *n, struct value *v)
{
	v->n = view_more(view_of(n));
}

/* Stories and hits beyond the first one, for headlines. */
static void
get_others(const struct node *n, struct value *v)
{
	const struct view *view = view_of(n);

	if (view->n_stories > 0)
		v->n = view->n_stories - 1 + view->n_unread +
			view->message->n_waiting;
}

static void
get_first(const struct node *n, struct value *v)
{
	if (view_of(n)->n_stories > 0)
		v->text = view_headline(&view_of(n)->stories[0]);
}

/* -- a story --------------------------------------------------------------- */
static const struct view_story *
story_of(const struct node *n)
{
	return n->p;
}

static const struct hit *
hit_of(const struct node *n)
{
	return story_of(n)->hit;
}

static void
get_headline(const struct node *n, struct value *v)
{
	v->text = view_headline(story_of(n));
}

static void
get_entity(const struct node *n, struct value *v)
{
	v->text = view_entity(story_of(n));
}

static void
get_entities(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->n_entities;
}

static const void *
entity_at(const struct node *n, size_t i)
{
	return &hit_of(n)->entities[i];
}

static void
get_event(const struct node *n, struct value *v)
{
	if (view_event(story_of(n)))
		v->text = view_words(n->view, view_event(story_of(n))->type);
}

static void
get_events(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->n_events;
}

static const void *
event_at(const struct node *n, size_t i)
{
	return &hit_of(n)->events[i];
}

static void
get_title(const struct node *n, struct value *v)
{
	if (hit_of(n)->item)
		v->text = hit_of(n)->item->title;
}

static void
get_url(const struct node *n, struct value *v)
{
	if (hit_of(n)->item)
		v->text = hit_of(n)->item->url;
}

static void
get_language(const struct node *n, struct value *v)
{
	if (hit_of(n)->item)
		v->text = hit_of(n)->item->language;
}

static void
get_published(const struct node *n, struct value *v)
{
	if (hit_of(n)->item)
		v->text = view_time(n->view, hit_of(n)->item->published);
}

static void
get_detected(const struct node *n, struct value *v)
{
	v->text = view_time(n->view, hit_of(n)->detected);
}

static void
get_publisher(const struct node *n, struct value *v)
{
	v->text = view_publisher(story_of(n));
}

static void
get_id(const struct node *n, struct value *v)
{
	const struct hit *h = hit_of(n);

	v->text = span_of(h->story ? h->story->id : h->id);
}

static void
get_status(const struct node *n, struct value *v)
{
	if (hit_of(n)->story)
		v->text = view_words(n->view, hit_of(n)->story->status);
}

static void
get_counts(const struct node *n, struct value *v)
{
	v->text = view_counts(story_of(n));
}

static void
get_articles(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->story ? hit_of(n)->story->articles : 0;
}

static void
get_publishers(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->story ? hit_of(n)->story->publishers : 0;
}

static void
get_independent(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->story ? hit_of(n)->story->independent : 0;
}

static void
get_novelty(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->story ? hit_of(n)->story->novelty : 0;
}

static void
get_relevance(const struct node *n, struct value *v)
{
	v->n = view_relevance(story_of(n));
}

static void
get_hits(const struct node *n, struct value *v)
{
	v->n = story_of(n)->n_hits;
}

static void
get_quote(const struct node *n, struct value *v)
{
	v->text = view_quote(story_of(n));
}

static void
get_update(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->kind == HIT_UPDATE;
}

static void
get_changed(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->changed.n;
}

static const void *
changed_at(const struct node *n, size_t i)
{
	return &hit_of(n)->changed.p[i];
}

static void
get_conflicts(const struct node *n, struct value *v)
{
	v->n = hit_of(n)->story ? hit_of(n)->story->conflicts.n : 0;
}

static const void *
conflict_at(const struct node *n, size_t i)
{
	return &hit_of(n)->story->conflicts.p[i];
}

static void
get_primary(const struct node *n, struct value *v)
{
	const struct hit_story *s = hit_of(n)->story;

	v->n = s && s->primary_name.n > 0;
}

static const void *
primary_at(const struct node *n, size_t i)
{
	(void)i;
	return hit_of(n)->story;
}

/* -- an entity ------------------------------------------------------------- */
static void
get_name(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_entity *)n->p)->name;
}

static void
get_entity_kind(const struct node *n, struct value *v)
{
	v->text = span_of(
		entity_kind_name(((const struct hit_entity *)n->p)->kind));
}

static void
get_entity_role(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_entity *)n->p)->role;
}

static void
get_entity_relevance(const struct node *n, struct value *v)
{
	v->n = ((const struct hit_entity *)n->p)->relevance;
}

static void
get_tickers(const struct node *n, struct value *v)
{
	v->n = ((const struct hit_entity *)n->p)->tickers.n;
}

static const void *
ticker_at(const struct node *n, size_t i)
{
	return &((const struct hit_entity *)n->p)->tickers.p[i];
}

/* -- an event -------------------------------------------------------------- */
static void
get_event_name(const struct node *n, struct value *v)
{
	v->text = view_words(n->view, ((const struct hit_event *)n->p)->type);
}

static void
get_event_entity(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_event *)n->p)->entity;
}

static void
get_event_stage(const struct node *n, struct value *v)
{
	v->text = view_words(n->view, ((const struct hit_event *)n->p)->stage);
}

static void
get_event_modality(const struct node *n, struct value *v)
{
	v->text =
		view_words(n->view, ((const struct hit_event *)n->p)->modality);
}

static void
get_event_sentence(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_event *)n->p)->sentence;
}

static void
get_facts(const struct node *n, struct value *v)
{
	v->n = ((const struct hit_event *)n->p)->n_facts;
}

static const void *
fact_at(const struct node *n, size_t i)
{
	return &((const struct hit_event *)n->p)->facts[i];
}

static void
get_fact_kind(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_fact *)n->p)->kind;
}

static void
get_fact_text(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_fact *)n->p)->text;
}

/* -- a source, a word ------------------------------------------------------ */
static void
get_source_name(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_story *)n->p)->primary_name;
}

static void
get_source_class(const struct node *n, struct value *v)
{
	v->text = view_words(
		n->view, ((const struct hit_story *)n->p)->primary_class);
}

static void
get_source_url(const struct node *n, struct value *v)
{
	v->text = ((const struct hit_story *)n->p)->primary_url;
}

static void
get_word(const struct node *n, struct value *v)
{
	v->text = view_words(n->view, *(const struct span *)n->p);
}

/* -- the table ------------------------------------------------------------- */
#define WORDS(s, name, get, doc) \
	{ \
		s, name, FIELD_WORDS, s, get, NULL, doc \
	}
#define LINK(s, name, get, doc) \
	{ \
		s, name, FIELD_LINK, s, get, NULL, doc \
	}
#define NUMBER(s, name, get, doc) \
	{ \
		s, name, FIELD_NUMBER, s, get, NULL, doc \
	}
#define FLAG(s, name, get, doc) \
	{ \
		s, name, FIELD_FLAG, s, get, NULL, doc \
	}
#define LIST(s, name, of, get, at, doc) \
	{ \
		s, name, FIELD_LIST, of, get, at, doc \
	}
#define NEXT(s) \
	{ \
		s, "next", FIELD_NEXT, s, NULL, NULL, \
			"Is there another element after this one?" \
	}

static const struct field fields[] = {
	WORDS(SCOPE_MESSAGE, "channel", get_channel, "The channel's name."),
	WORDS(SCOPE_MESSAGE, "route", get_route, "The route's name."),
	WORDS(SCOPE_MESSAGE, "made", get_made, "When the message was made."),
	WORDS(SCOPE_MESSAGE, "first", get_first,
		"Headline of the first story."),
	FLAG(SCOPE_MESSAGE, "digest", get_digest,
		"Was it held back, for quiet hours or a cap?"),
	NUMBER(SCOPE_MESSAGE, "count", get_count, "Stories of the message."),
	NUMBER(SCOPE_MESSAGE, "others", get_others,
		"Stories besides the first, shown or not."),
	NUMBER(SCOPE_MESSAGE, "more", get_more,
		"Stories that are not shown, for want of room or time."),
	LIST(SCOPE_MESSAGE, "stories", SCOPE_STORY, get_stories, story_at,
		"The stories, newest first, as many as there is room for."),

	WORDS(SCOPE_STORY, "headline", get_headline,
		"Entity and event, or entities, or the title."),
	WORDS(SCOPE_STORY, "entity", get_entity, "Whom it is about."),
	LIST(SCOPE_STORY, "entities", SCOPE_ENTITY, get_entities, entity_at,
		"All that it names, most relevant first."),
	WORDS(SCOPE_STORY, "event", get_event, "The leading event."),
	LIST(SCOPE_STORY, "events", SCOPE_EVENT, get_events, event_at,
		"All events."),
	WORDS(SCOPE_STORY, "title", get_title, "Of the newest article."),
	LINK(SCOPE_STORY, "url", get_url, "Of the newest article."),
	WORDS(SCOPE_STORY, "language", get_language, "Of the article."),
	WORDS(SCOPE_STORY, "published", get_published, "When, in UTC."),
	WORDS(SCOPE_STORY, "detected", get_detected, "When, in UTC."),
	WORDS(SCOPE_STORY, "publisher", get_publisher, "Of the article."),
	WORDS(SCOPE_STORY, "id", get_id, "The story's id."),
	WORDS(SCOPE_STORY, "status", get_status, "How sure it is."),
	WORDS(SCOPE_STORY, "counts", get_counts,
		"\"3 articles, 2 publishers, 1 independent\"."),
	NUMBER(SCOPE_STORY, "articles", get_articles, "That report it."),
	NUMBER(SCOPE_STORY, "publishers", get_publishers, "That report it."),
	NUMBER(SCOPE_STORY, "independent", get_independent,
		"Publishers with reporting of their own."),
	NUMBER(SCOPE_STORY, "novelty", get_novelty, "0 to 100."),
	NUMBER(SCOPE_STORY, "relevance", get_relevance,
		"0 to 100, of the most relevant entity."),
	NUMBER(SCOPE_STORY, "hits", get_hits, "Of it in this message."),
	WORDS(SCOPE_STORY, "quote", get_quote,
		"The sentence that says it, unless that is the title."),
	FLAG(SCOPE_STORY, "update", get_update,
		"Does it change what was told before?"),
	LIST(SCOPE_STORY, "changed", SCOPE_WORD, get_changed, changed_at,
		"What an update changes."),
	LIST(SCOPE_STORY, "conflicts", SCOPE_WORD, get_conflicts, conflict_at,
		"What sources do not agree on."),
	LIST(SCOPE_STORY, "primary", SCOPE_SOURCE, get_primary, primary_at,
		"The primary source, if it is known: one element."),
	NEXT(SCOPE_STORY),

	WORDS(SCOPE_ENTITY, "name", get_name, "Its name."),
	WORDS(SCOPE_ENTITY, "kind", get_entity_kind,
		"company, person, product or topic."),
	WORDS(SCOPE_ENTITY, "role", get_entity_role, "In what is reported."),
	NUMBER(SCOPE_ENTITY, "relevance", get_entity_relevance, "0 to 100."),
	LIST(SCOPE_ENTITY, "tickers", SCOPE_WORD, get_tickers, ticker_at,
		"Its tickers."),
	NEXT(SCOPE_ENTITY),

	WORDS(SCOPE_EVENT, "name", get_event_name, "Its type."),
	WORDS(SCOPE_EVENT, "entity", get_event_entity, "Whom it is about."),
	WORDS(SCOPE_EVENT, "stage", get_event_stage, "How far it is."),
	WORDS(SCOPE_EVENT, "modality", get_event_modality,
		"How it is said: reported, denied, ..."),
	WORDS(SCOPE_EVENT, "sentence", get_event_sentence, "That says it."),
	LIST(SCOPE_EVENT, "facts", SCOPE_FACT, get_facts, fact_at,
		"Sums, shares and dates of it."),
	NEXT(SCOPE_EVENT),

	WORDS(SCOPE_FACT, "kind", get_fact_kind, "money, percent, ..."),
	WORDS(SCOPE_FACT, "text", get_fact_text, "As it is written."),
	NEXT(SCOPE_FACT),

	WORDS(SCOPE_SOURCE, "name", get_source_name, "Its name."),
	WORDS(SCOPE_SOURCE, "class", get_source_class, "What it is."),
	LINK(SCOPE_SOURCE, "link", get_source_url, "Where it says so."),

	WORDS(SCOPE_WORD, "text", get_word, "The element itself."),
	NEXT(SCOPE_WORD),
};
#define N_FIELDS (sizeof(fields) / sizeof(*fields))

static const char *const scope_names[] = {
	[SCOPE_MESSAGE] = "message",
	[SCOPE_STORY] = "story",
	[SCOPE_ENTITY] = "entity",
	[SCOPE_EVENT] = "event",
	[SCOPE_FACT] = "fact",
	[SCOPE_SOURCE] = "source",
	[SCOPE_WORD] = "list",
};

const struct field *
field_at(size_t i)
{
	return i < N_FIELDS ? &fields[i] : NULL;
}

const struct field *
field_find(enum scope scope, struct span name)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (fields[i].scope == scope &&
			span_eq_str(name, fields[i].name))
			return &fields[i];
	return NULL;
}

const char *
scope_name(enum scope scope)
{
	return scope_names[scope];
}
