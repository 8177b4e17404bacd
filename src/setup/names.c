#include "setup/names.h"

#include "config/diag.h"
#include "model/event_type.h"
#include "model/limits.h"

static const char *const statuses[] = {"rumour", "reported", "corroborated",
	"confirmed", "denied", "corrected", "retracted", NULL};
static const char *const stages[] = {"rumour", "planned", "announced",
	"approved", "completed", "cancelled", NULL};

static void
tell(struct report *report, const struct entity_text *t, const char *what,
	const struct diag_nearest *near)
{
	struct strbuf hint = STRBUF_INIT(2 * LIMIT_NAME_BYTES);

	report_error(report, &t->place, "%s '%.*s'%s", what, SPAN_ARG(t->text),
		diag_suggest(near, &hint));
	strbuf_fini(&hint);
}

/* -- lists of ours --------------------------------------------------------- */
static void
check_words(const struct entity_texts *texts, const char *what,
	const char *const *words, struct report *report)
{
	for (size_t i = 0; i < texts->n; i++) {
		struct diag_nearest near = {.word = texts->p[i].text};
		bool known = false;

		for (size_t k = 0; words[k]; k++) {
			known |= span_caseeq_str(near.word, words[k]);
			diag_offer(&near, span_of(words[k]));
		}
		if (!known)
			tell(report, &texts->p[i], what, &near);
	}
}

static void
check_events(const struct entity_texts *types, const struct event_types *events,
	struct report *report)
{
	for (size_t i = 0; i < types->n; i++) {
		struct diag_nearest near = {.word = types->p[i].text};

		if (event_type_get(events, types->p[i].text))
			continue;
		for (size_t k = 0; k < events->n_types; k++)
			diag_offer(&near, events->types[k].id);
		tell(report, &types->p[i], "there is no event type", &near);
	}
}

void
names_check_when(const struct route_when *w, const struct event_types *events,
	struct report *report)
{
	if (events)
		check_events(&w->events, events, report);
	check_words(&w->statuses, "there is no status", statuses, report);
	check_words(&w->stages, "there is no stage", stages, report);
}

/* -- names of the configuration -------------------------------------------- */
/* The i-th name of a kind; false behind the last. */
typedef bool (*name_cb)(const struct config *c, size_t i, struct span *out);

/* Every entity has two names. */
static bool
entity_name(const struct config *c, size_t i, struct span *out)
{
	const struct entity *e = &c->entities.p[i / 2];

	if (i / 2 >= c->entities.n)
		return false;
	*out = i % 2 ? e->id : e->name;
	return true;
}

static bool
watchlist_name(const struct config *c, size_t i, struct span *out)
{
	if (i >= c->entities.n)
		return false;
	*out = c->entities.p[i].watchlist;
	return true;
}

static bool
route_name(const struct config *c, size_t i, struct span *out)
{
	if (i >= c->routes.n)
		return false;
	*out = c->routes.p[i].name;
	return true;
}

static bool
channel_name(const struct config *c, size_t i, struct span *out)
{
	if (i >= c->channels.n)
		return false;
	*out = c->channels.p[i].name;
	return true;
}

static bool
is_known(struct diag_nearest *near, const struct config *c, name_cb name_of)
{
	struct span name, last = SPAN_NULL;

	for (size_t i = 0; name_of(c, i, &name); i++) {
		if (span_caseeq(name, near->word))
			return true;
		/* Entities of one watchlist stand together. */
		if (name.p != last.p)
			diag_offer(near, name);
		last = name;
	}
	return false;
}

static void
check_names(const struct entity_texts *texts, const struct config *c,
	name_cb name_of, const char *what, struct report *report)
{
	struct span first;

	if (!name_of(c, 0, &first))
		return;
	for (size_t i = 0; i < texts->n; i++) {
		struct diag_nearest near = {.word = texts->p[i].text};

		if (!is_known(&near, c, name_of))
			tell(report, &texts->p[i], what, &near);
	}
}

unsigned
names_parts(const struct silence *s)
{
	const struct route_when *w = &s->conf.when;
	unsigned parts = CONFIG_MAIN;

	if (w->entities.n > 0 || w->watchlists.n > 0)
		parts |= CONFIG_WATCHLISTS;
	if (s->routes.n > 0 || s->channels.n > 0)
		parts |= CONFIG_ROUTES;
	if (w->events.n > 0)
		parts |= CONFIG_EVENTS;
	return parts;
}

void
names_check_silence(
	const struct silence *s, const struct config *c, struct report *report)
{
	const struct route_when *w = &s->conf.when;

	names_check_when(w, c ? c->events : NULL, report);
	if (!c)
		return;
	check_names(&w->entities, c, entity_name,
		"no watchlist has an entity with the name or id", report);
	check_names(&w->watchlists, c, watchlist_name,
		"there is no watchlist with entities in it called", report);
	check_names(&s->routes, c, route_name, "there is no route", report);
	check_names(
		&s->channels, c, channel_name, "there is no channel", report);
}
