/*
 * The door to jansson. A `struct json` is a json_t under a name of our own;
 * it is never defined.
 */
#include "model/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* jansson has a typedef of the name of our function. */
#define json_type jansson_type
#include <jansson.h>
#undef json_type

#include "base/mem.h"
#include "base/date.h"
#include "model/item.h"

#define DEPTH_MAX (sizeof(((struct json_w *)NULL)->comma))
#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */

/* -- writing -------------------------------------------------------------- */

void
json_w_init(struct json_w *w, struct strbuf *out)
{
	*w = (struct json_w){.out = out};
}

/* Before every value: a comma unless it is the first or follows its key. */
static void
before_value(struct json_w *w)
{
	if (w->after_key)
		w->after_key = false;
	else if (w->comma[w->depth])
		strbuf_char(w->out, ',');
	w->comma[w->depth] = true;
}

static void
open_bracket(struct json_w *w, char bracket)
{
	before_value(w);
	assert(w->depth + 1 < DEPTH_MAX);
	w->comma[++w->depth] = false;
	strbuf_char(w->out, bracket);
}

static void
close_bracket(struct json_w *w, char bracket)
{
	assert(w->depth > 0 && !w->after_key);
	w->depth--;
	strbuf_char(w->out, bracket);
}

void
json_w_object(struct json_w *w)
{
	open_bracket(w, '{');
}

void
json_w_object_end(struct json_w *w)
{
	close_bracket(w, '}');
}

void
json_w_array(struct json_w *w)
{
	open_bracket(w, '[');
}

void
json_w_array_end(struct json_w *w)
{
	close_bracket(w, ']');
}

/* Has a byte of the word this value? */
static uint64_t
has_byte(uint64_t word, unsigned char c)
{
	uint64_t x = word ^ (UINT64_C(0x0101010101010101) * c);

	return (x - UINT64_C(0x0101010101010101)) & ~x &
		UINT64_C(0x8080808080808080);
}

/* May one of eight bytes need an escape? */
static bool
may_need_escape(const char *p)
{
	uint64_t word, below_space;

	memcpy(&word, p, sizeof(word));
	below_space = (word - UINT64_C(0x2020202020202020)) & ~word &
		UINT64_C(0x8080808080808080);
	return (below_space | has_byte(word, '"') | has_byte(word, '\\') |
		       has_byte(word, 0xe2)) != 0;
}

static bool
needs_escape(struct span s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];

	if (c < 0x20 || c == '"' || c == '\\')
		return true;
	/* U+2028 and U+2029 */
	return c == 0xe2 && i + 2 < s.n && s.p[i + 1] == '\x80' &&
		(s.p[i + 2] == '\xa8' || s.p[i + 2] == '\xa9');
}

/* Bytes of s that need no escape. */
static size_t
plain_run(struct span s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t end = i + 8 < s.n ? i + 8 : s.n;

		if (end - i == 8 && !may_need_escape(s.p + i)) {
			i = end;
			continue;
		}
		for (; i < end; i++)
			if (needs_escape(s, i))
				return i;
	}
	return i;
}

/* Writes the escape of the character at s.p; returns its bytes. */
static size_t
put_escape(struct strbuf *out, struct span s)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *at = memchr(from, s.p[0], sizeof(from) - 1);

	if (at) {
		strbuf_char(out, '\\');
		strbuf_char(out, to[at - from]);
		return 1;
	}
	if (s.p[0] == '\xe2') {
		strbuf_str(out, s.p[2] == '\xa8' ? "\\u2028" : "\\u2029");
		return 3;
	}
	strbuf_printf(out, "\\u%04x", (unsigned char)s.p[0]);
	return 1;
}

static void
put_quoted(struct strbuf *out, struct span s)
{
	strbuf_char(out, '"');
	while (s.n > 0) {
		size_t n = plain_run(s);

		strbuf_put(out, s.p, n);
		s = span_sub(s, n, SIZE_MAX);
		if (s.n > 0)
			s = span_sub(s, put_escape(out, s), SIZE_MAX);
	}
	strbuf_char(out, '"');
}

