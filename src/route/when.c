/*
 * Conditions as a table: one row per key of `when`, in the order in which they
 * are asked. A row is either a list of alternatives (`is`) or a comparison
 * with a number (`get`), about the hit, one entity, or one event.
 */
#include "route/when.h"

#define NOVELTY_MOST 100

enum level { LEVEL_HIT, LEVEL_ENTITY, LEVEL_EVENT };

/* What a condition is asked about. */
struct ask {
	const struct hit *hit;
	const struct hit_entity *entity;
	const struct hit_event *event;
};

struct when_row {
	const char *key;
	enum level level;
	size_t at; /* offset in struct route_when */
	bool (*is)(const struct ask *a, struct span wanted);
	bool (*get)(const struct ask *a, double *out); /* false: not known */
	void (*tell)(const struct ask *a, struct strbuf *out); /* for `is` */
	double min, max; /* for `get` */
};

/* -- the rows' functions --------------------------------------------------- */
static bool
publisher_is(const struct ask *a, struct span wanted)
{
	return span_caseeq(a->hit->feed.publisher, wanted) ||
		span_caseeq(a->hit->feed.domain, wanted);
}

static void
publisher_tell(const struct ask *a, struct strbuf *out)
{
	strbuf_span(out, a->hit->feed.publisher);
	if (a->hit->feed.domain.n > 0)
		strbuf_printf(out, "%s(%.*s)", out->n > 0 ? " " : "",
			SPAN_ARG(a->hit->feed.domain));
}

static bool
feed_is(const struct ask *a, struct span wanted)
{
	return span_eq(a->hit->feed.url, wanted);
}

static void
feed_tell(const struct ask *a, struct strbuf *out)
{
	strbuf_span(out, a->hit->feed.url);
}

static struct span
language_of(const struct ask *a)
{
	return a->hit->item ? a->hit->item->language : SPAN_NULL;
}

/* RFC 4647 3.3.1, basic filtering: "en" takes "en" and "en-GB". */
static bool
language_is(const struct ask *a, struct span wanted)
{
	struct span have = language_of(a);

	if (wanted.n == 0 || have.n < wanted.n)
		return false;
	return span_caseeq(span_sub(have, 0, wanted.n), wanted) &&
		(have.n == wanted.n || have.p[wanted.n] == '-');
}

static void
language_tell(const struct ask *a, struct strbuf *out)
{
	strbuf_span(out, language_of(a));
}

static struct span
status_of(const struct ask *a)
{
	return a->hit->story ? a->hit->story->status : SPAN_NULL;
}

static bool
status_is(const struct ask *a, struct span wanted)
{
	return span_caseeq(status_of(a), wanted);
}

static void
status_tell(const struct ask *a, struct strbuf *out)
{
	strbuf_span(out, status_of(a));
}

/* An update is one because the story has changed in a way that matters: it is
 * asked as news, however old the item's wording. */
static bool
novelty_get(const struct ask *a, double *out)
{
	if (a->hit->story)
		*out = a->hit->kind == HIT_UPDATE ? NOVELTY_MOST
						  : a->hit->story->novelty;
	return a->hit->story;
}

static bool
independent_get(const struct ask *a, double *out)
{
	if (a->hit->story)
		*out = a->hit->story->independent;
	return a->hit->story;
}

static bool
entity_is(const struct ask *a, struct span wanted)
{
	return a->entity &&
		(span_caseeq(a->entity->id, wanted) ||
			span_caseeq(a->entity->name, wanted));
}

static void
entity_tell(const struct ask *a, struct strbuf *out)
{
	if (a->entity)
		strbuf_span(out, a->entity->name);
}

static bool
kind_is(const struct ask *a, struct span wanted)
{
	return a->entity &&
		span_caseeq_str(wanted, entity_kind_name(a->entity->kind));
}

static void
kind_tell(const struct ask *a, struct strbuf *out)
{
	if (a->entity)
		strbuf_str(out, entity_kind_name(a->entity->kind));
}

