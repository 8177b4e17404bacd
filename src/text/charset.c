/*
 * Which charset a document is in, and its conversion. A document is decoded at
 * most once per label that the bytes do not deny at once, so four times.
 */
#include "text/charset.h"

#include <errno.h>
#include <iconv.h>
#include <uchardet/uchardet.h>

#include "base/mem.h"
#include "text/charset_label.h"
#include "text/utf8.h"

/* Bytes that one converted character may need, several times over. */
#define CONVERT_ROOM 64
/* What the detector is shown at most: enough for any model of it. */
#define SAMPLE_BYTES ((size_t)64 << 10)
/* Fewer bytes beyond ASCII are no evidence for a detector. */
#define DETECT_MIN_BYTES 8
/* Of ASCII between other characters, what tells a language. */
#define SAMPLE_ASCII_RUN 24

static iconv_t converters[CHARSETS_MAX]; /* by charset; 0: not yet open */

#define NO_CONVERTER ((iconv_t)-1)

/* One call of charset_decode(). */
struct decoding {
	struct span bytes; /* without byte-order mark */
	bool xml_chars;
	struct strbuf *out;
	struct charset_result *res;
	bool counted;
	struct utf8_census census; /* by census(), if it was needed */
};

static const struct utf8_census *
census(struct decoding *d)
{
	if (!d->counted)
		utf8_count(d->bytes, &d->census);
	d->counted = true;
	return &d->census;
}

static iconv_t
converter(const struct charset *cs)
{
	iconv_t *cd = &converters[cs - charset_at(0)];

	if (!*cd)
		*cd = iconv_open("UTF-8", cs->iconv);
	if (*cd != NO_CONVERTER)
		iconv(*cd, NULL, NULL, NULL, NULL); /* initial state */
	return *cd;
}

unsigned
charset_warm_up(void)
{
	const struct charset *cs;
	unsigned missing = 0;

	for (size_t i = 0; (cs = charset_at(i)); i++)
		if (cs->iconv && converter(cs) == NO_CONVERTER)
			missing++;
	return missing;
}

void
charset_cool_down(void)
{
	for (size_t i = 0; i < CHARSETS_MAX; i++) {
		if (converters[i] && converters[i] != NO_CONVERTER)
			iconv_close(converters[i]);
		converters[i] = NULL;
	}
}

/* Append what the converter keeps back or has to say at the end. */
static void
convert_end(iconv_t cd, struct strbuf *out)
{
	size_t room = strbuf_room(out, CONVERT_ROOM), left = room;
	char *to = out->p + out->n;

	if (out->full || room < CONVERT_ROOM)
		return;
	iconv(cd, NULL, NULL, &to, &left);
	out->n += room - left;
	strbuf_cut(out, out->n);
}

/* Convert as much of s as goes; errno says what stopped it. */
static int
convert_some(iconv_t cd, struct span *s, struct strbuf *out)
{
	size_t want = s->n + s->n / 2 + CONVERT_ROOM;
	size_t room = strbuf_room(out, want), left = room, n = s->n;
	char *from = (char *)(uintptr_t)s->p; /* iconv does not write to it */
	char *to = out->p + out->n;
	int stop = 0;

	if (iconv(cd, &from, &n, &to, &left) == (size_t)-1)
		stop = errno;
	out->n += room - left;
	strbuf_cut(out, out->n); /* the NUL behind it */
	out->full = stop == E2BIG && room < want;
	*s = span_make(from, n);
	return stop;
}

/* Returns the number of bytes that were no character. */
static size_t
convert(const struct charset *cs, struct span s, struct strbuf *out)
{
	iconv_t cd = converter(cs);
	size_t bad = 0;

	if (cd == NO_CONVERTER)
		return s.n;
	while (s.n > 0 && !out->full) {
		int stop = convert_some(cd, &s, out);

		if (stop != EILSEQ && stop != EINVAL)
			continue;
		bad++;
		strbuf_rune(out, 0xfffd);
		s = span_sub(s, stop == EILSEQ ? 1 : s.n, s.n);
	}
	convert_end(cd, out);
	return bad;
}

/* Drop what XML forbids from out; true if something was. */
static bool
clean_up(struct strbuf *out)
{
	struct strbuf clean = STRBUF_INIT(out->max);
	bool full = out->full;

	if (utf8_clean_prefix(strbuf_as_span(out), true) == out->n)
		return false;
	utf8_repair(strbuf_as_span(out), true, &clean);
	strbuf_fini(out);
	*out = clean;
	out->full |= full;
	return true;
}

