/*
 * What one item says of where its news comes from: who is named as the source,
 * by which words, and which pages it links to. Made where the item is parsed
 * (an analyser, without any table of publishers: names are taken from the text
 * as they stand), carried to the daemon in a few hundred bytes, kept with the
 * item's place in its story (story/member.h), and judged there together with
 * the other items (story/attribution.h).
 *
 * Only what stands in the item is given: every cue has the words it was found
 * by. Parts that are no reporting (item->marks) give none. Pure; any thread.
 */
#ifndef NW_STORY_SOURCES_H
#define NW_STORY_SOURCES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/strbuf.h"
#include "model/hit.h"
#include "model/item.h"

#define SOURCES_MAX \
	24 /* cues of one item; the strongest kinds, earliest first \
	    */
#define SOURCES_DOMAINS_MAX 16 /* linked domains, in order; each once */
#define SOURCES_NAME_BYTES 128 /* a name is cut at a character */
#define SOURCES_QUOTE_BYTES 400 /* a quote is cut at a word, with "..." */
#define SOURCES_BYTES_MAX 24576 /* encoded */

/* By what a source was recognised. The order is that of the strength. */
enum source_cue {
	BY_FIRST_REPORTED, /* "first reported by X" */
	BY_REPORTED, /* "X reported", "X reports that", "a report by X" */
	BY_TOLD, /* "told X", "in an interview with X" */
	BY_ACCORDING, /* "according to X", "citing X", "per X" */
	BY_TRAILING, /* "(X)" at the end of a paragraph or title, "- X" there
		      */
	BY_WIRE, /* a wire's dateline or byline: "LONDON (X) -", "X staff" */
	BY_RSS, /* RSS <source>; Atom source */
	BY_LINK, /* the text of the claim is a link to X's page */
	BY_SAID, /* X said, announced, confirmed, denied: a company's own
		  * words or a person's */
	BY_FILED, /* "in a filing", "Form 8-K", "court documents" */
	BY_UNNAMED /* "people familiar with the matter", "sources" */
};
#define SOURCE_CUES (BY_UNNAMED + 1)

/* What the cue's name is, as far as the item alone shows it. OUTLET is only a
 * guess by grammar ("told X"): whether X publishes anything, the table of
 * publishers and the feeds decide (story/attribution.h). */
enum source_what {
	SOURCE_OUTLET,
	SOURCE_COMPANY, /* a watched company, or one that the text calls so */
	SOURCE_PERSON, /* a named person; `of` is the company, if it is said */
	SOURCE_FILING, /* name: the form or the court, as written */
	SOURCE_ANONYMOUS /* name: the words, as written */
};
#define SOURCE_WHATS (SOURCE_ANONYMOUS + 1)

/* What the source does with the claim. */
enum source_act {
	ACT_SAYS,
	ACT_CONFIRMS,
	ACT_DENIES,
	ACT_CORRECTS, /* the item corrects an earlier one of its own */
	ACT_RETRACTS,
	ACT_DECLINES /* "declined to comment": no source of the claim */
};
#define SOURCE_ACTS (ACT_DECLINES + 1)

struct item_source {
	enum source_cue cue;
	enum source_what what;
	enum source_act act;
	struct span name; /* as written, without endings like "'s"; of an outlet
			     with an article, by which some are told from
			     ordinary words */
	struct span of; /* of a person: company or office; else empty */
	struct span entity; /* id of the watched entity that it is; or empty */
	struct span url; /* of BY_LINK and BY_RSS; else empty */
	enum hit_field field;
	uint32_t start, end; /* the name in it; 0, 0 if it does not stand there
			      */
	struct span quote; /* the sentence that says so; may be empty */
};

struct item_sources {
	const struct item_source *p;
	size_t n;
	struct item_spans domains; /* registrable, of links out of the text */
};

/*
 * Finds them in an item. entities: who is watched and named in it, with their
 * mentions (match_item); so that "Meta said in a statement" is known to be the
 * company. Arrays are in the arena, texts there or in the item. Cannot fail.
 */
void item_sources_find(const struct item *item,
	const struct hit_entity *entities, size_t n_entities,
	struct arena *arena, struct item_sources *out);

/* Appends at most SOURCES_BYTES_MAX bytes: the same on every machine. */
void item_sources_format(const struct item_sources *s, struct strbuf *out);
/* Arrays are in the arena, texts borrow from bytes. ERR_INPUT: not what
 * item_sources_format wrote. */
NW_MUST_CHECK int item_sources_parse(struct span bytes, struct arena *arena,
	struct item_sources *out, struct err *err);

#endif