static bool
watchlist_is(const struct ask *a, struct span wanted)
{
	return a->entity && span_caseeq(a->entity->watchlist, wanted);
}

static void
watchlist_tell(const struct ask *a, struct strbuf *out)
{
	if (a->entity)
		strbuf_span(out, a->entity->watchlist);
}

static bool
relevance_get(const struct ask *a, double *out)
{
	if (a->entity)
		*out = a->entity->relevance;
	return a->entity;
}

static bool
confidence_get(const struct ask *a, double *out)
{
	if (a->entity)
		*out = a->entity->confidence;
	return a->entity;
}

static bool
event_is(const struct ask *a, struct span wanted)
{
	return a->event && span_caseeq(a->event->type, wanted);
}

static void
event_tell(const struct ask *a, struct strbuf *out)
{
	if (a->event)
		strbuf_span(out, a->event->type);
}

static bool
stage_is(const struct ask *a, struct span wanted)
{
	return a->event && span_caseeq(a->event->stage, wanted);
}

static void
stage_tell(const struct ask *a, struct strbuf *out)
{
	if (a->event)
		strbuf_span(out, a->event->stage);
}

#define AT(field) offsetof(struct route_when, field)
#define TEXT(level, key, field, stem) \
	{ \
		key, level, AT(field), stem##_is, NULL, stem##_tell, 0, 0 \
	}
#define NUMBER(level, key, field, max) \
	{ \
		key, level, AT(field), NULL, field##_get, NULL, 0, max \
	}

static const struct when_row when_rows[] = {
	TEXT(LEVEL_HIT, "publisher", publishers, publisher),
	TEXT(LEVEL_HIT, "feed", feeds, feed),
	TEXT(LEVEL_HIT, "language", languages, language),
	TEXT(LEVEL_HIT, "status", statuses, status),
	NUMBER(LEVEL_HIT, "novelty", novelty, 100),
	NUMBER(LEVEL_HIT, "independent", independent, 1e6),
	TEXT(LEVEL_ENTITY, "entity", entities, entity),
	TEXT(LEVEL_ENTITY, "kind", kinds, kind),
	TEXT(LEVEL_ENTITY, "watchlist", watchlists, watchlist),
	NUMBER(LEVEL_ENTITY, "relevance", relevance, 100),
	NUMBER(LEVEL_ENTITY, "confidence", confidence, 1),
	TEXT(LEVEL_EVENT, "event", events, event),
	TEXT(LEVEL_EVENT, "stage", stages, stage),
};
#define N_ROWS (sizeof(when_rows) / sizeof(*when_rows))

static const char *const cmp_names[] = {
	[CMP_NONE] = "",
	[CMP_GE] = ">=",
	[CMP_GT] = ">",
	[CMP_LE] = "<=",
	[CMP_LT] = "<",
	[CMP_EQ] = "=",
};

/* -- asking ---------------------------------------------------------------- */
static const struct entity_texts *
row_list(const struct when_row *row, const struct route_when *w)
{
	return (const struct entity_texts *)(const void *)((const char *)w +
		row->at);
}

static const struct route_number *
row_number(const struct when_row *row, const struct route_when *w)
{
	return (const struct route_number *)(const void *)((const char *)w +
		row->at);
}

static bool
row_asks(const struct when_row *row, const struct route_when *w)
{
	if (row->is)
		return row_list(row, w)->n > 0;
	return row_number(row, w)->cmp != CMP_NONE;
}

static bool
number_holds(const struct route_number *n, double have)
{
	switch (n->cmp) {
	case CMP_NONE:
		return true;
	case CMP_GE:
		return have >= n->value;
	case CMP_GT:
		return have > n->value;
	case CMP_LE:
		return have <= n->value;
	case CMP_LT:
		return have < n->value;
	case CMP_EQ:
		return have >= n->value && have <= n->value;
	}
	return false;
}

