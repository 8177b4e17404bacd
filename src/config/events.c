/* Three sections: event_words, event_types, event_cues; tables drive them. */
#include "config/events.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "config/diag.h"
#include "config/value.h"
#include "config/yaml.h"
#include "model/limits.h"

#define BUILTIN_NAME "built-in events.yaml"

struct event_catalog {
	struct event_types pub;
	struct arena *arena;
	VEC(struct event_words) words;
	VEC(struct event_type) types;
	VEC(struct event_cues) cues;
};

struct loading {
	struct event_catalog *c;
	struct diag *diag;
	struct map *seen; /* ids and names in the present file */
};

/* -- values ---------------------------------------------------------------- */

static struct span
want_text(struct loading *l, const struct yaml_node *n, const char *what)
{
	if (n->type == YAML_TEXT)
		return n->text;
	diag_error(l->diag, n->place, "%s is a text, not %s", what,
		yaml_type_name(n));
	return SPAN_NULL;
}

static bool
want(struct loading *l, const struct yaml_node *n, enum yaml_type type,
	const char *what)
{
	if (n->type == type)
		return true;
	diag_error(l->diag, n->place, "%s is %s, not %s", what,
		type == YAML_LIST ? "a list" : "a map", yaml_type_name(n));
	return false;
}

static struct place
text_place(const struct yaml_node *n)
{
	struct place at = n->place;

	at.column += n->quoted ? 1 : 0;
	return at;
}

/* Adds the texts of a list (or one text) behind those in *to. */
static void
add_texts(struct loading *l, const struct yaml_node *n, const char *what,
	struct entity_texts *to)
{
	struct entity_text *all;
	size_t k = to->n, more = n->type == YAML_LIST ? n->n : 1;

	if (yaml_is_nothing(n))
		return;
	if (n->type == YAML_MAP) {
		(void)want(l, n, YAML_LIST, what);
		return;
	}
	all = arena_array(l->c->arena, k + more, sizeof(*all));
	if (k)
		memcpy(all, to->p, k * sizeof(*all));
	if (n->type == YAML_TEXT)
		all[k++] = (struct entity_text){n->text, text_place(n)};
	else
		yaml_each(it, n) all[k++] = (struct entity_text){
			want_text(l, it, what), text_place(it)};
	*to = (struct entity_texts){all, k};
}

static void
add_patterns(struct loading *l, const struct yaml_node *n, const char *what,
	struct event_type *t, int polarity, bool weak)
{
	struct entity_texts texts = {0};
	struct event_pattern *all;

	add_texts(l, n, what, &texts);
	all = arena_array(
		l->c->arena, t->n_patterns + texts.n + 1, sizeof(*all));
	if (t->n_patterns)
		memcpy(all, t->patterns, t->n_patterns * sizeof(*all));
	for (size_t i = 0; i < texts.n; i++)
		all[t->n_patterns + i] = (struct event_pattern){
			.text = texts.p[i],
			.polarity = polarity,
			.weak = weak,
		};
	t->patterns = all;
	t->n_patterns += texts.n;
}

static int
read_polarity(struct loading *l, const struct yaml_node *n)
{
	int64_t v = 0;

	if (n->type != YAML_TEXT || !span_i64(n->text, -1, 1, &v))
		diag_error(l->diag, n->place, "polarity is -1, 0 or 1");
	return (int)v;
}

/* -- keys ------------------------------------------------------------------ */

struct text_key {
	const char *name;
	size_t offset; /* of a struct span */
};

static const struct text_key text_keys[] = {
	{"name", offsetof(struct event_type, name)},
	{"language", offsetof(struct event_type, language)},
	{"before", offsetof(struct event_type, before)},
	{"after", offsetof(struct event_type, after)},
	{"person", offsetof(struct event_type, person)},
};

static const struct text_key list_keys[] = {
	{"not", offsetof(struct event_type, never)},
	{"require", offsetof(struct event_type, require)},
	{"forbid", offsetof(struct event_type, forbid)},
	{"yields", offsetof(struct event_type, yields)},
};

