/*
 * Subscription lists: feeds as OPML 2.0, with titles, and folders for their
 * categories. Reading is part of config_load() (opml.c); this is the way back.
 * Source: opml.org/spec2.opml.
 */
#ifndef NW_CONFIG_OPML_H
#define NW_CONFIG_OPML_H

#include "base/clock.h"
#include "config/config.h"

/* Of the attribute newswatch:publisher. */
#define OPML_NAMESPACE "https://newswatch.invalid/opml"

/*
 * Append the feeds as one document. Those of one category stand together, in
 * their order. file: feeds are left out (nobody else could read them); returns
 * how many. What is read back has the same URLs, titles, categories and
 * publishers. Pure.
 */
size_t opml_format(const struct config_feed *feeds, size_t n, struct wall now,
	struct strbuf *out);

#endif
