/*
 * Routes: which hits are told, to which channels, in which groups. Pure: no
 * clock, no file, no log.
 *
 * How a route decides. Every key of `when` that is present must hold:
 *
 * - entities, kinds, watchlists, relevance and confidence must all hold for
 *   ONE AND THE SAME entity of the hit: {entities: [Meta], relevance: ">=60"}
 *   is not met by a hit on Meta with 20 and on Apple with 90.
 * - events and stages must both hold for one and the same event of the hit,
 *   and that event must be about that same entity, or about none in particular
 *   (its entity null): {entities: [Meta], events: [mna]} is Meta's merger, not
 *   somebody else's in an article that mentions Meta.
 * - publishers (name or domain), feeds (URL), languages ("en" also takes
 *   "en-GB"), statuses, novelty and independent are facts of the whole hit.
 * - A key that asks for what the hit does not carry (a story's novelty while
 *   there is no story, an undetermined language) does not hold.
 * - Lists are alternatives. Text is compared without regard to ASCII case.
 *
 * Routes are asked in order; the first that takes a hit ends the search unless
 * it says `continue: true`.
 */
#ifndef NW_ROUTE_ROUTE_H
#define NW_ROUTE_ROUTE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/channel.h"
#include "model/hit.h"
#include "model/report.h"
#include "model/route.h"
#include "route/when.h"

/* Names of routes and channels stand in Redis keys: letters, digits and
 * "-_." only, at most this many bytes. */
#define ROUTE_NAME_MAX 64
#define ROUTE_KEY_SIZE 1025 /* a group key and its NUL */

struct routes;

/* That a route takes a hit, and how. Borrows from the routes and the hit. */
struct route_pick {
	size_t route; /* position in the list */
	const struct route_conf *conf;
	const struct hit_entity *entity; /* that met `when`; most relevant */
	const struct hit_event *event; /* that met `when`; NULL: none asked */
	/* Group: hit id, story id, entity id or a hash of the feed's URL. A hit
	 * without story groups as its item does. */
	char key[ROUTE_KEY_SIZE];
	/* `alert: story`: tell the story once, then its updates; NULL: every
	 * hit. Points to the story's id. */
	const char *story;
	/* An update of a story that the route may have told, though this hit
	 * does not meet `when` any more: told if the story was told. */
	bool follows;
};

/*
 * Check and compile. list and channels are borrowed until route_free. Every
 * mistake (a route to an unknown channel, a name that does not fit, two routes
 * of one name, an unknown kind, a number outside its range) goes to report; -1
 * with ERR_CONF if there was one. No routes at all are fine.
 */
NW_MUST_CHECK int route_compile(const struct route_list *list,
	const struct channel_list *channels, struct report *report,
	struct routes **out, struct err *err);
void route_free(struct routes **r);
size_t route_count(const struct routes *r);

/*
 * Fills picks (room for route_count) in order; returns how many. Cannot fail.
 * Of an update also come, last, the routes that tell stories and do not take
 * it (follows): who was told of a rumour is told that it was denied.
 */
size_t route_decide(
	const struct routes *r, const struct hit *h, struct route_pick *picks);

/* A route asked about a hit that an earlier one may have taken. */
enum route_verdict { ROUTE_TAKES, ROUTE_PASSES, ROUTE_NOT_ASKED };
struct route_case {
	const struct route_conf *conf;
	enum route_verdict verdict;
	const struct route_conf *taker; /* that ended the search; or NULL */
	struct when_answer answer; /* unless it was not asked */
};
/* How the i-th route stands to the hit: for `newswatch route test`. */
void route_case_of(const struct routes *r, const struct hit *h, size_t i,
	struct route_case *out);

/* May this stand in a Redis key as the name of a route or channel? */
bool route_name_ok(struct span name);

#endif
