/*
 * `newswatch feeds import` and `export`: subscription lists in and out; and
 * `discover`: the feeds of a page.
 */
#ifndef NW_CLI_FEEDS_LISTS_H
#define NW_CLI_FEEDS_LISTS_H

#include <stdbool.h>

struct feeds_lists_options {
	const char *config; /* NULL: the default */
	const char *state_dir; /* NULL: as configured; where titles are asked */
	const char *output; /* NULL: feeds.d/NAME.yaml, or standard output */
	bool force; /* overwrite output */
	bool json;
};

/*
 * Write the feeds of an OPML file or a list of URLs that are not configured
 * yet as YAML beside the configuration, and say what was added and what was
 * not. A feed is known by its canonical URL. Messages go to standard error.
 * An exit code: 65 if lines were wrong (the others are imported), 73 if the
 * file is there already.
 */
int feeds_import(const struct feeds_lists_options *o, const char *file);

/* All configured feeds as OPML; titles that the configuration does not say are
 * asked of the daemon, if one runs. */
int feeds_export(const struct feeds_lists_options *o);

/*
 * The feeds that the page at url links to, each of them fetched and read: its
 * format, title and number of items. The usual addresses are tried only if no
 * link leads to one. url may be a host's name. 65 if there is none.
 */
int feeds_discover(const struct feeds_lists_options *o, const char *url);

#endif
