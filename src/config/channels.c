/*
 * Channels as they are written. What a channel's settings mean is its type's
 * business: setup holds them against the type's table.
 */
#include "config/load.h"

#include "model/limits.h"

static void
set_map(struct key_reader *r, const struct yaml_node *map, struct setting *s)
{
	struct setting *p = arena_array(r->arena, map->n, sizeof(*p));

	yaml_each(key, map)
	{
		if (!keys_want(r, "a map in a channel", key->value, YAML_TEXT))
			continue;
		p[s->n_map].key = arena_span(r->arena, key->text);
		p[s->n_map].value = arena_span(r->arena, key->value->text);
		p[s->n_map].place = key->place;
		p[s->n_map++].value_place = key->value->place;
	}
	s->map = p;
}

static void
read_setting(
	struct key_reader *r, const struct yaml_node *key, struct setting *s)
{
	const struct yaml_node *value = key->value;
	struct entity_texts texts;

	s->key = arena_span(r->arena, key->text);
	s->place = key->place;
	s->value_place = value->place;
	switch (value->type) {
	case YAML_TEXT:
		s->value = arena_span(r->arena, value->text);
		break;
	case YAML_LIST:
		texts = keys_read_texts(
			r, "a list in a channel", value, LIMIT_CHANNELS);
		s->list = texts.p;
		s->n_list = texts.n;
		break;
	case YAML_MAP:
		set_map(r, value, s);
		break;
	}
}

static void
read_type(struct key_reader *r, const struct yaml_node *type,
	struct channel_conf *c)
{
	if (!type)
		diag_error(r->diag, c->place,
			"channels.%.*s: 'type' is missing", SPAN_ARG(c->name));
	else if (keys_want(r, "channels.*.type", type, YAML_TEXT)) {
		c->type = arena_span(r->arena, type->text);
		c->type_place = type->place;
		if (!type->text.n)
			diag_error(r->diag, type->place,
				"channels.*.type: is empty");
	}
}

static void
read_channel(struct load *l, struct key_reader *r, const struct yaml_node *key)
{
	struct setting *p = arena_array(r->arena, key->value->n, sizeof(*p));
	struct channel_conf c = {
		.name = arena_span(r->arena, key->text),
		.place = key->place,
		.settings = p,
	};

	read_type(r, yaml_get(key->value, "type"), &c);
	yaml_each(setting, key->value)
	{
		if (!span_eq_str(setting->text, "type"))
			read_setting(r, setting, &p[c.n_settings++]);
	}
	vec_push(&l->snap->channels, c);
}

static bool
is_new_channel(struct load *l, const struct yaml_node *key)
{
	struct strbuf first = STRBUF_INIT(KIB(8));

	vec_each (const struct channel_conf *, c, &l->snap->channels) {
		if (!span_eq(c->name, key->text))
			continue;
		load_place(&c->place, &first);
		diag_error(l->diag, key->place,
			"a second channel '%.*s'; the first is at %s",
			SPAN_ARG(key->text), strbuf_cstr(&first));
		strbuf_fini(&first);
		return false;
	}
	if (l->snap->channels.n < LIMIT_CHANNELS)
		return true;
	diag_error(
		l->diag, key->place, "more than %d channels", LIMIT_CHANNELS);
	return false;
}

void
load_channels(struct load *l, const char *file, const struct yaml_node *value)
{
	struct key_reader r = load_reader(l, file);

	if (yaml_is_nothing(value) ||
		!keys_want(&r, "channels", value, YAML_MAP))
		return;
	yaml_each(key, value)
	{
		if (is_new_channel(l, key) &&
			keys_want(&r, "channels.*", key->value, YAML_MAP))
			read_channel(l, &r, key);
	}
}
