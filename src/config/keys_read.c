/*
 * Reading a map by the table of keys: one function per type turns a value into
 * a field, and tells what is wrong with it.
 */
#include "config/keys.h"

#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/vec.h"
#include "config/value.h"
#include "model/limits.h"
#include "text/url.h"

#define MESSAGE_BYTES 200 /* of a value, in a message */

/* One value on its way into its field. */
struct reading {
	struct key_reader *r;
	const struct key *k;
	const struct yaml_node *value;
	struct place at;
	struct span text;
};

static void NW_PRINTF(2, 3) wrong(const struct reading *v, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	diag_error(v->r->diag, v->at, "%s: %s", v->k->path, why);
}

static struct span
shown(const struct reading *v)
{
	return span_utf8_head(v->text, MESSAGE_BYTES);
}

static bool
in_range(const struct reading *v, double number)
{
	struct strbuf range = STRBUF_INIT(256);
	bool ok = number >= v->k->min && number <= v->k->max;

	if (!ok) {
		key_range_format(v->k, &range);
		wrong(v, "'%.*s' is out of range: %s", SPAN_ARG(shown(v)),
			strbuf_cstr(&range));
	}
	strbuf_fini(&range);
	return ok;
}

static bool
text_fits(const struct reading *v)
{
	if (v->text.n < (size_t)v->k->min)
		wrong(v, "is empty");
	else if (v->text.n > (size_t)v->k->max)
		wrong(v, "is longer than %zu bytes", (size_t)v->k->max);
	else
		return true;
	return false;
}

static void
read_text(const struct reading *v, void *field)
{
	if (text_fits(v))
		*(struct span *)field = arena_span(v->r->arena, v->text);
}

static void
read_bool(const struct reading *v, void *field)
{
	if (!value_bool(v->text, field))
		wrong(v, "'%.*s' is neither true nor false",
			SPAN_ARG(shown(v)));
}

static void
read_count(const struct reading *v, void *field)
{
	int64_t number;

	if (!span_i64(v->text, INT64_MIN, INT64_MAX, &number))
		wrong(v, "'%.*s' is no whole number", SPAN_ARG(shown(v)));
	else if (in_range(v, (double)number))
		*(unsigned *)field = (unsigned)number;
}

static void
read_number(const struct reading *v, void *field)
{
	double number;

	if (!span_double(v->text, &number))
		wrong(v, "'%.*s' is no number", SPAN_ARG(shown(v)));
	else if (in_range(v, number))
		*(double *)field = number;
}

static void
read_duration(const struct reading *v, void *field)
{
	int64_t ms;

	if (!value_duration(v->text, &ms))
		wrong(v,
			"'%.*s' is no duration; write 90s, 5m, 2h or "
			"7d",
			SPAN_ARG(shown(v)));
	else if (in_range(v, (double)ms))
		*(int64_t *)field = ms;
}

static void
read_interval(const struct reading *v, void *field)
{
	if (span_eq_str(v->text, "auto"))
		*(int64_t *)field = 0;
	else
		read_duration(v, field);
}

static void
read_size(const struct reading *v, void *field)
{
	size_t bytes;

	if (!value_size(v->text, &bytes))
		wrong(v, "'%.*s' is no size; write 512KiB or 4MiB",
			SPAN_ARG(shown(v)));
	else if (in_range(v, (double)bytes))
		*(size_t *)field = bytes;
}

static void
read_rate(const struct reading *v, void *field)
{
	double per_second;

	if (!value_rate(v->text, &per_second))
		wrong(v, "'%.*s' is no rate; write 50/s, 10/m or none",
			SPAN_ARG(shown(v)));
	else if (in_range(v, per_second))
		*(double *)field = per_second;
}

/* Position in the row's words, or -1 after telling what they are. */
static int
find_word(const struct reading *v)
{
	struct diag_nearest near = {.word = v->text};
	struct strbuf words = STRBUF_INIT(512), hint = STRBUF_INIT(512);

	for (int i = 0; v->k->words[i]; i++) {
		if (span_eq_str(v->text, v->k->words[i]))
			return i;
		diag_offer(&near, span_of(v->k->words[i]));
	}
	key_range_format(v->k, &words);
	wrong(v, "'%.*s' is not %s%s", SPAN_ARG(shown(v)), strbuf_cstr(&words),
		diag_suggest(&near, &hint));
	strbuf_fini(&words);
	strbuf_fini(&hint);
	return -1;
}

static void
read_enum(const struct reading *v, void *field)
{
	int i = find_word(v);

	/* Enums without negative values are unsigned in gcc and clang. */
	if (i >= 0)
		*(unsigned *)field = (unsigned)i;
}

