#include "setup/silence.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/vec.h"
#include "config/keys.h"
#include "config/value.h"
#include "model/json.h"
#include "route/when.h"

#define WHEN "routes[].when."
#define NEAR_ENOUGH 4 /* edits: entity is near entities */

/* -- matchers -------------------------------------------------------------- */
/* "entities=Meta" is entities and Meta; "relevance<60" relevance and <60. */
static bool
split(struct span word, struct span *key, struct span *value)
{
	size_t n = 0;

	while (n < word.n && !strchr("=<>", word.p[n]))
		n++;
	if (n == 0 || n >= word.n)
		return false;
	*key = span_sub(word, 0, n);
	*value = span_sub(word, n + (word.p[n] == '='), SIZE_MAX);
	return value->n > 0;
}

static const struct key *
when_key(struct span name)
{
	struct key_rows rows = key_rows(WHEN);

	for (size_t i = 0; i < rows.n; i++)
		if (span_eq_str(name, rows.first[i].path + strlen(WHEN)))
			return &rows.first[i];
	return NULL;
}

static int
unknown_key(struct span key, struct err *err)
{
	struct key_rows rows = key_rows(WHEN);
	const char *names[SILENCE_MATCHERS] = {"routes", "channels"};
	const char *best = NULL;
	unsigned least = NEAR_ENOUGH + 1, d;
	size_t n = 2;

	for (size_t i = 0; i < rows.n && n < SILENCE_MATCHERS; i++)
		names[n++] = rows.first[i].path + strlen(WHEN);
	for (size_t i = 0; i < n; i++) {
		d = span_distance(span_of(names[i]), key, NEAR_ENOUGH);
		if (d < least) {
			least = d;
			best = names[i];
		}
	}
	if (best)
		return err_set(err, ERR_CONF,
			"unknown key '%.*s'; did you mean '%s'?", SPAN_ARG(key),
			best);
	return err_set(err, ERR_CONF,
		"unknown key '%.*s': routes, channels and the keys of `when` "
		"can be asked for",
		SPAN_ARG(key));
}

static void
add_text(struct entity_texts *t, struct span value, struct arena *arena)
{
	struct entity_text *p = arena_array(arena, t->n + 1, sizeof(*p));

	if (t->n > 0)
		memcpy(p, t->p, t->n * sizeof(*p));
	p[t->n].text = arena_span(arena, value);
	t->p = p;
	t->n++;
}

static int
set_number(const struct key *k, struct route_conf *conf, struct span value,
	struct err *err)
{
	struct route_number n = {.cmp = CMP_NONE};

	if (!value_compare(value, &n.cmp, &n.value) || n.value < k->min ||
		n.value > k->max)
		return err_set(err, ERR_CONF,
			"%s: '%.*s' is no comparison with a number from %g to "
			"%g; write \"%s>=60\" in quotes",
			k->path + strlen(WHEN), SPAN_ARG(value), k->min, k->max,
			k->path + strlen(WHEN));
	*(struct route_number *)(void *)((char *)conf + k->offset) = n;
	return 0;
}

static int
add_matcher(struct silence *s, struct span word, struct arena *arena,
	struct err *err)
{
	struct span key, value;
	const struct key *k;

	if (word.n > SILENCE_TEXT_MAX || !span_is_utf8(word) ||
		!split(word, &key, &value))
		return err_set(err, ERR_CONF,
			"'%.*s' is no matcher: write KEY=VALUE, such as "
			"entities=Meta",
			SPAN_ARG(span_utf8_head(word, 100)));
	add_text(&s->matchers, word, arena);
	if (span_eq_str(key, "routes") || span_eq_str(key, "channels")) {
		add_text(span_eq_str(key, "routes") ? &s->routes : &s->channels,
			value, arena);
		return 0;
	}
	k = when_key(key);
	if (!k)
		return unknown_key(key, err);
	if (k->type == KEY_COMPARE)
		return set_number(k, &s->conf, value, err);
	add_text((struct entity_texts *)(void *)((char *)&s->conf + k->offset),
		value, arena);
	return 0;
}

static int
first_mistake(const struct route_when *w, struct err *err)
{
	struct strbuf text = STRBUF_INIT(ERR_MSG_MAX);
	struct report report = {.put = report_to_strbuf, .arg = &text};
	struct span rest, line;
	int rc = 0;

	when_check(w, &report);
	rest = strbuf_as_span(&text);
	if (report.errors > 0 && span_next(&rest, '\n', &line))
		rc = err_set(err, ERR_CONF, "%.*s", SPAN_ARG(line));
	strbuf_fini(&text);
	return rc;
}

