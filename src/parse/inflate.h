/*
 * Content codings undone: gzip, deflate (zlib and raw), br, zstd, stacked in
 * any order; the door to zlib, brotli and zstd. Whole bodies in memory.
 *
 * A body may lie about itself: gzip or zstd that is not declared is inflated
 * too, and a declared coding that the bytes plainly do not have is passed
 * over. Source: RFC 9110 8.4.1, RFC 1950-1952, RFC 7932, RFC 8878. Pure.
 */
#ifndef NW_PARSE_INFLATE_H
#define NW_PARSE_INFLATE_H

#include "base/err.h"
#include "base/strbuf.h"

struct inflate_result {
	/* In the caller's body if nothing had to be undone, else in its out. */
	struct span bytes;
	/* False: a stream broke off or was damaged before its end; bytes is
	 * what came before. Do not take the validators of such an answer. */
	bool whole;
	const char *why; /* not whole: static text; else NULL */
};

/*
 * Undo the codings that `encoding` names (the value of Content-Encoding, may
 * be empty). out is cleared first; its maximum is not used.
 * ERR_INPUT: a coding that is not known, bytes of which nothing could be read,
 * more than LIMIT_DOCUMENT_BYTES, or more than LIMIT_INFLATE_RATIO times the
 * body plus LIMIT_INFLATE_SLACK (a bomb).
 */
NW_MUST_CHECK int inflate_body(struct span body, struct span encoding,
	struct strbuf *out, struct inflate_result *res, struct err *err);

#endif
