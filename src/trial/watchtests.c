/* See watchtests.h. */
#include "trial/watchtests.h"

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "config/source.h"
#include "config/watchtest.h"
#include "model/limits.h"
#include "trial/articles.h"
#include "trial/explain.h"

struct run {
	const struct config *c;
	struct matcher *matcher;
	struct map *entities; /* names and ids, as written -> struct entity */
	struct arena *arena; /* of files */
	struct arena *scratch; /* of one sentence */
	struct explainer explainer;
	struct source source;
	struct diag *diag;
	struct strbuf *report;
	struct watchtests_result *result;
};

/* -- which files ----------------------------------------------------------- */

static void
add_file(struct map *files, const char *path)
{
	if (!map_has(files, span_of(path)))
		map_put(files, span_of(path), NULL);
}

static int
add_beside(struct map *files, const char *watchlist, struct err *err)
{
	char *pattern = file_beside(watchlist, "*.watchtest");
	char **paths = NULL;
	size_t n = 0;
	int rc = file_glob(pattern, &paths, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		add_file(files, paths[i]);
	file_glob_free(&paths, n);
	mem_free(&pattern);
	return rc;
}

static int
find_files(const struct config *c, struct map *files, struct err *err)
{
	const char *last = NULL;

	for (size_t i = 0; i < c->n_tests; i++)
		add_file(files, c->tests[i]);
	/* Entities of one watchlist stand together. */
	for (size_t i = 0; i < c->entities.n; i++) {
		const char *file = c->entities.p[i].place.file;

		if (file != last && add_beside(files, file, err) != 0)
			return -1;
		last = file;
	}
	return 0;
}

/* -- one sentence ---------------------------------------------------------- */

static bool
is_found(const struct match_result *found, struct span id)
{
	for (size_t i = 0; i < found->n; i++)
		if (span_eq(found->entities[i].id, id))
			return true;
	return false;
}

static void
tell_failure(struct run *r, const struct watchtest *t, const struct entity *e)
{
	struct span why = strbuf_as_span(&r->explainer.out);

	r->result->failed++;
	strbuf_printf(r->report,
		"%s:%u:%u: failed: must %shit '%.*s', and %s\n", t->place.file,
		t->place.line, t->place.column, t->must ? "" : "not ",
		SPAN_ARG(e->name), t->must ? "does not" : "does");
	source_show(&r->source, &t->place, r->report);
	if (why.n)
		strbuf_span(r->report, why);
	else
		strbuf_str(r->report,
			"  nothing in it looks like one of its names\n");
}

static void
run_sentence(struct run *r, const struct watchtest *t, const struct entity *e)
{
	struct item item = {.title = t->title, .text = t->text};
	struct match_explain explain = explainer_callbacks(&r->explainer);
	struct match_options options = {.explain = &explain};
	struct match_result found;

	arena_reset(r->scratch);
	articles_mark(r->scratch, &item);
	r->explainer.item = &item;
	r->explainer.only = e->id;
	strbuf_clear(&r->explainer.out);
	match_item(r->matcher, &item, &options, r->scratch, &found);
	r->result->sentences++;
	if (is_found(&found, e->id) != t->must)
		tell_failure(r, t, e);
}

/* -- files ----------------------------------------------------------------- */

static void
tell_unknown(struct run *r, const struct entity_text *name)
{
	struct diag_nearest near = {.word = name->text};
	struct strbuf hint = STRBUF_INIT(2 * LIMIT_NAME_BYTES);

	for (size_t i = 0; i < r->c->entities.n; i++)
		diag_offer(&near, r->c->entities.p[i].name);
	diag_error(r->diag, name->place,
		"no watchlist has an entity with the name or id '%.*s'%s",
		SPAN_ARG(name->text), diag_suggest(&near, &hint));
	strbuf_fini(&hint);
}

static void
run_sentences(struct run *r, const struct watchtests *tests)
{
	struct span told = SPAN_NULL;

	vec_each (const struct watchtest *, t, &tests->v) {
		const struct entity *e = map_get(r->entities, t->entity.text);

		if (e)
			run_sentence(r, t, e);
		else if (told.p != t->entity.text.p)
			tell_unknown(r, &t->entity);
		told = t->entity.text;
	}
}

static void
run_file(struct run *r, struct span path)
{
	char *file = arena_printf(r->arena, "%.*s", SPAN_ARG(path));
	struct strbuf text = STRBUF_INIT(LIMIT_CONFIG_BYTES);
	struct watchtests tests = {0};
	struct err err = {0};

	r->result->files++;
	diag_file(r->diag, file);
	if (file_read(file, &text, &err) != 0) {
		diag_error(r->diag, (struct place){0}, "%s", err.msg);
	} else {
		watchtests_parse(
			strbuf_as_span(&text), file, r->arena, r->diag, &tests);
		run_sentences(r, &tests);
	}
	watchtests_fini(&tests);
	strbuf_fini(&text);
}

static struct map *
index_entities(const struct config *c)
{
	struct map *m = map_new(NULL);

	/* An id wins over a name that reads the same. */
	for (size_t i = 0; i < c->entities.n; i++)
		if (!map_has(m, c->entities.p[i].name))
			map_put(m, c->entities.p[i].name,
				(void *)(uintptr_t)&c->entities.p[i]);
	for (size_t i = 0; i < c->entities.n; i++)
		map_put(m, c->entities.p[i].id,
			(void *)(uintptr_t)&c->entities.p[i]);
	return m;
}

bool
watchtests_run(const struct config *c, const struct lexicon *lex,
	const char *const *files, size_t n_files, struct strbuf *report,
	struct watchtests_result *result, struct err *err)
{
	struct run r = {.c = c, .report = report, .result = result};
	struct map *paths = map_new(NULL);
	struct map_iter it = {0};
	int rc = 0;

	*result = (struct watchtests_result){0};
	for (size_t i = 0; i < n_files; i++)
		add_file(paths, files[i]);
	if (n_files == 0)
		rc = find_files(c, paths, err);
	r.matcher = matcher_new(lex);
	r.entities = index_entities(c);
	r.arena = arena_new();
	r.scratch = arena_new();
	r.diag = diag_new();
	explainer_init(&r.explainer);
	while (rc == 0 && map_next(paths, &it))
		run_file(&r, it.key);
	diag_format(r.diag, report);
	result->mistakes = diag_errors(r.diag);
	explainer_fini(&r.explainer);
	source_fini(&r.source);
	diag_free(&r.diag);
	arena_free(&r.scratch);
	arena_free(&r.arena);
	map_free(&r.entities);
	matcher_free(&r.matcher);
	map_free(&paths);
	return rc == 0;
}
