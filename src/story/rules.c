/* See rules.h. */
#include "story/rules.h"

const struct story_rules story_rules = {
	.short_words = 8,
	.long_words = 150,
	.threshold = {.21F, .27F},
	.title_share = {.12F, .1F},
	.names_share = {0, .5F},
	.all_least = {.16F, .16F},
	.join = {.25F, .33F},
	.per_day = .016F,
	.names_weight = 3,
	.names_least = .5F,
	.numbers_least = .5F,
	.numbers_cost = {.05F, .1F},
	.template = .35F,
	.copy = .7F,
};
