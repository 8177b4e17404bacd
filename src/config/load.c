/* Loading: the main file, what it includes, and what holds between them. */
#include "config/load.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/limits.h"
#include "text/url.h"

/* The parts that may stand in any file. */
static const struct part {
	const char *key;
	unsigned part; /* of enum config_parts */
	void (*load)(struct load *l, const char *file,
		const struct yaml_node *value);
} parts[] = {
	{"feeds", CONFIG_FEEDS, load_feeds},
	{"entities", CONFIG_WATCHLISTS, load_entities},
	{"channels", CONFIG_ROUTES, load_channels},
	{"routes", CONFIG_ROUTES, load_routes},
};

#define N_PARTS (sizeof(parts) / sizeof(*parts))

static const struct part *
find_part(struct span key)
{
	for (size_t i = 0; i < N_PARTS; i++) {
		if (span_eq_str(key, parts[i].key))
			return &parts[i];
	}
	return NULL;
}

/* -- what the readers share ------------------------------------------------ */

struct key_reader
load_reader(struct load *l, const char *file)
{
	return (struct key_reader){
		.arena = l->snap->arena,
		.diag = l->diag,
		.file = file,
	};
}

bool
load_file(struct load *l, const char *file, size_t max, struct place at,
	struct strbuf *out)
{
	struct err err = {0};
	struct span why, path = span_of(file);

	strbuf_init(out, max);
	diag_file(l->diag, file);
	if (file_read(file, out, &err) == 0)
		return true;
	why = span_of(err.msg);
	if (span_starts(why, file) && why.n > path.n + 2)
		why = span_sub(why, path.n + 2, SIZE_MAX);
	if (at.file && strcmp(at.file, file) != 0)
		diag_error(l->diag, at, "cannot read '%s': %.*s", file,
			SPAN_ARG(why));
	else
		diag_error(l->diag, at, "cannot be read: %.*s", SPAN_ARG(why));
	strbuf_fini(out);
	return false;
}

void
load_place(const struct place *p, struct strbuf *out)
{
	strbuf_printf(out, "%s:%u:%u", p->file, p->line, p->column);
}

struct span
load_stem(struct load *l, const char *file)
{
	const char *slash = strrchr(file, '/');
	struct span stem = span_of(slash ? slash + 1 : file);
	size_t dot = stem.n;

	while (dot > 0 && stem.p[dot - 1] != '.')
		dot--;
	return arena_span(
		l->snap->arena, span_sub(stem, 0, dot > 1 ? dot - 1 : stem.n));
}

/* -- the main file --------------------------------------------------------- */

/* The main file while it is read. */
struct main_file {
	struct load *l;
	const char *file;
	const struct yaml_node *include;
};

static void
on_main_part(const struct key *k, const struct yaml_node *key, void *arg)
{
	struct main_file *m = arg;
	const struct part *part = find_part(key->text);

	if (!part)
		m->include = key->value;
	else if (m->l->parts & part->part)
		part->load(m->l, m->file, key->value);
	(void)k;
}

static struct yaml_node *
read_tree(struct load *l, const char *file, struct strbuf *text,
	struct arena *scratch)
{
	struct key_reader r = load_reader(l, file);
	struct yaml_node *root;

	if (yaml_parse(strbuf_as_span(text), file, scratch, l->diag, &root) < 0)
		return NULL;
	if (!keys_want(&r, "the file", root, YAML_MAP))
		return NULL;
	return root;
}

static bool
has_password(struct span s)
{
	struct url url;

	url_split(s, &url);
	return span_find(url.userinfo, ':') != SIZE_MAX;
}

static void
check_redis(struct load *l, const struct yaml_node *redis)
{
	struct config_redis *r = &l->snap->pub.redis;
	const struct yaml_node *url = redis ? yaml_get(redis, "url") : NULL;

	if (url)
		r->place = url->place;
	if (url && has_password(r->url))
		diag_error(l->diag, url->place,
			"redis.url: a password belongs into a file that only "
			"newswatch can read; name it with 'password_file'");
	if (!r->cert_file.n != !r->key_file.n)
		diag_error(l->diag, redis->place,
			"redis: cert_file and key_file belong together");
}

