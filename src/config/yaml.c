/* See yaml.h. The only file that knows libfyaml. */
#include "config/yaml.h"

#include <libfyaml.h>

#include "base/map.h"
#include "base/mem.h"
#include "model/limits.h"

/* Maps up to this size are searched for duplicate keys one by one. */
#define FEW_KEYS 16

struct level {
	struct yaml_node *parent; /* a list or a map */
	struct yaml_node *last; /* its last child so far */
	struct yaml_node *key; /* waits for its value; maps only */
	struct map *keys; /* of a large map; NULL while it is small */
};

struct walk {
	struct arena *arena;
	struct diag *diag;
	const char *file;
	struct level levels[LIMIT_CONFIG_DEPTH];
	unsigned depth; /* levels in use */
	struct yaml_node *root;
	size_t nodes;
	bool failed; /* told to diag; the walk ends */
};

bool
yaml_is_nothing(const struct yaml_node *n)
{
	return n->type == YAML_TEXT && !n->text.n && !n->quoted;
}

const char *
yaml_type_name(const struct yaml_node *n)
{
	static const char *const names[] = {
		[YAML_TEXT] = "a text",
		[YAML_LIST] = "a list",
		[YAML_MAP] = "a map",
	};

	return yaml_is_nothing(n) ? "nothing" : names[n->type];
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	if (map->type != YAML_MAP)
		return NULL;
	yaml_each(k, map)
	{
		if (span_eq_str(k->text, key))
			return k->value;
	}
	return NULL;
}

/* -- before libfyaml sees it ---------------------------------------------- */

struct cursor {
	const char *file;
	size_t line_start;
	unsigned line;
};

static struct place
cursor_place(const struct cursor *c, struct span text, size_t at)
{
	unsigned column = 1;

	for (size_t i = c->line_start; i < at; i++)
		column += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return diag_place(c->file, c->line, column);
}

/* Why this byte may not stand here; NULL if it may. */
static const char *
bad_byte(struct span text, size_t at, size_t line_start)
{
	unsigned char c = (unsigned char)text.p[at];
	struct span rest;

	if (c >= ' ' && c < 127 && c != '%')
		return NULL;
	if (c == '%' && at == line_start)
		return "a line that starts with '%': YAML directives are not "
		       "supported";
	if (c == '\r' && (at + 1 == text.n || text.p[at + 1] != '\n'))
		return "a carriage return without a line feed";
	if (c == 127 || (c < ' ' && c != '\t' && c != '\r' && c != '\n'))
		return "a control character";
	if (c != 0xe2 && c != 0xc2)
		return NULL;
	rest = span_sub(text, at, 3);
	if (span_starts(rest, "\xe2\x80\xa8") ||
		span_starts(rest, "\xe2\x80\xa9") ||
		span_starts(rest, "\xc2\x85"))
		return "an invisible line separator (U+0085, U+2028 or "
		       "U+2029)";
	return NULL;
}

/* Offset of the first byte that is no UTF-8; the text has one. */
static size_t
bad_utf8(struct span line)
{
	size_t good = 0, step = 1;

	for (; good < line.n; good += step) {
		for (step = 1; step <= 4; step++) {
			if (span_is_utf8(span_sub(line, good, step)))
				break;
		}
		if (step > 4)
			break;
	}
	return good;
}

static bool
check_line(struct span text, struct cursor *c, size_t end, struct diag *d)
{
	struct span line = span_sub(text, c->line_start, end - c->line_start);

	if (!span_is_utf8(line)) {
		diag_error(d,
			cursor_place(c, text, c->line_start + bad_utf8(line)),
			"bytes that are no UTF-8; save the file as UTF-8");
		return false;
	}
	for (size_t i = c->line_start; i < end; i++) {
		const char *why = bad_byte(text, i, c->line_start);

		if (why) {
			diag_error(d, cursor_place(c, text, i), "%s", why);
			return false;
		}
	}
	return true;
}

/* libfyaml 0.7 loops or aborts on some of what is refused here. */
static bool
check_bytes(struct span text, const char *file, struct diag *d)
{
	struct cursor c = {.file = file, .line = 1};
	size_t errors = diag_errors(d);

	if (text.n > LIMIT_CONFIG_BYTES) {
		diag_error(d, diag_place(file, 0, 0),
			"larger than %zu MiB; put bulk data into CSV files or "
			"lists",
			LIMIT_CONFIG_BYTES >> 20);
		return false;
	}
	while (c.line_start < text.n) {
		struct span rest = span_sub(text, c.line_start, SIZE_MAX);
		size_t n = span_find(rest, '\n');
		size_t end = n == SIZE_MAX ? text.n : c.line_start + n + 1;

		if (!check_line(text, &c, end, d) &&
			diag_errors(d) - errors >= LIMIT_DIAGNOSTICS)
			return false;
		c.line_start = end;
		c.line++;
	}
	return diag_errors(d) == errors;
}

