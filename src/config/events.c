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

struct event_loading {
	struct event_catalog *c;
	struct diag *diag;
	struct map *seen; /* ids and names in the present file */
	const char *file; /* the present one */
};

/* -- values ---------------------------------------------------------------- */

static struct span
want_text(struct event_loading *l, const struct yaml_node *n, const char *what)
{
	if (n->type == YAML_TEXT)
		return arena_span(l->c->arena, n->text);
	diag_error(l->diag, n->place, "%s is a text, not %s", what,
		yaml_type_name(n));
	return SPAN_NULL;
}

static bool
want(struct event_loading *l, const struct yaml_node *n, enum yaml_type type,
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
add_texts(struct event_loading *l, const struct yaml_node *n, const char *what,
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
		all[k++] = (struct entity_text){
			want_text(l, n, what), text_place(n)};
	else
		yaml_each(it, n) all[k++] = (struct entity_text){
			want_text(l, it, what), text_place(it)};
	*to = (struct entity_texts){all, k};
}

static void
add_patterns(struct event_loading *l, const struct yaml_node *n,
	const char *what, struct event_type *t, int polarity, bool weak)
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
read_polarity(struct event_loading *l, const struct yaml_node *n)
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
unknown_key(struct event_loading *l, const struct yaml_node *key,
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
unknown_type_key(struct event_loading *l, const struct yaml_node *key)
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
read_type_key(struct event_loading *l, const struct yaml_node *key,
	struct event_type *t)
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
is_new_here(struct event_loading *l, const struct yaml_node *n,
	struct span name, const char *what)
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
read_extend(struct event_loading *l, const struct yaml_node *map)
{
	const struct yaml_node *n = yaml_get(map, "extend");
	bool extend = false;

	if (n && (n->type != YAML_TEXT || !value_bool(n->text, &extend)))
		diag_error(l->diag, n->place, "extend is true or false");
	return extend;
}

/* Patterns that were read before the type's polarity was known. */
static void
settle_polarity(struct event_loading *l, const struct yaml_node *map,
	struct event_type *t)
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
read_type(struct event_loading *l, const struct yaml_node *map)
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
	t.id = want_text(l, id, "id");
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
read_types(struct event_loading *l, const struct yaml_node *list)
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
read_words(struct event_loading *l, const struct yaml_node *map)
{
	if (yaml_is_nothing(map) || !want(l, map, YAML_MAP, "event_words"))
		return;
	yaml_each(key, map)
	{
		struct event_words w = {
			.name = arena_span(l->c->arena, key->text),
			.place = key->place,
		};
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
read_cues(struct event_loading *l, const struct yaml_node *map)
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
	void (*read)(struct event_loading *l, const struct yaml_node *value);
};

static const struct section sections[] = {
	{"event_words", read_words},
	{"event_types", read_types},
	{"event_cues", read_cues},
};

static const struct section *
find_section(struct span key)
{
	for (size_t i = 0; i < COUNT_OF(sections); i++)
		if (span_eq_str(key, sections[i].key))
			return &sections[i];
	return NULL;
}

void
event_loading_part(struct event_loading *l, const char *file, struct span key,
	const struct yaml_node *value)
{
	const struct section *section;

	if (file != l->file) {
		map_free(&l->seen);
		l->seen = map_new(NULL);
		l->file = file;
	}
	section = find_section(key);
	if (section)
		section->read(l, value);
}

static void
read_text(struct event_loading *l, struct span text, const char *file)
{
	static const char *const names[] = {
		"event_words", "event_types", "event_cues"};
	struct arena *scratch = arena_new();
	struct yaml_node *root = NULL;

	diag_file(l->diag, file);
	if (yaml_parse(text, file, scratch, l->diag, &root) == 0 &&
		want(l, root, YAML_MAP, "a file of event types")) {
		yaml_each(key, root)
		{
			if (find_section(key->text))
				event_loading_part(
					l, file, key->text, key->value);
			else
				unknown_key(l, key, names, COUNT_OF(names));
		}
	}
	arena_free(&scratch);
}

static void
read_file(struct event_loading *l, const char *path)
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

struct event_loading *
event_loading_new(struct diag *diag)
{
	struct event_loading *l = mem_new(l);

	l->c = mem_new(l->c);
	l->c->arena = arena_new();
	l->diag = diag;
	return l;
}

void
event_loading_builtin(struct event_loading *l)
{
	read_text(l, events_builtin, BUILTIN_NAME);
}

struct event_catalog *
event_loading_take(struct event_loading **lp)
{
	struct event_loading *l = *lp;
	struct event_catalog *c = l->c;

	c->pub = (struct event_types){
		.words = c->words.p,
		.n_words = c->words.n,
		.types = c->types.p,
		.n_types = c->types.n,
		.cues = c->cues.p,
		.n_cues = c->cues.n,
	};
	map_free(&l->seen);
	mem_free(lp);
	return c;
}

/* The end of reading files of event types alone. */
static int
finish(struct event_loading **l, struct event_catalog **out,
	struct strbuf *report, struct err *err)
{
	struct diag *diag = (*l)->diag;
	size_t errors = diag_errors(diag);
	struct strbuf first = STRBUF_INIT(512);

	*out = event_loading_take(l);
	diag_format(diag, report);
	diag_format_first(diag, &first);
	if (errors) {
		err_set(err, ERR_CONF, "%s", strbuf_cstr(&first));
		event_catalog_free(out);
	}
	diag_free(&diag);
	strbuf_fini(&first);
	return errors ? -1 : 0;
}

int
config_load_events(const char *const *files, size_t n,
	struct event_catalog **out, struct strbuf *report, struct err *err)
{
	struct event_loading *l = event_loading_new(diag_new());

	event_loading_builtin(l);
	for (size_t i = 0; i < n; i++)
		read_file(l, files[i]);
	return finish(&l, out, report, err);
}

int
config_parse_events(struct span text, const char *name,
	struct event_catalog **out, struct strbuf *report, struct err *err)
{
	struct event_loading *l = event_loading_new(diag_new());

	read_text(l, text, arena_strdup(l->c->arena, name));
	return finish(&l, out, report, err);
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
