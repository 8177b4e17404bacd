/* See source.h. */
#include "config/source.h"

#include "base/file.h"
#include "model/limits.h"

#define SHOW_BYTES 120 /* of a long line */
#define SHOW_LINE_BYTES KIB(64) /* nothing is shown of a longer line */
#define SHOW_BEFORE 60 /* of these in front of the column */
#define TOKEN_BYTES 24 /* a longer word with digits in a URL is a secret */

/* Words before ':' or '=' whose value is nobody's to read. */
static const char *const secrets[] = {"password", "passwd", "secret", "token",
	"bearer", "apikey", "api_key", "key", "auth", "authorization", "sig",
	"signature"};

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool
is_secret_name(struct span word)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++) {
		if (span_caseeq_str(word, secrets[i]))
			return true;
	}
	return false;
}

static void
stars(struct strbuf *b, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++)
		b->p[i] = '*';
}

/* The end of the run of bytes from `from` on that are none of `stop`. */
static size_t
run_end(const struct strbuf *b, size_t from, const char *stop)
{
	while (from < b->n && !strchr(stop, b->p[from]))
		from++;
	return from;
}

/* https://user:password@host: hide what is between // and the last @. */
static void
hide_userinfo(struct strbuf *b, size_t from)
{
	struct span rest = {b->p + from, b->n - from};
	size_t at;

	while ((at = span_find_str(rest, "://")) != SIZE_MAX) {
		size_t start = (size_t)(rest.p - b->p) + at + 3;
		size_t end = run_end(b, start, "/?# \t\n\"'");
		size_t host = end;

		while (host > start && b->p[host - 1] != '@')
			host--;
		if (host > start)
			stars(b, start, host - 1);
		rest = span_make(b->p + end, b->n - end);
	}
}

/* token: VALUE, token=VALUE: hide the value. */
static size_t
hide_value(struct strbuf *b, size_t after_name)
{
	size_t i = after_name, end;

	while (i < b->n && strchr("\"' ", b->p[i]))
		i++;
	if (i == b->n || (b->p[i] != ':' && b->p[i] != '='))
		return after_name;
	end = b->p[i] == '=' ? run_end(b, i + 1, "& \t\n\"',}")
			     : run_end(b, i + 1, ",}\n");
	for (i++; i < end && strchr("\"' ", b->p[i]);)
		i++;
	stars(b, i, end);
	return end;
}

static bool
is_token(struct span word)
{
	bool digit = false, letter = false;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] >= '0' && word.p[i] <= '9')
			digit = true;
		else if (word.p[i] != '-' && word.p[i] != '_')
			letter = true;
	}
	return word.n >= TOKEN_BYTES && digit && letter;
}

static void
hide_words(struct strbuf *b, size_t from)
{
	for (size_t i = from; i < b->n;) {
		size_t end = i;
		struct span word;

		while (end < b->n && is_word(b->p[end]))
			end++;
		word = span_make(b->p + i, end - i);
		if (is_token(word) && i > from && strchr("/=", b->p[i - 1]))
			stars(b, i, end);
		else if (is_secret_name(word))
			end = hide_value(b, end);
		i = end > i ? end : i + 1;
	}
}

void
source_clean(struct span text, struct strbuf *out)
{
	size_t from = out->n;

	strbuf_span(out, text);
	for (size_t i = from; i < out->n; i++) {
		if (((unsigned char)out->p[i] < ' ' && out->p[i] != '\t') ||
			out->p[i] == 127)
			out->p[i] = '?';
	}
	for (size_t i = from; i < out->n; i++) {
		struct span rest = {out->p + i, out->n - i};

		/* Most text is well formed: look closer only if it is not. */
		if (i == from && span_is_utf8(rest))
			break;
		if ((unsigned char)out->p[i] >= 0x80)
			out->p[i] = '?';
	}
	hide_userinfo(out, from);
	hide_words(out, from);
}

void
source_fini(struct source *s)
{
	strbuf_fini(&s->text);
	*s = (struct source){0};
}

/* A file that cannot be read again has no lines to show. */
static void
load(struct source *s, const char *file)
{
	if (s->file && strcmp(s->file, file) == 0)
		return;
	source_fini(s);
	s->file = file;
	s->line = 1;
	strbuf_init(&s->text, LIMIT_LIST_BYTES);
	if (strcmp(file, "-") == 0 || file_read(file, &s->text, NULL) < 0)
		strbuf_fini(&s->text);
	if (span_starts(strbuf_as_span(&s->text), "\xef\xbb\xbf"))
		strbuf_del(&s->text, 0, 3);
}

static bool
go_to(struct source *s, unsigned line, struct span *out)
{
	struct span rest;

	if (line < s->line) {
		s->line = 1;
		s->at = 0;
	}
	for (; s->line < line; s->line++) {
		rest = span_sub(strbuf_as_span(&s->text), s->at, SIZE_MAX);
		if (span_find(rest, '\n') == SIZE_MAX)
			return false;
		s->at += span_find(rest, '\n') + 1;
	}
	rest = span_sub(strbuf_as_span(&s->text), s->at, SIZE_MAX);
	if (!rest.n)
		return false;
	*out = span_sub(rest, 0, span_find(rest, '\n'));
	if (span_ends(*out, "\r"))
		out->n--;
	return true;
}

/* Offset of a column, which counts characters from 1. */
static size_t
column_at(struct span line, unsigned column)
{
	size_t i = 0;

	while (i < line.n && column > 1) {
		i++;
		while (i < line.n && ((unsigned char)line.p[i] & 0xc0) == 0x80)
			i++;
		column--;
	}
	return i;
}

static void
caret(struct span before, bool cut, struct strbuf *out)
{
	strbuf_str(out, cut ? "      | ..." : "      | ");
	for (size_t i = 0; i < before.n; i++) {
		if (((unsigned char)before.p[i] & 0xc0) != 0x80)
			strbuf_char(out, before.p[i] == '\t' ? '\t' : ' ');
	}
	strbuf_str(out, "^\n");
}

void
source_show(struct source *s, const struct place *at, struct strbuf *out)
{
	struct strbuf clean = STRBUF_INIT(SHOW_LINE_BYTES);
	struct span line, shown;
	size_t column, start = 0;

	load(s, at->file);
	if (!go_to(s, at->line, &line) || line.n > SHOW_LINE_BYTES)
		return;
	source_clean(line, &clean);
	line = strbuf_as_span(&clean);
	column = column_at(line, at->column);
	if (line.n > SHOW_BYTES && column > SHOW_BEFORE)
		start = column - SHOW_BEFORE;
	while (start && ((unsigned char)line.p[start] & 0xc0) == 0x80)
		start--;
	shown = span_utf8_head(span_sub(line, start, SIZE_MAX), SHOW_BYTES);
	strbuf_printf(out, "%5u | %s%.*s%s\n", at->line, start ? "..." : "",
		SPAN_ARG(shown), start + shown.n < line.n ? "..." : "");
	caret(span_sub(line, start, column - start), start > 0, out);
	strbuf_fini(&clean);
}

bool
source_from(struct source *s, const struct place *at, struct span *rest)
{
	struct span line, all;
	size_t column;

	load(s, at->file);
	if (!go_to(s, at->line, &line))
		return false;
	column = column_at(line, at->column);
	all = strbuf_as_span(&s->text);
	*rest = span_sub(all, (size_t)(line.p - all.p) + column, SIZE_MAX);
	return true;
}
