/*
 * Records of comma-separated values (RFC 4180) with the place of every field.
 * Fields in quotes may hold commas, line ends and doubled quotes; white space
 * around fields without quotes is dropped; empty lines are skipped. A byte
 * order mark at the start is skipped. Pure.
 */
#ifndef NW_CONFIG_CSV_H
#define NW_CONFIG_CSV_H

#include "base/strbuf.h"

#define CSV_FIELDS_MAX 64

struct csv_field {
	struct span text; /* without quotes; lives until the next record */
	unsigned line, column; /* from 1; columns count characters */
};

struct csv {
	struct span rest;
	unsigned line; /* of rest, from 1 */
	struct strbuf text; /* of fields that had doubled quotes */
	struct csv_field fields[CSV_FIELDS_MAX];
	size_t n_fields;
	/* Why the record is no good; NULL if it is. */
	const char *error;
	struct csv_field error_at;
};

void csv_init(struct csv *c, struct span text);
void csv_fini(struct csv *c);
/*
 * Reads the next record into c. False at the end. A record with an error
 * (unclosed quote, text behind a quote, too many or too long fields, no UTF-8)
 * is skipped to the end of its line.
 */
bool csv_next(struct csv *c);

#endif
