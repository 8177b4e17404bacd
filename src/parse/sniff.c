#include "parse/sniff.h"

#include "text/html.h"
#include "text/xml.h"

#define LOOK_BYTES 1024
/* Of the first bytes; UTF-16 has half of them zero, and says so by its shape:
 * it never gets here. */
#define CONTROLS_MAX_PERCENT 10

static const struct {
	const char *bytes;
	size_t n;
	const char *name;
} magics[] = {
	{"%PDF-", 5, "a PDF document"},
	{"\x89PNG", 4, "a PNG picture"},
	{"\xff\xd8\xff", 3, "a JPEG picture"},
	{"GIF8", 4, "a GIF picture"},
	{"RIFF", 4, "a media file"},
	{"ID3", 3, "an audio file"},
	{"OggS", 4, "a media file"},
	{"PK\x03\x04", 4, "a ZIP archive"},
	{"BZh", 3, "a bzip2 archive"},
	{"\xfd"
	 "7zXZ",
		5, "an xz archive"},
	{"\x7f"
	 "ELF",
		4, "a program"},
	{"SQLite format 3", 15, "a database"},
};

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

bool
sniff_is_binary(struct span bytes, const char **name)
{
	struct span head = span_sub(bytes, 0, LOOK_BYTES);
	size_t controls = 0;

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (bytes.n >= magics[i].n &&
			memcmp(bytes.p, magics[i].bytes, magics[i].n) == 0) {
			*name = magics[i].name;
			return true;
		}
	for (size_t i = 0; i < head.n; i++)
		controls += is_control(head.p[i]);
	*name = "binary data";
	return controls * 100 > head.n * CONTROLS_MAX_PERCENT;
}

enum sniff_kind
sniff_text(struct span text)
{
	struct xml_prolog prolog;

	text = span_trim(text);
	if (text.n == 0)
		return SNIFF_EMPTY;
	if (text.p[0] == '{' || text.p[0] == '[')
		return SNIFF_JSON;
	if (html_is_page(text))
		return SNIFF_HTML;
	xml_prolog(text, &prolog);
	return prolog.name.n > 0 ? SNIFF_XML : SNIFF_TEXT;
}
