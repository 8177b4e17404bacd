/*
 * Who says so: what the items of a story, taken together, tell of its source.
 *
 * The items' cues make a graph: an edge from each item's publisher to whom it
 * names. The primary source is the sink of that graph; where the sink is an
 * outlet, its class is that of the source which the outlet itself has: a
 * filing, the company, a named person, or nobody named ("anonymous"). A name
 * that neither the table of publishers nor a feed knows as an outlet is taken
 * for one only by a cue that says so ("first reported by X"); nothing that no
 * item says is ever given as a source.
 *
 * Pure: members, table and time are arguments. Any thread.
 * Source of the method: doc/SOURCES.md.
 */
#ifndef NW_STORY_ATTRIBUTION_H
#define NW_STORY_ATTRIBUTION_H

#include "story/member.h"

/* Members that are looked at in full: the first of a story and the latest
 * others. Beyond, they are counted only. */
#define STORY_MEMBERS_FIRST 64
#define STORY_MEMBERS_MAX 256

#define STORY_COMPANIES_MAX 32 /* of a report, most relevant first */
#define STORY_CONFLICTS_MAX 16
#define STORY_RELATED_MAX 10
#define STORY_REPORT_QUOTE_BYTES SOURCES_QUOTE_BYTES

struct publishers; /* story/publishers.h */
struct alike; /* story/alike.h */

struct story_case {
	const struct story_member *members; /* in the order they were seen */
	size_t n_members; /* 1..STORY_MEMBERS_MAX */
	/* Of all items, also those that are not among the members; at least
	 * n_members, and at least what the members show. */
	unsigned articles, publishers_least;
	const struct publishers *publishers; /* NULL: none is known */
	const struct alike *alike; /* of the members; NULL: found anew */
	bool brief; /* verdicts are wanted without their `why` */
};

/*
 * What the table of publishers (or NULL) says of a member's own names: the
 * same in every report of it, so that who keeps members keeps this in
 * m->notes, too; a report makes it for members that have none. In the arena;
 * borrows the member's texts and the table.
 */
const struct member_notes *member_notes_make(const struct story_member *m,
	const struct publishers *t, struct arena *a);

/* What a member is to the story. */
enum member_part {
	PART_ORIGIN, /* had it first, or is whom the others name */
	PART_INDEPENDENT, /* has it from elsewhere: counts as confirmation */
	PART_REPEATS, /* names another member's publisher or the primary */
	PART_COPY, /* has another member's words */
	PART_FAMILY, /* of the same family as another member's publisher */
	PART_UNCLEAR, /* names no source of its own: adds no independence */
	PART_OFFICIAL /* the company or a filing itself */
};
#define MEMBER_PARTS (PART_OFFICIAL + 1)

struct member_verdict {
	enum member_part part;
	size_t of; /* the member that it repeats or copies; else its own index
		    */
	struct span publisher; /* name after the table of publishers */
	struct span family; /* owner after it; else the publisher */
	struct span why; /* for people: "names Example News: \"...\""; empty in
			    brief */
};

/*
 * Fills everything of *out but id, novelty and related: first_seen, articles,
 * publishers, independent (publishers beside the primary that have it from
 * elsewhere), status, key_company, companies, the primary with its quote, the
 * status' quote, conflicts ("$12 million: Example News; $15 million: 6
 * others"). verdicts: NULL, or where n_members of them go. Texts are in the
 * arena, in the members, or static. Cannot fail.
 *
 * status: "rumour", "reported", "corroborated" (two independent ones),
 * "confirmed" (the company or a filing), "denied", "corrected", "retracted".
 * primary_class: "filing", "company", "person", "anonymous", or empty where an
 * outlet names no source of its own.
 */
void story_report(const struct story_case *c, struct arena *arena,
	struct hit_story *out, struct member_verdict *verdicts);

const char *member_part_name(enum member_part part);

#endif
