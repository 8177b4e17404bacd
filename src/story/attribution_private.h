/* What the files of attribution share. */
#ifndef NW_STORY_ATTRIBUTION_PRIVATE_H
#define NW_STORY_ATTRIBUTION_PRIVATE_H

#include "story/attribution.h"
#include "story/publishers.h"

#define NO_MEMBER SIZE_MAX
#define NO_NODE SIZE_MAX

/* Cues beyond this many bytes of a text are told in passing. */
#define ATTRIBUTION_LEAD_BYTES 600

/* An outlet: one that an item is from, or that is named. */
struct node {
	struct span name, family;
	struct span bare; /* the name without an article, to compare */
	const struct publisher *publisher; /* NULL: not in the table */
	size_t first; /* earliest member of it; NO_MEMBER: only named */
	const struct item_source *named; /* by which it was found */
	/* What it has itself: cues of its own members, or that stand beside
	 * its name elsewhere. */
	const struct item_source *person, *unnamed;
	bool interview; /* the person spoke to it */
	unsigned reached; /* members whose words lead here */
	bool leads_on; /* it names another */
};

/* One member as it is judged. */
struct part {
	size_t node; /* who publishes it */
	bool by_official; /* a release or a filing itself */
	const struct item_source *own; /* "told Reuters" in Reuters' words */
	const struct item_source *cites; /* the strongest foreign outlet */
	size_t cited; /* its node */
	size_t copy_of; /* member; NO_MEMBER */
	/* What a party to the story says of it here. */
	const struct item_source *company, *filing, *denial;
	const struct item_source *corrects, *retracts;
	bool quoted; /* has a person, or somebody unnamed */
};

#define EDGES_MAX 4096

struct edge {
	size_t from, to; /* nodes */
	size_t member; /* that says so */
};

struct desk {
	const struct story_case *c;
	struct arena *arena;
	struct part *parts; /* of members */
	struct node *nodes;
	size_t n_nodes, max_nodes;
	struct edge *edges;
	size_t n_edges;
	size_t origin; /* node; NO_NODE */
	size_t official; /* member with the official word; NO_MEMBER */
	struct span key_company; /* name; empty: none */
	struct span key_id;
};

/* attribution_names.c: nodes, and what each cue is. */
void desk_read(struct desk *d);
/* The node's publisher is of a class; false if it is not in the table. */
bool node_is(const struct node *n, enum publisher_class kind);

/* attribution_graph.c: edges, the origin, verdicts. */
void desk_link(struct desk *d);
unsigned desk_verdicts(struct desk *d, struct member_verdict *out);

/* attribution_facts.c */
void desk_companies(struct desk *d, struct hit_story *out);
void desk_conflicts(struct desk *d, struct hit_story *out);

#endif
