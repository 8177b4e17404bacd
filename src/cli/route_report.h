/*
 * What becomes of a hit: each route with each of its conditions, and for those
 * that take it each channel with when it would be told, or why not. As lines
 * for people or as one JSON object.
 */
#ifndef NW_CLI_ROUTE_REPORT_H
#define NW_CLI_ROUTE_REPORT_H

#include "base/strbuf.h"
#include "cli/route_live.h"
#include "config/config.h"
#include "route/route.h"

struct route_report;

/*
 * All is borrowed. at: as if every hit came then; ms 0: each when it was
 * detected. live: may be NULL; then hits before this one stand for what came
 * before (inhibition, stories told), and there are no silences.
 */
struct route_report *route_report_new(const struct config *config,
	const struct routes *routes, struct wall at, struct route_live *live);
void route_report_free(struct route_report **r);
/* Appends; hits come in their order. */
void route_report_text(
	struct route_report *r, const struct hit *h, struct strbuf *out);
void route_report_json(
	struct route_report *r, const struct hit *h, struct strbuf *out);

#endif
