#include "base/opts.h"

#include <assert.h>

#include "base/mem.h"
#include "base/span.h"

#define SUGGEST_DISTANCE 2
#define HELP_COLUMN 28
#define HELP_WIDTH 90 /* longer lines are broken */

struct parser {
	const struct opt *table;
	int argc;
	char **argv;
	int at; /* the argument being read */
	struct err *err;
};

static const struct opt *
find_letter(const struct opt *table, char letter)
{
	for (const struct opt *o = table; o->name; o++)
		if (o->letter == letter && letter != '\0')
			return o;
	return NULL;
}

static const struct opt *
find_name(const struct opt *table, struct span name)
{
	for (const struct opt *o = table; o->name; o++)
		if (span_eq_str(name, o->name))
			return o;
	return NULL;
}

static int
unknown_name(const struct parser *p, struct span name)
{
	const struct opt *best = NULL;
	unsigned least = SUGGEST_DISTANCE + 1;

	for (const struct opt *o = p->table; o->name; o++) {
		unsigned d =
			span_distance(name, span_of(o->name), SUGGEST_DISTANCE);

		if (d < least) {
			least = d;
			best = o;
		}
	}
	if (best)
		return err_set(p->err, ERR_CONF,
			"unknown option --%.*s: did you mean --%s?",
			SPAN_ARG(name), best->name);
	return err_set(
		p->err, ERR_CONF, "unknown option --%.*s", SPAN_ARG(name));
}

static void
store(const struct opt *o, const char *value)
{
	struct opt_texts *texts;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)o->out = true;
		return;
	case OPT_TEXT:
		*(const char **)o->out = value;
		return;
	case OPT_TEXTS:
		texts = o->out;
		texts->p =
			mem_realloc(texts->p, texts->n + 1, sizeof(*texts->p));
		texts->p[texts->n++] = value;
		return;
	}
}

/* The value of o: what follows in the same argument, or the next argument. */
static int
take_value(struct parser *p, const struct opt *o, const char *attached)
{
	if (!attached && p->at + 1 >= p->argc)
		return err_set(p->err, ERR_CONF,
			"option --%s needs a value%s%s", o->name,
			o->value_name ? ": " : "",
			o->value_name ? o->value_name : "");
	store(o, attached ? attached : p->argv[++p->at]);
	return 0;
}

static int
parse_long(struct parser *p, const char *arg)
{
	struct span name = span_of(arg);
	size_t equals = span_find(name, '=');
	const char *attached = equals == SIZE_MAX ? NULL : arg + equals + 1;
	const struct opt *o;

	name = span_sub(name, 0, equals);
	o = find_name(p->table, name);
	if (!o)
		return unknown_name(p, name);
	if (o->type != OPT_FLAG)
		return take_value(p, o, attached);
	if (attached)
		return err_set(p->err, ERR_CONF, "option --%s takes no value",
			o->name);
	store(o, NULL);
	return 0;
}

/* "-v", "-fv", "-c FILE", "-cFILE" */
static int
parse_short(struct parser *p, const char *letters)
{
	for (; *letters; letters++) {
		const struct opt *o = find_letter(p->table, *letters);

		if (!o)
			return err_set(p->err, ERR_CONF, "unknown option -%c",
				*letters);
		if (o->type != OPT_FLAG)
			return take_value(
				p, o, letters[1] != '\0' ? letters + 1 : NULL);
		store(o, NULL);
	}
	return 0;
}

int
opts_parse(const struct opt *table, int argc, char **argv, const char **rest,
	size_t *n_rest, struct err *err)
{
	struct parser p = {table, argc, argv, 1, err};
	bool options = true;

	*n_rest = 0;
	for (; p.at < argc; p.at++) {
		const char *arg = argv[p.at];
		int rc = 0;

		if (!options || arg[0] != '-' || arg[1] == '\0')
			rest[(*n_rest)++] = arg;
		else if (strcmp(arg, "--") == 0)
			options = false;
		else if (arg[1] == '-')
			rc = parse_long(&p, arg + 2);
		else
			rc = parse_short(&p, arg + 1);
		if (rc != 0)
			return -1;
	}
	return 0;
}

void
opts_fini(const struct opt *table)
{
	for (const struct opt *o = table; o->name; o++) {
		struct opt_texts *texts = o->out;

		if (o->type != OPT_TEXTS)
			continue;
		mem_free(&texts->p);
		texts->n = 0;
	}
}

/* Text in lines of the help's width, each but the first after n blanks. */
static void
help_text(struct span text, int n, FILE *out)
{
	struct span line;
	bool first = true;

	for (; span_next(&text, '\n', &line); first = false) {
		fprintf(out, "%*s", first ? 0 : n, "");
		while (line.n > (size_t)(HELP_WIDTH - n)) {
			size_t most = (size_t)(HELP_WIDTH - n), at = most;

			while (at > 0 && line.p[at] != ' ')
				at--;
			if (at == 0)
				break; /* one long word */
			fprintf(out, "%.*s\n%*s", (int)at, line.p, n, "");
			line = span_sub(line, at + 1, SIZE_MAX);
		}
		fprintf(out, "%.*s\n", SPAN_ARG(line));
	}
}

static void
help_row(const struct opt *o, FILE *out)
{
	char left[128];
	const char *value = o->type == OPT_FLAG ? "" : o->value_name;
	int n;

	assert(value);
	n = snprintf(left, sizeof(left), "  %c%c%c --%s%s%s",
		o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
		o->letter ? ',' : ' ', o->name, *value ? " " : "", value);
	if (n > HELP_COLUMN - 2)
		fprintf(out, "%s\n%*s", left, HELP_COLUMN, "");
	else
		fprintf(out, "%-*s", HELP_COLUMN, left);
	help_text(span_of(o->help), HELP_COLUMN, out);
}

void
opts_help(const struct opt *table, const char *synopsis, const char *about,
	FILE *out)
{
	fprintf(out, "usage: %s\n", synopsis);
	if (about && *about) {
		fprintf(out, "\n");
		help_text(span_of(about), 0, out);
	}
	if (table->name)
		fprintf(out, "\n");
	for (const struct opt *o = table; o->name; o++)
		help_row(o, out);
}
