/* Runs: both paths agree, and a plain run is exactly one token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "text/runs.h"
#include "text/tokens.h"

#define SEED 20260303

typedef size_t (*find_fn)(struct span, size_t *, struct run *);

static size_t
find_all(find_fn find, struct span s, struct run *out)
{
	static struct run window[RUNS_MAX];
	size_t at = 0, n = 0, got;

	while (at < s.n) {
		got = find(s, &at, window);
		memcpy(out + n, window, got * sizeof(*out));
		n += got;
	}
	return n;
}

/* Written as the definition reads. */
static size_t
find_naive(struct span s, struct run *out)
{
	size_t n = 0, i = 0, start;
	bool mixed;

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];

		start = i;
		mixed = false;
		while (i < s.n) {
			c = (unsigned char)s.p[i];
			if (c >= 0x80 || c == '&' || c == '+')
				mixed = true;
			else if (!((c >= '0' && c <= '9') ||
					 (c >= 'a' && c <= 'z') ||
					 (c >= 'A' && c <= 'Z')))
				break;
			i++;
		}
		if (i > start)
			out[n++] = (struct run){(uint32_t)start,
				(uint32_t)i | (mixed ? RUN_MIXED : 0)};
		else
			i++;
	}
	return n;
}

static void
random_bytes(struct rng *rng, struct strbuf *out, size_t n)
{
	static const char some[] = "aZ09@[`{/:&+ -.'\x80\xff\xc3";
	unsigned dense = rng_below(rng, 40) + 1;

	strbuf_clear(out);
	while (out->n < n)
		strbuf_char(out,
			rng_below(rng, dense)
				? (char)('a' + rng_below(rng, 26))
				: some[rng_below(rng, sizeof(some) - 1)]);
}

static void
both_paths_agree_with_the_definition(void **state)
{
	struct strbuf text = STRBUF_INIT(65536);
	struct run *a = mem_calloc(40000, sizeof(*a)),
		   *b = mem_calloc(40000, sizeof(*b)),
		   *c = mem_calloc(40000, sizeof(*c));
	struct rng rng;
	size_t n;

	(void)state;
	print_message("# seed %d\n", SEED);
	rng_init(&rng, SEED);
	for (int i = 0; i < 2000; i++) {
		random_bytes(&rng, &text,
			rng_below(&rng, i % 10 ? 300 : 3 * RUNS_WINDOW));
		n = find_naive(strbuf_as_span(&text), c);
		assert_int_equal(
			find_all(runs_find, strbuf_as_span(&text), a), n);
		assert_int_equal(
			find_all(runs_find_portable, strbuf_as_span(&text), b),
			n);
		assert_memory_equal(a, c, n * sizeof(*a));
		assert_memory_equal(b, c, n * sizeof(*b));
	}
	mem_free(&a);
	mem_free(&b);
	mem_free(&c);
	strbuf_fini(&text);
}

static void
a_plain_run_is_one_token(void **state)
{
	static const char *const pieces[] = {"Meta", "x9", " ", "’", "-", "&",
		"任", "é", "\u00ad", "—", "3", "+", "a"};
	struct strbuf text = STRBUF_INIT(4096);
	struct run runs[2048];
	struct tokens t = {0};
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED + 1);
	for (int round = 0; round < 5000; round++) {
		size_t n, k = 0;

		strbuf_clear(&text);
		for (unsigned i = rng_below(&rng, 30); i > 0; i--)
			strbuf_str(&text, pieces[rng_below(&rng, 13)]);
		n = find_all(runs_find, strbuf_as_span(&text), runs);
		tokens_scan(strbuf_as_span(&text), &t);
		for (size_t i = 0; i < n; i++) {
			if (!(runs[i].end & RUN_MIXED)) {
				assert_int_equal(t.p[k].start, runs[i].start);
				assert_int_equal(t.p[k].end, runs[i].end);
			}
			while (k < t.n && t.p[k].start < RUN_END(runs[i])) {
				assert_true(t.p[k].start >= runs[i].start);
				assert_true(t.p[k].end <= RUN_END(runs[i]));
				k++;
			}
		}
		assert_int_equal(k, t.n);
	}
	tokens_fini(&t);
	strbuf_fini(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_paths_agree_with_the_definition),
		cmocka_unit_test(a_plain_run_is_one_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