/* Lists of patterns; SAME_POLARITY: the type's own. */
#define SAME_POLARITY 2

struct pattern_key {
	const char *name;
	int polarity;
	bool weak;
};

static const struct pattern_key pattern_keys[] = {
	{"patterns", SAME_POLARITY, false},
	{"good", 1, false},
	{"bad", -1, false},
	{"weak", SAME_POLARITY, true},
};

static const char *const other_keys[] = {"id", "polarity", "extend"};

#define COUNT_OF(table) (sizeof(table) / sizeof(*(table)))

static void
unknown_key(struct loading *l, const struct yaml_node *key,
	const char *const *names, size_t n)
{
	struct diag_nearest near = {.word = key->text};
	struct strbuf hint = STRBUF_INIT(256);

	for (size_t i = 0; i < n; i++)
		diag_offer(&near, span_of(names[i]));
	diag_error(l->diag, key->place, "unknown key '%.*s'%s",
		SPAN_ARG(span_utf8_head(key->text, 100)),
		diag_suggest(&near, &hint));
	strbuf_fini(&hint);
}

static void
unknown_type_key(struct loading *l, const struct yaml_node *key)
{
	const char *names[COUNT_OF(text_keys) + COUNT_OF(list_keys) +
		COUNT_OF(pattern_keys) + COUNT_OF(other_keys)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(text_keys); i++)
		names[n++] = text_keys[i].name;
	for (size_t i = 0; i < COUNT_OF(list_keys); i++)
		names[n++] = list_keys[i].name;
	for (size_t i = 0; i < COUNT_OF(pattern_keys); i++)
		names[n++] = pattern_keys[i].name;
	for (size_t i = 0; i < COUNT_OF(other_keys); i++)
		names[n++] = other_keys[i];
	unknown_key(l, key, names, n);
}

static bool
read_type_key(
	struct loading *l, const struct yaml_node *key, struct event_type *t)
{
	struct span name = key->text;

	for (size_t i = 0; i < COUNT_OF(text_keys); i++) {
		if (span_eq_str(name, text_keys[i].name)) {
			*(struct span *)(void *)((char *)t +
				text_keys[i].offset) =
				want_text(l, key->value, text_keys[i].name);
			return true;
		}
	}
	for (size_t i = 0; i < COUNT_OF(list_keys); i++) {
		if (span_eq_str(name, list_keys[i].name)) {
			add_texts(l, key->value, list_keys[i].name,
				(struct entity_texts *)(void *)((char *)t +
					list_keys[i].offset));
			return true;
		}
	}
	for (size_t i = 0; i < COUNT_OF(pattern_keys); i++) {
		const struct pattern_key *k = &pattern_keys[i];

		if (span_eq_str(name, k->name)) {
			add_patterns(l, key->value, k->name, t, k->polarity,
				k->weak);
			return true;
		}
	}
	for (size_t i = 0; i < COUNT_OF(other_keys); i++)
		if (span_eq_str(name, other_keys[i]))
			return true;
	return false;
}

/* -- sections -------------------------------------------------------------- */

/* A name is given once in a file. */
static bool
is_new_here(struct loading *l, const struct yaml_node *n, struct span name,
	const char *what)
{
	if (map_put(l->seen, name, NULL))
		return true;
	diag_error(l->diag, n->place, "%s '%.*s' stands twice in this file",
		what, SPAN_ARG(span_utf8_head(name, 100)));
	return false;
}

static struct event_type *
find_type(struct event_catalog *c, struct span id)
{
	vec_each (struct event_type *, t, &c->types)
		if (span_eq(t->id, id))
			return t;
	return NULL;
}

static bool
read_extend(struct loading *l, const struct yaml_node *map)
{
	const struct yaml_node *n = yaml_get(map, "extend");
	bool extend = false;

	if (n && (n->type != YAML_TEXT || !value_bool(n->text, &extend)))
		diag_error(l->diag, n->place, "extend is true or false");
	return extend;
}

