#include "deliver/escape.h"

#include "deliver/clean.h"

/* A zero-width space behind an @ keeps it from calling people. */
#define QUIET_AT "@\xe2\x80\x8b"

/* What stands for a character of a markup; all others stand for themselves. */
struct substitute {
	char c;
	const char *text;
};

static const struct substitute mrkdwn[] = {
	{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {0, NULL}};
static const struct substitute html[] = {{'&', "&amp;"}, {'<', "&lt;"},
	{'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}, {0, NULL}};
static const struct substitute markdown[] = {{'@', QUIET_AT}, {0, NULL}};
static const struct substitute none[] = {{0, NULL}};

/* escaped: a backslash goes before these. encoded: what a link may not have in
 * it there, besides blanks, controls and <>. */
static const struct {
	const struct substitute *substitutes;
	const char *escaped, *encoded;
} markups[] = {
	[MARKUP_TEXT] = {none, "", ""},
	[MARKUP_MRKDWN] = {mrkdwn, "", "|"},
	[MARKUP_MARKDOWN] = {markdown, "\\`*_~[]<>|#", "()[]\\`*|"},
	[MARKUP_TELEGRAM] = {none, "\\_*[]()~`>#+-=|{}.!", "()\\"},
	[MARKUP_HTML] = {html, "", "\"'"},
	[MARKUP_JSON] = {none, "\\\"", "\\\""},
};

static const char *
substitute_for(enum markup markup, char c)
{
	for (const struct substitute *s = markups[markup].substitutes; s->text;
		s++)
		if (s->c == c)
			return s->text;
	return NULL;
}

static void
put_escaped(enum markup markup, char c, struct strbuf *out)
{
	const char *other = substitute_for(markup, c);

	if (other) {
		strbuf_str(out, other);
		return;
	}
	if (c && strchr(markups[markup].escaped, c))
		strbuf_char(out, '\\');
	strbuf_char(out, c);
}

void
escape_text(enum markup markup, struct span text, struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT(text.n + 1);

	clean_line(text, &line);
	for (size_t i = 0; i < line.n; i++)
		put_escaped(markup, line.p[i], out);
	strbuf_fini(&line);
}

bool
escape_is_link(struct span url)
{
	return (span_starts(url, "http://") && url.n > 7) ||
		(span_starts(url, "https://") && url.n > 8);
}

/* Bytes beyond ASCII are encoded as well: they could be controls that turn the
 * direction of writing, and every target knows the encoded form. */
static bool
must_encode(enum markup markup, char c)
{
	return (unsigned char)c <= 0x20 || (unsigned char)c >= 0x7f ||
		c == '<' || c == '>' || strchr(markups[markup].encoded, c);
}

void
escape_url(enum markup markup, struct span url, struct strbuf *out)
{
	const char *other;

	if (!escape_is_link(url))
		return;
	for (size_t i = 0; i < url.n; i++) {
		other = substitute_for(markup, url.p[i]);
		if (must_encode(markup, url.p[i]))
			strbuf_printf(out, "%%%02X", (unsigned char)url.p[i]);
		else if (other && url.p[i] != '@')
			strbuf_str(out, other);
		else
			strbuf_char(out, url.p[i]);
	}
}
