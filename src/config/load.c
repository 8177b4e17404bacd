/* Loading: the main file, what it includes, and what holds between them. */
#include "config/load.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/limits.h"
#include "text/url.h"

#define HASHED_BYTES ((LIMIT_CONFIG_FILES + 2) * (size_t)SHA256_BYTES)

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
		diag_error(l->diag, at, "'%s': %.*s", file, SPAN_ARG(why));
	else
		diag_error(l->diag, at, "%.*s", SPAN_ARG(why));
	strbuf_fini(out);
	return false;
}

void
load_hash(struct load *l, const char *file, struct span text)
{
	const struct span parts[] = {span_of(file), text};
	uint8_t digest[SHA256_BYTES];

	if (!(l->parts & CONFIG_WATCH_HASH))
		return;
	hash_parts(parts, 2, digest);
	strbuf_put(&l->hashed, digest, sizeof(digest));
}

void
load_bulk_begin(struct load *l, const char *what)
{
	l->tolerated = diag_tolerated(l->diag);
	if (!l->snap->pub.strict)
		diag_tolerate(l->diag, what);
}

void
load_bulk_row(struct load *l)
{
	l->snap->pub.left_out += diag_tolerated(l->diag) != l->tolerated;
	l->tolerated = diag_tolerated(l->diag);
}

