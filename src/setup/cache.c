/*
 * See cache.h. A file is a head, the report, and the lexicon at a multiple of
 * CACHE_ALIGN; the head's checksum is over head and report, the lexicon has its
 * own, and lexicon_open checks its records too.
 */
#include "setup/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "match/lexicon.h"

#define CACHE_MAGIC "NWCACHE\n"
#define CACHE_VERSION 1
#define CACHE_ALIGN 64
#define FILE_MORE ((size_t)1 << 16) /* head and padding */

/* The same binary writes and reads it: no layout to agree on. */
struct cache_head {
	char magic[8];
	uint64_t version;
	struct setup_counts counts;
	uint64_t report_bytes, lexicon_at, lexicon_bytes;
	uint8_t digest[SHA256_BYTES]; /* of the rest and the report */
};

void
cache_entry_init(struct cache_entry *e)
{
	*e = (struct cache_entry){0};
	strbuf_init(&e->lexicon, SETUP_BLOCK_BYTES);
	strbuf_init(&e->report, SETUP_REPORT_BYTES);
}

void
cache_entry_fini(struct cache_entry *e)
{
	strbuf_fini(&e->lexicon);
	strbuf_fini(&e->report);
}

/* -- names ----------------------------------------------------------------- */

/* This program and the watchlists; false if the program cannot be read. */
static bool
name_of(const char *watch_hash, char out[HEX128_SIZE])
{
	struct strbuf self = STRBUF_INIT((size_t)256 << 20);
	bool ok = file_read("/proc/self/exe", &self, NULL) == 0;
	const struct span parts[] = {
		strbuf_as_span(&self), span_of(watch_hash)};

	if (ok)
		hash_id(parts, 2, out);
	strbuf_fini(&self);
	return ok;
}

static char *
path_of(struct span state_dir, const char *name)
{
	return mem_printf("%.*s/lexicon/%s.block", SPAN_ARG(state_dir), name);
}

/* -- reading --------------------------------------------------------------- */

static void
digest_of(const struct cache_head *h, struct span report,
	uint8_t out[SHA256_BYTES])
{
	struct cache_head bare = *h;
	const struct span parts[] = {
		span_make((const char *)&bare, sizeof(bare)), report};

	memset(bare.digest, 0, sizeof(bare.digest));
	hash_parts(parts, 2, out);
}

/* NULL, or what is wrong with it. */
static const char *
read_file(struct span file, struct cache_entry *e)
{
	struct cache_head h;
	uint8_t digest[SHA256_BYTES];
	struct lexicon *lex = NULL;
	struct span report;

	if (file.n < sizeof(h))
		return "it is cut";
	memcpy(&h, file.p, sizeof(h));
	if (memcmp(h.magic, CACHE_MAGIC, sizeof(h.magic)) != 0 ||
		h.version != CACHE_VERSION)
		return "it is none";
	if (h.report_bytes > file.n - sizeof(h) || h.lexicon_at > file.n ||
		h.lexicon_at % CACHE_ALIGN ||
		h.lexicon_bytes != file.n - h.lexicon_at)
		return "it is cut";
	report = span_sub(file, sizeof(h), h.report_bytes);
	digest_of(&h, report, digest);
	if (memcmp(digest, h.digest, sizeof(digest)) != 0)
		return "its checksum is wrong";
	if (lexicon_open(file.p + h.lexicon_at, h.lexicon_bytes, LEXICON_CACHED,
		    &lex, NULL) != 0)
		return "its names are damaged";
	lexicon_close(&lex);
	strbuf_span(&e->report, report);
	strbuf_put(&e->lexicon, file.p + h.lexicon_at, h.lexicon_bytes);
	e->counts = h.counts;
	return NULL;
}

/* Empty if there is no such file. */
static struct span
map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct span out = SPAN_NULL;
	struct stat st;
	void *p;

	if (fd < 0)
		return out;
	if (fstat(fd, &st) == 0 && st.st_size > 0) {
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			0);
		if (p != MAP_FAILED)
			out = span_make(p, (size_t)st.st_size);
	}
	close(fd);
	return out;
}

bool
cache_get(struct span state_dir, const char *watch_hash, struct cache_entry *e,
	struct strbuf *notes)
{
	char name[HEX128_SIZE];
	const char *wrong;
	struct span file;
	char *path;

	if (!name_of(watch_hash, name))
		return false;
	path = path_of(state_dir, name);
	file = map_file(path);
	wrong = file.n ? read_file(file, e) : NULL;
	if (wrong)
		strbuf_printf(notes,
			"%s: warning: this compiled watchlist cannot be used, "
			"%s; it is compiled anew\n",
			path, wrong);
	if (file.n)
		munmap((void *)(uintptr_t)file.p, file.n);
	mem_free(&path);
	return e->lexicon.n > 0;
}

/* -- writing --------------------------------------------------------------- */

static void
remove_others(struct span state_dir, const char *kept)
{
	char *pattern = path_of(state_dir, "*");
	char **paths = NULL;
	size_t n = 0;

	if (file_glob(pattern, &paths, &n, NULL) == 0)
		for (size_t i = 0; i < n; i++)
			if (strcmp(paths[i], kept) != 0)
				unlink(paths[i]);
	file_glob_free(&paths, n);
	mem_free(&pattern);
}

static void
format(const struct cache_entry *e, struct strbuf *out)
{
	static const char zeros[CACHE_ALIGN] = {0};
	struct cache_head h = {.magic = CACHE_MAGIC,
		.version = CACHE_VERSION,
		.counts = e->counts,
		.report_bytes = e->report.n,
		.lexicon_bytes = e->lexicon.n};
	size_t used = sizeof(h) + e->report.n;
	size_t pad = (CACHE_ALIGN - used % CACHE_ALIGN) % CACHE_ALIGN;

	h.lexicon_at = used + pad;
	digest_of(&h, strbuf_as_span(&e->report), h.digest);
	strbuf_put(out, &h, sizeof(h));
	strbuf_span(out, strbuf_as_span(&e->report));
	strbuf_put(out, zeros, pad);
	strbuf_span(out, strbuf_as_span(&e->lexicon));
}

void
cache_put(struct span state_dir, const char *watch_hash,
	const struct cache_entry *e, struct strbuf *notes)
{
	struct strbuf file =
		STRBUF_INIT(SETUP_BLOCK_BYTES + SETUP_REPORT_BYTES + FILE_MORE);
	char name[HEX128_SIZE];
	struct err err = {0};
	char *path, *dir;

	if (e->lexicon.n < CACHE_LEXICON_BYTES_MIN ||
		!name_of(watch_hash, name))
		return;
	path = path_of(state_dir, name);
	dir = mem_printf("%.*s/lexicon", SPAN_ARG(state_dir));
	format(e, &file);
	if (file_mkdirs(dir, 0700, &err) != 0 ||
		file_replace(path, strbuf_as_span(&file), 0600, &err) != 0)
		strbuf_printf(notes,
			"warning: the compiled watchlist cannot be kept: %s\n",
			err.msg);
	else
		remove_others(state_dir, path);
	mem_free(&dir);
	mem_free(&path);
	strbuf_fini(&file);
}
