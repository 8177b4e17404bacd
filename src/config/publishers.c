/*
 * The section `publishers`: the built-in table first, then users' own, which
 * replace one of the same name, or take a domain from one built in.
 */
#include "config/publishers.h"

#include "config/load.h"
#include "model/limits.h"

#define BUILTIN_NAME "built-in publishers.yaml"

static void
put_lower(struct span s, char *out)
{
	for (size_t i = 0; i < s.n; i++)
		out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20)
							: s.p[i];
}

/* A host name: letters, digits, '-' and at least one dot within. */
static bool
is_domain(struct span s)
{
	bool dot = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '.') {
			if (i == 0 || i + 1 == s.n || s.p[i - 1] == '.')
				return false;
			dot = true;
		} else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			c != '-') {
			return false;
		}
	}
	return dot;
}

/* Of the index of who has a domain or name. */
static struct publisher *
find(struct load *l, const struct map *m, struct span key)
{
	uintptr_t i = (uintptr_t)map_get(m, key);

	return i ? &l->snap->publishers.p[i - 1] : NULL;
}

static void
put(struct map *m, struct span key, size_t i)
{
	map_put(m, key, (void *)(uintptr_t)(i + 1));
}

static void
tell_second(struct load *l, struct place at, const char *what, struct span text,
	const struct publisher *first)
{
	struct strbuf where = STRBUF_INIT(KIB(8));

	load_place(&first->place, &where);
	diag_error(l->diag, at,
		"a second publisher %s '%.*s'; the first is at %s", what,
		SPAN_ARG(text), strbuf_cstr(&where));
	strbuf_fini(&where);
}

/* Domains in lower case; false: told. */
static void
take_domains(struct load *l, struct publisher *p, size_t index)
{
	struct entity_text *all =
		arena_array(l->snap->arena, p->domains.n + 1, sizeof(*all));

	for (size_t i = 0; i < p->domains.n; i++) {
		struct span text = p->domains.p[i].text;
		char *lower = arena_alloc(l->snap->arena, text.n + 1);
		const struct publisher *other;

		put_lower(text, lower);
		all[i] = p->domains.p[i];
		all[i].text = span_make(lower, text.n);
		if (!is_domain(all[i].text)) {
			diag_error(l->diag, all[i].place,
				"publishers[].domains: '%.*s' is no domain, "
				"such as example.com",
				SPAN_ARG(span_utf8_head(text, 100)));
			continue;
		}
		other = find(l, l->seen_domains, all[i].text);
		if (other && !other->built_in &&
			other != &l->snap->publishers.p[index])
			tell_second(l, all[i].place, "has the domain",
				all[i].text, other);
		put(l->seen_domains, all[i].text, index);
	}
	p->domains.p = all;
}

static struct span
lower_name(struct load *l, struct span name)
{
	char *lower = arena_alloc(l->snap->arena, name.n + 1);

	put_lower(name, lower);
	return span_make(lower, name.n);
}

static void
take(struct load *l, struct publisher *p)
{
	struct span key = lower_name(l, p->name);
	struct publisher *old = find(l, l->seen_publishers, key);
	size_t index = l->snap->publishers.n;

	if (old && !old->built_in) {
		tell_second(l, p->place, "called", p->name, old);
		return;
	}
	if (!old && index == LIMIT_PUBLISHERS) {
		diag_error(l->diag, p->place, "more than %d publishers",
			LIMIT_PUBLISHERS);
		return;
	}
	if (p->family.n == 0)
		p->family = p->name;
	if (old) {
		index = (size_t)(old - l->snap->publishers.p);
		*old = *p;
	} else {
		vec_push(&l->snap->publishers, *p);
		put(l->seen_publishers, key, index);
	}
	take_domains(l, &l->snap->publishers.p[index], index);
}

static void
read_list(struct load *l, const char *file, const struct yaml_node *list,
	bool built_in)
{
	struct key_reader r = load_reader(l, file);
	struct key_rows rows = key_rows("publishers[].");

	if (yaml_is_nothing(list) ||
		!keys_want(&r, "publishers", list, YAML_LIST))
		return;
	yaml_each(n, list)
	{
		struct publisher p = {.place = n->place, .built_in = built_in};

		if (!keys_want(&r, "publishers[]", n, YAML_MAP))
			continue;
		keys_read(&r, rows, n, &p, NULL, NULL);
		if (p.name.n)
			take(l, &p);
	}
}

void
load_publishers(struct load *l, const char *file, const struct yaml_node *value)
{
	read_list(l, file, value, false);
}

void
load_publishers_builtin(struct load *l)
{
	struct arena *scratch = arena_new();
	struct yaml_node *root = NULL;

	diag_file(l->diag, BUILTIN_NAME);
	if (yaml_parse(publishers_builtin, BUILTIN_NAME, scratch, l->diag,
		    &root) == 0 &&
		yaml_get(root, "publishers"))
		read_list(l, BUILTIN_NAME, yaml_get(root, "publishers"), true);
	arena_free(&scratch);
}
