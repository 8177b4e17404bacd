/* The template of a channel: its own file, or the shipped one of its look. */
#ifndef NW_DELIVER_LOOK_H
#define NW_DELIVER_LOOK_H

#include "deliver/content.h"
#include "deliver/channel.h"

struct target_look;

/*
 * `template` of conf, or the one built in. Mistakes of a template go to report
 * with its file, line and column, an unreadable file with the setting's place;
 * NULL then. *text is the file's, to be freed after the template; NULL if it is
 * built in.
 */
struct template *look_template(const struct target_look *look,
	const struct channel_conf *conf, char **text, struct report *report);

#endif
