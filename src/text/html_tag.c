#include "text/html_tag.h"

static const struct html_tag tags[] = {
#include "text/html_tag_table.inc"
};

static const struct html_tag unknown;

#define N_TAGS (sizeof(tags) / sizeof(tags[0]))

const struct html_tag *
html_tag_unknown(void)
{
	return &unknown;
}

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Order of a name and a row's name, by bytes in lower case. */
static int
compare(struct span name, const char *row)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = to_lower(name.p[i]);

		if (c != row[i])
			return (unsigned char)c < (unsigned char)row[i] ? -1
									: 1;
	}
	return row[name.n] ? -1 : 0;
}

const struct html_tag *
html_tag_get(struct span name)
{
	size_t low = 0, high = name.n < sizeof(tags->name) ? N_TAGS : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = compare(name, tags[mid].name);

		if (order == 0)
			return &tags[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return &unknown;
}
