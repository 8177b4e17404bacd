/*
 * What a notifier worker goes by: the routes and channels of a snapshot,
 * checked against each other and against the channel types' tables. Needs no
 * more of the configuration than CONFIG_ROUTES.
 */
#ifndef NW_SETUP_RULES_H
#define NW_SETUP_RULES_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/channel.h"
#include "model/route.h"
#include "route/route.h"

/*
 * Every mistake goes to report as file:line:col with its line; -1, ERR_CONF, if
 * there was one. The lists are borrowed as long as the routes are used.
 */
NW_MUST_CHECK int rules_compile(const struct route_list *routes,
	const struct channel_list *channels,
	const struct inhibit_list *inhibits, struct routes **out,
	struct strbuf *report, struct err *err);

#endif
