/* The types of channels, one file each. channel.c has the table of them. */
#ifndef NW_DELIVER_TYPES_H
#define NW_DELIVER_TYPES_H

#include "deliver/channel.h"

extern const struct channel_type channel_type_exec;
extern const struct channel_type channel_type_file;
extern const struct channel_type channel_type_stdout;
extern const struct channel_type channel_type_terminal;
extern const struct channel_type channel_type_webhook;

#endif
