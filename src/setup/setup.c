/*
 * See setup.h. Each check is a function that tells its mistakes to one diag,
 * so that they come out sorted and with their lines, like config's own.
 */
#include "setup/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "config/diag.h"
#include "config/scalar.h"
#include "deliver/channel.h"
#include "io/cidr.h"
#include "io/redis.h"
#include "event/compile.h"
#include "match/lexicon.h"
#include "model/compiled.h"
#include "model/limits.h"
#include "route/inhibit.h"
#include "route/route.h"
#include "setup/names.h"

#define SUGGESTED_NAMES 20 /* unknown entities that get a suggestion */

/* One check of a snapshot. */
struct setup {
	const struct config *c;
	struct diag *diag;
	struct report report; /* of diag, for rooms that do not know it */
	struct setup_counts counts;
	struct source source; /* for places inside texts */
	struct lexicon *lex; /* compiled; NULL if that failed */
};

/* -- watchlists ------------------------------------------------------------ */

static bool
is_bulk(const struct place *p)
{
	return p->file && span_ends(span_of(p->file), ".csv");
}

static void
on_problem(const struct lexicon_problem *p, void *arg)
{
	struct setup *s = arg;
	struct place at = scalar_place(&s->source, p->place, p->within, p->at);

	if (p->is_error && is_bulk(&p->place) && !s->c->strict)
		diag_tolerate(s->diag, "it is left out");
	if (p->is_error)
		diag_error(s->diag, at, "%s", p->text);
	else
		diag_warning(s->diag, at, "%s", p->text);
	diag_tolerate(s->diag, NULL);
}

static void
compile_lexicon(struct setup *s, struct strbuf *block)
{
	struct lexicon_counts n = {0};
	struct err err = {0};

	if (lexicon_build(&s->c->entities, on_problem, s, block, &n, &err) < 0)
		diag_error(s->diag, (struct place){0}, "%s", err.msg);
	s->counts.entities = n.entities;
	s->counts.names = n.names;
	s->counts.variants = n.variants;
	s->counts.queries = n.queries;
	source_fini(&s->source);
}

/* -- routes ---------------------------------------------------------------- */

