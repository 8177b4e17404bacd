/*
 * `newswatch stories`: which articles report the same happening, and how new
 * each one was when it came. All articles are read first: how rare a term is
 * is counted over them, as a daemon that has run for a while has done.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/mem.h"
#include "base/vec.h"
#include "cli/args.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "model/json.h"
#include "model/limits.h"
#include "story/cluster.h"
#include "story/novelty.h"
#include "trial/articles.h"
#include "trial/story_reporting.h"

/* Articles of one run; beyond: refused. About 2 KiB of memory each. */
#define STORIES_ARTICLES_MAX 1000000

struct told {
	char *name; /* the article's own id, or the item's */
	struct item_key id, story;
	int64_t when_ms;
	unsigned novelty;
	char *features; /* encoded */
	uint32_t n_features;
	struct strbuf member; /* of a report; else empty */
	bool reported; /* its story is */
};

struct stories_run {
	struct cluster *cluster;
	struct novelty *novelty;
	VEC(struct told) told;
	int64_t last_ms; /* the time of an article without one */
	bool report; /* print stories, not articles */
	struct story_reporting reporting;
	struct strbuf line;
};

static bool
on_article(const struct article *a, void *arg)
{
	struct stories_run *run = arg;
	struct features f;
	struct told *t;

	if (run->told.n == STORIES_ARTICLES_MAX) {
		fprintf(stderr,
			"newswatch stories: only the first %d articles are "
			"read; split the input\n",
			STORIES_ARTICLES_MAX);
		return false;
	}
	t = vec_add(&run->told);
	t->name = a->name.n ? span_dup(a->name) : mem_strdup(a->id);
	hash_from_hex(span_of(a->id), t->id.b, sizeof(t->id.b));
	if (a->item->published.ms != ITEM_UNDATED)
		run->last_ms = a->item->published.ms;
	t->when_ms = run->last_ms;
	features_make(a->item, &f);
	if (run->report) {
		strbuf_init(&t->member, MEMBER_BYTES_MAX);
		story_reporting_member(&run->reporting, a, &f, &t->id,
			(struct wall){t->when_ms}, &t->member);
	}
	strbuf_clear(&run->line);
	features_format(&f, &run->line);
	t->n_features = (uint32_t)run->line.n;
	t->features = strbuf_take(&run->line);
	cluster_learn(run->cluster, &f);
	return true;
}

static void
tell(struct stories_run *run, struct told *t)
{
	struct cluster_place place;
	char story[HEX128_SIZE];
	struct features f;

	if (features_parse(span_make(t->features, t->n_features), &f, NULL) < 0)
		return;
	cluster_put(run->cluster, &t->id, t->when_ms, &f, &place);
	t->story = place.story;
	item_id(&place.story, story);
	t->novelty = novelty_count(run->novelty, span_of(story), SPAN_NULL,
		t->when_ms, place.fresh, NULL);
	mem_free(&t->features);
}

static bool
print(struct stories_run *run, const struct told *t)
{
	struct item_key story = cluster_resolve(run->cluster, &t->story);
	char id[HEX128_SIZE];
	struct json_w w;

	item_id(&story, id);
	strbuf_clear(&run->line);
	json_w_init(&w, &run->line);
	json_w_object(&w);
	json_w_kv_text(&w, "item", span_of(t->name));
	json_w_kv_text(&w, "story", span_of(id));
	json_w_key(&w, "novelty");
	json_w_int(&w, t->novelty);
	json_w_object_end(&w);
	return out_line(strbuf_as_span(&run->line));
}

