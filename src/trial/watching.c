/* See watching.h. */
#include "trial/watching.h"

#include <stdio.h>
#include <sysexits.h>

#include "config/config.h"
#include "config/scalar.h"

#define REPORT_BYTES ((size_t)1 << 20)

static void
on_problem(const struct lexicon_problem *p, void *arg)
{
	struct place at = scalar_place(arg, p->place, p->within, p->at);

	fprintf(stderr, "%s:%u:%u: %s: %s\n", at.file ? at.file : "?", at.line,
		at.column, p->is_error ? "error" : "warning", p->text);
}

static int
compile(struct watching *w, const struct config *c, struct err *err)
{
	struct lexicon_counts counts;
	struct source source = {0};
	int rc = lexicon_build(
		&c->entities, on_problem, &source, &w->block, &counts, err);

	source_fini(&source);
	return rc != 0 ? rc
		       : lexicon_open(w->block.p, w->block.n, LEXICON_OWN,
				 &w->lex, err);
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
	else if (report.n == 0)
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
