/* The types of channels, one file each. channel.c has the table of them. */
#ifndef NW_DELIVER_TYPES_H
#define NW_DELIVER_TYPES_H

#include "deliver/channel.h"

extern const struct channel_type channel_type_apprise;
extern const struct channel_type channel_type_discord;
extern const struct channel_type channel_type_exec;
extern const struct channel_type channel_type_file;
extern const struct channel_type channel_type_gotify;
extern const struct channel_type channel_type_journal;
extern const struct channel_type channel_type_matrix;
extern const struct channel_type channel_type_mattermost;
extern const struct channel_type channel_type_ntfy;
extern const struct channel_type channel_type_pagerduty;
extern const struct channel_type channel_type_pushover;
extern const struct channel_type channel_type_redis;
extern const struct channel_type channel_type_rocketchat;
extern const struct channel_type channel_type_slack;
extern const struct channel_type channel_type_smtp;
extern const struct channel_type channel_type_stdout;
extern const struct channel_type channel_type_syslog;
extern const struct channel_type channel_type_teams;
extern const struct channel_type channel_type_telegram;
extern const struct channel_type channel_type_terminal;
extern const struct channel_type channel_type_webhook;

#endif