/* The story of the article at `first`, with all its articles after it. */
static bool
print_report(struct stories_run *run, size_t first)
{
	struct item_key id =
		cluster_resolve(run->cluster, &run->told.p[first].story);
	struct story_reporting_story s = {.id = id};
	VEC(struct span) members = {0}, names = {0};
	bool go_on;

	for (size_t i = first; i < run->told.n; i++) {
		struct told *t = &run->told.p[i];
		struct item_key its = cluster_resolve(run->cluster, &t->story);

		if (memcmp(&its, &id, sizeof(id)) != 0)
			continue;
		t->reported = true;
		vec_push(&members, strbuf_as_span(&t->member));
		vec_push(&names, span_of(t->name));
	}
	s.members = members.p;
	s.names = names.p;
	s.n = members.n;
	strbuf_clear(&run->line);
	story_reporting_format(&run->reporting, &s, &run->line);
	go_on = out_line(strbuf_as_span(&run->line));
	vec_fini(&members);
	vec_fini(&names);
	return go_on;
}

static void
print_all(struct stories_run *run)
{
	for (size_t i = 0; i < run->told.n; i++) {
		bool done = run->report && run->told.p[i].reported;

		if (!done &&
			!(run->report ? print_report(run, i)
				      : print(run, &run->told.p[i])))
			return;
	}
}

static int
read_files(struct stories_run *run, const struct verb_args *args)
{
	struct err err = {0};
	int code = EX_OK;
	size_t i;

	for (i = 0; i < args->n_rest; i++) {
		if (articles_read(args->rest[i], on_article, run, &err) == 0)
			continue;
		fprintf(stderr, "newswatch stories: %s\n", err.msg);
		code = err.kind == ERR_CONF ? EX_NOINPUT : EX_DATAERR;
	}
	return code;
}

static void
run_fini(struct stories_run *run)
{
	vec_each (struct told *, t, &run->told) {
		mem_free(&t->name);
		mem_free(&t->features);
		strbuf_fini(&t->member);
	}
	vec_fini(&run->told);
	if (run->report)
		story_reporting_fini(&run->reporting);
	cluster_free(&run->cluster);
	novelty_free(&run->novelty);
	strbuf_fini(&run->line);
}

int
verb_stories(int argc, char **argv)
{
	struct stories_run run = {.line = STRBUF_INIT(LIMIT_HIT_BYTES)};
	struct story_reporting_files files = {0};
	struct verb_args args;
	bool help = false;
	const struct opt options[] = {
		{'r', "report", OPT_FLAG, NULL,
			"a line a story: its sources, counts and conflicts",
			&run.report},
		{'w', "watchlist", OPT_TEXTS, "FILE",
			"of a report: whom it is about; may be repeated",
			&files.watchlists},
		{'t', "types", OPT_TEXTS, "FILE",
			"of a report: event types over the built-in ones",
			&files.types},
		{'p', "publishers", OPT_TEXTS, "FILE",
			"of a report: publishers over the built-in ones",
			&files.publishers},
		VERB_OPT_HELP(&help),
		{0},
	};
	const struct verb_spec spec = {
		.table = options,
		.help = &help,
		.least = 1,
		.most = SIZE_MAX,
		.synopsis = "newswatch stories [--report [-w WATCHLIST] "
			    "[--types FILE] [--publishers FILE]] FILE...",
		.about = "Prints for each article the story that it belongs "
			 "to and how new it was, 0 to 100.\nA FILE is a feed "
			 "document or JSON Lines {\"id\",\"source\",\"url\","
			 "\"title\",\"text\",\"published\"};\n- is standard "
			 "input. Articles are taken in the order of the input.",
	};
	int code;

	if (!verb_args_parse(&args, &spec, argc, argv))
		return args.code;
	run.cluster = cluster_new(NULL);
	run.novelty = novelty_new(0);
	code = run.report ? story_reporting_init(&run.reporting, &files)
			  : EX_OK;
	if (code == EX_OK)
		code = read_files(&run, &args);
	vec_each (struct told *, t, &run.told)
		tell(&run, t);
	print_all(&run);
	run_fini(&run);
	opts_fini(options);
	verb_args_fini(&args);
	return out_end(code);
}
