/*
 * Text from outside, made fit to be shown: control characters (they could
 * drive a terminal), bidirectional controls (they could make a text read as
 * another) and line breaks become spaces or vanish. Pure.
 * Source: Unicode TR 36 3; UAX 9 2.
 */
#ifndef NW_DELIVER_CLEAN_H
#define NW_DELIVER_CLEAN_H

#include "base/strbuf.h"

/* Appends text (UTF-8) as one line. */
void clean_line(struct span text, struct strbuf *out);

#endif
