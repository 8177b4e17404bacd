/*
 * Queries are evaluated over a stack of places: a part that holds leaves the
 * places where it does. NEAR joins places of one field that lie close.
 */
#include "match/topics.h"

#define PREFIX_BYTES_MAX 64

const struct block_topic *
topics_of(const struct lexicon *lex, uint32_t entity)
{
	size_t lo = 0, hi = lex->n_topics, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (lex->topics[mid].entity < entity)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < lex->n_topics && lex->topics[lo].entity == entity
		? &lex->topics[lo]
		: NULL;
}

static void
find_prefix(const struct lexicon *lex, const struct token *t,
	struct span beginning, struct scan_hits *out)
{
	uint64_t path = token_hash(beginning) ^ BLOCK_PREFIX;
	const struct block_slot *slot;
	uint32_t terminal;

	if (!block_may_have(lex, path))
		return;
	slot = block_find(lex, path);
	if (!slot || !(slot->value & SLOT_ENDS))
		return;
	terminal = slot->value >> SLOT_SHIFT;
	if (lex->paths[terminal] == path)
		vec_push(out, (struct scan_hit){t->start, t->end, terminal, 1});
}

void
topics_find_prefixes(
	const struct lexicon *lex, struct span text, struct scan_hits *out)
{
	struct strbuf folded = STRBUF_INIT(PREFIX_BYTES_MAX);
	struct token t;
	size_t at = 0, n;

	for (; token_next(text, at, &t); at = t.end) {
		strbuf_clear(&folded);
		folded.full = false;
		token_fold(text, &t, &folded);
		for (n = QUERY_PREFIX_MIN; n <= folded.n; n++)
			if (n == folded.n ||
				((unsigned char)folded.p[n] & 0xc0) != 0x80)
				find_prefix(
					lex, &t, span_make(folded.p, n), out);
	}
	strbuf_fini(&folded);
}

void
topics_read(struct topics *t, const struct about *about)
{
	t->about = *about;
	tokens_scan(about->item->title, &t->tokens[FIELD_TITLE]);
	tokens_scan(about->item->text, &t->tokens[FIELD_TEXT]);
}

void
topics_start(struct topics *t)
{
	vec_clear(&t->terms);
	vec_clear(&t->stack);
}

/* The last token that starts at or before `at`. */
static uint32_t
token_at(const struct tokens *t, uint32_t at)
{
	size_t lo = 0, hi = t->n, mid;

	while (lo + 1 < hi) {
		mid = (lo + hi) / 2;
		if (t->p[mid].start <= at)
			lo = mid;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

void
topics_add(struct topics *t, uint32_t number, enum hit_field field,
	uint32_t start, uint32_t end, uint32_t key)
{
	const struct tokens *tokens = &t->tokens[field];
	struct topic_place p = {.field = (uint8_t)field,
		.first = token_at(tokens, start),
		.last = token_at(tokens, end - 1),
		.from = key,
		.to = key};

	vec_push(&t->terms, (struct topic_term){p, number});
}

static bool
in_field(const struct topic_place *p, enum query_field field)
{
	return field == QUERY_ANYWHERE ||
		(field == QUERY_TITLE) == (p->field == FIELD_TITLE);
}

static bool
hold_term(struct topics *t, const struct query_node *n)
{
	size_t base = t->stack.n;

	vec_each (struct topic_term *, x, &t->terms)
		if (x->number == n->left &&
			in_field(&x->place, (enum query_field)n->field) &&
			t->stack.n - base < TOPIC_PLACES_MAX)
			vec_push(&t->stack, x->place);
	return t->stack.n > base;
}

/* Both in one field, with at most `distance` words between? */
static bool
are_near(const struct topic_place *a, const struct topic_place *b,
	unsigned distance)
{
	if (a->field != b->field)
		return false;
	if (a->first > b->last)
		return a->first - b->last - 1 <= distance;
	return b->first <= a->last || b->first - a->last - 1 <= distance;
}

static struct topic_place
join(const struct topic_place *a, const struct topic_place *b)
{
	struct topic_place p = *a;

	p.first = a->first < b->first ? a->first : b->first;
	p.last = a->last > b->last ? a->last : b->last;
	p.to = b->from;
	return p;
}

/* Places [base, mid) and [mid, end) become the pairs that are near. */
static bool
join_near(struct topics *t, size_t base, size_t mid, unsigned distance)
{
	size_t end = t->stack.n, i, k, n = 0;

	for (i = base; i < mid; i++)
		for (k = mid; k < end && n < TOPIC_PLACES_MAX; k++) {
			if (!are_near(&t->stack.p[i], &t->stack.p[k], distance))
				continue;
			n++;
			vec_push(&t->stack,
				join(&t->stack.p[i], &t->stack.p[k]));
		}
	if (n)
		memmove(&t->stack.p[base], &t->stack.p[end],
			n * sizeof(*t->stack.p));
	t->stack.n = base + n;
	return n > 0;
}

bool
topics_hold(struct topics *t, const struct lexicon *lex, uint32_t root)
{
	const struct query_node *n = &lex->nodes[root];
	size_t base = t->stack.n, mid;
	bool left, right;

	if (n->op == QUERY_TERM && query_is_about((enum query_field)n->field))
		return about_has(&t->about, (enum query_field)n->field,
			block_text(lex, n->right), n->distance > 0);
	if (n->op == QUERY_TERM)
		return hold_term(t, n);
	left = topics_hold(t, lex, n->left);
	mid = t->stack.n;
	switch ((enum query_op)n->op) {
	case QUERY_NOT:
		t->stack.n = base;
		return !left;
	case QUERY_OR:
		right = topics_hold(t, lex, n->right);
		return left || right;
	case QUERY_AND:
		if (left && topics_hold(t, lex, n->right))
			return true;
		break;
	case QUERY_NEAR:
		if (left && topics_hold(t, lex, n->right) &&
			join_near(t, base, mid, n->distance))
			return true;
		break;
	case QUERY_TERM:
		break;
	}
	t->stack.n = base;
	return false;
}

void
topics_fini(struct topics *t)
{
	tokens_fini(&t->tokens[0]);
	tokens_fini(&t->tokens[1]);
	vec_fini(&t->terms);
	vec_fini(&t->stack);
}
