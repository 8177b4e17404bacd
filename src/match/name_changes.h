/*
 * What people write instead of a name: from its base form one change at a time,
 * never two ("&" or "and", joined or split words, initials, no accents, ...).
 * Pure.
 */
#ifndef NW_MATCH_NAME_CHANGES_H
#define NW_MATCH_NAME_CHANGES_H

#include "match/names.h"

/* Calls cb for each; spans of a form live for the call. */
void name_changes(struct name_maker *m, const struct name_form *base,
	name_form_cb cb, void *arg);

#endif
