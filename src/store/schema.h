/*
 * The tables, and how older files become today's. Private to the store room;
 * doc/STORE.md explains the columns.
 */
#ifndef NW_STORE_SCHEMA_H
#define NW_STORE_SCHEMA_H

#include "base/err.h"

struct db;

/* In the header of every database of ours: "NWst". */
#define SCHEMA_APPLICATION_ID 0x4e577374

/* Newest version that this program knows. */
int schema_version(void);
/* What makes version n from n - 1; n is 1..schema_version(). */
const char *schema_step(int n);

/*
 * Make an empty file a database, or bring an older one up to date, in one
 * transaction. ERR_CONF: another program's file, or a newer schema than ours.
 */
NW_MUST_CHECK int schema_apply(struct db *d, struct err *err);

#endif
