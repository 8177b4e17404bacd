/* Tables of what can be configured beside keys, for `newswatch check`. */
#ifndef NW_CLI_LIST_CHANNELS_H
#define NW_CLI_LIST_CHANNELS_H

#include <stdbool.h>

/* Every type of channels with its settings, a line each; type "*" for those of
 * all. Returns an exit code. */
int list_channels(bool as_json);
/* Every field that a template may name. */
int list_fields(bool as_json);

#endif
