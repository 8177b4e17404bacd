#include "model/publisher.h"

const char *const publisher_class_names[PUBLISHER_CLASSES + 1] = {
	[PUBLISHER_ONLINE] = "online",
	[PUBLISHER_WIRE] = "wire",
	[PUBLISHER_NEWSPAPER] = "newspaper",
	[PUBLISHER_MAGAZINE] = "magazine",
	[PUBLISHER_TRADE] = "trade",
	[PUBLISHER_BROADCASTER] = "broadcaster",
	[PUBLISHER_AGGREGATOR] = "aggregator",
	[PUBLISHER_RELEASE] = "release",
	[PUBLISHER_FILING] = "filing",
	[PUBLISHER_SOCIAL] = "social",
};
