/*
 * The figures by which items are put into stories: one setting for headlines,
 * full texts, notices made from a template and near copies. Found by coordinate
 * descent on all of these together (documents, leads and titles of ECB+, and
 * sets like those of tests/data/stories), then rounded: around it the mean
 * hardly changes.
 */
#ifndef NW_STORY_RULES_H
#define NW_STORY_RULES_H

/* Pairs are {for headlines, for full texts}; between them by length. */
struct story_rules {
	float short_words, long_words; /* what a headline, a full text has */
	float threshold[2]; /* likeness that an item needs */
	float title_share[2]; /* of the titles' cosine in the likeness */
	float names_share[2]; /* of the names' cosine */
	float all_least[2]; /* cosine of all terms; below: too little */
	float join[2]; /* likeness that two stories need to become one */
	float per_day; /* what log2(1 + days of silence) adds to it */
	float names_weight; /* of the names of a text that has some */
	float names_least; /* share of names in common; below: a veto */
	float numbers_least; /* share of figures in common; below: */
	float numbers_cost[2]; /* added to the threshold, and no copy */
	float template; /* shingles in common that, with other figures, make a
			   notice of the same template: a veto */
	float copy; /* shingles in common that make a copy */
};

extern const struct story_rules story_rules;

#endif
