/*
 * Bytes to UTF-8. The first line is the content type of the HTTP answer, the
 * second the label of the document ("xml" and "html": found in it), the rest
 * the document.
 */
#include <assert.h>

#include "fuzz.h"
#include "text/charset.h"

static struct span
take_line(struct span *s)
{
	struct span line = span_sub(*s, 0, span_find(*s, '\n'));

	*s = span_sub(*s, line.n + 1, s->n);
	return line;
}

/* Clean UTF-8 is left as it is. */
static void
check_again(struct span text)
{
	struct strbuf out = STRBUF_INIT(text.n);
	struct charset_result res;

	charset_decode(text, &(struct charset_labels){.http = SPAN_LIT("utf8")},
		CHARSET_XML_CHARS, &out, &res);
	assert(span_eq(res.text, text) || span_starts(text, "\xef\xbb\xbf"));
	assert(!res.repaired);
	strbuf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span s = span_make((const char *)data, n);
	struct charset_labels labels;
	struct charset_result res;
	struct strbuf out;

	labels.http = charset_of_content_type(take_line(&s));
	labels.document = take_line(&s);
	if (span_eq_str(labels.document, "xml"))
		labels.document = charset_of_xml(s);
	else if (span_eq_str(labels.document, "html"))
		labels.document = charset_of_html(s);
	for (unsigned flags = 0; flags <= CHARSET_XML_CHARS; flags++) {
		strbuf_init(&out, s.n * (flags ? 4 : 1));
		charset_decode(s, &labels, flags, &out, &res);
		assert(charset_is_clean(res.text, flags));
		assert(res.name);
		if (flags)
			check_again(res.text);
		strbuf_fini(&out);
	}
	return 0;
}
