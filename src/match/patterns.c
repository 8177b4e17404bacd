/*
 * Entities to patterns: every text of an entity becomes token paths, with a
 * record for each that says where it comes from and how strong it is.
 */
#include "base/hash.h"
#include "match/build.h"
#include "match/words.h"
#include "model/limits.h"
#include "text/runs.h"

/* -- text and lists -------------------------------------------------------- */

uint32_t
patterns_put_text(struct build *b, struct span s)
{
	size_t ref = b->text.n;
	uint16_t n;

	if (s.n == 0)
		return 0;
	if (s.n > LIMIT_NAME_BYTES)
		s = span_utf8_head(s, LIMIT_NAME_BYTES);
	n = (uint16_t)s.n;
	strbuf_put(&b->text, &n, sizeof(n));
	strbuf_put(&b->text, s.p, s.n);
	return (uint32_t)ref;
}

/* slot: 0 for watchlists, 1 for files, which seldom change. */
static uint32_t
put_same_text(struct build *b, struct span s, unsigned slot)
{
	if (!b->last_ref[slot] || !span_eq(s, b->last_text[slot])) {
		b->last_text[slot] = s;
		b->last_ref[slot] = patterns_put_text(b, s);
	}
	return b->last_ref[slot];
}

static uint32_t
put_list(struct build *b, const struct entity_texts *texts)
{
	size_t ref = b->lists.n, i;

	if (texts->n == 0)
		return 0;
	vec_push(&b->lists, (uint32_t)texts->n);
	for (i = 0; i < texts->n; i++)
		vec_push(&b->lists, patterns_put_text(b, texts->p[i].text));
	return (uint32_t)ref;
}

/* -- patterns -------------------------------------------------------------- */

/* A byte a token. Few differ, so that most are there already. */
static uint32_t
put_detail(struct build *b, const struct name_form *f)
{
	char detail[NAME_TOKENS_MAX];
	struct span s = span_make(detail, f->n);
	uint32_t *known;
	unsigned i;

	for (i = 0; i < f->n; i++)
		detail[i] = (char)(f->token[i].shape | f->token[i].gap << 4);
	known = &b->detail_ref[token_hash(s) % DETAILS_MAX];
	if (!*known || !span_eq(patterns_text(b, *known), s))
		*known = patterns_put_text(b, s);
	return *known;
}

/* Tokens that count as words: all but the s of "Lowe's". */
static unsigned
words_of(const struct name_form *f)
{
	const struct name_token *last = &f->token[f->n - 1];

	return f->n > 1 && last->gap == GAP_APOS &&
			span_eq_str(last->folded, "s")
		? f->n - 1
		: f->n;
}

/* How ordinary are they? 0 if one is no word, else the rarest's grade. */
static unsigned
grade_words(struct name_maker *m, const struct name_form *f, unsigned n,
	struct word *last)
{
	unsigned i, grade = 1;

	for (i = 0; i < n; i++) {
		*last = name_word(m, &f->token[i]);
		if (f->token[i].shape == SHAPE_NONE)
			continue; /* digits, & */
		if (last->grade == 0)
			return 0;
		if (last->grade > grade)
			grade = last->grade;
	}
	return grade;
}

static void
grade_name(struct name_maker *m, const struct name_form *f,
	struct block_name *name)
{
	size_t len = f->token[0].folded.n;
	unsigned n = words_of(f);
	struct word w = {0};

	name->grade = (uint8_t)grade_words(m, f, n, &w);
	if (n > 1)
		return;
	name->flags |= (uint16_t)(NAME_ONE_WORD | (w.proper ? NAME_PROPER : 0) |
		(w.given ? NAME_GIVEN : 0) | (w.verb ? NAME_VERB : 0) |
		(w.adjective ? NAME_ADJECTIVE : 0) |
		(f->token[0].shape == SHAPE_UPPER ? NAME_ACRONYM : 0) |
		(len <= 3 ? NAME_LETTERS3 : 0) |
		(len <= 2 ? NAME_LETTERS2 : 0));
}

