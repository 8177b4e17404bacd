#include "text/html_class.h"

enum { HIDDEN = -1 };

struct row {
	const char *name; /* lower case; a final '*' stands for any ending */
	int kind; /* enum text_mark_kind or HIDDEN */
};

/* Sorted by first byte. */
static const struct row rows[] = {
	{"a2a_*", TEXT_MARK_SHARE}, /* AddToAny */
	{"about-author*", TEXT_MARK_AUTHOR},
	{"about-company*", TEXT_MARK_ABOUT},
	{"about-the-author*", TEXT_MARK_AUTHOR},
	{"abh_*", TEXT_MARK_AUTHOR},
	{"addthis*", TEXT_MARK_SHARE},
	{"addtoany*", TEXT_MARK_SHARE},
	{"also-read", TEXT_MARK_RELATED},
	{"article-author*", TEXT_MARK_AUTHOR},
	{"article-related*", TEXT_MARK_RELATED},
	{"article-share*", TEXT_MARK_SHARE},
	{"article-social*", TEXT_MARK_SHARE},
	{"assistive-text", HIDDEN},
	{"author", TEXT_MARK_AUTHOR},
	{"author-bio*", TEXT_MARK_AUTHOR},
	{"author-box*", TEXT_MARK_AUTHOR},
	{"author-card*", TEXT_MARK_AUTHOR},
	{"author-desc*", TEXT_MARK_AUTHOR},
	{"author-info*", TEXT_MARK_AUTHOR},
	{"author-meta*", TEXT_MARK_AUTHOR},
	{"author-name*", TEXT_MARK_AUTHOR},
	{"author-profile*", TEXT_MARK_AUTHOR},
	{"author_*", TEXT_MARK_AUTHOR},
	{"authorbox*", TEXT_MARK_AUTHOR},
	{"boilerplate*", TEXT_MARK_ABOUT},
	{"breadcrumb*", TEXT_MARK_RELATED},
	{"by-line", TEXT_MARK_AUTHOR},
	{"byline*", TEXT_MARK_AUTHOR},
	{"caption-credit*", TEXT_MARK_CREDIT},
	{"comments-link", TEXT_MARK_SHARE},
	{"company-info*", TEXT_MARK_ABOUT},
	{"contact-info*", TEXT_MARK_ABOUT},
	{"contributor*", TEXT_MARK_AUTHOR},
	{"copyright*", TEXT_MARK_CREDIT},
	{"credit", TEXT_MARK_CREDIT},
	{"credits", TEXT_MARK_CREDIT},
	{"crp_related*", TEXT_MARK_RELATED},
	{"disclaimer*", TEXT_MARK_ABOUT},
	{"element-invisible", HIDDEN},
	{"entry-author*", TEXT_MARK_AUTHOR},
	{"entry-share*", TEXT_MARK_SHARE},
	{"essb*", TEXT_MARK_SHARE},
	{"feedflare", TEXT_MARK_SHARE}, /* FeedBurner */
	{"figure-credit*", TEXT_MARK_CREDIT},
	{"follow-us*", TEXT_MARK_SHARE},
	{"heateor*", TEXT_MARK_SHARE},
	{"image-credit*", TEXT_MARK_CREDIT},
	{"image-source", TEXT_MARK_CREDIT},
	{"img-credit*", TEXT_MARK_CREDIT},
	{"inline-related*", TEXT_MARK_RELATED},
	{"jp-relatedposts*", TEXT_MARK_RELATED}, /* Jetpack */
	{"mc4wp*", TEXT_MARK_SHARE}, /* Mailchimp for WordPress */
	{"media-contact*", TEXT_MARK_ABOUT},
	{"media-credit*", TEXT_MARK_CREDIT},
	{"molongui*", TEXT_MARK_AUTHOR},
	{"more-link", TEXT_MARK_RELATED},
	{"most-popular*", TEXT_MARK_RELATED},
	{"most-read*", TEXT_MARK_RELATED},
	{"nav-links", TEXT_MARK_RELATED},
	{"newsletter*", TEXT_MARK_SHARE},
	{"next-post*", TEXT_MARK_RELATED},
	{"outbrain*", TEXT_MARK_RELATED},
	{"photo-credit*", TEXT_MARK_CREDIT},
	{"photo-source", TEXT_MARK_CREDIT},
	{"photocredit*", TEXT_MARK_CREDIT},
	{"post-author*", TEXT_MARK_AUTHOR},
	{"post-navigation*", TEXT_MARK_RELATED},
	{"post-share*", TEXT_MARK_SHARE},
	{"post-tags", TEXT_MARK_RELATED},
	{"press-contact*", TEXT_MARK_ABOUT},
	{"prev-post*", TEXT_MARK_RELATED},
	{"read-also", TEXT_MARK_RELATED},
	{"read-more*", TEXT_MARK_RELATED},
	{"readmore*", TEXT_MARK_RELATED},
	{"recommend*", TEXT_MARK_RELATED},
	{"related", TEXT_MARK_RELATED},
	{"related-*", TEXT_MARK_RELATED},
	{"related_*", TEXT_MARK_RELATED},
	{"relatedposts*", TEXT_MARK_RELATED},
	{"saboxplugin*", TEXT_MARK_AUTHOR}, /* Simple Author Box */
	{"screen-reader-text", HIDDEN},
	{"sd-sharing*", TEXT_MARK_SHARE},
	{"sd-social*", TEXT_MARK_SHARE},
	{"see-also", TEXT_MARK_RELATED},
	{"sfsi*", TEXT_MARK_SHARE},
	{"share", TEXT_MARK_SHARE},
	{"share-bar*", TEXT_MARK_SHARE},
	{"share-button*", TEXT_MARK_SHARE},
	{"share-icon*", TEXT_MARK_SHARE},
	{"share-link*", TEXT_MARK_SHARE},
	{"share-tool*", TEXT_MARK_SHARE},
	{"share-this*", TEXT_MARK_SHARE},
	{"shareaholic*", TEXT_MARK_SHARE},
	{"sharedaddy*", TEXT_MARK_SHARE}, /* Jetpack */
	{"sharethis*", TEXT_MARK_SHARE},
	{"sharing*", TEXT_MARK_SHARE},
	{"sign-up*", TEXT_MARK_SHARE},
	{"signup*", TEXT_MARK_SHARE},
	{"social", TEXT_MARK_SHARE},
	{"social-*", TEXT_MARK_SHARE},
	{"social_*", TEXT_MARK_SHARE},
	{"socials", TEXT_MARK_SHARE},
	{"source-credit*", TEXT_MARK_CREDIT},
	{"sr-only", HIDDEN},
	{"ssba*", TEXT_MARK_SHARE},
	{"subscribe*", TEXT_MARK_SHARE},
	{"subscription*", TEXT_MARK_SHARE},
	{"taboola*", TEXT_MARK_RELATED},
	{"tag-list*", TEXT_MARK_RELATED},
	{"tags-links", TEXT_MARK_RELATED},
	{"trending*", TEXT_MARK_RELATED},
	{"visually-hidden*", HIDDEN},
	{"visuallyhidden*", HIDDEN},
	{"wp-block-jetpack-subscriptions*", TEXT_MARK_SHARE},
	{"wp-block-latest-posts*", TEXT_MARK_RELATED},
	{"wp-block-post-author*", TEXT_MARK_AUTHOR},
	{"wp-block-read-more*", TEXT_MARK_RELATED},
	{"wp-block-social-links*", TEXT_MARK_SHARE},
	{"yarpp*", TEXT_MARK_RELATED},
	{"zergnet*", TEXT_MARK_RELATED},
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_like(struct span name, const char *pattern)
{
	for (size_t i = 0;; i++) {
		if (pattern[i] == '*')
			return true;
		if (i == name.n || pattern[i] == '\0')
			return i == name.n && pattern[i] == '\0';
		if (to_lower(name.p[i]) != pattern[i])
			return false;
	}
}

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct row *
find(struct span name)
{
	char c = to_lower(name.p[0]);
	size_t low = 0, high = N_ROWS;

	while (low < high) { /* the first row that begins with c */
		size_t mid = low + (high - low) / 2;

		if (rows[mid].name[0] < c)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < N_ROWS && rows[low].name[0] == c; low++)
		if (is_like(name, rows[low].name))
			return &rows[low];
	return NULL;
}

enum html_class
html_class_get(struct span names, enum text_mark_kind *kind)
{
	size_t i = 0;

	while (i < names.n) {
		size_t start;
		const struct row *row;

		while (i < names.n && is_space(names.p[i]))
			i++;
		start = i;
		while (i < names.n && !is_space(names.p[i]))
			i++;
		row = i > start ? find(span_sub(names, start, i - start))
				: NULL;
		if (!row)
			continue;
		if (row->kind == HIDDEN)
			return HTML_CLASS_HIDDEN;
		*kind = (enum text_mark_kind)row->kind;
		return HTML_CLASS_MARK;
	}
	return HTML_CLASS_NONE;
}

/* Does `property` have `value` in a style attribute? */
static bool
has_style(struct span style, const char *property, const char *value)
{
	struct span part;

	while (span_next(&style, ';', &part)) {
		size_t colon = span_find(part, ':');
		struct span got;

		if (colon == SIZE_MAX)
			continue;
		got = span_trim(span_sub(part, colon + 1, part.n));
		got = span_sub(got, 0, strlen(value)); /* "none !important" */
		if (span_caseeq_str(
			    span_trim(span_sub(part, 0, colon)), property) &&
			span_caseeq_str(got, value))
			return true;
	}
	return false;
}

bool
html_style_hides(struct span style)
{
	return has_style(style, "display", "none") ||
		has_style(style, "visibility", "hidden") ||
		has_style(style, "mso-hide", "all");
}