void
load_bulk_end(struct load *l)
{
	diag_tolerate(l->diag, NULL);
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

/* What the main file has of each part. */
struct main_file {
	const struct yaml_node *include;
	const struct yaml_node *parts[LOAD_PARTS];
};

/* Kept for later: `strict` may stand behind the part that it is about. */
static void
on_main_part(const struct key *k, const struct yaml_node *key, void *arg)
{
	struct main_file *m = arg;
	const struct load_part *part = load_part_find(key->text);

	(void)k;
	if (part)
		m->parts[part - load_parts] = key->value;
	else
		m->include = key->value;
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

/* -- the whole ------------------------------------------------------------- */

static void
load_main_parts(struct load *l, const char *file, const struct yaml_node *root)
{
	struct key_reader r = load_reader(l, file);
	struct main_file m = {0};
	struct entity_texts include = {0};

	keys_read(&r, key_rows(""), root, &l->snap->pub, on_main_part, &m);
	check_redis(l, yaml_get(root, "redis"));
	check_fetch(l, yaml_get(root, "fetch"));
	for (size_t i = 0; i < LOAD_PARTS; i++) {
		if (m.parts[i] && (l->parts & load_parts[i].part))
			load_parts[i].load(l, file, m.parts[i]);
	}
	if (m.include)
		include = keys_read_texts(
			&r, "include", m.include, LIMIT_CONFIG_FILES);
	for (size_t i = 0; i < include.n; i++)
		load_include(l, file, &include.p[i]);
}

static void
load_main(struct load *l, const char *file)
{
	struct place at = diag_place(file, 0, 0);
	struct strbuf text;
	struct arena *scratch;
	struct yaml_node *root;

	if (!load_file(l, file, LIMIT_CONFIG_BYTES, at, &text))
		return;
	scratch = arena_new();
	root = load_tree(l, file, &text, scratch);
	if (root && yaml_get(root, "entities"))
		load_hash(l, file, strbuf_as_span(&text));
	strbuf_fini(&text);
	if (root)
		load_main_parts(l, file, root);
	arena_free(&scratch);
}

static bool
has_text(const struct entity_texts *t, struct span text)
{
	for (size_t i = 0; i < t->n; i++) {
		if (span_eq(t->p[i].text, text))
			return true;
	}
	return false;
}

static bool
is_used(const struct snapshot *s, struct span channel)
{
	vec_each (const struct route_conf *, r, &s->routes) {
		if (has_text(&r->to, channel) ||
			has_text(&r->escalate.to, channel))
			return true;
	}
	return false;
}

/* A feed's own least interval stands in for all feeds'. */
static void
check_pace(struct load *l, const struct config_feed *f)
{
	const struct config_fetch *fetch = &l->snap->pub.fetch;
	const struct config_feed_set *set = f->set;
	const char *whose = set->min_interval_ms ? "its" : "fetch's";
	int64_t least = set->min_interval_ms ? set->min_interval_ms
					     : fetch->min_interval_ms;

	if (set->interval_ms && set->interval_ms < least)
		diag_warning(l->diag, config_feed_place(f),
			"the feed's interval is below %s min_interval, which "
			"holds",
			whose);
	else if (!set->interval_ms && !set->min_interval_ms &&
		set->max_interval_ms && set->max_interval_ms < least)
		diag_warning(l->diag, config_feed_place(f),
			"the feed's max_interval is below fetch's "
			"min_interval, which holds");
}

static void
check_whole(struct load *l)
{
	struct snapshot *s = l->snap;

	vec_each (const struct channel_conf *, c, &s->channels) {
		if (!is_used(s, c->name))
			diag_warning(l->diag, c->place,
				"no route leads to the channel '%.*s'",
				SPAN_ARG(c->name));
	}
	vec_each (const struct config_feed *, f, &s->feeds)
		check_pace(l, f);
}

static void
load_init(struct load *l, unsigned wanted)
{
	struct key_reader r;

	*l = (struct load){.parts = wanted, .diag = diag_new()};
	l->snap = mem_new(l->snap);
	l->snap->refs = 1;
	l->snap->arena = arena_new();
	strbuf_init(&l->hashed, HASHED_BYTES);
	l->seen_feeds = id_index_new(load_feed_url, l->snap);
	l->seen_entities = map_new(NULL);
	l->seen_publishers = map_new(NULL);
	l->seen_domains = map_new(NULL);
	l->seen_files = map_new(NULL);
	r = load_reader(l, "");
	keys_default(&r, key_rows(""), &l->snap->pub);
	keys_default(&r, key_rows("feeds[]."), &l->feed_defaults);
	keys_default(&r, key_rows("entities[]."), &l->entity_defaults);
	keys_default(&r, key_rows("routes[]."), &l->route_defaults);
	keys_default(&r, key_rows("inhibit[]."), &l->inhibit_defaults);
	l->entity_defaults.min_confidence = -1;
}

static void
publish(struct snapshot *s)
{
	vec_trim(&s->feeds);
	s->pub.feeds.p = s->feeds.p;
	s->pub.feeds.n = s->feeds.n;
	s->pub.entities.p = s->entities.p;
	s->pub.entities.n = s->entities.n;
	s->pub.tests = s->tests.p;
	s->pub.n_tests = s->tests.n;
	s->pub.channels.p = s->channels.p;
	s->pub.channels.n = s->channels.n;
	s->pub.routes.p = s->routes.p;
	s->pub.routes.n = s->routes.n;
	s->pub.inhibits.p = s->inhibits.p;
	s->pub.inhibits.n = s->inhibits.n;
	s->pub.publishers.p = s->publishers.p;
	s->pub.publishers.n = s->publishers.n;
	if (s->events)
		s->pub.events = event_catalog_types(s->events);
}

/* Writes the report and gives the snapshot away if it is good. */
static int
load_finish(struct load *l, struct config **out, struct strbuf *report,
	struct err *err)
{
	size_t errors = diag_errors(l->diag);
	struct strbuf first = STRBUF_INIT(ERR_MSG_MAX);
	struct config *c = &l->snap->pub;

	if (l->events)
		l->snap->events = event_loading_take(&l->events);
	diag_format(l->diag, report);
	publish(l->snap);
	strbuf_char(&l->hashed, c->strict ? '1' : '0');
	hash_hex128(strbuf_as_span(&l->hashed), c->watch_hash);
	strbuf_fini(&l->hashed);
	*out = NULL;
	if (errors) {
		diag_format_first(l->diag, &first);
		if (errors > 1)
			strbuf_printf(&first, " (and %zu more)", errors - 1);
		err_set(err, ERR_CONF, "%s", strbuf_cstr(&first));
	}
	if (!errors || l->keep)
		*out = c;
	else
		config_unref(&c);
	strbuf_fini(&first);
	id_index_free(&l->seen_feeds);
	map_free(&l->seen_entities);
	map_free(&l->seen_publishers);
	map_free(&l->seen_domains);
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

static void
load_events_builtin(struct load *l)
{
	l->events = event_loading_new(l->diag);
	event_loading_builtin(l->events);
}

int
config_load(const struct config_options *o, struct config **out,
	struct strbuf *report, struct err *err)
{
	struct load l;
	const char *file = o->file ? o->file : NW_SYSCONFDIR "/newswatch.yaml";

	load_init(&l, o->parts);
	l.keep = o->keep;
	file = arena_strdup(l.snap->arena, file);
	l.snap->pub.file = span_of(file);
	map_put(l.seen_files, span_of(file), NULL);
	if (l.parts & CONFIG_PUBLISHERS)
		load_publishers_builtin(&l);
	if (l.parts & CONFIG_EVENTS)
		load_events_builtin(&l);
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
	l.on_trial = true;
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

int
config_load_feed_list(const char *file, struct config **out,
	struct strbuf *report, struct err *err)
{
	struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct load l;
	struct span s;

	load_init(&l, CONFIG_FEEDS);
	file = arena_strdup(l.snap->arena, file);
	l.snap->pub.file = span_of(file);
	if (load_file(&l, file, LIMIT_LIST_BYTES, diag_place(file, 0, 0),
		    &text)) {
		s = span_trim(strbuf_as_span(&text));
		if (span_starts(s, "\xef\xbb\xbf"))
			s = span_sub(s, 3, SIZE_MAX);
		(span_starts(s, "<") ? load_opml_text : load_list_text)(
			&l, &l.feed_defaults, file, strbuf_as_span(&text));
		strbuf_fini(&text);
	}
	return load_finish(&l, out, report, err);
}

int
config_load_publishers(const char *const *files, size_t n, struct config **out,
	struct strbuf *report, struct err *err)
{
	struct load l;

	load_init(&l, CONFIG_PUBLISHERS);
	load_publishers_builtin(&l);
	for (size_t i = 0; i < n; i++) {
		const char *file = arena_strdup(l.snap->arena, files[i]);

		if (map_has(l.seen_files, span_of(file)))
			continue;
		map_put(l.seen_files, span_of(file), NULL);
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
	vec_fini(&s->tests);
	vec_fini(&s->channels);
	vec_fini(&s->routes);
	vec_fini(&s->inhibits);
	vec_fini(&s->publishers);
	event_catalog_free(&s->events);
	arena_free(&s->arena);
	mem_free(&s);
}