static void
read_word(const struct reading *v, void *field)
{
	int i = find_word(v);

	if (i >= 0)
		*(struct span *)field = span_of(v->k->words[i]);
}

static void
read_url(const struct reading *v, void *field)
{
	struct strbuf schemes = STRBUF_INIT(256);
	struct url url;
	bool known = false;

	if (!text_fits(v))
		return;
	url_split(v->text, &url);
	for (size_t i = 0; v->k->words[i] && url.scheme.p; i++)
		known |= span_eq_str(url.scheme, v->k->words[i]);
	if (known) {
		*(struct span *)field = arena_span(v->r->arena, v->text);
		return;
	}
	for (size_t i = 0; v->k->words[i]; i++)
		strbuf_printf(&schemes, "%s%s:", i ? ", " : "", v->k->words[i]);
	wrong(v, "'%.*s' is no URL that starts with one of: %s",
		SPAN_ARG(shown(v)), strbuf_cstr(&schemes));
	strbuf_fini(&schemes);
}

static void
read_listen(const struct reading *v, void *field)
{
	if (v->text.n && (!text_fits(v) || !value_listen(v->text)))
		wrong(v,
			"'%.*s' is no address; write 127.0.0.1:8642 or "
			"[::1]:8642, or '' for none",
			SPAN_ARG(shown(v)));
	else
		*(struct span *)field = arena_span(v->r->arena, v->text);
}

static void
read_clock(const struct reading *v, void *field)
{
	if (!value_clock(v->text, field))
		wrong(v, "'%.*s' is no time of day; write 07:30 or 22:00",
			SPAN_ARG(shown(v)));
}

static void
read_path(const struct reading *v, void *field)
{
	char *path, *joined;

	if (!text_fits(v))
		return;
	path = span_dup(v->text);
	joined = file_beside(v->r->file, path);
	*(struct span *)field = arena_span(v->r->arena, span_of(joined));
	mem_free(&path);
	mem_free(&joined);
}

static void
read_texts(const struct reading *v, void *field)
{
	*(struct entity_texts *)field =
		keys_read_texts(v->r, v->k->path, v->value, (size_t)v->k->max);
}

static void
read_placed(const struct reading *v, void *field)
{
	struct entity_text *t = field;

	if (!text_fits(v))
		return;
	t->text = arena_span(v->r->arena, v->text);
	t->place = v->at;
}

static void
read_compare(const struct reading *v, void *field)
{
	struct route_number n = {.place = v->at};

	if (!value_compare(v->text, &n.cmp, &n.value))
		wrong(v, "'%.*s' is no comparison; write \">=60\" or \"<0.5\"",
			SPAN_ARG(shown(v)));
	else if (in_range(v, n.value))
		*(struct route_number *)field = n;
}

static void (*const readers[])(const struct reading *v, void *field) = {
	[KEY_TEXT] = read_text,
	[KEY_BOOL] = read_bool,
	[KEY_COUNT] = read_count,
	[KEY_NUMBER] = read_number,
	[KEY_CLOCK] = read_clock,
	[KEY_DURATION] = read_duration,
	[KEY_INTERVAL] = read_interval,
	[KEY_SIZE] = read_size,
	[KEY_RATE] = read_rate,
	[KEY_ENUM] = read_enum,
	[KEY_WORD] = read_word,
	[KEY_URL] = read_url,
	[KEY_LISTEN] = read_listen,
	[KEY_PATH] = read_path,
	[KEY_TEXTS] = read_texts,
	[KEY_PLACED] = read_placed,
	[KEY_COMPARE] = read_compare,
};

struct entity_texts
keys_read_texts(struct key_reader *r, const char *name,
	const struct yaml_node *value, size_t max)
{
	const struct yaml_node *one =
		value->type == YAML_TEXT ? value : value->first;
	struct entity_texts out = {0};
	struct entity_text *p;
	size_t n = value->type == YAML_TEXT ? 1 : value->n;

	if (value->type == YAML_MAP)
		keys_want(r, name, value, YAML_LIST);
	if (value->type == YAML_MAP || yaml_is_nothing(value) || !n)
		return out;
	if (n > max) {
		diag_error(r->diag, value->place, "%s: more than %zu elements",
			name, max);
		return out;
	}
	p = arena_array(r->arena, n, sizeof(*p));
	for (; one; one = value->type == YAML_LIST ? one->next : NULL) {
		if (!keys_want(r, name, one, YAML_TEXT))
			continue;
		if (!span_trim(one->text).n) {
			diag_error(r->diag, one->place,
				"%s: an empty text in the list", name);
		} else if (one->text.n > LIMIT_NAME_BYTES) {
			diag_error(r->diag, one->place,
				"%s: a text of more than %d bytes", name,
				LIMIT_NAME_BYTES);
		} else {
			p[out.n].text = arena_span(r->arena, one->text);
			p[out.n++].place = one->place;
		}
	}
	out.p = p;
	return out;
}