/* -- events to nodes ------------------------------------------------------ */

/* sigil: characters in front of the token's text, such as a quote. */
static struct place
token_place(const struct walk *w, struct fy_token *t, int sigil)
{
	const struct fy_mark *m = t ? fy_token_start_mark(t) : NULL;

	if (!m)
		return diag_place(w->file, 0, 0);
	if (m->column < sigil)
		sigil = m->column;
	return diag_place(w->file, (unsigned)m->line + 1,
		(unsigned)(m->column - sigil) + 1);
}

static void
fail(struct walk *w, struct place at, const char *why)
{
	diag_error(w->diag, at, "%s", why);
	w->failed = true;
}

static struct yaml_node *
node_new(struct walk *w, enum yaml_type type, struct fy_token *t, int sigil)
{
	struct yaml_node *n = arena_new_obj(w->arena, struct yaml_node);

	n->type = type;
	n->place = token_place(w, t, sigil);
	if (++w->nodes > LIMIT_CONFIG_NODES)
		fail(w, n->place,
			"too many values; put bulk data into CSV files or "
			"lists");
	return n;
}

/* The first key of the same text; NULL if there is none. */
static const struct yaml_node *
find_key(const struct level *l, struct span text)
{
	if (l->keys)
		return map_get(l->keys, text);
	yaml_each(k, l->parent)
	{
		if (span_eq(k->text, text))
			return k;
	}
	return NULL;
}

static void
map_add_key(struct level *l, struct yaml_node *key)
{
	if (!l->keys && l->parent->n == FEW_KEYS) {
		l->keys = map_new(NULL);
		for (struct yaml_node *k = l->parent->first; k; k = k->next)
			map_put(l->keys, k->text, k);
	}
	if (l->keys)
		map_put(l->keys, key->text, key);
}

static void
append(struct level *l, struct yaml_node *n)
{
	if (l->last)
		l->last->next = n;
	else
		l->parent->first = n;
	l->last = n;
	l->parent->n++;
}

static void
put_key(struct walk *w, struct level *l, struct yaml_node *n)
{
	const struct yaml_node *first;

	if (n->type != YAML_TEXT) {
		fail(w, n->place, "a key must be a text");
		return;
	}
	/* A duplicate is not hung up: its value is read and dropped. */
	first = find_key(l, n->text);
	if (first) {
		diag_error(w->diag, n->place,
			"duplicate key '%.*s'; the first is in line %u",
			SPAN_ARG(n->text), first->place.line);
	} else {
		map_add_key(l, n);
		append(l, n);
	}
	l->key = n;
}

/* Hang n where the walk stands. */
static void
put(struct walk *w, struct yaml_node *n)
{
	struct level *l = w->depth ? &w->levels[w->depth - 1] : NULL;

	if (!l) {
		w->root = n;
	} else if (l->parent->type == YAML_LIST) {
		append(l, n);
	} else if (!l->key) {
		put_key(w, l, n);
	} else {
		l->key->value = n;
		l->key = NULL;
	}
}

static void
open_level(struct walk *w, enum yaml_type type, struct fy_token *t)
{
	struct yaml_node *n = node_new(w, type, t, 0);

	put(w, n);
	if (w->depth == LIMIT_CONFIG_DEPTH)
		fail(w, n->place, "too many lists and maps within each other");
	if (w->failed)
		return;
	w->levels[w->depth++] = (struct level){.parent = n};
}

static void
close_level(struct walk *w)
{
	map_free(&w->levels[--w->depth].keys);
}

static void
put_text(struct walk *w, struct fy_token *t)
{
	enum fy_scalar_style style = t ? fy_token_scalar_style(t) : FYSS_PLAIN;
	bool in_quotes =
		style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
	struct yaml_node *n = node_new(w, YAML_TEXT, t, in_quotes);
	struct level *l = w->depth ? &w->levels[w->depth - 1] : NULL;
	size_t len = 0;
	const char *p = t ? fy_token_get_text(t, &len) : NULL;

	n->quoted = style != FYSS_PLAIN;
	n->text = arena_span(w->arena, span_make(p ? p : "", p ? len : 0));
	/* `key:` with nothing behind it: the place of the key. */
	if (!n->place.line && l && l->key)
		n->place = l->key->place;
	put(w, n);
}

static const char unsupported_anchor[] =
	"anchors and aliases are not supported; write the value out";
static const char unsupported_tag[] =
	"tags (!...) are not supported; all values are text";

static void
refuse_properties(struct walk *w, struct fy_token *anchor, struct fy_token *tag)
{
	if (anchor)
		fail(w, token_place(w, anchor, 1), unsupported_anchor);
	else if (tag)
		fail(w, token_place(w, tag, 0), unsupported_tag);
}

