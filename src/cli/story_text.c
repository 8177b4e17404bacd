/* See story_text.h. */
#include "cli/story_text.h"
#include "base/plural.h"

#define QUOTE_BYTES 200

static void
put_quote(struct span quote, struct strbuf *out)
{
	struct span head = span_utf8_head(quote, QUOTE_BYTES);

	if (quote.n == 0)
		return;
	strbuf_str(out, ": \u201c");
	for (size_t i = 0; i < head.n; i++)
		strbuf_char(out, head.p[i] == '\n' ? ' ' : head.p[i]);
	strbuf_str(out, head.n < quote.n ? "...\u201d" : "\u201d");
}

static void
put_count(const struct json *j, const char *key, const char *one,
	struct strbuf *out)
{
	int64_t n = json_get_int(j, key, 0);

	strbuf_printf(out, ", %lld %s", (long long)n, PLURAL(n, one, key));
}

void
story_text_counts(const struct json *j, struct strbuf *out)
{
	struct span status = json_get_text(j, "status");

	strbuf_span(out, status.n > 0 ? status : SPAN_LIT("no status"));
	put_count(j, "articles", "article", out);
	put_count(j, "publishers", "publisher", out);
	strbuf_printf(out, ", %lld independent",
		(long long)json_get_int(j, "independent", 0));
}

void
story_text_report(const struct json *j, struct strbuf *out)
{
	const struct json *primary = json_get(j, "primary");
	const struct json *conflicts = json_get(j, "conflicts");
	struct span class = json_get_text(primary, "class");

	strbuf_str(out, STORY_INDENT);
	story_text_counts(j, out);
	put_quote(json_get_text(j, "status_quote"), out);
	strbuf_char(out, '\n');
	if (json_type(primary) == JSON_OBJECT_) {
		strbuf_printf(out, STORY_INDENT "source %.*s",
			SPAN_ARG(json_get_text(primary, "name")));
		if (class.n > 0)
			strbuf_printf(out, " (%.*s)", SPAN_ARG(class));
		put_quote(json_get_text(primary, "quote"), out);
		strbuf_char(out, '\n');
	}
	for (size_t i = 0; i < json_size(conflicts); i++)
		strbuf_printf(out, STORY_INDENT "conflict: %.*s\n",
			SPAN_ARG(json_text(json_at(conflicts, i))));
}

static void
put_events(const struct json *events, struct strbuf *out)
{
	for (size_t i = 0; i < json_size(events); i++) {
		const struct json *e = json_at(events, i);

		strbuf_printf(out, STORY_INDENT STORY_INDENT "%.*s of %.*s",
			SPAN_ARG(json_get_text(e, "type")),
			SPAN_ARG(json_get_text(e, "entity")));
		strbuf_printf(out, " (%.*s, %.*s, %.*s, %.2f)",
			SPAN_ARG(json_get_text(e, "role")),
			SPAN_ARG(json_get_text(e, "stage")),
			SPAN_ARG(json_get_text(e, "modality")),
			json_number(json_get(e, "confidence"), 0));
		put_quote(json_get_text(e, "sentence"), out);
		strbuf_char(out, '\n');
	}
}

static void
put_sources(const struct json *sources, struct strbuf *out)
{
	for (size_t i = 0; i < json_size(sources); i++) {
		const struct json *s = json_at(sources, i);

		strbuf_printf(out,
			STORY_INDENT STORY_INDENT "names %.*s (%.*s, %.*s)",
			SPAN_ARG(json_get_text(s, "name")),
			SPAN_ARG(json_get_text(s, "by")),
			SPAN_ARG(json_get_text(s, "act")));
		put_quote(json_get_text(s, "quote"), out);
		strbuf_char(out, '\n');
	}
}

void
story_text_part(const struct json *j, struct strbuf *out)
{
	struct span of = json_get_text(j, "of");
	struct span why = json_get_text(j, "why");

	strbuf_printf(out, STORY_INDENT STORY_INDENT "%.*s: %.*s",
		SPAN_ARG(json_get_text(j, "publisher")),
		SPAN_ARG(json_get_text(j, "part")));
	if (of.n > 0)
		strbuf_printf(out, " of %.*s", SPAN_ARG(of));
	if (why.n > 0)
		strbuf_printf(out, "; %.*s", SPAN_ARG(why));
	strbuf_char(out, '\n');
	put_events(json_get(j, "events"), out);
	put_sources(json_get(j, "sources"), out);
	strbuf_printf(out, STORY_INDENT STORY_INDENT "%.*s\n",
		SPAN_ARG(json_get_text(j, "joined")));
}
