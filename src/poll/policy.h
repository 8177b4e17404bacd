/*
 * What an answer means for a feed: as tables, each row with its source. Pure:
 * no clock, no globals; times come in as arguments.
 */
#ifndef NW_POLL_POLICY_H
#define NW_POLL_POLICY_H

#include "base/clock.h"
#include "base/span.h"
#include "model/feed.h"

/* Nothing a server says holds for longer. */
#define POLICY_MAX_MS ((int64_t)24 * 3600 * 1000)
/* An unconditional request after so long with nothing but 304s: a broken
 * validator would hide news for ever. */
#define POLICY_REVALIDATE_MS ((int64_t)30 * 24 * 3600 * 1000)
/* A permanent redirect is adopted after so many polls that ended in a feed. */
#define POLICY_REDIRECT_POLLS 3u
/* So many failures in a row at an adopted address, and the configured one is
 * asked again. */
#define POLICY_REDIRECT_FORGET 5u
/* 410 so often in a row: the feed is gone, and asked once a day only. */
#define POLICY_GONE_POLLS 3u

enum policy_action {
	POLICY_DOCUMENT, /* take the body */
	POLICY_UNCHANGED, /* as before */
	POLICY_REDIRECT, /* follow Location for this poll only */
	POLICY_MOVED, /* follow, and count towards adopting it */
	POLICY_SLOWER, /* the host wants less: Retry-After for all of it */
	POLICY_GONE, /* removed on purpose */
	POLICY_ERROR /* this feed fails */
};

enum policy_action policy_status(unsigned http_status);
/* What to tell a person about an error status: one sentence with advice. */
const char *policy_advice(unsigned http_status);

/* Headers that say how long an answer is fresh; empty where absent. */
struct policy_freshness {
	struct span cache_control, age, expires, date;
};
/*
 * How long not to ask again, 0..POLICY_MAX_MS; -1 if nothing is said. no-cache
 * and no-store are 0, as is what cannot be read; absurd numbers and years
 * saturate; an Expires in the past is none.
 * Source: RFC 9111 4.2 (freshness and age), 5.2.2.1 (max-age), 5.1 (Age), 5.3.
 */
int64_t policy_fresh_ms(const struct policy_freshness *h, struct wall now);

/*
 * The same of a 304 that says nothing: the document's max-age still holds, its
 * Expires does not. Which of them it was is not kept, so it is an hour at most.
 * Source: RFC 9111 4.3.4.
 */
#define POLICY_KEPT_MS ((int64_t)3600 * 1000)
int64_t policy_fresh_kept_ms(int64_t document_ms);

/*
 * Retry-After in both forms, as ms from now, 0..POLICY_MAX_MS; -1 if absent or
 * unreadable. date: the answer's, whose clock a Retry-After that is a date goes
 * by; empty: ours. Source: RFC 9110 10.2.3.
 */
int64_t policy_retry_after_ms(
	struct span value, struct span date, struct wall now);

/* The first time from `due` on that lies in no skipped hour or day, but at most
 * POLICY_MAX_MS later; `due` if all of them are skipped. skip_hours: bit h is
 * hour h UTC; skip_days: bit 0 is Sunday. Source: RSS 2.0 <skipHours>,
 * <skipDays>. */
struct wall policy_unskip(
	struct wall due, uint32_t skip_hours, uint8_t skip_days);

/*
 * The delay after `failures` (1 or more) in a row. An answer that is no
 * document and a document that is no feed: interval * 2^failures, half of it
 * random. No answer at all: the same from POLICY_NETWORK_MS or the interval,
 * whichever is less, since nobody was bothered. At most POLICY_MAX_MS. random:
 * any 32 bits.
 */
#define POLICY_NETWORK_MS ((int64_t)5 * 60 * 1000)
int64_t policy_backoff_ms(
	int64_t interval_ms, unsigned failures, bool answered, uint32_t random);

#endif
