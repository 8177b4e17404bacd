/*
 * What a page says of its article, from several places that may contradict
 * each other: a value replaces one of a higher rank. Used by article.c.
 */
#ifndef NW_PARSE_ARTICLE_META_H
#define NW_PARSE_ARTICLE_META_H

#include "model/limits.h"
#include "parse/article.h"

enum article_field {
	ARTICLE_TITLE,
	ARTICLE_DESCRIPTION,
	ARTICLE_SITE,
	ARTICLE_LANGUAGE,
	ARTICLE_AUTHOR,
	ARTICLE_PUBLISHED,
	ARTICLE_UPDATED,
	ARTICLE_URL,
	ARTICLE_FIELDS
};

/* Ranks of places; meta elements lie between the first two. */
#define ARTICLE_RANK_JSON_LD 0
#define ARTICLE_RANK_MICRODATA 5
#define ARTICLE_RANK_ELEMENT 7 /* <h1>, <title>, <time> */
#define ARTICLE_RANK_NONE 255

struct article_meta {
	struct arena *arena;
	struct span page_url;
	struct article *out;
	unsigned rank[ARTICLE_FIELDS];
	struct span authors[LIMIT_AUTHORS];
};

void article_meta_init(struct article_meta *m, struct arena *arena,
	struct span page_url, struct article *out);
/* value may hold markup and white space; one that makes no sense is ignored. */
void article_meta_put(struct article_meta *m, enum article_field field,
	unsigned rank, struct span value);
/* <meta name= property= itemprop= content=> */
void article_meta_element(
	struct article_meta *m, struct span name, struct span content);
/* The text of a <script type="application/ld+json">. */
void article_meta_json_ld(struct article_meta *m, struct span text);
/* Authors and what depends on several fields. */
void article_meta_finish(struct article_meta *m);

#endif