/* Patterns that were read before the type's polarity was known. */
static void
settle_polarity(
	struct loading *l, const struct yaml_node *map, struct event_type *t)
{
	const struct yaml_node *n = yaml_get(map, "polarity");
	int polarity = n ? read_polarity(l, n) : 0;
	struct event_pattern *all =
		arena_array(l->c->arena, t->n_patterns + 1, sizeof(*all));

	if (t->n_patterns)
		memcpy(all, t->patterns, t->n_patterns * sizeof(*all));
	for (size_t i = 0; i < t->n_patterns; i++)
		if (all[i].polarity == SAME_POLARITY)
			all[i].polarity = polarity;
	t->patterns = all;
}

static void
read_type(struct loading *l, const struct yaml_node *map)
{
	const struct yaml_node *id;
	struct event_type t = {.language = SPAN_LIT("en"), .place = map->place};
	struct event_type *old;

	if (!want(l, map, YAML_MAP, "an event type"))
		return;
	id = yaml_get(map, "id");
	if (id == NULL || id->type != YAML_TEXT || id->text.n == 0) {
		diag_error(l->diag, map->place,
			"an event type needs an id: `id: product_launch`");
		return;
	}
	if (!is_new_here(l, id, id->text, "the event type"))
		return;
	old = find_type(l->c, id->text);
	if (read_extend(l, map) && old)
		t = *old;
	else if (read_extend(l, map))
		diag_error(l->diag, id->place,
			"there is no event type '%.*s' to extend",
			SPAN_ARG(span_utf8_head(id->text, 100)));
	t.id = id->text;
	t.place = id->place;
	yaml_each(key, map)
	{
		if (!read_type_key(l, key, &t))
			unknown_type_key(l, key);
	}
	settle_polarity(l, map, &t);
	if (t.name.n == 0)
		t.name = t.id;
	if (old)
		*old = t;
	else
		vec_push(&l->c->types, t);
}

static void
read_types(struct loading *l, const struct yaml_node *list)
{
	if (yaml_is_nothing(list) || !want(l, list, YAML_LIST, "event_types"))
		return;
	yaml_each(n, list) read_type(l, n);
}

static bool
is_list_name(struct span s)
{
	unsigned letters = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			letters++;
		else if (s.p[i] != '_' && !(s.p[i] >= '0' && s.p[i] <= '9'))
			return false;
	}
	return letters >= 2;
}

static void
read_words(struct loading *l, const struct yaml_node *map)
{
	if (yaml_is_nothing(map) || !want(l, map, YAML_MAP, "event_words"))
		return;
	yaml_each(key, map)
	{
		struct event_words w = {.name = key->text, .place = key->place};
		bool found = false;

		if (!is_list_name(key->text))
			diag_error(l->diag, key->place,
				"a list of words has a name of capital "
				"letters, such as OFFICER");
		if (!is_new_here(l, key, key->text, "the list"))
			continue;
		add_texts(l, key->value, "a list of words", &w.alternatives);
		vec_each (struct event_words *, old, &l->c->words) {
			if (span_eq(old->name, w.name)) {
				*old = w;
				found = true;
			}
		}
		if (!found)
			vec_push(&l->c->words, w);
	}
}

static struct event_cues *
cues_of(struct event_catalog *c, struct span language)
{
	struct event_cues *cues;

	vec_each (struct event_cues *, old, &c->cues)
		if (span_eq(old->language, language))
			return old;
	cues = vec_add(&c->cues);
	cues->language = language;
	return cues;
}

static void
read_cues(struct loading *l, const struct yaml_node *map)
{
	const struct yaml_node *language = yaml_get(map, "language");
	struct event_cues *cues;

	if (yaml_is_nothing(map) || !want(l, map, YAML_MAP, "event_cues"))
		return;
	cues = cues_of(l->c,
		language ? want_text(l, language, "language") : SPAN_LIT("en"));
	yaml_each(key, map)
	{
		size_t i = 0;

		while (i < N_EVENT_CUES &&
			!span_eq_str(key->text, event_cue_names[i]))
			i++;
		if (i < N_EVENT_CUES)
			add_texts(l, key->value, event_cue_names[i],
				&cues->texts[i]);
		else if (!span_eq_str(key->text, "language"))
			unknown_key(l, key, event_cue_names, N_EVENT_CUES);
	}
}

