/* A hit to try channels and templates with. Pure. */
#ifndef NW_DELIVER_SAMPLE_H
#define NW_DELIVER_SAMPLE_H

#include "base/clock.h"
#include "base/strbuf.h"

/* Appends its JSON, as if it had been detected at t. It says that it is a
 * test. */
void sample_hit(struct wall t, struct strbuf *out);

#endif