static bool
row_holds(const struct when_row *row, const struct route_when *w,
	const struct ask *a)
{
	double have = 0;

	if (!row_asks(row, w))
		return true;
	if (row->get)
		return row->get(a, &have) &&
			number_holds(row_number(row, w), have);
	for (size_t i = 0; i < row_list(row, w)->n; i++)
		if (row->is(a, row_list(row, w)->p[i].text))
			return true;
	return false;
}

static bool
level_asks(const struct route_when *w, enum level level)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (when_rows[i].level == level && row_asks(&when_rows[i], w))
			return true;
	return false;
}

/* NULL if all conditions of the level hold, else the first that does not. */
static const struct when_row *
level_fails(const struct route_when *w, enum level level, const struct ask *a)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (when_rows[i].level == level &&
			!row_holds(&when_rows[i], w, a))
			return &when_rows[i];
	return NULL;
}

/* Keep the failure that came furthest: it explains best. */
static void
note_failure(struct when_answer *out, const struct when_row *row,
	const struct ask *a)
{
	if (out->failed && out->failed >= row)
		return;
	out->failed = row;
	out->entity = a->entity;
	out->event = a->event;
}

static bool
event_is_about(const struct hit_event *event, const struct hit_entity *entity)
{
	return !entity || event->entity.n == 0 ||
		span_eq(event->entity, entity->name);
}

/* Is there an event (if one is asked for) that goes with the entity? */
static void
ask_events(const struct route_when *w, struct ask a, struct when_answer *out)
{
	const struct when_row *failed;

	if (!level_asks(w, LEVEL_EVENT)) {
		out->holds = true;
		out->entity = a.entity;
		out->event = NULL;
		return;
	}
	note_failure(out, level_fails(w, LEVEL_EVENT, &a), &a);
	for (size_t i = 0; i < a.hit->n_events && !out->holds; i++) {
		a.event = &a.hit->events[i];
		if (!event_is_about(a.event, a.entity))
			continue;
		failed = level_fails(w, LEVEL_EVENT, &a);
		if (failed) {
			note_failure(out, failed, &a);
			continue;
		}
		out->holds = true;
		out->entity = a.entity;
		out->event = a.event;
	}
}

/* Of several entities that meet the conditions, the most relevant counts. */
static void
ask_entities(const struct route_when *w, const struct hit *h,
	struct when_answer *out)
{
	struct when_answer one, best = {0};
	struct ask a = {h, NULL, NULL};
	const struct when_row *failed;

	note_failure(out, level_fails(w, LEVEL_ENTITY, &a), &a);
	for (size_t i = 0; i < h->n_entities; i++) {
		a.entity = &h->entities[i];
		failed = level_fails(w, LEVEL_ENTITY, &a);
		if (failed) {
			note_failure(out, failed, &a);
			continue;
		}
		one = (struct when_answer){0};
		ask_events(w, a, &one);
		if (!one.holds)
			note_failure(out, one.failed,
				&(struct ask){h, one.entity, one.event});
		else if (!best.holds ||
			one.entity->relevance > best.entity->relevance)
			best = one;
	}
	if (best.holds)
		*out = best;
}

const struct hit_entity *
when_most_relevant(const struct hit *h, struct span name)
{
	const struct hit_entity *best = NULL;

	for (size_t i = 0; i < h->n_entities; i++) {
		if (name.n > 0 && !span_eq(h->entities[i].name, name))
			continue;
		if (!best || h->entities[i].relevance > best->relevance)
			best = &h->entities[i];
	}
	return best;
}

void
when_ask(const struct route_when *w, const struct hit *h,
	struct when_answer *out)
{
	struct ask a = {h, NULL, NULL};

	*out = (struct when_answer){0};
	out->failed = level_fails(w, LEVEL_HIT, &a);
	if (out->failed)
		return;
	if (level_asks(w, LEVEL_ENTITY)) {
		ask_entities(w, h, out);
	} else {
		ask_events(w, a, out);
		if (out->holds)
			out->entity = when_most_relevant(
				h, out->event ? out->event->entity : SPAN_NULL);
	}
	if (out->holds)
		out->failed = NULL;
}

