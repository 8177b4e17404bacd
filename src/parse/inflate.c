/*
 * Each coding is a row: name, magic, and a function that decodes one stream
 * from the start of `in` into `out`. The functions differ only in their
 * library; bounds and verdicts are shared (room(), enum flow).
 */
#include "parse/inflate.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/mem.h"
#include "model/limits.h"

#define CODINGS_MAX 4 /* stacked; more are refused */
#define STEP_MIN KIB(16)
#define ZSTD_WINDOW_LOG_MAX 23 /* 8 MiB: RFC 8878 3.1.1.1.2, RFC 9659 */
#define MAX_MEMBERS 10000 /* of one gzip body; more are trailing bytes */

enum flow {
	FLOW_END, /* the stream's end was reached, the rest is unused */
	FLOW_SHORT, /* the input ended first */
	FLOW_DAMAGED, /* the library refused the bytes */
	FLOW_BOMB /* more than out may hold */
};

struct stream {
	struct span in; /* what is left */
	struct strbuf *out;
};

struct coding {
	const char *name;
	const char *magic; /* first bytes; NULL: has none */
	enum flow (*decode)(struct stream *s);
};

/* Room for the next step; 0: the bound is reached. Grows with what is there,
 * so that small bodies stay small. */
static size_t
room(struct strbuf *out, size_t in_left)
{
	size_t want = out->n / 2 > in_left * 3 ? out->n / 2 : in_left * 3;

	return strbuf_room(out, want > STEP_MIN ? want : STEP_MIN);
}

static enum flow
zlib_stream(struct stream *s, int window_bits)
{
	z_stream z = {0};
	enum flow flow = FLOW_DAMAGED;
	int rc = Z_OK;

	if (inflateInit2(&z, window_bits) != Z_OK)
		return FLOW_DAMAGED;
	/* zlib's next_in is not const but never written through. */
	z.next_in = (Bytef *)(uintptr_t)s->in.p;
	z.avail_in = (uInt)s->in.n;
	while (rc == Z_OK) {
		size_t space = room(s->out, z.avail_in);

		if (space == 0) {
			flow = FLOW_BOMB;
			break;
		}
		z.next_out = (Bytef *)s->out->p + s->out->n;
		z.avail_out = (uInt)space;
		rc = inflate(&z, Z_NO_FLUSH);
		s->out->n += space - z.avail_out;
		if (rc == Z_STREAM_END)
			flow = FLOW_END;
		else if (rc == Z_BUF_ERROR ||
			(rc == Z_OK && z.avail_in == 0 && z.avail_out > 0))
			flow = FLOW_SHORT;
		if (flow == FLOW_SHORT)
			break;
	}
	s->in = span_sub(s->in, s->in.n - z.avail_in, z.avail_in);
	inflateEnd(&z);
	return flow;
}

static bool
is_gzip(struct span s)
{
	return s.n >= 3 && memcmp(s.p, "\x1f\x8b\x08", 3) == 0;
}

/* Members follow each other; what else follows is ignored, as gzip does. */
static enum flow
gzip_decode(struct stream *s)
{
	enum flow flow = zlib_stream(s, 15 + 16);

	for (int i = 1; i < MAX_MEMBERS && flow == FLOW_END; i++) {
		if (!is_gzip(s->in))
			break;
		flow = zlib_stream(s, 15 + 16);
	}
	return flow;
}

/* "deflate" is the zlib format; many servers send the raw one. */
static enum flow
deflate_decode(struct stream *s)
{
	struct stream raw = *s;
	size_t start = s->out->n;
	enum flow flow = zlib_stream(s, 15);

	if (flow != FLOW_DAMAGED || s->out->n != start)
		return flow;
	flow = zlib_stream(&raw, -15);
	*s = raw;
	return flow;
}

