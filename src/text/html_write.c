/*
 * The inner loop of html_to_text(): runs of ordinary characters are found by a
 * table and copied whole.
 */
#include "text/html_write.h"

#include "text/block.h"
#include "text/entity.h"

/* A reference stands for at most two characters. */
#define REFERENCE_BYTES 16

enum { PLAIN, SPACE, AMPERSAND, MAYBE };

/* What a byte may begin: for 0x00..0x1f, SP, '&' and the lead bytes of U+0085,
 * U+00A0, U+00AD and of the characters in special(). */
static const unsigned char classes[256] = {SPACE, SPACE, SPACE, SPACE, SPACE,
	SPACE, SPACE, SPACE, /* 00 */
	SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, /* 08 */
	SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, /* 10 */
	SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, SPACE, /* 18 */
	[' '] = SPACE, ['&'] = AMPERSAND, [0xc2] = MAYBE, [0xe2] = MAYBE,
	[0xe3] = MAYBE, [0xef] = MAYBE};

struct special {
	unsigned char n; /* bytes; 0: nothing special */
	enum html_gap gap; /* HTML_GAP_NONE: dropped */
};

/* U+2000..U+206F: spaces, invisible marks, line and paragraph separators. */
static enum html_gap
general_punctuation(unsigned low, bool *is)
{
	*is = true;
	if (low <= 0x0a || low == 0x2f || low == 0x5f)
		return HTML_GAP_SPACE;
	if (low == 0x28 || low == 0x29)
		return HTML_GAP_LINE;
	/* ZWSP, LRM, RLM, embeddings, word joiner, isolates; not ZWJ, ZWNJ */
	*is = low == 0x0b || low == 0x0e || low == 0x0f ||
		(low >= 0x2a && low <= 0x2e) || low == 0x60 ||
		(low >= 0x66 && low <= 0x69);
	return HTML_GAP_NONE;
}

/* Valid UTF-8: what follows a lead byte is there. */
static struct special
special(const unsigned char *p)
{
	bool is;
	enum html_gap gap;

	if (p[0] == 0xc2) {
		if (p[1] == 0xad)
			return (struct special){2, HTML_GAP_NONE};
		if (p[1] == 0xa0 || p[1] == 0x85)
			return (struct special){2, HTML_GAP_SPACE};
	} else if (p[0] == 0xe2 && (p[1] == 0x80 || p[1] == 0x81)) {
		gap = general_punctuation(
			(p[1] & 1u) << 6 | (p[2] & 0x3fu), &is);
		if (is)
			return (struct special){3, gap};
	} else if (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80) {
		return (struct special){3, HTML_GAP_SPACE};
	} else if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) {
		return (struct special){3, HTML_GAP_NONE};
	}
	return (struct special){0, HTML_GAP_NONE};
}

/* Bytes at p, in whole blocks, that surely are copied as they are: no two
 * spaces in a row, nothing else that special() or a reference may begin with.
 */
static size_t
plain_blocks(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *start = p;

	for (; (size_t)(end - p) > sizeof(block); p += sizeof(block)) {
		block b = block_load(p), next = block_load(p + 1);
		block odd = (block)(b < BLOCK_OF(' ')) |
			(block)(b == BLOCK_OF('&')) |
			(block)(b == BLOCK_OF(0xc2)) |
			((block)(b >= BLOCK_OF(0xe2)) &
				(block)(b <= BLOCK_OF(0xef))) |
			((block)(b == BLOCK_OF(' ')) &
				(block)(next == BLOCK_OF(' ')));

		if (block_any(odd))
			break;
	}
	return (size_t)(p - start);
}

/* Bytes at p that are copied as they are; p[0] is no space, single spaces are
 * among them. */
static size_t
plain_run(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *start = p;

	for (p += plain_blocks(p, end); p < end; p++) {
		unsigned class = classes[*p];

		if (class != PLAIN && *p != ' ' &&
			(class != MAYBE || special(p).n > 0))
			break;
		if (*p == ' ' && p + 1 < end && p[1] == ' ')
			break;
	}
	/* A space counts only if a character follows it. */
	if (p > start + 1 && p[-1] == ' ')
		p--;
	return (size_t)(p - start);
}

static void
put(struct html_writer *w, const unsigned char *p, size_t n)
{
	struct strbuf *out = w->out;

	if (n == 0)
		return;
	if (w->gap != HTML_GAP_NONE && out->n > 0)
		strbuf_char(out,
			w->gap == HTML_GAP_LINE && !w->one_line ? '\n' : ' ');
	w->gap = HTML_GAP_NONE;
	if (out->n + n >= out->cap || out->n + n > out->max || out->full) {
		strbuf_span(out, span_make((const char *)p, n));
		return;
	}
	memcpy(out->p + out->n, p, n); /* the usual case, short */
	out->n += n;
	out->p[out->n] = '\0';
}

/* White space at p; two line ends in a row part paragraphs in <pre>. */
static size_t
skip_space(
	struct html_writer *w, const unsigned char *p, const unsigned char *end)
{
	const unsigned char *start = p;
	unsigned lines = 0;

	for (; p < end && classes[*p] == SPACE; p++)
		lines += *p == '\n';
	html_writer_gap(w,
		lines > 1 && w->keep_blank_lines ? HTML_GAP_LINE
						 : HTML_GAP_SPACE);
	return (size_t)(p - start);
}

/* Returns 0 if the '&' at p is only that. */
static size_t
put_reference(
	struct html_writer *w, const unsigned char *p, const unsigned char *end)
{
	size_t n;

	strbuf_clear(&w->reference);
	w->reference.max = REFERENCE_BYTES;
	n = entity_decode(span_make((const char *)p, (size_t)(end - p)), false,
		&w->reference);
	if (n > 0)
		html_writer_text(w, strbuf_as_span(&w->reference), true);
	return n;
}

void
html_writer_text(struct html_writer *w, struct span s, bool raw)
{
	const unsigned char *p = (const unsigned char *)s.p;
	const unsigned char *end = s.p ? p + s.n : p;

	while (p < end) {
		size_t n = 0;

		if (classes[*p] == SPACE) {
			n = skip_space(w, p, end);
		} else if (classes[*p] == AMPERSAND) {
			n = raw ? 0 : put_reference(w, p, end);
			if (n == 0)
				put(w, p, n = 1);
		} else if (classes[*p] == MAYBE) {
			struct special sp = special(p);

			html_writer_gap(w, sp.gap);
			n = sp.n;
		}
		if (n == 0) {
			n = plain_run(p, end);
			put(w, p, n);
		}
		p += n;
	}
}

void
html_writer_fini(struct html_writer *w)
{
	strbuf_fini(&w->reference);
}