static void
check_fetch(struct load *l, const struct yaml_node *fetch)
{
	const struct config_fetch *f = &l->snap->pub.fetch;

	if (fetch && f->min_interval_ms > f->max_interval_ms)
		diag_error(l->diag, fetch->place,
			"fetch: min_interval is longer than max_interval");
}

/* -- included files -------------------------------------------------------- */

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
	for (size_t i = 0; i < N_PARTS; i++)
		diag_offer(&near, span_of(parts[i].key));
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
	const struct part *part = NULL;

	if (colon != SIZE_MAX)
		part = find_part(span_sub(line, 0, colon));
	if (part)
		return l->parts & part->part;
	return line.n && !strchr(" \t\r#-", line.p[0]);
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

	if (l->parts == CONFIG_ALL)
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
		root = read_tree(l, file, &text, scratch);
	for (struct yaml_node *key = root ? root->first : NULL; key;
		key = key->next) {
		const struct part *part = find_part(key->text);

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
		if (l->parts & CONFIG_WATCHLISTS)
			load_watchlist_csv(l, file, at);
	} else if (span_ends(name, ".yaml") || span_ends(name, ".yml")) {
		load_yaml(l, file, at);
	} else {
		diag_error(l->diag, at,
			"'%s' can be neither YAML nor CSV: its name must end "
			"in .yaml or .csv",
			path);
	}
}

static void
include_pattern(
	struct load *l, const char *main_file, const struct entity_text *t)
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

/* -- the whole ------------------------------------------------------------- */

static void
load_main(struct load *l, const char *file)
{
	struct config *c = &l->snap->pub;
	struct main_file m = {.l = l, .file = file};
	struct key_reader r = load_reader(l, file);
	struct entity_texts include = {0};
	struct strbuf text;
	struct arena *scratch;
	struct yaml_node *root;

	if (!load_file(
		    l, file, LIMIT_CONFIG_BYTES, diag_place(file, 0, 0), &text))
		return;
	scratch = arena_new();
	root = read_tree(l, file, &text, scratch);
	strbuf_fini(&text);
	if (root) {
		keys_read(&r, key_rows(""), root, c, on_main_part, &m);
		check_redis(l, yaml_get(root, "redis"));
		check_fetch(l, yaml_get(root, "fetch"));
	}
	if (m.include)
		include = keys_read_texts(
			&r, "include", m.include, LIMIT_CONFIG_FILES);
	arena_free(&scratch);
	for (size_t i = 0; i < include.n; i++)
		include_pattern(l, file, &include.p[i]);
}

static bool
is_used(const struct snapshot *s, struct span channel)
{
	vec_each (const struct route_conf *, r, &s->routes) {
		for (size_t i = 0; i < r->to.n; i++) {
			if (span_eq(r->to.p[i].text, channel))
				return true;
		}
	}
	return false;
}

static void
check_whole(struct load *l)
{
	const struct config_fetch *fetch = &l->snap->pub.fetch;
	struct snapshot *s = l->snap;

	vec_each (const struct channel_conf *, c, &s->channels) {
		if (!is_used(s, c->name))
			diag_warning(l->diag, c->place,
				"no route leads to the channel '%.*s'",
				SPAN_ARG(c->name));
	}
	vec_each (const struct config_feed *, f, &s->feeds) {
		if (f->interval_ms && f->interval_ms < fetch->min_interval_ms)
			diag_warning(l->diag, f->place,
				"the feed's interval is below "
				"fetch.min_interval, which holds");
	}
}

static void
load_init(struct load *l, unsigned wanted)
{
	struct key_reader r;

	*l = (struct load){.parts = wanted, .diag = diag_new()};
	l->snap = mem_new(l->snap);
	l->snap->refs = 1;
	l->snap->arena = arena_new();
	l->seen_feeds = map_new(NULL);
	l->seen_entities = map_new(NULL);
	l->seen_files = map_new(NULL);
	r = load_reader(l, "");
	keys_default(&r, key_rows(""), &l->snap->pub);
	keys_default(&r, key_rows("feeds[]."), &l->feed_defaults);
	keys_default(&r, key_rows("entities[]."), &l->entity_defaults);
	keys_default(&r, key_rows("routes[]."), &l->route_defaults);
	l->entity_defaults.min_confidence = -1;
}