/* Fill d->out by cs; returns how much did not fit it. */
static size_t
decode_as(struct decoding *d, const struct charset *cs)
{
	size_t bad = 0;

	strbuf_clear(d->out);
	d->out->full = false;
	d->res->repaired = false;
	switch (cs->kind) {
	case CHARSET_UTF8:
		d->res->repaired = utf8_repair(d->bytes, d->xml_chars, d->out);
		return 0;
	case CHARSET_UTF16LE:
		bad = utf8_from_utf16(d->bytes, UTF8_LITTLE, d->out);
		break;
	case CHARSET_UTF16BE:
		bad = utf8_from_utf16(d->bytes, UTF8_BIG, d->out);
		break;
	case CHARSET_UTF32LE:
		bad = utf8_from_utf32(d->bytes, UTF8_LITTLE, d->out);
		break;
	case CHARSET_UTF32BE:
		bad = utf8_from_utf32(d->bytes, UTF8_BIG, d->out);
		break;
	case CHARSET_WINDOWS_1252:
		bad = utf8_from_windows_1252(d->bytes, d->out);
		break;
	case CHARSET_EBCDIC:
	case CHARSET_SINGLE:
	case CHARSET_MULTI:
	case CHARSET_ESCAPED:
		bad = convert(cs, d->bytes, d->out);
		break;
	}
	d->res->repaired = bad > 0;
	if (d->xml_chars && clean_up(d->out))
		d->res->repaired = true;
	return bad;
}

/* Settle on cs, of which decode_as() has just been called. */
static void
settle(struct decoding *d, const struct charset *cs, enum charset_source by)
{
	d->res->text = strbuf_as_span(d->out);
	d->res->name = cs->name;
	d->res->source = by;
	d->res->cut = d->out->full;
}

/* All ASCII or UTF-8 and nothing to drop: the bytes are the text. */
static bool
use_as_is(struct decoding *d, const struct charset *cs, enum charset_source by)
{
	struct span s = d->bytes;

	if (s.n > d->out->max || utf8_clean_prefix(s, d->xml_chars) < s.n)
		return false;
	strbuf_clear(d->out); /* what another charset made of it */
	d->out->full = false;
	d->res->repaired = false;
	settle(d, cs, by);
	d->res->text = s;
	return true;
}

/* A document labelled otherwise that has so many sequences that are valid
 * UTF-8, and more of them than bytes that are not, is UTF-8: by chance, two
 * bytes of GBK are one in one of eight cases, of KOI8 or a code page less. */
static bool
is_rather_utf8(const struct utf8_census *c, enum charset_kind kind)
{
	size_t enough = kind == CHARSET_WINDOWS_1252 ? 1
		: kind == CHARSET_SINGLE             ? 4
						     : 8;

	return c->valid >= enough && c->valid >= c->invalid;
}

static bool
try_legacy(struct decoding *d, const struct charset *cs, enum charset_source by)
{
	const struct utf8_census *c = census(d);
	size_t odd = c->valid + c->invalid;

	if (is_rather_utf8(c, cs->kind))
		return false;
	if (odd == 0 && !c->escape && use_as_is(d, cs, by))
		return true;
	if (cs->kind == CHARSET_ESCAPED && !c->escape)
		return false;
	/* One may be cut off at the end, one in a hundred be damaged. */
	if (decode_as(d, cs) > 1 + odd / 100 && odd > 0)
		return false;
	settle(d, cs, by);
	return true;
}

static bool
try_utf8(struct decoding *d, enum charset_source by)
{
	const struct charset *cs = charset_by_kind(CHARSET_UTF8);

	if (use_as_is(d, cs, by))
		return true;
	if (census(d)->invalid > census(d)->valid)
		return false;
	decode_as(d, cs);
	settle(d, cs, by);
	return true;
}

static bool
try_label(struct decoding *d, struct span label, enum charset_source by)
{
	const struct charset *cs = charset_by_label(label);

	if (label.n == 0)
		return false;
	if (cs && cs->kind == CHARSET_UTF8 && try_utf8(d, by))
		return true;
	if (cs && cs->kind >= CHARSET_WINDOWS_1252 && try_legacy(d, cs, by))
		return true;
	d->res->mismatch = true;
	return false;
}

/* KOI8-U has letters where KOI8-R has lines of boxes: to a detector that knows
 * only KOI8-R they are the same. */
static const struct charset *
by_detected_name(const char *name)
{
	if (strcmp(name, "KOI8-R") == 0)
		name = "KOI8-U";
	return charset_by_label(span_of(name));
}

/* The text between tags, ASCII shortened: tags say nothing of a language. */
static void
sample(struct span s, struct strbuf *out)
{
	size_t run = 0;
	bool tag = false;

	for (size_t i = 0; i < s.n && !out->full; i++) {
		char c = s.p[i];

		if (c == '<' || (tag && c == '>')) {
			tag = c == '<';
			run = 0;
			continue;
		}
		run = (unsigned char)c >= 0x80 || c == 0x1b ? 0 : run + 1;
		if (!tag && run <= SAMPLE_ASCII_RUN)
			strbuf_char(out, c);
	}
}

