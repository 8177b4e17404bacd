/* See watch.h. */
#include "watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "text/fold.h"

void
watch_init(struct watch *w)
{
	*w = (struct watch){.arena = arena_new(),
		.block = STRBUF_INIT(LEXICON_BYTES_MAX),
		.problems = STRBUF_INIT(1 << 20)};
}

void
watch_fini(struct watch *w)
{
	lexicon_close(&w->lex);
	strbuf_fini(&w->block);
	strbuf_fini(&w->problems);
	vec_fini(&w->entities);
	arena_free(&w->arena);
}

struct entity_texts
watch_texts(struct watch *w, const char *list, unsigned column)
{
	struct span rest = span_of(list), part;
	VEC(struct entity_text) v = {0};
	struct entity_text *p;
	struct entity_texts out;

	while (list && *list && span_next(&rest, '|', &part))
		vec_push(&v,
			(struct entity_text){arena_span(w->arena, part),
				{"test.yaml", w->line, column}});
	p = arena_array(w->arena, v.n + 1, sizeof(*p));
	if (v.n)
		memcpy(p, v.p, v.n * sizeof(*p));
	out = (struct entity_texts){p, v.n};
	vec_fini(&v);
	return out;
}

struct entity *
watch_add(struct watch *w, const char *name, const char *aliases,
	const char *tickers)
{
	struct strbuf slug = STRBUF_INIT(1024);
	struct entity e = {.kind = ENTITY_COMPANY, .min_confidence = -1};

	w->line++;
	fold_slug(span_of(name), &slug);
	e.id = arena_span(w->arena, strbuf_as_span(&slug));
	e.name = arena_span(w->arena, span_of(name));
	e.watchlist = SPAN_LIT("test");
	e.place = (struct place){"test.yaml", w->line, 1};
	e.aliases = watch_texts(w, aliases, 2);
	e.tickers = watch_texts(w, tickers, 3);
	strbuf_fini(&slug);
	vec_push(&w->entities, e);
	return vec_last(&w->entities);
}

static void
on_problem(const struct lexicon_problem *p, void *arg)
{
	struct watch *w = arg;

	strbuf_printf(&w->problems, "%u:%u: %s: %s\n", p->place.line,
		p->place.column + (unsigned)p->at,
		p->is_error ? "error" : "warning", p->text);
}

void
watch_compile(struct watch *w)
{
	struct entity_list list = {w->entities.p, w->entities.n};
	struct err err = {0};

	lexicon_close(&w->lex);
	strbuf_clear(&w->problems);
	if (lexicon_build(&list, on_problem, w, &w->block, &w->counts, &err) !=
			0 ||
		lexicon_open(w->block.p, w->block.n, LEXICON_CACHED, &w->lex,
			&err) != 0)
		fail_msg("%s", err.msg);
}
