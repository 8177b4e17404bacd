/* What the files of attribution share. */
#ifndef NW_STORY_ATTRIBUTION_PRIVATE_H
#define NW_STORY_ATTRIBUTION_PRIVATE_H

#include "story/attribution.h"
#include "story/publishers.h"

#define NO_MEMBER SIZE_MAX
#define NO_NODE SIZE_MAX

/* Cues beyond this many bytes of a text are told in passing. */
#define ATTRIBUTION_LEAD_BYTES 600

/* What a name is, as far as one member and the table of publishers show it. */
enum outlet_is {
	OUTLET_NONE,
	OUTLET_IF_FEED, /* if a member is published under it */
	OUTLET_IS
};

struct outlet {
	enum outlet_is is;
	const struct publisher *publisher; /* NULL: not in the table */
	struct span bare; /* the name without an article, to compare */
	uint32_t hash; /* of it, letter case aside */
};

struct member_notes {
	struct outlet by; /* who publishes it */
	const struct outlet *cited; /* of each of its sources */
};

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
	size_t head; /* of its family: the first node that has it */
	uint32_t hash; /* of `bare` */
	uint32_t next; /* node + 1 with a hash of the same place; 0: none */
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

/* Nodes are found by the hash of their names: chains of about one. */
#define DESK_HEADS 1024

struct desk {
	const struct story_case *c;
	struct arena *arena;
	const struct member_notes **notes; /* of members */
	uint32_t *heads; /* node + 1; 0: none */
	struct part *parts; /* of members */
	struct node *nodes;
	size_t n_nodes, max_nodes;
	struct edge *edges;
	size_t n_edges, max_edges;
	size_t origin; /* node; NO_NODE */
	size_t official; /* member with the official word; NO_MEMBER */
	struct span key_company; /* name; empty: none */
	struct span key_id;
};

/* attribution.c: room for more of them, in the arena. */
void *desk_grow(
	struct desk *d, const void *p, size_t n, size_t *max, size_t size);
/* Beyond EDGES_MAX it is forgotten. */
void desk_put_edge(struct desk *d, size_t from, size_t to, size_t member);

/* attribution_notes.c: letter case aside. */
uint32_t desk_hash(struct span name);

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
