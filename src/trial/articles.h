/*
 * Articles out of files, for the verbs that try a room on files: feed
 * documents (any format, gzip too) or JSON Lines, one object a line:
 * {"id","source","url","title","text","published"}, of which all but title or
 * text may be missing. The file's content decides.
 */
#ifndef NW_TRIAL_ARTICLES_H
#define NW_TRIAL_ARTICLES_H

#include "base/err.h"
#include "model/hit.h"

struct article {
	const struct item *item;
	struct span name; /* JSON Lines: its own id; empty of a feed's item */
	char id[HEX128_SIZE]; /* of a feed's item, as the daemon gives it; of
				 JSON Lines from the name */
	struct hit_feed feed;
};

/* False: stop reading. Everything lives for the call. */
typedef bool (*article_cb)(const struct article *a, void *arg);

/* What a file is at most; a feed document LIMIT_DOCUMENT_BYTES. */
#define ARTICLES_BYTES_MAX ((size_t)512 << 20)

/*
 * Calls cb for each article of the file ("-": standard input). ERR_INPUT names
 * file and line; articles before the mistake were handed over.
 */
NW_MUST_CHECK int articles_read(
	const char *path, article_cb cb, void *arg, struct err *err);

/* Marks the boilerplate of it->text, as for JSON Lines; in the arena. */
void articles_mark(struct arena *arena, struct item *it);

#endif
