/*
 * Quiet hours. Pure: the time is an argument.
 *
 * A night is one stretch: it begins when local clocks show `from` for the first
 * time on a day of `days`, and ends when they show `to` for the last time, the
 * same day if `to` is later than `from`, else the next. So a night in which
 * clocks go back is quiet once and an hour longer, and one in which they go
 * forward is shorter; a time that they jump over is the time of the jump, and
 * a night that they jump over as a whole is none.
 */
#ifndef NW_ROUTE_QUIET_H
#define NW_ROUTE_QUIET_H

#include "base/clock.h"
#include "model/route.h"

/* When it is quiet at now: the first instant at which it is not (nights that
 * touch are one); else 0. */
struct wall quiet_until(const struct route_quiet *q, struct wall now);

#endif
