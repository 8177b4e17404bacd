/*
 * Silences: who does not want to hear of what, until when. Matchers are words
 * like `entities=Meta`, `events=mna`, `relevance<60`: the keys of a route's
 * `when`, and `routes` and `channels`; all must hold, and several with one key
 * are alternatives. In Redis (queue/silences.h) a silence is JSON:
 * {"id","author","comment","created","matchers":[...]}.
 */
#ifndef NW_SETUP_SILENCE_H
#define NW_SETUP_SILENCE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "model/hit.h"
#include "model/json.h"
#include "model/route.h"

#define SILENCE_ID_SIZE 9 /* 8 hex digits and a NUL */
#define SILENCE_MATCHERS 64
#define SILENCE_TEXT_MAX 1000 /* bytes of author, comment or matcher */

struct arena;

struct silence {
	struct span id, author, comment;
	struct span created; /* RFC 3339 */
	struct entity_texts matchers; /* as written; none: all hits */
	struct entity_texts routes, channels;
	struct route_conf conf; /* its `when` */
	int64_t until_ms;
};

/* Fills matchers and what they mean; everything lives in the arena. ERR_CONF
 * says which word is wrong and why. */
NW_MUST_CHECK int silence_match_words(struct silence *s,
	const struct span *words, size_t n, struct arena *arena,
	struct err *err);
/* Who made it, why, and what it matches: keys of an object that is open. */
void silence_put(const struct silence *s, struct json_w *w);
/* The object of these and the id. */
void silence_format(const struct silence *s, struct strbuf *out);
/* until_ms is kept beside the JSON. ERR_INPUT for what no silence is. */
NW_MUST_CHECK int silence_parse(struct span json, int64_t until_ms,
	struct arena *arena, struct silence *out, struct err *err);
/* Does it hold for a hit on its way to a channel? */
bool silence_holds(const struct silence *s, const struct hit *h,
	struct span route, struct span channel, int64_t now_ms);

/* All that a worker knows. */
struct silences;
/* all: "<end in ms> <JSON>" each; what cannot be read is logged and left out:
 * a newer newswatch may have made it. */
struct silences *silences_new(const struct span *all, size_t n);
void silences_free(struct silences **s);
/* Any that has not ended? */
bool silences_any(const struct silences *s, int64_t now_ms);
/* The first that holds; NULL. */
const struct silence *silences_find(const struct silences *s,
	const struct hit *h, struct span route, struct span channel,
	int64_t now_ms);

#endif