static void
on_event(struct walk *w, struct fy_event *e)
{
	switch (e->type) {
	case FYET_MAPPING_START:
		refuse_properties(
			w, e->mapping_start.anchor, e->mapping_start.tag);
		if (!w->failed)
			open_level(w, YAML_MAP, e->mapping_start.mapping_start);
		break;
	case FYET_SEQUENCE_START:
		refuse_properties(
			w, e->sequence_start.anchor, e->sequence_start.tag);
		if (!w->failed)
			open_level(
				w, YAML_LIST, e->sequence_start.sequence_start);
		break;
	case FYET_SCALAR:
		refuse_properties(w, e->scalar.anchor, e->scalar.tag);
		if (!w->failed)
			put_text(w, e->scalar.value);
		break;
	case FYET_ALIAS:
		fail(w, token_place(w, e->alias.anchor, 1), unsupported_anchor);
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		close_level(w);
		break;
	case FYET_DOCUMENT_START:
		if (w->root)
			fail(w,
				token_place(
					w, e->document_start.document_start, 0),
				"a second document; a file holds one");
		break;
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		break;
	}
}

/* What the library says, and what a person makes of it. */
static const struct {
	const char *says, *means;
} library_errors[] = {
	{"invalid multiline plain key",
		"the text that starts here goes on in the next line, which "
		"looks like a key; check the indentation"},
	{"tab character may not be used as indentation",
		"a tab in the indentation; indent with spaces"},
	{"wrongly indented double-quoted scalar",
		"a quoted text without its closing quote"},
	{"double-quoted scalar without closing quote",
		"a quoted text without its closing quote"},
	{"single-quoted scalar without closing quote",
		"a quoted text without its closing quote"},
	{"flow sequence without a closing bracket", "'[' without its ']'"},
	{"flow mapping without a closing brace", "'{' without its '}'"},
};

static const char *
library_message(const struct fy_diag_error *e)
{
	if (!e || !e->msg)
		return "cannot be read as YAML";
	for (size_t i = 0; i < sizeof(library_errors) / sizeof(*library_errors);
		i++) {
		if (strcmp(e->msg, library_errors[i].says) == 0)
			return library_errors[i].means;
	}
	return e->msg;
}

static void
tell_library_error(struct walk *w, struct fy_diag *fd)
{
	void *at = NULL;
	struct fy_diag_error *e = fy_diag_errors_iterate(fd, &at);
	struct place place = diag_place(w->file, 0, 0);

	if (e && e->line > 0 && e->column > 0)
		place = diag_place(
			w->file, (unsigned)e->line, (unsigned)e->column);
	/* An unclosed bracket is noticed far behind it: say where it opens. */
	if (e && e->msg && strstr(e->msg, "without a closing") && w->depth)
		place = w->levels[w->depth - 1].parent->place;
	fail(w, place, library_message(e));
}

static void
walk_events(struct walk *w, struct fy_parser *parser, struct fy_diag *fd)
{
	bool end = false;

	while (!end && !w->failed) {
		struct fy_event *e = fy_parser_parse(parser);

		if (!e) {
			tell_library_error(w, fd);
			return;
		}
		end = e->type == FYET_STREAM_END;
		on_event(w, e);
		fy_parser_event_free(parser, e);
	}
}

static void
parse(struct walk *w, struct span text)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET |
			FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE};
	struct fy_parser *parser = NULL;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag_cfg.colorize = false;
	cfg.diag = fy_diag_create(&diag_cfg);
	if (cfg.diag) {
		fy_diag_set_collect_errors(cfg.diag, true);
		parser = fy_parser_create(&cfg);
	}
	if (parser && fy_parser_set_string(parser, text.p, text.n) == 0)
		walk_events(w, parser, cfg.diag);
	else
		fail(w, diag_place(w->file, 0, 0), "cannot start to read it");

	if (parser)
		fy_parser_destroy(parser);
	/* Not unref: that would leak the errors it collected. */
	if (cfg.diag)
		fy_diag_destroy(cfg.diag);
	while (w->depth)
		close_level(w);
}

int
yaml_parse(struct span text, const char *file, struct arena *a, struct diag *d,
	struct yaml_node **root)
{
	struct walk w = {.arena = a, .diag = d, .file = file};

	*root = NULL;
	if (span_starts(text, "\xef\xbb\xbf"))
		text = span_sub(text, 3, SIZE_MAX);
	if (!check_bytes(text, file, d))
		return -1;
	if (text.n)
		parse(&w, text);
	if (w.failed)
		return -1;
	if (!w.root || yaml_is_nothing(w.root)) {
		w.root = arena_new_obj(a, struct yaml_node);
		w.root->type = YAML_MAP;
		w.root->place = diag_place(file, 1, 1);
	}
	*root = w.root;
	return 0;
}