/* Words of mixed runs are always looked at: the sieve is for plain ones. */
static void
sieve_word(struct build *b, struct span word)
{
	size_t i;

	for (i = 0; i < word.n; i++)
		if (runs_class((unsigned char)word.p[i]) != RUN_PLAIN)
			return;
	if (word.n == 0)
		return;
	vec_push(&b->heads,
		block_head(token_load(word.p, word.n < 8 ? word.n : 8)));
	if (word.n <= BLOCK_LENGTHS)
		b->anchor_lengths |= 1U << (word.n - 1);
}

#define RARITY_UNKNOWN 10 /* of a word of no list, in any text */

unsigned
patterns_rarity(struct build *b, const struct name_token *t)
{
	unsigned grade = name_word(&b->maker, t).grade;

	return grade ? grade : RARITY_UNKNOWN;
}

/* Of two words that a name begins with: is the second the anchor? */
static bool
is_second_anchor(struct build *b, const struct name_token *t)
{
	unsigned first, second;

	if (t[0].hash == t[1].hash || b->is_dense)
		return false;
	first = patterns_rarity(b, &t[0]);
	second = patterns_rarity(b, &t[1]);
	return second != first ? second > first : t[1].folded.n > t[0].folded.n;
}

/* The first two words of a name. */
static void
add_pair(struct build *b, const struct name_token *t, uint64_t path)
{
	bool second = is_second_anchor(b, t);

	vec_push(&b->starts, path);
	if (b->is_dense)
		return;
	sieve_word(b, t[second].folded);
	vec_push(&b->anchors,
		second ? t[1].hash ^ BLOCK_SECOND : t[0].hash ^ BLOCK_FIRST);
	if (second)
		vec_push(&b->seconds, path);
}

/* All that a scan goes by from a name's words to its path. */
static uint64_t
add_path(struct build *b, const struct name_form *f)
{
	uint64_t path = f->token[0].hash;
	unsigned i;

	if (f->n == 1) {
		vec_push(&b->starts, path);
		if (!b->is_dense)
			sieve_word(b, f->token[0].folded);
	}
	for (i = 1; i < f->n; i++) {
		path = block_path(path, f->token[i].hash);
		if (i + 1 < f->n)
			vec_push(&b->prefixes, (struct pattern){path, 0});
		if (i == 1)
			add_pair(b, f->token, path);
	}
	return path;
}

void
patterns_add(struct build *b, const struct name_form *f)
{
	struct block_name n = {
		.entity = (uint32_t)(b->entity - b->list->p),
		.text = b->source_ref,
		.detail = put_detail(b, f),
		.line = b->source.line,
		.column = (uint16_t)(b->source.column > UINT16_MAX
				? UINT16_MAX
				: b->source.column),
		.role = (uint8_t)b->role,
		.variant = (uint8_t)f->variant,
		.n_tokens = (uint8_t)f->n,
		.flags = f->had_suffix ? NAME_HAD_SUFFIX : 0,
	};
	uint64_t path;

	if (b->role <= ROLE_TICKER || b->role == ROLE_SHORT)
		grade_name(&b->maker, f, &n);
	path = add_path(b, f);
	vec_push(&b->patterns, (struct pattern){path, (uint32_t)b->names.n});
	vec_push(&b->names, n);
	vec_push(&b->places, b->source);
	if (f->n > b->max_tokens)
		b->max_tokens = f->n;
}

static void
on_form(const struct name_form *f, void *arg)
{
	patterns_add(arg, f);
}

/* The given tokens as they are. */
void
patterns_add_given(struct build *b)
{
	patterns_add(b, &b->maker.given);
}

static void
add_one_token(struct build *b, const struct name_token *t)
{
	struct name_form f = {.n = 1, .variant = VARIANT_EXACT};

	f.token[0] = *t;
	f.token[0].gap = GAP_NONE;
	patterns_add(b, &f);
}

