/*
 * The names that conditions ask for, held against what the configuration has:
 * event types, stages and states of stories, and for silences also entities,
 * watchlists, routes and channels. An unknown one is most likely a slip, so
 * the nearest known one is offered. Pure.
 */
#ifndef NW_SETUP_NAMES_H
#define NW_SETUP_NAMES_H

#include "config/config.h"
#include "model/report.h"
#include "setup/silence.h"

/* The words of a `when` that stand in lists of ours. events: NULL if they were
 * not loaded, they are not looked at then. */
void names_check_when(const struct route_when *w,
	const struct event_types *events, struct report *report);

/* Which parts of the configuration names_check_silence needs to be loaded. */
unsigned names_parts(const struct silence *s);
/*
 * All names of a silence. Where the configuration has none of a kind (the file
 * of a machine that only notifies watches nothing) it cannot judge, and names
 * of that kind pass. c: NULL if it could not be loaded; the words of lists that
 * are ours are looked at all the same.
 */
void names_check_silence(
	const struct silence *s, const struct config *c, struct report *report);

#endif
