/*
 * file: URLs as people write them: file:///path, file:/path,
 * file://localhost/path, and file:path beside the file that names it. A feed is
 * known by the first form.
 */
#ifndef NW_CONFIG_FILE_URL_H
#define NW_CONFIG_FILE_URL_H

#include "base/strbuf.h"

bool file_url_is(struct span url);
/*
 * Appends the absolute form of a file: URL. beside: the file it stands in;
 * NULL: none, the working directory counts. NULL if all is well, else what is
 * wrong with the URL: "a file: URL without a path".
 */
const char *file_url_make(
	const char *beside, struct span url, struct strbuf *out);

#endif
