/*
 * HTML of feeds and pages to plain text, with the links, pictures and
 * boilerplate in it. Input is whatever a publisher wrote: fragments, unclosed
 * tags, stray '<', whole pages. Nothing in it is an error.
 *
 * The text: white space collapsed to one space, none at line ends; block
 * elements, <br> and table rows parted by one '\n', table cells by a space,
 * blank lines of <pre> kept as '\n'; script, style, noscript, template, head,
 * forms' choices, players' fallbacks and hidden elements dropped; comments and
 * inline tags split no word. References decoded; Unicode spaces are spaces;
 * soft hyphens, zero-width spaces and direction marks dropped.
 *
 * Time is linear in the input whatever it holds; memory is the text plus the
 * lists; depth has no bound (deep levels are flattened). Pure. The tokenizer is
 * our own, html_scan.c, as libxml2's is too slow.
 */
#ifndef NW_TEXT_HTML_H
#define NW_TEXT_HTML_H

#include "base/span.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "text/boilerplate.h"

/* Zeroed: no base, all lists, default bounds. */
struct html_options {
	struct span base_url; /* links are resolved against it; empty: only
		absolute ones are kept. A <base href> in the markup counts. */
	size_t max_text_bytes; /* of text; 0: HTML_TEXT_BYTES */
	size_t max_links; /* of links and of images, each; 0: HTML_LINKS */
	bool one_line; /* for titles: spaces where '\n' would be */
	bool text_only; /* no links, images and marks: faster */
};

#define HTML_TEXT_BYTES ((size_t)512 << 10)
#define HTML_LINKS 256

/* An <a href>: http(s) only, absolute, percent-encoded; not "#..." */
struct html_link {
	struct span url;
	uint32_t start, end; /* its bytes in the text; may be empty */
};

struct html_links {
	struct html_link *p;
	size_t n;
	size_t cap;
};

/*
 * What html_to_text() found. Zeroed before the first use; may be used again
 * for the next text, which keeps the memory and ends all spans of the last.
 */
struct html_result {
	struct strbuf text; /* valid UTF-8 */
	struct html_links links; /* in the order of the text */
	struct html_links images; /* also of players and lazy loading, but
		no counting pixels; start == end: where in the text */
	struct text_marks marks; /* sorted, none overlaps */
	bool markup; /* there was at least one tag or comment */
	bool cut; /* the text went beyond its maximum */
	struct strbuf urls; /* holds the url spans; private */
};

/* html: valid UTF-8. Never fails; broken markup is text or nothing. */
void html_to_text(struct span html, const struct html_options *opt,
	struct html_result *res);
void html_result_fini(struct html_result *res);

/*
 * Does a string that claims to be plain text hold HTML? True if it has a
 * known element's tag, a comment, or a reference that HTML decodes.
 */
bool html_looks_like_markup(struct span s);

/* Decode all character references of a plain string; append to out. Returns
 * true if there was one. */
bool html_unescape(struct span s, struct strbuf *out);

/* A feed that an HTML page offers. */
struct html_feed {
	struct span url; /* absolute if the page's address was given */
	struct span title; /* plain text, may be empty */
	const char *type; /* "rss", "atom", "json"; static */
};

struct html_feeds {
	struct html_feed *p;
	size_t n;
	size_t cap;
	struct span page_title;
	struct strbuf text, base; /* hold the spans; private */
};

#define HTML_FEEDS_MAX 16

/*
 * The feeds that a page links to: <link rel=alternate> of a feed type, and
 * <a> links that plainly are feeds if there is no such link. Also the page's
 * title, for the message that refuses it. page: valid UTF-8; out is zeroed by
 * the caller, freed with html_feeds_fini().
 */
void html_feed_links(
	struct span page, struct span page_url, struct html_feeds *out);
void html_feeds_fini(struct html_feeds *f);

/* Is this document an HTML page (not a feed that holds HTML)? Looks at the
 * first element, behind white space, comments, doctype and declarations. */
bool html_is_page(struct span doc);

#endif
