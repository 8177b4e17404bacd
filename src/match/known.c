/* See known.h. */
#include "match/known.h"

#include <assert.h>

#include "base/mem.h"
#include "match/cues.h"

#define SLOTS 4096 /* words remembered: a power of two */
#define LISTED_SLOTS 8192 /* the same, several times the words of all lists */
#define WORD_MAX 64 /* longer words are in no list */

struct listed {
	uint64_t hash; /* 0: empty */
	unsigned cues;
	uint32_t lists;
};

struct known_words {
	struct {
		uint64_t hash; /* 0: empty */
		struct known known;
	} slot[SLOTS];
	struct listed listed[LISTED_SLOTS];
	size_t n_listed;
};

/* Where the word is, or would be. */
static struct listed *
listed_at(struct known_words *k, uint64_t hash)
{
	size_t i = hash % LISTED_SLOTS;

	while (k->listed[i].hash != 0 && k->listed[i].hash != hash)
		i = (i + 1) % LISTED_SLOTS;
	return &k->listed[i];
}

static struct listed *
listed_add(struct known_words *k, struct span word)
{
	uint64_t hash = token_hash(word);
	struct listed *l = listed_at(k, hash);

	k->n_listed += l->hash == 0;
	assert(k->n_listed < LISTED_SLOTS / 2);
	l->hash = hash;
	return l;
}

static void
on_cue(struct span word, enum cue cue, void *arg)
{
	listed_add(arg, word)->cues |= (unsigned)cue;
}

struct known_words *
known_words_new(void)
{
	struct known_words *k = mem_calloc(1, sizeof(*k));

	cues_each(on_cue, k);
	for (enum list l = 0; l < LIST_N; l++)
		for (size_t i = 0; i < word_lists[l].n; i++)
			listed_add(k, span_of(word_lists[l].words[i]))->lists |=
				(uint32_t)1 << l;
	return k;
}

void
known_words_free(struct known_words **k)
{
	mem_free(k);
}

static struct known
look_up(struct known_words *k, struct span text, const struct token *t)
{
	const struct listed *l = listed_at(k, t->hash);
	struct strbuf folded = STRBUF_INIT(WORD_MAX);
	struct known out = {.cues = l->cues, .lists = l->lists};

	token_fold(text, t, &folded);
	out.word = words_get(strbuf_as_span(&folded));
	strbuf_fini(&folded);
	return out;
}

struct known
known_get(struct known_words *k, struct span text, const struct token *t)
{
	size_t i = t->hash % SLOTS;

	if (t->end - t->start > WORD_MAX)
		return (struct known){0};
	if (k->slot[i].hash != t->hash || t->hash == 0) {
		k->slot[i].known = look_up(k, text, t);
		k->slot[i].hash = t->hash;
	}
	return k->slot[i].known;
}
