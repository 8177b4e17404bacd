/* A recursive descent over the query's text. See query.h. */
#include "match/query.h"

#include "base/mem.h"

enum lexeme {
	LEX_END,
	LEX_OPEN,
	LEX_CLOSE,
	LEX_AND,
	LEX_OR,
	LEX_NOT,
	LEX_NEAR,
	LEX_FIELD,
	LEX_WORD,
	LEX_PHRASE,
	LEX_BAD /* told already */
};

struct parser {
	struct span text;
	size_t at; /* where the next lexeme is looked for */
	size_t start; /* of the current one */
	enum lexeme lexeme;
	struct span word; /* of a word, phrase or field */
	uint16_t distance; /* of NEAR */
	enum query_field field; /* what LEX_FIELD says */
	unsigned depth;
	struct query *out;
	struct err *err;
};

static int parse_or(struct parser *p, enum query_field field, uint32_t *node);

static int
fail(struct parser *p, const char *what)
{
	return err_set(p->err, ERR_INPUT, "%s", what);
}

/* -- lexemes --------------------------------------------------------------- */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum lexeme
read_phrase(struct parser *p)
{
	struct span rest = span_sub(p->text, p->at + 1, SIZE_MAX);
	size_t end = span_find(rest, '"');

	if (end == SIZE_MAX) {
		fail(p, "this quote is not closed; put a \" after the phrase");
		return LEX_BAD;
	}
	p->word = span_trim(span_sub(rest, 0, end));
	p->at += end + 2;
	return LEX_PHRASE;
}

static enum lexeme
read_near(struct parser *p)
{
	int64_t n;

	if (!span_i64(span_sub(p->word, 5, SIZE_MAX), 0, QUERY_DISTANCE_MAX,
		    &n)) {
		err_set(p->err, ERR_INPUT,
			"NEAR/n needs a number of words, 0 to %d, as in "
			"NEAR/10",
			QUERY_DISTANCE_MAX);
		return LEX_BAD;
	}
	p->distance = (uint16_t)n;
	return LEX_NEAR;
}

/* The first of a field's names is the one it is told by. */
static const struct {
	const char *name;
	enum query_field field;
} fields[] = {
	{"title", QUERY_TITLE},
	{"text", QUERY_TEXT},
	{"author", QUERY_AUTHOR},
	{"category", QUERY_CATEGORY},
	{"tag", QUERY_CATEGORY},
	{"source", QUERY_SOURCE},
	{"feed", QUERY_SOURCE},
	{"url", QUERY_URL},
	{"lang", QUERY_LANGUAGE},
};

#define N_FIELDS (sizeof(fields) / sizeof(*fields))

const char *
query_field_name(enum query_field f)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (fields[i].field == f)
			return fields[i].name;
	return NULL;
}

static enum lexeme
read_field(struct parser *p, size_t colon)
{
	struct span name = span_sub(p->word, 0, colon);

	p->at = p->start + colon + 1;
	for (size_t i = 0; i < N_FIELDS; i++)
		if (span_eq_str(name, fields[i].name)) {
			p->field = fields[i].field;
			return LEX_FIELD;
		}
	err_set(p->err, ERR_INPUT,
		"'%.*s:' is no field; there are title:, text:, author:, "
		"category:, source:, url: and lang:; put what has a colon of "
		"its own in quotes",
		SPAN_ARG(name));
	return LEX_BAD;
}

static bool
is_field_name(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return s.n > 0;
}

static enum lexeme
read_word(struct parser *p)
{
	static const struct {
		const char *word;
		enum lexeme lexeme;
	} operators[] = {{"AND", LEX_AND}, {"OR", LEX_OR}, {"NOT", LEX_NOT}};
	size_t end = p->at, colon, i;

	while (end < p->text.n && !is_space(p->text.p[end]) &&
		!strchr("()\"", p->text.p[end]))
		end++;
	p->word = span_sub(p->text, p->at, end - p->at);
	p->at = end;
	for (i = 0; i < 3; i++)
		if (span_eq_str(p->word, operators[i].word))
			return operators[i].lexeme;
	if (span_starts(p->word, "NEAR/") || span_eq_str(p->word, "NEAR"))
		return read_near(p);
	colon = span_find(p->word, ':');
	if (colon != SIZE_MAX && is_field_name(span_sub(p->word, 0, colon)))
		return read_field(p, colon);
	return LEX_WORD;
}

static void
advance(struct parser *p)
{
	while (p->at < p->text.n && is_space(p->text.p[p->at]))
		p->at++;
	p->start = p->at;
	if (p->at == p->text.n) {
		p->lexeme = LEX_END;
		return;
	}
	switch (p->text.p[p->at]) {
	case '(':
		p->at++;
		p->lexeme = LEX_OPEN;
		break;
	case ')':
		p->at++;
		p->lexeme = LEX_CLOSE;
		break;
	case '"':
		p->lexeme = read_phrase(p);
		break;
	default:
		p->lexeme = read_word(p);
	}
}

