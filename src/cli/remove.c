/* See remove.h. */
#include "cli/remove.h"

#include <ftw.h>
#include <stdio.h>

#define MAX_OPEN 16

static int
on_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	remove(path);
	return 0;
}

void
remove_tree(const char *path)
{
	nftw(path, on_entry, MAX_OPEN, FTW_DEPTH | FTW_PHYS);
}
