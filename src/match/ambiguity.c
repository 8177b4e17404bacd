/* See ambiguity.h. */
#include "match/ambiguity.h"

#include "base/mem.h"
#include "match/names.h"

#define COMMON_GRADE 2 /* words up to this grade every text has */
#define ACRONYM_MAX 3 /* letters */

const char *
ambiguity_name(enum ambiguity a)
{
	static const char *const names[] = {
		[AMBIGUITY_NONE] = "distinct",
		[AMBIGUITY_WORDS] = "ordinary words",
		[AMBIGUITY_ACRONYM] = "acronym",
		[AMBIGUITY_NAME] = "proper name",
		[AMBIGUITY_WORD] = "word",
		[AMBIGUITY_COMMON_WORD] = "common word",
	};

	return names[a];
}

static enum ambiguity
of_word(struct name_maker *m, const struct name_token *t)
{
	struct word w = name_word(m, t);

	if (t->shape == SHAPE_UPPER && t->folded.n <= ACRONYM_MAX)
		return AMBIGUITY_ACRONYM;
	if (w.grade)
		return w.grade <= COMMON_GRADE ? AMBIGUITY_COMMON_WORD
					       : AMBIGUITY_WORD;
	return w.proper || w.given ? AMBIGUITY_NAME : AMBIGUITY_NONE;
}

static enum ambiguity
of_words(struct name_maker *m, const struct name_form *f)
{
	enum ambiguity answer = AMBIGUITY_NONE;

	for (unsigned i = 0; i < f->n; i++) {
		if (f->token[i].shape == SHAPE_NONE)
			continue; /* digits, &, Han */
		if (name_word(m, &f->token[i]).grade == 0)
			return AMBIGUITY_NONE;
		answer = AMBIGUITY_WORDS;
	}
	return answer;
}

struct ambiguity_judge {
	struct name_maker maker;
	enum ambiguity answer;
	bool done;
};

struct ambiguity_judge *
ambiguity_judge_new(void)
{
	return mem_calloc(1, sizeof(struct ambiguity_judge));
}

void
ambiguity_judge_free(struct ambiguity_judge **j)
{
	if (!*j)
		return;
	name_maker_fini(&(*j)->maker);
	mem_free(j);
}

/* The base form comes first; others are not asked. */
static void
on_form(const struct name_form *f, void *arg)
{
	struct ambiguity_judge *j = arg;

	if (j->done)
		return;
	j->done = true;
	j->answer = f->n == 1 ? of_word(&j->maker, &f->token[0])
			      : of_words(&j->maker, f);
}

enum ambiguity
ambiguity_of(struct ambiguity_judge *j, struct span name)
{
	j->done = false;
	j->answer = AMBIGUITY_NONE;
	if (name_read(&j->maker, name))
		name_forms(&j->maker, true, on_form, j);
	return j->answer;
}

enum ambiguity
ambiguity_of_entity(struct ambiguity_judge *j, const struct entity *e)
{
	enum ambiguity worst, one;

	if (e->kind == ENTITY_TOPIC)
		return AMBIGUITY_NONE;
	worst = ambiguity_of(j, e->name);
	for (size_t i = 0; i < e->aliases.n; i++) {
		one = ambiguity_of(j, e->aliases.p[i].text);
		if (one > worst)
			worst = one;
	}
	return worst;
}
