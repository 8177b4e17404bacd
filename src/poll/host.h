/*
 * The gate in front of each host: how many connections at once, how long
 * between two requests, and whether it asked to be left alone. A host is a
 * registrable domain. Feeds that are due wait here in order. No clock: times
 * come in.
 */
#ifndef NW_POLL_HOST_H
#define NW_POLL_HOST_H

#include "base/clock.h"
#include "base/span.h"

struct hosts;
struct host;

struct hosts_limits {
	int64_t gap_ms; /* between the starts of two requests */
	unsigned connections; /* at once */
};

struct hosts *hosts_new(const struct hosts_limits *l);
void hosts_free(struct hosts **hs);
void hosts_configure(struct hosts *hs, const struct hosts_limits *l);

/* Give back room that growing made beyond what is needed. */
void hosts_trim(struct hosts *hs);

/* The host of a URL, kept until as many host_put() calls, and after them until
 * it may be asked again. */
struct host *host_get(struct hosts *hs, struct span url);
void host_put(struct hosts *hs, struct host **h);

/* A feed of it is due: it waits for its turn. */
void host_enqueue(
	struct hosts *hs, struct host *h, uint32_t feed, struct mono now);
/* It waits no more (removed). */
void host_dequeue(struct hosts *hs, struct host *h, uint32_t feed);

/* The next feed that may start now, and its host counts one more connection;
 * false if none may. */
bool hosts_take(struct hosts *hs, struct mono now, uint32_t *feed);
/* When hosts_take may succeed without anything ending first; false: never. */
bool hosts_next(const struct hosts *hs, struct mono *at);
/* How long it may be until a feed that is enqueued now is taken, by what the
 * host asked for and by those before it; connections may take longer. */
int64_t host_wait_ms(
	const struct hosts *hs, const struct host *h, struct mono now);
/* How long it is left alone, beyond the gap of any host: 0 if it is not. Why:
 * it asked for that, or it does not answer. */
int64_t host_left_alone_ms(
	const struct hosts *hs, const struct host *h, struct mono now);
bool host_is_silent(const struct host *h);
/* A request that hosts_take began has ended. */
void host_done(struct hosts *hs, struct host *h, struct mono now);

/* Nothing of this host before then (Retry-After). */
void host_block(struct hosts *hs, struct host *h, struct mono until);

/* It answered 429; the hosts with most of it are handed out, at most `most`. */
void host_refused(struct host *h);
struct host_refusals {
	struct span name; /* borrowed from the host */
	uint64_t n;
};
size_t hosts_refusals(
	const struct hosts *hs, struct host_refusals *out, size_t most);

/* Feeds that wait, all hosts. */
size_t hosts_waiting(const struct hosts *hs);

/*
 * Told of every poll's end. A host that did not answer HOSTS_BREAKER times in a
 * row, whichever feed asked, is left alone for HOSTS_BREAKER_MS, then longer,
 * up to HOSTS_BREAKER_MAX_MS, half of it random; then one feed at a time tries,
 * until it answers. random: any 32 bits.
 */
#define HOSTS_BREAKER 5u
#define HOSTS_BREAKER_MS 30000
#define HOSTS_BREAKER_MAX_MS (15 * 60 * 1000)
void host_report(struct hosts *hs, struct host *h, bool answered,
	struct mono now, uint32_t random);
/*
 * Is it them or us? True while at least HOSTS_DOWN_MIN hosts failed on the
 * network and none answered. Meanwhile no breaker opens, and the first answer
 * closes all of them.
 */
#define HOSTS_DOWN_MIN 3u
bool hosts_all_down(const struct hosts *hs);

#endif