static const struct charset *
detect(struct span bytes)
{
	struct strbuf text = STRBUF_INIT(SAMPLE_BYTES);
	uchardet_t ud = uchardet_new();
	const struct charset *cs = NULL;

	sample(bytes, &text);
	if (text.n > 0 && uchardet_handle_data(ud, text.p, text.n) == 0) {
		uchardet_data_end(ud);
		cs = by_detected_name(uchardet_get_charset(ud));
	}
	uchardet_delete(ud);
	strbuf_fini(&text);
	return cs && cs->kind >= CHARSET_WINDOWS_1252 ? cs : NULL;
}

/* No label, or none that fits. */
static void
decode_unlabelled(struct decoding *d)
{
	const struct utf8_census *c;
	enum charset_source by =
		d->res->mismatch ? CHARSET_BY_CONTENT : CHARSET_BY_DEFAULT;
	const struct charset *cs = NULL;

	/* The usual case first; it has no escape sequences either. */
	if (d->xml_chars && use_as_is(d, charset_by_kind(CHARSET_UTF8), by))
		return;
	c = census(d);
	if (c->escape ||
		(c->invalid > c->valid &&
			c->invalid + c->valid >= DETECT_MIN_BYTES))
		cs = detect(d->bytes);
	if (cs && cs->kind == CHARSET_ESCAPED &&
		try_legacy(d, cs, CHARSET_BY_DETECTION))
		return;
	if (try_utf8(d, by))
		return;
	if (cs && try_legacy(d, cs, CHARSET_BY_DETECTION))
		return;
	cs = charset_by_kind(CHARSET_WINDOWS_1252);
	decode_as(d, cs);
	settle(d, cs, CHARSET_BY_DEFAULT);
}

/* Which kind a byte-order mark tells; it is taken off. */
static bool
take_mark(struct span *s, enum charset_kind *kind)
{
	static const struct {
		struct span mark;
		enum charset_kind kind;
	} rows[] = {
		{{"\xef\xbb\xbf", 3}, CHARSET_UTF8},
		{{"\xff\xfe\0\0", 4}, CHARSET_UTF32LE},
		{{"\0\0\xfe\xff", 4}, CHARSET_UTF32BE},
		{{"\xff\xfe", 2}, CHARSET_UTF16LE},
		{{"\xfe\xff", 2}, CHARSET_UTF16BE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span m = rows[i].mark;

		if (s->n >= m.n && memcmp(s->p, m.p, m.n) == 0) {
			*s = span_sub(*s, m.n, s->n);
			*kind = rows[i].kind;
			return true;
		}
	}
	return false;
}

/* Which kind the first four bytes tell: those of markup and JSON are ASCII. */
static bool
see_shape(struct span s, enum charset_kind *kind)
{
	const char *p = s.p;
	unsigned zeros;

	if (s.n < 4)
		return false;
	if (memcmp(p, "\x4c\x6f\xa7\x94", 4) == 0) { /* "<?xm" */
		*kind = CHARSET_EBCDIC;
		return true;
	}
	zeros = (p[0] ? 0u : 8u) | (p[1] ? 0u : 4u) | (p[2] ? 0u : 2u) |
		(p[3] ? 0u : 1u);
	if (zeros == 7)
		*kind = CHARSET_UTF32LE;
	else if (zeros == 14)
		*kind = CHARSET_UTF32BE;
	else if (zeros == 5)
		*kind = CHARSET_UTF16LE;
	else if (zeros == 10)
		*kind = CHARSET_UTF16BE;
	else
		return false;
	return true;
}

static bool
try_shape(struct decoding *d, enum charset_kind kind, enum charset_source by)
{
	const struct charset *cs = charset_by_kind(kind);

	if (kind == CHARSET_UTF8)
		return try_utf8(d, by);
	decode_as(d, cs);
	settle(d, cs, by);
	return true;
}

void
charset_decode(struct span bytes, const struct charset_labels *labels,
	unsigned flags, struct strbuf *out, struct charset_result *res)
{
	static const struct charset_labels none;
	struct decoding d = {.bytes = bytes, .out = out, .res = res};
	enum charset_kind kind;
	bool mark = take_mark(&d.bytes, &kind);

	*res = (struct charset_result){0};
	strbuf_clear(out);
	d.xml_chars = flags & CHARSET_XML_CHARS;
	labels = labels ? labels : &none;
	if (!mark && see_shape(bytes, &kind)) {
		try_shape(&d, kind, CHARSET_BY_SHAPE);
		return;
	}
	if (mark && try_shape(&d, kind, CHARSET_BY_BOM))
		return;
	res->mismatch = mark;
	if (try_label(&d, labels->http, CHARSET_BY_HTTP) ||
		try_label(&d, labels->document, CHARSET_BY_DOCUMENT))
		return;
	decode_unlabelled(&d);
}

bool
charset_repair_utf8(struct span s, unsigned flags, struct strbuf *out)
{
	return utf8_repair(s, flags & CHARSET_XML_CHARS, out);
}

bool
charset_is_clean(struct span s, unsigned flags)
{
	return utf8_clean_prefix(s, flags & CHARSET_XML_CHARS) == s.n;
}
