#include "testing.h"

#include <zlib.h>
#include <zstd.h>

#include "model/limits.h"
#include "parse/inflate.h"

#define TEXT \
	"<rss version=\"2.0\"><channel><title>Brotli brotli brotli" \
	"</title></channel></rss>"

/* TEXT, and 16 MiB of zero bytes, made by brotli 1.0.9 -q 11 and -q 9. */
static const char brotli_text[] =
	"\x1b\x4e\x00\x00\x9c\x07\xb6\xdb\x94\x0b\x6c\x3a\x09\xdb\xef\x36\xf2"
	"\x50\xca\x89\xf1\xf4\x0b\x8c\x8c\x90\x9c\x4b\xf3\x69\x10\x11\x97\x37"
	"\x6e\x70\x20\x9c\x59\x20\xc5\x71\x12\xd0\x3e\x78\xc8\xf2\x93\x86\x50"
	"\xcc\xc2\xf2\x73\x4a\xab\x43\x79\xb3\x81\xf9\xdd\x0a\x4c\x80\x2a\x02";
static const char brotli_bomb[] =
	"\xcb\xff\xff\x3f\x00\x24\x00\xe2\xb1\x40\x72\xef\xff\xf2\xff\xff\x0f"
	"\x80\x04\x40\x1c\x16\x80\xee\xfd\x1f";

enum { ZLIB = 15, RAW = -15, GZIP = 31 };

static void
deflate_into(struct strbuf *out, struct span in, int window_bits)
{
	z_stream z = {0};
	size_t room;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 9,
				 Z_DEFAULT_STRATEGY),
		Z_OK);
	room = strbuf_room(out, deflateBound(&z, in.n) + 64);
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	z.next_out = (Bytef *)out->p + out->n;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += room - z.avail_out;
	deflateEnd(&z);
}

static void
zstd_into(struct strbuf *out, struct span in)
{
	size_t room = strbuf_room(out, ZSTD_compressBound(in.n));
	size_t n = ZSTD_compress(out->p + out->n, room, in.p, in.n, 3);

	assert_false(ZSTD_isError(n));
	out->n += n;
}

struct fixture {
	struct strbuf body, out;
	struct inflate_result res;
	struct err err;
};

