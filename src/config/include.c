/* Included files: patterns, and what may stand in such a file. */
#include "config/load.h"

#include "base/file.h"
#include "base/mem.h"
#include "model/limits.h"

const struct load_part load_parts[LOAD_PARTS] = {
	{"feeds", CONFIG_FEEDS, load_feeds},
	{"entities", CONFIG_WATCHLISTS, load_entities},
	{"channels", CONFIG_ROUTES, load_channels},
	{"routes", CONFIG_ROUTES, load_routes},
	{"inhibit", CONFIG_ROUTES, load_inhibits},
	{"publishers", CONFIG_PUBLISHERS, load_publishers},
	{"event_words", CONFIG_EVENTS, load_event_words},
	{"event_types", CONFIG_EVENTS, load_event_types},
	{"event_cues", CONFIG_EVENTS, load_event_cues},
};

void
load_event_words(
	struct load *l, const char *file, const struct yaml_node *value)
{
	event_loading_part(l->events, file, SPAN_LIT("event_words"), value);
}

void
load_event_types(
	struct load *l, const char *file, const struct yaml_node *value)
{
	event_loading_part(l->events, file, SPAN_LIT("event_types"), value);
}

void
load_event_cues(struct load *l, const char *file, const struct yaml_node *value)
{
	event_loading_part(l->events, file, SPAN_LIT("event_cues"), value);
}

const struct load_part *
load_part_find(struct span key)
{
	for (size_t i = 0; i < LOAD_PARTS; i++) {
		if (span_eq_str(key, load_parts[i].key))
			return &load_parts[i];
	}
	return NULL;
}

struct yaml_node *
load_tree(struct load *l, const char *file, struct strbuf *text,
	struct arena *scratch)
{
	struct yaml_node *root;

	if (yaml_parse(strbuf_as_span(text), file, scratch, l->diag, &root) < 0)
		return NULL;
	if (root->type == YAML_MAP)
		return root;
	diag_error(l->diag, root->place,
		"a file holds a map of parts, such as 'feeds:' or "
		"'entities:', not %s",
		yaml_type_name(root));
	return NULL;
}

static void
tell_part(struct load *l, const struct yaml_node *key)
{
	struct diag_nearest near = {.word = key->text};
	struct strbuf hint = STRBUF_INIT(256);

	for (size_t i = 0; key_at(i); i++) {
		if ((key_at(i)->flags & KEY_MAIN) &&
			span_eq_str(key->text, key_at(i)->path)) {
			diag_error(l->diag, key->place,
				"'%.*s' may stand in the main file only",
				SPAN_ARG(key->text));
			return;
		}
	}
	for (size_t i = 0; i < LOAD_PARTS; i++)
		diag_offer(&near, span_of(load_parts[i].key));
	diag_error(l->diag, key->place, "unknown key '%.*s'%s",
		SPAN_ARG(span_utf8_head(key->text, 200)),
		diag_suggest(&near, &hint));
	strbuf_fini(&hint);
}

/* May a line of an included file begin a part that is asked for? */
static bool
line_may_matter(const struct load *l, struct span line)
{
	size_t colon = span_find(line, ':');
	const struct load_part *part = NULL;

	if (colon != SIZE_MAX)
		part = load_part_find(span_sub(line, 0, colon));
	if (part)
		return l->parts & part->part;
	if (span_starts(line, "-"))
		return !span_starts(line, "- ") &&
			!span_eq_str(span_trim(line), "---");
	return line.n && !strchr(" \t\r#", line.p[0]);
}

/*
 * A daemon's loop must not stand still while a large watchlist is read that
 * its loader reads anyway: without a line that may begin another part, a file
 * is left out. In doubt it is read.
 */
static bool
file_matters(const struct load *l, struct span text)
{
	struct span rest = text, line;

	if ((l->parts & CONFIG_ALL) == CONFIG_ALL ||
		(l->parts & CONFIG_WATCH_HASH))
		return true;
	while (span_next(&rest, '\n', &line)) {
		if (line_may_matter(l, line))
			return true;
	}
	return false;
}

static void
load_yaml(struct load *l, const char *file, struct place at)
{
	struct strbuf text;
	struct arena *scratch;
	struct yaml_node *root = NULL;

	if (!load_file(l, file, LIMIT_CONFIG_BYTES, at, &text))
		return;
	scratch = arena_new();
	if (file_matters(l, strbuf_as_span(&text)))
		root = load_tree(l, file, &text, scratch);
	if (root && yaml_get(root, "entities"))
		load_hash(l, file, strbuf_as_span(&text));
	for (struct yaml_node *key = root ? root->first : NULL; key;
		key = key->next) {
		const struct load_part *part = load_part_find(key->text);

		if (!part)
			tell_part(l, key);
		else if (l->parts & part->part)
			part->load(l, file, key->value);
	}
	arena_free(&scratch);
	strbuf_fini(&text);
}

static void
load_any(struct load *l, const char *path, struct place at)
{
	struct span name = span_of(path);
	const char *file;

	if (map_has(l->seen_files, name))
		return;
	if (map_count(l->seen_files) == LIMIT_CONFIG_FILES) {
		diag_error(
			l->diag, at, "more than %d files", LIMIT_CONFIG_FILES);
		return;
	}
	file = arena_strdup(l->snap->arena, path);
	map_put(l->seen_files, name, NULL);
	if (span_ends(name, ".csv")) {
		if (l->parts & (CONFIG_WATCHLISTS | CONFIG_WATCH_HASH))
			load_watchlist_csv(l, file, at);
	} else if (span_ends(name, ".yaml") || span_ends(name, ".yml")) {
		load_yaml(l, file, at);
	} else if (span_ends(name, ".watchtest")) {
		vec_push(&l->snap->tests, file);
	} else {
		diag_error(l->diag, at,
			"'%s' can be neither YAML nor CSV: its name must end "
			"in .yaml or .csv",
			path);
	}
}

void
load_include(struct load *l, const char *main_file, const struct entity_text *t)
{
	char *text = span_dup(t->text);
	char *pattern = file_beside(main_file, text);
	char **paths = NULL;
	struct err err = {0};
	size_t n = 0;

	if (file_glob(pattern, &paths, &n, &err) < 0)
		diag_error(l->diag, t->place, "%s", err.msg);
	else if (!n && !strpbrk(text, "*?["))
		diag_error(l->diag, t->place, "there is no file '%s'", pattern);
	for (size_t i = 0; i < n; i++)
		load_any(l, paths[i], t->place);
	file_glob_free(&paths, n);
	mem_free(&pattern);
	mem_free(&text);
}
