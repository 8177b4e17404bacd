#include "testing.h"

#include "base/strbuf.h"

#define SHADOW_MAX 200

/* The naive model: an array of fixed size and the rules as written. */
struct shadow {
	char p[SHADOW_MAX];
	size_t n, max;
	bool full;
};

static void
shadow_append(struct shadow *s, const char *p, size_t n, bool is_text)
{
	if (s->full)
		return;
	for (size_t i = 0; i < n; i++) {
		if (s->n == s->max) {
			s->full = true;
			/* Take back the character that was cut. */
			while (is_text && i < n &&
				((unsigned char)p[i] & 0xc0) == 0x80) {
				s->n--;
				i--;
			}
			return;
		}
		s->p[s->n++] = p[i];
	}
}

static void
shadow_del(struct shadow *s, size_t start, size_t n)
{
	char kept[SHADOW_MAX];
	size_t n_kept = 0;

	for (size_t i = 0; i < s->n; i++)
		if (i < start || i - start >= n)
			kept[n_kept++] = s->p[i];
	memcpy(s->p, kept, n_kept);
	s->n = n_kept;
}

static void
check(const struct strbuf *b, const struct shadow *s)
{
	assert_int_equal(b->n, s->n);
	assert_int_equal(b->full, s->full);
	if (s->n > 0)
		assert_memory_equal(b->p, s->p, s->n);
	if (b->p)
		assert_int_equal(b->p[b->n], '\0');
}

static void
random_step(struct rng *r, struct strbuf *b, struct shadow *s)
{
	static const char text[] = "aé€😀bc€😀é…xyz";
	size_t starts[] = {0, 1, 3, 6, 10, 11, 12, 15, 19, 21, 24, 25, 26, 27};
	uint32_t i = rng_below(r, N_ROWS(starts));
	uint32_t j = i + rng_below(r, (uint32_t)N_ROWS(starts) - i);
	struct span run = span_make(text + starts[i], starts[j] - starts[i]);
	size_t a = rng_below(r, 60), n = rng_below(r, 60);

	switch (rng_below(r, 8)) {
	case 0:
		strbuf_put(b, run.p, run.n);
		shadow_append(s, run.p, run.n, false);
		break;
	case 1:
		strbuf_printf(b, "%.*s", SPAN_ARG(run));
		shadow_append(s, run.p, run.n, true);
		break;
	case 2:
		strbuf_rune(b, 0x20ac);
		shadow_append(s, "€", 3, true);
		break;
	case 3:
		strbuf_char(b, 'q');
		shadow_append(s, "q", 1, false);
		break;
	case 4:
		strbuf_del(b, a, n);
		shadow_del(s, a, n);
		break;
	case 5:
		strbuf_cut(b, a);
		s->n = a < s->n ? a : s->n;
		s->full = false;
		break;
	default:
		strbuf_span(b, run);
		shadow_append(s, run.p, run.n, true);
		break;
	}
}

static void
behaves_like_a_plain_array_under_random_operations(void **state)
{
	struct rng r = test_rng();

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct shadow s = {.max = rng_below(&r, SHADOW_MAX)};
		struct strbuf b = STRBUF_INIT(s.max);

		for (int step = 0; step < 200; step++) {
			random_step(&r, &b, &s);
			check(&b, &s);
		}
		strbuf_fini(&b);
	}
}

static void
nothing_follows_what_was_cut_off(void **state)
{
	struct strbuf b = STRBUF_INIT(4);

	(void)state;
	strbuf_str(&b, "ab€");
	assert_true(b.full);
	strbuf_str(&b, "c");
	assert_string_equal(strbuf_cstr(&b), "ab");
	strbuf_cut(&b, 1);
	strbuf_str(&b, "xyz");
	assert_false(b.full);
	assert_string_equal(strbuf_cstr(&b), "axyz");
	strbuf_fini(&b);
}

static void
the_maximum_itself_fits(void **state)
{
	struct strbuf b = STRBUF_INIT(3);

	(void)state;
	strbuf_str(&b, "abc");
	assert_false(b.full);
	strbuf_str(&b, "");
	assert_false(b.full);
	strbuf_char(&b, 'd');
	assert_true(b.full);
	assert_string_equal(strbuf_cstr(&b), "abc");
	strbuf_fini(&b);
}

