/*
 * The clusterer on whole sets of tests/data/stories, scored by BCubed F1
 * (Bagga, Baldwin 1998): one setting has to do for all kinds of text.
 */
#include "testing.h"

#include "base/file.h"
#include "base/vec.h"
#include "story/cluster.h"

#define DIR NW_SRCDIR "/tests/data/stories/"
#define SET_BYTES_MAX ((size_t)1 << 20)
#define MINUTE_MS 60000
#define COPIES 4

struct piece {
	uint32_t truth; /* number of its story */
	struct item_key story; /* where it was put */
	char *title, *text;
};

struct set {
	VEC(struct piece) pieces;
	VEC(char *) stories; /* names, by number */
};

static uint32_t
story_number(struct set *s, struct span name)
{
	for (uint32_t i = 0; i < s->stories.n; i++)
		if (span_eq_str(name, s->stories.p[i]))
			return i;
	vec_push(&s->stories, span_dup(name));
	return (uint32_t)(s->stories.n - 1);
}

/* A field with its \n as line breaks. */
static char *
unescape(struct span s)
{
	char *text = span_dup(s), *out = text;

	for (const char *p = text; *p; p++) {
		bool line = p[0] == '\\' && p[1] == 'n';

		*out++ = line ? '\n' : *p;
		p += line;
	}
	*out = '\0';
	return text;
}

static struct set
load(const char *path)
{
	struct strbuf b = STRBUF_INIT(SET_BYTES_MAX);
	struct span rest, line, story, title, text;
	struct set s = {0};

	assert_int_equal(file_read(path, &b, NULL), 0);
	rest = strbuf_as_span(&b);
	while (span_next(&rest, '\n', &line)) {
		story = title = text = SPAN_NULL;
		if (!span_next(&line, '\t', &story))
			continue;
		span_next(&line, '\t', &title);
		span_next(&line, '\t', &text);
		vec_push(&s.pieces,
			(struct piece){
				.truth = story_number(&s, story),
				.title = unescape(title),
				.text = unescape(text),
			});
	}
	strbuf_fini(&b);
	assert_true(s.pieces.n > 0);
	return s;
}

static void
unload(struct set *s)
{
	vec_each (struct piece *, p, &s->pieces) {
		mem_free(&p->title);
		mem_free(&p->text);
	}
	vec_each (char **, name, &s->stories)
		mem_free(name);
	vec_fini(&s->pieces);
	vec_fini(&s->stories);
}

static void
shuffle(struct set *s, struct rng *r)
{
	for (size_t i = s->pieces.n; i > 1; i--) {
		size_t j = rng_below(r, (uint32_t)i);
		struct piece swap = s->pieces.p[i - 1];

		s->pieces.p[i - 1] = s->pieces.p[j];
		s->pieces.p[j] = swap;
	}
}

/* What happens to a text on its way: cut, framed, misread, lines lost. */
static char *
spoil(const char *text, unsigned how, struct rng *r)
{
	struct strbuf b = STRBUF_INIT(SET_BYTES_MAX);
	size_t n = strlen(text), i;

	if (how == 0)
		n = n * 3 / 5;
	if (how == 1)
		strbuf_str(&b, "(Example Wire) - ");
	for (i = 0; i < n; i++) {
		if (how == 2 && rng_below(r, 40) == 0)
			strbuf_char(&b, (char)('a' + rng_below(r, 26)));
		else
			strbuf_char(&b, text[i]);
		if (how == 3 && text[i] == '\n' && rng_below(r, 2) == 0)
			while (i + 1 < n && text[i + 1] != '\n')
				i++;
	}
	if (how == 1)
		strbuf_str(&b, "\nExample Wire contributed to this report.");
	return strbuf_take(&b);
}

static void
add_copies(struct set *s, struct rng *r)
{
	size_t n = s->pieces.n;

	for (size_t i = 0; i < n; i++)
		for (unsigned how = 0; how < COPIES; how++) {
			struct piece p = s->pieces.p[i];

			p.title = mem_strdup(how % 2 ? p.title : "");
			p.text = spoil(p.text, how, r);
			vec_push(&s->pieces, p);
		}
}

static void
put_all(struct set *s)
{
	struct cluster *c = cluster_new(NULL);
	struct cluster_place place;
	struct item_key id = {{0}};
	struct features f;
	uint32_t i;

	for (i = 0; i < s->pieces.n; i++) {
		struct piece *p = &s->pieces.p[i];
		struct item item = {
			.title = span_of(p->title),
			.text = span_of(p->text),
		};

		memcpy(id.b, &i, sizeof(i));
		features_make(&item, &f);
		cluster_put(c, &id, (int64_t)i * MINUTE_MS, &f, &place);
		p->story = place.story;
	}
	vec_each (struct piece *, p, &s->pieces)
		p->story = cluster_resolve(c, &p->story);
	cluster_free(&c);
}

static double
bcubed(const struct set *s)
{
	double precision = 0, recall = 0;

	vec_each (const struct piece *, a, &s->pieces) {
		unsigned both = 0, found = 0, truth = 0;

		vec_each (const struct piece *, b, &s->pieces) {
			bool same = memcmp(&a->story, &b->story,
					    sizeof(a->story)) == 0;

			found += same;
			truth += a->truth == b->truth;
			both += same && a->truth == b->truth;
		}
		precision += (double)both / found;
		recall += (double)both / truth;
	}
	precision /= (double)s->pieces.n;
	recall /= (double)s->pieces.n;
	print_message("# P=%.3f R=%.3f\n", precision, recall);
	return 2 * precision * recall / (precision + recall);
}

static double
score(const char *path, bool copies)
{
	struct set s = load(path);
	struct rng r;
	double f1;

	rng_init(&r, 1);
	if (copies)
		add_copies(&s, &r);
	shuffle(&s, &r);
	put_all(&s);
	f1 = bcubed(&s);
	unload(&s);
	return f1;
}

static void
headlines_alone_are_put_into_stories(void **state)
{
	(void)state;
	assert_true(score(DIR "headlines.tsv", false) > 0.84);
}

static void
notices_out_of_one_template_are_held_apart(void **state)
{
	(void)state;
	assert_true(score(DIR "notices.tsv", false) > 0.84);
}

static void
spoilt_copies_find_their_original(void **state)
{
	(void)state;
	assert_true(score(DIR "originals.tsv", true) > 0.95);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headlines_alone_are_put_into_stories),
		cmocka_unit_test(notices_out_of_one_template_are_held_apart),
		cmocka_unit_test(spoilt_copies_find_their_original),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