void
json_w_key(struct json_w *w, const char *key)
{
	assert(w->depth > 0 && !w->after_key);
	before_value(w);
	put_quoted(w->out, span_of(key));
	strbuf_char(w->out, ':');
	w->after_key = true;
}

void
json_w_text(struct json_w *w, struct span s)
{
	before_value(w);
	put_quoted(w->out, s);
}

void
json_w_raw(struct json_w *w, struct span json)
{
	before_value(w);
	strbuf_span(w->out, json);
}

void
json_w_null(struct json_w *w)
{
	json_w_raw(w, SPAN_LIT("null"));
}

void
json_w_str(struct json_w *w, const char *s)
{
	if (s)
		json_w_text(w, span_of(s));
	else
		json_w_null(w);
}

void
json_w_int(struct json_w *w, int64_t v)
{
	before_value(w);
	strbuf_printf(w->out, "%" PRId64, v);
}

void
json_w_number(struct json_w *w, double v)
{
	char text[32];

	if (!isfinite(v)) {
		json_w_null(w);
		return;
	}
	if (fabs(v) < EXACT_INTEGER && trunc(v) >= v && trunc(v) <= v) {
		json_w_int(w, (int64_t)v);
		return;
	}
	/* 15 digits always survive, 17 always suffice. */
	for (int digits = 15; digits <= 17; digits++) {
		double back;

		snprintf(text, sizeof(text), "%.*g", digits, v);
		back = strtod(text, NULL);
		if (back >= v && back <= v)
			break;
	}
	json_w_raw(w, span_of(text));
}

void
json_w_bool(struct json_w *w, bool v)
{
	json_w_raw(w, v ? SPAN_LIT("true") : SPAN_LIT("false"));
}

void
json_w_time(struct json_w *w, struct wall t)
{
	char text[DATE_TEXT_SIZE];

	if (t.ms == ITEM_UNDATED) {
		json_w_null(w);
		return;
	}
	date_format(t, text);
	json_w_str(w, text);
}

void
json_w_time_ms(struct json_w *w, struct wall t)
{
	char text[DATE_TEXT_SIZE];

	if (t.ms == ITEM_UNDATED) {
		json_w_null(w);
		return;
	}
	date_format_ms(t, text);
	json_w_str(w, text);
}

void
json_w_kv_text(struct json_w *w, const char *key, struct span s)
{
	json_w_key(w, key);
	json_w_text(w, s);
}

void
json_w_kv_known(struct json_w *w, const char *key, struct span s)
{
	json_w_key(w, key);
	if (s.n > 0)
		json_w_text(w, s);
	else
		json_w_null(w);
}

void
json_w_kv_str(struct json_w *w, const char *key, const char *s)
{
	json_w_key(w, key);
	json_w_str(w, s);
}

void
json_w_kv_int(struct json_w *w, const char *key, int64_t v)
{
	json_w_key(w, key);
	json_w_int(w, v);
}

void
json_w_kv_bool(struct json_w *w, const char *key, bool v)
{
	json_w_key(w, key);
	json_w_bool(w, v);
}

/* -- reading -------------------------------------------------------------- */

static const json_t *
in(const struct json *j)
{
	return (const json_t *)(const void *)j;
}

/* jansson's iterators and dumper take json_t * though they change nothing. */
static json_t *
in_mutable(const struct json *j)
{
	return (json_t *)(uintptr_t)j;
}

static const struct json *
out(const json_t *j)
{
	return (const struct json *)(const void *)j;
}

/* jansson says "no valid JSON" when memory runs out, and a hit would be given
 * up for it: it must not run out, as everywhere else (mem.h). */
static void
use_our_memory(void)
{
	static bool done;

	if (!done)
		json_set_alloc_funcs(mem_alloc, mem_free_);
	done = true;
}

void
json_prepare(void)
{
	use_our_memory();
	json_object_seed(0);
}

