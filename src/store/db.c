#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct db_stmt {
	struct db *db;
	sqlite3_stmt *st; /* NULL until it is first got */
	int rc; /* first error since it was got */
};

struct db {
	char *path;
	sqlite3 *h;
	const struct db_registry *reg;
	struct db_stmt *stmts; /* reg->n */
	struct err last;
};

/* -- errors --------------------------------------------------------------- */

/* What an operator should know and do, by SQLite's primary result code. */
struct advice {
	int rc;
	enum err_kind kind;
	const char *text;
};

static const struct advice advices[] = {
	{SQLITE_FULL, ERR_TEMP,
		"no space left for the database; free some, newswatchd goes on "
		"by itself"},
	{SQLITE_IOERR, ERR_TEMP,
		"the disk does not read or write; see the kernel's log"},
	{SQLITE_BUSY, ERR_TEMP, "another process has the database open"},
	{SQLITE_LOCKED, ERR_TEMP, "another process has the database open"},
	{SQLITE_NOMEM, ERR_TEMP, "out of memory"},
	{SQLITE_INTERRUPT, ERR_TEMP, "interrupted"},
	{SQLITE_READONLY, ERR_CONF,
		"the database cannot be written; check owner and mode of file "
		"and directory, and that the file system is mounted "
		"read-write"},
	{SQLITE_CANTOPEN, ERR_CONF,
		"the database or a file beside it cannot be opened; check "
		"owner "
		"and mode of the directory"},
	{SQLITE_PERM, ERR_CONF, "the database may not be opened"},
	{SQLITE_AUTH, ERR_CONF, "the database may not be opened"},
	{SQLITE_NOTADB, ERR_CONF,
		"not a database; move the file away or choose another "
		"state_dir"},
	{SQLITE_CORRUPT, ERR_PERM,
		"the database is damaged; stop newswatchd, keep a copy, and "
		"restore a backup or run: sqlite3 FILE .recover | sqlite3 NEW"},
};

static const struct advice other_advice = {
	SQLITE_ERROR, ERR_PERM, "the database refuses"};

static int
fail(struct db *d, int rc, struct err *err)
{
	const struct advice *a = &other_advice;
	const char *detail = d->h ? sqlite3_errmsg(d->h) : sqlite3_errstr(rc);
	int os = 0;

	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (advices[i].rc == (rc & 0xff))
			a = &advices[i];
	}
	/* Of other errors it would be that of some earlier failure. */
	if (d->h && (a->rc == SQLITE_IOERR || a->rc == SQLITE_CANTOPEN))
		os = sqlite3_system_errno(d->h);
	err_set(&d->last, a->kind, "%s: %s (SQLite %d, %s%s%s)", d->path,
		a->text, rc, detail, os != 0 ? "; " : "",
		os != 0 ? strerror(os) : "");
	if (err)
		*err = d->last;
	return -1;
}

/* Name of a process, or "?" */
static void
process_name(pid_t pid, char *out, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, out, size - 1);
		close(fd);
	}
	while (n > 0 && out[n - 1] == '\n')
		n--;
	if (n <= 0) {
		out[0] = '?';
		n = 1;
	}
	out[n] = '\0';
}

/* SQLite locks by fcntl, so the kernel knows who holds it. Only to be called
 * when this process has the file open nowhere else: closing it here would drop
 * our own locks. */
static int
fail_busy(const char *path, struct err *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char name[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 &&
		lock.l_type != F_UNLCK && lock.l_pid > 0;

	if (fd >= 0)
		close(fd);
	if (!found)
		return err_set(err, ERR_TEMP,
			"%s: another process has the database open; only one "
			"newswatchd may run on a state_dir",
			path);
	process_name(lock.l_pid, name, sizeof(name));
	return err_set(err, ERR_TEMP,
		"%s: process %ld (%s) has the database open; only one "
		"newswatchd may run on a state_dir",
		path, (long)lock.l_pid, name);
}

/* -- the connection ------------------------------------------------------- */

/* SQLite would create the file with the umask's mode and explain less. */
static int
create_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	struct stat st;
	bool regular;

	if (fd < 0) {
		enum err_kind kind = errno == ENOSPC || errno == EIO ||
				errno == EMFILE || errno == ENFILE
			? ERR_TEMP
			: ERR_CONF;
		return err_errno(
			err, kind, errno, "%s: cannot open the database", path);
	}
	regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	close(fd);
	if (!regular)
		return err_set(err, ERR_CONF, "%s: is no regular file", path);
	return 0;
}

/*
 * Exclusive before anything reads the file: WAL then needs no shared memory,
 * and the lock, taken by the empty transaction, is held to the end. The way to
 * vacuum, too, can only be said of a new file and before it is read.
 */
static const char configure_sql[] = "PRAGMA auto_vacuum=INCREMENTAL;"
				    "PRAGMA locking_mode=EXCLUSIVE;"
				    "PRAGMA trusted_schema=OFF;"
				    "PRAGMA cell_size_check=ON;"
				    "PRAGMA temp_store=MEMORY;"
				    "PRAGMA cache_size=-16384;"
				    "PRAGMA journal_size_limit=67108864;"
				    "PRAGMA foreign_keys=ON;"
				    "PRAGMA synchronous=FULL;"
				    "BEGIN EXCLUSIVE; COMMIT";