/* A word that may stand for the whole name once that was there. */
static void
add_short(struct build *b)
{
	const struct name_form *f = &b->maker.given;
	const struct name_token *t;

	if (f->n < 2)
		return;
	t = b->entity->kind == ENTITY_PERSON ? &f->token[f->n - 1]
					     : &f->token[0];
	if (t->folded.n < 3 || t->shape == SHAPE_NONE ||
		(b->entity->kind != ENTITY_PERSON &&
			name_word(&b->maker, t).grade))
		return;
	b->role = ROLE_SHORT;
	add_one_token(b, t);
}

const char *
patterns_role(enum block_role role)
{
	static const char *const words[] = {"name", "alias", "ticker", "code",
		"name", "query", "context", "exclude", "not_like"};

	return words[role];
}

/* Read the tokens of a text; tell what is wrong with it. */
static bool
read_source(struct build *b, const struct entity_text *t, enum block_role role)
{
	uint32_t entity = (uint32_t)(b->entity - b->list->p);
	const char *what = patterns_role(role);

	b->source = t->place;
	b->role = role;
	if (t->text.n > LIMIT_NAME_BYTES) {
		problems_tell(&b->problems, true, entity, &t->place,
			"%s is longer than %d bytes; shorten it", what,
			LIMIT_NAME_BYTES);
		return false;
	}
	if (name_read(&b->maker, t->text)) {
		b->source_ref = role == ROLE_NAME
			? vec_last(&b->entities)->name
			: patterns_put_text(b, t->text);
		return true;
	}
	if (span_trim(t->text).n == 0)
		problems_tell(&b->problems, true, entity, &t->place,
			"%s is empty; write one", what);
	else if (b->maker.given.n == 0)
		problems_tell(&b->problems, true, entity, &t->place,
			"%s '%.*s' has neither letter nor digit, so it cannot "
			"be found in a text",
			what, SPAN_ARG(t->text));
	else
		problems_tell(&b->problems, true, entity, &t->place,
			"%s has %u words, at most %d are allowed", what,
			b->maker.given.n, NAME_TOKENS_MAX);
	return false;
}

static bool
is_one_letter(const struct name_form *f)
{
	return f->n == 1 && f->token[0].folded.n == 1;
}

static void
add_name(struct build *b, const struct entity_text *t, enum block_role role)
{
	bool is_company = b->entity->kind == ENTITY_COMPANY;

	if (!read_source(b, t, role))
		return;
	if (is_one_letter(&b->maker.given)) {
		problems_tell(&b->problems, false,
			(uint32_t)(b->entity - b->list->p), &t->place,
			"%s '%.*s' has one letter and is not looked for; a "
			"ticker would be",
			patterns_role(role), SPAN_ARG(t->text));
		return;
	}
	name_forms(&b->maker, is_company, on_form, b);
	add_short(b);
}

/* "NASDAQ:META" is looked for as META in a ticker's dress. */
static void
add_ticker(struct build *b, const struct entity_text *t)
{
	struct entity_text symbol = *t;
	size_t colon = span_find(t->text, ':');

	if (colon != SIZE_MAX)
		symbol.text = span_sub(t->text, colon + 1, SIZE_MAX);
	if (read_source(b, &symbol, ROLE_TICKER)) {
		b->source = t->place;
		patterns_add_given(b);
	}
}

static void
add_plain(struct build *b, const struct entity_text *t, enum block_role role)
{
	struct name_form plural;
	struct strbuf word = STRBUF_INIT(LIMIT_NAME_BYTES);

	if (!read_source(b, t, role))
		return;
	patterns_add_given(b);
	if (role != ROLE_CONTEXT || b->maker.given.n != 1 ||
		b->maker.given.token[0].shape != SHAPE_LOWER ||
		span_ends(b->maker.given.token[0].folded, "s"))
		return;
	/* airline, airlines */
	plural = b->maker.given;
	strbuf_span(&word, plural.token[0].folded);
	strbuf_char(&word, 's');
	plural.token[0].folded = strbuf_as_span(&word);
	plural.token[0].hash = token_hash(plural.token[0].folded);
	patterns_add(b, &plural);
	strbuf_fini(&word);
}