/* The parser's message quotes the text around a mistake by bytes, and may cut a
 * character in two. */
static void
mend_quote(char *text)
{
	struct span rest = span_of(text);
	size_t n;

	while (rest.n > 0) {
		n = span_utf8_len(rest);
		if (n == 0) {
			text[strlen(text) - rest.n] = '?';
			n = 1;
		}
		rest = span_sub(rest, n, rest.n);
	}
}

int
json_parse(
	struct span text, const char *name, struct json **root, struct err *err)
{
	json_error_t e;
	json_t *j;

	use_our_memory();
	j = json_loadb(text.p ? text.p : "", text.n,
		JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);

	*root = (struct json *)(void *)j;
	if (j)
		return 0;
	mend_quote(e.text);
	return err_set(err, ERR_INPUT, "%s:%d:%d: error: no valid JSON: %s",
		name, e.line > 0 ? e.line : 1, e.column > 0 ? e.column : 1,
		e.text);
}

void
json_free(struct json **root)
{
	if (*root)
		json_decref(in_mutable(*root));
	*root = NULL;
}

enum json_type
json_type(const struct json *j)
{
	if (!j)
		return JSON_NULL_;
	switch (json_typeof(in(j))) {
	case JSON_OBJECT:
		return JSON_OBJECT_;
	case JSON_ARRAY:
		return JSON_ARRAY_;
	case JSON_STRING:
		return JSON_TEXT_;
	case JSON_INTEGER:
	case JSON_REAL:
		return JSON_NUMBER_;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_BOOL_;
	case JSON_NULL:
		break;
	}
	return JSON_NULL_;
}

const struct json *
json_get(const struct json *object, const char *key)
{
	return out(json_object_get(in(object), key));
}

size_t
json_size(const struct json *j)
{
	return json_array_size(in(j)) + json_object_size(in(j));
}

const struct json *
json_at(const struct json *array, size_t i)
{
	return out(json_array_get(in(array), i));
}

struct span
json_text(const struct json *j)
{
	if (!json_is_string(in(j)))
		return SPAN_LIT("");
	return span_make(json_string_value(in(j)), json_string_length(in(j)));
}

double
json_number(const struct json *j, double otherwise)
{
	return json_is_number(in(j)) ? json_number_value(in(j)) : otherwise;
}

int64_t
json_int(const struct json *j, int64_t otherwise)
{
	double v;

	if (json_is_integer(in(j)))
		return json_integer_value(in(j));
	if (!json_is_real(in(j)))
		return otherwise;
	v = json_real_value(in(j));
	if (fabs(v) >= EXACT_INTEGER || trunc(v) < v || trunc(v) > v)
		return otherwise;
	return (int64_t)v;
}

bool
json_bool(const struct json *j, bool otherwise)
{
	return json_is_boolean(in(j)) ? json_is_true(in(j)) : otherwise;
}

struct span
json_get_text(const struct json *object, const char *key)
{
	return json_text(json_get(object, key));
}

int64_t
json_get_int(const struct json *object, const char *key, int64_t otherwise)
{
	return json_int(json_get(object, key), otherwise);
}

bool
json_next(const struct json *object, struct json_iter *it)
{
	json_t *o = in_mutable(object);

	if (!json_is_object(o))
		return false;
	it->at =
		it->at ? json_object_iter_next(o, it->at) : json_object_iter(o);
	if (!it->at)
		return false;
	it->key = span_make(
		json_object_iter_key(it->at), json_object_iter_key_len(it->at));
	it->value = out(json_object_iter_value(it->at));
	return true;
}

static int
on_dump(const char *p, size_t n, void *arg)
{
	strbuf_put(arg, p, n);
	return 0;
}

void
json_dump(const struct json *j, struct strbuf *b)
{
	if (!j) {
		strbuf_str(b, "null");
		return;
	}
	json_dump_callback(in(j), on_dump, b, JSON_COMPACT | JSON_ENCODE_ANY);
}