static int
setup(void **state)
{
	struct fixture *f = mem_new(f);

	strbuf_init(&f->body, (size_t)32 << 20);
	strbuf_init(&f->out, 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_fini(&f->body);
	strbuf_fini(&f->out);
	mem_free(&f);
	return 0;
}

static int
inflate_fixture(struct fixture *f, const char *encoding)
{
	return inflate_body(strbuf_as_span(&f->body), span_of(encoding),
		&f->out, &f->res, &f->err);
}

static void
gives(struct fixture *f, const char *encoding, const char *text, bool whole)
{
	if (inflate_fixture(f, encoding) != 0)
		fail_msg("%s: %s", encoding, f->err.msg);
	assert_span_equal(f->res.bytes, text);
	assert_int_equal(f->res.whole, whole);
	assert_int_equal(f->res.why == NULL, whole);
}

static void
refuses(struct fixture *f, const char *encoding, const char *message)
{
	assert_int_equal(inflate_fixture(f, encoding), -1);
	assert_int_equal(f->err.kind, ERR_INPUT);
	if (span_find_str(span_of(f->err.msg), message) == SIZE_MAX)
		fail_msg("\"%s\" does not say \"%s\"", f->err.msg, message);
}

static void
a_plain_body_is_returned_as_it_is(void **state)
{
	struct fixture *f = *state;

	strbuf_str(&f->body, TEXT);
	gives(f, "", TEXT, true);
	assert_ptr_equal(f->res.bytes.p, f->body.p);
	gives(f, "identity", TEXT, true);
	strbuf_clear(&f->body);
	gives(f, "gzip", "", true);
}

static void
every_declared_coding_is_undone(void **state)
{
	struct fixture *f = *state;

	deflate_into(&f->body, SPAN_LIT(TEXT), GZIP);
	gives(f, "gzip", TEXT, true);
	gives(f, "X-GZIP", TEXT, true);
	strbuf_clear(&f->body);
	deflate_into(&f->body, SPAN_LIT(TEXT), ZLIB);
	gives(f, "deflate", TEXT, true);
	strbuf_clear(&f->body);
	deflate_into(&f->body, SPAN_LIT(TEXT), RAW);
	gives(f, "deflate", TEXT, true);
	strbuf_clear(&f->body);
	strbuf_put(&f->body, brotli_text, sizeof(brotli_text) - 1);
	gives(f, "br", TEXT, true);
	strbuf_clear(&f->body);
	zstd_into(&f->body, SPAN_LIT(TEXT));
	gives(f, "zstd", TEXT, true);
}

static void
gzip_and_zstd_are_known_without_a_label(void **state)
{
	struct fixture *f = *state;

	deflate_into(&f->body, SPAN_LIT(TEXT), GZIP);
	gives(f, "", TEXT, true);
	strbuf_clear(&f->body);
	zstd_into(&f->body, SPAN_LIT(TEXT));
	gives(f, "", TEXT, true);
}

static void
stacked_codings_are_undone_last_first(void **state)
{
	struct fixture *f = *state;
	struct strbuf inner = STRBUF_INIT(4096);

	deflate_into(&inner, SPAN_LIT(TEXT), ZLIB);
	deflate_into(&f->body, strbuf_as_span(&inner), GZIP);
	gives(f, "deflate, gzip", TEXT, true);
	strbuf_clear(&inner);
	strbuf_clear(&f->body);
	deflate_into(&inner, SPAN_LIT(TEXT), GZIP); /* twice, said once */
	deflate_into(&f->body, strbuf_as_span(&inner), GZIP);
	gives(f, "gzip", TEXT, true);
	strbuf_fini(&inner);
	refuses(f, "gzip, gzip, gzip, gzip, gzip", "stacked");
}

static void
a_label_that_the_bytes_belie_is_passed_over(void **state)
{
	struct fixture *f = *state;

	strbuf_str(&f->body, TEXT);
	gives(f, "gzip", TEXT, true);
	gives(f, "deflate", TEXT, true);
	gives(f, "br", TEXT, true);
	gives(f, "zstd", TEXT, true);
}

static void
an_unknown_coding_is_refused_by_name(void **state)
{
	struct fixture *f = *state;

	strbuf_str(&f->body, "x");
	refuses(f, "gzip, sdch", "'sdch'");
}

static void
a_word_that_is_no_coding_does_not_hide_text(void **state)
{
	static const char *const words[] = {"none", "utf-8", "none, 8bit"};
	struct fixture *f = *state;

	strbuf_str(&f->body, "\n<rss/>");
	for (size_t i = 0; i < N_ROWS(words); i++)
		gives(f, words[i], "\n<rss/>", true);
}

static void
a_stream_that_breaks_off_gives_what_came_before(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT(1 << 20);
	static const struct {
		int bits;
		const char *encoding;
	} rows[] = {{GZIP, "gzip"}, {ZLIB, "deflate"}, {0, "zstd"}};

	for (int i = 0; i < 20000; i++)
		strbuf_printf(&text, "<item>%d</item>", i * 7919);
	for (size_t i = 0; i < N_ROWS(rows); i++) {
		strbuf_clear(&f->body);
		if (rows[i].bits)
			deflate_into(
				&f->body, strbuf_as_span(&text), rows[i].bits);
		else
			zstd_into(&f->body, strbuf_as_span(&text));
		strbuf_cut(&f->body, f->body.n - 8000);
		if (inflate_fixture(f, rows[i].encoding) != 0)
			fail_msg("%s", f->err.msg);
		assert_false(f->res.whole);
		assert_non_null(f->res.why);
		assert_true(f->res.bytes.n > 1000);
		assert_memory_equal(f->res.bytes.p, text.p, f->res.bytes.n);
	}
	strbuf_fini(&text);
}

static void
a_missing_gzip_trailer_is_not_whole(void **state)
{
	struct fixture *f = *state;

	deflate_into(&f->body, SPAN_LIT(TEXT), GZIP);
	strbuf_cut(&f->body, f->body.n - 8);
	gives(f, "gzip", TEXT, false);
}

static void
a_damaged_checksum_is_not_whole(void **state)
{
	struct fixture *f = *state;

	deflate_into(&f->body, SPAN_LIT(TEXT), GZIP);
	f->body.p[f->body.n - 6] ^= 1;
	gives(f, "gzip", TEXT, false);
}

static void
members_follow_each_other_and_trailing_garbage_is_ignored(void **state)
{
	struct fixture *f = *state;

	deflate_into(&f->body, SPAN_LIT("<a>"), GZIP);
	deflate_into(&f->body, SPAN_LIT("</a>"), GZIP);
	gives(f, "gzip", "<a></a>", true);
	strbuf_str(&f->body, "garbage");
	gives(f, "gzip", "<a></a>", true);
	strbuf_clear(&f->body);
	zstd_into(&f->body, SPAN_LIT("<a>"));
	zstd_into(&f->body, SPAN_LIT("</a>"));
	gives(f, "zstd", "<a></a>", true);
}

static void
bytes_of_which_nothing_can_be_read_are_refused(void **state)
{
	struct fixture *f = *state;

	strbuf_put(&f->body, "\x1f\x8b\x08\x00garbage garbage", 19);
	refuses(f, "gzip", "damaged");
	strbuf_cut(&f->body, 5);
	refuses(f, "gzip", "broke off");
}

static void
bombs_are_refused(void **state)
{
	struct fixture *f = *state;
	struct strbuf zeros = STRBUF_INIT(MIB(32));

	strbuf_room(&zeros, MIB(16));
	memset(zeros.p, 0, MIB(16));
	zeros.n = MIB(16);
	deflate_into(&f->body, strbuf_as_span(&zeros), GZIP);
	refuses(f, "gzip", "bomb");
	strbuf_clear(&f->body);
	zstd_into(&f->body, strbuf_as_span(&zeros));
	refuses(f, "zstd", "bomb");
	strbuf_clear(&f->body);
	strbuf_put(&f->body, brotli_bomb, sizeof(brotli_bomb) - 1);
	refuses(f, "br", "bomb");
	strbuf_fini(&zeros);
}

/* The bound itself still passes; one byte more does not. */
static void
the_largest_document_passes_and_one_byte_more_does_not(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT(LIMIT_DOCUMENT_BYTES + 1);
	struct rng r = test_rng();

	strbuf_room(&text, LIMIT_DOCUMENT_BYTES + 1);
	for (text.n = 0; text.n + 8 <= LIMIT_DOCUMENT_BYTES + 1; text.n += 8)
		memcpy(text.p + text.n, &(uint64_t){rng_next(&r)}, 8);
	text.p[LIMIT_DOCUMENT_BYTES] = 'x';
	for (size_t more = 0; more < 2; more++) {
		text.n = LIMIT_DOCUMENT_BYTES + more;
		strbuf_clear(&f->body);
		zstd_into(&f->body, strbuf_as_span(&text));
		assert_int_equal(
			inflate_fixture(f, "zstd"), more == 0 ? 0 : -1);
	}
	text.n = LIMIT_DOCUMENT_BYTES;
	strbuf_clear(&f->body);
	strbuf_span(&f->body, strbuf_as_span(&text));
	assert_int_equal(inflate_fixture(f, ""), 0);
	strbuf_char(&f->body, 'x');
	refuses(f, "", "16 MiB");
	strbuf_fini(&text);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_plain_body_is_returned_as_it_is),
		TEST(every_declared_coding_is_undone),
		TEST(gzip_and_zstd_are_known_without_a_label),
		TEST(stacked_codings_are_undone_last_first),
		TEST(a_label_that_the_bytes_belie_is_passed_over),
		TEST(an_unknown_coding_is_refused_by_name),
		TEST(a_word_that_is_no_coding_does_not_hide_text),
		TEST(a_stream_that_breaks_off_gives_what_came_before),
		TEST(a_missing_gzip_trailer_is_not_whole),
		TEST(a_damaged_checksum_is_not_whole),
		TEST(members_follow_each_other_and_trailing_garbage_is_ignored),
		TEST(bytes_of_which_nothing_can_be_read_are_refused),
		TEST(bombs_are_refused),
		TEST(the_largest_document_passes_and_one_byte_more_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