static enum flow
brotli_decode(struct stream *s)
{
	BrotliDecoderState *st = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	const uint8_t *next_in = (const uint8_t *)s->in.p;
	size_t in_left = s->in.n;
	BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	enum flow flow = FLOW_DAMAGED;

	while (st && rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		size_t space = room(s->out, in_left), left = space;
		uint8_t *next_out;

		if (space == 0) {
			flow = FLOW_BOMB;
			break;
		}
		next_out = (uint8_t *)s->out->p + s->out->n;
		rc = BrotliDecoderDecompressStream(
			st, &in_left, &next_in, &left, &next_out, NULL);
		s->out->n += space - left;
	}
	if (rc == BROTLI_DECODER_RESULT_SUCCESS)
		flow = FLOW_END;
	else if (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
		flow = FLOW_SHORT;
	s->in = span_sub(s->in, s->in.n - in_left, in_left);
	BrotliDecoderDestroyInstance(st);
	return flow;
}

static bool
is_zstd(struct span s)
{
	return s.n >= 4 && memcmp(s.p, "\x28\xb5\x2f\xfd", 4) == 0;
}

/* Frames may follow each other: RFC 8878 3.1. */
static enum flow
zstd_decode(struct stream *s)
{
	ZSTD_DCtx *ctx = ZSTD_createDCtx();
	ZSTD_inBuffer in = {s->in.p, s->in.n, 0};
	enum flow flow = FLOW_SHORT;

	if (!ctx)
		return FLOW_DAMAGED;
	ZSTD_DCtx_setParameter(ctx, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
	for (;;) {
		size_t space = room(s->out, in.size - in.pos), rc;
		ZSTD_outBuffer out = {NULL, space, 0};
		bool full;

		if (space == 0) {
			flow = FLOW_BOMB;
			break;
		}
		out.dst = s->out->p + s->out->n;
		rc = ZSTD_decompressStream(ctx, &out, &in);
		s->out->n += out.pos;
		full = out.pos == out.size;
		if (ZSTD_isError(rc)) {
			flow = FLOW_DAMAGED;
			break;
		}
		flow = rc == 0 ? FLOW_END : FLOW_SHORT;
		if (rc == 0 && !is_zstd(span_sub(s->in, in.pos, 4)))
			break;
		if (in.pos == in.size && !full)
			break;
	}
	s->in = span_sub(s->in, in.pos, s->in.n);
	ZSTD_freeDCtx(ctx);
	return flow;
}

static const struct coding codings[] = {
	{"gzip", "\x1f\x8b", gzip_decode},
	{"x-gzip", "\x1f\x8b", gzip_decode},
	{"deflate", NULL, deflate_decode},
	{"br", NULL, brotli_decode},
	{"zstd", "\x28\xb5\x2f\xfd", zstd_decode},
};

#define N_CODINGS (sizeof(codings) / sizeof(codings[0]))

static const struct coding *
find_coding(struct span name)
{
	for (size_t i = 0; i < N_CODINGS; i++)
		if (span_caseeq_str(name, codings[i].name))
			return &codings[i];
	return NULL;
}

static const struct coding *
undeclared(struct span bytes)
{
	if (is_gzip(bytes))
		return find_coding(SPAN_LIT("gzip"));
	return is_zstd(bytes) ? find_coding(SPAN_LIT("zstd")) : NULL;
}

/* Do the bytes begin as text, whatever is said of them? */
static bool
is_text(struct span bytes)
{
	bytes = span_trim(bytes);
	return span_starts(bytes, "<") || span_starts(bytes, "{") ||
		span_starts(bytes, "\xef\xbb\xbf");
}

/* The codings in the order in which they were applied. Words that are no
 * coding ("none", "utf-8") stand before text in the wild. */
static int
parse_encoding(struct span encoding, struct span body,
	const struct coding **list, size_t *n, struct err *err)
{
	struct span part;

	*n = 0;
	while (span_next(&encoding, ',', &part)) {
		part = span_trim(part);
		if (part.n == 0 || span_caseeq_str(part, "identity"))
			continue;
		if (*n == CODINGS_MAX)
			return err_set(err, ERR_INPUT,
				"more than %d content codings are stacked",
				CODINGS_MAX);
		list[*n] = find_coding(part);
		if (!list[*n] && is_text(body))
			continue;
		if (!list[*n])
			return err_set(err, ERR_INPUT,
				"content coding '%.*s' is not known: gzip, "
				"deflate, br and zstd are",
				SPAN_ARG(span_utf8_head(part, 64)));
		(*n)++;
	}
	return 0;
}

/* Do the bytes plainly not have this coding? */
static bool
is_mislabelled(const struct coding *c, struct span bytes)
{
	return c->magic && !span_starts(bytes, c->magic);
}

static size_t
bound(size_t n_body)
{
	size_t ratio = n_body > LIMIT_DOCUMENT_BYTES
		? LIMIT_DOCUMENT_BYTES
		: n_body * LIMIT_INFLATE_RATIO + LIMIT_INFLATE_SLACK;

	return ratio < LIMIT_DOCUMENT_BYTES ? ratio : LIMIT_DOCUMENT_BYTES;
}

static int
bomb(size_t max, size_t n_body, struct err *err)
{
	if (max == LIMIT_DOCUMENT_BYTES)
		return err_set(err, ERR_INPUT,
			"the document is larger than %zu MiB after inflation",
			LIMIT_DOCUMENT_BYTES >> 20);
	return err_set(err, ERR_INPUT,
		"%zu bytes inflate to more than %zu: refused as a bomb", n_body,
		max);
}

/* One coding: from res->bytes into out. */
static int
undo(const struct coding *c, size_t n_body, struct strbuf *out,
	struct inflate_result *res, struct err *err)
{
	struct stream s = {res->bytes, out};
	size_t max = bound(n_body);

	/* One more: a stream that ends just at the bound still sees its end. */
	out->max = max + 1;
	switch (c->decode(&s)) {
	case FLOW_END:
		break;
	case FLOW_SHORT:
		res->whole = false;
		res->why = "the compressed body broke off";
		break;
	case FLOW_DAMAGED:
		if (!c->magic && is_text(res->bytes)) {
			strbuf_clear(out);
			return 0;
		}
		res->whole = false;
		res->why = "the compressed body is damaged";
		break;
	case FLOW_BOMB:
		return bomb(max, n_body, err);
	}
	if (out->n > max)
		return bomb(max, n_body, err);
	if (!res->whole && out->n == 0 && n_body > 0)
		return err_set(err, ERR_INPUT,
			"%s: nothing of it could be "
			"read as %s",
			res->why, c->name);
	if (out->p)
		out->p[out->n] = '\0';
	res->bytes = strbuf_as_span(out);
	return 0;
}

int
inflate_body(struct span body, struct span encoding, struct strbuf *out,
	struct inflate_result *res, struct err *err)
{
	const struct coding *list[CODINGS_MAX];
	struct strbuf other = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
	size_t n;
	int rc = -1;

	*res = (struct inflate_result){.bytes = body, .whole = true};
	strbuf_clear(out);
	if (parse_encoding(encoding, body, list, &n, err) != 0)
		return -1;
	for (size_t rounds = 0; rounds < CODINGS_MAX; rounds++) {
		const struct coding *c =
			n > 0 ? list[--n] : undeclared(res->bytes);

		if (!c)
			break;
		if (is_mislabelled(c, res->bytes))
			continue;
		if (out->n > 0) { /* res->bytes lies in it */
			struct strbuf t = other;

			other = *out;
			*out = t;
		}
		strbuf_clear(out);
		if (undo(c, body.n, out, res, err) != 0)
			goto out;
	}
	if (res->bytes.n > LIMIT_DOCUMENT_BYTES) {
		err_set(err, ERR_INPUT, "the document is larger than %zu MiB",
			LIMIT_DOCUMENT_BYTES >> 20);
		goto out;
	}
	rc = 0;
out:
	strbuf_fini(&other);
	return rc;
}
