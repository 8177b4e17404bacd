#include "deliver/mail.h"

#include "base/date.h"
#include "base/hash.h"
#include "deliver/clean.h"
#include "model/limits.h"

#define LINE_CHARACTERS 76 /* of an encoded line, without its end */
/* Bytes of text in an encoded word: 75 less "=?UTF-8?B?" and "?=", in base64,
 * and for the first one the header's name. */
#define WORD_BYTES 39
#define BOUNDARY_SIZE 48

/* -- addresses ------------------------------------------------------------- */
bool
mail_is_address(struct span s)
{
	size_t at = span_find(s, '@');

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 ||
			(unsigned char)s.p[i] >= 0x7f ||
			strchr("()<>[]:;,\\\"", s.p[i]))
			return false;
	return at != SIZE_MAX && at > 0 && at + 1 < s.n &&
		span_find(span_sub(s, at + 1, SIZE_MAX), '@') == SIZE_MAX;
}

struct span
mail_domain(struct span address)
{
	size_t at = span_find(address, '@');

	return at == SIZE_MAX ? SPAN_NULL : span_sub(address, at + 1, SIZE_MAX);
}

/* -- header fields --------------------------------------------------------- */
/* Can it stand as it is, and is it no encoded word? */
static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 ||
			(unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n <= LINE_CHARACTERS && span_find_str(s, "=?") == SIZE_MAX;
}

/* RFC 2047: words of whole characters, one a line. */
static void
put_words(struct span s, struct strbuf *out)
{
	struct span head;
	bool first = true;

	while (s.n > 0) {
		head = span_utf8_head(s, WORD_BYTES);
		if (head.n == 0)
			return;
		strbuf_str(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		hash_base64(head, out);
		strbuf_str(out, "?=");
		s = span_sub(s, head.n, SIZE_MAX);
		first = false;
	}
}

/* Text of an unstructured field, on one line. */
static void
put_unstructured(struct span text, struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT(LIMIT_TITLE_BYTES);

	clean_line(text, &line);
	if (is_plain(strbuf_as_span(&line)))
		strbuf_span(out, strbuf_as_span(&line));
	else
		put_words(strbuf_as_span(&line), out);
	strbuf_fini(&line);
}

/* A name before an address: always as a quoted string or encoded words. */
static void
put_name(struct span name, struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT(LIMIT_NAME_BYTES);

	clean_line(name, &line);
	if (is_plain(strbuf_as_span(&line))) {
		strbuf_char(out, '"');
		for (size_t i = 0; i < line.n; i++) {
			if (line.p[i] == '"' || line.p[i] == '\\')
				strbuf_char(out, '\\');
			strbuf_char(out, line.p[i]);
		}
		strbuf_char(out, '"');
	} else {
		put_words(strbuf_as_span(&line), out);
	}
	strbuf_fini(&line);
}

/* What an id may have in it: all else (there should be none) is left out. */
static void
put_id(struct span id, struct strbuf *out)
{
	strbuf_char(out, '<');
	for (size_t i = 0; i < id.n; i++)
		if ((unsigned char)id.p[i] > 0x20 &&
			(unsigned char)id.p[i] < 0x7f &&
			!strchr("<>()[]\\,;:\"", id.p[i]))
			strbuf_char(out, id.p[i]);
	strbuf_char(out, '>');
}

static void
put_date(struct wall t, struct strbuf *out)
{
	char text[DATE_TEXT_SIZE];
	struct span date;

	/* "Sun, 06 Nov 1994 08:49:37 GMT", where mail has the zone as +0000. */
	date_format_http(t, text);
	date = span_of(text);
	strbuf_span(out, span_sub(date, 0, date.n - 3));
	strbuf_str(out, "+0000");
}

static void
put_threads(const struct mail *m, struct strbuf *out)
{
	if (m->reply_to.n > 0) {
		strbuf_str(out, "In-Reply-To: ");
		put_id(m->reply_to, out);
		strbuf_str(out, "\r\n");
	}
	if (m->thread.n == 0)
		return;
	strbuf_str(out, "References: ");
	put_id(m->thread, out);
	if (m->reply_to.n > 0) {
		strbuf_str(out, "\r\n ");
		put_id(m->reply_to, out);
	}
	strbuf_str(out, "\r\n");
}

static void
put_recipients(const struct mail *m, struct strbuf *out)
{
	strbuf_str(out, "To: ");
	for (size_t i = 0; i < m->n_to; i++) {
		strbuf_str(out, i > 0 ? ",\r\n " : "");
		strbuf_span(out, m->to[i]);
	}
	strbuf_str(out, "\r\n");
}

static void
put_fields(const struct mail *m, const char *boundary, struct strbuf *out)
{
	strbuf_str(out, "Date: ");
	put_date(m->date, out);
	strbuf_str(out, "\r\nFrom: ");
	put_name(m->from_name, out);
	strbuf_printf(out, " <%.*s>\r\n", SPAN_ARG(m->from));
	put_recipients(m, out);
	strbuf_str(out, "Subject: ");
	put_unstructured(m->subject, out);
	strbuf_str(out, "\r\nMessage-ID: ");
	put_id(m->id, out);
	strbuf_str(out, "\r\n");
	put_threads(m, out);
	strbuf_str(out, "List-Id: ");
	put_id(m->list_id, out);
	strbuf_printf(out,
		"\r\nAuto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/alternative;\r\n"
		" boundary=\"%s\"\r\n\r\n",
		boundary);
}

/* -- bodies ---------------------------------------------------------------- */
/* One line as quoted-printable (RFC 2045 6.7), with soft breaks. */
static void
put_quoted(struct span line, struct strbuf *out)
{
	size_t column = 0, width;
	bool literal;

	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];

		literal = (c >= 0x20 && c < 0x7f && c != '=') || c == '\t';
		/* Blanks at the end of a line get lost on the way. */
		if ((c == ' ' || c == '\t') && i + 1 == line.n)
			literal = false;
		width = literal ? 1 : 3;
		if (column + width > LINE_CHARACTERS - 1) {
			strbuf_str(out, "=\r\n");
			column = 0;
		}
		if (literal)
			strbuf_char(out, (char)c);
		else
			strbuf_printf(out, "=%02X", c);
		column += width;
	}
	strbuf_str(out, "\r\n");
}

static void
put_part(const char *boundary, const char *type, struct span body,
	struct strbuf *out)
{
	struct span line;

	strbuf_printf(out,
		"--%s\r\nContent-Type: %s; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		boundary, type);
	while (span_next(&body, '\n', &line))
		put_quoted(line, out);
	strbuf_str(out, "\r\n");
}

/* "=_" is in no quoted-printable text, so no body can end a part. */
static void
make_boundary(struct span id, char out[BOUNDARY_SIZE])
{
	char hex[HEX128_SIZE];

	hash_id(&id, 1, hex);
	memcpy(out, "=_newswatch_", 12);
	memcpy(out + 12, hex, sizeof(hex));
}

void
mail_format(const struct mail *m, struct strbuf *out)
{
	char boundary[BOUNDARY_SIZE];

	make_boundary(m->id, boundary);
	put_fields(m, boundary, out);
	put_part(boundary, "text/plain", m->text, out);
	/* The last part is the one that is shown, if it can be. */
	put_part(boundary, "text/html", m->html, out);
	strbuf_printf(out, "--%s--\r\n", boundary);
}
