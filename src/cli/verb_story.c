/* newswatch story: the stories of a running daemon, or one with its items. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/args.h"
#include "cli/control.h"
#include "cli/out.h"
#include "cli/story_text.h"
#include "cli/verbs.h"
#include "model/limits.h"

#define TEXT_BYTES MIB(8)
#define LIST_MOST 1000

struct story_verb {
	struct control control;
	const char *entity, *most_text;
	int64_t most; /* of a list */
	bool json;
};

static struct span
short_time(struct span rfc3339)
{
	return rfc3339.n >= 16 ? span_sub(rfc3339, 0, 16) : SPAN_LIT("-");
}

/* -- a list ---------------------------------------------------------------- */

static bool
print_head(const struct story_verb *v, const struct json *j)
{
	struct strbuf b = STRBUF_INIT(TEXT_BYTES);
	const struct json *story = json_get(j, "story");
	bool go_on;

	if (v->json) {
		json_dump(j, &b);
	} else {
		strbuf_printf(&b, "%.*s  %.*s  %.*s\n" STORY_INDENT,
			SPAN_ARG(short_time(json_get_text(j, "first_seen"))),
			SPAN_ARG(json_get_text(j, "id")),
			SPAN_ARG(json_get_text(j, "title")));
		if (json_type(story) == JSON_OBJECT_)
			story_text_counts(story, &b);
		strbuf_str(&b,
			json_bool(json_get(j, "told"), false)
				? ""
				: " (never a hit)");
	}
	go_on = out_line(strbuf_as_span(&b));
	strbuf_fini(&b);
	return go_on;
}

static void
put_escaped(struct strbuf *b, const char *s)
{
	for (; *s != '\0'; s++)
		strbuf_printf(b, "%%%02X", (unsigned char)*s);
}

/* One page; *from is where the next begins, 0 after the last. */
static int
print_page(struct story_verb *v, int64_t *from, struct err *err)
{
	struct strbuf path = STRBUF_INIT(KIB(16));
	struct json *j = NULL;
	const struct json *list;
	int rc;

	strbuf_str(&path, "/api/stories?");
	if (*from > 0)
		strbuf_printf(&path, "from=%lld&", (long long)*from);
	if (v->entity != NULL) {
		strbuf_str(&path, "entity=");
		put_escaped(&path, v->entity);
	}
	rc = control_ask(&v->control, "GET", strbuf_cstr(&path), &j, err);
	strbuf_fini(&path);
	if (rc != 0)
		return -1;
	list = json_get(j, "stories");
	*from = json_get_int(j, "next", 0);
	for (size_t i = 0; i < json_size(list) && v->most > 0; i++, v->most--)
		if (!print_head(v, json_at(list, i)))
			v->most = 0;
	if (v->most == 0)
		*from = 0;
	json_free(&j);
	return 0;
}

static int
list(struct story_verb *v, struct err *err)
{
	int64_t from = 0;

	do {
		if (print_page(v, &from, err) != 0)
			return -1;
	} while (from > 0);
	return 0;
}

/* -- one ------------------------------------------------------------------- */

static void
put_story(const struct json *j, struct strbuf *b)
{
	const struct json *now = json_get(j, "now");
	const struct json *items = json_get(j, "items");

	strbuf_printf(b, "%.*s\n", SPAN_ARG(json_get_text(j, "title")));
	strbuf_printf(b,
		STORY_INDENT "%.*s, first seen %.*s, latest item of %.*s%s\n",
		SPAN_ARG(json_get_text(j, "id")),
		SPAN_ARG(short_time(json_get_text(j, "first_seen"))),
		SPAN_ARG(short_time(json_get_text(j, "last"))),
		json_bool(json_get(j, "told"), false) ? "" : ", never a hit");
	story_text_report(
		json_type(now) == JSON_OBJECT_ ? now : json_get(j, "story"), b);
	for (size_t i = 0; i < json_size(items); i++) {
		const struct json *item = json_at(items, i);

		strbuf_printf(b, "\n" STORY_INDENT "%.*s  %.*s\n",
			SPAN_ARG(short_time(json_get_text(item, "time"))),
			SPAN_ARG(json_get_text(item, "title")));
		story_text_part(item, b);
		strbuf_printf(b, STORY_INDENT STORY_INDENT "%.*s\n",
			SPAN_ARG(json_get_text(item, "url")));
	}
}

static int
show(struct story_verb *v, const char *id, struct err *err)
{
	struct strbuf path = STRBUF_INIT(KIB(16));
	struct strbuf b = STRBUF_INIT(TEXT_BYTES);
	struct json *j = NULL;
	int rc;

	strbuf_str(&path, "/api/story?id=");
	put_escaped(&path, id);
	rc = control_ask(&v->control, "GET", strbuf_cstr(&path), &j, err);
	if (rc == 0 && v->json) {
		json_dump(j, &b);
		strbuf_char(&b, '\n');
	} else if (rc == 0) {
		put_story(j, &b);
	}
	out_text(strbuf_as_span(&b));
	json_free(&j);
	strbuf_fini(&path);
	strbuf_fini(&b);
	return rc;
}

/* -- the verb -------------------------------------------------------------- */

static int
run(struct story_verb *v, const struct verb_args *args)
{
	struct err err;
	int rc =
		args->n_rest > 0 ? show(v, args->rest[0], &err) : list(v, &err);

	if (rc == 0)
		return out_end(EX_OK);
	fprintf(stderr, "newswatch story: %s\n", err.msg);
	return out_end(
		err.kind == ERR_PERM ? EX_DATAERR : control_exit_code(&err));
}

int
verb_story(int argc, char **argv)
{
	struct story_verb v = {.most_text = "20"};
	const char *config = NULL, *state_dir = NULL;
	bool help = false;
	const struct opt table[] = {CONTROL_OPTS(&config, &state_dir),
		{'e', "entity", OPT_TEXT, "ID",
			"of a list: only stories about this one", &v.entity},
		{'n', "most", OPT_TEXT, "N", "of a list: so many (20)",
			&v.most_text},
		VERB_OPT_JSON(&v.json), VERB_OPT_HELP(&help), {0}};
	const struct verb_spec spec = {
		.table = table,
		.help = &help,
		.most = 1,
		.synopsis = "newswatch story [-c FILE] [--json] [-e ENTITY] "
			    "[-n N] [ID]",
		.about = "Lists the latest stories of a running daemon, or "
			 "shows one: its items, what each of\nthem is to it, "
			 "and why it joined. ID is a story's, or that of an "
			 "item or a hit.",
	};
	struct verb_args args;
	struct err err;
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	v.json = v.json || !isatty(STDOUT_FILENO);
	if (!span_i64(span_of(v.most_text), 1, LIST_MOST, &v.most)) {
		fprintf(stderr,
			"newswatch story: --most is a number from 1 to %d\n",
			LIST_MOST);
		code = EX_USAGE;
	} else if (control_init(&v.control, config, state_dir, &err) == 0) {
		code = run(&v, &args);
	} else {
		fprintf(stderr, "newswatch story: %s\n", err.msg);
		code = control_exit_code(&err);
	}
	control_fini(&v.control);
	verb_args_fini(&args);
	return code;
}
