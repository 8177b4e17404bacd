#include "base/backoff.h"

#include <assert.h>

int64_t
backoff_ms(unsigned attempt, int64_t base_ms, int64_t max_ms, uint32_t random)
{
	int64_t d = base_ms < max_ms ? base_ms : max_ms;
	int64_t half;

	assert(attempt >= 1 && base_ms > 0 && max_ms > 0);
	for (unsigned i = 1; i < attempt && d < max_ms; i++)
		d = d > max_ms / 2 ? max_ms : d * 2;
	half = d / 2;
	return half + (int64_t)((uint64_t)random % (uint64_t)(d - half + 1));
}
