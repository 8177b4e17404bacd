/*
 * Watchlists: entities in YAML and CSV. A CSV row becomes the map that its YAML
 * would be, so that both are read by the same rows of the table of keys.
 */
#include "config/load.h"

#include "base/plural.h"
#include "config/csv.h"
#include "model/limits.h"
#include "text/fold.h"

/* -- entities -------------------------------------------------------------- */

static bool
check_id(struct load *l, struct entity *e, const struct strbuf *slug,
	struct place at)
{
	if (!e->id.n && !slug->n) {
		diag_error(l->diag, at,
			"'%.*s' has neither letter nor digit to make an id of; "
			"give it an 'id'",
			SPAN_ARG(e->name));
		return false;
	}
	if (!e->id.n) {
		e->id = arena_span(l->snap->arena, strbuf_as_span(slug));
		return true;
	}
	if (span_eq(e->id, strbuf_as_span(slug)))
		return true;
	diag_error(l->diag, at,
		"'%.*s' cannot be an id, which is of lower case letters, "
		"digits and '-'%s%.*s%s",
		SPAN_ARG(e->id), slug->n ? "; write '" : "",
		SPAN_ARG(strbuf_as_span(slug)), slug->n ? "'" : "");
	return false;
}

static bool
tell_duplicate(struct load *l, const struct entity *e)
{
	const struct entity_text *seen = map_get(l->seen_entities, e->id);
	struct strbuf first = STRBUF_INIT(KIB(8));

	if (!seen)
		return false;
	load_place(&seen->place, &first);
	diag_error(l->diag, e->place,
		"'%.*s' has the id '%.*s', as has the entity at %s; remove "
		"one, or give it another 'id'",
		SPAN_ARG(e->name), SPAN_ARG(e->id), strbuf_cstr(&first));
	strbuf_fini(&first);
	return true;
}

/* Lists that are tried and not run may have names that differ and make one id:
 * "OPEC", "OPEC+". The later one gets a number. */
static void
number_id(struct load *l, struct entity *e)
{
	const struct entity_text *seen = map_get(l->seen_entities, e->id);
	struct span id = e->id;
	struct strbuf first = STRBUF_INIT(KIB(8));

	load_place(&seen->place, &first);
	for (unsigned i = 2; map_has(l->seen_entities, id); i++)
		id = span_of(arena_printf(
			l->snap->arena, "%.*s-%u", SPAN_ARG(e->id), i));
	diag_warning(l->diag, e->place,
		"'%.*s' would have the id '%.*s', as has the entity at %s; it "
		"is called '%.*s' here",
		SPAN_ARG(e->name), SPAN_ARG(e->id), strbuf_cstr(&first),
		SPAN_ARG(id));
	strbuf_fini(&first);
	e->id = id;
}

static bool
check_unique(struct load *l, struct entity *e, bool id_is_given)
{
	const struct entity_text *seen = map_get(l->seen_entities, e->id);

	if (seen && l->on_trial && !id_is_given &&
		!span_eq(seen->text, e->name))
		number_id(l, e);
	return !tell_duplicate(l, e);
}

static void
check_query(struct load *l, const struct entity *e)
{
	if (e->kind == ENTITY_TOPIC && !e->query.text.n)
		diag_error(l->diag, e->place,
			"the topic '%.*s' needs a 'query'", SPAN_ARG(e->name));
	if (e->kind != ENTITY_TOPIC && e->query.text.n)
		diag_error(l->diag, e->query.place,
			"only a topic has a 'query'; '%.*s' is a %s",
			SPAN_ARG(e->name), entity_kind_name(e->kind));
}

/* Is there an element that the table of keys could not see is wrong? */
static void
check_names(struct load *l, struct entity *e)
{
	e->name = span_trim(e->name);
	if (!e->name.n)
		diag_error(l->diag, e->place, "an empty name");
}

bool
load_entity(struct load *l, const struct entity *given)
{
	struct strbuf slug = STRBUF_INIT(LIMIT_NAME_BYTES);
	struct entity_text *name;
	struct entity e = *given;
	bool ok;

	fold_slug(e.id.n ? e.id : e.name, &slug);
	ok = check_id(l, &e, &slug, e.place) &&
		check_unique(l, &e, given->id.n > 0);
	strbuf_fini(&slug);
	if (!ok)
		return false;
	if (l->snap->entities.n == LIMIT_ENTITIES) {
		load_bulk_end(l); /* it is not this row that is wrong */
		diag_error(l->diag, e.place, "more than %d entities",
			LIMIT_ENTITIES);
		l->parts &= ~(unsigned)CONFIG_WATCHLISTS;
		return false;
	}
	name = arena_new_obj(l->snap->arena, struct entity_text);
	*name = (struct entity_text){e.name, e.place};
	map_put(l->seen_entities, e.id, name);
	vec_push(&l->snap->entities, e);
	return true;
}