/* ASCII case does not count: as route compares. */
static void
put_lower(struct strbuf *out, struct span s)
{
	strbuf_clear(out);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		strbuf_char(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
}

/* A name that routes ask for. */
struct wanted {
	const struct entity_text *first;
	bool found;
};

static struct map *
wanted_entities(const struct config *c)
{
	struct map *m = map_new(mem_free_);
	struct strbuf key = STRBUF_INIT(LIMIT_NAME_BYTES);

	for (size_t i = 0; i < c->routes.n; i++) {
		const struct entity_texts *t = &c->routes.p[i].when.entities;

		for (size_t k = 0; k < t->n; k++) {
			struct wanted *w;

			put_lower(&key, t->p[k].text);
			if (map_has(m, strbuf_as_span(&key)))
				continue;
			w = mem_new(w);
			w->first = &t->p[k];
			map_put(m, strbuf_as_span(&key), w);
		}
	}
	strbuf_fini(&key);
	return m;
}

static void
mark_found(struct map *wanted, struct span name, struct strbuf *key)
{
	struct wanted *w;

	put_lower(key, name);
	w = map_get(wanted, strbuf_as_span(key));
	if (w)
		w->found = true;
}

static void
tell_unknown_entity(struct setup *s, const struct entity_text *t, bool suggest)
{
	struct diag_nearest near = {.word = t->text};
	struct strbuf hint = STRBUF_INIT(2 * LIMIT_NAME_BYTES);

	for (size_t i = 0; suggest && i < lexicon_n_entities(s->lex); i++) {
		struct lexicon_entity e = lexicon_entity(s->lex, i);

		diag_offer(&near, e.name);
		diag_offer(&near, e.id);
	}
	diag_error(s->diag, t->place,
		"no watchlist has an entity with the name or id '%.*s'%s",
		SPAN_ARG(t->text), diag_suggest(&near, &hint));
	strbuf_fini(&hint);
}

static void
check_route_entities(struct setup *s)
{
	struct map *wanted = wanted_entities(s->c);
	struct strbuf key = STRBUF_INIT(LIMIT_NAME_BYTES);
	struct map_iter it = {0};
	size_t unknown = 0;

	for (size_t i = 0; map_count(wanted) && i < lexicon_n_entities(s->lex);
		i++) {
		struct lexicon_entity e = lexicon_entity(s->lex, i);

		mark_found(wanted, e.id, &key);
		mark_found(wanted, e.name, &key);
	}
	while (map_next(wanted, &it)) {
		const struct wanted *w = it.value;

		if (!w->found)
			tell_unknown_entity(
				s, w->first, unknown++ < SUGGESTED_NAMES);
	}
	strbuf_fini(&key);
	map_free(&wanted);
}

static bool
has_watchlist(const struct lexicon *lex, struct span name)
{
	struct span last = SPAN_NULL;

	for (size_t i = 0; i < lexicon_n_entities(lex); i++) {
		struct span list = lexicon_entity(lex, i).watchlist;

		/* Entities of one list stand together. */
		if (list.p != last.p && span_caseeq(list, name))
			return true;
		last = list;
	}
	return false;
}

static void
check_route_watchlists(struct setup *s)
{
	for (size_t i = 0; i < s->c->routes.n; i++) {
		const struct entity_texts *t =
			&s->c->routes.p[i].when.watchlists;

		for (size_t k = 0; k < t->n; k++) {
			if (!has_watchlist(s->lex, t->p[k].text))
				diag_error(s->diag, t->p[k].place,
					"there is no watchlist '%.*s' with "
					"entities in it; its name is the "
					"file's, without .yaml or .csv",
					SPAN_ARG(t->p[k].text));
		}
	}
}

static void
check_route_words(struct setup *s)
{
	const struct config *c = s->c;

	for (size_t i = 0; i < c->routes.n; i++)
		names_check_when(&c->routes.p[i].when, c->events, &s->report);
	for (size_t i = 0; i < c->inhibits.n; i++) {
		names_check_when(
			&c->inhibits.p[i].source, c->events, &s->report);
		names_check_when(
			&c->inhibits.p[i].target, c->events, &s->report);
	}
}

static void
check_routes(struct setup *s)
{
	struct routes *routes = NULL;
	struct err err = {0};
	unsigned before = s->report.errors;

	if (route_compile(&s->c->routes, &s->c->channels, &s->report, &routes,
		    &err) < 0 &&
		s->report.errors == before)
		diag_error(s->diag, (struct place){0}, "%s", err.msg);
	inhibit_check(&s->c->inhibits, &s->report);
	s->counts.routes = s->c->routes.n;
	route_free(&routes);
	if (s->c->events)
		check_route_words(s);
	if (!s->lex)
		return; /* what is wrong with it was told */
	check_route_entities(s);
	check_route_watchlists(s);
}

static void
check_channels(struct setup *s)
{
	for (size_t i = 0; i < s->c->channels.n; i++)
		channel_check(&s->c->channels.p[i], &s->report);
	s->counts.channels = s->c->channels.n;
}

/* -- the main file --------------------------------------------------------- */

static void
check_secret(struct setup *s, struct place at, struct span path)
{
	struct err err = {0};
	char *file, *secret = NULL;

	if (!path.n)
		return;
	file = span_dup(path);
	if (file_read_secret(file, &secret, &err) < 0)
		diag_error(s->diag, at, "%s", err.msg);
	if (secret)
		explicit_bzero(secret, strlen(secret));
	mem_free(&secret);
	mem_free(&file);
}

static void
check_redis(struct setup *s)
{
	const struct config_redis *r = &s->c->redis;
	struct redis_options o;
	struct err err = {0};

	if (!r->url.n)
		return;
	redis_options_init(&o);
	if (redis_options_url(&o, r->url, &err) < 0)
		diag_error(s->diag, r->place, "redis.url: %s", err.msg);
	redis_options_fini(&o);
	check_secret(s, r->place, r->password_file);
}

static void
check_fetch(struct setup *s)
{
	const struct entity_texts *t = &s->c->fetch.allow_private;
	struct cidr range;
	struct err err = {0};

	for (size_t i = 0; i < t->n; i++) {
		if (cidr_parse(t->p[i].text, &range, &err) < 0)
			diag_error(s->diag, t->p[i].place,
				"fetch.allow_private: %s", err.msg);
	}
}

static void
check_feeds(struct setup *s)
{
	for (size_t i = 0; i < s->c->feeds.n; i++) {
		const struct config_feed *f = &s->c->feeds.p[i];

		check_secret(s, config_feed_place(f), f->set->password_file);
		check_secret(s, config_feed_place(f), f->set->bearer_file);
	}
	s->counts.feeds = s->c->feeds.n;
}

/* The event types, behind the lexicon. */
static void
compile_events(struct setup *s, struct strbuf *block)
{
	struct strbuf events = STRBUF_INIT(EVENTS_BYTES_MAX);
	struct err err = {0};

	if (events_compile(s->c->events, &s->report, &events, NULL, &err) < 0)
		diag_error(
			s->diag, (struct place){0}, "event types: %s", err.msg);
	else if (block)
		compiled_join(block, strbuf_as_span(&events));
	strbuf_fini(&events);
}

static void
setup_begin(struct setup *s, const struct config *c)
{
	*s = (struct setup){.c = c, .diag = diag_new()};
	s->report = (struct report){.put = diag_put, .arg = s->diag};
}

/* Everything but the watchlists. block: the lexicon, compiled; the event
 * patterns go behind it. */
static void
check_rest(struct setup *s, struct strbuf *block)
{
	struct err err = {0};

	if (block->n &&
		lexicon_open(block->p, block->n, LEXICON_OWN, &s->lex, &err) !=
			0)
		diag_error(s->diag, (struct place){0}, "%s", err.msg);
	check_redis(s);
	check_fetch(s);
	check_feeds(s);
	check_routes(s);
	check_channels(s);
	lexicon_close(&s->lex);
	compile_events(s, block);
}

/* Writes the report; -1 if there was any error. */
static int
setup_end(struct setup *s, struct strbuf *report, struct err *err)
{
	struct strbuf first = STRBUF_INIT(ERR_MSG_MAX);
	int rc = 0;

	diag_format(s->diag, report);
	s->counts.errors += diag_errors(s->diag) + diag_tolerated(s->diag);
	s->counts.warnings += diag_warnings(s->diag);
	if (diag_errors(s->diag)) {
		diag_format_first(s->diag, &first);
		if (diag_errors(s->diag) > 1)
			strbuf_printf(&first, " (and %zu more)",
				diag_errors(s->diag) - 1);
		rc = err_set(err, ERR_CONF, "%s", strbuf_cstr(&first));
	}
	strbuf_fini(&first);
	diag_free(&s->diag);
	return rc;
}

void
setup_check_broken(const struct config *c, struct strbuf *report)
{
	struct err err = {0};
	struct setup s;

	setup_begin(&s, c);
	check_redis(&s);
	check_fetch(&s);
	check_feeds(&s);
	check_routes(&s);
	check_channels(&s);
	(void)!setup_end(&s, report, &err); /* the report says it all */
}

int
setup_compile(const struct config *c, struct strbuf *block,
	struct setup_counts *counts, struct strbuf *report, struct err *err)
{
	struct strbuf own = STRBUF_INIT(SETUP_BLOCK_BYTES);
	struct setup s;
	int rc;

	setup_begin(&s, c);
	compile_lexicon(&s, block ? block : &own);
	check_rest(&s, block ? block : &own);
	rc = setup_end(&s, report, err);
	if (counts)
		*counts = s.counts;
	strbuf_fini(&own);
	return rc;
}

int
setup_watchlists(const struct config *c, struct strbuf *block,
	struct setup_counts *counts, struct strbuf *report, struct err *err)
{
	struct setup s;
	int rc;

	setup_begin(&s, c);
	compile_lexicon(&s, block);
	rc = setup_end(&s, report, err);
	*counts = s.counts;
	return rc;
}

int
setup_rest(const struct config *c, struct strbuf *block,
	struct setup_counts *counts, struct strbuf *report, struct err *err)
{
	struct setup s;
	int rc;

	setup_begin(&s, c);
	s.counts = *counts;
	check_rest(&s, block);
	rc = setup_end(&s, report, err);
	*counts = s.counts;
	return rc;
}

int
setup_seal(struct span block, struct err *err)
{
	const int seals =
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int fd = memfd_create(
		"newswatch-lexicon", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int rc;

	if (fd < 0)
		return err_errno(err, ERR_TEMP, errno,
			"cannot make a memory file for the watchlist");
	rc = file_write_fd(fd, "watchlist memory file", block, err);
	if (rc == 0 && fcntl(fd, F_ADD_SEALS, seals) < 0)
		rc = err_errno(
			err, ERR_TEMP, errno, "cannot seal the watchlist");
	if (rc == 0)
		return fd;
	close(fd);
	return -1;
}
