/*
 * The hits of a message as templates see them: by story, the newest first; the
 * newest hit of a story speaks for it. Pure.
 */
#ifndef NW_DELIVER_VIEW_H
#define NW_DELIVER_VIEW_H

#include "base/arena.h"
#include "deliver/channel.h"
#include "model/hit.h"

struct view_story {
	const struct view *view;
	const struct hit *hit; /* the newest one */
	size_t n_hits; /* of this story in this message */
};

struct view {
	struct arena *arena;
	const struct message_hits *message;
	struct hit_view **hits; /* those that could be read */
	size_t n_hits;
	struct view_story *stories; /* newest first */
	size_t n_stories;
	size_t n_shown; /* of stories, by how much room there is */
	size_t n_unread; /* hits that could not be read: another version */
};

/* message is borrowed until view_free. */
struct view *view_new(const struct message_hits *message);
void view_free(struct view **v);

/* Stories that are not shown, and hits that wait for the next message. */
size_t view_more(const struct view *v);

/* -- what a story says; borrowed from the view, empty if it is not known ----
 */
/* "Meta: product launch, planned"; without an event the entities, else the
 * title. */
struct span view_headline(const struct view_story *s);
/* Whom the event is about, else the most relevant entity. */
struct span view_entity(const struct view_story *s);
/* The leading event, NULL if there is none. */
const struct hit_event *view_event(const struct view_story *s);
/* "3 articles, 2 publishers, 1 independent" */
struct span view_counts(const struct view_story *s);
/* The sentence that reports the event, else the first that names an entity;
 * empty if that is the title. */
struct span view_quote(const struct view_story *s);
struct span view_publisher(const struct view_story *s);
/* "product launch" of "product_launch" */
struct span view_words(const struct view *v, struct span name);
/* "2026-03-01 12:00 UTC" */
struct span view_time(const struct view *v, struct wall t);
unsigned view_relevance(const struct view_story *s);

#endif