static void
publish(struct snapshot *s)
{
	s->pub.feeds.p = s->feeds.p;
	s->pub.feeds.n = s->feeds.n;
	s->pub.entities.p = s->entities.p;
	s->pub.entities.n = s->entities.n;
	s->pub.channels.p = s->channels.p;
	s->pub.channels.n = s->channels.n;
	s->pub.routes.p = s->routes.p;
	s->pub.routes.n = s->routes.n;
}

/* Writes the report and gives the snapshot away if it is good. */
static int
load_finish(struct load *l, struct config **out, struct strbuf *report,
	struct err *err)
{
	size_t errors = diag_errors(l->diag);
	struct strbuf first = STRBUF_INIT(ERR_MSG_MAX);
	struct config *c = &l->snap->pub;

	diag_format(l->diag, report);
	publish(l->snap);
	*out = NULL;
	if (errors) {
		diag_format_first(l->diag, &first);
		if (errors > 1)
			strbuf_printf(&first, " (and %zu more)", errors - 1);
		err_set(err, ERR_CONF, "%s", strbuf_cstr(&first));
		config_unref(&c);
	} else {
		*out = c;
	}
	strbuf_fini(&first);
	map_free(&l->seen_feeds);
	map_free(&l->seen_entities);
	map_free(&l->seen_files);
	diag_free(&l->diag);
	return errors ? -1 : 0;
}

/* The option, what systemd made, the key, the default. */
static void
resolve_state_dir(struct load *l, const char *option)
{
	struct config *c = &l->snap->pub;
	struct span made = span_of(getenv("STATE_DIRECTORY")), one;

	if (option)
		c->state_dir = arena_span(l->snap->arena, span_of(option));
	else if (span_next(&made, ':', &one) && one.n)
		c->state_dir = arena_span(l->snap->arena, one);
	else if (!c->state_dir.n)
		c->state_dir = span_of(NW_LOCALSTATEDIR);
}

int
config_load(const struct config_options *o, struct config **out,
	struct strbuf *report, struct err *err)
{
	struct load l;
	const char *file = o->file ? o->file : NW_SYSCONFDIR "/newswatch.yaml";

	load_init(&l, o->parts);
	file = arena_strdup(l.snap->arena, file);
	l.snap->pub.file = span_of(file);
	map_put(l.seen_files, span_of(file), NULL);
	load_main(&l, file);
	check_whole(&l);
	resolve_state_dir(&l, o->state_dir);
	if (o->redis_url) {
		l.snap->pub.redis.url =
			arena_span(l.snap->arena, span_of(o->redis_url));
		l.snap->pub.redis.place = (struct place){0};
	}
	return load_finish(&l, out, report, err);
}

int
config_load_watchlists(const char *const *files, size_t n, struct config **out,
	struct strbuf *report, struct err *err)
{
	struct load l;

	load_init(&l, CONFIG_WATCHLISTS);
	for (size_t i = 0; i < n; i++) {
		const char *file = arena_strdup(l.snap->arena, files[i]);
		struct place at = diag_place(file, 0, 0);

		if (!i)
			l.snap->pub.file = span_of(file);
		if (map_has(l.seen_files, span_of(file)))
			continue;
		map_put(l.seen_files, span_of(file), NULL);
		if (span_ends(span_of(file), ".csv"))
			load_watchlist_csv(&l, file, at);
		else
			load_main(&l, file);
	}
	return load_finish(&l, out, report, err);
}

struct config *
config_ref(struct config *c)
{
	((struct snapshot *)c)->refs++;
	return c;
}

void
config_unref(struct config **cp)
{
	struct snapshot *s = (struct snapshot *)*cp;

	*cp = NULL;
	if (!s || --s->refs)
		return;
	vec_fini(&s->feeds);
	vec_fini(&s->entities);
	vec_fini(&s->channels);
	vec_fini(&s->routes);
	arena_free(&s->arena);
	mem_free(&s);
}
