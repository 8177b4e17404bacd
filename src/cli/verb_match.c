/* `newswatch match`: which watched entities articles name, as hits. */
#include <stdio.h>
#include <sysexits.h>

#include "cli/article_verb.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/limits.h"

struct match_run {
	struct article_verb verb;
	struct match_options options;
	struct arena *arena;
	struct strbuf line;
};

static bool
on_article(const struct article *a, void *arg)
{
	struct match_run *run = arg;
	struct match_result found;
	struct hit hit = {
		.kind = HIT_NEW,
		.detected = clock_wall(),
		.item_name = a->name,
		.item = a->item,
		.feed = a->feed,
		.published_to_seen_ms = -1,
	};

	arena_reset(run->arena);
	run->options.feed = &a->feed;
	match_item(run->verb.watching.matcher, a->item, &run->options,
		run->arena, &found);
	if (found.n == 0)
		return true;
	memcpy(hit.item_id, a->id, sizeof(hit.item_id));
	hit_id(hit.item_id, hit.kind, hit.revision, hit.id);
	hit.entities = found.entities;
	hit.n_entities = found.n;
	strbuf_clear(&run->line);
	hit_format(&hit, &run->line);
	return out_line(strbuf_as_span(&run->line));
}

int
verb_match(int argc, char **argv)
{
	struct match_run run = {.verb = {.name = "match",
					.on_article = on_article,
					.arg = &run},
		.line = STRBUF_INIT(LIMIT_HIT_BYTES)};
	struct verb_args args;
	bool help = false;
	const struct opt options[] = {
		{'a', "all", OPT_FLAG, NULL,
			"also entities below their alert threshold",
			&run.options.all},
		ARTICLE_VERB_LISTS(&run.verb),
		VERB_OPT_HELP(&help),
		{0},
	};
	const struct verb_spec spec = {
		.table = options,
		.help = &help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis = "newswatch match [--all] -w WATCHLIST FILE...",
		.about =
			"Prints a hit, one line of JSON, for each article that "
			"names a watched entity.\nA FILE is a feed document "
			"or JSON Lines {\"id\",\"source\",\"url\",\"title\","
			"\"text\",\"published\"};\n- is standard input.",
	};
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	run.arena = arena_new();
	code = out_end(article_verb_run(&run.verb, &args));
	arena_free(&run.arena);
	strbuf_fini(&run.line);
	opts_fini(options);
	verb_args_fini(&args);
	return code;
}
