/* See file_url.h. */
#include "config/file_url.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "model/limits.h"
#include "text/url.h"

#define SCHEME "file:"

bool
file_url_is(struct span url)
{
	return span_caseeq_str(span_sub(url, 0, strlen(SCHEME)), SCHEME);
}

static void
put_escaped(struct strbuf *out, struct span path)
{
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if (c <= ' ' || c >= 127 || strchr("%?#\"<>\\^`{|}", c))
			strbuf_printf(out, "%%%02X", c);
		else
			strbuf_char(out, (char)c);
	}
}

/* The absolute directory that file is in, with a slash at its end. */
static void
directory_of(const char *file, struct strbuf *out)
{
	struct span dir = span_of(file);
	char here[PATH_MAX];

	if (!span_starts(dir, "/") && getcwd(here, sizeof(here)))
		strbuf_printf(out, "%s/", here);
	while (dir.n && dir.p[dir.n - 1] != '/')
		dir.n--;
	while (span_starts(dir, "./"))
		dir = span_sub(dir, 2, SIZE_MAX);
	strbuf_span(out, dir);
}

const char *
file_url_make(const char *beside, struct span url, struct strbuf *out)
{
	struct span path;
	struct strbuf dir = STRBUF_INIT(PATH_MAX);
	struct url parts;

	url_split(url, &parts);
	if (parts.host.n && !span_eq_str(parts.host, "localhost"))
		return "a file: URL with a host; write file:///path or "
		       "file:path";
	if (!parts.path.n)
		return "a file: URL without a path";
	/* A '?' or '#' may be in the name of a file. */
	path = span_sub(url, (size_t)(parts.path.p - url.p), SIZE_MAX);
	strbuf_str(out, SCHEME "//");
	if (!span_starts(path, "/")) {
		directory_of(beside, &dir);
		put_escaped(out, strbuf_as_span(&dir));
		while (span_starts(path, "./"))
			path = span_sub(path, 2, SIZE_MAX);
	}
	strbuf_span(out, path);
	strbuf_fini(&dir);
	return NULL;
}
