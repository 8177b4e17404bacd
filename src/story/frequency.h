/*
 * In how many recent items a term occurs, so that rare terms count more. A
 * count-min sketch (Cormode, Muthukrishnan 2005) of a fixed size: it may count
 * too high where terms collide, never too low. All counts are halved from time
 * to time, so that it follows the news. Pure; one thread at a time.
 */
#ifndef NW_STORY_FREQUENCY_H
#define NW_STORY_FREQUENCY_H

#include "story/features.h"

/* Items after which counts are halved: what was seen up to then and once
 * before has a say. Below 65 536. */
#define FREQUENCY_ITEMS 60000

struct frequency;

struct frequency *frequency_new(void);
void frequency_free(struct frequency **f);
void frequency_add(struct frequency *f, const struct features *item);
/* What a term is worth: the logarithm of how rare it is; > 0. */
/* It will be asked for soon: its counts are anywhere in 8 MiB. */
void frequency_ahead(const struct frequency *f, uint32_t term);
float frequency_weight(const struct frequency *f, uint32_t term);
size_t frequency_bytes(const struct frequency *f);

/* Appends; grows with what was counted, to FREQUENCY_BYTES_MAX at most. */
#define FREQUENCY_BYTES_MAX ((size_t)32 << 20)
void frequency_format(const struct frequency *f, struct strbuf *out);
/* Replaces what f held; on ERR_INPUT f is empty. */
NW_MUST_CHECK int frequency_parse(
	struct frequency *f, struct span s, struct err *err);

#endif
