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

extern const struct script script_ack;
extern const struct script script_beat;
extern const struct script script_bury;
extern const struct script script_clock;
extern const struct script script_finish;
extern const struct script script_intake;
extern const struct script script_look;
extern const struct script script_make;
extern const struct script script_mark;
extern const struct script script_mute;
extern const struct script script_pass;
extern const struct script script_probe;
extern const struct script script_publish;
extern const struct script script_regroup;
extern const struct script script_retry;
extern const struct script script_silence;
extern const struct script script_silences;
extern const struct script script_status;
extern const struct script script_take;

#endif
