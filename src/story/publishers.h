/*
 * Who a name or a domain is: the table of publishers (model/publisher.h) with
 * an index over its names and domains. Built in a few milliseconds; borrows
 * the list. Pure; may be read by any thread.
 */
#ifndef NW_STORY_PUBLISHERS_H
#define NW_STORY_PUBLISHERS_H

#include "model/publisher.h"

struct publishers;

struct publishers *publishers_new(const struct publisher_list *list);
void publishers_free(struct publishers **p);

/* How a name was found in a text, and so which names may be meant. */
enum publisher_naming {
	NAMED_PLAIN, /* names that mean nothing else */
	NAMED_CITED, /* beside a citing word: ordinary words too */
	NAMED_AGAIN /* and the short names of one that was named before */
};

/*
 * The publisher of a name as it stands in a text, with an article if there is
 * one; NULL if there is none, or p is. Letter case and article count for names
 * that are ordinary words only. Of a short name that several have, the last is
 * given: who knows better asks publisher_is_called.
 */
const struct publisher *publishers_named(const struct publishers *p,
	struct span name, enum publisher_naming naming);
/* Of a host: the one with the longest domain that host ends with; or NULL. */
const struct publisher *publishers_at(
	const struct publishers *p, struct span host);
/* Trimmed, and without "The" in front; borrows. */
struct span publisher_without_the(struct span name);
/* Is it one of its short names? */
bool publisher_is_called(const struct publisher *p, struct span name);

#endif
