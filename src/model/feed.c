/* See feed.h. */
#include "model/feed.h"

#include <assert.h>

/* In the order of enum feed_result. */
static const struct {
	const char *name;
	bool saw;
} results[FEED_RESULTS] = {
	[FEED_NONE] = {"never", false},
	[FEED_OK] = {"ok", true},
	[FEED_UNCHANGED] = {"unchanged", true},
	[FEED_NETWORK] = {"network", false},
	[FEED_HTTP_ERROR] = {"http-error", false},
	[FEED_REFUSED] = {"refused", false},
	[FEED_TOO_BIG] = {"too-big", false},
	[FEED_CRASHED] = {"crashed", false},
	[FEED_GONE] = {"gone", false},
	[FEED_STORE] = {"not-stored", false},
	[FEED_OURS] = {"our-fault", false},
};

const char *
feed_result_name(enum feed_result r)
{
	assert(r < FEED_RESULTS);
	return results[r].name;
}

bool
feed_result_saw(enum feed_result r)
{
	assert(r < FEED_RESULTS);
	return results[r].saw;
}
