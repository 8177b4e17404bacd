#include "cli/list_channels.h"

#include <sysexits.h>

#include "cli/out.h"
#include "deliver/channel.h"
#include "deliver/field.h"
#include "model/json.h"
#include "model/limits.h"

/* -- channels -------------------------------------------------------------- */
static void
format_rule_json(
	const char *type, const struct setting_rule *r, struct strbuf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_kv_str(&w, "type", type);
	json_w_kv_str(&w, "setting", r->name);
	json_w_kv_bool(&w, "required", r->required);
	json_w_kv_str(&w, "default", r->otherwise);
	json_w_kv_str(&w, "doc", r->doc);
	json_w_object_end(&w);
}

static void
format_rule_text(
	const char *type, const struct setting_rule *r, struct strbuf *b)
{
	strbuf_printf(
		b, "%s.%s%s", type, r->name, r->required ? ": needed" : "");
	if (r->otherwise)
		strbuf_printf(b, ": default '%s'", r->otherwise);
	strbuf_printf(b, "\n        %s", r->doc);
}

static bool
put_rules(const char *type, const struct setting_rule *rules, bool as_json)
{
	struct strbuf line = STRBUF_INIT(KIB(4));
	bool go_on = true;

	for (const struct setting_rule *r = rules; go_on && r->name; r++) {
		strbuf_clear(&line);
		if (as_json)
			format_rule_json(type, r, &line);
		else
			format_rule_text(type, r, &line);
		go_on = out_line(strbuf_as_span(&line));
	}
	strbuf_fini(&line);
	return go_on;
}

static bool
put_type(const struct channel_type *t)
{
	struct strbuf line = STRBUF_INIT(KIB(4));
	bool go_on;

	strbuf_printf(&line, "%s: %s", t->name, t->doc);
	go_on = out_line(strbuf_as_span(&line));
	strbuf_fini(&line);
	return go_on;
}

int
list_channels(bool as_json)
{
	const struct channel_type *t;
	bool go_on = true;

	for (size_t i = 0; go_on && (t = channel_type_at(i)); i++) {
		if (!as_json)
			go_on = put_type(t);
		go_on = go_on && put_rules(t->name, t->rules, as_json);
	}
	if (go_on)
		put_rules("*", channel_common_rules(), as_json);
	return out_end(EX_OK);
}

/* -- fields ---------------------------------------------------------------- */
static const char *const type_names[] = {
	[FIELD_WORDS] = "text",
	[FIELD_LINK] = "link",
	[FIELD_NUMBER] = "number",
	[FIELD_FLAG] = "flag",
	[FIELD_LIST] = "list",
	[FIELD_NEXT] = "flag",
};

static void
format_field_json(const struct field *f, struct strbuf *b)
{
	struct json_w w;

	json_w_init(&w, b);
	json_w_object(&w);
	json_w_kv_str(&w, "scope", scope_name(f->scope));
	json_w_kv_str(&w, "field", f->name);
	json_w_kv_str(&w, "type", type_names[f->type]);
	json_w_kv_str(
		&w, "of", f->type == FIELD_LIST ? scope_name(f->of) : NULL);
	json_w_kv_str(&w, "doc", f->doc);
	json_w_object_end(&w);
}

static void
format_field_text(const struct field *f, struct strbuf *b)
{
	strbuf_printf(b, "%s.%s: %s", scope_name(f->scope), f->name,
		type_names[f->type]);
	if (f->type == FIELD_LIST)
		strbuf_printf(b, " of %s", scope_name(f->of));
	strbuf_printf(b, "\n        %s", f->doc);
}

int
list_fields(bool as_json)
{
	struct strbuf line = STRBUF_INIT(KIB(4));
	bool go_on = true;

	for (size_t i = 0; go_on && field_at(i); i++) {
		strbuf_clear(&line);
		if (as_json)
			format_field_json(field_at(i), &line);
		else
			format_field_text(field_at(i), &line);
		go_on = out_line(strbuf_as_span(&line));
	}
	strbuf_fini(&line);
	return out_end(EX_OK);
}
