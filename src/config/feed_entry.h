/*
 * A feed as it is read, before it is kept: what the rows `feeds[].` of the
 * table of keys describe. Thousands of feeds of one list differ in little but
 * their URL, so what is kept of one (struct config_feed) shares the rest.
 * Internal to config.
 */
#ifndef NW_CONFIG_FEED_ENTRY_H
#define NW_CONFIG_FEED_ENTRY_H

#include "config/config.h"

struct feed_entry {
	struct span url, title;
	struct config_feed_set set; /* but for its file: that is place's */
	struct place place;
};

/* As it was read. Texts are borrowed. */
static inline struct feed_entry
feed_entry_of(const struct config_feed *f)
{
	return (struct feed_entry){
		f->url, f->title, *f->set, config_feed_place(f)};
}

#endif