static void
add_texts(
	struct build *b, const struct entity_texts *texts, enum block_role role)
{
	size_t i, n = texts->n;

	if (n > LIMIT_ALIASES) {
		problems_tell(&b->problems, true,
			(uint32_t)(b->entity - b->list->p),
			&texts->p[LIMIT_ALIASES].place,
			"more than %d entries under %s; the rest is left out",
			LIMIT_ALIASES, patterns_role(role));
		n = LIMIT_ALIASES;
	}
	for (i = 0; i < n; i++) {
		if (role == ROLE_ALIAS)
			add_name(b, &texts->p[i], role);
		else if (role == ROLE_TICKER)
			add_ticker(b, &texts->p[i]);
		else
			add_plain(b, &texts->p[i], role);
	}
}

/* -- entities -------------------------------------------------------------- */

void
patterns_add_entity(struct build *b, const struct entity *e)
{
	struct entity_text name = {e->name, e->place};

	b->entity = e;
	vec_push(&b->entities,
		(struct block_entity){
			.id = patterns_put_text(b, e->id),
			.name = patterns_put_text(b, e->name),
			.watchlist = put_same_text(b, e->watchlist, 0),
			.file = put_same_text(b, span_of(e->place.file), 1),
			.tickers = put_list(b, &e->tickers),
			.line = e->place.line,
			.column = (uint16_t)(e->place.column & UINT16_MAX),
			.kind = (uint8_t)(e->kind & 15),
			.letter_case = (uint8_t)(e->letter_case & 15),
			.min_relevance = (uint8_t)e->min_relevance,
			.min_confidence = (float)e->min_confidence,
		});
	if (e->query.text.n == 0)
		add_name(b, &name, ROLE_NAME);
	else
		patterns_add_query(b, (uint32_t)(e - b->list->p));
	add_texts(b, &e->aliases, ROLE_ALIAS);
	add_texts(b, &e->tickers, ROLE_TICKER);
	add_texts(b, &e->codes, ROLE_CODE);
	add_texts(b, &e->context, ROLE_CONTEXT);
	add_texts(b, &e->exclude, ROLE_EXCLUDE);
	add_texts(b, &e->not_like, ROLE_NOT_LIKE);
}

/* -- sorting --------------------------------------------------------------- */

struct span
patterns_text(const struct build *b, uint32_t ref)
{
	uint16_t n;

	if (!ref)
		return SPAN_LIT("");
	memcpy(&n, b->text.p + ref, sizeof(n));
	return span_make(b->text.p + ref + sizeof(n), n);
}

#define RADIX_BITS 11
#define RADIX_SIZE (1U << RADIX_BITS)
#define RADIX_PASSES 6 /* 66 bits; even, so that the result is in place */

/* One pass of a radix sort, stable: from p to q by the digit at `shift`. */
static void
sort_pass(const struct pattern *p, struct pattern *q, size_t n, unsigned shift)
{
	size_t at[RADIX_SIZE] = {0}, i, sum = 0, count;

	for (i = 0; i < n; i++)
		at[p[i].path >> shift & (RADIX_SIZE - 1)]++;
	for (i = 0; i < RADIX_SIZE; i++) {
		count = at[i];
		at[i] = sum;
		sum += count;
	}
	for (i = 0; i < n; i++)
		q[at[p[i].path >> shift & (RADIX_SIZE - 1)]++] = p[i];
}

void
patterns_sort(struct patterns *p)
{
	struct pattern *other = mem_calloc(p->n + 1, sizeof(*other)), *t;
	unsigned pass;

	for (pass = 0; pass < RADIX_PASSES; pass++) {
		sort_pass(p->p, other, p->n, pass * RADIX_BITS);
		t = p->p;
		p->p = other;
		other = t;
	}
	mem_free(&other);
}
