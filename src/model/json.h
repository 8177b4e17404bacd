/*
 * JSON: a streaming writer, and a reader over jansson (the door is json.c; its
 * types appear nowhere else).
 */
#ifndef NW_MODEL_JSON_H
#define NW_MODEL_JSON_H

#include "base/clock.h"
#include "base/err.h"
#include "base/strbuf.h"

/* -- writing: appends to a strbuf; commas are put by the writer ----------- */
struct json_w {
	struct strbuf *out;
	unsigned depth;
	bool comma[32]; /* asserts depth < 32 */
	bool after_key;
};

void json_w_init(struct json_w *w, struct strbuf *out);
void json_w_object(struct json_w *w);
void json_w_object_end(struct json_w *w);
void json_w_array(struct json_w *w);
void json_w_array_end(struct json_w *w);
void json_w_key(struct json_w *w, const char *key);
/* Escapes as RFC 8259 asks, plus U+2028/2029; input must be UTF-8. */
void json_w_text(struct json_w *w, struct span s);
void json_w_str(struct json_w *w, const char *s); /* NULL: null */
void json_w_int(struct json_w *w, int64_t v);
/* Shortest text that reads back as the same double; whole numbers without a
 * fraction; not finite: null. */
void json_w_number(struct json_w *w, double v);
void json_w_bool(struct json_w *w, bool v);
void json_w_null(struct json_w *w);
void json_w_raw(struct json_w *w, struct span json); /* trusted JSON text */
void json_w_time(struct json_w *w, struct wall t); /* ITEM_UNDATED: null */
void json_w_time_ms(struct json_w *w, struct wall t);

/* key and value in one call */
void json_w_kv_text(struct json_w *w, const char *key, struct span s);
/* What is not known is null, not "": s is empty. */
void json_w_kv_known(struct json_w *w, const char *key, struct span s);
void json_w_kv_str(struct json_w *w, const char *key, const char *s);
void json_w_kv_int(struct json_w *w, const char *key, int64_t v);
void json_w_kv_bool(struct json_w *w, const char *key, bool v);

/* -- reading -------------------------------------------------------------- */
/* Draws jansson's hash seed now instead of at first use: it reads a file, so
 * call it before a sandbox. Memory that runs out aborts, as with mem_*. */
void json_prepare(void);

struct json; /* a value; borrowed from its root */

/* name is for messages: "name:line:col: error: ...". ERR_INPUT. */
NW_MUST_CHECK int json_parse(
	struct span text, const char *name, struct json **out, struct err *err);
void json_free(struct json **root);

enum json_type {
	JSON_NULL_,
	JSON_BOOL_,
	JSON_NUMBER_,
	JSON_TEXT_,
	JSON_ARRAY_,
	JSON_OBJECT_
};
enum json_type json_type(const struct json *j); /* NULL is JSON_NULL_ */
/* All getters accept NULL and a wrong type, and then give NULL/empty/default.
 */
const struct json *json_get(const struct json *object, const char *key);
size_t json_size(const struct json *j); /* of an array or object */
const struct json *json_at(const struct json *array, size_t i);
struct span json_text(const struct json *j); /* empty unless text */
double json_number(const struct json *j, double otherwise);
int64_t json_int(const struct json *j, int64_t otherwise);
bool json_bool(const struct json *j, bool otherwise);
struct span json_get_text(const struct json *object, const char *key);
int64_t json_get_int(
	const struct json *object, const char *key, int64_t otherwise);

struct json_iter {
	void *at;
	struct span key;
	const struct json *value;
};
/* Start with {0}: members in document order. Keys hold no NUL. */
bool json_next(const struct json *object, struct json_iter *it);
/* Compact text of a value, appended. */
void json_dump(const struct json *j, struct strbuf *out);

#endif
