/*
 * A channel as the configuration describes it: a type and settings. Which
 * settings a type knows, and whether they make sense, is the type's own table
 * in deliver; setup holds one against the other. Plain data, made by config.
 */
#ifndef NW_MODEL_CHANNEL_H
#define NW_MODEL_CHANNEL_H

#include "model/entity.h"

struct setting {
	struct span key;
	struct span value; /* a scalar; empty if it is a list or a map */
	const struct entity_text *list; /* elements of a list of scalars */
	size_t n_list;
	const struct setting *map; /* entries of a map of scalars */
	size_t n_map;
	struct place place; /* of the key */
	struct place value_place;
};

struct channel_conf {
	struct span name;
	struct span type;
	const struct setting *settings; /* without `type` */
	size_t n_settings;
	struct place place;
	struct place type_place;
};

struct channel_list {
	const struct channel_conf *p;
	size_t n;
};

/* NULL if the channel has no such setting. */
const struct setting *channel_setting(
	const struct channel_conf *c, const char *key);

#endif
