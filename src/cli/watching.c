/* See watching.h. */
#include "cli/watching.h"

#include <stdio.h>
#include <sysexits.h>

#include "config/config.h"

#define REPORT_BYTES ((size_t)1 << 20)

static void
on_problem(const struct lexicon_problem *p, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s:%u:%u: %s: %s\n",
		p->place.file ? p->place.file : "?", p->place.line,
		p->place.column, p->is_error ? "error" : "warning", p->text);
}

static int
compile(struct watching *w, const struct config *c, struct err *err)
{
	struct lexicon_counts counts;

	if (lexicon_build(&c->entities, on_problem, NULL, &w->block, &counts,
		    err) != 0 ||
		lexicon_open(
			w->block.p, w->block.n, LEXICON_OWN, &w->lex, err) != 0)
		return -1;
	return 0;
}

int
watching_init(struct watching *w, const struct opt_texts *files)
{
	struct strbuf report = STRBUF_INIT(REPORT_BYTES);
	struct config *c = NULL;
	struct err err = {0};
	int rc;

	*w = (struct watching){.block = STRBUF_INIT(LEXICON_BYTES_MAX)};
	rc = config_load_watchlists(files->p, files->n, &c, &report, &err);
	if (report.n)
		fputs(strbuf_cstr(&report), stderr);
	if (rc == 0)
		rc = compile(w, c, &err);
	if (rc == 0)
		w->matcher = matcher_new(w->lex);
	else
		fprintf(stderr, "newswatch: %s\n", err.msg);
	config_unref(&c);
	strbuf_fini(&report);
	return rc == 0 ? EX_OK : EX_CONFIG;
}

void
watching_fini(struct watching *w)
{
	matcher_free(&w->matcher);
	lexicon_close(&w->lex);
	strbuf_fini(&w->block);
}
