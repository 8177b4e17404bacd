/* `newswatch why ID`: what a running daemon knows of one item. */
#ifndef NW_CLI_WHY_ITEM_H
#define NW_CLI_WHY_ITEM_H

#include "cli/control.h"

/*
 * Prints the item of this id, or of one of its hits, or of this URL: its hits
 * or why it has none, and its versions with what each of them changed. An exit
 * code; messages go to standard error.
 */
int why_item(const struct control *c, const char *which, bool as_json);

#endif