static void
load_map(struct load *l, struct key_reader *r, struct key_rows rows,
	const struct yaml_node *map, struct span watchlist)
{
	struct entity e = l->entity_defaults;
	size_t before = diag_errors(l->diag) + diag_tolerated(l->diag);
	const struct yaml_node *name = yaml_get(map, "name");

	e.watchlist = watchlist;
	e.place = name ? name->place : map->place;
	keys_read(r, rows, map, &e, NULL, NULL);
	/* An entity that is broken already gets no second message. */
	if (diag_errors(l->diag) + diag_tolerated(l->diag) != before)
		return;
	check_names(l, &e);
	check_query(l, &e);
	if (diag_errors(l->diag) + diag_tolerated(l->diag) == before)
		load_entity(l, &e);
}

void
load_entities(struct load *l, const char *file, const struct yaml_node *value)
{
	struct key_reader r = load_reader(l, file);
	struct key_rows rows = key_rows("entities[].");
	struct span watchlist = load_stem(l, file);

	if (yaml_is_nothing(value) ||
		!keys_want(&r, "entities", value, YAML_LIST))
		return;
	yaml_each(n, value)
	{
		if ((l->parts & CONFIG_WATCHLISTS) &&
			keys_want(&r, "entities[]", n, YAML_MAP))
			load_map(l, &r, rows, n, watchlist);
	}
}

/* -- CSV ------------------------------------------------------------------- */

/* One CSV file on its way. */
struct table {
	struct load *l;
	struct key_reader r;
	struct key_rows rows;
	struct csv csv;
	struct arena *scratch; /* of one row */
	const struct key *columns[CSV_FIELDS_MAX];
	size_t n_columns;
	struct span watchlist;
};

/* The row of the table of keys that a column is; NULL if it is none. */
static const struct key *
find_column(const struct table *t, struct span name)
{
	size_t skip = strlen(t->rows.prefix);

	for (size_t i = 0; i < t->rows.n; i++) {
		if (span_eq_str(name, t->rows.first[i].path + skip))
			return &t->rows.first[i];
	}
	return NULL;
}

static void
tell_column(struct table *t, const struct csv_field *f)
{
	struct diag_nearest near = {.word = f->text};
	struct strbuf hint = STRBUF_INIT(256);

	for (size_t i = 0; i < t->rows.n; i++)
		diag_offer(&near,
			span_of(t->rows.first[i].path +
				strlen(t->rows.prefix)));
	diag_error(t->l->diag, diag_place(t->r.file, f->line, f->column),
		"unknown column '%.*s'%s",
		SPAN_ARG(span_utf8_head(f->text, 200)),
		diag_suggest(&near, &hint));
	strbuf_fini(&hint);
}

static bool
has_column(const struct table *t, const struct key *k)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		if (t->columns[i] == k)
			return true;
	}
	return false;
}

/* One column with another separator in it: what to do instead. */
static bool
tell_separator(struct table *t)
{
	const struct csv_field *f = &t->csv.fields[0];
	char c = span_find(f->text, ';') != SIZE_MAX   ? ';'
		: span_find(f->text, '\t') != SIZE_MAX ? '\t'
						       : '\0';

	if (t->csv.n_fields != 1 || !c)
		return false;
	diag_error(t->l->diag, diag_place(t->r.file, f->line, f->column),
		"the columns are separated by %s; a watchlist's are separated "
		"by commas: save it as CSV with commas, fields with commas in "
		"quotes",
		c == ';' ? "';'" : "tabs");
	return true;
}

