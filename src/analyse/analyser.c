/* The process around analyse_pass(). See analyser.h. */
#include "analyse/analyser.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/log.h"
#include "io/pool.h"
#include "io/sandbox.h"
#include "model/json.h"
#include "text/charset.h"

struct analyser {
	void *block; /* the mapped lexicon; NULL: none */
	size_t n_bytes;
	struct lexicon *lexicon;
	struct matcher *matcher;
};

static int
map_lexicon(struct analyser *an, struct err *err)
{
	struct stat st;

	if (fstat(POOL_FIRST_FD, &st) != 0)
		return err_errno(err, ERR_PERM, errno, "lexicon");
	an->n_bytes = (size_t)st.st_size;
	an->block = mmap(
		NULL, an->n_bytes, PROT_READ, MAP_SHARED, POOL_FIRST_FD, 0);
	if (an->block == MAP_FAILED) {
		an->block = NULL;
		return err_errno(err, ERR_PERM, errno, "map the lexicon");
	}
	if (lexicon_open(an->block, an->n_bytes, LEXICON_OWN, &an->lexicon,
		    err) != 0)
		return -1;
	an->matcher = matcher_new(an->lexicon);
	return 0;
}

static void
on_job(struct span job_bytes, struct strbuf *reply, void *arg)
{
	struct analyser *an = arg;
	struct arena *arena = arena_new();
	struct document *doc = NULL;
	struct analyse_result res = {.refused = true, .ttl_s = -1};
	struct analyse_job job;
	struct err err;

	if (analyse_job_parse(job_bytes, arena, &job, &err) == 0)
		analyse_pass(&job, an->matcher, arena, &doc, &res);
	else
		res.message = span_of(err.msg);
	analyse_result_format(&res, reply);
	document_free(&doc);
	arena_free(&arena);
}

static int
serve(struct analyser *an, uint64_t memory_bytes, struct err *err)
{
	static const int keep[] = {POOL_CHANNEL_FD};
	struct sandbox_profile profile = {
		.memory_bytes = memory_bytes,
		.keep = keep,
		.n_keep = 1,
		.name = ANALYSER_ARGV0,
	};

	if (map_lexicon(an, err) != 0)
		return -1;
	/* Whatever is opened or asked of the system at first use. */
	charset_warm_up();
	hash_prepare();
	json_prepare();
	profile.memory_bytes += an->n_bytes;
	if (sandbox_enter(&profile, err) != 0)
		return -1;
	return pool_child_run(POOL_CHANNEL_FD, ANALYSE_FRAME_BYTES,
		ANALYSE_FRAME_BYTES, on_job, an, err);
}

int
analyser_main(uint64_t memory_bytes)
{
	struct analyser an = {0};
	struct err err;
	int rc;

	log_init(ANALYSER_ARGV0, LOG_INFO_);
	/* A stop is meant for the parent, which closes our channel when the
	 * work under way is done. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	rc = serve(&an, memory_bytes, &err);
	if (rc != 0)
		log_error("analyser", "error=\"%s\"", err.msg);
	matcher_free(&an.matcher);
	lexicon_close(&an.lexicon);
	if (an.block != NULL)
		munmap(an.block, an.n_bytes);
	return rc == 0 ? EX_OK : EX_SOFTWARE;
}
