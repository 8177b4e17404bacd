/*
 * Three maps from folded names, and one from domains. A later publisher of the
 * list wins over an earlier one, users' own over those built in.
 */
#include "story/publishers.h"

#include "base/map.h"
#include "base/mem.h"
#include "model/limits.h"
#include "text/fold.h"
#include "text/tokens.h"

struct publishers {
	struct map *plain; /* folded name -> struct publisher */
	struct map *cited; /* name as written -> struct publisher */
	struct map *brief; /* folded name -> struct publisher */
	struct map *domains;
};

struct span
publisher_without_the(struct span name)
{
	name = span_trim(name);
	if (name.n > 4 && span_caseeq_str(span_sub(name, 0, 4), "the "))
		return span_trim(span_sub(name, 4, SIZE_MAX));
	return name;
}

/* The words of a name, folded, with one space between. */
static struct span
fold_name(struct span name, struct strbuf *out)
{
	struct token t;
	size_t at = 0;

	strbuf_clear(out);
	name = publisher_without_the(name);
	while (token_next(name, at, &t)) {
		if (out->n)
			strbuf_char(out, ' ');
		token_fold(name, &t, out);
		at = t.end;
	}
	return strbuf_as_span(out);
}

/* As written, but with "The" where there is an article. */
static struct span
cite_name(struct span name, struct strbuf *out)
{
	struct span bare = publisher_without_the(name);

	strbuf_clear(out);
	if (bare.n < span_trim(name).n)
		strbuf_str(out, "The ");
	strbuf_span(out, bare);
	return strbuf_as_span(out);
}

static void
put_folded(struct map *m, struct span name, const struct publisher *who,
	struct strbuf *folded)
{
	struct span key = fold_name(name, folded);

	if (key.n)
		map_put(m, key, (void *)(uintptr_t)who);
}

static bool
has_text(const struct entity_texts *list, struct span text)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_eq(list->p[i].text, text))
			return true;
	return false;
}

static void
put_publisher(struct publishers *p, const struct publisher *who,
	struct strbuf *folded)
{
	if (!has_text(&who->cited, who->name))
		put_folded(p->plain, who->name, who, folded);
	for (size_t i = 0; i < who->aliases.n; i++)
		put_folded(p->plain, who->aliases.p[i].text, who, folded);
	for (size_t i = 0; i < who->cited.n; i++)
		map_put(p->cited, cite_name(who->cited.p[i].text, folded),
			(void *)(uintptr_t)who);
	for (size_t i = 0; i < who->brief.n; i++)
		put_folded(p->brief, who->brief.p[i].text, who, folded);
	for (size_t i = 0; i < who->domains.n; i++)
		map_put(p->domains, who->domains.p[i].text,
			(void *)(uintptr_t)who);
}

struct publishers *
publishers_new(const struct publisher_list *list)
{
	struct publishers *p = mem_new(p);
	struct strbuf folded = STRBUF_INIT(LIMIT_NAME_BYTES * 4);

	p->plain = map_new(NULL);
	p->cited = map_new(NULL);
	p->brief = map_new(NULL);
	p->domains = map_new(NULL);
	for (size_t i = 0; i < list->n; i++)
		put_publisher(p, &list->p[i], &folded);
	strbuf_fini(&folded);
	return p;
}

void
publishers_free(struct publishers **p)
{
	if (*p) {
		map_free(&(*p)->plain);
		map_free(&(*p)->cited);
		map_free(&(*p)->brief);
		map_free(&(*p)->domains);
	}
	mem_free(p);
}

const struct publisher *
publishers_named(const struct publishers *p, struct span name,
	enum publisher_naming naming)
{
	struct strbuf folded = STRBUF_INIT(LIMIT_NAME_BYTES * 4);
	const struct publisher *found;
	struct span key;

	if (p == NULL || name.n == 0 || name.n > LIMIT_NAME_BYTES)
		return NULL;
	key = fold_name(name, &folded);
	found = map_get(p->plain, key);
	if (found == NULL && naming == NAMED_AGAIN)
		found = map_get(p->brief, key);
	if (found == NULL && naming != NAMED_PLAIN)
		found = map_get(p->cited, cite_name(name, &folded));
	strbuf_fini(&folded);
	return found;
}

const struct publisher *
publishers_at(const struct publishers *p, struct span host)
{
	char lower[256];

	if (p == NULL || host.n == 0 || host.n > sizeof(lower))
		return NULL;
	for (size_t i = 0; i < host.n; i++)
		lower[i] = host.p[i] >= 'A' && host.p[i] <= 'Z'
			? (char)(host.p[i] | 0x20)
			: host.p[i];
	host = span_make(lower, host.n);
	for (;;) {
		const struct publisher *found = map_get(p->domains, host);
		size_t dot;

		if (found)
			return found;
		dot = span_find(host, '.');
		if (dot == SIZE_MAX)
			return NULL;
		host = span_sub(host, dot + 1, SIZE_MAX);
	}
}

bool
publisher_is_called(const struct publisher *p, struct span name)
{
	name = publisher_without_the(name);
	for (size_t i = 0; i < p->brief.n; i++)
		if (span_eq(p->brief.p[i].text, name))
			return true;
	return false;
}
