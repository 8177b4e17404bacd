/*
 * The demo's small world, built in: the YAML files of etc/demo and the scenes
 * of its feeds, etc/demo/scene-*.xml, in the order of their names. demo_files.c
 * is made from them at build time.
 */
#ifndef NW_CLI_DEMO_FILES_H
#define NW_CLI_DEMO_FILES_H

#include "base/span.h"

struct demo_file {
	struct span text;
};

extern const struct demo_file demo_config, demo_watchlist;
extern const struct demo_file demo_scenes[];
extern const size_t demo_n_scenes;

#endif
