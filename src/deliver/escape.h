/*
 * Text from outside, made fit for the markup that it is put into, so that it
 * is shown as it reads and can neither format, link nor address anybody. Pure.
 * Sources: https://api.slack.com/reference/surfaces/formatting (escaping),
 * https://core.telegram.org/bots/api#formatting-options, CommonMark 0.30 2.4.
 */
#ifndef NW_DELIVER_ESCAPE_H
#define NW_DELIVER_ESCAPE_H

#include "base/strbuf.h"

enum markup {
	MARKUP_TEXT, /* shown as it is */
	MARKUP_MRKDWN, /* Slack */
	MARKUP_MARKDOWN, /* CommonMark and its kin: Discord, Mattermost, ... */
	MARKUP_TELEGRAM, /* MarkdownV2 */
	MARKUP_HTML, /* elements and attributes */
	MARKUP_JSON /* inside of a JSON string */
};

/* Appends text (UTF-8): cleaned to one line (deliver/clean.h), then escaped. */
void escape_text(enum markup markup, struct span text, struct strbuf *out);
/* Is it a link that people may be given: http or https? */
bool escape_is_link(struct span url);
/*
 * Appends a link's address, so that it can stand as one in the markup: marks
 * that would end it, blanks and controls are percent-encoded. Nothing if it is
 * no link (escape_is_link).
 */
void escape_url(enum markup markup, struct span url, struct strbuf *out);

#endif
