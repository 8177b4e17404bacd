/*
 * Settings of a channel by their rules: checking all of them, and reading one.
 */
#ifndef NW_DELIVER_SETTINGS_H
#define NW_DELIVER_SETTINGS_H

#include "deliver/channel.h"

/* Rules that a channel of this type goes by; a NULL-terminated pair of tables.
 */
void settings_check(const struct channel_conf *conf,
	const struct setting_rule *own, struct report *report);

/* Readers for checked settings. rules is the table that knows the key. */
struct span setting_text(const struct channel_conf *conf,
	const struct setting_rule *rules, const char *key); /* or default */
int64_t setting_duration_ms(const struct channel_conf *conf,
	const struct setting_rule *rules, const char *key);
unsigned setting_count(const struct channel_conf *conf,
	const struct setting_rule *rules, const char *key);
bool setting_flag(const struct channel_conf *conf,
	const struct setting_rule *rules, const char *key);
/* A path; a relative one is beside the file that names it. NULL if absent;
 * caller frees with mem_free. */
char *setting_path(const struct channel_conf *conf, const char *key);
/* The content of the file that the key names. Absent: 0 and *out NULL. Caller
 * frees with mem_free. */
NW_MUST_CHECK int setting_secret(const struct channel_conf *conf,
	const char *key, char **out, struct err *err);
/* The same for checks: NULL if it is absent, unreadable (settings_check() told
 * so) or only at hand where the service runs. Caller frees with mem_free. */
char *setting_peek(const struct channel_conf *conf, const char *key);

#endif
