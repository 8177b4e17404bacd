/*
 * Compile entities into a block. One pass makes patterns (a path and a record
 * each) and all text; then patterns are sorted by path, names of one path form
 * a terminal, problems between them are found, and the tables are laid out.
 *
 * Order of the result depends on the input only.
 */
#include "match/lexicon.h"

#include <stdlib.h>

#include "base/hash.h"
#include "match/build.h"
#include "model/limits.h"

/* -- what patterns of one path say of each other --------------------------- */

static bool
is_naming(const struct block_name *n)
{
	return n->role <= ROLE_ALIAS &&
		(n->variant == VARIANT_EXACT || n->variant == VARIANT_STRIPPED);
}

/* Two names of one entity, x before y in the list. */
static bool
compare_own(struct build *b, const struct block_name *x,
	const struct place *other, const struct block_name *y,
	const struct place *at)
{
	struct span text = patterns_text(b, y->text);

	if (is_naming(x) && y->role >= ROLE_EXCLUDE)
		problems_tell(&b->problems, true, y->entity, at,
			"'%.*s' is a name of this entity, at line %u, and "
			"under %s; it will never match",
			SPAN_ARG(text), other->line,
			patterns_role((enum block_role)y->role));
	else if (is_naming(x) && is_naming(y) &&
		span_eq(patterns_text(b, x->text), text))
		problems_tell(&b->problems, false, y->entity, at,
			"'%.*s' is listed twice, before at line %u",
			SPAN_ARG(text), other->line);
	else
		return false;
	return true;
}

/* True if something was told. */
static bool
compare_names(struct build *b, const struct pattern *p, const struct pattern *q)
{
	const struct block_name *x = &b->names.p[p->name],
				*y = &b->names.p[q->name];
	const struct place *at = &b->places.p[q->name],
			   *other = &b->places.p[p->name];

	if (x->entity == y->entity)
		return compare_own(b, x, other, y, at);
	if (!(is_naming(x) && is_naming(y)) &&
		!(x->role == ROLE_TICKER && y->role == ROLE_TICKER))
		return false;
	problems_tell(&b->problems, false, y->entity, at,
		"%s '%.*s' also belongs to '%.*s', %s:%u:%u; both will match",
		patterns_role((enum block_role)y->role),
		SPAN_ARG(patterns_text(b, y->text)),
		SPAN_ARG(b->list->p[x->entity].name),
		other->file ? other->file : "?", other->line, other->column);
	return true;
}

#define GROUP_COMPARED 8 /* earlier names of one path that are compared */

static void
compare_group(struct build *b, const struct pattern *p, size_t n)
{
	size_t i, k;

	for (i = 1; i < n; i++)
		for (k = 0; k < i && k < GROUP_COMPARED; k++)
			if (compare_names(b, &p[k], &p[i]))
				break;
}

/* Of two patterns of one entity and path, is y no better than x? */
static bool
is_covered(const struct block_name *x, const struct block_name *y)
{
	if (x->entity != y->entity)
		return false;
	if (x->role <= ROLE_ALIAS &&
		(y->role <= ROLE_ALIAS || y->role == ROLE_SHORT))
		return x->variant <= y->variant || y->role == ROLE_SHORT;
	return x->role == y->role && x->role != ROLE_TERM;
}

/* Names in the order of their paths; terminals over them. */
static void
group_names(struct build *b)
{
	struct block_name *sorted;
	size_t i, k, end, n = 0, first;

	patterns_sort(&b->patterns);
	sorted = mem_calloc(b->names.n + 1, sizeof(*sorted));
	for (i = 0; i < b->patterns.n; i = end) {
		for (end = i + 1; end < b->patterns.n &&
			b->patterns.p[end].path == b->patterns.p[i].path;)
			end++;
		compare_group(b, &b->patterns.p[i], end - i);
		first = n;
		for (k = i; k < end; k++) {
			const struct block_name *y =
				&b->names.p[b->patterns.p[k].name];

			if (n > first && is_covered(&sorted[n - 1], y))
				continue;
			if (n > first && is_covered(y, &sorted[n - 1]))
				n--;
			sorted[n++] = *y;
		}
		vec_push(&b->paths, b->patterns.p[i].path);
		vec_push(&b->firsts, (uint32_t)first);
	}
	vec_push(&b->firsts, (uint32_t)n);
	mem_free(&b->names.p);
	b->names.p = sorted;
	b->names.n = n;
}

/* -- all together ---------------------------------------------------------- */

struct id_at {
	uint64_t hash;
	uint32_t entity;
};

static int
compare_ids(const void *a, const void *b)
{
	const struct id_at *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->entity < y->entity ? -1 : 1;
}