static int
connect_file(struct db *d)
{
	int rc = sqlite3_open_v2(d->path, &d->h,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_extended_result_codes(d->h, 1);
	sqlite3_busy_timeout(d->h, 0);
	return sqlite3_exec(d->h, configure_sql, NULL, NULL, NULL);
}

int
db_open(const char *path, const struct db_registry *reg, struct db **out,
	struct err *err)
{
	struct db *d;
	int rc;

	if (create_file(path, err) < 0)
		return -1;
	d = mem_new(d);
	d->path = mem_strdup(path);
	d->reg = reg;
	d->stmts = mem_calloc(reg->n, sizeof(d->stmts[0]));
	rc = connect_file(d);
	if (rc == SQLITE_OK) {
		*out = d;
		return 0;
	}
	fail(d, rc, err);
	db_close(&d);
	if ((rc & 0xff) == SQLITE_BUSY)
		fail_busy(path, err);
	return -1;
}

void
db_close(struct db **d)
{
	struct db *old = *d;

	*d = NULL;
	if (!old)
		return;
	for (size_t i = 0; i < old->reg->n; i++)
		sqlite3_finalize(old->stmts[i].st);
	mem_free(&old->stmts);
	sqlite3_close_v2(old->h);
	mem_free(&old->path);
	mem_free(&old);
}

const struct err *
db_last_error(const struct db *d)
{
	return &d->last;
}

const char *
db_path(const struct db *d)
{
	return d->path;
}

int
db_exec(struct db *d, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(d, rc, err);
}

/* -- statements ----------------------------------------------------------- */

struct db_stmt *
db_stmt(struct db *d, unsigned id)
{
	struct db_stmt *q = &d->stmts[id];

	assert(id < d->reg->n);
	q->db = d;
	q->rc = SQLITE_OK;
	if (q->st)
		db_reset(q);
	else
		q->rc = sqlite3_prepare_v3(d->h, d->reg->sql[id], -1,
			SQLITE_PREPARE_PERSISTENT, &q->st, NULL);
	return q;
}

static void
keep(struct db_stmt *q, int rc)
{
	if (q->rc == SQLITE_OK)
		q->rc = rc;
}

void
db_bind_int(struct db_stmt *q, int i, int64_t v)
{
	if (q->st)
		keep(q, sqlite3_bind_int64(q->st, i, v));
}

void
db_bind_text(struct db_stmt *q, int i, struct span s)
{
	if (q->st)
		keep(q,
			sqlite3_bind_text64(q->st, i, s.p, s.n, SQLITE_STATIC,
				SQLITE_UTF8));
}

void
db_bind_blob(struct db_stmt *q, int i, struct span s)
{
	if (q->st)
		keep(q, sqlite3_bind_blob64(q->st, i, s.p, s.n, SQLITE_STATIC));
}

void
db_bind_time(struct db_stmt *q, int i, struct wall t)
{
	if (q->st)
		keep(q,
			t.ms == INT64_MIN ? sqlite3_bind_null(q->st, i)
					  : sqlite3_bind_int64(q->st, i, t.ms));
}

enum db_step
db_step(struct db_stmt *q, struct err *err)
{
	int rc = q->rc;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(q->st);
	if (rc == SQLITE_ROW)
		return DB_ROW;
	if (rc != SQLITE_DONE)
		fail(q->db, rc, err);
	db_reset(q);
	return rc == SQLITE_DONE ? DB_DONE : DB_FAILED;
}

int
db_run(struct db_stmt *q, struct err *err)
{
	enum db_step step;

	do {
		step = db_step(q, err);
	} while (step == DB_ROW);
	return step == DB_DONE ? 0 : -1;
}

void
db_reset(struct db_stmt *q)
{
	if (!q->st)
		return;
	/* Repeats the error of the last step, which was reported then. */
	(void)sqlite3_reset(q->st);
	(void)sqlite3_clear_bindings(q->st);
}

int
db_query_int(struct db *d, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(d->h, sql, -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	*out = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail(d, rc, err);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

bool
db_in_transaction(const struct db *d)
{
	return !sqlite3_get_autocommit(d->h);
}

int64_t
db_changes(const struct db *d)
{
	return sqlite3_changes64(d->h);
}

int64_t
db_last_row(const struct db *d)
{
	return sqlite3_last_insert_rowid(d->h);
}

int64_t
db_int(const struct db_stmt *q, int column)
{
	return sqlite3_column_int64(q->st, column);
}

struct span
db_span(const struct db_stmt *q, int column)
{
	/* The blob before its size: sqlite3_column_bytes() may convert. */
	const char *p = sqlite3_column_blob(q->st, column);
	int n = sqlite3_column_bytes(q->st, column);

	if (sqlite3_column_type(q->st, column) == SQLITE_NULL)
		return SPAN_NULL;
	return span_make(p ? p : "", (size_t)n);
}

struct wall
db_time(const struct db_stmt *q, int column)
{
	if (sqlite3_column_type(q->st, column) == SQLITE_NULL)
		return (struct wall){INT64_MIN};
	return (struct wall){sqlite3_column_int64(q->st, column)};
}