bool
when_holds_for(const struct route_when *w, const struct hit *h,
	const struct hit_entity *entity)
{
	struct ask a = {h, NULL, NULL};
	struct when_answer answer = {0};

	if (level_fails(w, LEVEL_HIT, &a))
		return false;
	a.entity = entity;
	if (level_fails(w, LEVEL_ENTITY, &a))
		return false;
	ask_events(w, a, &answer);
	return answer.holds;
}

bool
when_is_empty(const struct route_when *w)
{
	return !level_asks(w, LEVEL_HIT) && !level_asks(w, LEVEL_ENTITY) &&
		!level_asks(w, LEVEL_EVENT);
}

/* -- words ----------------------------------------------------------------- */
#define WORDS_BYTES 65536 /* of what is asked for; more is cut */

static void
put_wanted(const struct when_row *row, const struct route_when *w,
	struct strbuf *out)
{
	const struct route_number *n;

	if (row->get) {
		n = row_number(row, w);
		strbuf_printf(out, "%s %g", cmp_names[n->cmp], n->value);
		return;
	}
	for (size_t i = 0; i < row_list(row, w)->n; i++)
		strbuf_printf(out, "%s%.*s", i > 0 ? " or " : "",
			SPAN_ARG(row_list(row, w)->p[i].text));
}

static void
put_had(const struct when_row *row, const struct ask *a, struct strbuf *out)
{
	double have = 0;

	if (!row->get)
		row->tell(a, out);
	else if (row->get(a, &have))
		strbuf_printf(out, "%g", have);
}

void
when_explain(const struct route_when *w, const struct hit *h,
	const struct when_answer *a, when_line_cb put, void *arg)
{
	struct ask ask = {h, a->entity, a->event};
	struct strbuf have = STRBUF_INIT(WORDS_BYTES);
	struct strbuf want = STRBUF_INIT(WORDS_BYTES);

	/* A condition on the hit failed: nothing else was asked. */
	if (!ask.entity)
		ask.entity = when_most_relevant(h, SPAN_NULL);
	for (size_t i = 0; !ask.event && i < h->n_events; i++)
		if (event_is_about(&h->events[i], ask.entity))
			ask.event = &h->events[i];
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct when_row *row = &when_rows[i];
		struct when_line line = {.key = row->key};

		if (!row_asks(row, w))
			continue;
		strbuf_clear(&have);
		strbuf_clear(&want);
		put_had(row, &ask, &have);
		put_wanted(row, w, &want);
		if (row->level == LEVEL_ENTITY && row->get && ask.entity)
			line.of = ask.entity->name;
		line.have = strbuf_as_span(&have);
		line.want = strbuf_as_span(&want);
		line.holds = row_holds(row, w, &ask);
		put(&line, arg);
	}
	strbuf_fini(&have);
	strbuf_fini(&want);
}

void
when_check(const struct route_when *w, struct report *report)
{
	const struct route_number *n;
	enum entity_kind kind;

	for (size_t i = 0; i < w->kinds.n; i++)
		if (!entity_kind_parse(w->kinds.p[i].text, &kind))
			report_error(report, &w->kinds.p[i].place,
				"there is no kind '%.*s': company, person, "
				"product and topic are the kinds",
				SPAN_ARG(w->kinds.p[i].text));
	for (size_t i = 0; i < N_ROWS; i++) {
		n = when_rows[i].get ? row_number(&when_rows[i], w) : NULL;
		if (!n || n->cmp == CMP_NONE ||
			(n->value >= when_rows[i].min &&
				n->value <= when_rows[i].max))
			continue;
		report_error(report, &n->place,
			"%s is a number from %g to %g, not %g",
			when_rows[i].key, when_rows[i].min, when_rows[i].max,
			n->value);
	}
}