bool
keys_want(struct key_reader *r, const char *name, const struct yaml_node *value,
	enum yaml_type type)
{
	static const char *const names[] = {
		[YAML_TEXT] = "a text",
		[YAML_LIST] = "a list",
		[YAML_MAP] = "a map",
	};

	if (value->type == type)
		return true;
	diag_error(r->diag, value->place, "%s: must be %s, not %s", name,
		names[type], yaml_type_name(value));
	return false;
}

/* -- maps ------------------------------------------------------------------ */

/* The row of a key directly under the prefix; NULL if there is none. */
static const struct key *
find_row(struct key_rows rows, struct span name)
{
	size_t skip = strlen(rows.prefix);

	for (size_t i = 0; i < rows.n; i++) {
		const char *rest = rows.first[i].path + skip;

		if (rest[0] && span_eq_str(name, rest) && !strpbrk(rest, ".[*"))
			return &rows.first[i];
	}
	return NULL;
}

static void
tell_unknown(
	struct key_reader *r, struct key_rows rows, const struct yaml_node *key)
{
	struct diag_nearest near = {.word = key->text};
	struct strbuf hint = STRBUF_INIT(256);
	size_t skip = strlen(rows.prefix);

	for (size_t i = 0; i < rows.n; i++) {
		const char *rest = rows.first[i].path + skip;

		if (!strpbrk(rest, ".[*"))
			diag_offer(&near, span_of(rest));
	}
	diag_suggest(&near, &hint);
	if (!hint.n && span_find(key->text, '.') != SIZE_MAX)
		strbuf_str(&hint,
			"; keys are written within each other, a: {b: ...}, "
			"not a.b");
	diag_error(r->diag, key->place, "unknown key '%.*s'%s",
		SPAN_ARG(span_utf8_head(key->text, MESSAGE_BYTES)),
		strbuf_cstr(&hint));
	strbuf_fini(&hint);
}

/* The rows below a group. The prefix lives in the arena. */
static struct key_rows
group_rows(struct key_reader *r, const struct key *k)
{
	return key_rows(arena_printf(r->arena, "%s.", k->path));
}

static void
read_value(struct key_reader *r, const struct key *k,
	const struct yaml_node *value, void *out)
{
	struct reading v = {
		.r = r,
		.k = k,
		.value = value,
		.at = value->place,
		.text = value->text,
	};

	if (k->offset == KEY_NOWHERE)
		return;
	if (k->type == KEY_TEXTS || keys_want(r, k->path, value, YAML_TEXT))
		readers[k->type](&v, (char *)out + k->offset);
}

static void
tell_missing(
	struct key_reader *r, struct key_rows rows, const struct yaml_node *map)
{
	size_t skip = strlen(rows.prefix);

	for (size_t i = 0; i < rows.n; i++) {
		const struct key *k = &rows.first[i];
		bool there = false;

		if (!(k->flags & KEY_NEEDED) || strpbrk(k->path + skip, ".[*"))
			continue;
		yaml_each(key, map) there |=
			span_eq_str(key->text, k->path + skip);
		if (!there)
			diag_error(r->diag, map->place, "'%s' is missing",
				k->path + skip);
	}
}

void
keys_read(struct key_reader *r, struct key_rows rows,
	const struct yaml_node *map, void *out, key_part_cb on_part, void *arg)
{
	yaml_each(key, map)
	{
		const struct key *k = find_row(rows, key->text);

		if (!k)
			tell_unknown(r, rows, key);
		else if (k->type == KEY_PART)
			on_part(k, key, arg);
		else if (k->type != KEY_GROUP)
			read_value(r, k, key->value, out);
		else if (!yaml_is_nothing(key->value) &&
			keys_want(r, k->path, key->value, YAML_MAP))
			keys_read(r, group_rows(r, k), key->value, out, on_part,
				arg);
	}
	tell_missing(r, rows, map);
}

void
keys_default(struct key_reader *r, struct key_rows rows, void *out)
{
	for (size_t i = 0; i < rows.n; i++) {
		const struct key *k = &rows.first[i];
		struct yaml_node value = {.type = YAML_TEXT, .quoted = true};

		/* Rows of lists below have structs of their own. */
		if (!k->otherwise || k->offset == KEY_NOWHERE ||
			strpbrk(k->path + strlen(rows.prefix), "[*"))
			continue;
		value.text = span_of(k->otherwise);
		read_value(r, k, &value, out);
	}
}