static const struct {
	uint32_t rune;
	const char *text;
} runes[] = {
	{0x41, "A"},
	{0x7f, "\x7f"},
	{0x80, "\xc2\x80"},
	{0x7ff, "\xdf\xbf"},
	{0x800, "\xe0\xa0\x80"},
	{0xffff, "\xef\xbf\xbf"},
	{0x10000, "\xf0\x90\x80\x80"},
	{0x10ffff, "\xf4\x8f\xbf\xbf"},
	{0x110000, "\xef\xbf\xbd"},
	{0xd800, "\xef\xbf\xbd"},
	{0xdfff, "\xef\xbf\xbd"},
};

static void
runes_become_utf8_and_bad_ones_the_replacement(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ROWS(runes); i++) {
		struct strbuf b = STRBUF_INIT(8);

		strbuf_rune(&b, runes[i].rune);
		assert_string_equal(strbuf_cstr(&b), runes[i].text);
		strbuf_fini(&b);
	}
}

static void
room_can_be_written_directly_and_ends_at_the_maximum(void **state)
{
	struct strbuf b = STRBUF_INIT(10);

	(void)state;
	assert_int_equal(strbuf_room(&b, 6), 6);
	memcpy(b.p, "abcdef", 6);
	b.n += 6;
	assert_int_equal(strbuf_room(&b, 6), 4);
	assert_false(b.full);
	memcpy(b.p + b.n, "ghij", 4);
	b.n += 4;
	assert_int_equal(strbuf_room(&b, 1), 0);
	assert_span_equal(strbuf_as_span(&b), "abcdefghij");
	strbuf_fini(&b);
}

static void
an_empty_buffer_is_an_empty_text(void **state)
{
	struct strbuf b = STRBUF_INIT(10);
	char *taken;

	(void)state;
	assert_string_equal(strbuf_cstr(&b), "");
	assert_non_null(strbuf_as_span(&b).p);
	strbuf_clear(&b);
	strbuf_cut(&b, 3);
	strbuf_del(&b, 0, 3);
	taken = strbuf_take(&b);
	assert_string_equal(taken, "");
	mem_free(&taken);
}

static void
take_gives_the_memory_away_and_leaves_it_usable(void **state)
{
	struct strbuf b = STRBUF_INIT(10);
	char *taken;

	(void)state;
	strbuf_str(&b, "one");
	taken = strbuf_take(&b);
	strbuf_str(&b, "two");
	assert_string_equal(taken, "one");
	assert_string_equal(strbuf_cstr(&b), "two");
	assert_int_equal(b.max, 10);
	mem_free(&taken);
	strbuf_fini(&b);
}

static void
printf_of_more_than_its_first_buffer(void **state)
{
	struct strbuf b = STRBUF_INIT(2000);

	(void)state;
	strbuf_printf(&b, "%0*d", 1000, 5);
	assert_int_equal(b.n, 1000);
	assert_int_equal(b.p[999], '5');
	strbuf_printf(&b, "%0*d", 256, 6);
	assert_int_equal(b.n, 1256);
	assert_int_equal(b.p[1255], '6');
	strbuf_fini(&b);
}

static void
escapes_are_undone_and_broken_ones_stay(void **state)
{
	struct strbuf b = STRBUF_INIT(100);

	(void)state;
	strbuf_str(&b, "<");
	strbuf_unescape(&b, SPAN_LIT("a%20b%2Fc%zz%4%C3%bc%"));
	assert_string_equal(strbuf_cstr(&b), "<a b/c%zz%4\xc3\xbc%");
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			behaves_like_a_plain_array_under_random_operations),
		cmocka_unit_test(escapes_are_undone_and_broken_ones_stay),
		cmocka_unit_test(nothing_follows_what_was_cut_off),
		cmocka_unit_test(the_maximum_itself_fits),
		cmocka_unit_test(
			runes_become_utf8_and_bad_ones_the_replacement),
		cmocka_unit_test(
			room_can_be_written_directly_and_ends_at_the_maximum),
		cmocka_unit_test(an_empty_buffer_is_an_empty_text),
		cmocka_unit_test(
			take_gives_the_memory_away_and_leaves_it_usable),
		cmocka_unit_test(printf_of_more_than_its_first_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
