/*
 * The Lua scripts, built in. Each is a file of its own in src/queue/scripts,
 * so that it can be read, tested and tried with redis-cli; scripts.c is made
 * from them by scripts.awk at build time: NAME.lua becomes script_NAME.
 * Redis runs each one as a whole; its keys and arguments are in its head.
 */
#ifndef NW_QUEUE_SCRIPTS_H
#define NW_QUEUE_SCRIPTS_H

#include "base/span.h"

struct script {
	const char *name;
	struct span body;
};

extern const struct script script_publish;

#endif
