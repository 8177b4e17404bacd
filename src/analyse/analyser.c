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
#include "model/compiled.h"
#include "model/json.h"
#include "text/charset.h"

struct analyser {
	void *block; /* the mapped lexicon; NULL: none */
	size_t n_bytes;
	struct lexicon *lexicon;
	struct events *events;
	struct analyse_tools tools;
};

static int
open_parts(struct analyser *an, struct err *err)
{
	struct compiled parts;

	if (!compiled_split(span_make(an->block, an->n_bytes), &parts))
		return err_set(err, ERR_PERM, "no compiled watchlist");
	if (lexicon_open(parts.lexicon.p, parts.lexicon.n, LEXICON_OWN,
		    &an->lexicon, err) != 0 ||
		events_open(parts.events.p, parts.events.n, EVENTS_OWN,
			&an->events, err) != 0)
		return -1;
	an->tools.matcher = matcher_new(an->lexicon);
	an->tools.classifier = classifier_new(an->events);
	return 0;
}

static int
map_block(struct analyser *an, struct err *err)
{
	struct stat st;

	if (fstat(POOL_FIRST_FD, &st) != 0)
		return err_errno(err, ERR_PERM, errno, "compiled watchlist");
	an->n_bytes = (size_t)st.st_size;
	an->block = mmap(
		NULL, an->n_bytes, PROT_READ, MAP_SHARED, POOL_FIRST_FD, 0);
	if (an->block == MAP_FAILED) {
		an->block = NULL;
		return err_errno(
			err, ERR_PERM, errno, "map the compiled watchlist");
	}
	return open_parts(an, err);
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
		analyse_pass(&job, &an->tools, arena, &doc, &res);
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

	if (map_block(an, err) != 0)
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
	classifier_free(&an.tools.classifier);
	matcher_free(&an.tools.matcher);
	events_close(&an.events);
	lexicon_close(&an.lexicon);
	if (an.block != NULL)
		munmap(an.block, an.n_bytes);
	return rc == 0 ? EX_OK : EX_SOFTWARE;
}
