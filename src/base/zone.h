/*
 * Time zones of the tz database, read from TZif files: what the clocks of a
 * place show at an instant, and at which instant they show something. Pure but
 * for zone_load(). Leap seconds are not counted.
 * Source: RFC 8536 (TZif, its footer included), POSIX.1-2017 8.3 (TZ).
 */
#ifndef NW_BASE_ZONE_H
#define NW_BASE_ZONE_H

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

#define ZONE_DIR "/usr/share/zoneinfo" /* unless $TZDIR names another */
#define ZONE_NAME_MAX 64 /* bytes; the longest there is has 32 */
#define ZONE_FILE_MAX 65536 /* bytes; the largest there is has 4 kB */

struct arena;
struct zone;

/*
 * Read a file's bytes; the zone lives in the arena and keeps nothing of them.
 * ERR_INPUT if they are none, or count leap seconds ("right/...").
 */
NW_MUST_CHECK int zone_parse(struct span tzif, struct arena *arena,
	struct zone **out, struct err *err);
/*
 * By name, such as Europe/Berlin; UTC needs no file. ERR_CONF if there is no
 * such zone, with the name that was perhaps meant, or no database.
 */
NW_MUST_CHECK int zone_load(struct span name, struct arena *arena,
	struct zone **out, struct err *err);

/* Local time minus UTC, in ms. */
int64_t zone_offset_ms(const struct zone *z, struct wall t);
/* The first instant after t at which that changes; INT64_MAX: never again. */
struct wall zone_next_change(const struct zone *z, struct wall t);

/* Which of several instants: clocks that go back show a time twice. */
enum zone_pick { ZONE_FIRST, ZONE_LAST };
/*
 * The instant at which local clocks show local_ms (as if it were UTC). A time
 * that they jump over is the instant of the jump.
 */
struct wall zone_instant(
	const struct zone *z, int64_t local_ms, enum zone_pick pick);

#endif