/* The first record names the columns, in any order. */
static bool
read_header(struct table *t)
{
	size_t before = diag_errors(t->l->diag);

	if (!csv_next(&t->csv)) {
		diag_error(t->l->diag, diag_place(t->r.file, 1, 1),
			"no header: the first line names the columns, such as "
			"name,kind,aliases");
		return false;
	}
	if (t->csv.error)
		diag_error(t->l->diag,
			diag_place(t->r.file, t->csv.error_at.line,
				t->csv.error_at.column),
			"%s", t->csv.error);
	if (tell_separator(t))
		return false;
	for (size_t i = 0; i < t->csv.n_fields; i++) {
		const struct csv_field *f = &t->csv.fields[i];
		const struct key *k = find_column(t, f->text);

		if (!k)
			tell_column(t, f);
		else if (has_column(t, k))
			diag_error(t->l->diag,
				diag_place(t->r.file, f->line, f->column),
				"the column '%.*s' is here twice",
				SPAN_ARG(f->text));
		t->columns[t->n_columns++] = k;
	}
	if (diag_errors(t->l->diag) == before &&
		!has_column(t, find_column(t, SPAN_LIT("name"))))
		diag_error(t->l->diag, diag_place(t->r.file, 1, 1),
			"the column 'name' is missing");
	return diag_errors(t->l->diag) == before;
}

static struct yaml_node *
node_new(struct table *t, enum yaml_type type, const struct csv_field *f,
	struct span text)
{
	struct yaml_node *n = arena_new_obj(t->scratch, struct yaml_node);

	n->type = type;
	n->quoted = true;
	n->text = text;
	n->place = diag_place(t->r.file, f->line, f->column);
	return n;
}

static void
append(struct yaml_node *parent, struct yaml_node ***end, struct yaml_node *n)
{
	**end = n;
	*end = &n->next;
	parent->n++;
}

/* "Facebook|Meta Platforms": a list. All elements have the field's place. */
static struct yaml_node *
split(struct table *t, const struct csv_field *f)
{
	struct yaml_node *list = node_new(t, YAML_LIST, f, SPAN_NULL);
	struct yaml_node **end = &list->first;
	struct span rest = f->text, part;

	while (span_next(&rest, '|', &part)) {
		part = span_trim(part);
		if (part.n)
			append(list, &end, node_new(t, YAML_TEXT, f, part));
	}
	return list;
}

/* The record as a map; empty fields say nothing. */
static struct yaml_node *
row_map(struct table *t)
{
	struct csv_field start = {.line = t->csv.fields[0].line, .column = 1};
	struct yaml_node *map = node_new(t, YAML_MAP, &start, SPAN_NULL);
	struct yaml_node **end = &map->first;

	for (size_t i = 0; i < t->csv.n_fields; i++) {
		const struct csv_field *f = &t->csv.fields[i];
		const struct key *k = t->columns[i];
		struct yaml_node *key;

		if (!f->text.n)
			continue;
		key = node_new(t, YAML_TEXT, f,
			span_of(k->path + strlen(t->rows.prefix)));
		key->value = k->type == KEY_TEXTS
			? split(t, f)
			: node_new(t, YAML_TEXT, f, f->text);
		append(map, &end, key);
	}
	return map;
}

static void
load_row(struct table *t)
{
	struct csv *c = &t->csv;

	if (c->error) {
		diag_error(t->l->diag,
			diag_place(t->r.file, c->error_at.line,
				c->error_at.column),
			"%s", c->error);
	} else if (c->n_fields > t->n_columns) {
		const struct csv_field *f = &c->fields[t->n_columns];

		diag_error(t->l->diag,
			diag_place(t->r.file, f->line, f->column),
			"%zu fields, but the header names %zu %s; put "
			"fields with commas in quotes",
			c->n_fields, t->n_columns,
			PLURAL(t->n_columns, "column", "columns"));
	} else {
		load_map(t->l, &t->r, t->rows, row_map(t), t->watchlist);
	}
	arena_reset(t->scratch);
}

static void
load_rows(struct table *t)
{
	load_bulk_begin(t->l, "this row is left out");
	while ((t->l->parts & CONFIG_WATCHLISTS) && csv_next(&t->csv)) {
		load_row(t);
		load_bulk_row(t->l);
	}
	load_bulk_end(t->l);
}

void
load_watchlist_csv(struct load *l, const char *file, struct place at)
{
	struct strbuf text = STRBUF_INIT(LIMIT_LIST_BYTES);
	struct table t = {
		.l = l,
		.r = load_reader(l, file),
		.rows = key_rows("entities[]."),
		.watchlist = load_stem(l, file),
	};

	if (!load_file(l, file, LIMIT_LIST_BYTES, at, &text))
		return;
	load_hash(l, file, strbuf_as_span(&text));
	if (!(l->parts & CONFIG_WATCHLISTS)) {
		strbuf_fini(&text);
		return;
	}
	t.scratch = arena_new();
	csv_init(&t.csv, strbuf_as_span(&text));
	if (read_header(&t))
		load_rows(&t);
	csv_fini(&t.csv);
	arena_free(&t.scratch);
	strbuf_fini(&text);
}
