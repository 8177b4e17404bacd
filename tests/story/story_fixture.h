/* Little stories as text: items in, members out. */
#ifndef NW_STORY_FIXTURE_H
#define NW_STORY_FIXTURE_H

#include "base/arena.h"
#include "config/yaml.h"
#include "story/member.h"
#include "story/publishers.h"

/* The built-in publishers and event types. */
struct story_world;

struct story_world *story_world_new(void);
void story_world_free(struct story_world **w);
const struct publishers *story_world_publishers(const struct story_world *w);

/*
 * An item out of {from: DOMAIN, publisher: NAME, at: MINUTES, title, text, url,
 * source: NAME, authors, links: [{url, text}]}; watched are the names of
 * companies, with "person NAME" for people. The arena owns all.
 */
void story_world_item(
	const struct yaml_node *map, struct arena *arena, struct item *out);
/* The entities that are named in it by these very words. */
size_t story_world_entities(const struct yaml_node *watched,
	const struct item *item, struct arena *arena, struct hit_entity **out);
/* What an analyser and the daemon make of it. */
void story_world_member(struct story_world *w, const struct yaml_node *map,
	const struct yaml_node *watched, struct arena *arena,
	struct story_member *out);

#endif
