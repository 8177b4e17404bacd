/* See args.h. */
#include "cli/args.h"

#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "cli/out.h"

static bool
is_usable(const struct verb_args *a, const struct verb_spec *spec,
	struct err *err)
{
	if (a->n_rest < spec->least)
		err_set(err, ERR_CONF, "something is missing");
	else if (a->n_rest > spec->most)
		err_set(err, ERR_CONF, "what is '%s'?", a->rest[spec->most]);
	else
		return true;
	return false;
}

bool
verb_args_parse(struct verb_args *a, const struct verb_spec *spec, int argc,
	char **argv)
{
	struct err err;

	*a = (struct verb_args){.code = EX_OK};
	a->rest = mem_calloc((size_t)argc + 1, sizeof(*a->rest));
	if (opts_parse(spec->table, argc, argv, a->rest, &a->n_rest, &err) ==
			0 &&
		(*spec->help || is_usable(a, spec, &err))) {
		if (!*spec->help)
			return true;
		opts_help(spec->table, spec->synopsis, spec->about, stdout);
		a->code = out_end(EX_OK);
	} else {
		fprintf(stderr, "newswatch %s: %s\nusage: %s\n", argv[0],
			err.msg, spec->synopsis);
		a->code = EX_USAGE;
	}
	verb_args_fini(a);
	return false;
}

void
verb_args_fini(struct verb_args *a)
{
	mem_free(&a->rest);
}
