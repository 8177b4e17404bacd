/*
 * Publishers as the configuration lists them: what they are called in texts,
 * where they publish, and who owns them. Plain data; made by config, looked up
 * by story (story/publishers.h). Strings are UTF-8 and owned by the snapshot.
 */
#ifndef NW_MODEL_PUBLISHER_H
#define NW_MODEL_PUBLISHER_H

#include "model/entity.h"

enum publisher_class {
	PUBLISHER_ONLINE, /* the default */
	PUBLISHER_WIRE,
	PUBLISHER_NEWSPAPER,
	PUBLISHER_MAGAZINE,
	PUBLISHER_TRADE,
	PUBLISHER_BROADCASTER,
	PUBLISHER_AGGREGATOR, /* shows what others wrote */
	PUBLISHER_RELEASE, /* carries what companies say themselves */
	PUBLISHER_FILING, /* a regulator, an exchange, a register */
	PUBLISHER_SOCIAL /* anybody */
};
#define PUBLISHER_CLASSES (PUBLISHER_SOCIAL + 1)

struct publisher {
	struct span name; /* as it is shown */
	struct entity_texts aliases; /* mean nothing else */
	struct entity_texts cited; /* ordinary words: count beside a citing
				      word only */
	struct entity_texts brief; /* count once a longer name stood there */
	struct entity_texts domains; /* lower case */
	struct span family; /* who owns it; the name, if nobody else */
	enum publisher_class kind;
	bool built_in; /* not of the user's own files */
	struct place place;
};

struct publisher_list {
	const struct publisher *p;
	size_t n;
};

/* "wire", "newspaper", ...; NULL at the end. */
extern const char *const publisher_class_names[PUBLISHER_CLASSES + 1];

#endif