/* -- files ----------------------------------------------------------------- */

struct section {
	const char *key;
	void (*read)(struct loading *l, const struct yaml_node *value);
};

static const struct section sections[] = {
	{"event_words", read_words},
	{"event_types", read_types},
	{"event_cues", read_cues},
};

static void
read_text(struct loading *l, struct span text, const char *file)
{
	static const char *const names[] = {
		"event_words", "event_types", "event_cues"};
	struct yaml_node *root = NULL;

	diag_file(l->diag, file);
	if (yaml_parse(arena_span(l->c->arena, text), file, l->c->arena,
		    l->diag, &root) != 0)
		return;
	if (!want(l, root, YAML_MAP, "a file of event types"))
		return;
	map_free(&l->seen);
	l->seen = map_new(NULL);
	yaml_each(key, root)
	{
		size_t i = 0;

		while (i < COUNT_OF(sections) &&
			!span_eq_str(key->text, sections[i].key))
			i++;
		if (i < COUNT_OF(sections))
			sections[i].read(l, key->value);
		else
			unknown_key(l, key, names, COUNT_OF(names));
	}
}

static void
read_file(struct loading *l, const char *path)
{
	const char *file = arena_strdup(l->c->arena, path);
	struct strbuf text = STRBUF_INIT(LIMIT_CONFIG_BYTES);
	struct err err = {0};

	if (file_read(file, &text, &err) == 0)
		read_text(l, strbuf_as_span(&text), file);
	else
		diag_error(l->diag, (struct place){0}, "%s", err.msg);
	strbuf_fini(&text);
}

static void
loading_init(struct loading *l)
{
	l->c = mem_new(l->c);
	l->c->arena = arena_new();
	l->diag = diag_new();
	l->seen = NULL;
}

static int
loading_finish(struct loading *l, struct event_catalog **out,
	struct strbuf *report, struct err *err)
{
	size_t errors = diag_errors(l->diag);
	struct strbuf first = STRBUF_INIT(512);

	l->c->pub = (struct event_types){
		.words = l->c->words.p,
		.n_words = l->c->words.n,
		.types = l->c->types.p,
		.n_types = l->c->types.n,
		.cues = l->c->cues.p,
		.n_cues = l->c->cues.n,
	};
	diag_format(l->diag, report);
	diag_format_first(l->diag, &first);
	map_free(&l->seen);
	if (errors) {
		err_set(err, ERR_CONF, "%s", strbuf_cstr(&first));
		event_catalog_free(&l->c);
	}
	diag_free(&l->diag);
	strbuf_fini(&first);
	*out = l->c;
	return errors ? -1 : 0;
}

int
config_load_events(const char *const *files, size_t n,
	struct event_catalog **out, struct strbuf *report, struct err *err)
{
	struct loading l;

	loading_init(&l);
	read_text(&l, events_builtin, BUILTIN_NAME);
	for (size_t i = 0; i < n; i++)
		read_file(&l, files[i]);
	return loading_finish(&l, out, report, err);
}

int
config_parse_events(struct span text, const char *name,
	struct event_catalog **out, struct strbuf *report, struct err *err)
{
	struct loading l;

	loading_init(&l);
	read_text(&l, text, arena_strdup(l.c->arena, name));
	return loading_finish(&l, out, report, err);
}

const struct event_types *
event_catalog_types(const struct event_catalog *c)
{
	return &c->pub;
}

void
event_catalog_free(struct event_catalog **c)
{
	if (*c) {
		arena_free(&(*c)->arena);
		vec_fini(&(*c)->words);
		vec_fini(&(*c)->types);
		vec_fini(&(*c)->cues);
	}
	mem_free(c);
}