/* -- the tree -------------------------------------------------------------- */

static uint32_t
add_node(struct parser *p, struct query_node node)
{
	vec_push(&p->out->nodes, node);
	return (uint32_t)p->out->nodes.n - 1;
}

/* A language tag, more or less. star: where one stands in it. */
static bool
is_language(struct span s, size_t star)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != '-' &&
			!((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'))
			return false;
	return s.n > 1 && star == SIZE_MAX;
}

static int
parse_term(struct parser *p, enum query_field field, uint32_t *node)
{
	struct query_term term = {p->word, false, field};
	size_t star = span_find(p->word, '*');

	if (p->out->terms.n == QUERY_TERMS_MAX)
		return err_set(p->err, ERR_INPUT, "more than %d terms",
			QUERY_TERMS_MAX);
	if (p->lexeme == LEX_PHRASE && star != SIZE_MAX)
		return fail(p,
			"a * stands at the end of a word that is not in "
			"quotes");
	if (star != SIZE_MAX) {
		if (star + 1 != p->word.n || star < QUERY_PREFIX_MIN)
			return fail(p,
				"a * stands at the end of a word, after "
				"two letters or more");
		term.text.n = star;
		term.is_prefix = true;
	}
	if (field == QUERY_LANGUAGE && !is_language(term.text, star))
		return fail(p,
			"lang: takes one language without a *, as in lang:en "
			"or lang:pt-BR");
	vec_push(&p->out->terms, term);
	*node = add_node(p,
		(struct query_node){.op = QUERY_TERM,
			.field = (uint8_t)field,
			.left = (uint32_t)p->out->terms.n - 1});
	advance(p);
	return 0;
}

static int
parse_brackets(struct parser *p, enum query_field field, uint32_t *node)
{
	size_t open = p->start;

	advance(p);
	if (parse_or(p, field, node) != 0)
		return -1;
	if (p->lexeme == LEX_CLOSE) {
		advance(p);
		return 0;
	}
	if (p->lexeme == LEX_BAD)
		return -1;
	p->start = open;
	return fail(p,
		"this bracket is not closed; put a ) after its last "
		"term");
}

static int
parse_primary(struct parser *p, enum query_field field, uint32_t *node)
{
	static const char *const missing[] = {
		[LEX_END] = "something is missing at the end; a term is wanted",
		[LEX_CLOSE] = "a term is wanted before this )",
		[LEX_AND] = "a term is wanted before AND",
		[LEX_OR] = "a term is wanted before OR",
		[LEX_NOT] = "NOT cannot stand here; put it in brackets",
		[LEX_NEAR] = "a term is wanted before NEAR",
	};

	if (p->lexeme == LEX_FIELD) {
		field = p->field;
		advance(p);
	}
	if (p->lexeme == LEX_WORD || p->lexeme == LEX_PHRASE)
		return parse_term(p, field, node);
	if (p->lexeme == LEX_OPEN)
		return parse_brackets(p, field, node);
	if (p->lexeme == LEX_FIELD)
		return fail(p, "one field is enough before a term");
	return p->lexeme == LEX_BAD ? -1 : fail(p, missing[p->lexeme]);
}

/* A part of NEAR: has it words in title or text, and no others? */
static bool
has_place(const struct query *q, uint32_t at)
{
	const struct query_node *n = &q->nodes.p[at];

	if (n->op == QUERY_TERM)
		return !query_is_about((enum query_field)n->field);
	return has_place(q, n->left) &&
		(n->op == QUERY_NOT || has_place(q, n->right));
}

static int
check_near(struct parser *p, uint32_t part, size_t start)
{
	if (has_place(p->out, part))
		return 0;
	p->start = start;
	return fail(p,
		"only words of title or text are near to each other; join this "
		"by AND");
}

static int
parse_near(struct parser *p, enum query_field field, uint32_t *node)
{
	struct query_node near = {.op = QUERY_NEAR};
	size_t left = p->start, right;

	if (parse_primary(p, field, node) != 0)
		return -1;
	while (p->lexeme == LEX_NEAR) {
		near.distance = p->distance;
		near.left = *node;
		advance(p);
		right = p->start;
		if (parse_primary(p, field, &near.right) != 0 ||
			check_near(p, near.left, left) != 0 ||
			check_near(p, near.right, right) != 0)
			return -1;
		*node = add_node(p, near);
	}
	return 0;
}

static int
parse_not(struct parser *p, enum query_field field, uint32_t *node)
{
	bool negated = false;

	for (; p->lexeme == LEX_NOT; advance(p))
		negated = !negated;
	if (parse_near(p, field, node) != 0)
		return -1;
	if (negated)
		*node = add_node(
			p, (struct query_node){.op = QUERY_NOT, .left = *node});
	return 0;
}

static bool
starts_operand(enum lexeme l)
{
	return l == LEX_OPEN || l == LEX_NOT || l == LEX_FIELD ||
		l == LEX_WORD || l == LEX_PHRASE;
}

static int
parse_and(struct parser *p, enum query_field field, uint32_t *node)
{
	struct query_node and = {.op = QUERY_AND};

	if (parse_not(p, field, node) != 0)
		return -1;
	while (p->lexeme == LEX_AND || starts_operand(p->lexeme)) {
		if (p->lexeme == LEX_AND)
			advance(p);
		and.left = *node;
		if (parse_not(p, field, &and.right) != 0)
			return -1;
		*node = add_node(p, and);
	}
	return 0;
}

static int
parse_or(struct parser *p, enum query_field field, uint32_t *node)
{
	struct query_node or = {.op = QUERY_OR};

	if (++p->depth > QUERY_DEPTH_MAX)
		return fail(p, "brackets are nested too deep");
	if (parse_and(p, field, node) != 0)
		return -1;
	while (p->lexeme == LEX_OR) {
		or.left = *node;
		advance(p);
		if (parse_and(p, field, & or.right) != 0)
			return -1;
		*node = add_node(p, or);
	}
	p->depth--;
	return 0;
}

/* Is there a term that title or text must have? */
static bool
needs_term(const struct query *q, uint32_t at)
{
	const struct query_node *n = &q->nodes.p[at];

	switch ((enum query_op)n->op) {
	case QUERY_TERM:
		return !query_is_about((enum query_field)n->field);
	case QUERY_NOT:
		return false;
	case QUERY_OR:
		return needs_term(q, n->left) && needs_term(q, n->right);
	case QUERY_AND:
	case QUERY_NEAR:
		break;
	}
	return needs_term(q, n->left) || needs_term(q, n->right);
}

int
query_parse(struct span text, struct query *out, size_t *at, struct err *err)
{
	struct parser p = {.text = text, .out = out, .err = err};
	uint32_t root = 0;
	int rc = -1;

	vec_clear(&out->nodes);
	vec_clear(&out->terms);
	advance(&p);
	if (p.lexeme == LEX_END)
		fail(&p, "the query is empty");
	else if (parse_or(&p, QUERY_ANYWHERE, &root) == 0)
		rc = 0;
	if (rc == 0 && p.lexeme != LEX_END)
		rc = p.lexeme == LEX_BAD
			? -1
			: fail(&p, "there is a ) without its (");
	if (rc == 0 && !needs_term(out, root)) {
		p.start = 0;
		rc = fail(&p,
			"the query only says what an article must not have, "
			"or what it is; add a term that its title or text must "
			"have");
	}
	*at = p.start;
	return rc;
}

void
query_fini(struct query *q)
{
	vec_fini(&q->nodes);
	vec_fini(&q->terms);
}

/* How well do the anchors of a part keep it from being looked at: the rarity
 * of the commonest of them; 0: it has none, as NOT. */
static unsigned
anchor_rarity(const struct query *q, const unsigned *rarity, uint32_t at)
{
	const struct query_node *n = &q->nodes.p[at];
	unsigned left, right;

	if (n->op == QUERY_NOT || query_is_about((enum query_field)n->field))
		return 0;
	if (n->op == QUERY_TERM)
		return rarity[n->left];
	left = anchor_rarity(q, rarity, n->left);
	right = anchor_rarity(q, rarity, n->right);
	if (n->op == QUERY_OR)
		return left < right ? left : right;
	return left > right ? left : right;
}

static void
set_anchors(const struct query *q, const unsigned *rarity, uint32_t at,
	bool *anchor)
{
	const struct query_node *n = &q->nodes.p[at];

	if (n->op == QUERY_TERM) {
		anchor[n->left] = true;
	} else if (n->op == QUERY_OR) {
		set_anchors(q, rarity, n->left, anchor);
		set_anchors(q, rarity, n->right, anchor);
	} else if (n->op != QUERY_NOT) {
		bool left = anchor_rarity(q, rarity, n->left) >=
			anchor_rarity(q, rarity, n->right);

		set_anchors(q, rarity, left ? n->left : n->right, anchor);
	}
}

void
query_anchors(const struct query *q, const unsigned *rarity, bool *anchor)
{
	memset(anchor, 0, q->terms.n * sizeof(*anchor));
	set_anchors(q, rarity, (uint32_t)q->nodes.n - 1, anchor);
}