/* left_out[i] is set for every entity whose id an earlier one has. */
static void
check_ids(struct build *b, bool *left_out)
{
	const struct entity *e = b->list->p;
	VEC(struct id_at) ids = {0};
	size_t i;

	for (i = 0; i < b->list->n; i++)
		vec_push(
			&ids, (struct id_at){hash_fixed(e[i].id), (uint32_t)i});
	if (ids.n)
		qsort(ids.p, ids.n, sizeof(*ids.p), compare_ids);
	for (i = 1; i < ids.n; i++) {
		const struct entity *x = &e[ids.p[i - 1].entity],
				    *y = &e[ids.p[i].entity];

		if (ids.p[i].hash != ids.p[i - 1].hash)
			continue;
		left_out[ids.p[i].entity] = true;
		problems_tell(&b->problems, true, ids.p[i].entity, &y->place,
			"'%.*s' has the id '%.*s', as '%.*s' at %s:%u:%u has; "
			"give one of them another id",
			SPAN_ARG(y->name), SPAN_ARG(y->id), SPAN_ARG(x->name),
			x->place.file ? x->place.file : "?", x->place.line,
			x->place.column);
	}
	vec_fini(&ids);
}

static void
add_entities(struct build *b)
{
	static const struct entity nothing = {.min_confidence = -1};
	bool *left_out = mem_calloc(b->list->n + 1, sizeof(*left_out));
	size_t i;

	check_ids(b, left_out);
	for (i = 0; i < b->list->n; i++) {
		if (!left_out[i]) {
			patterns_add_entity(b, &b->list->p[i]);
			continue;
		}
		/* keeps its number, without names */
		b->entity = &nothing;
		vec_push(&b->entities, (struct block_entity){0});
	}
	mem_free(&left_out);
}

static size_t
count_texts(const struct entity_list *list)
{
	size_t i, n = 0;

	for (i = 0; i < list->n; i++) {
		const struct entity *e = &list->p[i];

		n += 1 + e->aliases.n + e->tickers.n + e->codes.n +
			e->context.n + e->exclude.n + e->not_like.n;
	}
	return n;
}

static void
build_init(struct build *b, const struct entity_list *list, size_t max)
{
	*b = (struct build){.list = list,
		.text = STRBUF_INIT(max),
		.is_dense = count_texts(list) > ANCHORED_TEXTS_MAX};
	strbuf_put(&b->text, "\0\0\0\0", 4); /* ref 0 is the empty text */
	vec_push(&b->lists, 0);
}

static void
build_fini(struct build *b)
{
	problems_fini(&b->problems);
	strbuf_fini(&b->text);
	vec_fini(&b->lists);
	vec_fini(&b->entities);
	vec_fini(&b->names);
	vec_fini(&b->places);
	vec_fini(&b->patterns);
	vec_fini(&b->prefixes);
	vec_fini(&b->heads);
	vec_fini(&b->starts);
	vec_fini(&b->anchors);
	vec_fini(&b->seconds);
	vec_fini(&b->topics);
	vec_fini(&b->nodes);
	query_fini(&b->query);
	vec_fini(&b->term_refs);
	vec_fini(&b->paths);
	vec_fini(&b->firsts);
	mem_free(&b->slots);
	mem_free(&b->filter);
	mem_free(&b->sieve);
	name_maker_fini(&b->maker);
}

static void
count(const struct build *b, struct lexicon_counts *c)
{
	size_t i;

	c->entities = b->entities.n;
	c->queries = b->topics.n;
	c->errors = b->problems.errors;
	c->warnings = b->problems.warnings;
	for (i = 0; i < b->names.n; i++) {
		const struct block_name *n = &b->names.p[i];

		if (n->role > ROLE_CODE)
			continue;
		c->names += n->variant == VARIANT_EXACT;
		c->variants += n->variant != VARIANT_EXACT;
	}
}

int
lexicon_build(const struct entity_list *list, lexicon_problem_cb on_problem,
	void *arg, struct strbuf *block, struct lexicon_counts *counts,
	struct err *err)
{
	struct lexicon_counts c = {0};
	struct build *b = mem_new(b);
	int rc;

	if (list->n > LIMIT_ENTITIES)
		return err_set(err, ERR_CONF,
			"%zu entities are watched, at most %d are possible",
			list->n, LIMIT_ENTITIES);
	build_init(b, list, block->max);
	add_entities(b);
	group_names(b);
	problems_report(&b->problems, on_problem, arg);
	count(b, &c);
	rc = layout_write(b, block, err);
	build_fini(b);
	mem_free(&b);
	if (counts)
		*counts = c;
	return rc;
}
