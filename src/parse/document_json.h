/* A document as the line that `newswatch parse` prints. */
#ifndef NW_PARSE_DOCUMENT_JSON_H
#define NW_PARSE_DOCUMENT_JSON_H

#include "base/strbuf.h"
#include "model/item.h"

/*
 * Appends one line of JSON without a newline: architecture.md section 9. file
 * is what the document is called. Texts that are absent are "", times and the
 * id are null. "recovered_why" stands only in a document that is recovered.
 */
void document_format(
	const struct document *d, struct span file, struct strbuf *out);
/* The line of a refused document: {"file","error"}. */
void document_format_error(
	struct span file, struct span error, struct strbuf *out);

#endif
