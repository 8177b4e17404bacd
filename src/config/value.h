/*
 * Values as the configuration and the command line write them. Pure.
 */
#ifndef NW_CONFIG_VALUE_H
#define NW_CONFIG_VALUE_H

#include "base/strbuf.h"
#include "model/route.h"

/*
 * "90s", "5m", "1h30m", "7d": whole numbers with the units ms, s, m, h, d, w,
 * each at most once, largest first; "0" needs no unit. False if it is none or
 * beyond VALUE_DURATION_MAX_MS.
 */
bool value_duration(struct span s, int64_t *ms);
#define VALUE_DURATION_MAX_MS ((int64_t)1000 * 365 * 86400000)
/* Appends the shortest of these: "90s", "36h", "7d"; reads back the same. */
void value_duration_format(int64_t ms, struct strbuf *out);

/* "07:30", "24:00": minutes since midnight, 0 to 1440. */
bool value_clock(struct span s, unsigned *minutes);

/* "4MiB", "512 KiB", "100MB", "0": units B, KiB, MiB, GiB, kB, MB, GB. */
bool value_size(struct span s, size_t *bytes);
void value_size_format(size_t bytes, struct strbuf *out);

/* "50/s", "10/m", "2.5/h", "100/d"; "none" is 0. Not negative. */
bool value_rate(struct span s, double *per_second);
void value_rate_format(double per_second, struct strbuf *out);

/* ">=60", "> 0.5", "<3", "60" (equal). */
bool value_compare(struct span s, enum route_cmp *cmp, double *number);

bool value_bool(struct span s, bool *out); /* true, false, yes, no */

/* "127.0.0.1:8642", "[::1]:80", "host:80", ":80" (all addresses). */
bool value_listen(struct span s);

#endif
