/*
 * The door to SQLite: one connection, statements by number, errors that say
 * what is wrong and what to do. Private to the store room.
 *
 * A statement is got with db_stmt(), bound from parameter 1 on, stepped, and is
 * reset by itself when it is done, fails, or is got again. Errors of preparing
 * and binding are kept and reported by the step.
 */
#ifndef NW_STORE_DB_H
#define NW_STORE_DB_H

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct db_stmt;

/* sql[0..n) are the statements; the texts live as long as the db. */
struct db_registry {
	const char *const *sql;
	size_t n;
};

/* The file is created (mode 0600) if it is missing, and nothing else is
 * written. Errors as store_open(). */
NW_MUST_CHECK int db_open(const char *path, const struct db_registry *reg,
	struct db **out, struct err *err);
void db_close(struct db **d);
const char *db_path(const struct db *d);
/* What failed last, whoever was told. */
const struct err *db_last_error(const struct db *d);

/* One or more statements without parameters; rows are ignored. */
NW_MUST_CHECK int db_exec(struct db *d, const char *sql, struct err *err);
/* The first column of the first row; 0 if there is none. */
NW_MUST_CHECK int db_query_int(
	struct db *d, const char *sql, int64_t *out, struct err *err);
/* Is a transaction open? SQLite may end one by itself after an error. */
bool db_in_transaction(const struct db *d);

struct db_stmt *db_stmt(struct db *d, unsigned id);
void db_bind_int(struct db_stmt *q, int i, int64_t v);
/* SQL NULL for SPAN_NULL. Bytes must live until the statement is reset. */
void db_bind_text(struct db_stmt *q, int i, struct span s);
void db_bind_blob(struct db_stmt *q, int i, struct span s);
/* SQL NULL for INT64_MIN (FEED_NEVER, ITEM_UNDATED). */
void db_bind_time(struct db_stmt *q, int i, struct wall t);

enum db_step { DB_ROW, DB_DONE, DB_FAILED };
NW_MUST_CHECK enum db_step db_step(struct db_stmt *q, struct err *err);
/* Step to the end. */
NW_MUST_CHECK int db_run(struct db_stmt *q, struct err *err);
void db_reset(struct db_stmt *q);
/* Rows that the last insert, update or delete changed. */
int64_t db_changes(const struct db *d);
int64_t db_last_row(const struct db *d); /* of the last insert */

/* Of the present row; spans live until the next step. */
int64_t db_int(const struct db_stmt *q, int column);
struct span db_span(const struct db_stmt *q, int column);
struct wall db_time(const struct db_stmt *q, int column);

#endif
