#include "text/xml_dtd.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/entity.h"
#include "text/xml_names.h"

struct xml_entities {
	struct arena *arena;
	struct map *by_name; /* to struct xml_entity in the arena */
};

static void
skip_space(struct span *s)
{
	while (s->n > 0 && xml_is_space(s->p[0]))
		*s = span_sub(*s, 1, s->n);
}

static struct span
take_word(struct span *s)
{
	size_t n = 0;
	struct span word;

	skip_space(s);
	while (n < s->n && !xml_is_space(s->p[n]) && s->p[n] != '>' &&
		s->p[n] != '"' && s->p[n] != '\'')
		n++;
	word = span_sub(*s, 0, n);
	*s = span_sub(*s, n, s->n);
	return word;
}

/* A quoted literal; SPAN_NULL if there is none. */
static struct span
take_literal(struct span *s)
{
	struct span inner;
	size_t end;

	skip_space(s);
	if (s->n == 0 || (s->p[0] != '"' && s->p[0] != '\''))
		return SPAN_NULL;
	inner = span_sub(*s, 1, s->n);
	end = span_find(inner, s->p[0]);
	if (end == SIZE_MAX)
		end = inner.n;
	*s = span_sub(inner, end + 1, inner.n);
	return span_sub(inner, 0, end);
}

/* Numeric references are expanded where an entity is declared, others where it
 * is used: XML 1.0 4.4. */
static struct span
expand_numbers(struct arena *arena, struct span value)
{
	struct strbuf out = STRBUF_INIT(value.n);
	size_t at;
	struct span result;

	while ((at = span_find_str(value, "&#")) != SIZE_MAX) {
		size_t used;

		strbuf_span(&out, span_sub(value, 0, at));
		value = span_sub(value, at, value.n);
		used = entity_decode(value, true, &out);
		if (used == 0) {
			strbuf_char(&out, '&');
			used = 1;
		}
		value = span_sub(value, used, value.n);
	}
	strbuf_span(&out, value);
	result = arena_span(arena, strbuf_as_span(&out));
	strbuf_fini(&out);
	return result;
}

/* Behind "<!ENTITY". The first declaration of a name counts. */
static void
declare(struct xml_entities *e, struct span *s)
{
	struct span name = take_word(s), value;
	struct xml_entity *entity;

	if (name.n == 0 || name.p[0] == '%')
		return;
	value = take_literal(s); /* none: SYSTEM or PUBLIC, external */
	if (map_has(e->by_name, name))
		return;
	entity = arena_new_obj(e->arena, struct xml_entity);
	entity->text = expand_numbers(e->arena, value);
	map_put(e->by_name, name, entity);
}

struct xml_entities *
xml_entities_parse(struct span subset)
{
	struct xml_entities *e = NULL;
	size_t at;

	while ((at = span_find(subset, '<')) != SIZE_MAX) {
		subset = span_sub(subset, at, subset.n);
		if (span_starts(subset, "<!--")) {
			at = span_find_str(subset, "-->");
			subset = span_sub(subset, at, subset.n);
			continue;
		}
		if (!span_starts(subset, "<!ENTITY")) {
			subset = span_sub(subset, 1, subset.n);
			continue;
		}
		subset = span_sub(subset, strlen("<!ENTITY"), subset.n);
		if (!e) {
			e = mem_new(e);
			e->arena = arena_new();
			e->by_name = map_new(NULL);
		}
		declare(e, &subset);
	}
	return e;
}

void
xml_entities_free(struct xml_entities **ep)
{
	struct xml_entities *e = *ep;

	if (!e)
		return;
	*ep = NULL;
	map_free(&e->by_name);
	arena_free(&e->arena);
	mem_free(&e);
}

struct xml_entity *
xml_entities_get(const struct xml_entities *e, struct span name)
{
	return e ? map_get(e->by_name, name) : NULL;
}
