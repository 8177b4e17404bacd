/* See article_verb.h. */
#include "cli/article_verb.h"

#include <stdio.h>
#include <sysexits.h>

static int
read_files(const struct article_verb *v, const struct verb_args *args)
{
	struct err err = {0};
	int code = EX_OK;

	for (size_t i = 0; i < args->n_rest; i++) {
		if (articles_read(args->rest[i], v->on_article, v->arg, &err) ==
			0)
			continue;
		fprintf(stderr, "newswatch %s: %s\n", v->name, err.msg);
		code = err.kind == ERR_CONF ? EX_NOINPUT : EX_DATAERR;
	}
	return code;
}

int
article_verb_run(struct article_verb *v, const struct verb_args *args)
{
	int code;

	if (v->lists.n == 0) {
		fprintf(stderr,
			"newswatch %s: -w WATCHLIST says what to look for; "
			"give at least one\n",
			v->name);
		return EX_USAGE;
	}
	code = watching_init(&v->watching, &v->lists);
	if (code == EX_OK)
		code = read_files(v, args);
	watching_fini(&v->watching);
	return code;
}