int
silence_match_words(struct silence *s, const struct span *words, size_t n,
	struct arena *arena, struct err *err)
{
	if (n > SILENCE_MATCHERS)
		return err_set(err, ERR_CONF, "more than %d matchers",
			SILENCE_MATCHERS);
	for (size_t i = 0; i < n; i++)
		if (add_matcher(s, words[i], arena, err) == -1)
			return -1;
	return first_mistake(&s->conf.when, err);
}

/* -- JSON ------------------------------------------------------------------ */
void
silence_put(const struct silence *s, struct json_w *w)
{
	json_w_kv_text(w, "author", s->author);
	json_w_kv_text(w, "comment", s->comment);
	json_w_kv_text(w, "created", s->created);
	json_w_key(w, "matchers");
	json_w_array(w);
	for (size_t i = 0; i < s->matchers.n; i++)
		json_w_text(w, s->matchers.p[i].text);
	json_w_array_end(w);
}

void
silence_format(const struct silence *s, struct strbuf *out)
{
	struct json_w w;

	json_w_init(&w, out);
	json_w_object(&w);
	json_w_kv_text(&w, "id", s->id);
	silence_put(s, &w);
	json_w_object_end(&w);
}

int
silence_parse(struct span json, int64_t until_ms, struct arena *arena,
	struct silence *out, struct err *err)
{
	struct json *j = NULL;
	const struct json *list;
	VEC(struct span) words = {0};
	int rc;

	*out = (struct silence){.until_ms = until_ms};
	if (json_parse(json, "silence", &j, err) == -1)
		return -1;
	out->id = arena_span(arena, json_get_text(j, "id"));
	out->author = arena_span(arena, json_get_text(j, "author"));
	out->comment = arena_span(arena, json_get_text(j, "comment"));
	out->created = arena_span(arena, json_get_text(j, "created"));
	list = json_get(j, "matchers");
	for (size_t i = 0; i < json_size(list); i++)
		vec_push(&words, json_text(json_at(list, i)));
	if (out->id.n == 0 || out->id.n >= SILENCE_ID_SIZE ||
		json_type(list) != JSON_ARRAY_)
		rc = err_set(err, ERR_INPUT, "it is no silence");
	else
		rc = silence_match_words(out, words.p, words.n, arena, err);
	vec_fini(&words);
	json_free(&j);
	return rc;
}

/* -- holding --------------------------------------------------------------- */
static bool
is_among(const struct entity_texts *t, struct span name)
{
	for (size_t i = 0; i < t->n; i++)
		if (span_caseeq(t->p[i].text, name))
			return true;
	return t->n == 0;
}

bool
silence_holds(const struct silence *s, const struct hit *h, struct span route,
	struct span channel, int64_t now_ms)
{
	struct when_answer answer;

	if (s->until_ms <= now_ms || !is_among(&s->routes, route) ||
		!is_among(&s->channels, channel))
		return false;
	when_ask(&s->conf.when, h, &answer);
	return answer.holds;
}

struct silences {
	struct arena *arena;
	VEC(struct silence) v;
};

struct silences *
silences_new(const struct span *all, size_t n)
{
	struct silences *list = mem_new(list);
	struct span rest, until;
	struct silence s;
	struct err err = {.msg = "its end is missing"};
	int64_t until_ms;

	list->arena = arena_new();
	for (size_t i = 0; i < n; i++) {
		rest = all[i];
		if (!span_next(&rest, ' ', &until) ||
			!span_i64(until, 0, INT64_MAX, &until_ms) ||
			silence_parse(rest, until_ms, list->arena, &s, &err) ==
				-1)
			log_warn("silence_left_out", "error=\"%s\"", err.msg);
		else
			vec_push(&list->v, s);
	}
	return list;
}

void
silences_free(struct silences **lp)
{
	struct silences *list = *lp;

	*lp = NULL;
	if (!list)
		return;
	vec_fini(&list->v);
	arena_free(&list->arena);
	mem_free(&list);
}

bool
silences_any(const struct silences *list, int64_t now_ms)
{
	for (size_t i = 0; list && i < list->v.n; i++)
		if (list->v.p[i].until_ms > now_ms)
			return true;
	return false;
}

const struct silence *
silences_find(const struct silences *list, const struct hit *h,
	struct span route, struct span channel, int64_t now_ms)
{
	for (size_t i = 0; list && i < list->v.n; i++)
		if (silence_holds(&list->v.p[i], h, route, channel, now_ms))
			return &list->v.p[i];
	return NULL;
}
